// Whether the rounds of a loop can be done several at a time, in the lanes of vectors: what each value of the loop is then.
//
// The loop is one block that leads back to itself, and nothing in it stops, calls or branches. Its values are
// - the same in all rounds, or numbers that go up by the same amount in each (counters, addresses): these stay numbers;
// - elements, loaded from addresses that go up by their width, and what is computed of them lane by lane;
// - totals: integers to which each round adds something. Float sums aren't: their order matters.
//
// Lanes are as wide as the elements in memory. A number of more bits is represented by its lowest ones, which depend on
// the lowest ones of the operands for sums, products and bits; where the others matter (comparisons, shifts to the right,
// wider totals) it must be known that the whole number is the lane's, extended with its sign or with zeros.

import ZongStores

/// What is known of a number by its lane.
struct Extension: OptionSet, BitwiseCopyable {
  let rawValue: UInt8
  /// It is the lane with its sign, or with zeros above.
  static let signed = Extension(rawValue: 1)
  static let unsigned = Extension(rawValue: 2)
  static let both: Extension = [.signed, .unsigned]
}

/// What a value of the loop is when several rounds are done at once.
struct VectorValue: BitwiseCopyable {
  enum Role: UInt8, BitwiseCopyable {
    /// Nothing that could be used.
    case none
    /// A constant or the like, which is made anew.
    case leaf
    /// A number that goes up by `step`.
    case linear
    /// A number for each lane, or a Boolean: all bits of the lane.
    case lanes, mask
    /// A total's next value.
    case total
  }
  var role = Role.none
  var step: Int64 = 0
  var ends: Extension = []
}

/// A parameter that each round adds to: `next = opcode(parameter, item)`, perhaps only where a condition holds.
struct VectorTotal: BitwiseCopyable {
  var parameter: UInt32
  var next: UInt32
  var opcode: Opcode
  var item: UInt32
  /// 0 if it is added always.
  var condition: UInt32 = 0
  /// Whether it is added where the condition doesn't hold.
  var isOpposite = false
  /// How the item is made wider, if the total is.
  var isSigned = false
}

/// The loop's counter: while `comparison` holds of its next value and the end, the loop goes on.
struct VectorCounter: BitwiseCopyable {
  var parameter: UInt32 = 0
  var step: Int64 = 0
  var end: UInt32 = 0
  var comparison = Opcode.nop
}

/// A loop of one block.
struct VectorLoop: ~Copyable {
  private(set) var id: UInt32 = 0
  private(set) var block = Block()
  private(set) var back: UInt32 = 0
  private(set) var lane = VectorLane.i64
  private(set) var counter = VectorCounter()
  private(set) var totals = Store<VectorTotal>()
  /// Loads and stores, in their order.
  private(set) var accesses = Store<UInt32>()
  /// Values from outside of which the test asks whether they fit in a lane.
  private(set) var signedValues = Store<UInt32>()
  private(set) var unsignedValues = Store<UInt32>()
  /// By value, from the block's first instruction on.
  private var values = Store<VectorValue>()
  private var uses = Store<UInt32>()

  init() {}

  /// Loops of more instructions stay as they are, and those with more totals.
  private static let sizeLimit: UInt32 = 96
  private static let totalLimit = 4
  private static let stepLimit: Int64 = 1 << 20

  // MARK: Questions

  var parameters: Range<UInt32> { block.start..<block.start + block.parameterCount }
  /// The instructions between the parameters and the branch.
  var body: Range<UInt32> { block.start + block.parameterCount..<block.end - 1 }

  func isInside(_ value: UInt32) -> Bool { value >= block.start && value < block.end }

  /// What the value is; one from outside is like a leaf.
  func value(_ value: UInt32) -> VectorValue {
    isInside(value) ? values[value - block.start] : VectorValue(role: .leaf)
  }

  func role(_ value: UInt32) -> VectorValue.Role { self.value(value).role }

  func total(of value: UInt32) -> VectorTotal? {
    totals.elements.first { $0.next == value || $0.parameter == value }
  }

  // MARK: Finding out

