// Statements, blocks and function bodies, with the flow of control and of assignments through them.

import ZongStores
import ZongSyntax

extension Checker {
  /// The statements of a block in a scope of their own.
  func block(_ id: NodeId) -> TypedId {
    let mark = localMark
    openScope()
    let list = statements(view.list(of: view[id]))
    closeScope()
    endLocals(since: mark, with: id)
    return emit(.block, .void, b: list, at: position(id))
  }

  /// Statements one after the other; what can't be reached is warned of once.
  func statements(_ items: UnsafeBufferPointer<UInt32>) -> UInt32 {
    declareNested(items)
    let mark = scratch.count
    appendStatements(items)
    return takeList(from: mark)
  }

  /// Checks statements and pushes what they become on `scratch`.
  func appendStatements(_ items: UnsafeBufferPointer<UInt32>) {
    // A block that isn't reached is part of something that has been reported.
    var warned = !context.flow.isReachable
    for index in items {
      let id = NodeId(index)
      if !context.flow.isReachable && !warned && !isDeclaration(view.kind(id)) {
        warned = true
        report(.unreachableCode, id, "this can't be reached")
      }
      let typed = statement(id)
      if typed.exists { scratch.append(typed.index) }
    }
  }

  private func isDeclaration(_ kind: NodeKind) -> Bool {
    kind == .function || kind == .structure || kind == .enumeration || kind == .interface || kind == .externBlock
      || kind == .constant || kind == .importDeclaration || kind == .test
  }

  /// A statement; none for what leaves nothing in the code.
  func statement(_ id: NodeId) -> TypedId { asStatement { partOfBlock(id) } }

  private func partOfBlock(_ id: NodeId) -> TypedId {
    let node = view[id]
    switch node.kind {
    case .variable: return variable(id, node)
    case .constant: return localConstant(id, node)
    case .expressionStatement: return expressionStatement(id, node)
    case .assignment: return assignment(id, node)
    case .ifElse: return ifElse(id, node)
    case .loop: return loop(id, node)
    case .whileLoop: return whileLoop(id, node)
    case .forLoop: return forLoop(id, node)
    case .breakStatement, .continueStatement: return leaveLoop(id, node)
    case .returnStatement: return returnStatement(id, node)
    case .deleteStatement: return deleteStatement(id, node)
    case .block: return block(id)
    case .deferStatement: return deferStatement(id, node)
    case .arena: return arena(id, node)
    case .function: checkNestedFunction(id)
    case .structure, .enumeration: checkNestedMethods(id)
    case .interface: break
    case .match: return matchStatement(id, node)
    case .failStatement: return failStatement(id, node)
    case .externBlock, .error: break
    default: reportOddStatement(id, node.kind)
    }
    return .none
  }

  private func reportOddStatement(_ id: NodeId, _ kind: NodeKind) {
    switch kind {
    case .spawnStatement, .group: reportMissingFeature(id, "green threads")
    // Reported by the parser: it stands at the top level only.
    case .importDeclaration: break
    case .test: reportMissingFeature(id, "`test` blocks")
    default: report(.notAValue, id, "this is not a statement")
    }
  }

  // MARK: Variables and constants

  private func variable(_ id: NodeId, _ node: Node) -> TypedId {
    let name = view.name(node.token)
    if context.isScript && scopeDepth == 1, case .global(let global) = symbol(name),
      declarations.globals[global.index].node == id
    {
      return scriptGlobal(id, node, global)
    }
    var type = node.a == 0 ? TypeId.error : resolveType(NodeId(node.a))
    var initial = TypedId.none
    if node.b != 0 {
      let (expr, found) = initialValue(NodeId(node.b), type: type, annotated: node.a != 0, name: name)
      initial = expr
      type = found
    } else if type != .error && types[type].hasDefaults {
      initial = zeroValue(type, at: position(node.token), node: id).id
    }
    let needsAssignment = node.b == 0 && type != .error && !startsAtZero(type)
    let local = addLocal(name, type, at: position(node.token), assigned: !needsAssignment)
    bind(name, .local(local), token: node.token)
    noteKept(initial)
    return emit(.declare, type, a: local.index, b: initial.index, at: position(node.token))
  }

