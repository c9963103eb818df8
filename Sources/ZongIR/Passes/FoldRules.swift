// The rules of constant folding: what an instruction, given its operands, may be replaced with. They only look; the
// pass asks the counter and does what they say.

import ZongStores

/// What to put in an instruction's place.
enum Rewriting {
  /// A value that is there already.
  case value(UInt32)
  /// A constant of the instruction's type.
  case constant(UInt64)
  /// Another instruction with operands that are there.
  case instruction(Instruction)
  /// Another instruction whose `b` is a new constant of the type.
  case withConstant(Instruction, Type, UInt64)
  /// `opcode` (eqz or ne 0) applied to `value & mask`.
  case masked(Opcode, value: UInt32, mask: UInt64, Type)
  /// A load or store at `base` and the index scaled as `scaled`, a `shl` or `mul` by a constant, scales another one; it is
  /// wrapped before if it is an i64. Where `scaled` is a `wrap` itself, the index is wrapped only.
  case element(Instruction, base: UInt32, scaled: UInt32, index: UInt32)
}

/// The rules, for instructions of `function`.
struct FoldRules {
  let function: Function

  /// A better form of the instruction, or nil. Each one is closer to the final form, so that asking again ends.
  func rewriting(of instruction: Instruction) -> Rewriting? {
    let opcode = instruction.opcode
    if opcode == .select { return select(instruction) }
    if opcode == .load || opcode == .store { return access(instruction) }
    guard opcode.rawValue >= Opcode.add.rawValue && opcode.rawValue <= Opcode.reinterpret.rawValue else { return nil }
    let isBinary = opcode.shape.contains(.b)
    let left = function.constantBits(instruction.a)
    let right = isBinary ? function.constantBits(instruction.b) : nil
    if let left, !isBinary || right != nil {
      return evaluated(instruction, left, right ?? 0)
    }
    if !isBinary { return unary(instruction) }
    if left != nil, let exchanged = exchanged(instruction) { return .instruction(exchanged) }
    if instruction.a == instruction.b, let same = sameOperands(instruction) { return same }
    if let right {
      return type(instruction.b).isInteger ? withConstant(instruction, right) : withFloat(instruction, right)
    }
    return rotation(instruction) ?? comparisonOfMasked(instruction)
  }

  /// `x << c | x >> (width - c)`, and the same with `^` and `+`, as the bits don't overlap.
  private func rotation(_ instruction: Instruction) -> Rewriting? {
    guard instruction.opcode == .or || instruction.opcode == .xor || instruction.opcode == .add else { return nil }
    var (up, down) = (function.instructions[instruction.a], function.instructions[instruction.b])
    if up.opcode == .shrU { swap(&up, &down) }
    let width: UInt64 = instruction.type == .i32 ? 32 : 64
    guard up.opcode == .shl, down.opcode == .shrU, up.a == down.a, let left = function.constantBits(up.b),
      let right = function.constantBits(down.b), left & (width - 1) + right & (width - 1) == width
    else { return nil }
    return .instruction(
      Instruction(.rotl, instruction.type, a: up.a, b: up.b, position: instruction.position))
  }

  /// `x & (n - 1) < n`, unsigned, is `n != 0`: a hash table's index, whose check then doesn't change from round to round.
  /// For any other `n` the left side is at most `n - 1`, and for 0 the mask is all ones, and nothing is less than 0.
  private func comparisonOfMasked(_ instruction: Instruction) -> Rewriting? {
    let (masked, bound, opcode): (UInt32, UInt32, Opcode)
    switch instruction.opcode {
    case .ltU: (masked, bound, opcode) = (instruction.a, instruction.b, .ne)
    case .gtU: (masked, bound, opcode) = (instruction.b, instruction.a, .ne)
    case .geU: (masked, bound, opcode) = (instruction.a, instruction.b, .eq)
    case .leU: (masked, bound, opcode) = (instruction.b, instruction.a, .eq)
    default: return nil
    }
    let mask = function.instructions[masked]
    guard mask.opcode == .and, isOneLess(mask.a, than: bound) || isOneLess(mask.b, than: bound) else { return nil }
    var test = replacing(instruction, a: bound)
    test.opcode = opcode
    return .withConstant(test, type(bound), 0)
  }

