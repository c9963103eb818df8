// Statements and declarations as other languages write them: read as what they mean where that is clear, so
// that the names they declare are known, and reported with the cure.

import ZongStores

extension ParserState {
  func isFunctionWord(_ name: NameId) -> Bool {
    switch name {
    case Names.fnWord, Names.defWord, Names.functionWord, Names.funWord: return true
    default: return false
    }
  }

  private func isVariableWord(_ name: NameId) -> Bool {
    switch name {
    case Names.letWord, Names.valWord, Names.autoWord, Names.finalWord, Names.mutWord: return true
    default: return false
    }
  }

  private func isModifierWord(_ name: NameId) -> Bool {
    switch name {
    case Names.publicWord, Names.privateWord, Names.protectedWord, Names.internalWord, Names.overrideWord,
      Names.asyncWord, Names.finalWord:
      return true
    default: return false
    }
  }

  /// The current word is one of another language, with `cure` as its translation.
  mutating func reportForeignWord(_ cure: String) {
    let place = currentSpan
    report(.foreignWord, at: place, "`\(text(of: at))` is written `\(cure)`") {
      $0.fixIts.append(FixIt("write `\(cure)`", at: place, replacement: cure))
    }
  }

  /// A statement that begins with a name which is followed by something on its line that can't follow a name.
  /// Null if it is an ordinary statement.
  mutating func parseForeignStatement(_ needsEnd: inout Bool) -> NodeId? {
    let next = peek()
    guard next.beginsOperand || next.isKeyword || next == .leftBrace || next == .leftParen else { return nil }
    let word = peekName()
    if word == Names.test && (next == .string || next == .stringHead) {
      needsEnd = false
      return parseTestDeclaration()
    }
    let isForeign = Names.foreignWords.contains(word.index)
    if next == .leftParen && !(isForeign && isHeader()) { return nil }
    if next == .catchKeyword { return nil }
    if isForeign { return parseForeignWord(word, next, &needsEnd) }
    if next == .leftBrace || next == .inKeyword || next == .elseKeyword || next == .asKeyword { return nil }
    if !next.isKeyword && next != .underscore { return parseBareCall(word, next) }
    return nil
  }

  private mutating func parseTestDeclaration() -> NodeId {
    if blockDepth > 0 {
      report(.misplacedDeclaration, at: currentSpan, "a test stands at the top level of a file, not in a block")
    }
    return parseTest()
  }

  /// Whether `word (...)` is followed by `{` on the line: `switch (x) {`.
  private func isHeader() -> Bool {
    var index = at + 1
    var open = 0
    let bound = min(limit, at &+ 100)
    while index < bound, !flags[Int(index)].contains(.startsLine) {
      switch kinds[Int(index)] {
      case .leftParen: open += 1
      case .rightParen:
        open -= 1
        if open == 0 { return index + 1 < bound && kinds[Int(index) + 1] == .leftBrace && nextIsOnLine(index + 1 - at) }
      case .semicolon: return false
      default: break
      }
      index += 1
    }
    return false
  }

  private mutating func parseForeignWord(_ word: NameId, _ next: TokenKind, _ needsEnd: inout Bool) -> NodeId? {
    if isVariableWord(word) && (next.isWord || next == .underscore) && !next.isKeyword {
      reportForeignWord("var")
      return parseVariable()
    }
    if isFunctionWord(word) && next.isWord {
      reportForeignWord("func")
      needsEnd = false
      return parseFunction(flags: [], needsBody: true)
    }
    if isModifierWord(word) && next.isWord { return parseModified(&needsEnd) }
    if (word == Names.traitWord || word == Names.protocolWord) && next == .upperName {
      reportForeignWord("interface")
      needsEnd = false
      return parseInterface()
    }
    if ForeignWords.type(for: word) != nil && next == .lowerName { return parseForeignVariable() }
    guard let advice = ForeignWords.advice(on: word) else { return nil }
    fail(.foreignWord, at: currentSpan, "`\(text(of: at))` has no meaning here") { $0.notes.append(advice) }
    return errorNode()
  }

  /// `public func`, `private struct`, `async func`.
  private mutating func parseModified(_ needsEnd: inout Bool) -> NodeId {
    skipModifiers()
    guard enter() else { return errorNode() }
    let node = parseStatementBody(&needsEnd)
    leave()
    return node
  }

