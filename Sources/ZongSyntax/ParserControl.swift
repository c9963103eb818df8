// `if`, loops, labels and `match`.

import ZongStores

extension ParserState {
  // MARK: if

  /// if = "if" condition block ("else" "if" condition block)* ("else" block)?
  ///
  /// The chain is read in a loop, and its nodes are made from the last to the first.
  mutating func parseIf() -> NodeId {
    let outerHeight = height
    height = 0
    let mark = scratch.count
    var last = NodeId.none
    repeat {
      scratch.append(at)
      advance()
      let condition = parseCondition("`if`")
      push(condition)
      let block = parseBlock("`if`")
      push(block)
      grow()
    } while parseElse(&last)
    return finishIf(mark, last, outerHeight)
  }

  /// After a block of `if`: true if another `if` follows `else`.
  private mutating func parseElse(_ last: inout NodeId) -> Bool {
    if hasGivenUp { return false }
    if kind == .lowerName && isElseIfWord(peekName()) {
      let place = currentSpan
      report(.foreignWord, at: place, "`\(text(of: at))` is written `else if`") {
        $0.fixIts.append(FixIt("write `else if`", at: place, replacement: "else if"))
      }
      return true
    }
    guard kind == .elseKeyword, !isPanicking else { return false }
    advance()
    if kind == .ifKeyword { return true }
    last = parseBlock("`else`")
    return false
  }

  private func isElseIfWord(_ name: NameId) -> Bool {
    name == Names.elifWord || name == Names.elsifWord || name == Names.elseifWord
  }

  private mutating func finishIf(_ mark: Int, _ last: NodeId, _ outerHeight: Int) -> NodeId {
    var node = last
    while scratch.count > mark {
      let top = scratch.count - 3
      let branches = words(scratch[top + 2], node.index)
      node = add(.ifElse, TokenId(scratch[top]), scratch[top + 1], branches)
      scratch.removeLast(3)
    }
    height = max(outerHeight, height)
    return node
  }

  /// condition = expression | "var" pattern "=" expression | "(" "var" pattern "=" expression ")"
  mutating func parseCondition(_ owner: String) -> NodeId {
    if kind == .leftBrace {
      fail(.expectedExpression, at: gapSpan, "\(owner) needs a condition before its block")
      isPanicking = false
      return errorNode()
    }
    if kind == .leftParen && peek() == .varKeyword {
      let open = at
      let outer = lineEndsAreSpace
      lineEndsAreSpace = true
      advance()
      let binding = parseBindingCondition()
      lineEndsAreSpace = outer
      expectClosing(.rightParen, of: open)
      return binding
    }
    if kind == .varKeyword { return parseBindingCondition() }
    if isLetBinding() {
      reportForeignWord("var")
      return parseBindingCondition()
    }
    var condition = parseExpression()
    if kind == .equal && !isPanicking { condition = reportConditionAssignment(condition) }
    if kind == .lowerName && !startsLine && !isPanicking { reportWordAfterCondition() }
    return condition
  }

  private func isLetBinding() -> Bool {
    kind == .lowerName && (peekName() == Names.letWord || peekName() == Names.valWord) && peek() == .lowerName
      && nextIsOnLine()
  }

  /// "var" pattern "=" expression
  private mutating func parseBindingCondition() -> NodeId {
    let keyword = token
    advance()
    let pattern = parsePattern(binds: true)
    if kind != .equal {
      failExpecting(.unexpectedToken, "`=` and the value that the pattern is compared with")
      return add(.error, keyword, pattern.index)
    }
    advance()
    let value = parseExpression()
    return add(.bindingCondition, keyword, pattern.index, value.index)
  }

  private mutating func reportConditionAssignment(_ left: NodeId) -> NodeId {
    let place = currentSpan
    report(.assignmentInExpression, at: place, "a condition compares with `==`; `=` assigns") {
      $0.fixIts.append(FixIt("compare with `==`", at: place, replacement: "=="))
    }
    advance()
    let right = parseBinary(minimum: Precedence.comparison + 1)
    return add(.error, nodes[left.index].token, left.index, right.index)
  }

  private mutating func reportWordAfterCondition() {
    guard peekName() == Names.thenWord || peekName() == Names.doWord else { return }
    let place = currentSpan
    report(.foreignWord, at: place, "a condition is followed by its block, without `\(text(of: at))`") {
      $0.fixIts.append(FixIt("remove it", at: place, replacement: ""))
    }
    advance()
  }

  // MARK: Loops

  /// labelled = name ":" (loop | while | for). Null if the name is no label.
  mutating func parseLabelled(_ needsEnd: inout Bool) -> NodeId? {
    let label = token
    switch peek(2) {
    case .loopKeyword, .whileKeyword, .forKeyword: break
    case .upperName: return parseForeignAnnotation()
    case .lowerName where ForeignWords.type(for: peekName(2)) != nil: return parseForeignAnnotation()
    case .equal where !tokenFlags(at + 2).contains(.spaceBefore): return parseWalrus()
    case .semicolon, .rightBrace, .endOfFile: return nil
    default: return parseBadLabel(&needsEnd)
    }
    needsEnd = false
    advance()
    advance()
    switch kind {
    case .loopKeyword: return parseLoop(label: label)
    case .whileKeyword: return parseWhile(label: label)
    default: return parseFor(label: label)
    }
  }

