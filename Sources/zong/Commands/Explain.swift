import ArgumentParser
import ZongSyntax

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a diagnostic means, with an example and the cure.",
    discussion: """
      EXAMPLES:
        zong explain Z0301                              the page about one kind
        zong explain --list                             all kinds, one a line
        zong explain Z0301 --message-format json        for editors and tools

      Exit status: 0, or 2 if there is no such code.
      """)

  @Flag(help: "List all kinds of diagnostics.")
  var list = false

  @Option(help: ArgumentHelp("How pages are written.", valueName: "text|json"))
  var messageFormat = MessageFormat.text

  @Argument(help: "The code of a diagnostic, such as Z0301.")
  var code: String?

  func validate() throws {
    if list == (code != nil) { throw ValidationError("give either the code of a diagnostic or --list") }
  }

  func run() throws {
    guard let code else {
      showList()
      return
    }
    guard let kind = DiagnosticKind(code: code) else {
      Output.error("there is no diagnostic `\(code)`; \(suggestion(for: code))`zong explain --list` shows all")
      throw ExitStatus.usage
    }
    switch messageFormat {
    case .text:
      let page = ExplanationPage(kind, usesColour: Output.hasColour(.standardOutput))
      Output.write(page.text, to: .standardOutput)
    case .json: Output.write(json(kind) + "\n", to: .standardOutput)
    }
  }

  /// All kinds in the order of their codes.
  private func showList() {
    var text = ""
    for kind in DiagnosticKind.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
      switch messageFormat {
      case .text: text += "\(kind.code)  \(kind.explanation.title)\n"
      case .json: text += json(kind) + "\n"
      }
    }
    Output.write(text, to: .standardOutput)
  }

  /// The codes whose numbers are near the one given, as a question; empty if there are none.
  private func suggestion(for code: String) -> String {
    guard let number = Int(code.drop { !$0.isNumber }) else { return "" }
    let near = DiagnosticKind.allCases
      .map { (code: $0.code, distance: abs(Int($0.rawValue) - number)) }
      .filter { $0.distance <= 20 }
      .sorted { ($0.distance, $0.code) < ($1.distance, $1.code) }
      .prefix(3)
    if near.isEmpty { return "" }
    if let first = near.first, first.distance == 0 { return "did you mean \(first.code)? " }
    return "near it are \(near.map(\.code).sorted().joined(separator: ", ")); "
  }

  /// A page as one JSON object. `exact` tells whether `wrong` can be compiled as it stands.
  private func json(_ kind: DiagnosticKind) -> String {
    let page = kind.explanation
    return JSON.object([
      JSON.member("code", JSON.string(kind.code)),
      JSON.member("severity", JSON.string(kind.severity.rawValue)),
      JSON.member("title", JSON.string(page.title)),
      JSON.member("text", JSON.string(page.text)),
      JSON.member("wrong", JSON.string(page.wrong)),
      JSON.member("cured", JSON.string(page.cured)),
      JSON.member("exact", page.isExact ? "true" : "false"),
    ])
  }
}

/// The page about a kind of diagnostic as it is read on a terminal.
struct ExplanationPage {
  private static let width = 80

  let text: String

  init(_ kind: DiagnosticKind, usesColour: Bool) {
    let page = kind.explanation
    func heading(_ text: String, _ style: String) -> String { usesColour ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text }
    text = """
      \(heading("\(kind.code) (\(kind.severity.rawValue)): \(page.title)", "1"))

      \(ExplanationPage.wrapped(page.text))

      \(heading("Wrong:", "1;31"))

      \(ExplanationPage.indented(page.wrong))
      \(heading("Right:", "1;32"))

      \(ExplanationPage.indented(page.cured))
      """
  }

  /// A program's lines, moved in.
  private static func indented(_ program: String) -> String {
    var lines = program.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
  }

  /// Text in lines of at most 80 columns. What stands between backticks stays on one line.
  private static func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in words(text) {
      if !line.isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? word : " " + word
    }
    return (lines + [line]).joined(separator: "\n")
  }

  /// The pieces between which a line may end.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isCode = false
    for character in text {
      if character == "`" { isCode.toggle() }
      if character.isWhitespace && !isCode {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}
