// Comparisons with zero become `eqz`. Placement leaves the zero out, emission chooses the instruction: both ask here.

import ZongIR

extension CodeGenerator {
  /// Whether the comparison, or its opposite if that is what is placed, is written as `eqz`.
  @inline(__always)
  func isZeroTest(_ function: Function, _ instruction: Instruction, _ kind: ItemKind) -> Bool {
    let opcode: Opcode = kind == .opposite ? .ne : .eq
    return instruction.opcode == opcode && comparesZero(function, instruction, nil)
  }

  /// Whether the second operand is the integer 0, of the type `wanted` if that is given.
  func comparesZero(_ function: Function, _ instruction: Instruction, _ wanted: Type?) -> Bool {
    let zero = function.instructions[instruction.b]
    guard zero.opcode == .constant, zero.a == 0, zero.type.isInteger else { return false }
    return zero.type == (wanted ?? zero.type) && (zero.type == .i32 || zero.b == 0)
  }
}
