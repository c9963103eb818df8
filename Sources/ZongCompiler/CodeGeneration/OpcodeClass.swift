// Properties of the IR's opcodes that code generation asks for on every instruction, as tables: what the operands
// are, how an instruction may move, and the WebAssembly opcode of the numeric ones.

import ZongIR
import ZongWasm

/// How an instruction may move to its use, and whether it may vanish.
enum Placement: UInt8, Comparable {
  /// Never placed by itself: made anew at each use, or made by its block.
  case free
  /// Depends on its operands only.
  case pure
  /// Reads a variable.
  case variable
  /// Reads memory or a global.
  case load
  /// May trap.
  case trapping
  /// Reads and writes anything; stays in its place.
  case effect
  /// Stays in order with what may trap, but touches no memory.
  case check
  /// Writes a variable.
  case assignment
  /// Ends the block.
  case terminator

  /// Without operands, and made anew or read again at each use.
  @inline(__always) var isLeaf: Bool { self == .free || self == .variable }

  @inline(__always) private var number: UInt8 { unsafeBitCast(self, to: UInt8.self) }
  @inline(__always) static func == (a: Placement, b: Placement) -> Bool { a.number == b.number }
  @inline(__always) static func < (a: Placement, b: Placement) -> Bool { a.number < b.number }
}

/// Which of `a`, `b`, `c` are values.
enum Operands: UInt8 {
  case none, a, ab, abc, b
  /// `b` is a list of values.
  case list
  /// `a` is a value, then `b` a list.
  case aList
  /// A terminator with edges.
  case edges
}

/// The tables. Immutable once made.
final class OpcodeTables: @unchecked Sendable {
  private let placements: UnsafeMutablePointer<Placement>
  private let operandKinds: UnsafeMutablePointer<Operands>
  private let codes: UnsafeMutablePointer<UInt8>
  private static let typeCount = Type.allCases.count

  init() {
    placements = .allocate(capacity: 256)
    operandKinds = .allocate(capacity: 256)
    codes = .allocate(capacity: 256 * OpcodeTables.typeCount)
    placements.initialize(repeating: .effect, count: 256)
    operandKinds.initialize(repeating: .none, count: 256)
    codes.initialize(repeating: 0, count: 256 * OpcodeTables.typeCount)
    for opcode in Opcode.allCases {
      placements[Int(opcode.number)] = placementOf(opcode)
      operandKinds[Int(opcode.number)] = operandsOf(opcode)
      for type in Type.allCases {
        codes[Int(opcode.number) * OpcodeTables.typeCount + Int(type.number)] = numericCode(opcode, type)
      }
    }
  }

  deinit {
    placements.deallocate()
    operandKinds.deallocate()
    codes.deallocate()
  }

  @inline(__always) func placement(_ opcode: Opcode) -> Placement { placements[Int(opcode.number)] }
  @inline(__always) func operands(_ opcode: Opcode) -> Operands { operandKinds[Int(opcode.number)] }
  /// The code of a numeric instruction whose operands have type `type`, or 0.
  @inline(__always) func code(_ opcode: Opcode, _ type: Type) -> UInt8 {
    codes[Int(opcode.number) * OpcodeTables.typeCount + Int(type.number)]
  }
}

private func placementOf(_ opcode: Opcode) -> Placement {
  switch opcode {
  case .nop, .parameter, .blockParameter, .constant, .dataAddress, .frameAddress, .functionIndex, .result: .free
  case .variableGet: .variable
  case .variableSet: .assignment
  case .globalGet, .load, .memorySize, .tagLoad, .tagSize, .testKey: .load
  case .globalSet, .store, .memoryGrow, .memoryCopy, .memoryFill, .tagStore, .tagCopy, .tagGrow, .call,
    .callIndirect:
    .effect
  case .divS, .divU, .remS, .remU, .truncateS, .truncateU: .trapping
  case .check, .checkKey: .check
  case .jump, .branch, .switchBranch, .returnValues, .stop, .unreachable: .terminator
  case .add, .sub, .mul, .and, .or, .xor, .shl, .shrS, .shrU, .rotl, .rotr, .clz, .ctz, .popcnt,
    .div, .min, .max, .copysign, .neg, .abs, .sqrt, .ceil, .floor, .trunc, .nearest,
    .eqz, .eq, .ne, .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU, .lt, .gt, .le, .ge,
    .wrap, .extendS, .extendU, .extend8S, .extend16S, .extend32S, .convertS, .convertU,
    .truncateSaturatingS, .truncateSaturatingU, .promote, .demote, .reinterpret, .select,
    .vectorUnary, .vectorBinary, .vectorSelect:
    .pure
  }
}

private func operandsOf(_ opcode: Opcode) -> Operands {
  // A result belongs to its call, which is placed for itself.
  if opcode == .result { return .none }
  let shape = opcode.shape
  if shape.contains(.edges) { return .edges }
  if shape.contains(.list) { return shape.contains(.a) ? .aList : .list }
  if shape.contains(.c) { return .abc }
  if shape.contains(.b) { return shape.contains(.a) ? .ab : .b }
  return shape.contains(.a) ? .a : .none
}

