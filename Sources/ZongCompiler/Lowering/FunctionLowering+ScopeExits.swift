// What happens when a block is left: its deferred statements run, last first, and then its locals end that have slots of
// their own, or the arena around it. Each is lowered once, at the end of the block, however many ways lead out of it. A way out keeps its number
// in the block's variable `way` and jumps to the first cleanup that is due; behind the last one the ways part again:
//
//     defer a; if x { return; } defer b; …        way = 0; jump A
//     (the block's end)                           way = 1
//                                                 b
//                                              A: a
//                                                 switch way { return, behind the block }
//
// So the code is linear in the number of cleanups and of ways out.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

/// Where a way out of blocks leads.
enum ExitTarget: Equatable {
  /// Behind or to the next round of the loop of this number.
  case breakLoop(Int), continueLoop(Int)
  /// Out of the function, with the result that `keepResult` has kept.
  case functionEnd
}

/// A block that has something to do when it is left.
struct ExitScope {
  /// `entry` is where ways out come in; it is made for the first of them.
  struct Deferred {
    var body: TypedId
    var entry: BlockId?
  }
  /// A local with a slot of its own, an arena, or what a statement has made. Where it isn't certain that control has come to its declaration, its pointer is
  /// tested, and set to 0 behind its end.
  struct End {
    enum Kind {
      case local(LocalId)
      /// The variable with the arena around it, and the node.
      case arena(VariableId, TypedId)
      /// The variable with a pointer to it.
      case temporary(VariableId)
      /// Text that is being made: the variable with a pointer to its slice in the frame, or 0.
      case unfinished(VariableId)
    }
    var kind: Kind
    var isCertain: Bool
    var entry: BlockId?
  }
  /// In the order in which control comes to them.
  var deferred: [Deferred] = []
  var ends: [End] = []
  /// It has or had deferred statements: those who come over them come to all `ends`.
  var defers = false
  /// Where the ways out lead; a way's number is its place here.
  var targets: [ExitTarget] = []
  /// Holds the number of the way that is being taken.
  let way: VariableId

  /// Nothing that is to be done has begun in it yet: ways out lead past it.
  var isIdle: Bool { ends.isEmpty && deferred.isEmpty }

  /// Nothing is to be done, and no way leads through it.
  var isUnused: Bool { ends.isEmpty && deferred.isEmpty && targets.isEmpty && !defers }

  /// Forgets what statements have made, of the ends from the `first` on.
  mutating func removeTemporaries(from first: Int) {
    var kept = first
    for index in first..<ends.count {
      switch ends[index].kind {
      case .temporary, .unfinished: continue
      case .local, .arena: break
      }
      ends[kept] = ends[index]
      kept += 1
    }
    ends.removeLast(ends.count - kept)
  }
}

extension FunctionLowering {
  // MARK: Blocks

  /// The statements of a block, and what is to be done at its end.
  func block(_ node: TypedNode) {
    inExitScope {
      let count = code.extra[node.b]
      for index in 0..<count { statement(TypedId(code.extra[node.b + 1 + index])) }
    }
  }

  /// Lowers what a block consists of, and then what it does at its end.
  func inExitScope(_ body: () -> Void) {
    let outer = openExitScope
    openExitScope = nil
    body()
    if openExitScope != nil { closeExitScope() }
    openExitScope = outer
  }

  /// The same for what gives a statement a value: what that is made of is freed with the block around the statement.
  func inExitScopeOfValue(_ body: () -> Void) {
    if statementScope == nil, info.makesTemporaries { statementScope = exitScopeOfBlock() }
    inExitScope(body)
  }

  /// `defer`: its block runs when the block that is open is left, from now on.
  func deferStatement(_ node: TypedNode) {
    let index = exitScopeOfBlock()
    exitScopes[index].deferred.append(.init(body: TypedId(node.a), entry: nil))
    exitScopes[index].defers = true
  }

