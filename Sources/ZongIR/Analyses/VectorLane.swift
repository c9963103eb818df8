// What the lanes of a vector hold, and the operations of such lanes.

/// The lanes of a vector.
enum VectorLane: Int {
  case i8, i16, i32, i64, f32, f64

  var width: UInt32 { [1, 2, 4, 8, 4, 8][rawValue] }
  var bits: UInt64 { UInt64(width) * 8 }
  var count: UInt32 { 16 / width }
  var isFloat: Bool { self == .f32 || self == .f64 }
  /// The type of the numbers that fill a vector.
  var scalar: Type { [.i32, .i32, .i32, .i64, .f32, .f64][rawValue] }

  /// The lane of an element of this type and width.
  init?(_ type: Type, _ access: Access) {
    switch (type, access.width(of: type)) {
    case (.f32, 4): self = .f32
    case (.f64, 8): self = .f64
    case (.i32, 1), (.i64, 1): self = .i8
    case (.i32, 2), (.i64, 2): self = .i16
    case (.i32, 4), (.i64, 4): self = .i32
    case (.i64, 8): self = .i64
    default: return nil
    }
  }

  /// Whether lanes can stand for numbers of this type.
  func fits(_ type: Type) -> Bool {
    isFloat ? type == scalar : type == .i64 || type == .i32 && width <= 4
  }

  /// Whether lanes hold all bits of the type.
  func isWhole(_ type: Type) -> Bool { type.isFloat || width == Access.full.width(of: type) }
}

extension VectorLane {
  /// The operation that does in each lane what the opcode does with numbers.
  func operation(_ opcode: Opcode) -> VectorOperation? {
    let place = rawValue
    switch opcode {
    case .add: return [.i8x16Add, .i16x8Add, .i32x4Add, .i64x2Add, .f32x4Add, .f64x2Add][place]
    case .sub: return [.i8x16Sub, .i16x8Sub, .i32x4Sub, .i64x2Sub, .f32x4Sub, .f64x2Sub][place]
    case .mul: return [nil, .i16x8Mul, .i32x4Mul, .i64x2Mul, .f32x4Mul, .f64x2Mul][place]
    case .shl: return [.i8x16Shl, .i16x8Shl, .i32x4Shl, .i64x2Shl, nil, nil][place]
    case .shrS: return [.i8x16ShrS, .i16x8ShrS, .i32x4ShrS, .i64x2ShrS, nil, nil][place]
    case .shrU: return [.i8x16ShrU, .i16x8ShrU, .i32x4ShrU, .i64x2ShrU, nil, nil][place]
    case .and: return isFloat ? nil : .and
    case .or: return isFloat ? nil : .or
    case .xor: return isFloat ? nil : .xor
    case _ where opcode.isComparison: return comparison(opcode)
    default: return floatOperation(opcode)
    }
  }

  private func comparison(_ opcode: Opcode) -> VectorOperation? {
    switch opcode {
    case .eq: return [.i8x16Eq, .i16x8Eq, .i32x4Eq, .i64x2Eq, .f32x4Eq, .f64x2Eq][rawValue]
    case .ne: return [.i8x16Ne, .i16x8Ne, .i32x4Ne, .i64x2Ne, .f32x4Ne, .f64x2Ne][rawValue]
    case .ltS: return [.i8x16LtS, .i16x8LtS, .i32x4LtS, .i64x2LtS, nil, nil][rawValue]
    case .gtS: return [.i8x16GtS, .i16x8GtS, .i32x4GtS, .i64x2GtS, nil, nil][rawValue]
    case .leS: return [.i8x16LeS, .i16x8LeS, .i32x4LeS, .i64x2LeS, nil, nil][rawValue]
    case .geS: return [.i8x16GeS, .i16x8GeS, .i32x4GeS, .i64x2GeS, nil, nil][rawValue]
    case .ltU: return [.i8x16LtU, .i16x8LtU, .i32x4LtU, nil, nil, nil][rawValue]
    case .gtU: return [.i8x16GtU, .i16x8GtU, .i32x4GtU, nil, nil, nil][rawValue]
    case .leU: return [.i8x16LeU, .i16x8LeU, .i32x4LeU, nil, nil, nil][rawValue]
    case .geU: return [.i8x16GeU, .i16x8GeU, .i32x4GeU, nil, nil, nil][rawValue]
    case .lt: return isFloat ? self == .f32 ? .f32x4Lt : .f64x2Lt : nil
    case .gt: return isFloat ? self == .f32 ? .f32x4Gt : .f64x2Gt : nil
    case .le: return isFloat ? self == .f32 ? .f32x4Le : .f64x2Le : nil
    case .ge: return isFloat ? self == .f32 ? .f32x4Ge : .f64x2Ge : nil
    default: return nil
    }
  }

  private func floatOperation(_ opcode: Opcode) -> VectorOperation? {
    guard isFloat else { return nil }
    let isShort = self == .f32
    switch opcode {
    case .div: return isShort ? .f32x4Div : .f64x2Div
    case .min: return isShort ? .f32x4Min : .f64x2Min
    case .max: return isShort ? .f32x4Max : .f64x2Max
    case .abs: return isShort ? .f32x4Abs : .f64x2Abs
    case .neg: return isShort ? .f32x4Neg : .f64x2Neg
    case .sqrt: return isShort ? .f32x4Sqrt : .f64x2Sqrt
    case .ceil: return isShort ? .f32x4Ceil : .f64x2Ceil
    case .floor: return isShort ? .f32x4Floor : .f64x2Floor
    case .trunc: return isShort ? .f32x4Trunc : .f64x2Trunc
    case .nearest: return isShort ? .f32x4Nearest : .f64x2Nearest
    default: return nil
    }
  }

  /// The operation that puts a number into all lanes.
  var splat: VectorOperation {
    [.i8x16Splat, .i16x8Splat, .i32x4Splat, .i64x2Splat, .f32x4Splat, .f64x2Splat][rawValue]
  }
}