  private func isOneLess(_ value: UInt32, than bound: UInt32) -> Bool {
    let difference = function.instructions[value]
    return difference.opcode == .add && difference.a == bound && function.constantBits(difference.b) == UInt64.max
  }

  private func type(_ value: UInt32) -> Type { function.instructions[value].type }

  private func evaluated(_ instruction: Instruction, _ a: UInt64, _ b: UInt64) -> Rewriting? {
    let from = type(instruction.a)
    guard case .success(let bits) = Numeric.evaluate(instruction.opcode, to: instruction.type, from: from, a, b),
      Numeric.isFixed(instruction.opcode, instruction.type, bits)
    else { return nil }
    return .constant(bits)
  }

  /// With the constant on the right.
  private func exchanged(_ instruction: Instruction) -> Instruction? {
    var exchanged = instruction
    if instruction.opcode.isComparison {
      exchanged.opcode = instruction.opcode.swapped
    } else if !instruction.opcode.isCommutative {
      return nil
    }
    (exchanged.a, exchanged.b) = (instruction.b, instruction.a)
    return exchanged
  }

  /// `x op x`, of integers.
  private func sameOperands(_ instruction: Instruction) -> Rewriting? {
    guard type(instruction.a).isInteger else { return nil }
    switch instruction.opcode {
    case .sub, .xor: return .constant(0)
    case .and, .or: return .value(instruction.a)
    case .eq, .leS, .leU, .geS, .geU: return .constant(1)
    case .ne, .ltS, .ltU, .gtS, .gtU: return .constant(0)
    default: return nil
    }
  }

  // MARK: One operand

  private func unary(_ instruction: Instruction) -> Rewriting? {
    let operand = function.instructions[instruction.a]
    switch (instruction.opcode, operand.opcode) {
    case (.eqz, _): return eqz(instruction, operand)
    case (.wrap, .extendS), (.wrap, .extendU): return .value(operand.a)
    case (.wrap, .call):
      return function.argumentGivenBack(operand).map { .instruction(replacing(instruction, a: $0)) }
    case (.extendU, .wrap): return possibleBits(operand.a) >> 32 == 0 ? .value(operand.a) : nil
    case (.wrap, .or), (.wrap, .add), (.wrap, .xor): return wrapOfHigh(instruction, operand)
    case (.wrap, .and):
      guard let mask = function.constantBits(operand.b), mask & 0xFFFF_FFFF == 0xFFFF_FFFF else { return nil }
      return .instruction(replacing(instruction, a: operand.a))
    case (.neg, .neg): return .value(operand.a)
    case (.abs, .neg), (.abs, .abs): return .instruction(replacing(instruction, a: operand.a))
    case (.reinterpret, .reinterpret): return .value(operand.a)
    case (.extend8S, .extend8S), (.extend16S, .extend16S), (.extend16S, .extend8S): return .value(instruction.a)
    case (.extend32S, .extend32S), (.extend32S, .extendS): return .value(instruction.a)
    default: return nil
    }
  }

  private func replacing(_ instruction: Instruction, a: UInt32) -> Instruction {
    var replaced = instruction
    replaced.a = a
    return replaced
  }

  /// `wrap(x | y)` where the low half of `y` is zero: `wrap(x)`.
  private func wrapOfHigh(_ instruction: Instruction, _ operand: Instruction) -> Rewriting? {
    if possibleBits(operand.b) & 0xFFFF_FFFF == 0 { return .instruction(replacing(instruction, a: operand.a)) }
    if possibleBits(operand.a) & 0xFFFF_FFFF == 0 { return .instruction(replacing(instruction, a: operand.b)) }
    return nil
  }

