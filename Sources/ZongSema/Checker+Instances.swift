// Instances of generic declarations: made once for each list of type arguments, shared by all checkers, checked when they
// are reached.

import Synchronization
import ZongStores
import ZongSyntax

extension Checker {
  /// Type arguments nested deeper than this are taken for a recursion without end.
  static let maximumInstanceDepth = 64

  /// Runs `body` while no other checker makes instances.
  func makingInstances<R>(_ body: (InstanceTable) -> R) -> R {
    // Laying out one instance may need another one.
    if let table = instanceTable { return body(table) }
    var result: R?
    declarations.instanceTable.withLock { table in
      instanceTable = table
      result = body(table)
      instanceTable = nil
    }
    guard let result else { preconditionFailure("the table of instances is locked") }
    return result
  }

  /// How deep types are nested in a type.
  private func depth(of type: TypeId) -> Int {
    var type = type
    var depth = 0
    while true {
      let info = types[type]
      switch info.kind {
      case .pointer, .slice, .array, .optional, .fallible:
        type = info.element
        depth += 1
      case .function: return depth + 1 + max(nesting(TypeId(info.a)), self.depth(of: TypeId(info.b)))
      default:
        let instance = declarations.instance(of: type, types)
        return instance == 0 ? depth : depth + Int(declarations.instances[instance].depth)
      }
    }
  }

  private func nesting(_ list: TypeId) -> Int { types.items(list).map { depth(of: $0) }.max() ?? 0 }

  /// A new entry in the table of instances, or 0 if it can't be made, which is reported.
  private func addInstance(_ generic: UInt32, _ key: InstanceKey, _ name: NameId, _ count: Int, _ node: NodeId)
    -> UInt32
  {
    let depth = nesting(key.arguments) + 1
    guard depth <= Checker.maximumInstanceDepth, declarations.hasRoom(count + 8) else {
      reportEndless(name, key.arguments, node, isDeep: depth > Checker.maximumInstanceDepth)
      return 0
    }
    var info = InstanceInfo()
    info.generic = generic
    info.arguments = key.arguments
    info.template = key.template
    info.depth = UInt16(depth)
    return declarations.instances.add(info)
  }

  func structureInstance(_ template: StructureId, _ arguments: TypeId, _ node: NodeId) -> TypeId {
    let original = declarations.structures[template.index]
    if isTemplate(original.instance, arguments) { return original.type }
    let key = InstanceKey(kind: .structure, template: template.index, arguments: arguments)
    return makingInstances { table in
      if let known = table[key] { return declarations.structures[known].type }
      let generic = declarations.instances[original.instance].generic
      let instance = addInstance(generic, key, original.name, Int(original.fieldCount), node)
      if instance == 0 { return .error }
      let id = StructureId(UInt32(declarations.structures.count))
      var info = original
      info.type = types.structure(id)
      info.instance = instance
      info.state = .pending
      info.firstField = copyFields(original.firstField, original.fieldCount, instance)
      declarations.structures.append(info)
      if types[arguments].isOpaque { types.setOpaque(info.type) }
      table[key] = id.index
      layOutInstance(info.type)
      return info.type
    }
  }

  func enumerationInstance(_ template: EnumerationId, _ arguments: TypeId, _ node: NodeId) -> TypeId {
    let original = declarations.enumerations[template.index]
    if isTemplate(original.instance, arguments) { return original.type }
    let key = InstanceKey(kind: .enumeration, template: template.index, arguments: arguments)
    return makingInstances { table in
      if let known = table[key] { return declarations.enumerations[known].type }
      let generic = declarations.instances[original.instance].generic
      let fields = (0..<Int(original.caseCount)).map { Int(declarations.enumCase(original, $0).fieldCount) }
      let count = Int(original.caseCount) + fields.reduce(0, +)
      let instance = addInstance(generic, key, original.name, count, node)
      if instance == 0 { return .error }
      let id = EnumerationId(UInt32(declarations.enumerations.count))
      var info = original
      info.type = types.enumeration(id)
      info.instance = instance
      info.state = .pending
      info.firstCase = copyCases(original, instance)
      declarations.enumerations.append(info)
      if types[arguments].isOpaque { types.setOpaque(info.type) }
      table[key] = id.index
      layOutInstance(info.type)
      return info.type
    }
  }

  func interfaceInstance(_ template: InterfaceId, _ arguments: [TypeId], _ node: NodeId) -> TypeId {
    let original = declarations.interfaces[template.index]
    let generic = declarations.instances[original.instance].generic
    let selfType = declarations.typeParameters(of: generic)[0].type
    let list = types.list([selfType] + arguments)
    if isTemplate(original.instance, list) { return original.type }
    let key = InstanceKey(kind: .interface, template: template.index, arguments: list)
    return makingInstances { table in
      if let known = table[key] { return declarations.interfaces[known].type }
      let instance = addInstance(generic, key, original.name, 0, node)
      if instance == 0 { return .error }
      let id = InterfaceId(UInt32(declarations.interfaces.count))
      var info = original
      info.type = types.interface(id)
      info.instance = instance
      declarations.interfaces.append(info)
      if types.list(arguments) != .error, types[types.list(arguments)].isOpaque { types.setOpaque(info.type) }
      table[key] = id.index
      return info.type
    }
  }

  func isTemplate(_ instance: UInt32, _ arguments: TypeId) -> Bool {
    declarations.instances[instance].arguments == arguments
  }

  /// Copies fields for an instance, with default values of their own; their types are resolved when it is laid out.
  func copyFields(_ first: UInt32, _ count: UInt32, _ instance: UInt32, isLocal: Bool = false) -> UInt32 {
    let start = UInt32(declarations.fields.count)
    for index in first..<first + count {
      var field = declarations.fields[index]
      field.type = .error
      field.defaultValue = copyThunk(field.defaultValue, instance, isLocal: isLocal)
      declarations.fields.append(field)
    }
    return start
  }

