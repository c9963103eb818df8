// Indices that go with a loop's counter, and whether they stay within their bounds in all rounds.
//
// A counter is a parameter of the loop's head that every way back gives the same constant more (or less), where the
// only way back is taken only below (or above) an end that stays the same. An index goes with it if it is the counter
// times a factor plus a term, both the same in all rounds. In whole numbers such an index lies between its first and
// its last value, so testing these two is enough; that 64 bits hold all of it is part of the test.

import ZongStores

/// A bounds check whose index goes with a counter.
struct CountedBounds: BitwiseCopyable {
  var index: UInt32
  var length: UInt32
  /// The factor: a constant times a value from outside the loop (0 for none).
  var factor: Int64
  var factorValue: UInt32
}

/// The counter of one loop.
struct LoopCounters: ~Copyable {
  private var header: UInt32 = 0
  /// By value: the head of the innermost loop in which it is made, or `none`.
  var loops = Store<UInt32>()
  /// The head's parameter, 0 for none; what is added to it, and its end.
  private var counter: UInt32 = 0
  private var step: Int64 = 0
  private var end: UInt32 = 0
  /// Whether the counter may be the end itself.
  private var reachesEnd = false
  /// While the test is written: the counter's first and last value, and the test of both.
  private var first: UInt32 = 0
  private var last: UInt32 = 0
  private var rangeTest: UInt32 = 0

  init() {}

  private static let stepLimit: Int64 = 1 << 20
  private static let factorLimit: Int64 = 1 << 10
  private static let depthLimit = 6

  /// Whether the value isn't made in the loop; constants may be made anywhere.
  func isOutside(_ value: UInt32, _ function: Function) -> Bool {
    function.instructions[value].opcode == .constant || loops[value] != header
  }

  /// Finds the counter of the innermost loop with this head.
  mutating func begin(_ header: UInt32, _ function: Function, _ flow: borrowing ControlFlow) {
    self.header = header
    counter = 0
    first = 0
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
    findCounter(function.instructions[branch.a], edge, isTrue: edge == branch.b, function)
  }

  private mutating func findCounter(
    _ condition: Instruction, _ edge: UInt32, isTrue: Bool, _ function: Function
  ) {
    guard condition.opcode.isComparison, condition.opcode != .eqz,
      let opcode = isTrue ? condition.opcode : condition.opcode.negated
    else { return }
    if !noteCounter(condition.a, opcode, condition.b, edge, function) {
      _ = noteCounter(condition.b, opcode.swapped, condition.a, edge, function)
    }
  }

  /// The way back is taken while `next` compares so with `limit`.
  private mutating func noteCounter(
    _ next: UInt32, _ opcode: Opcode, _ limit: UInt32, _ edge: UInt32, _ function: Function
  ) -> Bool {
    let sum = function.instructions[next]
    guard sum.opcode == .add, sum.type == .i64, isOutside(limit, function),
      let bits = function.constantBits(sum.b)
    else { return false }
    let start = function.blocks[header].start
    guard sum.a >= start, sum.a < start + function.blocks[header].parameterCount,
      function.lists[edge + 2 + (sum.a - start)] == next
    else { return false }
    let step = Int64(bitPattern: bits)
    guard step != 0, step.magnitude <= LoopCounters.stepLimit.magnitude else { return false }
    switch opcode {
    case .ltS, .leS: if step < 0 { return false }
    case .gtS, .geS: if step > 0 { return false }
    default: return false
    }
    self.step = step
    counter = sum.a
    end = limit
    reachesEnd = opcode == .leS || opcode == .geS
    return true
  }

  // MARK: Bounds

  /// What a condition says of an index that goes with the counter: it is below a length.
  func bounds(_ condition: UInt32, _ function: Function) -> CountedBounds? {
    let test = function.instructions[condition]
    guard counter != 0, test.opcode == .ltU, function.instructions[test.a].type == .i64,
      isOutside(test.b, function), !isOutside(test.a, function),
      let factor = factor(test.a, function, LoopCounters.depthLimit)
    else { return nil }
    return CountedBounds(index: test.a, length: test.b, factor: factor.constant, factorValue: factor.value)
  }

