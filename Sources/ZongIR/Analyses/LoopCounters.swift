// Indices that go with a loop's counters, and whether they stay within their bounds in all rounds.
//
// A counter is a parameter of the loop's head that the only way back changes by the same amount in every round:
// - it is compared on the way back with an end that stays the same, which is in front of it (`while i < n`); the amount
//   is a constant, or for one that goes up a value from outside the loop (`while i <= n { …; i += step; }`);
// - two counters are compared with each other, and go towards each other (`while low < high`): each is bounded by where
//   the other one began;
// - beside such a counter, others change by a constant: there are no more rounds than the compared one allows.
// An index goes with a counter if it is the counter times a factor plus a term, both the same in all rounds. In whole
// numbers such an index lies between its first and its last value, so testing these two is enough; that 64 bits hold all
// of it is part of the test.

import ZongStores

/// A bounds check whose index goes with a counter.
struct CountedBounds: BitwiseCopyable {
  var index: UInt32
  var length: UInt32
  /// The counter's place among those of the loop.
  var counter: Int
  /// The factor: a constant times a value from outside the loop (0 for none).
  var factor: Int64
  var factorValue: UInt32
  /// If the index is the counter and a small constant, and the length less than 2³²: the constant.
  var offset: Int64?
  var isDirect: Bool { offset != nil }
}

/// A parameter of a loop's head that changes by the same amount in every round.
struct LoopCounter: BitwiseCopyable {
  var parameter: UInt32
  /// What is added in each round; 1 where it is `stepValue`.
  var step: Int64
  /// A value from outside the loop that is added, or 0. The test asks that it is positive.
  var stepValue: UInt32 = 0
  /// What bounds it: a value from outside the loop, or another parameter, whose first value is meant. 0 for a counter
  /// that isn't compared itself, but goes along with the first one.
  var end: UInt32 = 0
  /// Whether the counter may be the end itself.
  var reachesEnd = false
  /// The comparison by which the loop goes on, with the counter's next value on the left.
  var comparison = Opcode.nop
  /// Whether every way into the loop gives it 0.
  var beginsAtZero = false
  /// Whether the loop is entered only where the comparison holds of the first value: then the last one lies behind it.
  var isGuarded = false
  /// Whether the test says anyway that the first and the last value lie near 0, because the counter itself is an index.
  var isNear = false
  /// While the test is written: the counter's first and last value, how far they are apart, and what is to be tested of
  /// them, or 0.
  var isWritten = false
  var first: UInt32 = 0
  var last: UInt32 = 0
  var distance: UInt32 = 0
  var test: UInt32 = 0
}

/// An index that the test in front of the loop compares with a length.
struct TestedBounds: BitwiseCopyable {
  var index: UInt32
  var length: UInt32
}

/// The counters of one loop.
struct LoopCounters: ~Copyable {
  private var header: UInt32 = 0
  /// By value: the head of the innermost loop in which it is made, or `none`.
  var loops = Store<UInt32>()
  /// Those that are compared come first.
  private var counters = Store<LoopCounter>()
  /// What the test asks already.
  private var tested = Store<TestedBounds>()
  /// All bounds that the test is to ask for.
  private var expected = Store<CountedBounds>()

  init() {}

  private static let stepLimit: Int64 = 1 << 20
  private static let factorLimit: Int64 = 1 << 10
  private static let depthLimit = 6
  private static let counterLimit = 4

  /// Whether the value isn't made in the loop; constants may be made anywhere.
  func isOutside(_ value: UInt32, _ function: Function) -> Bool {
    function.instructions[value].opcode == .constant || loops[value] != header
  }