  /// Whether the block is such a loop.
  mutating func find(_ id: UInt32, _ function: Function) -> Bool {
    self.id = id
    block = function.blocks[id]
    let branch = function.instructions[block.end - 1]
    guard branch.opcode == .branch, block.end - block.start <= VectorLoop.sizeLimit else { return false }
    let isFirst = function.lists[branch.b] == id
    guard isFirst != (function.lists[branch.c] == id) else { return false }
    back = isFirst ? branch.b : branch.c
    guard findLane(function), findCounter(branch.a, isTrue: isFirst, function) else { return false }
    values.refill(with: VectorValue(), count: Int(block.end - block.start))
    signedValues.removeAll()
    unsignedValues.removeAll()
    countUses(function)
    guard findParameters(function) else { return false }
    for index in body {
      guard let value = classify(index, function) else { return false }
      values[index - block.start] = value
    }
    return hasAllTotals(function)
  }

  /// The elements' lane, by the first of them; nothing else may be done than loads, stores and what has no effect.
  private mutating func findLane(_ function: Function) -> Bool {
    accesses.removeAll()
    for index in body {
      let instruction = function.instructions[index]
      guard instruction.opcode == .load || instruction.opcode == .store else {
        if instruction.opcode.isPure || instruction.opcode == .nop { continue }
        return false
      }
      let type = instruction.opcode == .load ? instruction.type : function.instructions[instruction.b].type
      guard let found = VectorLane(type, instruction.access), accesses.isEmpty || found == lane else { return false }
      lane = found
      accesses.append(index)
    }
    return !accesses.isEmpty
  }

  private mutating func findCounter(_ condition: UInt32, isTrue: Bool, _ function: Function) -> Bool {
    var test = function.instructions[condition]
    guard test.opcode.isComparison, test.opcode != .eqz else { return false }
    if !isInside(test.a) { (test.a, test.b, test.opcode) = (test.b, test.a, test.opcode.swapped) }
    guard let comparison = isTrue ? test.opcode : test.opcode.negated, isConstantOrOutside(test.b, function),
      [.ltS, .ltU, .leS, .leU].contains(comparison)
    else { return false }
    for (place, next) in function.arguments(ofEdge: back).enumerated() where next == test.a {
      let parameter = block.start + UInt32(place)
      guard let step = step(parameter, next, function), step > 0 else { continue }
      counter = VectorCounter(parameter: parameter, step: step, end: test.b, comparison: comparison)
      return true
    }
    return false
  }

  private func isConstantOrOutside(_ value: UInt32, _ function: Function) -> Bool {
    !isInside(value) || VectorLoop.isLeaf(function.instructions[value].opcode)
  }

  private static func isLeaf(_ opcode: Opcode) -> Bool {
    switch opcode {
    case .constant, .dataAddress, .frameAddress, .functionIndex: true
    default: false
    }
  }

  /// The constant that is added to the parameter in each round.
  private func step(_ parameter: UInt32, _ next: UInt32, _ function: Function) -> Int64? {
    let sum = function.instructions[next]
    guard isInside(next), sum.opcode == .add, sum.type.isInteger, sum.a == parameter,
      let bits = function.constantBits(sum.b)
    else { return nil }
    let step = Int64(bitPattern: bits)
    return step.magnitude <= VectorLoop.stepLimit.magnitude ? step : nil
  }

  private mutating func countUses(_ function: Function) {
    uses.refill(with: 0, count: Int(block.end - block.start))
    for index in body {
      function.forEachUse(of: function.instructions[index]) { if isInside($0) { uses[$0 - block.start] += 1 } }
    }
    for value in function.arguments(ofEdge: back) where isInside(value) { uses[value - block.start] += 1 }
  }

  private func uses(of value: UInt32) -> UInt32 { isInside(value) ? uses[value - block.start] : .max }

  /// The parameters are numbers that go up and totals.
  private mutating func findParameters(_ function: Function) -> Bool {
    totals.removeAll()
    for (place, next) in function.arguments(ofEdge: back).enumerated() {
      let parameter = block.start + UInt32(place)
      if let step = step(parameter, next, function) {
        values[UInt32(place)] = VectorValue(role: .linear, step: step)
      } else if let total = findTotal(parameter, next, function), totals.count < VectorLoop.totalLimit {
        totals.append(total)
      } else {
        return false
      }
    }
    return true
  }

