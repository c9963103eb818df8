// From the calls under way, as the engine or the machine knows them, to frames in the source's terms.

import CWasmtime
import ZongWasm

/// Reads calls with the help of the module's own sections.
struct CallReader {
  /// The most calls that Wasmtime keeps of a trap.
  static let engineLimit = 20

  let library: Library
  /// The module's bytes, which must outlive the reader.
  let module: UnsafeBufferPointer<UInt8>
  let sections: ModuleSections
  let positions: PositionMap

  init(library: Library, module: UnsafeBufferPointer<UInt8>) {
    self.library = library
    self.module = module
    let sections = ModuleSections(module)
    self.sections = sections
    positions = PositionMap(UnsafeBufferPointer(rebasing: module[sections.positions ?? 0..<0]))
  }

  func part(_ range: Range<Int>?) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: module[range ?? 0..<0])
  }

  /// The calls that Wasmtime kept, innermost first: at most `engineLimit`.
  func trace(_ trap: OpaquePointer) -> StopReport {
    var trace = wasm_frame_vec_t()
    library.api.wasm_trap_trace(trap, &trace)
    return report(&trace)
  }

  /// The calls under way when a host function ended the program with an error.
  func trace(error: OpaquePointer) -> StopReport {
    var trace = wasm_frame_vec_t()
    library.api.wasmtime_error_wasm_trace(error, &trace)
    return report(&trace)
  }

  private func report(_ trace: inout wasm_frame_vec_t) -> StopReport {
    defer { library.api.wasm_frame_vec_delete(&trace) }
    var report = StopReport(message: "")
    for index in 0..<trace.size {
      guard let frame = trace.data[index] else { continue }
      let function = Int(library.api.wasm_frame_func_index(frame))
      let offset = library.api.wasm_frame_func_offset(frame)
      let name = library.api.wasmtime_frame_func_name(frame).map { library.text($0.pointee) }
      report.frames += frames(function - sections.importedFunctions, Int(offset), name)
    }
    return report
  }

  /// The calls that were found by walking the stack. Null if the compiled code can't be read.
  func trace(_ trace: guest_trace) -> StopReport? {
    let size = Int(bitPattern: trace.image_end &- trace.image_start)
    let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: trace.image_start), count: size)
    guard let image = CompiledImage(bytes) else { return nil }
    let count = Int(trace.count)
    let ends = Int(GUEST_TRACE_ENDS)
    let inner = withUnsafeBytes(of: trace.innermost) { Array($0.bindMemory(to: UInt.self)) }
    let outer = withUnsafeBytes(of: trace.outermost) { Array($0.bindMemory(to: UInt.self)) }
    let head = min(count, ends)
    let tail = max(count - ends, head)..<count
    var report = StopReport(message: "")
    for index in 0..<head { report.frames += frames(image, inner[index]) }
    if tail.lowerBound > head { report.omitted = (report.frames.count, tail.lowerBound - head) }
    for index in tail { report.frames += frames(image, outer[index % ends]) }
    return report
  }

  /// The frames of the call at an address. None for code of the engine's own.
  private func frames(_ image: CompiledImage, _ address: UInt) -> [StopReport.Frame] {
    guard let offset = image.moduleOffset(address), let body = sections.body(at: offset, in: module) else {
      return []
    }
    return frames(body.function, body.offset, sections.name(of: body.function + sections.importedFunctions, in: module))
  }

  /// One call as the source has it: the function itself, and before it those that were inlined there.
  private func frames(_ function: Int, _ offset: Int, _ name: String?) -> [StopReport.Frame] {
    let name = name ?? "function \(function + sections.importedFunctions)"
    let levels = positions.levels(function: function, codeOffset: UInt32(truncatingIfNeeded: offset))
    // The compiler's own functions around the program say nothing to its author.
    let hidden = [RuntimeExports.start, RuntimeNames.stop]
    if levels.isEmpty { return hidden.contains(name) ? [] : [StopReport.Frame(function: name, place: nil)] }
    let frames = levels.map { StopReport.Frame(function: $0.function ?? name, place: $0.place.map(place)) }
    // Nor do the library's private ones, whose names begin with `_`.
    return frames.filter { !hidden.contains($0.function) && !($0.isOfLibrary && $0.function.hasPrefix("_")) }
  }

  private func place(_ place: PositionMap.Place) -> StopReport.Place {
    StopReport.Place(path: place.path, line: place.line, column: place.column)
  }
}
