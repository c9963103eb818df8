// What newcomers write out of habit in expressions: read as what it means, and reported with the cure.

import ZongStores

extension ParserState {
  // MARK: Operators

  /// `a and b`, `a or b`, `x as T`, `x is T`. Null if the word is something else.
  mutating func parseForeignOperation(_ left: NodeId, _ minimum: UInt8) -> NodeId? {
    if kind == .asKeyword { return parseAs(left) }
    switch peekName() {
    case Names.andWord: return parseWordOperation(left, minimum, "&&", 3)
    case Names.orWord: return parseWordOperation(left, minimum, "||", 2)
    case Names.isWord: return parseIs(left, minimum)
    default: return nil
    }
  }

  private mutating func parseWordOperation(
    _ left: NodeId, _ minimum: UInt8, _ sign: String, _ precedence: UInt8
  ) -> NodeId? {
    guard precedence >= minimum, nextIsOnLine() else { return nil }
    let place = currentSpan
    report(.foreignWord, at: place, "`\(text(of: at))` is written `\(sign)`") {
      $0.fixIts.append(FixIt("write `\(sign)`", at: place, replacement: sign))
    }
    let operatorToken = token
    advance()
    let right = parseBinary(minimum: precedence + 1)
    grow()
    return add(.error, operatorToken, left.index, right.index)
  }

  /// `x is T`, `x is null`, `x is not null`: there are no types to ask for.
  private mutating func parseIs(_ left: NodeId, _ minimum: UInt8) -> NodeId? {
    let isNegated = peekName(1) == Names.notWord
    let operand = isNegated ? peek(2) : peek()
    guard Precedence.comparison >= minimum, nextIsOnLine(), operand == .upperName || operand == .nullKeyword else {
      return nil
    }
    let word = token
    let place = isNegated ? currentSpan.joined(with: span(of: at + 1)) : currentSpan
    report(.foreignWord, at: place, "there is no `is`") {
      if operand == .nullKeyword {
        let sign = isNegated ? "!=" : "=="
        $0.fixIts.append(FixIt("write `\(sign)`", at: place, replacement: sign))
      } else {
        $0.notes.append(
          "the cases of an enum are told apart by `match`; what differs between types is a method of each")
      }
    }
    advance()
    if isNegated { advance() }
    _ = kind == .upperName ? parseType() : parseUnary()
    grow()
    return add(.error, word, left.index)
  }

  /// `x as T`: a conversion is written like a call.
  private mutating func parseAs(_ left: NodeId) -> NodeId? {
    guard nextIsOnLine() else { return nil }
    let keyword = token
    let errors = reports.errorCount
    report(.foreignCast, at: currentSpan, "a value is converted with `T(value)`") {
      if peek() == .upperName {
        $0.notes.append("write `\(text(of: at + 1))(...)` around the value")
      }
    }
    advance()
    if kind == .question || kind == .exclamation { advance() }
    _ = parseType()
    grow()
    let node = add(.error, keyword, left.index)
    markIfDamaged(node, since: errors)
    return node
  }

  /// The second half of `===`, `!==`, `->`, `<>` and `**`, which stand for operators of other languages.
  mutating func checkForeignOperator(_ first: UInt32) {
    guard at == first + 1, !spaceBefore else { return }
    let joined = text(of: first) + text(of: at)
    let place = span(of: first).joined(with: currentSpan)
    let cure: String
    switch joined {
    case "===": cure = "=="
    case "!==": cure = "!="
    case "<>": cure = "!="
    case "->": cure = "."
    case "**":
      report(.foreignOperator, at: place, "there is no operator `**`") {
        $0.notes.append("a power is written as multiplications")
      }
      return advance()
    default: return
    }
    report(.foreignOperator, at: place, "`\(joined)` is written `\(cure)`") {
      $0.fixIts.append(FixIt("write `\(cure)`", at: place, replacement: cure))
      if joined == "->" { $0.notes.append("members of what a pointer points to are reached with `.` too") }
    }
    advance()
  }

  /// Whether `++` or `--` stands here behind an operand.
  func isIncrement() -> Bool {
    guard kind == .plus || kind == .minus, peek() == kind, !tokenFlags(at).contains(.spaceAfter) else { return false }
    switch peek(2) {
    case .semicolon, .rightParen, .rightBrace, .rightBracket, .comma, .leftBrace, .endOfFile: return true
    default: return tokenFlags(at + 2).contains(.startsLine)
    }
  }

