// The fields of a struct in its braces, as other languages write them: `struct Point { x: I64; y: I64; func ... }`.

import ZongStores

extension ParserState {
  /// The lists of a struct's fields and methods.
  typealias StructureBody = (fields: (start: UInt32, count: UInt32), members: (start: UInt32, count: UInt32))

  /// What was found in the braces, for the message.
  private struct BracedFields {
    /// How the fields are written.
    var texts: [String] = []
    /// Where the last field ends, with what separates it from what follows.
    var end = Position.none
    /// A field stands behind a method.
    var isMixed = false
  }

  /// Whether the braces of a struct begin with a field, or hold nothing.
  var isAtBracedFields: Bool {
    kind == .leftBrace && !isPanicking && (beginsBracedField(1) || peek() == .rightBrace)
  }

  private func beginsBracedField(_ distance: UInt32) -> Bool {
    let word = distance == 0 ? kind : peek(distance)
    if word == .varKeyword || word == .constKeyword { return true }
    guard word.isWord, word != .funcKeyword, word != .staticKeyword else { return false }
    let next = peek(distance + 1)
    if next == .varKeyword || next == .constKeyword { return true }
    return next == .colon || (next.isName && nextIsOnLine(distance + 1))
  }

  /// `var`, `pub` and the like in front of a field.
  private var isAtFieldWord: Bool {
    switch kind {
    case .varKeyword, .constKeyword: peek() != .colon
    case .lowerName: peek() == .varKeyword || peek() == .constKeyword || (peek().isName && peek(2) == .colon)
    default: false
    }
  }

  /// "{" (field (";" | ",")? | member)* "}"
  mutating func parseBracedFields(_ owner: TokenId) -> StructureBody {
    let open = at
    let place = startsLine ? gapSpan : currentSpan
    let header = gapSpan.end
    var found = BracedFields()
    var members: [NodeId] = []
    beginMembers()
    let mark = scratch.count
    while kind != .rightBrace && kind != .endOfFile && !endsEarly() {
      let before = at
      statementStart = at
      lastReported = 0
      if beginsBracedField(0) {
        found.isMixed = found.isMixed || !members.isEmpty
        push(parseBracedField(&found))
      } else {
        let member = parseMember("the struct")
        if member.exists { members.append(member) }
      }
      if at == before { skipStuckToken() }
    }
    let fields = list(since: mark)
    for member in members { push(member) }
    let methods = list(since: mark)
    let isClosed = kind == .rightBrace
    endMembers(open)
    let end = members.isEmpty ? gapSpan.end : found.end
    reportBracedFields(owner, found, place, from: header, to: isClosed ? end : nil, hasMembers: !members.isEmpty)
    return (fields, methods)
  }

  private mutating func parseBracedField(_ found: inout BracedFields) -> NodeId {
    while isAtFieldWord { advance() }
    let first = at
    let field = parseParameter(.field, needTypes: true)
    let words = source(spanSince(first)).split { $0 == 0x20 || $0 == 0x0A }
    found.texts.append(words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
    if kind == .semicolon || kind == .comma {
      advance()
    } else if kind != .rightBrace && !startsLine {
      if !isPanicking { failExpecting(.missingSeparator, "the end of the field") }
      recover()
    }
    isPanicking = false
    found.end = gapSpan.end
    return field
  }

  /// - Parameters:
  ///   - header: the end of what comes before the braces.
  ///   - end: up to where the fields in parentheses would stand instead; null if that can't be told.
  private func reportBracedFields(
    _ owner: TokenId, _ found: BracedFields, _ place: Span, from header: Position, to end: Position?, hasMembers: Bool
  ) {
    let name =
      owner == .none ? "Name" : SourceText.shortened(source(Span(span(of: owner.index).start, header)))
    let fields = found.texts.joined(separator: ", ")
    let isLong = fields.utf8.count > 80
    reports.report(.foreignDeclaration, at: place, "the fields of a struct stand in parentheses") {
      let shown = isLong ? "\(found.texts[0]), ..." : fields
      let declaration = "struct \(name)(\(shown))"
      guard let end, !found.isMixed, !source(Span(header, end)).contains(0x2F) else {
        $0.notes.append("write `\(declaration);`, with methods in braces after it")
        return
      }
      let last = hasMembers ? " {" : ";"
      let list = isLong ? "(\n    " + found.texts.joined(separator: ",\n    ") + ",\n)" : "(\(fields))"
      $0.fixIts.append(fixIt("write `\(declaration)\(last)`", Span(header, end), list + last))
    }
  }
}
