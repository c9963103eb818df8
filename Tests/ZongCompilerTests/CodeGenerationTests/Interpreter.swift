// Executes IR by the definition of its opcodes, for comparison with the compiled code. Slow and simple.

import ZongIR

@testable import ZongCompiler

/// A machine with a memory, globals, and a log of host calls.
final class Interpreter {
  enum End: Error, Equatable {
    /// A check or stop, by the kind's number.
    case stopped(UInt32)
    /// A trap of WebAssembly's own, or `unreachable`.
    case trapped
    /// Too many steps for this test.
    case exhausted
  }

  let program: Program
  var memory: [UInt8]
  var globals: [UInt64]
  var hostLog: UInt64 = 0
  var steps = 0
  private var depth = 0

  init(_ program: Program) {
    self.program = program
    memory = [UInt8](repeating: 0, count: Int(program.initialPages) * 65536)
    globals = program.globals.map(\.initial)
    for segment in program.data {
      for (offset, byte) in segment.bytes.enumerated() { memory[Int(segment.address) + offset] = byte }
    }
  }

  /// What the imported function does: it mixes its arguments into the log, in order.
  private func callHost(_ arguments: [UInt64]) -> [UInt64] {
    hostLog = (hostLog &* 31) ^ (UInt64(UInt32(truncatingIfNeeded: arguments[0])) &+ arguments[1])
    return [hostLog]
  }

  func call(_ id: FunctionId, _ arguments: [UInt64]) throws -> [UInt64] {
    switch program.definitions[Int(id.index)] {
    case .absent: throw End.trapped
    case .imported: return callHost(arguments)
    case .defined(let function):
      depth += 1
      defer { depth -= 1 }
      if depth > 60 { throw End.exhausted }
      return try run(function, arguments)
    }
  }

  private func run(_ function: Function, _ arguments: [UInt64]) throws -> [UInt64] {
    var frame = Frame(function, arguments)
    try enterFrame(&frame)
    var block = function.order[0]
    while true {
      let range = function.blocks[block.index]
      for index in range.start..<range.end - 1 { try execute(index, &frame) }
      let terminator = function.instructions[range.end - 1]
      steps += Int(range.end - range.start)
      if steps > 200_000 { throw End.exhausted }
      switch terminator.opcode {
      case .jump: block = frame.follow(terminator.a)
      case .branch:
        block = frame.follow(frame.i32(terminator.a) != 0 ? terminator.b : terminator.c)
      case .switchBranch:
        let edges = function.list(terminator.b)
        block = frame.follow(edges[min(Int(frame.i32(terminator.a)), edges.count - 1)])
      case .returnValues:
        if !function.slots.isEmpty { globals[Int(program.stackPointer)] = UInt64(frame.base + frame.size) }
        return function.list(terminator.b).map { frame.values[Int($0)] }
      case .stop: throw End.stopped(stopNumber(terminator.c))
      default: throw End.trapped
      }
    }
  }

  private func enterFrame(_ frame: inout Frame) throws {
    if frame.function.slots.isEmpty { return }
    let top = UInt32(truncatingIfNeeded: globals[Int(program.stackPointer)])
    let limit = UInt32(truncatingIfNeeded: globals[Int(program.stackLimit)])
    if top - limit < frame.size { throw End.stopped(ZongIR.StopKind.stackOverflow.number.rawValue) }
    frame.base = top - frame.size
    globals[Int(program.stackPointer)] = UInt64(frame.base)
  }

  private func execute(_ index: UInt32, _ frame: inout Frame) throws {
    let instruction = frame.function.instructions[index]
    let a = Int(instruction.a)
    let b = Int(instruction.b)
    switch instruction.opcode {
    case .nop, .blockParameter: break
    case .parameter: frame.set(index, frame.arguments[a])
    case .constant: frame.set(index, UInt64(instruction.b) << 32 | UInt64(instruction.a))
    case .frameAddress: frame.set(index, UInt64(frame.base + frame.offsets[a]))
    case .functionIndex:
      frame.set(index, UInt64(1 + (program.table.firstIndex(of: FunctionId(instruction.a)) ?? -1)))
    case .variableGet: frame.set(index, frame.variables[a])
    case .variableSet: frame.variables[a] = frame.values[b]
    case .globalGet: frame.set(index, globals[a])
    case .globalSet: globals[a] = frame.values[b]
    case .load: frame.set(index, try load(instruction, frame.i32(instruction.a)))
    case .store: try store(instruction, frame)
    case .memorySize: frame.set(index, UInt64(memory.count / 65536))
    case .memoryCopy: try copy(instruction, frame)
    case .memoryFill: try fill(instruction, frame)
    case .call:
      let results = try call(FunctionId(instruction.a), frame.list(instruction.b))
      frame.results[index] = results
      if results.count == 1 { frame.set(index, results[0]) }
    case .callIndirect:
      let place = Int(frame.i32(instruction.a))
      guard place >= 1, place <= program.table.count else { throw End.trapped }
      let results = try call(program.table[place - 1], frame.list(instruction.b))
      frame.results[index] = results
      if results.count == 1 { frame.set(index, results[0]) }
    case .result: frame.set(index, frame.results[instruction.a]?[b] ?? 0)
    case .check:
      if frame.i32(instruction.a) == 0 { throw End.stopped(stopNumber(instruction.c)) }
    default: frame.set(index, try Arithmetic.evaluate(instruction, frame))
    }
  }