  /// `i++`, after its operand.
  mutating func parseIncrement(_ operand: NodeId) -> NodeId {
    let sign = text(of: at)
    let place = currentSpan.joined(with: span(of: at + 1))
    let gap = Span(gapSpan.start, place.end)
    report(.foreignOperator, at: place, "there is no `\(sign)\(sign)`") {
      $0.fixIts.append(FixIt("write `\(sign)= 1`", at: gap, replacement: " \(sign)= 1"))
    }
    advance()
    advance()
    return add(.error, nodes[operand.index].token, operand.index)
  }

  // MARK: Prefix operators

  /// `*p`, `&x`, `&&x`, `+x`, `++x`: nothing that may stand before an operand.
  mutating func parseForeignPrefix() -> NodeId {
    guard enter() else { return errorNode() }
    let sign = at
    let signKind = kind
    let text = text(of: at)
    advance()
    let isDoubled = kind == .plus && signKind == .plus && !spaceBefore
    if isDoubled { advance() }
    let first = at
    let errors = reports.errorCount
    let operand = startsLine ? errorOperand() : parseUnary()
    leave()
    if reports.errorCount == errors && !isPanicking {
      if signKind == .plus {
        reportPlus(sign, isDoubled, first)
      } else {
        reportPrefix(sign, text, first)
      }
    }
    grow()
    return add(.error, TokenId(sign), operand.index)
  }

  private mutating func errorOperand() -> NodeId {
    failExpecting(.expectedExpression, "a value")
    return errorNode()
  }

  private mutating func reportPlus(_ sign: UInt32, _ isDoubled: Bool, _ first: UInt32) {
    let operand = text(of: first)
    let isName = at == first + 1
    let place = isDoubled ? span(of: sign).joined(with: span(of: sign + 1)) : span(of: sign)
    let whole = spanSince(sign)
    report(.foreignOperator, at: place, isDoubled ? "there is no `++`" : "there is no prefix operator `+`") {
      if isDoubled && isName {
        $0.fixIts.append(FixIt("write `\(operand) += 1`", at: whole, replacement: "\(operand) += 1"))
      } else if !isDoubled {
        $0.fixIts.append(FixIt("remove the `+`", at: place, replacement: ""))
      }
    }
  }

  private mutating func reportPrefix(_ sign: UInt32, _ text: String, _ first: UInt32) {
    let isPointer = text == "*"
    let operand = spanSince(first)
    let source = tokens.file
    let start = Int(operand.start.offset - source.base)
    let end = Int(operand.end.offset - source.base)
    let isShort = end - start <= 40 && end > start
    report(
      .prefixPointer, at: span(of: sign),
      isPointer ? "`*` stands after what it follows: `p*`" : "`&` stands after what it takes the address of: `x&`"
    ) {
      guard isShort else { return }
      let cured = SourceText.string(source.bytes, start, end) + (isPointer ? "*" : "&")
      $0.fixIts.append(
        FixIt("write `\(cured)`", at: Span(self.span(of: sign).start, operand.end), replacement: cured))
    }
  }

  /// `not x`
  mutating func parseNot() -> NodeId {
    guard enter() else { return errorNode() }
    let word = token
    let place = currentSpan
    let next = span(of: at + 1)
    report(.foreignWord, at: place, "`not` is written `!`") {
      $0.fixIts.append(FixIt("write `!`", at: Span(place.start, next.start), replacement: "!"))
    }
    advance()
    let operand = parseUnary()
    leave()
    grow()
    return add(.error, word, operand.index)
  }

  // MARK: Ternary

  /// `c ? a : b`, at a `?` with a space before it.
  mutating func parseTernary(_ condition: NodeId) -> NodeId {
    let sign = at
    advance()
    if startsLine || !(kind.beginsOperand || kind == .leftParen || kind == .minus) {
      let place = span(of: sign)
      let gap = Span(span(of: sign - 1).end, place.start)
      report(.unexpectedToken, at: place, "`?` stands right behind what it passes on") {
        $0.fixIts.append(FixIt("remove the space", at: gap, replacement: ""))
      }
      return add(.error, TokenId(sign), condition.index)
    }
    return parseTernaryBranches(condition, sign)
  }

