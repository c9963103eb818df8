// Diagnostics as text for people: the message, the source lines with what is marked in them, notes and cures.
//
//     error[Z0206]: a statement ends with `;` or with its line; `y` can't follow
//       --> main.zong:3:9
//        |
//      3 |   x = 1 y = 2
//        |         ^
//        = help: end the statement

import ZongStores

/// Writes diagnostics for a terminal or a log.
package struct DiagnosticRenderer {
  let sources: SourceMap
  let usesColour: Bool

  package init(sources: SourceMap, usesColour: Bool) {
    self.sources = sources
    self.usesColour = usesColour
  }

  /// One diagnostic, with a line end at its end.
  package func text(of diagnostic: Diagnostic) -> String {
    let style: Style = diagnostic.severity == .error ? .error : .warning
    var marks = [Mark(diagnostic.span, diagnostic.label, style)]
    for label in diagnostic.labels { marks.append(Mark(label.span, label.text, .gutter)) }
    let groups = fileGroups(marks)
    let width = gutterWidth(groups)
    var result = header(of: diagnostic)
    for group in groups { result += excerpt(group, width) }
    let gutter = String(repeating: " ", count: width + 1)
    for note in diagnostic.notes {
      result += gutter + paint("= ", .gutter) + paint("note: ", .strong) + safe(note) + "\n"
    }
    for fixIt in diagnostic.fixIts {
      result += gutter + paint("= ", .gutter) + paint("help: ", .help) + safe(fixIt.title) + "\n"
    }
    return result
  }

  /// All diagnostics, an empty line between them, and what the counts come to.
  package func text(of diagnostics: Diagnostics) -> String {
    var result = ""
    for item in diagnostics.items { result += text(of: item) + "\n" }
    return result + summary(of: diagnostics)
  }

  /// `2 errors`, and what is not shown. Empty if there is nothing to say.
  package func summary(of diagnostics: Diagnostics) -> String {
    let warnings = diagnostics.items.reduce(0) { $0 + ($1.severity == .warning ? 1 : 0) }
    var parts: [String] = []
    if diagnostics.errorCount > 0 { parts.append(counted(diagnostics.errorCount, "error")) }
    if warnings > 0 { parts.append(counted(warnings, "warning")) }
    if parts.isEmpty { return "" }
    let hidden = diagnostics.dropped > 0 ? "; only the first \(diagnostics.items.count) are shown" : ""
    return parts.joined(separator: ", ") + hidden + "\n"
  }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  private func header(of diagnostic: Diagnostic) -> String {
    let isError = diagnostic.severity == .error
    let title = "\(diagnostic.severity.rawValue)[\(diagnostic.kind.code)]"
    return paint(title, isError ? .error : .warning) + paint(": " + safe(diagnostic.message), .strong) + "\n"
  }

  // MARK: Excerpts

  /// The marks in one file, the primary one's file first.
  private struct FileGroup {
    let file: SourceFile
    var marks: [Mark]
  }

  private func fileGroups(_ marks: [Mark]) -> [FileGroup] {
    var groups: [FileGroup] = []
    for mark in marks {
      guard mark.span.start != .none, let file = sources.file(at: mark.span.start) else { continue }
      if let index = groups.firstIndex(where: { $0.file === file }) {
        groups[index].marks.append(mark)
      } else {
        groups.append(FileGroup(file: file, marks: [mark]))
      }
    }
    return groups
  }

  private func gutterWidth(_ groups: [FileGroup]) -> Int {
    var last = 1
    for group in groups {
      let table = sources.lineTable(of: group.file)
      for mark in group.marks { last = max(last, table.line(at: mark.span.start.offset - group.file.base) + 1) }
    }
    return max(2, String(last).count)
  }

  private func excerpt(_ group: FileGroup, _ width: Int) -> String {
    let file = group.file
    let table = sources.lineTable(of: file)
    let margin = String(repeating: " ", count: width + 1)
    let location = sources.location(of: group.marks[0].span.start)
    let place = "\(safe(location.path)):\(location.line):\(location.column)"
    var result = String(repeating: " ", count: width) + paint("--> ", .gutter) + place + "\n"
    result += margin + paint("|", .gutter) + "\n"
    let sorted = group.marks.sorted { $0.span.start < $1.span.start }
    var index = 0
    var previous: Int?
    while index < sorted.count {
      let line = table.line(at: sorted[index].span.start.offset - file.base)
      var onLine: [Mark] = []
      while index < sorted.count, table.line(at: sorted[index].span.start.offset - file.base) == line {
        onLine.append(sorted[index])
        index += 1
      }
      if let previous, line > previous + 1 { result += margin + paint("⋮", .gutter) + "\n" }
      previous = line
      result += lineExcerpt(file, table, line, onLine, width)
    }
    return result
  }

  private func lineExcerpt(_ file: SourceFile, _ table: LineTable, _ line: Int, _ marks: [Mark], _ width: Int) -> String
  {
    let start = Int(table.starts[line])
    var end = line + 1 < table.starts.count ? Int(table.starts[line + 1]) - 1 : file.count
    while end > start, file.bytes[end - 1] == 0x0D || file.bytes[end - 1] == 0x0A { end -= 1 }
    let focus = marks.first { $0.isPrimary } ?? marks[0]
    let shown = SourceLine(file, from: start, to: end, focus: Int(focus.span.start.offset - file.base))
    let number = String(line + 1)
    let padding = String(repeating: " ", count: width - number.count)
    var result = paint("\(padding)\(number) |", .gutter) + (shown.text.isEmpty ? "" : " ") + shown.text + "\n"
    let placed = marks.map { mark -> PlacedMark in
      let from = Int(mark.span.start.offset - file.base)
      let to = max(from, min(Int(mark.span.end.offset) - Int(file.base), end))
      let column = shown.column(of: min(from, end))
      return PlacedMark(mark: mark, column: column, width: max(1, shown.column(of: to) - column))
    }
    let margin = String(repeating: " ", count: width + 1) + paint("|", .gutter) + " "
    for row in markRows(placed) { result += margin + row + "\n" }
    return result
  }

  /// A mark where it stands on the screen.
  private struct PlacedMark {
    let mark: Mark
    let column: Int
    let width: Int
  }

  /// The row of carets, with the last label behind it, and a row for each other label, from right to left.
  private func markRows(_ marks: [PlacedMark]) -> [String] {
    var cells: [Cell] = []
    for placed in marks.sorted(by: { !$0.mark.isPrimary && $1.mark.isPrimary }) {
      let sign: Character = placed.mark.isPrimary ? "^" : "-"
      place(String(repeating: sign, count: placed.width), at: placed.column, placed.mark.style, &cells)
    }
    var rest = marks
    let end = marks.map { $0.column + $0.width }.max() ?? 0
    if let last = marks.last, last.column + last.width == end {
      place(" " + safe(last.mark.text), at: end, last.mark.style, &cells)
      rest.removeLast()
    }
    var rows = [written(cells)]
    while let last = rest.popLast() {
      if last.mark.text.isEmpty { continue }
      var row: [Cell] = []
      for other in rest where !other.mark.text.isEmpty { place("|", at: other.column, other.mark.style, &row) }
      place(safe(last.mark.text), at: last.column, last.mark.style, &row)
      rows.append(written(row))
    }
    return rows
  }

  private struct Cell {
    var character: Character
    var style: Style
  }

  private func place(_ text: String, at column: Int, _ style: Style, _ cells: inout [Cell]) {
    while cells.count < column + text.count { cells.append(Cell(character: " ", style: .plain)) }
    for (index, character) in text.enumerated() { cells[column + index] = Cell(character: character, style: style) }
  }

  private func written(_ cells: [Cell]) -> String {
    var result = ""
    var index = 0
    var end = cells.count
    while end > 0 && cells[end - 1].character == " " { end -= 1 }
    while index < end {
      var run = ""
      let style = cells[index].style
      while index < end, cells[index].style == style {
        run.append(cells[index].character)
        index += 1
      }
      result += paint(run, style)
    }
    return result
  }

  // MARK: Text and colour

  private func safe(_ text: String) -> String { SourceText.printable(text) }

  /// What a piece of text is, for its colour.
  enum Style { case plain, error, warning, strong, gutter, help }

  private func paint(_ text: String, _ style: Style) -> String {
    guard usesColour, style != .plain else { return text }
    let code =
      switch style {
      case .plain: "0"
      case .error: "1;31"
      case .warning: "1;33"
      case .strong: "1"
      case .gutter: "1;34"
      case .help: "1;32"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  /// A marked place.
  private struct Mark {
    let span: Span
    let text: String
    let style: Style
    init(_ span: Span, _ text: String, _ style: Style) {
      self.span = span
      self.text = text
      self.style = style
    }
    var isPrimary: Bool { style != .gutter }
  }
}