  /// A label before a statement that is no loop.
  private mutating func parseBadLabel(_ needsEnd: inout Bool) -> NodeId {
    report(.badLabel, at: currentSpan, "only a loop has a label") {
      $0.notes.append("a label stands before `loop`, `while` or `for`: `outer: loop { ... }`")
    }
    advance()
    advance()
    guard enter() else { return errorNode() }
    let node = parseStatementBody(&needsEnd)
    leave()
    return node
  }

  /// "loop" block
  mutating func parseLoop(label: TokenId) -> NodeId {
    let keyword = token
    advance()
    let block = parseBlock("`loop`")
    return add(.loop, keyword, label.index, block.index)
  }

  /// "while" condition block
  mutating func parseWhile(label: TokenId) -> NodeId {
    let keyword = token
    advance()
    let condition = parseCondition("`while`")
    let block = parseBlock("`while`")
    return add(.whileLoop, keyword, condition.index, words(label.index, block.index))
  }

  /// for = "for" (name ",")? name "&"? "in" expression block
  mutating func parseFor(label: TokenId) -> NodeId {
    let keyword = token
    advance()
    let open = at
    var hasParenthesis = kind == .leftParen
    if hasParenthesis { advance() }
    if isCStyleFor() { return parseCStyleFor(keyword) }
    if kind == .varKeyword || isLetBinding() { reportVariableInFor() }
    var index = TokenId.none
    var item = parseLoopName()
    var flags: NodeFlags = []
    if kind == .comma {
      advance()
      index = item
      item = parseLoopName()
    }
    if kind == .ampersandPostfix || kind == .ampersand {
      flags.formUnion(.byPointer)
      advance()
    }
    if hasParenthesis && kind == .rightParen {
      reportParenthesizedNames(from: open)
      hasParenthesis = false
    }
    parseIn()
    let iterated = isPanicking ? errorNode() : parseExpression()
    if hasParenthesis { closeForParentheses(open) }
    let block = parseBlock("`for`")
    let start = words(label.index, index.index)
    _ = words(item.index, block.index)
    return add(.forLoop, keyword, iterated.index, start, flags)
  }

  /// `for (key, value) in map`.
  private mutating func reportParenthesizedNames(from open: UInt32) {
    let place = Span(span(of: open).start, currentSpan.end)
    let names = (open + 1..<at).filter { tokens.kinds[$0] != .comma }.map { text(of: $0) }.joined(separator: ", ")
    report(.unexpectedToken, at: place, "the variables of `for` stand without parentheses") {
      $0.fixIts.append(FixIt("remove the parentheses", at: place, replacement: names))
    }
    advance()
  }

  private mutating func parseLoopName() -> TokenId {
    if kind == .underscore {
      let name = token
      advance()
      return name
    }
    return parseBindingName("the name of the loop's variable")
  }

  private mutating func parseIn() {
    if accept(.inKeyword) || isPanicking { return }
    let isForeign = kind == .colon || kind == .equal || kind == .colon
    if isForeign {
      let place = currentSpan
      report(.unexpectedToken, at: place, "the variable of `for` is followed by `in`") {
        $0.fixIts.append(FixIt("write `in`", at: place, replacement: "in"))
      }
      while kind == .colon || kind == .equal || kind == .inKeyword { advance() }
    } else if kind == .lowerName && nextIsOnLine() && text(of: at) == "of" {
      let place = currentSpan
      report(.foreignWord, at: place, "the variable of `for` is followed by `in`") {
        $0.fixIts.append(FixIt("write `in`", at: place, replacement: "in"))
      }
      advance()
    } else {
      failExpecting(.unexpectedToken, "`in` and what the loop goes over")
    }
  }

  private mutating func reportVariableInFor() {
    let place = Span(currentSpan.start, span(of: at + 1).start)
    report(.unexpectedToken, at: currentSpan, "the variable of `for` is new by itself") {
      $0.fixIts.append(FixIt("remove `\(text(of: at))`", at: place, replacement: ""))
    }
    advance()
  }

  private mutating func closeForParentheses(_ open: UInt32) {
    guard kind == .rightParen else { return expectClosing(.rightParen, of: open) }
    let (left, right) = (span(of: open), currentSpan)
    report(.unexpectedToken, at: left, "the head of `for` stands without parentheses") {
      $0.fixIts.append(FixIt("remove `(`", at: left, replacement: ""))
      $0.fixIts.append(FixIt("remove `)`", at: right, replacement: ""))
    }
    advance()
  }

