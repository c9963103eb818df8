// The passes in their order: over one function, and over a program from the callees to the callers.

import ZongStores

/// What the optimiser is asked to do.
package struct OptimizerOptions: Sendable {
  /// The number of rewriting decisions after which everything stays as it is; for finding a miscompilation by halving.
  package var bisectLimit: Int?
  /// The pass after whose first run on each function the function is left as it is, for `--emit ir:after=PASS`.
  package var stopAfter: String?
  /// Whether the verifier runs after each pass that has changed a function.
  package var verify: Bool
  /// Only these passes run, each wherever the pipeline has it.
  package var only: [String]?
  /// Whether the report tells what became of each check.
  package var keepsFates = false
  /// How many threads may be used; the result is the same for any number.
  package var threads = 1

  package init(bisectLimit: Int? = nil, stopAfter: String? = nil, verify: Bool = false, only: [String]? = nil) {
    self.bisectLimit = bisectLimit
    self.stopAfter = stopAfter
    self.verify = verify
    self.only = only
  }
}

/// The passes; the names are those in `--emit ir:after=NAME`.
package enum Pass: UInt8, CaseIterable, Sendable {
  case inline, rotate, promote, fold, scalars, lent, simplify, numbering, keys, checks, invariants, appends, keytests
  case copies, versions, vectors, unrolling, remainders, selection, inner, late, dead, functions, parameters

  package var name: String { "\(self)" }
  var index: Int { Int(rawValue) }
}

/// What the optimiser did.
package struct OptimizerReport: Sendable {
  /// The number of decisions by the passes' places in `Pass`.
  internal var counts = [Int](repeating: 0, count: Pass.allCases.count)

  /// The decisions of each pass that made any.
  package var decisions: [Pass: Int] {
    var decisions: [Pass: Int] = [:]
    for pass in Pass.allCases where counts[pass.index] > 0 { decisions[pass] = counts[pass.index] }
    return decisions
  }
  /// What became of checks, if that was asked for.
  package internal(set) var fates: Set<CheckFate> = []
  /// What the verifier found, with the pass after which it found it.
  package internal(set) var errors: [String] = []

  /// Takes in what another thread did.
  mutating func add(_ other: OptimizerReport) {
    for index in counts.indices { counts[index] += other.counts[index] }
    errors += other.errors
    fates.formUnion(other.fates)
  }

  /// All decisions together: the largest bisect limit that still changes something.
  package var total: Int { counts.reduce(0, +) }
}

