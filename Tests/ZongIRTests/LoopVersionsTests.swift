// Loops in two versions: when there are two, when there must not be, and that both do what the loop did.

import Testing

@testable import ZongIR

@Suite struct LoopVersionsTests {
  /// A program with a function `g#1(i64 %1, i64 %2, i64 %3, i64 %4): i64`, and an import `f` that may free.
  private func program(_ body: String) throws -> Program {
    let text = """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10
      import "f"#0 "env" ()

      func g#1(i64, i64, i64, i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i64.parameter 2
        %4 = i64.parameter 3
        %5 = i64.const 0
      \(body)
      }
      """
    let program = try Parser.parseProgram(text).get()
    #expect(Verifier.verify(program).isEmpty)
    return program
  }

  /// The number of loops that got a second version.
  private func versions(_ body: String) throws -> Int {
    let program = try program(body)
    var optimizer = FunctionOptimizer(OptimizerOptions(verify: true, only: ["versions"]))
    optimizer.run(try functionBehindImport(program), in: program)
    #expect(optimizer.report.errors.isEmpty, "\(optimizer.report.errors)")
    return optimizer.report.decisions[.versions] ?? 0
  }

  /// A loop from %1 to %2 (excluded) by one.
  private func counted(
    _ inside: String, condition: String = "ltS %8, %2", step: String = "%7 = i64.const 1", head: String = "%6: i64",
    entry: String = "%1", back: String = "%8", behind: String = "return %5"
  ) -> String {
    """
      jump @1(\(entry))
    @1(\(head)):
      \(inside)
      \(step)
      %8 = i64.add %6, %7
      %9 = \(condition)
      branch %9, @1(\(back)), @2()
    @2:
      \(behind)
    """
  }

  private let bounds = "%20 = ltU %6, %3\ncheck %20, bounds(%6, %3)"

  @Test func boundsOfACounter() throws {
    #expect(try versions(counted(bounds)) == 1)
    #expect(try versions(counted(bounds, condition: "leS %8, %2")) == 1)
    #expect(try versions(counted(bounds, condition: "gtS %2, %8")) == 1)
    #expect(try versions(counted(bounds, condition: "gtS %8, %2", step: "%7 = i64.const -3")) == 1)
  }

  @Test func boundsOfWhatGoesWithIt() throws {
    #expect(try versions(counted("%19 = i64.add %6, %4\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %3)")) == 1)
    #expect(try versions(counted("%19 = i64.mul %6, %4\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %3)")) == 1)
    #expect(try versions(counted("%19 = i64.sub %4, %6\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %3)")) == 1)
  }

  @Test func notOfWhatDoesNot() throws {
    #expect(try versions(counted("%19 = i64.mul %6, %6\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %3)")) == 0)
    #expect(try versions(counted("%19 = i64.xor %6, %4\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %3)")) == 0)
    #expect(try versions(counted("%20 = ltU %3, %6\ncheck %20, bounds(%6, %3)")) == 0)
    #expect(try versions(counted("%20 = ltS %6, %3\ncheck %20, bounds(%6, %3)")) == 0)
    let product = "%18 = i64.mul %6, %4\n%19 = i64.mul %18, %4"
    #expect(try versions(counted("\(product)\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %3)")) == 0)
  }

  @Test func notWithAChangingLength() throws {
    let load = "%17 = i32.wrap %4\n%18 = i32.load %17+0\n%19 = i64.extendU %18"
    #expect(try versions(counted("\(load)\n%20 = ltU %6, %19\ncheck %20, bounds(%6, %19)")) == 0)
  }

  @Test func notWithoutAnEnd() throws {
    #expect(try versions(counted(bounds, condition: "ltU %8, %2")) == 0)
    #expect(try versions(counted(bounds, condition: "gtS %8, %2")) == 0)
    #expect(try versions(counted(bounds, condition: "ne %8, %2")) == 0)
    #expect(try versions(counted(bounds, condition: "ltS %6, %2")) == 0)
    #expect(try versions(counted(bounds, step: "%7 = i64.add %4, %4")) == 0)
    #expect(try versions(counted(bounds, step: "%7 = i64.const 4611686018427387904")) == 0)
    #expect(try versions(counted("\(bounds)\n%21 = i64.add %2, %6", condition: "ltS %8, %21")) == 0)
    // Another value goes back than the one that is tested.
    #expect(try versions(counted("\(bounds)\n%21 = i64.add %6, %4", back: "%21")) == 0)
  }

