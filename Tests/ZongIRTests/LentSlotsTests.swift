// Frame slots that are lent to calls: what keeps an address, and what becomes of the slot.

import Testing

@testable import ZongIR

@Suite struct LentSlotsTests {
  /// The program after the pass: a loop in `main` counts in its slot, and lends it to `lend` behind the loop.
  private func optimized(_ lend: String, others: String = "", inLoop: String = "", only: [String] = ["lent"]) throws
    -> (main: Function, decisions: Int)
  {
    let text = """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10
      import "f"#0 "env" (i64)
      export "main" main#1
      func main#1(i32): i32 {
        frame0 size 8 align 4
      @0:
        %1 = i32.parameter 0
        %2 = i32.frameAddress frame0
        %3 = i32.const 1
        store %2+0, %1
        store %2+4, %1
        jump @1()
      @1:
        %5 = i32.load %2+0
        %6 = i32.add %5, %3
        store %2+0, %6
        \(inLoop)
        branch %6, @1(), @2()
      @2:
        %8 = i64.extendU %2
        %9 = i64.call lend#2(%8)
        %10 = i32.load %2+0
        return %10
      }
      func lend#2(i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i32.wrap %1
        %3 = i64.const 7
        \(lend)
      }
      \(others)
      """
    var program = try Parser.parseProgram(text).get()
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: only))
    #expect(report.errors.isEmpty)
    guard case .defined(let main) = program.definitions[1] else { throw ParsingFailed() }
    return (main, report.counts[Pass.lent.index])
  }

  private struct ParsingFailed: Error {}

  private static let reads = "%4 = i64.load %2+0\nstore %2+0, %3\nreturn %3"

  @Test func isStoredAndLoadedAroundTheCall() throws {
    let (main, decisions) = try optimized(LentSlotsTests.reads, only: ["lent", "promote"])
    // The second half is lent as often as it is written, so it stays where it is.
    #expect(decisions == 1)
    let expected = """
      func main#1(i32): i32 {
        frame0 size 8 align 4
      @0:
        %1 = i32.parameter 0
        %2 = i32.frameAddress frame0
        %3 = i32.const 1
        store %2+4, %1
        jump @1(%1)
      @1(%6: i32):
        %7 = i32.add %6, %3
        branch %7, @1(%7), @2()
      @2:
        %9 = i64.extendU %2
        %10 = i32.frameAddress frame0
        store %10+0, %7
        %12 = i64.call lend#2(%9)
        %13 = i32.frameAddress frame0
        %14 = i32.load %13+0
        return %14
      }
      """
    #expect(try canonical(main) == canonical(Parser.parseFunction(expected).get()))
  }

  @Test func notIfTheAddressIsKept() throws {
    let next = "func next#3(i64): i64 {\n@0:\n%1 = i64.parameter 0\n"
    for (lend, others) in [
      ("return %1", ""), ("store %3+0, %1\nreturn %3", ""), ("%5 = i64.add %1, %3\nreturn %5", ""),
      ("call f#0(%1)\nreturn %3", ""), ("%5 = i64.call next#3(%1)\nreturn %3", "\(next)return %1\n}"),
      ("jump @1(%1)\n@1(%5: i64):\nreturn %5", ""),
    ] {
      let lend = lend.hasPrefix("store") ? "%6 = i32.const 64\nstore %6+0, %1\nreturn %3" : lend
      #expect(try optimized(lend, others: others).decisions == 0, "\(lend)")
    }
    for (lend, others) in [
      ("%5 = i64.call next#3(%1)\nreturn %3", "\(next)%2 = i64.const 1\nreturn %2\n}"),
      ("%5 = eq %1, %3\n%6 = i64.extendU %5\nreturn %6", ""),
      // It goes on nowhere.
      ("%5 = i64.call next#3(%1)\nreturn %3", "\(next)call f#0(%1)\nstop panic(%1, %1)\n}"),
    ] {
      #expect(try optimized(lend, others: others).decisions == 1, "\(lend)")
    }
  }

  @Test func notIfTheFunctionUsesItInOtherWays() throws {
    for use in [
      "store %3+64, %2", "%20 = i32.add %2, %1\n%21 = i32.load %20+0", "%20 = i32.load.u8 %2+0",
      "%20 = i64.load %2+0", "%20 = i64.extendU %2\n%21 = i64.call lend#2(%20)",
    ] {
      #expect(try optimized(LentSlotsTests.reads, inLoop: use).decisions == 0, "\(use)")
    }
    #expect(try optimized(LentSlotsTests.reads, inLoop: "%20 = i32.load %2+4").decisions == 2)
  }
}
