// Reads from the tree what the tokens don't tell: where items begin and end, which brackets hold lists, which `<` open
// types, which signs are prefixes. Parents come before their children, so that a block knows what it belongs to.

import ZongStores
import ZongSyntax

/// What a node has learned from its parents.
private struct NodeState: OptionSet, BitwiseCopyable {
  let rawValue: UInt8
  /// The node is part of the tree, not left over from an attempt of the parser's.
  static let isReached = NodeState(rawValue: 1)
  /// Nobody uses its value: the last statement of its blocks ends like any other.
  static let isStatement = NodeState(rawValue: 2)
  /// The last statement of a block that gives a value.
  static let isTail = NodeState(rawValue: 4)
  /// An `else if`, whose blocks were seen to with the first `if`.
  static let isElse = NodeState(rawValue: 8)
}

/// Marks the tokens of one part of a file.
struct Marker: ~Copyable {
  private let tree: Tree
  private let tokens: TokenStore
  private var layout: Layout
  private var states: Store<NodeState>

  /// Marks the tokens of `tree`, whose last one is before `end`, in `layout`, and gives it back.
  static func mark(_ tree: Tree, end: UInt32, _ layout: consuming Layout) -> Layout {
    var marker = Marker(tree, layout)
    marker.markAll(end)
    return marker.finish()
  }

  private init(_ tree: Tree, _ layout: consuming Layout) {
    self.tree = tree
    tokens = tree.tokens
    self.layout = layout
    states = Store(capacity: tree.nodes.count)
    states.append(repeating: [], count: tree.nodes.count)
  }

  private consuming func finish() -> Layout { layout }

  private mutating func markAll(_ end: UInt32) {
    guard tree.root.exists else { return }
    states[tree.root.index] = .isReached
    markItems(tree.list(of: tree[tree.root]), end: end, hasValue: false)
    var index = tree.root.index
    while index > 0 {
      if states[index].contains(.isReached) { visit(NodeId(index)) }
      index -= 1
    }
  }

  private mutating func visit(_ id: NodeId) {
    let node = tree[id]
    tree.forEachChild(of: id) { states[$0.index].formUnion(.isReached) }
    markDeclaration(node)
    markControl(id, node)
    markExpression(id, node)
  }

  // MARK: Declarations

  private mutating func markDeclaration(_ node: Node) {
    switch node.kind {
    case .function:
      markTypeParameters(node)
      markList(tree.list(at: node.a + 2))
      markBody(tree.child(node.a + 5), header: firstToken(of: node))
    case .functionLiteral:
      markList(tree.list(at: node.a))
      markBody(tree.child(node.a + 3), header: node.token.index)
    case .structure:
      markTypeParameters(node)
      markList(tree.list(at: node.a + 2))
      markMembers(tree.list(at: node.a + 4), of: node)
    case .enumeration:
      markTypeParameters(node)
      markEnumeration(node)
    case .interface:
      markTypeParameters(node)
      markMembers(tree.list(at: node.a + 2), of: node)
    case .externBlock: markMembers(tree.list(of: node), of: node)
    case .test: markBody(NodeId(node.a), header: node.token.index - 1)
    case .enumCase:
      layout.mark(node.token.index, .isName)
      markList(tree.list(of: node))
    default: break
    }
  }

  private mutating func markTypeParameters(_ node: Node) {
    if tree.word(node.a + 1) > 0 { markTypeBrackets(node.token.index + 1) }
  }

  /// A list whose opening bracket stands before its first element.
  private mutating func markList(_ list: UnsafeBufferPointer<UInt32>) {
    guard let first = list.first else { return }
    layout.mark(tree.firstToken(of: NodeId(first)).index - 1, .opensList)
  }

  private mutating func markMembers(_ list: UnsafeBufferPointer<UInt32>, of node: Node) {
    guard let first = list.first else { return }
    let opener = opener(before: firstToken(of: NodeId(first)))
    layout.header[opener] = firstToken(of: node)
    markItems(list, end: layout.partner[opener], hasValue: false)
  }

  private mutating func markEnumeration(_ node: Node) {
    let cases = tree.list(at: node.a + 2)
    let members = tree.list(at: node.a + 4)
    guard let first = cases.first ?? members.first else { return }
    let opener = opener(before: firstToken(of: NodeId(first)))
    layout.header[opener] = firstToken(of: node)
    let end = layout.partner[opener]
    markEntries(cases, end: members.first.map { firstToken(of: NodeId($0)) } ?? end)
    markItems(members, end: end, hasValue: false)
  }

