// Loops that begin with an append. Whether the slice spans what is used of its storage is asked by its mark, in memory,
// before the first round alone: each append leaves it so, and where nothing in the loop may change that, the rounds
// that follow only compare length and capacity. The loop's head is copied to where the loop jumps back, as `rotate` does
// with a test, and so is the block that grows:
//
//   head:  ...; branch length < capacity, check, grow          (as before, and now in front of the loop)
//   write: ...                                                 (the loop's new head)
//   again: the head's instructions, for the round that begins; branch length < capacity, write, more
//   more:  the instructions of `grow`; jump write
//
// What the head computes and other blocks use goes through variables, which `promote` turns into values again.

import ZongStores

/// Appends in loops.
package struct AppendLoops: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  private var appends = Store<Append>()
  /// By block: whether a loop begins with it, and whether it ends one: the place in `appends`, plus 1.
  private var isHead = Store<Bool>()
  private var latches = Store<UInt32>()
  private var carried = CarriedValues()
  private var arguments = Store<UInt32>()

  package init() {}

  /// A head with more instructions isn't copied.
  private static let sizeLimit: UInt32 = 48

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasMarks(function), function.mayHaveLoops else { return false }
    flow.compute(function)
    guard choose(function, &counter) else { return false }
    rebuild(function)
    return true
  }

  private func hasMarks(_ function: Function) -> Bool {
    for index in 0..<UInt32(function.instructions.count) {
      let instruction = function.instructions[index]
      if instruction.opcode == .store && instruction.effects.contains(.ofMark) { return true }
    }
    return false
  }

  // MARK: Choosing

  private mutating func choose(_ function: Function, _ counter: inout PassCounter) -> Bool {
    appends.removeAll()
    isHead.refill(with: false, count: function.blocks.count)
    latches.refill(with: 0, count: function.blocks.count)
    for place in 0..<function.order.count {
      guard let append = Append.find(function.order[place].index, flow, function), flow.isLoopHeader(append.test),
        let latch = onlyLatch(of: append.test, function), latches[latch] == 0, isCarriedRound(append, latch, function),
        isLeftAlone(append, function), counter.allows()
      else { continue }
      appends.append(append)
      (isHead[append.test], latches[latch]) = (true, UInt32(appends.count))
    }
    return !appends.isEmpty
  }

  /// The block that leads back, if it is one that jumps or branches.
  private func onlyLatch(of header: UInt32, _ function: Function) -> UInt32? {
    let block = function.blocks[header]
    guard block.end - block.start <= AppendLoops.sizeLimit else { return nil }
    var latch: UInt32?
    for predecessor in flow.predecessors(of: header) where flow.isBackEdge(predecessor, header) {
      if latch != nil { return nil }
      latch = predecessor
    }
    guard let latch, latch != header else { return nil }
    let end = function[function.terminator(of: BlockId(latch))].opcode
    return end == .jump || end == .branch ? latch : nil
  }

  /// Whether each round begins with the slice that the round before has left behind its append.
  private func isCarriedRound(_ append: Append, _ latch: UInt32, _ function: Function) -> Bool {
    let arguments = function.arguments(
      ofEdge: back(from: function.blocks[latch].end - 1, to: append.test, function))
    func isCarried(_ value: UInt32, _ next: UInt32) -> Bool {
      let place = value &- function.blocks[append.test].start
      return place < function.blocks[append.test].parameterCount && arguments[Int(place)] == next
    }
    return isCarried(append.pointer, append.newPointer) && isCarried(append.length, append.newLength)
      && isCarried(append.capacity, append.newCapacity)
  }

  /// The edge from the instruction, a block's end, to the header.
  private func back(from end: UInt32, to header: UInt32, _ function: Function) -> UInt32 {
    var back: UInt32 = 0
    function.forEachEdge(of: function.instructions[end]) { edge in
      if function.lists[edge] == header { back = edge }
    }
    return back
  }

  /// Whether no other instruction of the loop may change what the mark says.
  private func isLeftAlone(_ append: Append, _ function: Function) -> Bool {
    var marks = 0
    for place in Int(flow.positions[append.test])..<function.order.count {
      let id = function.order[place].index
      guard flow.dominates(append.test, id), flow.isInLoop(id, header: append.test) else { continue }
      let block = function.blocks[id]
      for index in block.start..<block.end where function.mayWriteMarks(function.instructions[index]) {
        marks += 1
        if marks > 1 || id != append.write { return false }
      }
    }
    return true
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    carried.find(in: function, isHead, &rebuilder)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      carried.read(in: id, function, &rebuilder)
      copyBody(id, function)
      let end = rebuilder.body(of: id).upperBound - 1
      if latches[id] == 0 { rebuilder.copy(end) } else { leadBack(appends[latches[id] - 1], end, function) }
    }
    rebuilder.finish()
  }

  /// The instructions of a block between its parameters and its end; what is carried to other blocks is set.
  private mutating func copyBody(_ id: UInt32, _ function: Function) {
    let body = rebuilder.body(of: id)
    for index in body.lowerBound..<body.upperBound - 1 { rebuilder.copy(index) }
    if isHead[id] { carried.set(from: id, function, &rebuilder) }
  }

  /// Writes the end of the loop's last block, whose edge to the head leads to a copy of that, and the copies.
  private mutating func leadBack(_ append: Append, _ end: UInt32, _ function: Function) {
    let again = rebuilder.target.blocks.add(Block())
    let more = rebuilder.target.blocks.add(Block())
    arguments.removeAll()
    for value in function.arguments(ofEdge: back(from: end, to: append.test, function)) {
      arguments.append(rebuilder.values[value])
    }
    emitEnd(end, again, append)
    rebuilder.openNew(again)
    let first = function.blocks[append.test].start
    for place in 0..<UInt32(arguments.count) { rebuilder.values[first + place] = arguments[place] }
    copyBody(append.test, function)
    // The values are those of the copy, so the edges go where the check and the head would have led.
    let test = rebuilder.mapped(function.blocks[append.test].end - 1)
    let write = rebuilder.mappedEdge(function[function.terminator(of: BlockId(append.check))].b)
    rebuilder.emit(Instruction(.branch, a: test.a, b: write, c: edge(to: more), position: test.position))
    rebuilder.openNew(more)
    carried.read(in: append.grow, function, &rebuilder)
    copyBody(append.grow, function)
    rebuilder.copy(function.blocks[append.grow].end - 1)
  }

  /// An edge without arguments to a new block.
  private func edge(to block: UInt32) -> UInt32 {
    let edge = rebuilder.target.lists.add(block)
    rebuilder.target.lists.append(0)
    return edge
  }

  /// Emits the end with `again` in the head's place.
  private mutating func emitEnd(_ end: UInt32, _ again: UInt32, _ append: Append) {
    var instruction = rebuilder.mapped(end)
    if instruction.opcode == .jump {
      instruction.a = edge(to: again)
    } else if rebuilder.target.lists[instruction.b] == rebuilder.blocks[append.test] {
      instruction.b = edge(to: again)
    } else {
      instruction.c = edge(to: again)
    }
    rebuilder.emit(instruction)
  }
}
