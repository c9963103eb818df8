// Tests of keys in front of loops: where they are made, where not, and that the program stops where it did.

import Testing

@testable import ZongIR

@Suite struct KeyTestsTests {
  /// A program with a function `g#1(i64 %1, i32 %2, i32 %3): i64`, and an import `f` that may free.
  private func program(_ body: String) throws -> Program {
    let text = """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10
      import "f"#0 "env" ()

      func g#1(i64, i32, i32): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
        %3 = i32.parameter 2
        %4 = i64.const 0
        %5 = i64.const 1
        %6 = i64.const 5
      \(body)
      }
      """
    let program = try Parser.parseProgram(text).get()
    #expect(Verifier.verify(program).isEmpty, "\(Verifier.verify(program))")
    return program
  }

  private func optimized(_ body: String) throws -> Program {
    let program = try program(body)
    var optimizer = FunctionOptimizer(OptimizerOptions(verify: true, only: ["keytests", "promote", "dead"]))
    optimizer.run(try functionBehindImport(program), in: program)
    #expect(optimizer.report.errors.isEmpty, "\(optimizer.report.errors)")
    return program
  }

  private func counts(_ body: String) throws -> [Opcode: Int] {
    let function = try functionBehindImport(optimized(body))
    var counts: [Opcode: Int] = [.checkKey: 0, .testKey: 0, .check: 0]
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end { counts[function.instructions[index].opcode, default: 0] += 1 }
    }
    return counts
  }

  /// A loop of five rounds; `seldom` is done in the rounds in which the bit of %2 is set.
  private func loop(_ always: String, seldom: String = "", before: String = "", behind: String = "") -> String {
    """
      \(before)
      jump @1(%4)
    @1(%10: i64):
      \(always)
      %11 = i32.wrap %10
      %12 = i32.shrU %2, %11
      %13 = i32.const 1
      %14 = i32.and %12, %13
      branch %14, @2(), @3()
    @2:
      \(seldom)
      jump @3()
    @3:
      \(behind)
      %15 = i64.add %10, %5
      %16 = ltS %15, %6
      branch %16, @1(%15), @4()
    @4:
      return %10
    """
  }

  /// Raises the tag of the granule that %1 leads to.
  private let free = """
    %30 = i32.wrap %1
    %31 = i32.const 3
    %32 = i32.shrU %30, %31
    %33 = i32.const -2
    %34 = i32.and %32, %33
    %35 = i64.tagLoad.u16 %34
    %36 = i64.add %35, %5
    tagStore.u16 %34, %36
    """

  @Test func nothingFrees() throws {
    let body = loop("store %3+0, %10\ncheckKey %1")
    #expect(try counts(body) == counts(body).merging([.checkKey: 0, .testKey: 1, .check: 1]) { $1 })
    try compare(body)
  }

  @Test func theCheckThatWasMadeBeforeServes() throws {
    let text = try functionBehindImport(
      optimized(loop("store %3+0, %10\ncheckKey %1", seldom: free, before: "checkKey %1"))
    ).text()
    // One test, behind what frees; and at first the key fits.
    #expect(text.contains("check %"))
    let body = loop("store %3+0, %10\ncheckKey %1", seldom: free, before: "checkKey %1")
    #expect(try counts(body) == counts(body).merging([.checkKey: 1, .testKey: 1, .check: 1]) { $1 })
    try compare(body)
  }

  @Test func seldomFreed() throws {
    let body = loop("store %3+0, %10\ncheckKey %1", seldom: free)
    #expect(try counts(body) == counts(body).merging([.checkKey: 0, .testKey: 2, .check: 1]) { $1 })
    try compare(body)
    // The check comes behind.
    let behind = loop("store %3+0, %10", seldom: free, behind: "checkKey %1")
    #expect(try counts(behind) == counts(behind).merging([.checkKey: 0, .testKey: 2, .check: 1]) { $1 })
    try compare(behind)
  }

  @Test func freedInEveryRound() throws {
    #expect(try counts(loop("checkKey %1", behind: free))[.checkKey] == 1)
    #expect(try counts(loop("checkKey %1\ncall f#0() mayFree"))[.checkKey] == 1)
  }

  @Test func aPointerThatChanges() throws {
    #expect(try counts(loop("%20 = i64.load %3+0\ncheckKey %20"))[.checkKey] == 1)
  }

  @Test func aCheckThatIsSeldomReached() throws {
    #expect(try counts(loop("store %3+0, %10", seldom: "checkKey %1"))[.checkKey] == 1)
    // With one that every round reaches, it costs nothing more.
    #expect(try counts(loop("store %3+0, %10\ncheckKey %1", seldom: "checkKey %1"))[.checkKey] == 0)
    #expect(try counts(loop("store %3+0, %10", seldom: "checkKey %1", behind: "checkKey %1"))[.checkKey] == 0)
  }

  @Test func manyPlacesThatMayFree() throws {
    let calls = Array(repeating: "call f#0() mayFree", count: 5).joined(separator: "\n")
    #expect(try counts(loop("checkKey %1", seldom: calls))[.checkKey] == 1)
  }

  /// Two loops: out of both, and out of the inner one only where the outer one frees in every round.
  private func nested(_ inner: String, outer: String = "") -> String {
    """
      jump @1(%4)
    @1(%10: i64):
      \(outer)
      jump @2(%4)
    @2(%20: i64):
      store %3+0, %20
      \(inner)
      %21 = i64.add %20, %5
      %22 = ltS %21, %6
      branch %22, @2(%21), @3()
    @3:
      %15 = i64.add %10, %5
      %16 = ltS %15, %6
      branch %16, @1(%15), @4()
    @4:
      return %10
    """
  }

  @Test func nestedLoops() throws {
    let function = try functionBehindImport(optimized(nested("checkKey %1")))
    let entry = function.blocks[0]
    #expect((entry.start..<entry.end).contains { function.instructions[$0].opcode == .testKey })
    try compare(nested("checkKey %1"))
    let freeing = nested("checkKey %1", outer: free)
    #expect(try counts(freeing) == counts(freeing).merging([.checkKey: 0, .testKey: 1, .check: 1]) { $1 })
    try compare(freeing, isAlwaysStopped: true)
  }

  /// The same outcome before and after, with a key that fits and one that doesn't, and what is done seldom in each round;
  /// the memory, which tells in which round the program stopped, as well.
  private func compare(_ body: String, isAlwaysStopped: Bool = false) throws {
    var stopped = 0
    for bits in 0..<UInt64(32) {
      for key in UInt64(0)..<3 {
        let arguments = [key << 32 | 0x48, bits, 0x80]
        var first = Interpreter(try program(body), memorySize: 4096)
        let expected = first.run(try functionBehindImport(program(body)), arguments)
        let after = try optimized(body)
        var second = Interpreter(after, memorySize: 4096)
        #expect(second.run(try functionBehindImport(after), arguments) == expected, "\(arguments)")
        #expect(second.memory == first.memory)
        if case .stopped(.stale, _) = expected { stopped += 1 }
      }
    }
    #expect(stopped > 0 && (stopped == 96) == isAlwaysStopped)
  }
}
