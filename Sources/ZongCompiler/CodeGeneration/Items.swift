// What placement hands to emission: a flat sequence of small steps, five bits of kind and 27 of operand. It is
// made from a block's end to its start and read the other way.

/// The kind of an item: one of at most 32.
enum ItemKind: UInt8 {
  /// An instruction; its operands are on the stack.
  case instruction = 0
  /// The same with the opposite comparison.
  case opposite
  /// A local.
  case get, set, tee
  case drop
  /// i32.eqz.
  case not
  /// `if` and the number of the stop; the instruction.
  case checkBegin
  /// The call of the stop function and the `if`'s end; the instruction.
  case checkEnd
  /// The number of the stop; the instruction.
  case stopBegin
  /// The call of the stop function; the instruction.
  case stopEnd
  /// A value of the given type becomes the i64 of a stop record.
  case widen
  /// i64.const 0.
  case zero
  /// Here the moves of the next arm begin.
  case arm
  /// Of two pointers on the stack, the second one if the third leads to where there is no tag.
  case pointerWithTag
  /// The tag of the granule that the pointer on the stack leads to.
  case keyTag
  /// Moves the tag on the stack to where a pointer has its key.
  case tagAsKey
  /// Compares the tag with the key of the pointer on the stack, and `if` they differ; the instruction.
  case keyBegin
  /// `if`, of a key whose test was made before.
  case knownKeyBegin
  /// The call of what explains a stale pointer and the `if`'s end; the instruction.
  case keyEnd
  /// Only while placing: a value that is wanted on the stack.
  case value
  /// Only while placing: a condition whose opposite is wanted.
  case oppositeValue
}

let itemOperandBits: UInt32 = 27
let itemOperandMask: UInt32 = (1 << 27) - 1

@inline(__always)
func item(_ kind: ItemKind, _ operand: UInt32 = 0) -> UInt32 {
  UInt32(unsafeBitCast(kind, to: UInt8.self)) << itemOperandBits | operand
}

@inline(__always)
func kind(of item: UInt32) -> ItemKind {
  unsafeBitCast(UInt8(truncatingIfNeeded: item >> itemOperandBits), to: ItemKind.self)
}