  /// Whether a pointer's key is surely 0: it leads to memory that is never freed.
  func hasNoKey(_ pointer: UInt32) -> Bool { possibleBits(pointer) >> 32 == 0 }

  /// The bits that may be set in an integer value.
  private func possibleBits(_ value: UInt32, depth: Int = 3) -> UInt64 {
    let instruction = function.instructions[value]
    let all: UInt64 = instruction.type == .i32 ? 0xFFFF_FFFF : .max
    switch instruction.opcode {
    case .constant: return instruction.bits & all
    case .extendU where depth > 0: return possibleBits(instruction.a, depth: depth - 1)
    case .wrap where depth > 0: return possibleBits(instruction.a, depth: depth - 1) & all
    case .load where instruction.access.isUnsigned, .tagLoad where instruction.access.isUnsigned:
      return instruction.access.unsignedMask
    case .and where depth > 0:
      return possibleBits(instruction.a, depth: depth - 1) & possibleBits(instruction.b, depth: depth - 1)
    case .or where depth > 0, .xor where depth > 0:
      return possibleBits(instruction.a, depth: depth - 1) | possibleBits(instruction.b, depth: depth - 1)
    case .shl where depth > 0:
      guard let shift = function.constantBits(instruction.b) else { return all }
      let width: UInt64 = instruction.type == .i32 ? 31 : 63
      return (possibleBits(instruction.a, depth: depth - 1) << (shift & width)) & all
    case .shrU where depth > 0:
      guard let shift = function.constantBits(instruction.b) else { return all }
      let width: UInt64 = instruction.type == .i32 ? 31 : 63
      return possibleBits(instruction.a, depth: depth - 1) >> (shift & width)
    default: return instruction.opcode.isComparison ? 1 : all
    }
  }

  private func eqz(_ instruction: Instruction, _ operand: Instruction) -> Rewriting? {
    if let negated = operand.opcode.negated, type(operand.a).isInteger {
      var comparison = operand
      comparison.opcode = negated
      comparison.position = instruction.position
      return .instruction(comparison)
    }
    if operand.opcode == .eqz, type(operand.a) == .i32, function.isBoolean(operand.a) { return .value(operand.a) }
    return remainderTest(.eqz, instruction.a)
  }

  /// Whether `x % 2ⁿ` is zero, signed or not, is told by the low bits of `x`.
  private func remainderTest(_ opcode: Opcode, _ value: UInt32) -> Rewriting? {
    let remainder = function.instructions[value]
    guard remainder.opcode == .remS, let divisor = function.constantBits(remainder.b),
      divisor != 0, divisor & (divisor &- 1) == 0
    else { return nil }
    return .masked(opcode, value: remainder.a, mask: divisor &- 1, remainder.type)
  }

  // MARK: A constant on the right

  private func withConstant(_ instruction: Instruction, _ constant: UInt64) -> Rewriting? {
    if instruction.opcode.isComparison { return comparison(instruction, constant) }
    let type = instruction.type
    let allOnes = UInt64.max
    let width: UInt64 = type == .i32 ? 32 : 64
    switch instruction.opcode {
    case .add: return constant == 0 ? .value(instruction.a) : nested(instruction, constant) { $0 &+ $1 }
    case .sub:
      var sum = instruction
      sum.opcode = .add
      return .withConstant(sum, type, Numeric.canonical(type, 0 &- constant))
    case .mul:
      if constant == 0 { return .constant(0) }
      return constant == 1 ? .value(instruction.a) : nested(instruction, constant) { $0 &* $1 }
    case .and:
      if constant == 0 { return .constant(0) }
      return constant == allOnes ? .value(instruction.a) : mask(instruction, constant)
    case .or:
      if constant == allOnes { return .constant(allOnes) }
      return constant == 0 ? .value(instruction.a) : nested(instruction, constant) { $0 | $1 }
    case .xor: return constant == 0 ? .value(instruction.a) : nested(instruction, constant) { $0 ^ $1 }
    case .shl, .shrS, .shrU, .rotl, .rotr:
      return constant & (width - 1) == 0 ? .value(instruction.a) : shift(instruction, constant, width)
    case .divS, .divU, .remS, .remU: return division(instruction, constant)
    default: return nil
    }
  }

