// Statements and blocks (LANGUAGE.md, sections 2 and 5).

import ZongStores

extension ParserState {
  // MARK: Blocks

  /// block = "{" statement* "}"
  ///
  /// `owner` is what the block belongs to, for messages. A headed block's `{` stands on the line of its header.
  mutating func parseBlock(_ owner: @autoclosure () -> String, isHeaded: Bool = true) -> NodeId {
    if isHeaded { skipToBlock() }
    guard kind == .leftBrace else { return failBlock(owner()) }
    guard enter() else { return errorNode() }
    if isHeaded && startsLine { reportBraceOnNextLine(owner()) }
    let open = token
    let errors = reports.errorCount
    let outer = (lineEndsAreSpace, statementStart, height, isInMatch)
    lineEndsAreSpace = false
    isInMatch = false
    blockDepth += 1
    height = 0
    advance()
    let mark = scratch.count
    while kind != .rightBrace && kind != .endOfFile && !endsEarly() {
      let before = at
      let statement = parseStatement()
      if statement.exists { push(statement) }
      if at == before { skipStuckToken() }
    }
    let statements = list(since: mark)
    (lineEndsAreSpace, statementStart, isInMatch) = (outer.0, outer.1, outer.3)
    expectClosingBrace(of: open.index)
    blockDepth -= 1
    leave()
    grow()
    height = max(outer.2, height)
    let node = add(.block, open, statements.start, statements.count)
    markIfDamaged(node, since: errors)
    return node
  }

  private mutating func failBlock(_ owner: String) -> NodeId {
    if kind == .colon && tokenFlags(at + 1).contains(.startsLine) {
      fail(.missingBlock, at: currentSpan, "a block stands in braces, not behind a `:`") {
        $0.fixIts.append(FixIt("open the block", at: self.currentSpan, replacement: " {"))
      }
    } else if startsLine {
      fail(.missingBlock, at: gapSpan, "\(owner) needs its block in braces here") {
        $0.fixIts.append(FixIt("open the block", at: self.gapSpan, replacement: " {"))
      }
    } else {
      fail(.missingBlock, at: currentSpan, "expected the `{` of \(owner), found \(found)") {
        if self.kind == .inKeyword {
          $0.notes.append("whether a set or a map has something is asked with `items.has(value)`")
        } else if self.kind.beginsOperand || self.kind.isKeyword {
          $0.notes.append("what \(owner) does stands in braces, a single statement too")
        }
      }
    }
    return errorNode()
  }

  private mutating func reportBraceOnNextLine(_ owner: String) {
    let gap = Span(gapSpan.start, currentSpan.start)
    let hasComment = !isWhiteSpace(gap)
    report(.braceOnNextLine, at: currentSpan, "the `{` of \(owner) stands on the line of its header") {
      if !hasComment { $0.fixIts.append(FixIt("move it up", at: gap, replacement: " ")) }
    }
  }

  private func isWhiteSpace(_ span: Span) -> Bool {
    let start = Int(span.start.offset - tokens.file.base)
    let end = Int(span.end.offset - tokens.file.base)
    guard end - start < 4_096 else { return false }
    for offset in start..<max(start, end) where tokens.file.bytes[offset] > 0x20 { return false }
    return true
  }

  /// In a file whose braces don't match: a declaration that is indented no more than the outermost one begins
  /// the next, so the blocks before it lack their closing brace.
  func endsEarly() -> Bool {
    guard tokens.isUnbalanced, startsLine, at > itemStart else { return false }
    switch kind {
    case .funcKeyword, .structKeyword, .enumKeyword, .interfaceKeyword, .externKeyword, .exportKeyword,
      .importKeyword, .staticKeyword:
      return indentation(of: at) <= indentation(of: itemStart)
    default: return false
    }
  }

  mutating func expectClosingBrace(of open: UInt32) {
    if kind == .rightBrace {
      if tokens.isUnbalanced { compareIndentation(of: open) }
      return advance()
    }
    if hasGivenUp { return }
    // The blocks around it may end here as well: that is one mistake.
    if at == missingBraceAt { return }
    missingBraceAt = at
    isPanicking = false
    lastReported = 0
    reportMissingBrace(open)
  }

  /// In a file whose braces don't match, a `}` that stands further left than the line of its `{` is meant for a
  /// block further out, and one that stands further right for a block further in.
  private mutating func compareIndentation(of open: UInt32) {
    guard startsLine else { return }
    let (left, right) = (lineIndentation(of: open), indentation(of: at))
    if right < left && unclosed.open == 0 { unclosed = (open, at) }
    if right > left { surplusBrace = at }
  }