  /// The total that the parameter is; nothing else of the loop uses it or its next value.
  private func findTotal(_ parameter: UInt32, _ next: UInt32, _ function: Function) -> VectorTotal? {
    guard isInside(next), uses(of: next) == 1, function.instructions[parameter].type.isInteger else { return nil }
    let instruction = function.instructions[next]
    guard instruction.opcode == .select else {
      return uses(of: parameter) == 1 ? plainTotal(parameter, next, function) : nil
    }
    let isOpposite = instruction.b == parameter
    let sum = isOpposite ? instruction.c : instruction.b
    guard isOpposite != (instruction.c == parameter), uses(of: parameter) == 2, uses(of: sum) == 1,
      var total = plainTotal(parameter, sum, function), total.opcode != .and
    else { return nil }
    (total.next, total.condition, total.isOpposite) = (next, instruction.a, isOpposite)
    return total
  }

  private func plainTotal(_ parameter: UInt32, _ next: UInt32, _ function: Function) -> VectorTotal? {
    let sum = function.instructions[next]
    switch sum.opcode {
    case .add, .xor, .or, .and:
      guard sum.a == parameter || sum.b == parameter else { return nil }
      let item = sum.a == parameter ? sum.b : sum.a
      return VectorTotal(parameter: parameter, next: next, opcode: sum.opcode, item: item)
    case .sub where sum.a == parameter:
      return VectorTotal(parameter: parameter, next: next, opcode: .sub, item: sum.b)
    default: return nil
    }
  }

  /// Whether all totals were understood.
  private func hasAllTotals(_ function: Function) -> Bool {
    totals.elements.allSatisfy { role($0.next) == .total }
  }

  // MARK: Values

  private mutating func classify(_ index: UInt32, _ function: Function) -> VectorValue? {
    let instruction = function.instructions[index]
    if VectorLoop.isLeaf(instruction.opcode) { return VectorValue(role: .leaf) }
    if let place = totals.elements.firstIndex(where: { $0.next == index }) {
      return classifyTotal(UInt32(place), function)
    }
    switch instruction.opcode {
    case .nop: return VectorValue()
    case .load:
      guard isElement(instruction) else { return nil }
      let isWhole = lane.isWhole(instruction.type)
      return VectorValue(role: .lanes, ends: isWhole ? .both : VectorLoop.ends(instruction.access))
    case .store: return isElement(instruction) && isData(instruction.b, function) ? VectorValue() : nil
    default: break
    }
    if let step = linearStep(instruction, function) { return VectorValue(role: .linear, step: step) }
    // What neither elements nor counters go into isn't used by what is done; if it is, that fails.
    return lanes(instruction, function) ?? VectorValue()
  }

  private static func ends(_ access: Access) -> Extension {
    switch access {
    case .bits8Signed, .bits16Signed, .bits32Signed: .signed
    default: .unsigned
    }
  }

  /// Whether the elements that a load or store touches lie beside each other.
  private func isElement(_ access: Instruction) -> Bool {
    let address = value(access.a)
    return address.role == .linear && address.step == Int64(lane.width)
  }

  /// Whether the value can be put into lanes.
  private func isData(_ value: UInt32, _ function: Function) -> Bool {
    guard lane.fits(function.instructions[value].type) else { return false }
    switch role(value) {
    case .leaf, .lanes: return true
    case .mask: return !lane.isFloat
    case .linear: return !lane.isFloat && lane.width >= 4
    case .none, .total: return false
    }
  }

  /// What is known of a value of `type` that is put into lanes.
  private func ends(_ number: UInt32, _ function: Function) -> Extension {
    let type = function.instructions[number].type
    if lane.isWhole(type) || role(number) == .mask { return .both }
    guard role(number) == .leaf, type.isInteger else { return value(number).ends }
    let range = function.range(number, depth: 2)
    let half = Int64(1) << (lane.bits - 1)
    var ends: Extension = []
    if range.low >= -half && range.high < half { ends.insert(.signed) }
    if range.low >= 0 && range.high < 2 * half { ends.insert(.unsigned) }
    return ends
  }

