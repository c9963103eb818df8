// `match` and patterns. A pattern is a sequence of tests that go on or leave for the next arm; where every arm is a
// case whose fields are just bound, or a small integer, one branch by a table takes their place.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

/// Where a failed test goes, and whether any test goes there.
struct FailureTarget {
  let block: BlockId
  var isUsed = false
}

extension FunctionLowering {
  /// `match` as a statement (no place), or with the arms' values left at a place.
  func match(_ node: TypedNode, at place: Place?, _ type: TypeId) {
    let subject = TypedId(node.a)
    let subjectType = code[subject].type
    let given = value(subject)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    let floor = temporaryFloor
    temporaryFloor = temporaries.count
    let after = builder.block()
    let isReached =
      matchByTable(node, given, subjectType, at: place, type, after)
      ?? matchInOrder(node, given, subjectType, at: place, type, after)
    temporaryFloor = floor
    if isReached { builder.begin(after) }
  }

  /// Lowers an arm's body in the open block; true if it goes on behind the match.
  private func arm(_ body: TypedId, at place: Place?, _ type: TypeId, _ after: BlockId) -> Bool {
    if waiting.isEmpty {
      if let place { leaveValue(of: body, at: place, type) } else { statement(body) }
    } else if let place {
      inExitScopeOfValue {
        settleBindings(endAtExit: true)
        leaveValue(of: body, at: place, type)
      }
    } else {
      inExitScope {
        settleBindings(endAtExit: true)
        statement(body)
      }
    }
    return jump(to: after)
  }

  private func pattern(_ node: TypedNode, _ arm: UInt32) -> TypedId { TypedId(code.extra[node.b + 1 + arm * 2]) }
  private func body(_ node: TypedNode, _ arm: UInt32) -> TypedId { TypedId(code.extra[node.b + 2 + arm * 2]) }

  /// One arm after the other.
  private func matchInOrder(
    _ node: TypedNode, _ given: Value, _ subjectType: TypeId, at place: Place?, _ type: TypeId, _ after: BlockId
  ) -> Bool {
    var isReached = false
    let count = code.extra[node.b]
    for index in 0..<count {
      var failure = FailureTarget(block: builder.block())
      waiting.removeAll(keepingCapacity: true)
      test(pattern(node, index), given, subjectType, &failure)
      isReached = arm(body(node, index), at: place, type, after) || isReached
      // An arm that takes everything leaves nothing for those behind it.
      guard failure.isUsed else { return isReached }
      builder.begin(failure.block)
      builder.position = node.position.offset
    }
    // The checker has shown that the arms cover every value.
    builder.unreachable()
    return isReached
  }

  // MARK: Tests

  /// Tests a value: goes on in the open block, with the pattern's names bound, or to the failure's block.
  func test(_ id: TypedId, _ given: Value, _ type: TypeId, _ failure: inout FailureTarget) {
    let node = code[id]
    switch node.op {
    case .patternBind: bind(LocalId(node.a), given, type)
    case .patternNull: require(builder.unary(.eqz, .i32, isPresent(given, type)), &failure)
    case .patternPresent:
      require(isPresent(given, type), &failure)
      test(TypedId(node.a), payload(given, type), types[type].element, &failure)
    case .patternEqual: require(areEqual(given, value(TypedId(node.a)), type), &failure)
    case .patternRange:
      let low = value(TypedId(node.a)).single
      require(arithmetic(.greaterEqual, type, given.single, low), &failure)
      let high = value(TypedId(node.b)).single
      require(arithmetic(node.flags == 1 ? .lessEqual : .less, type, given.single, high), &failure)
    case .patternCase: testCase(node, given, type, &failure)
    case .patternAlternatives: testAlternatives(node, given, type, &failure)
    default: break
    }
  }

  private func require(_ condition: ValueId, _ failure: inout FailureTarget) {
    failure.isUsed = true
    let goesOn = builder.block()
    let toGoOn = builder.edge(goesOn)
    let toFail = builder.edge(failure.block)
    builder.branch(condition, toGoOn, toFail)
    builder.begin(goesOn)
  }

  private func testCase(_ node: TypedNode, _ given: Value, _ type: TypeId, _ failure: inout FailureTarget) {
    let enumeration = declarations.enumerations[types[type].a]
    if enumeration.caseCount > 1 {
      let wanted = builder.i32(Int32(truncatingIfNeeded: node.a))
      require(builder.binary(.eq, .i32, tag(given, enumeration), wanted), &failure)
    }
    testFields(node, given, declarations.enumCase(enumeration, Int(node.a)), &failure)
  }

