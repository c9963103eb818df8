// The fourth step, continued: the instructions of a block, from the items that placement left.

import ZongIR
import ZongStores
import ZongWasm

/// No item takes more bytes.
let longestItem = 32

/// Where the last `local.set` ends, and its local: a `local.get` of that local right behind makes it a `local.tee`.
struct LocalPeephole {
  var setEnd = -1
  var setLocal = noIndex
}

extension CodeGenerator {
  /// Writes the items from `end` (excluded) down to `start`.
  mutating func emitItems(_ function: Function, _ buffer: CodeBuffer, from end: UInt32, downTo start: UInt32) {
    body.reserve(Int(end - start) * longestItem)
    var peephole = LocalPeephole()
    var index = end
    while index > start {
      index -= 1
      let item = items[index]
      let operand = item & itemOperandMask
      switch kind(of: item) {
      case .instruction: emitInstruction(function, buffer, operand)
      case .opposite: emitOpposite(function, operand)
      case .get: emitGet(operand, &peephole)
      case .set: emitSet(operand, &peephole)
      case .tee: emitLocal(Op.localTee, operand)
      case .drop: body.byte(Op.drop)
      case .not: body.byte(Op.i32Eqz)
      case .checkBegin:
        body.byte(Op.if)
        body.byte(emptyBlockType)
        emitStopKind(function, operand)
      case .stopBegin: emitStopKind(function, operand)
      case .checkEnd:
        emitStopCall(function, buffer, operand)
        body.byte(Op.end)
      case .stopEnd:
        emitStopCall(function, buffer, operand)
        endsFunction = isAtFunctionEnd
      case .widen: emitWidening(Type(rawValue: UInt8(truncatingIfNeeded: operand)) ?? .none)
      case .zero:
        body.byte(Op.i64Const)
        body.byte(0)
      case .pointerWithTag: emitPointerWithTag()
      case .keyTag: emitTagOfPointer()
      case .tagAsKey: emitTagAsKey()
      case .keyBegin: emitKeyComparison()
      case .knownKeyBegin:
        body.byte(Op.if)
        body.byte(emptyBlockType)
      case .keyEnd: emitStaleCall(function, buffer, operand)
      case .arm, .value, .oppositeValue: break
      }
    }
  }

  @inline(__always)
  mutating func emitGet(_ local: UInt32, _ peephole: inout LocalPeephole) {
    if local == peephole.setLocal, body.count == peephole.setEnd {
      body[peephole.setEnd - 1 - ByteBuffer.unsignedSize(locals[local].index)] = Op.localTee
      peephole.setLocal = noIndex
    } else {
      emitLocal(Op.localGet, local)
    }
  }

  @inline(__always)
  mutating func emitSet(_ local: UInt32, _ peephole: inout LocalPeephole) {
    emitLocal(Op.localSet, local)
    peephole.setEnd = body.count
    peephole.setLocal = local
  }

  @inline(__always)
  mutating func emitLocal(_ opcode: UInt8, _ local: UInt32) {
    body.byte(opcode)
    body.unsigned(locals[local].index)
  }

  /// Says where the code at the current point comes from.
  @inline(__always)
  func notePosition(_ function: Function, _ buffer: CodeBuffer, _ index: UInt32, _ position: UInt32) {
    var site: UInt32 = 0
    if Int(index) < function.instructionSites.count {
      site = function.instructionSites[index]
      if site != 0, Int(function.id.index) < context.inlineBases.count {
        site += context.inlineBases[function.id.index]
      }
    }
    buffer.positions.add(codeOffset: UInt32(truncatingIfNeeded: body.count), position: position, inlined: site)
  }

  /// A time limit is noticed at the head of a loop, so that has a position too: that of the first instruction that has
  /// one, in the order of the loop's blocks. Nothing in a loop may have one where it begins; it isn't searched far, so
  /// that nested loops cost no more than their sizes.
  mutating func noteLoop(_ function: Function, _ buffer: CodeBuffer, _ place: UInt32) {
    var left = 32
    for other in place...max(place, blocks[place].loopEnd) where blocks[other].isReached {
      let block = function.blocks[function.order[other].index]
      for index in block.start..<block.end where left > 0 {
        let position = function.instructions[index].position
        if position != 0 { return notePosition(function, buffer, index, position) }
        left -= 1
      }
      if left == 0 { return }
    }
  }

