// `new` and `delete`: objects in memory of their own.

import ZongStores
import ZongSyntax

extension Checker {
  /// `new T(...)`, `new(near: p) T(...)`: a pointer to a new object.
  func newObject(_ id: NodeId, _ node: Node) -> Expr {
    let object = settled(value(NodeId(node.a)), NodeId(node.a))
    let near = node.b == 0 ? TypedId.none : nearPointer(NodeId(node.b))
    if object.type == .error || (node.b != 0 && !near.exists) { return .error }
    if object.type == .void || object.type == .never {
      report(.notAValue, NodeId(node.a), "this gives no value to put into new memory")
      return .error
    }
    if tree[NodeId(node.a)].kind == .member && (object.isPlace || types[object.type].kind != .enumeration) {
      report(.notAValue, NodeId(node.a), "only a case without fields is made by `new` without parentheses")
      return .error
    }
    require(near.exists ? .newNear : .new)
    let type = types.pointer(to: object.type)
    let at = position(node.token)
    return Expr(
      id: emit(.new, type, a: object.id.index, b: near.index, at: at, site: .object, of: object.type), type: type)
  }

  private func nearPointer(_ node: NodeId) -> TypedId {
    let near = value(node)
    if near.type == .error { return .none }
    guard types.isPointer(near.type) else {
      report(.typeMismatch, node, "`near:` takes a pointer, not \(quote(near.type))")
      return .none
    }
    return near.id
  }

  /// `delete v;`: frees what a pointer, slice or text leads to.
  func deleteStatement(_ id: NodeId, _ node: Node) -> TypedId {
    let operand = NodeId(node.a)
    let object = value(operand)
    if object.type == .error { return .none }
    guard let function = freeing(object.type) else {
      report(
        .typeMismatch, operand, "`delete` frees what a pointer, a slice or text leads to, not \(quote(object.type))"
      ) {
        if object.isPlace && self.types[object.type].kind == .structure {
          $0.notes = ["a struct is freed with what holds it; what it owns is freed by a `free()` of its own"]
        }
      }
      return .none
    }
    require(function)
    return emit(.delete, .void, a: object.id.index, at: position(node.token), site: .delete, of: object.type)
  }

  /// The library's function that frees values of a type.
  private func freeing(_ type: TypeId) -> RuntimeFunction? {
    if type == .string { return .deleteText }
    switch types[type].kind {
    case .pointer: return .delete
    // Nothing is freed for null.
    case .optional: return types.isThinOptional(type) ? .delete : nil
    case .slice: return .deleteSlice
    default: return nil
    }
  }
}