  /// Locals of number and Boolean type must be assigned first, and those of types without a zero; structs, arrays,
  /// slices and text start at zero.
  private func startsAtZero(_ type: TypeId) -> Bool {
    let info = types[type]
    return info.hasZero && (info.kind != .builtin || type == .string)
  }

  /// The value of a declaration, and the variable's type.
  private func initialValue(_ node: NodeId, type: TypeId, annotated: Bool, name: NameId) -> (TypedId, TypeId) {
    if annotated {
      let expr = annotatedValue(node, type)
      return (coerce(expr, to: type, node, .initializer(name)).id, type)
    }
    let expr = settled(value(node), node)
    if expr.type == .error { return (.none, .error) }
    if expr.type == .never {
      report(.typeUnknown, node, "the type of `\(text(name))` isn't known from this value")
      return (.none, .error)
    }
    return (expr.id, expr.type)
  }

  /// A value whose type was said. Where that isn't known, `[]` isn't asked for it once more.
  func annotatedValue(_ node: NodeId, _ type: TypeId) -> Expr {
    if type == .error && view[node].kind == .listLiteral && view[node].b == 0 { return .error }
    return value(node, wanted: type)
  }

  private func scriptGlobal(_ id: NodeId, _ node: Node, _ global: GlobalId) -> TypedId {
    let name = view.name(node.token)
    var type = node.a == 0 ? TypeId.error : resolveType(NodeId(node.a))
    var initial = TypedId.none
    if node.b != 0 {
      (initial, type) = initialValue(NodeId(node.b), type: type, annotated: node.a != 0, name: name)
    } else if type != .error {
      initial = zeroValue(type, at: position(node.token), node: id).id
    }
    declarations.globals[global.index].type = type
    declarations.globals[global.index].state = .done
    guard initial.exists else { return .none }
    refer(to: global)
    noteKept(initial)
    let place = emit(.global, type, a: global.index, at: position(node.token))
    return emit(.assign, .void, a: place.index, b: initial.index, at: position(node.token))
  }

  private func localConstant(_ id: NodeId, _ node: Node) -> TypedId {
    let name = view.name(node.token)
    if context.isScript && scopeDepth == 1, case .constant = symbol(name) { return .none }
    localConstants.append(computeConstant(id))
    bind(name, .constant(localConstants.count - 1), token: node.token)
    return .none
  }

  // MARK: Expressions and assignments

  private func expressionStatement(_ id: NodeId, _ node: Node) -> TypedId {
    droppedExpression(NodeId(node.a), id, isDamaged: node.flags.contains(.damaged))
  }

  /// An expression that stands for what it does.
  func droppedExpression(_ inner: NodeId, _ id: NodeId, isDamaged: Bool) -> TypedId {
    if view.kind(inner) == .catchExpression {
      let typed = catchStatement(inner)
      return typed.exists ? emit(.expression, .void, a: typed.index, at: position(id)) : .none
    }
    let expr = expression(inner)
    if expr.type == .error || expr.type == .void || expr.type == .never {
      return expr.id.exists ? emit(.expression, .void, a: expr.id.index, at: position(id)) : .none
    }
    if expr.isPlace { requireAssigned(expr.id, inner) }
    let settledExpr = settled(expr, inner)
    if !context.flow.isReachable || isDamaged { return .none }
    if view.kind(inner) == .binary, view.tokenKind(view[inner].token) == .equalEqual {
      report(.droppedResult, inner, "this comparison does nothing") {
        $0.fixIts = [FixIt("assign with `=`", at: self.tokens.span(of: self.view[inner].token), replacement: "=")]
      }
    } else {
      report(.droppedResult, inner, "the result of this is not used") {
        $0.notes = ["`_ = ...;` drops it on purpose"]
      }
    }
    guard settledExpr.id.exists else { return .none }
    return emit(.expression, .void, a: settledExpr.id.index, at: position(id))
  }

