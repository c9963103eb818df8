// Proves relations between integers at a place: `x ≤ y + c`. After ABCD (Bodík, Gupta, Sarkar 2000): a proof walks from
// the values over known facts and over what computes them; at a loop's header over all its edges, where the relation
// itself may be taken for granted on the way back (induction over time: what a removed check would have tested was
// proven from what held before). Every proof has a budget, so that the whole stays linear.

import ZongStores

/// A range, if it has been computed.
struct KnownRange: BitwiseCopyable {
  var range = IntegerRange(low: 0, high: 0)
  var isKnown = false
}

/// Proofs about one function.
struct Prover: ~Copyable {
  private var flow = ControlFlow()
  private var facts = Facts()
  /// The block of each value.
  private var homes = Store<UInt32>()
  /// The range of each value that was asked for, which holds everywhere.
  private var ranges = Store<KnownRange>()
  private var hypotheses = Store<Relation>()
  private var steps = 0
  /// How hard to try. What is seldom known isn't worth much.
  enum Effort: Int {
    case little = 12
    case full = 240
  }
  private var stepLimit = Effort.full.rawValue
  /// So many other variables of a loop are tried.
  private static let companionLimit: UInt32 = 6
  private static let depthLimit = 10
  private static let distinctionDepth = 4
  /// So many facts about a value are looked at.
  private static let factLimit = 24

  init() {}

  mutating func begin(_ function: Function) {
    flow.compute(function)
    facts.collect(function, flow)
    homes.refill(with: 0, count: function.instructions.count)
    ranges.refill(with: KnownRange(), count: function.instructions.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end { homes[index] = id }
    }
  }

  private func holds(_ block: UInt32, _ position: UInt32, at point: Point) -> Bool {
    block == point.block ? position <= point.position : flow.dominates(block, point.block)
  }

  // MARK: Conditions

  /// Whether the condition is known to be true, or false, at the point.
  mutating func value(of condition: UInt32, at point: Point, _ function: Function, _ effort: Effort) -> Bool? {
    if let known = knownTruth(of: condition, at: point) { return known }
    stepLimit = effort.rawValue
    return decide(condition, at: point, function, depth: 2)
  }

