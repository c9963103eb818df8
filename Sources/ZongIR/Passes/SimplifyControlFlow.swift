// Straightens the control flow: a block joins its only predecessor when that jumps to it, edges go past blocks that
// only jump on, or that only branch by a parameter for which the edge gives a constant, and a branch whose two edges
// lead to one block becomes selects. The flow stays reducible: no edge is moved to a loop header, so every loop keeps
// its one entry and its latch.

import ZongStores

/// The old arguments of an edge that is being threaded.
private final class EdgeArguments {
  var items = Store<UInt32>()
}

/// Block merging, jump threading, and branches into selects.
package struct SimplifyControlFlow: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  private var useCounts = Store<UInt32>()
  /// Whether a block only passes its parameters on to others.
  private var isForwarder = Store<Bool>()
  /// The two edges of the branch being looked at, threaded: targets and old argument ids.
  private let first = EdgeArguments()
  private let second = EdgeArguments()
  private var scratch = Store<UInt32>()
  private var made = Store<UInt32>()
  private var changes = 0

  package init() {}

  /// Chains of forwarders are followed this far, so that the work stays linear.
  private static let chainLimit = 16
  /// A branch becomes at most this many selects.
  private static let selectLimit = 2

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    if function.order.count == 1 { return false }
    flow.compute(function)
    changes = 0
    findForwarders(function)
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      copyChain(id, function, &counter)
    }
    rebuilder.finish()
    return changes > 0
  }

  // MARK: Forwarders

  private mutating func findForwarders(_ function: Function) {
    countUses(function)
    isForwarder.refill(with: false, count: function.blocks.count)
    for place in 1..<max(function.order.count, 1) {
      let id = function.order[place].index
      isForwarder[id] = forwards(id, function)
    }
  }

  private mutating func countUses(_ function: Function) {
    useCounts.refill(with: 0, count: function.instructions.count)
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end {
        function.forEachUse(of: function.instructions[index]) { useCounts[$0] &+= 1 }
      }
    }
  }

  /// Whether the block does nothing but jump, or branch by one of its parameters. What it defines must be used in its
  /// own end only: elsewhere it would not be known any more.
  private mutating func forwards(_ id: UInt32, _ function: Function) -> Bool {
    let block = function.blocks[id]
    let end = function.instructions[block.end - 1]
    guard end.opcode == .jump || end.opcode == .branch, !flow.isLoopHeader(id) else { return false }
    var uses: UInt32 = 0
    for index in block.start..<block.end - 1 {
      switch function.instructions[index].opcode {
      case .nop: continue
      case .blockParameter, .constant: uses &+= useCounts[index]
      default: return false
      }
    }
    function.forEachUse(of: end) { if $0 >= block.start && $0 < block.end { uses &-= 1 } }
    if uses != 0 { return false }
    if end.opcode == .branch { return isParameter(end.a, of: block) }
    // A target with this one predecessor is merged instead; a loop header keeps its entry and its latch.
    let target = function.lists[end.a]
    return target != id && flow.predecessors(of: target).count > 1 && !flow.isLoopHeader(target)
  }

  @inline(__always)
  private func isParameter(_ value: UInt32, of block: Block) -> Bool {
    value >= block.start && value < block.start + block.parameterCount
  }

  /// The edge by which a forwarder is left by someone who comes with these arguments, if that is known.
  private func exit(_ id: UInt32, _ arguments: EdgeArguments, _ function: Function) -> UInt32? {
    let block = function.blocks[id]
    let end = function.instructions[block.end - 1]
    if end.opcode == .jump { return end.a }
    guard let condition = function.constantBits(arguments.items[end.a - block.start]) else { return nil }
    let edge = condition != 0 ? end.b : end.c
    let target = function.lists[edge]
    return target != id && !flow.isLoopHeader(target) ? edge : nil
  }

  /// Follows the forwarders from `edge` on: the block it ends at, with the (old) arguments in `arguments`.
  private mutating func thread(
    _ edge: UInt32, _ arguments: EdgeArguments, _ function: Function, _ counter: inout PassCounter
  ) -> UInt32 {
    var target = function.lists[edge]
    arguments.items.removeAll()
    arguments.items.append(contentsOf: function.arguments(ofEdge: edge))
    for _ in 0..<SimplifyControlFlow.chainLimit {
      guard isForwarder[target], let next = exit(target, arguments, function), counter.allows() else { break }
      changes += 1
      let block = function.blocks[target]
      scratch.removeAll()
      for argument in function.arguments(ofEdge: next) {
        scratch.append(isParameter(argument, of: block) ? arguments.items[argument - block.start] : argument)
      }
      swap(&scratch, &arguments.items)
      target = function.lists[next]
    }
    return target
  }

  // MARK: Copying

  /// Copies the block, and after it the blocks that it alone jumps to.
  private mutating func copyChain(_ first: UInt32, _ function: Function, _ counter: inout PassCounter) {
    var id = first
    while true {
      let body = rebuilder.body(of: id)
      let last = body.upperBound - 1
      for index in body.lowerBound..<last { rebuilder.copy(index) }
      let terminator = function.instructions[last]
      switch terminator.opcode {
      case .jump:
        guard let next = mergedTarget(of: terminator, from: id, function, &counter) else {
          return copyJump(last, function, &counter)
        }
        id = next
      case .branch: return copyBranch(last, function, &counter)
      case .switchBranch: return copySwitch(last, function, &counter)
      default: return rebuilder.copy(last)
      }
    }
  }

  /// The jump's target, if this jump is the only way there; its parameters become the arguments.
  private mutating func mergedTarget(
    of jump: Instruction, from id: UInt32, _ function: Function, _ counter: inout PassCounter
  ) -> UInt32? {
    let target = function.lists[jump.a]
    guard flow.predecessors(of: target).count == 1, target != id, counter.allows() else { return nil }
    changes += 1
    let start = function.blocks[target].start
    for (index, argument) in function.arguments(ofEdge: jump.a).enumerated() {
      rebuilder.values[start + UInt32(index)] = rebuilder.values[argument]
    }
    return target
  }

  private mutating func emitEdge(_ target: UInt32, _ arguments: EdgeArguments) -> UInt32 {
    let edge = rebuilder.target.lists.add(rebuilder.newBlock(for: target))
    rebuilder.target.lists.append(UInt32(arguments.items.count))
    for index in 0..<arguments.items.count { rebuilder.target.lists.append(rebuilder.values[arguments.items[index]]) }
    return edge
  }

  /// Constants of blocks that the edge now goes past are made where it begins, and forgotten by `forgetConstants`.
  private mutating func emitConstants(_ arguments: EdgeArguments, _ function: Function) {
    for index in 0..<arguments.items.count {
      let old = arguments.items[index]
      guard rebuilder.values[old] == 0, function.instructions[old].opcode == .constant else { continue }
      rebuilder.copy(old)
      made.append(old)
    }
  }

  private mutating func forgetConstants() {
    for index in 0..<made.count { rebuilder.values[made[index]] = 0 }
    made.removeAll()
  }

  private mutating func threadedEdge(_ edge: UInt32, _ function: Function, _ counter: inout PassCounter) -> UInt32 {
    let first = self.first
    let target = thread(edge, first, function, &counter)
    emitConstants(first, function)
    let new = emitEdge(target, first)
    forgetConstants()
    return new
  }

  private mutating func copyJump(_ index: UInt32, _ function: Function, _ counter: inout PassCounter) {
    let old = function.instructions[index]
    let edge = threadedEdge(old.a, function, &counter)
    rebuilder.emit(Instruction(.jump, a: edge, position: old.position))
  }

  private mutating func copySwitch(_ index: UInt32, _ function: Function, _ counter: inout PassCounter) {
    var copied = function.instructions[index]
    copied.a = rebuilder.values[copied.a]
    let old = copied.b
    let count = function.lists[old]
    let list = rebuilder.target.lists.add(count)
    rebuilder.target.lists.append(repeating: 0, count: Int(count))
    for item in 0..<count {
      let edge = threadedEdge(function.lists[old + 1 + item], function, &counter)
      rebuilder.target.lists[list + 1 + item] = edge
    }
    copied.b = list
    rebuilder.emit(copied)
  }

  private mutating func copyBranch(_ index: UInt32, _ function: Function, _ counter: inout PassCounter) {
    let old = function.instructions[index]
    // Retained once, and not for each call.
    let (first, second) = (self.first, self.second)
    let then = thread(old.b, first, function, &counter)
    let otherwise = thread(old.c, second, function, &counter)
    emitConstants(first, function)
    emitConstants(second, function)
    if then == otherwise && differences() <= SimplifyControlFlow.selectLimit && counter.allows() {
      changes += 1
      emitSelects(rebuilder.values[old.a], then, old.position)
    } else {
      let thenEdge = emitEdge(then, first)
      let otherwiseEdge = emitEdge(otherwise, second)
      var branch = old
      (branch.a, branch.b, branch.c) = (rebuilder.values[old.a], thenEdge, otherwiseEdge)
      rebuilder.emit(branch)
    }
    forgetConstants()
  }

  private func differences() -> Int {
    var count = 0
    for index in 0..<first.items.count
    where rebuilder.values[first.items[index]] != rebuilder.values[second.items[index]] {
      count += 1
    }
    return count
  }

  /// Jumps to `target` with what the condition selects from the two edges' arguments.
  private mutating func emitSelects(_ condition: UInt32, _ target: UInt32, _ position: UInt32) {
    scratch.removeAll()
    for index in 0..<first.items.count {
      let (a, b) = (rebuilder.values[first.items[index]], rebuilder.values[second.items[index]])
      if a == b {
        scratch.append(a)
      } else {
        let type = rebuilder.target.instructions[a].type
        scratch.append(rebuilder.emit(Instruction(.select, type, a: condition, b: a, c: b, position: position)))
      }
    }
    let edge = rebuilder.target.lists.add(rebuilder.newBlock(for: target))
    rebuilder.target.lists.append(UInt32(scratch.count))
    rebuilder.target.lists.append(contentsOf: scratch.elements)
    rebuilder.emit(Instruction(.jump, a: edge, position: position))
  }
}