  private func assignment(_ id: NodeId, _ node: Node) -> TypedId {
    let targetNode = NodeId(node.a)
    let valueNode = NodeId(node.b)
    let isCompound = view.tokenKind(node.token) != .equal
    if view.kind(targetNode) == .discard {
      let dropped = settled(value(valueNode), valueNode)
      return dropped.id.exists ? emit(.expression, .void, a: dropped.id.index, at: position(node.token)) : .none
    }
    if isCompound { return compoundAssignment(id, node, targetNode, valueNode) }
    if let length = lengthAssignment(targetNode, valueNode, node) { return length }
    let target = expression(targetNode)
    // What the target goes through is read; the target itself, if it is a whole local, is not.
    if target.isPlace && code[target.id].op != .local { requireAssigned(target.id, targetNode) }
    let expr = value(valueNode, wanted: target.type)
    guard target.type != .error else { return .none }
    guard target.isPlace else {
      reportNotAssignable(targetNode, target)
      return .none
    }
    let root = code[target.id]
    if root.op != .local && capturesLocals(expr) { reportEscapingFunction(valueNode) }
    let converted = coerce(expr, to: target.type, valueNode, .assignment)
    if root.op == .local { markAssigned(LocalId(root.a)) }
    guard converted.id.exists else { return .none }
    noteKept(converted.id)
    return emit(.assign, .void, a: target.id.index, b: converted.id.index, at: position(node.token))
  }

  private func compoundAssignment(_ id: NodeId, _ node: Node, _ targetNode: NodeId, _ valueNode: NodeId) -> TypedId {
    if let length = lengthAssignment(targetNode, valueNode, node) { return length }
    let target = value(targetNode)
    guard let op = binaryOperator(view.tokenKind(node.token)) else { return .none }
    let operand = value(valueNode, wanted: op.isShift ? .error : target.type)
    guard target.type != .error, operand.type != .error else { return .none }
    guard target.isPlace else {
      reportNotAssignable(targetNode, target)
      return .none
    }
    let at = position(node.token)
    if op.isShift {
      let count = settled(operand, valueNode)
      guard target.type.isInteger, count.type.isInteger else {
        report(
          .badOperands, id,
          "`\(op.text)=` works on integers, not on \(quote(target.type.isInteger ? count.type : target.type))")
        return .none
      }
      return emit(.compoundAssign, .void, a: target.id.index, b: count.id.index, flags: op.rawValue, at: at)
    }
    // The operator's own rules say what fits; the node that this makes is dropped.
    let result = binary(id, node, op, target, operand)
    guard result.type != .error else { return .none }
    let combined = code[result.id]
    if combined.op == .concatenate {
      return emit(
        .compoundAssign, .void, a: target.id.index, b: combined.b, flags: op.rawValue, at: at, site: .text, of: .string)
    }
    guard combined.op == .binary else { return .none }
    if result.id.index + 1 == UInt32(code.nodes.count) { code.nodes.removeLast() }
    return emit(.compoundAssign, .void, a: target.id.index, b: combined.b, flags: op.rawValue, at: at)
  }

  /// `items.length = n`, `items.length -= n`.
  private func lengthAssignment(_ targetNode: NodeId, _ valueNode: NodeId, _ node: Node) -> TypedId? {
    let member = view[targetNode]
    guard member.kind == .member, view.nameOf(member.token) == builtins.length,
      view.kind(NodeId(member.a)) != .typeName
    else { return nil }
    let target = expression(targetNode)
    guard target.type != .error, code[target.id].op == .length else { return nil }
    let slice = TypedId(code[target.id].a)
    let sliceType = code[slice].type
    guard types.isSlice(sliceType), isPlace(slice) else {
      _ = value(valueNode)
      report(.notAssignable, targetNode, "only the length of a stored slice can be changed")
      return TypedId.none
    }
    let length = typed(valueNode, as: .i64, .length)
    require(.setLength)
    // The operator of a compound assignment, plus one.
    let op = binaryOperator(view.tokenKind(node.token)).map { $0.rawValue + 1 } ?? 0
    return emit(.assignLength, .void, a: slice.index, b: length.index, flags: op, at: position(node.token))
  }

  private func isPlace(_ id: TypedId) -> Bool {
    switch code[id].op {
    case .local, .global, .dereference, .element: true
    case .field: isPlace(TypedId(code[id].a))
    default: false
    }
  }

