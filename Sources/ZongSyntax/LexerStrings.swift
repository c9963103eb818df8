// Strings and characters. A string with interpolation becomes pieces (`stringHead`, `stringMiddle`,
// `stringTail`) with the tokens of the expressions between them; open strings lie on a stack of their own.

import ZongStores

extension Scanner {
  /// A `"`: the beginning of a string on one line or, as `"""`, on several.
  mutating func scanString() {
    let start = at
    if bytes[at + 1] == 0x22 && bytes[at + 2] == 0x22 {
      at += 3
      checkMultilineBeginning(start)
      scanPiece(from: start, stringStart: start, isFirst: true, isMultiline: true)
    } else {
      at += 1
      scanPiece(from: start, stringStart: start, isFirst: true, isMultiline: false)
    }
  }

  /// The `)` that ends an interpolation: the string goes on.
  mutating func resumeString() {
    let index = openStrings.count - 1
    guard index >= 0 else { return }
    let string = openStrings[index]
    openStrings.removeLast()
    depth = string.depth
    resumeDepth = string.outerResumeDepth
    let start = at
    at += 1
    scanPiece(from: start, stringStart: string.start, isFirst: false, isMultiline: string.isMultiline)
  }

  /// The text up to the end of the string or to the next interpolation.
  private mutating func scanPiece(from start: Int, stringStart: Int, isFirst: Bool, isMultiline: Bool) {
    let mistakes = reports.errorCount
    let whole: TokenKind = isFirst ? .string : .stringTail
    while true {
      let byte = bytes[at]
      if !table.facts[Int(byte)].contains(.stringStop) {
        at += 1
        continue
      }
      switch byte {
      case 0x22:
        if !isMultiline {
          at += 1
          return addPiece(whole, start, mistakes)
        }
        if bytes[at + 1] == 0x22 && bytes[at + 2] == 0x22 {
          at += 3
          return addPiece(whole, start, mistakes)
        }
        at += 1
      case 0x5C:
        if bytes[at + 1] == 0x28 {
          at += 2
          addPiece(isFirst ? .stringHead : .stringMiddle, start, mistakes)
          return openInterpolation(stringStart, isMultiline)
        }
        scanEscape(isCharacter: false)
      case 0x0A:
        if !isMultiline {
          addPiece(whole, start, mistakes)
          return reportOpenString(stringStart, isMultiline: false)
        }
        at += 1
      default:
        if at >= count {
          addPiece(whole, start, mistakes)
          return reportOpenString(stringStart, isMultiline: isMultiline)
        }
        reportZeroByte()
      }
    }
  }

  private mutating func addPiece(_ kind: TokenKind, _ start: Int, _ mistakes: Int) {
    add(kind, start, UInt32(truncatingIfNeeded: at))
    if reports.errorCount != mistakes { markDamaged() }
  }

  private mutating func openInterpolation(_ stringStart: Int, _ isMultiline: Bool) {
    openStrings.append(
      OpenString(start: stringStart, isMultiline: isMultiline, depth: depth, outerResumeDepth: resumeDepth))
    depth += 1
    resumeDepth = parenDepth
  }

  /// A line end within the interpolation of a string on one line: the string, and those around it that are on
  /// one line too, end here with an empty piece.
  mutating func endLineInInterpolation() {
    var outermost: Int?
    while openStrings.count > 0, !openStrings[openStrings.count - 1].isMultiline {
      outermost = closeInterpolation()
    }
    if let outermost { reportOpenString(outermost, isMultiline: false, inInterpolation: true) }
  }

  /// Strings that are open at the end of the file.
  mutating func closeOpenStrings() {
    var outermost: Int?
    var isMultiline = false
    while openStrings.count > 0 {
      isMultiline = openStrings[openStrings.count - 1].isMultiline
      outermost = closeInterpolation()
    }
    if let outermost, !isTruncated {
      reportOpenString(outermost, isMultiline: isMultiline, inInterpolation: true)
    }
  }

  /// Closes the innermost interpolation with an empty tail. Returns where its string begins.
  private mutating func closeInterpolation() -> Int {
    let string = openStrings[openStrings.count - 1]
    openStrings.removeLast()
    depth = string.depth
    parenDepth = max(0, resumeDepth)
    resumeDepth = string.outerResumeDepth
    add(.stringTail, at, UInt32(truncatingIfNeeded: at))
    markDamaged()
    return string.start
  }

