// Constant folding, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct FoldingTests {
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

  @Test func rotations() throws {
    let shifts = "%5 = i64.const 7\n%6 = i64.const 57\n%7 = i64.shl %1, %5\n%8 = i64.shrU %1, %6\n"
    for line in ["or %7, %8", "xor %8, %7", "add %7, %8"] {
      #expect(try folded(shifts + "%9 = i64.\(line)") == "%2 = i64.const 7; %3 = i64.rotl %1, %2; return %3", "\(line)")
    }
    // Of different values, with too few bits, and where bits may overlap in another way.
    for (first, second) in [
      ("i64.shl %2, %5", "i64.shrU %1, %6"), ("i64.shl %1, %6", "i64.shrU %1, %6"),
      ("i64.shl %1, %5", "i64.shrS %1, %6"),
    ] {
      let text = try folded("%5 = i64.const 7\n%6 = i64.const 57\n%7 = \(first)\n%8 = \(second)\n%9 = i64.or %7, %8")
      #expect(text.replacingFirst("rotl", "") == text, "\(first)")
    }
  }

  @Test func floats() throws {
    #expect(try folded("%5 = f64.const 2.0\n%9 = f64.mul %4, %5", "f64") == "%2 = f64.add %1, %1; return %2")
    #expect(try folded("%5 = f64.const 2.0\n%9 = f64.mul %5, %4", "f64") == "%2 = f64.add %1, %1; return %2")
    #expect(
      try folded("%5 = f64.const -4.0\n%9 = f64.div %4, %5", "f64")
        == "%2 = f64.const -0.25; %3 = f64.mul %1, %2; return %3")
    #expect(
      try folded("%5 = f32.const 8.0\n%6 = f32.demote %4\n%9 = f32.div %6, %5", "f32")
        == "%2 = f32.demote %1; %3 = f32.const 0.125; %4 = f32.mul %2, %3; return %4")
    // Reciprocals that aren't exact, or not normal numbers.
    for divisor in ["3.0", "0.0", "inf", "4.49423283715579e307", "8.98846567431158e307", "5e-324", "1.1e-308"] {
      let text = try folded("%5 = f64.const \(divisor)\n%9 = f64.div %4, %5", "f64")
      #expect(text.hasSuffix("f64.div %1, %2; return %3") || divisor.hasPrefix("4.49"), "\(text)")
    }
  }

  /// A parameter that gets a constant of one number from everywhere is that number.
  @Test func parametersOfOneNumber() throws {
    func folded(_ numbers: (String, String, String)) throws -> String {
      let body = """
        @0:
          %1 = i64.parameter 0
          %2 = i64.const \(numbers.0)
          %3 = i64.const \(numbers.1)
          branch %1, @1(%2), @2()
        @2:
          jump @1(%3)
        @1(%4: i64):
          %5 = i64.const \(numbers.2)
          %6 = i64.sub %1, %4
          %7 = ltS %6, %1
          branch %7, @1(%5), @3()
        @3:
          return %4
        """.replacing("branch %1", with: "%8 = eqz %1\n  branch %8")
      let function = try parsed(wrapped("(i64): i64", body))
      var counter = PassCounter()
      var fold = ConstantFolding()
      fold.run(function, &counter)
      #expect(Verifier.verify(function).isEmpty)
      return try canonical(function)
    }
    #expect(try folded(("7", "7", "7")).contains("i64.const -7"))
    for numbers in [("7", "7", "8"), ("7", "8", "7"), ("8", "7", "7")] {
      #expect(try folded(numbers).contains("i64.sub"))
    }
  }

  /// What is added to an address goes into the access, as long as the sum can't have wrapped.
  @Test func addresses() throws {
    #expect(
      try folded("%5 = i32.const 8\n%6 = i32.add %3, %5\n%9 = i32.load %6+4", "i32")
        == "%2 = i32.load %1+12; return %2")
    for constant in ["65", "-8"] {
      let text = try folded("%5 = i32.const \(constant)\n%6 = i32.add %3, %5\n%9 = i32.load %6+0", "i32")
      #expect(text.hasSuffix("i32.add %1, %2; %4 = i32.load %3+0; return %4"), "\(text)")
    }
    let element = "%7 = i32.wrap %6\n%8 = i32.const 3\n%10 = i32.shl %7, %8\n%11 = i32.add %3, %10\n%9 = i64.load %11+0"
    let next = try folded("%5 = i64.const 1\n%6 = i64.add %1, %5\n" + element)
    #expect(next.hasSuffix("i64.load %6+8; return %7"), "\(next)")
    let byte = "%7 = i32.wrap %6\n%11 = i32.add %3, %7\n%9 = i32.load.u8 %11+1"
    let nextByte = try folded("%5 = i64.const 2\n%6 = i64.add %1, %5\n" + byte, "i32")
    #expect(nextByte.hasSuffix("i32.load.u8 %4+3; return %5"), "\(nextByte)")
    let before = try folded("%5 = i64.const -1\n%6 = i64.add %1, %5\n" + element)
    #expect(before.replacingFirst("+0; return", "") != before, "\(before)")
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

  @Test func narrowStores() throws {
    func stored(_ mask: Int, _ access: String) throws -> String {
      try folded("%5 = i64.const \(mask)\n%6 = i64.and %1, %5\nstore\(access) %3+0, %6\n%9 = i64.load %3+0")
    }
    let whole = "store.u16 %2+0, %1; %4 = i64.load %2+0; return %4"
    #expect(try stored(0xFFFF, ".u16") == whole)
    #expect(try stored(0x1FFFF, ".u16") == whole)
    #expect(try stored(0x7FFF, ".u16").hasPrefix("%3 = i64.const 32767; %4 = i64.and %1, %3; store.u16 %2+0, %4"))
    #expect(try stored(0xFFFF, "").hasPrefix("%3 = i64.const 65535; %4 = i64.and %1, %3; store %2+0, %4"))
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
}
