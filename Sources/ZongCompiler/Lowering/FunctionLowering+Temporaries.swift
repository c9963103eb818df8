// Texts, lists and errors that a statement makes and nothing keeps beyond it (`TypedNode.isTemporary`): each is noted in a
// variable and freed at the statement's end. If a way out of a block is taken within the statement, they are freed where
// the block is left as well. `_drop` frees only what is still there, so that it may come twice, and where nothing was made.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// A statement that is being lowered: what there was before it, and what holds of the one around it.
  struct OpenStatement {
    let droppable: Int
    let ways: Int
    let ends: Int
    let isInLoopCondition: Bool
    let scope: Int?
  }

  /// Begins a statement. Not with a closure for what it consists of: that would count references for each statement.
  func beginStatement() -> OpenStatement {
    let open = OpenStatement(
      droppable: droppable.count, ways: waysTaken, ends: openExitScope.map { exitScopes[$0].ends.count } ?? 0,
      isInLoopCondition: isInLoopCondition, scope: statementScope)
    (isInLoopCondition, statementScope) = (false, nil)
    return open
  }

  /// Ends a statement: frees what it has made.
  func endStatement(_ open: OpenStatement) {
    (isInLoopCondition, statementScope) = (open.isInLoopCondition, open.scope)
    if droppable.count != open.droppable { dropTemporaries(since: open) }
  }

  private func dropTemporaries(since open: OpenStatement) {
    let (first, ways) = (open.droppable, open.ways)
    if builder.isOpen {
      for variable in droppable[first...] { drop(variable) }
      // No way out of the block needs to free them.
      if ways == waysTaken { removeTemporaries(from: open.ends) }
    }
    // On a way out, what is deferred runs before they are freed, and must not use their variables.
    let mayBeUsedAgain = ways == waysTaken || !exitScopes.contains { $0.defers }
    if mayBeUsedAgain { spareDroppable += droppable[first...] }
    droppable.removeSubrange(first...)
  }

  /// Notes a value that is freed at the end of the statement, and gives it back.
  func droppedAtEnd(_ value: Value, _ node: TypedNode) -> Value {
    guard node.isTemporary, builder.isOpen, program.runtime(.drop) != .none else { return value }
    for pointer in storage(of: value, node.type) {
      let variable = spareDroppable.popLast() ?? builder.variable(.i64)
      if isInLoopCondition { drop(variable) }
      builder.set(variable, pointer)
      droppable.append(variable)
      endAtExit(temporary: variable, in: statementScope)
    }
    return value
  }

  /// Frees what a value leads to at the end of the block that is open.
  func dropAtEndOfBlock(_ value: Value, _ type: TypeId) {
    for pointer in storage(of: value, type) {
      let variable = builder.variable(.i64)
      builder.set(variable, pointer)
      endAtExit(temporary: variable, in: nil)
    }
  }

  func drop(_ variable: VariableId) { _ = callRuntime(.drop, [builder.get(variable)]) }

  /// The pointers to the storage of a value that can be freed (`Declarations.isFreeable`).
  private func storage(of value: Value, _ type: TypeId) -> [ValueId] {
    var inner = types[type]
    while inner.kind == .optional || inner.kind == .fallible { inner = types[inner.element] }
    // A text and a slice begin with their pointer; an error is two texts, a pointer and a length each.
    return declarations.isError(inner) ? [value[0], value[2]] : [value[0]]
  }
}
