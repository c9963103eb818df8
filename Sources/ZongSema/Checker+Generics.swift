// Generic declarations in use: type parameters bound to types, instances made of declarations, types with others put in
// for type parameters.

import Synchronization
import ZongStores
import ZongSyntax

/// What type parameters stand for, as far as it is known; `.error` where it isn't.
struct TypeBindings {
  let parameters: [TypeId]
  var arguments: [TypeId]

  init(_ parameters: [TypeId], _ arguments: [TypeId]) {
    self.parameters = parameters
    self.arguments = arguments
  }

  /// All unknown.
  init(_ parameters: [TypeId]) {
    self.init(parameters, [TypeId](repeating: .error, count: parameters.count))
  }

  var isComplete: Bool { !arguments.contains(.error) }

  func index(of parameter: TypeId) -> Int? { parameters.firstIndex(of: parameter) }
}

extension Checker {
  /// Type arguments nested deeper than this are taken for a recursion without end.
  static let maximumInstanceDepth = 64

  // MARK: Scopes

  /// Runs `body` where only the module's names are visible, and the type parameters of an instance.
  func withTypeArguments<R>(_ instance: UInt32, _ body: () -> R) -> R {
    let floor = bindingFloor
    bindingFloor = UInt32(bindings.count)
    openScope()
    if instance != 0 {
      let info = declarations.instances[instance]
      let parameters = declarations.typeParameters(of: info.generic)
      for (parameter, argument) in zip(parameters, types.items(info.arguments)) {
        bindType(parameter.name, argument, at: parameter.nameToken)
      }
    }
    let result = body()
    closeScope()
    bindingFloor = floor
    return result
  }

  private func bindType(_ name: NameId, _ type: TypeId, at token: TokenId) {
    if name == .none { return }
    bindings.append(
      Binding(name: name, entity: .type(type), shadowed: latest[name.index], position: position(token)))
    latest[name.index] = UInt32(bindings.count)
  }

  // MARK: Types with type arguments

  /// A type with its type arguments as written: `Stack<I64>`.
  func genericType(_ id: NodeId, _ node: Node) -> TypeId {
    let name = view.name(node.token)
    switch lookupType(name) {
    case .symbol(let found): return genericType(id, name, found, view.list(of: node))
    case .type:
      report(.typeArguments, id, "the type parameter `\(text(name))` takes no type arguments")
      return .error
    default: return genericType(id, name, .none, view.list(of: node))
    }
  }

  func genericType(_ id: NodeId, _ name: NameId, _ symbol: Symbol, _ list: UnsafeBufferPointer<UInt32>) -> TypeId {
    let arguments = list.map { resolveType(NodeId($0)) }
    let type = declaredType(symbol)
    if type == .error {
      if isKnownMissing(symbol) { return .error }
      if namedType(id, name, .symbol(symbol)) != .error {
        report(.typeArguments, id, "`\(text(name))` takes no type arguments")
      }
      return .error
    }
    if arguments.contains(.error) { return .error }
    return instance(of: type, arguments, id)
  }

  private func isKnownMissing(_ symbol: Symbol) -> Bool {
    if case .notInThisVersion = symbol { return true }
    return false
  }

  /// The type that a struct, enum or interface declares.
  func declaredType(_ symbol: Symbol) -> TypeId {
    switch symbol {
    case .structure(let id): declarations.structures[id.index].type
    case .enumeration(let id): declarations.enumerations[id.index].type
    case .interface(let id): declarations.interfaces[id.index].type
    default: .error
    }
  }

  /// The type parameters that are written after a type's name: an interface's `Self` isn't.
  func writtenParameters(of type: TypeId) -> [TypeParameterInfo] {
    let instance = declarations.instance(of: type, types)
    if instance == 0 { return [] }
    let all = declarations.typeParameters(of: declarations.instances[instance].generic)
    return types[type].kind == .interface ? Array(all.dropFirst()) : all
  }

  /// The declared type with these type arguments, which are reported if they don't fit.
  func instance(of template: TypeId, _ arguments: [TypeId], _ node: NodeId) -> TypeId {
    let parameters = writtenParameters(of: template)
    if parameters.count != arguments.count {
      reportTypeArgumentCount(node, name(of: template), parameters, arguments.count)
      return .error
    }
    if parameters.isEmpty { return template }
    checkConstraints(parameters, arguments, node)
    return makeInstance(of: template, arguments, node)
  }

