// Loops that begin with an append: what becomes of one, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct AppendLoopsTests {
  /// A loop of ten appends; `also` is done behind each.
  private static func loop(also: String = "", pointer: String = "%30") -> String {
    """
    @0:
      %1 = i64.parameter 0
      %2 = i64.const 0
      %3 = i32.const 0
      %4 = i64.const 10
      %5 = i64.const 1
      jump @1(%1, %3, %3, %2)
    @1(%10: i64, %11: i32, %12: i32, %13: i64):
      %14 = i64.mul %13, %13
      %15 = ltU %11, %12
      branch %15, @2(), @3()
    @2:
      %17 = i32.wrap %10
      %18 = i32.add %17, %12
      %19 = i32.load %18+0
      %20 = eq %19, %11
      branch %20, @4(%10, %12), @3()
    @3:
      %22 = i64.const 1
      %23 = i32.const 7
      %24 = call #1(%3, %10, %11, %12, %22, %23) mayFree fresh
      %25 = i64.result %24, 0
      %26 = i32.result %24, 1
      jump @4(%25, %26)
    @4(%30: i64, %31: i32):
      %32 = i32.const 1
      %33 = i32.add %11, %32
      %34 = i32.wrap %30
      %35 = i32.add %34, %31
      store %35+0, %33 number fresh
      %37 = i32.add %34, %11
      store.u8 %37+0, %14 number
      \(also)
      %39 = i64.add %13, %5
      %40 = ltS %39, %4
      branch %40, @1(\(pointer), %33, %31, %39), @5()
    @5:
      return %14
    """
  }

  private func run(_ function: Function, _ counter: inout PassCounter) {
    var pass = AppendLoops()
    pass.run(function, &counter)
  }

  @Test func theMarkIsReadOnce() throws {
    try expectPass(
      "(i64): i64", AppendLoopsTests.loop(),
      becomes: """
          $0: i64
          $1: i32
          $2: i32
          $3: i64
          $4: i64
        @0:
          %1 = i64.parameter 0
          %2 = i64.const 0
          %3 = i32.const 0
          %4 = i64.const 10
          %5 = i64.const 1
          jump @1(%1, %3, %3, %2)
        @1(%7: i64, %8: i32, %9: i32, %10: i64):
          %11 = i64.mul %10, %10
          %12 = ltU %8, %9
          set $0, %7
          set $2, %8
          set $1, %9
          set $4, %10
          set $3, %11
          branch %12, @2(), @3()
        @2:
          %19 = i64.get $0
          %20 = i32.get $1
          %21 = i32.get $2
          %22 = i32.wrap %19
          %23 = i32.add %22, %20
          %24 = i32.load %23+0
          %25 = eq %24, %21
          branch %25, @4(%19, %20), @3()
        @3:
          %27 = i64.get $0
          %28 = i32.get $2
          %29 = i32.get $1
          %30 = i64.const 1
          %31 = i32.const 7
          %32 = call #1(%3, %27, %28, %29, %30, %31) mayFree fresh
          %33 = i64.result %32, 0
          %34 = i32.result %32, 1
          jump @4(%33, %34)
        @4(%36: i64, %37: i32):
          %38 = i32.get $2
          %39 = i64.get $3
          %40 = i64.get $4
          %41 = i32.const 1
          %42 = i32.add %38, %41
          %43 = i32.wrap %36
          %44 = i32.add %43, %37
          store %44+0, %42 number fresh
          %46 = i32.add %43, %38
          store.u8 %46+0, %39 number
          %48 = i64.add %40, %5
          %49 = ltS %48, %4
          branch %49, @5(), @7()
        @5:
          %51 = i64.mul %48, %48
          %52 = ltU %42, %37
          set $0, %36
          set $2, %42
          set $1, %37
          set $4, %48
          set $3, %51
          branch %52, @4(%36, %37), @6()
        @6:
          %59 = i64.get $0
          %60 = i32.get $2
          %61 = i32.get $1
          %62 = i64.const 1
          %63 = i32.const 7
          %64 = call #1(%3, %59, %60, %61, %62, %63) mayFree fresh
          %65 = i64.result %64, 0
          %66 = i32.result %64, 1
          jump @4(%65, %66)
        @7:
          %68 = i64.get $3
          return %68
        """, decisions: 1
    ) { run($0, &$1) }
  }

  @Test(arguments: [
    "call #2()", "%90 = i32.const 4\nstore %90+0, %33", "store %35+0, %33 number fresh",
    "%90 = i32.const 4\n%91 = i64.const 9\ntagStore.u16 %90, %91",
  ])
  func whatMayWriteTheMarkIsLeft(_ also: String) throws {
    let text = AppendLoopsTests.loop(also: also)
    try expectPass("(i64): i64", text, becomes: text, decisions: 0) { run($0, &$1) }
  }

  @Test func aRoundThatBeginsWithAnotherSliceIsLeft() throws {
    let text = AppendLoopsTests.loop(pointer: "%10")
    try expectPass("(i64): i64", text, becomes: text, decisions: 0) { run($0, &$1) }
  }

  @Test(arguments: [
    "call #2() mayFree fresh", "%90 = i32.const 4\nstore %90+0, %33 number", "call #2() pure",
  ])
  func whatLeavesMarksAloneDoesNoHarm(_ also: String) throws {
    let function = try parsed(wrapped("(i64): i64", AppendLoopsTests.loop(also: also)))
    var counter = PassCounter()
    run(function, &counter)
    #expect(counter.taken == 1)
    #expect(Verifier.verify(function).isEmpty)
  }
}