  private func reportNotAssignable(_ node: NodeId, _ target: Expr) {
    let inner = code[target.id]
    report(.notAssignable, node, "this can't be assigned to") {
      if inner.op == .element && self.code[TypedId(inner.a)].type == .string {
        $0.notes = ["a `String` can't be changed; use a `U8[]`"]
      } else if self.constantValue(of: target) != nil {
        $0.notes = ["a constant has no storage; what changes is declared with `var`"]
      } else if inner.op == .unwrapOptional {
        $0.notes = ["what an optional holds isn't changed in place; assign a new value to the optional"]
      } else if inner.op == .capacity {
        $0.notes = ["the capacity is set when the slice is made: `T[](capacity: n)`"]
      } else {
        $0.notes = ["variables, fields, elements and what a pointer points to can be assigned to"]
      }
    }
  }

  // MARK: Branches and loops

  func condition(_ id: NodeId, _ what: String) -> TypedId {
    if view.kind(id) == .bindingCondition { return bindingCondition(id, what) }
    return typed(id, as: .boolean, .condition(what))
  }

  private func ifElse(_ id: NodeId, _ node: Node) -> TypedId {
    openScope()
    let test = condition(NodeId(node.a), "if")
    let thenNode = view.child(node.b)
    let elseNode = view.child(node.b + 1)
    let before = context.flow
    let mark = localMark(condition: test)
    let thenBranch = block(thenNode)
    closeScope()
    endLocals(since: mark, with: thenNode)
    var elseBranch = TypedId.none
    if elseNode.exists {
      let afterThen = context.flow
      context.flow = before
      elseBranch = statement(elseNode)
      context.flow.merge(afterThen)
    } else {
      context.flow.merge(before)
    }
    return emit(
      .ifElse, .void, a: test.index, b: words(thenBranch.index, elseBranch.index), at: position(node.token))
  }

  private func enterLoop(_ labelToken: UInt32) -> UInt32 {
    let token = TokenId(labelToken)
    let label = labelToken == 0 ? NameId.none : view.name(token)
    if label != .none, context.loops.contains(where: { $0.label == label }) {
      report(.redeclared, token: token, "the label `\(text(label))` is already the name of a loop around this one")
    }
    let number = context.loopCount
    context.loopCount += 1
    context.loops.append(LoopContext(label: label, number: number, exit: nil))
    return number
  }

  private func loop(_ id: NodeId, _ node: Node) -> TypedId {
    let number = enterLoop(node.a)
    let body = block(NodeId(node.b))
    let exit = context.loops.removeLast().exit
    if let exit {
      context.flow = exit
    } else {
      context.flow.isReachable = false
    }
    return emit(.loop, .void, a: body.index, b: number, at: position(node.token))
  }

  private func whileLoop(_ id: NodeId, _ node: Node) -> TypedId {
    openScope()
    let test = condition(NodeId(node.a), "while")
    let isEndless = test.exists && code[test].op == .integer && code[test].a == 1
    var after = context.flow
    let number = enterLoop(view.word(node.b))
    let mark = localMark(condition: test)
    let body = block(view.child(node.b + 1))
    closeScope()
    endLocals(since: mark, with: view.child(node.b + 1))
    let exit = context.loops.removeLast().exit
    if isEndless { after.isReachable = false }
    after.touched.formUnion(context.flow.touched)
    if let exit { after.merge(exit) }
    context.flow = after
    return emit(.whileLoop, .void, a: test.index, b: words(body.index, number), at: position(node.token))
  }

  private func forLoop(_ id: NodeId, _ node: Node) -> TypedId {
    let iterated = NodeId(node.a)
    return view.kind(iterated) == .range ? forRange(id, node, view[iterated]) : forEach(id, node, iterated)
  }

