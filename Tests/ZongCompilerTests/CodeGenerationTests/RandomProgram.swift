// Random functions with control flow of every reducible shape, for comparison of compiled code with the
// interpreter. Blocks are begun in reverse postorder by construction; loops end because each turn takes from a
// fuel variable.

import ZongIR

/// A place to branch to, with the types of its parameters.
private struct Target {
  var block: BlockId
  var parameters: [Type]
  var isUsed = false
}

/// Makes one function.
private struct FunctionMaker {
  var random: Random
  var builder: Builder
  let callees: [(id: FunctionId, signature: Signature)]
  let signatures: [Signature]
  let table: [FunctionId]
  /// Values that reach the current point, by type.
  var scope: [Type: [ValueId]] = [.i32: [], .i64: [], .f64: []]
  var variables: [Type: [VariableId]] = [:]
  var slots: [SlotId] = []
  /// Targets of `break` and `continue` around the current point, as indices into `targets`.
  var targets: [Target] = []
  var open: [Int] = []
  var fuel: VariableId
  var budget: Int
  let types: [Type] = [.i32, .i64, .i64, .f64]

  init(
    _ function: Function, seed: UInt64, callees: [(FunctionId, Signature)], signatures: [Signature],
    table: [FunctionId], size: Int
  ) {
    random = Random(seed: seed)
    builder = Builder(function)
    self.callees = callees.map { (id: $0.0, signature: $0.1) }
    self.signatures = signatures
    self.table = table
    budget = size
    fuel = VariableId(0)
  }

  mutating func make(_ signature: Signature) {
    let entry = builder.block()
    builder.begin(entry)
    let parameters = signature.parameters.map { builder.parameter($0) }
    fuel = builder.variable(.i32)
    builder.set(fuel, builder.i32(Int32(3 + random.below(20))))
    for type in [Type.i32, .i64, .f64] {
      variables[type] = (0..<2 + random.below(3)).map { _ in builder.variable(type) }
    }
    for parameter in parameters {
      let type = builder.function.type(of: parameter)
      scope[type]?.append(parameter)
      if random.chance(60), let variable = variables[type]?.first { builder.set(variable, parameter) }
    }
    if random.chance(50) {
      for _ in 0..<1 + random.below(3) {
        slots.append(builder.slot(size: UInt32(8 + random.below(40)), alignment: 1 << UInt32(random.below(5))))
      }
    }
    statements(depth: 0)
    if builder.isOpen { finish(signature) }
  }

  private mutating func finish(_ signature: Signature) {
    let values = signature.results.map { value($0) }
    let list = values.withUnsafeBufferPointer { builder.list($0) }
    builder.returnValues(list)
  }

  // MARK: Statements

  private mutating func statements(depth: Int) {
    for _ in 0..<1 + random.below(6) {
      if !builder.isOpen || budget <= 0 { return }
      budget -= 1
      builder.position = UInt32(random.below(100_000)) + 1
      switch random.below(depth > 7 ? 12 : 20) {
      case 0..<5: assignment()
      case 5..<8: memoryWrite()
      case 8: checkStatement()
      case 9: callStatement()
      case 10, 11: leave()
      case 12..<15: ifStatement(depth)
      case 15, 16: loopStatement(depth)
      case 17, 18: labelledStatement(depth)
      default: switchStatement(depth)
      }
    }
  }

  private mutating func assignment() {
    let type = random.pick(types)
    let value = value(type)
    if let variables = variables[type], random.chance(70) { builder.set(random.pick(variables), value) }
  }

  private mutating func memoryWrite() {
    let position = address()
    switch random.below(8) {
    case 0: builder.store(position, value(.i32), offset: UInt32(random.below(64)), access: .bits8Unsigned)
    case 1: builder.store(position, value(.i64), offset: UInt32(random.below(64)), access: .bits16Signed)
    case 2: builder.store(position, value(.i64), offset: 8, access: .bits32Unsigned)
    case 3: builder.emit(.globalSet, a: 2, b: value(.i64).index)
    case 4:
      let length = builder.binary(.and, .i32, value(.i32), builder.i32(31))
      builder.emit(.memoryFill, a: position.index, b: value(.i32).index, c: length.index)
    case 5:
      let source = address()
      let length = builder.binary(.and, .i32, value(.i32), builder.i32(31))
      builder.emit(.memoryCopy, a: position.index, b: source.index, c: length.index)
    default: builder.store(position, value(random.chance(50) ? .i32 : .i64), offset: UInt32(random.below(64)))
    }
  }

