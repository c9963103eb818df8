// The opcodes of WebAssembly that Zong emits and reads (Core Specification 5.4). Numeric instructions are named by
// their first in a run of consecutive codes; `WasmInstruction` has the text names of all.

/// Opcodes of one byte.
public enum Op {
  @inlinable @inline(__always) public static var unreachable: UInt8 { 0x00 }
  @inlinable @inline(__always) public static var nop: UInt8 { 0x01 }
  @inlinable @inline(__always) public static var block: UInt8 { 0x02 }
  @inlinable @inline(__always) public static var loop: UInt8 { 0x03 }
  @inlinable @inline(__always) public static var `if`: UInt8 { 0x04 }
  @inlinable @inline(__always) public static var `else`: UInt8 { 0x05 }
  @inlinable @inline(__always) public static var end: UInt8 { 0x0B }
  @inlinable @inline(__always) public static var br: UInt8 { 0x0C }
  @inlinable @inline(__always) public static var brIf: UInt8 { 0x0D }
  @inlinable @inline(__always) public static var brTable: UInt8 { 0x0E }
  @inlinable @inline(__always) public static var `return`: UInt8 { 0x0F }
  @inlinable @inline(__always) public static var call: UInt8 { 0x10 }
  @inlinable @inline(__always) public static var callIndirect: UInt8 { 0x11 }
  @inlinable @inline(__always) public static var drop: UInt8 { 0x1A }
  @inlinable @inline(__always) public static var select: UInt8 { 0x1B }
  @inlinable @inline(__always) public static var localGet: UInt8 { 0x20 }
  @inlinable @inline(__always) public static var localSet: UInt8 { 0x21 }
  @inlinable @inline(__always) public static var localTee: UInt8 { 0x22 }
  @inlinable @inline(__always) public static var globalGet: UInt8 { 0x23 }
  @inlinable @inline(__always) public static var globalSet: UInt8 { 0x24 }
  @inlinable @inline(__always) public static var i32Load: UInt8 { 0x28 }
  @inlinable @inline(__always) public static var i64Load: UInt8 { 0x29 }
  @inlinable @inline(__always) public static var f32Load: UInt8 { 0x2A }
  @inlinable @inline(__always) public static var f64Load: UInt8 { 0x2B }
  @inlinable @inline(__always) public static var i32Load8S: UInt8 { 0x2C }
  @inlinable @inline(__always) public static var i64Load8S: UInt8 { 0x30 }
  @inlinable @inline(__always) public static var i64Load16U: UInt8 { 0x33 }
  @inlinable @inline(__always) public static var i32Store: UInt8 { 0x36 }
  @inlinable @inline(__always) public static var i64Store: UInt8 { 0x37 }
  @inlinable @inline(__always) public static var i32Store8: UInt8 { 0x3A }
  @inlinable @inline(__always) public static var i64Store8: UInt8 { 0x3C }
  @inlinable @inline(__always) public static var i64Store16: UInt8 { 0x3D }
  @inlinable @inline(__always) public static var memorySize: UInt8 { 0x3F }
  @inlinable @inline(__always) public static var memoryGrow: UInt8 { 0x40 }
  @inlinable @inline(__always) public static var i32Const: UInt8 { 0x41 }
  @inlinable @inline(__always) public static var i64Const: UInt8 { 0x42 }
  @inlinable @inline(__always) public static var f32Const: UInt8 { 0x43 }
  @inlinable @inline(__always) public static var f64Const: UInt8 { 0x44 }
  @inlinable @inline(__always) public static var i32Eqz: UInt8 { 0x45 }
  @inlinable @inline(__always) public static var i32Eq: UInt8 { 0x46 }
  @inlinable @inline(__always) public static var i32LtU: UInt8 { 0x49 }
  @inlinable @inline(__always) public static var i64Eqz: UInt8 { 0x50 }
  @inlinable @inline(__always) public static var i64Eq: UInt8 { 0x51 }
  @inlinable @inline(__always) public static var i64Ne: UInt8 { 0x52 }
  @inlinable @inline(__always) public static var f32Eq: UInt8 { 0x5B }
  @inlinable @inline(__always) public static var f64Eq: UInt8 { 0x61 }
  @inlinable @inline(__always) public static var i32Clz: UInt8 { 0x67 }
  @inlinable @inline(__always) public static var i32Add: UInt8 { 0x6A }
  @inlinable @inline(__always) public static var i32Sub: UInt8 { 0x6B }
  @inlinable @inline(__always) public static var i32And: UInt8 { 0x71 }
  @inlinable @inline(__always) public static var i32ShrU: UInt8 { 0x76 }
  @inlinable @inline(__always) public static var i64Clz: UInt8 { 0x79 }
  @inlinable @inline(__always) public static var i64Xor: UInt8 { 0x85 }
  @inlinable @inline(__always) public static var i64Shl: UInt8 { 0x86 }
  @inlinable @inline(__always) public static var i64ShrU: UInt8 { 0x88 }
  @inlinable @inline(__always) public static var f32Abs: UInt8 { 0x8B }
  @inlinable @inline(__always) public static var f64Abs: UInt8 { 0x99 }
  @inlinable @inline(__always) public static var i32WrapI64: UInt8 { 0xA7 }
  @inlinable @inline(__always) public static var i32TruncF32S: UInt8 { 0xA8 }
  @inlinable @inline(__always) public static var i64ExtendI32S: UInt8 { 0xAC }
  @inlinable @inline(__always) public static var i64TruncF32S: UInt8 { 0xAE }
  @inlinable @inline(__always) public static var f32ConvertI32S: UInt8 { 0xB2 }
  @inlinable @inline(__always) public static var f32DemoteF64: UInt8 { 0xB6 }
  @inlinable @inline(__always) public static var f64ConvertI32S: UInt8 { 0xB7 }
  @inlinable @inline(__always) public static var f64PromoteF32: UInt8 { 0xBB }
  @inlinable @inline(__always) public static var i32ReinterpretF32: UInt8 { 0xBC }
  @inlinable @inline(__always) public static var i64ReinterpretF64: UInt8 { 0xBD }
  @inlinable @inline(__always) public static var f32ReinterpretI32: UInt8 { 0xBE }
  @inlinable @inline(__always) public static var f64ReinterpretI64: UInt8 { 0xBF }
  @inlinable @inline(__always) public static var i32Extend8S: UInt8 { 0xC0 }
  @inlinable @inline(__always) public static var i64Extend8S: UInt8 { 0xC2 }
  /// The first byte of the opcodes of two.
  @inlinable @inline(__always) public static var prefix: UInt8 { 0xFC }
  /// The first byte of the vector instructions.
  @inlinable @inline(__always) public static var vectorPrefix: UInt8 { 0xFD }
}

