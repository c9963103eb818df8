// From a trap of Wasmtime's to a report in the source's terms.

import CWasmtime
import ZongWasm

/// Reads what a trapped program left behind.
struct TrapReader {
  let library: Library
  let program: Program
  let options: RunOptions

  /// The report of `trap`, which stays the caller's.
  ///
  /// - Parameters:
  ///   - trace: the calls that were recorded when the trap happened; none for traps without a signal.
  ///   - memory: the program's memory as it was left.
  func report(_ trap: OpaquePointer, _ trace: guest_trace, memory: GuestMemory) -> StopReport {
    let module = program.moduleBytes()
    return module.withUnsafeBufferPointer { bytes in
      let calls = CallReader(library: library, module: bytes)
      var report = calls.trace(trap)
      if report.frames.count >= CallReader.engineLimit { report.omitted = (report.frames.count, nil) }
      if trace.count > CallReader.engineLimit, let longer = calls.trace(trace) { report = longer }
      let stops = StopTable(decoding: calls.part(calls.sections.stops))
      let text = message(trap, stops, calls.positions, memory)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      report.message = lines.first ?? ""
      // What the library itself did has no place.
      report.notes = lines.dropFirst().filter { !$0.isEmpty && !$0.hasSuffix(" at ?") }
      return report
    }
  }

  /// The report of a program that a host function stopped at a limit, with an error that stays the caller's.
  func report(limit: String, _ error: OpaquePointer) -> StopReport {
    let module = program.moduleBytes()
    return module.withUnsafeBufferPointer { bytes in
      var report = CallReader(library: library, module: bytes).trace(error: error)
      report.message = limit
      return report
    }
  }

  private func message(
    _ trap: OpaquePointer, _ stops: StopTable, _ positions: PositionMap, _ memory: GuestMemory
  ) -> String {
    var code: UInt8 = 0
    guard library.api.wasmtime_trap_code(trap, &code) else { return "the program was stopped" }
    switch Int(code) {
    case CWASMTIME_TRAP_UNREACHABLE: return message(StopRecord(memory), stops, positions, memory)
    case CWASMTIME_TRAP_STACK_OVERFLOW:
      return "stack overflow: the limit of \(byteCountText(options.maxStack)) is used up (--max-stack)"
    case CWASMTIME_TRAP_INTEGER_DIVISION_BY_ZERO: return "division by zero"
    case CWASMTIME_TRAP_INTEGER_OVERFLOW: return "division overflows"
    case CWASMTIME_TRAP_BAD_CONVERSION_TO_INTEGER: return "the number doesn't fit into the integer type"
    case CWASMTIME_TRAP_INTERRUPT: return options.timeLimitText
    case CWASMTIME_TRAP_OUT_OF_FUEL: return options.fuelLimitText
    case CWASMTIME_TRAP_INDIRECT_CALL_TO_NULL: return "call through a function value that is null"
    case CWASMTIME_TRAP_MEMORY_OUT_OF_BOUNDS:
      return "internal error: an access outside the memory that no check caught"
    case CWASMTIME_TRAP_TABLE_OUT_OF_BOUNDS, CWASMTIME_TRAP_BAD_SIGNATURE:
      return "internal error: call through a function value that is damaged"
    default: return "internal error: trap \(code)"
    }
  }

  /// What takes most of the memory: a line for each of the largest places of allocations.
  private func largestAllocations(_ memory: GuestMemory) -> [String] {
    let found = LeakReader(library: library, program: program).leaks(in: memory).prefix(5)
    return found.map { site in
      let amount = site.unreachable
      let place = site.place.map { ", allocated at \($0.path):\($0.line):\($0.column)" } ?? ""
      return "\(amount.bytes) bytes are in \(amount.count) of \(site.type)\(place)"
    }
  }

  private func message(
    _ record: StopRecord, _ stops: StopTable, _ positions: PositionMap, _ memory: GuestMemory
  ) -> String {
    if record.kind == .none { return "code was reached that should be unreachable" }
    let template = stops[record.kind] ?? Self.defaultTemplate(record.kind)
    let text = record.message(template) { positions.place($0) }
    switch record.kind {
    case .outOfMemory:
      let limit = options.maxMemory.map { "\nthe limit is \(byteCountText($0)) (--max-memory)" } ?? ""
      return text + limit + largestAllocations(memory).map { "\n" + $0 }.joined()
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
