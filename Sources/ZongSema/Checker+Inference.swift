// Calls of what has type parameters: the type arguments are written, or found by comparing the types of the parameters
// with those of the arguments, and then the result's type with the one that is wanted.

import ZongStores
import ZongSyntax

extension Checker {
  /// An argument that has been matched to a parameter.
  struct GivenArgument {
    let index: Int
    var value: Expr
    let node: NodeId
    /// Whether it is a function, which is looked at after the other arguments.
    var isLater = false
  }

  // MARK: Functions

  /// A call of a function that needs type arguments.
  func callGeneric(
    _ id: NodeId, _ node: Node, _ function: FunctionId, receiver: TypedId, wanted: TypeId
  ) -> Expr {
    let info = declarations.functions[function.index]
    let own = ownParameters(of: info)
    var bindings = TypeBindings(own.map(\.type))
    let written = typeArguments(of: NodeId(node.a))
    if !written.isEmpty {
      guard checkTypeArgumentCount(NodeId(node.a), info.name, own, written.count), !written.contains(.error) else {
        checkArgumentsAlone(node)
        return .error
      }
      bindings.arguments = written
    }
    let open = signature(of: info, receiver: receiver)
    guard let given = inferArguments(id, node, open, &bindings, result: info.result, wanted: wanted) else {
      return .error
    }
    guard isInferred(bindings, own, info.name, id) else { return .error }
    if !checkConstraints(own, bindings.arguments, id) { return .error }
    let outer = types.items(declarations.instances[info.instance].arguments).dropLast(own.count)
    let instance =
      versionForText(info, own, bindings.arguments)
      ?? functionInstance(function, types.list(outer + bindings.arguments), id)
    if instance == .none { return .error }
    let found = declarations.functions[instance.index]
    guard let list = convertArguments(id, node, signature(of: found, receiver: receiver), given) else { return .error }
    return emitCall(id, node, instance, list)
  }

  /// The core may have a version for text of a generic function: its name with `_text` behind it.
  private func versionForText(_ info: FunctionInfo, _ own: [TypeParameterInfo], _ arguments: [TypeId]) -> FunctionId? {
    guard part.isCore, info.owner == .error, arguments == [.string],
      case .function(let version) = declarations.coreSymbols[names.intern(text(info.name) + "_text")]
    else { return nil }
    return version
  }

  func signature(of info: FunctionInfo, receiver: TypedId) -> Signature {
    let hidden: UInt32 = receiver.exists ? 1 : 0
    return Signature(
      source: .parameters, receiver: receiver, first: info.firstParameter + hidden,
      count: Int(info.parameterCount - hidden), name: info.name, part: info.part, nameToken: info.nameToken)
  }

  /// The type arguments that are written behind a function's name.
  func typeArguments(of callee: NodeId) -> [TypeId] {
    let node = view[callee]
    switch node.kind {
    case .name: return view.list(of: node).map { resolveType(NodeId($0)) }
    case .member: return node.b == 0 ? [] : view.list(at: node.b).map { resolveType(NodeId($0)) }
    default: return []
    }
  }

  /// Reports type arguments behind the name of something that takes none.
  func refuseTypeArguments(_ callee: NodeId, _ name: NameId) {
    let node = view[callee]
    if node.b == 0 || (node.kind != .name && node.kind != .member) { return }
    report(.typeArguments, callee, "`\(text(name))` takes no type arguments")
  }

  // MARK: Structs and cases

  /// The generic struct or enum that a type node names without type arguments, or `.error`.
  func openType(_ id: NodeId) -> TypeId {
    let node = view[id]
    guard node.kind == .typeName, node.b == 0 else { return .error }
    guard case .symbol(let symbol) = lookupType(view.name(node.token)) else { return .error }
    let type = declaredType(symbol)
    return type != .error && types[type].kind != .interface && declarations.instance(of: type, types) != 0
      ? type : .error
  }

