// Names and reserved words. A name's words of eight bytes are looked at as a whole: where it ends, and for the hash
// by which it is interned. A reserved word is known by its id, which lies in a fixed range.

import ZongStores

/// Eight bytes of source at once, the first one in the lowest bits. May reach into the padding behind the source.
struct ByteWord: BitwiseCopyable {
  let word: UInt64

  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, _ offset: Int) {
    word = UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// How many of the bytes, from the first one on, are ASCII letters, digits and `_`.
  @inline(__always) var nameLength: Int {
    // In each byte, the highest bit of the sums below says that the other seven bits are not below a bound; no sum
    // carries into the next byte.
    let high: UInt64 = 0x8080_8080_8080_8080
    let low = word & ~high
    let folded = low | 0x2020_2020_2020_2020
    let isLetter = (folded &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(folded &+ 0x0505_0505_0505_0505)  // 0x61...0x7A
    let isDigit = (low &+ 0x5050_5050_5050_5050) & ~(low &+ 0x4646_4646_4646_4646)  // 0x30...0x39
    let isUnderscore = high &- (low ^ 0x5F5F_5F5F_5F5F_5F5F)
    let ends = ~((isLetter | isDigit | isUnderscore) & ~word) & high
    return ends.trailingZeroBitCount / 8
  }

  /// The index of the first line feed or zero byte, or 8.
  @inline(__always) var firstLineEndOrZero: Int {
    let low: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let differing = word ^ 0x0A0A_0A0A_0A0A_0A0A
    // The lowest bit that is found is exact: a sum carries only out of bytes that are zero, to those behind them.
    let found = (((differing &- low) & ~differing) | ((word &- low) & ~word)) & high
    return found.trailingZeroBitCount / 8
  }

  /// The first `count` bytes, of 1 to 8, and zeros behind them.
  @inline(__always) func prefix(_ count: Int) -> UInt64 { word & (UInt64.max >> UInt64(64 &- 8 &* count)) }
}

extension Scanner {
  /// A letter or `_`, then letters, digits and `_`. Types begin with an upper-case letter, everything else with
  /// a lower-case letter. False for a name that `scanSpecialName` has to look at.
  @inline(__always)
  mutating func scanName(_ writer: inout TokenWriter, _ bytes: UnsafePointer<UInt8>, _ first: UInt8) -> Bool {
    let start = writer.at
    let word = ByteWord(bytes, start)
    var length = word.nameLength
    let prefix = word.prefix(length)
    var hash = TextHash(first: prefix)
    if length == 8 {
      let second = ByteWord(bytes, start &+ 8)
      let more = second.nameLength
      if more == 8 { return false }
      if more > 0 { hash.add(second.prefix(more)) }
      length &+= more
    }
    if first == 0x5F || bytes[start &+ length] >= 0x80 { return false }
    let text = UnsafeBufferPointer(start: bytes + start, count: length)
    let name = names.find(text, prefix, hash: hash.finish(length))
    if name.index &- 1 < Names.keywordCount {
      addKeyword(&writer, name, start)
    } else if name == Names.test {
      return false
    } else {
      writer.add(first & 0x20 == 0 ? .upperName : .lowerName, start, name.index)
    }
    writer.at = start &+ length
    return true
  }

  @inline(__always)
  private mutating func addKeyword(_ writer: inout TokenWriter, _ name: NameId, _ start: Int) {
    let raw = TokenKind.funcKeyword.rawValue &+ UInt8(truncatingIfNeeded: name.index &- 1)
    let kind = TokenKind(rawValue: raw) ?? .unknown
    if writer.count >= nextCut { cut(before: kind, writer) }
    writer.add(kind, start, name.index)
  }

  /// A name that is very long, begins with `_`, has letters beyond ASCII behind it, or is `test`. A `_` before the first
  /// letter makes the name private and says nothing of its kind.
  @inline(never)
  mutating func scanSpecialName() {
    let start = at
    var length = 0
    repeat { length += ByteWord(bytes, start + length).nameLength } while length & 7 == 0 && isWord(start + length)
    let first = bytes[start]
    let second = bytes[start + 1]
    let isUpper = first == 0x5F ? second >= 0x41 && second <= 0x5A : first & 0x20 == 0
    let kind: TokenKind = isUpper ? .upperName : .lowerName
    at = start + length
    if bytes[at] >= 0x80 && letterLength(at) > 0 { return scanForeignName(from: start, kind: kind) }
    let name = internName(start, length)
    if name.index &- 1 < Names.keywordCount {
      var writer = self.writer
      addKeyword(&writer, name, start)
      self.writer = writer
    } else if first == 0x5F && length == 1 {
      add(.underscore, start, name.index)
    } else {
      if name == Names.test && writer.count >= nextCut { cutBeforeTest() }
      add(kind, start, name.index)
    }
  }

  private func isWord(_ offset: Int) -> Bool { table.facts[Int(bytes[offset])].contains(.word) }

  /// The name of `length` bytes at `start`. The padding behind the source lets its last word be read as a whole.
  private func internName(_ start: Int, _ length: Int) -> NameId {
    let first = ByteWord(bytes, start).prefix(min(length, 8))
    var hash = TextHash(first: first)
    for offset in stride(from: 8, to: length, by: 8) {
      hash.add(ByteWord(bytes, start + offset).prefix(min(length - offset, 8)))
    }
    return names.find(
      UnsafeBufferPointer(start: bytes + start, count: length), first, hash: hash.finish(length))
  }

  /// The file may be cut before a declaration that begins a line at bracket depth 0 after `}` or `;`.
  @inline(never)
  private mutating func cut(before kind: TokenKind, _ writer: TokenWriter) {
    switch kind {
    case .funcKeyword, .structKeyword, .enumKeyword, .interfaceKeyword, .externKeyword, .exportKeyword,
      .importKeyword, .constKeyword:
      cutHere(writer)
    default: break
    }
  }

  /// `test` begins a declaration if a string follows.
  @inline(never)
  private mutating func cutBeforeTest() {
    var next = at
    while bytes[next] == 0x20 { next += 1 }
    if bytes[next] == 0x22 { cutHere(writer) }
  }

  private mutating func cutHere(_ writer: TokenWriter) {
    let previous = writer.kinds[writer.count - 1]
    guard depth == 0, writer.gap.contains(.startsLine), previous == .rightBrace || previous == .semicolon else {
      return
    }
    cuts.append(TokenId(UInt32(writer.count)))
    nextCut = writer.count + Lexer.cutDistance
  }

  // MARK: Letters beyond ASCII

  /// The scalar at `offset` and its length. The file has been validated.
  func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) { SourceText.scalar(bytes, offset) }

  /// How many bytes the letter or mark beyond ASCII at `offset` has; 0 if there is none.
  func letterLength(_ offset: Int) -> Int { SourceText.letterLength(bytes, offset) }

  /// A name with letters that names don't have: reported, then taken as the name it looks like.
  @inline(never)
  mutating func scanForeignName(from start: Int, kind: TokenKind) {
    at = start
    while true {
      let length = isWord(at) ? 1 : letterLength(at)
      if length == 0 { break }
      at += length
    }
    let text = UnsafeBufferPointer(start: bytes + start, count: at - start)
    reports.report(
      .nameCharacter, at: span(start, at), "the name `\(shortened(text))` has letters outside a to z",
      label: "names are made of a-z, A-Z, 0-9 and `_`"
    ) { $0.notes.append("text in strings and comments may use every letter there is") }
    add(kind, start, names.intern(text).index)
  }

  /// The beginning of a text for a message, made safe for a terminal.
  func shortened(_ text: UnsafeBufferPointer<UInt8>) -> String { SourceText.shortened(text) }
}
