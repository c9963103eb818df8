// `expect(condition)`: as `assert`, and if the condition is a comparison, both sides are shown.

import ZongStores
import ZongSyntax

extension Checker {
  /// The mark, in place of the `char:` format, of text that is written in quotes.
  package static let quotedText: UInt32 = 1

  /// `expect(condition)`, `expect(condition, "message")`
  func callExpect(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    guard expectCount(1...2, id, node, "`expect(condition)` or `expect(condition, \"message\")`") else { return .error }
    let condition = typed(arguments[0], as: .boolean, .condition("expect"))
    guard condition.exists, code[condition].type == .boolean else {
      if arguments.count == 2 { _ = expression(arguments[1]) }
      return .error
    }
    var sides = ExpectedSides()
    let compared = splitComparison(condition, arguments[0], &sides, at)
    let mark = scratch.count
    // What is written is evaluated only if the condition fails.
    let before = context.flow
    pushNote(sourceText(arguments[0], limit: 200), at)
    for (label, side) in [("\nleft:  ", sides.left), ("\nright: ", sides.right)] where side.type != .error {
      pushNote(label, at)
      pushQuoted(side)
    }
    if arguments.count == 2 {
      pushNote("\n", at)
      _ = pushPieces(arguments[1])
    }
    context.flow = before
    let pieces = takePieces(from: mark)
    let extra = words(pieces, sides.declarations.0.index, sides.declarations.1.index)
    return Expr(id: emit(.expect, .void, a: compared.index, b: extra, at: at), type: .void)
  }

  /// The sides of a comparison, each kept in a local of its own, which is declared before.
  private struct ExpectedSides {
    var left = Expr.error
    var right = Expr.error
    var declarations = (TypedId.none, TypedId.none)
  }

  /// The condition with the sides of its comparison taken apart; as it is if it is no comparison.
  private func splitComparison(
    _ condition: TypedId, _ node: NodeId, _ sides: inout ExpectedSides, _ at: Position
  ) -> TypedId {
    let typed = code[condition]
    guard typed.op == .binary, let op = BinaryOperator(rawValue: typed.flags), op.isComparison else { return condition }
    var inner = node
    while view.kind(inner) == .parenthesized { inner = NodeId(view[inner].a) }
    guard view.kind(inner) == .binary else { return condition }
    (sides.left, sides.declarations.0) = keep(TypedId(typed.a), NodeId(view[inner].a))
    (sides.right, sides.declarations.1) = keep(TypedId(typed.b), NodeId(view[inner].b))
    return emit(
      .binary, .boolean, a: sides.left.id.index, b: sides.right.id.index, flags: typed.flags, at: typed.position)
  }

  private func keep(_ value: TypedId, _ node: NodeId) -> (place: Expr, declaration: TypedId) {
    let type = code[value].type
    let at = position(node)
    let local = addLocal(.none, type, at: at, assigned: true)
    context.locals[Int(local.index)].isPartOfStatement = true
    let declaration = emit(.declare, type, a: local.index, b: value.index, at: at)
    let place = Expr(id: emit(.local, type, a: local.index, at: at), type: type, isPlace: true)
    return (place, declaration)
  }

  private func pushNote(_ text: String, _ at: Position) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { pushPiece(stringConstant($0, .string, at: at)) }
  }

  /// A value as it stands in a list: text in quotes.
  private func pushQuoted(_ side: Expr) {
    pushPiece(Expr(id: emit(.local, side.type, a: code[side.id].a, at: code[side.id].position), type: side.type))
    if side.type != .string { return }
    require(.writeQuoted)
    scratch.truncate(to: scratch.count - 1)
    scratch.append(Checker.quotedText)
  }
}
