// The values of literal tokens, computed where they are needed. A literal that the lexer has reported as wrong
// gets some value: nothing here fails or traps, and time is linear in the length of the literal.

import ZongStores

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

/// An integer literal's value.
package struct IntegerValue: Equatable, Sendable {
  /// The low 64 bits, or `UInt64.max` if it doesn't fit.
  package let value: UInt64
  /// It is 2^64 or more.
  package let overflows: Bool
}

/// What was found in a piece of text besides its bytes.
package struct TextFacts: Equatable, Sendable {
  /// It holds `\xNN`, so it need not be UTF-8: it can serve as a `U8[]`, not as a `String`.
  package var hasByteEscapes = false
}

/// How the text of a string literal, with all its pieces, is laid out in the source.
package struct TextLayout: Equatable, Sendable {
  package let isMultiline: Bool
  /// How many bytes of white space are removed at the beginning of each line.
  package let indentation: Int
  /// The line end before the closing `"""` is no part of the text.
  package let dropsLastLineEnd: Bool

  /// The layout of a string on one line.
  package static let plain = TextLayout(isMultiline: false, indentation: 0, dropsLastLineEnd: false)
}

/// Decodes literal tokens.
package enum LiteralDecoder {
  // MARK: Numbers

  /// The value of an `integer` token.
  package static func integer(_ token: TokenId, in tokens: TokenStore) -> IntegerValue {
    let text = tokens.bytes(of: token)
    guard text.count > 2, text[0] == 0x30, let base = NumberBase(letter: text[1]) else { return decimal(text) }
    var value: UInt64 = 0
    let high = UInt64.max << (64 - base.bits)
    for byte in text.dropFirst(2) where byte != 0x5F {
      guard base.hasDigit(byte) else { break }
      if value & high != 0 { return IntegerValue(value: .max, overflows: true) }
      value = value << base.bits | UInt64(hexDigitValue(byte))
    }
    return IntegerValue(value: value, overflows: false)
  }

  private static func decimal(_ text: UnsafeBufferPointer<UInt8>) -> IntegerValue {
    var value: UInt64 = 0
    for byte in text where byte != 0x5F {
      guard byte &- 0x30 < 10 else { break }
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(UInt64(byte &- 0x30))
      if first || second { return IntegerValue(value: .max, overflows: true) }
      value = sum
    }
    return IntegerValue(value: value, overflows: false)
  }

  /// The value of a `float` token (or of an `integer` token where a float is wanted), rounded to nearest once.
  /// Infinite if it is too large.
  package static func float(_ token: TokenId, in tokens: TokenStore) -> Double {
    withPlainNumber(token, in: tokens) { strtod($0, nil) }
  }

  /// The same, rounded to an `F32` in one step.
  package static func float32(_ token: TokenId, in tokens: TokenStore) -> Float {
    withPlainNumber(token, in: tokens) { strtof($0, nil) }
  }

  /// Calls `body` with the number's text without underscores, ended by zero. The C library rounds correctly and
  /// takes digits without limit; the process's locale is never changed, so its point is `.`.
  private static func withPlainNumber<Value>(
    _ token: TokenId, in tokens: TokenStore, _ body: (UnsafePointer<CChar>) -> Value
  ) -> Value {
    let text = tokens.bytes(of: token)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
      var count = 0
      for byte in text {
        let isNumber = byte &- 0x30 < 10 || byte == 0x2E || byte | 0x20 == 0x65 || byte == 0x2B || byte == 0x2D
        if isNumber {
          buffer[count] = CChar(truncatingIfNeeded: byte)
          count += 1
        } else if byte != 0x5F {
          break
        }
      }
      buffer[count] = 0
      guard let base = buffer.baseAddress else { return body("0") }
      return body(UnsafePointer(base))
    }
  }

  // MARK: Characters

  /// The code point of a `character` token. A mistake that was reported gives 0 or the first code point.
  package static func character(_ token: TokenId, in tokens: TokenStore) -> UInt32 {
    let text = tokens.bytes(of: token)
    guard text.count > 2 else { return 0 }
    var reader = TextReader(bytes: UnsafeBufferPointer(rebasing: text.dropFirst()))
    if text[1] == 0x5C { return reader.readEscape().value }
    return reader.readScalar()
  }

  // MARK: Strings

  /// The layout of a `stringLiteral` or `interpolatedString`, over all its pieces.
  package static func layout(of node: NodeId, in tree: Tree) -> TextLayout {
    let first = tree[node].token
    guard isMultiline(first, in: tree.tokens) else {
      return TextLayout(isMultiline: false, indentation: 0, dropsLastLineEnd: false)
    }
    var layout = LayoutScan()
    if tree.kind(node) == .interpolatedString {
      for piece in tree.list(of: tree[node]) where tree.kind(NodeId(piece)) == .stringPiece {
        layout.scan(contents(of: tree[NodeId(piece)].token, isMultiline: true, in: tree.tokens))
      }
    } else {
      layout.scan(contents(of: first, isMultiline: true, in: tree.tokens))
    }
    return layout.finish()
  }

  /// Whether the string that begins with `token` stands between `"""`.
  package static func isMultiline(_ token: TokenId, in tokens: TokenStore) -> Bool {
    let text = tokens.bytes(of: token)
    return text.count >= 3 && text[0] == 0x22 && text[1] == 0x22 && text[2] == 0x22
  }

  /// Appends the text of a `string`, `stringHead`, `stringMiddle` or `stringTail` token to `output`.
  package static func appendText(
    of token: TokenId, layout: TextLayout, in tokens: TokenStore, to output: inout Store<UInt8>
  ) -> TextFacts {
    let kind = tokens.kind(token)
    let isLast = kind == .string || kind == .stringTail
    var source = contents(of: token, isMultiline: layout.isMultiline, in: tokens)
    if layout.dropsLastLineEnd && isLast { source = withoutLastLine(source) }
    var reader = TextReader(bytes: source)
    var facts = TextFacts()
    if layout.isMultiline && (kind == .string || kind == .stringHead) {
      reader.skipFirstLine()
      reader.skipIndentation(layout.indentation)
    }
    reader.append(to: &output, layout: layout, facts: &facts)
    return facts
  }

  /// The text up to the last line end, after which only the closing quotes stand.
  private static func withoutLastLine(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard var end = text.lastIndex(of: 0x0A) else { return text }
    if end > 0 && text[end - 1] == 0x0D { end -= 1 }
    return UnsafeBufferPointer(rebasing: text[..<end])
  }

  /// The bytes of a piece between its quotes, `)` and `\(`.
  private static func contents(
    of token: TokenId, isMultiline: Bool, in tokens: TokenStore
  ) -> UnsafeBufferPointer<UInt8> {
    let text = tokens.bytes(of: token)
    let kind = tokens.kind(token)
    let opening = kind == .string || kind == .stringHead ? (isMultiline ? 3 : 1) : 1
    var end = text.count
    if kind == .stringHead || kind == .stringMiddle {
      end -= 2
    } else {
      // A string that isn't closed was reported; it has no quotes at its end.
      let quotes = isMultiline ? 3 : 1
      if end >= opening + quotes && text.suffix(quotes).allSatisfy({ $0 == 0x22 }) { end -= quotes }
    }
    let start = min(opening, text.count)
    return UnsafeBufferPointer(rebasing: text[start..<max(start, end)])
  }
}

