// Primary expressions: literals, names, brackets, and what is an expression by its first word.

import ZongStores

extension ParserState {
  /// primary = literal | name | type | "(" expression ")" | list | block | arena | if | match | functionLiteral | new
  mutating func parsePrimary() -> NodeId {
    if isPanicking { return errorNode() }
    switch kind {
    case .lowerName: return parseName()
    case .integer: return parseLiteral(.integerLiteral)
    case .upperName: return parseTypeInExpression()
    case .leftParen: return parseParenthesized()
    case .string: return parseLiteral(.stringLiteral)
    case .stringHead: return parseInterpolatedString()
    case .float: return parseLiteral(.floatLiteral)
    case .character: return parseLiteral(.characterLiteral)
    case .trueKeyword: return parseLiteral(.trueLiteral)
    case .falseKeyword: return parseLiteral(.falseLiteral)
    case .nullKeyword: return parseLiteral(.nullLiteral)
    case .leftBracket: return parseListLiteral()
    case .leftBrace: return parseBlockExpression()
    case .ifKeyword: return parseIf()
    case .arenaKeyword: return parseArenaExpression()
    case .matchKeyword: return parseMatch()
    case .funcKeyword: return parseFunctionLiteral()
    case .newKeyword: return parseNew()
    case .dotDot, .dotDotEqual: return parseOpenRange()
    case .dot: return parseLeadingDot()
    default: return failPrimary()
    }
  }

  @inline(__always)
  private mutating func parseLiteral(_ kind: NodeKind) -> NodeId {
    let node = add(kind, token)
    advance()
    height = max(height, 1)
    return node
  }

  private mutating func parseName() -> NodeId {
    if peek().beginsOperand && nextIsOnLine() {
      if peekName() == Names.notWord { return parseNot() }
      if isAtTextPrefix {
        skipTextPrefix()
        return parsePrimary()
      }
    }
    let node = add(.name, token)
    advance()
    height = max(height, 1)
    return node
  }

  private mutating func failPrimary() -> NodeId {
    switch kind {
    case .underscore:
      fail(.expectedExpression, at: currentSpan, "`_` holds no value", label: "it only drops one") {
        $0.notes.append("`_ = f();` drops the result of a call")
      }
    case .equal where at > 0 && kinds[Int(at) - 1] == .exclamation:
      fail(.foreignOperator, at: currentSpan, "`!=` is written without a space")
    case .elseKeyword where at == statementStart:
      fail(.unexpectedToken, at: currentSpan, "this `else` belongs to no `if`") {
        $0.notes.append("`else` stands right behind the `}` of an `if`")
      }
    case .varKeyword, .constKeyword, .returnKeyword, .breakKeyword, .continueKeyword, .whileKeyword, .forKeyword,
      .loopKeyword, .failKeyword, .deleteKeyword, .deferKeyword:
      if startsLine { return failAtGap() }
      fail(.expectedExpression, at: currentSpan, "expected a value, found the statement `\(text(of: at))`")
    default:
      if startsLine && at != statementStart { return failAtGap() }
      fail(.expectedExpression, at: currentSpan, "expected a value, found \(found)") {
        if kind.isKeyword { $0.notes.append("`\(text(of: at))` is a reserved word and can't be used as a name") }
      }
    }
    return errorNode()
  }

  private mutating func failAtGap() -> NodeId {
    failExpecting(.expectedExpression, "a value")
    return errorNode()
  }

  // MARK: Brackets

  /// "(" expression ")" | "(" (type | functionType) ")" suffixes of types
  private mutating func parseParenthesized() -> NodeId {
    let open = token
    advance()
    if kind == .rightParen { return parseEmptyParentheses(open.index) }
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    var inner = kind == .funcKeyword && beginsFunctionType ? parseType() : parseExpression()
    if kind == .equal { inner = reportAssignment(after: inner) }
    if kind == .comma && !isPanicking { inner = parseTuple(open.index, inner) }
    lineEndsAreSpace = outer
    expectClosing(.rightParen, of: open.index)
    grow()
    if nodes[inner.index].kind.isType && !isPanicking {
      if kind.beginsOperand && !onNewLine { return parseCast(open.index, inner) }
      return parseTypeSuffixesInExpression(inner)
    }
    return add(.parenthesized, open, inner.index)
  }

  private mutating func parseEmptyParentheses(_ open: UInt32) -> NodeId {
    let place = span(of: open).joined(with: currentSpan)
    advance()
    fail(.expectedExpression, at: place, "expected a value between the parentheses") {
      if kind == .arrow { $0.notes.append("a function literal is written `func() => value`") }
    }
    return errorNode()
  }

  /// There are no tuples: the other values are read and dropped.
  private mutating func parseTuple(_ open: UInt32, _ first: NodeId) -> NodeId {
    let comma = currentSpan
    while accept(.comma), kind != .rightParen, !isPanicking { _ = parseExpression() }
    // `(a, b) => value` is reported at its arrow.
    if kind != .rightParen || peek() != .arrow {
      report(.unexpectedToken, at: comma, "parentheses hold one value; there are no tuples") {
        $0.labels.append(Label(span(of: open), "opened here"))
        $0.notes.append("values that belong together are a struct; a list is written `[a, b]`")
      }
    }
    return add(.error, nodes[first.index].token, first.index)
  }