  /// Whether a modifier of another language stands here, in front of what it is about.
  var isAtModifier: Bool { kind == .lowerName && isModifierWord(peekName()) && peek().isWord && nextIsOnLine() }

  /// Steps over modifiers of other languages, and complains about the first.
  mutating func skipModifiers() {
    let place = Span(currentSpan.start, span(of: at + 1).start)
    let isPrivate = peekName() == Names.privateWord
    report(.foreignWord, at: currentSpan, "there is no modifier `\(text(of: at))`") {
      $0.fixIts.append(FixIt("remove it", at: place, replacement: ""))
      $0.notes.append(
        isPrivate
          ? "a name that begins with `_` is private to its file" : "every name that doesn't begin with `_` is public")
    }
    while kind == .lowerName && isModifierWord(peekName()) && nextIsOnLine() { advance() }
  }

  /// `print x`, `assert "a"`, or two names that have nothing to do with each other.
  private mutating func parseBareCall(_ word: NameId, _ next: TokenKind) -> NodeId? {
    let isCallee = word == Names.print || word == Names.assert || word == Names.panic || word == Names.printBytes
    let isLiteral = next != .lowerName && next != .upperName
    guard isCallee || isLiteral else { return nil }
    let first = token
    let name = text(of: at)
    let nameEnd = currentSpan.end
    advance()
    let argumentStart = currentSpan.start
    let errors = reports.errorCount
    let argument = parseExpression()
    let argumentEnd = gapSpan.end
    if reports.errorCount == errors && !isPanicking {
      report(.missingCallParentheses, at: span(of: first.index), "the arguments of a call stand in parentheses") {
        let source = tokens.file
        let start = Int(argumentStart.offset - source.base)
        let end = Int(argumentEnd.offset - source.base)
        guard start < end && end - start <= 200 else { return }
        let cured = "(" + SourceText.string(source.bytes, start, end) + ")"
        $0.fixIts = [
          FixIt("put them in parentheses after `\(name)`", at: Span(nameEnd, argumentEnd), replacement: cured)
        ]
      }
    }
    let callee = add(.name, first)
    let list = extra.add(argument.index)
    let call = add(.call, first, callee.index, words(list, 1), .damaged)
    return add(.expressionStatement, first, call.index, 0, .damaged)
  }

  // MARK: Variables

  /// `I64 x = 3`, `int x = 3`
  mutating func parseForeignVariable() -> NodeId {
    let typeToken = at
    let typeName = ForeignWords.type(for: peekName()) ?? text(of: at)
    let start = currentSpan.start
    advance()
    let name = token
    let cured = "var \(text(of: at)): \(typeName)"
    let place = Span(start, currentSpan.end)
    advance()
    if kind == .leftParen {
      fail(.foreignDeclaration, at: place, "a function is declared with `func`, its result type stands at the end") {
        $0.notes.append("write `func \(text(of: name.index))(name: TYPE): \(typeName) { ... }`")
      }
      return errorNode()
    }
    report(.foreignDeclaration, at: place, "a variable is declared with `var`, its type stands behind the name") {
      $0.fixIts.append(FixIt("write `\(cured)`", at: place, replacement: cured))
    }
    let type = errorNode()
    var value = NodeId.none
    if accept(.equal) { value = parseExpression() }
    _ = typeToken
    return add(.variable, name, type.index, value.index, .damaged)
  }

  /// After an expression statement that is followed by a name: `Point* p`, `I64[] xs`. False if it is something else.
  mutating func reportForeignEnd(_ node: NodeId) -> Bool {
    let statement = nodes[node.index]
    guard statement.kind == .expressionStatement, kind == .lowerName, nodes[statement.a].kind.isType else {
      return false
    }
    let first = span(of: statement.token.index).start
    let file = tokens.file
    let type = SourceText.string(file.bytes, Int(first.offset - file.base), Int(gapSpan.end.offset - file.base))
    let cured = "var \(text(of: at)): \(type)"
    let place = Span(first, currentSpan.end)
    report(.foreignDeclaration, at: place, "a variable is declared with `var`, its type stands behind the name") {
      if type.utf8.count <= 60 { $0.fixIts.append(FixIt("write `\(cured)`", at: place, replacement: cured)) }
    }
    return true
  }