/// Runs the passes over single functions. Holds the passes' room; one for each thread.
package struct FunctionOptimizer: ~Copyable {
  private var inline = Inline()
  private var promote = Promote()
  private var folding = ConstantFolding()
  private var simplify = SimplifyControlFlow()
  private var dead = DeadCode()
  private var scalars = ScalarReplacement()
  private var lent = LentSlots()
  private var numbering = ValueNumbering()
  private var keys = RedundantKeyChecks()
  private var checks = RedundantChecks()
  private var rotation = LoopRotation()
  private var invariants = LoopInvariants()
  private var appendLoops = AppendLoops()
  private var keyTests = KeyTests()
  private var copies = SmallCopies()
  private var remainders = Remainders()
  private var versions = LoopVersions()
  private var vectorization = LoopVectorization()
  private var unrolling = Unrolling()
  private var keyless = KeylessParameters()
  private var checkedParameters = CheckedParameters()
  private var checkedCopies = CheckedCopies()
  private var unused = UnusedParameters()
  private var selection = Selection()
  private var shortInner = ShortInnerCalls()
  private var lateChecks = LateKeyChecks()
  private let enabled: [Bool]
  private let stopAfter: Pass?
  private let verifies: Bool
  /// What is decided is counted here.
  package var counter: PassCounter
  package private(set) var report = OptimizerReport()
  private var isStopped = false

  /// The report with the fates of checks.
  package var finishedReport: OptimizerReport {
    var finished = report
    finished.fates = counter.fates
    return finished
  }

  package init(_ options: OptimizerOptions, frameFiller: UInt8? = nil) {
    scalars.frameFiller = frameFiller
    lent.fillsFrames = frameFiller != nil
    enabled = Pass.allCases.map { options.only?.contains($0.name) ?? true }
    stopAfter = options.stopAfter.flatMap { name in Pass.allCases.first { $0.name == name } }
    verifies = options.verify
    counter = PassCounter(limit: options.bisectLimit)
    counter.keepsFates = options.keepsFates
  }

  /// What functions keep of what they are given.
  package mutating func know(_ captured: CapturedParameters) { lent.captured = captured }

  /// Optimises one function by itself.
  package mutating func run(_ function: Function, in program: Program? = nil) {
    let none = Store<InlineCandidate>(capacity: 4)
    run(function, in: program, [], none)
    finish(function, in: program)
  }

  /// Optimises one function, with the callees that may be inlined. `isInCircle` tells whether it calls itself by way of
  /// others.
  package mutating func run(
    _ function: Function, in program: Program?, _ functions: [Function?],
    _ candidates: borrowing Store<InlineCandidate>, isInCircle: Bool = false
  ) {
    isStopped = false
    inlineCalls(function, program, functions, candidates, isInCircle)
    simplify(function, program)
    for _ in 0..<Inline.ownRounds where inlineOwnCalls(function, program) { simplify(function, program) }
  }

  /// What makes a function smaller and faster by itself.
  private mutating func simplify(_ function: Function, _ program: Program?) {
    step(.rotate, function, program)
    step(.promote, function, program)
    step(.fold, function, program)
    let isTakenApart = step(.scalars, function, program)
    let isLent = step(.lent, function, program)
    if isTakenApart || isLent {
      step(.promote, function, program)
      step(.fold, function, program)
    }
    step(.dead, function, program)
    let isStraightened = step(.simplify, function, program)
    let isNumbered = step(.numbering, function, program)
    // Values that were found to be the same make new forms: `x & (n - 1) < n`, whose `n` was read twice.
    if isNumbered { step(.fold, function, program) }
    let hasLostKeys = step(.keys, function, program)
    let hasLostChecks = step(.checks, function, program)
    let isHoisted = step(.invariants, function, program)
    if isHoisted { step(.keys, function, program) }
    // Where none of these found anything, neither will the ones that clean up after them.
    guard isStraightened || isNumbered || hasLostKeys || hasLostChecks || isHoisted else { return }
    step(.fold, function, program)
    step(.simplify, function, program)
    step(.dead, function, program)
  }

  /// What makes a function larger, after all inlining: it has no say in what is inlined, and nothing is copied twice.
  package mutating func finish(_ function: Function, in program: Program?) {
    // A function that was to be left after an earlier pass stays as it was.
    if let stopAfter, !isLate(stopAfter) || stopAfter == .parameters { return }
    isStopped = false
    let hasAppendLoops = step(.appends, function, program)
    if hasAppendLoops { step(.promote, function, program) }
    let isTested = step(.keytests, function, program)
    if isTested { step(.promote, function, program) }
    let isExpanded = step(.copies, function, program)
    let isVersioned = step(.versions, function, program)
    if hasAppendLoops || isTested || isExpanded || isVersioned {
      step(.numbering, function, program)
      // Without the checks, more can go in front of the loop.
      step(.invariants, function, program)
      step(.fold, function, program)
      step(.simplify, function, program)
      step(.dead, function, program)
    }
    step(.selection, function, program)
    if step(.vectors, function, program) {
      step(.fold, function, program)
      step(.numbering, function, program)
      step(.simplify, function, program)
      step(.dead, function, program)
    }
    if step(.unrolling, function, program) {
      step(.fold, function, program)
      // Rounds beside each other share what they compute.
      step(.numbering, function, program)
      step(.fold, function, program)
      step(.simplify, function, program)
      step(.dead, function, program)
    }
    step(.remainders, function, program)
    step(.selection, function, program)
    step(.inner, function, program)
    step(.late, function, program)
  }

  private mutating func inlineCalls(
    _ function: Function, _ program: Program?, _ functions: [Function?], _ candidates: borrowing Store<InlineCandidate>,
    _ isInCircle: Bool
  ) {
    guard isWanted(.inline) else { return }
    let before = counter.taken
    inline.run(function, functions, candidates, isInCircle: isInCircle, &counter)
    finish(.inline, before, function, program)
  }

  private mutating func inlineOwnCalls(_ function: Function, _ program: Program?) -> Bool {
    guard isWanted(.inline) else { return false }
    let before = counter.taken
    let isInlined = inline.runOnItself(function, &counter)
    finish(.inline, before, function, program)
    return isInlined
  }

  /// Removes the functions of the program that nothing uses any more.
  package mutating func removeUnused(_ program: inout Program, _ functions: [Function?]) {
    isStopped = false
    guard isWanted(.functions), stopAfter == nil || stopAfter == .functions else { return }
    let before = counter.taken
    UnusedFunctions.run(&program, functions, &counter)
    report.counts[Pass.functions.index] += counter.taken - before
  }

  /// Looks for parameters without keys, and for those whose keys fit, over the whole program, and rewrites their
  /// functions, or copies of them, which it adds: which of them it did.
  package mutating func rewriteParameters(_ program: inout Program, isRoot: (Int) -> Bool) -> [Bool] {
    isStopped = false
    let functions = program.functions
    guard wantsParameters else { return functions.map { _ in false } }
    let before = counter.taken
    keyless.find(functions, isRoot: isRoot)
    var isChanged = functions.map { _ in false }
    for (id, function) in functions.enumerated() {
      if let function { isChanged[id] = keyless.rewrite(function, &counter) }
    }
    for (id, isMarked) in checkedParameters.mark(functions, isRoot: isRoot, &counter).enumerated() where isMarked {
      isChanged[id] = true
    }
    isChanged += checkedCopies.run(&program, &counter).map { _ in true }
    report.counts[Pass.parameters.index] += counter.taken - before
    return isChanged
  }

  /// Takes away the parameters that aren't read, over the whole program: which functions that changed.
  package mutating func removeUnusedParameters(_ program: Program, isRoot: (Int) -> Bool) -> [Bool] {
    isStopped = false
    let functions = program.functions
    guard wantsParameters else { return functions.map { _ in false } }
    let before = counter.taken
    let isChanged = unused.run(functions, isRoot: isRoot, &counter)
    report.counts[Pass.parameters.index] += counter.taken - before
    return isChanged
  }

  private var wantsParameters: Bool { isWanted(.parameters) && (stopAfter == nil || isLate(stopAfter)) }

  /// Removes what nothing uses any more.
  package mutating func clean(_ function: Function, in program: Program?) {
    isStopped = false
    step(.dead, function, program)
  }

  /// What is known of its parameters makes the function better.
  package mutating func runAgain(_ function: Function, in program: Program?) {
    if stopAfter == .parameters { return }
    isStopped = false
    simplify(function, program)
  }

  /// Whether the pass comes after all others have run over all functions.
  private func isLate(_ pass: Pass?) -> Bool {
    [
      .parameters, .appends, .keytests, .copies, .versions, .vectors, .unrolling, .remainders, .selection, .inner,
      .late,
    ]
    .contains(pass)
  }

  private func isWanted(_ pass: Pass) -> Bool { !isStopped && enabled[pass.index] && counter.remaining > 0 }

  private mutating func finish(_ pass: Pass, _ before: Int, _ function: Function, _ program: Program?) {
    let decisions = counter.taken - before
    report.counts[pass.index] += decisions
    // Each change is a decision; and what comes out in the end is verified once more.
    if verifies && decisions > 0 { verify(pass, function, program) }
    if pass == stopAfter { isStopped = true }
  }

  /// Runs one pass, if it is wanted; whether it changed the function.
  @discardableResult
  private mutating func step(_ pass: Pass, _ function: Function, _ program: Program?) -> Bool {
    guard isWanted(pass) else { return false }
    let before = counter.taken
    let isChanged = apply(pass, function)
    finish(pass, before, function, program)
    return isChanged
  }

  private mutating func apply(_ pass: Pass, _ function: Function) -> Bool {
    switch pass {
    case .promote: promote.run(function, &counter)
    case .fold: folding.run(function, &counter)
    case .simplify: simplify.run(function, &counter)
    case .dead: dead.run(function, &counter)
    case .scalars: scalars.run(function, &counter)
    case .lent: lent.run(function, &counter)
    case .numbering: numbering.run(function, &counter)
    case .keys: keys.run(function, &counter)
    case .checks: checks.run(function, &counter)
    case .rotate: rotation.run(function, &counter)
    case .invariants: invariants.run(function, &counter)
    case .appends: appendLoops.run(function, &counter)
    case .keytests: keyTests.run(function, &counter)
    case .copies: copies.run(function, &counter)
    case .remainders: remainders.run(function, &counter)
    case .versions: versions.run(function, &counter)
    case .vectors: vectorization.run(function, &counter)
    case .unrolling: unrolling.run(function, &counter)
    case .selection: selection.run(function, &counter)
    case .inner: shortInner.run(function, &counter)
    case .late: lateChecks.run(function, &counter)
    default: false
    }
  }

  private mutating func verify(_ pass: Pass, _ function: Function, _ program: Program?) {
    for error in Verifier.verify(function, in: program).prefix(4) {
      report.errors.append("after \(pass.name) in \(function.name)#\(function.id.index): \(error)")
    }
  }
}

