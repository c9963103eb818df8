// Constants: exact values, and the moment when they take a type.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Making constant nodes

  /// Marks typed constants that are literals, which may become floats.
  static let literalFlag: UInt8 = 1

  func integerConstant(_ value: Int128, _ type: TypeId, literal: Bool, at position: Position) -> Expr {
    if let small = Int64(exactly: value) {
      let bits = UInt64(bitPattern: small)
      let id = emit(
        .integer, type, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32),
        flags: literal ? Checker.literalFlag : 0, at: position)
      return Expr(id: id, type: type, isLiteral: literal)
    }
    if type == .u64, let large = UInt64(exactly: value) {
      let id = emit(
        .integer, type, a: UInt32(truncatingIfNeeded: large), b: UInt32(truncatingIfNeeded: large >> 32), at: position)
      return Expr(id: id, type: type)
    }
    bigIntegers.append(value)
    let id = emit(.bigInteger, type, a: UInt32(bigIntegers.count - 1), at: position)
    return Expr(id: id, type: type, isLiteral: literal)
  }

  func floatConstant(_ value: Double, _ type: TypeId, at position: Position) -> Expr {
    let bits = value.bitPattern
    let id = emit(
      .float, type, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32), at: position)
    return Expr(id: id, type: type, isLiteral: true)
  }

  func booleanConstant(_ value: Bool, at position: Position) -> Expr {
    Expr(id: emit(.integer, .boolean, a: value ? 1 : 0, at: position), type: .boolean)
  }

  func stringConstant(_ bytes: UnsafeBufferPointer<UInt8>, _ type: TypeId, at position: Position) -> Expr {
    let id = code.strings.intern(bytes)
    return Expr(id: emit(.string, type, a: id.index, at: position), type: type)
  }

  func constantExpression(_ value: ConstantValue, at position: Position) -> Expr {
    switch value {
    case .error: .error
    case .integer(let value, let type, let literal): integerConstant(value, type, literal: literal, at: position)
    case .float(let value, let type): floatConstant(value, type, at: position)
    case .boolean(let value): booleanConstant(value, at: position)
    case .string(let bytes, let type): bytes.withUnsafeBufferPointer { stringConstant($0, type, at: position) }
    }
  }

  // MARK: Reading constant nodes

  /// The value of an integer constant, typed or not; null if the expression isn't one.
  func constantInteger(_ expr: Expr) -> Int128? {
    guard expr.id.exists else { return nil }
    let node = code[expr.id]
    switch node.op {
    case .integer:
      if node.type == .boolean { return nil }
      let bits = UInt64(node.b) << 32 | UInt64(node.a)
      return node.type == .u64 ? Int128(bits) : Int128(Int64(bitPattern: bits))
    case .bigInteger:
      return bigIntegers[Int(node.a)]
    default: return nil
    }
  }

  /// The value of an untyped integer constant of 64 bits; null for anything else.
  @inline(__always)
  func smallConstant(_ expr: Expr) -> Int64? {
    let node = code[expr.id]
    guard node.op == .integer, node.type == .untypedInteger else { return nil }
    return Int64(bitPattern: UInt64(node.b) << 32 | UInt64(node.a))
  }

  /// Whether the expression is the integer constant 0.
  func isZero(_ expr: Expr) -> Bool {
    let node = code[expr.id]
    return node.op == .integer && node.type != .boolean && node.a == 0 && node.b == 0
  }

  /// Whether the expression is a number or a Boolean that is known.
  @inline(__always)
  func isConstant(_ expr: Expr) -> Bool {
    switch code[expr.id].op {
    case .integer, .float, .bigInteger: true
    default: false
    }
  }

  func constantFloat(_ expr: Expr) -> Double? {
    guard expr.id.exists, code[expr.id].op == .float else { return nil }
    let node = code[expr.id]
    return Double(bitPattern: UInt64(node.b) << 32 | UInt64(node.a))
  }

  func constantBoolean(_ expr: Expr) -> Bool? {
    guard expr.id.exists, code[expr.id].op == .integer, expr.type == .boolean else { return nil }
    return code[expr.id].a != 0
  }

  /// The value of any constant expression; null if it isn't one.
  func constantValue(of expr: Expr) -> ConstantValue? {
    if expr.type == .error { return .error }
    if let value = constantInteger(expr) { return .integer(value, expr.type, isLiteral: expr.isLiteral) }
    if let value = constantFloat(expr) { return .float(value, expr.type) }
    if let value = constantBoolean(expr) { return .boolean(value) }
    if code[expr.id].op == .string {
      return .string(Array(code.strings.bytes(of: NameId(code[expr.id].a))), expr.type)
    }
    return nil
  }

  // MARK: Taking a type

  /// Gives an untyped constant the type `type`; reports it if it doesn't fit.
  func convertConstant(_ expr: Expr, to type: TypeId, _ node: NodeId) -> Expr {
    if isBranching(expr.id) { return convertBranches(expr, to: type, node) }
    if type.isInteger { return integerConstantAs(expr, type, node) }
    if !type.isNumber { return constantOfAnyNumber(expr, type, node) }
    let at = code[expr.id].position
    if let value = constantFloat(expr) {
      let rounded = type == .f32 ? Double(Float(value)) : value
      if rounded.isInfinite && value.isFinite {
        report(.constantDoesNotFit, node, "\(value) does not fit in `\(show(type))`")
        return .error
      }
      return floatConstant(rounded, type, at: at)
    }
    guard let value = constantInteger(expr) else { return .error }
    if !expr.isLiteral {
      report(.integerForFloat, node, "this is computed with integers, where \(quote(type)) is wanted") {
        $0.notes = ["write one of the numbers as a float, such as `1.0`, so that the computation is done in floats"]
      }
      return .error
    }
    return floatConstant(type == .f32 ? Double(Float(value)) : Double(value), type, at: at)
  }

  private func integerConstantAs(_ expr: Expr, _ type: TypeId, _ node: NodeId) -> Expr {
    if let small = smallConstant(expr), type.contains(small) {
      code.nodes[expr.id.index].type = type
      return Expr(id: expr.id, type: type)
    }
    guard let value = constantInteger(expr) else {
      report(.typeMismatch, node, "a float constant where \(quote(type)) is wanted") {
        $0.notes = ["`\(self.show(type))(...)` converts, and drops the fraction"]
      }
      return .error
    }
    let range = type.integerRange
    guard range.contains(value) else {
      reportUnfit(value, type, node)
      return .error
    }
    if code[expr.id].op == .integer {
      code.nodes[expr.id.index].type = type
      return Expr(id: expr.id, type: type)
    }
    return integerConstant(value, type, literal: false, at: code[expr.id].position)
  }

  /// A constant where a type parameter may stand for any number type: all of them must have it.
  private func constantOfAnyNumber(_ expr: Expr, _ type: TypeId, _ node: NodeId) -> Expr {
    guard let value = constantInteger(expr) else {
      report(.typeMismatch, node, "a float constant where \(quote(type)) may be an integer") {
        $0.notes = ["`\(self.show(type))(...)` converts, and drops the fraction for integers"]
      }
      return .error
    }
    guard expr.isLiteral || code[expr.id].op != .integer else {
      report(.integerForFloat, node, "this is computed with integers, where \(quote(type)) may be a float") {
        $0.notes = ["convert one of the numbers: `\(self.show(type))(1)`"]
      }
      return .error
    }
    let common = TypeId.i8.integerRange.clamped(to: TypeId.u8.integerRange)
    guard common.contains(value) else {
      report(
        .constantDoesNotFit, node, "\(value) does not fit in every type that \(quote(type)) may be",
        label: "all of them hold \(common.lowerBound) to \(common.upperBound)")
      return .error
    }
    return integerConstant(value, type, literal: expr.isLiteral, at: code[expr.id].position)
  }

  func reportUnfit(_ value: Int128, _ type: TypeId, _ node: NodeId) {
    let range = type.integerRange
    report(
      .constantDoesNotFit, node, "\(value) does not fit in `\(show(type))`",
      label: "`\(show(type))` holds \(range.lowerBound) to \(range.upperBound)")
  }

  /// An expression with a type of its own: untyped constants become `I64` and `F64`.
  func settled(_ expr: Expr, _ node: NodeId) -> Expr {
    if expr.type == .untypedInteger { return convertConstant(expr, to: .i64, node) }
    if expr.type == .untypedFloat { return convertConstant(expr, to: .f64, node) }
    if expr.type == .null { return reportLoneNull(node) }
    return expr
  }

  // MARK: Declared constants

  /// The value of a module's constant, computed when it is first wanted.
  func constantValue(_ id: ConstantId) -> ConstantValue {
    let info = declarations.constants[Int(id.index)]
    switch info.state {
    case .done: return info.value
    case .underway:
      let saved = partId
      enter(info.part)
      let start = constantsUnderway.lastIndex(of: id) ?? 0
      let names = (constantsUnderway[start...] + [id]).map { text(declarations.constants[Int($0.index)].name) }
      report(.globalCycle, info.node, "the constant `\(text(info.name))` is defined by itself") {
        if names.count <= 12 { $0.notes = ["the cycle: \(names.joined(separator: " → "))"] }
      }
      enter(saved)
      declarations.constants[Int(id.index)].value = .error
      declarations.constants[Int(id.index)].state = .done
      return .error
    case .pending: break
    }
    declarations.constants[Int(id.index)].state = .underway
    let saved = partId
    enter(info.part)
    constantsUnderway.append(id)
    var value = ConstantValue.error
    if constantsUnderway.count > Checker.maximumConstantDepth {
      report(.nestingTooDeep, info.node, "constants may depend on each other \(Checker.maximumConstantDepth) deep") {
        $0.notes = ["declare the constants that others are made of first"]
      }
    } else {
      value = computeConstant(info.node)
    }
    constantsUnderway.removeLast()
    enter(saved)
    declarations.constants[Int(id.index)].value = value
    declarations.constants[Int(id.index)].state = .done
    return value
  }

  /// The value of a `const` declaration.
  func computeConstant(_ declaration: NodeId) -> ConstantValue {
    let node = view[declaration]
    let wanted = node.a == 0 ? TypeId.error : resolveType(NodeId(node.a))
    guard node.b != 0 else { return .error }
    let valueNode = NodeId(node.b)
    constantDepth += 1
    var expr = expression(valueNode, wanted: wanted)
    constantDepth -= 1
    if node.a != 0 && wanted != .error {
      expr = coerce(expr, to: wanted, valueNode, .initializer(view.name(node.token)))
    }
    guard let value = constantValue(of: expr) else {
      report(.notConstant, valueNode, "the value of a `const` must be known when the program is compiled") {
        $0.notes = ["for a value that is computed when the program runs, use `var`"]
      }
      return .error
    }
    return value
  }
}