  /// By how much the number goes up in each round, if it is one that does.
  private func linearStep(_ instruction: Instruction, _ function: Function) -> Int64? {
    let shape = instruction.opcode.shape
    guard instruction.type.isInteger, shape.contains(.a), isNumber(instruction.a),
      !shape.contains(.b) || isNumber(instruction.b)
    else { return nil }
    let (a, b) = (value(instruction.a).step, shape.contains(.b) ? value(instruction.b).step : 0)
    guard a != 0 || b != 0, let step = step(instruction, a, b, function) else { return nil }
    let own = instruction.type == .i32 ? Int64(Int32(truncatingIfNeeded: step)) : step
    return own == 0 ? nil : own
  }

  private func isNumber(_ value: UInt32) -> Bool { role(value) == .leaf || role(value) == .linear }

  private func step(_ instruction: Instruction, _ a: Int64, _ b: Int64, _ function: Function) -> Int64? {
    switch instruction.opcode {
    case .add: return a &+ b
    case .sub: return a &- b
    case .wrap: return a
    case .mul:
      if let factor = function.constantBits(instruction.b) { return a &* Int64(bitPattern: factor) }
      return function.constantBits(instruction.a).map { b &* Int64(bitPattern: $0) }
    case .shl: return function.constantBits(instruction.b).flatMap { $0 < 32 ? a << Int64($0) : nil }
    default: return nil
    }
  }

  // MARK: Lanes

  /// What the instruction makes of lanes, if it can be done in them.
  private mutating func lanes(_ instruction: Instruction, _ function: Function) -> VectorValue? {
    let shape = instruction.opcode.shape
    var isOfLanes = false
    function.forEachUse(of: instruction) { if [.lanes, .mask].contains(role($0)) { isOfLanes = true } }
    guard isOfLanes else { return nil }
    if instruction.opcode == .select { return selected(instruction, function) }
    guard isData(instruction.a, function), !shape.contains(.b) || isData(instruction.b, function) else { return nil }
    if instruction.opcode.isComparison { return compared(instruction, function) }
    guard lane.fits(instruction.type) else { return nil }
    if lane.isFloat {
      return lane.operation(instruction.opcode) == nil ? nil : VectorValue(role: .lanes, ends: .both)
    }
    if shape.contains(.b), role(instruction.a) == .mask, role(instruction.b) == .mask,
      [.and, .or, .xor].contains(instruction.opcode)
    {
      return VectorValue(role: .mask)
    }
    guard let ends = computed(instruction, function) else { return nil }
    return VectorValue(role: .lanes, ends: lane.isWhole(instruction.type) ? .both : ends)
  }

  private func selected(_ instruction: Instruction, _ function: Function) -> VectorValue? {
    guard isCondition(instruction.a, function), isData(instruction.b, function), isData(instruction.c, function) else {
      return nil
    }
    return VectorValue(
      role: .lanes, ends: ends(instruction.b, function).intersection(ends(instruction.c, function)))
  }

  /// Whether lanes tell if the number is 0.
  private func isCondition(_ value: UInt32, _ function: Function) -> Bool {
    switch role(value) {
    case .mask: true
    case .lanes: !lane.isFloat && !ends(value, function).isEmpty
    default: false
    }
  }

  private mutating func compared(_ instruction: Instruction, _ function: Function) -> VectorValue? {
    if instruction.opcode == .eqz { return isCondition(instruction.a, function) ? VectorValue(role: .mask) : nil }
    guard comparison(instruction, function) != nil else { return nil }
    if !lane.isFloat { expectFit(instruction.a, instruction.b, function) }
    return VectorValue(role: .mask)
  }

