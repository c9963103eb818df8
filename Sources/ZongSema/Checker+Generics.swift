// Generic declarations in use: the scope of type parameters, types with type arguments, what is said of wrong ones.

import ZongStores
import ZongSyntax

extension Checker {
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
    // What is behind the pointers of the arguments isn't known before the instance is laid out.
    let arguments = withIndirection(0) { list.map { resolveType(NodeId($0)) } }
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

  func makeInstance(of template: TypeId, _ arguments: [TypeId], _ node: NodeId) -> TypeId {
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

  // MARK: Messages

  func reportTypeArgumentCount(
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

  func reportEndless(_ name: NameId, _ arguments: TypeId, _ node: NodeId, isDeep: Bool) {
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
