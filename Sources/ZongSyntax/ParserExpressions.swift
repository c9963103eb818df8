// Expressions (LANGUAGE.md, section 6), from the loosest to the tightest. Chains are read in loops: only
// brackets, blocks and literals recurse.

import ZongStores

extension ParserState {
  /// expression = binary ("catch" name? block)*
  mutating func parseExpression() -> NodeId {
    guard enter() else { return errorNode() }
    let outerHeight = height
    height = 0
    var left = parseBinary(minimum: 1)
    while kind == .catchKeyword && !isPanicking { left = parseCatch(left) }
    grow()
    height = max(outerHeight, height)
    leave()
    return left
  }

  /// An expression inside brackets, where line ends are white space.
  mutating func parseBracketedExpression() -> NodeId {
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    let expression = parseExpression()
    lineEndsAreSpace = outer
    return expression
  }

  private mutating func parseCatch(_ left: NodeId) -> NodeId {
    let keyword = token
    advance()
    var name = TokenId.none
    if kind == .leftParen && peek() == .lowerName && peek(2) == .rightParen {
      reportCatchParentheses()
      advance()
      name = token
      advance()
      advance()
    } else if kind != .leftBrace {
      name = parseBindingName("the name of the error")
    }
    let block = parseBlock("`catch`")
    grow()
    return add(.catchExpression, keyword, left.index, words(name.index, block.index))
  }

  private mutating func reportCatchParentheses() {
    let name = text(of: at + 1)
    let place = span(of: at).joined(with: span(of: at + 2))
    report(.unexpectedToken, at: place, "the name after `catch` stands without parentheses") {
      $0.fixIts.append(FixIt("remove the parentheses", at: place, replacement: name))
    }
  }

  // MARK: Binary operators

  /// binary = unary (operator binary)*, by precedence; comparisons and ranges don't chain
  mutating func parseBinary(minimum: UInt8) -> NodeId {
    var left = parseUnary()
    while true {
      let precedence = Precedence.of(kind)
      if precedence < minimum {
        guard precedence == 0, kind == .lowerName || kind == .asKeyword, !isPanicking, !onNewLine,
          let joined = parseForeignOperation(left, minimum)
        else { break }
        left = joined
        continue
      }
      if endsLine { break }
      if isPanicking { break }
      if isIncrement() {
        left = parseIncrement(left)
        continue
      }
      left = parseOperation(left, precedence)
    }
    return left
  }

  /// The operator here begins a line and no white space is behind it: the line before it is complete.
  @inline(__always) private var endsLine: Bool { startsLine && !lineEndsAreSpace && !spaceAfter }

  /// The operator and the right operand, made one with the left one.
  @inline(__always)
  private mutating func parseOperation(_ left: NodeId, _ precedence: UInt8) -> NodeId {
    let operatorToken = token
    let operatorKind = kind
    if operatorKind == .star || operatorKind == .ampersand { checkSpacing() }
    advance()
    if kind == .equal || kind == .greater || kind == .star { checkForeignOperator(operatorToken.index) }
    if precedence == Precedence.range && (kind == .rightBracket || kind == .rightParen || kind == .leftBrace) {
      return parseRangeWithoutEnd(left, operatorToken)
    }
    waitingOperators += 1
    if waitingOperators > Parser.maximumOperators { _ = giveUp(.nesting) }
    let outerHeight = height
    height = 0
    let right = parseBinary(minimum: precedence + 1)
    height = max(outerHeight, height)
    waitingOperators -= 1
    grow()
    if precedence == Precedence.range {
      let isInclusive = operatorKind == .dotDotEqual
      return add(.range, operatorToken, left.index, right.index, isInclusive ? .inclusive : [])
    }
    if precedence == Precedence.comparison && Precedence.of(kind) == precedence && !endsLine {
      reportChain(operatorToken.index)
      return parseChained(add(.binary, operatorToken, left.index, right.index), precedence)
    }
    return add(.binary, operatorToken, left.index, right.index)
  }

  /// The comparisons after the first, which are read and have no meaning.
  private mutating func parseChained(_ first: NodeId, _ precedence: UInt8) -> NodeId {
    while Precedence.of(kind) == precedence, !endsLine, !isPanicking {
      advance()
      _ = parseBinary(minimum: precedence + 1)
    }
    return add(.error, nodes[first.index].token, first.index)
  }

