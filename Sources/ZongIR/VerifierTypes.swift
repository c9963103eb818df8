// The verifier's rules for single instructions: ids in range, types of operands and results, lists and edges.

import ZongStores

extension Verifier {
  mutating func checkInstruction(_ index: UInt32, _ instruction: Instruction, _ block: BlockId) {
    guard operandsAreThere(index, instruction, block) else { return }
    if let message = typeError(instruction) ?? listError(instruction, index) {
      fail("\(instruction.opcode): \(message)", block: block, value: index)
    }
  }

  /// Whether all value ids, lists and edges lie in their stores.
  private mutating func operandsAreThere(_ index: UInt32, _ instruction: Instruction, _ block: BlockId) -> Bool {
    let shape = instruction.opcode.shape
    let before = errors.count
    if shape.contains(.a) { checkId(instruction.a, index, block) }
    if shape.contains(.b) { checkId(instruction.b, index, block) }
    if shape.contains(.c) { checkId(instruction.c, index, block) }
    if shape.contains(.list) { checkList(function.listIfValid(instruction.b), instruction.b, index, block) }
    if shape.contains(.edges) { checkEdges(instruction, index, block) }
    return errors.count == before
  }

  private mutating func checkId(_ value: UInt32, _ index: UInt32, _ block: BlockId) {
    if Int(value) >= function.instructions.count {
      fail("uses %\(value), which isn't there", block: block, value: index)
    }
  }

  private mutating func checkList(
    _ values: UnsafeBufferPointer<UInt32>?, _ id: UInt32, _ index: UInt32, _ block: BlockId
  ) {
    guard let values else { return fail("uses the list \(id), which isn't there", block: block, value: index) }
    for value in values { checkId(value, index, block) }
  }

  private mutating func checkEdges(_ instruction: Instruction, _ index: UInt32, _ block: BlockId) {
    switch instruction.opcode {
    case .jump: checkEdge(instruction.a, index, block)
    case .branch:
      checkEdge(instruction.b, index, block)
      checkEdge(instruction.c, index, block)
    default:
      guard let edges = function.listIfValid(instruction.b), !edges.isEmpty else {
        return fail("has no list of edges", block: block, value: index)
      }
      for edge in edges { checkEdge(edge, index, block) }
    }
  }

  /// The target is in the order, and the arguments have its parameters' number and types.
  private mutating func checkEdge(_ edge: UInt32, _ index: UInt32, _ block: BlockId) {
    guard let arguments = function.argumentsIfValid(ofEdge: edge) else {
      return fail("uses the edge \(edge), which isn't there", block: block, value: index)
    }
    let target = function.target(ofEdge: edge)
    guard Int(target.index) < function.blocks.count,
      function.blocks[target.index].end > function.blocks[target.index].start
    else {
      return fail("leads to \(target), which isn't there", block: block, value: index)
    }
    let types = parameterTypes(of: target)
    guard types.count == arguments.count else {
      let counts = "\(arguments.count) arguments to \(target), which has \(types.count) parameters"
      return fail("gives \(counts)", block: block, value: index)
    }
    for (position, value) in arguments.enumerated() {
      guard Int(value) < function.instructions.count else {
        checkId(value, index, block)
        continue
      }
      let type = function.instructions[value].type
      if type != types[position] {
        fail(
          "gives \(type) %\(value) to a parameter of \(target) that is \(types[position])", block: block, value: index)
      }
    }
  }

  private func parameterTypes(of block: BlockId) -> [Type] {
    var types: [Type] = []
    let range = function.blocks[block.index]
    for index in range.start..<min(range.end, UInt32(function.instructions.count)) {
      let instruction = function.instructions[index]
      switch instruction.opcode {
      case .nop, .parameter: continue
      case .blockParameter: types.append(instruction.type)
      default: return types
      }
    }
    return types
  }

  private func type(_ value: UInt32) -> Type { function.instructions[value].type }

