// Random IR for differential tests: structured control flow over variables, arithmetic of all types, memory within
// bounds, checks, calls of imports, pure ones too, and calls of the functions before. Always ends within few steps.

@testable import ZongIR

/// A small generator with a fixed sequence (SplitMix64).
struct Random {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }
}

/// Builds one random function.
struct RandomFunction {
  var random: Random
  var builder: Builder
  let function: Function
  let program: Program
  /// Functions with lower ids may be called.
  let id: UInt32
  var size: Int
  var loops: [(exit: BlockId, next: BlockId)] = []
  var counters: Set<UInt32> = []
  static let memoryBase: Int64 = 1024

  static func build(_ program: Program, id: UInt32, seed: UInt64) -> Function {
    let function = Function()
    function.name = "f\(id)"
    function.id = FunctionId(id)
    var random = Random(state: seed)
    let size = 5 + random.below(40)
    var generator = RandomFunction(
      random: random, builder: Builder(function), function: function, program: program, id: id, size: size)
    generator.run()
    return function
  }

  static let types: [Type] = [.i32, .i64, .f32, .f64]

  mutating func run() {
    for _ in 0..<2 + random.below(5) { _ = builder.variable(random.pick([.i64, .i64, .i32, .i32, .f64, .f32])) }
    for _ in 0..<random.below(3) { _ = builder.slot(size: UInt32(8 * (1 + random.below(3))), alignment: 8) }
    builder.begin(builder.block())
    for _ in 0..<random.below(4) {
      let type = random.pick([Type.i64, .i32])
      let value = builder.parameter(type)
      if let variable = variable(of: type) { pending.append((variable, value)) }
    }
    for (variable, value) in pending { builder.set(variable, value) }
    for _ in 0..<1 + random.below(2) { function.results.append(random.pick([.i64, .i32, .f64])) }
    statements(depth: 0)
    if builder.isOpen { finish() }
  }
  var pending: [(VariableId, ValueId)] = []

  mutating func finish() {
    let values = function.results.array.map { value($0, depth: 1) }
    let list = values.withUnsafeBufferPointer { builder.list($0) }
    builder.returnValues(list)
  }

  func variables(of type: Type) -> [VariableId] {
    (0..<UInt32(function.variables.count)).filter { function.variables[$0] == type }.map { VariableId($0) }
  }
  mutating func variable(of type: Type) -> VariableId? {
    let all = variables(of: type).filter { !counters.contains($0.index) }
    return all.isEmpty ? nil : random.pick(all)
  }

  // MARK: Statements

  mutating func statements(depth: Int) {
    for _ in 0..<1 + random.below(5) where size > 0 && builder.isOpen {
      size -= 1
      statement(depth: depth)
    }
  }

  mutating func statement(depth: Int) {
    builder.position = UInt32(1 + random.below(1000))
    switch random.below(depth > 3 ? 8 : 14) {
    case 0...2: assign()
    case 3: store()
    case 4: outside()
    case 5: check()
    case 6: slotAccess()
    case 7: leave()
    case 8...9: conditional(depth)
    case 10...12: loop(depth)
    default: choice(depth)
    }
  }

  mutating func assign() {
    let type = random.pick(RandomFunction.types)
    guard let variable = variable(of: type) else { return }
    let assigned = value(type, depth: 3)
    builder.set(variable, assigned)
  }

  /// An address of 64 bytes that nothing else uses.
  mutating func address() -> ValueId {
    let index = value(.i32, depth: 1)
    let masked = builder.binary(.and, .i32, index, builder.i32(56))
    return builder.binary(.add, .i32, masked, builder.i32(Int32(RandomFunction.memoryBase)))
  }

  mutating func access(_ type: Type) -> Access {
    switch type {
    case .i32: random.pick([.full, .bits8Signed, .bits8Unsigned, .bits16Signed, .bits16Unsigned])
    case .i64: random.pick(Access.allCases)
    default: .full
    }
  }

  mutating func store() {
    let type = random.pick(RandomFunction.types)
    let address = address()
    let stored = value(type, depth: 2)
    builder.store(address, stored, offset: UInt32(random.below(3) * 4), access: access(type))
  }