  // MARK: Memory

  private func width(_ instruction: Instruction, _ type: Type) -> Int {
    switch instruction.access {
    case .full: type == .i64 || type == .f64 ? 8 : 4
    case .bits8Signed, .bits8Unsigned: 1
    case .bits16Signed, .bits16Unsigned: 2
    case .bits32Signed, .bits32Unsigned: 4
    }
  }

  private func range(_ address: UInt32, _ offset: UInt32, _ count: Int) throws -> Range<Int> {
    let start = Int(address) + Int(offset)
    guard start + count <= memory.count else { throw End.trapped }
    return start..<start + count
  }

  private func load(_ instruction: Instruction, _ address: UInt32) throws -> UInt64 {
    let count = width(instruction, instruction.type)
    var bits: UInt64 = 0
    for (place, at) in try range(address, instruction.c, count).enumerated() {
      bits |= UInt64(memory[at]) << UInt64(8 * place)
    }
    switch instruction.access {
    case .bits8Signed, .bits16Signed, .bits32Signed:
      let shift = UInt64(64 - 8 * count)
      return UInt64(bitPattern: Int64(bitPattern: bits << shift) >> Int64(shift))
    default: return bits
    }
  }

  private func store(_ instruction: Instruction, _ frame: Frame) throws {
    let count = width(instruction, frame.function.instructions[instruction.b].type)
    let bits = frame.values[Int(instruction.b)]
    for (place, at) in try range(frame.i32(instruction.a), instruction.c, count).enumerated() {
      memory[at] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * place))
    }
  }

  private func copy(_ instruction: Instruction, _ frame: Frame) throws {
    let count = Int(frame.i32(instruction.c))
    let target = try range(frame.i32(instruction.a), 0, count)
    let source = Array(memory[try range(frame.i32(instruction.b), 0, count)])
    memory.replaceSubrange(target, with: source)
  }

  private func fill(_ instruction: Instruction, _ frame: Frame) throws {
    let target = try range(frame.i32(instruction.a), 0, Int(frame.i32(instruction.c)))
    for at in target { memory[at] = UInt8(truncatingIfNeeded: frame.i32(instruction.b)) }
  }
}

/// One call's values.
struct Frame {
  let function: Function
  let arguments: [UInt64]
  var values: [UInt64]
  var variables: [UInt64]
  var results: [UInt32: [UInt64]] = [:]
  var offsets: [UInt32] = []
  var base: UInt32 = 0
  var size: UInt32 = 0

  init(_ function: Function, _ arguments: [UInt64]) {
    self.function = function
    self.arguments = arguments
    values = [UInt64](repeating: 0, count: function.instructions.count)
    variables = [UInt64](repeating: 0, count: function.variables.count)
    for index in 0..<function.slots.count {
      let slot = function.slots[index]
      size = (size + slot.alignment - 1) / slot.alignment * slot.alignment
      offsets.append(size)
      size += slot.size
    }
    size = (size + 15) / 16 * 16
  }

  /// Values of 32 bits are kept with a clean upper half.
  mutating func set(_ index: UInt32, _ bits: UInt64) {
    let type = function.instructions[index].type
    values[Int(index)] = type == .i32 || type == .f32 ? bits & 0xFFFF_FFFF : bits
  }
  func i32(_ value: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: values[Int(value)]) }
  func list(_ list: UInt32) -> [UInt64] { function.list(list).map { values[Int($0)] } }

  /// Takes an edge: all arguments are read before a parameter is set.
  mutating func follow(_ edge: UInt32) -> BlockId {
    let target = BlockId(function.lists[edge])
    let arguments = function.arguments(ofEdge: edge).map { values[Int($0)] }
    let start = Int(function.blocks[target.index].start)
    for (place, argument) in arguments.enumerated() { values[start + place] = argument }
    return target
  }
}

