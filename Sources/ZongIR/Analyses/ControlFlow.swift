// Predecessors, dominators and loops of a function, in flat arrays indexed by block. One pass over `order` finds the
// dominators, because the control flow is reducible and `order` a reverse postorder: every forward predecessor comes
// before its block, and a back edge's source is dominated by its target and so changes nothing.

import ZongStores

/// What is known of a function's control flow. It holds until a block or an edge changes.
package struct ControlFlow: ~Copyable {
  /// "No block": of a block outside the order, of the entry's dominator, of a block in no loop.
  package static let none = UInt32.max

  /// A block's place in `order`.
  package private(set) var positions = Store<UInt32>()
  private var predecessorEnds = Store<UInt32>()
  private var predecessorList = Store<UInt32>()
  private var edgeList = Store<UInt32>()
  /// A block's immediate dominator.
  package private(set) var dominators = Store<UInt32>()
  /// A block's number in the dominator tree's preorder; siblings come in the order of `order`, so that the
  /// preorder is itself a reverse postorder of the control flow.
  package private(set) var preorder = Store<UInt32>()
  /// The blocks by their preorder number.
  package private(set) var blocksInPreorder = Store<UInt32>()
  private var subtreeSizes = Store<UInt32>()
  private var depths = Store<UInt32>()
  /// An ancestor further up, for finding common ancestors in logarithmic time (Myers's skew-binary ancestors).
  private var jumps = Store<UInt32>()
  /// The header of the innermost loop that a block lies in; a header lies in its own loop.
  package private(set) var loopHeaders = Store<UInt32>()
  /// For a loop header, the header of the loop around its loop.
  package private(set) var outerHeaders = Store<UInt32>()
  /// The number of loops around a block.
  package private(set) var loopDepths = Store<UInt32>()
  private var work = Store<UInt32>()

  package init() {}

  package init(_ function: Function) {
    compute(function)
  }

  /// Finds positions, predecessors and edges only.
  package mutating func computeEdges(_ function: Function) {
    computePositions(function)
    computePredecessors(function)
  }

  /// Finds everything anew, in the room there is.
  package mutating func compute(_ function: Function) {
    computeEdges(function)
    computeDominators(function)
    computePreorder(function)
    computeLoops(function)
  }

  /// The blocks with an edge to `block`, one entry for each edge, in the order of `order`.
  package func predecessors(of block: UInt32) -> UnsafeBufferPointer<UInt32> {
    let start = block == 0 ? 0 : Int(predecessorEnds[block - 1])
    return UnsafeBufferPointer(rebasing: predecessorList.elements[start..<Int(predecessorEnds[block])])
  }

  /// The edges to `block`, beside its `predecessors`.
  package func incomingEdges(of block: UInt32) -> UnsafeBufferPointer<UInt32> {
    let start = block == 0 ? 0 : Int(predecessorEnds[block - 1])
    return UnsafeBufferPointer(rebasing: edgeList.elements[start..<Int(predecessorEnds[block])])
  }

  /// Whether a back edge leads to `block`.
  package func isLoopHeader(_ block: UInt32) -> Bool { loopHeaders[block] == block }

  /// Whether every path to `lower` goes through `upper`; each block dominates itself.
  package func dominates(_ upper: UInt32, _ lower: UInt32) -> Bool {
    let distance = preorder[lower] &- preorder[upper]
    return distance < subtreeSizes[upper]
  }

  /// The number of blocks that `block` dominates, itself included.
  package func subtreeSize(of block: UInt32) -> UInt32 { subtreeSizes[block] }

  /// The block from which a loop is entered; null if there are several.
  func onlyEntry(of header: UInt32) -> UInt32? {
    var entry: UInt32?
    for predecessor in predecessors(of: header) where !isBackEdge(predecessor, header) {
      if entry != nil { return nil }
      entry = predecessor
    }
    return entry
  }

  /// Whether the edge leads back to a loop's header.
  package func isBackEdge(_ source: UInt32, _ target: UInt32) -> Bool { positions[target] <= positions[source] }

  /// Whether `block` lies in the loop with the header `header`.
  package func isInLoop(_ block: UInt32, header: UInt32) -> Bool {
    var at = loopHeaders[block]
    while at != ControlFlow.none {
      if at == header { return true }
      at = outerHeaders[at]
    }
    return false
  }

  /// Whether every round of the innermost loop around `block` passes through it.
  package func isInEveryRound(_ block: UInt32) -> Bool {
    let header = loopHeaders[block]
    guard header != ControlFlow.none else { return true }
    for predecessor in predecessors(of: header)
    where isBackEdge(predecessor, header) && !dominates(block, predecessor) {
      return false
    }
    return true
  }

  // MARK: Predecessors

  private mutating func computePositions(_ function: Function) {
    positions.removeAll()
    positions.append(repeating: ControlFlow.none, count: function.blocks.count)
    for place in 0..<function.order.count { positions[function.order[place].index] = UInt32(place) }
  }

  private mutating func computePredecessors(_ function: Function) {
    predecessorEnds.removeAll()
    predecessorEnds.append(repeating: 0, count: function.blocks.count)
    for place in 0..<function.order.count {
      let terminator = function[function.terminator(of: function.order[place])]
      function.forEachEdge(of: terminator) { predecessorEnds[function.lists[$0]] += 1 }
    }
    var total: UInt32 = 0
    for block in 0..<function.blocks.count {
      total += predecessorEnds[block]
      predecessorEnds[block] = total
    }
    predecessorList.removeAll()
    predecessorList.append(repeating: 0, count: Int(total))
    edgeList.refill(with: 0, count: Int(total))
    // Filled from the end, so that each end sinks to the block's start; then the ends are set right again.
    for place in stride(from: function.order.count - 1, through: 0, by: -1) {
      let source = function.order[place]
      function.forEachEdge(of: function[function.terminator(of: source)]) { edge in
        let target = function.lists[edge]
        predecessorEnds[target] -= 1
        predecessorList[predecessorEnds[target]] = source.index
        edgeList[predecessorEnds[target]] = edge
      }
    }
    for block in 0..<function.blocks.count {
      predecessorEnds[block] = block + 1 < function.blocks.count ? predecessorEnds[block + 1] : total
    }
  }

  // MARK: Dominators

  private mutating func computeDominators(_ function: Function) {
    let count = function.blocks.count
    dominators.refill(with: ControlFlow.none, count: count)
    depths.refill(with: 0, count: count)
    jumps.refill(with: 0, count: count)
    for place in 1..<max(function.order.count, 1) {
      let block = function.order[place].index
      var dominator = ControlFlow.none
      for predecessor in predecessors(of: block) where positions[predecessor] < UInt32(place) {
        dominator = dominator == ControlFlow.none ? predecessor : commonDominator(dominator, predecessor)
      }
      if dominator == ControlFlow.none { dominator = BlockId.entry.index }
      dominators[block] = dominator
      depths[block] = depths[dominator] + 1
      let far = jumps[dominator]
      jumps[block] = depths[dominator] - depths[far] == depths[far] - depths[jumps[far]] ? jumps[far] : dominator
    }
  }

  /// The nearest block that dominates both.
  package func commonDominator(_ first: UInt32, _ second: UInt32) -> UInt32 {
    var (a, b) = (first, second)
    if depths[a] < depths[b] { swap(&a, &b) }
    while depths[a] > depths[b] { a = depths[jumps[a]] >= depths[b] ? jumps[a] : dominators[a] }
    while a != b {
      let isBelow = jumps[a] != jumps[b]
      a = isBelow ? jumps[a] : dominators[a]
      b = isBelow ? jumps[b] : dominators[b]
    }
    return a
  }

  private mutating func computePreorder(_ function: Function) {
    let count = function.blocks.count
    subtreeSizes.refill(with: 0, count: count)
    preorder.refill(with: 0, count: count)
    blocksInPreorder.refill(with: 0, count: function.order.count)
    for place in stride(from: function.order.count - 1, through: 0, by: -1) {
      let block = function.order[place].index
      subtreeSizes[block] += 1
      if place > 0 { subtreeSizes[dominators[block]] += subtreeSizes[block] }
    }
    // `work` holds the next free number below each block.
    work.refill(with: 1, count: count)
    for place in 0..<function.order.count {
      let block = function.order[place].index
      if place > 0 {
        let dominator = dominators[block]
        preorder[block] = work[dominator]
        work[dominator] += subtreeSizes[block]
        work[block] = preorder[block] + 1
      }
      blocksInPreorder[preorder[block]] = block
    }
  }

  // MARK: Loops

  /// Inner loops first (their headers come later in the order): from each back edge backwards to the header. A
  /// block already in a loop stands for the whole outermost loop found around it so far.
  private mutating func computeLoops(_ function: Function) {
    let count = function.blocks.count
    loopHeaders.refill(with: ControlFlow.none, count: count)
    outerHeaders.refill(with: ControlFlow.none, count: count)
    loopDepths.refill(with: 0, count: count)
    // While searching, `outermost` leads from a header towards the outermost header found around it.
    var outermost = Store<UInt32>(capacity: 4)
    for place in stride(from: function.order.count - 1, through: 0, by: -1) {
      let header = function.order[place].index
      work.removeAll()
      for predecessor in predecessors(of: header) where positions[predecessor] >= UInt32(place) {
        work.append(predecessor)
      }
      if work.isEmpty { continue }
      if outermost.isEmpty { outermost.append(repeating: ControlFlow.none, count: count) }
      fillLoop(header, &outermost)
    }
    for place in 0..<function.order.count {
      let block = function.order[place].index
      let header = loopHeaders[block]
      guard header != ControlFlow.none else { continue }
      let outer = outerHeaders[header]
      let around = outer == ControlFlow.none ? 0 : loopDepths[outer]
      loopDepths[block] = around + 1
    }
  }

  /// `work` holds the sources of the loop's back edges.
  private mutating func fillLoop(_ header: UInt32, _ outermost: inout Store<UInt32>) {
    loopHeaders[header] = header
    while !work.isEmpty {
      let block = work[work.count - 1]
      work.removeLast()
      guard loopHeaders[block] != ControlFlow.none else {
        loopHeaders[block] = header
        for predecessor in predecessors(of: block) { work.append(predecessor) }
        continue
      }
      let inner = ControlFlow.root(loopHeaders[block], &outermost)
      if inner == header { continue }
      outermost[inner] = header
      outerHeaders[inner] = header
      for predecessor in predecessors(of: inner) { work.append(predecessor) }
    }
  }

  /// The outermost header found so far around a header, with the path halved on the way.
  private static func root(_ header: UInt32, _ outermost: inout Store<UInt32>) -> UInt32 {
    var at = header
    while outermost[at] != none {
      let next = outermost[at]
      if outermost[next] != none { outermost[at] = outermost[next] }
      at = next
    }
    return at
  }
}

extension Function {
  /// Whether an edge leads back, told by where the blocks' instructions lie: a quick look before analysing loops.
  var mayHaveLoops: Bool {
    for place in 0..<order.count {
      let block = blocks[order[place].index]
      var leadsBack = false
      forEachEdge(of: instructions[block.end - 1]) { edge in
        if blocks[lists[edge]].start <= block.start { leadsBack = true }
      }
      if leadsBack { return true }
    }
    return false
  }
}

extension Store {
  /// Empties the store and fills it with `count` times `element`.
  @inlinable
  package mutating func refill(with element: Element, count: Int) {
    removeAll()
    append(repeating: element, count: count)
  }
}