/// Finds the common indentation of the lines of a multi-line text, over its pieces.
private struct LayoutScan {
  private var common: [UInt8]?
  /// The white space of the current line, while nothing else was seen on it.
  private var blank: [UInt8]? = nil
  private var isFirstPiece = true

  /// The white space at the beginning of lines matters in pieces alone: an expression ends the line's beginning.
  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
    if !isFirstPiece { endOfBlank() }
    isFirstPiece = false
    for byte in bytes {
      switch byte {
      case 0x0A: blank = []
      case 0x20, 0x09: if blank != nil { blank?.append(byte) }
      case 0x0D: break
      default: endOfBlank()
      }
    }
  }

  /// Something stands on the line: its white space counts.
  private mutating func endOfBlank() {
    guard let space = blank else { return }
    blank = nil
    guard let known = common else {
      common = space
      return
    }
    var length = 0
    while length < known.count, length < space.count, known[length] == space[length] { length += 1 }
    common = Array(known.prefix(length))
  }

  /// The line of the closing quotes counts, blank as it is.
  mutating func finish() -> TextLayout {
    let closesOnOwnLine = blank != nil
    endOfBlank()
    return TextLayout(isMultiline: true, indentation: common?.count ?? 0, dropsLastLineEnd: closesOnOwnLine)
  }
}

