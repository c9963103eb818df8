// `if`, blocks and arenas as values: each branch ends in an expression, or never ends, and all have one type.

import ZongStores
import ZongSyntax

/// What a branch leaves: a value behind some statements, or nothing because its end isn't reached (type never).
struct Branch {
  var value: Expr
  /// The list of the statements before the value in `TypedCode.extra`; null for a bare expression.
  var statements: UInt32?
  /// The value's node, for messages.
  var node: NodeId
  var position: Position
}

extension Checker {
  /// An `if`, `match`, a block or an arena as an expression.
  func branchesAsValue(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let value = untypedBranches(id, node, wanted: wanted)
    return value.type.isUntyped && isBranching(value.id) ? settledBranches(value, id, wanted: wanted) : value
  }

  /// Branches of constants alone have no type of their own yet: they take that of the branches around them.
  private func settledBranches(_ expr: Expr, _ node: NodeId, wanted: TypeId) -> Expr {
    let guide = guide(wanted)
    return convertBranches(expr, to: isNumeric(guide) ? guide : expr.type == .untypedFloat ? .f64 : .i64, node)
  }

  private func untypedBranches(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    switch node.kind {
    case .ifElse: ifValue(id, node, wanted: wanted)
    case .match: matchValue(id, node, wanted: wanted)
    case .arena: arenaValue(id, node, wanted: wanted)
    default: blockValue(id, wanted: wanted)
    }
  }

  private func blockValue(_ id: NodeId, wanted: TypeId) -> Expr {
    let branch = branch(id, wanted: wanted)
    if branch.value.type == .error { return .error }
    return Expr(id: finish(branch), type: branch.value.type)
  }

  private func ifValue(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    openScope()
    let test = condition(NodeId(node.a), "if")
    let before = context.flow
    let mark = localMark(condition: test)
    let first = branch(view.child(node.b), wanted: wanted)
    closeScope()
    endLocals(since: mark, with: view.child(node.b))
    let elseNode = view.child(node.b + 1)
    guard elseNode.exists else {
      context.flow.merge(before)
      report(.noValue, id, "this `if` has no value when its condition is false") {
        $0.notes = ["an `if` that is used as a value has an `else`"]
      }
      return .error
    }
    let afterThen = context.flow
    context.flow = before
    let guide =
      wanted == .error && !first.value.type.isUntyped && isSettled(first.value.type) ? first.value.type : wanted
    let second = branch(elseNode, wanted: guide)
    context.flow.merge(afterThen)
    var branches = [first, second]
    let type = unify(&branches, wanted: wanted)
    if type == .error || !test.exists { return .error }
    let list = words(finish(branches[0]).index, finish(branches[1]).index)
    return Expr(id: emit(.ifElse, type, a: test.index, b: list, at: position(node.token)), type: type)
  }

  // MARK: A branch

  /// Checks a branch: a block, an `if`, an expression, or a statement that leaves.
  func branch(_ id: NodeId, wanted: TypeId) -> Branch {
    let node = view[id]
    switch node.kind {
    case .block: return blockBranch(id, node, wanted: wanted)
    case .ifElse, .match, .arena:
      return Branch(
        value: untypedBranches(id, node, wanted: wanted), statements: nil, node: id, position: position(id))
    case .returnStatement, .breakStatement, .continueStatement, .failStatement, .assignment, .loop, .whileLoop,
      .forLoop:
      let mark = scratch.count
      let typed = statement(id)
      if typed.exists { scratch.append(typed.index) }
      return Branch(
        value: endlessValue(id), statements: takeList(from: mark), node: id, position: position(id))
    default:
      return Branch(value: expressionValue(id, wanted: wanted), statements: nil, node: id, position: position(id))
    }
  }

  private func expressionValue(_ id: NodeId, wanted: TypeId) -> Expr {
    let expr = expression(id, wanted: wanted)
    if expr.type == .void {
      report(.noValue, id, "this branch has no value", label: "the function returns nothing")
      return .error
    }
    if expr.isPlace { requireAssigned(expr.id, id) }
    return expr
  }

  private func blockBranch(_ id: NodeId, _ node: Node, wanted: TypeId) -> Branch {
    let items = view.list(of: node)
    let localMark = localMark
    openScope()
    declareNested(items)
    let mark = scratch.count
    let last = items.last.map { NodeId($0) } ?? .none
    let tail = last.exists ? tailValue(last) : .none
    let count = tail.exists ? items.count - 1 : items.count
    appendStatements(UnsafeBufferPointer(rebasing: items[..<count]))
    var value: Expr
    if tail.exists {
      value = tailBranch(tail, wanted: wanted)
    } else {
      value = endlessValue(last.exists ? last : id)
    }
    value.isPlace = false
    let list = takeList(from: mark)
    closeScope()
    endLocals(since: localMark, with: id)
    return Branch(value: value, statements: list, node: tail.exists ? tail : id, position: position(id))
  }

  /// The expression that a block ends in, or none.
  private func tailValue(_ id: NodeId) -> NodeId {
    switch view.kind(id) {
    case .expressionStatement: NodeId(view[id].a)
    case .ifElse, .block, .match, .arena: id
    default: .none
    }
  }

  private func tailBranch(_ id: NodeId, wanted: TypeId) -> Expr {
    if !context.flow.isReachable {
      report(.unreachableCode, id, "this can't be reached")
    }
    let node = view[id]
    switch node.kind {
    case .ifElse, .block, .match, .arena: return untypedBranches(id, node, wanted: wanted)
    default: return expressionValue(id, wanted: wanted)
    }
  }

