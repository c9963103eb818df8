// What a run took, shown when it has ended: `zong run --stats`.

import ZongRuntime
import ZongSyntax

struct StatisticsReport {
  private let statistics: RunStatistics
  /// Milliseconds from the beginning of the process to the program's first instruction.
  private let toStart: Double

  init(_ statistics: RunStatistics) {
    self.statistics = statistics
    toStart = Double(statistics.began) / 1e6 - Process.start
  }

  /// Writes the report to standard error, so that it isn't mixed with what the program prints.
  func show(_ format: MessageFormat) {
    Output.write(format == .json ? json + "\n" : text, to: .standardError)
  }

  private var wall: Double { Double(statistics.ended - statistics.began) / 1e6 }
  private var processor: Double { Double(statistics.processor) / 1e6 }

  private var text: String {
    var lines = [
      "time    \(number(wall)) ms, \(number(processor)) ms of the processor; \(number(toStart)) ms to start",
      "memory  \(byteCountText(statistics.memory))"
        + (statistics.tags > 0 ? ", and \(byteCountText(statistics.tags)) of tags" : ""),
      heap,
      "bytes   \(statistics.bytesRead) in, \(statistics.bytesWritten) out",
      "calls   " + (statistics.calls.isEmpty ? "none" : calls.joined(separator: ", ")),
    ]
    if let fuel = statistics.fuel { lines.append("fuel    \(fuel)") }
    return lines.filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
  }

  private var heap: String {
    guard let count = statistics.allocations, let peak = statistics.heapPeak else { return "" }
    return "heap    \(count) allocation\(count == 1 ? "" : "s"), at most \(byteCountText(Int(clamping: peak)))"
  }

  private var calls: [String] { statistics.calls.map { "\($0.name) \($0.count)" } }

  private func number(_ milliseconds: Double) -> String {
    let hundredths = Int((max(milliseconds, 0) * 100).rounded())
    let rest = String(hundredths % 100)
    return "\(hundredths / 100).\(rest.count < 2 ? "0" : "")\(rest)"
  }

  private var json: String {
    var members = [
      JSON.member("milliseconds", number(wall)), JSON.member("processorMilliseconds", number(processor)),
      JSON.member("startMilliseconds", number(toStart)),
      JSON.member("memory", String(statistics.memory)), JSON.member("tags", String(statistics.tags)),
      JSON.member("bytesRead", String(statistics.bytesRead)),
      JSON.member("bytesWritten", String(statistics.bytesWritten)),
      JSON.member("calls", JSON.object(statistics.calls.map { JSON.member($0.name, String($0.count)) })),
    ]
    if let count = statistics.allocations { members.append(JSON.member("allocations", String(count))) }
    if let peak = statistics.heapPeak { members.append(JSON.member("heapPeak", String(peak))) }
    if let fuel = statistics.fuel { members.append(JSON.member("fuel", String(fuel))) }
    return JSON.object([JSON.member("statistics", JSON.object(members))])
  }
}