  private mutating func reportOpenString(_ start: Int, isMultiline: Bool, inInterpolation: Bool = false) {
    if lastToken != .none && damaged.last != lastToken { markDamaged() }
    let quote = isMultiline ? "\"\"\"" : "\""
    var lineEnd = min(at, count)
    if lineEnd > start + 1 && bytes[lineEnd - 1] == 0x0D { lineEnd -= 1 }
    let place = isMultiline ? span(start, start + 3) : span(start, lineEnd)
    reports.report(
      .unterminatedString, at: place,
      isMultiline ? "this text is never closed" : "this string isn't closed on its line",
      label: isMultiline ? "needs a `\"\"\"` on a line of its own" : ""
    ) {
      if inInterpolation {
        $0.notes.append("the interpolation `\\(` in it needs its `)`, and then the string its closing `\(quote)`")
      } else if !isMultiline {
        $0.fixIts.append(
          FixIt("close the string", at: self.span(lineEnd, lineEnd), replacement: quote))
        $0.notes.append("text of several lines stands between `\"\"\"` and `\"\"\"`")
      }
    }
  }

  private mutating func reportZeroByte() {
    let start = at
    while bytes[at] == 0 && at < count { at += 1 }
    reports.report(
      .unknownCharacter, at: span(start, at), "a zero byte can't stand in a string as it is"
    ) { $0.fixIts.append(FixIt("write `\\0`", at: self.span(start, self.at), replacement: "\\0")) }
  }

  /// After `"""` the text begins on the next line.
  private mutating func checkMultilineBeginning(_ start: Int) {
    var end = at
    while bytes[end] == 0x20 || bytes[end] == 0x09 || bytes[end] == 0x0D { end += 1 }
    if bytes[end] == 0x0A || end >= count { return }
    reports.report(
      .multilineText, at: span(start, start + 3), "the text begins on the line after `\"\"\"`",
      label: "a line end must follow"
    ) {
      $0.fixIts.append(FixIt("begin a new line", at: self.span(start + 3, end), replacement: "\n"))
    }
  }

  // MARK: Escapes

  /// A `\` and what belongs to it. Reports an escape that doesn't exist.
  mutating func scanEscape(isCharacter: Bool) {
    let start = at
    let letter = bytes[at + 1]
    at += 2
    switch letter {
    case 0x6E, 0x74, 0x72, 0x30, 0x5C, 0x22, 0x27:
      break
    case 0x78: scanByteEscape(start)
    case 0x75: scanCodePointEscape(start)
    case 0x0A, 0x0D, 0x00:
      at -= 1  // The end of the line or the file is for the caller to see.
      reportEscape(start, at, "a `\\` at the end of a line means nothing")
    case 0x28 where isCharacter:
      reportEscape(start, at, "a character can't hold an interpolation")
    default:
      if letter >= 0x80 { at = start + 1 + scalar(at: start + 1).length }
      reportUnknownEscape(start, letter)
    }
  }

  private mutating func scanByteEscape(_ start: Int) {
    var digits = 0
    while digits < 2 && table.facts[Int(bytes[at])].contains(.hexDigit) {
      at += 1
      digits += 1
    }
    if digits < 2 {
      reportEscape(start, at, "`\\x` needs two hexadecimal digits", help: "as in `\\x41`")
    }
  }

  private mutating func scanCodePointEscape(_ start: Int) {
    let hasBrace = bytes[at] == 0x7B
    if hasBrace { at += 1 }
    let first = at
    var value: UInt32 = 0
    while table.facts[Int(bytes[at])].contains(.hexDigit) && (hasBrace || at < first + 8) {
      value = min(value, 0x0FFF_FFFF) &* 16 &+ UInt32(hexDigitValue(bytes[at]))
      at += 1
    }
    let digits = SourceText.string(bytes, first, min(at, first + 8))
    if !hasBrace {
      reports.report(.badEscape, at: span(start, at), "the digits of `\\u` stand in braces") {
        if !digits.isEmpty {
          $0.fixIts.append(
            FixIt("add the braces", at: self.span(start, self.at), replacement: "\\u{\(digits)}"))
        }
      }
      return
    }
    if bytes[at] != 0x7D {
      return reportEscape(start, at, "this `\\u{` has no `}` after its hexadecimal digits", help: "as in `\\u{1F600}`")
    }
    at += 1
    if first == at - 1 {
      reportEscape(start, at, "`\\u{}` needs the code point's hexadecimal digits", help: "as in `\\u{1F600}`")
    } else if Unicode.Scalar(value) == nil {
      reportEscape(
        start, at, "there is no code point `\(SourceText.shortened(digits))`",
        help: "code points go from 0 to 10FFFF, without D800 to DFFF")
    }
  }