  @Test func keysOfWhatStaysTheSame() throws {
    #expect(try versions(counted("checkKey %3")) == 1)
    #expect(try versions(counted("checkKey %3\ncall f#0()")) == 1)
    #expect(try versions(counted("checkKey %3\ncall f#0() mayFree")) == 0)
    #expect(try versions(counted("checkKey %6")) == 0)
    let tag = "%18 = i32.wrap %4\ntagStore.u16 %18, %4"
    #expect(try versions(counted("checkKey %3\n\(tag)")) == 0)
  }

  @Test func valuesBehindTheLoop() throws {
    #expect(try versions(counted(bounds, behind: "return %8")) == 1)
    #expect(try versions(counted(bounds, behind: "%30 = i64.add %6, %8\nreturn %30")) == 1)
    // Known behind a merge of two ways out: neither is the exit.
    let twoWays = """
        jump @1(%1)
      @1(%6: i64):
        \(bounds)
        %10 = eq %6, %4
        branch %10, @3(), @2()
      @2:
        %7 = i64.const 1
        %8 = i64.add %6, %7
        %9 = ltS %8, %2
        branch %9, @1(%8), @4()
      @3:
        jump @5()
      @4:
        jump @5()
      @5:
        return %6
      """
    #expect(try versions(twoWays) == 0)
    #expect(try versions(twoWays.replacing("return %6", with: "return %4")) == 1)
  }

  @Test func onlyInnermostLoops() throws {
    let nested = """
        jump @1(%1)
      @1(%6: i64):
        checkKey %3
        jump @2(%1)
      @2(%10: i64):
        %11 = i64.const 1
        %12 = i64.add %10, %11
        %13 = ltS %12, %2
        branch %13, @2(%12), @3()
      @3:
        %8 = i64.add %6, %11
        %9 = ltS %8, %2
        branch %9, @1(%8), @4()
      @4:
        return %5
      """
    #expect(try versions(nested) == 0)
  }

  // MARK: Both versions do what the loop did

  /// Runs the body before and after for extreme arguments, of %4 too if that is used: equal results and stops. The share
  /// of runs that end in each way is looked at, or nothing would be said.
  private func compare(_ body: String, usesFourth: Bool = false) throws {
    let edges: [Int64] = [
      0, 1, 2, 5, 40, -1, -3, .max, .max - 1, .min, .min + 1, 1 << 31, 1 << 32, (1 << 32) - 1, 1 << 62, -(1 << 62),
    ]
    var (stopped, returned) = (0, 0)
    let before = try program(body)
    let after = try program(body)
    var optimizer = FunctionOptimizer(OptimizerOptions(verify: true, only: ["versions"]))
    optimizer.run(try functionBehindImport(after), in: after)
    #expect(optimizer.report.decisions[.versions] == 1)
    let choices = usesFourth ? edges.indices : 0..<1
    for (i, a) in edges.enumerated() {
      for (j, b) in edges.enumerated() {
        for (k, c) in edges.enumerated() where c >= 0 && c <= 1 << 32 {
          // Of four arguments each three edges meet, with a quarter of the fourth one's.
          for l in choices where !usesFourth || (i + j + k + l) % 4 == 0 {
            let arguments = [a, b, c, edges[l]].map { UInt64(bitPattern: $0) }
            var first = Interpreter(before, memorySize: 4096, steps: 400)
            let expected = first.run(try functionBehindImport(before), arguments)
            if expected == .exhausted { continue }
            var second = Interpreter(after, memorySize: 4096, steps: 800)
            let actual = second.run(try functionBehindImport(after), arguments)
            try #require(actual == expected, "\(arguments)")
            if case .stopped = expected { stopped += 1 } else { returned += 1 }
          }
        }
      }
    }
    #expect(stopped > 50 && returned > 50)
  }

  @Test func sameUpwards() throws { try compare(counted(bounds, behind: "return %8")) }

  @Test func sameUpToTheEnd() throws { try compare(counted(bounds, condition: "leS %8, %2", behind: "return %8")) }

  @Test func sameDownwards() throws {
    try compare(counted(bounds, condition: "gtS %8, %2", step: "%7 = i64.const -1", behind: "return %8"))
    try compare(counted(bounds, condition: "geS %8, %2", step: "%7 = i64.const -7", behind: "return %8"))
  }

