// Random programs before and after the passes, run by the interpreter: equal results, stops, memory and calls outside.

import Testing

@testable import ZongIR

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
    seeds: Range<UInt64>, _ optimise: (inout Program) -> [String]
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
    #expect(exhausted < seeds.count / 2)
    #expect(returned > seeds.count)
  }

  static func eachFunction(_ program: Program, _ body: (Function, inout PassCounter) -> Void) -> [String] {
    var counter = PassCounter()
    for function in functions(program) { body(function, &counter) }
    return []
  }

  @Test func promote() throws {
    try DifferentialTests.compare(seeds: 0..<150) { program in
      var pass = Promote()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func deadCode() throws {
    try DifferentialTests.compare(seeds: 0..<150) { program in
      var promote = Promote()
      var pass = DeadCode()
      return DifferentialTests.eachFunction(program) {
        if program.definitions.count % 2 == 0 { promote.run($0, &$1) }
        pass.run($0, &$1)
      }
    }
  }

  @Test func folding() throws {
    try DifferentialTests.compare(seeds: 0..<300) { program in
      var promote = Promote()
      var pass = ConstantFolding()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func simplify() throws {
    try DifferentialTests.compare(seeds: 0..<200) { program in
      var promote = Promote()
      var pass = SimplifyControlFlow()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func scalars() throws {
    try DifferentialTests.compare(seeds: 0..<200) { program in
      var pass = ScalarReplacement()
      return DifferentialTests.eachFunction(program) { pass.run($0, &$1) }
    }
  }

  @Test func numbering() throws {
    try DifferentialTests.compare(seeds: 0..<200) { program in
      var promote = Promote()
      var pass = ValueNumbering()
      return DifferentialTests.eachFunction(program) {
        promote.run($0, &$1)
        pass.run($0, &$1)
      }
    }
  }

  @Test func wholePipeline() throws {
    try DifferentialTests.compare(seeds: 1000..<1400) { program in
      var optimizer = FunctionOptimizer(OptimizerOptions(verify: true))
      for function in DifferentialTests.functions(program) { optimizer.run(function, in: program) }
      return optimizer.report.errors
    }
  }
}