  /// The value of a branch that ends in a statement: none is needed if its end isn't reached.
  private func endlessValue(_ node: NodeId) -> Expr {
    if !context.flow.isReachable { return Expr(id: .none, type: .never) }
    report(.noValue, node, "this branch ends without a value") {
      $0.notes = ["a branch of a value ends in an expression, or in `return`, `fail`, `break`, `continue`, `panic`"]
    }
    return .error
  }

  /// The typed node of a branch.
  func finish(_ branch: Branch) -> TypedId {
    guard let statements = branch.statements else { return branch.value.id }
    return emit(
      .blockValue, branch.value.type, a: branch.value.id.index, b: statements,
      flags: UInt8(clamping: scopeDepth + 1), at: branch.position)
  }

  // MARK: One type for all branches

  /// Brings the values of all branches to one type, and returns it.
  func unify(_ branches: inout [Branch], wanted: TypeId) -> TypeId {
    if branches.contains(where: { $0.value.type == .error }) { return .error }
    let valued = branches.indices.filter { branches[$0].value.type != .never }
    guard let first = valued.first.map({ branches[$0].value.type }) else { return .never }
    if isSettled(first) && valued.allSatisfy({ branches[$0].value.type == first }) { return first }
    let target = commonType(valued.map { branches[$0].value }, wanted: wanted)
    if target == .error {
      reportDifference(branches, valued)
      return .error
    }
    if target.isUntyped { return target }
    var failed = false
    for index in valued where branches[index].value.type != target {
      branches[index].value = coerce(branches[index].value, to: target, branches[index].node, .other)
      if branches[index].value.type == .error { failed = true }
    }
    return failed ? .error : target
  }

  func isSettled(_ type: TypeId) -> Bool {
    !type.isUntyped && type != .null && type != .error && type != .never
  }

  /// The type that all values fit, or `.error`.
  private func commonType(_ values: [Expr], wanted: TypeId) -> TypeId {
    if wanted != .error, values.allSatisfy({ fits($0, wanted) }) { return wanted }
    guard let concrete = values.first(where: { isSettled($0.type) })?.type else {
      if values.contains(where: { $0.type == .null }) {
        let others = values.filter { $0.type != .null }
        guard let constant = others.first else { return .error }
        let isFloat = others.contains { $0.type == .untypedFloat }
        return types.optional(of: isFloat || constant.type == .untypedFloat ? .f64 : .i64)
      }
      return values.contains { $0.type == .untypedFloat } ? .untypedFloat : .untypedInteger
    }
    let optional = values.first { types[$0.type].kind == .optional }?.type
    for candidate in [concrete, optional ?? types.optional(of: concrete)]
    where values.allSatisfy({ fits($0, candidate) }) {
      return candidate
    }
    return .error
  }

  private func fits(_ expr: Expr, _ type: TypeId) -> Bool {
    if expr.type == type || (expr.type.isUntyped && isNumeric(type)) { return true }
    if type == .bytes && expr.type == .string && code[expr.id].op == .string { return true }
    return types[type].kind == .optional && (expr.type == .null || fitsOptional(expr, types[type].element))
  }

  private func reportDifference(_ branches: [Branch], _ valued: [Int]) {
    let first = branches[valued[0]]
    guard let other = valued.first(where: { branches[$0].value.type != first.value.type }) else {
      _ = reportLoneNull(first.node)
      return
    }
    let found = settledType(branches[other].value.type)
    report(
      .branchesDiffer, branches[other].node,
      "the branches have different types: \(quote(settledType(first.value.type))) and \(quote(found))",
      label: "this is \(quote(found))"
    ) {
      $0.labels = [Label(self.tree.span(of: first.node), "this is \(self.quote(self.settledType(first.value.type)))")]
    }
  }

  /// The type that a constant takes by itself.
  func settledType(_ type: TypeId) -> TypeId {
    type == .untypedInteger ? .i64 : type == .untypedFloat ? .f64 : type
  }

  // MARK: Branches of constants

  /// Whether the value is chosen between branches.
  func isBranching(_ id: TypedId) -> Bool {
    guard id.exists else { return false }
    switch code[id].op {
    case .ifElse, .blockValue, .match, .arena: return true
    default: return false
    }
  }

  /// Gives branches of constants a type.
  func convertBranches(_ expr: Expr, to type: TypeId, _ node: NodeId) -> Expr {
    let typed = code[expr.id]
    var converted = true
    if typed.op == .blockValue || typed.op == .arena {
      code.nodes[expr.id.index].a = convertBranch(typed.a, type, node, &converted)
    } else if typed.op == .match {
      for arm in 0..<code.extra[typed.b] {
        let index = typed.b + 2 + arm * 2
        code.extra[index] = convertBranch(code.extra[index], type, node, &converted)
      }
    } else {
      for index in typed.b..<typed.b + 2 {
        code.extra[index] = convertBranch(code.extra[index], type, node, &converted)
      }
    }
    code.nodes[expr.id.index].type = type
    return converted ? Expr(id: expr.id, type: type) : .error
  }

  private func convertBranch(_ index: UInt32, _ type: TypeId, _ node: NodeId, _ converted: inout Bool) -> UInt32 {
    let id = TypedId(index)
    guard id.exists, code[id].type.isUntyped else { return index }
    let isLiteral = code[id].flags & Checker.literalFlag != 0
    let result = convertConstant(Expr(id: id, type: code[id].type, isLiteral: isLiteral), to: type, node)
    if result.type == .error { converted = false }
    return result.id.index
  }
}