  @Test func sameWithAFactor() throws {
    let product = "%19 = i64.mul %6, %4\n%20 = ltU %19, %3\ncheck %20, bounds(%6, %19)"
    try compare(counted(product, behind: "return %8"), usesFourth: true)
    let reversed = "%18 = i64.sub %4, %6\n%20 = ltU %18, %3\ncheck %20, bounds(%6, %18)"
    try compare(counted(reversed, behind: "return %8"), usesFourth: true)
    let both = "%18 = i64.const 3\n%17 = i64.mul %6, %18\n%19 = i64.add %17, %4"
    let check = "%20 = ltU %19, %3\ncheck %20, bounds(%6, %19)"
    try compare(counted("\(both)\n\(check)", behind: "return %8"), usesFourth: true)
  }

  @Test func sameWithAStepFromOutside() throws {
    // %4 in each round, upwards: also where it is 0, negative, or takes the counter over the end of 64 bits.
    let body = counted(bounds, condition: "leS %8, %2", step: "%7 = i64.add %5, %5", behind: "return %8")
    try compare(body.replacing("i64.add %6, %7", with: "i64.add %6, %4"), usesFourth: true)
    try compare(body.replacing("i64.add %6, %7", with: "i64.add %4, %6"), usesFourth: true)
    #expect(try versions(body.replacing("i64.add %6, %7", with: "i64.add %4, %6").replacing("leS", with: "geS")) == 0)
  }

  /// `low` from %1 and `high` from %2, towards each other.
  private func meeting(_ inside: String, _ comparison: String = "ltS", steps: (Int, Int) = (1, -1)) -> String {
    """
      %10 = i32.wrap %3
      %11 = i64.extendU %10
      jump @1(%1, %2)
    @1(%6: i64, %7: i64):
      \(inside)
      %12 = i64.const \(steps.0)
      %13 = i64.add %6, %12
      %14 = i64.const \(steps.1)
      %15 = i64.add %7, %14
      %16 = \(comparison) %13, %15
      branch %16, @1(%13, %15), @2()
    @2:
      return %15
    """
  }

  private let low = "%20 = ltU %6, %11\ncheck %20, bounds(%6, %11)"
  private let high = "%22 = ltU %7, %11\ncheck %22, bounds(%7, %11)"

  @Test func sameWithCountersThatMeet() throws {
    try compare(meeting("\(low)\n\(high)"))
    try compare(meeting("\(low)\n\(high)", "leS", steps: (3, -5)))
    try compare(meeting("\(high)\n\(low)", "gtS", steps: (-1, 2)))
    try compare(meeting(low))
    try compare(meeting(high))
    let sum = "%19 = i64.add %7, %4\n%22 = ltU %19, %11\ncheck %22, bounds(%7, %11)"
    try compare(meeting("\(low)\n\(sum)"), usesFourth: true)
    #expect(try versions(meeting(low, steps: (1, 1))) == 0)
    #expect(try versions(meeting(low, "gtS")) == 0)
    #expect(try versions(meeting(low, "ne")) == 0)
  }

  @Test func sameWithACounterThatGoesAlong() throws {
    // %7 goes along with %6, from %4 on.
    let body = """
        %10 = i32.wrap %3
        %11 = i64.extendU %10
        jump @1(%1, %4)
      @1(%6: i64, %7: i64):
        CHECKS
        %12 = i64.const 1
        %13 = i64.add %6, %12
        %14 = i64.const STEP
        %15 = i64.add %7, %14
        %16 = ltS %13, %2
        branch %16, @1(%13, %15), @2()
      @2:
        return %15
      """
    for step in ["1", "-1", "7"] {
      let stepped = body.replacing("STEP", with: step)
      try compare(stepped.replacing("CHECKS", with: high), usesFourth: true)
      try compare(stepped.replacing("CHECKS", with: "\(low)\n\(high)"), usesFourth: true)
    }
    let product = "%19 = i64.mul %7, %1\n%22 = ltU %19, %11\ncheck %22, bounds(%7, %11)"
    try compare(body.replacing("STEP", with: "3").replacing("CHECKS", with: product), usesFourth: true)
  }

  @Test func sameWhereTheCounterIsTheIndex() throws {
    let length = "%10 = i32.wrap %3\n%11 = i64.extendU %10\njump @1("
    let near = "%20 = ltU %6, %11\ncheck %20, bounds(%6, %11)"
    for condition in ["ltS %8, %2", "leS %8, %2"] {
      try compare(counted(near, condition: condition, behind: "return %8").replacing("jump @1(", with: length))
      let beside = "%17 = i64.const -2\n%18 = i64.add %6, %17\n%20 = ltU %18, %11\ncheck %20, bounds(%6, %11)"
      try compare(counted(beside, condition: condition, behind: "return %8").replacing("jump @1(", with: length))
    }
    let down = counted(near, condition: "gtS %8, %2", step: "%7 = i64.const -1", behind: "return %8")
    try compare(down.replacing("jump @1(", with: length))
    let fromZero = counted(near, entry: "%5", behind: "return %8")
    try compare(fromZero.replacing("jump @1(", with: length))
  }

