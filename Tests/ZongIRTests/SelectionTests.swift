// Short branches as selects, on small functions before and after.

import Testing

@testable import ZongIR

@Suite struct SelectionTests {
  /// Runs the pass on the body of a function of two numbers.
  func expectSelection(
    _ body: String, becomes expected: String, decisions: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let parameters = "@0:\n%1 = i32.parameter 0\n%2 = i32.parameter 1\n"
    try expectPass(
      "(i32, i32): i32", parameters + body, becomes: parameters + expected, decisions: decisions,
      sourceLocation: sourceLocation
    ) {
      var selection = Selection()
      selection.run($0, &$1)
    }
  }

  @Test func oneSide() throws {
    try expectSelection(
      """
      branch %1, @1(), @2(%2)
      @1:
      %4 = i32.const 1
      %5 = i32.add %2, %4
      jump @2(%5)
      @2(%7: i32):
      return %7
      """,
      becomes: "%4 = i32.const 1\n%5 = i32.add %2, %4\n%6 = i32.select %1, %5, %2\nreturn %6", decisions: 1)
  }

  @Test func twoSides() throws {
    try expectSelection(
      """
      branch %1, @1(), @2()
      @1:
      %4 = i32.shl %2, %2
      jump @3(%4)
      @2:
      %6 = i32.sub %2, %1
      jump @3(%6)
      @3(%8: i32):
      return %8
      """,
      becomes: "%4 = i32.shl %2, %2\n%5 = i32.sub %2, %1\n%6 = i32.select %1, %4, %5\nreturn %6", decisions: 1)
  }

  /// `a == 32 || a == 10`
  @Test func booleans() throws {
    try expectSelection(
      """
      %3 = i32.const 32
      %4 = i32.eq %1, %3
      %5 = i32.const 1
      branch %4, @2(%5), @1()
      @1:
      %7 = i32.const 10
      %8 = i32.eq %1, %7
      jump @2(%8)
      @2(%10: i32):
      return %10
      """,
      becomes: """
        %3 = i32.const 32
        %4 = i32.eq %1, %3
        %5 = i32.const 1
        %6 = i32.const 10
        %7 = i32.eq %1, %6
        %8 = i32.or %4, %7
        return %8
        """, decisions: 1)
  }

  @Test func branchOnASide() throws {
    try expectSelection(
      """
      branch %1, @1(), @3(%1)
      @1:
      branch %2, @2(), @3(%1)
      @2:
      %5 = i32.add %1, %2
      jump @3(%5)
      @3(%7: i32):
      return %7
      """,
      becomes: """
        %3 = i32.add %1, %2
        %4 = i32.select %2, %3, %1
        %5 = i32.select %1, %4, %1
        jump @1(%5)
        @1(%7: i32):
        return %7
        """, decisions: 2)
  }

  @Test func whatStays() throws {
    // What can't be done anywhere, takes long, or comes from elsewhere too.
    for side in [
      "%4 = i32.load %2+0", "%4 = i32.divU %2, %1", "store %2+0, %1\n%4 = i32.const 1", "%4 = i32.call #1()",
      "%4 = i32.mul %2, %2",
    ] {
      let body = "branch %1, @1(), @2(%2)\n@1:\n\(side)\njump @2(%4)\n@2(%9: i32):\nreturn %9"
      try expectSelection(body, becomes: body, decisions: 0)
    }
    let loop = "jump @1(%1)\n@1(%4: i32):\nbranch %4, @2(), @3()\n@2:\n%6 = i32.sub %4, %2\njump @1(%6)\n@3:\nreturn %4"
    try expectSelection(loop, becomes: loop, decisions: 0)
    let latch = """
      jump @1(%1)
      @1(%4: i32):
      branch %4, @2(), @1(%2)
      @2:
      %6 = i32.sub %4, %2
      jump @1(%6)
      """
    try expectSelection(latch, becomes: latch, decisions: 0)
  }
}