  // MARK: Stops

  private mutating func emitStopKind(_ function: Function, _ index: UInt32) {
    body.byte(Op.i32Const)
    body.signed(Int64(stopNumber(function.instructions[index].c)))
  }

  private mutating func emitStopCall(_ function: Function, _ buffer: CodeBuffer, _ index: UInt32) {
    buffer.stops.insert(function.instructions[index].c)
    notePosition(function, buffer, index, function.instructions[index].position)
    body.byte(Op.call)
    body.unsigned(context.stopFunction)
    body.byte(Op.unreachable)
  }

  private mutating func emitWidening(_ type: Type) {
    switch type {
    case .i32: body.byte(Op.i64ExtendI32S)
    case .f32:
      body.byte(Op.f64PromoteF32)
      body.byte(Op.i64ReinterpretF64)
    case .f64: body.byte(Op.i64ReinterpretF64)
    case .none, .i64, .v128: break
    }
  }

  // MARK: Instructions

  mutating func emitOpposite(_ function: Function, _ index: UInt32) {
    let instruction = function.instructions[index]
    let opposite: Opcode =
      isZeroTest(function, instruction, .opposite) ? .eqz : instruction.opcode.negated ?? instruction.opcode
    body.byte(tables.code(opposite, function.instructions[instruction.a].type))
  }

  mutating func emitInstruction(_ function: Function, _ buffer: CodeBuffer, _ index: UInt32) {
    let instruction = function.instructions[index]
    let code = tables.code(instruction.opcode, instruction.type)
    if code != 0, !instruction.opcode.isComparison {
      if tables.placement(instruction.opcode) == .trapping, !function.divides(instruction) {
        notePosition(function, buffer, index, instruction.position)
      }
      body.byte(code)
      return
    }
    switch instruction.opcode {
    case .constant: emitConstant(instruction)
    case .load, .store: emitAccess(function, instruction)
    case .call:
      notePosition(function, buffer, index, instruction.position)
      body.byte(Op.call)
      body.unsigned(context.functionIndices[instruction.a])
    case .callIndirect:
      notePosition(function, buffer, index, instruction.position)
      buffer.usesTable = true
      body.byte(Op.callIndirect)
      body.unsigned(instruction.c)
      body.byte(0)
    case .eqz, .eq, .ne, .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU, .lt, .gt, .le, .ge:
      let opcode: Opcode = isZeroTest(function, instruction, .instruction) ? .eqz : instruction.opcode
      body.byte(tables.code(opcode, function.instructions[instruction.a].type))
    case .wrap, .extendS, .extendU, .extend8S, .extend16S, .extend32S, .convertS, .convertU, .truncateS, .truncateU,
      .truncateSaturatingS, .truncateSaturatingU, .promote, .demote, .reinterpret:
      emitConversion(function, buffer, index, instruction)
    case .select: body.byte(Op.select)
    case .vectorUnary, .vectorBinary: emitVector(instruction)
    case .vectorSelect:
      body.byte(Op.vectorPrefix)
      body.unsigned(VectorOp.bitselect)
    case .frameAddress: emitFrameAddress(instruction.a)
    case .dataAddress: emitI32(context.dataAddresses[instruction.c])
    case .functionIndex: emitI32(context.tableIndices[instruction.a])
    case .globalGet:
      body.byte(Op.globalGet)
      body.unsigned(instruction.a)
    case .globalSet:
      body.byte(Op.globalSet)
      body.unsigned(instruction.a)
    case .memorySize:
      body.byte(Op.memorySize)
      body.byte(0)
    case .memoryGrow:
      notePosition(function, buffer, index, instruction.position)
      body.byte(Op.memoryGrow)
      body.byte(0)
    case .memoryCopy:
      notePosition(function, buffer, index, instruction.position)
      body.byte(Op.prefix)
      body.byte(PrefixedOp.memoryCopy)
      body.byte(0)
      body.byte(0)
    case .memoryFill:
      notePosition(function, buffer, index, instruction.position)
      body.byte(Op.prefix)
      body.byte(PrefixedOp.memoryFill)
      body.byte(0)
    case .tagLoad, .tagStore: emitTagAccess(instruction)
    case .testKey: emitKeyTest()
    case .tagCopy: emitTagCopy()
    case .tagSize: emitTagSize()
    case .tagGrow: emitTagGrowth()
    case .returnValues: emitReturn()
    default:
      body.byte(Op.unreachable)
      endsFunction = isAtFunctionEnd
    }
  }

