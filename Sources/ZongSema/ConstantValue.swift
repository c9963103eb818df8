// Constants are exact: integers have 128 bits while they are computed, and take a type only where one is wanted.

import ZongStores
import ZongSyntax

/// The value of a `const`.
package enum ConstantValue: Sendable {
  /// Reported already.
  case error
  /// The type is `untypedInteger` or an integer type.
  case integer(Int128, TypeId, isLiteral: Bool)
  case float(Double, TypeId)
  case boolean(Bool)
  /// The text's bytes, as a `String` or a `U8[]`.
  case string([UInt8], TypeId)
}

extension TypeId {
  /// The smallest and largest value of an integer type.
  var integerRange: ClosedRange<Int128> {
    let bits = Int128(bitWidth)
    return isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
  }

  /// Whether a value fits in an integer type.
  @inline(__always)
  func contains(_ value: Int64) -> Bool {
    if bitWidth == 64 { return isSigned || value >= 0 }
    let bits = Int64(bitWidth)
    return isSigned
      ? value >= -(1 << (bits &- 1)) && value < 1 << (bits &- 1) : value >= 0 && value < 1 << bits
  }
}

/// Whether each value of the numeric type `from` has its place in `type`, so that a conversion can't stop the program.
package func alwaysFits(_ from: TypeId, in type: TypeId) -> Bool {
  if type.isFloat { return !from.isFloat || from == type || type == .f64 }
  if from.isFloat { return false }
  if from.isSigned == type.isSigned { return from.bitWidth <= type.bitWidth }
  return !from.isSigned && from.bitWidth < type.bitWidth
}

/// A numeric type with its range, as a stop shows it: `U8 (0 to 255)`.
package func rangeText(_ type: TypeId) -> String {
  switch type {
  case .f32: return "F32"
  case .f64: return "F64"
  default:
    let name = (type.isSigned ? "I" : "U") + String(type.bitWidth)
    return "\(name) (\(type.integerRange.lowerBound) to \(type.integerRange.upperBound))"
  }
}
