// Escape analysis over the whole program. It is done for two subjects, each by itself, so that one doesn't make the
// other less exact:
//
// - locals: which locals whose address is taken may be pointed to after the end of their scope, and so need a slot of
//   their own in memory;
// - storage: which texts and lists that a statement makes are kept by nothing beyond it, and so are freed at its end; and
//   which errors that a `catch` names.
//
// Everything else costs nothing: only functions with such locals or values are looked at, and those that they call with
// pointers, callees before callers. Recursion is iterated to the least solution, which is the same in whatever order it
// is found.

import ZongStores

final class EscapeAnalysis {
  /// More rounds over recursive functions than programs that people write need; after them every argument of what was
  /// looked at counts as escaping.
  private static let roundLimit = 16

  private let subject: EscapeSubject
  private let program: TypedProgram
  private let declarations: Declarations
  private let scan: EscapeScan
  private let fresh: FreshResults
  /// The functions looked at, callees before callers as far as there is an order.
  private var order: [FunctionId] = []
  /// By function: 0 not seen, 1 its callees are being visited, 2 in `order`.
  private var states = Store<UInt8>()
  /// By function: when its parameters' flows last changed, and when it was last analysed.
  private var changed = Store<UInt32>()
  private var analyzed = Store<UInt32>()
  private var time: UInt32 = 0
  private var hasRecursion = false
  /// The functions looked at that call others through interfaces and function values, and when something has last become
  /// known of one that is called so.
  private var dynamicCallers: Set<FunctionId> = []
  private var targetsChanged: UInt32 = 0
  /// Stands for what a function literal captures, in sites: no variable has this name.
  private let environmentName: NameId

  init(_ program: TypedProgram, of subject: EscapeSubject) {
    self.subject = subject
    self.program = program
    environmentName = program.names.intern("func")
    declarations = program.declarations
    scan = EscapeScan(program, of: subject)
    fresh = FreshResults(program, scan)
  }

  /// Decides where the locals of the program's functions lie (`LocalInfo.slotSite`), or what is freed
  /// (`TypedNode.temporary`, `LocalInfo.isFreedAtEnd`).
  func run() {
    let roots = program.reachable.functions.filter { isRoot(declarations.functions[$0.index]) }
    if roots.isEmpty { return }
    let count = declarations.functions.count
    states.append(repeating: 0, count: count)
    changed.append(repeating: 0, count: count)
    analyzed.append(repeating: 0, count: count)
    scan.parameterFlows.append(repeating: .nowhere, count: declarations.parameters.count)
    if subject == .storage { fresh.prepare() }
    // What may be called by anyone comes before all that calls.
    let targets = scan.targets.map { $0.all.sorted { $0.index < $1.index } } ?? []
    for target in targets where isOfInterest(declarations.functions[target.index]) { visit(target) }
    for root in roots { visit(root) }
    iterate()
  }

  private func isRoot(_ info: FunctionInfo) -> Bool {
    subject == .locals ? info.takesAddresses : info.makesTemporaries
  }

  // MARK: The functions to look at

  private struct Visit {
    var function: FunctionId
    var next: UInt32
  }

  /// Puts a function and what it calls with pointers into `order`.
  private func visit(_ root: FunctionId) {
    if states[root.index] != 0 { return }
    states[root.index] = 1
    var stack = [Visit(function: root, next: 0)]
    while let top = stack.last {
      let info = declarations.functions[top.function.index]
      if top.next == info.referenceCount {
        stack.removeLast()
        states[top.function.index] = 2
        order.append(top.function)
        continue
      }
      stack[stack.count - 1].next += 1
      let reference = program.codes[Int(info.code)].references[info.firstReference + top.next]
      guard reference.kind == .function, isOfInterest(declarations.functions[reference.index]) else { continue }
      switch states[reference.index] {
      case 0:
        states[reference.index] = 1
        stack.append(Visit(function: FunctionId(reference.index), next: 0))
      case 1: hasRecursion = true
      default: break
      }
    }
  }

  /// Whether it matters to its callers what becomes of its arguments, or whether its result is fresh.
  private func isOfInterest(_ info: FunctionInfo) -> Bool {
    if info.kind == .defaultValue { return subject == .storage && declarations.isFreeable(info.result, program.types) }
    if info.kind != .declared { return false }
    if subject == .storage && declarations.isFreeable(info.result, program.types) { return true }
    for index in 0..<Int(info.parameterCount) {
      if scan.carriesPointers(declarations.parameter(info, index).type) { return true }
    }
    return false
  }

