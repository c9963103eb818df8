// Types as they are written.

import ZongStores
import ZongSyntax

/// Shows types to people.
package struct TypeNames {
  private let types: TypeStore
  private let declarations: Declarations
  private let names: Interner

  package init(_ types: TypeStore, _ declarations: Declarations, _ names: Interner) {
    self.types = types
    self.declarations = declarations
    self.names = names
  }

  package func show(_ type: TypeId) -> String {
    let info = types[type]
    switch info.kind {
    case .pointer: return show(info.element) + "*"
    case .slice: return show(info.element) + "[]"
    case .array: return show(info.element) + "[\(info.b)]"
    case .structure: return names.text(of: declarations.structures[info.a].name)
    case .enumeration: return names.text(of: declarations.enumerations[info.a].name)
    case .fallible: return (info.element == .void ? "" : show(info.element)) + "!"
    case .optional: return show(info.element) + "?"
    case .builtin: break
    }
    switch type {
    case .void: return "nothing"
    case .never: return "no value"
    case .untypedInteger: return "an integer constant"
    case .untypedFloat: return "a float constant"
    case .null: return "null"
    default: return BuiltinNames.types.first { $0.1 == type }?.0 ?? "?"
    }
  }
}

extension TypedProgram {
  package var typeNames: TypeNames { TypeNames(types, declarations, names) }
}