  /// `Pair(first: 1, second: "a")`, where the fields tell the type arguments.
  func makeOpenStructure(_ id: NodeId, _ node: Node, _ template: TypeId, wanted: TypeId) -> Expr {
    let info = declarations.structures[types[template].a]
    let open = Signature(
      source: .fields, first: info.firstField, count: Int(info.fieldCount), name: info.name, part: info.part,
      nameToken: info.nameToken)
    guard let (type, given) = inferType(id, node, template, open, result: template, wanted: wanted) else {
      return .error
    }
    let found = declarations.structures[types[type].a]
    let signature = Signature(
      source: .fields, first: found.firstField, count: Int(found.fieldCount), name: found.name, part: found.part,
      nameToken: found.nameToken)
    guard let list = convertArguments(id, node, signature, given) else { return Expr(id: .none, type: .error) }
    return Expr(id: emit(.makeStructure, type, b: list, at: position(node.token)), type: type)
  }

  /// `Option.some(value: 1)`, where the fields tell the type arguments.
  func makeOpenCase(_ id: NodeId, _ node: Node, _ template: TypeId, _ index: Int, wanted: TypeId) -> Expr {
    guard let info = enumeration(template) else { return .error }
    let enumCase = declarations.enumCase(info, index)
    if enumCase.fieldCount == 0 { return makeCase(id, node, template, index) }
    let open = caseSignature(info, enumCase)
    guard let (type, given) = inferType(id, node, template, open, result: template, wanted: wanted),
      let found = enumeration(type)
    else { return .error }
    let signature = caseSignature(found, declarations.enumCase(found, index))
    guard let list = convertArguments(id, node, signature, given) else { return Expr(id: .none, type: .error) }
    return Expr(id: emit(.makeCase, type, a: UInt32(index), b: list, at: position(node.token)), type: type)
  }

  /// `Set.of([1, 2])`, where the arguments tell the type arguments of the type.
  func callOpenStatic(_ id: NodeId, _ node: Node, _ template: TypeId, _ function: FunctionId, wanted: TypeId) -> Expr {
    let info = declarations.functions[function.index]
    let open = signature(of: info, receiver: .none)
    guard let (type, given) = inferType(id, node, template, open, result: info.result, wanted: wanted) else {
      return .error
    }
    let instance = method(info.name, of: type, at: id)
    if instance == .none { return .error }
    let found = signature(of: declarations.functions[instance.index], receiver: .none)
    guard let list = convertArguments(id, node, found, given) else { return .error }
    return emitCall(id, node, instance, list)
  }

  func caseSignature(_ info: EnumerationInfo, _ enumCase: CaseInfo) -> Signature {
    Signature(
      source: .fields, first: enumCase.firstField, count: Int(enumCase.fieldCount), name: enumCase.name,
      part: info.part, nameToken: enumCase.nameToken)
  }

  private func inferType(
    _ id: NodeId, _ node: Node, _ template: TypeId, _ open: Signature, result: TypeId, wanted: TypeId
  ) -> (TypeId, [GivenArgument])? {
    let parameters = writtenParameters(of: template)
    var bindings = TypeBindings(parameters.map(\.type))
    guard let given = inferArguments(id, node, open, &bindings, result: result, wanted: wanted),
      isInferred(bindings, parameters, name(of: template), id, member: open.source == .parameters ? open.name : .none)
    else { return nil }
    let type = instance(of: template, bindings.arguments, id)
    return type == .error ? nil : (type, given)
  }

  /// The instance of an open type that is wanted here, or `.error`.
  func wantedInstance(of template: TypeId, _ wanted: TypeId) -> TypeId {
    let guide = guide(wanted)
    return guide != .error && declarations.instance(of: guide, types) != 0 && self.template(of: guide) == template
      ? guide : .error
  }

  // MARK: Inference

