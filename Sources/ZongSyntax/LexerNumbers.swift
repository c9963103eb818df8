// Numbers: `42`, `1_000`, `0xFF`, `0o17`, `0b1010`, `1.5`, `2e10`. The lexer finds the extent and the mistakes;
// the value is computed by `LiteralDecoder` where it is needed.

import ZongStores

extension Scanner {
  /// A decimal integer that nothing sticks to. False for any other number, which `scanLongNumber` has to look at.
  @inline(__always)
  func scanNumber(_ writer: inout TokenWriter, _ bytes: UnsafePointer<UInt8>) -> Bool {
    let start = writer.at
    var end = start
    repeat { end &+= 1 } while bytes[end] &- 0x30 < 10
    let byte = bytes[end]
    if table.facts[Int(byte)].contains(.word) || byte == 0x2E || byte >= 0x80 { return false }
    if bytes[start] == 0x30 && end != start &+ 1 { return false }
    writer.add(.integer, start, UInt32(truncatingIfNeeded: end))
    writer.at = end
    return true
  }

  /// Any number; `at` is anywhere in it.
  @inline(never)
  mutating func scanLongNumber(from start: Int) {
    at = start
    if bytes[at] == 0x30, let base = NumberBase(letter: bytes[at + 1]) {
      return scanBasedNumber(base, from: start)
    }
    var mistake = skipDigits()
    var kind = TokenKind.integer
    if bytes[at] == 0x2E && table.facts[Int(bytes[at + 1])].contains(.digit) {
      kind = .float
      at += 1
      mistake = skipDigits() ?? mistake
    } else if bytes[at] == 0x2E && bytes[at + 1] != 0x2E && !table.facts[Int(bytes[at + 1])].contains(.word) {
      at += 1
      return finishNumber(.float, start, .noFraction)
    }
    if bytes[at] | 0x20 == 0x65 {
      kind = .float
      at += 1
      if bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      let digits = at
      let inner = skipDigits()
      mistake = at == digits ? .noExponent : inner ?? mistake
    }
    let digitsEnd = at
    if skipRestOfWord() { mistake = mistake ?? .suffix(from: digitsEnd) }
    if kind == .integer && bytes[start] == 0x30 && at > start + 1 { mistake = mistake ?? .leadingZero }
    finishNumber(kind, start, mistake)
  }

  /// `0x`, `0o` or `0b` and its digits.
  private mutating func scanBasedNumber(_ base: NumberBase, from start: Int) {
    let isUpper = bytes[at + 1] & 0x20 == 0
    at += 2
    let digits = at
    var mistake: NumberMistake?
    while base.hasDigit(bytes[at]) || bytes[at] == 0x5F {
      if bytes[at] == 0x5F && !isBetween(at, base.hasDigit) { mistake = .underscore }
      at += 1
    }
    let digitsEnd = at
    if skipRestOfWord() {
      mistake = .digit(base, at: digitsEnd)
    } else if digitsEnd == digits {
      mistake = .noDigits(base)
    } else if isUpper {
      mistake = mistake ?? .upperCasePrefix
    }
    finishNumber(.integer, start, mistake)
  }

  /// Digits and underscores. An underscore stands between two digits.
  private mutating func skipDigits() -> NumberMistake? {
    var mistake: NumberMistake?
    while true {
      let byte = bytes[at]
      if table.facts[Int(byte)].contains(.digit) {
        at += 1
      } else if byte == 0x5F {
        if !isBetween(at, { $0 &- 0x30 < 10 }) { mistake = .underscore }
        at += 1
      } else {
        return mistake
      }
    }
  }

  private func isBetween(_ offset: Int, _ isDigit: (UInt8) -> Bool) -> Bool {
    isDigit(bytes[offset - 1]) && isDigit(bytes[offset + 1])
  }

  /// Steps over letters and digits that stick to a number.
  private mutating func skipRestOfWord() -> Bool {
    let start = at
    while true {
      let length = table.facts[Int(bytes[at])].contains(.word) ? 1 : letterLength(at)
      if length == 0 { return at > start }
      at += length
    }
  }

