// Runs IR directly, slowly and exactly: the measure for the optimiser's tests. Imports are calls to a rule given by
// the arguments; all calls of imports are kept, since with memory, results and stops they are what a program shows.

import ZongStores

/// How a run ended.
package enum Outcome: Equatable, Sendable {
  case returned([UInt64])
  /// A `check` or `stop`, with the values of its message.
  case stopped(StopKind, [UInt64])
  /// A WebAssembly trap: a division, a truncation, an access out of bounds.
  case trapped
  case reachedUnreachable
  /// The budget of steps or of call depth was used up.
  case exhausted
  /// Something that isn't defined: a function that is absent, a wrong table index.
  case broken(String)
}

/// A call of an import.
package struct ImportCall: Equatable, Sendable {
  package var function: UInt32
  package var arguments: [UInt64]
}

/// Runs functions of a program.
package struct Interpreter: ~Copyable {
  private let program: Program
  /// The linear memory.
  package var memory: [UInt8]
  /// A tag for each granule of 16 bytes.
  package var tags: [UInt16]
  package var globals: [UInt64]
  /// What was called outside.
  package private(set) var calls: [ImportCall] = []
  private var steps: Int
  private var depth = 0
  private var frameTop: UInt32
  private static let depthLimit = 64

  /// `memorySize` in bytes; frame slots are taken from its end.
  package init(_ program: Program, memorySize: Int, steps: Int = 1_000_000) {
    self.program = program
    self.steps = steps
    memory = [UInt8](repeating: 0, count: memorySize)
    tags = [UInt16](repeating: 0, count: memorySize / 16 + 4)
    globals = program.globals.map { $0.initial }
    frameTop = UInt32(memorySize)
    for segment in program.data {
      for (index, byte) in segment.bytes.enumerated() where Int(segment.address) + index < memorySize {
        memory[Int(segment.address) + index] = byte
      }
    }
  }

  /// Why a run ended early.
  private enum End: Error {
    case outcome(Outcome)
  }

  package mutating func run(_ function: Function, _ arguments: [UInt64]) -> Outcome {
    do {
      return .returned(try call(function, arguments))
    } catch {
      switch error {
      case .outcome(let outcome): return outcome
      }
    }
  }

  // MARK: Frames

  /// One call's state.
  private struct Frame {
    var values: [UInt64]
    var variables: [UInt64]
    var slots: [UInt32] = []
    var results: [UInt64] = []
    var arguments: [UInt64]
  }

  private mutating func call(_ function: Function, _ arguments: [UInt64]) throws(End) -> [UInt64] {
    guard depth < Interpreter.depthLimit else { throw .outcome(.exhausted) }
    depth += 1
    let savedTop = frameTop
    var frame = Frame(
      values: Array(repeating: 0, count: function.instructions.count),
      variables: Array(repeating: 0, count: function.variables.count), arguments: arguments)
    for index in 0..<function.slots.count {
      let slot = function.slots[index]
      frameTop = (frameTop &- slot.size) & ~(slot.alignment &- 1)
      frame.slots.append(frameTop)
    }
    defer {
      depth -= 1
      frameTop = savedTop
    }
    var block = BlockId.entry.index
    while true {
      guard let next = try runBlock(block, function, &frame) else { return frame.results }
      block = next
    }
  }

  /// Runs a block; the next one, or nil after a return.
  private mutating func runBlock(_ id: UInt32, _ function: Function, _ frame: inout Frame) throws(End) -> UInt32? {
    let block = function.blocks[id]
    for index in block.start..<block.end {
      steps -= 1
      if steps < 0 { throw .outcome(.exhausted) }
      let instruction = function.instructions[index]
      if instruction.isTerminator { return try end(instruction, function, &frame) }
      try execute(index, instruction, function, &frame)
    }
    throw .outcome(.broken("a block without an end"))
  }

  private mutating func end(
    _ instruction: Instruction, _ function: Function, _ frame: inout Frame
  ) throws(End) -> UInt32? {
    switch instruction.opcode {
    case .jump: return follow(instruction.a, function, &frame)
    case .branch:
      return follow(frame.values[Int(instruction.a)] != 0 ? instruction.b : instruction.c, function, &frame)
    case .switchBranch:
      let edges = function.list(instruction.b)
      let value = UInt32(truncatingIfNeeded: frame.values[Int(instruction.a)])
      return follow(edges[min(Int(value), edges.count - 1)], function, &frame)
    case .returnValues:
      frame.results = function.list(instruction.b).map { frame.values[Int($0)] }
      return nil
    case .stop: throw .outcome(stopped(instruction, function, frame))
    default: throw .outcome(.reachedUnreachable)
    }
  }

  private func follow(_ edge: UInt32, _ function: Function, _ frame: inout Frame) -> UInt32 {
    let target = function.target(ofEdge: edge).index
    let start = Int(function.blocks[target].start)
    let arguments = function.arguments(ofEdge: edge).map { frame.values[Int($0)] }
    for (index, value) in arguments.enumerated() { frame.values[start + index] = value }
    return target
  }

  private func stopped(_ instruction: Instruction, _ function: Function, _ frame: Frame) -> Outcome {
    guard let kind = StopKind(rawValue: UInt8(truncatingIfNeeded: instruction.c)) else { return .broken("stop kind") }
    return .stopped(kind, function.list(instruction.b).map { frame.values[Int($0)] })
  }

  // MARK: Instructions

  private mutating func execute(
    _ index: UInt32, _ instruction: Instruction, _ function: Function, _ frame: inout Frame
  ) throws(End) {
    let (a, b, c) = (Int(instruction.a), Int(instruction.b), Int(instruction.c))
    switch instruction.opcode {
    case .nop, .blockParameter: break
    case .parameter: frame.values[Int(index)] = frame.arguments[a]
    case .constant: frame.values[Int(index)] = instruction.bits
    case .dataAddress:
      guard c < program.data.count else { throw .outcome(.broken("data")) }
      frame.values[Int(index)] = UInt64(program.data[c].address)
    case .frameAddress: frame.values[Int(index)] = Numeric.canonical(.i32, UInt64(frame.slots[a]))
    case .functionIndex:
      let place = program.table.firstIndex(of: FunctionId(instruction.a)) ?? -1
      frame.values[Int(index)] = UInt64(place + 1)
    case .variableGet: frame.values[Int(index)] = frame.variables[a]
    case .variableSet: frame.variables[a] = frame.values[b]
    case .globalGet: frame.values[Int(index)] = globals[a]
    case .globalSet: globals[a] = frame.values[b]
    case .select: frame.values[Int(index)] = frame.values[a] != 0 ? frame.values[b] : frame.values[c]
    case .call, .callIndirect: try callOut(index, instruction, function, &frame)
    case .result: frame.values[Int(index)] = frame.results[b]
    case .check: if frame.values[a] == 0 { throw .outcome(stopped(instruction, function, frame)) }
    case .load where instruction.type == .v128, .store where function.type(of: ValueId(instruction.b)) == .v128:
      throw .outcome(.broken("vectors aren't interpreted"))
    case .load, .store, .memorySize, .memoryGrow, .memoryCopy, .memoryFill:
      try access(index, instruction, function, &frame)
    case .tagLoad, .tagStore, .tagSize, .tagGrow, .checkKey, .testKey: try accessTags(index, instruction, &frame)
    case .tagCopy: try copyTags(instruction, &frame)
    default: try compute(index, instruction, function, &frame)
    }
  }

  private func compute(
    _ index: UInt32, _ instruction: Instruction, _ function: Function, _ frame: inout Frame
  ) throws(End) {
    let from = function.instructions[instruction.a].type
    let isBinary = instruction.opcode.shape.contains(.b)
    let (a, b) = (frame.values[Int(instruction.a)], isBinary ? frame.values[Int(instruction.b)] : 0)
    switch Numeric.evaluate(instruction.opcode, to: instruction.type, from: from, a, b) {
    case .success(let bits):
      // One NaN stands for all that an engine may choose.
      let isFixed = Numeric.isFixed(instruction.opcode, instruction.type, bits)
      let nan = instruction.type == .f32 ? UInt64(Float.nan.bitPattern) : Double.nan.bitPattern
      frame.values[Int(index)] = isFixed ? bits : nan
    case .failure(.trap): throw .outcome(.trapped)
    case .failure(.notNumeric): throw .outcome(.broken("\(instruction.opcode)"))
    }
  }

  // MARK: Memory

  private mutating func access(
    _ index: UInt32, _ instruction: Instruction, _ function: Function, _ frame: inout Frame
  ) throws(End) {
    let a = UInt32(truncatingIfNeeded: frame.values[Int(instruction.a)])
    switch instruction.opcode {
    case .load:
      let width = Int(instruction.access.width(of: instruction.type))
      let raw = try read(Int(a) + Int(instruction.c), width)
      frame.values[Int(index)] = Interpreter.extended(raw, instruction)
    case .store:
      let value = frame.values[Int(instruction.b)]
      let width = instruction.access.width(of: function.instructions[instruction.b].type)
      try write(Int(a) + Int(instruction.c), Int(width), value)
    case .memorySize: frame.values[Int(index)] = UInt64(memory.count >> 16)
    case .memoryGrow: frame.values[Int(index)] = UInt64.max
    default: try bulk(instruction, Int(a), &frame)
    }
  }

  private mutating func accessTags(
    _ index: UInt32, _ instruction: Instruction, _ frame: inout Frame
  ) throws(End) {
    let a = frame.values[Int(instruction.a)]
    var granule = Int(UInt32(truncatingIfNeeded: a)) / (instruction.readsTags ? 16 : 2)
    if instruction.opcode == .testKey && granule >= tags.count { granule = 0 }
    let count = instruction.access == .full ? 4 : 1
    switch instruction.opcode {
    case .tagSize: frame.values[Int(index)] = UInt64(tags.count * 2 >> 16)
    case .tagGrow: frame.values[Int(index)] = UInt64.max
    default:
      guard granule + count <= tags.count else { throw .outcome(.trapped) }
      if instruction.opcode == .checkKey {
        if UInt64(tags[granule]) != a >> 32 { throw .outcome(.stopped(.stale, [a])) }
      } else if instruction.opcode == .testKey {
        frame.values[Int(index)] = UInt64(tags[granule]) == a >> 32 ? 1 : 0
      } else if instruction.opcode == .tagLoad {
        var bits: UInt64 = 0
        for item in 0..<count { bits |= UInt64(tags[granule + item]) << UInt64(item * 16) }
        frame.values[Int(index)] = bits
      } else {
        let bits = frame.values[Int(instruction.b)]
        for item in 0..<count { tags[granule + item] = UInt16(truncatingIfNeeded: bits >> UInt64(item * 16)) }
      }
    }
  }

  private mutating func copyTags(_ instruction: Instruction, _ frame: inout Frame) throws(End) {
    func granules(_ value: UInt32) -> Int { Int(UInt32(truncatingIfNeeded: frame.values[Int(value)])) / 2 }
    let (target, source, count) = (granules(instruction.a), granules(instruction.b), granules(instruction.c))
    guard target + count <= tags.count, source + count <= tags.count else { throw .outcome(.trapped) }
    let copied = Array(tags[source..<source + count])
    for item in 0..<count { tags[target + item] = copied[item] }
  }

  private mutating func bulk(_ instruction: Instruction, _ destination: Int, _ frame: inout Frame) throws(End) {
    let b = frame.values[Int(instruction.b)]
    let count = Int(UInt32(truncatingIfNeeded: frame.values[Int(instruction.c)]))
    guard destination + count <= memory.count else { throw .outcome(.trapped) }
    if instruction.opcode == .memoryFill {
      for offset in 0..<count { memory[destination + offset] = UInt8(truncatingIfNeeded: b) }
      return
    }
    let source = Int(UInt32(truncatingIfNeeded: b))
    guard source + count <= memory.count else { throw .outcome(.trapped) }
    let bytes = Array(memory[source..<source + count])
    for offset in 0..<count { memory[destination + offset] = bytes[offset] }
  }

  private func read(_ address: Int, _ width: Int) throws(End) -> UInt64 {
    guard address + width <= memory.count else { throw .outcome(.trapped) }
    var bits: UInt64 = 0
    for offset in 0..<width { bits |= UInt64(memory[address + offset]) << UInt64(offset * 8) }
    return bits
  }

  private mutating func write(_ address: Int, _ width: Int, _ bits: UInt64) throws(End) {
    guard address + width <= memory.count else { throw .outcome(.trapped) }
    for offset in 0..<width { memory[address + offset] = UInt8(truncatingIfNeeded: bits >> UInt64(offset * 8)) }
  }

  /// What a load of these bytes gives.
  private static func extended(_ raw: UInt64, _ instruction: Instruction) -> UInt64 {
    switch instruction.access {
    case .full, .bits8Unsigned, .bits16Unsigned, .bits32Unsigned: Numeric.canonical(instruction.type, raw)
    case .bits8Signed: UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: raw)))
    case .bits16Signed: UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: raw)))
    case .bits32Signed: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: raw)))
    }
  }

  // MARK: Calls

  private mutating func callOut(
    _ index: UInt32, _ instruction: Instruction, _ function: Function, _ frame: inout Frame
  ) throws(End) {
    let arguments = function.list(instruction.b).map { frame.values[Int($0)] }
    var id = instruction.a
    if instruction.opcode == .callIndirect {
      let place = Int(UInt32(truncatingIfNeeded: frame.values[Int(instruction.a)]))
      guard place > 0, place <= program.table.count else { throw .outcome(.trapped) }
      id = program.table[place - 1].index
    }
    guard Int(id) < program.definitions.count else { throw .outcome(.broken("function")) }
    switch program.definitions[Int(id)] {
    case .absent: throw .outcome(.broken("absent function"))
    case .defined(let callee): frame.results = try call(callee, arguments)
    case .imported(let imported):
      if !instruction.effects.contains(.pure) { calls.append(ImportCall(function: id, arguments: arguments)) }
      frame.results = imported.signature.results.enumerated().map {
        Interpreter.answer(id, arguments, UInt64($0.offset), $0.element)
      }
    }
    if instruction.type != .none { frame.values[Int(index)] = frame.results[0] }
  }

  /// An import's result: mixed from its arguments, small for integers so that it serves as a count or an index.
  private static func answer(_ id: UInt32, _ arguments: [UInt64], _ index: UInt64, _ type: Type) -> UInt64 {
    var mixed = UInt64(id) &* 0x9E37_79B9_7F4A_7C15 &+ index
    for argument in arguments { mixed = (mixed ^ argument) &* 0xBF58_476D_1CE4_E5B9 ^ (mixed >> 29) }
    switch type {
    case .f32: return UInt64(Float(mixed >> 40).bitPattern)
    case .f64: return Double(mixed >> 40).bitPattern
    default: return mixed >> 58
    }
  }
}
