// Dead code elimination, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct DeadCodeTests {
  @Test func deadValuesParametersVariablesAndSlots() throws {
    try expectPass(
      "(i64): i64",
      """
        $0: i64
        $1: i64
        frame0 size 8 align 8
        frame1 size 16 align 8
      @0:
        %1 = i64.parameter 0
        set $0, %1
        set $1, %1
        %2 = i64.mul %1, %1
        %3 = i64.const 8
        %4 = i64.divS %1, %3
        %5 = i64.divS %1, %1
        %6 = i32.frameAddress frame0
        %7 = i64.load %6+0
        %8 = i64.call #1(%1) pure
        %9 = i64.call #1(%1)
        %10 = i32.frameAddress frame1
        store %10+0, %1
        jump @1(%1, %2)
      @1(%11: i64, %12: i64):
        %13 = i64.get $1
        %14 = eqz %13
        %15 = i64.add %12, %12
        branch %14, @1(%11, %15), @2()
      @2:
        return %11
      """,
      becomes: """
          $0: i64
          frame0 size 16 align 8
        @0:
          %1 = i64.parameter 0
          set $0, %1
          %5 = i64.divS %1, %1
          %9 = i64.call #1(%1)
          %10 = i32.frameAddress frame0
          store %10+0, %1
          jump @1(%1)
        @1(%11: i64):
          %13 = i64.get $0
          %14 = eqz %13
          branch %14, @1(%11), @2()
        @2:
          return %11
        """
    ) {
      var pass = DeadCode()
      pass.run($0, &$1)
    }
  }
}
