// Diagnostics as JSON lines for tools: one object a diagnostic, always with the same members.

/// Writes diagnostics as JSON.
package struct DiagnosticJSON {
  let sources: SourceMap

  package init(sources: SourceMap) { self.sources = sources }

  /// One object on one line, without a line end. `start` and `end` are byte offsets in the file; lines and columns
  /// count from 1, columns in Unicode scalars.
  package func line(of diagnostic: Diagnostic) -> String {
    var members = [
      member("severity", string(diagnostic.severity.rawValue)),
      member("code", string(diagnostic.kind.code)),
      member("message", string(diagnostic.message)),
    ]
    members += place(diagnostic.span)
    members.append(member("label", string(diagnostic.label)))
    let labels = diagnostic.labels.map { object(place($0.span) + [member("message", string($0.text))]) }
    members.append(member("labels", array(labels)))
    members.append(member("notes", array(diagnostic.notes.map(string))))
    let fixIts = diagnostic.fixIts.map {
      object([member("title", string($0.title))] + place($0.span) + [member("replacement", string($0.replacement))])
    }
    members.append(member("fixIts", array(fixIts)))
    return object(members)
  }

  private func place(_ span: Span) -> [String] {
    guard span.start != .none, let file = sources.file(at: span.start) else {
      return [member("file", "null")]
    }
    let start = sources.location(of: span.start)
    let end = sources.location(of: span.end)
    return [
      member("file", string(file.path)),
      member("line", String(start.line)),
      member("column", String(start.column)),
      member("endLine", String(end.line)),
      member("endColumn", String(end.column)),
      member("start", String(span.start.offset - file.base)),
      member("end", String(span.end.offset &- file.base)),
    ]
  }

  private func member(_ name: String, _ value: String) -> String { "\"\(name)\":\(value)" }
  private func object(_ members: [String]) -> String { "{" + members.joined(separator: ",") + "}" }
  private func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

  /// A JSON string (RFC 8259, section 7).
  private func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
