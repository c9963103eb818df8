// Removes checks of keys that are known to fit: of a pointer into an allocation that was checked, or made, before, with
// nothing in between that may free. Pointers to fields, elements and views carry the key of the pointer that they were
// made from and lead into the same allocation, which lives and dies as a whole; so one check serves them all. A block's
// parameter needs none where each edge gives it a pointer that was checked, or null.

import ZongStores

/// Redundant key check elimination, over the dominator tree.
package struct RedundantKeyChecks: ~Copyable {
  private var flow = ControlFlow()
  private var versions = KeyVersions()
  /// By value: the version in which its key was last seen to fit, and the block where that was.
  private var checkedVersions = Store<UInt32>()
  private var homes = Store<UInt32>()
  /// The position of the check, and of the call that gave the memory: those of calls are marked.
  private var places = Store<UInt32>()
  private var isMade = Store<Bool>()
  /// Where something may have freed memory last.
  private var lastFree: UInt32 = 0
  /// By check that stays: the version there.
  private var versionsOfChecks = Store<UInt32>()
  /// By value: the block whose parameter it is, or `none`.
  private var parameterBlocks = Store<UInt32>()

  package init() {}

  /// So many joins are looked through, and so many edges of each.
  private static let joinDepth = 2
  private static let edgeLimit = 8

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasChecks(function) else { return false }
    flow.compute(function)
    versions.begin(function, flow)
    checkedVersions.refill(with: 0, count: function.instructions.count)
    homes.refill(with: 0, count: function.instructions.count)
    places.refill(with: 0, count: function.instructions.count)
    isMade.refill(with: false, count: function.instructions.count)
    lastFree = 0
    findParameters(function)
    versionsOfChecks.refill(with: 0, count: function.instructions.count)
    let before = counter.taken
    for number in 0..<UInt32(flow.blocksInPreorder.count) {
      visit(flow.blocksInPreorder[number], function, &counter)
    }
    removeCarried(function, &counter)
    return counter.taken > before
  }

  /// Now that the ways back are known too: removes the checks of what loops carry from one round to the next. That rests
  /// on what held a round before, or in front of the loop, not on itself.
  private mutating func removeCarried(_ function: Function, _ counter: inout PassCounter) {
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end where function.instructions[index].opcode == .checkKey {
        let check = function.instructions[index]
        let root = function.allocation(of: check.a)
        guard parameterBlocks[root] != ControlFlow.none,
          isJoined(root, at: id, versionsOfChecks[index], function, RedundantKeyChecks.joinDepth), counter.allows()
        else { continue }
        function.instructions[index] = Instruction(.nop)
        counter.note(check, .checkedBefore, other: places[root])
      }
    }
  }

  private func hasChecks(_ function: Function) -> Bool {
    for index in 0..<UInt32(function.instructions.count) where function.instructions[index].opcode == .checkKey {
      return true
    }
    return false
  }

  private mutating func findParameters(_ function: Function) {
    parameterBlocks.refill(with: ControlFlow.none, count: function.instructions.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.start + block.parameterCount { parameterBlocks[index] = id }
    }
  }

  private mutating func visit(_ id: UInt32, _ function: Function, _ counter: inout PassCounter) {
    versions.enter(id, flow)
    let block = function.blocks[id]
    for index in block.start..<block.end {
      let instruction = function.instructions[index]
      if instruction.opcode == .checkKey {
        visitCheck(index, instruction, id, function, &counter)
      } else if instruction.mayFree {
        versions.begin()
        lastFree = instruction.position
      }
      if instruction.effects.contains(.fresh) { noteAllocation(index, instruction, id, function) }
    }
    versions.leave(id)
  }

  private mutating func visitCheck(
    _ index: UInt32, _ check: Instruction, _ id: UInt32, _ function: Function, _ counter: inout PassCounter
  ) {
    let root = function.allocation(of: check.a)
    if checkedVersions[root] == versions.current, flow.dominates(homes[root], id), counter.allows() {
      function.instructions[index] = Instruction(.nop)
      counter.note(check, isMade[root] ? .madeBefore : .checkedBefore, other: places[root])
      return
    }
    if fits(root, at: id, versions.current, function, RedundantKeyChecks.joinDepth), counter.allows() {
      function.instructions[index] = Instruction(.nop)
      counter.note(check, .checkedBefore, other: places[root])
      return
    }
    if checkedVersions[root] != 0 { counter.note(check, .mayHaveBeenFreed, other: lastFree) }
    versionsOfChecks[index] = versions.current
    note(root, id, check.position)
  }

  /// Whether a pointer's key is known to fit in a block, in this version: because it was checked, or because the edges
  /// into an earlier block gave nothing else than pointers that were, up to there, and null. The check of null passes.
  private mutating func fits(
    _ pointer: UInt32, at id: UInt32, _ version: UInt32, _ function: Function, _ depth: Int
  ) -> Bool {
    if function.constantBits(pointer) == 0 { return true }
    let root = function.allocation(of: pointer)
    if checkedVersions[root] == version && version != 0 && flow.dominates(homes[root], id) { return true }
    return isJoined(root, at: id, version, function, depth)
  }

  private mutating func isJoined(
    _ root: UInt32, at id: UInt32, _ version: UInt32, _ function: Function, _ depth: Int
  ) -> Bool {
    let join = parameterBlocks[root]
    guard depth > 0, join != ControlFlow.none, flow.dominates(join, id), versions.start(of: join) == version else {
      return false
    }
    let count = flow.predecessors(of: join).count
    guard count > 0, count <= RedundantKeyChecks.edgeLimit else { return false }
    for place in 0..<count {
      let source = flow.predecessors(of: join)[place]
      let argument = function.lists[flow.incomingEdges(of: join)[place] + 2 + function.instructions[root].a]
      // A loop's way back isn't known before all of it was visited.
      let end = versions.end(of: source)
      guard end != 0, fits(argument, at: source, end, function, depth - 1) else { return false }
      places[root] = places[function.allocation(of: argument)]
    }
    note(root, join, places[root])
    checkedVersions[root] = version
    return true
  }

  /// A call that gives new memory, or what is left of one where it was inlined: its pointer fits.
  private mutating func noteAllocation(
    _ index: UInt32, _ instruction: Instruction, _ id: UInt32, _ function: Function
  ) {
    if instruction.opcode == .blockParameter && instruction.type == .i64 {
      note(index, id, instruction.position, isMade: true)
    }
    guard instruction.opcode == .call else { return }
    let first = function.instructions[index + 1]
    if instruction.type == .i64 {
      note(index, id, instruction.position, isMade: true)
    } else if first.opcode == .result && first.a == index && first.b == 0 {
      note(index + 1, id, instruction.position, isMade: true)
    }
  }

  private mutating func note(_ value: UInt32, _ id: UInt32, _ position: UInt32, isMade: Bool = false) {
    checkedVersions[value] = versions.current
    homes[value] = id
    places[value] = position
    self.isMade[value] = isMade
  }
}

extension Function {
  /// The pointer whose key the pointer carries, as far back as that can be seen: `key(owner) | address` has the owner's, with
  /// the call behind it that makes sure of the tag there or without.
  func allocation(of pointer: UInt32) -> UInt32 {
    var at = pointer
    for _ in 0..<16 {
      let instruction = instructions[at]
      if let argument = argumentGivenBack(instruction) {
        at = argument
        continue
      }
      guard instruction.opcode == .or else { return at }
      if let owner = keySource(instruction.a), instructions[instruction.b].opcode == .extendU {
        at = owner
      } else if let owner = keySource(instruction.b), instructions[instruction.a].opcode == .extendU {
        at = owner
      } else {
        return at
      }
    }
    return at
  }

  /// The pointer of which the value is the key alone.
  private func keySource(_ value: UInt32) -> UInt32? {
    let instruction = instructions[value]
    guard instruction.opcode == .and, constantBits(instruction.b) == 0xFFFF_FFFF_0000_0000 else { return nil }
    return instruction.a
  }
}
