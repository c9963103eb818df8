// `for` over what has a method `next`, which gives one item after the other and then null; and over what has a method
// `items` that makes such a thing, so that the loop goes through it without changing it.

import ZongStores
import ZongSyntax

extension Checker {
  /// The loop, or null if the object has neither method.
  func forNext(_ id: NodeId, _ node: Node, _ iterated: NodeId, _ object: Expr) -> TypedId? {
    let info = types[object.type]
    let owner = info.kind == .pointer ? info.element : object.type
    guard [.structure, .enumeration, .interface, .parameter].contains(types[owner].kind) else { return nil }
    let at = position(node.token)
    let next = iteration(builtins.next, of: owner, iterated)
    if next != .none {
      let receiver = receiver(object, iterated, isPointer: owner != object.type, at: at)
      if receiver.type == .error { return TypedId.none }
      // The pointer to it is found once, before the loop.
      let local = addLocal(.none, receiver.type, at: at, assigned: true)
      let declaration = emit(.declare, receiver.type, a: local.index, b: receiver.id.index, at: at)
      let pointer = emit(.local, receiver.type, a: local.index, at: at)
      return inBlock(declaration, forNext(node, next, Expr(id: pointer, type: receiver.type), at), at)
    }
    let items = iteration(builtins.items, of: owner, iterated)
    if items == .none { return nil }
    let itemsType = declarations.functions[items.index].result
    let itemsNext = iteration(builtins.next, of: itemsType, iterated)
    if itemsNext == .none { return nil }
    let receiver = receiver(object, iterated, isPointer: owner != object.type, at: at)
    if receiver.type == .error { return TypedId.none }
    // The iterator is an unnamed variable that is made once, before the loop.
    let local = addLocal(.none, itemsType, at: at, assigned: true)
    markAddressTaken(local)
    let made = callMethod(items, receiver.id, itemsType, at)
    let declaration = emit(.declare, itemsType, a: local.index, b: made.index, at: at)
    let place = emit(.local, itemsType, a: local.index, at: at)
    let pointer = types.pointer(to: itemsType)
    let address = emit(.addressOf, pointer, a: place.index, at: at)
    return inBlock(declaration, forNext(node, itemsNext, Expr(id: address, type: pointer), at), at)
  }

  private func inBlock(_ first: TypedId, _ second: TypedId, _ at: Position) -> TypedId {
    scratch.append(first.index)
    scratch.append(second.index)
    return emit(.block, .void, b: takeList(from: scratch.count - 2), at: at)
  }

  /// A method without parameters that gives an optional (`next`) or something else, or none.
  private func iteration(_ name: NameId, of type: TypeId, _ node: NodeId) -> FunctionId {
    let found = method(name, of: type, at: node)
    if found == .none { return .none }
    let info = declarations.functions[found.index]
    if info.isStatic || info.parameterCount != 1 || needsTypeArguments(info) { return .none }
    if name == builtins.next && types[info.result].kind != .optional { return .none }
    return found
  }

  private func callMethod(_ method: FunctionId, _ receiver: TypedId, _ result: TypeId, _ at: Position) -> TypedId {
    refer(to: method)
    return emit(.call, result, a: method.index, b: words(1, 0, receiver.index), at: at)
  }

  /// `while var item = object.next() { }`
  private func forNext(_ node: Node, _ next: FunctionId, _ object: Expr, _ at: Position) -> TypedId {
    let optional = declarations.functions[next.index].result
    let element = types[optional].element
    let first = TokenId(view.word(node.b + 1))
    let second = TokenId(view.word(node.b + 2))
    if node.flags.contains(.byPointer) {
      report(.notIterable, token: second, "what `next` gives isn't stored, so there are no pointers to it")
    }
    let entry = addLocal(.none, element, at: at, assigned: true)
    let call = callMethod(next, object.id, optional, at)
    let test = emit(.bindOptional, .boolean, a: call.index, b: entry.index, at: at)
    let isEntry = isMapEntry(element)
    if first != .none && !isEntry {
      report(.notIterable, token: first, "there is no index here; write `for item in ...`") {
        $0.notes = ["two names are for slices, arrays, text and maps"]
      }
    }
    let fields = isEntry ? (0..<2).map { declarations.field(declarations.structures[types[element].a], $0) } : []
    let keyType = isEntry ? fields[0].type : .error
    let itemType = isEntry ? fields[first == .none ? 0 : 1].type : element
    let loop = loopBody(
      node, indexToken: first, indexType: keyType, itemToken: second, itemType: itemType)
    // The names are variables of the body, made anew in each round.
    let mark = scratch.count
    if isEntry && loop.index != .none {
      scratch.append(declare(loop.index, keyType, entry, element, field: 0, at).index)
    }
    if isEntry {
      scratch.append(declare(loop.item, itemType, entry, element, field: first == .none ? 0 : 1, at).index)
    } else {
      let value = emit(.local, element, a: entry.index, at: at)
      scratch.append(emit(.declare, element, a: loop.item.index, b: value.index, at: at).index)
    }
    scratch.append(loop.body.index)
    let body = emit(.block, .void, b: takeList(from: mark), at: at)
    return emit(.whileLoop, .void, a: test.index, b: words(body.index, loop.number), at: at)
  }

  private func declare(
    _ local: LocalId, _ type: TypeId, _ entry: LocalId, _ entryType: TypeId, field: UInt32, _ at: Position
  ) -> TypedId {
    let place = emit(.local, entryType, a: entry.index, at: at)
    let value = emit(.field, type, a: place.index, b: field, at: at)
    return emit(.declare, type, a: local.index, b: value.index, at: at)
  }

  /// What a map's iterator gives: a struct of the library with a key and a value.
  private func isMapEntry(_ type: TypeId) -> Bool {
    guard types[type].kind == .structure else { return false }
    let info = declarations.structures[types[type].a]
    return declarations.parts[Int(info.part.index)].isCore && info.name == builtins.entry
  }
}
