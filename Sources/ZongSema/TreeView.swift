// A tree and its tokens as plain pointers. References to shared objects are counted atomically each time they are
// read from a variable, and two threads that count the same token store slow each other down; these aren't counted.

import ZongStores
import ZongSyntax

/// What the checker reads of a tree that doesn't change any more. Valid as long as the tree is.
struct TreeView {
  private let nodes: UnsafeBufferPointer<Node>
  private let extra: UnsafeBufferPointer<UInt32>
  private let kinds: UnsafeBufferPointer<TokenKind>
  private let starts: UnsafeBufferPointer<UInt32>
  private let payloads: UnsafeBufferPointer<UInt32>

  init(_ tree: Tree) {
    nodes = tree.nodes.elements
    extra = tree.extra.elements
    kinds = tree.tokens.kinds.elements
    starts = tree.tokens.starts.elements
    payloads = tree.tokens.payloads.elements
  }

  @inline(__always)
  subscript(id: NodeId) -> Node {
    precondition(Int(id.index) < nodes.count, "node id out of range")
    return nodes[Int(id.index)]
  }
  @inline(__always) func kind(_ id: NodeId) -> NodeKind { self[id].kind }
  @inline(__always)
  func word(_ index: UInt32) -> UInt32 {
    precondition(Int(index) < extra.count, "word out of range")
    return extra[Int(index)]
  }
  @inline(__always) func child(_ index: UInt32) -> NodeId { NodeId(word(index)) }

  /// The ids of a list, by its start and count, by the node that is one, or by where start and count lie.
  func list(_ start: UInt32, _ count: UInt32) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(rebasing: extra[Int(start)..<Int(start + count)])
  }
  func list(of node: Node) -> UnsafeBufferPointer<UInt32> { list(node.a, node.b) }
  func list(at index: UInt32) -> UnsafeBufferPointer<UInt32> { list(word(index), word(index + 1)) }

  @inline(__always)
  func tokenKind(_ token: TokenId) -> TokenKind {
    precondition(Int(token.index) < kinds.count, "token id out of range")
    return kinds[Int(token.index)]
  }
  @inline(__always)
  func name(_ token: TokenId) -> NameId {
    precondition(Int(token.index) < payloads.count, "token id out of range")
    return NameId(payloads[Int(token.index)])
  }
  /// The name or word that a token is, or none.
  @inline(__always)
  func nameOf(_ token: TokenId) -> NameId {
    let kind = tokenKind(token)
    return kind.isWord || kind == .underscore ? name(token) : .none
  }
  /// The offset in the file where a literal ends.
  @inline(__always)
  func literalEnd(_ token: TokenId) -> UInt32 {
    precondition(Int(token.index) < payloads.count, "token id out of range")
    return payloads[Int(token.index)]
  }
  /// The number of the body that a `{` stands for, if it was left out; otherwise 0.
  func leftOutBody(_ token: TokenId) -> UInt32 {
    tokenKind(token) == .leftBrace ? payloads[Int(token.index)] : 0
  }
  @inline(__always)
  func start(_ token: TokenId) -> UInt32 {
    precondition(Int(token.index) < starts.count, "token id out of range")
    return starts[Int(token.index)]
  }
}
