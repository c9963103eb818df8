// Promotion of variables to values, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct PromoteTests {
  @Test func promoteStraight() throws {
    try expectPass(
      "(i64): i64",
      """
        $0: i64
        $1: i32
      @0:
        %1 = i64.parameter 0
        set $0, %1
        %2 = i64.get $0
        %3 = i64.add %2, %1
        set $0, %3
        %4 = i64.get $0
        %5 = i32.get $1
        %6 = i64.extendU %5
        %7 = i64.add %4, %6
        return %7
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i32.const 0
          %3 = i64.add %1, %1
          %6 = i64.extendU %2
          %7 = i64.add %3, %6
          return %7
        """, decisions: 2
    ) {
      var pass = Promote()
      pass.run($0, &$1)
    }
  }

  @Test func promoteJoinsAndLoops() throws {
    try expectPass(
      "(i64): i64",
      """
        $0: i64
        $1: i64
      @0:
        %1 = i64.parameter 0
        set $0, %1
        set $1, %1
        jump @1()
      @1:
        %2 = i64.get $0
        %3 = eqz %2
        branch %3, @3(), @2()
      @2:
        %4 = i64.get $0
        %5 = i64.get $1
        %6 = i64.sub %4, %5
        set $0, %6
        jump @1()
      @3:
        %7 = i64.get $0
        return %7
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          jump @1(%1)
        @1(%2: i64):
          %3 = eqz %2
          branch %3, @3(), @2()
        @2:
          %6 = i64.sub %2, %1
          jump @1(%6)
        @3:
          return %2
        """
    ) {
      var pass = Promote()
      pass.run($0, &$1)
    }
  }

  @Test func promoteAsFarAsAllowed() throws {
    let text = wrapped(
      "(i64): i64",
      "$0: i64\n$1: i64\n@0:\n%1 = i64.parameter 0\nset $0, %1\nset $1, %1\n%2 = i64.get $0\n%3 = i64.get $1\n%4 = i64.add %2, %3\nreturn %4"
    )
    let function = try parsed(text)
    var counter = PassCounter(limit: 1)
    var pass = Promote()
    pass.run(function, &counter)
    #expect(Verifier.verify(function).isEmpty)
    let left = trimmed(function.text())
    #expect(left.replacingFirst("get $1", "") != left && left.replacingFirst("get $0", "") == left)
  }
}