  /// `a < b < c`.
  private mutating func reportChain(_ first: UInt32) {
    let place = currentSpan
    let middle = text(of: at - 1)
    let isSimple = at == first + 2
    report(.chainedComparison, at: place, "comparisons don't chain", label: "a second comparison") {
      $0.labels.append(Label(span(of: first), "the first one"))
      if isSimple {
        $0.fixIts.append(
          FixIt("compare twice", at: place, replacement: "&& \(middle) \(kind.spelling ?? "")"))
      }
      $0.notes.append("write `a < b && b < c`")
    }
  }

  /// A `*` or `&` that touches only what is on its right.
  private mutating func checkSpacing() {
    guard spaceBefore, !spaceAfter, !startsLine, peek() != kind else { return }
    let sign = kind.spelling ?? ""
    let place = currentSpan
    report(.prefixPointer, at: place, "`\(sign)` touches only the operand on its right") {
      $0.fixIts.append(FixIt("put a space behind it for the operator", at: place, replacement: sign + " "))
      $0.notes.append(
        sign == "*" ? "a pointer is followed with `p*`, its type is `T*`" : "an address is taken with `x&`")
    }
  }

  // MARK: Prefix operators

  /// unary = ("-" | "!" | "~")* postfix
  @inline(__always)
  mutating func parseUnary() -> NodeId {
    switch kind {
    case .minus, .exclamation, .tilde: return parsePrefixed()
    case .star, .ampersand, .starPostfix, .ampersandPostfix, .andAnd, .plus: return parseForeignPrefix()
    default: return parsePostfix()
    }
  }

  private mutating func parsePrefixed() -> NodeId {
    let mark = scratch.count
    while kind == .minus || kind == .exclamation || kind == .tilde {
      scratch.append(at)
      advance()
      if scratch.count - mark > Parser.maximumHeight { _ = giveUp(.height) }
    }
    var operand = parseUnary()
    while scratch.count > mark {
      let sign = TokenId(scratch[scratch.count - 1])
      scratch.removeLast()
      operand = add(.unary, sign, operand.index)
      grow()
    }
    return operand
  }

  // MARK: Postfix operators

  /// postfix = primary ("." word typeArguments? | "(" arguments ")" | "[" expression "]" | "*" | "&" | "?" | "!")*
  mutating func parsePostfix() -> NodeId {
    var node = parsePrimary()
    while true {
      switch kind {
      case .dot: node = parseMember(node)
      case .leftParen:
        if onNewLine { return node }
        node = parseCall(node)
      case .leftBracket:
        if onNewLine { return node }
        node = parseIndex(node)
      case .leftBrace:
        guard nodes[node.index].kind == .typeName, beginsFields else { return node }
        node = parseFields(of: node)
      case .starPostfix:
        node = add(.dereference, token, node.index)
        advance()
        grow()
      case .ampersandPostfix:
        node = add(.addressOf, token, node.index)
        advance()
        grow()
      case .question:
        if spaceBefore { return parseTernary(node) }
        node = parsePropagate(node)
      case .exclamation:
        if spaceBefore { return node }
        node = add(.insist, token, node.index)
        advance()
        grow()
      case .less:
        let applied = parseTypeArguments(after: node)
        if applied == node { return node }
        node = applied
      default: return node
      }
      if isPanicking { return node }
    }
  }

  private mutating func parsePropagate(_ node: NodeId) -> NodeId {
    let sign = token
    advance()
    grow()
    if kind.beginsOperand && !startsLine { return parseTernaryBranches(node, sign.index) }
    return add(.propagate, sign, node.index)
  }

  /// "." word
  private mutating func parseMember(_ object: NodeId) -> NodeId {
    advance()
    grow()
    let isModule = nodes[object.index].kind == .name && nodes[object.index].b == 0
    if kind == .upperName && isModule { return parseTypeMember(object) }
    if kind.isWord {
      if startsLine && kind.isKeyword { return failMember(object) }
      let node = add(.member, token, object.index)
      advance()
      return node
    }
    return failMember(object)
  }

  private mutating func failMember(_ object: NodeId) -> NodeId {
    if kind == .integer && !startsLine {
      fail(.expectedName, at: currentSpan, "a member has a name, not a number") {
        $0.notes.append("elements are reached with `[ ]`: `items[0]`")
      }
    } else {
      failExpecting(.expectedName, "a member's name after the `.`")
    }
    return add(.error, token, object.index)
  }

  /// "(" (argument ("," argument)* ","?)? ")"
  private mutating func parseCall(_ callee: NodeId) -> NodeId {
    let open = token
    let errors = reports.errorCount
    let arguments = parseArguments()
    grow()
    if reports.errorCount != errors && hasMissing(arguments) { return add(.error, open, callee.index) }
    return add(.call, open, callee.index, words(arguments.start, arguments.count))
  }

