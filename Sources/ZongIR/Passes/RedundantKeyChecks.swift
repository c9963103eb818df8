// Removes checks of keys that are known to fit: of a pointer into an allocation that was checked, or made, before, with
// nothing in between that may free. Pointers to fields, elements and views carry the key of the pointer that they were
// made from and lead into the same allocation, which lives and dies as a whole; so one check serves them all. A block's
// parameter needs none where each edge gives it a pointer that was checked, or null; and a pointer needs none behind a
// join if it was checked on each way there, since what was freed last on that way. Where only a loop's entry gives a
// parameter that wasn't, the check goes in front of the loop: the slice that a loop appends to is checked once.

import ZongStores

/// A place where a pointer's key was seen to fit.
struct KeyFact: BitwiseCopyable {
  var pointer: UInt32
  var version: UInt32
  var block: UInt32
  /// The position of the check, or of the call that gave the memory.
  var place: UInt32
  var isMade: Bool
  /// What was known of the pointer before, or `none`.
  var before: UInt32
}

/// Redundant key check elimination, over the dominator tree.
package struct RedundantKeyChecks: ~Copyable {
  private var flow = ControlFlow()
  private var versions = KeyVersions()
  /// What is known of keys.
  private var facts = Store<KeyFact>()
  /// By value: what was learnt last, or `none`.
  private var newest = Store<UInt32>()
  /// Where something may have freed memory last.
  private var lastFree: UInt32 = 0
  /// By check that stays: the version there.
  private var versionsOfChecks = Store<UInt32>()
  /// By value: the block whose parameter it is, or `none`.
  private var parameterBlocks = Store<UInt32>()
  /// By block from which a loop is entered: the checks that go to its end.
  private var entering = LinkedLists()
  private var rebuilder = Rebuilder()

  package init() {}

  /// So many joins are looked through, one behind the other, so many edges of each, and so many facts of each pointer;
  /// and for each check so many edges in all.
  private static let joinDepth = 5
  private static let edgeLimit = 8
  private static let factLimit = 8
  private static let workLimit = 64
  private var work = 0

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.hasKeyChecks else { return false }
    begin(function)
    versionsOfChecks.refill(with: 0, count: function.instructions.count)
    let before = counter.taken
    for number in 0..<UInt32(flow.blocksInPreorder.count) {
      visit(flow.blocksInPreorder[number], function, &counter)
    }
    removeCarried(function, &counter)
    if moveToEntries(function, &counter) { rebuild(function) }
    return counter.taken > before
  }

  private mutating func begin(_ function: Function) {
    flow.compute(function)
    versions.begin(function, flow)
    facts.removeAll()
    newest.refill(with: ControlFlow.none, count: function.instructions.count)
    lastFree = 0
    findParameters(function)
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
        work = RedundantKeyChecks.workLimit
        guard isJoined(root, at: id, versionsOfChecks[index], function, RedundantKeyChecks.joinDepth), counter.allows()
        else { continue }
        function.instructions[index] = Instruction(.nop)
        counter.note(check, .checkedBefore, other: lastPlace(of: root))
      }
    }
  }

  /// Finds the checks in loops' first blocks, before anything there that can be observed, of parameters that fit on
  /// each way back.
  private mutating func moveToEntries(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops else { return false }
    entering.refill(heads: function.blocks.count)
    var isAny = false
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard flow.isLoopHeader(id), let entry = flow.onlyEntry(of: id),
        function[function.terminator(of: BlockId(entry))].opcode == .jump
      else { continue }
      let block = function.blocks[id]
      for index in block.start..<block.end {
        let check = function.instructions[index]
        guard check.opcode == .checkKey else {
          if check.isObservable { break }
          continue
        }
        let root = function.allocation(of: check.a)
        work = RedundantKeyChecks.workLimit
        // In the block itself it is the first thing that may stop the program; nothing may be passed by it.
        guard root == check.a, parameterBlocks[root] == id,
          isJoined(root, at: id, versionsOfChecks[index], function, RedundantKeyChecks.joinDepth, entry: entry),
          counter.allows()
        else { break }
        counter.note(check, .movedOutOfLoop)
        entering.add(index, to: entry)
        isAny = true
      }
    }
    return isAny
  }

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      for index in rebuilder.body(of: id) {
        let instruction = function.instructions[index]
        if instruction.opcode == .jump && !entering.isEmpty(id) { enter(from: id, by: instruction.a, function) }
        if !isMoved(index, id, function) { rebuilder.copy(index) }
      }
    }
    rebuilder.finish()
  }

  /// The checks, of what the edge gives to the parameters.
  private mutating func enter(from id: UInt32, by edge: UInt32, _ function: Function) {
    var node = entering.first(of: id)
    while node != LinkedLists.none {
      let index = entering.item(node)
      var check = rebuilder.mapped(index)
      check.a = rebuilder.values[function.lists[edge + 2 + function.instructions[function.instructions[index].a].a]]
      rebuilder.emit(check)
      node = entering.next(node, of: id)
    }
  }

  private func isMoved(_ index: UInt32, _ id: UInt32, _ function: Function) -> Bool {
    guard function.instructions[index].opcode == .checkKey, flow.isLoopHeader(id), let entry = flow.onlyEntry(of: id)
    else { return false }
    var isFound = false
    entering.forEach(of: entry) { if $0 == index { isFound = true } }
    return isFound
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

  /// Calls `body` with the function, the place and the call of each argument that is a pointer whose key isn't known to
  /// fit there.
  mutating func forEachDoubtful(_ function: Function, _ body: (Int, Int, UInt32) -> Void) {
    begin(function)
    let rules = FoldRules(function: function)
    for number in 0..<UInt32(flow.blocksInPreorder.count) {
      let id = flow.blocksInPreorder[number]
      versions.enter(id, flow)
      let block = function.blocks[id]
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        switch instruction.opcode {
        case .checkKey: note(function.allocation(of: instruction.a), id, versions.current, instruction.position)
        case .check where instruction.c == UInt32(StopKind.stale.rawValue):
          // The outcome of a test (`KeyTests`).
          let pointer = function.lists[instruction.b + 1]
          note(function.allocation(of: pointer), id, versions.current, instruction.position)
        case .call:
          for (place, argument) in function.list(instruction.b).enumerated()
          where function.instructions[argument].type == .i64 {
            work = RedundantKeyChecks.workLimit
            if !rules.hasNoKey(argument) && !rules.hasNoKey(function.allocation(of: argument))
              && !fits(argument, at: id, versions.current, function, RedundantKeyChecks.joinDepth)
            {
              body(Int(instruction.a), place, index)
            }
          }
        default: break
        }
        if instruction.mayFree { versions.begin() }
        if instruction.effects.contains(.fresh) { noteAllocation(index, instruction, id, function) }
      }
      versions.leave(id)
    }
  }

  private mutating func visitCheck(
    _ index: UInt32, _ check: Instruction, _ id: UInt32, _ function: Function, _ counter: inout PassCounter
  ) {
    let root = function.allocation(of: check.a)
    if let fact = fact(of: root, at: id, versions.current), counter.allows() {
      function.instructions[index] = Instruction(.nop)
      counter.note(check, reason(facts[fact], function), other: facts[fact].place)
      return
    }
    work = RedundantKeyChecks.workLimit
    if fits(root, at: id, versions.current, function, RedundantKeyChecks.joinDepth), counter.allows() {
      function.instructions[index] = Instruction(.nop)
      counter.note(check, .checkedBefore, other: lastPlace(of: root))
      return
    }
    if newest[root] != ControlFlow.none { counter.note(check, .mayHaveBeenFreed, other: lastFree) }
    versionsOfChecks[index] = versions.current
    note(root, id, versions.current, check.position)
  }

  private func reason(_ fact: KeyFact, _ function: Function) -> CheckFate.Reason {
    if function.instructions[fact.pointer].opcode == .parameter && fact.isMade { return .checkedByCallers }
    return fact.isMade ? .madeBefore : .checkedBefore
  }

  /// Whether a pointer's key is known to fit in a block, in this version: because it was checked, or because the edges
  /// into an earlier block gave nothing else than pointers that were, up to there, and null. The check of null passes.
  private mutating func fits(
    _ pointer: UInt32, at id: UInt32, _ version: UInt32, _ function: Function, _ depth: Int
  ) -> Bool {
    if function.constantBits(pointer) == 0 { return true }
    let root = function.allocation(of: pointer)
    return fact(of: root, at: id, version) != nil || isJoined(root, at: id, version, function, depth)
  }

  /// Where the pointer's key was seen to fit, in this version and on every way to the block.
  private func fact(of root: UInt32, at id: UInt32, _ version: UInt32) -> UInt32? {
    var at = newest[root]
    for _ in 0..<RedundantKeyChecks.factLimit where at != ControlFlow.none {
      if facts[at].version == version && flow.dominates(facts[at].block, id) { return at }
      at = facts[at].before
    }
    return nil
  }

  private func lastPlace(of root: UInt32) -> UInt32 {
    newest[root] == ControlFlow.none ? 0 : facts[newest[root]].place
  }

  /// Whether each edge into the block where the version begins, or whose parameter the pointer is, gives one whose key
  /// fits; that from the block `entry` needn't.
  ///
  /// What is to be shown is taken as given meanwhile. It says something of the join, and serves only where that lies on
  /// every way: behind it. So each round of a loop rests on the round before, and the first on the edges from outside.
  private mutating func isJoined(
    _ root: UInt32, at id: UInt32, _ version: UInt32, _ function: Function, _ depth: Int,
    entry: UInt32 = ControlFlow.none
  ) -> Bool {
    let isParameter = parameterBlocks[root] != ControlFlow.none && versions.start(of: parameterBlocks[root]) == version
    let join = isParameter ? parameterBlocks[root] : versions.join(beginning: version)
    guard depth > 0, join != ControlFlow.none, flow.dominates(join, id) else { return false }
    let count = flow.predecessors(of: join).count
    guard count > 0, count <= RedundantKeyChecks.edgeLimit else { return false }
    let given = UInt32(facts.count)
    note(root, join, version, 0)
    for place in 0..<count {
      let source = flow.predecessors(of: join)[place]
      if source == entry { continue }
      let argument =
        isParameter ? function.lists[flow.incomingEdges(of: join)[place] + 2 + function.instructions[root].a] : root
      // A loop's way back isn't known before all of it was visited.
      let end = versions.end(of: source)
      work -= 1
      guard end != 0, work > 0, fits(argument, at: source, end, function, depth - 1) else {
        forget(from: given)
        return false
      }
      let known = lastPlace(of: function.allocation(of: argument))
      if known != 0 { facts[given].place = known }
    }
    return true
  }

  /// Forgets the facts from this one on.
  private mutating func forget(from first: UInt32) {
    while facts.count > first {
      let last = facts[facts.count - 1]
      newest[last.pointer] = last.before
      facts.removeLast()
    }
  }

  /// A call that gives new memory, or what is left of one where it was inlined, or a parameter that was checked
  /// (`CheckedParameters`): its pointer fits.
  private mutating func noteAllocation(
    _ index: UInt32, _ instruction: Instruction, _ id: UInt32, _ function: Function
  ) {
    if instruction.type == .i64 && (instruction.opcode == .blockParameter || instruction.opcode == .parameter) {
      note(index, id, versions.current, instruction.position, isMade: true)
    }
    guard instruction.opcode == .call else { return }
    let first = function.instructions[index + 1]
    if instruction.type == .i64 {
      note(index, id, versions.current, instruction.position, isMade: true)
    } else if first.opcode == .result && first.a == index && first.b == 0 {
      note(index + 1, id, versions.current, instruction.position, isMade: true)
    }
  }

  private mutating func note(
    _ value: UInt32, _ id: UInt32, _ version: UInt32, _ position: UInt32, isMade: Bool = false
  ) {
    let fact = KeyFact(
      pointer: value, version: version, block: id, place: position, isMade: isMade, before: newest[value])
    newest[value] = facts.add(fact)
  }
}

extension Function {
  /// Whether any key is checked.
  var hasKeyChecks: Bool { instructions.elements.contains { $0.opcode == .checkKey } }

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