  /// Finds the counters of the innermost loop with this head.
  mutating func begin(_ header: UInt32, _ function: Function, _ flow: borrowing ControlFlow) {
    self.header = header
    counters.removeAll()
    tested.removeAll()
    expected.removeAll()
    var edge = ControlFlow.none
    var latch = ControlFlow.none
    for (place, predecessor) in flow.predecessors(of: header).enumerated()
    where flow.isBackEdge(predecessor, header) {
      // Two ways back have no condition in common.
      if latch != ControlFlow.none { return }
      latch = predecessor
      edge = flow.incomingEdges(of: header)[place]
    }
    guard latch != ControlFlow.none else { return }
    let branch = function[function.terminator(of: BlockId(latch))]
    guard branch.opcode == .branch, branch.b != branch.c else { return }
    findCounters(function.instructions[branch.a], edge, isTrue: edge == branch.b, function)
    guard counters.count > 0 else { return }
    findFollowers(edge, function)
    for place in 0..<UInt32(counters.count) {
      let argument = counters[place].parameter - function.blocks[header].start
      counters[place].beginsAtZero = isZero(argument, edge, function, flow)
      counters[place].isGuarded = isGuarded(counters[place], edge, function, flow)
    }
  }

  /// Whether a branch in front of the loop has compared the first value as the way back compares the next one.
  private func isGuarded(_ counter: LoopCounter, _ back: UInt32, _ function: Function, _ flow: borrowing ControlFlow)
    -> Bool
  {
    guard counter.comparison != .nop, let entry = entry(back, flow) else { return false }
    let start = function.blocks[header].start
    let first = function.lists[entry.edge + 2 + (counter.parameter - start)]
    // The end may be another parameter: then its first value is meant.
    let isParameter = counter.end >= start && counter.end < start + function.blocks[header].parameterCount
    let end = isParameter ? function.lists[entry.edge + 2 + (counter.end - start)] : counter.end
    var (block, edge) = entry
    var branch = function.instructions[function.blocks[block].end - 1]
    if branch.opcode == .jump {
      guard let before = flow.predecessors(of: block).first, flow.predecessors(of: block).count == 1 else {
        return false
      }
      edge = flow.incomingEdges(of: block)[0]
      block = before
      branch = function.instructions[function.blocks[block].end - 1]
    }
    guard branch.opcode == .branch, branch.b != branch.c else { return false }
    let test = function.instructions[branch.a]
    guard test.opcode.isComparison, test.opcode != .eqz,
      let opcode = edge == branch.b ? test.opcode : test.opcode.negated
    else { return false }
    if opcode == counter.comparison && isSame(test.a, first, function) && isSame(test.b, end, function) { return true }
    return opcode.swapped == counter.comparison && isSame(test.b, first, function) && isSame(test.a, end, function)
  }

  /// The only block and edge that enter the loop.
  private func entry(_ back: UInt32, _ flow: borrowing ControlFlow) -> (block: UInt32, edge: UInt32)? {
    var found: (UInt32, UInt32)?
    for (place, edge) in flow.incomingEdges(of: header).enumerated() where edge != back {
      if found != nil { return nil }
      found = (flow.predecessors(of: header)[place], edge)
    }
    return found
  }

  /// Whether the two are one value, or constants of the same number.
  private func isSame(_ first: UInt32, _ second: UInt32, _ function: Function) -> Bool {
    guard first != second else { return true }
    guard let bits = function.constantBits(first) else { return false }
    return bits == function.constantBits(second)
  }

  /// Whether all edges into the loop, but for the one back, give the constant 0 to the head's parameter of this number.
  private func isZero(_ number: UInt32, _ back: UInt32, _ function: Function, _ flow: borrowing ControlFlow) -> Bool {
    for edge in flow.incomingEdges(of: header) where edge != back {
      if function.constantBits(function.lists[edge + 2 + number]) != 0 { return false }
    }
    return true
  }

  private mutating func findCounters(
    _ condition: Instruction, _ edge: UInt32, isTrue: Bool, _ function: Function
  ) {
    guard condition.opcode.isComparison, condition.opcode != .eqz,
      let opcode = isTrue ? condition.opcode : condition.opcode.negated
    else { return }
    let left = changedParameter(condition.a, edge, function)
    let right = changedParameter(condition.b, edge, function)
    if let left, isOutside(condition.b, function) {
      note(left, opcode, condition.b)
    } else if let right, isOutside(condition.a, function) {
      note(right, opcode.swapped, condition.a)
    } else if let left, let right, left.stepValue == 0, right.stepValue == 0 {
      guard isTowards(left.step, opcode), isTowards(right.step, opcode.swapped) else { return }
      append(left, opcode, end: right.parameter, reachesEnd: true)
      append(right, opcode.swapped, end: left.parameter, reachesEnd: true)
    }
  }

