// The vector instructions, by WebAssembly's own numbers: what each takes and gives, and its word in the text form.

/// What a `vectorUnary` or `vectorBinary` does. The raw values are the numbers of WebAssembly's instructions.
package enum VectorOperation: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  // A number in all lanes; a lane of a vector, and a vector with a number in one lane.
  case i8x16Splat = 0x0F, i16x8Splat, i32x4Splat, i64x2Splat, f32x4Splat, f64x2Splat
  case i32x4ExtractLane = 0x1B, i32x4ReplaceLane, i64x2ExtractLane, i64x2ReplaceLane

  // Comparisons: all bits of a lane are ones where they hold.
  case i8x16Eq = 0x23, i8x16Ne, i8x16LtS, i8x16LtU, i8x16GtS, i8x16GtU, i8x16LeS, i8x16LeU, i8x16GeS, i8x16GeU
  case i16x8Eq, i16x8Ne, i16x8LtS, i16x8LtU, i16x8GtS, i16x8GtU, i16x8LeS, i16x8LeU, i16x8GeS, i16x8GeU
  case i32x4Eq, i32x4Ne, i32x4LtS, i32x4LtU, i32x4GtS, i32x4GtU, i32x4LeS, i32x4LeU, i32x4GeS, i32x4GeU
  case f32x4Eq, f32x4Ne, f32x4Lt, f32x4Gt, f32x4Le, f32x4Ge
  case f64x2Eq, f64x2Ne, f64x2Lt, f64x2Gt, f64x2Le, f64x2Ge
  case i64x2Eq = 0xD6, i64x2Ne, i64x2LtS, i64x2GtS, i64x2LeS, i64x2GeS

  // Bits.
  case not = 0x4D, and, andNot, or, xor

  // Integers. A shift's amount counts modulo the lanes' width.
  case i8x16Shl = 0x6B, i8x16ShrS, i8x16ShrU, i8x16Add
  case i8x16Sub = 0x71
  case i16x8Shl = 0x8B, i16x8ShrS, i16x8ShrU, i16x8Add
  case i16x8Sub = 0x91
  case i16x8Mul = 0x95
  case i32x4Shl = 0xAB, i32x4ShrS, i32x4ShrU, i32x4Add
  case i32x4Sub = 0xB1
  case i32x4Mul = 0xB5
  case i64x2Shl = 0xCB, i64x2ShrS, i64x2ShrU, i64x2Add
  case i64x2Sub = 0xD1
  case i64x2Mul = 0xD5

  // Wider lanes: the sums of two neighbours, and the lower or the upper half.
  case i16x8AddPairsS = 0x7C, i16x8AddPairsU, i32x4AddPairsS, i32x4AddPairsU
  case i64x2ExtendLowS = 0xC7, i64x2ExtendHighS, i64x2ExtendLowU, i64x2ExtendHighU

  // Floats.
  case f32x4Abs = 0xE0, f32x4Neg
  case f32x4Sqrt = 0xE3, f32x4Add, f32x4Sub, f32x4Mul, f32x4Div, f32x4Min, f32x4Max
  case f64x2Abs = 0xEC, f64x2Neg
  case f64x2Sqrt = 0xEF, f64x2Add, f64x2Sub, f64x2Mul, f64x2Div, f64x2Min, f64x2Max
  case f32x4Ceil = 0x67, f32x4Floor, f32x4Trunc, f32x4Nearest
  case f64x2Ceil = 0x74, f64x2Floor
  case f64x2Trunc = 0x7A
  case f64x2Nearest = 0x94

  /// The operation of a vector instruction; nil of any other, and of a number that stands for none.
  package static func of(_ instruction: Instruction) -> VectorOperation? {
    guard instruction.opcode == .vectorUnary || instruction.opcode == .vectorBinary else { return nil }
    return VectorOperation(rawValue: UInt8(truncatingIfNeeded: instruction.c))
  }

  /// Whether it is about one lane, whose number is part of the instruction.
  package var hasLane: Bool { lanes != 0 }

  /// How many lanes there are to choose from; 0 if it isn't about one.
  private var lanes: UInt32 {
    switch self {
    case .i32x4ExtractLane, .i32x4ReplaceLane: 4
    case .i64x2ExtractLane, .i64x2ReplaceLane: 2
    default: 0
    }
  }

  /// The types of the operands and the result; the second operand of an operation of one is `none`.
  var signature: (a: Type, b: Type, result: Type) {
    switch self {
    case .i8x16Splat, .i16x8Splat, .i32x4Splat: (.i32, .none, .v128)
    case .i64x2Splat: (.i64, .none, .v128)
    case .f32x4Splat: (.f32, .none, .v128)
    case .f64x2Splat: (.f64, .none, .v128)
    case .i32x4ExtractLane: (.v128, .none, .i32)
    case .i64x2ExtractLane: (.v128, .none, .i64)
    case .i32x4ReplaceLane: (.v128, .i32, .v128)
    case .i64x2ReplaceLane: (.v128, .i64, .v128)
    case .i8x16Shl, .i8x16ShrS, .i8x16ShrU, .i16x8Shl, .i16x8ShrS, .i16x8ShrU, .i32x4Shl, .i32x4ShrS, .i32x4ShrU,
      .i64x2Shl, .i64x2ShrS, .i64x2ShrU:
      (.v128, .i32, .v128)
    case .not, .f32x4Abs, .f32x4Neg, .f32x4Sqrt, .f64x2Abs, .f64x2Neg, .f64x2Sqrt, .f32x4Ceil, .f32x4Floor,
      .f32x4Trunc, .f32x4Nearest, .f64x2Ceil, .f64x2Floor, .f64x2Trunc, .f64x2Nearest, .i16x8AddPairsS,
      .i16x8AddPairsU, .i32x4AddPairsS, .i32x4AddPairsU, .i64x2ExtendLowS, .i64x2ExtendHighS, .i64x2ExtendLowU,
      .i64x2ExtendHighU:
      (.v128, .none, .v128)
    default: (.v128, .v128, .v128)
    }
  }

  /// The result's type.
  var result: Type { signature.result }
  /// Whether it has one operand.
  var isUnary: Bool { signature.b == .none }

  /// Whether operands of these types are what the instruction's operation takes, and the result what it gives.
  static func holds(_ instruction: Instruction, _ a: Type, _ b: Type) -> Bool {
    guard let operation = of(instruction) else { return false }
    let isOfOne = instruction.opcode == .vectorUnary
    return operation.isUnary == isOfOne && operation.signature == (a, isOfOne ? .none : b, instruction.type)
      && instruction.c >> 8 < max(operation.lanes, 1)
  }

  // MARK: The text form

  /// The word of a vector instruction, with the lane: `f64x2Add`, `i64x2ExtractLane.1`.
  static func word(of instruction: Instruction) -> String? {
    guard let operation = of(instruction) else { return nil }
    return operation.hasLane ? "\(operation).\(instruction.c >> 8)" : "\(operation)"
  }

  private static let words = Dictionary(uniqueKeysWithValues: allCases.map { ("\($0)", $0) })

  /// The opcode and `c` of what is written so; nil if it is no vector instruction with a result of this type.
  static func head(_ parts: ArraySlice<Substring>, _ type: Type) -> (Opcode, UInt32)? {
    guard let word = parts.first, let operation = words[String(word)], operation.result == type,
      parts.count == (operation.hasLane ? 2 : 1), let lane = operation.hasLane ? UInt32(parts.last ?? "") : 0,
      lane < max(operation.lanes, 1)
    else { return nil }
    return (operation.isUnary ? .vectorUnary : .vectorBinary, UInt32(operation.rawValue) | lane << 8)
  }
}