  /// `(x op c1) op c2` as `x op (c1 op c2)`.
  private func nested(
    _ instruction: Instruction, _ constant: UInt64, _ combine: (UInt64, UInt64) -> UInt64
  ) -> Rewriting? {
    let inner = function.instructions[instruction.a]
    guard inner.opcode == instruction.opcode, let first = function.constantBits(inner.b) else { return nil }
    let combined = Numeric.canonical(instruction.type, combine(first, constant))
    return .withConstant(replacing(instruction, a: inner.a), instruction.type, combined)
  }

  private func mask(_ instruction: Instruction, _ constant: UInt64) -> Rewriting? {
    let kept = instruction.type == .i32 ? constant & 0xFFFF_FFFF : constant
    let possible = possibleBits(instruction.a)
    if possible & kept == 0 { return .constant(0) }
    if possible & ~kept == 0 { return .value(instruction.a) }
    let inner = function.instructions[instruction.a]
    if inner.opcode == .or || inner.opcode == .xor {
      if possibleBits(inner.b) & kept == 0 { return .instruction(replacing(instruction, a: inner.a)) }
      if possibleBits(inner.a) & kept == 0 { return .instruction(replacing(instruction, a: inner.b)) }
    }
    return nested(instruction, constant) { $0 & $1 }
  }

  /// Two shifts in the same direction as one, as long as the sum stays below the width.
  private func shift(_ instruction: Instruction, _ constant: UInt64, _ width: UInt64) -> Rewriting? {
    let inner = function.instructions[instruction.a]
    guard inner.opcode == instruction.opcode, instruction.opcode != .rotl, instruction.opcode != .rotr,
      let first = function.constantBits(inner.b)
    else { return nil }
    let sum = (first & (width - 1)) + (constant & (width - 1))
    guard sum < width else { return nil }
    return .withConstant(replacing(instruction, a: inner.a), instruction.type, sum)
  }

  private func division(_ instruction: Instruction, _ constant: UInt64) -> Rewriting? {
    let isRemainder = instruction.opcode == .remS || instruction.opcode == .remU
    if constant == 1 { return isRemainder ? .constant(0) : .value(instruction.a) }
    let divisor = instruction.type == .i32 ? constant & 0xFFFF_FFFF : constant
    guard divisor != 0, divisor & (divisor &- 1) == 0 else { return nil }
    var simpler = instruction
    switch instruction.opcode {
    case .divU:
      simpler.opcode = .shrU
      return .withConstant(simpler, instruction.type, UInt64(divisor.trailingZeroBitCount))
    case .remU:
      simpler.opcode = .and
      return .withConstant(simpler, instruction.type, Numeric.canonical(instruction.type, divisor &- 1))
    default: return nil
    }
  }

  private func comparison(_ instruction: Instruction, _ constant: UInt64) -> Rewriting? {
    let isZero = constant == 0
    switch instruction.opcode {
    case .eq where isZero:
      var test = instruction
      (test.opcode, test.b) = (.eqz, 0)
      return .instruction(test)
    case .ne where isZero:
      if function.isBoolean(instruction.a) && type(instruction.a) == .i32 { return .value(instruction.a) }
      return remainderTest(.ne, instruction.a) ?? comparisonOfSum(instruction, constant)
    case .eq where constant == 1 && type(instruction.a) == .i32 && function.isBoolean(instruction.a):
      return .value(instruction.a)
    case .ltU where isZero: return .constant(0)
    case .geU where isZero: return .constant(1)
    case .gtU where isZero: return .instruction(replacing(instruction, .ne))
    case .leU where isZero: return .instruction(replacing(instruction, .eq))
    case .ltU where constant == 1: return .withConstant(replacing(instruction, .eq), type(instruction.a), 0)
    case .geU where constant == 1: return .withConstant(replacing(instruction, .ne), type(instruction.a), 0)
    case .eq, .ne: return comparisonOfSum(instruction, constant)
    default: return nil
    }
  }

