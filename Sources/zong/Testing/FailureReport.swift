// Why a test failed, in words: the stop with its trace, what was never freed, and for texts of several lines their
// difference.

import ZongRuntime

struct FailureReport {
  let files: [SourceText]

  /// Empty if the test passed.
  func text(_ outcome: Outcome, _ leaks: LeakReport) -> String {
    let renderer = ReportRenderer(colour: Output.hasColour(.standardOutput)) { path in
      files.first { $0.path == path }.map { String(decoding: $0.bytes.buffer, as: UTF8.self) }
    }
    switch outcome {
    case .exited(0): return leaks.hasUnreachable ? leaks.unreachableText : ""
    case .exited(let status): return "the test ended with status \(status)\n"
    case .stopped(let report), .timedOut(let report): return renderer.render(report) + difference(report.notes)
    case .failed(let error): return renderer.render(error)
    }
  }

  /// The difference of the two sides of an `expect`, where they are texts of several lines.
  private func difference(_ notes: [String]) -> String {
    guard let left = side("left:  ", notes), let right = side("right: ", notes) else { return "" }
    guard left.contains("\n") || right.contains("\n"), left != right else { return "" }
    return "difference (- left, + right):\n" + LineDiff(left, right).unified()
  }

  /// The text that a note shows in quotes; null if there is no such note.
  private func side(_ label: String, _ notes: [String]) -> String? {
    guard let note = notes.first(where: { $0.hasPrefix(label) })?.dropFirst(label.count), note.count >= 2,
      note.first == "\"", note.last == "\""
    else { return nil }
    var text = ""
    var isEscaped = false
    for character in note.dropFirst().dropLast() {
      if isEscaped {
        let escapes: [Character: Character] = ["n": "\n", "r": "\r", "t": "\t"]
        text.append(escapes[character] ?? character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        text.append(character)
      }
    }
    return text
  }
}
