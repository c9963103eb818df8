// Declarations as the checker resolves them: signatures, struct layouts, globals, bodies.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Signatures

  /// Resolves the types of a function's parameters and result.
  func resolveSignature(_ id: FunctionId) {
    let info = declarations.functions[id.index]
    if info.kind == .test { return }
    enter(info.part)
    if info.instance == 0 || info.isLocal { return resolveSignature(id, info) }
    reportParameterNames(info)
    withTypeArguments(info.instance) { resolveSignature(id, info) }
  }

  private func resolveSignature(_ id: FunctionId, _ info: FunctionInfo) {
    let node = view[info.node]
    for index in (info.isMethod ? 1 : 0)..<Int(info.parameterCount) {
      let at = Int(info.firstParameter) + index
      let parameter = declarations.parameters[at]
      let typeNode = NodeId(view[parameter.node].a)
      let type = typeNode.exists ? resolveType(typeNode) : .error
      declarations.parameters[at].type = type
      setThunkResult(parameter.defaultValue, type)
      reportTwice(parameter.name, index, info)
    }
    let resultNode = view.child(node.a + 4)
    declarations.functions[id.index].result = resultNode.exists ? resolveResult(resultNode) : .void
    if info.kind == .imported { checkImport(id) }
    if info.isExported { checkExport(id) }
  }

  /// Reports type parameters of one name.
  private func reportParameterNames(_ info: FunctionInfo) {
    let all = declarations.typeParameters(of: declarations.instances[info.instance].generic)
    for (index, parameter) in all.enumerated() where all[..<index].contains(where: { $0.name == parameter.name }) {
      if ownParameters(of: info).contains(where: { $0.type == parameter.type }) {
        report(.redeclared, token: parameter.nameToken, "two type parameters are named `\(text(parameter.name))`")
      }
    }
  }

  func setThunkResult(_ thunk: FunctionId, _ type: TypeId) {
    if thunk != .none { declarations.functions[thunk.index].result = type }
  }

  private func reportTwice(_ name: NameId, _ index: Int, _ info: FunctionInfo) {
    // A parameter `self` of a method has been reported as such.
    if name == builtins.discard || (info.isMethod && name == Names.selfName) { return }
    for other in 0..<index where declarations.parameter(info, other).name == name {
      let first = declarations.parameter(info, other).node
      report(
        .redeclared, token: view[declarations.parameter(info, index).node].token,
        "two parameters are named `\(text(name))`"
      ) {
        $0.labels = [Label(self.tokens.span(of: self.view[first].token), "the first")]
      }
      return
    }
  }

  private func isHostType(_ type: TypeId, pointers: Bool) -> Bool {
    type.isNumber || type == .boolean || type == .error || (pointers && types.isPointer(type))
  }

  private func checkImport(_ id: FunctionId) {
    let info = declarations.functions[id.index]
    for index in 0..<Int(info.parameterCount) {
      let parameter = declarations.parameter(info, index)
      if !isHostType(parameter.type, pointers: true) {
        report(.badExtern, parameter.node, "an `extern` function can't take \(quote(parameter.type))") {
          $0.notes = ["numbers, `Boolean` and pointers can be given to the host"]
        }
      }
    }
    if info.result != .void && !isHostType(info.result, pointers: false) {
      report(.badExtern, info.node, "an `extern` function can't return \(quote(info.result))") {
        $0.notes = ["numbers and `Boolean` can come from the host; no pointer comes from outside"]
      }
    }
  }

  private func checkExport(_ id: FunctionId) {
    let info = declarations.functions[id.index]
    for index in 0..<Int(info.parameterCount) {
      let parameter = declarations.parameter(info, index)
      if !isHostType(parameter.type, pointers: false) {
        report(.badExport, parameter.node, "an exported function can't take \(quote(parameter.type))") {
          $0.notes = ["numbers and `Boolean` can come from the host; no pointer comes from outside"]
        }
      }
    }
    if info.result != .void && !isHostType(info.result, pointers: false) {
      report(.badExport, info.node, "an exported function can't return \(quote(info.result))") {
        $0.notes = ["numbers and `Boolean` can be given to the host"]
      }
    }
  }

  // MARK: Globals

  /// A global's type; its initialiser is checked if that tells the type.
  func globalType(_ id: GlobalId) -> TypeId {
    let info = declarations.globals[id.index]
    switch info.state {
    case .done: return info.type
    case .underway:
      let part = declarations.parts[Int(info.part.index)]
      let name = text(info.name)
      diagnostics.report(
        .globalCycle, at: part.tokens.span(of: part.tree[info.node].token), "the type of `\(name)` depends on itself"
      ) { $0.notes = ["give it a type: `var \(name): T = ...`"] }
      declarations.globals[id.index].state = .done
      return .error
    case .pending: break
    }
    if info.isScript { return .error }
    declarations.globals[id.index].state = .underway
    let saved = partId
    enter(info.part)
    let node = view[info.node]
    var type = node.a == 0 ? TypeId.error : resolveType(NodeId(node.a))
    if node.a != 0 {
      declarations.globals[id.index].type = type
      declarations.globals[id.index].state = .done
    }
    if info.initializer != .none {
      declarations.functions[info.initializer.index].result = type
      type = checkThunk(info.initializer, annotated: node.a != 0, name: info.name)
    } else if type != .error {
      initializeWithZero(id, type)
    }
    declarations.globals[id.index].type = type
    declarations.globals[id.index].state = .done
    enter(saved)
    return type
  }

  /// A global without an initialiser: nothing to do for zero bytes; defaults need a function.
  private func initializeWithZero(_ id: GlobalId, _ type: TypeId) {
    let info = declarations.globals[id.index]
    if !types[type].hasZero {
      report(.noZeroValue, info.node, "\(quote(type)) has no zero value, so `\(text(info.name))` must be given one") {
        $0.notes = self.missingZero(type)
      }
      return
    }
    if !types[type].hasDefaults { return }
    var thunk = FunctionInfo(kind: .globalInitializer, name: .none, part: info.part, node: info.node)
    thunk.result = type
    let function = FunctionId(declarations.functions.add(thunk))
    declarations.globals[id.index].initializer = function
    inFunction(function, result: type) {
      let value = self.zeroValue(type, at: self.position(info.node), node: info.node)
      return value.id.exists ? self.emit(.returnValue, .void, a: value.id.index, at: self.position(info.node)) : .none
    }
  }

  // MARK: Bodies

  /// Checks a default value or a global's initialiser; returns the type of its value.
  @discardableResult
  func checkThunk(_ id: FunctionId, annotated: Bool, name: NameId) -> TypeId {
    let info = declarations.functions[id.index]
    enter(info.part)
    if info.instance == 0 || info.isLocal { return checkThunk(id, info, annotated: annotated, name: name) }
    return withTypeArguments(info.instance) { checkThunk(id, info, annotated: annotated, name: name) }
  }

  private func checkThunk(_ id: FunctionId, _ info: FunctionInfo, annotated: Bool, name: NameId) -> TypeId {
    var type = info.result
    inFunction(id, result: type) {
      let node = info.node
      let mark = self.localMark
      var expr = annotated ? self.annotatedValue(node, type) : self.value(node, wanted: type)
      self.endLocals(since: mark, with: node)
      if annotated {
        expr = self.coerce(expr, to: type, node, .initializer(name))
      } else {
        expr = self.settled(expr, node)
        type = expr.type == .never ? .error : expr.type
      }
      return self.emit(.returnValue, .void, a: expr.id.index, at: self.position(node))
    }
    declarations.functions[id.index].result = type
    return type
  }

  /// Checks the body of a declared function.
  func checkFunction(_ id: FunctionId) {
    let info = declarations.functions[id.index]
    if info.isChecked { return }
    enter(info.part)
    if info.instance == 0 || info.isLocal { return checkFunction(id, info) }
    nestedInstances.removeAll()
    withTypeArguments(info.instance) { checkFunction(id, info) }
  }

  private func checkFunction(_ id: FunctionId, _ info: FunctionInfo) {
    let bodyNode = info.kind == .test ? NodeId(view[info.node].a) : view.child(view[info.node].a + 5)
    if info.instance == 0 || info.isLocal || declarations.instances[info.instance].isTemplate { checkDefaults(info) }
    guard bodyNode.exists else { return }
    inFunction(id, result: info.result) {
      let mark = self.localMark
      self.openScope()
      for index in 0..<Int(info.parameterCount) {
        let parameter = self.declarations.parameter(info, index)
        let token = self.view[parameter.node].token
        let local = self.addLocal(parameter.name, parameter.type, at: self.position(token), assigned: true)
        self.context.locals[Int(local.index)].isParameter = true
        if parameter.name != self.builtins.discard && parameter.name != .none {
          self.bindings.append(
            Binding(
              name: parameter.name, entity: .local(local), shadowed: self.latest[parameter.name.index],
              position: self.position(token)))
          self.latest[parameter.name.index] = UInt32(self.bindings.count)
        }
      }
      let body = self.bodyBlock(bodyNode)
      self.closeScope()
      self.endLocals(since: mark, with: bodyNode)
      let isWhole = self.view.kind(bodyNode) == .block && !self.view[bodyNode].flags.contains(.damaged)
      if isWhole && self.context.flow.isReachable && self.successType(info.result) != .void && info.result != .error {
        self.reportMissingReturn(info, bodyNode)
      }
      return body
    }
  }

  /// The block of a function. One of the library's that was left out is read now, into a part of its own: library
  /// functions are checked by one thread, when they are found to be used.
  private func bodyBlock(_ id: NodeId) -> TypedId {
    let number = Int(view.leftOutBody(view[id].token))
    if number == 0 { return block(id) }
    let outer = partId
    var index = part.tokens.leftOut[number - 1].part
    if index == 0 {
      let tokens = Lexer.tokenize(part.tokens.leftOut[number - 1], of: part.file, names: names, into: &diagnostics)
      extendNames()
      let tree = Parser.parseBody(tokens, into: &diagnostics)
      index = UInt32(declarations.parts.count)
      part.tokens.leftOut[number - 1].part = index
      declarations.parts.append(Part(tree: tree, module: part.module, seesCore: part.seesCore))
    }
    enter(PartId(index))
    let body = block(tree.root)
    enter(outer)
    return body
  }

  private func checkDefaults(_ info: FunctionInfo) {
    for index in 0..<Int(info.parameterCount) {
      let parameter = declarations.parameter(info, index)
      if parameter.defaultValue != .none, !declarations.functions[parameter.defaultValue.index].isChecked {
        checkThunk(parameter.defaultValue, annotated: true, name: parameter.name)
      }
    }
    enter(info.part)
  }

  func checkFieldDefaults(_ id: StructureId) {
    let info = declarations.structures[id.index]
    checkFieldDefaults(info.firstField, info.fieldCount, info.part)
  }

  func checkFieldDefaults(_ first: UInt32, _ count: UInt32, _ part: PartId) {
    for index in first..<first + count {
      let field = declarations.fields[index]
      if field.defaultValue != .none { checkThunk(field.defaultValue, annotated: true, name: field.name) }
    }
    enter(part)
  }

  private func reportMissingReturn(_ info: FunctionInfo, _ body: NodeId) {
    let span = tree.span(of: body)
    let close = Span(Position(span.end.offset &- 1), span.end)
    let tail = droppedTail(body)
    diagnostics.report(
      .missingReturn, at: close, "`\(text(info.name))` must return \(quote(info.result)), but its end can be reached",
      label: "no value is returned here"
    ) {
      let resultNode = self.view.child(self.view[info.node].a + 4)
      $0.labels = [Label(self.tree.span(of: resultNode), "because of this result type")]
      if let tail {
        $0.labels.append(Label(tail, "this value isn't returned"))
        $0.fixIts = [FixIt("return it", at: Span(tail.start, tail.start), replacement: "return ")]
      }
    }
  }

  /// The last statement of a body, if it could be what the function returns; the warnings are taken back that its value isn't
  /// used.
  private func droppedTail(_ body: NodeId) -> Span? {
    guard let last = view.list(of: view[body]).last.map(NodeId.init) else { return nil }
    let leaves = tailLeaves(last)
    guard leaves > 0 else { return nil }
    let span = tree.span(of: last)
    let dropped = diagnostics.removeLast(leaves) {
      $0.kind == .droppedResult && $0.span.start >= span.start && $0.span.end <= span.end
    }
    return dropped ? span : nil
  }

  /// How many expressions could be the value of a statement, one for each way through it; 0 if there is a way with none.
  private func tailLeaves(_ statement: NodeId) -> Int {
    let node = view[statement]
    switch node.kind {
    case .expressionStatement: return 1
    case .block: return view.list(of: node).last.map { tailLeaves(NodeId($0)) } ?? 0
    case .ifElse:
      let branches = [view.child(node.b), view.child(node.b + 1)].map { $0.exists ? tailLeaves($0) : 0 }
      return branches.contains(0) ? 0 : branches[0] + branches[1]
    default: return 0
    }
  }

  /// Checks the script's statements.
  func checkScript(_ id: FunctionId, withVariables: Bool) {
    let lastPart = declarations.parts.lastIndex { $0.module == .program } ?? 0
    inFunction(id, result: .void) {
      self.context.isScript = true
      let localMark = self.localMark
      self.openScope()
      let mark = self.scratch.count
      for (index, part) in self.declarations.parts.enumerated() where part.module == .program {
        self.enter(PartId(UInt32(index)))
        self.scratch.append(self.scriptPart(part, withVariables: withVariables))
        if index == lastPart { break }
      }
      self.closeScope()
      self.endLocals(since: localMark, with: self.tree.root)
      return self.emit(.block, .void, b: self.takeList(from: mark), at: .none)
    }
  }

  private func scriptPart(_ part: Part, withVariables: Bool) -> UInt32 {
    let root = view[tree.root]
    let mark = scratch.count
    var warned = false
    for item in view.list(of: root) {
      let id = NodeId(item)
      switch view.kind(id) {
      case .function, .structure, .externBlock, .constant, .enumeration, .interface, .importDeclaration, .test: continue
      case .variable where !withVariables: continue
      default: break
      }
      if !context.flow.isReachable && !warned {
        warned = true
        report(.unreachableCode, id, "this can't be reached")
      }
      let typed = statement(id)
      if typed.exists { scratch.append(typed.index) }
    }
    return emit(.block, .void, b: takeList(from: mark), at: position(tree.root)).index
  }

  // MARK: Functions inside functions

  /// Makes the functions and structs that a block declares known in the whole block.
  func declareNested(_ items: UnsafeBufferPointer<UInt32>) {
    var functions: [FunctionId] = []
    var structures: [StructureId] = []
    var enumerations: [EnumerationId] = []
    for item in items {
      let id = NodeId(item)
      let kind = view.kind(id)
      guard kind == .function || kind == .structure || kind == .enumeration || kind == .interface else { continue }
      guard let symbol = declareNested(id) else { continue }
      if case .function(let function) = symbol { functions.append(function) }
      if case .structure(let structure) = symbol { structures.append(structure) }
      if case .enumeration(let enumeration) = symbol { enumerations.append(enumeration) }
      bind(view.nameOf(view[id].token), .symbol(symbol), token: view[id].token)
    }
    for structure in structures { layOut(structure) }
    for enumeration in enumerations { layOut(enumeration) }
    for structure in structures { resolveMethods(of: declarations.structures[structure.index].type) }
    for enumeration in enumerations { resolveMethods(of: declarations.enumerations[enumeration.index].type) }
    for function in functions { resolveSignature(function) }
    for structure in structures { checkFieldDefaults(structure) }
    for enumeration in enumerations { checkFieldDefaults(enumeration) }
  }

  func checkNestedFunction(_ id: NodeId) {
    guard case .function(let function) = nestedSymbol(id) else { return }
    let saved = partId
    checkFunction(function)
    enter(saved)
  }

  /// Runs `body` in the context of a function and stores what it makes.
  func inFunction(_ id: FunctionId, result: TypeId, _ body: () -> TypedId) {
    var outer = spareContext.take() ?? FunctionContext()
    swap(&context, &outer)
    context.reset(id: id, result: result, boundary: bindings.count, scopeBoundary: scopeStarts.count)
    let firstNode = UInt32(code.nodes.count)
    let root = body()
    var info = declarations.functions[id.index]
    info.code = codeIndex
    info.body = root
    info.firstNode = firstNode
    info.endNode = UInt32(code.nodes.count)
    info.takesAddresses = context.takesAddresses
    if context.temporaryCount > 0 {
      info.makesTemporaries = true
      require(.drop)
    }
    if outer.id != .none { _ = emit(.nestedFunction, .void, a: firstNode, at: .none) }
    info.firstLocal = UInt32(code.locals.count)
    info.localCount = UInt32(context.locals.count)
    code.locals.append(contentsOf: context.locals.elements)
    info.firstReference = UInt32(code.references.count)
    info.referenceCount = UInt32(context.references.count)
    code.references.append(contentsOf: context.references.elements)
    info.isChecked = true
    // The thunk's own result may have been set meanwhile.
    info.result = declarations.functions[id.index].result
    declarations.functions[id.index] = info
    swap(&context, &outer)
    spareContext = consume outer
  }
}
