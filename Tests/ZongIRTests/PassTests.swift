// Each pass on small functions, before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct PassTests {
  // MARK: Promote

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

  // MARK: Dead code

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

  // MARK: Folding

  /// The value of the expression after folding, as the text of what is returned.
  func folded(_ lines: String, _ type: String = "i64", sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    let body =
      "@0:\n%1 = i64.parameter 0\n%2 = i64.parameter 1\n%3 = i32.parameter 2\n%4 = f64.parameter 3\n\(lines)\nreturn %9"
    let function = try parsed(wrapped("(i64, i64, i32, f64): \(type)", body), sourceLocation: sourceLocation)
    var counter = PassCounter()
    var fold = ConstantFolding()
    var dead = DeadCode()
    fold.run(function, &counter)
    dead.run(function, &counter)
    #expect(Verifier.verify(function).isEmpty, sourceLocation: sourceLocation)
    let lines = try canonical(function).split(separator: "\n").dropFirst(2).dropLast()
    return lines.map { trimmed(String($0)) }.filter { $0.replacingFirst("parameter", "") == $0 }.joined(separator: "; ")
  }

  @Test func foldConstants() throws {
    #expect(try folded("%5 = i64.const 6\n%6 = i64.const 7\n%9 = i64.mul %5, %6") == "%1 = i64.const 42; return %1")
    #expect(try folded("%5 = i32.const -1\n%6 = i32.const 1\n%9 = ltU %5, %6", "i32") == "%1 = i32.const 0; return %1")
    #expect(
      try folded("%5 = i32.const 2147483647\n%6 = i32.const 1\n%9 = i32.add %5, %6", "i32")
        == "%1 = i32.const -2147483648; return %1")
    #expect(
      try folded("%5 = f64.const 1.5\n%6 = f64.const 0.25\n%9 = f64.sub %5, %6", "f64")
        == "%1 = f64.const 1.25; return %1")
    #expect(try folded("%5 = f64.const -0.0\n%9 = f64.ceil %5", "f64") == "%1 = f64.const -0.0; return %1")
    #expect(try folded("%5 = i64.const 1\n%6 = i64.const 64\n%9 = i64.shl %5, %6") == "%1 = i64.const 1; return %1")
  }

  @Test func whatMustNotFold() throws {
    // Traps, and NaNs whose bits the engine chooses.
    #expect(try folded("%5 = i64.const 6\n%6 = i64.const 0\n%9 = i64.divS %5, %6").hasSuffix("divS %1, %2; return %3"))
    #expect(
      try folded("%5 = i64.const -9223372036854775808\n%6 = i64.const -1\n%9 = i64.divS %5, %6").hasSuffix(
        "divS %1, %2; return %3"))
    #expect(try folded("%5 = f64.const inf\n%9 = f64.sub %5, %5", "f64").hasSuffix("f64.sub %1, %1; return %2"))
    #expect(try folded("%5 = f64.const 1e20\n%9 = i32.truncateS %5", "i32").hasSuffix("i32.truncateS %1; return %2"))
    #expect(try folded("%9 = f64.sub %4, %4", "f64").hasSuffix("f64.sub %1, %1; return %2"))
    #expect(try folded("%5 = f64.const 0\n%9 = f64.add %4, %5", "f64").hasSuffix("f64.add %1, %2; return %3"))
    #expect(try folded("%9 = i64.divS %1, %1").hasSuffix("i64.divS %1, %1; return %2"))
  }

  @Test func identities() throws {
    for line in ["add %1, %5", "sub %1, %5", "or %1, %5", "xor %1, %5", "shl %1, %5", "shrS %1, %5", "rotl %1, %5"] {
      #expect(try folded("%5 = i64.const 0\n%9 = i64.\(line)") == "return %1", "\(line)")
    }
    for line in ["mul %1, %5", "mul %5, %1", "divS %1, %5", "divU %1, %5"] {
      #expect(try folded("%5 = i64.const 1\n%9 = i64.\(line)") == "return %1", "\(line)")
    }
    for (line, value) in [("sub %1, %1", 0), ("xor %1, %1", 0)] {
      #expect(try folded("%9 = i64.\(line)") == "%1 = i64.const \(value); return %1", "\(line)")
    }
    #expect(try folded("%9 = i64.and %1, %1") == "return %1")
    #expect(try folded("%9 = leU %1, %1", "i32") == "%1 = i32.const 1; return %1")
    #expect(try folded("%5 = i64.const 0\n%9 = i64.mul %1, %5") == "%1 = i64.const 0; return %1")
    #expect(try folded("%5 = i64.const -1\n%9 = i64.and %1, %5") == "return %1")
    #expect(
      try folded("%5 = i64.const 16\n%9 = i64.divU %1, %5") == "%2 = i64.const 4; %3 = i64.shrU %1, %2; return %3")
    #expect(
      try folded("%5 = i64.const 16\n%9 = i64.remU %1, %5") == "%2 = i64.const 15; %3 = i64.and %1, %2; return %3")
    #expect(
      try folded("%5 = i64.const 3\n%6 = i64.add %1, %5\n%7 = i64.const 4\n%9 = i64.add %6, %7")
        == "%2 = i64.const 7; %3 = i64.add %1, %2; return %3")
    #expect(try folded("%5 = i64.const 3\n%6 = i64.sub %1, %5\n%7 = i64.const 3\n%9 = i64.add %6, %7") == "return %1")
    #expect(try folded("%5 = i64.extendS %3\n%9 = i32.wrap %5", "i32") == "return %1")
    #expect(try folded("%5 = f64.neg %4\n%9 = f64.neg %5", "f64") == "return %1")
    #expect(
      try folded(
        "%5 = i64.extendU %3\n%6 = i64.const 32\n%7 = i64.shl %1, %6\n%8 = i64.or %7, %5\n%9 = i32.wrap %8", "i32")
        == "return %1")
  }

  @Test func bits() throws {
    // The upper half of a pointer is kept and taken away again.
    let halves = "%5 = i64.const -4294967296\n%6 = i64.and %1, %5\n%7 = i64.extendU %3\n%8 = i64.or %7, %6\n"
    #expect(try folded(halves + "%10 = i64.const 4294967295\n%9 = i64.and %8, %10") == "%2 = i64.extendU %1; return %2")
    #expect(try folded(halves + "%9 = i32.wrap %8", "i32") == "return %1")
    #expect(
      try folded("%5 = i64.const 56\n%6 = i64.shrU %1, %5\n%7 = i64.const 255\n%9 = i64.and %6, %7")
        == "%2 = i64.const 56; %3 = i64.shrU %1, %2; return %3")
    #expect(
      try folded("%5 = i64.const 4\n%6 = i64.shl %1, %5\n%7 = i64.const 15\n%9 = i64.and %6, %7")
        == "%1 = i64.const 0; return %1")
    #expect(
      try folded("%5 = i64.const 4\n%6 = i64.shl %1, %5\n%7 = i64.const 31\n%9 = i64.and %6, %7").hasSuffix(
        "i64.and %3, %4; return %5"))
  }

  @Test func conditions() throws {
    #expect(try folded("%5 = ltS %1, %2\n%9 = eqz %5", "i32") == "%3 = geS %1, %2; return %3")
    #expect(try folded("%5 = lt %4, %4\n%9 = eqz %5", "i32").hasSuffix("eqz %2; return %3"))
    #expect(try folded("%5 = i64.const 5\n%9 = ltS %5, %1", "i32") == "%2 = i64.const 5; %3 = gtS %1, %2; return %3")
    #expect(try folded("%5 = ltS %1, %2\n%6 = i32.const 0\n%9 = ne %5, %6", "i32") == "%3 = ltS %1, %2; return %3")
    #expect(try folded("%5 = i64.const 0\n%9 = ltU %1, %5", "i32") == "%1 = i32.const 0; return %1")
    #expect(
      try folded("%5 = i64.const 2\n%6 = i64.remS %1, %5\n%9 = eqz %6", "i32")
        == "%2 = i64.const 1; %3 = i64.and %1, %2; %4 = eqz %3; return %4")
    #expect(try folded("%5 = eqz %3\n%9 = i64.select %5, %1, %2") == "%4 = i64.select %3, %2, %1; return %4")
    #expect(try folded("%5 = i32.const 1\n%9 = i64.select %5, %1, %2") == "return %1")
    #expect(try folded("%9 = i64.select %3, %1, %1") == "return %1")
  }

  @Test func foldControl() throws {
    try expectPass(
      "(i32): i32",
      """
      @0:
        %1 = i32.parameter 0
        %2 = i32.const 1
        check %2, panic(%1, %1)
        branch %2, @1(%1), @2()
      @1(%3: i32):
        switch %2, @2(), @3(), @2()
      @2:
        return %2
      @3:
        %5 = eqz %1
        branch %5, @4(), @5()
      @4:
        call #1() noReturn
        return %1
      @5:
        %7 = i32.const 0
        check %7, assertion(%1, %1)
        return %1
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          %2 = i32.const 1
          jump @1(%1)
        @1(%3: i32):
          jump @3()
        @3:
          %5 = eqz %1
          branch %1, @5(), @4()
        @4:
          call #1() noReturn
          unreachable
        @5:
          %7 = i32.const 0
          stop assertion(%1, %1)
        """, decisions: 7
    ) {
      var pass = ConstantFolding()
      pass.run($0, &$1)
    }
  }

  @Test func parametersThatAreAlwaysTheSame() throws {
    try expectPass(
      "(i64, i32): i64",
      """
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
        branch %2, @1(%1, %1), @2()
      @1(%3: i64, %4: i64):
        %5 = i64.add %3, %4
        branch %2, @1(%3, %5), @3()
      @2:
        return %1
      @3:
        return %5
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i32.parameter 1
          branch %2, @1(%1, %1), @2()
        @1(%3: i64, %4: i64):
          %5 = i64.add %1, %4
          branch %2, @1(%1, %5), @3()
        @2:
          return %1
        @3:
          return %5
        """, decisions: 1
    ) {
      var pass = ConstantFolding()
      pass.run($0, &$1)
    }
  }

  // MARK: Control flow

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

  // MARK: Value numbering

  @Test func equalValues() throws {
    try expectPass(
      "(i64, i32): i64",
      """
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
        %3 = i64.mul %1, %1
        %4 = i64.divS %3, %1
        branch %2, @1(), @2()
      @1:
        %5 = i64.mul %1, %1
        %6 = i64.divS %5, %1
        %7 = i64.add %5, %6
        %8 = i64.add %6, %5
        %9 = i64.sub %7, %8
        return %9
      @2:
        %10 = i64.add %3, %4
        return %10
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i32.parameter 1
          %3 = i64.mul %1, %1
          %4 = i64.divS %3, %1
          branch %2, @1(), @2()
        @1:
          %7 = i64.add %3, %4
          %9 = i64.sub %7, %7
          return %9
        @2:
          %10 = i64.add %3, %4
          return %10
        """, decisions: 3
    ) {
      var pass = ValueNumbering()
      pass.run($0, &$1)
    }
  }

  /// The loads that are left of `%20 = load; <between>; %30 = load`, from the address `%1`.
  func loadsLeft(_ between: String) throws -> Int {
    let body =
      "frame0 size 8 align 8\nframe1 size 8 align 8\n@0:\n%1 = i32.parameter 0\n%2 = i64.parameter 1\n%3 = i32.frameAddress frame0\n%4 = i32.frameAddress frame1\n%20 = i64.load %1+8\n%21 = i64.load %3+0\n\(between)\n%30 = i64.load %1+8\n%31 = i64.load %3+0\n%32 = i64.add %30, %31\nreturn %32"
    let function = try parsed(wrapped("(i32, i64): i64", body))
    var counter = PassCounter()
    var pass = ValueNumbering()
    pass.run(function, &counter)
    #expect(Verifier.verify(function).isEmpty)
    var count = 0
    for index in 0..<function.instructions.count where function.instructions[index].opcode == .load { count += 1 }
    return count
  }

  @Test func loads() throws {
    #expect(try loadsLeft("") == 2)
    #expect(try loadsLeft("store %1+16, %2") == 3)
    #expect(try loadsLeft("store %1+0, %2") == 3)
    #expect(try loadsLeft("store %1+4, %2") == 4)
    #expect(try loadsLeft("store %4+0, %2") == 3)
    #expect(try loadsLeft("store %1+8, %2") == 3)
    #expect(try loadsLeft("store %3+0, %2") == 3)
    #expect(try loadsLeft("store.u8 %1+15, %2") == 4)
    #expect(try loadsLeft("call #1()") == 4)
    #expect(try loadsLeft("%5 = i64.call #1(%2) pure") == 2)
    #expect(try loadsLeft("memoryFill %1, %1, %1") == 4)
    #expect(try loadsLeft("%5 = i32.memoryGrow %1") == 4)
  }

  @Test func storedValue() throws {
    try expectPass(
      "(i32, i64): i64",
      """
      @0:
        %1 = i32.parameter 0
        %2 = i64.parameter 1
        store %1+8, %2
        %3 = i64.load %1+8
        store.u8 %1+20, %2
        %4 = i64.load.u8 %1+20
        %5 = i64.add %3, %4
        return %5
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          %2 = i64.parameter 1
          store %1+8, %2
          store.u8 %1+20, %2
          %4 = i64.load.u8 %1+20
          %5 = i64.add %2, %4
          return %5
        """, decisions: 1
    ) {
      var pass = ValueNumbering()
      pass.run($0, &$1)
    }
  }

  @Test func loadsAcrossJoinsAndLoops() throws {
    func loads(_ inLoop: String) throws -> Int {
      let body =
        "@0:\n%1 = i32.parameter 0\n%2 = i64.load %1+0\njump @1()\n@1:\n%3 = i64.load %1+0\n\(inLoop)\nbranch %1, @1(), @2()\n@2:\n%4 = i64.load %1+0\n%5 = i64.add %3, %4\n%6 = i64.add %2, %5\nreturn %6"
      let function = try parsed(wrapped("(i32): i64", body))
      var counter = PassCounter()
      var pass = ValueNumbering()
      pass.run(function, &counter)
      return (0..<function.instructions.count).reduce(0) { $0 + (function.instructions[$1].opcode == .load ? 1 : 0) }
    }
    #expect(try loads("") == 1)
    #expect(try loads("call #1()") == 3)
    #expect(try loads("store %1+0, %2") == 2)
  }

  // MARK: Scalar replacement

  @Test func structIntoValues() throws {
    try expectPass(
      "(i64, i32): i64",
      """
        frame0 size 16 align 8
        frame1 size 16 align 8
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
        %3 = i32.frameAddress frame0
        %4 = i32.frameAddress frame1
        %5 = i32.const 16
        %6 = i32.const 0
        memoryFill %3, %6, %5
        store %3+0, %1
        %7 = i32.const 8
        %8 = i32.add %3, %7
        store %8+4, %2
        memoryCopy %4, %3, %5
        %9 = i64.load %4+0
        %10 = i64.load.u32 %4+12
        %11 = i64.add %9, %10
        return %11
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i32.parameter 1
          %10 = i64.extendU %2
          %11 = i64.add %1, %10
          return %11
        """
    ) {
      var scalars = ScalarReplacement()
      var promote = Promote()
      var fold = ConstantFolding()
      var dead = DeadCode()
      scalars.run($0, &$1)
      promote.run($0, &$1)
      fold.run($0, &$1)
      dead.run($0, &$1)
    }
  }

  /// Whether a slot with this use besides a store and a load is taken apart.
  func isReplaced(_ use: String) throws -> Bool {
    let body =
      "frame0 size 16 align 8\n@0:\n%1 = i64.parameter 0\n%2 = i32.parameter 1\n%3 = i32.frameAddress frame0\nstore %3+0, %1\n\(use)\n%9 = i64.load %3+0\nreturn %9"
    let function = try parsed(wrapped("(i64, i32): i64", body))
    var counter = PassCounter()
    var pass = ScalarReplacement()
    pass.run(function, &counter)
    #expect(Verifier.verify(function).isEmpty, "\(function.text())")
    return trimmed(function.text()).replacingFirst("store %", "").replacingFirst("get $", "")
      != trimmed(function.text()).replacingFirst("store %", "")
  }

  @Test func slotsThatGoAway() throws {
    for use in [
      "", "store.u8 %3+3, %1", "%4 = i32.load %3+4", "memoryCopy %2, %3, %5", "memoryCopy %3, %2, %5",
      "%4 = f64.load %3+0", "%4 = i64.load.s16 %3+6",
    ] {
      #expect(try isReplaced("%5 = i32.const 8\n" + use), "\(use)")
    }
  }

  @Test func slotsThatStay() throws {
    for use in [
      "call #1(%3)", "store %2+0, %3", "%4 = i32.add %3, %2\nstore %4+0, %1", "%4 = i64.extendU %3",
      "%4 = i64.load %3+4", "memoryCopy %3, %2, %2", "%4 = f64.load.u8 %3+0".replacingFirst("f64.load.u8", "f32.load"),
      "%5 = i32.const 4\nmemoryCopy %3, %2, %5", "store %3+12, %1",
    ] {
      #expect(try !isReplaced(use), "\(use)")
    }
  }

  // MARK: Loops

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

  // MARK: Programs

  static func program(_ callee: String, _ caller: String, callerSignature: String = "(i64): i64") throws -> Program {
    try Parser.parseProgram(
      """
      import effect#0 "env" (i64)
      export "main" main#1
      func main#1\(callerSignature) {
      \(caller)
      }
      \(callee)
      """
    ).get()
  }

  @Test func inlineKeepsPositionsAndSites() throws {
    let callee = """
      func inner#2(i64): i64 {
      @0:
        %1 = i64.parameter 0
        call effect#0(%1) !30
        return %1
      }
      func outer#3(i64): i64, i64 {
        frame0 size 8 align 8
      @0:
        %1 = i64.parameter 0
        %2 = i32.frameAddress frame0
        %3 = i64.call inner#2(%1) !20
        branch %2, @1(), @2()
      @1:
        return %1, %3
      @2:
        return %3, %3
      }
      """
    let caller = """
        frame0 size 4 align 4
      @0:
        %1 = i64.parameter 0
        %2 = call outer#3(%1) !10
        %3 = i64.result %2, 0
        %4 = i64.result %2, 1
        %5 = i64.add %3, %4 !11
        return %5
      """
    var program = try PassTests.program(callee, caller)
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"]))
    #expect(report.errors.isEmpty)
    #expect(report.counts[Pass.inline.index] == 2)
    guard case .defined(let main) = program.definitions[1] else { return }
    let sites = (1..<main.inlineSites.count).map { main.inlineSites[$0] }
    #expect(sites.map { $0.callee.index } == [3, 2])
    #expect(sites.map { $0.position } == [10, 20])
    #expect(sites.map { $0.parent } == [0, 1])
    #expect(main.slots.array.map { $0.size } == [4, 8])
    for index in 0..<main.instructions.count {
      switch main.instructions[index].position {
      case 30: #expect(main.instructionSites[index] == 2)
      case 11: #expect(main.instructionSites[index] == 0)
      default: continue
      }
    }
    #expect(
      !(0..<main.instructions.count).contains { main.instructions[$0].opcode == .call && main.instructions[$0].a != 0 })
  }

  @Test func largeFramesAreNotInlined() throws {
    for (size, decisions) in [(1024, 1), (1025, 0)] {
      let callee =
        "func large#2(i64): i64 {\nframe0 size \(size) align 8\n@0:\n%1 = i64.parameter 0\n%2 = i32.frameAddress frame0\n%3 = i64.load %2+0\nreturn %3\n}"
      var program = try PassTests.program(callee, "@0:\n%1 = i64.parameter 0\n%2 = i64.call large#2(%1)\nreturn %2")
      #expect(Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"])).total == decisions)
    }
  }

  @Test func recursionIsNotInlined() throws {
    let callee =
      "func even#2(i64): i64 {\n@0:\n%1 = i64.parameter 0\n%2 = i64.call odd#3(%1)\nreturn %2\n}\nfunc odd#3(i64): i64 {\n@0:\n%1 = i64.parameter 0\n%2 = i64.call even#2(%1)\nreturn %2\n}"
    var program = try PassTests.program(callee, "@0:\n%1 = i64.parameter 0\n%2 = i64.call main#1(%1)\nreturn %2")
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"]))
    #expect(report.total == 0 && report.errors.isEmpty)
  }

  @Test func unusedFunctionsAreAbsent() throws {
    var program = try PassTests.program(
      "func unused#2() {\n@0:\nreturn\n}\nfunc tabled#3() {\n@0:\nreturn\n}\ntable tabled#3",
      "@0:\n%1 = i64.parameter 0\nreturn %1")
    #expect(Optimizer.run(&program, OptimizerOptions(only: ["functions"])).total == 2)
    let isThere = program.definitions.map { if case .absent = $0 { false } else { true } }
    #expect(isThere == [false, true, false, true])
  }

  @Test func stopAfter() throws {
    var program = try PassTests.program(
      "", "$0: i64\n@0:\n%1 = i64.parameter 0\nset $0, %1\n%2 = i64.get $0\n%3 = i64.sub %2, %2\nreturn %3")
    let report = Optimizer.run(&program, OptimizerOptions(stopAfter: "promote", verify: true))
    #expect(report.decisions == [.promote: 1])
    let text = program.text()
    #expect(text.replacingFirst("i64.sub", "") != text)
  }
}
