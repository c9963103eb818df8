// Makes two versions of an innermost loop: one without the checks that can be decided before it, and the loop as it was.
// In front of them stands one test: whether the keys of all pointers that stay the same fit, and whether all indices
// that go with the loop's counter stay within their bounds. Nothing stops before it would have: where the test says
// no, the old loop runs, and finds out which check fails, if it is reached at all.
//
// A copy is made once for each loop, of loops of bounded size: the work, and the code, stay linear.

import ZongStores

/// Loop versioning.
package struct LoopVersions: ~Copyable {
  private var flow = ControlFlow()
  private var keys = KeyVersions()
  private var rebuilder = Rebuilder()
  private var counters = LoopCounters()
  /// The block of each value.
  private var homes = Store<UInt32>()
  /// The blocks of each loop, in their order, and the checks of those loops that get two versions.
  private var members = LinkedLists()
  private var checks = LinkedLists()
  /// By loop header: whether the loop contains another one.
  private var hasInner = Store<Bool>()
  /// The one block behind the loop where its values are known, or `none`, and the values.
  private var exits = Store<UInt32>()
  private var escaping = LinkedLists()
  /// By block: the loop whose values are its additional parameters.
  private var exitOf = Store<UInt32>()
  /// By instruction: a check that the first version goes without.
  private var isDecided = Store<Bool>()
  private var extra = Store<UInt32>()

  package init() {}

  /// Loops up to this many instructions are copied.
  private static let sizeLimit: UInt32 = 160
  /// At most this many checks make up a test.
  private static let checkLimit = 8

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops else { return false }
    flow.compute(function)
    keys.begin(function, flow)
    findLoops(function)
    let before = counter.taken
    choose(function, &counter)
    guard counter.taken > before else { return false }
    rebuild(function)
    return true
  }

  // MARK: Choosing

  private mutating func findLoops(_ function: Function) {
    homes.refill(with: ControlFlow.none, count: function.instructions.count)
    counters.loops.refill(with: ControlFlow.none, count: function.instructions.count)
    isDecided.refill(with: false, count: function.instructions.count)
    members.refill(heads: function.blocks.count)
    checks.refill(heads: function.blocks.count)
    escaping.refill(heads: function.blocks.count)
    hasInner.refill(with: false, count: function.blocks.count)
    exits.refill(with: ControlFlow.none, count: function.blocks.count)
    exitOf.refill(with: ControlFlow.none, count: function.blocks.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      let header = flow.loopHeaders[id]
      for index in block.start..<block.end {
        homes[index] = id
        counters.loops[index] = header
      }
      guard header != ControlFlow.none else { continue }
      members.add(id, to: header)
      if header == id && flow.outerHeaders[id] != ControlFlow.none { hasInner[flow.outerHeaders[id]] = true }
    }
  }

  private mutating func choose(_ function: Function, _ counter: inout PassCounter) {
    for place in 0..<function.order.count {
      let header = function.order[place].index
      guard flow.isLoopHeader(header), !hasInner[header], isSmall(header, function) else { continue }
      collectChecks(header, function)
    }
    findEscapes(function)
    for place in 0..<function.order.count {
      let header = function.order[place].index
      guard !checks.isEmpty(header) else { continue }
      let isChosen = leavesWell(header, function) && counter.allows()
      if !isChosen { hasInner[header] = true }
      var node = checks.first(of: header)
      while node != LinkedLists.none {
        let index = checks.item(node)
        isDecided[index] = isChosen
        if isChosen { counter.note(function.instructions[index], .testedBeforeLoop) }
        node = checks.next(node, of: header)
      }
    }
    for place in 0..<function.order.count {
      let header = function.order[place].index
      if isVersioned(header), !escaping.isEmpty(header) { exitOf[exits[header]] = header }
    }
  }

  private func isVersioned(_ header: UInt32) -> Bool {
    header != ControlFlow.none && !hasInner[header] && !checks.isEmpty(header)
  }

  private func isSmall(_ header: UInt32, _ function: Function) -> Bool {
    var size: UInt32 = 0
    members.forEach(of: header) { size &+= function.blocks[$0].end - function.blocks[$0].start }
    return size <= LoopVersions.sizeLimit
  }

  private mutating func collectChecks(_ header: UInt32, _ function: Function) {
    counters.begin(header, function, flow)
    let frees = keys.mayFree(loop: header)
    var count = 0
    var node = members.first(of: header)
    while node != LinkedLists.none {
      let block = function.blocks[members.item(node)]
      node = members.next(node, of: header)
      for index in block.start..<block.end where count < LoopVersions.checkLimit {
        let instruction = function.instructions[index]
        let isKnown =
          switch instruction.opcode {
          case .checkKey: !frees && counters.isOutside(instruction.a, function)
          case .check: counters.isOutside(instruction.a, function) || counters.bounds(instruction.a, function) != nil
          default: false
          }
        guard isKnown else { continue }
        isDecided[index] = true
        checks.add(index, to: header)
        count += 1
      }
    }
  }

  // MARK: Values that are used behind the loop

  private mutating func findEscapes(_ function: Function) {
    var isNoted = Store<Bool>()
    isNoted.refill(with: false, count: function.instructions.count)
    var used = Store<UInt32>()
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end {
        used.removeAll()
        function.forEachUse(of: function.instructions[index]) { used.append($0) }
        for item in 0..<used.count {
          let value = used[item]
          let header = counters.loops[value]
          guard header != flow.loopHeaders[id], isVersioned(header) else { continue }
          noteEscape(value, header, id)
          if !isNoted[value] { escaping.add(value, to: header) }
          isNoted[value] = true
        }
      }
    }
  }

  /// The value is used in `user`: the block behind the loop through which every way leads there is its exit. One that
  /// differs from the exit of another use spoils the loop (the entry can't be an exit and stands for that).
  private mutating func noteEscape(_ value: UInt32, _ header: UInt32, _ user: UInt32) {
    if exits[header] == BlockId.entry.index { return }
    if exits[header] == ControlFlow.none { exits[header] = exit(header, user) ?? BlockId.entry.index }
    let known = exits[header]
    if known != BlockId.entry.index, !flow.dominates(known, user) || !flow.dominates(homes[value], known) {
      exits[header] = BlockId.entry.index
    }
  }

  /// The dominator of `user` that is entered from the loop alone.
  private func exit(_ header: UInt32, _ user: UInt32) -> UInt32? {
    var at = user
    for _ in 0..<64 {
      let above = flow.dominators[at]
      guard above != ControlFlow.none else { return nil }
      if flow.loopHeaders[above] == header { break }
      at = above
    }
    for predecessor in flow.predecessors(of: at) where flow.loopHeaders[predecessor] != header { return nil }
    return flow.loopHeaders[flow.dominators[at]] == header ? at : nil
  }

  /// Whether the values that are used behind the loop can be handed over, and the loop isn't entered from another one
  /// that gets two versions.
  private func leavesWell(_ header: UInt32, _ function: Function) -> Bool {
    if !escaping.isEmpty(header) {
      // The loop must have been copied when its values become the exit's parameters.
      guard exits[header] != BlockId.entry.index, let last = members.last(of: header),
        flow.positions[last] < flow.positions[exits[header]]
      else { return false }
    }
    for predecessor in flow.predecessors(of: header) where !flow.isBackEdge(predecessor, header) {
      if isVersioned(flow.loopHeaders[predecessor]) { return false }
    }
    var isPlain = true
    members.forEach(of: header) { block in
      if function.instructions[function.blocks[block].end - 1].opcode == .switchBranch { isPlain = false }
    }
    return isPlain
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      if isVersioned(id) && id == flow.loopHeaders[id] && !writeTest(id, function) { continue }
      guard rebuilder.open(id) else { continue }
      if exitOf[id] != ControlFlow.none {
        addParameters(exitOf[id], function)
      }
      copyBody(id, function, isFirst: false)
    }
    rebuilder.finish()
  }

  /// The block behind the loop gets the values that are used there.
  private mutating func addParameters(_ header: UInt32, _ function: Function) {
    var node = escaping.first(of: header)
    while node != LinkedLists.none {
      let value = escaping.item(node)
      rebuilder.addParameter(function.instructions[value].type, for: value)
      node = escaping.next(node, of: header)
    }
  }

  private mutating func forgetBlocks(_ header: UInt32) {
    var node = members.first(of: header)
    while node != LinkedLists.none {
      rebuilder.blocks[members.item(node)] = Rebuilder.none
      node = members.next(node, of: header)
    }
  }

  private mutating func copyBody(_ id: UInt32, _ function: Function, isFirst: Bool) {
    for index in rebuilder.body(of: id) {
      if isFirst && isDecided[index] { continue }
      let instruction = function.instructions[index]
      if instruction.opcode.isTerminator, isVersioned(flow.loopHeaders[id]) {
        copyEnd(index, flow.loopHeaders[id], function)
      } else {
        rebuilder.copy(index)
      }
    }
  }

  /// The end of a block of a loop: edges to the exit bring the values that are used behind it.
  private mutating func copyEnd(_ index: UInt32, _ header: UInt32, _ function: Function) {
    let old = function.instructions[index]
    var end = rebuilder.mapped(index)
    switch old.opcode {
    case .jump: end.a = extended(end.a, old.a, header, function)
    case .branch:
      let isSame = old.b == old.c
      end.b = extended(end.b, old.b, header, function)
      end.c = isSame ? end.b : extended(end.c, old.c, header, function)
    default: break
    }
    rebuilder.emit(end)
  }

  private mutating func extended(_ edge: UInt32, _ old: UInt32, _ header: UInt32, _ function: Function) -> UInt32 {
    guard !escaping.isEmpty(header), function.lists[old] == exits[header] else { return edge }
    extra.removeAll()
    extra.append(contentsOf: rebuilder.target.arguments(ofEdge: edge))
    var node = escaping.first(of: header)
    while node != LinkedLists.none {
      extra.append(rebuilder.values[escaping.item(node)])
      node = escaping.next(node, of: header)
    }
    return newEdge(rebuilder.target.lists[edge])
  }

  /// An edge with the arguments in `extra`.
  private mutating func newEdge(_ block: UInt32) -> UInt32 {
    let edge = rebuilder.target.lists.add(block)
    rebuilder.target.lists.append(UInt32(extra.count))
    rebuilder.target.lists.append(contentsOf: extra.elements)
    return edge
  }

  /// The block with the test, in the place of the loop's head, and the version without checks. False if the loop isn't
  /// reached.
  private mutating func writeTest(_ header: UInt32, _ function: Function) -> Bool {
    guard rebuilder.open(header) else { return false }
    extra.removeAll()
    let block = function.blocks[header]
    for index in block.start..<block.start + block.parameterCount { extra.append(rebuilder.values[index]) }
    rebuilder.site = 0
    let test = emitTest(header, function)
    let first = rebuilder.target.blocks.add(Block())
    let second = rebuilder.target.blocks.add(Block())
    let firstEdge = newEdge(first)
    rebuilder.emit(Instruction(.branch, a: test, b: firstEdge, c: newEdge(second)))
    forgetBlocks(header)
    rebuilder.blocks[header] = first
    var node = members.first(of: header)
    while node != LinkedLists.none {
      let id = members.item(node)
      node = members.next(node, of: header)
      if rebuilder.open(id) { copyBody(id, function, isFirst: true) }
    }
    forgetBlocks(header)
    rebuilder.blocks[header] = second
    return true
  }

  /// Whether another check in front of `end` asks for the same key.
  private func isTested(_ pointer: UInt32, before end: UInt32, _ header: UInt32, _ function: Function) -> Bool {
    var node = checks.first(of: header)
    var count = 0
    while node != end {
      let other = function.instructions[checks.item(node)]
      if other.opcode == .checkKey && function.allocation(of: other.a) == function.allocation(of: pointer) {
        count += 1
      }
      node = checks.next(node, of: header)
    }
    // The check itself lies there, too.
    return count > 1
  }

  /// Whether all checks that were left out would hold.
  private mutating func emitTest(_ header: UInt32, _ function: Function) -> UInt32 {
    counters.begin(header, function, flow)
    var node = checks.first(of: header)
    while node != LinkedLists.none {
      let instruction = function.instructions[checks.item(node)]
      node = checks.next(node, of: header)
      if instruction.opcode == .check, let bounds = counters.bounds(instruction.a, function) { counters.expect(bounds) }
    }
    var test: UInt32 = 0
    node = checks.first(of: header)
    while node != LinkedLists.none {
      let instruction = function.instructions[checks.item(node)]
      node = checks.next(node, of: header)
      let part: UInt32
      if instruction.opcode == .checkKey {
        if isTested(instruction.a, before: node, header, function) { continue }
        part = rebuilder.emitKeyTest(of: instruction.a, rebuilder.available(instruction.a), flow)
      } else if counters.isOutside(instruction.a, function) {
        part = rebuilder.available(instruction.a)
      } else if let bounds = counters.bounds(instruction.a, function) {
        part = counters.emitTest(bounds, function, &rebuilder)
      } else {
        part = rebuilder.emit(.constant(.i32, bits: 0, position: 0))
      }
      test = rebuilder.both(test, part)
    }
    return test
  }
}

extension Rebuilder {
  /// The new value of an old one that was made before; a constant that wasn't is made here.
  mutating func available(_ old: UInt32) -> UInt32 {
    let instruction = source.instructions[old]
    return instruction.opcode == .constant ? emit(instruction) : values[old]
  }

  /// Whether the key of an old value fits, which is available as `pointer`. Every pointer's granule has a tag, also one that
  /// leads nowhere any more: so it can be asked for at any time.
  mutating func emitKeyTest(of old: UInt32, _ pointer: UInt32, _ flow: borrowing ControlFlow) -> UInt32 {
    emit(Instruction(.testKey, .i32, a: pointer, effects: source.isAlwaysPointer(old, flow) ? .ofPointer : []))
  }
}