  /// The `{` before an item; only separators may stand between.
  private func opener(before item: UInt32) -> UInt32 {
    var index = item - 1
    while index > 0 && (tokens.kinds[index] == .semicolon || tokens.kinds[index] == .comma) { index -= 1 }
    return index
  }

  // MARK: Items

  /// Marks statements or declarations up to the token `end`.
  private mutating func markItems(_ list: UnsafeBufferPointer<UInt32>, end: UInt32, hasValue: Bool) {
    for (index, word) in list.enumerated() {
      let id = NodeId(word)
      layout.mark(firstToken(of: id), .startsItem)
      let isLast = index + 1 == list.count
      let isTail = isLast && hasValue
      states[word].formUnion(isTail ? .isTail : .isStatement)
      let next = isLast ? end : firstToken(of: NodeId(list[index + 1]))
      let last = last(before: next)
      if takesSemicolon(id, last: last, isTail: isTail) { layout.mark(last, .endsStatement) }
    }
  }

  /// Marks cases or arms up to the token `end`.
  private mutating func markEntries(_ list: UnsafeBufferPointer<UInt32>, end: UInt32) {
    for (index, word) in list.enumerated() {
      layout.mark(firstToken(of: NodeId(word)), [.startsItem, .startsEntry])
      let next = index + 1 == list.count ? end : firstToken(of: NodeId(list[index + 1]))
      let last = last(before: next)
      if !isBlockArm(NodeId(word)) { layout.mark(last, .endsEntry) }
      if last + 1 < next {
        for separator in last + 1..<next { layout.mark(separator, .dropped) }
      }
    }
  }

  private func isBlockArm(_ id: NodeId) -> Bool {
    let node = tree[id]
    return node.kind == .matchArm && tree.kind(NodeId(node.b)) == .block
  }

  private func last(before next: UInt32) -> UInt32 {
    var index = next - 1
    while index > 0 && (tokens.kinds[index] == .semicolon || tokens.kinds[index] == .comma) { index -= 1 }
    return index
  }

  private func takesSemicolon(_ id: NodeId, last: UInt32, isTail: Bool) -> Bool {
    let node = tree[id]
    switch node.kind {
    case .expressionStatement: return !isTail
    case .variable, .constant, .assignment, .breakStatement, .continueStatement, .returnStatement, .failStatement,
      .deleteStatement, .spawnStatement, .importDeclaration:
      return true
    case .deferStatement: return takesSemicolon(NodeId(node.a), last: last, isTail: false)
    case .function: return tree.word(node.a + 5) == 0
    case .structure: return tokens.kinds[last] == .rightParen
    default: return false
    }
  }

  // MARK: Statements

  private mutating func markControl(_ id: NodeId, _ node: Node) {
    let state = states[id.index]
    switch node.kind {
    case .block:
      let close = layout.partner[node.token.index]
      markItems(tree.list(of: node), end: close, hasValue: !state.contains(.isStatement))
    case .loop: markBody(NodeId(node.b), header: firstToken(of: id))
    case .whileLoop: markBody(tree.child(node.b + 1), header: firstToken(of: id))
    case .forLoop: markBody(tree.child(node.b + 3), header: firstToken(of: id))
    case .group: markBody(NodeId(node.a), header: node.token.index)
    case .arena:
      let block = NodeId(node.a)
      if state.contains(.isStatement) { states[block.index].formUnion(.isStatement) }
      if tree.kind(block) == .block { layout.header[tree[block].token.index] = node.token.index }
    case .deferStatement: states[node.a].formUnion(.isStatement)
    case .expressionStatement:
      if state.contains(.isStatement) { states[node.a].formUnion(.isStatement) }
    case .ifElse: markIf(id, node)
    case .match: markMatch(id, node)
    case .matchArm:
      if state.contains(.isStatement) { states[node.b].formUnion(.isStatement) }
    case .catchExpression:
      let block = tree.child(node.b + 1)
      if state.contains(.isStatement) { states[block.index].formUnion(.isStatement) }
      layout.header[tree[block].token.index] = node.token.index
    default: break
    }
  }

