// Writes a function anew: the passes that insert, move or drop instructions read the old function block by block and
// emit the new one, and in the end the two change places. Ids are given densely; blocks that no emitted edge leads to
// are left out. Since the order is a reverse postorder, every operand has been emitted before its uses.

import ZongStores

/// Builds a function's next version. One rebuilder serves any number of functions, one after the other.
package struct Rebuilder: ~Copyable {
  /// The function that is read.
  var source = Function()
  /// The function that is written.
  let target = Function()
  /// From old values to new ones; 0 for what has none (yet).
  var values = Store<UInt32>()
  /// From old blocks to new ones, or `none`.
  var blocks = Store<UInt32>()
  /// The new block being filled, or `none`.
  private(set) var current = none
  /// Whether instructions have inline sites.
  private(set) var hasSites = false
  /// The inline site of what is emitted.
  var site: UInt32 = 0

  static let none = UInt32.max

  package init() {}

  /// Begins to rebuild `function`; `extraValues` more old value ids may be mapped.
  mutating func begin(_ function: Function, extraValues: Int = 0) {
    source = function
    target.reset()
    target.variables.append(contentsOf: function.variables.elements)
    target.slots.append(contentsOf: function.slots.elements)
    hasSites = false
    if function.inlineSites.count > 1 { keepSites() }
    values.refill(with: 0, count: function.instructions.count + extraValues)
    blocks.refill(with: Rebuilder.none, count: function.blocks.count)
    current = Rebuilder.none
    site = 0
    _ = newBlock(for: BlockId.entry.index)
  }

  /// From here on, every instruction has an entry in `instructionSites`.
  mutating func keepSites() {
    if hasSites { return }
    hasSites = true
    target.inlineSites.removeAll()
    target.inlineSites.append(contentsOf: source.inlineSites.elements)
    target.instructionSites.append(repeating: 0, count: target.instructions.count)
  }

  /// Puts the new function in the old one's place. It is copied: the rebuilder keeps its room, which is in the cache,
  /// and the function takes only what it needs.
  mutating func finish() {
    source.instructions.assign(target.instructions)
    source.lists.assign(target.lists)
    source.blocks.assign(target.blocks)
    source.order.assign(target.order)
    source.variables.assign(target.variables)
    source.slots.assign(target.slots)
    if hasSites {
      source.inlineSites.assign(target.inlineSites)
      source.instructionSites.assign(target.instructionSites)
    }
    source = target
  }

  // MARK: Blocks

  /// The new block for an old one, made when it is first asked for.
  mutating func newBlock(for old: UInt32) -> UInt32 {
    if blocks[old] != Rebuilder.none { return blocks[old] }
    let new = target.blocks.add(Block())
    blocks[old] = new
    return new
  }

  /// Opens the new block of an old one and gives it the old one's parameters. False if no edge leads to it.
  mutating func open(_ old: UInt32) -> Bool {
    guard blocks[old] != Rebuilder.none else { return false }
    openNew(blocks[old])
    let block = source.blocks[old]
    for index in block.start..<block.start + block.parameterCount {
      copyParameter(index)
    }
    return true
  }

  /// The block just opened has the parameter `old`, too.
  mutating func copyParameter(_ old: UInt32) {
    let before = source.instructions[old]
    addParameter(before.type, for: old)
    (target.instructions[values[old]].effects, target.instructions[values[old]].position) = (
      before.effects, before.position
    )
  }

  /// Opens a new block.
  mutating func openNew(_ new: UInt32) {
    let start = UInt32(target.instructions.count)
    target.blocks[new].start = start
    target.blocks[new].end = start
    target.order.append(BlockId(new))
    current = new
  }

  /// One more parameter of the block just opened, for the old value `old`.
  mutating func addParameter(_ type: Type, for old: UInt32) {
    let index = target.blocks[current].parameterCount
    target.blocks[current].parameterCount = index + 1
    values[old] = emit(Instruction(.blockParameter, type, a: index))
  }

  /// The old instructions of a block after its parameters.
  @inline(__always)
  func body(of old: UInt32) -> Range<UInt32> {
    let block = source.blocks[old]
    return block.start + block.parameterCount..<block.end
  }

  // MARK: Instructions

  /// Appends an instruction whose operands are new ids; a terminator closes the block.
  @inline(__always) @discardableResult
  mutating func emit(_ instruction: Instruction) -> UInt32 {
    let index = target.instructions.add(instruction)
    if hasSites { target.instructionSites.append(site) }
    if instruction.opcode.isTerminator {
      target.blocks[current].end = index + 1
      current = Rebuilder.none
    }
    return index
  }

  /// The old instruction with new operands, lists and edges. What stands in `site` is set to its inline site.
  @inline(__always)
  mutating func mapped(_ index: UInt32) -> Instruction {
    if hasSites { site = Int(index) < source.instructionSites.count ? source.instructionSites[index] : 0 }
    var instruction = source.instructions[index]
    let shape = instruction.opcode.shape
    if shape.contains(.a) { instruction.a = values[instruction.a] }
    if shape.contains(.b) { instruction.b = values[instruction.b] }
    if shape.contains(.c) { instruction.c = values[instruction.c] }
    if shape.contains(.list) { instruction.b = mappedList(instruction.b) }
    if shape.contains(.edges) { mapEdges(&instruction) }
    return instruction
  }

  /// Emits the old instruction with new operands.
  @inline(__always)
  mutating func copy(_ index: UInt32) {
    if source.instructions[index].opcode == .nop { return }
    values[index] = emit(mapped(index))
  }

  mutating func mappedList(_ old: UInt32) -> UInt32 {
    let count = source.lists[old]
    if count == 0 { return ListId.empty.index }
    let list = target.lists.add(count)
    for item in old + 1...old + count { target.lists.append(values[source.lists[item]]) }
    return list
  }

  private mutating func mapEdges(_ instruction: inout Instruction) {
    switch instruction.opcode {
    case .jump: instruction.a = mappedEdge(instruction.a)
    case .branch:
      instruction.b = mappedEdge(instruction.b)
      instruction.c = mappedEdge(instruction.c)
    default: instruction.b = mappedEdges(instruction.b)
    }
  }

  private mutating func mappedEdges(_ old: UInt32) -> UInt32 {
    let count = source.lists[old]
    let list = target.lists.add(count)
    target.lists.append(repeating: 0, count: Int(count))
    for item in 0..<count {
      target.lists[list + 1 + item] = mappedEdge(source.lists[old + 1 + item])
    }
    return list
  }

  mutating func mappedEdge(_ old: UInt32) -> UInt32 {
    let edge = target.lists.add(newBlock(for: source.lists[old]))
    let count = source.lists[old + 1]
    target.lists.append(count)
    for item in 0..<count { target.lists.append(values[source.lists[old + 2 + item]]) }
    return edge
  }
}
