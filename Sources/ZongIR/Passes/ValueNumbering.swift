// Global value numbering: an instruction equal to one that dominates it is replaced by that one. Pure operations,
// divisions and truncations (where the first didn't trap, the second doesn't), pure calls, and loads as long as
// nothing may have written there in between; a load after a store to the same place takes the stored value. Two
// parameters of a block that each edge gives the same are one.
// Blocks are visited in the dominator tree's preorder: what is found and doesn't dominate never will again, so it is
// overwritten instead of kept in scopes.

import ZongStores

/// Value numbering over the dominator tree.
package struct ValueNumbering: ~Copyable {
  private var flow = ControlFlow()
  /// For a replaced instruction, the one that stands for it; 0 for all others.
  private var replacements = Store<UInt32>()
  /// Open addressing: the values that were seen, by the hash of what they compute; 0 is free.
  private var table = Store<UInt32>()
  private var mask: UInt32 = 0
  /// The block of each instruction that is in the table.
  private var homes = Store<UInt32>()
  private var memory = MemoryVersions()
  private var changes = 0
  private static let parameterLimit: UInt32 = 16

  package init() {}

  /// Replaces equal values in place; whether there were any. What is replaced becomes a nop.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard counter.remaining > 0 else { return false }
    flow.compute(function)
    memory.begin(function, flow)
    changes = 0
    replacements.refill(with: 0, count: function.instructions.count)
    homes.refill(with: 0, count: function.instructions.count)
    let size = max(64, (function.instructions.count * 2).roundedUpToPowerOfTwo)
    table.refill(with: 0, count: size)
    mask = UInt32(size - 1)
    for number in 0..<UInt32(flow.blocksInPreorder.count) {
      visit(flow.blocksInPreorder[number], function, &counter)
    }
    return changes > 0
  }

  private mutating func visit(_ id: UInt32, _ function: Function, _ counter: inout PassCounter) {
    memory.enter(id, flow)
    let block = function.blocks[id]
    if block.parameterCount > 1 { mergeParameters(id, block, function, &counter) }
    for index in block.start..<block.end {
      let opcode = function.instructions[index].opcode
      if opcode == .nop { continue }
      resolve(index, function)
      let instruction = function.instructions[index]
      if isNumbered(instruction) {
        homes[index] = id
        number(index, instruction, function, &counter)
      } else {
        noteEffects(index, instruction, id, function)
      }
    }
    memory.leave(id)
  }

  /// Replaces parameters that are given the same as one before them on each edge, of blocks that aren't loops' heads.
  private mutating func mergeParameters(
    _ id: UInt32, _ block: Block, _ function: Function, _ counter: inout PassCounter
  ) {
    let edges = flow.incomingEdges(of: id)
    guard !edges.isEmpty, !flow.isLoopHeader(id), block.parameterCount <= ValueNumbering.parameterLimit else { return }
    for place in 1..<block.parameterCount {
      let earlier = (0..<place).first { other in
        replacements[block.start + other] == 0
          && edges.allSatisfy { function.lists[$0 + 2 + other] == function.lists[$0 + 2 + place] }
      }
      guard let earlier, counter.allows() else { continue }
      let effects = function.instructions[block.start + place].effects
      function.instructions[block.start + earlier].effects.formUnion(effects)
      replacements[block.start + place] = block.start + earlier
      changes += 1
    }
  }

  /// Puts what was replaced into the operands, lists and edges.
  @inline(__always)
  private mutating func resolve(_ index: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    let shape = instruction.opcode.shape
    if shape.contains(.a) { resolveField(&function.instructions[index].a) }
    if shape.contains(.b) { resolveField(&function.instructions[index].b) }
    if shape.contains(.c) { resolveField(&function.instructions[index].c) }
    if shape.contains(.list) { resolveList(instruction.b, function) }
    if shape.contains(.edges) { function.forEachEdge(of: instruction) { resolveList($0 + 1, function) } }
    let resolved = function.instructions[index]
    if resolved.opcode.isCommutative, resolved.a > resolved.b, !isConstant(resolved.b, function) {
      function.instructions[index].a = resolved.b
      function.instructions[index].b = resolved.a
    }
  }

  private func isConstant(_ value: UInt32, _ function: Function) -> Bool {
    function.instructions[value].opcode == .constant
  }

  @inline(__always)
  private func resolveField(_ field: inout UInt32) {
    if replacements[field] != 0 { field = replacements[field] }
  }

  private func resolveList(_ list: UInt32, _ function: Function) {
    let count = function.lists[list]
    var item = list + 1
    while item < list + 1 + count {
      resolveField(&function.lists[item])
      item += 1
    }
  }

  // MARK: The table

  @inline(__always)
  private func isNumbered(_ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .load, .globalGet, .divS, .divU, .remS, .remU, .truncateS, .truncateU: true
    case .call: instruction.effects.contains(.pure)
    case .result: true
    default: instruction.opcode.isPure
    }
  }

  private mutating func number(
    _ index: UInt32, _ instruction: Instruction, _ function: Function, _ counter: inout PassCounter
  ) {
    memory.noteRead(index, instruction)
    let slot = find(instruction, function)
    let found = table[slot]
    guard found != 0, holds(found, instruction, function), flow.dominates(homes[found], homes[index]), counter.allows()
    else {
      table[slot] = index
      memory.noteAvailable(index, function)
      return
    }
    changes += 1
    // A store stands for the value that it stored.
    let entry = function.instructions[found]
    replacements[index] = entry.opcode == .store ? entry.b : found
    function.instructions[index].opcode = .nop
  }

  /// The slot of an entry that computes or holds the same, whether it is valid here or not, or a free one.
  private func find(_ instruction: Instruction, _ function: Function) -> UInt32 {
    var slot = hash(instruction, function) & mask
    while table[slot] != 0 && !isEqual(function.instructions[table[slot]], instruction, function) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func holds(_ found: UInt32, _ instruction: Instruction, _ function: Function) -> Bool {
    switch instruction.opcode {
    case .load, .globalGet: memory.holds(found, for: instruction, function)
    default: true
    }
  }

  private func hash(_ instruction: Instruction, _ function: Function) -> UInt32 {
    var hash: UInt32 = 0x9E37_79B9
    func mix(_ word: UInt32) { hash = (hash ^ word) &* 0x85EB_CA6B ^ (hash >> 15) }
    switch instruction.opcode {
    case .load, .store:
      mix(instruction.a)
      mix(instruction.c)
    case .call:
      mix(instruction.a)
      for value in function.list(instruction.b) { mix(value) }
    default:
      mix(UInt32(instruction.opcode.rawValue) << 8 | UInt32(instruction.type.rawValue))
      mix(instruction.a)
      mix(instruction.b)
      mix(instruction.c)
    }
    return hash ^ (hash >> 16)
  }

  /// Whether the two compute the same, or read or write the same place in the same way.
  private func isEqual(_ first: Instruction, _ second: Instruction, _ function: Function) -> Bool {
    guard first.a == second.a else { return false }
    switch second.opcode {
    case .load, .store:
      guard first.opcode == .load || first.opcode == .store else { return false }
      return first.c == second.c && first.access == second.access && type(first, function) == type(second, function)
    case .call:
      guard first.opcode == .call else { return false }
      let (one, two) = (function.list(first.b), function.list(second.b))
      return one.count == two.count && zip(one, two).allSatisfy { $0 == $1 }
    default:
      let isSame = first.opcode == second.opcode && first.type == second.type
      return isSame && first.b == second.b && first.c == second.c
    }
  }

  /// The type that a load or store moves.
  private func type(_ access: Instruction, _ function: Function) -> Type {
    access.opcode == .store ? function.instructions[access.b].type : access.type
  }

  // MARK: Effects

  private mutating func noteEffects(
    _ index: UInt32, _ instruction: Instruction, _ id: UInt32, _ function: Function
  ) {
    memory.noteEffects(instruction, function)
    guard instruction.opcode == .store else { return }
    homes[index] = id
    memory.noteAvailable(index, function)
    // A load would find it with a narrow access too, but then the stored value isn't what it reads.
    if instruction.access == .full { table[find(instruction, function)] = index }
  }
}

extension Int {
  /// The smallest power of two that is at least this (positive) number.
  var roundedUpToPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
