// Statements: declarations, assignments, branches, loops.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// Lowers a statement; nothing if control can't come here.
  func statement(_ id: TypedId) {
    guard builder.isOpen, id.exists else { return }
    let node = code[id]
    builder.position = node.position.offset
    if node.op == .block {
      block(node)
      return
    }
    let open = beginStatement()
    partOfStatement(id, node)
    endStatement(open)
    for index in temporaryFloor..<temporaries.count { temporaries[index].isFree = true }
  }

  /// Lowers a statement, but for what comes at its end.
  func partOfStatement(_ id: TypedId, _ node: TypedNode) {
    switch node.op {
    case .deferStatement: deferStatement(node)
    case .arena: arena(id, node)
    case .expression: _ = value(TypedId(node.a))
    case .declare: declare(node)
    case .assign: assign(node)
    case .compoundAssign: compoundAssign(id, node)
    case .assignLength: assignLength(node)
    case .ifElse: ifElse(node)
    case .match: match(node, at: nil, .void)
    case .fail: fail(id, node)
    case .loop: loop(node)
    case .whileLoop: whileLoop(node)
    case .forRange: forRange(node)
    case .forEach: forEach(node)
    case .breakLoop: leave(to: .breakLoop(Int(node.a)))
    case .continueLoop: leave(to: .continueLoop(Int(node.a)))
    case .returnValue: returnValue(id, node)
    case .delete: delete(id, node)
    default: _ = value(id)
    }
  }

  // MARK: Variables

  private func declare(_ node: TypedNode) {
    let local = LocalId(node.a)
    let initial = TypedId(node.b)
    if initial.exists, isScalar(node.type), case .variables(let first) = storage[Int(node.a)] {
      let given = scalar(initial)
      if builder.isOpen { builder.set(VariableId(first), given) }
      return
    }
    if initial.exists {
      let given = value(initial)
      guard builder.isOpen else { return }
      beginScope(of: local)
      store(given, node.type, to: localPlace(local))
      return
    }
    beginScope(of: local)
    let place = localPlace(local)
    // Memory and variables are zero before they can be read, in every round of a loop.
    let leaves = leafTable.leaves(of: node.type)
    if leaves.count > 0 {
      store(zero(node.type), node.type, to: place)
    } else if case .memory(let address, let offset, _, _) = place {
      clear(address, offset, types[node.type].size)
    }
  }

  private func assign(_ node: TypedNode) {
    let target = TypedId(node.a)
    let type = code[target].type
    if isScalar(type), let first = variables(of: target) {
      let given = scalar(TypedId(node.b))
      guard builder.isOpen else { return }
      builder.position = node.position.offset
      return builder.set(VariableId(first), given)
    }
    let mark = prepared.count
    prepare(target)
    let given = value(TypedId(node.b))
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    var next = mark
    let place = resolve(target, &next)
    prepared.removeSubrange(mark...)
    checkIsVariable(target, place)
    store(given, type, to: place)
    if code[target].op == .global, info.kind == .script, let flag = plan.setFlag(GlobalId(code[target].a)) {
      builder.store(builder.i32(0), builder.i32(1), offset: flag)
    }
  }

  private func compoundAssign(_ id: TypedId, _ node: TypedNode) {
    guard let op = BinaryOperator(rawValue: node.flags) else { return }
    let target = TypedId(node.a)
    let type = code[target].type
    if isScalar(type), let first = variables(of: target) {
      return compoundAssign(node, op, VariableId(first), type)
    }
    let mark = prepared.count
    prepare(target)
    var next = mark
    var place = resolve(target, &next)
    let old = load(type, from: place)
    let callsBefore = callCount
    let operand = TypedId(node.b)
    let given = value(operand)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    var result = Value.none
    if type == .string {
      result = scalarResults(
        plan.irId(program.runtime(.concatenate)), [old[0], old[1], given[0], given[1], site(id)],
        leafTable.leaves(of: .string))
    } else {
      let right = op.isShift ? compoundShiftCount(given.single, code[operand].type, type) : given.single
      result = Value(arithmetic(op, type, old.single, right))
    }
    if callCount != callsBefore {
      // The operand may have moved what the place lies in.
      next = mark
      place = resolve(target, &next)
    }
    prepared.removeSubrange(mark...)
    checkIsVariable(target, place)
    store(result, type, to: place)
  }

  /// To a number in a variable.
  private func compoundAssign(_ node: TypedNode, _ op: BinaryOperator, _ variable: VariableId, _ type: TypeId) {
    let old = builder.get(variable)
    let operand = TypedId(node.b)
    let given = scalar(operand)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    let right = op.isShift ? compoundShiftCount(given, code[operand].type, type) : given
    builder.set(variable, arithmetic(op, type, old, right))
  }

  private func compoundShiftCount(_ count: ValueId, _ countType: TypeId, _ type: TypeId) -> ValueId {
    let wide = widened(count, countType)
    let narrow = scalarType(type) == .i64 ? wide : builder.unary(.wrap, .i32, wide)
    if type.bitWidth >= 32 { return narrow }
    return builder.binary(.and, .i32, narrow, builder.i32(Int32(type.bitWidth - 1)))
  }

  private func assignLength(_ node: TypedNode) {
    let target = TypedId(node.a)
    let type = code[target].type
    let mark = prepared.count
    prepare(target)
    var length = value(TypedId(node.b)).single
    builder.position = node.position.offset
    var next = mark
    let place = resolve(target, &next)
    prepared.removeSubrange(mark...)
    let slice = load(type, from: place)
    if node.flags > 0, let op = BinaryOperator(rawValue: node.flags - 1) {
      length = arithmetic(op, .i64, builder.unary(.extendU, .i64, slice[1]), length)
    }
    let isNatural = builder.binary(.geS, .i32, length, builder.i64(0))
    builder.check(isNatural, .lengthNegative, builder.list(length))
    let old = builder.unary(.extendU, .i64, slice[1])
    builder.check(builder.binary(.leS, .i32, length, old), .lengthRaised, builder.list(length, old))
    checkKey(slice[0])
    // The library works on a slice in memory.
    let narrow = builder.unary(.wrap, .i32, length)
    let size = builder.i32(Int32(bitPattern: types[types[type].element].size))
    if case .memory(let address, let offset, _, _) = place {
      _ = callRuntime(.setLength, [plus(address, offset), narrow, size])
      return
    }
    let address = temporary(type)
    store(slice, type, to: .memory(address, 0))
    _ = callRuntime(.setLength, [address, narrow, size])
    store(load(type, from: .memory(address, 0)), type, to: place)
  }

  /// `delete v;`
  private func delete(_ id: TypedId, _ node: TypedNode) {
    let object = TypedId(node.a)
    let isOptional = types[code[object].type].kind == .optional
    let type = isOptional ? types[code[object].type].element : code[object].type
    let given = value(object)
    builder.position = node.position.offset
    let info = types[type]
    switch info.kind {
    case .pointer:
      let size = builder.i32(Int32(bitPattern: max(types[info.element].size, 1)))
      _ = callRuntime(.delete, [given.single, size, site(id)])
    case .slice:
      let size = builder.i32(Int32(bitPattern: types[info.element].size))
      _ = callRuntime(.deleteSlice, [given[0], given[1], given[2], size, site(id)])
    default: _ = callRuntime(.deleteText, [given[0], given[1], site(id)])
    }
  }

  private func returnValue(_ id: TypedId, _ node: TypedNode) {
    let result = TypedId(node.a)
    let given = !result.exists ? .none : isScalar(info.result) ? Value(scalar(result)) : value(result)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    if node.flags != 0 { _ = callRuntime(.dropError, []) }
    leaveFunction(with: given, at: id)
  }

  // MARK: Branches

  private func ifElse(_ node: TypedNode) {
    let thenBranch = TypedId(code.extra[node.b])
    let elseBranch = TypedId(code.extra[node.b + 1])
    let thenBlock = builder.block()
    let after = builder.block()
    let elseBlock = elseBranch.exists ? builder.block() : after
    branch(TypedId(node.a), thenBlock, elseBlock)
    var isReached = !elseBranch.exists
    builder.begin(thenBlock)
    body(thenBranch, after: TypedId(node.a))
    isReached = jump(to: after) || isReached
    if elseBranch.exists {
      builder.begin(elseBlock)
      statement(elseBranch)
      isReached = jump(to: after) || isReached
    }
    if isReached { builder.begin(after) }
  }

  /// A block in the scope of what its condition has bound.
  private func body(_ block: TypedId, after condition: TypedId) {
    inScope(ofCondition: condition) { statement(block) }
  }

  /// Lowers `body` in the scope of what a condition has bound.
  func inScope(ofCondition condition: TypedId, givesValue: Bool = false, _ body: () -> Void) {
    let locals = ownSlots(ofCondition: code[condition])
    if locals.isEmpty {
      body()
      return
    }
    let all = {
      for local in locals { self.endAtExit(local) }
      body()
    }
    if givesValue { inExitScopeOfValue(all) } else { inExitScope(all) }
  }

  /// Ends the open block with a jump; false if none is open.
  func jump(to block: BlockId) -> Bool {
    guard builder.isOpen else { return false }
    builder.jump(builder.edge(block))
    return true
  }

  // MARK: Loops

  private func enterLoop(_ number: UInt32, breakBlock: BlockId, continueBlock: BlockId) {
    let targets = LoopTargets(
      breakBlock: breakBlock, continueBlock: continueBlock, scopesAround: exitScopes.count)
    while loops.count <= Int(number) { loops.append(targets) }
    loops[Int(number)] = targets
  }

  private func loop(_ node: TypedNode) {
    let header = builder.block()
    let after = builder.block()
    enterLoop(node.b, breakBlock: after, continueBlock: header)
    builder.jump(builder.edge(header))
    builder.begin(header)
    statement(TypedId(node.a))
    _ = jump(to: header)
    if loops[Int(node.b)].breaks { builder.begin(after) }
  }

  private func whileLoop(_ node: TypedNode) {
    let header = builder.block()
    let bodyBlock = builder.block()
    let after = builder.block()
    let number = code.extra[node.b + 1]
    enterLoop(number, breakBlock: after, continueBlock: header)
    builder.jump(builder.edge(header))
    builder.begin(header)
    let condition = TypedId(node.a)
    let isEndless = code[condition].op == .integer && code[condition].a == 1
    if isEndless {
      builder.jump(builder.edge(bodyBlock))
    } else {
      isInLoopCondition = true
      branch(condition, bodyBlock, after)
      isInLoopCondition = false
    }
    // What the condition keeps belongs to the block around the loop.
    loops[Int(number)].scopesAround = exitScopes.count
    builder.begin(bodyBlock)
    body(TypedId(code.extra[node.b]), after: condition)
    _ = jump(to: header)
    if !isEndless || loops[Int(number)].breaks { builder.begin(after) }
  }

  /// `for i in a..b`: a counter of its own, so that the body may change its variable.
  private func forRange(_ node: TypedNode) {
    let item = LocalId(code.extra[node.b])
    let isInclusive = code.extra[node.b + 3] == 1
    let number = code.extra[node.b + 5]
    let type = code.locals[Int(info.firstLocal) + Int(item.index)].type
    let irType = scalarType(type)
    let low = scalar(TypedId(code.extra[node.b + 1]))
    let counter = builder.variable(irType)
    builder.set(counter, low)
    let high = scalar(TypedId(code.extra[node.b + 2]))
    builder.position = node.position.offset
    let end = builder.variable(irType)
    builder.set(end, high)

    let header = builder.block()
    let body = builder.block()
    let step = builder.block()
    let after = builder.block()
    enterLoop(number, breakBlock: after, continueBlock: step)
    builder.jump(builder.edge(header))
    builder.begin(header)
    let goesOn = arithmetic(isInclusive ? .lessEqual : .less, type, builder.get(counter), builder.get(end))
    builder.branch(goesOn, to: body, else: after)
    builder.begin(body)
    inExitScope {
      beginScope(of: item)
      store(Value(builder.get(counter)), type, to: localPlace(item))
      statement(TypedId(code.extra[node.b + 4]))
    }
    let reachesStep = jump(to: step) || loops[Int(number)].continues
    if reachesStep {
      builder.begin(step)
      builder.position = node.position.offset
      if isInclusive { leaveAtEnd(counter, end, type, after) }
      let one = builder.constant(irType, bits: 1)
      builder.set(counter, normalized(builder.binary(.add, irType, builder.get(counter), one), type))
      builder.jump(builder.edge(header))
    }
    builder.begin(after)
  }

  /// An inclusive range may end at the type's largest value, which can't be counted past.
  private func leaveAtEnd(_ counter: VariableId, _ end: VariableId, _ type: TypeId, _ after: BlockId) {
    let next = builder.block()
    let isLast = builder.binary(.eq, .i32, builder.get(counter), builder.get(end))
    builder.branch(isLast, to: after, else: next)
    builder.begin(next)
  }

  private func forEach(_ node: TypedNode) {
    let object = TypedId(node.a)
    if code[object].type == .string {
      forCodePoints(node, object)
      return
    }
    let index = code.extra[node.b]
    let item = LocalId(code.extra[node.b + 1])
    let isByPointer = code.extra[node.b + 2] == 1
    let element = types[code[object].type].element
    let size = types[element].size
    let (base, length, owner) = sequence(object)
    builder.position = node.position.offset
    let start = builder.variable(.i32)
    builder.set(start, base)
    var ownerVariable: VariableId?
    if owner != .none {
      let variable = builder.variable(.i64)
      builder.set(variable, owner)
      ownerVariable = variable
    }
    let count = builder.variable(.i64)
    builder.set(count, length)
    let counter = builder.variable(.i64)
    builder.set(counter, builder.i64(0))
    countedLoop(node, counter, count) {
      let position = builder.get(counter)
      let offset = scaled(builder.unary(.wrap, .i32, position), size)
      let at = builder.binary(.add, .i32, builder.get(start), offset)
      let owner = ownerVariable.map { builder.get($0) } ?? .none
      if isByPointer {
        store(
          Value(inner(pointer(at, owner: owner), owner: owner, size: size)), types.pointer(to: element),
          to: localPlace(item))
      } else {
        // The body may have freed what is iterated.
        if owner != .none { checkKey(owner) }
        store(load(element, from: .memory(at, 0)), element, to: localPlace(item))
      }
      if index != UInt32.max { store(Value(position), .i64, to: localPlace(LocalId(index))) }
      return builder.i64(1)
    }
  }

  /// `for c in text`: code points. The index is that of the first byte.
  private func forCodePoints(_ node: TypedNode, _ object: TypedId) {
    let index = code.extra[node.b]
    let item = LocalId(code.extra[node.b + 1])
    let whole = value(object)
    builder.position = node.position.offset
    let text = builder.variable(.i64)
    let textLength = builder.variable(.i32)
    builder.set(text, whole[0])
    builder.set(textLength, whole[1])
    let count = builder.variable(.i64)
    builder.set(count, builder.unary(.extendU, .i64, whole[1]))
    let counter = builder.variable(.i64)
    let width = builder.variable(.i64)
    builder.set(counter, builder.i64(0))
    builder.set(width, builder.i64(1))
    countedLoop(node, counter, count, stepVariable: width) {
      let position = builder.get(counter)
      let decoded = callRuntime(.decode, [builder.get(text), builder.get(textLength), position], .i64)
      store(Value(builder.unary(.wrap, .i32, decoded)), .u32, to: localPlace(item))
      let length = builder.binary(.shrU, .i64, decoded, builder.i64(32))
      builder.set(width, length)
      if index != UInt32.max { store(Value(builder.get(counter)), .i64, to: localPlace(LocalId(index))) }
      return length
    }
  }

  /// A loop while counter < count; `prologue` sets the loop's variables at the start of each round.
  private func countedLoop(
    _ node: TypedNode, _ counter: VariableId, _ count: VariableId, stepVariable: VariableId? = nil,
    _ prologue: () -> ValueId
  ) {
    let number = code.extra[node.b + 4]
    let header = builder.block()
    let body = builder.block()
    let step = builder.block()
    let after = builder.block()
    enterLoop(number, breakBlock: after, continueBlock: step)
    builder.jump(builder.edge(header))
    builder.begin(header)
    let goesOn = builder.binary(.ltS, .i32, builder.get(counter), builder.get(count))
    builder.branch(goesOn, to: body, else: after)
    builder.begin(body)
    inExitScope {
      if code.extra[node.b] != LocalId.none.index { beginScope(of: LocalId(code.extra[node.b])) }
      beginScope(of: LocalId(code.extra[node.b + 1]))
      _ = prologue()
      statement(TypedId(code.extra[node.b + 3]))
    }
    let reachesStep = jump(to: step) || loops[Int(number)].continues
    if reachesStep {
      builder.begin(step)
      let stride = stepVariable.map { builder.get($0) } ?? builder.i64(1)
      builder.set(counter, builder.binary(.add, .i64, builder.get(counter), stride))
      builder.jump(builder.edge(header))
    }
    builder.begin(after)
  }
}