  /// `x: I64 = 3`
  mutating func parseForeignAnnotation() -> NodeId {
    let name = token
    let place = currentSpan
    report(.foreignDeclaration, at: place, "a variable is declared with `var`") {
      $0.fixIts.append(
        FixIt("write `var`", at: Span(place.start, place.start), replacement: "var "))
    }
    advance()
    return finishVariable(name)
  }

  /// `x := 3`
  mutating func parseWalrus() -> NodeId {
    let name = token
    let place = currentSpan
    let name2 = text(of: at)
    let sign = span(of: at + 1).joined(with: span(of: at + 2))
    report(.foreignOperator, at: sign, "a variable is declared with `var`, not with `:=`") {
      $0.fixIts.append(
        FixIt("write `var \(name2) =`", at: Span(place.start, sign.end), replacement: "var \(name2) ="))
    }
    advance()
    advance()
    advance()
    let value = parseExpression()
    return add(.variable, name, 0, value.index, .damaged)
  }

  /// `var x := 3`, at the `:`.
  mutating func skipWalrus() -> NodeId {
    let place = currentSpan.joined(with: span(of: at + 1))
    report(.foreignOperator, at: place, "`var` goes with `=`") {
      $0.fixIts.append(FixIt("write `=`", at: place, replacement: "="))
    }
    advance()
    return .none
  }

  /// `var _ = f()`
  mutating func parseDroppedVariable() -> NodeId {
    let place = Span(span(of: at - 1).start, currentSpan.start)
    report(.expectedName, at: currentSpan, "a variable needs a name") {
      $0.fixIts.append(FixIt("remove `var` to drop the value", at: place, replacement: ""))
    }
    advance()
    return finishVariable(.none)
  }

  mutating func failVariableList() {
    fail(.unexpectedToken, at: currentSpan, "`var` declares one variable") {
      $0.notes.append("give each variable its own `var`")
    }
  }

  /// `var (a, b) = f()`
  mutating func failTuple() {
    fail(.unexpectedToken, at: currentSpan, "`var` declares one variable; there are no tuples") {
      $0.notes.append("values that belong together are a struct, whose fields are read by their names: `pair.first`")
    }
  }

  /// `let mut x`
  mutating func reportMut() {
    let place = Span(currentSpan.start, span(of: at + 1).start)
    report(.foreignWord, at: currentSpan, "every variable can be changed; there is no `mut`") {
      $0.fixIts.append(FixIt("remove `mut`", at: place, replacement: ""))
    }
    advance()
  }

  /// `const int x = 3`
  mutating func skipForeignTypeWord() {
    guard ForeignWords.type(for: peekName()) != nil else { return }
    let place = Span(currentSpan.start, span(of: at + 1).start)
    report(.foreignDeclaration, at: currentSpan, "a type stands behind the name, after a `:`") {
      $0.fixIts.append(FixIt("remove `\(text(of: at))`", at: place, replacement: ""))
    }
    advance()
  }

  // MARK: Parameters

  /// `var x: I64`, `let x: I64`, `mut x: I64` among the parameters.
  mutating func skipParameterWord() {
    let isWord =
      kind == .varKeyword || kind == .constKeyword
      || (kind == .lowerName && (isVariableWord(peekName()) && peek() == .lowerName))
    guard isWord, peek() != .colon else { return }
    let place = Span(currentSpan.start, span(of: at + 1).start)
    report(.unexpectedToken, at: currentSpan, "a parameter is declared without `\(text(of: at))`") {
      $0.fixIts.append(FixIt("remove it", at: place, replacement: ""))
    }
    advance()
  }