  /// Whether one of the arguments could not be read: then their number says nothing.
  private func hasMissing(_ arguments: (start: UInt32, count: UInt32)) -> Bool {
    for index in arguments.start..<arguments.start + arguments.count where nodes[extra[index]].kind == .error {
      return true
    }
    return false
  }

  /// The arguments with their parentheses. The current token is the `(`.
  mutating func parseArguments() -> (start: UInt32, count: UInt32) {
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    if kind != .rightParen {
      repeat { push(parseArgument()) } while continueList(.rightParen, "argument")
    }
    let arguments = list(since: mark)
    lineEndsAreSpace = outer
    expectClosing(.rightParen, of: open)
    return arguments
  }

  /// argument = (word ":")? expression
  mutating func parseArgument() -> NodeId {
    guard peek() == .colon, kind.isWord else { return checkArgument(parseExpression()) }
    let name = token
    if kind == .upperName { reportWrongCase(at, "an argument's name", isType: false) }
    advance()
    advance()
    let value = checkArgument(parseExpression())
    return add(.argument, name, value.index)
  }

  /// `f(x = 1)` is meant to be `f(x: 1)`.
  private mutating func checkArgument(_ value: NodeId) -> NodeId {
    if kind == .arrow && !isPanicking { return parseForeignLiteral(value) }
    guard kind == .equal, !isPanicking else { return value }
    let place = Span(gapSpan.start, currentSpan.end)
    let isName = nodes[value.index].kind == .name
    report(
      .assignmentInExpression, at: currentSpan,
      isName ? "an argument's name is followed by `:`" : "an assignment is a statement, not a value"
    ) { if isName { $0.fixIts.append(FixIt("write `:`", at: place, replacement: ":")) } }
    advance()
    let assigned = parseExpression()
    if isName { return add(.argument, nodes[value.index].token, assigned.index, 0, .damaged) }
    return add(.error, nodes[value.index].token, assigned.index)
  }

  /// "[" expression "]"
  private mutating func parseIndex(_ object: NodeId) -> NodeId {
    let open = token
    advance()
    let index = parseIndexExpression(object)
    expectClosing(.rightBracket, of: open.index)
    grow()
    return add(.index, open, object.index, index.index)
  }

  private mutating func parseIndexExpression(_ object: NodeId) -> NodeId {
    if kind == .dotDot || kind == .dotDotEqual || kind == .colon { return parseOpenRange() }
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    let index = parseExpression()
    if kind == .colon && !isPanicking { reportColonRange() }
    lineEndsAreSpace = outer
    return index
  }

  // MARK: new

  /// new = "new" ("(" "near" ":" expression ")")? path arguments?
  ///
  /// Without arguments it is a case without fields.
  mutating func parseNew() -> NodeId {
    guard enter() else { return errorNode() }
    defer { leave() }
    let keyword = token
    advance()
    var near = NodeId.none
    if kind == .leftParen && peekName(1) == Names.near && peek(2) == .colon {
      let open = at
      advance()
      advance()
      advance()
      near = parseBracketedExpression()
      expectClosing(.rightParen, of: open)
    }
    var path = parsePrimary()
    while kind == .dot && !isPanicking { path = parseMember(path) }
    guard kind == .leftParen, !onNewLine else {
      if nodes[path.index].kind == .member { return add(.new, keyword, path.index, near.index) }
      if kind == .leftBrace, nodes[path.index].kind == .typeName, beginsFields {
        return add(.new, keyword, parseFields(of: path).index, near.index)
      }
      if !isPanicking {
        failExpecting(.unexpectedToken, "the values in parentheses after `new` and its type")
      }
      return add(.error, keyword, path.index)
    }
    let call = parseCall(path)
    return add(.new, keyword, call.index, near.index)
  }
}

/// How tight the binary operators bind.
enum Precedence {
  static let comparison: UInt8 = 4
  static let range: UInt8 = 5

  /// 0 if the token is no binary operator.
  @inline(__always)
  static func of(_ kind: TokenKind) -> UInt8 {
    switch kind {
    case .questionQuestion: return 1
    case .orOr: return 2
    case .andAnd: return 3
    case .equalEqual, .notEqual, .less, .lessEqual, .greater, .greaterEqual: return comparison
    case .dotDot, .dotDotEqual: return range
    case .plus, .minus, .pipe, .caret: return 6
    case .star, .slash, .percent, .shiftLeft, .shiftRight, .ampersand: return 7
    default: return 0
    }
  }
}
