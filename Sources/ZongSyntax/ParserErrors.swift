// Reports and recovery. A soft report is about something that can be read all the same; `fail` is for what
// can't be, and keeps the parser quiet until `recover` has found where the next statement begins.

import ZongStores

extension ParserState {
  // MARK: Places

  func span(of token: UInt32) -> Span { tokens.span(of: TokenId(min(token, UInt32(tokens.count - 1)))) }
  var currentSpan: Span { span(of: at) }
  /// The empty span right after the token before the current one.
  var gapSpan: Span {
    let end = span(of: at == 0 ? 0 : at - 1).end
    return Span(end, end)
  }
  /// From one token to the one before the current one.
  func spanSince(_ first: UInt32) -> Span {
    let start = span(of: first)
    return at > first + 1 ? start.joined(with: span(of: at - 1)) : start
  }

  /// The source at a span of this file.
  func source(_ span: Span) -> UnsafeBufferPointer<UInt8> {
    let base = tokens.file.base
    return UnsafeBufferPointer(rebasing: tokens.file.text[Int(span.start.offset - base)..<Int(span.end.offset - base)])
  }

  func text(of token: UInt32) -> String { SourceText.shortened(tokens.text(of: TokenId(token))) }

  /// The current token, as it is called in "expected ..., found ...".
  var found: String {
    if at >= limit && kind == .endOfFile {
      return limit + 1 >= UInt32(tokens.count) ? "the end of the file" : "`\(text(of: limit))`"
    }
    switch kind {
    case .string, .stringHead: return "a string"
    case .stringMiddle, .stringTail: return "the end of the interpolation"
    default: return kind.isKeyword ? "the reserved word `\(text(of: at))`" : "`\(text(of: at))`"
    }
  }

  // MARK: Reports

  /// Whether a report at `token` would be about a mistake that has been reported already.
  func isKnown(_ token: UInt32) -> Bool {
    if isPanicking || hasGivenUp { return true }
    let place = min(token, UInt32(tokens.count - 1))
    if tokens.kinds[place] == .unknown || tokens.isDamaged(TokenId(place)) { return true }
    if place > 0 && place == at && place != statementStart && tokens.isDamaged(TokenId(place - 1)) { return true }
    if lastReported == 0 { return false }
    return wasClear ? place == lastReported : isOnSameLine(lastReported, place)
  }

  /// Whether no line begins after `first` up to `second`.
  private func isOnSameLine(_ first: UInt32, _ second: UInt32) -> Bool {
    if second <= first { return true }
    if second - first > 64 { return false }
    for index in (first + 1)...second where tokens.flags[index].contains(.startsLine) { return false }
    return true
  }

  /// Reports a mistake after which reading goes on.
  @inline(never)
  func report(
    _ kind: DiagnosticKind, at span: Span, _ message: @autoclosure () -> String,
    label: @autoclosure () -> String = "", more: (inout Diagnostic) -> Void = { _ in }
  ) {
    if isKnown(at) { return }
    lastReported = max(at, 1)
    wasClear = kind.isClear
    reports.report(kind, at: span, message(), label: label(), more: more)
  }

  /// Reports a mistake after which the rest of the statement makes no sense.
  @inline(never)
  func fail(
    _ kind: DiagnosticKind, at span: Span, _ message: @autoclosure () -> String,
    label: @autoclosure () -> String = "", more: (inout Diagnostic) -> Void = { _ in }
  ) {
    report(kind, at: span, message(), label: label(), more: more)
    isPanicking = true
  }

  /// "expected ..., found ...", at the gap if the current token stands on another line.
  @inline(never)
  func failExpecting(_ kind: DiagnosticKind, _ what: String) {
    if startsLine && at != statementStart {
      fail(kind, at: gapSpan, "expected \(what) here", label: "the line ends without it")
    } else {
      fail(kind, at: currentSpan, "expected \(what), found \(found)")
    }
  }

  func fixIt(_ title: String, _ span: Span, _ replacement: String) -> FixIt {
    FixIt(title, at: span, replacement: replacement)
  }

  mutating func errorNode() -> NodeId { add(.error, token) }

  // MARK: Recovery

  /// How far the first token of a line is indented.
  func indentation(of token: UInt32) -> Int {
    let start = Int(tokens.starts[min(token, UInt32(tokens.count - 1))])
    var width = 0
    while start - width > 0, width < 4_096 {
      let byte = tokens.file.bytes[start - width - 1]
      if byte != 0x20 && byte != 0x09 { break }
      width += 1
    }
    return width
  }

  /// How far the line is indented on which `token` stands. Looks back over few tokens only.
  func lineIndentation(of token: UInt32) -> Int {
    var first = token
    var steps = 0
    while first > 1, steps < 200, !tokens.flags[first].contains(.startsLine) {
      first -= 1
      steps += 1
    }
    return indentation(of: first)
  }

