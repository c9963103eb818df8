// Reading a body's instructions one by one (Core Specification 5.4).

/// What follows an opcode.
package enum Immediate: Equatable, Sendable {
  case none
  case blockType(BlockType)
  /// Labels, locals, globals, functions, memories: what the instruction is about.
  case index(UInt32)
  case twoIndices(UInt32, UInt32)
  /// The count of labels, the last one being the default, and where they stand.
  case labels(count: UInt32, at: Range<Int>)
  case access(memory: UInt32, alignment: UInt32, offset: UInt32)
  case i32(Int32)
  case i64(Int64)
  case f32(UInt32)
  case f64(UInt64)
}

/// The type of a block.
package enum BlockType: Equatable, Sendable {
  case empty
  case value(ValueType)
  /// A type index.
  case function(UInt32)
}

/// An instruction as it stands in the code.
package struct DecodedInstruction: Equatable, Sendable {
  /// Its offset in the module.
  package var offset: Int
  package var opcode: UInt8
  /// The second part of the opcode if the first is `Op.prefix` or `Op.vectorPrefix`.
  package var second: UInt32 = 0
  package var immediate: Immediate = .none

  /// Its name in the text format.
  package var name: String {
    switch opcode {
    case Op.prefix: prefixedNames[Int(second)]
    case Op.vectorPrefix: vectorNames[second] ?? ""
    default: instructionNames[Int(opcode)]
    }
  }
}

/// A cursor over instructions.
package struct InstructionDecoder {
  private var reader: ModuleReader

  package init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) { reader = ModuleReader(bytes, range) }

  /// The next instruction, or null at the end of the code.
  package mutating func next() throws(DecodeError) -> DecodedInstruction? {
    if reader.isAtEnd { return nil }
    let offset = reader.offset
    let opcode = try reader.byte()
    var instruction = DecodedInstruction(offset: offset, opcode: opcode)
    if opcode == Op.prefix {
      instruction.second = try reader.unsigned()
      guard Int(instruction.second) < prefixedNames.count else {
        throw DecodeError(reason: .unknownInstruction(opcode, instruction.second), offset: offset)
      }
      instruction.immediate = try prefixedImmediate(instruction.second)
    } else if opcode == Op.vectorPrefix {
      instruction.second = try reader.unsigned()
      guard vectorNames[instruction.second] != nil else {
        throw DecodeError(reason: .unknownInstruction(opcode, instruction.second), offset: offset)
      }
      instruction.immediate = try vectorImmediate(instruction.second)
    } else {
      guard Int(opcode) < instructionNames.count, !instructionNames[Int(opcode)].isEmpty else {
        throw DecodeError(reason: .unknownInstruction(opcode, 0), offset: offset)
      }
      instruction.immediate = try immediate(opcode)
    }
    return instruction
  }

  private mutating func immediate(_ opcode: UInt8) throws(DecodeError) -> Immediate {
    switch opcode {
    case Op.block, Op.loop, Op.if: return .blockType(try blockType())
    case Op.br, Op.brIf, Op.call, Op.localGet...Op.globalSet, Op.memorySize, Op.memoryGrow:
      return .index(try reader.unsigned())
    case Op.callIndirect:
      let type = try reader.unsigned()
      return .twoIndices(type, try reader.unsigned())
    case Op.brTable: return try labels()
    case Op.i32Load..<Op.memorySize: return try access()
    case Op.i32Const: return .i32(Int32(truncatingIfNeeded: try reader.signed(32)))
    case Op.i64Const: return .i64(try reader.signed(64))
    case Op.f32Const: return .f32(UInt32(truncatingIfNeeded: try reader.fixed(4)))
    case Op.f64Const: return .f64(try reader.fixed(8))
    default: return .none
    }
  }

  private mutating func prefixedImmediate(_ second: UInt32) throws(DecodeError) -> Immediate {
    switch second {
    case 8, UInt32(PrefixedOp.memoryCopy):
      let first = try reader.unsigned()
      return .twoIndices(first, try reader.unsigned())
    case 9, UInt32(PrefixedOp.memoryFill): return .index(try reader.unsigned())
    default: return .none
    }
  }

  private mutating func vectorImmediate(_ second: UInt32) throws(DecodeError) -> Immediate {
    switch second {
    case VectorOp.load, VectorOp.store: try access()
    case VectorOp.firstOfLanes...VectorOp.lastOfLanes: .index(UInt32(try reader.byte()))
    default: .none
    }
  }

  private mutating func blockType() throws(DecodeError) -> BlockType {
    let code = try reader.signed(33)
    if code >= 0 { return .function(UInt32(truncatingIfNeeded: code)) }
    if code == -64 { return .empty }
    let byte = UInt8(truncatingIfNeeded: code) & 0x7F
    guard let type = ValueType(rawValue: byte) else { throw reader.failure(.unknownType(byte)) }
    return .value(type)
  }

  private mutating func labels() throws(DecodeError) -> Immediate {
    let count = try reader.count()
    let start = reader.offset
    for _ in 0...count { _ = try reader.unsigned() }
    return .labels(count: count + 1, at: start..<reader.offset)
  }

  private mutating func access() throws(DecodeError) -> Immediate {
    let flags = try reader.unsigned()
    // Bit 6 says that a memory's index follows.
    let memory = flags & 0x40 != 0 ? try reader.unsigned() : 0
    guard flags < 0x80, flags & 0x3F < 32 else { throw reader.failure(.badNumber) }
    return .access(memory: memory, alignment: flags & 0x3F, offset: try reader.unsigned())
  }

  /// Reads all instructions: every block must end, and the code end with the function's own `end`.
  static func checkStructure(_ bytes: UnsafeBufferPointer<UInt8>, _ code: Range<Int>) throws(DecodeError) {
    var decoder = InstructionDecoder(bytes, code)
    // One bit a level would do; what is open: an `if` without `else` yet, or anything else.
    var open: [Bool] = [false]
    while let instruction = try decoder.next() {
      guard let isIf = open.last else { throw DecodeError(reason: .badStructure, offset: instruction.offset) }
      switch instruction.opcode {
      case Op.block, Op.loop: open.append(false)
      case Op.if: open.append(true)
      case Op.else:
        guard isIf else { throw DecodeError(reason: .badStructure, offset: instruction.offset) }
        open[open.count - 1] = false
      case Op.end: open.removeLast()
      default: break
      }
    }
    guard open.isEmpty else { throw DecodeError(reason: .badStructure, offset: code.upperBound) }
  }
}