  @inline(__always)
  private mutating func finishNumber(_ kind: TokenKind, _ start: Int, _ mistake: NumberMistake?) {
    add(kind, start, UInt32(truncatingIfNeeded: at))
    if let mistake {
      markDamaged()
      report(mistake, start)
    }
  }

  @inline(never)
  private func report(_ mistake: NumberMistake, _ start: Int) {
    let whole = span(start, at)
    let text = SourceText.string(bytes, start, at)
    func fix(_ replacement: String) -> (inout Diagnostic) -> Void {
      { $0.fixIts.append(FixIt("write `\(replacement)`", at: whole, replacement: replacement)) }
    }
    switch mistake {
    case .underscore:
      reports.report(
        .badNumber, at: whole, "an underscore in a number stands between two digits", more: fix(tidied(text)))
    case .noFraction:
      reports.report(
        .badNumber, at: whole, "a float needs a digit after its point", more: fix(text + "0"))
    case .noExponent:
      reports.report(.badNumber, at: whole, "the exponent of this float has no digits", label: "ends too early")
    case .noDigits(let base):
      reports.report(.badNumber, at: whole, "`\(text)` needs at least one \(base.name) digit")
    case .digit(let base, let place):
      let letter = scalar(at: place).scalar
      reports.report(
        .badNumber, at: span(place, at), "`\(SourceText.visible(letter))` is no \(base.name) digit",
        label: "in the number `\(SourceText.shortened(text))`")
    case .upperCasePrefix:
      reports.report(
        .badNumber, at: whole, "the prefix of a number is lower-case",
        more: fix(text.prefix(2).lowercased() + text.dropFirst(2)))
    case .leadingZero:
      let digits = text.drop { $0 == "0" || $0 == "_" }
      reports.report(.badNumber, at: whole, "a number of more than one digit doesn't begin with 0") {
        fix(digits.isEmpty ? "0" : String(digits))(&$0)
        if !digits.isEmpty && digits.allSatisfy({ "01234567_".contains($0) }) {
          $0.fixIts.append(FixIt("write `0o\(digits)` if it is octal", at: whole, replacement: "0o\(digits)"))
        }
      }
    case .suffix(let place):
      let suffix = SourceText.string(bytes, place, at)
      reports.report(
        .badNumber, at: span(place, at), "a number has no suffix; `\(SourceText.shortened(suffix))` is stuck to it",
        label: "not part of a number"
      ) {
        $0.notes.append("a number takes the type that its context wants; `U8(1)` or `F32(1)` converts it")
        $0.fixIts.append(FixIt("remove the suffix", at: self.span(place, self.at), replacement: ""))
      }
    }
  }

  /// The number without its misplaced underscores.
  private func tidied(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let base = bytes.count > 2 && bytes[0] == 0x30 ? NumberBase(letter: bytes[1]) : nil
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { base?.hasDigit($0) ?? ($0 &- 0x30 < 10) } ?? false }
    var result: [UInt8] = []
    var isWaiting = false
    for byte in bytes {
      if byte != 0x5F {
        if isWaiting && isDigit(result.last) && isDigit(byte) { result.append(0x5F) }
        result.append(byte)
      }
      isWaiting = byte == 0x5F
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// What can be wrong with a number.
private enum NumberMistake {
  case underscore, noFraction, noExponent, upperCasePrefix, leadingZero
  case noDigits(NumberBase)
  case digit(NumberBase, at: Int)
  case suffix(from: Int)
}

/// The base of a number with a prefix.
enum NumberBase {
  case binary, octal, hexadecimal

  init?(letter: UInt8) {
    switch letter | 0x20 {
    case 0x78: self = .hexadecimal
    case 0x6F: self = .octal
    case 0x62: self = .binary
    default: return nil
    }
  }

  var name: String {
    switch self {
    case .binary: return "binary"
    case .octal: return "octal"
    case .hexadecimal: return "hexadecimal"
    }
  }

  var bits: UInt64 {
    switch self {
    case .binary: return 1
    case .octal: return 3
    case .hexadecimal: return 4
    }
  }

  func hasDigit(_ byte: UInt8) -> Bool {
    switch self {
    case .binary: return byte &- 0x30 < 2
    case .octal: return byte &- 0x30 < 8
    case .hexadecimal: return byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }
  }
}