  private func reportEscape(_ start: Int, _ end: Int, _ message: String, help: String = "") {
    reports.report(.badEscape, at: span(start, end), message) {
      if !help.isEmpty { $0.notes.append(help) }
    }
  }

  private func reportUnknownEscape(_ start: Int, _ letter: UInt8) {
    let text = SourceText.shortened(SourceText.string(bytes, start, at))
    let cure: String? =
      switch letter {
      case 0x61: "\\x07"
      case 0x62: "\\x08"
      case 0x65: "\\u{1B}"
      case 0x66: "\\x0C"
      case 0x76: "\\x0B"
      case 0x7B: "\\("
      default: nil
      }
    reports.report(.badEscape, at: span(start, at), "there is no escape `\(text)`") {
      if let cure {
        $0.fixIts.append(FixIt("write `\(cure)`", at: self.span(start, self.at), replacement: cure))
      } else {
        $0.fixIts.append(
          FixIt("write `\\\\` for a backslash", at: self.span(start, start + 1), replacement: "\\\\"))
      }
      $0.notes.append("the escapes are \\n \\t \\r \\0 \\\\ \\\" \\' \\u{...} \\xNN and \\(...)")
    }
  }

  // MARK: Characters

  /// `'A'`: one code point.
  mutating func scanCharacter() {
    let start = at
    let mistakes = reports.errorCount
    at += 1
    let contents = at
    if bytes[at] == 0x27 && bytes[at + 1] != 0x27 {
      at += 1
      reportCharacter(start, "a character literal holds one character, this one none") {
        $0.notes.append("an empty text is `\"\"`")
      }
      return addPiece(.character, start, mistakes)
    }
    scanCharacterContents()
    if bytes[at] == 0x27 {
      at += 1
      return addPiece(.character, start, mistakes)
    }
    scanLongCharacter(start, contents, mistakes)
  }

  /// One code point, or one escape, unless the line ends.
  private mutating func scanCharacterContents() {
    switch bytes[at] {
    case 0x5C: scanEscape(isCharacter: true)
    case 0x0A, 0x0D, 0x00: break
    default: at += scalar(at: at).length
    }
  }

  /// More than one character, or none that is closed.
  private mutating func scanLongCharacter(_ start: Int, _ contents: Int, _ mistakes: Int) {
    var end = at
    while bytes[end] != 0x27 && bytes[end] != 0x0A && (bytes[end] != 0 || end < count) { end += 1 }
    guard bytes[end] == 0x27 else {
      // Only the word after the quote is taken: the rest of the line may well be right.
      while table.facts[Int(bytes[at])].contains(.word) { at += 1 }
      if reports.errorCount == mistakes {
        reportCharacter(start, "this character literal isn't closed") {
          $0.notes.append("a character stands between two `'`, as in `'A'`")
        }
      }
      return addPiece(.character, start, mistakes)
    }
    at = end + 1
    if reports.errorCount == mistakes { reportText(start, contents, end) }
    addPiece(.character, start, mistakes)
  }

  private func reportText(_ start: Int, _ contents: Int, _ end: Int) {
    let text = SourceText.string(bytes, contents, end)
    let escaped = text.replacing("\"", with: "\\\"")
    reportCharacter(start, "text stands between double quotes; `'` holds a single character") {
      if text.count == 1 {
        $0.notes.append("`\(SourceText.shortened(text))` consists of \(text.unicodeScalars.count) code points")
      }
      $0.fixIts.append(
        FixIt("use double quotes", at: self.span(start, self.at), replacement: "\"\(escaped)\""))
    }
  }

  private func reportCharacter(_ start: Int, _ message: String, _ more: (inout Diagnostic) -> Void) {
    reports.report(.badCharacter, at: span(start, at), message, more: more)
  }
}

/// The value of a hexadecimal digit.
func hexDigitValue(_ byte: UInt8) -> UInt8 {
  byte <= 0x39 ? byte &- 0x30 : (byte | 0x20) &- 0x61 &+ 10
}
