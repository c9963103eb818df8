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
  /// What is longer is cut off: type arguments can double at each step.
  private static let limit = 160

  package func show(_ type: TypeId) -> String {
    var room = TypeNames.limit
    return show(type, &room)
  }

  /// A list of types, as long as there is room.
  private func show(list: [TypeId], _ room: inout Int) -> String {
    var shown: [String] = []
    for type in list {
      if room <= 0 { return (shown + ["..."]).joined(separator: ", ") }
      shown.append(show(type, &room))
    }
    return shown.joined(separator: ", ")
  }

  /// The type arguments behind a name, or nothing.
  private func arguments(of instance: UInt32, dropping count: Int = 0, _ room: inout Int) -> String {
    if instance == 0 { return "" }
    let all = types.items(declarations.instances[instance].arguments).dropFirst(count)
    return all.isEmpty ? "" : "<" + show(list: Array(all), &room) + ">"
  }

  private func name(_ name: NameId, _ part: PartId? = nil, _ room: inout Int) -> String {
    let text = part.map { self.name(name, $0) } ?? names.text(of: name)
    room -= text.utf8.count
    return text
  }

  /// A function with its type and its type arguments: `Stack<I64>.push`, `largest<I64>`.
  package func showFunction(_ id: FunctionId) -> String { showFunction(declarations.functions[id.index]) }

  package func showFunction(_ info: FunctionInfo) -> String {
    if info.name == .none { return "" }
    var room = TypeNames.limit
    let owner = info.owner == .error ? "" : show(info.owner, &room) + "."
    var own = ""
    if info.instance != 0 && !info.isLocal {
      let instance = declarations.instances[info.instance]
      let count = Int(declarations.generics[instance.generic].count)
      let all = types.items(instance.arguments)
      if count > 0 { own = "<" + show(list: Array(all.suffix(count)), &room) + ">" }
    }
    return owner + names.text(of: info.name) + own
  }

  private func show(_ type: TypeId, _ room: inout Int) -> String {
    let info = types[type]
    room -= 1
    switch info.kind {
    case .pointer: return show(info.element, &room) + "*"
    case .slice: return show(info.element, &room) + "[]"
    case .array: return show(info.element, &room) + "[\(info.b)]"
    case .structure:
      let structure = declarations.structures[info.a]
      return name(structure.name, structure.part, &room) + arguments(of: structure.instance, &room)
    case .enumeration:
      let enumeration = declarations.enumerations[info.a]
      return name(enumeration.name, enumeration.part, &room) + arguments(of: enumeration.instance, &room)
    case .interface:
      let interface = declarations.interfaces[info.a]
      return name(interface.name, interface.part, &room) + arguments(of: interface.instance, dropping: 1, &room)
    case .parameter: return name(declarations.typeParameters[info.a].name, nil, &room)
    case .list: return show(list: types.items(type), &room)
    case .function:
      let parameters = show(list: types.items(TypeId(info.a)), &room)
      let result = TypeId(info.b)
      return "func(\(parameters))" + (result == .void ? "" : ": " + show(result, &room))
    case .fallible: return (info.element == .void ? "" : show(info.element, &room)) + "!"
    case .optional: return show(info.element, &room) + "?"
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