  // MARK: Loops that are entered where their condition holds

  /// A loop from `first` on that is entered only where `guarding` holds, with a length of 32 bits, %11.
  private func guarded(_ inside: String, first: String, guarding: String, condition: String, step: Int) -> String {
    """
      %10 = i32.wrap %3
      %11 = i64.extendU %10
      %12 = i64.const 2
      %14 = i64.const \(step)
      %13 = \(guarding)
      branch %13, @3(), @2(%5)
    @3:
      jump @1(\(first))
    @1(%6: i64):
      \(inside)
      %8 = i64.add %6, %14
      %9 = \(condition)
      branch %9, @1(%8), @2(%8)
    @2(%30: i64):
      return %30
    """
  }

  /// How many comparisons the test in front of the loop makes, in a block that the loop as it was doesn't have.
  private func comparisons(_ body: String) throws -> Int {
    let program = try program(body)
    let function = try functionBehindImport(program)
    var optimizer = FunctionOptimizer(OptimizerOptions(verify: true, only: ["versions"]))
    optimizer.run(function, in: program)
    #expect(optimizer.report.decisions[.versions] == 1)
    var count = 0
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      let instructions = (block.start..<block.end).map { function.instructions[$0] }
      if instructions.contains(where: { $0.opcode == .check }) || place == 0 { continue }
      count += instructions.count { $0.opcode == .ltU }
    }
    // The comparisons whose checks went stay behind in the first version until dead code elimination.
    return count - body.split(separator: "\n").count { $0.contains("= ltU") && $0.contains("%11") }
  }

  private let next = "%18 = i64.add %6, %17\n%20 = ltU %18, %11\ncheck %20, bounds(%18, %11)"
  private let this = "%22 = ltU %6, %11\ncheck %22, bounds(%6, %11)"

  @Test func oneComparisonUpwards() throws {
    for (guarding, condition) in [
      ("ltS %5, %2", "ltS %8, %2"), ("gtS %2, %5", "gtS %2, %8"), ("leS %5, %2", "leS %8, %2"),
    ] {
      let inside = "%17 = i64.const 1\n\(next)\n\(this)"
      let body = guarded(inside, first: "%5", guarding: guarding, condition: condition, step: 1)
      #expect(try comparisons(body) == 1)
      try compare(body)
    }
    // Below the first index lies another one, which isn't a constant or negative.
    let before = guarded(
      "%17 = i64.const -1\n\(next)", first: "%5", guarding: "ltS %5, %2", condition: "ltS %8, %2", step: 1)
    #expect(try comparisons(before) == 2)
    try compare(before)
    let unknown = guarded(this, first: "%1", guarding: "ltS %1, %2", condition: "ltS %8, %2", step: 1)
    #expect(try comparisons(unknown) == 2)
    try compare(unknown)
  }

  @Test func notWhereSomethingElseWasCompared() throws {
    let inside = "%17 = i64.const 1\n\(next)"
    for guarding in ["leS %5, %2", "ltS %5, %1", "ltS %1, %2", "ne %5, %2", "ltU %5, %2", "gtS %5, %2"] {
      let body = guarded(inside, first: "%5", guarding: guarding, condition: "ltS %8, %2", step: 1)
      #expect(try comparisons(body) == 2)
      try compare(body)
    }
  }

  @Test func oneComparisonDownwards() throws {
    let inside = "%17 = i64.const -1\n\(next)"
    let body = guarded(inside, first: "%1", guarding: "gtS %1, %12", condition: "gtS %8, %12", step: -1)
    #expect(try comparisons(body) == 1)
    try compare(body)
    let far = "%17 = i64.const -4\n\(next)"
    let negative = guarded(far, first: "%1", guarding: "gtS %1, %12", condition: "gtS %8, %12", step: -1)
    #expect(try comparisons(negative) == 2)
    try compare(negative)
  }

  @Test func oneComparisonOfCountersThatMeet() throws {
    let body = meeting("\(low)\n\(high)").replacing(
      "jump @1(%1, %2)", with: "%17 = ltS %5, %2\nbranch %17, @1(%5, %2), @2()"
    )
    .replacing("return %15", with: "return %5")
    #expect(try comparisons(body) == 1)
    try compare(body)
  }
}
