// The text as it is written, line by line.

import ZongStores

/// Formatted text that grows at its end.
struct Page: ~Copyable {
  /// Spaces for each step of indentation.
  static let indentation = 4
  /// No line is made longer than this many columns where it can be broken.
  static let width = 120

  private(set) var text: Store<UInt8>
  /// The indentation of the current line, in steps.
  private(set) var indent = 0
  /// Columns written on the current line; a byte that continues a character takes none.
  private(set) var column = 0
  /// Nothing was written on the current line yet.
  private(set) var isLineStart = true

  init(room: Int) { text = Store(capacity: room) }

  /// Ends the current line, if something is on it, leaves a blank one if wanted, and begins the next.
  mutating func beginLine(indent: Int, blankBefore: Bool) {
    if !isLineStart { text.append(0x0A) }
    if blankBefore && !text.isEmpty { text.append(0x0A) }
    self.indent = indent
    column = indent * Self.indentation
    isLineStart = true
  }

  mutating func space() {
    text.append(0x20)
    column += 1
  }

  mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    if isLineStart { text.append(repeating: 0x20, count: indent * Self.indentation) }
    isLineStart = false
    text.append(contentsOf: bytes)
    column += Self.columns(bytes)
  }

  mutating func write(_ byte: UInt8) {
    text.append(byte)
    column += 1
  }

  mutating func end() {
    if !isLineStart { text.append(0x0A) }
    isLineStart = true
  }

  static func columns(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    for byte in bytes where byte & 0xC0 != 0x80 { count &+= 1 }
    return count
  }
}
