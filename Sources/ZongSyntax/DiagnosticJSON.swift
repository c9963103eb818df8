// Diagnostics as JSON lines for tools: one object a diagnostic, always with the same members.

/// Writes diagnostics as JSON.
package struct DiagnosticJSON {
  let sources: SourceMap

  package init(sources: SourceMap) { self.sources = sources }

  /// One object on one line, without a line end. `start` and `end` are byte offsets in the file; lines and columns
  /// count from 1, columns in Unicode scalars.
  package func line(of diagnostic: Diagnostic) -> String {
    var members = [
      JSON.member("severity", JSON.string(diagnostic.severity.rawValue)),
      JSON.member("code", JSON.string(diagnostic.kind.code)),
      JSON.member("message", JSON.string(diagnostic.message)),
    ]
    members += place(diagnostic.span)
    members.append(JSON.member("label", JSON.string(diagnostic.label)))
    let labels = diagnostic.labels.map { JSON.object(place($0.span) + [JSON.member("message", JSON.string($0.text))]) }
    members.append(JSON.member("labels", JSON.array(labels)))
    members.append(JSON.member("notes", JSON.array(diagnostic.notes.map(JSON.string))))
    let fixIts = diagnostic.fixIts.map {
      JSON.object(
        [JSON.member("title", JSON.string($0.title))] + place($0.span)
          + [JSON.member("replacement", JSON.string($0.replacement))])
    }
    members.append(JSON.member("fixIts", JSON.array(fixIts)))
    return JSON.object(members)
  }

  private func place(_ span: Span) -> [String] {
    guard span.start != .none, let file = sources.file(at: span.start) else {
      return [JSON.member("file", "null")]
    }
    let start = sources.location(of: span.start)
    let end = sources.location(of: span.end)
    return [
      JSON.member("file", JSON.string(file.path)),
      JSON.member("line", String(start.line)),
      JSON.member("column", String(start.column)),
      JSON.member("endLine", String(end.line)),
      JSON.member("endColumn", String(end.column)),
      JSON.member("start", String(span.start.offset - file.base)),
      JSON.member("end", String(span.end.offset &- file.base)),
    ]
  }
}
