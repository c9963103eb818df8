// Scalar replacement of frame slots, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct ScalarTests {
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
        """, ScalarTests.replaceScalars)
  }

  private static func replaceScalars(_ function: Function, _ counter: inout PassCounter) {
    var scalars = ScalarReplacement()
    var promote = Promote()
    var fold = ConstantFolding()
    var dead = DeadCode()
    scalars.run(function, &counter)
    promote.run(function, &counter)
    fold.run(function, &counter)
    dead.run(function, &counter)
  }

  /// A tag of a byte in front of a pointer: what is copied out is two words, not five pieces.
  @Test func wordsThatAreUsedInPart() throws {
    try expectPass(
      "(i64, i32): i64",
      """
        frame0 size 16 align 8
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
        %3 = i32.frameAddress frame0
        %4 = i32.const 3
        store.u8 %3+0, %4
        store %3+8, %1
        %5 = i32.const 16
        memoryCopy %2, %3, %5
        return %1
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i32.parameter 1
          %3 = i64.const 3
          store %2+0, %3
          store %2+8, %1
          return %1
        """, ScalarTests.replaceScalars)
  }

  /// Where frames are filled, a read of what nothing was written to gives the pattern, as it would from memory.
  @Test func filledFrame() throws {
    try expectPass(
      "(i64): i64",
      """
        frame0 size 16 align 8
      @0:
        %1 = i64.parameter 0
        %2 = i32.frameAddress frame0
        store %2+0, %1
        %3 = i64.load %2+0
        %4 = i64.load %2+8
        %5 = i64.add %3, %4
        return %5
      """,
      becomes: """
        @0:
          %1 = i64.parameter 0
          %3 = i64.const 72340172838076673
          %5 = i64.add %1, %3
          return %5
        """
    ) { function, counter in
      var scalars = ScalarReplacement()
      scalars.frameFiller = 1
      scalars.run(function, &counter)
      ScalarTests.replaceScalars(function, &counter)
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
      "%4 = f64.load %3+0", "%4 = i64.load.s16 %3+6", "%4 = i64.extendU %3",
    ] {
      #expect(try isReplaced("%5 = i32.const 8\n" + use), "\(use)")
    }
  }

  @Test func slotsThatStay() throws {
    for use in [
      "call #1(%3)", "store %2+0, %3", "%4 = i32.add %3, %2\nstore %4+0, %1",
      "%4 = i64.extendU %3\nstore %2+0, %4", "%4 = i64.extendU %3\n%5 = i32.wrap %4\nstore %5+0, %1",
      "%4 = i64.load %3+4", "memoryCopy %3, %2, %2", "%4 = f64.load.u8 %3+0".replacingFirst("f64.load.u8", "f32.load"),
      "%5 = i32.const 4\nmemoryCopy %3, %2, %5", "store %3+12, %1",
    ] {
      #expect(try !isReplaced(use), "\(use)")
    }
  }
}
