// Asking the person at the terminal for what a program wasn't allowed from the beginning: `zong run --prompt`.

/// What was answered.
private enum Answer { case once, always, never }

/// The terminal of the process, opened when the first question comes. Without one nothing is allowed.
final class Prompt {
  private lazy var terminal = Descriptor(path: "/dev/tty", O_RDWR | O_NOCTTY)

  /// Asks whether the program may do something, such as `read notes.txt`.
  ///
  /// - Parameter option: what would have allowed it on the command line.
  /// - Parameter keep: takes down an answer that holds from now on: that it is allowed, or that it isn't.
  func allows(_ deed: String, option: String, keep: (_ isAllowed: Bool) -> Void) -> Bool {
    let answer = ask(deed, option: option)
    if answer != .once { keep(answer == .always) }
    return answer != .never
  }

  private func ask(_ deed: String, option: String) -> Answer {
    let answer = answer(to: deed, option: option, "[o]nce, for this [r]un, [d]eny") { (line) -> Answer? in
      switch line.lowercased() {
      case "o", "once": .once
      case "r", "run": .always
      case "d", "deny", "n", "no": .never
      default: nil
      }
    }
    return answer ?? .never
  }

  /// Asks which of the environment's variables the program may see. It reads them once, all that it may see, so that nobody
  /// can be asked for one by one; but the answer may name them.
  func variables() -> NamePermission.Allowance {
    let deed = "see the environment's variables"
    let choices = "[a]ll, NAME,A_* for these, [d]eny"
    let answer = answer(to: deed, option: "--allow-env", choices) { (line) -> NamePermission.Allowance? in
      switch line.lowercased() {
      case "a", "all", "o", "once", "r", "run": .all
      case "d", "deny", "n", "no": .names([])
      default: NamePermission.Allowance(line)
      }
    }
    return answer ?? .names([])
  }

  /// Asks up to three times, until `read` understands the answer.
  private func answer<Choice>(
    to deed: String, option: String, _ choices: String, _ read: (String) -> Choice?
  ) -> Choice? {
    guard let terminal else { return nil }
    let question = "the program wants to \(Prompt.plain(deed)) (\(Prompt.plain(option)))\n"
    for attempt in 0..<3 {
      // What was typed before the question isn't its answer.
      tcflush(terminal.number, TCIFLUSH)
      guard say((attempt == 0 ? question : "") + "allow it? \(choices): ", terminal) else { break }
      guard let line = readLine(terminal) else { break }
      if let answer = read(line) { return answer }
    }
    return nil
  }

  private func say(_ text: String, _ terminal: Descriptor) -> Bool {
    Array(text.utf8).withUnsafeBytes { terminal.write($0) }
  }

  /// A line without white space around it; null at the end of input. Longer ones are no answers.
  private func readLine(_ terminal: Descriptor) -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 500 {
      let count = read(terminal.number, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { return nil }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if byte != UInt8(ascii: " ") { line.append(byte) }
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// Text without what would do something to the terminal: a name may hold anything.
  private static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
