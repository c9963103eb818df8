// Where a node stands in the source: its main token, and its whole extent from first to last token.

import ZongStores

extension Tree {
  /// Where the node's main token begins.
  package func position(of id: NodeId) -> Position { tokens.position(of: self[id].token) }

  /// The extent of the node's main token.
  package func tokenSpan(of id: NodeId) -> Span { tokens.span(of: self[id].token) }

  /// From the node's first token to its last.
  package func span(of id: NodeId) -> Span {
    let first = firstToken(of: id)
    let last = lastToken(of: id)
    return Span(tokens.position(of: first), tokens.span(of: TokenId(max(first.index, last.index))).end)
  }

  /// The node's first token. Follows the first children down, in a loop.
  package func firstToken(of id: NodeId) -> TokenId {
    var best = self[id].token
    var current = id
    while true {
      let node = self[current]
      if node.token.index != 0 && (best.index == 0 || node.token.index < best.index) { best = node.token }
      switch node.kind {
      case .function, .structure, .enumeration, .interface:
        return TokenId(node.b == 0 ? best.index : min(best.index, firstModifier(of: node)))
      case .variable, .constant: return tokenBefore(best, .varKeyword, .constKeyword)
      case .typeMember: return TokenId(node.a == 0 ? best.index : min(best.index, node.a))
      case .parameter, .field: return node.flags.contains(.positional) && best == node.token ? best.previous : best
      case .externBlock, .importDeclaration: return tokenBefore(best, .externKeyword, .importKeyword)
      case .test: return best.index > 1 ? best.previous : best
      default: break
      }
      let child = firstChild(of: current)
      if !child.exists || child.index >= current.index { return best }
      current = child
    }
  }

  private func firstModifier(of node: Node) -> UInt32 {
    let keyword = node.b
    if keyword > 1, node.flags.contains(.exported) || node.flags.contains(.isStatic) { return keyword - 1 }
    return keyword
  }

  private func tokenBefore(_ token: TokenId, _ first: TokenKind, _ second: TokenKind) -> TokenId {
    guard token.index > 1 else { return token }
    let kind = tokens.kind(token.previous)
    return kind == first || kind == second ? token.previous : token
  }

  private func firstChild(of id: NodeId) -> NodeId {
    var result = NodeId.none
    var best = UInt32.max
    forEachChild(of: id) { child in
      let token = self[child].token.index
      // Lists are in source order: the first few children decide.
      if !result.exists || (token != 0 && token < best && self[id].kind == .forLoop) {
        result = child
        best = token
      }
    }
    return result
  }

  /// The node's last token: of the last child, and then the brackets that the node closes itself.
  package func lastToken(of id: NodeId) -> TokenId {
    // Down along the last children, then up again over what each of them adds.
    var path: [NodeId] = []
    var current = id
    while path.count <= Parser.maximumHeight + Parser.maximumNesting * 8 {
      path.append(current)
      let child = lastChild(of: current)
      if !child.exists || child.index >= current.index { break }
      current = child
    }
    var last: UInt32 = 0
    while let node = path.popLast() { last = closing(self[node], after: max(last, self[node].token.index)) }
    return TokenId(last)
  }

  private func lastChild(of id: NodeId) -> NodeId {
    var result = NodeId.none
    forEachChild(of: id) { child in
      if !result.exists || self[child].token.index >= self[result].token.index { result = child }
    }
    return result
  }

  /// The last token of `node`, whose children and main token end at `last`.
  private func closing(_ node: Node, after last: UInt32) -> UInt32 {
    switch node.kind {
    case .block, .match, .enumeration, .interface, .externBlock: return skip(to: .rightBrace, from: last)
    case .structure:
      return self.word(node.a + 5) > 0 ? skip(to: .rightBrace, from: last) : skip(to: .rightParen, from: last)
    case .call, .parenthesized: return skip(to: .rightParen, from: last)
    case .casePattern, .enumCase: return node.b > 0 ? skip(to: .rightParen, from: last) : last
    case .index, .listLiteral, .sliceType, .arrayType: return skip(to: .rightBracket, from: last)
    case .typeName, .typeMember:
      let count = node.kind == .typeName ? node.b : word(node.b + 1)
      return count > 0 ? skip(to: .greater, from: last) : last
    case .function:
      return word(node.a + 4) == 0 && word(node.a + 5) == 0 ? skip(to: .rightParen, from: last) : last
    case .functionType: return word(node.a + 2) == 0 ? skip(to: .rightParen, from: last) : last
    case .importDeclaration: return max(last, node.a)
    case .breakStatement, .continueStatement: return max(last, node.a)
    default: return last
    }
  }

  /// The next `closing` behind `last`, if only an opening bracket and separators lie between.
  private func skip(to closing: TokenKind, from last: UInt32) -> UInt32 {
    var index = last + 1
    while index < UInt32(tokens.count), index < last + 16 {
      let kind = tokens.kinds[index]
      if kind == closing { return index }
      if closing == .greater && (kind == .shiftRight || kind == .greaterEqual) { return index }
      switch kind {
      case .comma, .semicolon, .leftParen, .leftBracket, .leftBrace: index += 1
      default: return last
      }
    }
    return last
  }
}