  private mutating func checkStatement() {
    // Most checks hold.
    let condition = random.chance(90) ? builder.binary(.or, .i32, value(.i32), builder.i32(1)) : value(.i32)
    var values: [ValueId] = []
    for _ in 0..<random.below(4) { values.append(value(random.pick(types))) }
    let list = values.withUnsafeBufferPointer { builder.list($0) }
    builder.check(condition, random.pick([ZongIR.StopKind.bounds, .range, .assertion]), list)
  }

  private mutating func callStatement() {
    if callees.isEmpty { return }
    let callee = random.pick(callees)
    let arguments = callee.signature.parameters.map { value($0) }
    let list = arguments.withUnsafeBufferPointer { builder.list($0) }
    let results = callee.signature.results
    let type = results.count == 1 ? results[0] : .none
    let call: ValueId
    if table.contains(callee.id), random.chance(40), let id = signatures.firstIndex(of: callee.signature) {
      let index = builder.emit(.functionIndex, .i32, a: callee.id.index)
      call = builder.emit(.callIndirect, type, a: index.index, b: list.index, c: UInt32(id))
    } else {
      call = builder.call(callee.id, list, type: type, effects: [])
    }
    if results.count == 1 {
      scope[type]?.append(call)
    } else {
      for (place, type) in results.enumerated() where random.chance(80) {
        scope[type]?.append(builder.result(UInt32(place), of: call, type: type))
      }
    }
  }

  /// A branch to a target around, or a stop.
  private mutating func leave() {
    if open.isEmpty || !random.chance(60) { return assignment() }
    if random.chance(4) { return builder.stop(.panic, builder.list(value(.i64))) }
    let target = random.pick(open)
    if random.chance(50) { return builder.jump(edge(to: target)) }
    let next = builder.block()
    let condition = value(.i32)
    let away = edge(to: target)
    if random.chance(50) {
      builder.branch(condition, away, builder.edge(next))
    } else {
      builder.branch(condition, builder.edge(next), away)
    }
    builder.begin(next)
  }

  private mutating func ifStatement(_ depth: Int) {
    let join = addTarget()
    let condition = value(.i32)
    let first = builder.block()
    if random.chance(40) {
      let away = edge(to: join)
      let isThen = random.chance(50)
      let here = builder.edge(first)
      builder.branch(condition, isThen ? here : away, isThen ? away : here)
      branchBody(first, join, depth)
    } else {
      let second = builder.block()
      builder.branch(condition, builder.edge(first), builder.edge(second))
      branchBody(first, join, depth)
      branchBody(second, join, depth)
    }
    begin(join)
  }

  /// A block with statements that goes on at `join`.
  private mutating func branchBody(_ block: BlockId, _ join: Int, _ depth: Int) {
    let saved = scope
    builder.begin(block)
    statements(depth: depth + 1)
    if builder.isOpen { builder.jump(edge(to: join)) }
    scope = saved
  }

  private mutating func labelledStatement(_ depth: Int) {
    let join = addTarget()
    let saved = scope
    open.append(join)
    statements(depth: depth + 1)
    if builder.isOpen { builder.jump(edge(to: join)) }
    open.removeLast()
    scope = saved
    begin(join)
  }

  private mutating func loopStatement(_ depth: Int) {
    let exit = addTarget()
    let head = addTarget()
    builder.jump(edge(to: head))
    let saved = scope
    begin(head)
    // Every turn costs fuel.
    let left = builder.binary(.sub, .i32, builder.get(fuel), builder.i32(1))
    builder.set(fuel, left)
    let body = builder.block()
    let goesOn = builder.binary(.gtS, .i32, left, builder.i32(0))
    let away = edge(to: exit)
    builder.branch(goesOn, builder.edge(body), away)
    builder.begin(body)
    open.append(exit)
    open.append(head)
    statements(depth: depth + 1)
    if builder.isOpen {
      if random.chance(50) {
        let condition = value(.i32)
        let again = edge(to: head)
        builder.branch(condition, again, edge(to: exit))
      } else {
        builder.jump(edge(to: head))
      }
    }
    open.removeLast(2)
    scope = saved
    begin(exit)
  }