  mutating func emitI32(_ value: UInt32) {
    body.byte(Op.i32Const)
    body.signed(Int64(Int32(bitPattern: value)))
  }

  mutating func emitConstant(_ instruction: Instruction) {
    let bits = UInt64(instruction.b) << 32 | UInt64(instruction.a)
    switch instruction.type {
    case .none, .i32, .v128: emitI32(instruction.a)
    case .i64:
      body.byte(Op.i64Const)
      body.signed(Int64(bitPattern: bits))
    case .f32:
      body.byte(Op.f32Const)
      body.fixed32(instruction.a)
    case .f64:
      body.byte(Op.f64Const)
      body.fixed64(bits)
    }
  }

  private mutating func emitConversion(
    _ function: Function, _ buffer: CodeBuffer, _ index: UInt32, _ instruction: Instruction
  ) {
    let source = function.instructions[instruction.a].type
    let code = conversionCode(instruction.opcode, from: source, to: instruction.type)
    if code.isPrefixed {
      body.byte(Op.prefix)
    } else if instruction.opcode == .truncateS || instruction.opcode == .truncateU {
      notePosition(function, buffer, index, instruction.position)
    }
    body.byte(code.code)
  }

  // MARK: Memory

  /// A load or store: opcode, alignment (as a power of two), offset.
  private mutating func emitAccess(_ function: Function, _ instruction: Instruction) {
    let isLoad = instruction.opcode == .load
    let type = isLoad ? instruction.type : function.instructions[instruction.b].type
    var offset = instruction.c
    let address = function.instructions[instruction.a]
    if address.opcode == .frameAddress { offset &+= slotOffsets[address.a] }
    if type == .v128 { return emitVectorAccess(isLoad: isLoad, offset: offset) }
    let access = accessCode(isLoad: isLoad, type, instruction.access)
    body.byte(access.code)
    body.byte(access.alignment)
    body.unsigned(offset)
  }

  /// The elements of a vector may lie at any address.
  private mutating func emitVectorAccess(isLoad: Bool, offset: UInt32) {
    body.byte(Op.vectorPrefix)
    body.unsigned(isLoad ? VectorOp.load : VectorOp.store)
    body.byte(0)
    body.unsigned(offset)
  }

  private mutating func emitVector(_ instruction: Instruction) {
    body.byte(Op.vectorPrefix)
    body.unsigned(instruction.c & 0xFF)
    if VectorOperation.of(instruction)?.hasLane == true { body.byte(UInt8(truncatingIfNeeded: instruction.c >> 8)) }
  }

  private func accessCode(isLoad: Bool, _ type: Type, _ access: Access) -> (code: UInt8, alignment: UInt8) {
    let isWide = type == .i64
    switch access {
    case .bits8Signed, .bits8Unsigned, .bits16Signed, .bits16Unsigned, .bits32Signed, .bits32Unsigned:
      let step = access.rawValue - Access.bits8Signed.rawValue
      // A 32-bit access of an i32 is a full one.
      if step >= 4, !isWide { return (isLoad ? Op.i32Load : Op.i32Store, 2) }
      let code =
        isLoad
        ? (isWide ? Op.i64Load8S : Op.i32Load8S) + step
        : (isWide ? Op.i64Store8 : Op.i32Store8) + step / 2
      return (code, step / 2)
    case .full:
      let alignment: UInt8 = type == .i64 || type == .f64 ? 3 : 2
      let step: UInt8 =
        switch type {
        case .none, .i32, .v128: 0
        case .i64: 1
        case .f32: 2
        case .f64: 3
        }
      return ((isLoad ? Op.i32Load : Op.i32Store) + step, alignment)
    }
  }
}
