// Operators: unary and binary, on constants and on values.

import ZongStores
import ZongSyntax

extension Checker {
  func unary(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let operandNode = NodeId(node.a)
    switch view.tokenKind(node.token) {
    case .exclamation:
      let operand = coerce(value(operandNode, wanted: .boolean), to: .boolean, operandNode, .operand)
      if operand.type == .error { return .error }
      if let known = constantBoolean(operand) { return booleanConstant(!known, at: position(node.token)) }
      return Expr(id: emit(.not, .boolean, a: operand.id.index, at: position(node.token)), type: .boolean)
    case .minus: return negate(id, node, value(operandNode, wanted: wanted))
    case .tilde: return complement(id, node, value(operandNode, wanted: wanted), wanted: guide(wanted))
    default: return .error
    }
  }

  private func negate(_ id: NodeId, _ node: Node, _ operand: Expr) -> Expr {
    if operand.type == .error { return .error }
    let at = position(node.token)
    if let value = constantInteger(operand) {
      let (negated, overflow) = Int128(0).subtractingReportingOverflow(value)
      if overflow { return reportConstantTooLarge(id) }
      let result = operand.type.isInteger ? wrapped(negated, operand.type) : negated
      return integerConstant(result, operand.type, literal: operand.isLiteral, at: at)
    }
    if let value = constantFloat(operand) { return floatConstant(-value, operand.type, at: at) }
    guard isNumeric(operand.type) else {
      if types[operand.type].kind == .parameter {
        reportMissingConstraint(id, operand.type, "`-`", "Number")
        return .error
      }
      return reportBadOperand(id, "-", operand.type, "numbers")
    }
    return Expr(id: emit(.negate, operand.type, a: operand.id.index, at: at), type: operand.type)
  }

  private func complement(_ id: NodeId, _ node: Node, _ operand: Expr, wanted: TypeId) -> Expr {
    if operand.type == .error { return .error }
    let at = position(node.token)
    var operand = operand
    if operand.type == .untypedInteger {
      operand = convertConstant(operand, to: wanted.isInteger ? wanted : .i64, NodeId(node.a))
      if operand.type == .error { return .error }
    }
    guard operand.type.isInteger else { return reportBadOperand(id, "~", operand.type, "integers") }
    if let value = constantInteger(operand) {
      return integerConstant(wrapped(~value, operand.type), operand.type, literal: false, at: at)
    }
    return Expr(id: emit(.complement, operand.type, a: operand.id.index, at: at), type: operand.type)
  }

  private func reportBadOperand(_ id: NodeId, _ op: String, _ type: TypeId, _ works: String) -> Expr {
    if types[type].kind == .optional {
      reportMayBeNull(NodeId(view[id].a), type, "`\(op)` of it")
      return .error
    }
    report(.badOperands, id, "`\(op)` works on \(works), not on \(quote(type))")
    return .error
  }

  private func reportConstantTooLarge(_ id: NodeId) -> Expr {
    report(.constantTooLarge, id, "this constant is too large to compute with") {
      $0.notes = ["constants are computed with 127 bits"]
    }
    return .error
  }

  /// An exact value as the type's arithmetic wraps it.
  func wrapped(_ value: Int128, _ type: TypeId) -> Int128 {
    let bits = Int128(type.bitWidth)
    let mask = (Int128(1) << bits) - 1
    let low = value & mask
    return type.isSigned && low >> (bits - 1) != 0 ? low - mask - 1 : low
  }

  // MARK: Binary

  func binary(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    switch view.tokenKind(node.token) {
    case .andAnd: return logical(id, node, .logicalAnd, "&&")
    case .orOr: return logical(id, node, .logicalOr, "||")
    case .questionQuestion: return coalesce(id, node, wanted: wanted)
    default: break
    }
    guard let op = binaryOperator(view.tokenKind(node.token)) else { return .error }
    let outer = op.isComparison ? TypeId.error : guide(wanted)
    let left = value(NodeId(node.a), wanted: outer)
    let rightGuide = op.isShift ? TypeId.error : left.type.isUntyped || left.type == .error ? outer : left.type
    let right = value(NodeId(node.b), wanted: rightGuide)
    if left.type == .error || right.type == .error { return .error }
    if op.isShift { return shift(id, node, op, left, right, wanted: outer) }
    return binary(id, node, op, left, right)
  }