  /// What is wrong with the types of operands and result, or with an id that isn't a value.
  private func typeError(_ instruction: Instruction) -> String? {
    let type = instruction.type
    switch instruction.opcode {
    case .nop: return nil
    case .parameter:
      let isThere = Int(instruction.a) < function.parameters.count
      return expect(isThere && type == function.parameters[instruction.a], "parameter \(instruction.a) is no \(type)")
    case .blockParameter: return expect(type != .none, "has no type")
    case .constant: return constantError(instruction)
    case .dataAddress: return expect(type == .i32, "an address is i32")
    case .frameAddress:
      return expect(type == .i32 && Int(instruction.a) < function.slots.count, "frame\(instruction.a) isn't there")
    case .functionIndex:
      return expect(type == .i32 && isFunction(instruction.a), "function \(instruction.a) isn't there")
    case .variableGet, .variableSet:
      guard Int(instruction.a) < function.variables.count else { return "variable $\(instruction.a) isn't there" }
      let wanted = function.variables[instruction.a]
      let isGet = instruction.opcode == .variableGet
      return expect(isGet ? type == wanted : self.type(instruction.b) == wanted && type == .none, "$ is \(wanted)")
    case .globalGet, .globalSet: return globalError(instruction)
    case .call, .callIndirect, .result: return callError(instruction)
    case .load, .store, .memorySize, .memoryGrow, .memoryCopy, .memoryFill, .tagCopy: return memoryError(instruction)
    case .tagLoad, .tagStore, .tagSize, .tagGrow: return tagError(instruction)
    case .checkKey: return expect(type == .none && self.type(instruction.a) == .i64, "checks an i64, makes no value")
    case .testKey: return expect(type == .i32 && self.type(instruction.a) == .i64, "tests an i64, makes an i32")
    case .check, .branch, .switchBranch, .jump, .returnValues, .stop, .unreachable:
      if type != .none { return "makes no value" }
      return instruction.opcode.shape.contains(.a) ? expect(self.type(instruction.a) == .i32, "%a isn't i32") : nil
    default: return numericError(instruction)
    }
  }

  private func expect(_ holds: Bool, _ message: String) -> String? { holds ? nil : message }

  private func constantError(_ instruction: Instruction) -> String? {
    let bits = Int64(bitPattern: instruction.bits)
    switch instruction.type {
    case .none: return "has no type"
    case .i32: return expect(bits == Int64(Int32(truncatingIfNeeded: bits)), "an i32 isn't sign-extended")
    case .f32: return expect(bits >> 32 == 0, "an f32 has bits in its upper half")
    case .i64, .f64: return nil
    case .v128: return "a vector is no constant"
    }
  }

  private func numericError(_ instruction: Instruction) -> String? {
    let shape = instruction.opcode.shape
    let a = shape.contains(.a) ? type(instruction.a) : .none
    let b = shape.contains(.b) ? type(instruction.b) : .none
    let type = instruction.type
    let holds =
      switch instruction.opcode {
      case .add, .sub, .mul: type.isNumber && a == type && b == type
      case .divS, .divU, .remS, .remU, .and, .or, .xor, .shl, .shrS, .shrU, .rotl, .rotr:
        type.isInteger && a == type && b == type
      case .clz, .ctz, .popcnt, .extend8S, .extend16S: type.isInteger && a == type
      case .div, .min, .max, .copysign: type.isFloat && a == type && b == type
      case .neg, .abs, .sqrt, .ceil, .floor, .trunc, .nearest: type.isFloat && a == type
      case .eqz: type == .i32 && a.isInteger
      case .eq, .ne: type == .i32 && a.isNumber && a == b
      case .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU: type == .i32 && a.isInteger && a == b
      case .lt, .gt, .le, .ge: type == .i32 && a.isFloat && a == b
      case .wrap: type == .i32 && a == .i64
      case .extendS, .extendU: type == .i64 && a == .i32
      case .extend32S: type == .i64 && a == .i64
      case .convertS, .convertU: type.isFloat && a.isInteger
      case .truncateS, .truncateU, .truncateSaturatingS, .truncateSaturatingU: type.isInteger && a.isFloat
      case .promote: type == .f64 && a == .f32
      case .demote: type == .f32 && a == .f64
      case .reinterpret: Verifier.reinterprets(a, type)
      case .vectorUnary, .vectorBinary: VectorOperation.holds(instruction, a, b)
      case .vectorSelect: type == .v128 && a == type && b == type && self.type(instruction.c) == type
      case .select: type != .none && a == .i32 && b == type && self.type(instruction.c) == type
      default: false
      }
    return holds ? nil : "\(type) from \(a), \(b)"
  }

  private static func reinterprets(_ from: Type, _ to: Type) -> Bool {
    switch (from, to) {
    case (.i32, .f32), (.f32, .i32), (.i64, .f64), (.f64, .i64): true
    default: false
    }
  }

  private func memoryError(_ instruction: Instruction) -> String? {
    let type = instruction.type
    let shape = instruction.opcode.shape
    if shape.contains(.a) && self.type(instruction.a) != .i32 { return "%a isn't i32" }
    switch instruction.opcode {
    case .load: return accessError(instruction.access, of: type)
    case .store: return type == .none ? accessError(instruction.access, of: self.type(instruction.b)) : "makes no value"
    case .memorySize, .memoryGrow: return expect(type == .i32, "isn't i32")
    default:
      let isThree = self.type(instruction.b) == .i32 && self.type(instruction.c) == .i32
      return expect(type == .none && isThree, "takes three i32 and makes no value")
    }
  }

