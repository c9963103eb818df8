// Failure: functions with the result `T!`, and what their callers do about it: `?`, `!`, `??`, `catch`.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Types

  /// A function's result as it is written: only here may it be fallible.
  func resolveResult(_ id: NodeId) -> TypeId {
    let node = view[id]
    guard node.kind == .fallibleType else { return resolveType(id) }
    let element = node.a == 0 ? TypeId.void : resolveType(NodeId(node.a))
    return element == .error ? .error : types.fallible(of: element)
  }

  func isFallible(_ type: TypeId) -> Bool { types[type].kind == .fallible }

  /// What a function returns if it doesn't fail.
  func successType(_ result: TypeId) -> TypeId { isFallible(result) ? types[result].element : result }

  /// The library's `Error`.
  var errorType: TypeId {
    if case .structure(let id) = declarations.coreSymbols[Names.error] { return declarations.structures[id.index].type }
    return .error
  }

  // MARK: Calls that can fail

  /// The operand of what deals with a failure or a null: the only place where a fallible value may stand.
  func operandOfFailure(_ id: NodeId, wanted: TypeId? = nil) -> Expr {
    let outer = handledCall
    handledCall = withoutParentheses(id)
    defer { handledCall = outer }
    if let wanted { return value(id, wanted: wanted) }
    return settled(value(id), id)
  }

  private func withoutParentheses(_ id: NodeId) -> NodeId {
    var inner = id
    while view.kind(inner) == .parenthesized { inner = NodeId(view[inner].a) }
    return inner
  }

  /// Reports a call whose failure nobody looks at; true if it was one.
  func reportIgnoredFailure(_ id: NodeId, _ result: TypeId) -> Bool {
    if handledCall == id { return false }
    report(.ignoredFailure, id, "this can fail, and nothing is done about it") {
      let span = $0.span
      let end = Span(span.end, span.end)
      if self.isFallible(self.context.result) {
        $0.fixIts = [FixIt("pass the failure on", at: end, replacement: "?")]
      }
      $0.notes = [
        "`?` passes the failure on to the caller, `catch e { ... }` handles it, `!` stops the program"
          + (self.types[result].element == .void ? "" : ", `??` takes another value")
      ]
      if self.view.kind(self.handledCall) == .binary {
        $0.notes.append(
          "what follows handles all of `\(self.sourceText(self.handledCall))`; parentheses keep it to the call")
      }
    }
    return true
  }

  /// `fail error;`
  func failStatement(_ id: NodeId, _ node: Node) -> TypedId {
    let error = typed(NodeId(node.a), as: errorType, .operand)
    let at = position(node.token)
    defer { context.flow.isReachable = false }
    guard isFallible(context.result) else {
      if context.result != .error { reportCannotFail(id, "`fail` leaves a function that can fail") }
      return .none
    }
    if context.loopsAroundDefer != nil {
      reportLeavesDefer(id, "fail", "a failure in it is handled there, with `catch`")
      return .none
    }
    requireErrors()
    return emit(.fail, .void, a: error.index, at: at, site: .text, of: .string)
  }

  private func requireErrors() {
    require(.setError)
    require(.currentError)
  }

  private func reportCannotFail(_ node: NodeId, _ message: String) {
    report(.cannotFail, node, message) {
      if self.context.isScript {
        $0.notes = ["a script's top level can't fail; handle the failure with `catch`, or stop with `!`"]
        return
      }
      let function = self.declarations.functions[self.context.id.index]
      let written = function.result == .void ? "!" : "\(self.show(function.result))!"
      $0.notes = ["a function that can fail says so in its result: `func \(self.text(function.name))(...): \(written)`"]
    }
  }

  // MARK: Operators

  /// `e?`: the value, or out of the function with the failure or null.
  func propagate(_ id: NodeId, _ node: Node) -> Expr {
    let operandNode = NodeId(node.a)
    let operand = operandOfFailure(operandNode)
    if operand.type == .error { return .error }
    let info = types[operand.type]
    let at = position(node.token)
    if context.loopsAroundDefer != nil {
      reportLeavesDefer(id, "?", "a failure in it is handled there, with `catch`")
      return .error
    }
    var leave = TypedId.none
    switch info.kind {
    case .fallible where types[context.result].kind == .optional:
      // In an optional function a failure is a null.
      require(.dropError)
      leave = returnNull(at, flags: 1)
    case .fallible:
      guard isFallible(context.result) else {
        if context.result != .error { reportCannotFail(id, "`?` passes a failure on, but this function can't fail") }
        return .error
      }
      requireErrors()
      leave = emit(.fail, .void, at: at)
    case .optional:
      let success = successType(context.result)
      guard types[success].kind == .optional else {
        if context.result != .error {
          report(.cannotFail, id, "`?` passes a null on, but this function doesn't return an optional") {
            let source = self.sourceText(operandNode)
            $0.notes = [
              "`if var value = \(source) { ... }` goes on with the value; `??` takes another one instead, `!` stops the program"
            ]
          }
        }
        return .error
      }
      leave = returnNull(at, flags: 0)
    default:
      report(.notOptional, operandNode, "this is \(quote(operand.type)), which can't fail and is never null") {
        let place = self.tree.span(of: id)
        $0.fixIts = [FixIt("remove `?`", at: Span(Position(place.end.offset - 1), place.end), replacement: "")]
      }
      return .error
    }
    return Expr(
      id: emit(.propagate, info.element, a: operand.id.index, b: leave.index, at: at), type: info.element)
  }

  /// What leaves a function with an optional result with null.
  private func returnNull(_ at: Position, flags: UInt8) -> TypedId {
    _ = leavesArenas()
    let null = emit(.zero, context.result, at: at)
    return emit(.returnValue, .void, a: null.index, flags: flags, at: at)
  }

  /// `load() catch e { ... }` as a value.
  func catchExpression(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let (operand, local, mark) = beginCatch(node)
    let element = operand.type == .error ? TypeId.error : types[operand.type].element
    let bodyNode = view.child(node.b + 1)
    let before = context.flow
    if element == .void {
      let body = block(bodyNode)
      return endCatch(node, operand, local, mark, before, body, .void)
    }
    let branch = branch(bodyNode, wanted: element == .error ? wanted : element)
    var value = branch
    if value.value.type != .never { value.value = coerce(branch.value, to: element, branch.node, .other) }
    if value.value.type == .error {
      _ = endCatch(node, operand, local, mark, before, .none, element)
      return .error
    }
    return endCatch(node, operand, local, mark, before, finish(value), element)
  }

  /// The same as a statement, for what it does.
  func catchStatement(_ id: NodeId) -> TypedId {
    let node = view[id]
    let (operand, local, mark) = beginCatch(node)
    let before = context.flow
    let body = block(view.child(node.b + 1))
    return endCatch(node, operand, local, mark, before, body, .void).id
  }

  private func beginCatch(_ node: Node) -> (Expr, LocalId, LocalMark) {
    let operandNode = NodeId(node.a)
    var operand = operandOfFailure(operandNode)
    if operand.type != .error && !isFallible(operand.type) {
      report(.notOptional, operandNode, "this is \(quote(operand.type)), which can't fail") {
        if self.types[operand.type].kind == .optional { $0.notes = ["for null, write `?? other` or `if var`"] }
      }
      operand = .error
    }
    let mark = localMark
    openScope()
    let name = TokenId(view.word(node.b))
    var local = LocalId.none
    if name != .none && view.tokenKind(name) != .underscore {
      local = addLocal(view.name(name), errorType, at: position(name), assigned: true)
      bind(view.name(name), .local(local), token: name)
      context.locals[Int(local.index)].isCaughtError = true
      context.temporaryCount += 1
    }
    return (operand, local, mark)
  }

  private func endCatch(
    _ node: Node, _ operand: Expr, _ local: LocalId, _ mark: LocalMark, _ before: FlowState, _ body: TypedId,
    _ type: TypeId
  ) -> Expr {
    closeScope()
    endLocals(since: mark, with: view.child(node.b + 1))
    context.flow.merge(before)
    if operand.type == .error { return .error }
    requireErrors()
    require(local == .none ? .dropError : .takeError)
    let id = emit(
      .catchFailure, type, a: operand.id.index, b: words(local.index, body.index), at: position(node.token))
    return Expr(id: id, type: type)
  }
}
