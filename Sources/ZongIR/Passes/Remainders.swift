// A quotient and a remainder of the same two numbers are one division: the remainder is what is left when the quotient has
// been taken away. Where the remainder comes first, the division is done there, and the quotient is known later. An engine
// divides twice for them otherwise, for its compiler looks at each by itself.

import ZongStores

/// Remainders by the quotients beside them. At the end: ranges are known of remainders, and not of what they become.
package struct Remainders: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  /// The first divisions of their operands that were seen, the newest last, and the block of each.
  private var leaders = Store<UInt32>()
  private var homes = Store<UInt32>()
  /// By instruction that divides what a dominating one has divided: that one, or 0.
  private var partners = Store<UInt32>()
  /// By leading remainder: whether it makes a quotient for others; and the quotient, in the new function.
  private var isSplit = Store<Bool>()
  private var quotients = Store<UInt32>()

  package init() {}

  /// So many are looked at for each division.
  private static let leaderLimit = 8

  /// Whether any remainder was replaced.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasBoth(function) else { return false }
    flow.compute(function)
    let before = counter.taken
    findPartners(function, &counter)
    guard counter.taken > before else { return false }
    rebuild(function)
    return true
  }

  /// Whether there are quotients and remainders at all.
  private func hasBoth(_ function: Function) -> Bool {
    var quotients = false
    var remainders = false
    for index in 0..<function.instructions.count {
      switch function.instructions[index].opcode {
      case .divS, .divU: quotients = true
      case .remS, .remU: remainders = true
      default: continue
      }
    }
    return quotients && remainders
  }

  // MARK: Finding

  private mutating func findPartners(_ function: Function, _ counter: inout PassCounter) {
    leaders.removeAll()
    homes.removeAll()
    partners.refill(with: 0, count: function.instructions.count)
    isSplit.refill(with: false, count: function.instructions.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end where function.instructions[index].isDivision {
        if !findPartner(of: index, in: id, function, &counter) {
          leaders.append(index)
          homes.append(id)
        }
      }
    }
  }

  /// Whether a division before, on every way to this one, divides the same.
  private mutating func findPartner(
    of index: UInt32, in id: UInt32, _ function: Function, _ counter: inout PassCounter
  ) -> Bool {
    let second = function.instructions[index]
    for item in max(0, leaders.count - Remainders.leaderLimit)..<leaders.count {
      let leader = leaders[item]
      let first = function.instructions[leader]
      guard flow.dominates(homes[item], id), isSame(first, second, function), canShare(first, second, function),
        counter.allows()
      else { continue }
      partners[index] = leader
      isSplit[leader] = first.isRemainder
      return true
    }
    return false
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