  mutating func slotAccess() {
    guard !function.slots.isEmpty else { return }
    let slot = UInt32(random.below(function.slots.count))
    let address = builder.emit(.frameAddress, .i32, a: slot)
    let size = function.slots[slot].size
    if random.chance(15) {
      let bytes = builder.i32(Int32(size))
      if random.chance(50) {
        builder.emit(.memoryFill, a: address.index, b: builder.i32(Int32(random.below(256))).index, c: bytes.index)
      } else {
        let other = UInt32(random.below(function.slots.count))
        let from = builder.emit(.frameAddress, .i32, a: other)
        let common = Int32(min(size, function.slots[other].size))
        let count = builder.i32(random.chance(60) ? common : 8)
        let far =
          common > 8 && random.chance(30) ? builder.binary(.add, .i32, address, builder.i32(common - 8)) : address
        let to = random.chance(20) ? self.address() : far
        let amount = to == address ? count : builder.i32(8)
        if random.chance(50) {
          builder.emit(.memoryCopy, a: to.index, b: from.index, c: amount.index)
        } else {
          builder.emit(.memoryCopy, a: from.index, b: to.index, c: amount.index)
        }
      }
      return
    }
    let type: Type = random.chance(60) ? .i64 : random.pick(RandomFunction.types)
    let stored = value(type, depth: 1)
    let access = random.chance(70) ? .full : access(type)
    builder.store(address, stored, offset: slotOffset(size, access.width(of: type)), access: access)
  }

  /// An offset for an access within a slot; mostly such that accesses agree.
  mutating func slotOffset(_ size: UInt32, _ width: UInt32) -> UInt32 {
    if random.chance(80) { return UInt32(random.below(Int(size / 8))) * 8 }
    return UInt32(random.below(Int((size - width) / 4) + 1)) * 4
  }

  /// A call of an import with an effect.
  mutating func outside() {
    let argument = value(.i64, depth: 1)
    let result = builder.call(FunctionId(0), builder.list(argument), type: .i64, effects: [])
    if let variable = variable(of: .i64) { builder.set(variable, result) }
  }

  mutating func check() {
    let condition = builder.binary(random.pick([.ltU, .ltS, .ne]), .i32, value(.i64, depth: 1), value(.i64, depth: 1))
    // Mostly one that holds.
    let weak = builder.binary(.or, .i32, condition, builder.i32(random.chance(80) ? 1 : 0))
    builder.check(random.chance(50) ? weak : condition, .bounds, builder.list(value(.i64, depth: 0)))
  }

  mutating func leave() {
    guard let loop = loops.last, random.chance(60) else {
      if random.chance(15) { finish() }
      return
    }
    let after = builder.block()
    let away = builder.block()
    builder.branch(value(.i32, depth: 2), builder.edge(away), builder.edge(after))
    builder.begin(away)
    builder.jump(builder.edge(random.chance(70) ? loop.exit : loop.next))
    used.insert((random.chance(0) ? loop.exit : loop.exit).index)
    builder.begin(after)
  }
  var used: Set<UInt32> = []

  mutating func conditional(_ depth: Int) {
    let (then, otherwise, after) = (builder.block(), builder.block(), builder.block())
    builder.branch(condition(), builder.edge(then), builder.edge(otherwise))
    var isReached = false
    for arm in [then, otherwise] {
      builder.begin(arm)
      if arm == then || random.chance(60) { statements(depth: depth + 1) }
      if builder.isOpen {
        builder.jump(builder.edge(after))
        isReached = true
      }
    }
    if isReached { builder.begin(after) }
  }

  mutating func condition() -> ValueId {
    random.chance(60)
      ? builder.binary(random.pick([.ltS, .ltU, .eq, .leS, .gtS]), .i32, value(.i64, depth: 1), value(.i64, depth: 1))
      : value(.i32, depth: 2)
  }

