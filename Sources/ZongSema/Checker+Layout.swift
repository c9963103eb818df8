// The layout of structs and enums: what their fields hold, and where.

import ZongStores
import ZongSyntax

extension Checker {
  /// Resolves a struct's fields and lays it out, if that hasn't been done.
  func layOut(_ id: StructureId) {
    let info = declarations.structures[id.index]
    if info.state != .pending { return }
    declarations.structures[id.index].state = .underway
    layingOut(info.type, in: info.part) {
      var layout = Layout()
      withTypeArguments(of: info.isLocal ? 0 : info.instance) {
        for index in 0..<Int(info.fieldCount) { layOutField(info.firstField, index, &layout) }
      }
      let scalar = !layout.inMemory && layout.leaves <= TypeStore.maximumLeaves && layout.leaves > 0
      finishLayout(info.type, token: view[info.node].token, layout, leaves: scalar ? layout.leaves : 0)
      declarations.structures[id.index].state = .done
    }
  }

  // MARK: Order

  /// Whether a type that was named needs no layout yet. While another layout is underway, a field lays out what it holds
  /// in place, and the rest follows in its turn: what is only pointed to may hold what is underway. In a function, whose
  /// types know the names of their block only now, just those behind pointers can wait.
  var canWait: Bool { !layoutStack.isEmpty && (waitingConstraints != nil || indirection > 0) }

  func withIndirection<R>(_ count: Int, _ body: () -> R) -> R {
    let outer = indirection
    indirection = count
    let result = body()
    indirection = outer
    return result
  }

  /// Runs `body` with a layout underway. Other checkers see no instance whose layout still waits.
  func layingOut(_ type: TypeId, in part: PartId, _ body: () -> Void) {
    makingInstances { _ in
      let saved = partId
      enter(part)
      layoutStack.append(type)
      withIndirection(0, body)
      layoutStack.removeLast()
      enter(saved)
      if layoutStack.isEmpty && !laysOutWaiting { layOutWaiting() }
    }
  }

  private func layOutWaiting() {
    laysOutWaiting = true
    while let type = waitingInstances.popLast() { layOutHeld(type) }
    laysOutWaiting = false
  }

  /// Lays out a new instance, at once or after the layouts underway.
  func layOutInstance(_ type: TypeId) {
    if layoutStack.isEmpty { layOutHeld(type) } else { waitingInstances.append(type) }
  }

  /// Lays out the struct or enum that a value of the type holds in place.
  private func layOutHeld(_ type: TypeId) {
    let info = types[innermost(type)]
    if info.kind == .structure {
      let id = StructureId(info.a)
      let structure = declarations.structures[id.index]
      if structure.state != .pending { return }
      if structure.instance == 0 || structure.isLocal { layOut(id) } else { quietly { layOut(id) } }
    } else if info.kind == .enumeration {
      let id = EnumerationId(info.a)
      let enumeration = declarations.enumerations[id.index]
      if enumeration.state != .pending { return }
      if enumeration.instance == 0 { layOut(id) } else { quietly { layOut(id) } }
    }
  }

  // MARK: Fields

  /// Runs `body` with the type parameters of an instance; as it is if there are none.
  func withTypeArguments(of instance: UInt32, _ body: () -> Void) {
    if instance == 0 { body() } else { withTypeArguments(instance, body) }
  }

  struct Layout {
    var size: UInt64 = 0
    var alignment: UInt32 = 1
    var leaves: UInt32 = 0
    var inMemory = false
    var hasZero = true
    var hasDefaults = false
  }

  /// Lays out the field `index` of those from `first` on.
  func layOutField(_ first: UInt32, _ index: Int, _ layout: inout Layout) {
    let at = Int(first) + index
    let field = declarations.fields[at]
    let typeNode = NodeId(view[field.node].a)
    var type = resolveType(typeNode)
    layOutHeld(type)
    if containsUnfinished(type) {
      reportCycle(typeNode, type)
      type = .error
    }
    for other in Int(first)..<at where declarations.fields[other].name == field.name && !field.isPositional {
      let first = view[declarations.fields[other].node].token
      report(.redeclared, token: view[field.node].token, "two fields are named `\(text(field.name))`") {
        $0.labels = [Label(self.tokens.span(of: first), "the first")]
      }
      break
    }
    declarations.fields[at].type = type
    setThunkResult(field.defaultValue, type)
    if type == .error { return }
    let info = types[type]
    let alignment = UInt64(info.alignment)
    layout.size = (layout.size + alignment - 1) / alignment * alignment
    declarations.fields[at].offset = UInt32(min(layout.size, UInt64(UInt32.max)))
    declarations.fields[at].firstLeaf = layout.leaves
    layout.size += UInt64(info.size)
    layout.alignment = max(layout.alignment, info.alignment)
    layout.leaves = min(layout.leaves + info.leafCount, 1_000_000)
    if info.leafCount == 0 { layout.inMemory = true }
    if !info.hasZero && field.defaultValue == .none { layout.hasZero = false }
    if info.hasDefaults || field.defaultValue != .none { layout.hasDefaults = true }
  }

  /// Gives a struct or enum its layout.
  func finishLayout(_ type: TypeId, token: TokenId, _ layout: Layout, leaves: UInt32) {
    let alignment = UInt64(layout.alignment)
    let size = (layout.size + alignment - 1) / alignment * alignment
    let kind = types[type].kind == .structure ? "struct" : "enum"
    if size > TypeStore.maximumSize {
      report(.typeTooLarge, token: token, "the \(kind) `\(show(type))` is larger than 1 GiB")
    }
    let fits = types.setLayout(
      type, size: UInt32(min(size, TypeStore.maximumSize)), alignment: layout.alignment, leafCount: leaves,
      hasZero: layout.hasZero, hasDefaults: layout.hasDefaults)
    if !fits { report(.typeTooLarge, token: token, "an array of `\(show(type))` in it is larger than 1 GiB") }
  }

  /// Whether a value of the type holds, in place, a struct whose layout is underway.
  private func containsUnfinished(_ type: TypeId) -> Bool {
    let type = innermost(type)
    return isDeclared(type) && layoutStack.contains(type)
  }

  private func isDeclared(_ type: TypeId) -> Bool {
    types[type].kind == .structure || types[type].kind == .enumeration
  }

  /// What arrays and optionals hold in place.
  private func innermost(_ type: TypeId) -> TypeId {
    var type = type
    while types[type].kind == .array || (types[type].kind == .optional && !types.isThinOptional(type)) {
      type = types[type].element
    }
    return type
  }

  private func reportCycle(_ node: NodeId, _ type: TypeId) {
    guard let start = layoutStack.lastIndex(of: innermost(type)) else { return }
    let cycle = layoutStack[start...].map { show($0) } + [show(layoutStack[start])]
    let kind = types[layoutStack[start]].kind == .structure ? "struct" : "enum"
    report(.recursiveStructure, node, "the \(kind) `\(cycle[0])` would contain itself") {
      $0.notes = [
        "the cycle: \(cycle.joined(separator: " → "))",
        "a pointer (`\(self.show(self.innermost(type)))*\(self.types[type].kind == .optional ? "?" : "")`) or a slice breaks the cycle",
      ]
    }
  }
}