  private func factor(_ value: UInt32, _ function: Function, _ depth: Int) -> (constant: Int64, value: UInt32)? {
    if value == counter { return (1, 0) }
    let instruction = function.instructions[value]
    guard depth > 0, instruction.type == .i64, !isOutside(value, function) else { return nil }
    let (isLeft, isRight) = (!isOutside(instruction.a, function), !isOutside(instruction.b, function))
    switch instruction.opcode {
    case .add:
      guard isLeft != isRight else { return nil }
      return factor(isLeft ? instruction.a : instruction.b, function, depth - 1)
    case .sub:
      guard isLeft != isRight else { return nil }
      if isLeft { return factor(instruction.a, function, depth - 1) }
      return factor(instruction.b, function, depth - 1).map { (-$0.constant, $0.value) }
    case .mul:
      guard isLeft != isRight else { return nil }
      guard let inner = factor(isLeft ? instruction.a : instruction.b, function, depth - 1) else { return nil }
      return multiplied(inner, isLeft ? instruction.b : instruction.a, function)
    case .shl:
      guard isLeft, let bits = function.constantBits(instruction.b), bits <= 10,
        let inner = factor(instruction.a, function, depth - 1)
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

  /// Whether the index stays below the length in all rounds. The head's parameters stand for their first values.
  ///
  /// With first and last value of the counter less than 2³¹ apart and a factor of at most 2³⁰, the index moves by less
  /// than 2⁶¹ from its first value, which lies below 2³²: nothing wraps, and what lies between two values that are
  /// within bounds is within bounds.
  mutating func emitTest(_ bounds: CountedBounds, _ function: Function, _ rebuilder: inout Rebuilder) -> UInt32 {
    if first == 0 { emitRange(&rebuilder) }
    let length = rebuilder.available(bounds.length)
    var test = rangeTest
    for end in [first, last] {
      let index = emitIndex(bounds.index, end, function, &rebuilder)
      test = rebuilder.both(test, rebuilder.emit(Instruction(.ltU, .i32, a: index, b: length)))
    }
    guard bounds.factorValue != 0 else { return test }
    let factor = rebuilder.available(bounds.factorValue)
    return rebuilder.both(test, rebuilder.emitWithin(factor, 1 << 20))
  }

  /// The counter's last value at most, and whether it is near the first, and far from where a step would wrap.
  private mutating func emitRange(_ rebuilder: inout Rebuilder) {
    first = rebuilder.values[counter]
    var limit = rebuilder.available(end)
    if !reachesEnd {
      let one = rebuilder.emit(.constant(.i64, bits: step > 0 ? .max : 1, position: 0))
      limit = rebuilder.emit(Instruction(.add, .i64, a: limit, b: one))
    }
    let goesOn = rebuilder.emit(Instruction(step > 0 ? .gtS : .ltS, .i32, a: limit, b: first))
    last = rebuilder.emit(Instruction(.select, .i64, a: goesOn, b: limit, c: first))
    let (high, low) = step > 0 ? (last, first) : (first, last)
    let distance = rebuilder.emit(Instruction(.sub, .i64, a: high, b: low))
    let most = rebuilder.emit(.constant(.i64, bits: 1 << 31, position: 0))
    let isNear = rebuilder.emit(Instruction(.ltU, .i32, a: distance, b: most))
    rangeTest = rebuilder.both(isNear, rebuilder.emitWithin(last, 1 << 62))
  }

  /// The index where the counter has the given value.
  private func emitIndex(
    _ value: UInt32, _ at: UInt32, _ function: Function, _ rebuilder: inout Rebuilder
  ) -> UInt32 {
    if value == counter { return at }
    if isOutside(value, function) { return rebuilder.available(value) }
    let instruction = function.instructions[value]
    let a = emitIndex(instruction.a, at, function, &rebuilder)
    let b = emitIndex(instruction.b, at, function, &rebuilder)
    return rebuilder.emit(Instruction(instruction.opcode, .i64, a: a, b: b))
  }
}

extension Rebuilder {
  mutating func both(_ a: UInt32, _ b: UInt32) -> UInt32 { emit(Instruction(.and, .i32, a: a, b: b)) }

  /// Whether `-limit <= value < limit`.
  mutating func emitWithin(_ value: UInt32, _ limit: UInt64) -> UInt32 {
    let low = emit(.constant(.i64, bits: limit, position: 0))
    let sum = emit(Instruction(.add, .i64, a: value, b: low))
    let high = emit(.constant(.i64, bits: limit * 2, position: 0))
    return emit(Instruction(.ltU, .i32, a: sum, b: high))
  }
}