  /// The head's parameter that gets this value on the way back: itself and what is added to it.
  private func changedParameter(_ next: UInt32, _ edge: UInt32, _ function: Function) -> LoopCounter? {
    let sum = function.instructions[next]
    guard sum.opcode == .add, sum.type == .i64 else { return nil }
    if let bits = function.constantBits(sum.b) {
      let step = Int64(bitPattern: bits)
      guard step != 0, step.magnitude <= LoopCounters.stepLimit.magnitude, gets(sum.a, next, edge, function) else {
        return nil
      }
      return LoopCounter(parameter: sum.a, step: step)
    }
    if isOutside(sum.b, function), gets(sum.a, next, edge, function) {
      return LoopCounter(parameter: sum.a, step: 1, stepValue: sum.b)
    }
    if isOutside(sum.a, function), gets(sum.b, next, edge, function) {
      return LoopCounter(parameter: sum.b, step: 1, stepValue: sum.a)
    }
    return nil
  }

  /// Whether the value is a parameter of the head, and gets `next` on the way back.
  private func gets(_ value: UInt32, _ next: UInt32, _ edge: UInt32, _ function: Function) -> Bool {
    let start = function.blocks[header].start
    guard value >= start, value < start + function.blocks[header].parameterCount else { return false }
    return function.lists[edge + 2 + (value - start)] == next
  }

  /// Whether a counter with this step, which compares so with its end while the loop goes on, comes to its end.
  private func isTowards(_ step: Int64, _ opcode: Opcode) -> Bool {
    switch opcode {
    case .ltS, .leS: step > 0
    case .gtS, .geS: step < 0
    default: false
    }
  }

  private mutating func note(_ counter: LoopCounter, _ opcode: Opcode, _ end: UInt32) {
    guard isTowards(counter.step, opcode) else { return }
    append(counter, opcode, end: end, reachesEnd: opcode == .leS || opcode == .geS)
  }

  private mutating func append(_ counter: LoopCounter, _ comparison: Opcode, end: UInt32, reachesEnd: Bool) {
    var counter = counter
    counter.comparison = comparison
    counter.end = end
    counter.reachesEnd = reachesEnd
    counters.append(counter)
  }

  /// The other parameters that the way back changes by a constant.
  private mutating func findFollowers(_ edge: UInt32, _ function: Function) {
    let block = function.blocks[header]
    for parameter in block.start..<block.start + block.parameterCount {
      guard counters.count < LoopCounters.counterLimit else { return }
      let next = function.lists[edge + 2 + (parameter - block.start)]
      guard let found = changedParameter(next, edge, function), found.parameter == parameter, found.stepValue == 0
      else { continue }
      var isKnown = false
      for place in 0..<counters.count where counters[UInt32(place)].parameter == parameter { isKnown = true }
      if !isKnown { counters.append(found) }
    }
  }

  // MARK: Bounds

  /// What a condition says of an index that goes with a counter: it is below a length.
  func bounds(_ condition: UInt32, _ function: Function) -> CountedBounds? {
    let test = function.instructions[condition]
    guard test.opcode == .ltU, function.instructions[test.a].type == .i64, isOutside(test.b, function),
      !isOutside(test.a, function)
    else { return nil }
    for place in 0..<counters.count {
      let parameter = counters[UInt32(place)].parameter
      guard let factor = factor(test.a, of: parameter, function, LoopCounters.depthLimit) else { continue }
      return CountedBounds(
        index: test.a, length: test.b, counter: place, factor: factor.constant, factorValue: factor.value,
        offset: isShort(test.b, function) ? offset(test.a, from: parameter, function) : nil)
    }
    return nil
  }

