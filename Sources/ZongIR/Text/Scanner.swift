// Reads the pieces of the IR's text form from bytes: words, numbers, names, strings. It never reads past the end and
// never goes back; a failed `consume` leaves the place as it was.

/// A place in a text and what can be read from it.
struct Scanner {
  private let bytes: [UInt8]
  private(set) var place = 0
  private(set) var line = 1

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { place >= bytes.count }

  /// The next byte, or 0 at the end.
  var peek: UInt8 { place < bytes.count ? bytes[place] : 0 }

  /// Skips blanks and comments (from `;` on) within the line.
  mutating func skipBlanks() {
    while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") || peek == UInt8(ascii: "\r") { place += 1 }
    guard peek == UInt8(ascii: ";") else { return }
    while !isAtEnd && peek != UInt8(ascii: "\n") { place += 1 }
  }

  /// Skips line ends, and blanks and comments before and after them.
  mutating func skipLines() {
    skipBlanks()
    while !isAtEnd && peek == UInt8(ascii: "\n") {
      place += 1
      line += 1
      skipBlanks()
    }
  }

  var isAtLineEnd: Bool { isAtEnd || peek == UInt8(ascii: "\n") }

  mutating func consume(_ character: UnicodeScalar) -> Bool {
    guard !isAtEnd, UInt32(peek) == character.value else { return false }
    place += 1
    skipBlanks()
    return true
  }

  /// A run of letters, digits, `_` and `.`; nil if there is none.
  mutating func word() -> String? {
    let start = place
    while Printer.isNameByte(peek) && !isAtEnd { place += 1 }
    guard place > start else { return nil }
    defer { skipBlanks() }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  /// The word if it is `expected`.
  mutating func consume(word expected: String) -> Bool {
    let before = self.place
    if word() == expected { return true }
    place = before
    return false
  }

  /// `prefix` directly followed by a number, like `global3`.
  mutating func numbered(_ prefix: String) -> UInt32? {
    let before = place
    if let word = word(), word.hasPrefix(prefix), let number = UInt32(word.dropFirst(prefix.utf8.count)) {
      return number
    }
    place = before
    return nil
  }

  /// A decimal number that fits in 32 bits.
  mutating func number() -> UInt32? {
    let start = place
    var value: UInt32 = 0
    while peek >= UInt8(ascii: "0") && peek <= UInt8(ascii: "9") {
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = product.addingReportingOverflow(UInt32(peek - UInt8(ascii: "0")))
      if overflows || overflowsToo { return nil }
      value = sum
      place += 1
    }
    guard place > start else { return nil }
    skipBlanks()
    return value
  }

  /// Everything up to a blank, as the text of a number.
  mutating func numeral() -> String {
    let start = place
    while !isAtLineEnd && peek != UInt8(ascii: " ") { place += 1 }
    defer { skipBlanks() }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  /// A name: a word, or a string.
  mutating func name() -> String? {
    if peek == UInt8(ascii: "\"") { return string().map { String(decoding: $0, as: UTF8.self) } }
    return word()
  }

  /// A string in quotes, with `\"`, `\\` and two hexadecimal digits after `\`.
  mutating func string() -> [UInt8]? {
    guard peek == UInt8(ascii: "\""), !isAtEnd else { return nil }
    place += 1
    var result: [UInt8] = []
    while !isAtLineEnd && peek != UInt8(ascii: "\"") {
      if peek == UInt8(ascii: "\\") {
        place += 1
        guard let byte = escape() else { return nil }
        result.append(byte)
      } else {
        result.append(peek)
        place += 1
      }
    }
    guard consume("\"") else { return nil }
    return result
  }

  private mutating func escape() -> UInt8? {
    if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "\\") {
      defer { place += 1 }
      return peek
    }
    guard let high = Scanner.digit(peek) else { return nil }
    place += 1
    guard let low = Scanner.digit(peek) else { return nil }
    place += 1
    return high << 4 | low
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
