// Types as they are written.

import ZongStores
import ZongSyntax

/// Shows types to people.
package struct TypeNames {
  private let types: TypeStore
  private let declarations: Declarations
  private let names: Interner
  /// Types of other modules than this one are qualified; null if none are.
  private let module: ModuleId?

  package init(_ types: TypeStore, _ declarations: Declarations, _ names: Interner, seenFrom module: ModuleId? = nil) {
    self.module = module
    self.types = types
    self.declarations = declarations
    self.names = names
  }

  /// A declared type's name, behind that of its module if it is another one.
  private func name(_ name: NameId, _ part: PartId) -> String {
    let own = names.text(of: name)
    guard let module else { return own }
    let owner = declarations.parts[Int(part.index)].module
    if owner == module || owner == .core { return own }
    let imported = declarations.imports.first { $0.importer == module && $0.module == owner }
    return (imported.map { names.text(of: $0.name) } ?? declarations.modules[Int(owner.index)].name) + "." + own
  }

  package func show(_ type: TypeId) -> String {
    let info = types[type]
    switch info.kind {
    case .pointer: return show(info.element) + "*"
    case .slice: return show(info.element) + "[]"
    case .array: return show(info.element) + "[\(info.b)]"
    case .structure: return name(declarations.structures[info.a].name, declarations.structures[info.a].part)
    case .enumeration: return name(declarations.enumerations[info.a].name, declarations.enumerations[info.a].part)
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