  /// Tests and binds the fields of a case that the value is known to have.
  private func testFields(_ node: TypedNode, _ given: Value, _ enumCase: CaseInfo, _ failure: inout FailureTarget) {
    for index in 0..<code.extra[node.b] {
      let pattern = TypedId(code.extra[node.b + 1 + index])
      if code[pattern].op == .patternAny { continue }
      let field = declarations.field(enumCase, Int(index))
      let part = load(field.type, from: .memory(given.address, given.offset + field.offset))
      test(pattern, part, field.type, &failure)
    }
  }

  private func testAlternatives(_ node: TypedNode, _ given: Value, _ type: TypeId, _ failure: inout FailureTarget) {
    let matched = builder.block()
    let count = code.extra[node.b]
    for index in 0..<count {
      let isLast = index + 1 == count
      var next = isLast ? failure : FailureTarget(block: builder.block())
      test(TypedId(code.extra[node.b + 1 + index]), given, type, &next)
      builder.jump(builder.edge(matched))
      if isLast {
        failure = next
      } else if next.isUsed {
        builder.begin(next.block)
      } else {
        break
      }
    }
    builder.begin(matched)
  }

  /// `var pattern = value` as a condition.
  func branchOnPattern(_ node: TypedNode, _ whenTrue: BlockId, _ whenFalse: BlockId) {
    let subject = TypedId(node.a)
    let given = value(subject)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    var failure = FailureTarget(block: whenFalse)
    waiting.removeAll(keepingCapacity: true)
    test(TypedId(node.b), given, code[subject].type, &failure)
    // A pattern that always matches has its other way all the same.
    if !failure.isUsed { require(builder.i32(1), &failure) }
    settleBindings(endAtExit: false)
    builder.jump(builder.edge(whenTrue))
  }

  // MARK: Names

  /// Gives a name its copy. A slot of its own is made only when the whole pattern has matched.
  private func bind(_ local: LocalId, _ given: Value, _ type: TypeId) {
    guard hasOwnSlot(local) else {
      store(given, type, to: localPlace(local))
      return
    }
    let known = waiting.first { $0.local == local }?.place
    let place = known ?? resultPlace(type)
    if known == nil { waiting.append((local, place)) }
    store(given, type, to: place)
  }

