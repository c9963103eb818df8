// Rotation of loops, and what moves out of them, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct LoopTests {
  @Test func rotation() throws {
    try expectPass(
      "(i64)",
      """
        $0: i64
      @0:
        %1 = i64.parameter 0
        jump @1()
      @1:
        %2 = i64.get $0
        %3 = ltS %2, %1
        branch %3, @2(), @3()
      @2:
        call #1()
        jump @1()
      @3:
        return
      """,
      becomes: """
          $0: i64
        @0:
          %1 = i64.parameter 0
          jump @1()
        @1:
          %2 = i64.get $0
          %3 = ltS %2, %1
          branch %3, @2(), @3()
        @2:
          call #1()
          %5 = i64.get $0
          %6 = ltS %5, %1
          branch %6, @2(), @3()
        @3:
          return
        """, decisions: 1
    ) {
      var pass = LoopRotation()
      pass.run($0, &$1)
    }
  }

  /// `while var node = at`: the value that was tested is used in the loop and behind it.
  @Test func rotationOfAValueThatIsUsedElsewhere() throws {
    try expectPass(
      "(i64): i64",
      """
        $0: i64
      @0:
        %1 = i64.parameter 0
        set $0, %1
        jump @1()
      @1:
        %2 = i64.get $0
        %3 = i64.const 0
        %4 = ne %2, %3
        branch %4, @2(), @3()
      @2:
        %5 = i64.const 8
        %6 = i64.add %2, %5
        set $0, %6
        jump @1()
      @3:
        return %2
      """,
      becomes: """
          $0: i64
          $1: i64
        @0:
          %1 = i64.parameter 0
          set $0, %1
          jump @1()
        @1:
          %2 = i64.get $0
          %3 = i64.const 0
          %4 = ne %2, %3
          set $1, %2
          branch %4, @2(), @3()
        @2:
          %15 = i64.get $1
          %5 = i64.const 8
          %6 = i64.add %15, %5
          set $0, %6
          %12 = i64.get $0
          %13 = i64.const 0
          %14 = ne %12, %13
          set $1, %12
          branch %14, @2(), @3()
        @3:
          %16 = i64.get $1
          return %16
        """, decisions: 1
    ) {
      var pass = LoopRotation()
      pass.run($0, &$1)
    }
  }

  /// Whether the instruction `%20`, at the given place of a loop's first block, moves in front of the loop.
  func isMoved(_ before: String, _ line: String, _ after: String = "") throws -> Bool {
    let body =
      "@0:\n%1 = i64.parameter 0\n%2 = i64.parameter 1\n%3 = i32.parameter 2\njump @1(%1)\n@1(%10: i64):\n%11 = i64.add %10, %2\n\(before)\n\(line) !77\n\(after)\nbranch %3, @1(%11), @2()\n@2:\nreturn"
    let function = try parsed(wrapped("(i64, i64, i32)", body))
    var counter = PassCounter()
    var pass = LoopInvariants()
    pass.run(function, &counter)
    #expect(Verifier.verify(function).isEmpty, "\(function.text())")
    let entry = function.blocks[0]
    return (entry.start..<entry.end).contains { function.instructions[$0].position == 77 }
  }

  @Test func invariants() throws {
    #expect(try isMoved("", "%20 = i64.mul %1, %2"))
    #expect(try isMoved("call #1()", "%20 = i64.mul %1, %2"))
    #expect(try isMoved("", "%20 = i64.divS %1, %2"))
    #expect(try isMoved("", "check %3, panic(%1, %2)"))
    #expect(try isMoved("", "%20 = i64.load %3+0"))
    #expect(try isMoved("%19 = i64.const 7", "%20 = i64.mul %1, %19"))
    #expect(try isMoved("check %3, panic(%1, %2)", "%20 = i64.load %3+0"))
    #expect(try isMoved("", "%20 = i64.load %3+0 header", "store %3+8, %1 number"))
  }

  /// Loads at a fixed place of a global, behind what may stop the program or write something else.
  @Test func harmlessLoads() throws {
    let stops = "%19 = i32.wrap %10\ncheck %19, panic(%1, %2)\n%18 = i32.const 1024"
    #expect(try isMoved(stops, "%20 = i64.load %18+0 header whole"))
    #expect(try isMoved(stops, "%20 = i64.load %18+0 header whole", "store %3+8, %1 pointer"))
    #expect(try isMoved("store %3+8, %1 number\n%18 = i32.const 8", "%20 = i64.load %18+0 pointer whole"))
    #expect(try !isMoved(stops, "%20 = i64.load %18+0 header whole", "store %3+8, %1 header"))
    #expect(try !isMoved(stops, "%20 = i64.load %18+0 header whole", "store %3+8, %1"))
    // The index of an element may have gone into the address.
    #expect(try !isMoved(stops, "%20 = i64.load %18+0 header"))
    // What lies behind a pointer may have been freed, so that it is none itself.
    #expect(try !isMoved("\(stops)\n%17 = i32.wrap %1", "%20 = i64.load %17+0 pointer whole"))
  }

  @Test func whatStaysInLoops() throws {
    #expect(try !isMoved("", "%20 = i64.mul %10, %2"))
    #expect(try !isMoved("", "%20 = i64.const 7"))
    #expect(try !isMoved("call #1()", "%20 = i64.divS %1, %2"))
    #expect(try !isMoved("call #1()", "check %3, panic(%1, %2)"))
    #expect(try !isMoved("store %3+0, %1", "check %3, panic(%1, %2)"))
    #expect(try !isMoved("", "%20 = i64.load %3+0", "store %3+8, %1"))
    #expect(try !isMoved("", "%20 = i64.load %3+0", "call #1()"))
    #expect(try !isMoved("%19 = i32.wrap %10\ncheck %19, panic(%1, %2)", "%20 = i64.load %3+0"))
    #expect(try !isMoved("", "call #1()"))
  }
}
