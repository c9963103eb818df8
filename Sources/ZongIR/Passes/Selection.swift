// Does both sides of a short branch and selects between their values: what a processor can't foresee costs more than a few
// operations. A side is an edge, or a block of little that can be done anywhere, entered by this branch alone. It comes at the
// end, since branches tell what is known behind them.

import ZongStores

/// The block where the two sides of a branch meet, or `none`.
struct BranchMeeting: BitwiseCopyable {
  var target = Rebuilder.none
  /// What is done on both sides, the selects included.
  var size: UInt32 = 0
}

/// If-conversion.
package struct Selection: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  /// By block: where the sides of its branch meet, if it is to be replaced.
  private var meetings = Store<BranchMeeting>()
  /// The new arguments for the block where two sides meet: of one side behind those of the other.
  private var arguments = Store<UInt32>()

  package init() {}

  /// Both sides together do no more than this, and give no more different values.
  private static let sizeLimit: UInt32 = 6
  private static let selectLimit: UInt32 = 2

  /// Whether any branch was replaced.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasShortSides(function) else { return false }
    flow.computeEdges(function)
    guard findMeetings(function, &counter) else { return false }
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      copyBlock(id, function)
    }
    rebuilder.finish()
    return true
  }

  // MARK: Finding

  /// Whether a branch leads to a short block that jumps on: a quick look, as most functions have none.
  private func hasShortSides(_ function: Function) -> Bool {
    for place in 0..<function.order.count {
      let branch = function.instructions[function.blocks[function.order[place].index].end - 1]
      if branch.opcode == .branch, isShort(branch.b, function) || isShort(branch.c, function) { return true }
    }
    return false
  }

  private func isShort(_ edge: UInt32, _ function: Function) -> Bool {
    let id = function.lists[edge]
    let end = function.instructions[function.blocks[id].end - 1]
    return end.opcode == .jump && size(of: id, function) != nil
  }

  /// How much a block does in front of its end; null if it is too much, or can't be done anywhere.
  private func size(of id: UInt32, _ function: Function) -> UInt32? {
    let block = function.blocks[id]
    var size: UInt32 = 0
    for index in block.start + block.parameterCount..<block.end - 1 {
      let instruction = function.instructions[index]
      if instruction.opcode == .nop || instruction.opcode == .constant { continue }
      guard instruction.isQuick, size < Selection.sizeLimit else { return nil }
      size += 1
    }
    return size
  }

  /// Whether there are branches to be replaced. Inner ones are found first: they may lie on a side of others.
  private mutating func findMeetings(_ function: Function, _ counter: inout PassCounter) -> Bool {
    meetings.refill(with: BranchMeeting(), count: function.blocks.count)
    var isAny = false
    for place in stride(from: function.order.count - 1, through: 0, by: -1) {
      let id = function.order[place].index
      let end = function.instructions[function.blocks[id].end - 1]
      guard end.opcode == .branch, let meeting = meeting(of: end, at: UInt32(place), function), counter.allows() else {
        continue
      }
      meetings[id] = meeting
      isAny = true
    }
    return isAny
  }

  private func meeting(of branch: Instruction, at place: UInt32, _ function: Function) -> BranchMeeting? {
    let (one, two) = (side(branch.b, function), side(branch.c, function))
    let (first, second) = (function.lists[branch.b], function.lists[branch.c])
    var meeting = BranchMeeting()
    if let one, let two, one.target == two.target {
      meeting = BranchMeeting(target: one.target, size: one.size + two.size)
    } else if let one, one.target == second {
      meeting = one
    } else if let two, two.target == first {
      meeting = two
    } else {
      return nil
    }
    // A loop keeps its entry and its ways back.
    guard flow.positions[meeting.target] > place, !isHeader(meeting.target) else { return nil }
    let selects = countSelects(branch, meeting.target, function)
    guard selects <= Selection.selectLimit else { return nil }
    meeting.size += selects
    return meeting.size <= Selection.sizeLimit ? meeting : nil
  }

  /// How many different values the sides give; too many if they are floats, of which an engine would make a branch again.
  private func countSelects(_ branch: Instruction, _ target: UInt32, _ function: Function) -> UInt32 {
    let (one, two) = (lastEdge(branch.b, target, function), lastEdge(branch.c, target, function))
    let block = function.blocks[target]
    var count: UInt32 = 0
    for number in 0..<block.parameterCount {
      if let one, let two, function.lists[one + 2 + number] == function.lists[two + 2 + number] { continue }
      count += function.instructions[block.start + number].type.isInteger ? 1 : Selection.selectLimit + 1
    }
    return count
  }

  /// The edge by which a side comes to `target`, if it is one.
  private func lastEdge(_ edge: UInt32, _ target: UInt32, _ function: Function) -> UInt32? {
    let id = function.lists[edge]
    if id == target { return edge }
    return meetings[id].target == Rebuilder.none ? function.instructions[function.blocks[id].end - 1].a : nil
  }

  private func isHeader(_ id: UInt32) -> Bool {
    flow.predecessors(of: id).contains { flow.isBackEdge($0, id) }
  }

  /// Where a block that is one side of a branch goes, and how much it does; null if it can't be done anywhere.
  private func side(_ edge: UInt32, _ function: Function) -> BranchMeeting? {
    let id = function.lists[edge]
    guard flow.predecessors(of: id).count == 1 else { return nil }
    guard let size = size(of: id, function) else { return nil }
    var side = meetings[id]
    if side.target == Rebuilder.none {
      let end = function.instructions[function.blocks[id].end - 1]
      guard end.opcode == .jump else { return nil }
      side.target = function.lists[end.a]
    }
    side.size += size
    return side.size <= Selection.sizeLimit ? side : nil
  }

  // MARK: Rebuilding

  /// Copies a block, and behind it the one where the sides of its branch meet, if no other way leads there.
  private mutating func copyBlock(_ first: UInt32, _ function: Function) {
    var id = first
    while meetings[id].target != Rebuilder.none {
      let target = meetings[id].target
      arguments.removeAll()
      copyBody(id, function)
      select(id, to: target, function)
      guard flow.predecessors(of: target).count == 2 else { return jump(to: target, from: id, function) }
      let start = function.blocks[target].start
      for number in 0..<UInt32(arguments.count) { rebuilder.values[start + number] = arguments[number] }
      id = target
    }
    for index in rebuilder.body(of: id) { rebuilder.copy(index) }
  }

  private mutating func jump(to target: UInt32, from id: UInt32, _ function: Function) {
    let edge = rebuilder.target.lists.add(rebuilder.newBlock(for: target))
    rebuilder.target.lists.append(UInt32(arguments.count))
    rebuilder.target.lists.append(contentsOf: arguments.elements)
    let branch = function.instructions[function.blocks[id].end - 1]
    rebuilder.emit(Instruction(.jump, a: edge, position: branch.position))
  }

  private mutating func copyBody(_ id: UInt32, _ function: Function) {
    let body = rebuilder.body(of: id)
    for index in body.lowerBound..<body.upperBound - 1 { rebuilder.copy(index) }
  }

  /// Does both sides of a block's branch, and adds what `target` is given then.
  private mutating func select(_ id: UInt32, to target: UInt32, _ function: Function) {
    let branch = function.instructions[function.blocks[id].end - 1]
    let first = arguments.count
    copySide(branch.b, to: target, function)
    let second = arguments.count
    copySide(branch.c, to: target, function)
    let condition = rebuilder.values[branch.a]
    for number in 0..<second - first {
      let (one, two) = (arguments[first + number], arguments[second + number])
      if one == two { continue }
      let type = rebuilder.target.instructions[one].type
      let select = Instruction(.select, type, a: condition, b: one, c: two, position: branch.position)
      arguments[first + number] = emit(select)
    }
    arguments.truncate(to: second)
  }

  /// Emits a select, or what is better.
  private mutating func emit(_ select: Instruction) -> UInt32 {
    var best = select
    while let rewriting = FoldRules(function: rebuilder.target).rewriting(of: best) {
      switch rewriting {
      case .value(let value): return value
      case .instruction(let better): best = better
      default: return rebuilder.emit(best)
      }
    }
    return rebuilder.emit(best)
  }

  /// Does what a side does, and adds what it gives to `target`.
  private mutating func copySide(_ edge: UInt32, to target: UInt32, _ function: Function) {
    let id = function.lists[edge]
    if id == target { return addArguments(of: edge, function) }
    let start = function.blocks[id].start
    for (number, argument) in function.arguments(ofEdge: edge).enumerated() {
      rebuilder.values[start + UInt32(number)] = rebuilder.values[argument]
    }
    copyBody(id, function)
    if meetings[id].target != Rebuilder.none { return select(id, to: target, function) }
    addArguments(of: function.instructions[function.blocks[id].end - 1].a, function)
  }

  private mutating func addArguments(of edge: UInt32, _ function: Function) {
    for argument in function.arguments(ofEdge: edge) { arguments.append(rebuilder.values[argument]) }
  }
}

extension Instruction {
  /// An operation on integers that can be done anywhere, within a cycle or two.
  fileprivate var isQuick: Bool {
    guard type.isInteger else { return false }
    switch opcode {
    case .add, .sub, .and, .or, .xor, .shl, .shrS, .shrU, .rotl, .rotr, .select: return true
    case .eqz, .eq, .ne, .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU, .lt, .gt, .le, .ge: return true
    case .wrap, .extendS, .extendU, .extend8S, .extend16S, .extend32S: return true
    default: return false
    }
  }
}
