// Optionals: null, the step from `T` to `T?`, and the ways back: `!`, `??`, `if var`, `while var`.

import ZongStores
import ZongSyntax

extension Checker {
  /// What guides a value where `wanted` is wanted: an optional is made of a value of its element.
  func guide(_ wanted: TypeId) -> TypeId {
    if wanted == .error { return wanted }
    var type = wanted
    while types[type].kind == .optional { type = types[type].element }
    return type
  }

  // MARK: Into an optional

  /// `expr` as the optional `type`; null if it doesn't fit, and nothing has been reported.
  func coerceToOptional(_ expr: Expr, _ type: TypeId, _ node: NodeId, _ use: Use) -> Expr? {
    let at = code[expr.id].position
    if expr.type == .null { return Expr(id: emit(.zero, type, at: at), type: type) }
    let element = types[type].element
    guard fitsOptional(expr, element) else { return nil }
    let inner = coerce(expr, to: element, node, use)
    if inner.type == .error { return .error }
    return Expr(id: emit(.wrapOptional, type, a: inner.id.index, at: at), type: type)
  }

  func fitsOptional(_ expr: Expr, _ element: TypeId) -> Bool {
    if expr.type == element || (expr.type.isUntyped && isNumeric(element)) { return true }
    if types[element].kind == .interface { return types[expr.type].kind == .pointer }
    if types[element].kind == .optional {
      return expr.type == .null || fitsOptional(expr, types[element].element)
    }
    return element == .bytes && expr.type == .string && code[expr.id].op == .string
  }

  // MARK: Out of an optional

  /// `v!`: the value, or a stop.
  func insist(_ id: NodeId, _ node: Node) -> Expr {
    let operandNode = NodeId(node.a)
    let operand = operandOfFailure(operandNode)
    if operand.type == .error { return .error }
    let info = types[operand.type]
    if info.kind == .fallible { require(.currentError) }
    guard info.kind == .optional || info.kind == .fallible else {
      reportNotOptional(operandNode, operand.type, "`!` has nothing to insist on") {
        let place = self.tree.span(of: id)
        $0.fixIts = [FixIt("remove `!`", at: Span(Position(place.end.offset - 1), place.end), replacement: "")]
      }
      return .error
    }
    return Expr(
      id: emit(.unwrapOptional, info.element, a: operand.id.index, at: position(node.token)), type: info.element)
  }

  /// `v ?? other`; the other may be optional as well, and fallible where that is dealt with: in
  /// `first() ?? second() catch e { }`.
  func coalesce(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let leftNode = NodeId(node.a)
    let rightNode = NodeId(node.b)
    // What deals with a failure of the whole deals with one of its right side.
    let mayFail = handledCall == id
    let left = operandOfFailure(leftNode)
    let info = types[left.type]
    if info.kind == .fallible && info.element == .void {
      report(.noValue, leftNode, "this has no value that another could take the place of") {
        $0.notes = ["`catch e { ... }` handles a failure"]
      }
      return .error
    }
    if info.kind == .fallible { require(.dropError) }
    let isOptional = info.kind == .optional || info.kind == .fallible
    if left.type != .error && !isOptional {
      reportNotOptional(leftNode, left.type, "the other value of `??` is never used")
    }
    // The right side is evaluated on one of two paths only.
    let before = context.flow
    let guide = isOptional ? info.element : wanted
    let right = mayFail ? operandOfFailure(rightNode, wanted: guide) : value(rightNode, wanted: guide)
    context.flow.merge(before)
    guard isOptional, right.type != .error else { return .error }
    let at = position(node.token)
    if replacesNull(right, of: info) { return coalesceBoth(left, info.element, right, rightNode, at) }
    let keepsNull = info.kind == .optional && (right.type == left.type || right.type == .null)
    let keepsFailure = isFallible(right.type) && types[right.type].element == info.element
    let type = keepsNull ? left.type : keepsFailure ? right.type : info.element
    let other = right.type == .never ? right : coerce(right, to: type, rightNode, .operand)
    if other.type == .error { return .error }
    return Expr(id: emit(.coalesce, type, a: left.id.index, b: other.id.index, at: at), type: type)
  }

  /// Whether the right side of `??` is no optional, where the left one is a `T?!`: it takes the place of null as well.
  private func replacesNull(_ right: Expr, of left: TypeInfo) -> Bool {
    guard left.kind == .fallible, types[left.element].kind == .optional else { return false }
    return right.type != .null && right.type != left.element && !isFallible(right.type)
  }

