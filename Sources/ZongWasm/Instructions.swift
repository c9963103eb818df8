// The opcodes of WebAssembly that Zong emits and reads (Core Specification 5.4). Numeric instructions are named by
// their first in a run of consecutive codes; `WasmInstruction` has the text names of all.

/// Opcodes of one byte.
package enum Op {
  package static let unreachable: UInt8 = 0x00
  package static let nop: UInt8 = 0x01
  package static let block: UInt8 = 0x02
  package static let loop: UInt8 = 0x03
  package static let `if`: UInt8 = 0x04
  package static let `else`: UInt8 = 0x05
  package static let end: UInt8 = 0x0B
  package static let br: UInt8 = 0x0C
  package static let brIf: UInt8 = 0x0D
  package static let brTable: UInt8 = 0x0E
  package static let `return`: UInt8 = 0x0F
  package static let call: UInt8 = 0x10
  package static let callIndirect: UInt8 = 0x11
  package static let drop: UInt8 = 0x1A
  package static let select: UInt8 = 0x1B
  package static let localGet: UInt8 = 0x20
  package static let localSet: UInt8 = 0x21
  package static let localTee: UInt8 = 0x22
  package static let globalGet: UInt8 = 0x23
  package static let globalSet: UInt8 = 0x24
  package static let i32Load: UInt8 = 0x28
  package static let i64Load: UInt8 = 0x29
  package static let f32Load: UInt8 = 0x2A
  package static let f64Load: UInt8 = 0x2B
  package static let i32Load8S: UInt8 = 0x2C
  package static let i64Load8S: UInt8 = 0x30
  package static let i32Store: UInt8 = 0x36
  package static let i64Store: UInt8 = 0x37
  package static let i32Store8: UInt8 = 0x3A
  package static let i64Store8: UInt8 = 0x3C
  package static let memorySize: UInt8 = 0x3F
  package static let memoryGrow: UInt8 = 0x40
  package static let i32Const: UInt8 = 0x41
  package static let i64Const: UInt8 = 0x42
  package static let f32Const: UInt8 = 0x43
  package static let f64Const: UInt8 = 0x44
  package static let i32Eqz: UInt8 = 0x45
  package static let i32Eq: UInt8 = 0x46
  package static let i32LtU: UInt8 = 0x49
  package static let i64Eqz: UInt8 = 0x50
  package static let i64Eq: UInt8 = 0x51
  package static let f32Eq: UInt8 = 0x5B
  package static let f64Eq: UInt8 = 0x61
  package static let i32Clz: UInt8 = 0x67
  package static let i32Add: UInt8 = 0x6A
  package static let i32Sub: UInt8 = 0x6B
  package static let i64Clz: UInt8 = 0x79
  package static let f32Abs: UInt8 = 0x8B
  package static let f64Abs: UInt8 = 0x99
  package static let i32WrapI64: UInt8 = 0xA7
  package static let i32TruncF32S: UInt8 = 0xA8
  package static let i64ExtendI32S: UInt8 = 0xAC
  package static let i64TruncF32S: UInt8 = 0xAE
  package static let f32ConvertI32S: UInt8 = 0xB2
  package static let f32DemoteF64: UInt8 = 0xB6
  package static let f64ConvertI32S: UInt8 = 0xB7
  package static let f64PromoteF32: UInt8 = 0xBB
  package static let i32ReinterpretF32: UInt8 = 0xBC
  package static let i64ReinterpretF64: UInt8 = 0xBD
  package static let f32ReinterpretI32: UInt8 = 0xBE
  package static let f64ReinterpretI64: UInt8 = 0xBF
  package static let i32Extend8S: UInt8 = 0xC0
  package static let i64Extend8S: UInt8 = 0xC2
  /// The first byte of the opcodes of two.
  package static let prefix: UInt8 = 0xFC
}

/// Second bytes after `Op.prefix`.
package enum PrefixedOp {
  package static let i32TruncSatF32S: UInt8 = 0
  package static let i64TruncSatF32S: UInt8 = 4
  package static let memoryCopy: UInt8 = 10
  package static let memoryFill: UInt8 = 11
}

/// A block without parameters and results.
package let emptyBlockType: UInt8 = 0x40

/// A value type.
package enum ValueType: UInt8, Sendable, BitwiseCopyable {
  case i32 = 0x7F
  case i64 = 0x7E
  case f32 = 0x7D
  case f64 = 0x7C
}