  /// The `}` is missing before the one that stands too far left, if there is such a one, and else here.
  private mutating func reportMissingBrace(_ open: UInt32) {
    let isInside = unclosed.open > open
    let opening = isInside ? unclosed.open : open
    let end = span(of: isInside ? unclosed.close - 1 : at - 1).end
    let margin = String(repeating: " ", count: min(lineIndentation(of: opening), 80))
    let place = Span(end, end)
    report(.missingClosing, at: place, "a `}` is missing here") {
      $0.labels.append(Label(self.span(of: opening), "this block is never closed"))
      $0.fixIts.append(FixIt("insert `}`", at: place, replacement: "\n\(margin)}"))
    }
    unclosed = (0, 0)
  }

  /// A token with which nothing can begin: reported unless the statement before it was wrong already.
  mutating func skipStuckToken() {
    if kind == .endOfFile { return }
    if !isPanicking { report(.unexpectedToken, at: currentSpan, "\(found) can't stand here") }
    isPanicking = false
    advance()
  }

  // MARK: Statements

  /// statement = simple (";" | line end) | blockStatement | declaration
  mutating func parseStatement() -> NodeId {
    if kind == .semicolon { return parseEmptyStatement() }
    let errors = reports.errorCount
    statementStart = at
    lastReported = 0
    var needsEnd = true
    let node = parseStatementBody(&needsEnd)
    if isPanicking {
      recover()
    } else if accept(.semicolon) {
      if node.exists { nodes[node.index].flags.formUnion(.semicolon) }
    } else if needsEnd && !startsLine && kind != .rightBrace {
      reportMissingEnd(node)
    }
    if node.exists { markIfDamaged(node, since: errors) }
    return node
  }

  /// What a statement is without its end. `needsEnd` becomes false if it ends in a block.
  mutating func parseStatementBody(_ needsEnd: inout Bool) -> NodeId {
    switch kind {
    case .lowerName: return parseNameStatement(&needsEnd)
    case .varKeyword: return parseVariable()
    case .constKeyword: return parseConstant()
    case .returnKeyword: return parseReturn()
    case .breakKeyword: return parseJump(.breakStatement)
    case .continueKeyword: return parseJump(.continueStatement)
    case .failKeyword: return parseOperandStatement(.failStatement, "the error")
    case .deleteKeyword: return parseOperandStatement(.deleteStatement, "what is freed")
    case .spawnKeyword: return parseOperandStatement(.spawnStatement, "the call")
    case .deferKeyword: return parseDefer(&needsEnd)
    case .underscore: return parseDiscard()
    case .funcKeyword where peek().isWord || peek() == .less:
      needsEnd = false
      return parseFunction(flags: [], needsBody: true)
    case .importKeyword: return parseMisplaced()
    case .enumKeyword, .interfaceKeyword, .externKeyword, .exportKeyword, .staticKeyword:
      needsEnd = false
      return parseMisplaced()
    case .structKeyword:
      let structure = parseStructure()
      // Without a body it ends like a variable.
      needsEnd = at > 0 && kinds[Int(at) - 1] != .rightBrace
      return structure
    case .upperName where peek() == .lowerName && nextIsOnLine(): return parseForeignVariable()
    default: break
    }
    if let node = parseBlockStatement() {
      needsEnd = false
      return node
    }
    return parseExpressionStatement()
  }

  /// blockStatement = block | if | match | loop | while | for | arena | group
  private mutating func parseBlockStatement() -> NodeId? {
    switch kind {
    case .leftBrace: return parseBlock("the block", isHeaded: false)
    case .ifKeyword: return parseIf()
    case .matchKeyword: return parseMatch()
    case .loopKeyword: return parseLoop(label: .none)
    case .whileKeyword: return parseWhile(label: .none)
    case .forKeyword: return parseFor(label: .none)
    case .arenaKeyword: return parseKeywordBlock(.arena)
    case .groupKeyword: return parseKeywordBlock(.group)
    default: return nil
    }
  }

  private mutating func reportMissingEnd(_ node: NodeId) {
    forgetBareName(node)
    if kind == .semicolon || kind == .endOfFile { return }
    if kind == .rightParen || kind == .rightBracket {
      fail(.unmatchedClosing, at: currentSpan, "this `\(text(of: at))` closes nothing")
    } else if node.exists, reportForeignEnd(node) {
      isPanicking = true
    } else {
      let place = gapSpan
      fail(.missingTerminator, at: currentSpan, "a statement ends with `;` or with its line; \(found) can't follow") {
        if kind.beginsOperand || kind.isKeyword {
          $0.fixIts.append(FixIt("end the statement", at: place, replacement: ";"))
        }
      }
    }
    recover()
  }

