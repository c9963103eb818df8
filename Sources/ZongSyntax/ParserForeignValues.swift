// Values as other languages write them: a type with its fields in braces, and literals of maps. Read as what they mean, and
// reported with the cure.

import ZongStores

extension ParserState {
  /// A fix-it that is longer than this, in bytes, helps nobody to read it.
  private static let fixLimit: UInt32 = 200

  // MARK: Fields in braces

  /// Whether the `{` here begins the fields of the type in front of it, `Point { x: 1 }`, and no block.
  var beginsFields: Bool {
    guard !onNewLine else { return false }
    switch peek() {
    case .lowerName:
      return peek(2) == .comma || peek(2) == .colon && !peek(3).isLoop || peek(2) == .rightBrace && endsValue(peek(3))
    case .integer, .float, .string, .character:
      return peek(2) == .comma || peek(2) == .colon || peek(2) == .rightBrace && endsValue(peek(3))
    case .rightBrace: return endsValue(peek(2))
    default: return false
    }
  }

  /// Whether this follows a value, and no block.
  private func endsValue(_ kind: TokenKind) -> Bool {
    switch kind {
    case .semicolon, .comma, .rightParen, .rightBracket: true
    default: false
    }
  }

  /// `Point { x: 1 }`, read as `Point(x: 1)`. The current token is the `{`.
  mutating func parseFields(of type: NodeId) -> NodeId {
    if peek(2) == .colon && peek() != .lowerName { return parseMapInBraces(behindType: true) }
    let open = token
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    if kind != .rightBrace { repeat { push(parseArgument()) } while continueList(.rightBrace, "field") }
    let fields = list(since: mark)
    lineEndsAreSpace = outer
    let inner = Span(span(of: open.index).end, currentSpan.start)
    let cured = kind == .rightBrace ? line(inner) : nil
    expectClosing(.rightBrace, of: open.index)
    grow()
    let name = text(of: nodes[type.index].token.index)
    let nameEnd = span(of: open.index - 1).end
    report(.foreignOperator, at: span(of: open.index), "the fields of a value stand in parentheses: `\(name)(...)`") {
      guard let cured else { return }
      let place = Span(nameEnd, Position(inner.end.offset + 1))
      $0.fixIts.append(FixIt("write `\(name)(\(cured))`", at: place, replacement: "(\(cured))"))
    }
    return add(.call, open, type.index, words(fields.start, fields.count))
  }

  // MARK: Functions

  /// `x => x * 2` as an argument, at its arrow: a function literal has `func` and parentheses.
  mutating func parseForeignLiteral(_ parameter: NodeId) -> NodeId {
    let first = nodes[parameter.index].token
    let start = span(of: first.index)
    let node = nodes[parameter.index].kind
    let name = text(of: first.index)
    if node == .name || node == .parenthesized {
      report(.foreignOperator, at: currentSpan, "a function literal begins with `func`") {
        $0.fixIts.append(
          node == .name
            ? FixIt("write `func(\(name)) => ...`", at: start, replacement: "func(\(name))")
            : FixIt("write `func` in front of it", at: Span(start.start, start.start), replacement: "func"))
      }
    }
    advance()
    if !startsLine { _ = kind == .leftBrace ? parseBlock("the function", isHeaded: false) : parseExpression() }
    return add(.error, first, parameter.index)
  }

  // MARK: Maps

  /// Whether the `{` here, where a value is expected, begins the literal of a map: `{ "a": 1 }`.
  var beginsMap: Bool {
    switch peek() {
    case .string, .integer, .character: peek(2) == .colon
    case .lowerName: peek(2) == .colon && !peek(3).isLoop
    default: false
    }
  }

  /// `{ "a": 1 }`, from its brace.
  ///
  /// - Parameter behindType: a type stands in front of it.
  mutating func parseMapInBraces(behindType: Bool = false) -> NodeId {
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let node = parseEntries(.rightBrace, open, nil, maker: behindType ? ".of" : "Map.of")
    lineEndsAreSpace = outer
    return node
  }

