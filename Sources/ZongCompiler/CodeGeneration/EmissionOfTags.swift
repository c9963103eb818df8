// The fourth step, continued: accesses of the tags, and the check of a pointer's key against the tag of the granule that
// it leads to.

import ZongIR
import ZongStores
import ZongWasm

extension CodeGenerator {
  /// A load or store of one tag, or of four.
  mutating func emitTagAccess(_ instruction: Instruction) {
    let isOne = instruction.access != .full
    if instruction.opcode == .tagLoad {
      emitTagOpcode(isOne ? Op.i64Load16U : Op.i64Load, alignment: isOne ? 1 : 3)
    } else {
      emitTagOpcode(isOne ? Op.i64Store16 : Op.i64Store, alignment: isOne ? 1 : 3)
    }
  }

  private mutating func emitTagOpcode(_ opcode: UInt8, alignment: UInt8) {
    body.byte(opcode)
    if context.tags.memory == 0 {
      body.byte(alignment)
    } else {
      body.byte(alignment | 0x40)
      body.unsigned(context.tags.memory)
    }
    body.unsigned(context.tags.base)
  }

  /// Destination, source and count are on the stack.
  mutating func emitTagCopy() {
    body.byte(Op.prefix)
    body.byte(PrefixedOp.memoryCopy)
    body.unsigned(context.tags.memory)
    body.unsigned(context.tags.memory)
  }

  mutating func emitTagSize() {
    if context.tags.memory == 0 { return emitI32(context.tags.initialPages) }
    body.byte(Op.memorySize)
    body.unsigned(context.tags.memory)
  }

  /// The number of pages is on the stack. In the program's own memory the tags have all the room they will get.
  mutating func emitTagGrowth() {
    if context.tags.memory == 0 {
      body.byte(Op.drop)
      return emitI32(UInt32.max)
    }
    body.byte(Op.memoryGrow)
    body.unsigned(context.tags.memory)
  }

  /// Of two pointers on the stack, the second one if the third leads to where there is no tag. A page of 64 KiB has the
  /// tags of 512 KiB. A key is tested in front of a loop whatever the value is that would be the pointer if the program
  /// came to the check: what lies in an enum may be another case's number there.
  mutating func emitPointerWithTag() {
    body.byte(Op.i32WrapI64)
    emitI32(19)
    body.byte(Op.i32ShrU)
    emitTagSize()
    body.byte(Op.i32LtU)
    body.byte(Op.select)
  }

  /// From a pointer on the stack to the tag of its granule: two bytes for sixteen.
  mutating func emitTagOfPointer() {
    body.byte(Op.i32WrapI64)
    body.byte(Op.i32Const)
    body.byte(3)
    body.byte(Op.i32ShrU)
    body.byte(Op.i32Const)
    body.byte(0x7E)  // -2
    body.byte(Op.i32And)
    emitTagOpcode(Op.i64Load16U, alignment: 1)
  }

  /// Compares the tag with the key of the pointer above it. The engine's compiler makes a comparison anew where its outcome
  /// is wanted: written so, one value is kept until then, and not two.
  mutating func emitKeyTest() {
    body.byte(Op.i64Xor)
    body.byte(Op.i64Const)
    body.byte(32)
    body.byte(Op.i64ShrU)
    body.byte(Op.i64Eqz)
  }

  /// Moves the tag on the stack to where a pointer has its key.
  mutating func emitTagAsKey() {
    body.byte(Op.i64Const)
    body.byte(32)
    body.byte(Op.i64Shl)
  }

  /// Compares the tag with the key of the pointer above it, and begins the cold arm.
  mutating func emitKeyComparison() {
    body.byte(Op.i64Const)
    body.byte(32)
    body.byte(Op.i64ShrU)
    body.byte(Op.i64Ne)
    body.byte(Op.if)
    body.byte(emptyBlockType)
  }

  /// The end of the cold arm, with the pointer on the stack: the library finds out what happened to the memory.
  mutating func emitStaleCall(_ function: Function, _ buffer: CodeBuffer, _ index: UInt32) {
    notePosition(function, buffer, index, function.instructions[index].position)
    if context.staleFunction == noIndex {
      body.byte(Op.drop)
    } else {
      body.byte(Op.call)
      body.unsigned(context.staleFunction)
    }
    body.byte(Op.unreachable)
    body.byte(Op.end)
  }
}
