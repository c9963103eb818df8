// Types (LANGUAGE.md, section 3): postfix, read from left to right. Within type arguments `>>`, `>=` and `??`
// are split: the parser's `kind` then is the second half while `at` stays at the token.

import ZongStores

extension ParserState {
  /// type = typePrimary ("*" | "[" "]" | "[" expression "]" | "?" | "!")*
  mutating func parseType() -> NodeId {
    guard enter() else { return errorNode() }
    let outerHeight = height
    height = 0
    let primary = parseTypePrimary()
    let type = parseTypeSuffixes(primary, inExpression: false)
    grow()
    height = max(outerHeight, height)
    leave()
    return type
  }

  /// typePrimary = upperName typeArguments? | name "." upperName typeArguments? | functionType | "(" type ")"
  private mutating func parseTypePrimary() -> NodeId {
    if isPanicking { return errorNode() }
    switch kind {
    case .upperName: return parseTypeName()
    case .lowerName:
      if peek() == .dot && peek(2) == .upperName { return parseQualifiedType() }
      return parseLowerType()
    case .funcKeyword: return parseFunctionType()
    case .leftParen:
      let open = at
      let outer = lineEndsAreSpace
      lineEndsAreSpace = true
      advance()
      var inner = parseType()
      if kind == .comma && !isPanicking { inner = parseTupleType(open, inner) }
      lineEndsAreSpace = outer
      expectClosing(.rightParen, of: open)
      return inner
    case .star, .ampersand, .starPostfix, .ampersandPostfix, .andAnd, .question, .leftBracket:
      return parsePrefixType()
    default:
      failExpecting(.expectedType, "a type")
      return errorNode()
    }
  }

  /// upperName typeArguments?
  private mutating func parseTypeName() -> NodeId {
    let name = token
    advance()
    guard kind == .less, !onNewLine else { return add(.typeName, name) }
    let arguments = parseTypeArgumentList()
    return add(.typeName, name, arguments.start, arguments.count)
  }

  /// name "." upperName typeArguments?
  private mutating func parseQualifiedType() -> NodeId {
    let module = token
    advance()
    advance()
    return parseTypeMember(module)
  }

  /// The type's name after a module's name and the dot.
  private mutating func parseTypeMember(_ module: TokenId) -> NodeId {
    let name = token
    advance()
    var arguments: (start: UInt32, count: UInt32) = (0, 0)
    if kind == .less && !onNewLine { arguments = parseTypeArgumentList() }
    return add(.typeMember, name, module.index, words(arguments.start, arguments.count))
  }

  /// The same in an expression, where the module was read as a name.
  mutating func parseTypeMember(_ object: NodeId) -> NodeId {
    let type = parseTypeMember(nodes[object.index].token)
    return parseTypeSuffixes(type, inExpression: true)
  }

  /// A type where a value is expected: it is called, or a member of it is used.
  mutating func parseTypeInExpression() -> NodeId {
    let name = parseTypeName()
    return parseTypeSuffixes(name, inExpression: true)
  }

  /// The suffixes behind a type in parentheses, where a value is expected.
  mutating func parseTypeSuffixesInExpression(_ type: NodeId) -> NodeId {
    parseTypeSuffixes(type, inExpression: true)
  }

  /// The suffixes after a type. In an expression `?` touches the type, and `!` is none of the type's.
  private mutating func parseTypeSuffixes(_ primary: NodeId, inExpression: Bool) -> NodeId {
    var type = primary
    while !isPanicking {
      switch kind {
      case .starPostfix:
        type = add(.pointerType, token, type.index)
        advance()
      case .star:
        if inExpression || onNewLine { return type }
        reportPointerSpacing()
        type = add(.pointerType, token, type.index)
        advance()
      case .leftBracket:
        if onNewLine { return type }
        type = parseBracketSuffix(type)
      case .question:
        if inExpression && spaceBefore { return type }
        type = add(.optionalType, token, type.index)
        advance()
      case .questionQuestion:
        if inExpression { return type }
        type = add(.optionalType, token, type.index)
        type = add(.optionalType, token, type.index)
        advance()
      case .exclamation:
        if inExpression || onNewLine { return type }
        type = add(.fallibleType, token, type.index)
        advance()
      default: return type
      }
      grow()
    }
    return type
  }

  /// "[" "]" | "[" expression "]"
  private mutating func parseBracketSuffix(_ type: NodeId) -> NodeId {
    let open = token
    advance()
    if accept(.rightBracket) { return add(.sliceType, open, type.index) }
    let length = parseBracketedExpression()
    expectClosing(.rightBracket, of: open.index)
    return add(.arrayType, open, type.index, length.index)
  }

