// Declarations of functions, variables and constants, with their parameters and names (LANGUAGE.md, section 4).

import ZongStores

extension ParserState {
  /// root = (declaration | statement)*
  mutating func parseRoot() {
    let first = token
    let mark = scratch.count
    while kind != .endOfFile {
      let before = at
      itemStart = at
      unclosed = (0, 0)
      let item = kind == .rightBrace ? skipClosingBrace() : parseStatement()
      if item.exists { push(item) }
      if at == before { skipStuckToken() }
    }
    let items = list(since: mark)
    root = add(.root, first, items.start, items.count)
  }

  private mutating func skipClosingBrace() -> NodeId {
    lastReported = 0
    let surplus = surplusBrace
    report(.unmatchedClosing, at: currentSpan, "this `}` closes nothing", label: "there is no block to close") {
      if surplus != 0 { $0.labels.append(Label(span(of: surplus), "perhaps this one is too many")) }
    }
    surplusBrace = 0
    advance()
    _ = accept(.semicolon)
    return .none
  }

  // MARK: Functions

  /// function = "func" name string? typeParameters? parameters result (block | ";")
  ///
  /// `string` names the import in `extern`; only there and in interfaces is there no block. With `lacksKeyword` the name is
  /// next, and it has been said that `func` is missing.
  mutating func parseFunction(flags: NodeFlags, needsBody: Bool, lacksKeyword: Bool = false) -> NodeId {
    let keyword = token
    let errors = reports.errorCount
    if !lacksKeyword { advance() }
    let name = parseDeclaredName("the function's name", isType: false)
    var importName = TokenId.none
    if flags.contains(.imported) && kind == .string {
      importName = token
      advance()
    }
    let typeParameters = parseTypeParameters()
    let parameters = parseParameters(needTypes: true)
    let result = isPanicking ? NodeId.none : parseResult()
    let body = needsBody ? parseBody() : parseMissingBody()
    let start = words(typeParameters.start, typeParameters.count)
    _ = words(parameters.start, parameters.count)
    _ = words(result.index, body.index)
    extra.append(importName.index)
    let node = add(.function, name, start, keyword.index, flags)
    markIfDamaged(node, since: errors)
    return node
  }

  private mutating func parseBody() -> NodeId {
    if kind == .arrow && !isPanicking {
      report(.missingBlock, at: currentSpan, "the body of a named function stands in braces") {
        $0.notes.append("`=>` is for function literals: `func(a) => a + 1`")
      }
      advance()
      _ = parseExpression()
      return errorNode()
    }
    if kind == .semicolon && !isPanicking {
      report(.missingBlock, at: currentSpan, "a function needs its body in braces") {
        $0.notes.append("only functions in `extern` and `interface` have none")
      }
      return errorNode()
    }
    return parseBlock("the function")
  }

  private mutating func parseMissingBody() -> NodeId {
    if kind == .leftBrace && !startsLine {
      report(.unexpectedToken, at: currentSpan, "a function in `extern` or `interface` has no body")
      _ = parseBlock("the function")
    }
    return .none
  }

  /// parameters = "(" (parameter ("," parameter)*)? ")"
  mutating func parseParameters(needTypes: Bool) -> (start: UInt32, count: UInt32) {
    guard kind == .leftParen, !onNewLine else {
      if !isPanicking { failExpecting(.unexpectedToken, "the parameters in parentheses") }
      return (0, 0)
    }
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    if kind != .rightParen {
      repeat { push(parseParameter(.parameter, needTypes: needTypes)) } while continueList(.rightParen, "parameter")
    }
    let parameters = list(since: mark)
    lineEndsAreSpace = outer
    expectClosing(.rightParen, of: open)
    return parameters
  }