  /// The exit scope of the block that is open, as an index into `exitScopes`.
  private func exitScopeOfBlock() -> Int {
    if let openExitScope { return openExitScope }
    exitScopes.append(ExitScope(way: builder.variable(.i32)))
    openExitScope = exitScopes.count - 1
    return exitScopes.count - 1
  }

  // MARK: Locals in slots of their own

  func hasOwnSlot(_ local: LocalId) -> Bool {
    if case .ownSlot = storage[Int(local.index)] { return true }
    return false
  }

  /// A local's declaration: makes its slot, if it has one of its own, which ends with the block that is open.
  func beginScope(of local: LocalId) {
    if !hasOwnSlot(local) { return }
    makeOwnSlot(of: local)
    endAtExit(local)
  }

  /// The slot for a local that has one of its own.
  func makeOwnSlot(of local: LocalId) {
    guard case .ownSlot(let variable) = storage[Int(local.index)] else { return }
    let info = localInfo(local)
    let size = builder.i32(Int32(bitPattern: max(types[info.type].size, 1)))
    let site = builder.i32(Int32(bitPattern: plan.sites.number(codeIndex, info.slotSite)))
    let list = builder.list(size, site)
    callCount += 1
    let pointer = builder.call(plan.irId(program.runtime(.newLocal)), list, type: .i64, effects: [])
    builder.set(variable, pointer)
  }

  /// Ends a local with the block that is open.
  func endAtExit(_ local: LocalId) {
    let index = exitScopeOfBlock()
    exitScopes[index].ends.append(.init(kind: .local(local), isCertain: true, entry: nil))
  }

  /// Ends an arena with the block that is open.
  func endAtExit(arenaAround outer: VariableId, at id: TypedId) {
    let index = exitScopeOfBlock()
    exitScopes[index].ends.append(.init(kind: .arena(outer, id), isCertain: true, entry: nil))
  }

  /// Forgets what the block that is open would free of what its last statement has made: its ends from `first` on.
  func removeTemporaries(from first: Int) {
    guard let scope = openExitScope else { return }
    exitScopes[scope].removeTemporaries(from: first)
    if exitScopes[scope].isUnused {
      exitScopes.removeLast()
      openExitScope = nil
    }
  }

  /// Frees what the variable leads to with a block around, or the one that is open.
  func endAtExit(temporary variable: VariableId, in scope: Int?) {
    let index = scope ?? exitScopeOfBlock()
    exitScopes[index].ends.append(.init(kind: .temporary(variable), isCertain: false, entry: nil))
  }

  /// Frees the text that is being made if a way out is taken meanwhile, with the block whose index it returns.
  func endAtExit(unfinished variable: VariableId) -> Int {
    let index = statementScope ?? exitScopeOfBlock()
    exitScopes[index].ends.append(.init(kind: .unfinished(variable), isCertain: false, entry: nil))
    return index
  }

  /// No way out was taken.
  func forget(unfinished variable: VariableId, in scope: Int) {
    let place = exitScopes[scope].ends.lastIndex {
      if case .unfinished(variable) = $0.kind { return true }
      return false
    }
    if let place { exitScopes[scope].ends.remove(at: place) }
  }

  /// The slot of an unnamed variable of the block that is open. It is the same one each time that control comes here,
  /// and there is none if it never does. Those of a global's initialiser never end.
  func keepUnnamed(_ local: LocalId) {
    guard case .ownSlot(let variable) = storage[Int(local.index)] else { return }
    let make = builder.block()
    let goesOn = builder.block()
    let isThere = builder.binary(.ne, .i32, builder.get(variable), builder.i64(0))
    builder.branch(isThere, to: goesOn, else: make)
    builder.begin(make)
    makeOwnSlot(of: local)
    builder.jump(builder.edge(goesOn))
    builder.begin(goesOn)
    if info.kind == .globalInitializer { return }
    let index = exitScopeOfBlock()
    exitScopes[index].ends.append(.init(kind: .local(local), isCertain: false, entry: nil))
  }