  /// A block that is no value, indented from the line of `header`.
  private mutating func markBody(_ block: NodeId, header: UInt32) {
    guard block.exists, tree.kind(block) == .block else { return }
    states[block.index].formUnion(.isStatement)
    layout.header[tree[block].token.index] = header
  }

  /// All blocks of an `if` with its `else if`s break or none does.
  private mutating func markIf(_ id: NodeId, _ node: Node) {
    let isStatement = states[id.index].contains(.isStatement)
    var part = node
    let isFirst = !states[id.index].contains(.isElse)
    let first = tree[tree.child(node.b)].token.index
    while true {
      let branches = [tree.child(part.b), tree.child(part.b + 1)]
      for branch in branches where branch.exists {
        if isStatement { states[branch.index].formUnion(.isStatement) }
        guard isFirst, tree.kind(branch) == .block else { continue }
        layout.header[tree[branch].token.index] = node.token.index
        layout.group[tree[branch].token.index] = first
      }
      guard isFirst, branches[1].exists, tree.kind(branches[1]) == .ifElse else { return }
      states[branches[1].index].formUnion(.isElse)
      part = tree[branches[1]]
    }
  }

  private mutating func markMatch(_ id: NodeId, _ node: Node) {
    let arms = tree.list(at: node.b)
    guard let first = arms.first else { return }
    let opener = opener(before: firstToken(of: NodeId(first)))
    layout.header[opener] = node.token.index
    markEntries(arms, end: layout.partner[opener])
    for arm in arms {
      if states[id.index].contains(.isStatement) { states[arm].formUnion(.isStatement) }
      if isBlockArm(NodeId(arm)) { layout.mark(opener, .hasBlockArm) }
    }
  }

  // MARK: Expressions and types

  private mutating func markExpression(_ id: NodeId, _ node: Node) {
    let token = node.token.index
    switch node.kind {
    case .unary: layout.mark(token, .prefix)
    case .call, .listLiteral: layout.mark(token, .opensList)
    case .casePattern:
      layout.mark(token, .isName)
      if node.b > 0 { layout.mark(token + 1, .opensList) }
    case .functionType:
      if tree.word(node.a + 1) > 0 { layout.mark(token + 1, .opensList) }
    case .member:
      layout.mark(token, .isName)
      if node.b != 0 && tree.word(node.b + 1) > 0 { markTypeBrackets(token + 1) }
    case .typeName, .name:
      if node.b > 0 { markTypeBrackets(token + 1) }
    case .typeMember:
      if tree.word(node.b + 1) > 0 { markTypeBrackets(token + 1) }
    default: break
    }
  }

  /// Marks the `<` at `open`, its `>`, and all such brackets between.
  private mutating func markTypeBrackets(_ open: UInt32) {
    guard tokens.kinds[open] == .less, !layout.has(open, .typeBracket) else { return }
    var depth = 0
    var index = open
    while index < UInt32(tokens.count) {
      switch tokens.kinds[index] {
      case .less: depth += 1
      case .greater: depth -= 1
      case .shiftRight: depth -= 2
      case .leftParen, .leftBracket, .leftBrace:
        // What is in brackets marks itself.
        index = max(index, layout.partner[index])
      default: break
      }
      switch tokens.kinds[index] {
      case .less, .greater, .shiftRight: layout.mark(index, .typeBracket)
      default: break
      }
      if depth <= 0 { return }
      index += 1
    }
  }

  // MARK: First tokens

  private func firstToken(of id: NodeId) -> UInt32 {
    let node = tree[id]
    switch node.kind {
    case .loop where node.a != 0: return node.a
    case .whileLoop where tree.word(node.b) != 0, .forLoop where tree.word(node.b) != 0: return tree.word(node.b)
    case .expressionStatement, .block, .loop, .whileLoop, .forLoop, .ifElse, .match, .returnStatement,
      .deferStatement:
      return node.token.index
    default: return tree.firstToken(of: id).index
    }
  }

  /// The same for a declaration.
  private func firstToken(of node: Node) -> UInt32 {
    if node.kind == .externBlock { return node.token.index - 1 }
    let hasModifier = node.flags.contains(.exported) || node.flags.contains(.isStatic)
    return node.b > 1 && hasModifier ? node.b - 1 : node.b
  }
}