  /// `for i in 0..<n`, with a counter of its own so that it ends.
  mutating func loop(_ depth: Int) {
    let counter = builder.variable(.i64)
    counters.insert(counter.index)
    builder.set(counter, builder.i64(Int64(random.below(3)) - (random.chance(10) ? 1 : 0)))
    let limit = random.chance(50) ? builder.i64(Int64(random.below(5))) : masked(value(.i64, depth: 1), 7)
    let (header, body, next, exit) = (builder.block(), builder.block(), builder.block(), builder.block())
    builder.jump(builder.edge(header))
    builder.begin(header)
    let isBelow = builder.binary(random.pick([.ltS, .ltS, .ltU, .leS]), .i32, builder.get(counter), limit)
    builder.branch(isBelow, builder.edge(body), builder.edge(exit))
    builder.begin(body)
    if random.chance(60) {
      let inside = builder.binary(.ltU, .i32, builder.get(counter), limit)
      builder.check(inside, .bounds, builder.list(builder.get(counter), limit))
    }
    loops.append((exit, next))
    statements(depth: depth + 1)
    loops.removeLast()
    if builder.isOpen { builder.jump(builder.edge(next)) }
    if isTargeted(next) {
      builder.begin(next)
      builder.set(counter, builder.binary(.add, .i64, builder.get(counter), builder.i64(1)))
      builder.jump(builder.edge(header))
    }
    builder.begin(exit)
  }

  func isTargeted(_ block: BlockId) -> Bool {
    for place in 0..<function.order.count {
      var found = false
      function.forEachEdge(of: function[function.terminator(of: function.order[place])]) {
        if function.target(ofEdge: $0) == block { found = true }
      }
      if found { return true }
    }
    return false
  }

  mutating func masked(_ value: ValueId, _ mask: Int64) -> ValueId {
    builder.binary(.and, .i64, value, builder.i64(mask))
  }

  mutating func choice(_ depth: Int) {
    let cases = 1 + random.below(3)
    let after = builder.block()
    let blocks = (0...cases).map { _ in builder.block() }
    let selector = builder.binary(.and, .i32, value(.i32, depth: 1), builder.i32(3))
    let edges = blocks.map { builder.edge($0) }
    let list = function.lists.add(UInt32(edges.count))
    for edge in edges { function.lists.append(edge) }
    builder.end(.switchBranch, a: selector.index, b: list)
    var isReached = false
    for block in blocks {
      builder.begin(block)
      statements(depth: depth + 1)
      if builder.isOpen {
        builder.jump(builder.edge(after))
        isReached = true
      }
    }
    if isReached { builder.begin(after) }
  }

  // MARK: Values

  mutating func value(_ type: Type, depth: Int) -> ValueId {
    if depth <= 0 || random.chance(25) { return leaf(type) }
    switch type {
    case .i32, .i64: return integer(type, depth)
    default: return float(type, depth)
    }
  }

  mutating func leaf(_ type: Type) -> ValueId {
    let all = variables(of: type)
    if !all.isEmpty && random.chance(65) { return builder.get(random.pick(all)) }
    switch type {
    case .i32:
      return builder.i32(random.pick([0, 1, -1, 2, 8, 31, 255, Int32.min, Int32.max, Int32(random.below(100))]))
    case .i64:
      return builder.i64(random.pick([0, 1, -1, 2, 8, 63, 1 << 32, Int64.min, Int64.max, Int64(random.below(9))]))
    case .f32:
      return builder.constant(.f32, bits: UInt64(random.pick([0, -0.0, 1.5, .infinity, 3e9] as [Float]).bitPattern))
    default:
      return builder.constant(.f64, bits: random.pick([0, -0.0, 1.5, -.infinity, 1e20, 0.1] as [Double]).bitPattern)
    }
  }

  static let integers: [Opcode] = [
    .add, .add, .sub, .mul, .and, .or, .xor, .shl, .shrS, .shrU, .rotl, .rotr, .divS, .divU, .remS, .remU,
  ]
  static let comparisons: [Opcode] = [.eq, .ne, .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU]