  private func forRange(_ id: NodeId, _ node: Node, _ range: Node) -> TypedId {
    let lowNode = NodeId(range.a)
    let highNode = NodeId(range.b)
    var low = value(lowNode)
    var high = value(highNode, wanted: low.type.isInteger ? low.type : .error)
    if low.type.isUntyped && high.type.isInteger { low = convertConstant(low, to: high.type, lowNode) }
    if high.type.isUntyped && low.type.isInteger { high = convertConstant(high, to: low.type, highNode) }
    low = settled(low, lowNode)
    high = settled(high, highNode)
    var type = low.type
    if low.type != .error && high.type != .error && (low.type != high.type || !low.type.isInteger) {
      let wrong = low.type.isInteger ? high : low
      let wrongNode = low.type.isInteger ? highNode : lowNode
      report(
        .badOperands, wrongNode,
        low.type.isInteger && high.type.isInteger
          ? "the ends of the range differ: \(quote(low.type)) and \(quote(high.type))"
          : "the ends of a range must be integers, not \(quote(wrong.type))")
      type = .error
    }
    if TokenId(view.word(node.b + 1)) != .none {
      report(.notIterable, token: TokenId(view.word(node.b + 1)), "a range has no index; write `for i in a..b`")
    }
    if node.flags.contains(.byPointer) {
      report(.notIterable, iteratedNode(node), "the numbers of a range aren't stored, so there are no pointers to them")
    }
    let itemToken = TokenId(view.word(node.b + 2))
    let (item, body, number) = loopBody(node, indexToken: .none, indexType: .i64, itemToken: itemToken, itemType: type)
      .asRange
    let extra = words(
      item.index, low.id.index, high.id.index, range.flags.contains(.inclusive) ? 1 : 0, body.index, number)
    return emit(.forRange, .void, b: extra, at: position(node.token))
  }

  private func iteratedNode(_ node: Node) -> NodeId { NodeId(node.a) }

  struct LoopBody {
    var index: LocalId
    var item: LocalId
    var body: TypedId
    var number: UInt32
    var asRange: (LocalId, TypedId, UInt32) { (item, body, number) }
  }

  /// The body of a `for` in the scope of its variables.
  func loopBody(_ node: Node, indexToken: TokenId, indexType: TypeId, itemToken: TokenId, itemType: TypeId)
    -> LoopBody
  {
    var after = context.flow
    let number = enterLoop(view.word(node.b))
    let mark = localMark
    openScope()
    var index = LocalId.none
    if indexToken != .none && view.tokenKind(indexToken) != .underscore {
      index = addLocal(view.name(indexToken), indexType, at: position(indexToken), assigned: true)
      bind(view.name(indexToken), .local(index), token: indexToken)
    }
    let isNamed = itemToken != .none && view.tokenKind(itemToken) != .underscore
    let item = addLocal(isNamed ? view.name(itemToken) : .none, itemType, at: position(node.token), assigned: true)
    if isNamed { bind(view.name(itemToken), .local(item), token: itemToken) }
    let body = block(view.child(node.b + 3))
    closeScope()
    endLocals(since: mark, with: view.child(node.b + 3))
    let exit = context.loops.removeLast().exit
    after.touched.formUnion(context.flow.touched)
    if let exit { after.merge(exit) }
    context.flow = after
    return LoopBody(index: index, item: item, body: body, number: number)
  }

  private func forEach(_ id: NodeId, _ node: Node, _ iterated: NodeId) -> TypedId {
    let object = value(iterated)
    let info = types[object.type]
    if let loop = forNext(id, node, iterated, object) { return loop }
    var itemType = TypeId.error
    let byPointer = node.flags.contains(.byPointer)
    if object.type == .string {
      itemType = .u32
      require(.decode)
      if byPointer {
        report(.notIterable, iterated, "text gives code points, which aren't stored; there are no pointers to them")
      }
    } else if info.kind == .slice || info.kind == .array {
      itemType = byPointer ? types.pointer(to: info.element) : info.element
      if info.kind == .array && byPointer {
        if object.isPlace {
          markAddressTaken(object.id)
        } else {
          report(
            .notAddressable, iterated, "the elements of this array aren't stored; keep the array in a variable first")
        }
      }
    } else if info.kind == .optional {
      reportMayBeNull(iterated, object.type, "its elements")
    } else if object.type != .error {
      report(.notIterable, iterated, "`for` can't go through \(quote(object.type))") {
        if object.type.isInteger || object.type == .untypedInteger {
          $0.notes = ["to count, write a range: `for i in 0..\(self.sourceText(iterated))`"]
        }
      }
    }
    let loop = loopBody(
      node, indexToken: TokenId(view.word(node.b + 1)), indexType: .i64, itemToken: TokenId(view.word(node.b + 2)),
      itemType: itemType)
    let extra = words(loop.index.index, loop.item.index, byPointer ? 1 : 0, loop.body.index, loop.number)
    return emit(.forEach, .void, a: object.id.index, b: extra, at: position(node.token))
  }