/// Reads the contents of a string or character literal.
private struct TextReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var at = 0

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  /// Steps over the line on which the opening `"""` stands.
  mutating func skipFirstLine() {
    var end = at
    while byte(end) == 0x20 || byte(end) == 0x09 || byte(end) == 0x0D { end += 1 }
    if end < bytes.count && bytes[end] == 0x0A { at = end + 1 }
  }

  mutating func skipIndentation(_ width: Int) {
    var skipped = 0
    while skipped < width, byte(at) == 0x20 || byte(at) == 0x09 {
      at += 1
      skipped += 1
    }
  }

  mutating func append(to output: inout Store<UInt8>, layout: TextLayout, facts: inout TextFacts) {
    output.reserve(output.count + bytes.count - at)
    while at < bytes.count {
      let byte = bytes[at]
      if byte == 0x5C {
        appendEscape(to: &output, &facts)
        continue
      }
      at += 1
      if byte == 0x0D && layout.isMultiline && self.byte(at) == 0x0A { continue }
      output.append(byte)
      if byte == 0x0A && layout.isMultiline { skipIndentation(layout.indentation) }
    }
  }

  private mutating func appendEscape(to output: inout Store<UInt8>, _ facts: inout TextFacts) {
    let escape = readEscape()
    if escape.isByte {
      facts.hasByteEscapes = true
      output.append(UInt8(truncatingIfNeeded: escape.value))
    } else if let scalar = Unicode.Scalar(escape.value) {
      for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(unit) }
    }
  }

  /// The code point of the escape at `at`, which is a `\`.
  mutating func readEscape() -> (value: UInt32, isByte: Bool) {
    let letter = byte(at + 1)
    at = min(at + 2, bytes.count)
    switch letter {
    case 0x6E: return (0x0A, false)
    case 0x74: return (0x09, false)
    case 0x72: return (0x0D, false)
    case 0x30: return (0x00, false)
    case 0x78: return (readDigits(limit: 2), true)
    case 0x75:
      if byte(at) == 0x7B { at += 1 }
      let value = readDigits(limit: 8)
      while byte(at) != 0x7D && hexadecimal(byte(at)) { at += 1 }
      if byte(at) == 0x7D { at += 1 }
      return (value, false)
    default: return (UInt32(letter), false)
    }
  }

  private func hexadecimal(_ byte: UInt8) -> Bool { NumberBase.hexadecimal.hasDigit(byte) }

  private mutating func readDigits(limit: Int) -> UInt32 {
    var value: UInt32 = 0
    var digits = 0
    while digits < limit, hexadecimal(byte(at)) {
      value = value << 4 | UInt32(hexDigitValue(byte(at)))
      at += 1
      digits += 1
    }
    return value
  }

  /// The code point at `at`.
  mutating func readScalar() -> UInt32 {
    var decoder = UTF8()
    var iterator = bytes[at...].makeIterator()
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar.value }
    return 0
  }
}