  /// Checks the arguments of a call and finds out type arguments; null after an error.
  private func inferArguments(
    _ id: NodeId, _ node: Node, _ signature: Signature, _ bindings: inout TypeBindings, result: TypeId, wanted: TypeId
  ) -> [GivenArgument]? {
    var given: [GivenArgument] = []
    var matching = ArgumentMatching()
    for argument in argumentNodes(node) {
      guard let (index, valueNode) = match(argument, signature, &matching) else { continue }
      let type = parameterType(signature, index)
      let isLater = isFunction(valueNode, for: type)
      var expr = Expr(id: .none, type: .void)
      if !isLater {
        expr = value(valueNode, wanted: substitute(type, bindings, valueNode))
        if expr.type == .error { matching.failed = true }
        if !expr.type.isUntyped { unify(type, expr.type, &bindings) }
      }
      given.append(GivenArgument(index: index, value: expr, node: valueNode, isLater: isLater))
    }
    if matching.failed { return nil }
    if wanted != .error { unify(result, guide(wanted), &bindings) }
    for argument in given where argument.value.type.isUntyped {
      unify(parameterType(signature, argument.index), settledType(argument.value.type), &bindings)
    }
    // What a function takes is known from the other arguments; what it gives may tell more.
    for index in given.indices where given[index].isLater {
      let type = parameterType(signature, given[index].index)
      var known = bindings
      for place in known.arguments.indices where known.arguments[place] == .error {
        known.arguments[place] = known.parameters[place]
      }
      let expr = value(given[index].node, wanted: substitute(type, known, given[index].node))
      if expr.type == .error { return nil }
      unify(type, expr.type, &bindings)
      given[index].value = expr
    }
    return given
  }

  /// Whether an argument is a function literal, or names a function.
  private func isFunction(_ id: NodeId, for type: TypeId) -> Bool {
    let node = view[id]
    if node.kind == .functionLiteral { return true }
    if node.kind != .name && node.kind != .member || types[type].kind != .function { return false }
    if node.kind == .name { return namedFunction(id) != nil }
    let objectKind = view.kind(NodeId(node.a))
    return objectKind == .typeName || objectKind == .typeMember || namedFunction(id) != nil
  }

  func isInferred(
    _ bindings: TypeBindings, _ parameters: [TypeParameterInfo], _ name: NameId, _ node: NodeId,
    member: NameId = .none
  ) -> Bool {
    guard let unknown = bindings.arguments.firstIndex(of: .error) else { return true }
    let parameter = text(parameters[unknown].name)
    let shown = parameters.map { text($0.name) }.joined(separator: ", ")
    let called = member == .none ? "" : ".\(text(member))"
    report(.cannotInfer, node, "what `\(parameter)` stands for isn't known here") {
      let call = "\(self.text(name))<\(shown)>\(called)(...)"
      $0.notes = ["write the type arguments: `\(call)` with types for `\(shown)`"]
      let place = parameters[unknown]
      let part = self.declarations.parts[Int(place.part.index)]
      if !part.isLibrary { $0.labels = [Label(part.tokens.span(of: place.nameToken), "declared here")] }
    }
    return false
  }

  /// The arguments as values of the parameters' types; null after an error.
  private func convertArguments(_ id: NodeId, _ node: Node, _ signature: Signature, _ given: [GivenArgument]) -> UInt32?
  {
    var converted: [(Int, TypedId)] = []
    var seen = LocalSet()
    var failed = false
    for argument in given {
      let name = parameterName(signature, argument.index)
      let use: Use = signature.source == .fields ? .field(name) : .argument(name)
      let expr = coerce(argument.value, to: parameterType(signature, argument.index), argument.node, use)
      if expr.type == .error { failed = true }
      seen.insert(argument.index)
      converted.append((argument.index, expr.id))
    }
    let mark = scratch.count
    let offset: UInt32 = signature.receiver.exists ? 1 : 0
    if signature.receiver.exists {
      scratch.append(0)
      scratch.append(signature.receiver.index)
    }
    for (index, value) in converted {
      scratch.append(UInt32(index) + offset)
      scratch.append(value.index)
    }
    if !addDefaults(id, node, signature, seen, quiet: failed) { failed = true }
    let list = takeList(from: mark, wordsPerItem: 2)
    return failed ? nil : list
  }
}