  /// Whether a `;` stands in the head of `for`, as in C. Looks at the line only.
  private func isCStyleFor() -> Bool {
    var index = at
    let bound = min(limit, at &+ 64)
    while index < bound, !(index > at && flags[Int(index)].contains(.startsLine)) {
      switch kinds[Int(index)] {
      case .semicolon: return true
      case .leftBrace, .inKeyword: return false
      default: index += 1
      }
    }
    return false
  }

  private mutating func parseCStyleFor(_ keyword: TokenId) -> NodeId {
    fail(.cStyleFor, at: span(of: keyword.index), "`for` goes over a range or a list") {
      $0.notes.append("write `for i in 0..n { ... }`; for other steps use `while`")
    }
    var index = at
    while index < limit, kinds[Int(index)] != .leftBrace, !(index > at && flags[Int(index)].contains(.startsLine)) {
      index += 1
    }
    if index < limit && kinds[Int(index)] == .leftBrace {
      at = index
      kind = .leftBrace
      isPanicking = false
    }
    let block = parseBlock("`for`")
    return add(.error, keyword, block.index)
  }

  // MARK: match

  /// match = "match" expression "{" (arm ("," | line end)?)* "}"
  mutating func parseMatch() -> NodeId {
    guard enter() else { return errorNode() }
    let keyword = token
    advance()
    let subject = parseCondition("`match`")
    skipToBlock()
    guard kind == .leftBrace else {
      failExpecting(.missingBlock, "the `{` of `match`")
      leave()
      return add(.error, keyword, subject.index)
    }
    let open = at
    let outer = (lineEndsAreSpace, statementStart, isInMatch, height)
    lineEndsAreSpace = false
    isInMatch = true
    blockDepth += 1
    height = 0
    advance()
    let mark = scratch.count
    while kind != .rightBrace && kind != .endOfFile && !endsEarly() {
      let before = at
      push(parseMatchArm())
      if at == before { skipStuckToken() }
    }
    let arms = list(since: mark)
    (lineEndsAreSpace, statementStart, isInMatch) = (outer.0, outer.1, outer.2)
    expectClosingBrace(of: open)
    blockDepth -= 1
    leave()
    grow()
    height = max(outer.3, height)
    return add(.match, keyword, subject.index, words(arms.start, arms.count))
  }

  /// arm = pattern "=>" (statement | expression)
  private mutating func parseMatchArm() -> NodeId {
    statementStart = at
    lastReported = 0
    let errors = reports.errorCount
    skipCaseWord()
    let pattern = parsePattern(binds: false)
    let arrow = token
    guard expectArrow() else {
      let node = add(.matchArm, arrow, pattern.index, errorNode().index, .damaged)
      recoverArm()
      return node
    }
    var needsEnd = true
    var body = parseStatementBody(&needsEnd)
    if nodes[body.index].kind == .expressionStatement { body = NodeId(nodes[body.index].a) }
    let node = add(.matchArm, arrow, pattern.index, body.index)
    endArm(needsEnd)
    markIfDamaged(node, since: errors)
    return node
  }

  /// `case` before a pattern, `default` for `_`.
  private mutating func skipCaseWord() {
    guard kind == .lowerName, peekName() == Names.caseWord, nextIsOnLine(), peek() != .arrow, peek() != .leftParen
    else { return }
    let place = Span(currentSpan.start, span(of: at + 1).start)
    report(.foreignWord, at: currentSpan, "an arm begins with its pattern, without `case`") {
      $0.fixIts.append(FixIt("remove `case`", at: place, replacement: ""))
    }
    advance()
  }

  private mutating func expectArrow() -> Bool {
    if isPanicking { return false }
    if accept(.arrow) { return true }
    let isForeign =
      kind == .colon || kind == .equal
      || (kind == .minus && peek() == .greater && !tokenFlags(at + 1).contains(.spaceBefore))
    if isForeign {
      let place = kind == .minus ? currentSpan.joined(with: span(of: at + 1)) : currentSpan
      report(.foreignOperator, at: place, "a pattern is followed by `=>`") {
        $0.fixIts.append(FixIt("write `=>`", at: place, replacement: "=>"))
      }
      if kind == .minus { advance() }
      advance()
      return true
    }
    if kind == .ifKeyword {
      fail(.badPattern, at: currentSpan, "a pattern has no condition of its own") {
        $0.notes.append("test it in the arm: `=> if condition { ... } else { ... }`")
      }
    } else {
      failExpecting(.unexpectedToken, "`=>` after the pattern")
    }
    return false
  }

  private mutating func endArm(_ needsEnd: Bool) {
    if isPanicking { return recoverArm() }
    if kind == .comma || kind == .semicolon { return advance() }
    if !needsEnd || startsLine || kind == .rightBrace { return }
    fail(.missingSeparator, at: currentSpan, "an arm ends with a comma or with its line; \(found) can't follow")
    recoverArm()
  }

  /// Steps over the rest of an arm: to its comma, the next line, or the end of the match.
  private mutating func recoverArm() {
    recover()
  }
}
