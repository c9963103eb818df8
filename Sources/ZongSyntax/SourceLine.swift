// One line of source text as a terminal shows it: tabs spread out, control characters escaped, a long line cut
// to a window, and for each place in it the column on the screen.

import ZongStores

/// A shown line, or the window of a long one.
struct SourceLine {
  /// Lines of more bytes are cut.
  static let limit = 240
  /// A cut line begins this many bytes before the first marked place, and has this many in all.
  static let lead = 60
  static let window = 160
  static let tabWidth = 4

  /// What is printed.
  private(set) var text = ""
  /// The offsets in the file of the shown scalars, and the screen columns at which they begin, from 0. The last
  /// pair stands for the end.
  private var offsets: [Int] = []
  private var columns: [Int] = []

  /// The line from `start` to `end`, which are offsets in the file; `focus` must be visible.
  init(_ file: SourceFile, from start: Int, to end: Int, focus: Int) {
    var from = start
    var to = end
    if to - from > SourceLine.limit {
      from = max(start, min(focus, end) - SourceLine.lead)
      to = min(end, from + SourceLine.window)
      while from > start && file.bytes[from] & 0xC0 == 0x80 { from -= 1 }
      while to > from && to < end && file.bytes[to] & 0xC0 == 0x80 { to -= 1 }
    }
    var column = 0
    if from > start { append("…", 1, at: from, &column) }
    let slice = UnsafeBufferPointer(rebasing: file.text[from..<max(from, to)])
    var offset = from
    for scalar in String(decoding: slice, as: UTF8.self).unicodeScalars {
      append(scalar, at: offset, &column)
      offset += UTF8.width(scalar)
    }
    offsets.append(max(offset, to))
    columns.append(column)
    if to < end { text += "…" }
  }

  private mutating func append(_ scalar: Unicode.Scalar, at offset: Int, _ column: inout Int) {
    if scalar == "\t" {
      let width = SourceLine.tabWidth - column % SourceLine.tabWidth
      return append(String(repeating: " ", count: width), width, at: offset, &column)
    }
    let shown = SourceText.visible(scalar)
    let isEscaped = shown.unicodeScalars.count > 1
    append(shown, isEscaped ? shown.count : SourceLine.width(of: scalar), at: offset, &column)
  }

  private mutating func append(_ shown: String, _ width: Int, at offset: Int, _ column: inout Int) {
    offsets.append(offset)
    columns.append(column)
    text += shown
    column += width
  }

  /// The screen column of a place, held within the window.
  func column(of offset: Int) -> Int {
    var low = 0
    var high = offsets.count
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return columns[min(low, columns.count - 1)]
  }

  /// How many columns a scalar takes: none for marks, two for wide letters and pictures.
  static func width(of scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
