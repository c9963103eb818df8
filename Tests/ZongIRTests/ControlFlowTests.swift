// Simplification of control flow, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct ControlFlowTests {
  @Test func mergeAndThread() throws {
    try expectPass(
      "(i32): i32",
      """
      @0:
        %1 = i32.parameter 0
        jump @1(%1)
      @1(%2: i32):
        branch %2, @2(), @3()
      @2:
        call #1()
        jump @4(%1)
      @3:
        jump @4(%2)
      @4(%3: i32):
        jump @5(%3)
      @5(%4: i32):
        return %4
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          branch %1, @2(), @4(%1)
        @2:
          call #1()
          jump @4(%1)
        @4(%3: i32):
          return %3
        """, decisions: 3
    ) {
      var pass = SimplifyControlFlow()
      pass.run($0, &$1)
    }
  }

  /// `a && b` as a value that is then branched by: the constant's edge goes straight on.
  @Test func threadPastBranch() throws {
    try expectPass(
      "(i32, i32): i32",
      """
      @0:
        %1 = i32.parameter 0
        %2 = i32.parameter 1
        %3 = i32.const 0
        branch %1, @1(), @2(%3, %1)
      @1:
        %4 = i32.const 9
        call #1()
        jump @2(%2, %4)
      @2(%5: i32, %6: i32):
        branch %5, @3(%6), @4()
      @3(%7: i32):
        return %7
      @4:
        %8 = i32.const 1
        jump @5(%8)
      @5(%9: i32):
        return %9
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          %2 = i32.parameter 1
          %3 = i32.const 0
          branch %1, @1(), @4()
        @1:
          %4 = i32.const 9
          call #1()
          jump @2(%2, %4)
        @2(%5: i32, %6: i32):
          branch %5, @3(%6), @4()
        @3(%7: i32):
          return %7
        @4:
          %8 = i32.const 1
          return %8
        """, decisions: 2
    ) {
      var pass = SimplifyControlFlow()
      pass.run($0, &$1)
    }
  }

  /// Blocks that only pass a constant on: each edge past them makes its own.
  @Test func constantsGoAlong() throws {
    try expectPass(
      "(i32): i32",
      """
      @0:
        %1 = i32.parameter 0
        branch %1, @1(), @2()
      @1:
        call #1()
        branch %1, @3(), @4(%1)
      @2:
        call #2()
        branch %1, @3(), @4(%1)
      @3:
        %2 = i32.const 7
        jump @4(%2)
      @4(%3: i32):
        return %3
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          branch %1, @1(), @2()
        @1:
          call #1()
          %2 = i32.const 7
          %3 = i32.select %1, %2, %1
          jump @4(%3)
        @2:
          call #2()
          %4 = i32.const 7
          %5 = i32.select %1, %4, %1
          jump @4(%5)
        @4(%6: i32):
          return %6
        """, decisions: 4
    ) {
      var pass = SimplifyControlFlow()
      pass.run($0, &$1)
    }
  }

  @Test func branchIntoSelect() throws {
    try expectPass(
      "(i32, i64, i64): i64",
      """
      @0:
        %1 = i32.parameter 0
        %2 = i64.parameter 1
        %3 = i64.parameter 2
        branch %1, @1(), @2()
      @1:
        jump @3(%2, %2)
      @2:
        jump @3(%3, %2)
      @3(%4: i64, %5: i64):
        %6 = i64.add %4, %5
        return %6
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          %2 = i64.parameter 1
          %3 = i64.parameter 2
          %4 = i64.select %1, %2, %3
          jump @3(%4, %2)
        @3(%5: i64, %6: i64):
          %7 = i64.add %5, %6
          return %7
        """, decisions: 3
    ) {
      var pass = SimplifyControlFlow()
      pass.run($0, &$1)
    }
  }

  @Test func loopsKeepTheirEntryAndLatch() throws {
    let text = """
      @0:
        %1 = i32.parameter 0
        branch %1, @1(), @4()
      @1:
        jump @2()
      @2:
        call #1()
        branch %1, @3(), @4()
      @3:
        jump @2()
      @4:
        return
      """
    try expectPass("(i32)", text, becomes: text, decisions: 0) {
      var pass = SimplifyControlFlow()
      pass.run($0, &$1)
    }
  }
}