  private func settleBindings(endAtExit ends: Bool) {
    for (local, place) in waiting {
      makeOwnSlot(of: local)
      if ends { endAtExit(local) }
      let type = localInfo(local).type
      store(load(type, from: place), type, to: localPlace(local))
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// The locals with slots of their own that a condition binds.
  func ownSlots(ofCondition node: TypedNode) -> [LocalId] {
    switch node.op {
    case .bindOptional:
      return node.b != LocalId.none.index && hasOwnSlot(LocalId(node.b)) ? [LocalId(node.b)] : []
    case .matchPattern:
      var found: [LocalId] = []
      addOwnSlots(ofPattern: TypedId(node.b), to: &found)
      return found
    default: return []
    }
  }

  private func addOwnSlots(ofPattern id: TypedId, to found: inout [LocalId]) {
    let node = code[id]
    switch node.op {
    case .patternBind:
      if hasOwnSlot(LocalId(node.a)), !found.contains(LocalId(node.a)) { found.append(LocalId(node.a)) }
    case .patternPresent: addOwnSlots(ofPattern: TypedId(node.a), to: &found)
    case .patternCase, .patternAlternatives:
      for index in 0..<code.extra[node.b] {
        addOwnSlots(ofPattern: TypedId(code.extra[node.b + 1 + index]), to: &found)
      }
    default: break
    }
  }

  // MARK: Tables

  /// The constants that an arm is taken for.
  private struct TableArm {
    /// Null for everything that is left.
    var keys: [Int128]?
    /// The case whose fields are bound.
    var binding: TypedId?
  }

  /// A match by one branch, if its arms allow it: null if not, else whether its end is reached.
  private func matchByTable(
    _ node: TypedNode, _ given: Value, _ type: TypeId, at place: Place?, _ resultType: TypeId, _ after: BlockId
  ) -> Bool? {
    let isEnumeration = types[type].kind == .enumeration
    guard isEnumeration || type.isInteger, code.extra[node.b] > 2 else { return nil }
    var arms: [TableArm] = []
    for index in 0..<code.extra[node.b] {
      guard let arm = tableArm(pattern(node, index), type) else { return nil }
      arms.append(arm)
    }
    let keys = arms.flatMap { $0.keys ?? [] }
    guard let low = keys.min(), let high = keys.max(), high - low < Int128(keys.count) * 4 + 16, high - low < 4096
    else { return nil }
    let blocks = arms.map { _ in builder.block() }
    let rest = arms.firstIndex { $0.keys == nil }
    // Without an arm for the rest the arms cover every value.
    let restBlock = blocks[rest ?? 0]
    var targets = [BlockId?](repeating: nil, count: Int(high - low) + 1)
    var isUsed = [Bool](repeating: false, count: arms.count)
    if rest == nil { isUsed[0] = true }
    for (index, arm) in arms.enumerated() where rest.map({ index < $0 }) ?? true {
      for key in arm.keys ?? [] where targets[Int(key - low)] == nil {
        targets[Int(key - low)] = blocks[index]
        isUsed[index] = true
      }
    }
    if let rest { isUsed[rest] = true }
    let subject = isEnumeration ? tag(given, declarations.enumerations[types[type].a]) : given.single
    switchOn(subject, type, low: low, targets.map { $0 ?? restBlock } + [restBlock], isEnumeration: isEnumeration)
    var isReached = false
    for (index, tableArm) in arms.enumerated() where isUsed[index] {
      builder.begin(blocks[index])
      waiting.removeAll(keepingCapacity: true)
      if let binding = tableArm.binding { bindFields(code[binding], given, type) }
      isReached = arm(body(node, UInt32(index)), at: place, resultType, after) || isReached
    }
    return isReached
  }

  private func bindFields(_ node: TypedNode, _ given: Value, _ type: TypeId) {
    var failure = FailureTarget(block: .entry)
    let enumeration = declarations.enumerations[types[type].a]
    testFields(node, given, declarations.enumCase(enumeration, Int(node.a)), &failure)
  }

  private func switchOn(_ subject: ValueId, _ type: TypeId, low: Int128, _ blocks: [BlockId], isEnumeration: Bool) {
    if isEnumeration {
      // Tags begin at 0, and there are none behind the last case.
      let shifted =
        low == 0 ? subject : builder.binary(.sub, .i32, subject, builder.i32(Int32(truncatingIfNeeded: low)))
      switchOnTag(shifted, blocks)
      return
    }
    let irType = scalarType(type)
    let start = builder.constant(irType, bits: UInt64(truncatingIfNeeded: low))
    var index = low == 0 ? subject : builder.binary(.sub, irType, subject, start)
    if irType == .i64 {
      // Beyond the table, everything goes to its last entry.
      let last = builder.i64(Int64(blocks.count - 1))
      let isInside = builder.binary(.ltU, .i32, index, last)
      index = builder.unary(
        .wrap, .i32, builder.emit(.select, .i64, a: isInside.index, b: index.index, c: last.index))
    }
    switchOnTag(index, blocks)
  }

  /// What an arm stands for in a table; null if it needs tests.
  private func tableArm(_ id: TypedId, _ type: TypeId) -> TableArm? {
    let node = code[id]
    switch node.op {
    case .patternAny: return TableArm(keys: nil)
    case .patternCase:
      var binds = false
      for index in 0..<code.extra[node.b] {
        switch code[TypedId(code.extra[node.b + 1 + index])].op {
        case .patternAny: break
        case .patternBind: binds = true
        default: return nil
        }
      }
      return TableArm(keys: [Int128(node.a)], binding: binds ? id : nil)
    case .patternEqual where type.isInteger:
      let bits = UInt64(code[TypedId(node.a)].b) << 32 | UInt64(code[TypedId(node.a)].a)
      return TableArm(keys: [type == .u64 ? Int128(bits) : Int128(Int64(bitPattern: bits))])
    case .patternAlternatives:
      var keys: [Int128] = []
      for index in 0..<code.extra[node.b] {
        guard let inner = tableArm(TypedId(code.extra[node.b + 1 + index]), type), let more = inner.keys,
          inner.binding == nil
        else { return nil }
        keys += more
      }
      return TableArm(keys: keys)
    default: return nil
    }
  }
}
