// A quotient and a remainder of the same two numbers are one division: the remainder is what is left when the quotient has
// been taken away. Where the remainder comes first, the division is done there, and the quotient is known later. An engine
// divides twice for them otherwise, for its compiler looks at each by itself.

import ZongStores

/// Remainders by the quotients beside them. At the end: ranges are known of remainders, and not of what they become.
package struct Remainders: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  /// The divisions of integers in their order, and the block of each.
  private var divisions = Store<UInt32>()
  private var homes = Store<UInt32>()
  /// By instruction that divides what a dominating one has divided: that one, or 0.
  private var partners = Store<UInt32>()
  /// By leading remainder: whether it makes a quotient for others; and the quotient, in the new function.
  private var isSplit = Store<Bool>()
  private var quotients = Store<UInt32>()

  package init() {}

  /// So many are looked at for each division.
  private static let reach = 8

  /// Whether any remainder was replaced.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    findDivisions(function)
    guard hasPair(function) else { return false }
    flow.compute(function)
    let before = counter.taken
    findPartners(function, &counter)
    guard counter.taken > before else { return false }
    rebuild(function)
    return true
  }

  // MARK: Finding

  private mutating func findDivisions(_ function: Function) {
    divisions.removeAll()
    homes.removeAll()
    let instructions = function.instructions.elements
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end where instructions[Int(index)].isDivision {
        divisions.append(index)
        homes.append(id)
      }
    }
  }

  /// Whether there is a division that another one could be part of.
  private func hasPair(_ function: Function) -> Bool {
    for item in 0..<divisions.count {
      for earlier in max(0, item - Remainders.reach)..<item where canJoin(item, earlier, function) { return true }
    }
    return false
  }

  private mutating func findPartners(_ function: Function, _ counter: inout PassCounter) {
    partners.refill(with: 0, count: function.instructions.count)
    isSplit.refill(with: false, count: function.instructions.count)
    for item in 0..<divisions.count {
      for earlier in max(0, item - Remainders.reach)..<item
      where partners[divisions[earlier]] == 0 && canJoin(item, earlier, function)
        && flow.dominates(homes[earlier], homes[item])
      {
        guard counter.allows() else { return }
        partners[divisions[item]] = divisions[earlier]
        isSplit[divisions[earlier]] = function.instructions[divisions[earlier]].isRemainder
        break
      }
    }
  }

  private func canJoin(_ item: Int, _ earlier: Int, _ function: Function) -> Bool {
    let (first, second) = (function.instructions[divisions[earlier]], function.instructions[divisions[item]])
    return isSame(first, second, function) && canShare(first, second, function)
  }

  private func isSame(_ first: Instruction, _ second: Instruction, _ function: Function) -> Bool {
    guard first.isSigned == second.isSigned, first.type == second.type, first.a == second.a else { return false }
    if first.b == second.b { return true }
    guard let divisor = function.constantBits(first.b) else { return false }
    return divisor == function.constantBits(second.b)
  }

  /// A quotient may overflow where the remainder doesn't: then it can't be computed earlier.
  private func canShare(_ first: Instruction, _ second: Instruction, _ function: Function) -> Bool {
    if !first.isRemainder { return second.isRemainder }
    if second.isRemainder { return false }
    guard first.isSigned else { return true }
    guard let divisor = function.constantBits(first.b) else { return false }
    return divisor != UInt64.max
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    quotients.refill(with: 0, count: function.instructions.count)
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      for index in rebuilder.body(of: id) {
        if isSplit[index] {
          split(index)
        } else if partners[index] != 0 {
          join(index)
        } else {
          rebuilder.copy(index)
        }
      }
    }
    rebuilder.finish()
  }

  /// A remainder by a quotient that is made here.
  private mutating func split(_ index: UInt32) {
    var division = rebuilder.mapped(index)
    division.opcode = division.opcode == .remS ? .divS : .divU
    quotients[index] = rebuilder.emit(division)
    rebuilder.values[index] = remainder(division, quotients[index])
  }

  /// A division whose quotient is there.
  private mutating func join(_ index: UInt32) {
    let division = rebuilder.mapped(index)
    if division.isRemainder {
      rebuilder.values[index] = remainder(division, rebuilder.values[partners[index]])
    } else {
      rebuilder.values[index] = quotients[partners[index]]
    }
  }

  private mutating func remainder(_ division: Instruction, _ quotient: UInt32) -> UInt32 {
    let (type, position) = (division.type, division.position)
    let taken = rebuilder.emit(Instruction(.mul, type, a: quotient, b: division.b, position: position))
    return rebuilder.emit(Instruction(.sub, type, a: division.a, b: taken, position: position))
  }
}

extension Instruction {
  /// Whether it divides integers, and of those that do: whether it gives the remainder, and whether it has signs.
  fileprivate var isDivision: Bool { opcode.number >= Opcode.divS.number && opcode.number <= Opcode.remU.number }
  fileprivate var isRemainder: Bool { opcode == .remS || opcode == .remU }
  fileprivate var isSigned: Bool { opcode == .divS || opcode == .remS }
}