/// The codes of the instructions that are WebAssembly's own, by the type of their first operand; conversions are
/// chosen by the emitter.
private func numericCode(_ opcode: Opcode, _ type: Type) -> UInt8 {
  func integer(_ offset: UInt8) -> UInt8 {
    switch type {
    case .i32: Op.i32Clz + offset
    case .i64: Op.i64Clz + offset
    default: 0
    }
  }
  func float(_ offset: UInt8) -> UInt8 {
    switch type {
    case .f32: Op.f32Abs + offset
    case .f64: Op.f64Abs + offset
    default: 0
    }
  }
  func either(_ integerOffset: UInt8, _ floatOffset: UInt8) -> UInt8 {
    type.isFloat ? float(floatOffset) : integer(integerOffset)
  }
  func comparison(_ integerOffset: UInt8?, _ floatOffset: UInt8?) -> UInt8 {
    switch type {
    case .none, .v128: 0
    case .i32: integerOffset.map { Op.i32Eqz + $0 } ?? 0
    case .i64: integerOffset.map { Op.i64Eqz + $0 } ?? 0
    case .f32: floatOffset.map { Op.f32Eq + $0 } ?? 0
    case .f64: floatOffset.map { Op.f64Eq + $0 } ?? 0
    }
  }
  return switch opcode {
  case .clz: integer(0)
  case .ctz: integer(1)
  case .popcnt: integer(2)
  case .add: either(3, 7)
  case .sub: either(4, 8)
  case .mul: either(5, 9)
  case .divS: integer(6)
  case .divU: integer(7)
  case .remS: integer(8)
  case .remU: integer(9)
  case .and: integer(10)
  case .or: integer(11)
  case .xor: integer(12)
  case .shl: integer(13)
  case .shrS: integer(14)
  case .shrU: integer(15)
  case .rotl: integer(16)
  case .rotr: integer(17)
  case .abs: float(0)
  case .neg: float(1)
  case .ceil: float(2)
  case .floor: float(3)
  case .trunc: float(4)
  case .nearest: float(5)
  case .sqrt: float(6)
  case .div: float(10)
  case .min: float(11)
  case .max: float(12)
  case .copysign: float(13)
  case .eqz: comparison(0, nil)
  case .eq: comparison(1, 0)
  case .ne: comparison(2, 1)
  case .ltS: comparison(3, nil)
  case .ltU: comparison(4, nil)
  case .gtS: comparison(5, nil)
  case .gtU: comparison(6, nil)
  case .leS: comparison(7, nil)
  case .leU: comparison(8, nil)
  case .geS: comparison(9, nil)
  case .geU: comparison(10, nil)
  case .lt: comparison(nil, 2)
  case .gt: comparison(nil, 3)
  case .le: comparison(nil, 4)
  case .ge: comparison(nil, 5)
  default: 0
  }
}

/// The opcodes of conversions from `source` to `target`: one byte, or the second of a prefixed one.
func conversionCode(_ opcode: Opcode, from source: Type, to target: Type) -> (isPrefixed: Bool, code: UInt8) {
  let fromF64: UInt8 = source == .f64 ? 2 : 0
  switch opcode {
  case .wrap: return (false, Op.i32WrapI64)
  case .extendS: return (false, Op.i64ExtendI32S)
  case .extendU: return (false, Op.i64ExtendI32S + 1)
  case .extend8S: return (false, target == .i32 ? Op.i32Extend8S : Op.i64Extend8S)
  case .extend16S: return (false, target == .i32 ? Op.i32Extend8S + 1 : Op.i64Extend8S + 1)
  case .extend32S: return (false, Op.i64Extend8S + 2)
  case .convertS, .convertU:
    let base = target == .f32 ? Op.f32ConvertI32S : Op.f64ConvertI32S
    return (false, base + (source == .i64 ? 2 : 0) + (opcode == .convertU ? 1 : 0))
  case .truncateS, .truncateU:
    let base = target == .i32 ? Op.i32TruncF32S : Op.i64TruncF32S
    return (false, base + fromF64 + (opcode == .truncateU ? 1 : 0))
  case .truncateSaturatingS, .truncateSaturatingU:
    let base = target == .i32 ? PrefixedOp.i32TruncSatF32S : PrefixedOp.i64TruncSatF32S
    return (true, base + fromF64 + (opcode == .truncateSaturatingU ? 1 : 0))
  case .promote: return (false, Op.f64PromoteF32)
  case .demote: return (false, Op.f32DemoteF64)
  default:  // reinterpret
    switch target {
    case .i32: return (false, Op.i32ReinterpretF32)
    case .i64: return (false, Op.i64ReinterpretF64)
    case .f32: return (false, Op.f32ReinterpretI32)
    default: return (false, Op.f64ReinterpretI64)
    }
  }
}

extension Type {
  /// The same type in a module; `none` has none.
  package var valueType: ValueType {
    switch self {
    case .none, .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    }
  }
}