  /// The comparison of the lanes that says the same as the instruction does of the whole numbers.
  func comparison(_ instruction: Instruction, _ function: Function) -> VectorOperation? {
    if lane.isFloat { return lane.operation(instruction.opcode) }
    let common = commonEnds(instruction.a, instruction.b, function)
    guard !common.isEmpty else { return nil }
    let isWhole = lane.isWhole(function.instructions[instruction.a].type)
    // A number that is extended with zeros isn't negative.
    let isUnsigned = !isWhole && !common.contains(.signed)
    return lane.operation(isUnsigned ? instruction.opcode.unsigned : instruction.opcode)
  }

  /// What is known of both; a value from outside may be asked to fit.
  private func commonEnds(_ a: UInt32, _ b: UInt32, _ function: Function) -> Extension {
    let (first, second) = (ends(a, function), ends(b, function))
    let common = first.intersection(second)
    if !common.isEmpty { return common }
    if isAskable(b, function) { return first }
    return isAskable(a, function) ? second : []
  }

  private func isAskable(_ value: UInt32, _ function: Function) -> Bool {
    role(value) == .leaf && function.constantBits(value) == nil && ends(value, function).isEmpty
  }

  /// Notes what the test is to ask, so that `commonEnds` is right.
  private mutating func expectFit(_ a: UInt32, _ b: UInt32, _ function: Function) {
    let common = commonEnds(a, b, function)
    for value in [a, b] where isAskable(value, function) {
      if common.contains(.signed) { signedValues.append(value) } else { unsignedValues.append(value) }
    }
  }

  /// What is known of a whole number whose lowest bits the lanes hold; nil if they can't.
  private func computed(_ instruction: Instruction, _ function: Function) -> Extension? {
    let a = ends(instruction.a, function)
    let b = instruction.opcode.shape.contains(.b) ? ends(instruction.b, function) : .both
    switch instruction.opcode {
    case .add, .sub, .mul: return lane.operation(instruction.opcode) == nil ? nil : []
    case .and: return a.intersection(b).union(a.union(b).intersection(.unsigned))
    case .or, .xor: return a.intersection(b)
    case .shl: return shift(instruction, function) == nil ? nil : []
    case .shrS: return shift(instruction, function) == nil || a.isEmpty ? nil : a
    case .shrU: return shift(instruction, function) == nil || !a.contains(.unsigned) ? nil : .unsigned
    case .wrap: return lane == .i32 ? .both : a
    case .extendU: return a.intersection(.unsigned)
    case .extendS: return lane == .i32 ? a.intersection(.signed) : a
    case .extend8S: return lane == .i8 ? .signed : nil
    case .extend16S: return lane == .i16 ? .signed : nil
    case .extend32S: return lane == .i32 ? .signed : nil
    default: return nil
    }
  }

  /// The constant by which lanes are shifted.
  func shift(_ instruction: Instruction, _ function: Function) -> UInt64? {
    guard role(instruction.a) == .lanes || role(instruction.a) == .mask else { return nil }
    return function.constantBits(instruction.b).flatMap { $0 < lane.bits ? $0 : nil }
  }

  /// The shift of the lanes that does what the instruction does with the whole numbers.
  func shiftOperation(_ instruction: Instruction, _ function: Function) -> VectorOperation? {
    let isUnsigned = instruction.opcode == .shrS && !ends(instruction.a, function).contains(.signed)
    return lane.operation(isUnsigned ? .shrU : instruction.opcode)
  }

  // MARK: Totals

  private mutating func classifyTotal(_ place: UInt32, _ function: Function) -> VectorValue? {
    let total = totals[place]
    let type = function.instructions[total.parameter].type
    guard !lane.isFloat, isData(total.item, function) else { return nil }
    if total.condition != 0, !isCondition(total.condition, function) { return nil }
    if !lane.isWhole(type) {
      let ends = ends(total.item, function)
      guard total.opcode == .add || total.opcode == .sub, !ends.isEmpty else { return nil }
      totals[place].isSigned = ends.contains(.signed)
    }
    return VectorValue(role: .total)
  }
}

extension Opcode {
  /// The same comparison without signs.
  fileprivate var unsigned: Opcode {
    switch self {
    case .ltS: .ltU
    case .gtS: .gtU
    case .leS: .leU
    case .geS: .geU
    default: self
    }
  }
}