  /// parameter = "_"? word (":" type)? ("=" expression)?
  mutating func parseParameter(_ node: NodeKind, needTypes: Bool) -> NodeId {
    let errors = reports.errorCount
    var flags: NodeFlags = []
    skipParameterWord()
    if kind == .underscore {
      flags.formUnion(.positional)
      advance()
    }
    if let foreign = parseForeignParameter(node, flags) { return foreign }
    let name = token
    if kind == .upperName {
      reportWrongCase(at, node == .field ? "a field's name" : "a parameter's name", isType: false)
    }
    guard kind.isWord else {
      failExpecting(.expectedName, node == .field ? "the name of a field" : "the name of a parameter")
      return add(.error, name)
    }
    if kind.isKeyword && peek() != .colon { reportKeyword(at) }
    if node == .parameter && peek() == .colon && peekName() == Names.selfName { reportSelf() }
    advance()
    let type = parseParameterType(needTypes, node)
    let value = parseDefault()
    let parameter = add(node, name, type.index, value.index, flags)
    markIfDamaged(parameter, since: errors)
    return parameter
  }

  private mutating func parseParameterType(_ needTypes: Bool, _ node: NodeKind) -> NodeId {
    if accept(.colon) { return parseType() }
    if isPanicking || !needTypes { return .none }
    let place = gapSpan
    if kind == .upperName || kind == .leftBracket || kind == .star || kind == .funcKeyword {
      report(.missingSeparator, at: place, "a `:` is missing between the name and its type") {
        $0.fixIts.append(FixIt("insert `:`", at: place, replacement: ":"))
      }
      return parseType()
    }
    let isSelf = node == .parameter && tokens.nameOf(TokenId(at - 1)) == Names.selfName
    if isSelf {
      reportSelf(at - 1)
    } else {
      report(
        .expectedType, at: place, "every \(node == .field ? "field" : "parameter") has a type",
        label: "`: TYPE` is missing here")
    }
    return errorNode()
  }

  private func reportSelf(_ word: UInt32? = nil) {
    report(.selfParameter, at: span(of: word ?? at), "`self` is there in every method without being declared")
  }

  /// ("=" expression)?
  private mutating func parseDefault() -> NodeId {
    guard kind == .equal, !isPanicking else { return .none }
    advance()
    return parseExpression()
  }

  /// typeParameters = "<" typeParameter ("," typeParameter)* ">"
  mutating func parseTypeParameters() -> (start: UInt32, count: UInt32) {
    guard kind == .less, !isPanicking else { return (0, 0) }
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    repeat { push(parseTypeParameter()) } while continueList(.greater, "type parameter")
    let parameters = list(since: mark)
    lineEndsAreSpace = outer
    expectGreater(of: open)
    return parameters
  }

  /// typeParameter = upperName (":" type ("&" type)*)?
  private mutating func parseTypeParameter() -> NodeId {
    let name = parseDeclaredName("the name of a type parameter", isType: true)
    let mark = scratch.count
    if accept(.colon) {
      push(parseType())
      while (kind == .ampersand || kind == .ampersandPostfix || kind == .plus) && !isPanicking {
        if kind == .plus { reportConstraintPlus() }
        advance()
        push(parseType())
      }
    }
    let constraints = list(since: mark)
    return add(.typeParameter, name, constraints.start, constraints.count)
  }

  private mutating func reportConstraintPlus() {
    let place = currentSpan
    report(.foreignOperator, at: place, "constraints are joined with `&`") {
      $0.fixIts.append(FixIt("write `&`", at: place, replacement: "&"))
    }
  }

  // MARK: Variables and constants

  /// variable = "var" name (":" type)? ("=" expression)?
  mutating func parseVariable() -> NodeId {
    advance()
    if kind == .lowerName && peekName() == Names.mutWord && peek() == .lowerName { reportMut() }
    if kind == .underscore { return parseDroppedVariable() }
    if kind == .leftParen && peek() == .lowerName { failTuple() }
    let name = parseBindingName("the variable's name")
    if kind == .comma && !isPanicking { failVariableList() }
    return finishVariable(name)
  }

  /// The type and the value of the variable `name`.
  mutating func finishVariable(_ name: TokenId) -> NodeId {
    let type = parseAnnotation()
    var value = NodeId.none
    if kind == .equal && !isPanicking {
      advance()
      value = parseExpression()
      if kind.isAssignment && !isPanicking && !onNewLine { value = reportAssignment(after: value) }
    } else if !type.exists && !isPanicking {
      report(.missingValue, at: gapSpan, "a variable needs a type or a value", label: "`: TYPE` or `= VALUE`")
    }
    return add(.variable, name, type.index, value.index)
  }

