// Shows diagnostics: as text with the source for people, as JSON lines for tools.

import ZongStores
import ZongSyntax

struct Reporter {
  let format: MessageFormat

  /// Writes diagnostics: text to standard error, JSON to standard output.
  func show(_ diagnostics: Diagnostics, _ sources: SourceMap) {
    if diagnostics.items.isEmpty { return }
    switch format {
    case .text:
      let renderer = DiagnosticRenderer(sources: sources, usesColour: Output.hasColour(.standardError))
      Output.write(renderer.text(of: diagnostics), to: .standardError)
    case .json:
      let json = DiagnosticJSON(sources: sources)
      var text = ""
      for item in diagnostics.items { text += json.line(of: item) + "\n" }
      Output.write(text, to: .standardOutput)
    }
  }
}

/// The diagnostics of several programs, each once: those of a file that two of them import are the same.
struct SeenDiagnostics {
  private var lines: Set<String> = []

  /// Those that haven't been there yet.
  mutating func new(of diagnostics: Diagnostics, _ sources: SourceMap) -> Diagnostics {
    let json = DiagnosticJSON(sources: sources)
    var new = Diagnostics()
    new.append(contentsOf: diagnostics) { (diagnostic: inout Diagnostic) in
      lines.insert(json.line(of: diagnostic)).inserted
    }
    return new
  }
}
