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
  let table: ByteTable
  let bytes: UnsafePointer<UInt8>
  let count: Int
  /// The scan ends at the first line that begins here or behind.
  let end: Int

  var arrays: TokenArrays
  /// The place and the tokens. The main loop works on a copy.
  var writer: TokenWriter
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

  /// The bodies that were left out, with the table `ByteTable.outline`.
  var leftOut = Store<LeftOutBody>(capacity: 0)

  /// A scanner of the whole file, or of the piece of it from `start` to `end`, which begin lines.
  init(
    file: SourceFile, names: Interner, from start: Int = 0, to end: Int = Int.max, table: ByteTable = .whole
  ) {
    self.table = table
    self.file = file
    self.names = names
    self.end = end
    bytes = file.bytes
    count = file.count
    // A token takes three to five bytes with the space around it.
    arrays = TokenArrays(from: start, expected: (min(end, file.count) - start) / 3 + 64)
    writer = arrays.writer()
    writer.at = start
  }

  /// The offset of the byte to be scanned next.
  var at: Int {
    @inline(__always) get { writer.at }
    @inline(__always) set { writer.at = newValue }
  }

  /// What is known of the gap before the next token.
  var gap: TokenFlags {
    @inline(__always) get { writer.gap }
    @inline(__always) set { writer.gap = newValue }
  }

  /// Adds a token that begins at `start`; the gap before it has been gathered in `gap`.
  @inline(__always)
  mutating func add(_ kind: TokenKind, _ start: Int, _ payload: UInt32 = 0) {
    if writer.isFull { makeRoom() }
    writer.add(kind, start, payload)
  }

  @inline(never)
  private mutating func makeRoom() { arrays.grow(&writer) }

  /// Adds a token of `length` bytes at the current place and steps over it.
  @inline(__always)
  mutating func add(_ kind: TokenKind, length: Int) {
    add(kind, at)
    at += length
  }

  /// The last token, and its kind.
  var lastToken: TokenId { TokenId(UInt32(truncatingIfNeeded: writer.count - 1)) }
  @inline(__always) var previousKind: TokenKind { writer.kinds[writer.count - 1] }

  /// The span of a range of file offsets.
  func span(_ start: Int, _ end: Int) -> Span {
    Span(Position(file.base + UInt32(start)), Position(file.base + UInt32(end)))
  }

  mutating func markDamaged() { damaged.append(lastToken) }

  /// The main loop: a turn scans one token, or a gap. What is frequent is done on a copy of the writer that stays in
  /// registers; the rest works on the scanner.
  mutating func scanFile() {
    skipPrelude()
    let bytes = bytes
    let classes = UnsafePointer(table.classes)
    var writer = self.writer
    while true {
      if writer.isFull {
        self.writer = writer
        makeRoom()
        writer = self.writer
      }
      var byte = bytes[writer.at]
      if byte == 0x20 {
        writer.gap.formUnion(.spaceBefore)
        writer.at &+= 1
        byte = bytes[writer.at]
      }
      switch classes[Int(byte)] {
      case .space:
        writer.at = endOfSpaces(bytes, writer.at &+ 1)
        writer.gap.formUnion(.spaceBefore)
      case .lineEnd:
        if resumeDepth >= 0 {
          self.writer = writer
          endLineInInterpolation()
          writer = self.writer
        }
        writer.gap.formUnion([.spaceBefore, .startsLine])
        writer.at &+= 1
        if writer.at >= end {
          self.writer = writer
          return
        }
        writer.at = endOfSpaces(bytes, writer.at)
      case .lower, .upper:
        if scanName(&writer, bytes, byte) { continue }
        self.writer = writer
        scanSpecialName()
        writer = self.writer
      case .digit:
        if scanNumber(&writer, bytes) { continue }
        self.writer = writer
        scanLongNumber(from: writer.at)
        writer = self.writer
      case .leftParen:
        parenDepth += 1
        writer.add(.leftParen, length: 1)
        depth += 1
        if depth > Lexer.bracketLimit { return stopAtBracketLimit(writer) }
      case .rightParen:
        if parenDepth == resumeDepth {
          self.writer = writer
          resumeString()
          writer = self.writer
        } else {
          if parenDepth > 0 { parenDepth -= 1 }
          writer.add(.rightParen, length: 1)
          if depth > 0 { depth -= 1 }
        }
      case .leftBracket:
        writer.add(.leftBracket, length: 1)
        depth += 1
        if depth > Lexer.bracketLimit { return stopAtBracketLimit(writer) }
      case .rightBracket:
        writer.add(.rightBracket, length: 1)
        if depth > 0 { depth -= 1 }
      case .leftBrace:
        braceDepth += 1
        writer.add(.leftBrace, length: 1)
        depth += 1
        if depth > Lexer.bracketLimit { return stopAtBracketLimit(writer) }
      case .rightBrace:
        if braceDepth == 0 { isUnbalanced = true } else { braceDepth -= 1 }
        writer.add(.rightBrace, length: 1)
        if depth > 0 { depth -= 1 }
      case .comma: writer.add(.comma, length: 1)
      case .semicolon: writer.add(.semicolon, length: 1)
      case .colon: writer.add(.colon, length: 1)
      case .tilde: writer.add(.tilde, length: 1)
      case .operatorSign: scanOperator(&writer, bytes, byte)
      case .end where writer.at >= count:
        self.writer = writer
        return
      case .quote, .apostrophe, .dot, .slash, .star, .ampersand, .hash, .bodyBrace, .end, .other:
        self.writer = writer
        scanRare(classes[Int(byte)])
        writer = self.writer
      }
    }
  }

  /// Scans a token or a gap of a kind that is less frequent, or needs to look around.
  @inline(never)
  private mutating func scanRare(_ kind: ByteClass) {
    switch kind {
    case .quote: scanString()
    case .apostrophe: scanCharacter()
    case .dot: scanDots()
    case .slash: scanSlash()
    case .star: scanStar()
    case .ampersand: scanAmpersand()
    case .hash: scanHash()
    case .bodyBrace: scanBodyBrace()
    default: scanUnknown()
    }
  }

  @inline(never)
  private mutating func stopAtBracketLimit(_ writer: TokenWriter) {
    self.writer = writer
    isTruncated = true
    reports.report(
      .tooManyBrackets, at: span(at - 1, at),
      "more than \(Lexer.bracketLimit) brackets are open here", label: "one too many")
  }

  /// A byte order mark and a `#!` line are no part of the program.
  private mutating func skipPrelude() {
    if at > 0 { return }
    if bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
    if bytes[at] == 0x23, bytes[at + 1] == 0x21 { skipLine() }
  }

  /// Goes to the end of the line, before its line end.
  mutating func skipLine() {
    while true {
      let stop = ByteWord(bytes, at).firstLineEndOrZero
      at += stop
      if stop == 8 { continue }
      if bytes[at] == 0x0A || at >= count { return }
      at += 1
    }
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
    default: add(.slash, length: 1)
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
    add(.endOfFile, min(end, count))
    let store = TokenStore(file: file)
    store.isUnbalanced = isUnbalanced || braceDepth != 0
    store.isTruncated = isTruncated
    store.cuts = cuts
    store.damaged = damaged
    swap(&store.leftOut, &leftOut)
    arrays.move(writer, to: store)
    return store
  }
}

/// The offset behind the spaces at `start`.
@inline(__always)
private func endOfSpaces(_ bytes: UnsafePointer<UInt8>, _ start: Int) -> Int {
  var at = start
  while true {
    let differing = ByteWord(bytes, at).word ^ 0x2020_2020_2020_2020
    if differing != 0 { return at &+ differing.trailingZeroBitCount / 8 }
    at &+= 8
  }
}