  /// constant = "const" name (":" type)? "=" expression
  mutating func parseConstant() -> NodeId {
    advance()
    if kind == .lowerName && peek() == .lowerName && nextIsOnLine() { skipForeignTypeWord() }
    let name = parseBindingName("the constant's name")
    let type = parseAnnotation()
    guard kind == .equal || isPanicking else {
      report(.missingValue, at: gapSpan, "a constant needs a value", label: "`= VALUE` is missing here")
      return add(.constant, name, type.index, errorNode().index)
    }
    advance()
    let value = parseExpression()
    return add(.constant, name, type.index, value.index)
  }

  /// (":" type)?
  private mutating func parseAnnotation() -> NodeId {
    if isPanicking || onNewLine { return .none }
    if kind == .colon {
      if peek() == .equal && !tokenFlags(at + 1).contains(.spaceBefore) { return skipWalrus() }
      advance()
      return parseType()
    }
    if kind == .upperName || (kind == .leftBracket && nodes.count > 0) || kind == .star {
      let place = gapSpan
      report(.missingSeparator, at: place, "a `:` is missing between the name and its type") {
        $0.fixIts.append(FixIt("insert `:`", at: place, replacement: ":"))
      }
      return parseType()
    }
    return .none
  }

  // MARK: Names

  /// The name that a declaration of a function, a type or a type parameter introduces.
  mutating func parseDeclaredName(_ what: String, isType: Bool) -> TokenId {
    guard isType else { return parseBindingName(what) }
    let name = token
    switch kind {
    case .upperName: break
    case .lowerName: reportWrongCase(at, "a type's name", isType: true)
    default:
      failExpecting(.expectedName, what)
      return .none
    }
    advance()
    return name
  }

  /// A new name that is no type.
  mutating func parseBindingName(_ what: String) -> TokenId {
    if isPanicking { return .none }
    let name = token
    switch kind {
    case .lowerName: break
    case .upperName: reportWrongCase(at, what, isType: false)
    case _ where kind.isKeyword && !startsLine: reportKeyword(at)
    default:
      failExpecting(.expectedName, what)
      return .none
    }
    advance()
    return name
  }

  mutating func reportKeyword(_ word: UInt32) {
    let place = span(of: word)
    let name = text(of: word)
    report(.keywordAsName, at: place, "`\(name)` is a reserved word and can't be declared as a name") {
      $0.fixIts.append(FixIt("write `\(name)_`", at: place, replacement: name + "_"))
    }
  }

  /// `what` is a whole noun phrase: "a type's name", "the variable's name".
  mutating func reportWrongCase(_ word: UInt32, _ what: String, isType: Bool) {
    let place = span(of: word)
    let name = tokens.text(of: TokenId(word))
    let cured = NameCase.cured(name, isType: isType)
    let rule =
      isType ? "types begin with an upper-case letter" : "\(what) begins with a lower-case letter or `_`"
    report(.wrongCase, at: place, rule, label: isType ? "a type is expected here" : "upper-case letters begin types") {
      if let cured { $0.fixIts.append(FixIt("write `\(cured)`", at: place, replacement: cured)) }
    }
  }
}

/// Names in the other case.
enum NameCase {
  /// `pointList` as a type is `PointList`; `MAX_SIZE` and `Point` as values are `maxSize` and `point`.
  static func cured(_ name: String, isType: Bool) -> String? {
    guard name.utf8.count <= 80, let first = name.first else { return nil }
    if isType {
      let words = name.split(separator: "_")
      let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      return joined.first?.isUppercase == true ? joined : nil
    }
    if name.contains("_") || name.allSatisfy({ $0.isUppercase || $0.isNumber }) {
      let words = name.split(separator: "_").map { $0.lowercased() }
      guard let head = words.first else { return nil }
      return head + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
    return first.lowercased() + name.dropFirst()
  }
}