  /// `["a": 1]`, at the `:` behind the first key, which began at `start`.
  mutating func parseMapInBrackets(_ open: UInt32, _ start: Position, _ mark: Int, _ outer: Bool) -> NodeId {
    scratch.truncate(to: mark)
    let node = parseEntries(.rightBracket, open, Span(start, gapSpan.end))
    lineEndsAreSpace = outer
    return node
  }

  /// `[:]`, at its `:`.
  mutating func parseEmptyMap(_ open: UInt32, _ outer: Bool) -> NodeId {
    advance()
    lineEndsAreSpace = outer
    advance()
    report(.foreignOperator, at: span(of: open).joined(with: span(of: at - 1)), "there are no literals of maps") {
      $0.notes.append("an empty map is made by its type: `Map<String, I64>()`")
    }
    return add(.error, TokenId(open))
  }

  /// The entries of `[first: value, ...]`, at the `:` behind the first key, or with none read yet, and the bracket behind.
  private mutating func parseEntries(
    _ closing: TokenKind, _ open: UInt32, _ first: Span?, maker: String = "Map.of"
  ) -> NodeId {
    var keys: [Span] = []
    var values: [Span] = []
    var areNames = false
    var key = first
    repeat {
      if key == nil {
        if kind == .lowerName && peek() == .colon { areNames = true }
        key = entryPart()
      }
      guard kind == .colon, !isPanicking, let found = key else { break }
      advance()
      keys.append(found)
      values.append(entryPart())
      key = nil
    } while continueList(closing, "entry")
    let node = add(.error, TokenId(open))
    expectClosing(closing, of: open)
    let cure = areNames ? nil : call(of: maker, keys, values)
    reportMap(Span(span(of: open).start, gapSpan.end), cure, areNames: areNames)
    return node
  }

  /// A key or a value, and where it stood.
  private mutating func entryPart() -> Span {
    let start = currentSpan.start
    _ = parseExpression()
    return Span(start, gapSpan.end)
  }

  private mutating func reportMap(_ place: Span, _ cure: String?, areNames: Bool) {
    report(.foreignOperator, at: Span(place.start, Position(place.start.offset + 1)), "there are no literals of maps") {
      if let cure {
        $0.fixIts.append(FixIt("write `\(cure)`", at: place, replacement: cure))
        return
      }
      if areNames {
        $0.notes.append("values that belong together are a struct: `struct Point(x: I64)`, made by `Point(x: 1)`")
      }
      $0.notes.append("a map is made of its keys and its values: `Map.of([\"a\", \"b\"], [1, 2])`")
    }
  }

  /// What makes the map; null if that would be long.
  private func call(of maker: String, _ keys: [Span], _ values: [Span]) -> String? {
    if keys.isEmpty { return nil }
    var lists = ["", ""]
    for (index, parts) in [keys, values].enumerated() {
      for part in parts {
        guard let text = line(part) else { return nil }
        lists[index] += (lists[index].isEmpty ? "" : ", ") + text
      }
    }
    let text = "\(maker)([\(lists[0])], [\(lists[1])])"
    return text.utf8.count <= ParserState.fixLimit ? text : nil
  }

  /// The source between two places, without the space around it; null if it is long or has more than one line.
  private func line(_ span: Span) -> String? {
    guard span.start <= span.end, span.end.offset - span.start.offset <= ParserState.fixLimit else { return nil }
    let text = String(decoding: source(span), as: UTF8.self)
    if text.contains("\n") { return nil }
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension ParserState {
  // MARK: Prefixes of text

  /// Whether the name here is the prefix of the text behind it: `f"..."`, `r"..."`.
  var isAtTextPrefix: Bool {
    (peek() == .string || peek() == .stringHead) && !spaceAfter && text(of: at).utf8.count <= 2
  }

  /// Steps over the prefix of a text.
  mutating func skipTextPrefix() {
    let prefix = text(of: at)
    report(.foreignWord, at: currentSpan, "text has no prefix `\(prefix)`") {
      $0.notes.append("every text takes in values: `\"\\(x) and \\(y)\"`")
      $0.fixIts.append(FixIt("remove it", at: currentSpan, replacement: ""))
    }
    advance()
  }
}

extension TokenKind {
  /// Whether it begins a loop, which may have a label.
  fileprivate var isLoop: Bool { self == .loopKeyword || self == .whileKeyword || self == .forKeyword }
}
