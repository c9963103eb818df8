// Global value numbering, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct NumberingTests {
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

  /// The loads of each kind that are left after a write: those of other kinds than a store's stay known.
  @Test func kinds() throws {
    func loads(_ between: String) throws -> Int {
      let loads = ["number", "pointer", "header", ""]
      let text = { (first: Int) in
        loads.enumerated().map { "%\(first + $0) = i64.load %1+\($0 * 8) \($1)" }.joined(separator: "\n")
      }
      let body =
        "@0:\n%1 = i32.parameter 0\n%2 = i64.parameter 1\n%3 = i32.parameter 2\n\(text(10))\n\(between)\n\(text(20))\n"
      let sum = "%30 = i64.add %20, %21\n%31 = i64.add %22, %23\n%32 = i64.add %30, %31\nreturn %32"
      let function = try parsed(wrapped("(i32, i64, i32): i64", body + sum))
      var counter = PassCounter()
      var pass = ValueNumbering()
      pass.run(function, &counter)
      #expect(Verifier.verify(function).isEmpty)
      return (0..<function.instructions.count).reduce(0) { $0 + (function.instructions[$1].opcode == .load ? 1 : 0) }
    }
    #expect(try loads("") == 4)
    #expect(try loads("store %3+0, %2 number") == 6)
    #expect(try loads("store %3+0, %2 pointer") == 6)
    #expect(try loads("store %3+0, %2 header") == 6)
    #expect(try loads("store %3+0, %2") == 8)
    #expect(try loads("store %3+0, %2 number\nstore %3+0, %2 header") == 7)
    #expect(try loads("call #1()") == 8)
    #expect(try loads("call #1() number") == 6)
    // What it surely doesn't touch stays known of every kind.
    #expect(try loads("store %1+32, %2") == 4)
  }

  /// A call stores what the function stores and what it calls does, over the whole program; its own frame is nobody else's.
  @Test(arguments: [
    ("store %1+0, %2 number", true), ("store %1+0, %2 pointer", false), ("store %1+0, %2 header", false),
    ("store %1+0, %2", false), ("memoryCopy %1, %1, %1", false), ("memoryFill %1, %1, %1", false),
    ("call h#2(%1, %2)", true), ("call f#0()", false),
    ("store %3+0, %2 header", true), ("store %5+0, %2 header", true), ("memoryCopy %3, %1, %1", true),
    ("%6 = i32.add %3, %1\nstore %6+0, %2 header", false), ("call k#3(%3, %2)", false),
    ("callIndirect %1(%1, %2) signature0", false),
  ])
  func whatCallsStore(_ inside: String, _ isNumbers: Bool) throws {
    let start = "@0:\n%1 = i32.parameter 0\n%2 = i64.parameter 1\n"
    let text = """
      memory 1 1
      table k#3
      signature0 (i32, i64)
      import "f"#0 "wasi_snapshot_preview1" ()
      export "g" g#1

      func g#1(i32, i64): i64 {
      \(start)%3 = i64.load %1+8 header
      call h#2(%1, %2)
      %4 = i64.load %1+8 header
      %5 = i64.add %3, %4
      return %5
      }
      func h#2(i32, i64) {
      frame0 size 16 align 8
      \(start)%3 = i32.frameAddress frame0
      %4 = i32.const 8
      %5 = i32.add %3, %4
      \(inside)
      return
      }
      func k#3(i32, i64) {
      \(start)store %1+0, %2 pointer
      return
      }
      """
    var program = try Parser.parseProgram(text).get()
    _ = Optimizer.run(&program, OptimizerOptions(only: ["numbering"]))
    guard case .defined(let function) = program.definitions[1] else { return }
    #expect(function.text().components(of: "load") == (isNumbers ? 1 : 2))
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

  @Test func parametersThatAreGivenTheSame() throws {
    func block(_ parameters: String, _ arguments: (String, String), _ sum: String) -> String {
      """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i32.parameter 2
        branch %3, @1(), @2()
      @1:
        jump @3(\(arguments.0))
      @2:
        jump @3(\(arguments.1))
      @3(\(parameters)):
        %8 = i64.add \(sum)
        return %8
      """
    }
    let parameters = "%5: i64, %6: i64, %7: i64"
    let arguments = ("%1, %1, %1", "%2, %1, %2")
    try expectPass(
      "(i64, i64, i32): i64", block(parameters, arguments, "%5, %7"), becomes: block(parameters, arguments, "%5, %5"),
      decisions: 1
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
}
