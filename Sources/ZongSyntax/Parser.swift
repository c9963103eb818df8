// Tokens to a tree, by recursive descent (LANGUAGE.md). Above each function of the parser stands the grammar
// rule that it reads: `?` optional, `*` any number, `|` or, words in quotes are tokens. Comes in: the tokens of
// one part of a file. Goes out: the part's tree. What always holds: time is linear in the number of tokens, the
// recursion is bounded, every loop steps over a token or ends, and one mistake gives one message.

import ZongStores

/// The parser's way in.
package enum Parser {
  /// Blocks, parentheses and types may stand this deep in each other.
  package static let maximumNesting = 1_000
  /// So many operators may wait for their right operands: `a || (b && (c + ...`.
  package static let maximumOperators = 2_000
  /// No path through the tree of an expression, chains like `a + b + c` and `else if` included, is longer.
  package static let maximumHeight = 10_000

  /// The tree of the tokens from `from` to before `to`, which are two neighbouring cuts (or the end of the file).
  package static func parse(
    _ tokens: TokenStore, from: TokenId, to: TokenId, into diagnostics: inout Diagnostics
  ) -> Tree {
    var state = ParserState(tokens: tokens, from: from, to: to)
    state.parseRoot()
    diagnostics.append(contentsOf: state.reports.diagnostics)
    return state.finish()
  }

  /// The tree of a body that was left out of the outline: its root is the block.
  package static func parseBody(_ tokens: TokenStore, into diagnostics: inout Diagnostics) -> Tree {
    var state = ParserState(tokens: tokens, from: TokenId(1), to: TokenId(UInt32(tokens.count - 1)))
    state.root = state.parseBlock("the function", isHeaded: false)
    diagnostics.append(contentsOf: state.reports.diagnostics)
    return state.finish()
  }

  /// The trees of all parts of a file, in order.
  package static func parseAll(_ tokens: TokenStore, into diagnostics: inout Diagnostics) -> [Tree] {
    var trees: [Tree] = []
    for (index, cut) in tokens.cuts.enumerated() {
      let end =
        index + 1 < tokens.cuts.count ? tokens.cuts[index + 1] : TokenId(UInt32(tokens.count - 1))
      trees.append(parse(tokens, from: cut, to: end, into: &diagnostics))
    }
    return trees
  }
}

/// The parser's state. Other files extend it with the rules of the grammar.
struct ParserState: ~Copyable {
  let tokens: TokenStore
  let kinds: UnsafePointer<TokenKind>
  let flags: UnsafePointer<TokenFlags>
  /// Reads as the end of the file, whatever it is.
  let limit: UInt32
  /// The current token, and its kind: `endOfFile` from `limit` on, and the second half of a split `>>`.
  var at: UInt32
  var kind: TokenKind

  var nodes: Store<Node>
  var extra: Store<UInt32>
  var declarations = Store<UInt32>(capacity: 64)
  private var counts = DeclarationCounts()
  /// The children of the lists that are being read.
  var scratch = Store<UInt32>(capacity: 256)

  /// How deep the recursion is, and how high the tallest expression that was read last.
  var nesting = 0
  var waitingOperators = 0
  var height = 0
  /// How many blocks are open.
  var blockDepth = 0
  /// Directly within the braces of `match`, where a comma ends an arm.
  var isInMatch = false
  /// Inside `( )` and `[ ]`, where line ends are white space.
  var lineEndsAreSpace = false
  /// The first token of the innermost declaration or statement, and of the outermost declaration.
  var statementStart: UInt32
  var itemStart: UInt32
  /// The bound of nesting or height was passed: nothing more is read.
  var hasGivenUp = false
  /// Where a `}` was reported as missing, or 0.
  var missingBraceAt: UInt32 = 0
  /// In a file whose braces don't match: a `{` whose `}` stands too far left, with that one; and a `}` that stands
  /// too far right. 0 if there is none.
  var unclosed: (open: UInt32, close: UInt32) = (0, 0)
  var surplusBrace: UInt32 = 0
  let reports = DiagnosticSink()
  private let recovery = Recovery()
  var root = NodeId.none

  init(tokens: TokenStore, from: TokenId, to: TokenId) {
    self.tokens = tokens
    // A token store is never empty: it begins with the start-of-file token.
    kinds = tokens.kinds.elements.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    flags = tokens.flags.elements.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    let last = UInt32(max(tokens.count, 1) - 1)
    limit = min(to.index, last)
    at = min(from.index, limit)
    kind = .endOfFile
    statementStart = at
    itemStart = at
    let expected = Int(limit - at)
    // Two nodes for three tokens, as programs have them.
    nodes = Store(capacity: expected * 3 / 4 + 16)
    extra = Store(capacity: expected / 2 + 16)
    nodes.append(Node(.error, .none))
    if at < limit { kind = kinds[Int(at)] }
  }

  consuming func finish() -> Tree {
    let tree = Tree(tokens: tokens)
    tree.take(nodes: nodes, extra: extra, declarations: declarations, counts: counts, root: root)
    return tree
  }

  /// An expression could not be read: nothing more is reported until the statement's end has been found.
  @inline(__always) var isPanicking: Bool {
    get { recovery.isPanicking }
    nonmutating set { recovery.isPanicking = newValue }
  }

