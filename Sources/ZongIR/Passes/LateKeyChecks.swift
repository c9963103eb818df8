// Checks of pointers that loops carry go behind the loads right behind them. A loop that follows a list waits for each
// pointer; an engine takes its upper half away with a move, which costs a processor nothing where it goes to another
// register. It does if the pointer is wanted once more behind it: by the check. Otherwise it is a cycle more for each node.
//
// What is loaded by a pointer that doesn't fit can be loaded, as the memory never gets smaller. It may be anything; so nothing
// is loaded by it before the check.

import ZongStores

/// Moves key checks of loops' parameters behind loads. The last pass.
package struct LateKeyChecks: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  /// The checks that wait, in order.
  private var waiting = Store<UInt32>()
  /// By value: whether it rests on what was loaded while a check waits.
  private var isUnchecked = Store<Bool>()

  package init() {}

  /// Whether any check was moved.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops, function.hasKeyChecks else { return false }
    flow.compute(function)
    guard hasCarriedCheck(function), counter.allows() else { return false }
    isUnchecked.refill(with: false, count: function.instructions.count)
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      copyBody(id, function)
    }
    rebuilder.finish()
    return true
  }

  private func hasCarriedCheck(_ function: Function) -> Bool {
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard flow.isLoopHeader(id) else { continue }
      let block = function.blocks[id]
      for index in block.start..<block.end where isCarriedCheck(index, block, function) { return true }
    }
    return false
  }

  private func isCarriedCheck(_ index: UInt32, _ block: Block, _ function: Function) -> Bool {
    let check = function.instructions[index]
    return check.opcode == .checkKey && check.a >= block.start && check.a < block.start + block.parameterCount
  }

  private mutating func copyBody(_ id: UInt32, _ function: Function) {
    let block = function.blocks[id]
    let isHeader = flow.isLoopHeader(id)
    for index in rebuilder.body(of: id) {
      if isHeader && isCarriedCheck(index, block, function) {
        waiting.append(index)
        continue
      }
      if !waiting.isEmpty && !passes(index, function) { copyWaiting() }
      rebuilder.copy(index)
    }
  }

  /// Whether the instruction may come before a check that waits.
  private mutating func passes(_ index: UInt32, _ function: Function) -> Bool {
    let instruction = function.instructions[index]
    if instruction.opcode == .load {
      isUnchecked[index] = true
      return !isUnchecked[instruction.a]
    }
    guard instruction.opcode.isPure else { return false }
    var rests = false
    function.forEachUse(of: instruction) { if isUnchecked[$0] { rests = true } }
    isUnchecked[index] = rests
    return true
  }

  private mutating func copyWaiting() {
    for item in 0..<waiting.count { rebuilder.copy(waiting[item]) }
    waiting.removeAll()
  }
}
