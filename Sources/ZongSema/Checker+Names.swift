// What a name means at a place, and what to say when it means nothing.

import ZongLibrary
import ZongStores
import ZongSyntax

extension Checker {
  /// The meaning of a name, from the inside out: locals, then the module.
  func lookup(_ name: NameId) -> Entity {
    let entry = latest[name.index]
    if entry > bindingFloor {
      return bindings[Int(entry) - 1].entity
    }
    let symbol = symbol(name)
    // Nothing of the core is visible to programs by name.
    if symbol == .none && part.seesCore { return .symbol(declarations.coreSymbols[name]) }
    return .symbol(symbol)
  }

  /// The meaning of a type's name; the core's public types are visible to programs.
  func lookupType(_ name: NameId) -> Entity {
    let found = lookup(name)
    guard case .symbol(.none) = found, builtins.coreTypes.contains(name) else { return found }
    return .symbol(declarations.coreSymbols[name])
  }

  /// A name used as a value.
  func nameExpression(_ id: NodeId, _ node: Node, wanted: TypeId = .error) -> Expr {
    let name = view.nameOf(node.token)
    switch lookup(name) {
    case .local(let local):
      return localExpression(id, node, local, name)
    case .constant(let index):
      return constantExpression(localConstants[index], at: position(node.token))
    case .symbol(.global(let global)):
      return globalExpression(id, node, global)
    case .symbol(.constant(let constant)):
      return constantExpression(constantValue(constant), at: position(node.token))
    case .captured(let index):
      if Int(latest[name.index]) - 1 < context.boundary { return localExpression(id, node, .none, name) }
      return capturedPlace(index, at: position(node.token))
    case .symbol(.function(let function)):
      return functionAsValue(id, node, function, wanted: wanted)
    case .symbol(.notInThisVersion): return .error
    case .symbol(.module(let imported)):
      reportModuleAsValue(id, imported)
      return .error
    case .symbol(.structure), .symbol(.enumeration), .symbol(.interface), .type, .symbol(.none):
      reportUnknownName(id, name)
      return .error
    }
  }

  private func localExpression(_ id: NodeId, _ node: Node, _ local: LocalId, _ name: NameId) -> Expr {
    let entry = Int(latest[name.index]) - 1
    if entry < context.boundary {
      report(.capturedLocal, id, "`\(text(name))` belongs to the function around this one") {
        $0.labels = [Label(self.span(of: self.bindings[entry]), "declared here")]
        $0.notes = [
          "a declared function can't use the locals of the function it stands in; pass the value as an argument"
        ]
      }
      return .error
    }
    let info = context.locals[Int(local.index)]
    let place = emit(.local, info.type, a: local.index, at: position(node.token))
    return Expr(id: place, type: info.type, isPlace: true)
  }

  /// The value of a name that is a local of this function and assigned where it is declared: the common case of all
  /// expressions. Null for any other name.
  @inline(__always)
  func assignedLocal(_ node: Node) -> Expr? {
    let entry = Int(latest[view.name(node.token).index]) - 1
    guard entry >= context.boundary, case .local(let local) = bindings[entry].entity,
      context.trackedBits[local.index] < 0
    else { return nil }
    let type = context.locals[local.index].type
    return Expr(id: emit(.local, type, a: local.index, at: position(node.token)), type: type, isPlace: true)
  }

  func span(of binding: Binding) -> Span {
    Span(binding.position, Position(binding.position.offset + UInt32(names.bytes(of: binding.name).count)))
  }

  func globalExpression(_ id: NodeId, _ node: Node, _ global: GlobalId) -> Expr {
    if constantDepth > 0 {
      report(
        .notConstant, id,
        "`\(text(declarations.globals[global.index].name))` is a variable, and a constant can't depend on it"
      ) {
        $0.notes = ["if it never changes, declare it with `const`"]
      }
      return .error
    }
    refer(to: global)
    let type = globalType(global)
    let info = declarations.globals[global.index]
    if info.isScript && !types[type].hasZero && !context.isScript {
      // A stop shows the name.
      _ = code.strings.intern(text(info.name))
    }
    if info.isScript && context.isScript && position(node.token) < Position(info.position) {
      report(.usedBeforeDeclaration, id, "`\(text(info.name))` is used before it is declared") {
        let start = Position(info.position)
        let end = Position(info.position + UInt32(self.names.bytes(of: info.name).count))
        $0.labels = [Label(Span(start, end), "declared here")]
      }
    }
    return Expr(id: emit(.global, type, a: global.index, at: position(node.token)), type: type, isPlace: true)
  }

