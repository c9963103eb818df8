// Loops that run a known number of times: several of their rounds become one, or all of them do. What moves from
// variable to variable in each round stays where it is then, the counter is compared less often, and elements that lie
// beside each other share their address: a loop that does neither stays as it is, and so does one that calls or checks
// something, which would gain little. Only innermost loops that are left at their end alone; each is copied once and
// within a size, so that the work and the code stay linear.

import ZongStores

/// Loop unrolling.
package struct Unrolling: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  /// The blocks of each loop, in their order: the head first, and last the one that leads back.
  private var members = LinkedLists()
  private var plans = Store<Plan>()
  private var arguments = Store<UInt32>()

  package init() {}

  /// What becomes of the loop with this head.
  struct Plan: BitwiseCopyable {
    /// How many rounds become one; 0 leaves the loop alone.
    var rounds: UInt32 = 0
    /// Whether these are all.
    var isWhole = false
    /// The block that leads back, and its edge to the head.
    var latch: UInt32 = 0
    var back: UInt32 = 0
  }

  /// All rounds become one up to this many instructions; some of them do up to the second, and at most so many.
  private static let wholeSize: UInt32 = 128
  private static let sizeLimit: UInt32 = 400
  private static let roundLimit: UInt32 = 8
  /// No function grows by more instructions.
  private static let growthLimit: UInt32 = 2000
  /// Counters that stay within this, on both sides of 0, never wrap.
  private static let countLimit: Int64 = 1 << 28

  /// Whether any loop was unrolled.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops else { return false }
    flow.compute(function)
    guard choose(function, &counter) else { return false }
    rebuild(function)
    return true
  }

  // MARK: Choosing

  private mutating func choose(_ function: Function, _ counter: inout PassCounter) -> Bool {
    plans.refill(with: Plan(), count: function.blocks.count)
    findMembers(function)
    var grown: UInt32 = 0
    var isAny = false
    for place in 0..<function.order.count {
      let header = function.order[place].index
      guard flow.isLoopHeader(header), var plan = plan(header, function),
        let size = size(header, plan, function), let trips = trips(header, plan, function)
      else { continue }
      plan.rounds = Unrolling.rounds(trips, size)
      plan.isWhole = Int64(plan.rounds) == trips
      let growth = (plan.rounds &- 1) &* size
      guard plan.rounds > 1 || plan.isWhole, grown + growth <= Unrolling.growthLimit, counter.allows() else { continue }
      plans[header] = plan
      grown += growth
      isAny = true
    }
    return isAny
  }

  private mutating func findMembers(_ function: Function) {
    members.refill(heads: function.blocks.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      if flow.loopHeaders[id] != ControlFlow.none { members.add(id, to: flow.loopHeaders[id]) }
    }
  }

  /// The one block that leads back, by a branch that leaves the loop otherwise.
  private func plan(_ header: UInt32, _ function: Function) -> Plan? {
    guard flow.onlyEntry(of: header) != nil, flow.predecessors(of: header).count == 2,
      let latch = flow.predecessors(of: header).first(where: { flow.isBackEdge($0, header) }),
      flow.loopHeaders[latch] == header
    else { return nil }
    let branch = function[function.terminator(of: BlockId(latch))]
    guard branch.opcode == .branch, branch.b != branch.c else { return nil }
    let back = function.lists[branch.b] == header ? branch.b : branch.c
    return Plan(latch: latch, back: back)
  }

  /// The number of instructions that cost something; nil for a loop that isn't innermost, isn't left at its end alone,
  /// calls or checks, or has nothing to gain.
  private func size(_ header: UInt32, _ plan: Plan, _ function: Function) -> UInt32? {
    var size: UInt32 = 0
    var gains = movesParameters(header, plan.back, function)
    var node = members.first(of: header)
    while node != LinkedLists.none {
      let id = members.item(node)
      node = members.next(node, of: header)
      guard id == plan.latch || staysInside(id, header, function) else { return nil }
      let block = function.blocks[id]
      for index in block.start..<block.end {
        switch function.instructions[index].opcode {
        case .nop, .blockParameter, .constant, .jump: continue
        case .call, .callIndirect, .check, .checkKey, .switchBranch, .memoryCopy, .memoryFill: return nil
        case .load, .store:
          gains = true
          size += 1
        default: size += 1
        }
      }
      if size > Unrolling.sizeLimit { return nil }
    }
    return gains ? size : nil
  }

  /// Whether a parameter of the head becomes another one in the next round.
  private func movesParameters(_ header: UInt32, _ back: UInt32, _ function: Function) -> Bool {
    let block = function.blocks[header]
    let parameters = block.start..<block.start + block.parameterCount
    for (place, value) in function.arguments(ofEdge: back).enumerated()
    where parameters.contains(value) && value != parameters.lowerBound + UInt32(place) {
      return true
    }
    return false
  }

  /// Whether the block leads to blocks of its own loop only.
  private func staysInside(_ id: UInt32, _ header: UInt32, _ function: Function) -> Bool {
    var isInside = true
    function.forEachEdge(of: function[function.terminator(of: BlockId(id))]) { edge in
      if flow.loopHeaders[function.lists[edge]] != header { isInside = false }
    }
    return isInside
  }

  /// How many times the loop runs: its counter begins with a constant, is changed by one, and compared with one.
  private func trips(_ header: UInt32, _ plan: Plan, _ function: Function) -> Int64? {
    let branch = function[function.terminator(of: BlockId(plan.latch))]
    var test = function.instructions[branch.a]
    guard test.opcode.isComparison, test.opcode != .eqz else { return nil }
    if function.constantBits(test.a) != nil {
      (test.a, test.b, test.opcode) = (test.b, test.a, test.opcode.swapped)
    }
    let opcode = branch.b == plan.back ? test.opcode : test.opcode.negated
    guard let opcode, let end = constant(test.b, function), let step = step(test.a, header, plan.back, function),
      let first = first(step.parameter, header, plan.back, function)
    else { return nil }
    return Unrolling.trips(from: first, to: end, by: step.amount, while: opcode)
  }

  private static func trips(from first: Int64, to end: Int64, by step: Int64, while opcode: Opcode) -> Int64? {
    let distance: Int64
    switch opcode {
    case .ltS where step > 0: distance = end - first
    case .leS where step > 0: distance = end - first + 1
    case .gtS where step < 0: distance = first - end
    case .geS where step < 0: distance = first - end + 1
    case .ne where (end - first) % step == 0 && (end - first) / step > 0: return (end - first) / step
    default: return nil
    }
    let length = abs(step)
    // The test is at the end, so that there is one round at least.
    return max(1, (distance + length - 1) / length)
  }

  /// A small number.
  private func constant(_ value: UInt32, _ function: Function) -> Int64? {
    guard function.instructions[value].type.isInteger, let bits = function.constantBits(value) else { return nil }
    let number = Int64(bitPattern: bits)
    return number.magnitude <= Unrolling.countLimit.magnitude ? number : nil
  }

  /// The parameter of the head that becomes `next`, and the constant that is added to it.
  private func step(_ next: UInt32, _ header: UInt32, _ back: UInt32, _ function: Function) -> (
    parameter: UInt32, amount: Int64
  )? {
    let sum = function.instructions[next]
    let block = function.blocks[header]
    guard sum.opcode == .add, let amount = constant(sum.b, function), amount != 0,
      sum.a >= block.start, sum.a < block.start + block.parameterCount
    else { return nil }
    let parameter = sum.a - block.start
    return function.lists[back + 2 + parameter] == next ? (parameter, amount) : nil
  }

  /// The constant that the parameter begins with.
  private func first(_ parameter: UInt32, _ header: UInt32, _ back: UInt32, _ function: Function) -> Int64? {
    guard let entry = flow.incomingEdges(of: header).first(where: { $0 != back }) else { return nil }
    return constant(function.lists[entry + 2 + parameter], function)
  }

  /// How many rounds become one: all, or a divisor of them.
  private static func rounds(_ trips: Int64, _ size: UInt32) -> UInt32 {
    if trips <= Int64(wholeSize) && UInt32(trips) * size <= wholeSize { return UInt32(trips) }
    var rounds = min(roundLimit, sizeLimit / max(size, 1))
    while rounds > 1 && trips % Int64(rounds) != 0 { rounds -= 1 }
    return rounds
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let header = flow.loopHeaders[id]
      let isUnrolled = header != ControlFlow.none && plans[header].rounds > 0
      // The blocks of an unrolled loop stand where its head stood.
      guard !isUnrolled || header == id, rebuilder.open(id) else { continue }
      if isUnrolled {
        unroll(header, function)
      } else {
        for index in rebuilder.body(of: id) { rebuilder.copy(index) }
      }
    }
    rebuilder.finish()
  }

  /// Writes the rounds one behind the other; the new head is open.
  private mutating func unroll(_ header: UInt32, _ function: Function) {
    let plan = plans[header]
    for round in 1...plan.rounds {
      var node = members.first(of: header)
      while node != LinkedLists.none {
        let id = members.item(node)
        node = members.next(node, of: header)
        guard id == header || rebuilder.open(id) else { continue }
        let body = rebuilder.body(of: id)
        for index in body.lowerBound..<body.upperBound - 1 { rebuilder.copy(index) }
        if id != plan.latch {
          rebuilder.copy(body.upperBound - 1)
        } else if round < plan.rounds {
          beginNextRound(header, function)
        } else {
          end(body.upperBound - 1, plan, function)
        }
      }
    }
  }

  /// The head's parameters are what the way back would give them, and the other blocks are new ones.
  private mutating func beginNextRound(_ header: UInt32, _ function: Function) {
    arguments.removeAll()
    for value in function.arguments(ofEdge: plans[header].back) { arguments.append(rebuilder.values[value]) }
    let start = function.blocks[header].start
    for index in 0..<UInt32(arguments.count) { rebuilder.values[start + index] = arguments[index] }
    var node = members.first(of: header)
    while node != LinkedLists.none {
      if members.item(node) != header { rebuilder.blocks[members.item(node)] = Rebuilder.none }
      node = members.next(node, of: header)
    }
  }

  private mutating func end(_ index: UInt32, _ plan: Plan, _ function: Function) {
    guard plan.isWhole else { return rebuilder.copy(index) }
    let branch = function.instructions[index]
    let leaves = branch.b == plan.back ? branch.c : branch.b
    rebuilder.site = Int(index) < function.instructionSites.count ? function.instructionSites[index] : 0
    rebuilder.emit(Instruction(.jump, a: rebuilder.mappedEdge(leaves), position: branch.position))
  }
}
