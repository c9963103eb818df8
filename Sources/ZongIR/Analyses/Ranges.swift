// The range that an integer value has by what computes it, whatever the operands that aren't known.

import ZongStores

/// Whole numbers from `low` to `high`, both included; signed, whatever the type.
struct IntegerRange: BitwiseCopyable {
  var low: Int64
  var high: Int64

  static func full(_ type: Type) -> IntegerRange {
    type == .i32
      ? IntegerRange(low: Int64(Int32.min), high: Int64(Int32.max)) : IntegerRange(low: .min, high: .max)
  }

  var isNonNegative: Bool { low >= 0 }

  func contains(_ other: IntegerRange) -> Bool { low <= other.low && other.high <= high }

  func union(_ other: IntegerRange) -> IntegerRange {
    IntegerRange(low: min(low, other.low), high: max(high, other.high))
  }
}

extension Function {
  /// The range of an integer value; operands are looked at to the given depth.
  func range(_ value: UInt32, depth: Int = 5) -> IntegerRange {
    let instruction = instructions[value]
    let full = IntegerRange.full(instruction.type)
    if instruction.opcode == .constant {
      let number = Int64(bitPattern: instruction.bits)
      return IntegerRange(low: number, high: number)
    }
    if instruction.opcode.isComparison { return IntegerRange(low: 0, high: 1) }
    if instruction.opcode == .load { return loadRange(instruction, full) }
    guard depth > 0 else { return full }
    switch instruction.opcode {
    case .extendS: return range(instruction.a, depth: depth - 1)
    case .extendU:
      let inner = range(instruction.a, depth: depth - 1)
      return inner.isNonNegative ? inner : IntegerRange(low: 0, high: 0xFFFF_FFFF)
    case .wrap:
      let inner = range(instruction.a, depth: depth - 1)
      return full.contains(inner) ? inner : full
    case .extend8S: return narrowed(instruction.a, 8, depth)
    case .extend16S: return narrowed(instruction.a, 16, depth)
    case .extend32S: return narrowed(instruction.a, 32, depth)
    case .clz, .ctz, .popcnt: return IntegerRange(low: 0, high: 64)
    case .and: return andRange(instruction, full, depth)
    case .select: return range(instruction.b, depth: depth - 1).union(range(instruction.c, depth: depth - 1))
    case .add, .sub, .mul: return arithmeticRange(instruction, full, depth)
    case .shl, .shrU, .shrS, .divS, .divU, .remS, .remU: return rangeByConstant(instruction, full, depth)
    default: return full
    }
  }

  private func loadRange(_ load: Instruction, _ full: IntegerRange) -> IntegerRange {
    switch load.access {
    case .full: full
    case .bits8Unsigned: IntegerRange(low: 0, high: 0xFF)
    case .bits16Unsigned: IntegerRange(low: 0, high: 0xFFFF)
    case .bits32Unsigned: IntegerRange(low: 0, high: 0xFFFF_FFFF)
    case .bits8Signed: IntegerRange(low: -0x80, high: 0x7F)
    case .bits16Signed: IntegerRange(low: -0x8000, high: 0x7FFF)
    case .bits32Signed: IntegerRange.full(.i32)
    }
  }

  private func narrowed(_ value: UInt32, _ bits: Int64, _ depth: Int) -> IntegerRange {
    let half = Int64(1) << (bits - 1)
    let narrow = IntegerRange(low: -half, high: half - 1)
    let inner = range(value, depth: depth - 1)
    return narrow.contains(inner) ? inner : narrow
  }

  /// A mask without sign bounds from above.
  private func andRange(_ instruction: Instruction, _ full: IntegerRange, _ depth: Int) -> IntegerRange {
    let (a, b) = (range(instruction.a, depth: depth - 1), range(instruction.b, depth: depth - 1))
    switch (a.isNonNegative, b.isNonNegative) {
    case (true, true): return IntegerRange(low: 0, high: min(a.high, b.high))
    case (true, false): return IntegerRange(low: 0, high: a.high)
    case (false, true): return IntegerRange(low: 0, high: b.high)
    case (false, false): return full
    }
  }

  private func arithmeticRange(_ instruction: Instruction, _ full: IntegerRange, _ depth: Int) -> IntegerRange {
    let (a, b) = (range(instruction.a, depth: depth - 1), range(instruction.b, depth: depth - 1))
    switch instruction.opcode {
    case .add: return bounded(a.low.addingReportingOverflow(b.low), a.high.addingReportingOverflow(b.high), full)
    case .sub:
      return bounded(a.low.subtractingReportingOverflow(b.high), a.high.subtractingReportingOverflow(b.low), full)
    default:
      guard a.isNonNegative && b.isNonNegative else { return full }
      return bounded(a.low.multipliedReportingOverflow(by: b.low), a.high.multipliedReportingOverflow(by: b.high), full)
    }
  }

  /// The range between the ends, if the operation can't have wrapped.
  private func bounded(
    _ low: (partialValue: Int64, overflow: Bool), _ high: (partialValue: Int64, overflow: Bool), _ full: IntegerRange
  ) -> IntegerRange {
    if low.overflow || high.overflow { return full }
    let range = IntegerRange(low: low.partialValue, high: high.partialValue)
    return full.contains(range) ? range : full
  }

  private func rangeByConstant(_ instruction: Instruction, _ full: IntegerRange, _ depth: Int) -> IntegerRange {
    guard let bits = constantBits(instruction.b) else { return full }
    let constant = Int64(bitPattern: bits)
    let a = range(instruction.a, depth: depth - 1)
    let width: Int64 = instruction.type == .i32 ? 32 : 64
    let shift = constant & (width - 1)
    switch instruction.opcode {
    case .shrU:
      if a.isNonNegative { return IntegerRange(low: a.low >> shift, high: a.high >> shift) }
      if shift == 0 { return full }
      return IntegerRange(low: 0, high: Int64(bitPattern: (width == 32 ? 0xFFFF_FFFF : UInt64.max) >> UInt64(shift)))
    case .shrS: return IntegerRange(low: a.low >> shift, high: a.high >> shift)
    case .shl:
      guard a.isNonNegative, a.high <= full.high >> shift else { return full }
      return IntegerRange(low: a.low << shift, high: a.high << shift)
    case .divS:
      return constant > 0 ? IntegerRange(low: a.low / constant, high: a.high / constant) : full
    case .divU:
      guard constant > 0, a.isNonNegative else { return full }
      return IntegerRange(low: a.low / constant, high: a.high / constant)
    case .remS:
      guard constant > 0 else { return full }
      return IntegerRange(low: a.isNonNegative ? 0 : 1 - constant, high: constant - 1)
    case .remU: return constant > 0 ? IntegerRange(low: 0, high: constant - 1) : full
    default: return full
    }
  }
}