  /// What is added to the counter, if the value is the counter with small constants added to it.
  private func offset(_ value: UInt32, from counter: UInt32, _ function: Function) -> Int64? {
    var at = value
    var offset: Int64 = 0
    for _ in 0..<LoopCounters.depthLimit where at != counter {
      let sum = function.instructions[at]
      guard sum.opcode == .add, let bits = function.constantBits(sum.b),
        Int64(bitPattern: bits).magnitude <= LoopCounters.stepLimit.magnitude
      else { return nil }
      offset += Int64(bitPattern: bits)
      at = sum.a
    }
    return at == counter ? offset : nil
  }

  private func isShort(_ length: UInt32, _ function: Function) -> Bool {
    IntegerRange(low: 0, high: 0xFFFF_FFFF).contains(function.range(length, depth: 2))
  }

  private func factor(_ value: UInt32, of counter: UInt32, _ function: Function, _ depth: Int) -> (
    constant: Int64, value: UInt32
  )? {
    if value == counter { return (1, 0) }
    let instruction = function.instructions[value]
    guard depth > 0, instruction.type == .i64, !isOutside(value, function) else { return nil }
    let (isLeft, isRight) = (!isOutside(instruction.a, function), !isOutside(instruction.b, function))
    switch instruction.opcode {
    case .add:
      guard isLeft != isRight else { return nil }
      return factor(isLeft ? instruction.a : instruction.b, of: counter, function, depth - 1)
    case .sub:
      guard isLeft != isRight else { return nil }
      if isLeft { return factor(instruction.a, of: counter, function, depth - 1) }
      return factor(instruction.b, of: counter, function, depth - 1).map { (-$0.constant, $0.value) }
    case .mul:
      guard isLeft != isRight else { return nil }
      let inside = isLeft ? instruction.a : instruction.b
      guard let inner = factor(inside, of: counter, function, depth - 1) else { return nil }
      return multiplied(inner, isLeft ? instruction.b : instruction.a, function)
    case .shl:
      guard isLeft, let bits = function.constantBits(instruction.b), bits <= 10,
        let inner = factor(instruction.a, of: counter, function, depth - 1)
      else { return nil }
      return limited(inner.constant << Int64(bits), inner.value)
    default: return nil
    }
  }

  private func multiplied(_ factor: (constant: Int64, value: UInt32), _ value: UInt32, _ function: Function) -> (
    constant: Int64, value: UInt32
  )? {
    guard let bits = function.constantBits(value) else { return factor.value == 0 ? (factor.constant, value) : nil }
    let number = Int64(bitPattern: bits)
    guard number.magnitude <= LoopCounters.factorLimit.magnitude else { return nil }
    return limited(factor.constant * number, factor.value)
  }

  private func limited(_ constant: Int64, _ value: UInt32) -> (constant: Int64, value: UInt32)? {
    constant.magnitude <= LoopCounters.factorLimit.magnitude ? (constant, value) : nil
  }

  // MARK: The test in front of the loop

  /// The test will be written with these bounds among others.
  mutating func expect(_ bounds: CountedBounds) {
    expected.append(bounds)
    if bounds.isDirect { counters[UInt32(bounds.counter)].isNear = true }
  }

  /// Whether the index stays below the length in all rounds. The head's parameters stand for their first values.
  ///
  /// The counter's first and last value are less than 2³³ apart, which is tested, or follows from what is tested of an
  /// index that is the counter itself. With a factor of at most 2³⁰ the index moves by less than 2⁶³ from its first
  /// value, which lies below 2³², towards its last one: what lies between two values that are within bounds is within
  /// bounds. Where the loop's end lies before its beginning, so that there is one round, the test may say no.
  mutating func emitTest(_ bounds: CountedBounds, _ function: Function, _ rebuilder: inout Rebuilder) -> UInt32 {
    let place = UInt32(bounds.counter)
    if !counters[0].isWritten { emitLeaders(&rebuilder) }
    if !counters[place].isWritten { emitFollowing(place, &rebuilder) }
    let counter = counters[place]
    let length = rebuilder.available(bounds.length)
    var test = counter.test
    // Once is enough, for what goes with this counter and with those that follow it.
    counters[place].test = 0
    let needed = neededEnds(bounds, counter, function)
    for (isNeeded, end) in [(needed.last, counter.last), (needed.first, counter.first)] where isNeeded {
      let index = emitIndex(bounds.index, counter.parameter, end, function, &rebuilder)
      if isTested(index, length, rebuilder) { continue }
      tested.append(TestedBounds(index: index, length: length))
      test = rebuilder.both(test, rebuilder.emit(Instruction(.ltU, .i32, a: index, b: length)))
    }
    guard bounds.factorValue != 0 else { return test }
    let factor = rebuilder.available(bounds.factorValue)
    return rebuilder.both(test, rebuilder.emitWithin(factor, 1 << 20))
  }

