// The fourth step, continued: what surrounds a function's instructions: the declaration of locals, the frame on
// the tstack, and returns.
//
// A frame lies below the caller's: the stack pointer goes down by the frame's size when the function begins and
// back up at each return; frames that no return needs are in ColdFrames.swift. Slots have fixed offsets from the new
// stack pointer, which is a multiple of 16.

import ZongIR
import ZongStores
import ZongWasm

extension CodeGenerator {
  // MARK: Locals

  /// Gives the locals that are used their indices, grouped by type, and writes their declaration. If the indices
  /// of all don't fit in one byte, the most used ones come first.
  mutating func numberLocals(_ function: Function) {
    let parameterCount = function.parameters.count
    for index in 0..<parameterCount { locals[index].index = UInt32(index) }
    usedLocals.removeAll()
    for index in parameterCount..<locals.count where locals[index].uses != 0 { usedLocals.append(UInt32(index)) }
    var next = UInt32(parameterCount)
    let short = max(0, 128 - parameterCount)
    localGroups.removeAll()
    if usedLocals.count > short {
      sortLocalsByUse()
      number(from: 0, to: short, &next)
    }
    number(from: usedLocals.count > short ? short : 0, to: usedLocals.count, &next)
    body.unsigned(UInt32(localGroups.count))
    for index in 0..<localGroups.count {
      body.unsigned(localGroups[index].count)
      body.byte(localGroups[index].type.valueType.rawValue)
    }
  }

  /// Numbers a part of `usedLocals`, type by type.
  private mutating func number(from start: Int, to end: Int, _ next: inout UInt32) {
    for type in [Type.i32, .i64, .f32, .f64, .v128] {
      var count: UInt32 = 0
      for place in start..<end where locals[usedLocals[place]].type == type {
        locals[usedLocals[place]].index = next
        next += 1
        count += 1
      }
      if count != 0 { localGroups.append(LocalGroup(count: count, type: type)) }
    }
  }

  private mutating func sortLocalsByUse() {
    var keys: [UInt64] = []
    keys.reserveCapacity(usedLocals.count)
    for place in 0..<usedLocals.count {
      let local = usedLocals[place]
      keys.append(UInt64(UInt32.max - locals[local].uses) << 32 | UInt64(local))
    }
    keys.sort()
    for (place, key) in keys.enumerated() { usedLocals[place] = UInt32(truncatingIfNeeded: key) }
  }

  // MARK: Frame

  /// Places the slots. A size that doesn't fit in 32 bits becomes one that no stack has.
  mutating func layOutFrame(_ function: Function) {
    slotOffsets.removeAll()
    var size: UInt64 = 0
    for index in 0..<function.slots.count {
      let slot = function.slots[index]
      let mask = UInt64(max(slot.alignment, 1)) - 1
      size = (size + mask) & ~mask
      slotOffsets.append(UInt32(truncatingIfNeeded: size))
      size = min(size + UInt64(slot.size), 1 << 40)
    }
    frameSize = UInt32(min((size + 15) & ~15, 0xFFFF_FFF0))
    if frameSize != 0 { locals[framePointer].uses += 1 }
  }

  /// Makes room for the frame, or stops. The room left is the stack pointer less the limit, and never negative.
  mutating func emitPrologue(_ function: Function, _ buffer: CodeBuffer) {
    emitGlobal(Op.globalGet, context.stackPointer)
    emitLocal(Op.localTee, framePointer)
    emitGlobal(Op.globalGet, context.stackLimit)
    body.byte(Op.i32Sub)
    emitFrameSize()
    body.byte(Op.i32LtU)
    body.byte(Op.if)
    body.byte(emptyBlockType)
    body.byte(Op.i32Const)
    body.signed(Int64(ZongIR.StopKind.stackOverflow.number.rawValue))
    for _ in 0..<3 {
      body.byte(Op.i64Const)
      body.byte(0)
    }
    let position = firstPosition(function)
    buffer.positions.add(codeOffset: UInt32(truncatingIfNeeded: body.count), position: position)
    body.byte(Op.call)
    body.unsigned(context.stopFunction)
    body.byte(Op.unreachable)
    body.byte(Op.end)
    emitLocal(Op.localGet, framePointer)
    emitFrameSize()
    body.byte(Op.i32Sub)
    emitLocal(Op.localTee, framePointer)
    emitGlobal(Op.globalSet, context.stackPointer)
    if let filler = context.frameFiller { emitFill(filler) }
  }

  /// Fills the frame.
  private mutating func emitFill(_ filler: UInt8) {
    emitLocal(Op.localGet, framePointer)
    body.byte(Op.i32Const)
    body.signed(Int64(filler))
    emitFrameSize()
    body.byte(Op.prefix)
    body.byte(PrefixedOp.memoryFill)
    body.byte(0)
  }

  func firstPosition(_ function: Function) -> UInt32 {
    for index in 0..<min(function.instructions.count, 64) where function.instructions[index].position != 0 {
      return function.instructions[index].position
    }
    return 0
  }

  private mutating func emitGlobal(_ opcode: UInt8, _ global: UInt32) {
    body.byte(opcode)
    body.unsigned(global)
  }

  private mutating func emitFrameSize() {
    body.byte(Op.i32Const)
    body.signed(Int64(Int32(bitPattern: frameSize)))
  }

  mutating func emitFrameAddress(_ slot: UInt32) {
    emitLocal(Op.localGet, framePointer)
    let offset = slotOffsets[slot]
    if offset == 0 { return }
    body.byte(Op.i32Const)
    body.signed(Int64(Int32(bitPattern: offset)))
    body.byte(Op.i32Add)
  }

  /// Gives the frame back and returns what lies on the operand stack. At the function's end nothing needs to be
  /// said to return.
  mutating func emitReturn() {
    if frameSize != 0 && !hasColdFrame {
      emitLocal(Op.localGet, framePointer)
      emitFrameSize()
      body.byte(Op.i32Add)
      emitGlobal(Op.globalSet, context.stackPointer)
    }
    endsFunction = isAtFunctionEnd
    if !endsFunction { body.byte(Op.return) }
  }
}
