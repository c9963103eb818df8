// Checks of keys: the rules that make removing and moving them sound, one by one.

import Testing

@testable import ZongIR

@Suite struct KeyTests {
  /// How many checks of keys are left in a function with a pointer parameter %1, a flag %2 and an import `f` that may
  /// free, after the passes that remove and move them.
  private func checksLeft(_ body: String, passes: [String] = ["keys"]) throws -> Int {
    let text = """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10
      import "f"#0 "env" ()

      func g#1(i64, i32) {
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
      \(body)
      }
      """
    let program = try Parser.parseProgram(text).get()
    guard case .defined(let function) = program.definitions[1] else { return -1 }
    #expect(Verifier.verify(function, in: program).isEmpty)
    var optimizer = FunctionOptimizer(OptimizerOptions(verify: true, only: passes))
    optimizer.run(function, in: program)
    #expect(optimizer.report.errors.isEmpty)
    var count = 0
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .checkKey { count += 1 }
    }
    return count
  }

  @Test func secondCheckGoes() throws {
    #expect(try checksLeft("checkKey %1\ncheckKey %1\nreturn") == 1)
  }

  @Test func notAcrossWhatMayFree() throws {
    #expect(try checksLeft("checkKey %1\ncall f#0() mayFree\ncheckKey %1\nreturn") == 2)
    #expect(try checksLeft("checkKey %1\ncall f#0()\ncheckKey %1\nreturn") == 1)
  }

  @Test func notAcrossATag() throws {
    #expect(try checksLeft("checkKey %1\n%3 = i64.const 1\ntagStore.u16 %2, %3\ncheckKey %1\nreturn") == 2)
    #expect(try checksLeft("checkKey %1\n%3 = i64.const 1\ntagStore.u16 %2, %3 fresh\ncheckKey %1\nreturn") == 1)
  }

  @Test func ofFieldsAndElements() throws {
    let field = """
      %3 = i64.const -4294967296
      %4 = i64.and %1, %3
      %5 = i64.extendU %2
      %6 = i64.or %4, %5
      """
    #expect(try checksLeft("\(field)\ncheckKey %1\ncheckKey %6\nreturn") == 1)
    #expect(try checksLeft("\(field)\ncheckKey %6\ncheckKey %1\nreturn") == 1)
  }

  @Test func onlyWhereTheFirstOneDominates() throws {
    let body = """
        branch %2, @1(), @2()
      @1:
        checkKey %1
        jump @3()
      @2:
        jump @3()
      @3:
        checkKey %1
        return
      """
    #expect(try checksLeft(body) == 2)
  }

  @Test func freedOnOneWay() throws {
    let body = """
        checkKey %1
        branch %2, @1(), @2()
      @1:
        call f#0() mayFree
        jump @3()
      @2:
        jump @3()
      @3:
        checkKey %1
        return
      """
    #expect(try checksLeft(body) == 2)
  }

  /// Two arms that give a pointer to a join; what is done in each, and behind the join.
  private func joined(_ first: String, _ second: String, gives: (String, String), behind: String = "") -> String {
    """
      %3 = i64.const 0
      %4 = i64.const 4294967360
      branch %2, @1(), @2()
    @1:
      \(first)
      jump @3(\(gives.0))
    @2:
      \(second)
      jump @3(\(gives.1))
    @3(%5: i64):
      \(behind)
      checkKey %5
      return
    """
  }

  @Test func ofWhatAJoinGets() throws {
    #expect(try checksLeft(joined("checkKey %1", "checkKey %4", gives: ("%1", "%4"))) == 2)
    #expect(try checksLeft(joined("checkKey %1", "", gives: ("%1", "%3"))) == 1)
    #expect(try checksLeft(joined("", "", gives: ("%3", "%3"))) == 0)
    #expect(try checksLeft(joined("checkKey %1", "", gives: ("%1", "%4"))) == 2)
    #expect(try checksLeft(joined("checkKey %1", "checkKey %1", gives: ("%1", "%4"))) == 3)
    // What may free: in front of the check of an arm, behind it, and behind the join.
    let call = "call f#0() mayFree"
    #expect(try checksLeft(joined("\(call)\ncheckKey %1", "checkKey %4", gives: ("%1", "%4"))) == 2)
    #expect(try checksLeft(joined("checkKey %1\n\(call)", "checkKey %4", gives: ("%1", "%4"))) == 3)
    #expect(try checksLeft(joined("checkKey %1", "checkKey %4", gives: ("%1", "%4"), behind: call)) == 3)
  }

  /// `before = at; at = at.next`: the pointer of the round before, behind the loop and in it.
  @Test func ofTheRoundBefore() throws {
    func list(_ inside: String, behind: String = "checkKey %5") -> String {
      """
        %3 = i64.const 0
        jump @1(%3, %1)
      @1(%5: i64, %6: i64):
        checkKey %6
        %7 = i32.wrap %6
        %8 = i64.load %7+0
        \(inside)
        branch %2, @1(%6, %8), @2()
      @2:
        \(behind)
        return
      """
    }
    #expect(try checksLeft(list("")) == 1)
    #expect(try checksLeft(list("", behind: "checkKey %8")) == 2)
    #expect(try checksLeft(list("checkKey %5")) == 1)
    #expect(try checksLeft(list("checkKey %5\ncall f#0() mayFree")) == 3)
    #expect(try checksLeft(list("call f#0() mayFree")) == 2)
    #expect(try checksLeft(list("", behind: "call f#0() mayFree\ncheckKey %5")) == 2)
  }

  /// Freed on one way and checked there anew: on both ways it is known to fit.
  @Test func checkedAnewOnOneWay() throws {
    func joined(_ freed: String) -> String {
      """
        checkKey %1
        branch %2, @1(), @2()
      @1:
        \(freed)
        jump @3()
      @2:
        jump @3()
      @3:
        checkKey %1
        return
      """
    }
    #expect(try checksLeft(joined("call f#0() mayFree\ncheckKey %1")) == 2)
    #expect(try checksLeft(joined("checkKey %1\ncall f#0() mayFree")) == 2)
  }

  /// What a loop's head is given fits on the way back, if it does in the round before; what it is given in front of the
  /// loop has to be checked there, or in the loop.
  private func carried(_ before: String, _ inside: String) -> String {
    """
      \(before)
      jump @1(%1)
    @1(%5: i64):
      branch %2, @2(), @3(%5)
    @2:
      checkKey %5
      branch %2, @4(), @3(%5)
    @4:
      \(inside)
      jump @3(%1)
    @3(%6: i64):
      branch %2, @1(%6), @5()
    @5:
      return
    """
  }

  @Test func ofWhatALoopCarries() throws {
    let free = "call f#0() mayFree"
    #expect(try checksLeft(carried("checkKey %1", "\(free)\ncheckKey %1")) == 2)
    #expect(try checksLeft(carried("checkKey %1", "")) == 1)
    #expect(try checksLeft(carried("", "\(free)\ncheckKey %1")) == 2)
    #expect(try checksLeft(carried("", "")) == 1)
    #expect(try checksLeft(carried("checkKey %1", "checkKey %1\n\(free)")) == 3)
    #expect(try checksLeft(carried("checkKey %1\n\(free)", "\(free)\ncheckKey %1")) == 3)
  }

  /// The first thing in a loop that may stop the program is a check of what fits on each way back: it goes in front.
  @Test func intoTheEntry() throws {
    func loop(_ entry: String, _ head: String) -> String {
      """
        %3 = i64.const 1
        \(entry)
        jump @1(%1)
      @1(%5: i64):
        \(head)
        branch %2, @2(), @3(%5)
      @2:
        call #1() mayFree
        checkKey %1
        jump @3(%1)
      @3(%6: i64):
        branch %2, @1(%6), @4()
      @4:
        return
      """
    }
    let start = "@0:\n%1 = i64.parameter 0\n%2 = i32.parameter 1\n"
    for (before, after, count) in [
      (loop("", "checkKey %5"), loop("checkKey %1", ""), 1),
      (loop("", "call #2()\ncheckKey %5"), loop("", "call #2()\ncheckKey %5"), 0),
      (loop("call #1() mayFree", "checkKey %5"), loop("call #1() mayFree\ncheckKey %1", ""), 1),
    ] {
      try expectPass("(i64, i32)", start + before, becomes: start + after, decisions: count) {
        var pass = RedundantKeyChecks()
        pass.run($0, &$1)
      }
    }
  }

  @Test func ofNewMemory() throws {
    let body = "%3 = i64.const 8\n%4 = i64.mul %3, %1\ncheckKey %4\nreturn"
    #expect(try checksLeft(body) == 1)
  }

  @Test func ofMemoryThatIsNeverFreed() throws {
    #expect(try checksLeft("%3 = i64.extendU %2\ncheckKey %3\nreturn", passes: ["fold"]) == 0)
    #expect(try checksLeft("%3 = i64.const 4294967312\ncheckKey %3\nreturn", passes: ["fold"]) == 1)
  }

  private func loop(_ inside: String) -> String {
    """
      jump @1()
    @1:
      checkKey %1
      \(inside)
      branch %2, @1(), @2()
    @2:
      checkKey %1
      return
    """
  }

  @Test func outOfLoops() throws {
    // The check that moved in front serves the one behind, too.
    #expect(try checksLeft(loop(""), passes: ["invariants", "keys"]) == 1)
    #expect(try checksLeft(loop("call f#0() mayFree"), passes: ["invariants", "keys"]) == 2)
  }

  /// What may free is found over the whole program: through calls, and behind imports that may call back.
  @Test(arguments: [("wasi_snapshot_preview1", "", 1), ("env", "", 2), ("wasi_snapshot_preview1", "tag", 2)])
  func whatMayFree(_ module: String, _ inside: String, _ checks: Int) throws {
    let store = inside.isEmpty ? "" : "%2 = i32.const 2\n  %3 = i64.const 7\n  tagStore.u16 %2, %3"
    let text = """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10
      import "f"#0 "\(module)" ()
      export "g" g#1
      export "h" h#2

      func g#1(i64) {
      @0:
        %1 = i64.parameter 0
        checkKey %1
        call h#2() mayFree
        checkKey %1
        return
      }
      func h#2() {
      @0:
        \(store)
        call f#0() mayFree
        return
      }
      """
    var program = try Parser.parseProgram(text).get()
    _ = Optimizer.run(&program, OptimizerOptions(only: ["keys"]))
    guard case .defined(let function) = program.definitions[1] else { return }
    #expect(function.text().components(of: "checkKey") == checks)
  }

  @Test func interpreterStopsAtAWrongKey() throws {
    let text = """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10

      func g#0(i64) {
      @0:
        %1 = i64.parameter 0
        %2 = i32.const 2
        %3 = i64.const 7
        tagStore.u16 %2, %3
        checkKey %1
        return
      }
      """
    let program = try Parser.parseProgram(text).get()
    guard case .defined(let function) = program.definitions[0] else { return }
    for (pointer, expected) in [
      (UInt64(7 << 32 | 20), Outcome.returned([])), (6 << 32 | 20, .stopped(.stale, [6 << 32 | 20])),
    ] {
      var interpreter = Interpreter(program, memorySize: 65536)
      #expect(interpreter.run(function, [pointer]) == expected)
    }
  }
}

extension String {
  /// How often a word stands in the text.
  func components(of word: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: word) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
