// What `zong test` says: a line for each test in the order of the tests, reports of failures, a line that tells how far
// it is, and the sum at the end; or a JSON object for each test.

import Synchronization
import ZongSyntax

final class TestReporter: Sendable {
  private struct State {
    var results: [TestResult?]
    /// Tests before this one have been shown.
    var shown = 0
    var ended = 0
    var hasProgress = false
  }

  private let tests: [TestCase]
  private let isJSON: Bool
  private let state: Mutex<State>
  private let showsProgress: Bool

  init(_ tests: [TestCase], isJSON: Bool) {
    self.tests = tests
    self.isJSON = isJSON
    showsProgress = !isJSON && Output.hasColour(.standardError)
    state = Mutex(State(results: [TestResult?](repeating: nil, count: tests.count)))
  }

  /// Takes a result; shows what can be shown in order.
  func end(_ index: Int, _ result: TestResult) {
    state.withLock { state in
      state.results[index] = result
      state.ended += 1
      var text = ""
      while state.shown < tests.count, let next = state.results[state.shown] {
        text += isJSON ? json(tests[state.shown], next) + "\n" : line(tests[state.shown], next)
        state.shown += 1
      }
      clearProgress(&state)
      Output.write(text, to: .standardOutput)
      guard showsProgress, state.ended < tests.count else { return }
      Output.write("[\(state.ended)/\(tests.count)] \(tests[index].name.prefix(60))", to: .standardError)
      state.hasProgress = true
    }
  }

  private func clearProgress(_ state: inout State) {
    if state.hasProgress { Output.write("\r\u{1B}[K", to: .standardError) }
    state.hasProgress = false
  }

  /// All results, in order.
  var results: [TestResult] { state.withLock { $0.results.map { $0 ?? TestResult(status: .skipped) } } }

  /// Says how many there were.
  func finish(seed: UInt64?) {
    let results = results
    let passed = results.filter { $0.status == .passed }.count
    let failed = results.filter { $0.status == .failed }.count
    let skipped = results.count - passed - failed
    if isJSON {
      var members = [
        JSON.member("passed", String(passed)), JSON.member("failed", String(failed)),
        JSON.member("skipped", String(skipped)),
      ]
      if let seed { members.append(JSON.member("seed", String(seed))) }
      Output.write(JSON.object(members) + "\n", to: .standardOutput)
      return
    }
    var text = ""
    if let seed { text += "in the order of --seed \(seed)\n" }
    if skipped > 0 { text += "\(skipped) not run\n" }
    Output.write(text + "\(passed) passed, \(failed) failed\n", to: .standardOutput)
  }

  private func line(_ test: TestCase, _ result: TestResult) -> String {
    switch result.status {
    case .skipped: return ""
    case .passed: return "\(paint("32", "ok")) \(test.title) (\(Self.time(result.milliseconds)))\n"
    case .failed:
      var text = "\(paint("1;31", "FAILED")) \(test.title) (\(Self.time(result.milliseconds)))\n"
      text += indented(result.report)
      if !result.output.isEmpty { text += "  it printed:\n" + indented(result.output) }
      return text
    }
  }

  private func paint(_ code: String, _ text: String) -> String {
    Output.hasColour(.standardOutput) ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private func indented(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
  }

  private func json(_ test: TestCase, _ result: TestResult) -> String {
    JSON.object([
      JSON.member("test", JSON.string(test.name)), JSON.member("file", JSON.string(test.file)),
      JSON.member("line", String(test.line)), JSON.member("status", JSON.string(result.status.rawValue)),
      JSON.member("milliseconds", Self.number(result.milliseconds)), JSON.member("report", JSON.string(result.report)),
      JSON.member("output", JSON.string(result.output)),
    ])
  }

  static func time(_ milliseconds: Double) -> String {
    milliseconds < 1_000 ? number(milliseconds) + " ms" : number(milliseconds / 1_000) + " s"
  }

  /// With one digit behind the point.
  private static func number(_ value: Double) -> String {
    let tenths = Int(min(value, 1e12) * 10 + 0.5)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
