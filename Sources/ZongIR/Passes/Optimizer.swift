// The passes in their order: over one function, and over a program from the callees to the callers.

import ZongStores

/// What the optimiser is asked to do.
package struct OptimizerOptions: Sendable {
  /// The number of rewriting decisions after which everything stays as it is; for finding a miscompilation by halving.
  package var bisectLimit: Int?
  /// The pass after whose first run on each function the function is left as it is, for `--emit ir:after=PASS`.
  package var stopAfter: String?
  /// Whether the verifier runs after each pass.
  package var verify: Bool
  /// Only these passes run, each wherever the pipeline has it.
  package var only: [String]?

  package init(bisectLimit: Int? = nil, stopAfter: String? = nil, verify: Bool = false, only: [String]? = nil) {
    self.bisectLimit = bisectLimit
    self.stopAfter = stopAfter
    self.verify = verify
    self.only = only
  }
}

/// The passes by their names in `--emit ir:after=NAME`.
package enum Pass: String, CaseIterable, Sendable {
  case inline, promote, fold, scalars, simplify, numbering, checks, invariants, dead, functions
}

/// What the optimiser did.
package struct OptimizerReport: Sendable {
  /// The decisions of each pass, in the order of `Pass`.
  package internal(set) var decisions: [Pass: Int] = [:]
  /// What the verifier found, with the pass after which it found it.
  package internal(set) var errors: [String] = []

  /// All decisions together: the largest bisect limit that still changes something.
  package var total: Int { decisions.values.reduce(0, +) }
}

/// Runs the passes over single functions. Holds the passes' room; one for each thread.
package struct FunctionOptimizer: ~Copyable {
  private var promote = Promote()
  private var folding = ConstantFolding()
  private var simplify = SimplifyControlFlow()
  private var dead = DeadCode()
  private var scalars = ScalarReplacement()
  private var numbering = ValueNumbering()
  private let enabled: [Bool]
  private let stopAfter: Pass?
  private let verifies: Bool
  /// What is decided is counted here.
  package var counter: PassCounter
  package private(set) var report = OptimizerReport()
  private var isStopped = false

  package init(_ options: OptimizerOptions) {
    enabled = Pass.allCases.map { options.only?.contains($0.rawValue) ?? true }
    stopAfter = options.stopAfter.flatMap { Pass(rawValue: $0) }
    verifies = options.verify
    counter = PassCounter(limit: options.bisectLimit)
  }

  /// Optimises one function.
  package mutating func run(_ function: Function, in program: Program? = nil) {
    isStopped = false
    step(.promote, function, program)
    step(.fold, function, program)
    if step(.scalars, function, program) {
      step(.promote, function, program)
      step(.fold, function, program)
    }
    step(.dead, function, program)
    step(.simplify, function, program)
    step(.numbering, function, program)
    step(.fold, function, program)
    step(.simplify, function, program)
    step(.dead, function, program)
  }

  /// Runs one pass, if it is wanted; whether it changed the function.
  @discardableResult
  private mutating func step(_ pass: Pass, _ function: Function, _ program: Program?) -> Bool {
    guard !isStopped, enabled[index(of: pass)], counter.remaining > 0 else { return false }
    let before = counter.taken
    let isChanged = apply(pass, function)
    report.decisions[pass, default: 0] += counter.taken - before
    if verifies { verify(pass, function, program) }
    if pass == stopAfter { isStopped = true }
    return isChanged
  }

  private func index(of pass: Pass) -> Int { Pass.allCases.firstIndex(of: pass) ?? 0 }

  private mutating func apply(_ pass: Pass, _ function: Function) -> Bool {
    switch pass {
    case .promote: promote.run(function, &counter)
    case .fold: folding.run(function, &counter)
    case .simplify: simplify.run(function, &counter)
    case .dead: dead.run(function, &counter)
    case .scalars: scalars.run(function, &counter)
    case .numbering: numbering.run(function, &counter)
    default: false
    }
  }

  private mutating func verify(_ pass: Pass, _ function: Function, _ program: Program?) {
    for error in Verifier.verify(function, in: program).prefix(4) {
      report.errors.append("after \(pass.rawValue) in \(function.name)#\(function.id.index): \(error)")
    }
  }
}

/// Optimises whole programs.
package enum Optimizer {
  /// Runs the passes over all functions of `program`.
  package static func run(_ program: inout Program, _ options: OptimizerOptions = OptimizerOptions()) -> OptimizerReport {
    var functions = FunctionOptimizer(options)
    for definition in program.definitions {
      guard case .defined(let function) = definition else { continue }
      functions.run(function, in: program)
    }
    return functions.report
  }
}