/// Second bytes after `Op.prefix`.
public enum PrefixedOp {
  @inlinable @inline(__always) public static var i32TruncSatF32S: UInt8 { 0 }
  @inlinable @inline(__always) public static var i64TruncSatF32S: UInt8 { 4 }
  @inlinable @inline(__always) public static var memoryCopy: UInt8 { 10 }
  @inlinable @inline(__always) public static var memoryFill: UInt8 { 11 }
}

/// What follows `Op.vectorPrefix`, of the instructions that have more behind them or three operands.
public enum VectorOp {
  @inlinable @inline(__always) public static var load: UInt32 { 0 }
  @inlinable @inline(__always) public static var store: UInt32 { 0x0B }
  @inlinable @inline(__always) public static var firstOfLanes: UInt32 { 0x15 }
  @inlinable @inline(__always) public static var lastOfLanes: UInt32 { 0x22 }
  @inlinable @inline(__always) public static var bitselect: UInt32 { 0x52 }
}

/// A block without parameters and results.
@inlinable @inline(__always) public var emptyBlockType: UInt8 { 0x40 }

/// A value type.
package enum ValueType: UInt8, Sendable, BitwiseCopyable {
  case i32 = 0x7F
  case i64 = 0x7E
  case f32 = 0x7D
  case f64 = 0x7C
  case v128 = 0x7B
}