  private func knownTruth(of condition: UInt32, at point: Point) -> Bool? {
    var next = facts.truthHeads[condition]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let truth = facts.truths[next]
      if holds(truth.block, truth.position, at: point) { return truth.isTrue }
      next = truth.next
    }
    return nil
  }

  private mutating func decide(_ condition: UInt32, at point: Point, _ function: Function, depth: Int) -> Bool? {
    let test = function.instructions[condition]
    if test.opcode == .and || test.opcode == .or, test.type == .i32, depth > 0 {
      guard function.isBoolean(test.a) && function.isBoolean(test.b) else { return nil }
      let a = decide(test.a, at: point, function, depth: depth - 1)
      let b = decide(test.b, at: point, function, depth: depth - 1)
      if test.opcode == .and { return a == false || b == false ? false : a == true && b == true ? true : nil }
      return a == true || b == true ? true : a == false && b == false ? false : nil
    }
    guard test.opcode.isComparison, function.instructions[test.a].type.isInteger else { return nil }
    let (a, b) = (test.a, test.opcode == .eqz ? 0 : test.b)
    switch test.opcode {
    case .ltS: return decideLess(a, b, point, function)
    case .gtS: return decideLess(b, a, point, function)
    case .leS: return decideLess(b, a, point, function).map { !$0 }
    case .geS: return decideLess(a, b, point, function).map { !$0 }
    case .ltU: return decideBelow(a, b, point, function)
    case .gtU: return decideBelow(b, a, point, function)
    case .leU: return decideBelow(b, a, point, function).map { !$0 }
    case .geU: return decideBelow(a, b, point, function).map { !$0 }
    case .eqz, .eq: return isDifferent(a, b, point, function) ? false : nil
    case .ne: return isDifferent(a, b, point, function) ? true : nil
    default: return nil
    }
  }

  /// `a < b`, with sign.
  private mutating func decideLess(_ a: UInt32, _ b: UInt32, _ point: Point, _ function: Function) -> Bool? {
    if isAtMost(a, b, -1, point, function) { return true }
    return isAtMost(b, a, 0, point, function) ? false : nil
  }

  /// `a < b`, without sign: where both are non-negative it is the same.
  private mutating func decideBelow(_ a: UInt32, _ b: UInt32, _ point: Point, _ function: Function) -> Bool? {
    if isAtMost(0, a, 0, point, function) && isAtMost(a, b, -1, point, function) { return true }
    if isAtMost(0, b, 0, point, function) && isAtMost(b, a, 0, point, function) { return false }
    return nil
  }

  private mutating func isDifferent(_ a: UInt32, _ b: UInt32, _ point: Point, _ function: Function) -> Bool {
    isAtMost(a, b, -1, point, function) || isAtMost(b, a, -1, point, function)
  }

  /// Whether the value is surely not negative at the point.
  mutating func isNonNegative(_ value: UInt32, at point: Point, _ function: Function, _ effort: Effort) -> Bool {
    stepLimit = effort.rawValue
    return isAtMost(0, value, 0, point, function)
  }

  // MARK: Relations

  /// `x ≤ y + bound`?
  private mutating func isAtMost(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function
  ) -> Bool {
    steps = 0
    hypotheses.removeAll()
    return prove(x, y, bound, point, function, Prover.depthLimit)
  }

  private mutating func range(_ value: UInt32, _ function: Function) -> IntegerRange {
    if value == 0 { return IntegerRange(low: 0, high: 0) }
    if !ranges[value].isKnown { ranges[value] = KnownRange(range: function.range(value, depth: 3), isKnown: true) }
    return ranges[value].range
  }

  private mutating func prove(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    steps += 1
    if x == y { return bound >= 0 }
    let (low, overflow) = range(y, function).low.addingReportingOverflow(bound)
    if overflow ? bound > 0 : range(x, function).high <= low { return true }
    for index in 0..<hypotheses.count {
      let known = hypotheses[index]
      if known.left == x && known.right == y && known.bound <= bound { return true }
    }
    guard depth > 0, steps < stepLimit else { return false }
    // What costs little first: a fact as it stands, and what sums are made of.
    return isFact(x, y, bound, point, function)
      || proveBySums(x, y, bound, point, function, depth - 1)
      || proveByFacts(x, y, bound, point, function, depth - 1)
      || proveByLeft(x, y, bound, point, function, depth - 1)
      || proveByRight(x, y, bound, point, function, depth - 1)
      || proveByEdges(x, y, bound, function, depth - 1)
      || proveByCompanion(x, y, bound, point, function, depth - 1)
      || proveByDistinction(x, y, bound, point, function, min(depth - 1, Prover.distinctionDepth))
  }

  /// `bound - part`; where that is too large, the largest number, which is harder to prove; nil where it is too small.
  private func minus(_ bound: Int64, _ part: Int64) -> Int64? {
    let (difference, overflow) = bound.subtractingReportingOverflow(part)
    if overflow { return part < 0 ? .max : nil }
    return difference
  }

  // MARK: Facts

  /// Whether just this is known, or more.
  private func isFact(_ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function) -> Bool {
    if point.condition != 0 {
      let relations = Relations(point.condition, point.isTrue, function)
      for index in 0..<relations.count where says(relations[index], x, y, bound, function) { return true }
    }
    return x == 0 ? isFactOfRight(y, bound, point, function) : isFactOfLeft(x, y, bound, point, function)
  }

  /// A fact about `x` that says it, with just `y` on the right or another constant of its number.
  @inline(__always)
  private func isFactOfLeft(_ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function) -> Bool {
    let isNumber = y == 0 || function.constantBits(y) != nil
    var next = facts.leftHeads[x]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let fact = facts.facts[next]
      next = fact.nextOfLeft
      let relation = fact.relation
      guard !relation.isUnsigned, !relation.isOfDistinct, relation.bound <= bound,
        relation.right == y || isNumber && isSame(relation.right, y, function)
      else { continue }
      if holds(fact.block, fact.position, at: point) { return true }
    }
    return false
  }

  /// A fact about `y` that says that it is at least `-bound`.
  @inline(__always)
  private func isFactOfRight(_ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function) -> Bool {
    var next = facts.rightHeads[y]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let fact = facts.facts[next]
      next = fact.nextOfRight
      let relation = fact.relation
      guard !relation.isUnsigned, !relation.isOfDistinct, relation.bound <= bound, isSame(relation.left, 0, function)
      else { continue }
      if holds(fact.block, fact.position, at: point) { return true }
    }
    return false
  }

  private func says(_ relation: Relation, _ x: UInt32, _ y: UInt32, _ bound: Int64, _ function: Function) -> Bool {
    !relation.isUnsigned && !relation.isOfDistinct && relation.bound <= bound && isSame(relation.left, x, function)
      && isSame(relation.right, y, function)
  }

  private mutating func proveByFacts(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    if point.condition != 0 {
      let relations = Relations(point.condition, point.isTrue, function)
      for index in 0..<relations.count where use(relations[index], x, y, bound, point, function, depth) { return true }
    }
    for index in 0..<hypotheses.count where hypotheses[index].left == x {
      if use(hypotheses[index], x, y, bound, point, function, depth) { return true }
    }
    var next = x == 0 ? Facts.none : facts.leftHeads[x]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let fact = facts.facts[next]
      next = fact.nextOfLeft
      guard holds(fact.block, fact.position, at: point) else { continue }
      if use(fact.relation, x, y, bound, point, function, depth) { return true }
    }
    next = y == 0 ? Facts.none : facts.rightHeads[y]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let fact = facts.facts[next]
      next = fact.nextOfRight
      guard !fact.relation.isUnsigned, !fact.relation.isOfDistinct, holds(fact.block, fact.position, at: point) else {
        continue
      }
      if use(fact.relation, x, y, bound, point, function, depth) { return true }
    }
    return proveBySign(x, y, bound, point, function, depth)
  }

  /// From `left ≤ right + b`: `x` is `left`, or `y` is `right`.
  private mutating func use(
    _ relation: Relation, _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    let isLeft = isSame(relation.left, x, function)
    let isRight = isSame(relation.right, y, function)
    guard isLeft || isRight, !relation.isOfDistinct, let rest = minus(bound, relation.bound) else { return false }
    if relation.isUnsigned && !prove(0, relation.right, 0, point, function, depth - 1) { return false }
    if isLeft && prove(relation.right, y, rest, point, function, depth) { return true }
    return isRight && prove(x, relation.left, rest, point, function, depth)
  }

  /// `x` differs from something that it isn't above: so it is below. That ends a counter that goes up to the end itself.
  private mutating func proveByDistinction(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    guard stepLimit == Effort.full.rawValue else { return false }
    if x == 0 { return proveNotZero(y, bound, point, function, depth) }
    if point.condition != 0 {
      let relations = Relations(point.condition, point.isTrue, function)
      for index in 0..<relations.count
      where relations[index].left == x && useDistinction(relations[index], y, bound, point, function, depth) {
        return true
      }
    }
    var next = facts.leftHeads[x]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let fact = facts.facts[next]
      next = fact.nextOfLeft
      guard holds(fact.block, fact.position, at: point) else { continue }
      if useDistinction(fact.relation, y, bound, point, function, depth) { return true }
    }
    return false
  }

  /// `y` differs from 0 and isn't below it. Much is known of 0, so the facts about `y` are looked at.
  private mutating func proveNotZero(
    _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    guard bound >= -1 else { return false }
    var isDistinct = false
    if point.condition != 0 {
      let relations = Relations(point.condition, point.isTrue, function)
      for index in 0..<relations.count {
        let relation = relations[index]
        isDistinct = isDistinct || relation.isOfDistinct && relation.right == y && isSame(relation.left, 0, function)
      }
    }
    var next = facts.rightHeads[y]
    for _ in 0..<Prover.factLimit where next != Facts.none && !isDistinct {
      let fact = facts.facts[next]
      next = fact.nextOfRight
      isDistinct =
        fact.relation.isOfDistinct && isSame(fact.relation.left, 0, function)
        && holds(fact.block, fact.position, at: point)
    }
    return isDistinct && prove(0, y, 0, point, function, depth)
  }

  private mutating func useDistinction(
    _ relation: Relation, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    guard relation.isOfDistinct, let rest = minus(bound, relation.bound) else { return false }
    return prove(relation.right, y, rest, point, function, depth)
      && prove(relation.left, relation.right, 0, point, function, depth)
  }

  /// Whether the two are one value, or constants of the same number.
  private func isSame(_ first: UInt32, _ second: UInt32, _ function: Function) -> Bool {
    if first == second { return true }
    // Value 0 is the number 0.
    let one = first == 0 ? 0 : function.constantBits(first)
    let two = second == 0 ? 0 : function.constantBits(second)
    return one != nil && one == two
  }

  /// `y` lies below something non-negative, without sign, so that it isn't negative itself.
  private mutating func proveBySign(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    guard y != 0, range(x, function).high <= bound else { return false }
    var next = facts.leftHeads[y]
    for _ in 0..<Prover.factLimit where next != Facts.none {
      let fact = facts.facts[next]
      next = fact.nextOfLeft
      guard fact.relation.isUnsigned, holds(fact.block, fact.position, at: point) else { continue }
      if prove(0, fact.relation.right, 0, point, function, depth - 1) { return true }
    }
    return false
  }

  // MARK: What computes the values

  /// What a constant was added to is compared instead.
  private mutating func proveBySums(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    if let constant = addend(x, function), let rest = minus(bound, constant) {
      let value = function.instructions[x].a
      if prove(value, y, rest, point, function, depth) && isExact(x, constant, point, function, depth) { return true }
    }
    guard let constant = addend(y, function) else { return false }
    let (rest, overflow) = bound.addingReportingOverflow(constant)
    return !overflow && prove(x, function.instructions[y].a, rest, point, function, depth)
      && isExact(y, constant, point, function, depth)
  }

  private func addend(_ value: UInt32, _ function: Function) -> Int64? {
    let sum = function.instructions[value]
    guard sum.opcode == .add, sum.type.isInteger else { return nil }
    return function.constantBits(sum.b).map { Int64(bitPattern: $0) }
  }

  private mutating func proveByLeft(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    let instruction = function.instructions[x]
    switch instruction.opcode {
    case .extendS: return prove(instruction.a, y, bound, point, function, depth)
    case .extendU, .wrap:
      return keepsValue(instruction, point, function, depth) && prove(instruction.a, y, bound, point, function, depth)
    // Not more than their operand, where that isn't negative.
    case .shrU, .shrS, .divS, .divU, .remS, .remU, .and:
      if instruction.opcode != .and && !range(instruction.b, function).isNonNegative { return false }
      return prove(0, instruction.a, 0, point, function, depth - 1)
        && prove(instruction.a, y, bound, point, function, depth)
    case .sub:
      // A difference of non-negative numbers is at most the first.
      return prove(0, instruction.a, 0, point, function, depth - 1)
        && prove(0, instruction.b, 0, point, function, depth - 1)
        && prove(instruction.a, y, bound, point, function, depth)
    case .mul, .shl:
      // A multiple of a number that isn't negative is at most so much if the number is at most so much by the factor.
      guard y == 0, bound >= 0, let factor = factor(instruction, function),
        bound <= IntegerRange.full(instruction.type).high
      else { return false }
      return prove(0, instruction.a, 0, point, function, depth - 1)
        && prove(instruction.a, 0, bound / factor, point, function, depth)
    case .select:
      return prove(instruction.b, y, bound, point.where(instruction.a, true), function, depth)
        && prove(instruction.c, y, bound, point.where(instruction.a, false), function, depth)
    default: return false
    }
  }

  /// The positive constant by which a product or a shift multiplies.
  private func factor(_ instruction: Instruction, _ function: Function) -> Int64? {
    guard let bits = function.constantBits(instruction.b) else { return nil }
    let constant = Int64(bitPattern: bits)
    if instruction.opcode == .mul { return constant > 0 ? constant : nil }
    return constant >= 0 && constant < (instruction.type == .i32 ? 31 : 63) ? 1 << constant : nil
  }

  private mutating func proveByRight(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    let instruction = function.instructions[y]
    switch instruction.opcode {
    case .add:
      return addend(y, function) == nil && sumIsAtLeast(x, instruction, bound, point, function, depth)
    case .extendS: return prove(x, instruction.a, bound, point, function, depth)
    case .extendU, .wrap:
      return keepsValue(instruction, point, function, depth) && prove(x, instruction.a, bound, point, function, depth)
    case .sub where x == 0 && bound >= 0:
      // a - b is not negative where b ≤ a and neither can make it wrap.
      return prove(instruction.b, instruction.a, 0, point, function, depth)
        && prove(0, instruction.b, 0, point, function, depth - 1)
    case .shrU, .shrS, .divS, .divU, .remS, .remU:
      guard x == 0 && bound >= 0, range(instruction.b, function).isNonNegative else { return false }
      return prove(0, instruction.a, 0, point, function, depth)
    case .mul, .shl:
      // A multiple of what isn't negative isn't either, as long as it can't wrap.
      guard x == 0, bound >= 0, let factor = factor(instruction, function) else { return false }
      let most = IntegerRange.full(instruction.type).high / factor
      return prove(0, instruction.a, 0, point, function, depth - 1)
        && prove(instruction.a, 0, most, point, function, depth)
    case .select:
      return prove(x, instruction.b, bound, point.where(instruction.a, true), function, depth)
        && prove(x, instruction.c, bound, point.where(instruction.a, false), function, depth)
    default: return false
    }
  }

  /// A sum of two non-negative numbers that can't wrap is at least each of them.
  private mutating func sumIsAtLeast(
    _ x: UInt32, _ sum: Instruction, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    let (a, b) = (range(sum.a, function), range(sum.b, function))
    let (high, overflow) = a.high.addingReportingOverflow(b.high)
    guard !overflow, high <= IntegerRange.full(sum.type).high else { return false }
    if a.isNonNegative && prove(x, sum.b, bound, point, function, depth) { return true }
    return b.isNonNegative && prove(x, sum.a, bound, point, function, depth)
  }

  /// Whether adding the constant doesn't wrap: by what it is added to, or because a sum that wrapped would lie at the
  /// other end.
  private mutating func isExact(
    _ value: UInt32, _ constant: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    let sum = function.instructions[value]
    let full = IntegerRange.full(sum.type)
    if constant == 0 { return true }
    if constant > 0 {
      // Overflow would leave less than full.low + constant.
      return proveByFacts(0, value, -(full.low + constant), point, function, depth)
        || prove(sum.a, 0, full.high - constant, point, function, depth)
    }
    // full.low - constant ≤ a
    guard let needed = minus(constant, full.low) else { return false }
    return proveByFacts(value, 0, full.high + constant, point, function, depth)
      || prove(0, sum.a, needed, point, function, depth)
  }

  /// Whether the conversion leaves the number as it is.
  private mutating func keepsValue(_ instruction: Instruction, _ point: Point, _ function: Function, _ depth: Int)
    -> Bool
  {
    if instruction.opcode == .extendU { return prove(0, instruction.a, 0, point, function, depth - 1) }
    let narrow = IntegerRange.full(.i32)
    return prove(instruction.a, 0, narrow.high, point, function, depth - 1)
      && prove(0, instruction.a, -narrow.low, point, function, depth - 1)
  }

  // MARK: Block parameters

  /// A block parameter is what one of the edges gave. The other value must be the same on all of them: known before
  /// the block, or a parameter beside it.
  private mutating func proveByEdges(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ function: Function, _ depth: Int
  ) -> Bool {
    let (left, right) = (function.instructions[x].opcode, function.instructions[y].opcode)
    if left == .blockParameter && isKnown(y, before: homes[x], function) {
      return proveAlongEdges(homes[x], x, y, bound, function, depth)
    }
    if right == .blockParameter && isKnown(x, before: homes[y], function) {
      return proveAlongEdges(homes[y], x, y, bound, function, depth)
    }
    return false
  }

  /// A loop's variable may be bounded by another one of the same loop: a partition's end by the loop's counter.
  private mutating func proveByCompanion(
    _ x: UInt32, _ y: UInt32, _ bound: Int64, _ point: Point, _ function: Function, _ depth: Int
  ) -> Bool {
    let parameter = function.instructions[x]
    guard depth >= Prover.depthLimit - 2, stepLimit == Effort.full.rawValue, parameter.opcode == .blockParameter else {
      return false
    }
    let header = homes[x]
    guard flow.isLoopHeader(header), y == 0 || homes[y] != header else { return false }
    let block = function.blocks[header]
    for companion in block.start..<block.start + min(block.parameterCount, Prover.companionLimit) {
      if companion == x || function.instructions[companion].type != parameter.type { continue }
      if prove(companion, y, bound, point, function, depth) && prove(x, companion, 0, point, function, depth) {
        return true
      }
    }
    return false
  }

  private func isKnown(_ value: UInt32, before block: UInt32, _ function: Function) -> Bool {
    if value == 0 || function.instructions[value].opcode == .constant { return true }
    if homes[value] == block { return function.instructions[value].opcode == .blockParameter }
    return flow.dominates(homes[value], block)
  }

  private mutating func proveAlongEdges(
    _ block: UInt32, _ x: UInt32, _ y: UInt32, _ bound: Int64, _ function: Function, _ depth: Int
  ) -> Bool {
    // Entries first: on the way back the relation may be used for itself.
    if !proveEdges(block, x, y, bound, function, depth, backwards: false) { return false }
    if !flow.isLoopHeader(block) { return true }
    hypotheses.append(Relation(left: x, right: y, bound: bound))
    let isProven = proveEdges(block, x, y, bound, function, depth, backwards: true)
    hypotheses.removeLast()
    return isProven
  }

  private mutating func proveEdges(
    _ block: UInt32, _ x: UInt32, _ y: UInt32, _ bound: Int64, _ function: Function, _ depth: Int, backwards: Bool
  ) -> Bool {
    let count = flow.predecessors(of: block).count
    guard count <= 8 else { return false }
    for index in 0..<count {
      let source = flow.predecessors(of: block)[index]
      if flow.isBackEdge(source, block) != backwards { continue }
      let edge = flow.incomingEdges(of: block)[index]
      var point = Point(block: source, position: function.blocks[source].end)
      let branch = function.instructions[point.position - 1]
      if branch.opcode == .branch && branch.b != branch.c {
        point.condition = branch.a
        point.isTrue = edge == branch.b
      }
      let left = argument(x, block, edge, function)
      let right = argument(y, block, edge, function)
      if !prove(left, right, bound, point, function, depth) { return false }
    }
    return true
  }

  /// What a value is at the edge's end: a parameter of the block, its argument.
  private func argument(_ value: UInt32, _ block: UInt32, _ edge: UInt32, _ function: Function) -> UInt32 {
    let instruction = function.instructions[value]
    guard value != 0, instruction.opcode == .blockParameter, homes[value] == block else { return value }
    return function.lists[edge + 2 + instruction.a]
  }
}