  /// functionType = "func" "(" (type ("," type)*)? ")" (":" result)?
  private mutating func parseFunctionType() -> NodeId {
    let keyword = token
    advance()
    let open = at
    guard kind == .leftParen else {
      failExpecting(.expectedType, "the parameter types of the function type, in parentheses,")
      return errorNode()
    }
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    if kind != .rightParen {
      repeat {
        if kind.isWord && peek() == .colon { reportNamedParameterType() }
        push(parseType())
      } while continueList(.rightParen, "type")
    }
    let parameters = list(since: mark)
    lineEndsAreSpace = outer
    expectClosing(.rightParen, of: open)
    let result = parseResult()
    let start = words(parameters.start, parameters.count)
    extra.append(result.index)
    return add(.functionType, keyword, start)
  }

  private mutating func reportNamedParameterType() {
    let place = currentSpan.joined(with: span(of: at + 1))
    report(.unexpectedToken, at: place, "a function type lists types, without names") {
      $0.fixIts.append(FixIt("remove the name", at: place, replacement: ""))
    }
    advance()
    advance()
  }

  /// result = (":" ("!" | type))?
  mutating func parseResult() -> NodeId {
    if kind == .colon {
      advance()
      return parseResultType()
    }
    if kind == .exclamation && !onNewLine { return parseResultType() }
    return parseForeignResult()
  }

  /// "!" | type
  mutating func parseResultType() -> NodeId {
    guard kind == .exclamation else { return parseType() }
    let sign = token
    advance()
    return add(.fallibleType, sign)
  }

  // MARK: Type arguments

  /// typeArguments = "<" type ("," type)* ">"
  private mutating func parseTypeArgumentList() -> (start: UInt32, count: UInt32) {
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    repeat { push(parseType()) } while continueList(.greater, "type argument")
    let arguments = list(since: mark)
    lineEndsAreSpace = outer
    expectGreater(of: open)
    return arguments
  }

  /// The `>` that belongs to `open`; it may be the first half of a longer token.
  mutating func expectGreater(of open: UInt32) {
    switch kind {
    case .greater: advance()
    case .shiftRight: kind = .greater
    case .greaterEqual: kind = .equal
    case .shiftRightEqual: kind = .greaterEqual
    default:
      if isPanicking { return }
      reportMissing(.greater, of: open)
      if !startsLine { isPanicking = true }
    }
  }

  /// Type arguments after a function's name: `largest<I64>(items)`. The node itself if there are none.
  mutating func parseTypeArguments(after node: NodeId) -> NodeId {
    let object = nodes[node.index]
    guard object.kind == .name || object.kind == .member, object.b == 0, !onNewLine, hasTypeArguments() else {
      return node
    }
    let arguments = parseTypeArgumentList()
    if object.kind == .name { return add(.name, object.token, arguments.start, arguments.count) }
    return add(.member, object.token, object.a, words(arguments.start, arguments.count))
  }

  /// Whether types and `>` follow the `<` here. Looks at a bounded number of tokens.
  private func hasTypeArguments() -> Bool {
    var index = at + 1
    let bound = min(limit, at &+ 256)
    var angles = 1
    var brackets = 0
    guard index < bound, beginsType(index) else { return false }
    while index < bound {
      switch kinds[Int(index)] {
      case .upperName, .comma, .dot, .starPostfix, .question, .questionQuestion, .colon, .exclamation: break
      case .lowerName: if brackets == 0 && !beginsType(index) { return false }
      case .integer: if brackets == 0 { return false }
      case .leftBracket: brackets += 1
      case .rightBracket: brackets -= 1
      case .funcKeyword: if index + 1 >= bound || kinds[Int(index) + 1] != .leftParen { return false }
      case .leftParen: if kinds[Int(index) - 1] != .funcKeyword && !beginsType(index) { return false }
      case .rightParen: break
      case .less: angles += 1
      case .greater: angles -= 1
      case .shiftRight: angles -= 2
      default: return false
      }
      if angles <= 0 { return angles == 0 }
      index += 1
    }
    return false
  }

  private func beginsType(_ index: UInt32) -> Bool {
    switch kinds[Int(index)] {
    case .upperName, .funcKeyword: return true
    case .lowerName: return index + 2 < limit && kinds[Int(index) + 1] == .dot && kinds[Int(index) + 2] == .upperName
    case .leftParen:
      guard index + 1 < limit else { return false }
      // Of more parentheses each is looked at in its turn.
      return kinds[Int(index) + 1] == .leftParen || beginsType(index + 1)
    default: return false
    }
  }
}
