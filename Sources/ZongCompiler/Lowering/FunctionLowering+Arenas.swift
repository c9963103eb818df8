// `arena { }`, and what leaves it by `return` or as its value: text and slices are copied to the region around it, by functions derived
// for the types that hold such. Pointers pass unchanged; they are caught if they are used.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// `arena { }`: a scope around its block, so that what the block defers comes before the arena's end.
  func arena(_ id: TypedId, _ node: TypedNode) {
    let outer = enterArena(id)
    inExitScope { inArena(id, outer) { statement(TypedId(node.a)) } }
  }

  /// The same as a value: it is left at `place` before the arena ends, copied by a `leaveArena` where that is needed.
  func leaveValueOfArena(_ id: TypedId, _ node: TypedNode, at place: Place, _ type: TypeId) {
    let outer = enterArena(id)
    inExitScopeOfValue { inArena(id, outer) { leaveValue(of: TypedId(node.a), at: place, type) } }
  }

  private func enterArena(_ id: TypedId) -> VariableId {
    let site = site(id)
    let outer = builder.variable(.i32)
    builder.set(outer, callRuntime(.enterArena, [site], .i32))
    return outer
  }

  private func inArena(_ id: TypedId, _ outer: VariableId, _ body: () -> Void) {
    openArenas.append(outer)
    endAtExit(arenaAround: outer, at: id)
    body()
    openArenas.removeLast()
  }

  /// The end of an arena's block.
  func leaveArena(_ outer: VariableId, at id: TypedId) {
    builder.position = code[id].position.offset
    let site = site(id)
    _ = callRuntime(.leaveArena, [builder.get(outer), site])
  }

  // MARK: Results

  /// A result on its way out of the arenas that are open: outlives them, save for what pointers lead to. Null if
  /// there is nothing to copy.
  func copiedOut(_ value: Value, _ type: TypeId, at id: TypedId) -> Value? {
    guard let outer = openArenas.first, declarations.holdsStorage(type, types) else { return nil }
    let address = resultAddress.map { builder.get($0) } ?? temporary(type)
    return copied(value, type, through: address, outer: outer, at: id)
  }

  /// The value of the innermost arena that is open, as it is used around it.
  func leaveArena(_ id: TypedId, _ node: TypedNode) -> Value {
    let given = value(TypedId(node.a))
    guard builder.isOpen, let outer = openArenas.last else { return given }
    builder.position = node.position.offset
    return copied(given, node.type, through: temporary(node.type), outer: outer, at: id)
  }

  /// A copy of the value, by way of memory, whose parts lie in the region `outer` or where they lay further out.
  private func copied(
    _ value: Value, _ type: TypeId, through address: ValueId, outer: VariableId, at id: TypedId
  ) -> Value {
    store(value, type, to: .memory(address, 0))
    // Only where some type leads back to itself is the function in the program.
    if program.runtime(.beginLeaving) != .none { _ = callRuntime(.beginLeaving, []) }
    copyOut(type, address, outer: builder.get(outer), site: site(id))
    return load(type, from: .memory(address, 0))
  }

  /// Copies what the value at an address holds.
  private func copyOut(_ type: TypeId, _ address: ValueId, outer: ValueId, site: ValueId) {
    if type == .string {
      _ = callRuntime(.copyTextOut, [address, outer, site, label(of: type)])
    } else {
      _ = call(plan.derivedId(.leaves, type), [address, outer, site])
    }
  }

  /// The name of a part's type, by which the library finds its site.
  private func label(of part: TypeId) -> ValueId {
    builder.i32(Int32(bitPattern: plan.partLabels[part] ?? 0))
  }

  // MARK: The derived function

  /// func(address, outer, site)
  func lowerCopyingOut(_ type: TypeId) {
    let parameters = [builder.parameter(.i32), builder.parameter(.i32), builder.parameter(.i32)]
    let variables = parameters.map { parameter in
      let variable = builder.variable(.i32)
      builder.set(variable, parameter)
      return variable
    }
    let parts = LeavingParts(address: variables[0], outer: variables[1], site: variables[2])
    let info = types[type]
    switch info.kind {
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) {
        let field = declarations.field(structure, index)
        copyPartOut(field.type, plus(builder.get(parts.address), field.offset), parts)
      }
    case .enumeration:
      forEachCase(declarations.enumerations[info.a], parts.address) { enumCase in
        for index in 0..<Int(enumCase.fieldCount) {
          let field = declarations.field(enumCase, index)
          copyPartOut(field.type, plus(builder.get(parts.address), field.offset), parts)
        }
      }
    case .array: copyElementsOut(type, parts)
    case .slice: copySliceOut(type, parts)
    case .optional:
      let (present, absent, after) = branchOnFlag(type, parts.address)
      builder.begin(present)
      copyPartOut(info.element, builder.get(parts.address), parts)
      builder.jump(builder.edge(after))
      builder.begin(absent)
      builder.jump(builder.edge(after))
      builder.begin(after)
    // After a failure the value is zero, and there is nothing to copy.
    case .fallible: copyPartOut(info.element, builder.get(parts.address), parts)
    case .pointer, .builtin, .interface, .function, .parameter, .list: break
    }
    builder.returnValues(.empty)
  }

  /// The parameters of a derived function that copies out.
  private struct LeavingParts {
    let address: VariableId
    let outer: VariableId
    let site: VariableId
  }

  private func copyPartOut(_ type: TypeId, _ address: ValueId, _ parts: LeavingParts) {
    guard declarations.holdsStorage(type, types) else { return }
    copyOut(type, address, outer: builder.get(parts.outer), site: builder.get(parts.site))
  }

  private func copySliceOut(_ type: TypeId, _ parts: LeavingParts) {
    let element = types[type].element
    let size = builder.i64(Int64(types[element].size))
    let leadsBack = builder.i32(declarations.leadsBack(type, types) ? 1 : 0)
    let arguments = [
      builder.get(parts.address), size, builder.get(parts.outer), leadsBack, builder.get(parts.site), label(of: type),
    ]
    let holdsMore = callRuntime(.copySliceOut, arguments, .i32)
    guard declarations.holdsStorage(element, types) else { return }
    let more = builder.block()
    let after = builder.block()
    builder.branch(holdsMore, to: more, else: after)
    builder.begin(more)
    copyElementsOut(type, parts)
    builder.jump(builder.edge(after))
    builder.begin(after)
  }

  private func copyElementsOut(_ type: TypeId, _ parts: LeavingParts) {
    let element = types[type].element
    guard declarations.holdsStorage(element, types) else { return }
    loopOverElements(type, parts.address) { at, _ in copyPartOut(element, builder.get(at), parts) }
  }
}