  /// `I64 x`, `int x`, `&self`, `label name: T`. Null if it is an ordinary parameter.
  mutating func parseForeignParameter(_ node: NodeKind, _ flags: NodeFlags) -> NodeId? {
    if kind == .ampersand || kind == .ampersandPostfix || kind == .star || kind == .starPostfix {
      return parseReferenceParameter()
    }
    guard kind.isName, peek() == .lowerName else { return nil }
    if kind == .lowerName && ForeignWords.type(for: peekName()) == nil {
      guard peek(2) == .colon else { return nil }
      let place = Span(currentSpan.start, span(of: at + 1).start)
      report(.unexpectedToken, at: currentSpan, "a parameter has one name, for its caller and for its function") {
        $0.fixIts.append(FixIt("remove `\(text(of: at))`", at: place, replacement: ""))
      }
      advance()
      return nil
    }
    let typeName = ForeignWords.type(for: peekName()) ?? text(of: at)
    let place = currentSpan.joined(with: span(of: at + 1))
    let cured = "\(text(of: at + 1)): \(typeName)"
    report(.foreignDeclaration, at: place, "a type stands behind the name, after a `:`") {
      $0.fixIts.append(FixIt("write `\(cured)`", at: place, replacement: cured))
    }
    advance()
    let name = token
    advance()
    return add(node, name, errorNode().index, 0, flags.union(.damaged))
  }

  private mutating func parseReferenceParameter() -> NodeId {
    let sign = at
    advance()
    if kind == .lowerName && peekName() == Names.mutWord { advance() }
    if kind == .lowerName && peekName() == Names.selfName {
      report(
        .selfParameter, at: spanSince(sign).joined(with: currentSpan),
        "`self` is there in every method without being declared")
    } else {
      report(.prefixPointer, at: span(of: sign), "what is pointed to stands in the type: `name: T*`")
    }
    if kind.isName { advance() }
    if accept(.colon) { _ = parseType() }
    return add(.error, TokenId(sign))
  }
}

extension ForeignWords {
  /// What a statement or declaration is written like that begins with a word of another language.
  static func advice(on name: NameId) -> String? {
    switch name {
    case Names.classWord, Names.recordWord:
      return "a type with fields and methods is a struct: `struct Name(field: TYPE) { func method() { ... } }`"
    case Names.traitWord, Names.protocolWord: return "what types have in common is an `interface`"
    case Names.implWord: return "methods stand in the braces of their struct or enum"
    case Names.typeWord, Names.typedefWord, Names.usingWord: return "a type has one name; there are no aliases"
    case Names.useWord, Names.includeWord: return "other files are taken in with `import`"
    case Names.packageWord, Names.namespaceWord, Names.moduleWord:
      return "a file is a module; it needs no name of its own"
    case Names.switchWord: return "write `match value { pattern => result, _ => other }`"
    case Names.caseWord, Names.whenWord, Names.defaultWord:
      return "the arms of `match` are written `pattern => result`"
    case Names.doWord, Names.repeatWord, Names.untilWord:
      return "write `loop { ... if done { break; } }`"
    case Names.unlessWord, Names.guardWord: return "write `if !condition { ... }`"
    case Names.foreachWord: return "write `for item in items { ... }`"
    case Names.throwWord, Names.throwsWord, Names.raiseWord:
      return "a function leaves with a failure by `fail Error(\"...\");`"
    case Names.tryWord, Names.exceptWord, Names.finallyWord:
      return "a failure is passed on with `f()?` and handled with `f() catch e { ... }`; `defer` cleans up"
    case Names.asyncWord, Names.awaitWord: return "a call may wait by itself; `spawn f();` runs it beside the others"
    case Names.yieldWord: return "give a type a method `next(): T?`, and `for` goes over it"
    case Names.delWord: return "memory is freed with `delete`"
    case Names.passWord: return "an empty block is `{ }`"
    case Names.lambdaWord: return "a function literal is written `func(a) => a + 1`"
    case Names.gotoWord: return "`break` and `continue` take the label of a loop"
    case Names.goWord: return "a green thread is started with `spawn f();`"
    case Names.elifWord, Names.elsifWord, Names.elseifWord: return "write `else if` after the `}` of an `if`"
    case Names.thenWord, Names.beginWord, Names.endWord: return "a block stands in braces"
    case Names.letWord, Names.valWord, Names.autoWord, Names.mutWord:
      return "a variable is declared with `var name = value;`"
    case Names.fnWord, Names.defWord, Names.functionWord, Names.funWord:
      return "a function is declared with `func name(a: TYPE): RESULT { ... }`"
    default: return nil
    }
  }
}