  /// The token of the last report within the statement, or 0.
  var lastReported: UInt32 {
    get { recovery.lastReported }
    nonmutating set { recovery.lastReported = newValue }
  }

  /// The last report was about a mistake whose meaning is clear.
  var wasClear: Bool {
    get { recovery.wasClear }
    nonmutating set { recovery.wasClear = newValue }
  }

  // MARK: Tokens

  @inline(__always) var token: TokenId { TokenId(at) }

  /// Steps over the current token.
  @inline(__always)
  mutating func advance() {
    if at < limit { at += 1 }
    kind = at < limit ? kinds[Int(at)] : .endOfFile
  }

  /// The kind of the token `distance` further on.
  @inline(__always)
  func peek(_ distance: UInt32 = 1) -> TokenKind {
    limit - at > distance ? kinds[Int(at + distance)] : .endOfFile
  }

  @inline(__always)
  func tokenFlags(_ index: UInt32) -> TokenFlags {
    index < limit ? flags[Int(index)] : [.startsLine, .spaceBefore]
  }

  @inline(__always) var startsLine: Bool { at >= limit || flags[Int(at)].contains(.startsLine) }
  /// The current token begins a line, and line ends count here.
  @inline(__always) var onNewLine: Bool { !lineEndsAreSpace && startsLine }
  @inline(__always) var spaceBefore: Bool { tokenFlags(at).contains(.spaceBefore) }
  @inline(__always) var spaceAfter: Bool { tokenFlags(at).contains(.spaceAfter) }
  /// The next token exists, and stands on the current one's line.
  func nextIsOnLine(_ distance: UInt32 = 1) -> Bool {
    limit - at > distance && !flags[Int(at + distance)].contains(.startsLine)
  }

  /// The name or word at `distance`.
  func peekName(_ distance: UInt32 = 0) -> NameId {
    limit - at > distance ? tokens.nameOf(TokenId(at + distance)) : .none
  }

  /// Steps over the current token if it is of `wanted` kind.
  @inline(__always)
  mutating func accept(_ wanted: TokenKind) -> Bool {
    if kind != wanted { return false }
    advance()
    return true
  }

  // MARK: Nodes

  @inline(__always)
  mutating func add(
    _ kind: NodeKind, _ token: TokenId, _ a: UInt32 = 0, _ b: UInt32 = 0, _ flags: NodeFlags = []
  ) -> NodeId {
    let node = nodes.add(Node(kind, token, a, b, flags: flags))
    // The kind is a constant nearly everywhere, so nothing is asked when the program runs.
    if kind.isDeclaration {
      declarations.append(node)
      if kind == .function { counts.functions += 1 }
      if kind == .structure { counts.structures += 1 }
    } else if kind == .parameter || kind == .field {
      counts.members += 1
      if b != 0 { counts.defaults += 1 }
    }
    return NodeId(node)
  }

  @inline(__always)
  mutating func push(_ node: NodeId) { scratch.append(node.index) }

  /// The list of what was pushed since `mark`.
  @inline(__always)
  mutating func list(since mark: Int) -> (start: UInt32, count: UInt32) {
    let start = UInt32(truncatingIfNeeded: extra.count)
    let count = scratch.count - mark
    for index in mark..<scratch.count { extra.append(scratch[index]) }
    scratch.truncate(to: mark)
    return (start, UInt32(truncatingIfNeeded: count))
  }

  /// Lays words down one after the other.
  @inline(__always)
  mutating func words(_ first: UInt32, _ second: UInt32) -> UInt32 {
    let start = extra.add(first)
    extra.append(second)
    return start
  }

  /// Marks a node in which something was reported since there were `errors`.
  @inline(__always)
  mutating func markIfDamaged(_ node: NodeId, since errors: Int) {
    if reports.errorCount != errors { nodes[node.index].flags.formUnion(.damaged) }
  }

  // MARK: Bounds

  /// Enters one more level of recursion. False if there are too many; the parser then has given up.
  @inline(__always)
  mutating func enter() -> Bool {
    nesting += 1
    return nesting <= Parser.maximumNesting || giveUp(.nesting)
  }

  @inline(__always) mutating func leave() { nesting -= 1 }

  /// The expression that is being read got one level higher.
  @inline(__always)
  mutating func grow() {
    height += 1
    if height > Parser.maximumHeight { _ = giveUp(.height) }
  }

  enum Bound { case nesting, height }

  /// Ends the reading of this part with one diagnostic.
  @inline(never)
  mutating func giveUp(_ bound: Bound) -> Bool {
    if hasGivenUp { return false }
    if !tokens.isTruncated {
      let limit = bound == .nesting ? Parser.maximumNesting : Parser.maximumHeight
      let what =
        bound == .nesting ? "blocks, parentheses and types are nested" : "this expression or `else if` chain is"
      reports.report(
        .nestingTooDeep, at: currentSpan, "\(what) more than \(limit) levels deep", label: "one level too deep"
      ) { $0.notes.append("the rest of the file is not checked") }
    }
    hasGivenUp = true
    at = limit
    kind = .endOfFile
    return false
  }
}

/// What a report changes. A class, so that the closures that word a report may look at the parser.
private final class Recovery {
  var isPanicking = false
  var lastReported: UInt32 = 0
  var wasClear = false
}