  /// `(left ?? null) ?? right`, where the left side may fail, and be null.
  private func coalesceBoth(
    _ left: Expr, _ optional: TypeId, _ right: Expr, _ rightNode: NodeId, _ at: Position
  ) -> Expr {
    let type = types[optional].element
    let other = right.type == .never ? right : coerce(right, to: type, rightNode, .operand)
    let null = coerce(Expr(id: emit(.zero, .null, at: at), type: .null), to: optional, rightNode, .operand)
    if other.type == .error || null.type == .error { return .error }
    let inner = emit(.coalesce, optional, a: left.id.index, b: null.id.index, at: at)
    return Expr(id: emit(.coalesce, type, a: inner.index, b: other.id.index, at: at), type: type)
  }

  /// `var name = optional` in a condition; the name is bound in the innermost scope.
  func bindingCondition(_ id: NodeId, _ what: String) -> TypedId {
    let node = view[id]
    let valueNode = NodeId(node.b)
    let patternNode = NodeId(node.a)
    let pattern = view[patternNode]
    let optional = settled(value(valueNode), valueNode)
    if pattern.kind != .bindingPattern && pattern.kind != .wildcardPattern && pattern.kind != .error {
      return patternCondition(optional, patternNode, at: position(node.token))
    }
    let info = types[optional.type]
    var type = TypeId.error
    if info.kind == .optional {
      type = info.element
    } else if optional.type != .error {
      reportNotOptional(valueNode, optional.type, "`\(what) var` asks whether there is a value")
    }
    var local = LocalId.none
    switch pattern.kind {
    case .bindingPattern:
      local = addLocal(view.name(pattern.token), type, at: position(pattern.token), assigned: true)
      bind(view.name(pattern.token), .local(local), token: pattern.token)
    default: break
    }
    if type == .error { return .none }
    return emit(.bindOptional, .boolean, a: optional.id.index, b: local.index, at: position(node.token))
  }

  // MARK: Equality

  /// `==` and `!=` with an optional or null on at least one side. Null if both sides now have one type, and the
  /// comparison is like any other.
  func optionalEquality(_ node: Node, _ op: BinaryOperator, _ left: inout Expr, _ right: inout Expr) -> Expr? {
    let leftNode = NodeId(node.a)
    let rightNode = NodeId(node.b)
    if left.type == .null || right.type == .null {
      let operand = left.type == .null ? right : left
      guard types[operand.type].kind == .optional else {
        reportNotOptional(left.type == .null ? rightNode : leftNode, operand.type, "it needs no comparison with it")
        return .error
      }
      let at = position(node.token)
      let isPresent = emit(.isPresent, .boolean, a: operand.id.index, at: at)
      if op == .notEqual { return Expr(id: isPresent, type: .boolean) }
      return Expr(id: emit(.not, .boolean, a: isPresent.index, at: at), type: .boolean)
    }
    if types[left.type].kind == .optional, fitsOptional(right, types[left.type].element) {
      right = coerce(right, to: left.type, rightNode, .operand)
    } else if types[right.type].kind == .optional, fitsOptional(left, types[right.type].element) {
      left = coerce(left, to: right.type, leftNode, .operand)
    }
    return left.type == .error || right.type == .error ? .error : nil
  }

  // MARK: Messages

  /// A value that is never null where an optional is needed.
  private func reportNotOptional(
    _ node: NodeId, _ type: TypeId, _ consequence: String, more: (inout Diagnostic) -> Void = { _ in }
  ) {
    if type == .null {
      report(.notOptional, node, "this is always null")
      return
    }
    report(.notOptional, node, "this is \(quote(type)), which is never null; \(consequence)", more: more)
  }

  /// An optional where the value is needed that it may hold.
  func reportMayBeNull(_ node: NodeId, _ type: TypeId, _ use: String) {
    report(.mayBeNull, node, "this is \(quote(type)), which may be null, so \(use) can't be used directly") {
      let span = $0.span
      let source = self.sourceText(node)
      $0.fixIts = [FixIt("stop the program if it is null", at: Span(span.end, span.end), replacement: "!")]
      $0.notes = [
        "`if var value = \(source) { ... }` does something only if there is a value",
        "`\(source)!` stops the program if there is none; `\(source) ?? other` takes another value then",
      ]
    }
  }

  /// What to say where one of two types is optional, or null is found.
  func optionalNote(from found: TypeId, to wanted: TypeId, _ node: NodeId) -> String? {
    if found == .null { return "only an optional can be null: `\(show(wanted))?`" }
    guard types[found].kind == .optional, types[found].element == wanted else { return nil }
    let source = sourceText(node)
    return "it may be null: `\(source)!` stops the program then, `\(source) ?? other` takes another value"
  }

  /// `null` where nothing says which optional is meant.
  func reportLoneNull(_ node: NodeId) -> Expr {
    report(.typeUnknown, node, "the type of this `null` isn't known here") {
      $0.notes = ["give the variable an optional type: `var name: T? = null`"]
    }
    return .error
  }
}
