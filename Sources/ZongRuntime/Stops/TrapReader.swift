// From a trap of Wasmtime's to a report in the source's terms.

import CWasmtime
import ZongWasm

/// Reads what a trapped program left behind.
struct TrapReader {
  let library: Library
  let program: Program
  let options: RunOptions

  /// The report of `trap`, which stays the caller's.
  func report(_ trap: OpaquePointer, memory: GuestMemory) -> StopReport {
    let module = program.moduleBytes()
    return module.withUnsafeBufferPointer { bytes in
      let sections = ModuleSections(bytes)
      func part(_ range: Range<Int>?) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range ?? 0..<0])
      }
      let positions = PositionMap(part(sections.positions))
      var report = StopReport(message: "")
      report.frames = frames(trap, positions, importedFunctions: sections.importedFunctions)
      let stops = StopTable(decoding: part(sections.stops))
      let text = message(trap, stops, positions, memory)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      report.message = lines.first ?? ""
      report.notes = lines.dropFirst().filter { !$0.isEmpty }
      return report
    }
  }

  private func frames(
    _ trap: OpaquePointer, _ positions: PositionMap, importedFunctions: Int
  ) -> [StopReport.Frame] {
    var trace = wasm_frame_vec_t()
    library.api.wasm_trap_trace(trap, &trace)
    defer { library.api.wasm_frame_vec_delete(&trace) }
    var result: [StopReport.Frame] = []
    for index in 0..<trace.size {
      guard let frame = trace.data[index] else { continue }
      let function = Int(library.api.wasm_frame_func_index(frame))
      let offset = UInt32(truncatingIfNeeded: library.api.wasm_frame_func_offset(frame))
      let named = library.api.wasmtime_frame_func_name(frame).map { library.text($0.pointee) }
      let name = named ?? "function \(function)"
      let levels = positions.levels(function: function - importedFunctions, codeOffset: offset)
      for level in levels {
        result.append(StopReport.Frame(function: level.function ?? name, place: level.place.map(place)))
      }
      if levels.isEmpty { result.append(StopReport.Frame(function: name, place: nil)) }
    }
    return result
  }

  private func place(_ place: PositionMap.Place) -> StopReport.Place {
    StopReport.Place(path: place.path, line: place.line, column: place.column)
  }

  private func message(
    _ trap: OpaquePointer, _ stops: StopTable, _ positions: PositionMap, _ memory: GuestMemory
  ) -> String {
    var code: UInt8 = 0
    guard library.api.wasmtime_trap_code(trap, &code) else { return "the program was stopped" }
    switch Int(code) {
    case CWASMTIME_TRAP_UNREACHABLE: return message(StopRecord(memory), stops, positions)
    case CWASMTIME_TRAP_STACK_OVERFLOW:
      return "stack overflow: the limit of \(byteCountText(options.maxStack)) is used up (--max-stack)"
    case CWASMTIME_TRAP_INTEGER_DIVISION_BY_ZERO: return "division by zero"
    case CWASMTIME_TRAP_INTEGER_OVERFLOW: return "division overflows"
    case CWASMTIME_TRAP_BAD_CONVERSION_TO_INTEGER: return "the number doesn't fit into the integer type"
    case CWASMTIME_TRAP_INTERRUPT: return options.timeLimitText
    case CWASMTIME_TRAP_INDIRECT_CALL_TO_NULL: return "call through a function value that is null"
    case CWASMTIME_TRAP_MEMORY_OUT_OF_BOUNDS:
      return "internal error: an access outside the memory that no check caught"
    case CWASMTIME_TRAP_TABLE_OUT_OF_BOUNDS, CWASMTIME_TRAP_BAD_SIGNATURE:
      return "internal error: call through a function value that is damaged"
    default: return "internal error: trap \(code)"
    }
  }

  private func message(_ record: StopRecord, _ stops: StopTable, _ positions: PositionMap) -> String {
    if record.kind == .none { return "code was reached that should be unreachable" }
    let template = stops[record.kind] ?? Self.defaultTemplate(record.kind)
    let text = record.message(template) { position in
      positions.place(position).map { "\($0.path):\($0.line):\($0.column)" } ?? "?"
    }
    switch record.kind {
    case .outOfMemory:
      guard let limit = options.maxMemory else { return text }
      return text + "\nthe limit is \(byteCountText(limit)) (--max-memory)"
    case .stackOverflow: return text + "\n--max-stack sets the limit"
    default: return text
    }
  }

  private static func defaultTemplate(_ kind: StopKind) -> String {
    switch kind {
    case .outOfMemory: "out of memory"
    case .stackOverflow: "stack overflow"
    default: "the program was stopped (kind \(kind.rawValue))"
    }
  }
}