  private func end(_ end: ExitScope.End, isCertain: Bool) {
    switch end.kind {
    case .local(let local): endScope(of: local, isCertain: isCertain)
    case .arena(let outer, let id): leaveArena(outer, at: id)
    case .temporary(let variable): drop(variable)
    case .unfinished(let variable): dropUnfinished(variable)
    }
  }

  private func dropUnfinished(_ variable: VariableId) {
    let unfinished = builder.block()
    let after = builder.block()
    let isUnfinished = builder.binary(.ne, .i32, builder.get(variable), builder.i64(0))
    builder.branch(isUnfinished, to: unfinished, else: after)
    builder.begin(unfinished)
    _ = callRuntime(.drop, [builder.load(.i64, address(builder.get(variable)))])
    builder.set(variable, builder.i64(0))
    builder.jump(builder.edge(after))
    builder.begin(after)
  }

  /// The end of a local's scope.
  private func endScope(of local: LocalId, isCertain: Bool) {
    guard case .ownSlot(let variable) = storage[Int(local.index)] else { return }
    let info = localInfo(local)
    builder.position = info.end.offset
    if isCertain {
      endSlot(variable, info)
      return
    }
    let live = builder.block()
    let after = builder.block()
    let isLive = builder.binary(.ne, .i32, builder.get(variable), builder.i64(0))
    builder.branch(isLive, to: live, else: after)
    builder.begin(live)
    endSlot(variable, info)
    builder.set(variable, builder.i64(0))
    builder.jump(builder.edge(after))
    builder.begin(after)
  }

  private func endSlot(_ variable: VariableId, _ info: LocalInfo) {
    let size = builder.i32(Int32(bitPattern: max(types[info.type].size, 1)))
    let site = builder.i32(Int32(bitPattern: plan.sites.number(codeIndex, info.slotSite + 1)))
    _ = callRuntime(.endLocal, [builder.get(variable), size, site])
  }

  func localInfo(_ local: LocalId) -> LocalInfo { code.locals[Int(info.firstLocal) + Int(local.index)] }

  // MARK: Ways out

  /// Ends the open block of code with the way to `target`, over everything that is to be done on it.
  func leave(to target: ExitTarget) {
    let around = scopesAround(target)
    var last = exitScopes.count - 1
    while last >= around && exitScopes[last].isIdle { last -= 1 }
    guard last >= around else {
      arrive(at: target)
      return
    }
    takeWay(to: target, in: last)
    builder.jump(builder.edge(firstCleanup(of: last)))
  }

  /// Where a way out of a scope comes in, with what the scope has to do so far.
  private func firstCleanup(of scope: Int) -> BlockId {
    if let top = exitScopes[scope].deferred.indices.last {
      let entry = exitScopes[scope].deferred[top].entry ?? builder.block()
      exitScopes[scope].deferred[top].entry = entry
      return entry
    }
    let top = exitScopes[scope].ends.count - 1
    let entry = exitScopes[scope].ends[top].entry ?? builder.block()
    exitScopes[scope].ends[top].entry = entry
    return entry
  }

  /// Notes that the way through a scope leads to `target`.
  private func takeWay(to target: ExitTarget, in scope: Int) {
    waysTaken += 1
    var number = exitScopes[scope].targets.firstIndex(of: target) ?? -1
    if number < 0 {
      number = exitScopes[scope].targets.count
      exitScopes[scope].targets.append(target)
    }
    builder.set(exitScopes[scope].way, builder.i32(Int32(truncatingIfNeeded: number)))
  }

  /// How many exit scopes are open at the target.
  private func scopesAround(_ target: ExitTarget) -> Int {
    switch target {
    case .breakLoop(let number), .continueLoop(let number): loops[number].scopesAround
    case .functionEnd: 0
    }
  }