  private func replacing(_ instruction: Instruction, _ opcode: Opcode) -> Instruction {
    var replaced = instruction
    replaced.opcode = opcode
    return replaced
  }

  /// `x + c1 == c2` as `x == c2 - c1`, which wrapping doesn't disturb.
  private func comparisonOfSum(_ instruction: Instruction, _ constant: UInt64) -> Rewriting? {
    let sum = function.instructions[instruction.a]
    guard sum.opcode == .add, let term = function.constantBits(sum.b) else { return nil }
    return .withConstant(replacing(instruction, a: sum.a), sum.type, Numeric.canonical(sum.type, constant &- term))
  }

  // MARK: Addresses

  /// Below this address there are only fixed places, whose addresses are constants.
  private static let lowestAddress: UInt64 = 64

  /// What is added to the address goes into the instruction's own offset. The engine adds that without wrapping, which is the
  /// same: the sum is an address that is accessed, so it is no less than the small constant.
  private func access(_ instruction: Instruction) -> Rewriting? {
    let address = function.instructions[instruction.a]
    guard address.opcode == .add else { return nil }
    guard let constant = function.constantBits(address.b) else {
      return element(instruction, address.a, address.b) ?? element(instruction, address.b, address.a)
        ?? byte(instruction, address.a, address.b) ?? byte(instruction, address.b, address.a)
    }
    return displaced(instruction, by: constant).map { .instruction(replacing($0, a: address.a)) }
  }

  private func displaced(_ instruction: Instruction, by constant: UInt64) -> Instruction? {
    guard constant <= FoldRules.lowestAddress else { return nil }
    let (offset, overflow) = instruction.c.addingReportingOverflow(UInt32(constant))
    guard !overflow else { return nil }
    var displaced = instruction
    displaced.c = offset
    return displaced
  }

  /// The same for an element behind another one: at `base + (index + c) * size`.
  private func element(_ instruction: Instruction, _ base: UInt32, _ scaled: UInt32) -> Rewriting? {
    let scale = function.instructions[scaled]
    guard scale.opcode == .shl || scale.opcode == .mul, let factor = function.constantBits(scale.b) else { return nil }
    var sum = function.instructions[scale.a]
    if sum.opcode == .wrap { sum = function.instructions[sum.a] }
    guard sum.opcode == .add, let term = function.constantBits(sum.b), term <= FoldRules.lowestAddress else {
      return nil
    }
    let distance = Numeric.canonical(.i32, scale.opcode == .shl ? term << (factor & 31) : term &* factor)
    return displaced(instruction, by: distance).map { .element($0, base: base, scaled: scaled, index: sum.a) }
  }

  /// The same for a byte: at `base + wrap(index + c)`.
  private func byte(_ instruction: Instruction, _ base: UInt32, _ wrapped: UInt32) -> Rewriting? {
    let index = function.instructions[wrapped]
    guard index.opcode == .wrap else { return nil }
    let sum = function.instructions[index.a]
    guard sum.opcode == .add, let term = function.constantBits(sum.b) else { return nil }
    return displaced(instruction, by: term).map { .element($0, base: base, scaled: wrapped, index: sum.a) }
  }

  // MARK: A float on the right

