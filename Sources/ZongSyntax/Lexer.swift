// Source bytes to tokens, in one pass from left to right (LANGUAGE.md, section 2). Comes in: a file, whose
// bytes end in zero padding. Goes out: its `TokenStore`. What always holds: time is linear in the size of the
// file, nothing recurses, each lexical mistake is reported once, and every byte belongs to a token or a gap.

import ZongStores

/// The lexer's way in.
package enum Lexer {
  /// Brackets may stand this deep in each other; the lexer stops at more. The parser's own bound is far lower.
  package static let bracketLimit = 1_000_000
  /// The least number of tokens between two cuts.
  static let cutDistance = 8_192

  /// The tokens of `file`. Names go to `names`, which `Interner.withKeywords()` has made.
  package static func tokenize(
    _ file: SourceFile, names: Interner, into diagnostics: inout Diagnostics
  ) -> TokenStore {
    var scanner = Scanner(file: file, names: names)
    if UTF8Validation.check(file, into: &diagnostics) { scanner.scanFile() }
    scanner.closeOpenStrings()
    diagnostics.append(contentsOf: scanner.reports.diagnostics)
    return scanner.finish()
  }
}

/// A string literal whose interpolation is being scanned.
struct OpenString: BitwiseCopyable {
  /// Where its head begins.
  let start: Int
  let isMultiline: Bool
  /// The scanner's `depth` and `resumeDepth` outside of the interpolation.
  let depth: Int
  let outerResumeDepth: Int
}

/// The lexer's state. Other files extend it with what they scan: names, numbers, strings, operators.
struct Scanner: ~Copyable {
  let file: SourceFile
  let names: Interner
  let table = ByteTable()
  let bytes: UnsafePointer<UInt8>
  let count: Int
  /// The offset of the byte to be scanned next.
  var at = 0
  /// What is known of the gap before the next token.
  var gap: TokenFlags = [.startsLine, .spaceBefore]

  var kinds: Store<TokenKind>
  var flags: Store<TokenFlags>
  var starts: Store<UInt32>
  var payloads: Store<UInt32>
  var cuts: [TokenId] = [TokenId(1)]
  var damaged: [TokenId] = []

  /// How many brackets of any kind are open.
  var depth = 0
  /// How many braces are open; a closing one too many makes the file unbalanced.
  var braceDepth = 0
  var isUnbalanced = false
  var isTruncated = false
  /// How many parentheses are open, and the number at which a `)` ends an interpolation (-1 outside).
  var parenDepth = 0
  var resumeDepth = -1
  var openStrings = Store<OpenString>(capacity: 4)
  /// No cut is made before this many tokens.
  var nextCut = Lexer.cutDistance + 1

  let reports = DiagnosticSink()

  init(file: SourceFile, names: Interner) {
    self.file = file
    self.names = names
    bytes = file.bytes
    count = file.count
    // Two bytes a token is more than any ordinary source has, and room that is never touched costs nothing.
    let expected = file.count / 2 + 16
    kinds = Store(capacity: expected)
    flags = Store(capacity: expected)
    starts = Store(capacity: expected)
    payloads = Store(capacity: expected)
    kinds.append(.startOfFile)
    flags.append([])
    starts.append(0)
    payloads.append(0)
  }

  /// Adds a token that begins at `start`; the gap before it has been gathered in `gap`.
  @inline(__always)
  mutating func add(_ kind: TokenKind, _ start: Int, _ payload: UInt32 = 0) {
    let last = flags.count - 1
    let followed = TokenFlags(rawValue: (gap.rawValue & TokenFlags.spaceBefore.rawValue) << 1)
    flags[last].formUnion(followed)
    kinds.append(kind)
    flags.append(gap)
    starts.append(UInt32(truncatingIfNeeded: start))
    payloads.append(payload)
    gap = []
  }

  /// Adds a token of one byte at the current place and steps over it.
  @inline(__always)
  mutating func addByte(_ kind: TokenKind) {
    add(kind, at)
    at += 1
  }

  /// The last token's kind.
  @inline(__always) var previousKind: TokenKind { kinds[kinds.count - 1] }

  /// The span of a range of file offsets.
  func span(_ start: Int, _ end: Int) -> Span {
    Span(Position(file.base + UInt32(start)), Position(file.base + UInt32(end)))
  }

  mutating func markDamaged() { damaged.append(TokenId(UInt32(kinds.count - 1))) }