/// The pure instructions.
enum Arithmetic {
  static func evaluate(_ instruction: Instruction, _ frame: Frame) throws -> UInt64 {
    let type = frame.function.instructions[instruction.a].type
    let a = frame.values[Int(instruction.a)]
    let b = Int(instruction.b) < frame.values.count ? frame.values[Int(instruction.b)] : 0
    switch instruction.opcode {
    case .select: return UInt32(truncatingIfNeeded: a) != 0 ? b : frame.values[Int(instruction.c)]
    case .wrap: return a & 0xFFFF_FFFF
    case .extendS: return UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: a)))
    case .extendU: return a & 0xFFFF_FFFF
    case .extend8S: return UInt64(bitPattern: Int64(Int8(truncatingIfNeeded: a)))
    case .extend16S: return UInt64(bitPattern: Int64(Int16(truncatingIfNeeded: a)))
    case .extend32S: return UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: a)))
    case .convertS:
      let whole = type == .i32 ? Int64(Int32(truncatingIfNeeded: a)) : Int64(bitPattern: a)
      return Double(whole).bitPattern
    case .truncateSaturatingS: return saturating(Double(bitPattern: a), instruction.type)
    default: break
    }
    if type == .f64 { return try float(instruction.opcode, Double(bitPattern: a), Double(bitPattern: b)) }
    return type == .i32
      ? try integer(instruction.opcode, UInt32(truncatingIfNeeded: a), UInt32(truncatingIfNeeded: b))
      : try integer(instruction.opcode, a, b)
  }

  private static func saturating(_ value: Double, _ type: Type) -> UInt64 {
    if value.isNaN { return 0 }
    if type == .i32 {
      return UInt64(UInt32(bitPattern: Int32(max(-2_147_483_648, min(2_147_483_647, value.rounded(.towardZero))))))
    }
    if value >= 9_223_372_036_854_775_808 { return UInt64(bitPattern: Int64.max) }
    if value < -9_223_372_036_854_775_808 { return UInt64(bitPattern: Int64.min) }
    return UInt64(bitPattern: Int64(value))
  }

  private static func float(_ opcode: Opcode, _ a: Double, _ b: Double) throws -> UInt64 {
    switch opcode {
    case .add: return (a + b).bitPattern
    case .sub: return (a - b).bitPattern
    case .mul: return (a * b).bitPattern
    case .div: return (a / b).bitPattern
    case .neg: return (-a).bitPattern
    case .abs: return abs(a).bitPattern
    case .floor: return a.rounded(.down).bitPattern
    case .eq: return a == b ? 1 : 0
    case .ne: return a != b ? 1 : 0
    case .lt: return a < b ? 1 : 0
    case .gt: return a > b ? 1 : 0
    case .le: return a <= b ? 1 : 0
    case .ge: return a >= b ? 1 : 0
    default: throw Interpreter.End.trapped
    }
  }

  private static func integer<Word: FixedWidthInteger & UnsignedInteger>(
    _ opcode: Opcode, _ a: Word, _ b: Word
  ) throws -> UInt64 where Word.Magnitude == Word {
    let width = Word(Word.bitWidth)
    func signed(_ word: Word) -> Int64 {
      Word.bitWidth == 32 ? Int64(Int32(truncatingIfNeeded: word)) : Int64(truncatingIfNeeded: word)
    }
    func truth(_ condition: Bool) -> UInt64 { condition ? 1 : 0 }
    switch opcode {
    case .add: return UInt64(a &+ b)
    case .sub: return UInt64(a &- b)
    case .mul: return UInt64(a &* b)
    case .divS:
      if b == 0 || (signed(b) == -1 && a == Word(1) << (width - 1)) { throw Interpreter.End.trapped }
      return UInt64(bitPattern: signed(a) / signed(b))
    case .divU:
      if b == 0 { throw Interpreter.End.trapped }
      return UInt64(a / b)
    case .remU:
      if b == 0 { throw Interpreter.End.trapped }
      return UInt64(a % b)
    case .and: return UInt64(a & b)
    case .or: return UInt64(a | b)
    case .xor: return UInt64(a ^ b)
    case .shl: return UInt64(a << (b % width))
    case .shrS: return UInt64(bitPattern: signed(a) >> Int64(b % width))
    case .shrU: return UInt64(a >> (b % width))
    case .rotl:
      let by = b % width
      return UInt64(by == 0 ? a : a << by | a >> (width - by))
    case .clz: return UInt64(a.leadingZeroBitCount)
    case .popcnt: return UInt64(a.nonzeroBitCount)
    case .eqz: return truth(a == 0)
    case .eq: return truth(a == b)
    case .ne: return truth(a != b)
    case .ltS: return truth(signed(a) < signed(b))
    case .ltU: return truth(a < b)
    case .gtS: return truth(signed(a) > signed(b))
    case .gtU: return truth(a > b)
    case .leS: return truth(signed(a) <= signed(b))
    case .leU: return truth(a <= b)
    case .geS: return truth(signed(a) >= signed(b))
    case .geU: return truth(a >= b)
    default: throw Interpreter.End.trapped
    }
  }
}
