// Names and reserved words. A name's hash is computed while it is scanned, so that interning touches each byte
// once more at most; a reserved word is known by its id, which lies in a fixed range.

import ZongStores

extension Scanner {
  /// A letter or `_`, then letters, digits and `_`. Types begin with an upper-case letter, everything else with
  /// a lower-case letter. A `_` before that makes the name private and says nothing of its kind.
  @inline(__always)
  mutating func scanName(_ kind: TokenKind) {
    let start = at
    var hash = Interner.hashSeed
    var byte = bytes[at]
    repeat {
      hash = Interner.hashStep(hash, byte)
      at += 1
      byte = bytes[at]
    } while table.facts[Int(byte)].contains(.word)
    if byte >= 0x80 && letterLength(at) > 0 {
      return scanForeignName(from: start, kind: kind)
    }
    let name = names.intern(UnsafeBufferPointer(start: bytes + start, count: at - start), hash: hash)
    if name.index &- 1 < Names.keywordCount {
      addKeyword(name, start)
    } else if kind == .lowerName && at - start == 1 && bytes[start] == 0x5F {
      add(.underscore, start, name.index)
    } else {
      if name == Names.test && kinds.count >= nextCut { cutBeforeTest() }
      let isPrivateType = bytes[start] == 0x5F && (0x41...0x5A).contains(bytes[start + 1])
      add(isPrivateType ? .upperName : kind, start, name.index)
    }
  }

  @inline(__always)
  private mutating func addKeyword(_ name: NameId, _ start: Int) {
    let raw = TokenKind.funcKeyword.rawValue &+ UInt8(truncatingIfNeeded: name.index &- 1)
    let kind = TokenKind(rawValue: raw) ?? .unknown
    if kinds.count >= nextCut { cut(before: kind) }
    add(kind, start, name.index)
  }

  /// The file may be cut before a declaration that begins a line at bracket depth 0 after `}` or `;`.
  @inline(never)
  private mutating func cut(before kind: TokenKind) {
    switch kind {
    case .funcKeyword, .structKeyword, .enumKeyword, .interfaceKeyword, .externKeyword, .exportKeyword,
      .importKeyword, .constKeyword:
      cutHere()
    default: break
    }
  }

  /// `test` begins a declaration if a string follows.
  @inline(never)
  private mutating func cutBeforeTest() {
    var next = at
    while bytes[next] == 0x20 { next += 1 }
    if bytes[next] == 0x22 { cutHere() }
  }

  private mutating func cutHere() {
    guard depth == 0, gap.contains(.startsLine), previousKind == .rightBrace || previousKind == .semicolon else {
      return
    }
    cuts.append(TokenId(UInt32(kinds.count)))
    nextCut = kinds.count + Lexer.cutDistance
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
    var hash = Interner.hashSeed
    while true {
      let length = table.facts[Int(bytes[at])].contains(.word) ? 1 : letterLength(at)
      if length == 0 { break }
      for _ in 0..<length {
        hash = Interner.hashStep(hash, bytes[at])
        at += 1
      }
    }
    let text = UnsafeBufferPointer(start: bytes + start, count: at - start)
    reports.report(
      .nameCharacter, at: span(start, at), "the name `\(shortened(text))` has letters outside a to z",
      label: "names are made of a-z, A-Z, 0-9 and `_`"
    ) { $0.notes.append("text in strings and comments may use every letter there is") }
    add(kind, start, names.intern(text, hash: hash).index)
  }

  /// The beginning of a text for a message, made safe for a terminal.
  func shortened(_ text: UnsafeBufferPointer<UInt8>) -> String { SourceText.shortened(text) }
}
