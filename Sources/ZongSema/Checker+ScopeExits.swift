// Statements about the end of a block: `defer`.

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

  /// A statement as a block.
  private func blockOfOne(_ id: NodeId) -> TypedId {
    openScope()
    let list = withUnsafePointer(to: id.index) { statements(UnsafeBufferPointer(start: $0, count: 1)) }
    closeScope()
    return emit(.block, .void, b: list, at: position(id))
  }

  /// Reports a statement that would leave a `defer`.
  func reportLeavesDefer(_ id: NodeId, _ word: String, _ note: String) {
    report(.leavesDefer, id, "`\(word)` can't leave a `defer`") { $0.notes = [note] }
  }
}