/// Optimises whole programs.
package enum Optimizer {
  /// Runs the passes over all functions of `program`, callees first, and removes the functions that are left unused.
  package static func run(_ program: inout Program, _ options: OptimizerOptions = OptimizerOptions()) -> OptimizerReport
  {
    let functions = program.functions
    let graph = CallGraph(functions)
    CallEffects.mark(program, functions)
    let run = OptimizerRun(program, functions, graph, isRoot: roots(of: program), options)
    for level in components(of: graph) { run.optimize(level) }
    return run.finish(&program)
  }

  /// The components by level, as ranges of the graph's order.
  private static func components(of graph: borrowing CallGraph) -> [[Range<Int>]] {
    var levels: [[Range<Int>]] = []
    var first = 0
    for place in 0..<graph.order.count where graph.isLastOfComponent(place) {
      let level = Int(graph.levels[graph.order[place]])
      while levels.count <= level { levels.append([]) }
      levels[level].append(first..<place + 1)
      first = place + 1
    }
    return levels
  }

  /// The functions that are reached from outside.
  private static func roots(of program: Program) -> Store<Bool> {
    var isRoot = Store<Bool>()
    isRoot.refill(with: false, count: program.definitions.count)
    for export in program.exports where Int(export.function.index) < isRoot.count {
      isRoot[export.function.index] = true
    }
    for entry in program.table where Int(entry.index) < isRoot.count { isRoot[entry.index] = true }
    return isRoot
  }
}

