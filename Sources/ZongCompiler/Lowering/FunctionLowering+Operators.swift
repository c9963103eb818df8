// Operators and conversions. Integers narrower than 32 bits are kept sign- or zero-extended in an i32, so every
// operation that can leave their range is followed by `normalized`.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// Brings the low bits of an i32 into the range of a narrow type.
  func normalized(_ value: ValueId, _ type: TypeId) -> ValueId {
    switch type {
    case .i8: builder.unary(.extend8S, .i32, value)
    case .i16: builder.unary(.extend16S, .i32, value)
    case .u8, .boolean: builder.binary(.and, .i32, value, builder.i32(0xFF))
    case .u16: builder.binary(.and, .i32, value, builder.i32(0xFFFF))
    default: value
    }
  }

  func unary(_ node: TypedNode) -> ValueId {
    let operand = scalar(TypedId(node.a))
    builder.position = node.position.offset
    let type = scalarType(node.type)
    switch node.op {
    case .not: return builder.unary(.eqz, .i32, operand)
    case .complement:
      let ones = builder.constant(type, bits: UInt64.max)
      return normalized(builder.binary(.xor, type, operand, ones), node.type)
    default:
      if node.type.isFloat { return builder.unary(.neg, type, operand) }
      let zero = builder.constant(type, bits: 0)
      return normalized(builder.binary(.sub, type, zero, operand), node.type)
    }
  }

  func binary(_ node: TypedNode) -> ValueId {
    guard let op = BinaryOperator(rawValue: node.flags) else { return .none }
    let left = TypedId(node.a)
    let right = TypedId(node.b)
    let type = code[left].type
    if op == .equal || op == .notEqual { return equality(left, right, type, op, node) }
    if type == .string { return textOrder(left, right, op, node) }
    let a = scalar(left)
    var b = scalar(right)
    builder.position = node.position.offset
    if op.isShift { b = shiftCount(b, code[right].type, type) }
    return arithmetic(op, type, a, b)
  }

  /// A shift's count in the operand's IR type. WebAssembly takes it modulo the width; narrow types need a mask.
  private func shiftCount(_ count: ValueId, _ countType: TypeId, _ type: TypeId) -> ValueId {
    let wanted = scalarType(type)
    var count = count
    if wanted == .i64 && scalarType(countType) == .i32 { count = builder.unary(.extendU, .i64, count) }
    if wanted == .i32 && scalarType(countType) == .i64 { count = builder.unary(.wrap, .i32, count) }
    if type.bitWidth < 32 { count = builder.binary(.and, .i32, count, builder.i32(Int32(type.bitWidth - 1))) }
    return count
  }

  /// An operator on two numbers of one type (a shift's count already fits).
  func arithmetic(_ op: BinaryOperator, _ type: TypeId, _ a: ValueId, _ b: ValueId) -> ValueId {
    let irType = scalarType(type)
    let isSigned = type.isSigned
    if type.isFloat { return floatArithmetic(op, irType, a, b) }
    switch op {
    case .add: return normalized(builder.binary(.add, irType, a, b), type)
    case .subtract: return normalized(builder.binary(.sub, irType, a, b), type)
    case .multiply: return normalized(builder.binary(.mul, irType, a, b), type)
    case .divide: return divide(type, irType, a, b)
    case .remainder: return builder.binary(isSigned ? .remS : .remU, irType, a, b)
    case .and: return builder.binary(.and, irType, a, b)
    case .or: return builder.binary(.or, irType, a, b)
    case .xor: return builder.binary(.xor, irType, a, b)
    case .shiftLeft: return normalized(builder.binary(.shl, irType, a, b), type)
    case .shiftRight: return builder.binary(isSigned ? .shrS : .shrU, irType, a, b)
    case .equal: return builder.binary(.eq, .i32, a, b)
    case .notEqual: return builder.binary(.ne, .i32, a, b)
    case .less: return builder.binary(isSigned ? .ltS : .ltU, .i32, a, b)
    case .lessEqual: return builder.binary(isSigned ? .leS : .leU, .i32, a, b)
    case .greater: return builder.binary(isSigned ? .gtS : .gtU, .i32, a, b)
    case .greaterEqual: return builder.binary(isSigned ? .geS : .geU, .i32, a, b)
    }
  }

  /// WebAssembly stops at a zero divisor and at the one quotient that overflows; a narrow one is checked here.
  private func divide(_ type: TypeId, _ irType: Type, _ a: ValueId, _ b: ValueId) -> ValueId {
    let quotient = builder.binary(type.isSigned ? .divS : .divU, irType, a, b)
    if type.isSigned && type.bitWidth < 32 {
      let fits = builder.binary(.ne, .i32, quotient, builder.i32(1 << Int32(type.bitWidth - 1)))
      builder.check(fits, .divisionOverflow, .empty)
    }
    return quotient
  }

  private func floatArithmetic(_ op: BinaryOperator, _ type: Type, _ a: ValueId, _ b: ValueId) -> ValueId {
    switch op {
    case .add: builder.binary(.add, type, a, b)
    case .subtract: builder.binary(.sub, type, a, b)
    case .multiply: builder.binary(.mul, type, a, b)
    case .divide: builder.binary(.div, type, a, b)
    case .equal: builder.binary(.eq, .i32, a, b)
    case .notEqual: builder.binary(.ne, .i32, a, b)
    case .less: builder.binary(.lt, .i32, a, b)
    case .lessEqual: builder.binary(.le, .i32, a, b)
    case .greater: builder.binary(.gt, .i32, a, b)
    default: builder.binary(.ge, .i32, a, b)
    }
  }

  // MARK: Comparison

  private func equality(_ left: TypedId, _ right: TypedId, _ type: TypeId, _ op: BinaryOperator, _ node: TypedNode)
    -> ValueId
  {
    if type.isNumber || type == .boolean {
      let a = scalar(left)
      let b = scalar(right)
      builder.position = node.position.offset
      let equal = builder.binary(.eq, .i32, a, b)
      return op == .equal ? equal : builder.unary(.eqz, .i32, equal)
    }
    var a = value(left)
    if a.count == 0 && !a.isTemporary && types[type].size > 0 && mayChangeMemory(right) { a = copied(a, type) }
    let b = value(right)
    builder.position = node.position.offset
    let equal = areEqual(a, b, type)
    return op == .equal ? equal : builder.unary(.eqz, .i32, equal)
  }

  /// Whether evaluating the expression may write to memory.
  private func mayChangeMemory(_ id: TypedId) -> Bool {
    let node = code[id]
    return !(node.op == .local || node.op == .global || node.op == .integer || node.op == .string)
  }

  /// Whether two values are equal by content, as an i32.
  func areEqual(_ a: Value, _ b: Value, _ type: TypeId) -> ValueId {
    let info = types[type]
    if type == .string || type == .bytes {
      return callRuntime(.equalText, [a[0], a[1], b[0], b[1]], .i32)
    }
    if let method = replacement(.compares, type) { return callReplacement(method, [], [a, b], type, .i32) }
    if info.kind == .builtin || info.kind == .pointer || types.isComparedAsScalar(type) {
      return builder.binary(.eq, .i32, a.single, b.single)
    }
    if info.size == 0 { return builder.i32(1) }
    let left = addressOf(a, type)
    let right = addressOf(b, type)
    return call(plan.derivedId(.compares, type), [left, right], .i32)
  }

  private func textOrder(_ left: TypedId, _ right: TypedId, _ op: BinaryOperator, _ node: TypedNode) -> ValueId {
    let a = value(left)
    let b = value(right)
    builder.position = node.position.offset
    let order = callRuntime(.compareText, [a[0], a[1], b[0], b[1]], .i64)
    return arithmetic(op, .i64, order, builder.i64(0))
  }

  // MARK: Conditions

  /// `a && b`, `a || b` as a value.
  func logical(_ id: TypedId) -> ValueId {
    let whenTrue = builder.block()
    let whenFalse = builder.block()
    let after = builder.block()
    branch(id, whenTrue, whenFalse)
    builder.begin(whenTrue)
    let one = builder.i32(1)
    builder.jump(builder.edge(after, one))
    builder.begin(whenFalse)
    let zero = builder.i32(0)
    builder.jump(builder.edge(after, zero))
    builder.begin(after)
    return builder.blockParameter(.i32)
  }

  /// Goes to one of two blocks by a condition; neither is begun here.
  func branch(_ id: TypedId, _ whenTrue: BlockId, _ whenFalse: BlockId) {
    let node = code[id]
    switch node.op {
    case .not: branch(TypedId(node.a), whenFalse, whenTrue)
    case .matchPattern: branchOnPattern(node, whenTrue, whenFalse)
    case .bindOptional: branchOnOptional(node, whenTrue, whenFalse)
    case .logicalAnd, .logicalOr:
      let middle = builder.block()
      if node.op == .logicalAnd {
        branch(TypedId(node.a), middle, whenFalse)
      } else {
        branch(TypedId(node.a), whenTrue, middle)
      }
      builder.begin(middle)
      branch(TypedId(node.b), whenTrue, whenFalse)
    default:
      let condition = scalar(id)
      builder.position = node.position.offset
      builder.branch(condition, to: whenTrue, else: whenFalse)
    }
  }

  // MARK: Conversions

  /// `U8.wrapping(x)`.
  func wrap(_ node: TypedNode) -> ValueId {
    let operand = TypedId(node.a)
    let from = code[operand].type
    let given = value(operand).single
    if scalarType(node.type) == .i64 { return widened(given, from) }
    let low = scalarType(from) == .i64 ? builder.unary(.wrap, .i32, given) : given
    return normalized(low, node.type)
  }

  /// `I32(x)`: stops the program if the value doesn't fit.
  func convert(_ node: TypedNode) -> ValueId {
    let operand = TypedId(node.a)
    let from = code[operand].type
    let given = value(operand).single
    builder.position = node.position.offset
    if from.isFloat {
      return node.type.isFloat ? floatToFloat(given, from, node.type) : floatToInteger(given, from, node.type)
    }
    if node.type.isFloat {
      return builder.unary(from.isSigned ? .convertS : .convertU, scalarType(node.type), given)
    }
    return integerToInteger(given, from, node.type)
  }

  private func floatToFloat(_ value: ValueId, _ from: TypeId, _ to: TypeId) -> ValueId {
    if from == to { return value }
    if to == .f64 { return builder.unary(.promote, .f64, value) }
    let result = builder.unary(.demote, .f32, value)
    let infinity = builder.constant(.f32, bits: UInt64(Float.infinity.bitPattern))
    let isFinite = builder.binary(.ne, .i32, builder.unary(.abs, .f32, result), infinity)
    let wide = builder.constant(.f64, bits: Double.infinity.bitPattern)
    let wasInfinite = builder.binary(.eq, .i32, builder.unary(.abs, .f64, value), wide)
    builder.check(builder.binary(.or, .i32, isFinite, wasInfinite), .unfitFloat, unfitValues(value, to))
    return result
  }

  private func floatToInteger(_ value: ValueId, _ from: TypeId, _ to: TypeId) -> ValueId {
    let wide = from == .f32 ? builder.unary(.promote, .f64, value) : value
    // Exact bounds in F64: the value, cut to a whole number, must lie strictly between them.
    let (low, high): (Double, Double)
    switch (to.isSigned, to.bitWidth) {
    case (true, 64): (low, high) = (-0x1p63, 0x1p63)
    case (false, 64): (low, high) = (-1, 0x1p64)
    case (true, let bits): (low, high) = (-Double(1 << (bits - 1)) - 1, Double(1 << (bits - 1)))
    case (false, let bits): (low, high) = (-1, Double(1 << bits))
    }
    let lowBound = builder.constant(.f64, bits: low.bitPattern)
    let isAbove = builder.binary(low == -0x1p63 ? .ge : .gt, .i32, wide, lowBound)
    let isBelow = builder.binary(.lt, .i32, wide, builder.constant(.f64, bits: high.bitPattern))
    builder.check(builder.binary(.and, .i32, isAbove, isBelow), .unfitFloat, unfitValues(wide, to))
    return builder.unary(to.isSigned ? .truncateSaturatingS : .truncateSaturatingU, scalarType(to), wide)
  }

  private func integerToInteger(_ value: ValueId, _ from: TypeId, _ to: TypeId) -> ValueId {
    let wide = widened(value, from)
    if !alwaysFits(from, in: to) {
      builder.check(fits(wide, from, to), from == .u64 ? .unfitUnsigned : .unfitSigned, unfitValues(wide, to))
    }
    if scalarType(to) == .i64 { return wide }
    return scalarType(from) == .i32 ? value : builder.unary(.wrap, .i32, wide)
  }

  /// Whether a 64-bit value of type `from` lies in the range of `to`, as an i32.
  private func fits(_ wide: ValueId, _ from: TypeId, _ to: TypeId) -> ValueId {
    if from == .u64 {
      let highest =
        to == .i64 ? UInt64(Int64.max) : (UInt64(1) << UInt64(to.isSigned ? to.bitWidth - 1 : to.bitWidth)) - 1
      return builder.binary(.leU, .i32, wide, builder.constant(.i64, bits: highest))
    }
    if to == .u64 { return builder.binary(.geS, .i32, wide, builder.i64(0)) }
    if to.isSigned {
      // low <= v <= high, as (v - low) <= (high - low) without sign.
      let half = Int64(1) << Int64(to.bitWidth - 1)
      let shifted = builder.binary(.add, .i64, wide, builder.i64(half))
      return builder.binary(.ltU, .i32, shifted, builder.i64(half * 2))
    }
    return builder.binary(.ltU, .i32, wide, builder.i64(Int64(1) << Int64(to.bitWidth)))
  }

  /// What an unfit value's message shows: the value and the type's name with its range.
  private func unfitValues(_ value: ValueId, _ to: TypeId) -> ListId {
    let constant = code.strings.intern(rangeText(to))
    let address = builder.i64(Int64(textAddress(constant.index)))
    let length = builder.i64(Int64(textLength(constant.index)))
    return builder.list(value, address, length)
  }
}
