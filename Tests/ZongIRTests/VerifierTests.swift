// Every rule of the verifier, broken once.

import Testing

@testable import ZongIR

@Suite struct VerifierTests {
  /// The text parses, and verification complains with a message that contains `message`.
  func expectError(
    _ message: String, _ signature: String = "()", _ body: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let function = try Parser.parseFunction(wrapped(signature, body)).get()
    expect(message, Verifier.verify(function), sourceLocation)
  }

  func expect(_ message: String, _ errors: [VerifierError], _ sourceLocation: SourceLocation) {
    let texts = errors.map { "\($0)" }
    #expect(texts.contains { contains($0, message) }, "\(texts)", sourceLocation: sourceLocation)
  }

  func contains(_ text: String, _ part: String) -> Bool {
    let (text, part) = (Array(text.utf8), Array(part.utf8))
    return text.indices.contains { text[$0...].starts(with: part) } || part.isEmpty
  }

  @Test func wellFormed() throws {
    let body = """
        $0: i64
        frame0 size 16 align 8
      @0:
        %1 = i64.parameter 0
        set $0, %1
        %2 = i32.frameAddress frame0
        store %2+8, %1
        jump @1(%1)
      @1(%3: i64):
        %4 = eqz %3
        branch %4, @2(), @1(%1)
      @2:
        return %3
      """
    #expect(Verifier.verify(try Parser.parseFunction(wrapped("(i64): i64", body)).get()).isEmpty)
  }

  @Test func operandTypes() throws {
    let head = "@0:\n  %1 = i32.const 1\n  %2 = i64.const 1\n  %3 = f64.const 1\n  %4 = f32.const 1\n"
    let broken = [
      "%5 = i64.add %1, %2", "%5 = i32.add %2, %2", "%5 = f64.and %3, %3", "%5 = i32.div %1, %1", "%5 = f64.sqrt %4",
      "%5 = i32.clz %2", "%5 = ltS %1, %2", "%5 = ltS %3, %3", "%5 = lt %1, %1", "%5 = eqz %3", "%5 = eq %1, %3",
      "%5 = i32.wrap %1", "%5 = i64.extendS %2", "%5 = i64.extend32S %1", "%5 = f64.convertS %3",
      "%5 = i64.truncateS %2", "%5 = f64.promote %3", "%5 = f32.demote %4", "%5 = i64.reinterpret %4",
      "%5 = i32.select %2, %1, %1", "%5 = i32.select %1, %1, %2", "%5 = i32.load %2+0", "store %2+0, %1",
      "%5 = i32.load.u32 %1+0", "%5 = f64.load.u8 %1+0", "store.u8 %1+0, %3", "%5 = i64.memoryGrow %1",
      "memoryCopy %1, %2, %1", "memoryFill %1, %1, %2", "check %2, bounds()", "%5 = i64.dataAddress data0",
      "%5 = i32.memoryGrow %2",
    ]
    for line in broken { try expectError("", "()", head + "  " + line + "\n  return") }
    for line in broken {
      let function = try Parser.parseFunction(wrapped("()", head + "  " + line + "\n  return")).get()
      #expect(!Verifier.verify(function).isEmpty, "\(line)")
    }
  }

  @Test func ids() throws {
    try expectError(
      "frame1 isn't there", "()", "  frame0 size 8 align 8\n@0:\n  %1 = i32.frameAddress frame1\n  return")
    try expectError("variable $1 isn't there", "()", "  $0: i32\n@0:\n  %1 = i32.get $1\n  return")
    try expectError("$ is i32", "()", "  $0: i32\n@0:\n  %1 = i64.get $0\n  return")
    try expectError("alignment 3", "()", "  frame0 size 8 align 3\n@0:\n  return")
    try expectError("parameter 1 is no i32", "(i32)", "@0:\n  %1 = i32.parameter 1\n  return")
    try expectError("parameter 0 is no i64", "(i32)", "@0:\n  %1 = i64.parameter 0\n  return")
    try expectError("4 values for the message", "()", "@0:\n  %1 = i32.const 0\n  stop panic(%1, %1, %1, %1)")
  }

  @Test func layout() throws {
    try expectError("no terminator ends the block", "()", "@0:\n  %1 = i32.const 0")
    try expectError("a terminator isn't last", "()", "@0:\n  return\n  return")
    try expectError("the entry has block parameters", "()", "@0(%1: i32):\n  return")
    try expectError("a parameter stands here", "(i32)", "@0:\n  jump @1()\n@1:\n  %1 = i32.parameter 0\n  return")
    try expectError(
      "parameters aren't in order", "(i32, i32)", "@0:\n  %1 = i32.parameter 1\n  %2 = i32.parameter 0\n  return")
    try expectError(
      "block parameter stands in the body", "()",
      "@0:\n  jump @1()\n@1:\n  %1 = i32.const 0\n  %2 = i32.blockParameter 0\n  return")
    try expectError("i32 isn't sign-extended", "()", "@0:\n  %1 = i32.const bits 0xffffffff\n  return")
  }