  private func leaveLoop(_ id: NodeId, _ node: Node) -> TypedId {
    let isBreak = node.kind == .breakStatement
    let word = isBreak ? "break" : "continue"
    let token = TokenId(node.a)
    guard let index = findLoop(token) else {
      if token == .none {
        report(.outsideLoop, id, "`\(word)` stands outside of any loop")
      } else {
        report(.unknownLabel, token: token, "no loop around this is labelled `\(text(view.name(token)))`") {
          let labels = self.context.loops.map { $0.label }.filter { $0 != .none }.map { self.text($0) }
          if let near = nearestName(to: self.text(self.view.name(token)), among: labels) {
            $0.fixIts = [FixIt("write `\(near)`", at: $0.span, replacement: near)]
          } else if labels.isEmpty {
            $0.notes = ["a label stands before its loop: `\(self.text(self.view.name(token))): loop { ... }`"]
          } else {
            $0.notes = ["the labels here are \(labels.map { "`\($0)`" }.joined(separator: ", "))"]
          }
        }
      }
      leaveUnknownLoop()
      return .none
    }
    if index < context.loopsAroundDefer ?? 0 {
      reportLeavesDefer(id, word, "the loop around the `defer` goes on or ends without it")
      context.flow.isReachable = false
      return .none
    }
    if isBreak {
      var exit = context.flow
      if let earlier = context.loops[index].exit { exit.merge(earlier) }
      context.loops[index].exit = exit
    }
    context.flow.isReachable = false
    return emit(isBreak ? .breakLoop : .continueLoop, .void, a: context.loops[index].number, at: position(node.token))
  }

  /// A `break` of a label that isn't there may be meant for any loop around it: what follows them can be reached.
  private func leaveUnknownLoop() {
    if context.loops.isEmpty { return }
    for index in context.loops.indices {
      var exit = context.flow
      if let earlier = context.loops[index].exit { exit.merge(earlier) }
      context.loops[index].exit = exit
    }
    context.flow.isReachable = false
  }

  private func findLoop(_ label: TokenId) -> Int? {
    if label == .none { return context.loops.isEmpty ? nil : context.loops.count - 1 }
    return context.loops.lastIndex { $0.label == view.name(label) }
  }

  /// Whether a result that is returned here leaves arenas, out of which it must be copied.
  func leavesArenas() -> Bool {
    guard context.arenaDepth > 0, declarations.holdsStorage(context.result, types) else { return false }
    context.references.append(Reference(kind: .leaves, index: context.result.index))
    return true
  }

  private func returnStatement(_ id: NodeId, _ node: Node) -> TypedId {
    let result = successType(context.result)
    if context.loopsAroundDefer != nil {
      reportLeavesDefer(id, "return", "the function's result is computed before its `defer` statements run")
    }
    var value = TypedId.none
    if node.a != 0 {
      if result == .void {
        _ = expression(NodeId(node.a))
        let what = context.isScript ? "a script's top level" : "this function"
        report(.badReturn, NodeId(node.a), "\(what) returns nothing, but here is a value") {
          if !self.context.isScript { $0.notes = ["a function that returns a value says so: `func name(): T`"] }
        }
      } else {
        value = typed(NodeId(node.a), as: result, .result)
      }
    } else if result != .void && result != .error {
      report(.badReturn, id, "`return` needs a value here: the function returns \(quote(result))")
    }
    noteKept(value)
    if isFallible(context.result) {
      let at = position(node.token)
      value =
        value.exists
        ? emit(.wrapOptional, context.result, a: value.index, at: at) : emit(.zero, context.result, at: at)
    }
    context.flow.isReachable = false
    let at = position(node.token)
    if leavesArenas() && value.exists {
      let kind: SiteKind = result == .string ? .text : .slice
      return emit(.returnValue, .void, a: value.index, at: at, site: kind, of: result)
    }
    return emit(.returnValue, .void, a: value.index, at: at)
  }
}