  /// The last step of a way, with nothing left to do on it.
  private func arrive(at target: ExitTarget) {
    switch target {
    case .breakLoop(let number):
      loops[number].breaks = true
      builder.jump(builder.edge(loops[number].breakBlock))
    case .continueLoop(let number):
      loops[number].continues = true
      builder.jump(builder.edge(loops[number].continueBlock))
    case .functionEnd: returnKeptResult()
    }
  }

  // MARK: The end of a block

  /// Lowers what the innermost exit scope does, and parts the ways that lead through it.
  func closeExitScope() {
    let index = exitScopes.count - 1
    let fallsThrough = builder.isOpen
    // Falling through is the last way, if there are others.
    if fallsThrough && !exitScopes[index].targets.isEmpty {
      builder.set(exitScopes[index].way, builder.i32(Int32(truncatingIfNeeded: exitScopes[index].targets.count)))
    }
    openExitScope = nil
    while let deferred = exitScopes[index].deferred.popLast() {
      enter(deferred.entry)
      deferredStatement(deferred.body)
    }
    while let last = exitScopes[index].ends.popLast() {
      enter(last.entry)
      if builder.isOpen { end(last, isCertain: last.isCertain && !exitScopes[index].defers) }
    }
    let scope = exitScopes.removeLast()
    if builder.isOpen && !scope.targets.isEmpty { part(scope, fallsThrough: fallsThrough) }
  }

  private func enter(_ entry: BlockId?) {
    guard let entry else { return }
    _ = jump(to: entry)
    builder.begin(entry)
  }

  /// Goes on with the way that was taken. Leaves the way behind the block open, if there is one.
  private func part(_ scope: ExitScope, fallsThrough: Bool) {
    if !fallsThrough && scope.targets.count == 1 {
      leave(to: scope.targets[0])
      return
    }
    let blocks = scope.targets.map { _ in builder.block() }
    let behind = fallsThrough ? builder.block() : nil
    var edges: [UInt32] = []
    for block in blocks + (behind.map { [$0] } ?? []) { edges.append(builder.edge(block)) }
    let way = builder.get(scope.way)
    if edges.count == 2 {
      builder.branch(way, edges[1], edges[0])
    } else {
      let list = edges.map { ValueId($0) }.withUnsafeBufferPointer { builder.list($0) }
      builder.end(.switchBranch, a: way.index, b: list.index)
    }
    for (block, target) in zip(blocks, scope.targets) {
      builder.begin(block)
      leave(to: target)
    }
    if let behind { builder.begin(behind) }
  }

  // MARK: Results

  /// Returns `value` over everything that is to be done on the way out. The value is kept before that, and outlives the
  /// arenas that end on the way; `id` is the node that returns it, none for one that has nothing to copy.
  func leaveFunction(with value: Value, at id: TypedId) {
    var value = (id.exists ? copiedOut(value, info.result, at: id) : nil) ?? value
    if let resultAddress {
      store(value, info.result, to: .memory(builder.get(resultAddress), 0))
    } else {
      value = passed(value, info.result)
    }
    if exitScopes.isEmpty {
      returnScalars(value)
      return
    }
    if value.count > 0 {
      let first = keptResult ?? newResultVariables()
      keptResult = first
      for index in 0..<value.count { builder.set(VariableId(first + UInt32(index)), value[index]) }
    }
    leave(to: .functionEnd)
  }

  private func newResultVariables() -> UInt32 {
    let first = UInt32(function.variables.count)
    for index in 0..<function.results.count { _ = builder.variable(function.results[index]) }
    return first
  }

  private func returnKeptResult() {
    var value = Value()
    if let keptResult {
      for index in 0..<function.results.count { value.append(builder.get(VariableId(keptResult + UInt32(index)))) }
    }
    returnScalars(value)
  }

  private func returnScalars(_ value: Value) {
    let mark = pending.count
    for index in 0..<value.count { pending.append(value[index]) }
    builder.returnValues(builder.list(UnsafeBufferPointer(rebasing: pending.elements[mark...])))
    pending.truncate(to: mark)
  }
}