  private mutating func switchStatement(_ depth: Int) {
    let join = addTarget()
    let index = builder.binary(.remU, .i32, value(.i32), builder.i32(Int32(2 + random.below(5))))
    var edges: [UInt32] = []
    var blocks: [BlockId] = []
    for _ in 0..<1 + random.below(5) {
      switch random.below(4) {
      case 0: edges.append(edge(to: join))
      case 1: edges.append(edges.last ?? edge(to: join))
      default:
        blocks.append(builder.block())
        edges.append(builder.edge(blocks[blocks.count - 1]))
      }
    }
    let list = edges.map { ValueId($0) }.withUnsafeBufferPointer { builder.list($0) }
    builder.end(.switchBranch, a: index.index, b: list.index)
    for block in blocks { branchBody(block, join, depth) }
    begin(join)
  }

  // MARK: Targets

  private mutating func addTarget() -> Int {
    let parameters = (0..<random.pick([0, 0, 1, 2, 3])).map { _ in random.pick(types) }
    targets.append(Target(block: builder.block(), parameters: parameters))
    return targets.count - 1
  }

  private mutating func edge(to target: Int) -> UInt32 {
    targets[target].isUsed = true
    let arguments = targets[target].parameters.map { random.chance(70) ? known($0) : value($0) }
    let block = targets[target].block
    return arguments.withUnsafeBufferPointer { builder.edge(block, arguments: $0) }
  }

  private mutating func begin(_ target: Int) {
    if !targets[target].isUsed { return }
    builder.begin(targets[target].block)
    for type in targets[target].parameters { scope[type]?.append(builder.blockParameter(type)) }
  }

  // MARK: Values

  /// A value from before, or a constant.
  private mutating func known(_ type: Type) -> ValueId {
    if let values = scope[type], !values.isEmpty, random.chance(80) {
      // The newest ones are the most likely.
      return values[max(0, values.count - 1 - random.below(min(values.count, 8)))]
    }
    switch type {
    case .f64: return builder.constant(.f64, bits: Double(random.below(1000) - 500).bitPattern)
    case .i64: return builder.i64(Int64(bitPattern: random.next()) >> Int64(random.below(64)))
    default: return builder.i32(Int32(truncatingIfNeeded: random.next()) >> Int32(random.below(32)))
    }
  }

  /// An address of plain memory or of a frame slot, with room for an access behind it.
  private mutating func address() -> ValueId {
    if !slots.isEmpty, random.chance(30) { return builder.emit(.frameAddress, .i32, a: random.pick(slots).index) }
    if random.chance(20) { return builder.i32(Int32(1024 + random.below(512))) }
    let masked = builder.binary(.and, .i32, value(.i32), builder.i32(0x3F8))
    return builder.binary(.add, .i32, masked, builder.i32(1024))
  }

  private mutating func value(_ type: Type) -> ValueId {
    if random.chance(35) { return known(type) }
    let made =
      switch type {
      case .f64: float()
      case .i64: integer(.i64)
      default: random.chance(50) ? integer(.i32) : condition()
      }
    if random.chance(60) { scope[type]?.append(made) }
    return made
  }

  private mutating func float() -> ValueId {
    switch random.below(6) {
    case 0: return builder.get(random.pick(variables[.f64] ?? []))
    case 1: return builder.unary(.convertS, .f64, known(random.chance(50) ? .i32 : .i64))
    case 2: return builder.unary(random.pick([.neg, .abs, .floor]), .f64, known(.f64))
    default: return builder.binary(random.pick([.add, .sub, .mul, .div]), .f64, known(.f64), known(.f64))
    }
  }