  private func tagError(_ instruction: Instruction) -> String? {
    if instruction.opcode.shape.contains(.a) && type(instruction.a) != .i32 { return "%a isn't i32" }
    switch instruction.opcode {
    case .tagSize, .tagGrow: return expect(instruction.type == .i32, "isn't i32")
    case .tagLoad where instruction.type != .i64: return "isn't i64"
    case .tagStore where type(instruction.b) != .i64 || instruction.type != .none:
      return "stores an i64, makes no value"
    default: return expect([.full, .bits16Unsigned].contains(instruction.access), "one tag (u16) or four")
    }
  }

  private func accessError(_ access: Access, of type: Type) -> String? {
    switch access {
    case .full: expect(type != .none, "has no type")
    case .bits8Signed, .bits8Unsigned, .bits16Signed, .bits16Unsigned: expect(type.isInteger, "\(type) isn't so narrow")
    case .bits32Signed, .bits32Unsigned: expect(type == .i64, "\(type) has no narrow 32 bits")
    }
  }

  // MARK: What needs the program

  private func isFunction(_ id: UInt32) -> Bool {
    guard let program else { return true }
    return Int(id) < program.definitions.count
  }

  private func globalError(_ instruction: Instruction) -> String? {
    let isGet = instruction.opcode == .globalGet
    let type = isGet ? instruction.type : self.type(instruction.b)
    if !isGet && instruction.type != .none { return "makes no value" }
    if type == .none { return "has no type" }
    guard let program else { return nil }
    guard Int(instruction.a) < program.globals.count else { return "global\(instruction.a) isn't there" }
    let global = program.globals[Int(instruction.a)]
    if global.type != type { return "global\(instruction.a) is \(global.type)" }
    return expect(isGet || global.isMutable, "global\(instruction.a) doesn't change")
  }

  private func callError(_ instruction: Instruction) -> String? {
    if instruction.opcode == .result { return resultError(instruction) }
    if instruction.opcode == .callIndirect && type(instruction.a) != .i32 { return "the table index isn't i32" }
    guard let program else { return nil }
    guard let (parameters, results) = signature(of: instruction, program) else { return "calls what isn't there" }
    let arguments = function.list(instruction.b)
    guard arguments.count == parameters.count else {
      return "\(arguments.count) arguments for \(parameters.count) parameters"
    }
    for (index, value) in arguments.enumerated() where type(value) != parameters[index] {
      return "%\(value) is \(type(value)), the parameter \(parameters[index])"
    }
    let wanted = results.count == 1 ? results[0] : .none
    return expect(instruction.type == wanted, "\(instruction.type) instead of \(wanted)")
  }

  private func signature(of call: Instruction, _ program: Program) -> ([Type], [Type])? {
    if call.opcode == .callIndirect {
      guard Int(call.c) < program.signatures.count else { return nil }
      let signature = program.signatures[Int(call.c)]
      return (signature.parameters, signature.results)
    }
    guard Int(call.a) < program.definitions.count else { return nil }
    switch program.definitions[Int(call.a)] {
    case .absent: return nil
    case .imported(let imported): return (imported.signature.parameters, imported.signature.results)
    case .defined(let callee): return (callee.parameters.array, callee.results.array)
    }
  }

  private func resultError(_ instruction: Instruction) -> String? {
    let call = function.instructions[instruction.a]
    guard call.opcode == .call || call.opcode == .callIndirect, call.type == .none else {
      return "%\(instruction.a) isn't a call of several results"
    }
    guard let program, let (_, results) = signature(of: call, program) else { return nil }
    let isThere = Int(instruction.b) < results.count && results.count > 1
    return expect(
      isThere && results[Int(instruction.b)] == instruction.type, "result \(instruction.b) isn't \(instruction.type)")
  }

  /// What is wrong with a list beyond its ids.
  private func listError(_ instruction: Instruction, _ index: UInt32) -> String? {
    switch instruction.opcode {
    case .check, .stop:
      let values = function.list(instruction.b)
      if values.count > 3 { return "\(values.count) values for the message" }
      if values.contains(where: { !type($0).isNumber }) { return "a value that is no number" }
      if instruction.isKeyCheck && (values.count != 1 || type(values[0]) != .i64) { return "not of one pointer" }
      let kind = UInt8(exactly: instruction.c).flatMap { StopKind(rawValue: $0) }
      return expect(kind != nil, "the stop kind \(instruction.c) isn't there")
    case .returnValues:
      let types = function.list(instruction.b).map { type($0) }
      return expect(types == function.results.array, "returns \(types) instead of \(function.results.array)")
    case .result: return expect(followsItsCall(index, instruction), "doesn't follow its call")
    default: return nil
    }
  }

  /// Between a call and its results stand only results (and removed instructions).
  private func followsItsCall(_ index: UInt32, _ instruction: Instruction) -> Bool {
    guard instruction.a < index else { return false }
    for between in instruction.a + 1..<index {
      let opcode = function.instructions[between].opcode
      if opcode != .result && opcode != .nop { return false }
    }
    return blockOf[instruction.a] == blockOf[index]
  }
}
