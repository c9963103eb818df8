// Calls that give back a pointer into an allocation (`Effects.sameValue`), and pointers to new memory: what the passes know of
// them, on programs before and after.

import Testing

@testable import ZongIR

@Suite struct InnerPointerTests {
  /// `main`, with a pointer %1 and an address %2, after the passes. `inner` gives its first argument back, `make` gives new
  /// memory, `free` may free, `keep` takes a pointer.
  private func main(_ body: String, after passes: [String]) throws -> String {
    var program = try Parser.parseProgram(
      """
      memory 1 1
      stack global0 global1
      global0 stackPointer mutable i32 0x100
      global1 stackLimit mutable i32 0x10
      import free#0 "env" ()
      import keep#1 "env" (i64)
      export "main" main#2
      export "inner" inner#3
      func main#2(i64, i32) {
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
      \(body)
      }
      func inner#3(i64, i64, i32): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i32.parameter 2
        return %1
      }
      func make#4(i32): i64 {
      @0:
        %1 = i32.parameter 0
        %2 = i64.extendU %1
        branch %1, @1(), @2()
      @1:
        return %2
      @2:
        %3 = i64.const 64
        return %3
      }
      """
    ).get()
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: passes))
    #expect(report.errors.isEmpty)
    guard case .defined(let function) = program.definitions[2] else { return "" }
    return function.text()
  }

  /// How often a word stands in it.
  private func count(_ word: String, _ text: String) -> Int {
    text.split(whereSeparator: { " \n(".contains($0) }).count { $0 == word }
  }

  private let view = """
    %3 = i64.const -4294967296
    %4 = i64.and %1, %3
    %5 = i64.extendU %2
    %6 = i64.or %4, %5
    %8 = i32.const 0
    %7 = i64.call inner#3(%6, %1, %8) pure pointer
    """

  @Test func hasTheOwnersKey() throws {
    let twice = try main("\(view)\ncheckKey %1\ncheckKey %7\ncall keep#1(%7)\nreturn", after: ["keys"])
    #expect(count("checkKey", twice) == 1)
    let freed = try main("\(view)\ncheckKey %1\ncall free#0() mayFree\ncheckKey %7\nreturn", after: ["keys"])
    #expect(count("checkKey", freed) == 2)
  }

  @Test func isNothingWhereOnlyTheAddressIsWanted() throws {
    let text = try main(
      "\(view)\n%10 = i32.wrap %7\n%9 = i32.load %10+0\ncheck %9, bounds()\nreturn",
      after: ["fold", "numbering", "dead"])
    #expect(count("#3", text) == 0)
    #expect(text.contains("i32.load %1+0"))
    let kept = try main("\(view)\ncall keep#1(%7)\nreturn", after: ["fold", "numbering", "dead"])
    #expect(count("#3", kept) == 1)
  }

  @Test func staysInItsLoopAndIsNotInlined() throws {
    let body = """
        jump @1()
      @1:
        \(view)
        call keep#1(%7)
        branch %2, @1(), @2()
      @2:
        return
      """
    let text = try main(body, after: ["inline", "invariants"])
    #expect(count("#3", text) == 1)
    let loop = try #require(text.firstRange(of: "@1:"))
    #expect(text[loop.upperBound...].contains("#3"))
  }

  /// What is usual is tested in place, and the call stays for the rest.
  @Test func hasAShortWay() throws {
    let text = try main("\(view)\ncall keep#1(%7)\nreturn", after: ["inner"])
    #expect(text.contains("%8 = i32.testKey %1 pointer\n  branch %8, @1(), @2()\n@1:"))
    #expect(text.contains("%10 = i32.testKey %6 pointer\n  branch %10, @3(%6), @2()\n@2:"))
    #expect(text.contains("%12 = i64.call #3(%6, %1, %7) pure pointer\n  jump @3(%12)\n@3(%14: i64):"))
    #expect(text.contains("call #1(%14)"))
  }

  @Test func itsOwnerIsNotTestedWhereItIsKnownToBeThere() throws {
    let (use, other) = ("call keep#1(%7)\nreturn", "%11 = i32.testKey %1\ncheck %11, stale(%1)")
    #expect(count("i32.testKey", try main("checkKey %1\n\(view)\n\(use)", after: ["inner"])) == 1)
    #expect(count("i32.testKey", try main("\(other)\n\(view)\n\(use)", after: ["inner"])) == 2)
    #expect(
      count("i32.testKey", try main("checkKey %1\ncall free#0() mayFree\n\(view)\n\(use)", after: ["inner"])) == 2)
    #expect(count("i32.testKey", try main("\(view)\ncheckKey %1\n\(use)", after: ["inner"])) == 2)
  }

  /// What is tested is the tag at the last byte of what the pointer may lead to.
  @Test func looksAtTheEndOfAnElement() throws {
    let element = view.replacing("i32.const 0", with: "i32.const 23")
    let text = try main("checkKey %1\n\(element)\ncall keep#1(%7)\nreturn", after: ["inner"])
    let test = #/(%\d+) = i64\.const 23\n  (%\d+) = i64\.add %\d+, \1\n  %\d+ = i32\.testKey \2 pointer/#
    #expect(text.firstMatch(of: test) != nil)
  }

  @Test func newMemoryNeedsNoCheckWhereItsAllocationIsInlined() throws {
    let body = "%3 = i64.call make#4(%2) fresh\ncheckKey %3\ncall keep#1(%3)\nreturn"
    let text = try main(body, after: ["inline", "keys"])
    #expect(!text.contains("call #4("))
    #expect(count("checkKey", text) == 0)
    let other = try main(body.replacing(" fresh", with: ""), after: ["inline", "keys"])
    #expect(count("checkKey", other) == 1)
    let freed = try main(
      "%3 = i64.call make#4(%2) fresh\ncall free#0() mayFree\ncheckKey %3\nreturn", after: ["inline", "keys"])
    #expect(count("checkKey", freed) == 1)
  }
}