/// A run of the optimiser over a program: what its threads share. The functions of a level don't call each other, but
/// within a component, which stays on one thread; so it doesn't matter which thread takes which.
private final class OptimizerRun: @unchecked Sendable {
  /// A level of fewer components isn't worth a thread.
  private static let leastForThreads = 16

  /// The passes of one thread.
  private final class Worker {
    var passes: FunctionOptimizer
    /// What functions grow in while they are worked on, so that no pass asks for memory, which threads do one at a time.
    private let room = Function()
    init(_ options: OptimizerOptions, _ program: Program, _ captured: CapturedParameters) {
      passes = FunctionOptimizer(options, frameFiller: program.frameFiller)
      passes.know(captured)
    }

    /// Calls `body` while `function` has the worker's room.
    func work(on function: Function, _ body: (inout FunctionOptimizer) -> Void) {
      room.assign(function)
      room.exchange(with: function)
      body(&passes)
      room.exchange(with: function)
      function.assign(room)
    }
  }

  private let program: Program
  private let functions: [Function?]
  private let order: [UInt32]
  /// By function: whether it is reached from outside.
  private let isRoot: [Bool]
  private let workers: [Worker]
  /// By function; until it is optimised, it is no candidate.
  private var candidates = Store<InlineCandidate>()
  /// The candidates, of which each thread writes those of its components. What another thread of the level may write at
  /// the time, it doesn't read.
  private let noted: UnsafeMutablePointer<InlineCandidate>

