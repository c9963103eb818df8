// Typed code as plain pointers, for the lowering: it reads a node or a word at every step, and a reference that can
// change would be counted each time.

import ZongSema
import ZongStores

/// A chunk of typed code that doesn't change any more. Valid as long as the chunk is.
struct CodeView {
  /// Words by 32-bit index.
  struct Words {
    fileprivate let words: UnsafeBufferPointer<UInt32>
    @inline(__always)
    subscript(index: UInt32) -> UInt32 {
      precondition(Int(index) < words.count, "word out of range")
      return words[Int(index)]
    }
  }

  private let nodes: UnsafeBufferPointer<TypedNode>
  let extra: Words
  let locals: UnsafeBufferPointer<LocalInfo>
  private let sites: UnsafeBufferPointer<SiteInfo>
  private let source: Unmanaged<TypedCode>

  init(_ code: TypedCode) {
    nodes = code.nodes.elements
    extra = Words(words: code.extra.elements)
    locals = code.locals.elements
    sites = code.sites.elements
    source = Unmanaged.passUnretained(code)
  }

  @inline(__always)
  subscript(id: TypedId) -> TypedNode {
    precondition(Int(id.index) < nodes.count, "typed node id out of range")
    return nodes[Int(id.index)]
  }

  /// The place of a node among the chunk's sites; beyond all of them if it is none.
  func siteIndex(of node: TypedId) -> UInt32 {
    var low = 0
    var high = sites.count
    while low < high {
      let middle = (low + high) / 2
      if sites[middle].node.index < node.index { low = middle + 1 } else { high = middle }
    }
    return low < sites.count && sites[low].node == node ? UInt32(low) : UInt32.max
  }

  /// The chunk's text constants.
  var strings: Interner { source.takeUnretainedValue().strings }
}
