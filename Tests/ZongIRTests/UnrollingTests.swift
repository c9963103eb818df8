// Loops that run a known number of times: how many of their rounds become one, and which loops stay as they are.

import Testing

@testable import ZongIR

@Suite struct UnrollingTests {
  @discardableResult
  private func unrolled(_ function: Function, _ counter: inout PassCounter) -> Bool {
    var pass = Unrolling()
    return pass.run(function, &counter)
  }

  /// A loop from `first` by `step`, as long as the condition of the next value, `%8`, holds.
  private func loop(_ first: String, _ step: String, _ condition: String, _ inside: String = "") -> String {
    """
    @0:
      %1 = i32.parameter 0
      %2 = i64.const \(first)
      jump @1(%2)
    @1(%6: i64):
      \(inside)
      store %1+0, %6
      %7 = i64.const \(step)
      %8 = i64.add %6, %7
      \(condition)
      branch %10, @1(%8), @2()
    @2:
      return
    """
  }

  /// How often the loop's body stands in the function afterwards, and whether there is still a loop.
  private func rounds(_ first: String, _ step: String, _ condition: String, _ inside: String = "") throws -> (
    count: Int, isLoop: Bool
  ) {
    let function = try parsed(wrapped("(i32)", loop(first, step, condition, inside)))
    var counter = PassCounter()
    let isChanged = unrolled(function, &counter)
    #expect(isChanged == (counter.taken > 0))
    #expect(Verifier.verify(function).isEmpty)
    let text = try canonical(function)
    return (text.split(separator: "\n").filter { $0.contains("store %1+0") }.count, function.mayHaveLoops)
  }

  /// The condition by which the loop goes on.
  private func goesOn(_ opcode: String, _ end: String) -> String { "%9 = i64.const \(end)\n%10 = \(opcode) %8, %9" }

  @Test func allRounds() throws {
    #expect(try rounds("0", "1", goesOn("ltS", "4")) == (4, false))
    #expect(try rounds("0", "1", goesOn("leS", "4")) == (5, false))
    #expect(try rounds("0", "3", goesOn("ltS", "10")) == (4, false))
    #expect(try rounds("7", "-2", goesOn("gtS", "0")) == (4, false))
    #expect(try rounds("8", "-2", goesOn("geS", "0")) == (5, false))
    #expect(try rounds("2", "2", goesOn("ne", "8")) == (3, false))
    #expect(try rounds("0", "1", "%9 = i64.const 4\n%10 = gtS %9, %8") == (4, false))
    // The test is behind the first round.
    #expect(try rounds("9", "1", goesOn("ltS", "4")) == (1, false))
  }

  @Test func someRounds() throws {
    #expect(try rounds("0", "1", goesOn("ltS", "64")) == (8, true))
    #expect(try rounds("0", "1", goesOn("ltS", "49")) == (7, true))
    #expect(try rounds("0", "1", goesOn("ltS", "100")) == (5, true))
    let large = (20..<100).map { "%\($0) = i64.mul %6, %6" }.joined(separator: "\n")
    #expect(try rounds("0", "1", goesOn("ltS", "64"), large) == (4, true))
  }

  @Test func noRounds() throws {
    #expect(try rounds("0", "1", goesOn("ltS", "61")) == (1, true))
    #expect(try rounds("0", "1", goesOn("gtS", "-1")) == (1, true))
    #expect(try rounds("0", "2", goesOn("ne", "9")) == (1, true))
    #expect(try rounds("0", "-1", goesOn("ne", "4")) == (1, true))
    #expect(try rounds("0", "1", goesOn("ltU", "4")) == (1, true))
    #expect(try rounds("0", "1", goesOn("ltS", "9223372036854775807")) == (1, true))
    #expect(try rounds("-9223372036854775808", "1", goesOn("ltS", "0")) == (1, true))
    #expect(try rounds("0", "1", "%9 = i64.extendU %1\n%10 = ltS %8, %9") == (1, true))
    // Another value than the counter's next one is compared.
    #expect(try rounds("0", "1", "%9 = i64.const 4\n%10 = ltS %6, %9") == (1, true))
    for inside in ["check %1, bounds(%6, %6)", "call #0()", "%20 = i64.extendU %1\ncheckKey %20"] {
      #expect(try rounds("0", "1", goesOn("ltS", "4"), inside) == (1, true), "\(inside)")
    }
  }

  /// Neither memory nor anything that moves.
  @Test func nothingToGain() throws {
    let text = loop("0", "1", goesOn("ltS", "4")).replacing("store %1+0, %6", with: "%11 = i64.mul %6, %6")
    let function = try parsed(wrapped("(i32)", text))
    var counter = PassCounter()
    #expect(!unrolled(function, &counter))
  }

  @Test func whatMovesFromRoundToRound() throws {
    try expectPass(
      "(i64, i64): i64",
      """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i64.const 0
        jump @1(%1, %2, %3)
      @1(%4: i64, %5: i64, %6: i64):
        %7 = i64.const 1
        %8 = i64.add %4, %5
        %9 = i64.add %6, %7
        %10 = i64.const 2
        %11 = ltS %9, %10
        branch %11, @1(%5, %8, %9), @2()
      @2:
        return %8
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i64.parameter 1
          %3 = i64.const 0
          jump @1(%1, %2, %3)
        @1(%5: i64, %6: i64, %7: i64):
          %8 = i64.const 1
          %9 = i64.add %5, %6
          %10 = i64.add %7, %8
          %11 = i64.const 2
          %12 = ltS %10, %11
          %13 = i64.const 1
          %14 = i64.add %6, %9
          %15 = i64.add %10, %13
          %16 = i64.const 2
          %17 = ltS %15, %16
          jump @2()
        @2:
          return %14
        """, decisions: 1
    ) { unrolled($0, &$1) }
  }

  /// Several blocks in a loop, and none when it is left in the middle.
  @Test func branchesInside() throws {
    func text(_ other: String) -> String {
      """
      @0:
        %1 = i32.parameter 0
        %2 = i64.const 0
        jump @1(%2)
      @1(%3: i64):
        %4 = i32.wrap %3
        %5 = ltU %4, %1
        branch %5, @2(), @3()
      @2:
        store %1+0, %3
        jump \(other)
      @3:
        %6 = i64.const 1
        %7 = i64.add %3, %6
        %8 = i64.const 3
        %9 = ltS %7, %8
        branch %9, @1(%7), @4()
      @4:
        return
      """
    }
    for (other, count) in [("@3()", 3), ("@4()", 1)] {
      let function = try parsed(wrapped("(i32)", text(other)))
      var counter = PassCounter()
      unrolled(function, &counter)
      #expect(Verifier.verify(function).isEmpty)
      let stores = try canonical(function).split(separator: "\n").filter { $0.contains("store ") }
      #expect(stores.count == count)
    }
  }
}