  /// Which of the two ends of the way that the index goes have to be compared with the length.
  private func neededEnds(_ bounds: CountedBounds, _ counter: LoopCounter, _ function: Function) -> (
    first: Bool, last: Bool
  ) {
    if let lowest = lowest(bounds, counter, function), lowest >= 0 {
      // The lower end isn't negative, and the upper one lies above it: so that is enough, or that of an index above it.
      let isBelowAnother = isBelowAnother(bounds)
      return counter.step > 0 ? (false, !isBelowAnother) : (!isBelowAnother, false)
    }
    // That 0 lies below the length is said by the last index's lying below it.
    return (bounds.index != counter.parameter || !counter.beginsAtZero, true)
  }

  /// The lowest value of an index that is a counter of a guarded loop and a constant, if it is known.
  private func lowest(_ bounds: CountedBounds, _ counter: LoopCounter, _ function: Function) -> Int64? {
    guard let offset = bounds.offset, counter.isGuarded, counter.stepValue == 0 else { return nil }
    if counter.step > 0 { return counter.beginsAtZero ? offset : nil }
    if let bits = function.constantBits(counter.end) {
      let end = Int64(bitPattern: bits)
      guard end.magnitude <= LoopCounters.stepLimit.magnitude else { return nil }
      return end + offset + (counter.reachesEnd ? 0 : 1)
    }
    for place in 0..<UInt32(counters.count) where counters[place].parameter == counter.end {
      return counters[place].beginsAtZero ? offset : nil
    }
    return nil
  }

  /// Whether the test asks for a greater index with the same counter and length.
  private func isBelowAnother(_ bounds: CountedBounds) -> Bool {
    guard let offset = bounds.offset else { return false }
    for place in 0..<UInt32(expected.count) {
      let other = expected[place]
      if other.counter == bounds.counter, other.length == bounds.length, let above = other.offset, above > offset {
        return true
      }
    }
    return false
  }

  /// Whether the test asks already that the index lies below the length: of 0, if anything does.
  private func isTested(_ index: UInt32, _ length: UInt32, _ rebuilder: borrowing Rebuilder) -> Bool {
    let constant = rebuilder.target.instructions[index]
    let isZero = constant.opcode == .constant && constant.bits == 0
    for place in 0..<UInt32(tested.count) where tested[place].length == length {
      if isZero || tested[place].index == index { return true }
    }
    return false
  }

  /// The ranges of the counters that are compared. Where there are two, neither is bounded if the other one wraps.
  private mutating func emitLeaders(_ rebuilder: inout Rebuilder) {
    let isMeeting = counters.count > 1 && counters[1].end != 0
    let isNear = counters[0].isNear && (!isMeeting || counters[1].isNear)
    emitRange(0, isNear: isNear, &rebuilder)
    guard isMeeting else { return }
    emitRange(1, isNear: isNear, &rebuilder)
    let test = rebuilder.both(counters[0].test, counters[1].test)
    counters[0].test = test
    counters[1].test = test
  }