  mutating func scanFile() {
    skipPrelude()
    while true {
      let byte = bytes[at]
      switch table.classes[Int(byte)] {
      case .space:
        at += 1
        while bytes[at] == 0x20 { at += 1 }
        gap.formUnion(.spaceBefore)
      case .lineEnd:
        if resumeDepth >= 0 { endLineInInterpolation() }
        at += 1
        while bytes[at] == 0x20 { at += 1 }
        gap.formUnion([.spaceBefore, .startsLine])
      case .lower: scanName(.lowerName)
      case .upper: scanName(.upperName)
      case .digit: scanNumber()
      case .quote: scanString()
      case .apostrophe: scanCharacter()
      case .leftParen:
        parenDepth += 1
        if open(.leftParen) { return }
      case .rightParen:
        if parenDepth == resumeDepth {
          resumeString()
        } else {
          if parenDepth > 0 { parenDepth -= 1 }
          close(.rightParen)
        }
      case .leftBracket: if open(.leftBracket) { return }
      case .rightBracket: close(.rightBracket)
      case .leftBrace:
        braceDepth += 1
        if open(.leftBrace) { return }
      case .rightBrace:
        if braceDepth == 0 { isUnbalanced = true } else { braceDepth -= 1 }
        close(.rightBrace)
      case .comma: addByte(.comma)
      case .semicolon: addByte(.semicolon)
      case .colon: addByte(.colon)
      case .tilde: addByte(.tilde)
      case .dot: scanDots()
      case .slash: scanSlash()
      case .star: scanStar()
      case .ampersand: scanAmpersand()
      case .operatorSign: scanOperator(byte)
      case .hash: scanHash()
      case .end:
        if at >= count { return }
        scanUnknown()
      case .other: scanUnknown()
      }
    }
  }

  /// Adds an opening bracket. True if there are too many and the scan is to end.
  @inline(__always)
  private mutating func open(_ kind: TokenKind) -> Bool {
    addByte(kind)
    depth += 1
    return depth > Lexer.bracketLimit && stopAtBracketLimit()
  }

  @inline(never)
  private mutating func stopAtBracketLimit() -> Bool {
    isTruncated = true
    reports.report(
      .tooManyBrackets, at: span(at - 1, at),
      "more than \(Lexer.bracketLimit) brackets are open here", label: "one too many")
    return true
  }

  @inline(__always)
  private mutating func close(_ kind: TokenKind) {
    addByte(kind)
    if depth > 0 { depth -= 1 }
  }

  /// A byte order mark and a `#!` line are no part of the program.
  private mutating func skipPrelude() {
    if bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
    if bytes[at] == 0x23, bytes[at + 1] == 0x21 { skipLine() }
  }

  /// Goes to the end of the line, before its line end.
  mutating func skipLine() {
    while bytes[at] != 0x0A && (bytes[at] != 0 || at < count) { at += 1 }
  }

  // MARK: Comments

  /// `/`, `/=`, `//` and `/*`.
  private mutating func scanSlash() {
    switch bytes[at + 1] {
    case 0x2F:
      if bytes[at + 2] == 0x2F && bytes[at + 3] != 0x2F { gap.formUnion(.documented) }
      at += 2
      skipLine()
      gap.formUnion(.spaceBefore)
    case 0x2A: skipBlockComment()
    case 0x3D:
      add(.slashEqual, at)
      at += 2
    default: addByte(.slash)
    }
  }

  /// `/* ... */`, with comments inside comments.
  private mutating func skipBlockComment() {
    let start = at
    var open = 1
    at += 2
    gap.formUnion(.spaceBefore)
    while open > 0 {
      let byte = bytes[at]
      if !table.facts[Int(byte)].contains(.commentStop) {
        at += 1
      } else if byte == 0x2A && bytes[at + 1] == 0x2F {
        open -= 1
        at += 2
      } else if byte == 0x2F && bytes[at + 1] == 0x2A {
        open += 1
        at += 2
      } else if byte == 0x0A {
        if resumeDepth >= 0 { endLineInInterpolation() }
        gap.formUnion([.spaceBefore, .startsLine])
        at += 1
      } else if byte == 0 && at >= count {
        return reportOpenComment(start, open)
      } else {
        at += 1
      }
    }
  }

  private func reportOpenComment(_ start: Int, _ open: Int) {
    reports.report(
      .unterminatedComment, at: span(start, start + 2), "this comment is never closed",
      label: "needs a `*/` further down"
    ) {
      if open > 1 {
        $0.notes.append("comments nest: \(open) `/*` are still open at the end of the file, each needs its own `*/`")
      }
    }
  }

  // MARK: The end

  /// The store, with its end-of-file token. Strings that are still open have been closed by `closeOpenStrings`.
  consuming func finish() -> TokenStore {
    gap.formUnion([.startsLine, .spaceBefore])
    add(.endOfFile, count)
    let store = TokenStore(file: file)
    store.isUnbalanced = isUnbalanced || braceDepth != 0
    store.isTruncated = isTruncated
    store.cuts = cuts
    store.damaged = damaged
    store.take(kinds: kinds, flags: flags, starts: starts, payloads: payloads)
    return store
  }
}
