// Patterns (LANGUAGE.md, section 5): of `match` arms, and after `var` in a condition.

import ZongStores

extension ParserState {
  /// pattern = single ("|" single)*
  ///
  /// `binds`: a bare name binds, as after `var` and inside a case's parentheses.
  mutating func parsePattern(binds: Bool) -> NodeId {
    guard enter() else { return errorNode() }
    let first = token
    let pattern = parseSinglePattern(binds)
    guard kind == .pipe, !isPanicking else {
      leave()
      return pattern
    }
    let mark = scratch.count
    push(pattern)
    while accept(.pipe) { push(parseSinglePattern(binds)) }
    let alternatives = list(since: mark)
    leave()
    grow()
    return add(.alternativesPattern, first, alternatives.start, alternatives.count)
  }

  /// single = "_" | (name | keyword) patternFields? | patternValue ((".." | "..=") patternValue)?
  private mutating func parseSinglePattern(_ binds: Bool) -> NodeId {
    if isPanicking { return errorNode() }
    switch kind {
    case .underscore:
      let node = add(.wildcardPattern, token)
      advance()
      return node
    case .lowerName: return parseNamePattern(binds)
    case .dot, .upperName: return parseQualifiedPattern(binds)
    case .elseKeyword: return parseElsePattern()
    case .integer, .float, .character, .string, .stringHead, .trueKeyword, .falseKeyword, .nullKeyword, .minus, .tilde:
      return parseValuePattern()
    case _ where kind.isKeyword && namesCase(binds): return parseNamePattern(binds)
    default:
      failExpecting(.expectedPattern, "a pattern")
      return errorNode()
    }
  }

  /// Whether a reserved word is the name of a case here: it can't be that of anything else.
  private func namesCase(_ binds: Bool) -> Bool {
    switch peek() {
    case .leftParen: true
    case .arrow, .pipe: !binds
    default: false
    }
  }

  /// A case, a constant, or a new name.
  private mutating func parseNamePattern(_ binds: Bool) -> NodeId {
    let name = token
    switch peek() {
    case .leftParen: return parseCasePattern()
    case .dotDot, .dotDotEqual: return parseValuePattern()
    case .dot where peek(2) == .lowerName && peek(3) != .leftParen && peek(3) != .dot && !binds:
      return parseValuePattern()
    case .dot where peek(2).isName: return parseQualifiedPattern(binds)
    case .arrow where peekName() == Names.defaultWord && !binds: return parseElsePattern()
    default: break
    }
    advance()
    return add(binds ? .bindingPattern : .namePattern, name)
  }

  /// name "(" (pattern ("," pattern)*)? ")"
  private mutating func parseCasePattern() -> NodeId {
    let name = token
    advance()
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    if kind != .rightParen {
      repeat {
        skipFieldLabel()
        push(parsePattern(binds: true))
      } while continueList(.rightParen, "pattern")
    }
    let fields = list(since: mark)
    lineEndsAreSpace = outer
    expectClosing(.rightParen, of: open)
    grow()
    return add(.casePattern, name, fields.start, fields.count)
  }

  private mutating func skipFieldLabel() {
    if kind.isWord && peek() == .colon {
      let place = Span(currentSpan.start, span(of: at + 2).start)
      report(.badPattern, at: currentSpan, "a case's fields are matched in their order, without names") {
        $0.fixIts.append(FixIt("remove the name", at: place, replacement: ""))
      }
      advance()
      advance()
    } else if kind == .varKeyword || (kind == .lowerName && peekName() == Names.letWord && peek() == .lowerName) {
      let place = Span(currentSpan.start, span(of: at + 1).start)
      report(.badPattern, at: currentSpan, "a name inside a case binds by itself") {
        $0.fixIts.append(FixIt("remove `\(text(of: at))`", at: place, replacement: ""))
      }
      advance()
    }
  }

  /// `.circle(r)`, `Shape.circle(r)`: a case is named without its type.
  private mutating func parseQualifiedPattern(_ binds: Bool) -> NodeId {
    let first = at
    while kind.isName && peek() == .dot {
      advance()
      advance()
    }
    if kind == .dot { advance() }
    let place = Span(span(of: first).start, currentSpan.start)
    guard kind.isName else {
      failExpecting(.expectedPattern, "the name of a case")
      return errorNode()
    }
    // No case that is declared well begins like a type, so the checker tells which one is meant.
    if kind == .upperName && binds && peek() != .leftParen { reportWrongCase(at, "a case's name", isType: false) }
    if at == first { return parseNamePattern(binds) }
    report(.badPattern, at: place, "a case is named without its type in a pattern") {
      $0.fixIts.append(FixIt("remove it", at: place, replacement: ""))
    }
    return parseNamePattern(binds)
  }

  /// `else` and `default` for `_`.
  private mutating func parseElsePattern() -> NodeId {
    let place = currentSpan
    report(.foreignWord, at: place, "what matches everything else is written `_`") {
      $0.fixIts.append(FixIt("write `_`", at: place, replacement: "_"))
    }
    let node = add(.wildcardPattern, token, 0, 0, .damaged)
    advance()
    return node
  }

  /// A literal or a range.
  private mutating func parseValuePattern() -> NodeId {
    let first = token
    let start = parsePatternValue()
    guard kind == .dotDot || kind == .dotDotEqual else { return add(.literalPattern, first, start.index) }
    let flags: NodeFlags = kind == .dotDotEqual ? .inclusive : []
    let sign = token
    advance()
    let end = parsePatternValue()
    return add(.rangePattern, sign, start.index, end.index, flags)
  }

  /// patternValue = ("-" | "~")? literal | (name ".")? name
  private mutating func parsePatternValue() -> NodeId {
    switch kind {
    case .minus, .tilde:
      let sign = token
      advance()
      guard kind == .integer || kind == .float || kind == .character || kind == .lowerName else { break }
      let value = parsePrimary()
      return add(.unary, sign, value.index)
    case .lowerName:
      let name = parsePrimary()
      guard kind == .dot, peek() == .lowerName else { return name }
      advance()
      let member = add(.member, token, name.index)
      advance()
      return member
    case .integer, .float, .character, .string, .stringHead, .trueKeyword, .falseKeyword, .nullKeyword:
      return parsePrimary()
    default: break
    }
    failExpecting(.expectedPattern, "a literal or a constant")
    return errorNode()
  }
}
