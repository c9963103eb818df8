// The rules that every function keeps, between all passes. What is checked: the blocks' layout and order, ids in
// range, types of operands, edges' arguments, and that every use is dominated by its definition. Any function can be
// given, however broken; it is only looked at.

import ZongStores

/// A broken rule.
package struct VerifierError: Sendable, CustomStringConvertible {
  package var block: BlockId?
  package var value: ValueId?
  package var message: String

  package var description: String {
    var place = ""
    if let block { place += "\(block) " }
    if let value { place += "\(value) " }
    return place.isEmpty ? message : place + message
  }
}

/// Checks functions and programs.
package struct Verifier: ~Copyable {
  let function: Function
  let program: Program?
  var errors: [VerifierError] = []
  /// The block that each instruction lies in, and `ControlFlow.none` for those in none.
  var blockOf = Store<UInt32>()
  /// Enough to see what is wrong.
  static let errorLimit = 32

  /// The rules that `function` breaks; with a program, calls, globals and data are checked against it too.
  package static func verify(_ function: Function, in program: Program? = nil) -> [VerifierError] {
    var verifier = Verifier(function, program)
    verifier.run()
    return verifier.errors
  }

  /// The rules that any function of the program breaks, the function's name in front.
  package static func verify(_ program: Program) -> [VerifierError] {
    var errors = verifyTables(program)
    for (index, definition) in program.definitions.enumerated() {
      guard case .defined(let function) = definition else { continue }
      var found = verify(function, in: program)
      if Int(function.id.index) != index { found.append(VerifierError(message: "has the id \(function.id.index)")) }
      for error in found.prefix(errorLimit) {
        var named = error
        named.message = "\(error) in \(function.name)#\(index)"
        (named.block, named.value) = (nil, nil)
        errors.append(named)
      }
      if errors.count >= errorLimit { break }
    }
    return errors
  }

  private static func verifyTables(_ program: Program) -> [VerifierError] {
    var errors: [VerifierError] = []
    let functions = program.definitions.count
    for export in program.exports where Int(export.function.index) >= functions {
      errors.append(VerifierError(message: "export \(export.name) has no function"))
    }
    for entry in program.table where Int(entry.index) >= functions {
      errors.append(VerifierError(message: "the table holds function \(entry.index), which isn't there"))
    }
    for (index, global) in program.globals.enumerated() where !global.type.isNumber {
      errors.append(VerifierError(message: "global\(index) is no number"))
    }
    for (name, global) in [("stack pointer", program.stackPointer), ("stack limit", program.stackLimit)] {
      guard Int(global) < program.globals.count || program.globals.isEmpty else {
        errors.append(VerifierError(message: "the \(name) is global\(global), which isn't there"))
        continue
      }
    }
    return errors
  }

  private init(_ function: Function, _ program: Program?) {
    self.function = function
    self.program = program
  }

  // MARK: The order of the checks: each relies on those before it

  private mutating func run() {
    checkStores()
    checkLayout()
    guard errors.isEmpty else { return }
    for place in 0..<function.order.count { checkBlock(function.order[place]) }
    guard errors.isEmpty else { return }
    checkOrder()
    guard errors.isEmpty else { return }
    checkUses()
  }

  mutating func fail(_ message: String, block: BlockId? = nil, value: UInt32? = nil) {
    guard errors.count < Verifier.errorLimit else { return }
    errors.append(VerifierError(block: block, value: value.map { ValueId($0) }, message: message))
  }

  private mutating func checkStores() {
    if function.instructions.isEmpty || function.instructions[0].opcode != .nop {
      fail("instruction 0 isn't a nop")
    }
    if function.lists.isEmpty || function.lists[0] != 0 { fail("list 0 isn't the empty list") }
    for index in 0..<function.slots.count {
      let slot = function.slots[index]
      let isPower = slot.alignment != 0 && slot.alignment & (slot.alignment &- 1) == 0
      if !isPower || slot.alignment > 16 { fail("frame\(index) has the alignment \(slot.alignment)") }
    }
    for index in 0..<function.variables.count where function.variables[index] == .none {
      fail("variable $\(index) has no type")
    }
    for index in 0..<function.inlineSites.count where Int(function.inlineSites[index].parent) >= max(index, 1) {
      fail("inline site \(index) has the parent \(function.inlineSites[index].parent)")
    }
    for index in 0..<function.instructionSites.count
    where Int(function.instructionSites[index]) >= function.inlineSites.count {
      fail("the inline site \(function.instructionSites[index]) isn't there", value: UInt32(index))
    }
  }

  /// The order lists blocks once each, the entry first; their ranges lie inside the store and don't overlap.
  private mutating func checkLayout() {
    blockOf.append(repeating: ControlFlow.none, count: function.instructions.count)
    if function.order.isEmpty || function.order[0] != .entry { fail("the order doesn't begin with the entry") }
    var isListed = Store<Bool>()
    isListed.append(repeating: false, count: function.blocks.count)
    for place in 0..<function.order.count {
      let id = function.order[place]
      guard Int(id.index) < function.blocks.count else {
        fail("the order holds a block that isn't there", block: id)
        continue
      }
      if isListed[id.index] { fail("is twice in the order", block: id) }
      isListed[id.index] = true
      claimRange(id)
    }
    for index in 0..<function.blocks.count where !isListed[index] {
      let block = function.blocks[index]
      if block.start != block.end { fail("has instructions but isn't in the order", block: BlockId(UInt32(index))) }
    }
  }

  private mutating func claimRange(_ id: BlockId) {
    let block = function.blocks[id.index]
    guard block.start < block.end, block.start > 0, Int(block.end) <= function.instructions.count else {
      return fail("has the range \(block.start)..<\(block.end)", block: id)
    }
    for index in block.start..<block.end {
      if blockOf[index] != ControlFlow.none {
        return fail("shares instructions with @\(blockOf[index])", block: id, value: index)
      }
      blockOf[index] = id.index
    }
  }

  /// Parameters first, one terminator at the end; each instruction by itself.
  private mutating func checkBlock(_ id: BlockId) {
    let block = function.blocks[id.index]
    var nextParameter: UInt32 = 0
    var nextBlockParameter: UInt32 = 0
    var isBody = false
    for index in block.start..<block.end {
      let instruction = function.instructions[index]
      switch instruction.opcode {
      case .nop: continue
      case .parameter:
        if isBody || id != .entry { fail("a parameter stands here", block: id, value: index) }
        if instruction.a < nextParameter { fail("parameters aren't in order", block: id, value: index) }
        nextParameter = instruction.a < UInt32.max ? instruction.a + 1 : instruction.a
      case .blockParameter:
        if isBody { fail("a block parameter stands in the body", block: id, value: index) }
        if instruction.a != nextBlockParameter || index - block.start != nextBlockParameter {
          fail("block parameters aren't in order at the start", block: id, value: index)
        }
        nextBlockParameter += 1
      default: isBody = true
      }
      if instruction.isTerminator != (index == block.end - 1) {
        fail(
          instruction.isTerminator ? "a terminator isn't last" : "no terminator ends the block", block: id, value: index
        )
      }
      checkInstruction(index, instruction, id)
    }
    if function.instructions[block.end - 1].opcode == .nop { fail("no terminator ends the block", block: id) }
    if nextBlockParameter != block.parameterCount {
      fail("has \(nextBlockParameter) parameters and counts \(block.parameterCount)", block: id)
    }
    if id == .entry && block.parameterCount != 0 { fail("the entry has block parameters", block: id) }
  }

  // MARK: Order and dominance

  /// Every block has a predecessor earlier in the order; an edge that leads back goes to a block that dominates its
  /// source. So the order is a reverse postorder and the control flow reducible.
  private mutating func checkOrder() {
    let flow = ControlFlow(function)
    for place in 0..<function.order.count {
      let id = function.order[place]
      let predecessors = flow.predecessors(of: id.index)
      if id == .entry {
        if !predecessors.isEmpty { fail("the entry has predecessors", block: id) }
        continue
      }
      if !predecessors.contains(where: { flow.positions[$0] < UInt32(place) }) {
        fail("has no predecessor before it in the order", block: id)
      }
      for predecessor in predecessors where flow.positions[predecessor] >= UInt32(place) {
        if !flow.dominates(id.index, predecessor) {
          fail("is reached from @\(predecessor), which comes later and isn't dominated by it", block: id)
        }
      }
    }
  }

  private mutating func checkUses() {
    let flow = ControlFlow(function)
    for place in 0..<function.order.count {
      let id = function.order[place]
      let block = function.blocks[id.index]
      for index in block.start..<block.end {
        function.forEachUse(of: function.instructions[index]) { used in
          let home = blockOf[used]
          let isReached = home == id.index ? used < index : home != ControlFlow.none && flow.dominates(home, id.index)
          if !isReached { fail("uses %\(used), whose definition doesn't dominate it", block: id, value: index) }
        }
      }
    }
  }
}