  /// A name with something behind it that can't follow was no value: nothing is to be said about it as one.
  private mutating func forgetBareName(_ node: NodeId) {
    guard node.exists, nodes[node.index].kind == .expressionStatement else { return }
    let value = nodes[node.index].a
    switch nodes[value].kind {
    case .name: nodes[value] = Node(.error, nodes[value].token)
    case .member: nodes[value] = Node(.error, nodes[value].token, nodes[value].a)
    default: break
    }
  }

  private mutating func parseEmptyStatement() -> NodeId {
    lastReported = 0
    let place = currentSpan
    report(.emptyStatement, at: place, "this `;` ends no statement") {
      $0.fixIts.append(FixIt("remove it", at: place, replacement: ""))
    }
    while kind == .semicolon { advance() }
    return .none
  }

  /// A statement that begins with a name: a label, an assignment, an expression, or a habit of other languages.
  private mutating func parseNameStatement(_ needsEnd: inout Bool) -> NodeId {
    if peek() == .colon, let statement = parseLabelled(&needsEnd) { return statement }
    if nextIsOnLine(), let node = parseForeignStatement(&needsEnd) { return node }
    return parseExpressionStatement()
  }

  /// expressionStatement = expression (assignment expression)?
  mutating func parseExpressionStatement() -> NodeId {
    let first = token
    let target = parseExpression()
    if kind.isAssignment && !isPanicking && !onNewLine { return parseAssignment(target) }
    return add(.expressionStatement, first, target.index)
  }

  private mutating func parseAssignment(_ target: NodeId) -> NodeId {
    let sign = token
    advance()
    let value = parseExpression()
    if kind.isAssignment && !isPanicking && !onNewLine { reportAssignmentChain() }
    return add(.assignment, sign, target.index, value.index)
  }

  private mutating func reportAssignmentChain() {
    fail(.assignmentInExpression, at: currentSpan, "an assignment is a statement, not a value") {
      $0.notes.append("assign one after the other")
    }
  }

  /// "_" "=" expression
  private mutating func parseDiscard() -> NodeId {
    let target = add(.discard, token)
    guard peek() == .equal else { return parseExpressionStatement() }
    advance()
    return parseAssignment(target)
  }

  /// "return" expression?
  private mutating func parseReturn() -> NodeId {
    let keyword = token
    advance()
    var value = NodeId.none
    if !startsLine && kind != .semicolon && kind != .rightBrace && kind != .comma && kind != .rightParen {
      value = parseExpression()
      if kind == .comma && !isPanicking && !lineEndsAreSpace && isReturnList() { reportReturnList() }
    }
    return add(.returnStatement, keyword, value.index)
  }

  /// A comma after a returned value belongs to a match arm, or to a list of values as in Go.
  private func isReturnList() -> Bool {
    nextIsOnLine() && peek(2) != .arrow && peek(2) != .leftParen && peek() != .underscore && peek().beginsOperand
      && !isInMatch
  }

  private mutating func reportReturnList() {
    fail(.unexpectedToken, at: currentSpan, "a function returns one value") {
      $0.notes.append("values that belong together are a struct; a failure is returned by `T!` functions with `fail`")
    }
  }

  /// ("break" | "continue") name?
  private mutating func parseJump(_ node: NodeKind) -> NodeId {
    let keyword = token
    advance()
    var label = TokenId.none
    if kind == .lowerName && !startsLine {
      label = token
      advance()
    }
    return add(node, keyword, label.index)
  }

  /// ("fail" | "delete" | "spawn") expression
  private mutating func parseOperandStatement(_ node: NodeKind, _ what: String) -> NodeId {
    let keyword = token
    advance()
    if startsLine || kind == .semicolon || kind == .rightBrace {
      fail(.expectedExpression, at: gapSpan, "`\(text(of: keyword.index))` needs \(what) on its line")
      return add(node, keyword, errorNode().index)
    }
    let operand = parseExpression()
    return add(node, keyword, operand.index)
  }

  /// "defer" statement
  private mutating func parseDefer(_ needsEnd: inout Bool) -> NodeId {
    let keyword = token
    advance()
    if startsLine || kind == .semicolon || kind == .rightBrace {
      fail(.expectedExpression, at: gapSpan, "`defer` needs a statement on its line")
      return add(.deferStatement, keyword, errorNode().index)
    }
    guard enter() else { return errorNode() }
    // What stands at the top level of a file only isn't deferred.
    blockDepth += 1
    let statement = parseStatementBody(&needsEnd)
    blockDepth -= 1
    leave()
    return add(.deferStatement, keyword, statement.index)
  }

  /// ("arena" | "group") block
  mutating func parseKeywordBlock(_ node: NodeKind) -> NodeId {
    let keyword = token
    advance()
    let block = parseBlock(node == .arena ? "`arena`" : "`group`")
    return add(node, keyword, block.index)
  }
}
