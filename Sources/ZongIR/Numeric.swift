// The numeric instructions on constants, exactly as WebAssembly defines them (Core Specification 4.3). Used by constant
// folding and by the interpreter.

/// Evaluation of numeric instructions. Values are the 64-bit patterns that `Opcode.constant` holds: an i32
/// sign-extended, an f32 in the low half.
package enum Numeric {
  /// Why an instruction has no value.
  package enum Failure: Error {
    /// It traps.
    case trap
    /// It is no numeric instruction.
    case notNumeric
  }

  /// The pattern of a value of `type` with these bits.
  @inlinable @inline(__always)
  package static func canonical(_ type: Type, _ bits: UInt64) -> UInt64 {
    switch type {
    case .i32: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: bits)))
    case .f32: bits & 0xFFFF_FFFF
    default: bits
    }
  }

  /// The value of `opcode` for operands of type `from`, of the type `to`. A NaN is some NaN: which, is the engine's
  /// choice (see `isFixed`).
  package static func evaluate(
    _ opcode: Opcode, to: Type, from: Type, _ a: UInt64, _ b: UInt64 = 0
  ) -> Result<UInt64, Failure> {
    switch from {
    case .i32:
      let result = integer(opcode, Int32(truncatingIfNeeded: a), Int32(truncatingIfNeeded: b))
      if let result { return result.map { UInt64(bitPattern: Int64($0)) } }
      return convert(opcode, to, signed: Int64(Int32(truncatingIfNeeded: a)), unsigned: a & 0xFFFF_FFFF)
    case .i64:
      let result = integer(opcode, Int64(bitPattern: a), Int64(bitPattern: b))
      if let result { return result.map { UInt64(bitPattern: $0) } }
      return convert(opcode, to, signed: Int64(bitPattern: a), unsigned: a)
    case .f32:
      let (x, y) = (Float(bitPattern: UInt32(truncatingIfNeeded: a)), Float(bitPattern: UInt32(truncatingIfNeeded: b)))
      if let result = comparison(opcode, x, y) { return .success(result ? 1 : 0) }
      if let result = float(opcode, x, y) { return .success(UInt64(result.bitPattern)) }
      switch opcode {
      case .promote: return .success(Double(x).bitPattern)
      case .reinterpret: return .success(canonical(.i32, a))
      default: return truncate(opcode, to, Double(x))
      }
    case .f64:
      let (x, y) = (Double(bitPattern: a), Double(bitPattern: b))
      if let result = comparison(opcode, x, y) { return .success(result ? 1 : 0) }
      if let result = float(opcode, x, y) { return .success(result.bitPattern) }
      switch opcode {
      case .demote: return .success(UInt64(Float(x).bitPattern))
      case .reinterpret: return .success(a)
      default: return truncate(opcode, to, x)
      }
    case .none, .v128: return .failure(.notNumeric)
    }
  }

  /// Whether every engine gives the same bits: not for a NaN that arithmetic made.
  package static func isFixed(_ opcode: Opcode, _ type: Type, _ bits: UInt64) -> Bool {
    switch opcode {
    case .neg, .abs, .copysign, .reinterpret: true
    default:
      switch type {
      case .f32: !Float(bitPattern: UInt32(truncatingIfNeeded: bits)).isNaN
      case .f64: !Double(bitPattern: bits).isNaN
      default: true
      }
    }
  }

  // MARK: Integers

  /// The value as a signed integer of the operands' width; nil for conversions.
  private static func integer<I: FixedWidthInteger & SignedInteger>(
    _ opcode: Opcode, _ a: I, _ b: I
  ) -> Result<I, Failure>? where I.Magnitude: FixedWidthInteger {
    let (ua, ub) = (I.Magnitude(truncatingIfNeeded: a), I.Magnitude(truncatingIfNeeded: b))
    let shift = b & I(I.bitWidth - 1)
    switch opcode {
    case .add: return .success(a &+ b)
    case .sub: return .success(a &- b)
    case .mul: return .success(a &* b)
    case .divS: return b == 0 || (a == I.min && b == -1) ? .failure(.trap) : .success(a / b)
    case .divU: return b == 0 ? .failure(.trap) : .success(I(truncatingIfNeeded: ua / ub))
    case .remS: return b == 0 ? .failure(.trap) : .success(b == -1 ? 0 : a % b)
    case .remU: return b == 0 ? .failure(.trap) : .success(I(truncatingIfNeeded: ua % ub))
    case .and: return .success(a & b)
    case .or: return .success(a | b)
    case .xor: return .success(a ^ b)
    case .shl: return .success(a &<< shift)
    case .shrS: return .success(a &>> shift)
    case .shrU: return .success(I(truncatingIfNeeded: ua &>> I.Magnitude(truncatingIfNeeded: shift)))
    case .rotl: return .success(rotated(ua, left: Int(shift)))
    case .rotr: return .success(rotated(ua, left: (I.bitWidth - Int(shift)) % I.bitWidth))
    case .clz: return .success(I(a.leadingZeroBitCount))
    case .ctz: return .success(I(a.trailingZeroBitCount))
    case .popcnt: return .success(I(a.nonzeroBitCount))
    case .extend8S: return .success(I(Int8(truncatingIfNeeded: a)))
    case .extend16S: return .success(I(Int16(truncatingIfNeeded: a)))
    default: return integerComparison(opcode, a, b, ua, ub).map { .success($0 ? 1 : 0) }
    }
  }

  private static func rotated<I: FixedWidthInteger, U: FixedWidthInteger>(_ value: U, left: Int) -> I {
    if left == 0 { return I(truncatingIfNeeded: value) }
    return I(truncatingIfNeeded: value &<< U(left) | value &>> U(U.bitWidth - left))
  }

  private static func integerComparison<I: FixedWidthInteger, U: FixedWidthInteger>(
    _ opcode: Opcode, _ a: I, _ b: I, _ ua: U, _ ub: U
  ) -> Bool? {
    switch opcode {
    case .eqz: a == 0
    case .eq: a == b
    case .ne: a != b
    case .ltS: a < b
    case .ltU: ua < ub
    case .gtS: a > b
    case .gtU: ua > ub
    case .leS: a <= b
    case .leU: ua <= ub
    case .geS: a >= b
    case .geU: ua >= ub
    default: nil
    }
  }

  private static func convert(
    _ opcode: Opcode, _ to: Type, signed: Int64, unsigned: UInt64
  ) -> Result<UInt64, Failure> {
    switch opcode {
    case .wrap: .success(canonical(.i32, unsigned))
    case .extendS: .success(UInt64(bitPattern: signed))
    case .extendU: .success(unsigned)
    case .extend32S: .success(canonical(.i32, unsigned))
    case .convertS where to == .f32: .success(UInt64(Float(signed).bitPattern))
    case .convertS: .success(Double(signed).bitPattern)
    case .convertU where to == .f32: .success(UInt64(Float(unsigned).bitPattern))
    case .convertU: .success(Double(unsigned).bitPattern)
    case .reinterpret: .success(canonical(to, unsigned))
    default: .failure(.notNumeric)
    }
  }

  // MARK: Floats

  private static func float<F: BinaryFloatingPoint>(_ opcode: Opcode, _ a: F, _ b: F) -> F? {
    switch opcode {
    case .add: a + b
    case .sub: a - b
    case .mul: a * b
    case .div: a / b
    case .min: minimum(a, b)
    case .max: -minimum(-a, -b)
    case .copysign: F(signOf: b, magnitudeOf: a)
    case .neg: -a
    case .abs: a.magnitude
    case .sqrt: a.squareRoot()
    case .ceil: a.rounded(.up)
    case .floor: a.rounded(.down)
    case .trunc: a.rounded(.towardZero)
    case .nearest: a.rounded(.toNearestOrEven)
    default: nil
    }
  }

  /// NaN if either is; -0 is below +0.
  private static func minimum<F: BinaryFloatingPoint>(_ a: F, _ b: F) -> F {
    if a.isNaN || b.isNaN { return .nan }
    if a == b { return a.sign == .minus ? a : b }
    return a < b ? a : b
  }

  private static func comparison<F: BinaryFloatingPoint>(_ opcode: Opcode, _ a: F, _ b: F) -> Bool? {
    switch opcode {
    case .eq: a == b
    case .ne: a != b
    case .lt: a < b
    case .gt: a > b
    case .le: a <= b
    case .ge: a >= b
    default: nil
    }
  }

  private static func truncate(_ opcode: Opcode, _ to: Type, _ value: Double) -> Result<UInt64, Failure> {
    let isSigned = opcode == .truncateS || opcode == .truncateSaturatingS
    guard isSigned || opcode == .truncateU || opcode == .truncateSaturatingU else { return .failure(.notNumeric) }
    let saturates = opcode == .truncateSaturatingS || opcode == .truncateSaturatingU
    switch (to, isSigned) {
    case (.i32, true): return truncated(value, to: Int32.self, saturates).map { UInt64(bitPattern: Int64($0)) }
    case (.i32, false): return truncated(value, to: UInt32.self, saturates).map { canonical(.i32, UInt64($0)) }
    case (.i64, true): return truncated(value, to: Int64.self, saturates).map { UInt64(bitPattern: $0) }
    default: return truncated(value, to: UInt64.self, saturates)
    }
  }

  private static func truncated<I: FixedWidthInteger>(
    _ value: Double, to: I.Type, _ saturates: Bool
  ) -> Result<I, Failure> {
    if let exact = I(exactly: value.rounded(.towardZero)) { return .success(exact) }
    guard saturates else { return .failure(.trap) }
    if value.isNaN { return .success(0) }
    return .success(value < 0 ? I.min : I.max)
  }
}