  mutating func integer(_ type: Type, _ depth: Int) -> ValueId {
    let other: Type = type == .i32 ? .i64 : .i32
    switch random.below(14) {
    case 0...5:
      let opcode = random.pick(RandomFunction.integers)
      let a = value(type, depth: depth - 1)
      var b = value(type, depth: depth - 1)
      let divides = [.divS, .divU, .remS, .remU].contains(opcode)
      if divides && random.chance(90) {
        b = builder.constant(type, bits: UInt64(random.pick([1, 2, 3, 8, 10, 16])))
      }
      return builder.binary(opcode, type, a, b)
    case 6:
      return builder.unary(
        random.pick([.clz, .ctz, .popcnt, .extend8S, .extend16S]), type, value(type, depth: depth - 1))
    case 7 where type == .i32:
      let compared = random.pick(RandomFunction.types)
      let opcode = random.pick(compared.isInteger ? RandomFunction.comparisons : [.eq, .ne, .lt, .gt, .le, .ge])
      return builder.binary(opcode, .i32, value(compared, depth: depth - 1), value(compared, depth: depth - 1))
    case 8 where type == .i32: return builder.unary(.eqz, .i32, value(random.pick([.i32, .i64]), depth: depth - 1))
    case 9:
      return builder.unary(
        type == .i32 ? .wrap : random.pick([.extendS, .extendU]), type, value(other, depth: depth - 1))
    case 10:
      let condition = value(.i32, depth: depth - 1)
      let (a, b) = (value(type, depth: depth - 1), value(type, depth: depth - 1))
      return builder.emit(.select, type, a: condition.index, b: a.index, c: b.index)
    case 11:
      let access = access(type)
      return builder.load(type, address(), offset: UInt32(random.below(3) * 4), access: access)
    case 12:
      guard !function.slots.isEmpty else { return leaf(type) }
      let slot = UInt32(random.below(function.slots.count))
      let at = builder.emit(.frameAddress, .i32, a: slot)
      let access = random.chance(70) ? Access.full : access(type)
      let offset = slotOffset(function.slots[slot].size, access.width(of: type))
      return builder.load(type, at, offset: offset, access: access)
    default: return call(type, depth)
    }
  }

  mutating func call(_ type: Type, _ depth: Int) -> ValueId {
    if random.chance(50) && type == .i64 {
      return builder.call(FunctionId(1), builder.list(value(.i64, depth: depth - 1)), type: .i64, effects: .pure)
    }
    guard id > 2 else {
      return builder.unary(
        random.pick([.truncateSaturatingS, .truncateSaturatingU]), type, value(.f64, depth: depth - 1))
    }
    let callee = UInt32(2 + random.below(Int(id) - 2))
    guard case .defined(let called) = program.definitions[Int(callee)] else { return leaf(type) }
    let arguments = called.parameters.array.map { value($0, depth: depth - 1) }
    let list = arguments.withUnsafeBufferPointer { builder.list($0) }
    let results = called.results.array
    let single = results.count == 1 ? results[0] : .none
    let call = builder.call(FunctionId(callee), list, type: single, effects: [])
    if results.count == 1 { return results[0] == type ? call : leaf(type) }
    let index = results.firstIndex(of: type)
    guard let index else { return leaf(type) }
    return builder.result(UInt32(index), of: call, type: type)
  }

  mutating func float(_ type: Type, _ depth: Int) -> ValueId {
    switch random.below(8) {
    case 0...3:
      return builder.binary(
        random.pick([.add, .sub, .mul, .div, .min, .max, .copysign]), type, value(type, depth: depth - 1),
        value(type, depth: depth - 1))
    case 4:
      return builder.unary(
        random.pick([.neg, .abs, .sqrt, .ceil, .floor, .trunc, .nearest]), type, value(type, depth: depth - 1))
    case 5:
      return builder.unary(
        random.pick([.convertS, .convertU]), type, value(random.pick([.i32, .i64]), depth: depth - 1))
    case 6:
      return type == .f64
        ? builder.unary(.promote, .f64, value(.f32, depth: depth - 1))
        : builder.unary(.demote, .f32, value(.f64, depth: depth - 1))
    default: return leaf(type)
    }
  }
}

/// A program of two imports and a few functions.
func randomProgram(seed: UInt64, functions: Int = 4) -> Program {
  var program = Program()
  let signature = Signature(parameters: [.i64], results: [.i64])
  for name in ["effect", "pure"] {
    program.definitions.append(.imported(Import(module: "env", name: name, signature: signature)))
  }
  for id in 0..<functions {
    let function = RandomFunction.build(program, id: UInt32(2 + id), seed: seed &* 977 &+ UInt64(id))
    program.definitions.append(.defined(function))
  }
  program.exports.append(Export(name: "main", function: FunctionId(UInt32(1 + functions))))
  return program
}
