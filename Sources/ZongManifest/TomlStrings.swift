// The four kinds of strings of TOML: in one line or several, with escapes or without.

extension TomlReader {
  /// `"text"`, with escapes.
  mutating func basicString() throws(TomlError) -> String {
    let start = at
    var text: [UInt8] = []
    at += 1
    while current != UInt8(ascii: "\"") {
      if current == UInt8(ascii: "\\") {
        try escape(into: &text)
      } else {
        text.append(try character(from: start))
      }
    }
    at += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// `'text'`, as it stands.
  mutating func literalString() throws(TomlError) -> String {
    let start = at
    var text: [UInt8] = []
    at += 1
    while current != UInt8(ascii: "'") { text.append(try character(from: start)) }
    at += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// Text of several lines between `"""`, with escapes.
  mutating func longBasicString() throws(TomlError) -> String {
    let start = at
    var text: [UInt8] = []
    at += 3
    _ = skipLineEnd()
    while !closes(UInt8(ascii: "\""), &text) {
      if current == UInt8(ascii: "\\") {
        if !skipJoint() { try escape(into: &text) }
      } else {
        text.append(try longCharacter(from: start))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Text of several lines between `'''`, as it stands.
  mutating func longLiteralString() throws(TomlError) -> String {
    let start = at
    var text: [UInt8] = []
    at += 3
    _ = skipLineEnd()
    while !closes(UInt8(ascii: "'"), &text) { text.append(try longCharacter(from: start)) }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func character(from start: Int) throws(TomlError) -> UInt8 {
    let byte = current
    if isAtEnd || byte == lineFeed || byte == carriageReturn {
      throw failure("a string ends on the line that it begins on", from: start)
    }
    if isControl(byte) { throw failure("a string can't hold control characters; \\uXXXX stands for one") }
    at += 1
    return byte
  }

  /// A character or a line end.
  private mutating func longCharacter(from start: Int) throws(TomlError) -> UInt8 {
    if isAtEnd { throw TomlError(message: "the string isn't ended", span: start..<(start + 3)) }
    if skipLineEnd() { return lineFeed }
    return try character(from: start)
  }

  /// Whether a long string ends here. Up to two quotes in front of the three that end it belong to it.
  private mutating func closes(_ quote: UInt8, _ text: inout [UInt8]) -> Bool {
    var count = 0
    while count < 5, peek(count) == quote { count += 1 }
    if count < 3 { return false }
    text.append(contentsOf: repeatElement(quote, count: count - 3))
    at += count
    return true
  }

  /// A `\` at the end of a line: it and all white space up to the next character are no part of the string.
  private mutating func skipJoint() -> Bool {
    var end = at + 1
    while bytes[end] == space || bytes[end] == tab { end += 1 }
    guard bytes[end] == lineFeed || bytes[end] == carriageReturn && bytes[end + 1] == lineFeed else { return false }
    at = end
    while current == space || current == tab || skipLineEnd() { if current == space || current == tab { at += 1 } }
    return true
  }

  private mutating func escape(into text: inout [UInt8]) throws(TomlError) {
    let start = at
    at += 1
    let letter = current
    if !isAtEnd && letter != lineFeed { at += 1 }
    switch letter {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(tab)
    case UInt8(ascii: "n"): text.append(lineFeed)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "r"): text.append(carriageReturn)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(letter)
    case UInt8(ascii: "u"): try scalar(4, from: start, into: &text)
    case UInt8(ascii: "U"): try scalar(8, from: start, into: &text)
    default: throw failure("the escapes are \\b \\t \\n \\f \\r \\\" \\\\ \\uXXXX \\UXXXXXXXX", from: start)
    }
  }

  private mutating func scalar(_ digits: Int, from start: Int, into text: inout [UInt8]) throws(TomlError) {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = Character(Unicode.Scalar(current)).hexDigitValue, current < 0x80 else {
        throw failure("\\\(digits == 4 ? "u" : "U") is followed by \(digits) hexadecimal digits", from: start)
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    guard let scalar = Unicode.Scalar(value) else { throw failure("there is no such character", from: start) }
    text.append(contentsOf: Array(String(scalar).utf8))
  }
}
