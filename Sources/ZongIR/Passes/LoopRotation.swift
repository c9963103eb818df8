// Moves a loop's test from its head to its end: the small block that tests is copied to where the loop jumps back, so
// that each round takes one branch instead of a branch and a jump, and what stands at the beginning of the body is
// reached at least once after the first test (which is what lets loads and checks be hoisted). It works on variables,
// before `promote`: a value of the copied block that is used in other blocks (`while var node = at`) goes through a
// variable, which both copies set.

import ZongStores

/// Loop inversion.
package struct LoopRotation: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  /// For each block, whether it is a header to be copied.
  private var isCopied = Store<Bool>()
  private var carried = CarriedValues()

  package init() {}

  private static let sizeLimit = 12

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops else { return false }
    flow.compute(function)
    guard chooseLoops(function, &counter) else { return false }
    rebuilder.begin(function)
    carried.find(in: function, isCopied, &rebuilder)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      carried.read(in: id, function, &rebuilder)
      let end = rebuilder.body(of: id).upperBound - 1
      let jump = function.instructions[end]
      if jump.opcode == .jump, isCopied[function.lists[jump.a]], flow.isBackEdge(id, function.lists[jump.a]) {
        copy(rebuilder.body(of: id).lowerBound..<end)
        let header = function.lists[jump.a]
        carried.read(in: header, function, &rebuilder)
        copyWhole(header, function)
      } else {
        copyWhole(id, function)
      }
    }
    rebuilder.finish()
    return true
  }

  private mutating func copy(_ body: Range<UInt32>) {
    for index in body { rebuilder.copy(index) }
  }

  /// Copies the instructions of a block; in front of its end, what is carried to other blocks is set.
  private mutating func copyWhole(_ id: UInt32, _ function: Function) {
    let body = rebuilder.body(of: id)
    copy(body.lowerBound..<body.upperBound - 1)
    if isCopied[id] { carried.set(from: id, function, &rebuilder) }
    rebuilder.copy(body.upperBound - 1)
  }

  private mutating func chooseLoops(_ function: Function, _ counter: inout PassCounter) -> Bool {
    isCopied.refill(with: false, count: function.blocks.count)
    var isAny = false
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard flow.isLoopHeader(id), isSmallTest(id, function), counter.allows() else { continue }
      isCopied[id] = true
      isAny = true
    }
    return isAny
  }

  /// A block without parameters that computes a little and leaves the loop or goes on, where every way back is a jump.
  private func isSmallTest(_ id: UInt32, _ function: Function) -> Bool {
    let block = function.blocks[id]
    guard block.parameterCount == 0, Int(block.end - block.start) <= LoopRotation.sizeLimit else { return false }
    for index in block.start..<block.end - 1 {
      let instruction = function.instructions[index]
      switch instruction.opcode {
      case .nop, .variableGet, .globalGet, .load, .memorySize: continue
      default: if !instruction.opcode.isPure { return false }
      }
    }
    let branch = function.instructions[block.end - 1]
    guard branch.opcode == .branch else { return false }
    let (first, second) = (function.lists[branch.b], function.lists[branch.c])
    let isFirstInside = flow.isInLoop(first, header: id)
    guard isFirstInside != flow.isInLoop(second, header: id) else { return false }
    let (inside, outside) = isFirstInside ? (first, second) : (second, first)
    // The block inside becomes the loop's head, so it must not be one yet, nor be reached from elsewhere.
    guard inside != id, !flow.isLoopHeader(inside), flow.predecessors(of: inside).count == 1 else { return false }
    for predecessor in flow.predecessors(of: id) where flow.isBackEdge(predecessor, id) {
      let back = function[function.terminator(of: BlockId(predecessor))]
      guard back.opcode == .jump, flow.positions[outside] > flow.positions[predecessor] else { return false }
    }
    return true
  }
}