  init(
    _ program: Program, _ functions: [Function?], _ graph: borrowing CallGraph, isRoot: borrowing Store<Bool>,
    _ options: OptimizerOptions
  ) {
    self.program = program
    self.functions = functions
    order = graph.order.array
    self.isRoot = isRoot.array
    // A limit counts decisions one after the other.
    let threads = options.bisectLimit == nil && !options.verify ? max(options.threads, 1) : 1
    let captured = CapturedParameters(functions)
    workers = (0..<threads).map { _ in Worker(options, program, captured) }
    for id in 0..<functions.count {
      let isCalledOnce = graph.callCounts[id] == 1 && !isRoot[id]
      candidates.append(InlineCandidate(size: Rebuilder.none, isCalledOnce: isCalledOnce))
    }
    noted = candidates.elementPointer
  }

  /// Optimises the components of a level.
  func optimize(_ level: [Range<Int>]) {
    let threads = level.count < OptimizerRun.leastForThreads ? 1 : workers.count
    Parallel.forEach(level.count, threads: threads) { [self] piece, worker in
      for place in level[piece] {
        let id = Int(order[place])
        guard let function = functions[id] else { continue }
        let isInCircle = level[piece].count > 1
        workers[worker].work(on: function) {
          $0.run(function, in: program, functions, candidates, isInCircle: isInCircle)
        }
        noted[id].size = Inline.size(of: function) { Int($0) < functions.count && functions[Int($0)] == nil }
      }
    }
  }

  /// Calls `body` with each function, and with the passes of the thread that has its turn.
  private func forEach(
    _ functions: [Function], _ body: @escaping @Sendable (inout FunctionOptimizer, Function) -> Void
  ) {
    let threads = functions.count < OptimizerRun.leastForThreads ? 1 : workers.count
    Parallel.forEach(functions.count, threads: threads) { [self] piece, worker in
      workers[worker].work(on: functions[piece]) { body(&$0, functions[piece]) }
    }
  }

  /// Removes what is left unused, and says what was done.
  func finish(_ program: inout Program) -> OptimizerReport {
    workers[0].passes.removeUnused(&program, functions)
    // `checkKey` calls the function that explains stale pointers. Copies that are added are reached by calls only.
    let stale = program.stale.map { Int($0.index) }
    let isReached: (Int) -> Bool = { [isRoot] in $0 < isRoot.count && isRoot[$0] || $0 == stale }
    let isRewritten = workers[0].passes.rewriteParameters(&program, isRoot: isReached)
    let kept = program
    let left = program.functions.compactMap { $0 }
    let rewritten = left.filter { isRewritten[Int($0.id.index)] }
    forEach(rewritten) { $0.runAgain($1, in: kept) }
    let isShortened = workers[0].passes.removeUnusedParameters(program, isRoot: isReached)
    forEach(left) {
      if isShortened[Int($1.id.index)] { $0.clean($1, in: kept) }
      $0.finish($1, in: kept)
    }
    var report = workers[0].passes.finishedReport
    for worker in workers.dropFirst() { report.add(worker.passes.finishedReport) }
    return report
  }
}
