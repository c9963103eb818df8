// From positions to lines and columns. Line tables are built when a diagnostic in the file is shown.

/// Where the lines of a file begin.
package struct LineTable: Sendable {
  /// Offsets in the file; the first is 0.
  package let starts: [UInt32]

  init(_ file: SourceFile) {
    var starts: [UInt32] = [0]
    for offset in 0..<file.count where file.bytes[offset] == 0x0A { starts.append(UInt32(offset) + 1) }
    self.starts = starts
  }

  /// The index, from 0, of the line that holds `offset`.
  package func line(at offset: UInt32) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}

extension SourceMap {
  /// The place of `position`; line and column are 0 if it lies in no file.
  package func location(of position: Position) -> Location {
    guard let file = file(at: position) else { return Location(path: "", line: 0, column: 0) }
    let offset = Int(position.offset - file.base)
    let table = lineTable(of: file)
    let line = table.line(at: UInt32(offset))
    // Many diagnostics may lie on one long line: counting goes on from the last place asked for.
    var start = Int(table.starts[line])
    var column = 1
    if lastPlace.base == file.base, lastPlace.offset >= start, lastPlace.offset <= offset {
      (start, column) = (lastPlace.offset, lastPlace.column)
    }
    while start < offset {
      start += 1
      if file.bytes[start] & 0xC0 != 0x80 { column += 1 }
    }
    lastPlace = (file.base, offset, column)
    return Location(path: file.path, line: line + 1, column: column)
  }
}

extension SourceMap {
  /// The source line that `position` lies in, as diagnostics show it; empty if it lies in no file.
  package func lineText(at position: Position) -> String {
    guard let file = file(at: position) else { return "" }
    let table = lineTable(of: file)
    let line = table.line(at: position.offset - file.base)
    let start = Int(table.starts[line])
    var end = line + 1 < table.starts.count ? Int(table.starts[line + 1]) - 1 : file.count
    while end > start, file.bytes[end - 1] == 0x0D || file.bytes[end - 1] == 0x0A { end -= 1 }
    return SourceLine(file, from: start, to: end, focus: Int(position.offset - file.base)).text
  }
}

extension Diagnostics {
  /// Puts the diagnostics in the order of their places; those without a place come first. Equal places keep the
  /// order in which they were found.
  package mutating func sortByPosition() {
    let order = items.indices.sorted {
      let (a, b) = (items[$0].span.start.offset, items[$1].span.start.offset)
      return a != b ? a < b : $0 < $1
    }
    reorder(order)
  }
}
