// Function values: literals, which capture the locals around them by reference, named functions as values, and calls.
//
// A literal becomes a function with one parameter more, in front: a pointer to an unnamed struct with pointers to the
// locals that it captures. Which these are is known from its tokens, before it is checked. The struct is an unnamed
// local, so the escape analysis sees to it that neither it nor what it points to is used after its scope.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Literals

  func functionLiteral(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let at = position(node.token)
    guard let parameters = literalParameters(id, node, wanted) else { return .error }
    let resultNode = view.child(node.a + 2)
    var result: TypeId? = resultNode.exists ? resolveResult(resultNode) : wantedResult(wanted)
    if result == .error { return .error }
    let bodyNode = view.child(node.a + 3)
    if result == nil && view.kind(bodyNode) == .block { result = .void }
    let captures = captured(by: id, node)
    let pointers = captures.map { addressOfPlace($0.place, id, at: at) }
    guard let (function, environment) = addLiteral(id, node, parameters, result ?? .void, pointers.map(\.type)) else {
      return .error
    }
    inFunction(function, result: result ?? .error) {
      let mark = self.localMark
      self.openScope()
      let local = self.addLocal(.none, environment, at: at, assigned: true)
      self.context.locals[Int(local.index)].isParameter = true
      for (index, capture) in captures.enumerated() { self.bindCaptured(capture.name, index, node.token) }
      self.openScope()
      for (item, type) in zip(self.view.list(at: node.a), parameters) {
        let token = self.view[NodeId(item)].token
        let name = self.view.nameOf(token)
        let local = self.addLocal(name, type, at: self.position(token), assigned: true)
        self.context.locals[Int(local.index)].isParameter = true
        if name != self.builtins.discard { self.bind(name, .local(local), token: token) }
      }
      let body = self.literalBody(function, bodyNode, result)
      self.closeScope()
      self.closeScope()
      self.endLocals(since: mark, with: bodyNode)
      return body
    }
    let type = types.function(types.list(parameters), result: declarations.functions[function.index].result)
    if declarations.functions[function.index].result == .error { return .error }
    return makeFunction(function, type, environment, pointers, id, at)
  }

  private func literalBody(_ function: FunctionId, _ node: NodeId, _ result: TypeId?) -> TypedId {
    let at = position(node)
    if view.kind(node) == .block {
      let body = block(node)
      if context.flow.isReachable, let result, successType(result) != .void, result != .error {
        report(.missingReturn, node, "the function must return \(quote(result)), but its end can be reached")
      }
      return body
    }
    if result == .void { return droppedValue(node, at) }
    var expr = result == nil ? expression(node) : value(node, wanted: successType(result ?? .void))
    guard let result else {
      if expr.isPlace { requireAssigned(expr.id, node) }
      if expr.type != .void { expr = settled(expr, node) }
      declarations.functions[function.index].result = expr.type
      context.result = expr.type
      if expr.type == .void { return emit(.expression, .void, a: expr.id.index, at: at) }
      return emit(.returnValue, .void, a: expr.id.index, at: at)
    }
    expr = coerce(expr, to: successType(result), node, .result)
    if isFallible(result) { expr.id = emit(.wrapOptional, result, a: expr.id.index, at: at) }
    return emit(.returnValue, .void, a: expr.id.index, at: at)
  }

  private func droppedValue(_ node: NodeId, _ at: Position) -> TypedId {
    let expr = expression(node)
    return expr.id.exists ? emit(.expression, .void, a: expr.id.index, at: at) : .none
  }

  /// The types of a literal's parameters, written or known from where it stands; null after an error.
  private func literalParameters(_ id: NodeId, _ node: Node, _ wanted: TypeId) -> [TypeId]? {
    let guide = guide(wanted)
    let isKnown = guide != .error && types[guide].kind == .function
    let known = isKnown ? types.items(TypeId(types[guide].a)) : []
    let list = view.list(at: node.a)
    if isKnown && known.count != list.count {
      report(
        .typeMismatch, id,
        "\(quote(guide)) is wanted here, which takes \(known.count) argument\(known.count == 1 ? "" : "s"), not \(list.count)"
      )
      return nil
    }
    var found: [TypeId] = []
    for (index, item) in list.enumerated() {
      let parameter = view[NodeId(item)]
      var type = TypeId.error
      if parameter.a != 0 {
        type = resolveType(NodeId(parameter.a))
        if type == .error { return nil }
      } else if index < known.count && isFullyKnown(known[index]) {
        type = known[index]
      } else {
        report(.typeUnknown, NodeId(item), "the type of `\(text(view.nameOf(parameter.token)))` isn't known here") {
          $0.notes = ["write it: `\(self.text(self.view.nameOf(parameter.token))): T`"]
        }
        return nil
      }
      found.append(type)
    }
    return found
  }

  private func wantedResult(_ wanted: TypeId) -> TypeId? {
    let guide = guide(wanted)
    guard guide != .error, types[guide].kind == .function, isFullyKnown(TypeId(types[guide].b)) else { return nil }
    return TypeId(types[guide].b)
  }

  /// Whether a type has no type parameter of another function in it that isn't known yet.
  private func isFullyKnown(_ type: TypeId) -> Bool {
    if !types[type].isOpaque { return true }
    let instance = declarations.functions[context.id.index].instance
    return instance != 0 && declarations.instances[instance].isTemplate
  }

  // MARK: Captures

  private struct Capture {
    let name: NameId
    let place: Expr
  }

  /// The locals that a literal mentions, as places of the function around it.
  private func captured(by id: NodeId, _ node: Node) -> [Capture] {
    var found: [Capture] = []
    var seen: Set<NameId> = []
    let end = tree.span(of: id).end.offset &- fileBase
    var token = node.token
    while token.index < UInt32(tokens.count), view.start(token) < end {
      defer { token = TokenId(token.index + 1) }
      let name = view.nameOf(token)
      if name == .none || view.tokenKind(token.previous) == .dot || seen.contains(name) { continue }
      let entry = latest[name.index]
      guard entry > bindingFloor, Int(entry) - 1 >= context.boundary else { continue }
      seen.insert(name)
      switch bindings[Int(entry) - 1].entity {
      case .local(let local):
        let bit = Int(context.trackedBits[Int(local.index)])
        if bit >= 0 && !context.flow.assigned.contains(bit) { continue }
        let type = context.locals[Int(local.index)].type
        if type == .error { continue }
        let place = emit(.local, type, a: local.index, at: position(token))
        found.append(Capture(name: name, place: Expr(id: place, type: type, isPlace: true)))
      case .captured(let index):
        found.append(Capture(name: name, place: capturedPlace(index, at: position(token))))
      default: continue
      }
    }
    return found
  }

  private func bindCaptured(_ name: NameId, _ index: Int, _ token: TokenId) {
    bindings.append(
      Binding(name: name, entity: .captured(index), shadowed: latest[name.index], position: position(token)))
    latest[name.index] = UInt32(bindings.count)
  }

  /// A captured local inside of the literal: behind the pointer that the first parameter leads to.
  func capturedPlace(_ index: Int, at: Position) -> Expr {
    let environment = context.locals[0].type
    let structure = types[environment].element
    let field = declarations.field(declarations.structures[types[structure].a], index)
    let pointer = emit(.local, environment, a: 0, at: at)
    let target = emit(.dereference, structure, a: pointer.index, at: at)
    let address = emit(.field, field.type, a: target.index, b: UInt32(index), at: at)
    let type = types[field.type].element
    return Expr(id: emit(.dereference, type, a: address.index, at: at), type: type, isPlace: true)
  }

  // MARK: Functions for them

  /// A function for a literal, and the type of the parameter for what it captures. Null if there is no room.
  private func addLiteral(
    _ id: NodeId, _ node: Node, _ parameters: [TypeId], _ result: TypeId, _ pointers: [TypeId]
  ) -> (FunctionId, TypeId)? {
    if pointers.contains(.error) { return nil }
    return makingInstances { _ in
      guard declarations.hasRoom(parameters.count + pointers.count + 8) else { return nil }
      let environment = pointers.isEmpty ? TypeId.u64 : types.pointer(to: addEnvironment(node, pointers))
      var info = FunctionInfo(kind: .declared, name: builtins.literal, part: partId, node: id)
      info.nameToken = node.token
      info.isLocal = true
      info.isLiteral = true
      info.isLibrary = part.isLibrary
      info.isCore = part.isCore
      info.result = result
      info.firstParameter = UInt32(declarations.parameters.count)
      info.parameterCount = UInt32(parameters.count) + 1
      for type in [environment] + parameters {
        declarations.parameters.append(ParameterInfo(name: .none, type: type, isPositional: true))
      }
      return (FunctionId(declarations.functions.add(info)), environment)
    }
  }

  private func addEnvironment(_ node: Node, _ pointers: [TypeId]) -> TypeId {
    let id = StructureId(UInt32(declarations.structures.count))
    let type = types.structure(id)
    var info = StructureInfo(name: builtins.literal, part: partId, node: .none, nameToken: node.token, type: type)
    info.isLocal = true
    info.state = .done
    info.firstField = UInt32(declarations.fields.count)
    info.fieldCount = UInt32(pointers.count)
    for (index, pointer) in pointers.enumerated() {
      var field = FieldInfo()
      field.type = pointer
      field.offset = UInt32(index) * 8
      field.firstLeaf = UInt32(index)
      declarations.fields.append(field)
    }
    declarations.structures.append(info)
    let count = UInt32(pointers.count)
    _ = types.setLayout(
      type, size: count * 8, alignment: 8, leafCount: count <= TypeStore.maximumLeaves ? count : 0, hasZero: false,
      hasDefaults: false)
    return type
  }

  private func makeFunction(
    _ function: FunctionId, _ type: TypeId, _ environment: TypeId, _ pointers: [Expr], _ id: NodeId, _ at: Position
  ) -> Expr {
    refer(to: function)
    context.references.append(Reference(kind: .tabled, index: function.index))
    var captured = TypedId.none
    if !pointers.isEmpty {
      let mark = scratch.count
      for (index, pointer) in pointers.enumerated() {
        scratch.append(UInt32(index))
        scratch.append(pointer.id.index)
      }
      let structure = types[environment].element
      let value = emit(.makeStructure, structure, b: takeList(from: mark, wordsPerItem: 2), at: at)
      captured = addressOfValue(Expr(id: value, type: structure), id, at: at).id
      context.locals[Int(code[captured].b)].isEnvironment = true
    }
    return Expr(id: emit(.makeFunction, type, a: function.index, b: captured.index, at: at), type: type)
  }

  /// The function that an expression names, its own file's or another one's; null if it is anything else.
  func namedFunction(_ id: NodeId) -> FunctionId? {
    let node = view[id]
    let name = view.nameOf(node.token)
    if node.kind == .name, case .symbol(.function(let function)) = lookup(name) { return function }
    guard node.kind == .member, let imported = importedModule(NodeId(node.a)),
      let module = declarations.imports[Int(imported.index)].module,
      case .function(let function) = declarations.modules[Int(module.index)].symbols[name]
    else { return nil }
    return function
  }

  /// The name of a function used as a value: a literal that calls it, if a function value is wanted.
  func functionAsValue(_ id: NodeId, _ node: Node, _ named: FunctionId, wanted: TypeId) -> Expr {
    let guide = guide(wanted)
    guard guide != .error, types[guide].kind == .function, declarations.functions[named.index].kind != .intrinsic else {
      let name = text(view.nameOf(node.token))
      report(.notAValue, id, "`\(name)` is a function; call it with `\(name)(...)`") {
        $0.notes = ["it is a value where one is wanted, as in `var f: func(T): R = \(name)`"]
      }
      return .error
    }
    let target = instanceAsValue(id, named, guide)
    return target == .none ? .error : makeFunction(calling: target, id, at: position(node.token))
  }

  /// The instance of a generic function that has the type which is wanted, or whose type arguments are written; any other
  /// function is itself. None after an error.
  private func instanceAsValue(_ id: NodeId, _ function: FunctionId, _ guide: TypeId) -> FunctionId {
    let info = declarations.functions[function.index]
    guard needsTypeArguments(info) else {
      let isRefused = !typeArguments(of: id).isEmpty
      if isRefused { refuseTypeArguments(id, info.name) }
      return isRefused ? .none : function
    }
    let own = ownParameters(of: info)
    var bindings = TypeBindings(own.map(\.type))
    let written = typeArguments(of: id)
    if written.isEmpty {
      for (index, type) in types.items(TypeId(types[guide].a)).enumerated()
      where index < Int(info.parameterCount) && isFullyKnown(type) {
        unify(declarations.parameter(info, index).type, type, &bindings)
      }
      let result = TypeId(types[guide].b)
      if isFullyKnown(result) { unify(info.result, result, &bindings) }
      guard isInferred(bindings, own, info.name, id) else { return .none }
    } else {
      guard checkTypeArgumentCount(id, info.name, own, written.count), !written.contains(.error) else { return .none }
      bindings.arguments = written
    }
    guard checkConstraints(own, bindings.arguments, id) else { return .none }
    let outer = types.items(declarations.instances[info.instance].arguments).dropLast(own.count)
    return functionInstance(function, types.list(outer + bindings.arguments), id)
  }

  private func makeFunction(calling target: FunctionId, _ id: NodeId, at: Position) -> Expr {
    let info = declarations.functions[target.index]
    let parameters = (0..<Int(info.parameterCount)).map { declarations.parameter(info, $0).type }
    guard let (function, environment) = addLiteral(id, view[id], parameters, info.result, []) else { return .error }
    inFunction(function, result: info.result) {
      var list: [UInt32] = [UInt32(parameters.count)]
      for type in [environment] + parameters {
        let local = self.addLocal(.none, type, at: at, assigned: true)
        self.context.locals[Int(local.index)].isParameter = true
      }
      for (index, type) in parameters.enumerated() {
        list.append(UInt32(index))
        list.append(self.emit(.local, type, a: UInt32(index) + 1, at: at).index)
      }
      let start = UInt32(self.code.extra.count)
      self.code.extra.append(contentsOf: list)
      self.refer(to: target)
      let call = self.emit(.call, info.result, a: target.index, b: start, at: at)
      return self.emit(info.result == .void ? .expression : .returnValue, .void, a: call.index, at: at)
    }
    return makeFunction(function, types.function(types.list(parameters), result: info.result), environment, [], id, at)
  }

  // MARK: Calls

  /// A call of a function value.
  func callValue(_ id: NodeId, _ node: Node, _ callee: Expr, _ calleeNode: NodeId) -> Expr {
    requirePlaceAssigned(callee, calleeNode)
    let info = types[callee.type]
    let parameters = types.items(TypeId(info.a))
    let arguments = argumentNodes(node)
    if arguments.count != parameters.count {
      checkArgumentsAlone(node)
      report(
        arguments.count < parameters.count ? .missingArgument : .tooManyArguments, id,
        "\(quote(callee.type)) takes \(parameters.count) argument\(parameters.count == 1 ? "" : "s"), not \(arguments.count)"
      )
      return .error
    }
    let mark = scratch.count
    var failed = false
    for (argument, type) in zip(arguments, parameters) {
      if view.kind(argument) == .argument {
        report(.argumentByName, token: view[argument].token, "a function value takes its arguments by position")
        failed = true
      }
      let valueNode = view.kind(argument) == .argument ? NodeId(view[argument].a) : argument
      let given = typed(valueNode, as: type, .operand)
      scratch.append(given.index)
    }
    let list = takeList(from: mark)
    let result = TypeId(info.b)
    if failed { return .error }
    if types[result].kind == .fallible && reportIgnoredFailure(id, result) { return .error }
    context.references.append(Reference(kind: .callsValue, index: callee.type.index))
    if declarations.isFreeable(result, types) { context.temporaryCount += 1 }
    let call = emit(
      .callValue, result, a: callee.id.index, b: list, flags: temporaryDepth, at: position(node.token))
    return Expr(id: call, type: result)
  }

  func isFunctionValue(_ expr: Expr) -> Bool { expr.type != .error && types[expr.type].kind == .function }

  /// Whether a value is a function literal that captures locals, on one of the ways through it.
  func capturesLocals(_ expr: Expr) -> Bool { types[expr.type].kind == .function && capturesLocals(expr.id, depth: 0) }

  private func capturesLocals(_ id: TypedId, depth: Int) -> Bool {
    let node = code[id]
    if depth > 64 { return false }
    switch node.op {
    case .makeFunction: return node.b != 0
    case .blockValue, .arena: return capturesLocals(TypedId(node.a), depth: depth + 1)
    case .ifElse: return (0..<2).contains { capturesLocals(code.child(node.b + $0), depth: depth + 1) }
    case .match:
      return (0..<code.extra[node.b]).contains { capturesLocals(code.child(node.b + 2 + $0 * 2), depth: depth + 1) }
    default: return false
    }
  }

  func reportEscapingFunction(_ node: NodeId) {
    report(.escapingFunction, node, "a function that uses the locals around it can't be kept outside of a local") {
      $0.notes = ["behaviour that must be kept is an interface: a struct with what it needs, and a method"]
    }
  }

  /// `func(A, B): R`
  func functionType(_ node: Node) -> TypeId {
    let parameters = view.list(at: node.a).map { resolveType(NodeId($0)) }
    let resultNode = view.child(node.a + 2)
    let result = resultNode.exists ? resolveResult(resultNode) : .void
    return parameters.contains(.error) || result == .error
      ? .error : types.function(types.list(parameters), result: result)
  }
}
