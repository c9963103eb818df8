// Pieces of source text in messages: shortened, and with nothing in them that a terminal would obey.

/// Makes source text fit to be shown.
enum SourceText {
  /// Longer pieces are cut off.
  static let limit = 40
  /// The same for whole messages: types and names may be as long as a program likes.
  static let longest = 600

  static func string(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes + start, count: max(0, end - start)), as: UTF8.self)
  }

  static func shortened(_ text: UnsafeBufferPointer<UInt8>) -> String {
    let part = UnsafeBufferPointer(rebasing: text.prefix(limit * 4))
    return shortened(String(decoding: part, as: UTF8.self))
  }

  static func shortened(_ text: String) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return result + "…" }
      result += visible(scalar)
      count += 1
    }
    return result
  }

  /// The scalar at `offset` of bytes that are known to be UTF-8, and its length.
  static func scalar(_ bytes: UnsafePointer<UInt8>, _ offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(bytes[offset])
    func rest(_ index: Int) -> UInt32 { UInt32(bytes[offset + index]) & 0x3F }
    let value: UInt32
    let length: Int
    if first < 0x80 {
      (value, length) = (first, 1)
    } else if first < 0xE0 {
      (value, length) = ((first & 0x1F) << 6 | rest(1), 2)
    } else if first < 0xF0 {
      (value, length) = ((first & 0x0F) << 12 | rest(1) << 6 | rest(2), 3)
    } else {
      (value, length) = ((first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3), 4)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// How many bytes the letter, digit or mark beyond ASCII at `offset` has; 0 if there is none.
  static func letterLength(_ bytes: UnsafePointer<UInt8>, _ offset: Int) -> Int {
    guard bytes[offset] >= 0x80 else { return 0 }
    let (scalar, length) = scalar(bytes, offset)
    return scalar.properties.isXIDContinue ? length : 0
  }

  /// A whole text for the terminal, such as a message or a path.
  static func printable(_ text: String) -> String {
    if text.utf8.count <= longest && text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == longest { return result + "…" }
      result += visible(scalar)
    }
    return result
  }

  /// The scalar, or its escape if it can't be seen or would steer the terminal.
  static func visible(_ scalar: Unicode.Scalar) -> String {
    if scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F { return String(scalar) }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned, .spaceSeparator:
      return "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: return String(scalar)
    }
  }
}