  /// Steps over the rest of a statement that could not be read: to after its `;`, to a line that is not indented
  /// more than the statement, or to the `}` of the block around it. Whole brackets are stepped over.
  mutating func recover() {
    isPanicking = false
    lastReported = 0
    if hasGivenUp { return }
    let base = lineIndentation(of: statementStart)
    var braces = 0
    while kind != .endOfFile {
      let beginsLine = tokenFlags(at).contains(.startsLine)
      if beginsLine && at > statementStart && isStatementBoundary(base, braces) { return }
      switch kind {
      case .leftBrace: braces += 1
      case .rightBrace:
        if braces == 0 { return }
        braces -= 1
        if braces == 0 && peekEndsBlockStatement() {
          advance()
          return
        }
      case .semicolon:
        if braces == 0 {
          advance()
          return
        }
      default: break
      }
      advance()
    }
  }

  /// Whether the current token, the first of its line, begins another statement than the one that is skipped.
  private func isStatementBoundary(_ base: Int, _ braces: Int) -> Bool {
    switch kind {
    case .rightBrace, .rightParen, .rightBracket, .comma, .dot, .elseKeyword, .catchKeyword, .leftBrace: return false
    default: return indentation(of: at) <= base
    }
  }

  /// After the closing brace of skipped braces: nothing goes on with the statement.
  private func peekEndsBlockStatement() -> Bool {
    switch peek() {
    case .rightParen, .rightBracket, .comma, .dot, .elseKeyword, .catchKeyword, .semicolon: return false
    default: return !nextIsOnLine()
    }
  }

  /// After a header that could not be read: goes to the `{` on its line, so that the body is still read.
  mutating func skipToBlock() {
    guard isPanicking, !hasGivenUp else { return }
    var index = at
    while index < limit, !(index > at && flags[Int(index)].contains(.startsLine)) {
      if kinds[Int(index)] == .leftBrace {
        at = index
        kind = .leftBrace
        isPanicking = false
        return
      }
      if kinds[Int(index)] == .semicolon || kinds[Int(index)] == .rightBrace { return }
      index += 1
    }
  }

  // MARK: Brackets

  /// The `)` or `]` that belongs to `open`.
  mutating func expectClosing(_ closing: TokenKind, of open: UInt32) {
    if kind == closing { return advance() }
    if isPanicking { return skipToClosing(closing) }
    reportMissing(closing, of: open)
    if !(startsLine || kind == .semicolon || kind == .leftBrace || kind == .rightBrace) {
      isPanicking = true
      skipToClosing(closing)
    }
  }

  /// Goes on behind the closing bracket if it comes on the same line, which ends the panic.
  private mutating func skipToClosing(_ closing: TokenKind) {
    guard !hasGivenUp else { return }
    var index = at
    var open = 0
    let bound = min(limit, at &+ 2_000)
    while index < bound, !(index > at && flags[Int(index)].contains(.startsLine)) {
      switch kinds[Int(index)] {
      case .leftParen, .leftBracket: open += 1
      case .rightParen, .rightBracket:
        if open == 0 {
          guard kinds[Int(index)] == closing else { return }
          at = index
          kind = closing
          isPanicking = false
          lastReported = max(at, 1)
          return advance()
        }
        open -= 1
      case .leftBrace, .rightBrace, .semicolon, .stringTail, .stringMiddle: return
      default: break
      }
      index += 1
    }
  }

  func reportMissing(_ closing: TokenKind, of open: UInt32) {
    let text = closing.spelling ?? ""
    let opening = span(of: open)
    let place = startsLine ? gapSpan : currentSpan
    report(
      .missingClosing, at: place,
      startsLine ? "`\(text)` is missing here" : "expected `\(text)`, found \(found)"
    ) {
      $0.labels.append(Label(opening, "opened here"))
      if startsLine { $0.fixIts.append(FixIt("insert `\(text)`", at: place, replacement: text)) }
    }
  }

  /// After an element of a list in brackets: true if another follows. A missing comma is reported and taken as
  /// read where the next element can begin.
  mutating func continueList(_ closing: TokenKind, _ element: String) -> Bool {
    if kind == .comma {
      advance()
      return kind != closing && kind != .endOfFile
    }
    if kind == closing || kind == .endOfFile || isPanicking { return false }
    let isIndented = startsLine && indentation(of: at) > lineIndentation(of: statementStart)
    guard kind.beginsOperand, !startsLine || isIndented else { return false }
    let place = gapSpan
    report(.missingSeparator, at: place, "a comma is missing before this \(element)") {
      $0.fixIts.append(FixIt("insert a comma", at: place, replacement: ","))
    }
    return true
  }
}

extension DiagnosticKind {
  /// What was meant is beyond doubt, so that another report on the same line is about another mistake.
  var isClear: Bool {
    switch self {
    case .foreignWord, .foreignOperator, .foreignDeclaration, .foreignCast, .wrongCase, .keywordAsName,
      .prefixPointer, .prefixType, .chainedComparison, .badPattern, .misplacedModifier:
      return true
    default: return false
    }
  }
}

extension TokenKind {
  /// Whether an operand may begin with this token, prefix operators aside.
  var beginsOperand: Bool {
    switch self {
    case .lowerName, .upperName, .integer, .float, .character, .string, .stringHead, .trueKeyword, .falseKeyword,
      .nullKeyword, .newKeyword, .underscore:
      return true
    default: return false
    }
  }
}
