// The common case of the lowering: values of one scalar, and places that lie in IR variables. It makes the same IR
// as the general way through `Value` and `Place`, and makes it directly.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// The value of an expression whose type is one scalar.
  func scalar(_ id: TypedId) -> ValueId {
    let node = code[id]
    switch node.op {
    case .integer:
      builder.position = node.position.offset
      return integer(node)
    case .local:
      if case .variables(let first) = storage[Int(node.a)] {
        builder.position = node.position.offset
        return builder.get(VariableId(first))
      }
    case .field:
      if let first = variables(of: id) {
        builder.position = node.position.offset
        return builder.get(VariableId(first))
      }
    case .binary:
      builder.position = node.position.offset
      return binary(node)
    default: break
    }
    return value(id).single
  }

  /// The first IR variable of a place that lies in variables; null if it doesn't.
  func variables(of place: TypedId) -> UInt32? {
    let node = code[place]
    switch node.op {
    case .local:
      if case .variables(let first) = storage[Int(node.a)] { return first }
      return nil
    case .field:
      let object = TypedId(node.a)
      guard let first = variables(of: object) else { return nil }
      let structure = types[code[object].type].a
      let field = declarations.structures[structure].firstField + node.b
      return first + declarations.fields[field].firstLeaf
    default: return nil
    }
  }

  /// Whether values of the type are one scalar.
  func isScalar(_ type: TypeId) -> Bool { types[type].leafCount == 1 }
}