  private func makeInstance(of template: TypeId, _ arguments: [TypeId], _ node: NodeId) -> TypeId {
    let info = types[template]
    switch info.kind {
    case .structure: return structureInstance(StructureId(info.a), types.list(arguments), node)
    case .enumeration: return enumerationInstance(EnumerationId(info.a), types.list(arguments), node)
    default: return interfaceInstance(InterfaceId(info.a), arguments, node)
    }
  }

  func name(of type: TypeId) -> NameId {
    let info = types[type]
    switch info.kind {
    case .structure: return declarations.structures[info.a].name
    case .enumeration: return declarations.enumerations[info.a].name
    case .interface: return declarations.interfaces[info.a].name
    case .parameter: return declarations.typeParameters[info.a].name
    default: return .none
    }
  }

  // MARK: Instances

  /// Runs `body` while no other checker makes instances.
  func makingInstances<R>(_ body: (UnsafeMutablePointer<[InstanceKey: UInt32]>) -> R) -> R {
    // Laying out one instance may need another one.
    if let table = instanceTable { return body(table) }
    var result: R?
    declarations.instanceTable.withLock { table in
      withUnsafeMutablePointer(to: &table) { pointer in
        instanceTable = pointer
        result = body(pointer)
        instanceTable = nil
      }
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

  private func structureInstance(_ template: StructureId, _ arguments: TypeId, _ node: NodeId) -> TypeId {
    let original = declarations.structures[template.index]
    if isTemplate(original.instance, arguments) { return original.type }
    let key = InstanceKey(kind: .structure, template: template.index, arguments: arguments)
    return makingInstances { table in
      if let known = table.pointee[key] { return declarations.structures[known].type }
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
      table.pointee[key] = id.index
      quietly { layOut(id) }
      return info.type
    }
  }

  private func enumerationInstance(_ template: EnumerationId, _ arguments: TypeId, _ node: NodeId) -> TypeId {
    let original = declarations.enumerations[template.index]
    if isTemplate(original.instance, arguments) { return original.type }
    let key = InstanceKey(kind: .enumeration, template: template.index, arguments: arguments)
    return makingInstances { table in
      if let known = table.pointee[key] { return declarations.enumerations[known].type }
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
      table.pointee[key] = id.index
      quietly { layOut(id) }
      return info.type
    }
  }

  private func interfaceInstance(_ template: InterfaceId, _ arguments: [TypeId], _ node: NodeId) -> TypeId {
    let original = declarations.interfaces[template.index]
    let generic = declarations.instances[original.instance].generic
    let selfType = declarations.typeParameters(of: generic)[0].type
    let list = types.list([selfType] + arguments)
    if isTemplate(original.instance, list) { return original.type }
    let key = InstanceKey(kind: .interface, template: template.index, arguments: list)
    return makingInstances { table in
      if let known = table.pointee[key] { return declarations.interfaces[known].type }
      let instance = addInstance(generic, key, original.name, 0, node)
      if instance == 0 { return .error }
      let id = InterfaceId(UInt32(declarations.interfaces.count))
      var info = original
      info.type = types.interface(id)
      info.instance = instance
      declarations.interfaces.append(info)
      if types.list(arguments) != .error, types[types.list(arguments)].isOpaque { types.setOpaque(info.type) }
      table.pointee[key] = id.index
      return info.type
    }
  }

  private func isTemplate(_ instance: UInt32, _ arguments: TypeId) -> Bool {
    declarations.instances[instance].arguments == arguments
  }

  /// Copies fields for an instance, with default values of their own; their types are resolved when it is laid out.
  private func copyFields(_ first: UInt32, _ count: UInt32, _ instance: UInt32, isLocal: Bool = false) -> UInt32 {
    let start = UInt32(declarations.fields.count)
    for index in first..<first + count {
      var field = declarations.fields[index]
      field.type = .error
      field.defaultValue = copyThunk(field.defaultValue, instance, isLocal: isLocal)
      declarations.fields.append(field)
    }
    return start
  }

  private func copyThunk(_ thunk: FunctionId, _ instance: UInt32, isLocal: Bool = false) -> FunctionId {
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
      if let known = table.pointee[key] { return FunctionId(known) }
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
      table.pointee[key] = id.index
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
  private func quietly(_ body: () -> Void) {
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

  // MARK: Declarations inside of generic functions

  /// What a declaration inside the function being checked stands for.
  func nestedSymbol(_ node: NodeId) -> Symbol? {
    let key = Declarations.NestedKey(part: partId, node: node)
    return nestedInstances[key] ?? declarations.nested[key]
  }

  /// The same where its block begins: an instance of a generic function has declarations of its own.
  func declareNested(_ node: NodeId) -> Symbol? {
    let key = Declarations.NestedKey(part: partId, node: node)
    guard let symbol = declarations.nested[key] else { return nil }
    let instance = declarations.functions[context.id.index].instance
    if instance == 0 || declarations.instances[instance].isTemplate { return symbol }
    let copy = makingInstances { _ in copyNested(symbol, instance) }
    nestedInstances[key] = copy
    return copy
  }

  private func copyNested(_ symbol: Symbol, _ instance: UInt32) -> Symbol {
    switch symbol {
    case .function(let id): return .function(copyFunction(id, instance, owner: .error))
    case .structure(let id):
      var info = declarations.structures[id.index]
      let copy = StructureId(UInt32(declarations.structures.count))
      info.type = types.structure(copy)
      info.instance = instance
      info.state = .pending
      info.firstField = copyFields(info.firstField, info.fieldCount, instance, isLocal: true)
      declarations.structures.append(info)
      declarations.structures[copy.index].methods = copyMethods(info.methods, instance, owner: info.type)
      return .structure(copy)
    case .enumeration(let id):
      var info = declarations.enumerations[id.index]
      let copy = EnumerationId(UInt32(declarations.enumerations.count))
      info.type = types.enumeration(copy)
      info.instance = instance
      info.state = .pending
      info.firstCase = copyCases(info, instance, isLocal: true)
      declarations.enumerations.append(info)
      declarations.enumerations[copy.index].methods = copyMethods(info.methods, instance, owner: info.type)
      return .enumeration(copy)
    default: return symbol
    }
  }

  private func copyFunction(_ id: FunctionId, _ instance: UInt32, owner: TypeId) -> FunctionId {
    var info = declarations.functions[id.index]
    info.instance = instance
    info.isChecked = false
    info.owner = owner
    let first = info.firstParameter
    info.firstParameter = UInt32(declarations.parameters.count)
    for index in first..<first + info.parameterCount {
      var parameter = declarations.parameters[index]
      parameter.defaultValue = copyThunk(parameter.defaultValue, instance, isLocal: true)
      if info.isMethod && index == first { parameter.type = types.pointer(to: owner) }
      declarations.parameters.append(parameter)
    }
    return FunctionId(declarations.functions.add(info))
  }

  private func copyMethods(_ list: MethodList, _ instance: UInt32, owner: TypeId) -> MethodList {
    var copies = MethodList(first: UInt32(declarations.methods.count), count: list.count)
    let made = (list.first..<list.first + list.count).map {
      copyFunction(declarations.methods[$0], instance, owner: owner)
    }
    copies.first = UInt32(declarations.methods.count)
    for method in made { declarations.methods.append(method) }
    if copies.count > Declarations.fewMethods {
      for method in made.reversed() {
        let key = Declarations.MethodKey(first: copies.first, name: declarations.functions[method.index].name)
        declarations.methodIndex[key] = method
      }
    }
    return copies
  }

  private func copyCases(_ info: EnumerationInfo, _ instance: UInt32, isLocal: Bool = false) -> UInt32 {
    let start = UInt32(declarations.cases.count)
    for index in 0..<Int(info.caseCount) { declarations.cases.append(declarations.enumCase(info, index)) }
    for index in start..<start + info.caseCount {
      let enumCase = declarations.cases[index]
      declarations.cases[index].firstField = copyFields(
        enumCase.firstField, enumCase.fieldCount, instance, isLocal: isLocal)
    }
    return start
  }

  // MARK: Substitution

  /// `type` with other types for type parameters.
  func substitute(_ type: TypeId, _ bindings: TypeBindings, _ node: NodeId) -> TypeId {
    let info = types[type]
    if !info.isOpaque { return type }
    switch info.kind {
    case .parameter: return bindings.index(of: type).map { bindings.arguments[$0] } ?? type
    case .pointer: return mapElement(info, bindings, node) { types.pointer(to: $0) }
    case .slice: return mapElement(info, bindings, node) { types.slice(of: $0) }
    case .optional: return mapElement(info, bindings, node) { types.optional(of: $0) }
    case .fallible: return mapElement(info, bindings, node) { types.fallible(of: $0) }
    case .array: return mapElement(info, bindings, node) { types.array(of: $0, length: UInt64(info.b)) ?? .error }
    case .function:
      let parameters = types.items(TypeId(info.a)).map { substitute($0, bindings, node) }
      let result = substitute(TypeId(info.b), bindings, node)
      return parameters.contains(.error) || result == .error
        ? .error : types.function(types.list(parameters), result: result)
    case .structure, .enumeration, .interface:
      let instance = declarations.instances[declarations.instance(of: type, types)]
      let all = types.items(instance.arguments)
      let written = info.kind == .interface ? Array(all.dropFirst()) : all
      let arguments = written.map { substitute($0, bindings, node) }
      if arguments.contains(.error) { return .error }
      return makeInstance(of: template(of: type), arguments, node)
    default: return type
    }
  }

  private func mapElement(_ info: TypeInfo, _ bindings: TypeBindings, _ node: NodeId, _ make: (TypeId) -> TypeId)
    -> TypeId
  {
    let element = substitute(info.element, bindings, node)
    return element == .error ? .error : make(element)
  }

  /// The type that an instance was made of.
  func template(of type: TypeId) -> TypeId {
    let instance = declarations.instance(of: type, types)
    if instance == 0 { return type }
    let template = declarations.instances[instance].template
    switch types[type].kind {
    case .structure: return declarations.structures[template].type
    case .enumeration: return declarations.enumerations[template].type
    default: return declarations.interfaces[template].type
    }
  }

  // MARK: Unification

  /// Finds what the type parameters in `pattern` must stand for so that it is `type`. What doesn't fit is left to whoever
  /// compares the types afterwards.
  func unify(_ pattern: TypeId, _ type: TypeId, _ bindings: inout TypeBindings) {
    let info = types[pattern]
    if !info.isOpaque || type == .error || type == .never || type == .null { return }
    if let index = bindings.index(of: pattern) {
      if bindings.arguments[index] == .error && type != .void { bindings.arguments[index] = settledType(type) }
      return
    }
    let found = types[type]
    if info.kind != found.kind {
      // A value becomes an optional by itself.
      if info.kind == .optional { unify(info.element, type, &bindings) }
      return
    }
    switch info.kind {
    case .pointer, .slice, .array, .optional, .fallible: unify(info.element, found.element, &bindings)
    case .function:
      for (inner, outer) in zip(types.items(TypeId(info.a)), types.items(TypeId(found.a))) {
        unify(inner, outer, &bindings)
      }
      unify(TypeId(info.b), TypeId(found.b), &bindings)
    case .structure, .enumeration, .interface:
      guard template(of: pattern) == template(of: type) else { return }
      let inner = types.items(declarations.instances[declarations.instance(of: pattern, types)].arguments)
      let outer = types.items(declarations.instances[declarations.instance(of: type, types)].arguments)
      for (inner, outer) in zip(inner, outer) { unify(inner, outer, &bindings) }
    default: break
    }
  }

  // MARK: Messages

  private func reportTypeArgumentCount(
    _ node: NodeId, _ name: NameId, _ parameters: [TypeParameterInfo], _ count: Int
  ) {
    if parameters.isEmpty {
      report(.typeArguments, node, "`\(text(name))` takes no type arguments")
      return
    }
    let shown = parameters.map { text($0.name) }.joined(separator: ", ")
    let wanted = parameters.count == 1 ? "one type argument" : "\(parameters.count) type arguments"
    report(.typeArguments, node, "`\(text(name))` takes \(wanted), not \(count)") {
      $0.notes = ["it is declared as `\(self.text(name))<\(shown)>`"]
    }
  }

  /// A generic type without type arguments.
  func reportMissingTypeArguments(_ node: NodeId, _ type: TypeId) {
    reportTypeArgumentCount(node, name(of: type), writtenParameters(of: type), 0)
  }

  func checkTypeArgumentCount(
    _ node: NodeId, _ name: NameId, _ parameters: [TypeParameterInfo], _ count: Int
  ) -> Bool {
    if parameters.count == count { return true }
    reportTypeArgumentCount(node, name, parameters, count)
    return false
  }

  private func reportEndless(_ name: NameId, _ arguments: TypeId, _ node: NodeId, isDeep: Bool) {
    let shown = types.items(arguments).map { show($0) }.joined(separator: ", ")
    let message =
      isDeep
      ? "`\(text(name))` needs itself with ever larger types"
      : "the program needs too many instances of generic declarations"
    let place =
      node.exists ? tree.span(of: node) : Span(position(view[tree.root].token), position(view[tree.root].token))
    diagnostics.report(.endlessGeneric, at: place, message) {
      $0.notes = ["the last one: `\(self.text(name))<\(shown)>`"] + self.chainNotes()
    }
  }

  /// The instances whose code is being checked, as a note.
  private func chainNotes() -> [String] {
    let shown = TypeNames(types, declarations, names).showFunction(context.id)
    return shown.isEmpty ? [] : ["it is needed in `\(shown)`"]
  }
}