  func copyThunk(_ thunk: FunctionId, _ instance: UInt32, isLocal: Bool = false) -> FunctionId {
    if thunk == .none { return .none }
    var info = declarations.functions[thunk.index]
    info.isLocal = isLocal
    info.instance = instance
    info.isChecked = false
    return FunctionId(declarations.functions.add(info))
  }

  /// A function, method or static function with a list of type arguments for all of its type parameters.
  func functionInstance(_ function: FunctionId, _ arguments: TypeId, _ node: NodeId) -> FunctionId {
    let of = declarations.instances[declarations.functions[function.index].instance]
    let template = FunctionId(of.template)
    let original = declarations.functions[template.index]
    if isTemplate(original.instance, arguments) { return template }
    let key = InstanceKey(kind: .function, template: template.index, arguments: arguments)
    return makingInstances { table in
      if let known = table[key] { return FunctionId(known) }
      let instance = addInstance(of.generic, key, original.name, Int(original.parameterCount), node)
      if instance == 0 { return .none }
      let bindings = TypeBindings(
        types.items(declarations.instances[original.instance].arguments), types.items(arguments))
      var info = original
      info.instance = instance
      info.isChecked = false
      info.owner = substitute(original.owner, bindings, node)
      info.result = substitute(original.result, bindings, node)
      let first = UInt32(declarations.parameters.count)
      // Types may need instances of their own, whose parameters mustn't lie between these.
      let substituted = (0..<Int(original.parameterCount)).map { index in
        var parameter = declarations.parameter(original, index)
        parameter.type = substitute(parameter.type, bindings, node)
        parameter.defaultValue = copyThunk(parameter.defaultValue, instance)
        if parameter.defaultValue != .none {
          declarations.functions[parameter.defaultValue.index].result = parameter.type
        }
        return parameter
      }
      info.firstParameter = UInt32(declarations.parameters.count)
      assert(info.firstParameter >= first)
      for parameter in substituted { declarations.parameters.append(parameter) }
      let id = FunctionId(declarations.functions.add(info))
      table[key] = id.index
      return id
    }
  }

  /// A type's method for the type itself: methods are declared once for all instances of a type.
  func method(_ template: FunctionId, onInstance type: TypeId, _ node: NodeId) -> FunctionId {
    let function = declarations.functions[template.index]
    if function.instance == 0 { return template }
    let owner = declarations.instance(of: type, types)
    if owner == 0 { return template }
    let own = ownParameters(of: function)
    let arguments = types.items(declarations.instances[owner].arguments) + own.map(\.type)
    return functionInstance(template, types.list(arguments), node)
  }

  /// The type parameters that a function or method declares itself.
  func ownParameters(of function: FunctionInfo) -> [TypeParameterInfo] {
    if function.instance == 0 || function.isLocal { return [] }
    let generic = declarations.generics[declarations.instances[function.instance].generic]
    return (generic.first..<generic.first + generic.count).map { declarations.typeParameters[$0] }
  }

  /// Whether a function still waits for type arguments of its own.
  func needsTypeArguments(_ function: FunctionInfo) -> Bool {
    if function.instance == 0 || function.isLocal { return false }
    let own = ownParameters(of: function)
    if own.isEmpty || function.kind == .requirement { return false }
    let arguments = types.items(declarations.instances[function.instance].arguments)
    return Array(arguments.suffix(own.count)) == own.map(\.type)
  }

  /// Mistakes in a template are reported there; what else is wrong with an instance is reported once.
  func quietly(_ body: () -> Void) {
    let outer = diagnostics
    diagnostics = Diagnostics()
    layoutsOfInstances += 1
    body()
    layoutsOfInstances -= 1
    let found = diagnostics
    diagnostics = outer
    diagnostics.append(contentsOf: found) { (diagnostic: inout Diagnostic) in
      let isOwn = [.recursiveStructure, .typeTooLarge, .endlessGeneric].contains(diagnostic.kind)
      return isOwn && (layoutsOfInstances > 0 || isNew(diagnostic))
    }
  }

  /// Whether nothing of the kind has been reported for an instance at this place.
  private func isNew(_ diagnostic: Diagnostic) -> Bool {
    reportedForInstances.insert(UInt64(diagnostic.kind.rawValue) << 32 | UInt64(diagnostic.span.start.offset)).inserted
  }

  /// Checks an instance's body. Its template has been checked with nothing known of the type arguments, so little can be
  /// wrong here; what is, is reported once, with the instance's name.
  func checkInstance(_ id: FunctionId) {
    let outer = diagnostics
    diagnostics = Diagnostics()
    if declarations.functions[id.index].kind == .declared {
      checkFunction(id)
    } else {
      checkThunk(id, annotated: true, name: .none)
    }
    let found = diagnostics
    diagnostics = outer
    let name = TypeNames(types, declarations, names).showFunction(id)
    diagnostics.append(contentsOf: found) { (diagnostic: inout Diagnostic) in
      guard diagnostic.severity == .error, isNew(diagnostic) else { return false }
      if diagnostic.kind != .endlessGeneric { diagnostic.notes.append("in the instance `\(name)`") }
      return true
    }
  }

  /// Checks generic functions as they are declared, for their mistakes alone: no code is made of them.
  func checkTemplates(_ functions: [FunctionId]) -> Diagnostics {
    for function in functions where declarations.functions[function.index].instance != 0 { checkFunction(function) }
    code.removeAll()
    return finishDiagnostics()
  }
}