  /// A counter's last value at most, and whether it is near the first, and far from where a step would wrap.
  private mutating func emitRange(_ place: UInt32, isNear: Bool, _ rebuilder: inout Rebuilder) {
    var counter = counters[place]
    counter.isWritten = true
    counter.first = rebuilder.values[counter.parameter]
    counter.last = rebuilder.available(counter.end)
    if !counter.reachesEnd {
      let one = rebuilder.emit(.constant(.i64, bits: counter.step > 0 ? .max : 1, position: 0))
      counter.last = rebuilder.emit(Instruction(.add, .i64, a: counter.last, b: one))
    }
    let (high, low) = counter.step > 0 ? (counter.last, counter.first) : (counter.first, counter.last)
    counter.distance = rebuilder.emit(Instruction(.sub, .i64, a: high, b: low))
    if !isNear {
      let most = rebuilder.emit(.constant(.i64, bits: 1 << 31, position: 0))
      let test = rebuilder.emit(Instruction(.ltU, .i32, a: counter.distance, b: most))
      counter.test = rebuilder.both(test, rebuilder.emitWithin(counter.last, 1 << 62))
    }
    if counter.stepValue != 0 {
      let one = rebuilder.emit(.constant(.i64, bits: .max, position: 0))
      let less = rebuilder.emit(Instruction(.add, .i64, a: rebuilder.available(counter.stepValue), b: one))
      let most = rebuilder.emit(.constant(.i64, bits: 1 << 31, position: 0))
      counter.test = rebuilder.both(counter.test, rebuilder.emit(Instruction(.ltU, .i32, a: less, b: most)))
    }
    counters[place] = counter
  }

  /// The range of a counter that goes along with the first one, by the number of rounds: it moves by less than 2⁵⁴. It
  /// must be as near as that one.
  private mutating func emitFollowing(_ place: UInt32, _ rebuilder: inout Rebuilder) {
    let leader = counters[0]
    var counter = counters[place]
    counter.isWritten = true
    counter.first = rebuilder.values[counter.parameter]
    var rounds = leader.distance
    if leader.step.magnitude != 1 {
      let step = rebuilder.emit(.constant(.i64, bits: UInt64(leader.step.magnitude), position: 0))
      rounds = rebuilder.emit(Instruction(.divU, .i64, a: rounds, b: step))
    }
    let step = rebuilder.emit(.constant(.i64, bits: UInt64(bitPattern: counter.step), position: 0))
    let way = rebuilder.emit(Instruction(.mul, .i64, a: rounds, b: step))
    counter.last = rebuilder.emit(Instruction(.add, .i64, a: counter.first, b: way))
    counter.test = leader.test
    if !counter.isNear {
      let isNear = rebuilder.both(rebuilder.emitWithin(way, 1 << 31), rebuilder.emitWithin(counter.first, 1 << 61))
      counter.test = rebuilder.both(counter.test, isNear)
    }
    counters[place] = counter
  }

  /// The index where the counter has the given value.
  private func emitIndex(
    _ value: UInt32, _ counter: UInt32, _ at: UInt32, _ function: Function, _ rebuilder: inout Rebuilder
  ) -> UInt32 {
    if value == counter { return at }
    if isOutside(value, function) { return rebuilder.available(value) }
    let instruction = function.instructions[value]
    let a = emitIndex(instruction.a, counter, at, function, &rebuilder)
    let b = emitIndex(instruction.b, counter, at, function, &rebuilder)
    return rebuilder.emit(Instruction(instruction.opcode, .i64, a: a, b: b))
  }
}

extension Rebuilder {
  /// Both conditions; 0 is none.
  mutating func both(_ a: UInt32, _ b: UInt32) -> UInt32 {
    a == 0 ? b : b == 0 ? a : emit(Instruction(.and, .i32, a: a, b: b))
  }

  /// Whether `-limit <= value < limit`.
  mutating func emitWithin(_ value: UInt32, _ limit: UInt64) -> UInt32 {
    let low = emit(.constant(.i64, bits: limit, position: 0))
    let sum = emit(Instruction(.add, .i64, a: value, b: low))
    let high = emit(.constant(.i64, bits: limit * 2, position: 0))
    return emit(Instruction(.ltU, .i32, a: sum, b: high))
  }
}
