// Random programs before and after the passes, run by the interpreter: equal results, stops, memory and calls outside.

import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@testable import ZongIR

/// `count` seeds from `first` on; `ZONG_IR_SEEDS` in the environment multiplies the count for a longer search.
private func seeds(_ first: UInt64, _ count: UInt64) -> Range<UInt64> {
  let factor = getenv("ZONG_IR_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 1
  return first..<first + count * factor
}

@Suite struct DifferentialTests {
  struct Run: Equatable {
    var outcome: Outcome
    var memory: [UInt8]
    var calls: [ImportCall]
  }

  static func run(_ program: Program, seed: UInt64) -> Run? {
    guard case .defined(let function) = program.definitions[program.definitions.count - 1] else { return nil }
    var interpreter = Interpreter(program, memorySize: 4096, steps: 20_000)
    var random = Random(state: seed)
    let arguments = function.parameters.array.map { type in
      Numeric.canonical(type, random.chance(50) ? random.next() : UInt64(random.below(10)))
    }
    let outcome = interpreter.run(function, arguments)
    return Run(outcome: outcome, memory: Array(interpreter.memory[1024..<1200]), calls: interpreter.calls)
  }

  static func functions(_ program: Program) -> [Function] {
    program.definitions.compactMap { if case .defined(let function) = $0 { function } else { nil } }
  }

  /// The share of runs that are cut off must stay small, or the test says nothing.
  static func compare(
    seeds: Range<UInt64>, isSample: Bool = false, _ optimise: (inout Program) -> [String]
  ) throws {
    var exhausted = 0
    var returned = 0
    for seed in seeds {
      let plain = randomProgram(seed: seed)
      let errors = Verifier.verify(plain)
      try #require(errors.isEmpty, "seed \(seed): \(errors)\n\(plain.text())")
      var program = randomProgram(seed: seed)
      let found = optimise(&program)
      try #require(found.isEmpty, "seed \(seed): \(found)\n\(plain.text())\n\(program.text())")
      let after = Verifier.verify(program)
      try #require(after.isEmpty, "seed \(seed): \(after)\n\(plain.text())\n\(program.text())")
      for input in 0..<4 as Range<UInt64> {
        let expected = run(plain, seed: input)
        if expected?.outcome == .exhausted { exhausted += 1; continue }
        let actual = run(program, seed: input)
        if case .returned = expected?.outcome { returned += 1 }
        try #require(actual == expected, "seed \(seed) input \(input)\n\(plain.text())\n\(program.text())")
      }
    }
    if isSample { return }
    #expect(exhausted < seeds.count / 2)
    #expect(returned > seeds.count)
  }

  static func eachFunction(_ program: Program, _ body: (Function, inout PassCounter) -> Void) -> [String] {
    var counter = PassCounter()
    for function in functions(program) { body(function, &counter) }
    return []
  }

  @Test func promote() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var pass = Promote()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func deadCode() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var promote = Promote()
      var pass = DeadCode()
      return DifferentialTests.eachFunction(program) {
        if program.definitions.count % 2 == 0 { promote.run($0, &$1) }
        pass.run($0, &$1)
      }
    }
  }

  @Test func folding() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var promote = Promote()
      var pass = ConstantFolding()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func simplify() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var promote = Promote()
      var pass = SimplifyControlFlow()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func scalars() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var pass = ScalarReplacement()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func numbering() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var promote = Promote()
      var pass = ValueNumbering()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func checks() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var promote = Promote()
      var numbering = ValueNumbering()
      var pass = RedundantChecks()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        numbering.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func rotation() throws {
    try DifferentialTests.compare(seeds: seeds(0, 40)) { program in
      var pass = LoopRotation()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func invariants() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var rotation = LoopRotation()
      var promote = Promote()
      var pass = LoopInvariants()
      return DifferentialTests.eachFunction(program) {
        rotation.run($0, &$1)
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func versions() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var rotation = LoopRotation()
      var promote = Promote()
      var pass = LoopVersions()
      return DifferentialTests.eachFunction(program) {
        rotation.run($0, &$1)
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func copies() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var pass = SmallCopies()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func unrolling() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var pass = Unrolling()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func remainders() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var pass = Remainders()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func selection() throws {
    try DifferentialTests.compare(seeds: seeds(0, 60)) { program in
      var promote = Promote()
      var pass = Selection()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func wholePipeline() throws {
    try DifferentialTests.compare(seeds: seeds(1000, 100)) { program in
      Optimizer.run(&program, OptimizerOptions(verify: true)).errors
    }
  }

  @Test func inlining() throws {
    try DifferentialTests.compare(seeds: seeds(2000, 40)) { program in
      Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"])).errors
    }
  }

  /// Every prefix of the decisions is a correct program too.
  @Test func bisection() throws {
    for seed in seeds(3000, 4) {
      var whole = randomProgram(seed: seed)
      let total = Optimizer.run(&whole).total
      for limit in stride(from: 0, through: total, by: max(1, total / 8)) {
        try DifferentialTests.compare(seeds: seed..<seed + 1, isSample: true) { program in
          Optimizer.run(&program, OptimizerOptions(bisectLimit: limit, verify: true)).errors
        }
      }
    }
  }
}