  /// The branches of `c ? a : b`, after the `?`.
  mutating func parseTernaryBranches(_ condition: NodeId, _ sign: UInt32) -> NodeId {
    let errors = reports.errorCount
    let first = parseBracketedExpression()
    let firstEnd = gapSpan.end
    guard kind == .colon, !isPanicking else {
      if !isPanicking && reports.errorCount == errors {
        fail(.unexpectedToken, at: span(of: sign), "`?` after a value passes its failure on; nothing follows it here")
      }
      return add(.error, TokenId(sign), condition.index, first.index)
    }
    let firstStart = span(of: sign + 1).start
    advance()
    let secondStart = currentSpan.start
    let second = parseBracketedExpression()
    let branches = (Span(firstStart, firstEnd), Span(secondStart, gapSpan.end))
    if reports.errorCount == errors { reportTernary(sign, branches) }
    _ = second
    grow()
    return add(.error, TokenId(sign), condition.index)
  }

  private mutating func reportTernary(_ sign: UInt32, _ branches: (Span, Span)) {
    let (first, second) = (SourceText.shortened(source(branches.0)), SourceText.shortened(source(branches.1)))
    report(.ternary, at: span(of: sign), "there is no `? :`; `if` is an expression") {
      $0.notes.append("write `if condition { \(first) } else { \(second) }`")
    }
  }

  // MARK: Ranges, members, casts

  /// `..b`, `a[:b]`: a range without its beginning.
  mutating func parseOpenRange() -> NodeId {
    let sign = at
    let isColon = kind == .colon
    report(
      .openRange, at: currentSpan,
      isColon ? "a part is written with `..`, and with both ends" : "a range has both ends"
    ) {
      $0.fixIts.append(
        FixIt("begin at 0", at: self.span(of: sign), replacement: isColon ? "0.." : "0" + text(of: sign)))
    }
    advance()
    let end = kind.beginsOperand ? parseBracketedExpression() : errorNode()
    return add(.error, TokenId(sign), end.index)
  }

  /// `a..`, at what follows.
  mutating func parseRangeWithoutEnd(_ low: NodeId, _ sign: TokenId) -> NodeId {
    report(.openRange, at: span(of: sign.index), "a range has both ends") {
      if kind == .rightBracket { $0.notes.append("to the end of a list it is `items[from..items.length]`") }
    }
    return add(.error, sign, low.index)
  }

  /// `a[b:c]`, after `b`.
  mutating func reportColonRange() {
    let place = currentSpan
    report(.openRange, at: place, "a part is written with `..`: `items[from..to]`") {
      $0.fixIts.append(FixIt("write `..`", at: place, replacement: ".."))
    }
    advance()
    if kind != .rightBracket { _ = parseExpression() }
  }

  /// `.5` and `.circle`.
  mutating func parseLeadingDot() -> NodeId {
    let dot = at
    let place = currentSpan
    advance()
    if kind == .integer {
      report(.badNumber, at: place.joined(with: currentSpan), "a float has a digit before its point") {
        $0.fixIts.append(FixIt("write `0.`", at: place, replacement: "0."))
      }
    } else {
      report(.expectedExpression, at: place, "expected a value before the `.`") {
        if kind.isWord { $0.notes.append("an enum's case is written with its type: `Shape.\(text(of: at))`") }
      }
    }
    if kind == .integer || kind.isWord { advance() }
    return add(.error, TokenId(dot))
  }

  /// `(T) x`, after the `)`.
  mutating func parseCast(_ open: UInt32, _ type: NodeId) -> NodeId {
    let typeName = text(of: nodes[type.index].token.index)
    let castEnd = gapSpan.end
    let first = at
    let errors = reports.errorCount
    let operand = parseUnary()
    let file = tokens.file
    let value = SourceText.string(
      file.bytes, Int(span(of: first).start.offset - file.base), Int(gapSpan.end.offset - file.base))
    if reports.errorCount == errors && !isPanicking {
      let place = Span(span(of: open).start, castEnd)
      let whole = Span(place.start, gapSpan.end)
      report(.foreignCast, at: place, "a value is converted with `\(typeName)(value)`") {
        if value.utf8.count <= 60 {
          $0.fixIts.append(FixIt("write it like a call", at: whole, replacement: "\(typeName)(\(value))"))
        }
      }
    }
    return add(.error, TokenId(open), type.index, operand.index)
  }

  /// `=` where a value is expected, and the value after it.
  mutating func reportAssignment(after value: NodeId) -> NodeId {
    guard !isPanicking else { return value }
    let place = currentSpan
    report(.assignmentInExpression, at: place, "an assignment is a statement, not a value") {
      $0.fixIts.append(FixIt("compare with `==`", at: place, replacement: "=="))
    }
    advance()
    let assigned = parseExpression()
    return add(.error, nodes[value.index].token, value.index, assigned.index)
  }
}
