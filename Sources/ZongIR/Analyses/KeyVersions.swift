// Whether a key may have become invalid between two places of a function. Each state of the tags has a version; what may
// free begins a new one. At the start of a block the version goes on if all predecessors agree, and for a loop if
// nothing in it frees.

import ZongStores

/// The versions of the tags while blocks are visited in the dominator tree's preorder.
struct KeyVersions: ~Copyable {
  private(set) var current: UInt32 = 1
  private var last: UInt32 = 1
  /// The version at the end of each visited block.
  private var ends = Store<UInt32>()
  /// The version at the start of each visited block, or 0.
  private var starts = Store<UInt32>()
  private var loopFrees = Store<Bool>()
  /// By version: the block at whose start it began, or `none`.
  private var joins = Store<UInt32>()

  init() {}

  mutating func begin(_ function: Function, _ flow: borrowing ControlFlow) {
    current = 1
    last = 1
    ends.refill(with: 0, count: function.blocks.count)
    starts.refill(with: 0, count: function.blocks.count)
    loopFrees.refill(with: false, count: function.blocks.count)
    joins.refill(with: ControlFlow.none, count: 2)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      if flow.loopDepths[id] > 0 && frees(id, function) { markLoops(of: id, flow) }
    }
  }

  private func frees(_ id: UInt32, _ function: Function) -> Bool {
    let block = function.blocks[id]
    for index in block.start..<block.end where function.instructions[index].mayFree { return true }
    return false
  }

  private mutating func markLoops(of id: UInt32, _ flow: borrowing ControlFlow) {
    var header = flow.loopHeaders[id]
    while header != ControlFlow.none && !loopFrees[header] {
      loopFrees[header] = true
      header = flow.outerHeaders[header]
    }
  }

  /// Whether something in the loop with this header may free memory.
  func mayFree(loop header: UInt32) -> Bool { loopFrees[header] }

  mutating func enter(_ id: UInt32, _ flow: borrowing ControlFlow) {
    var common: UInt32 = 0
    var agree = true
    for predecessor in flow.predecessors(of: id) {
      if flow.isBackEdge(predecessor, id) {
        agree = agree && !loopFrees[id]
      } else {
        agree = agree && (common == 0 || common == ends[predecessor])
        common = ends[predecessor]
      }
    }
    if agree && common != 0 {
      current = common
    } else {
      begin()
      joins[current] = id
    }
    starts[id] = current
  }

  /// The versions at the start and at the end of a block; 0 if it wasn't visited.
  func start(of id: UInt32) -> UInt32 { starts[id] }
  func end(of id: UInt32) -> UInt32 { ends[id] }

  /// The block at whose start the version began, as its ways in bring different ones; `none` if it wasn't at one.
  func join(beginning version: UInt32) -> UInt32 { joins[version] }

  mutating func leave(_ id: UInt32) { ends[id] = current }

  /// Something may have been freed.
  mutating func begin() {
    last += 1
    current = last
    joins.append(ControlFlow.none)
  }
}