  func reportUnknownName(_ id: NodeId, _ name: NameId, isCalled: Bool = false) {
    let written = text(name)
    report(.unknownName, id, "there is nothing named `\(written)` here") { diagnostic in
      if let note = self.memberNote(name, isCalled: isCalled) {
        diagnostic.notes = [note]
      } else if let hint = NamesFromElsewhere.values[written] {
        diagnostic.notes = [hint]
      } else {
        if let near = nearestName(to: written, among: self.namesInScope()) { diagnostic.suggest(near) }
        if let note = self.libraryNote(written) { diagnostic.notes = [note] }
      }
    }
  }

  /// Which of the standard library's modules declare a name that is unknown here.
  func libraryNote(_ written: String) -> String? {
    let modules = Library.modules(declaring: written)
    guard let first = modules.first else { return nil }
    if modules.count == 1 { return "the module `\(first)` has it: `import \(first);` and `\(first).\(written)`" }
    return "modules that are taken in with `import` have it: "
      + modules.map { "`\($0).\(written)`" }.joined(separator: ", ")
  }

  private func namesInScope() -> [String] {
    var found: [String] = []
    for binding in bindings.elements.reversed() where binding.name != .none { found.append(text(binding.name)) }
    for name in symbols.names { found.append(text(name)) }
    for name in builtins.functions { found.append(text(name)) }
    return found
  }

  // MARK: Reading and assigning locals

  /// The local that a place lies in as a whole or in part, without going through a pointer or slice.
  func rootLocal(_ place: TypedId) -> LocalId? {
    var id = place
    while true {
      let node = code[id]
      switch node.op {
      case .local: return LocalId(node.a)
      case .field: id = TypedId(node.a)
      case .element:
        id = TypedId(node.a)
        if types[code[id].type].kind != .array { return nil }
      default: return nil
      }
    }
  }

  /// Reports a local that is read (or pointed to) before it is surely assigned.
  func requireAssigned(_ place: TypedId, _ id: NodeId) {
    guard let local = rootLocal(place) else { return }
    let bit = Int(context.trackedBits[Int(local.index)])
    if bit < 0 || !context.flow.isReachable || context.flow.assigned.contains(bit) { return }
    let info = context.locals[Int(local.index)]
    let name = text(info.name)
    let end = Position(info.position.offset + UInt32(names.bytes(of: info.name).count))
    let label = Label(Span(info.position, end), "declared here without a value")
    if context.flow.touched.contains(bit) {
      report(
        .mayBeUsedBeforeAssignment, id, "`\(name)` may be used before it is assigned",
        label: "not assigned on every path to here"
      ) {
        $0.labels = [label]
      }
    } else {
      report(.usedBeforeAssignment, id, "`\(name)` is used before it is assigned") { $0.labels = [label] }
    }
    // Once is enough.
    context.flow.assigned.insert(bit)
  }

  func markAssigned(_ local: LocalId) {
    let bit = Int(context.trackedBits[Int(local.index)])
    if bit >= 0 {
      context.flow.assigned.insert(bit)
      context.flow.touched.insert(bit)
    }
  }

  /// The local that holds the place must live in memory.
  func markAddressTaken(_ place: TypedId) {
    if let local = rootLocal(place) { markAddressTaken(local) }
  }

  func markAddressTaken(_ local: LocalId) {
    if context.locals[Int(local.index)].isAddressTaken { return }
    context.locals[Int(local.index)].isAddressTaken = true
    context.addressTaken.append(local)
    if context.takesAddresses { return }
    // What the core itself does with the addresses of its locals is known; an instance calls what programs declare.
    if part.isCore && declarations.functions[context.id.index].instance == 0 { return }
    context.takesAddresses = true
    // If the local outlives its scope.
    require(.newLocal)
    require(.endLocal)
  }
}
