// Moves what is the same in every round out of loops: pure operations whose operands come from outside; and, from a
// loop's first block, before anything there that can be observed, checks that would fail in the first round anyway,
// divisions, and, if nothing in the loop writes what they find, loads; of those that can be done anywhere, all. Operations that the engine makes anew for nothing
// (constants, addresses of slots) stay. They go to the end of the only block that enters the loop, or to a new block
// on the edge from it.

import ZongStores

/// Loop-invariant code motion.
package struct LoopInvariants: ~Copyable {
  private var flow = ControlFlow()
  private var memory = MemoryVersions()
  private var keys = KeyVersions()
  private var rebuilder = Rebuilder()
  /// The block in which each value is available, after what was moved so far.
  private var homes = Store<UInt32>()
  /// By loop header: the values moved in front of the loop, in their order.
  private var moved = LinkedLists()
  /// For a moved value, the header in front of whose loop it is now, or `none`.
  private var targets = Store<UInt32>()
  /// By loop header: the only block that enters the loop, or `none`.
  private var entries = Store<UInt32>()
  /// By block: the header of the loop whose entering jump ends the block.
  private var entered = Store<UInt32>()
  private var again = Store<UInt32>()

  package init() {}

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops else { return false }
    flow.compute(function)
    guard findEntries(function) else { return false }
    memory.begin(function, flow)
    keys.begin(function, flow)
    let before = counter.taken
    findInvariants(function, &counter)
    guard counter.taken > before else { return false }
    rebuild(function)
    return true
  }

  // MARK: Loops

  /// Whether there is a loop with one entering edge.
  private mutating func findEntries(_ function: Function) -> Bool {
    entries.refill(with: ControlFlow.none, count: function.blocks.count)
    entered.refill(with: ControlFlow.none, count: function.blocks.count)
    var isAny = false
    for place in 0..<function.order.count {
      let header = function.order[place].index
      guard flow.isLoopHeader(header), let entry = flow.onlyEntry(of: header) else { continue }
      let terminator = function[function.terminator(of: BlockId(entry))].opcode
      guard terminator == .jump || terminator == .branch else { continue }
      entries[header] = entry
      if terminator == .jump { entered[entry] = header }
      isAny = true
    }
    return isAny
  }

  // MARK: Invariants

  private mutating func findInvariants(_ function: Function, _ counter: inout PassCounter) {
    homes.refill(with: 0, count: function.instructions.count)
    targets.refill(with: ControlFlow.none, count: function.instructions.count)
    moved.refill(heads: function.blocks.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      var isUnobserved = flow.isLoopHeader(id)
      let end = function.instructions[block.end - 1].opcode
      // What leads to a stop is done once at most.
      var isCold = end == .stop || end == .unreachable
      for index in block.start..<block.end {
        homes[index] = id
        let instruction = function.instructions[index]
        // Behind what may free on a way that not every round takes stand the tests of keys that are made anew.
        if instruction.mayFree && !isCold { isCold = !flow.isInEveryRound(id) }
        guard flow.loopDepths[id] > 0, !isCold,
          isMovable(instruction) || isHarmlessLoad(instruction, function)
            || isUnobserved && isMovableFirst(instruction, function)
        else {
          isUnobserved = isUnobserved && !instruction.isObservable
          continue
        }
        let isFirst = !isMovable(instruction) && !isHarmlessLoad(instruction, function)
        move(index, instruction, isFirst, function, &counter)
        if targets[index] == ControlFlow.none && instruction.isObservable { isUnobserved = false }
      }
    }
  }

  /// Worth moving, and harmless anywhere.
  private func isMovable(_ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .constant, .dataAddress, .frameAddress, .functionIndex: false
    default: instruction.opcode.isPure || instruction.opcode == .testKey
    }
  }

  /// A load that can be done anywhere: at a fixed place in a local or a global. These are always there, and hold what was
  /// stored as such. Behind a pointer there may be what has been freed: what lies there now is no pointer, and must not be
  /// taken for one by what is done in front of the loop.
  private func isHarmlessLoad(_ instruction: Instruction, _ function: Function) -> Bool {
    guard instruction.opcode == .load, instruction.effects.contains(.ofWhole) else { return false }
    let address = function.instructions[instruction.a]
    if address.opcode == .frameAddress { return true }
    // A text's byte, whose index may be too large, has a constant address as well; the first page is always there.
    return address.opcode == .constant && address.bits < 65_520 && address.bits + UInt64(instruction.c) < 65_520
  }

  /// Harmless where it would have been done next anyway.
  private func isMovableFirst(_ instruction: Instruction, _ function: Function) -> Bool {
    switch instruction.opcode {
    case .check, .checkKey, .divS, .divU, .remS, .remU, .truncateS, .truncateU, .load: true
    default: false
    }
  }

  /// Moves the instruction as far out as its operands allow; what is only harmless at the start, out of one loop.
  private mutating func move(
    _ index: UInt32, _ instruction: Instruction, _ isFirst: Bool, _ function: Function, _ counter: inout PassCounter
  ) {
    var target = ControlFlow.none
    var header = flow.loopHeaders[homes[index]]
    while header != ControlFlow.none, entries[header] != ControlFlow.none, isInvariant(instruction, header, function) {
      if instruction.opcode == .load && memory.isWritten(loop: header, instruction) { break }
      if instruction.readsTags && keys.mayFree(loop: header) { break }
      target = header
      if isFirst { break }
      header = flow.outerHeaders[header]
    }
    guard target != ControlFlow.none, counter.allows() else { return }
    if instruction.opcode == .checkKey || instruction.opcode == .check { counter.note(instruction, .movedOutOfLoop) }
    targets[index] = target
    homes[index] = entries[target]
    moved.add(index, to: target)
  }

  /// Whether all operands are there before the loop; constants go along.
  private func isInvariant(_ instruction: Instruction, _ header: UInt32, _ function: Function) -> Bool {
    var isInvariant = true
    let entry = entries[header]
    function.forEachUse(of: instruction) { used in
      let isConstant = isRepeatable(function.instructions[used].opcode)
      if !isConstant && !flow.dominates(homes[used], entry) { isInvariant = false }
    }
    return isInvariant
  }

  private func isRepeatable(_ opcode: Opcode) -> Bool {
    switch opcode {
    case .constant, .dataAddress, .frameAddress, .functionIndex: true
    default: false
    }
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      // A loop that is entered by a branch gets its block in front.
      guard rebuilder.blocks[id] != Rebuilder.none else { continue }
      _ = rebuilder.open(id)
      for index in rebuilder.body(of: id) {
        if targets[index] != ControlFlow.none { continue }
        if function.instructions[index].isTerminator { copyEnd(index, id, function) } else { rebuilder.copy(index) }
      }
    }
    rebuilder.finish()
  }

  private mutating func copyEnd(_ index: UInt32, _ id: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    if entered[id] != ControlFlow.none {
      copyMoved(entered[id], function)
    } else if instruction.opcode == .branch {
      return copyBranch(index, instruction, id, function)
    }
    rebuilder.copy(index)
  }

  private mutating func copyMoved(_ header: UInt32, _ function: Function) {
    var node = moved.first(of: header)
    while node != LinkedLists.none {
      let index = moved.item(node)
      node = moved.next(node, of: header)
      // A constant that stands in the loop is made here as well.
      again.removeAll()
      function.forEachUse(of: function.instructions[index]) { used in
        if rebuilder.values[used] == 0 { again.append(used) }
      }
      for item in 0..<again.count { rebuilder.copy(again[item]) }
      rebuilder.copy(index)
      for item in 0..<again.count { rebuilder.values[again[item]] = 0 }
    }
  }

  /// A branch into loops: the edges lead to new blocks, where something was moved in front of the loop.
  private mutating func copyBranch(_ index: UInt32, _ old: Instruction, _ id: UInt32, _ function: Function) {
    var branch = old
    branch.a = rebuilder.values[old.a]
    let first = prepared(old.b, id, function)
    let second = old.c == old.b ? first : prepared(old.c, id, function)
    branch.b = first.map { emptyEdge($0) } ?? rebuilder.mappedEdge(old.b)
    branch.c = second.map { emptyEdge($0) } ?? rebuilder.mappedEdge(old.c)
    rebuilder.emit(branch)
    if let first { fill(first, old.b, function) }
    if let second, second != first { fill(second, old.c, function) }
  }

  /// A new block for the edge, if something waits in front of the loop that it enters.
  private mutating func prepared(_ edge: UInt32, _ id: UInt32, _ function: Function) -> UInt32? {
    let header = function.lists[edge]
    guard entries[header] == id, !moved.isEmpty(header), !flow.isBackEdge(id, header) else { return nil }
    return rebuilder.target.blocks.add(Block())
  }

  private mutating func emptyEdge(_ block: UInt32) -> UInt32 {
    let edge = rebuilder.target.lists.add(block)
    rebuilder.target.lists.append(0)
    return edge
  }

  private mutating func fill(_ block: UInt32, _ edge: UInt32, _ function: Function) {
    rebuilder.openNew(block)
    copyMoved(function.lists[edge], function)
    rebuilder.emit(Instruction(.jump, a: rebuilder.mappedEdge(edge)))
  }
}