  @Test func edgesAndResults() throws {
    try expectError(
      "gives 1 arguments to @1, which has 0", "()", "@0:\n  %1 = i32.const 0\n  jump @1(%1)\n@1:\n  return")
    try expectError(
      "gives i32 %1 to a parameter of @1 that is i64", "()",
      "@0:\n  %1 = i32.const 0\n  jump @1(%1)\n@1(%2: i64):\n  return")
    try expectError("returns", "(): i32", "@0:\n  return")
    try expectError("returns", "(): i32", "@0:\n  %1 = i64.const 0\n  return %1")
    try expectError("%a isn't i32", "()", "@0:\n  %1 = i64.const 0\n  branch %1, @1(), @1()\n@1:\n  return")
    try expectError("has no list of edges", "()", "@0:\n  %1 = i32.const 0\n  switch %1")
    try expectError(
      "isn't a call of several results", "()", "@0:\n  %1 = i32.const 0\n  %2 = i32.result %1, 0\n  return")
    try expectError(
      "doesn't follow its call", "()", "@0:\n  %1 = call #1()\n  %3 = i32.const 0\n  %2 = i32.result %1, 0\n  return")
  }

  @Test func orderAndDominance() throws {
    try expectError("the entry has predecessors", "()", "@0:\n  jump @0()")
    try expectError("has no predecessor before it", "()", "@0:\n  return\n@1:\n  return")
    try expectError("doesn't dominate", "()", "@0:\n  %1 = i32.add %2, %2\n  %2 = i32.const 0\n  return")
    let arms =
      "@0:\n  %1 = i32.const 0\n  branch %1, @1(), @2()\n@1:\n  %2 = i32.const 1\n  jump @3()\n@2:\n  jump @3()\n@3:\n  "
    try expectError("uses %3, whose definition doesn't dominate it", "(): i32", arms + "return %2")
    // Two blocks that jump into each other's loop: irreducible.
    let crossed =
      "@0:\n  %1 = i32.const 0\n  branch %1, @1(), @2()\n@1:\n  branch %1, @2(), @3()\n@2:\n  jump @1()\n@3:\n  return"
    try expectError("which comes later and isn't dominated by it", "()", crossed)
  }

  @Test func brokenStores() throws {
    let good = wrapped("()", "@0:\n  jump @1()\n@1:\n  return")
    func broken(_ change: (Function) -> Void) throws -> [VerifierError] {
      let function = try Parser.parseFunction(good).get()
      change(function)
      return Verifier.verify(function)
    }
    expect("isn't a nop", try broken { $0.instructions[0].opcode = .unreachable }, #_sourceLocation)
    expect("isn't the empty list", try broken { $0.lists[0] = 7 }, #_sourceLocation)
    expect("begin with the entry", try broken { $0.order.removeAll() }, #_sourceLocation)
    expect("twice in the order", try broken { $0.order.append(BlockId(1)) }, #_sourceLocation)
    expect("a block that isn't there", try broken { $0.order.append(BlockId(9)) }, #_sourceLocation)
    expect("isn't in the order", try broken { $0.order.truncate(to: 1) }, #_sourceLocation)
    expect("shares instructions", try broken { $0.blocks[1] = $0.blocks[0] }, #_sourceLocation)
    expect("has the range", try broken { $0.blocks[1].end = 99 }, #_sourceLocation)
    expect("has 0 parameters and counts 1", try broken { $0.blocks[1].parameterCount = 1 }, #_sourceLocation)
    expect("the edge 4294967295", try broken { $0.instructions[1].a = .max }, #_sourceLocation)
    expect("leads to @9", try broken { $0.lists[$0.instructions[1].a] = 9 }, #_sourceLocation)
    expect("the list 77", try broken { $0.instructions[2].b = 77 }, #_sourceLocation)
    expect("inline site 0", try broken { $0.inlineSites[0].parent = 3 }, #_sourceLocation)
    expect("the inline site 5", try broken { $0.instructionSites.append(5) }, #_sourceLocation)
    let unprintable = try Parser.parseFunction(good).get()
    unprintable.instructions[1].a = .max
    unprintable.order.append(BlockId(9))
    #expect(!unprintable.text().isEmpty)
  }

  @Test func againstTheProgram() throws {
    func errors(_ body: String) throws -> [VerifierError] {
      let text = """
        memory 1 2
        stack global0 global1
        signature0 (i32): i32
        global0 sp mutable i32 0x0
        global1 limit i32 0x0
        import f#1 "env" (i32): i64
        func g#0() {
        \(body)
        }
        func h#2(): i32, i64 {
        @0:
          unreachable
        }
        """
      return Verifier.verify(try Parser.parseProgram(text).get())
    }
    let head = "@0:\n  %1 = i32.const 0\n  %2 = i64.const 0\n"
    #expect(try errors(head + "  %3 = i64.call #1(%1)\n  %4 = call #2()\n  %5 = i64.result %4, 1\n  return").isEmpty)
    for (line, message) in [
      ("%3 = i64.call #9(%1)", "calls what isn't there"), ("%3 = i64.call #1()", "0 arguments for 1"),
      ("%3 = i64.call #1(%2)", "is i64, the parameter i32"), ("%3 = i32.call #1(%1)", "i32 instead of i64"),
      ("%3 = i32.callIndirect %1(%1) signature7", "calls what isn't there"), ("set global1, %1", "doesn't change"),
      ("%3 = i64.get global0", "global0 is i32"), ("%3 = i32.get global7", "global7 isn't there"),
      ("%3 = i32.functionIndex #9", "function 9 isn't there"),
      ("%3 = call #2()\n  %4 = i32.result %3, 1", "result 1 isn't i32"),
    ] {
      expect(message, try errors(head + "  " + line + "\n  return"), #_sourceLocation)
    }
  }
}
