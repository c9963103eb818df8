// Types as written, and how they are shown.

import ZongStores
import ZongSyntax

extension Checker {
  /// The type that a type node means; `.error` if it was reported.
  func resolveType(_ id: NodeId, asConstraint: Bool = false) -> TypeId {
    let node = view[id]
    switch node.kind {
    case .typeName:
      let type = node.b > 0 ? genericType(id, node) : namedType(id, view.name(node.token))
      if type == .error || types[type].kind != .interface || asConstraint { return type }
      return interfaceAsType(id, type)
    case .pointerType:
      let element = withIndirection(indirection + 1) { resolveType(NodeId(node.a)) }
      return element == .error ? .error : types.pointer(to: element)
    case .sliceType:
      let element = withIndirection(indirection + 1) { resolveType(NodeId(node.a)) }
      return element == .error ? .error : types.slice(of: element)
    case .arrayType:
      return arrayType(id, node)
    case .optionalType:
      let element = resolveType(NodeId(node.a))
      return element == .error ? .error : types.optional(of: element)
    case .fallibleType:
      if node.a != 0 { _ = resolveType(NodeId(node.a)) }
      report(.badFallible, id, "only the result of a function can be fallible") {
        $0.notes = ["what may be missing is an optional, `T?`; an error can be kept as an `Error`"]
      }
    case .functionType: return functionType(node)
    case .typeMember:
      let type = moduleType(id, node)
      if type == .error || types[type].kind != .interface || asConstraint { return type }
      return interfaceAsType(id, type)
    case .error: break
    default:
      report(.unknownType, id, "a type is expected here")
    }
    return .error
  }

  func namedType(_ id: NodeId, _ name: NameId) -> TypeId { namedType(id, name, lookupType(name)) }

  /// The type that a name stands for, with what was found under it.
  func namedType(_ id: NodeId, _ name: NameId, _ entity: Entity) -> TypeId {
    switch entity {
    case .symbol(.structure(let structure)):
      if declarations.structures[structure.index].instance != 0 {
        return withoutArguments(id, declarations.structures[structure.index].type)
      }
      if !canWait { layOut(structure) }
      return declarations.structures[structure.index].type
    case .symbol(.enumeration(let enumeration)):
      if declarations.enumerations[enumeration.index].instance != 0 {
        return withoutArguments(id, declarations.enumerations[enumeration.index].type)
      }
      if !canWait { layOut(enumeration) }
      return declarations.enumerations[enumeration.index].type
    case .symbol(.interface(let interface)):
      return withoutArguments(id, declarations.interfaces[interface.index].type)
    case .type(let type): return type
    case .symbol(.notInThisVersion): return .error
    default:
      if let builtin = builtins.type(name) { return builtin }
      if name == Names.error { return errorType }
      if text(name) == "Channel" {
        reportMissingFeature(id, "values of the type `\(text(name))`")
        return .error
      }
      reportUnknownType(id, name)
      return .error
    }
  }

  /// A type whose name stands without type arguments: right for an interface that has no type parameters, and for what
  /// is declared inside of a generic function.
  private func withoutArguments(_ id: NodeId, _ type: TypeId) -> TypeId {
    if writtenParameters(of: type).isEmpty { return type }
    reportMissingTypeArguments(id, type)
    return .error
  }

  /// An interface as the type of a value.
  private func interfaceAsType(_ id: NodeId, _ type: TypeId) -> TypeId {
    let info = declarations.interfaces[types[type].a]
    if waitingConstraints != nil {
      waitingInterfaces.append((id, type, partId))
      return type
    }
    if !info.mentionsSelf { return type }
    reportConstraintOnly(id, type)
    return .error
  }

  func reportConstraintOnly(_ id: NodeId, _ type: TypeId) {
    report(.constraintOnly, id, "\(quote(type)) mentions `Self`, so it is a constraint, not a type of values") {
      $0.notes = ["a generic function takes such values: `func name<T: \(self.show(type))>(value: T)`"]
    }
  }

  private func reportUnknownType(_ id: NodeId, _ name: NameId) {
    let written = text(name)
    // Without its type arguments.
    report(.unknownType, token: view[id].token, "there is no type `\(written)`") { diagnostic in
      if let known = NamesFromElsewhere.types[written] {
        diagnostic.notes = ["Zong's name for it is `\(known)`"]
        diagnostic.fixIts = [FixIt("write `\(known)`", at: diagnostic.span, replacement: known)]
      } else if NamesFromElsewhere.lists.contains(written) {
        diagnostic.notes = ["a list of `T` is written `T[]`"]
      } else if let hint = NamesFromElsewhere.results[written] {
        diagnostic.notes = [hint]
      } else if NamesFromElsewhere.nothing.contains(written) {
        diagnostic.notes = ["a function without a result has no result type; one that can fail has `!` alone"]
      } else {
        if let near = nearestName(to: written, among: self.typeNamesInScope()) { diagnostic.suggest(near) }
        if let note = self.libraryNote(written) { diagnostic.notes = [note] }
      }
    }
  }

  private func typeNamesInScope() -> [String] {
    var found = builtins.types.map { text($0.0) }
    for binding in bindings.elements {
      switch binding.entity {
      case .symbol(.structure), .symbol(.enumeration), .symbol(.interface), .type: found.append(text(binding.name))
      default: break
      }
    }
    found += publicTypes(of: symbols)
    return found
  }

  private func arrayType(_ id: NodeId, _ node: Node) -> TypeId {
    let element = resolveType(NodeId(node.a))
    let lengthNode = NodeId(node.b)
    let length = expression(lengthNode, wanted: .i64)
    guard element != .error, length.type != .error else { return .error }
    guard let value = constantInteger(length) else {
      report(.badArrayLength, lengthNode, "an array's length must be a constant") {
        $0.notes = ["for a length known only when the program runs, use a slice: `\(self.show(element))[](length: n)`"]
      }
      return .error
    }
    guard value >= 0 else {
      report(.badArrayLength, lengthNode, "an array can't have \(value) elements")
      return .error
    }
    guard value <= Int128(TypeStore.maximumSize),
      let type = types.array(of: element, length: UInt64(value))
    else {
      report(.typeTooLarge, id, "an array of \(value) `\(show(element))` is larger than 1 GiB") {
        $0.notes = ["a slice takes its storage when it is made: `\(self.show(element))[](length: n)`"]
      }
      return .error
    }
    return type
  }

  /// A type as it is written.
  func show(_ type: TypeId) -> String { TypeNames(types, declarations, names, seenFrom: part.module).show(type) }

  /// A type in a sentence: quoted, unless it is a phrase.
  func quote(_ type: TypeId) -> String {
    type.isUntyped || type == .void || type == .never ? show(type) : "`\(show(type))`"
  }
}
