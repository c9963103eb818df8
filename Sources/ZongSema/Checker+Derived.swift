// The methods that types have by themselves: `equals`, `compare`, `hash` and `write` of types that don't declare them,
// and the operators that call those that do.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Operators

  /// `a < b` where the type declares `compare`: its result compared with 0. Null if it doesn't.
  func orderByMethod(_ id: NodeId, _ node: Node, _ op: BinaryOperator, _ left: Expr, _ right: Expr) -> Expr? {
    let method = ownMethod(.ordered, of: left.type)
    if method == .none { return nil }
    let at = position(node.token)
    let a = left.isPlace ? addressOfPlace(left, NodeId(node.a), at: at) : addressOfValue(left, NodeId(node.a), at: at)
    let b =
      right.isPlace ? addressOfPlace(right, NodeId(node.b), at: at) : addressOfValue(right, NodeId(node.b), at: at)
    if a.type == .error || b.type == .error { return .error }
    refer(to: method)
    let order = emit(.call, .i64, a: method.index, b: words(2, 0, a.id.index, 1, b.id.index), at: at)
    let zero = integerConstant(0, .i64, literal: false, at: at)
    return Expr(
      id: emit(.binary, .boolean, a: order.index, b: zero.id.index, flags: op.rawValue, at: at), type: .boolean)
  }

  // MARK: Methods

  /// Whether a method is called on a value of a type that a type parameter stands for, even if that is a pointer: the
  /// library's generic code means its values, never what they lead to.
  func isCalledOnItself(_ name: NameId) -> Bool {
    part.isCore && (name == builtins.hash || name == builtins.equals || name == builtins.write)
  }

  /// A call of a method that a type has by itself; null if there is none.
  func derivedMethod(_ id: NodeId, _ node: Node, _ object: Expr, _ objectNode: NodeId, _ owner: TypeId, _ name: NameId)
    -> Expr?
  {
    if owner.isUntyped || owner == .null || types[owner].kind == .parameter { return nil }
    let constraint: BuiltinConstraint
    switch name {
    case builtins.equals: constraint = .equatable
    case builtins.compare where owner.isNumber || owner == .string: constraint = .ordered
    case builtins.hash: constraint = .hashable
    case builtins.write: constraint = .printable
    default: return nil
    }
    let interface = interface(of: constraint)
    if interface == .error || unmet(owner, interface) != nil { return nil }
    let template = declarations.method(name, declarations.interfaces[types[interface].a].methods)
    if template == .none { return nil }
    let at = position(view[NodeId(node.a)].token)
    let self_ = receiverOfDerived(object, objectNode, owner, at: at)
    let wanted = declarations.functions[requirement(template, of: interface, for: owner).index]
    let argument = TypedId(UInt32(code.nodes.count))
    guard let list = matchArguments(id, node, signature(of: wanted, receiver: argument)) else { return .error }
    // The list holds the receiver and the argument.
    let other = TypedId(code.extra[list + 4])
    return emitDerived(constraint, owner, self_, other, at)
  }

  private func receiverOfDerived(_ object: Expr, _ node: NodeId, _ owner: TypeId, at: Position) -> TypedId {
    requirePlaceAssigned(object, node)
    return object.type == owner ? object.id : emit(.dereference, owner, a: object.id.index, at: at)
  }

  private func emitDerived(
    _ constraint: BuiltinConstraint, _ type: TypeId, _ value: TypedId, _ other: TypedId, _ at: Position
  ) -> Expr {
    switch constraint {
    case .equatable:
      referToComparison(type)
      let target = emit(.dereference, type, a: other.index, at: at)
      return Expr(
        id: emit(
          .binary, .boolean, a: value.index, b: target.index, flags: BinaryOperator.equal.rawValue, at: at),
        type: .boolean)
    case .ordered, .number:
      let target = emit(.dereference, type, a: other.index, at: at)
      let function = coreInstance("_compare", type)
      if function == .none { return .error }
      refer(to: function)
      return Expr(
        id: emit(.call, .i64, a: function.index, b: words(2, 0, value.index, 1, target.index), at: at), type: .i64)
    case .hashable:
      context.references.append(Reference(kind: .hashes, index: type.index))
      return Expr(id: emit(.hash, .void, a: value.index, b: other.index, at: at), type: .void)
    case .printable:
      context.references.append(Reference(kind: .writes, index: type.index))
      require(.writing)
      let list = words(1, value.index, 0, 0, 0, 0)
      return Expr(
        id: emit(.appendText, .void, a: other.index, b: list, at: at, site: .growth, of: .bytes), type: .void)
    }
  }

  /// The instance for `type` of a generic function of the library's core, or none.
  func coreInstance(_ name: String, _ type: TypeId) -> FunctionId {
    guard case .function(let function) = declarations.coreSymbols[names.intern(name)] else { return .none }
    return functionInstance(function, types.list([type]), .none)
  }

  /// The function through which derived code calls the method that a type declares instead of a derived one, or none.
  func replacement(for kind: DerivedFunction.Kind, of type: TypeId) -> FunctionId {
    switch kind {
    case .compares: ownMethod(.equatable, of: type) == .none ? .none : coreInstance("_equals_by", type)
    case .writes: ownMethod(.printable, of: type) == .none ? .none : coreInstance("_write_by", type)
    case .hashes: ownMethod(.hashable, of: type) == .none ? .none : coreInstance("_hash_by", type)
    case .leaves: .none
    }
  }
}
