// Many short lists of ids in one store, each in the order in which its items came: for what a pass collects by block
// or by variable without knowing the counts beforehand.

import ZongStores

/// Lists of 32-bit ids, by a dense key.
struct LinkedLists: ~Copyable {
  struct Node: BitwiseCopyable {
    var item: UInt32
    var next: UInt32
  }
  /// The last node of each list, whose `next` is the first: circular, so that one word serves both ends.
  private var lasts = Store<UInt32>()
  private var nodes = Store<Node>()
  /// No node.
  static let none = UInt32.max

  init() {}

  /// Empties everything and makes `heads` empty lists.
  mutating func refill(heads: Int) {
    lasts.refill(with: LinkedLists.none, count: heads)
    nodes.removeAll()
  }

  @inline(__always)
  func isEmpty(_ key: UInt32) -> Bool { lasts[key] == LinkedLists.none }

  /// Appends `item` to the list of `key`.
  mutating func add(_ item: UInt32, to key: UInt32) {
    let last = lasts[key]
    let node = nodes.add(Node(item: item, next: UInt32(nodes.count)))
    if last != LinkedLists.none {
      nodes[node].next = nodes[last].next
      nodes[last].next = node
    }
    lasts[key] = node
  }

  /// The item last added, or nil.
  @inline(__always)
  func last(of key: UInt32) -> UInt32? {
    lasts[key] == LinkedLists.none ? nil : nodes[lasts[key]].item
  }

  /// The first node of a list, or `none`; for loops that change what the lists' owner holds.
  @inline(__always)
  func first(of key: UInt32) -> UInt32 {
    lasts[key] == LinkedLists.none ? LinkedLists.none : nodes[lasts[key]].next
  }

  /// The node after `node` in the list of `key`, or `none`.
  @inline(__always)
  func next(_ node: UInt32, of key: UInt32) -> UInt32 {
    node == lasts[key] ? LinkedLists.none : nodes[node].next
  }

  @inline(__always)
  func item(_ node: UInt32) -> UInt32 { nodes[node].item }

  /// Calls `body` with each item of the list, in the order they came.
  @inline(__always)
  func forEach(of key: UInt32, _ body: (UInt32) -> Void) {
    let last = lasts[key]
    if last == LinkedLists.none { return }
    var node = last
    repeat {
      node = nodes[node].next
      body(nodes[node].item)
    } while node != last
  }
}