  /// `x * 2` as `x + x`, which an engine's processor has sooner, and `x / c` as `x * (1 / c)` where `c` and its reciprocal
  /// are powers of two: the results are the same, to the bit.
  private func withFloat(_ instruction: Instruction, _ constant: UInt64) -> Rewriting? {
    let isDouble = instruction.type == .f64
    guard isDouble || instruction.type == .f32 else { return nil }
    switch instruction.opcode {
    case .mul where constant == (isDouble ? (2.0 as Double).bitPattern : UInt64((2.0 as Float).bitPattern)):
      var sum = replacing(instruction, .add)
      sum.b = instruction.a
      return .instruction(sum)
    case .div:
      guard
        let reciprocal = isDouble
          ? Self.reciprocal(Double(bitPattern: constant))?.bitPattern
          : Self.reciprocal(Float(bitPattern: UInt32(truncatingIfNeeded: constant))).map({ UInt64($0.bitPattern) })
      else { return nil }
      return .withConstant(replacing(instruction, .mul), instruction.type, reciprocal)
    default: return nil
    }
  }

  /// The reciprocal of a power of two, if both are normal numbers.
  private static func reciprocal<Number: BinaryFloatingPoint>(_ number: Number) -> Number? {
    let reciprocal = 1 / number
    return number.isNormal && reciprocal.isNormal && number.significand == 1 ? reciprocal : nil
  }

  // MARK: Select

  private func select(_ instruction: Instruction) -> Rewriting? {
    if let condition = function.constantBits(instruction.a) {
      return .value(condition == 0 ? instruction.c : instruction.b)
    }
    if instruction.b == instruction.c { return .value(instruction.b) }
    let condition = function.instructions[instruction.a]
    if condition.opcode == .eqz && type(condition.a) == .i32 {
      var exchanged = replacing(instruction, a: condition.a)
      (exchanged.b, exchanged.c) = (instruction.c, instruction.b)
      return .instruction(exchanged)
    }
    if instruction.type == .i32, function.constantBits(instruction.b) == 1, function.constantBits(instruction.c) == 0,
      function.isBoolean(instruction.a)
    {
      return .value(instruction.a)
    }
    return selectOfBooleans(instruction).map { .instruction($0) }
  }

  /// `c ? 1 : x` as `c | x` and `c ? x : 0` as `c & x`, where both are 0 or 1.
  private func selectOfBooleans(_ instruction: Instruction) -> Instruction? {
    guard instruction.type == .i32, function.isBoolean(instruction.a) else { return nil }
    var combined = replacing(instruction, .or)
    combined.c = 0
    if function.constantBits(instruction.b) == 1, function.isBoolean(instruction.c) {
      combined.b = instruction.c
      return combined
    }
    guard function.constantBits(instruction.c) == 0, function.isBoolean(instruction.b) else { return nil }
    combined.opcode = .and
    return combined
  }
}

extension Access {
  /// Whether it is a narrow access that zero-extends.
  var isUnsigned: Bool { self == .bits8Unsigned || self == .bits16Unsigned || self == .bits32Unsigned }
  /// The bits that a zero-extended load can set.
  var unsignedMask: UInt64 {
    switch self {
    case .bits8Signed, .bits8Unsigned: 0xFF
    case .bits16Signed, .bits16Unsigned: 0xFFFF
    case .bits32Signed, .bits32Unsigned: 0xFFFF_FFFF
    case .full: .max
    }
  }
}

extension Function {
  /// Whether the value is known to be 0 or 1.
  func isBoolean(_ value: UInt32, depth: Int = 2) -> Bool {
    let instruction = instructions[value]
    if instruction.opcode.isComparison { return true }
    switch instruction.opcode {
    case .constant: return instruction.bits <= 1
    case .and where constantBits(instruction.b) == 1: return true
    case .and, .or:
      return depth > 0 && isBoolean(instruction.a, depth: depth - 1) && isBoolean(instruction.b, depth: depth - 1)
    case .extendU: return instructions[instruction.a].opcode.isComparison
    default: return false
    }
  }
}