  // MARK: To the least solution

  private func iterate() {
    for function in order { analyze(function) }
    if !hasRecursion && dynamicCallers.isEmpty { return }
    for _ in 0..<EscapeAnalysis.roundLimit {
      var isStable = true
      for function in order where isOutdated(function) {
        isStable = false
        analyze(function)
      }
      if isStable { return }
    }
    for function in order {
      let info = declarations.functions[function.index]
      for index in 0..<info.parameterCount { scan.parameterFlows[info.firstParameter + index] = .everywhere }
    }
    for function in order { analyze(function) }
  }

  /// Whether something has become known of a function that it calls since it was analysed.
  private func isOutdated(_ function: FunctionId) -> Bool {
    if targetsChanged > analyzed[function.index] && dynamicCallers.contains(function) { return true }
    let info = declarations.functions[function.index]
    let code = program.codes[Int(info.code)]
    for index in 0..<info.referenceCount {
      let reference = code.references[info.firstReference + index]
      if reference.kind == .function && changed[reference.index] > analyzed[function.index] { return true }
    }
    return false
  }

  private func analyze(_ function: FunctionId) {
    scan.analyze(function)
    time += 1
    analyzed[function.index] = time
    let info = declarations.functions[function.index]
    var isNew = false
    for index in 0..<info.parameterCount {
      let flow = scan.parameterFlows[info.firstParameter + index].joined(scan.parameterFlow(Int(index)))
      isNew = isNew || flow != scan.parameterFlows[info.firstParameter + index]
      scan.parameterFlows[info.firstParameter + index] = flow
    }
    if subject == .storage && fresh.update(function) { isNew = true }
    if isNew {
      // Later than its own analysis: it may call itself.
      time += 1
      changed[function.index] = time
      if scan.targets?.all.contains(function) == true { targetsChanged = time }
    }
    if scan.callsDynamically && scan.targets != nil { dynamicCallers.insert(function) }
    if !isRoot(info) { return }
    switch subject {
    case .locals: decideLocals(info)
    case .storage: decideStorage(info)
    }
  }

  /// Says of each local of the function just analysed whether it needs a slot of its own. What more becomes known
  /// later only adds to them.
  private func decideLocals(_ info: FunctionInfo) {
    let code = program.codes[Int(info.code)]
    for index in info.firstLocal..<info.firstLocal + info.localCount where code.locals[index].isAddressTaken {
      let local = code.locals[index]
      if local.hasOwnSlot || !scan.outlivesScope(index - info.firstLocal) { continue }
      assert(!info.isCore || info.instance != 0, "a local of the library outlives its scope")
      let node = TypedId(UInt32.max)
      code.locals[index].slotSite = UInt32(code.sites.count)
      let name = local.isEnvironment ? environmentName : local.name
      code.sites.append(SiteInfo(.local, local.type, name: name, at: local.position, node: node))
      code.sites.append(SiteInfo(.end, local.type, at: local.end, node: node))
    }
  }

  /// Says of each text and list that the function just analysed makes, and of each error that it catches by name,
  /// whether something may keep it.
  private func decideStorage(_ info: FunctionInfo) {
    let code = program.codes[Int(info.code)]
    scan.forEachNode { index in
      let node = code.nodes[index]
      switch node.op {
      case .interpolate, .concatenate, .makeSlice: break
      case .call, .callValue, .leaveArena:
        let isFresh =
          switch node.op {
          case .call: fresh.isFresh(FunctionId(node.a))
          case .callValue: fresh.isFresh(ofValue: code.nodes[node.a].type)
          default: fresh.isFresh(node: node.a)
          }
        guard declarations.isFreeable(node.type, program.types), isFresh else {
          code.nodes[index].flags = node.flags & ~TypedNode.temporary
          return
        }
      default: return
      }
      let depth = node.flags & ~TypedNode.temporary
      let isKept = depth == 0 || scan.isKept(index, beyondStatementIn: UInt16(depth))
      code.nodes[index].flags = isKept ? depth : depth | TypedNode.temporary
    }
    for index in info.firstLocal..<info.firstLocal + info.localCount where code.locals[index].isCaughtError {
      code.locals[index].isFreedAtEnd = !scan.isKept(local: index - info.firstLocal)
    }
  }
}
