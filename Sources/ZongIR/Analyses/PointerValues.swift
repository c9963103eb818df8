// Which values are pointers wherever they are made. What lies in an enum is a pointer or a number, as its case says, and
// passes go on with it where the program wouldn't look: a key is tested in front of a loop that comes to the check in some
// rounds. A number has no tag.

import ZongStores

extension Function {
  private static let joinDepth = 3
  private static let edgeLimit = 8

  /// Whether the value is a pointer or null. Parameters of joins are looked through, so many behind each other.
  func isAlwaysPointer(_ value: UInt32, _ flow: borrowing ControlFlow) -> Bool {
    isAlwaysPointer(value, flow, behind: [])
  }

  private func isAlwaysPointer(_ value: UInt32, _ flow: borrowing ControlFlow, behind joins: [UInt32]) -> Bool {
    let instruction = instructions[value]
    // New memory, or what was checked before the function's call.
    if instruction.effects.contains(.fresh) { return true }
    switch instruction.opcode {
    case .constant: return instruction.bits == 0
    case .result: return instruction.b == 0 && instructions[instruction.a].effects.contains(.fresh)
    case .load: return isLoadOfPointer(instruction)
    case .blockParameter:
      // A loop gives it back to itself.
      if joins.contains(value) { return true }
      guard joins.count < Function.joinDepth else { return false }
      return isAlwaysGivenPointers(value, flow, behind: joins + [value])
    default: return false
    }
  }

  /// Whether it loads what was stored as a pointer, where the program does so. Loads from a local or a global may be done
  /// elsewhere (`LoopInvariants`), and what lies in an enum there may be another case's.
  private func isLoadOfPointer(_ load: Instruction) -> Bool {
    guard load.effects.contains(.ofPointer) else { return false }
    let address = instructions[load.a].opcode
    return address != .frameAddress && address != .constant
  }

  private func isAlwaysGivenPointers(
    _ parameter: UInt32, _ flow: borrowing ControlFlow, behind joins: [UInt32]
  ) -> Bool {
    guard
      let block = (0..<order.count).map({ order[$0].index }).first(where: { id in
        parameter >= blocks[id].start && parameter < blocks[id].start + blocks[id].parameterCount
      })
    else { return false }
    let edges = flow.incomingEdges(of: block)
    guard edges.count > 0, edges.count <= Function.edgeLimit else { return false }
    for edge in edges
    where !isAlwaysPointer(lists[edge + 2 + instructions[parameter].a], flow, behind: joins) {
      return false
    }
    return true
  }
}
