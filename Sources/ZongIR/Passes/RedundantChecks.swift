// Removes checks, and decides branches, whose condition is known: because it was tested before, or because it follows
// from what was. Loops over a slice lose their bounds checks here. Signed divisions of what can't be negative become
// unsigned ones, which folding turns into shifts and masks.

import ZongStores

/// Redundant check elimination.
package struct RedundantChecks: ~Copyable {
  private var prover = Prover()
  private var rebuilder = Rebuilder()

  package init() {}

  /// Whether anything was decided. Removed checks become nops.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasConditions(function) else { return false }
    prover.begin(function)
    let before = counter.taken
    var cutsEdges = false
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end {
        let point = Point(block: id, position: index)
        switch function.instructions[index].opcode {
        case .check: visitCheck(index, point, function, &counter)
        case .branch: if visitBranch(index, point, function, &counter) { cutsEdges = true }
        case .divS, .remS: visitDivision(index, point, function, &counter)
        default: continue
        }
      }
    }
    if cutsEdges { rebuilder.copyReached(function) }
    return counter.taken > before
  }

  private func hasConditions(_ function: Function) -> Bool {
    for index in 0..<function.instructions.count {
      switch function.instructions[index].opcode {
      case .check, .branch, .divS, .remS: return true
      default: continue
      }
    }
    return false
  }

  private mutating func visitCheck(
    _ index: UInt32, _ point: Point, _ function: Function, _ counter: inout PassCounter
  ) {
    guard prover.value(of: function.instructions[index].a, at: point, function, .full) == true, counter.allows()
    else { return }
    counter.note(function.instructions[index], .implied)
    function.instructions[index] = Instruction(.nop)
  }

  private mutating func visitBranch(
    _ index: UInt32, _ point: Point, _ function: Function, _ counter: inout PassCounter
  ) -> Bool {
    let branch = function.instructions[index]
    guard let known = prover.value(of: branch.a, at: point, function, .little), counter.allows() else { return false }
    function.instructions[index] = Instruction(.jump, a: known ? branch.b : branch.c, position: branch.position)
    return true
  }

  private mutating func visitDivision(
    _ index: UInt32, _ point: Point, _ function: Function, _ counter: inout PassCounter
  ) {
    let division = function.instructions[index]
    guard let divisor = function.constantBits(division.b), Int64(bitPattern: divisor) > 0,
      prover.isNonNegative(division.a, at: point, function, .little), counter.allows()
    else { return }
    function.instructions[index].opcode = division.opcode == .divS ? .divU : .remU
  }
}

extension Rebuilder {
  /// Copies what is reached, and leaves the rest and the nops behind.
  mutating func copyReached(_ function: Function) {
    begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard open(id) else { continue }
      for index in body(of: id) { copy(index) }
    }
    finish()
  }
}
