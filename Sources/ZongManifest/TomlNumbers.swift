// Values of TOML without quotes or brackets: truth values, numbers, dates and times.

extension TomlReader {
  mutating func plainValue() throws(TomlError) -> TomlValue.Content {
    let start = at
    skipWord()
    // Between a date and its time there may be a space.
    if at - start == 10, isDate(start, at), current == space, isDigit(peek(1)), isDigit(peek(2)) {
      at += 1
      skipWord()
    }
    let word = String(decoding: bytes[start..<at], as: UTF8.self)
    if word.isEmpty { throw failure("a value is missing", from: start) }
    switch word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .number(.infinity)
    case "-inf": return .number(-.infinity)
    case "nan", "+nan", "-nan": return .number(.nan)
    default: break
    }
    if isMoment(Array(word.utf8)) { return .moment }
    if let integer = TomlReader.integer(Array(word.utf8)) {
      guard let value = integer.value else { throw failure("the number doesn't fit into 64 bits", from: start) }
      return .integer(value)
    }
    if let number = TomlReader.number(Array(word.utf8)) { return .number(number) }
    throw failure("this is no value: text stands in quotes", from: start)
  }

  private mutating func skipWord() {
    while isDigit(current) || isLetter(current) || "+-._:".utf8.contains(current) { at += 1 }
  }

  // MARK: Numbers

  /// A whole number; null if it isn't written as one, its value null if it is too large.
  private static func integer(_ word: [UInt8]) -> (value: Int64?, Void)? {
    var digits = word[...]
    var radix = 10
    if digits.first == UInt8(ascii: "0"), digits.count > 2 {
      switch digits[1] {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: break
      }
      if radix != 10 { digits = digits.dropFirst(2) }
    }
    var sign = ""
    if radix == 10, let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? "-" : ""
      digits = digits.dropFirst()
    }
    guard let plain = plainDigits(digits, radix) else { return nil }
    if radix == 10, plain.count > 1, plain.first == UInt8(ascii: "0") { return nil }
    return (Int64(sign + String(decoding: plain, as: UTF8.self), radix: radix), ())
  }

  /// Digits without the underscores between them; null if there is anything else.
  private static func plainDigits(_ text: ArraySlice<UInt8>, _ radix: Int) -> [UInt8]? {
    var result: [UInt8] = []
    var wasDigit = false
    for byte in text {
      if byte == UInt8(ascii: "_"), wasDigit {
        wasDigit = false
        continue
      }
      guard byte < 0x80, let value = Character(Unicode.Scalar(byte)).hexDigitValue, value < radix else { return nil }
      result.append(byte)
      wasDigit = true
    }
    return wasDigit ? result : nil
  }

  /// A number with a fraction, an exponent, or both.
  private static func number(_ word: [UInt8]) -> Double? {
    var rest = word[...]
    var text = ""
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      text = first == UInt8(ascii: "-") ? "-" : ""
      rest = rest.dropFirst()
    }
    let isExponent = { (byte: UInt8) in byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") }
    let mantissa = rest.prefix { !isExponent($0) }
    let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
    guard let digits = plainDigits(whole, 10), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
      return nil
    }
    text += String(decoding: digits, as: UTF8.self)
    if whole.count < mantissa.count {
      guard let fraction = plainDigits(mantissa.dropFirst(whole.count + 1), 10) else { return nil }
      text += "." + String(decoding: fraction, as: UTF8.self)
    }
    if mantissa.count < rest.count {
      var exponent = rest.dropFirst(mantissa.count + 1)
      text += "e"
      if let first = exponent.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
        text += first == UInt8(ascii: "-") ? "-" : ""
        exponent = exponent.dropFirst()
      }
      guard let digits = plainDigits(exponent, 10) else { return nil }
      text += String(decoding: digits, as: UTF8.self)
    }
    return Double(text)
  }

  // MARK: Dates and times

  private func isDate(_ start: Int, _ end: Int) -> Bool { TomlReader.isDate(bytes[start..<end]) }

  /// Whether this is a date, a time, or both with or without an offset.
  private func isMoment(_ word: [UInt8]) -> Bool {
    if word.count < 10 || !TomlReader.isDate(word[..<10]) { return TomlReader.isTime(word[...]) }
    if word.count == 10 { return true }
    guard word[10] == UInt8(ascii: "T") || word[10] == UInt8(ascii: "t") || word[10] == space else { return false }
    var time = word.dropFirst(11)
    if let last = time.last, last == UInt8(ascii: "Z") || last == UInt8(ascii: "z") {
      return TomlReader.isTime(time.dropLast())
    }
    if time.count > 6, let sign = time.dropLast(5).last, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      guard TomlReader.isClock(time.suffix(5)) else { return false }
      time = time.dropLast(6)
    }
    return TomlReader.isTime(time)
  }

  private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
    let text = Array(text)
    guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
      let year = digits(text[0..<4]), let month = digits(text[5..<7]), let day = digits(text[8..<10]),
      (1...12).contains(month), day >= 1
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return day <= (month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31)
  }

  /// `hh:mm:ss`, with a fraction or without.
  private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
    let text = Array(text)
    guard text.count >= 8, isClock(text[0..<5]), text[5] == UInt8(ascii: ":"), let second = digits(text[6..<8]),
      second <= 60
    else { return false }
    return text.count == 8 || text.count > 9 && text[8] == UInt8(ascii: ".") && text[9...].allSatisfy(isDigit)
  }

  /// `hh:mm`.
  private static func isClock(_ text: ArraySlice<UInt8>) -> Bool {
    let text = Array(text)
    guard text.count == 5, text[2] == UInt8(ascii: ":"), let hour = digits(text[0..<2]),
      let minute = digits(text[3..<5])
    else { return false }
    return hour < 24 && minute < 60
  }

  private static func digits(_ text: ArraySlice<UInt8>) -> Int? {
    text.allSatisfy(isDigit) ? Int(String(decoding: text, as: UTF8.self)) : nil
  }
}