  /// list = "[" (expression ("," expression)* ","?)? "]"
  private mutating func parseListLiteral() -> NodeId {
    let open = token
    advance()
    if kind == .rightBracket && peek() == .upperName && nextIsOnLine() { return parseGoSlice(open.index) }
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    if kind == .colon && peek() == .rightBracket { return parseEmptyMap(open.index, outer) }
    let mark = scratch.count
    if kind != .rightBracket {
      let start = currentSpan.start
      push(parseExpression())
      if kind == .colon && !isPanicking { return parseMapInBrackets(open.index, start, mark, outer) }
      while continueList(.rightBracket, "element") { push(parseExpression()) }
    }
    let elements = list(since: mark)
    lineEndsAreSpace = outer
    expectClosing(.rightBracket, of: open.index)
    return add(.listLiteral, open, elements.start, elements.count)
  }

  private mutating func parseBlockExpression() -> NodeId {
    beginsMap ? parseMapInBraces() : parseBlock("the block", isHeaded: false)
  }

  private mutating func parseArenaExpression() -> NodeId {
    let arena = parseKeywordBlock(.arena)
    grow()
    return arena
  }

  // MARK: Interpolation

  /// interpolated = stringHead interpolation (stringMiddle interpolation)* stringTail
  private mutating func parseInterpolatedString() -> NodeId {
    let head = token
    let mark = scratch.count
    push(add(.stringPiece, head))
    advance()
    while true {
      push(parseInterpolation())
      skipToPiece()
      guard kind == .stringMiddle || kind == .stringTail else { break }
      let isLast = kind == .stringTail
      push(add(.stringPiece, token))
      advance()
      if isLast { break }
    }
    let pieces = list(since: mark)
    grow()
    return add(.interpolatedString, head, pieces.start, pieces.count)
  }

  /// interpolation = expression ("," argument)*
  private mutating func parseInterpolation() -> NodeId {
    let first = token
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    let value: NodeId
    if kind == .stringMiddle || kind == .stringTail {
      report(.expectedExpression, at: gapSpan, "expected a value in the interpolation `\\()`")
      value = errorNode()
    } else {
      value = parseExpression()
    }
    let mark = scratch.count
    while kind == .comma && !isPanicking {
      advance()
      if kind == .stringMiddle || kind == .stringTail { break }
      let format = parseArgument()
      if nodes[format.index].kind != .argument { reportFormat() }
      push(format)
    }
    let formats = list(since: mark)
    lineEndsAreSpace = outer
    return add(.interpolation, first, value.index, words(formats.start, formats.count))
  }

  private mutating func reportFormat() {
    report(.unexpectedToken, at: span(of: at - 1), "a format has a name, as in `\\(x, width: 8)`") {
      $0.notes.append("the formats are `width`, `digits`, `base` and `char`")
    }
  }

  /// After an interpolation: on to the string's next piece, over what could not be read.
  private mutating func skipToPiece() {
    if kind == .stringMiddle || kind == .stringTail || hasGivenUp { return finishPanic() }
    report(.missingClosing, at: currentSpan, "expected the interpolation's `)`, found \(found)")
    var open = 0
    while kind != .endOfFile {
      if kind == .stringHead { open += 1 }
      if open == 0 && (kind == .stringMiddle || kind == .stringTail) { break }
      if kind == .stringTail { open -= 1 }
      advance()
    }
    finishPanic()
  }

  private mutating func finishPanic() { isPanicking = false }

  // MARK: Function literals

  /// Whether the `func` behind a `(` begins a type, as in `(func(I64): I64)[]()`, and no literal: its parentheses hold
  /// types or nothing, and no body comes before the `)`. Looks at a bounded number of tokens.
  private var beginsFunctionType: Bool {
    guard peek() == .leftParen else { return false }
    switch peek(2) {
    case .upperName, .funcKeyword, .leftParen, .rightParen: break
    case .lowerName: if peek(3) != .dot { return false }
    default: return false
    }
    var depth = 1
    for distance in UInt32(2)..<256 {
      switch peek(distance) {
      case .arrow, .leftBrace, .endOfFile: return false
      case .leftParen: depth += 1
      case .rightParen:
        if depth == 0 { return true }
        depth -= 1
      default: break
      }
    }
    return false
  }

  /// functionLiteral = "func" parameters (":" result)? (block | "=>" expression)
  mutating func parseFunctionLiteral() -> NodeId {
    let keyword = token
    let errors = reports.errorCount
    advance()
    if kind.isWord && peek() == .leftParen { reportNamedLiteral() }
    let parameters = parseParameters(needTypes: false)
    let result = parseResult()
    let body: NodeId
    if accept(.arrow) {
      body = parseExpression()
    } else {
      body = parseBlock("the function literal")
    }
    let start = words(parameters.start, parameters.count)
    _ = words(result.index, body.index)
    grow()
    let node = add(.functionLiteral, keyword, start)
    markIfDamaged(node, since: errors)
    return node
  }

  private mutating func reportNamedLiteral() {
    let name = currentSpan
    report(.unexpectedToken, at: name, "a function that is used as a value has no name") {
      $0.fixIts.append(FixIt("remove the name", at: name, replacement: ""))
    }
    advance()
  }
}

extension NodeKind {
  /// Whether the node is a type.
  @inlinable public var isType: Bool { ordinal >= NodeKind.typeName.ordinal }
}
