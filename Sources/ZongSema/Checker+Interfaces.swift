// Values of interfaces: made of pointers to what has the methods, by themselves where an interface is wanted.

import ZongStores
import ZongSyntax

extension Checker {
  /// A pointer as a value of an interface; null if it is no pointer, and nothing has been reported.
  func coerceToInterface(_ expr: Expr, _ interface: TypeId, _ node: NodeId) -> Expr? {
    let info = types[expr.type]
    guard info.kind == .pointer, types[info.element].kind != .interface else { return nil }
    if let unmet = missingMethod(info.element, interface) {
      report(
        .typeMismatch, node, "\(quote(info.element)) isn't \(quote(interface))", label: "this is \(quote(expr.type))"
      ) {
        $0.notes = [self.explanation(of: unmet, info.element)]
      }
      return .error
    }
    let list = types.list([info.element, interface])
    context.references.append(Reference(kind: .conforms, index: list.index))
    let at = code[expr.id].position
    return Expr(id: emit(.makeInterface, interface, a: expr.id.index, at: at), type: interface)
  }

  /// A type's methods in the order of an interface's.
  func implementations(of interface: TypeId, by type: TypeId) -> [FunctionId] {
    let methods = declarations.interfaces[types[interface].a].methods
    return (methods.first..<methods.first + methods.count).map { index in
      method(declarations.functions[declarations.methods[index].index].name, of: type)
    }
  }
}