  private func logical(_ id: NodeId, _ node: Node, _ op: TypedOp, _ text: String) -> Expr {
    let left = coerce(value(NodeId(node.a), wanted: .boolean), to: .boolean, NodeId(node.a), .operand)
    // The right side is evaluated on one of two paths only.
    let before = context.flow
    let right = coerce(value(NodeId(node.b), wanted: .boolean), to: .boolean, NodeId(node.b), .operand)
    context.flow.merge(before)
    if left.type == .error || right.type == .error { return .error }
    if let l = constantBoolean(left), let r = constantBoolean(right) {
      return booleanConstant(op == .logicalAnd ? l && r : l || r, at: position(node.token))
    }
    return Expr(
      id: emit(op, .boolean, a: left.id.index, b: right.id.index, at: position(node.token)), type: .boolean)
  }

  /// An operator on two operands, as in `a + b` and `a += b`.
  func binary(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr {
    if let result = integerBinary(node, op, left, right) { return result }
    return anyBinary(id, node, op, left, right)
  }

  /// The common case: an integer that isn't known, and another one or a number that fits. Null for all else.
  @inline(__always)
  private func integerBinary(_ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr? {
    let type = left.type
    guard type.isInteger, !isConstant(left) else { return nil }
    if (op == .divide || op == .remainder) && isZero(right) { return nil }
    if right.type == .untypedInteger {
      guard let value = smallConstant(right), type.contains(value) else { return nil }
      code.nodes[right.id.index].type = type
    } else if right.type != type {
      return nil
    }
    let result = op.isComparison ? TypeId.boolean : type
    return Expr(
      id: emit(.binary, result, a: left.id.index, b: right.id.index, flags: op.rawValue, at: position(node.token)),
      type: result)
  }

  private func anyBinary(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr {
    var left = left
    var right = right
    if left.type.isUntyped && right.type.isUntyped { return foldUntyped(id, node, op, left, right) }
    if left.type.isUntyped && isNumeric(right.type) {
      left = convertConstant(left, to: right.type, NodeId(node.a))
    } else if right.type.isUntyped && isNumeric(left.type) {
      right = convertConstant(right, to: left.type, NodeId(node.b))
    } else if left.type == .bytes && right.type == .string || left.type == .string && right.type == .bytes {
      left = coerceTextLiteral(left)
      right = coerceTextLiteral(right)
    }
    if left.type == .error || right.type == .error { return .error }
    if left.type != right.type || left.type == .null, op == .equal || op == .notEqual,
      let result = optionalEquality(node, op, &left, &right)
    {
      return result
    }
    guard left.type == right.type else {
      if reportNumberWithParameter(id, op, left.type, right.type) { return .error }
      reportDifferentOperands(id, node, op, left, right)
      return .error
    }
    if op.isComparison, op != .equal, op != .notEqual, types[left.type].kind != .builtin,
      let order = orderByMethod(id, node, op, left, right)
    {
      return order
    }
    guard supports(op, left.type) else {
      reportUnsupported(id, node, op, left.type)
      return .error
    }
    if op == .divide || op == .remainder, isZero(right) {
      report(.constantDivisionByZero, NodeId(node.b), "division by zero")
      return .error
    }
    if let folded = foldTyped(id, node, op, left, right) { return folded }
    let at = position(node.token)
    if op == .add && left.type == .string {
      require(.concatenate)
      return Expr(
        id: emitMade(.concatenate, .string, a: left.id.index, b: right.id.index, at: at, site: .text), type: .string)
    }
    if op == .equal || op == .notEqual {
      if types[left.type].kind != .builtin, !canCompare(left.type, id, op) { return .error }
      referToComparison(left.type)
    }
    if op.isComparison && op.rawValue >= BinaryOperator.less.rawValue && left.type == .string { require(.compareText) }
    let type = op.isComparison ? TypeId.boolean : left.type
    return Expr(id: emit(.binary, type, a: left.id.index, b: right.id.index, flags: op.rawValue, at: at), type: type)
  }

  /// A text literal next to a `U8[]` is a `U8[]`.
  private func coerceTextLiteral(_ expr: Expr) -> Expr {
    guard expr.type == .string, code[expr.id].op == .string else { return expr }
    code.nodes[expr.id.index].type = .bytes
    return Expr(id: expr.id, type: .bytes)
  }

  private func supports(_ op: BinaryOperator, _ type: TypeId) -> Bool {
    switch op {
    case .add: type == .string || isNumeric(type)
    case .subtract, .multiply, .divide: isNumeric(type)
    case .remainder, .and, .or, .xor, .shiftLeft, .shiftRight: type.isInteger
    case .equal, .notEqual: type != .void
    case .less, .lessEqual, .greater, .greaterEqual: type.isNumber || type == .string || isOrdered(type)
    }
  }

  /// Whether values of a type have `==`; reports it if not.
  private func canCompare(_ type: TypeId, _ id: NodeId, _ op: BinaryOperator) -> Bool {
    guard let culprit = part(of: type, lacking: .equatable) else { return true }
    if types[culprit].kind == .parameter {
      reportMissingConstraint(id, culprit, "`\(op.text)`", "Equatable")
    } else {
      report(.badOperands, id, "`\(op.text)` doesn't work on \(quote(type))") {
        if let reason = self.reasonAgainst(.equatable, type) { $0.notes = [reason] }
      }
    }
    return false
  }

  /// Comparing values of such a type by content needs a derived function.
  func referToComparison(_ type: TypeId) {
    if type == .string || type == .bytes {
      require(.equalText)
    } else if types[type].kind != .builtin && types[type].kind != .pointer {
      context.references.append(Reference(kind: .compares, index: type.index))
    }
  }

  // MARK: Shifts

  private func shift(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr, wanted: TypeId)
    -> Expr
  {
    if left.type == .untypedInteger, let value = constantInteger(left), let count = constantInteger(right) {
      guard count >= 0 && count < 128 else {
        report(.constantTooLarge, NodeId(node.b), "a constant can't be shifted by \(count)") {
          $0.notes = count < 0 ? ["the count of a shift isn't negative"] : ["constants are computed with 127 bits"]
        }
        return .error
      }
      let result = op == .shiftLeft ? value << count : value >> count
      if op == .shiftLeft && result >> count != value { return reportConstantTooLarge(id) }
      return integerConstant(result, .untypedInteger, literal: false, at: position(node.token))
    }
    let type = left.type == .untypedInteger && wanted.isInteger ? wanted : left.type
    let value = settled(
      left.type == .untypedInteger ? convertConstant(left, to: type.isInteger ? type : .i64, NodeId(node.a)) : left,
      NodeId(node.a))
    let count = settled(right, NodeId(node.b))
    if value.type == .error || count.type == .error { return .error }
    guard value.type.isInteger, count.type.isInteger else {
      let wrong = value.type.isInteger ? count : value
      report(.badOperands, id, "`\(op.text)` works on integers, not on \(quote(wrong.type))")
      return .error
    }
    return Expr(
      id: emit(.binary, value.type, a: value.id.index, b: count.id.index, flags: op.rawValue, at: position(node.token)),
      type: value.type)
  }

  // MARK: Folding

  private func foldUntyped(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr {
    if let a = constantInteger(left), let b = constantInteger(right) {
      return foldIntegers(id, node, op, a, b, type: .untypedInteger)
    }
    var left = left
    var right = right
    if left.type == .untypedInteger { left = convertConstant(left, to: .f64, NodeId(node.a)) }
    if right.type == .untypedInteger { right = convertConstant(right, to: .f64, NodeId(node.b)) }
    guard let a = constantFloat(left), let b = constantFloat(right) else { return .error }
    return foldFloats(id, node, op, a, b, type: .untypedFloat)
  }

  private func foldTyped(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr? {
    if code[left.id].op == .string, code[right.id].op == .string { return foldTexts(node, op, left, right) }
    guard isConstant(left), isConstant(right) else { return nil }
    if let a = constantInteger(left), let b = constantInteger(right) {
      return foldIntegers(id, node, op, a, b, type: left.type)
    }
    if left.type == .f64, let a = constantFloat(left), let b = constantFloat(right) {
      return foldFloats(id, node, op, a, b, type: left.type)
    }
    return nil
  }

  private func foldTexts(_ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr? {
    guard left.type == .string else { return nil }
    let at = position(node.token)
    let a = Array(code.strings.bytes(of: NameId(code[left.id].a)))
    let b = Array(code.strings.bytes(of: NameId(code[right.id].a)))
    if op == .add {
      // Long texts are put together when the program runs.
      guard a.count + b.count <= 1 << 16 else { return nil }
      return (a + b).withUnsafeBufferPointer { stringConstant($0, .string, at: at) }
    }
    switch op {
    case .equal: return booleanConstant(a == b, at: at)
    case .notEqual: return booleanConstant(a != b, at: at)
    case .less: return booleanConstant(a.lexicographicallyPrecedes(b), at: at)
    case .greater: return booleanConstant(b.lexicographicallyPrecedes(a), at: at)
    case .lessEqual: return booleanConstant(!b.lexicographicallyPrecedes(a), at: at)
    case .greaterEqual: return booleanConstant(!a.lexicographicallyPrecedes(b), at: at)
    default: return nil
    }
  }

  private func foldIntegers(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ a: Int128, _ b: Int128, type: TypeId)
    -> Expr
  {
    let at = position(node.token)
    if op.isComparison { return booleanConstant(compare(op, a, b), at: at) }
    var result: Int128 = 0
    var overflow = false
    switch op {
    case .add: (result, overflow) = a.addingReportingOverflow(b)
    case .subtract: (result, overflow) = a.subtractingReportingOverflow(b)
    // Typed constants wrap, and the low bits are right even if 128 don't suffice.
    case .multiply where type.isInteger: result = a &* b
    case .multiply: (result, overflow) = a.multipliedReportingOverflow(by: b)
    case .divide, .remainder:
      if b == 0 {
        report(.constantDivisionByZero, NodeId(node.b), "division by zero")
        return .error
      }
      if op == .divide {
        (result, overflow) = a.dividedReportingOverflow(by: b)
        if type.isInteger && !type.integerRange.contains(result) {
          report(.constantTooLarge, id, "\(a) / \(b) does not fit in `\(show(type))`")
          return .error
        }
      } else {
        (result, overflow) = a.remainderReportingOverflow(dividingBy: b)
      }
    case .and: result = a & b
    case .or: result = a | b
    case .xor: result = a ^ b
    default: return .error
    }
    if overflow { return reportConstantTooLarge(id) }
    if type.isInteger { result = wrapped(result, type) }
    return integerConstant(result, type, literal: false, at: at)
  }

  private func foldFloats(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ a: Double, _ b: Double, type: TypeId)
    -> Expr
  {
    let at = position(node.token)
    if op.isComparison { return booleanConstant(compare(op, a, b), at: at) }
    switch op {
    case .add: return floatConstant(a + b, type, at: at)
    case .subtract: return floatConstant(a - b, type, at: at)
    case .multiply: return floatConstant(a * b, type, at: at)
    case .divide: return floatConstant(a / b, type, at: at)
    default:
      report(.badOperands, id, "`\(op.text)` works on integers, not on floats")
      return .error
    }
  }

  private func compare<T: Comparable>(_ op: BinaryOperator, _ a: T, _ b: T) -> Bool {
    switch op {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessEqual: a <= b
    case .greater: a > b
    default: a >= b
    }
  }

  // MARK: Messages

  private func reportDifferentOperands(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) {
    for (operand, side) in [(left, node.a), (right, node.b)]
    where types[operand.type].kind == .optional && op != .equal && op != .notEqual {
      return reportMayBeNull(NodeId(side), operand.type, "`\(op.text)` with it")
    }
    let leftSpan = tree.span(of: NodeId(node.a))
    let rightSpan = tree.span(of: NodeId(node.b))
    let message = "`\(op.text)` needs two operands of one type, not \(quote(left.type)) and \(quote(right.type))"
    report(.badOperands, token: node.token, message) {
      $0.labels = [
        Label(leftSpan, "this is \(self.quote(left.type))"), Label(rightSpan, "this is \(self.quote(right.type))"),
      ]
      if left.type.isNumber && right.type.isNumber {
        // The target of an assignment keeps its type; otherwise floats and wider types take the other.
        let toLeft =
          self.view.kind(id) == .assignment
          || (left.type.isFloat != right.type.isFloat ? left.type.isFloat : left.type.bitWidth >= right.type.bitWidth)
        let target = toLeft ? left.type : right.type
        let converted = toLeft ? NodeId(node.b) : NodeId(node.a)
        let replacement = "\(self.show(target))(\(self.sourceText(converted)))"
        $0.notes = ["numbers of different types are converted by hand: `\(replacement)`"]
        $0.fixIts = [
          FixIt("convert to `\(self.show(target))`", at: toLeft ? rightSpan : leftSpan, replacement: replacement)
        ]
      } else if left.type == .string, let fixIt = self.textInQuotes(NodeId(node.b)) {
        ($0.notes, $0.fixIts) = ([Self.characterNote], [fixIt])
      } else if op.isComparison, let fixIt = self.characterInText(NodeId(node.b), beside: left.type) {
        ($0.notes, $0.fixIts) = ([Self.characterNote], [fixIt])
      } else if op == .add && (left.type == .string || right.type == .string) {
        $0.notes = ["text is put together by interpolation: `\"\\(a) and \\(b)\"`"]
      }
    }
  }

  /// A number next to a value of a type parameter that needn't be one; false if it is anything else.
  private func reportNumberWithParameter(_ id: NodeId, _ op: BinaryOperator, _ left: TypeId, _ right: TypeId) -> Bool {
    guard left.isUntyped != right.isUntyped, op.isComparison || op.isArithmetic else { return false }
    let other = left.isUntyped ? right : left
    guard types[other].kind == .parameter, !isNumeric(other) else { return false }
    reportMissingConstraint(id, other, "`\(op.text)` with a number", "Number")
    return true
  }

  private func reportUnsupported(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ type: TypeId) {
    if types[type].kind == .optional { return reportMayBeNull(NodeId(node.a), type, "`\(op.text)` with it") }
    if types[type].kind == .parameter && (op.isComparison || op.isArithmetic) {
      return reportMissingConstraint(id, type, "`\(op.text)`", op.isComparison ? "Ordered" : "Number")
    }
    report(.badOperands, id, "`\(op.text)` doesn't work on \(quote(type))") {
      if self.types[type].kind == .slice && op == .add {
        $0.notes = ["elements are added with `append(items&, value)`"]
      } else if type == .boolean && (op == .and || op == .or) {
        $0.notes = ["between conditions write `\(op.text)\(op.text)`"]
      } else if type.isFloat && op == .remainder {
        $0.notes = ["the remainder is for integers"]
      } else if self.isNumeric(type) {
        $0.notes = ["`\(op.text)` is for integers, and \(self.quote(type)) may be a float"]
      }
    }
  }
}

/// The operator that a token stands for, compound assignments included.
func binaryOperator(_ token: TokenKind) -> BinaryOperator? {
  switch token {
  case .plus, .plusEqual: .add
  case .minus, .minusEqual: .subtract
  case .star, .starEqual: .multiply
  case .slash, .slashEqual: .divide
  case .percent, .percentEqual: .remainder
  case .ampersand, .ampersandEqual: .and
  case .pipe, .pipeEqual: .or
  case .caret, .caretEqual: .xor
  case .shiftLeft, .shiftLeftEqual: .shiftLeft
  case .shiftRight, .shiftRightEqual: .shiftRight
  case .equalEqual: .equal
  case .notEqual: .notEqual
  case .less: .less
  case .lessEqual: .lessEqual
  case .greater: .greater
  case .greaterEqual: .greaterEqual
  default: nil
  }
}
