// The ends of blocks: `defer`, `arena`, and where the scopes of locals end that pointers may lead to.

import ZongStores
import ZongSyntax

extension Checker {
  /// `defer statement`: a block of its own, checked with what holds where it stands. It may run after any statement
  /// behind it, so nothing that it assigns counts as assigned later.
  func deferStatement(_ id: NodeId, _ node: Node) -> TypedId {
    let before = context.flow
    let loopsAround = context.loopsAroundDefer
    context.loopsAroundDefer = context.loops.count
    let inner = NodeId(node.a)
    let body = view.kind(inner) == .block ? block(inner) : blockOfOne(inner)
    context.loopsAroundDefer = loopsAround
    let touched = context.flow.touched
    context.flow = before
    context.flow.touched.formUnion(touched)
    return emit(.deferStatement, .void, a: body.index, at: position(node.token))
  }

  /// `arena { }`
  func arena(_ id: NodeId, _ node: Node) -> TypedId {
    require(.enterArena)
    require(.leaveArena)
    context.arenaDepth += 1
    let body = block(NodeId(node.a))
    context.arenaDepth -= 1
    // Its site is its end.
    let end = Position(max(tree.span(of: NodeId(node.a)).end.offset, 1) - 1)
    return emit(.arena, .void, a: body.index, at: end, site: .end, of: .void)
  }

  /// A statement as a block.
  private func blockOfOne(_ id: NodeId) -> TypedId {
    let mark = localMark
    openScope()
    let list = withUnsafePointer(to: id.index) { statements(UnsafeBufferPointer(start: $0, count: 1)) }
    closeScope()
    endLocals(since: mark, with: id)
    return emit(.block, .void, b: list, at: position(id))
  }

  /// `arena { }` as a value.
  func arenaValue(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    require(.enterArena)
    require(.leaveArena)
    context.arenaDepth += 1
    var branch = branch(NodeId(node.a), wanted: wanted)
    context.arenaDepth -= 1
    if branch.value.type == .error { return .error }
    branch.value.id = outOfArena(branch.value, branch.node)
    let body = finish(branch)
    let end = Position(max(tree.span(of: NodeId(node.a)).end.offset, 1) - 1)
    return Expr(
      id: emit(.arena, branch.value.type, a: body.index, at: end, site: .end, of: .void), type: branch.value.type)
  }

  /// The value that an arena ends in, as it is used outside of it.
  private func outOfArena(_ value: Expr, _ node: NodeId) -> TypedId {
    guard isSettled(value.type), declarations.holdsStorage(value.type, types) else { return value.id }
    context.references.append(Reference(kind: .leaves, index: value.type.index))
    if declarations.isFreeable(value.type, types) { context.temporaryCount += 1 }
    return emit(
      .leaveArena, value.type, a: value.id.index, flags: temporaryDepth, at: position(node),
      site: value.type == .string ? .text : .slice, of: value.type)
  }

  // MARK: Ends of locals

  /// A point in a function's code, to find the locals that are declared behind it.
  struct LocalMark {
    fileprivate let locals: Int
    fileprivate let addressTaken: Int
  }

  var localMark: LocalMark { LocalMark(locals: context.locals.count, addressTaken: context.addressTaken.count) }

  /// A mark in front of what a condition declares.
  func localMark(condition: TypedId) -> LocalMark {
    var locals = context.locals.count
    switch code[condition].op {
    case .bindOptional: locals = min(locals, Int(code[condition].b))
    case .matchPattern: locals = min(locals, firstBound(TypedId(code[condition].b)).map { Int($0) } ?? locals)
    default: break
    }
    return LocalMark(locals: locals, addressTaken: context.addressTaken.count)
  }

  /// Notes where the scope ends of the locals that were declared since `mark` and whose address is taken: with `node`.
  func endLocals(since mark: LocalMark, with node: NodeId) {
    if context.addressTaken.count == mark.addressTaken { return }
    let span = tree.span(of: node)
    let end = Position(max(span.end.offset, 1) - 1)
    var kept = mark.addressTaken
    for index in mark.addressTaken..<context.addressTaken.count {
      let local = context.addressTaken[index]
      if Int(local.index) >= mark.locals {
        context.locals[Int(local.index)].end = end
      } else {
        context.addressTaken[kept] = local
        kept += 1
      }
    }
    context.addressTaken.removeLast(context.addressTaken.count - kept)
  }

  // MARK: Messages

  /// Reports a statement that would leave a `defer`.
  func reportLeavesDefer(_ id: NodeId, _ word: String, _ note: String) {
    report(.leavesDefer, id, "`\(word)` can't leave a `defer`") { $0.notes = [note] }
  }
}