  private mutating func integer(_ type: Type) -> ValueId {
    switch random.below(14) {
    case 0, 1, 2: return builder.get(random.pick(variables[type] ?? []))
    case 3: return builder.unary(.truncateSaturatingS, type, known(.f64))
    case 4: return type == .i32 ? builder.unary(.wrap, .i32, known(.i64)) : builder.unary(.extendU, .i64, known(.i32))
    case 5: return builder.unary(type == .i32 ? .extend8S : .extend32S, type, known(type))
    case 6, 7:
      let access: Access = random.pick([.full, .bits8Signed, .bits8Unsigned, .bits16Signed, .bits16Unsigned])
      return builder.load(type, address(), offset: UInt32(random.below(64)), access: access)
    case 8:
      let condition = condition()
      return builder.emit(.select, type, a: condition.index, b: known(type).index, c: known(type).index)
    case 9: return builder.binary(random.pick([.divS, .divU, .remU]), type, known(type), nonZero(type))
    case 10 where type == .i64: return builder.emit(.globalGet, .i64, a: 2)
    case 11: return builder.unary(random.pick([.clz, .popcnt]), type, known(type))
    default:
      let opcode: Opcode = random.pick([.add, .sub, .mul, .and, .or, .xor, .shl, .shrS, .shrU, .rotl])
      return builder.binary(opcode, type, value(type), known(type))
    }
  }

  /// Mostly not zero.
  private mutating func nonZero(_ type: Type) -> ValueId {
    random.chance(5)
      ? known(type)
      : builder.binary(.or, type, known(type), type == .i32 ? builder.i32(4) : builder.i64(4))
  }

  private mutating func condition() -> ValueId {
    switch random.below(6) {
    case 0: return builder.binary(random.pick([.lt, .gt, .le, .ge, .eq, .ne]), .i32, known(.f64), known(.f64))
    case 1: return builder.unary(.eqz, .i32, random.chance(70) ? value(.i32) : known(.i64))
    case 2:
      let type = random.pick([Type.i32, .i64])
      let zero = type == .i32 ? builder.i32(0) : builder.i64(0)
      return builder.binary(random.pick([.eq, .ne]), .i32, known(type), zero)
    default:
      let type = random.pick([Type.i32, .i64])
      let opcode: Opcode = random.pick([.eq, .ne, .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU])
      return builder.binary(opcode, .i32, value(type), known(type))
    }
  }
}

/// A program of random functions. Function 0 is the import `host.mix`, the others are exported as f1, f2 …; a
/// function calls only functions before it.
func randomProgram(seed: UInt64, functions: Int, size: Int) -> Program {
  var program = Program()
  var random = Random(seed: seed)
  let mix = Signature(parameters: [.i32, .i64], results: [.i64])
  program.signatures = [
    mix,
    Signature(parameters: [.i32, .i64, .f64], results: [.i64]),
    Signature(parameters: [.i64, .f64, .i32], results: [.i64, .i32, .f64]),
    Signature(parameters: [.i32, .i64], results: []),
  ]
  program.globals = [
    Global(name: "stack", type: .i32, isMutable: true, initial: 49152),
    Global(name: "limit", type: .i32, isMutable: true, initial: 32768),
    Global(name: "state", type: .i64, isMutable: true, initial: 7),
  ]
  program.definitions = [.imported(Import(module: "host", name: "mix", signature: mix))]
  var callees = [(FunctionId(0), mix)]
  for number in 1...functions {
    let function = Function()
    function.id = FunctionId(UInt32(number))
    function.name = "f\(number)"
    let signature = random.pick(program.signatures)
    function.results.append(contentsOf: signature.results)
    let near = Array(callees.suffix(4)) + [callees[0]]
    var maker = FunctionMaker(
      function, seed: random.next(), callees: near, signatures: program.signatures, table: program.table,
      size: size)
    maker.make(signature)
    program.definitions.append(.defined(function))
    program.exports.append(Export(name: function.name, function: function.id))
    callees.append((function.id, signature))
    if random.chance(50) { program.table.append(function.id) }
  }
  addStateReader(&program)
  return program
}

/// An export that tells the global that the functions write.
private func addStateReader(_ program: inout Program) {
  let function = Function()
  function.id = FunctionId(UInt32(program.definitions.count))
  function.name = "state"
  function.results.append(.i64)
  var builder = Builder(function)
  builder.begin(builder.block())
  builder.returnValues(builder.list(builder.emit(.globalGet, .i64, a: 2)))
  program.definitions.append(.defined(function))
  program.exports.append(Export(name: function.name, function: function.id))
}
