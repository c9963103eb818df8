// The parser on good text and on any other.

import Testing

@testable import ZongIR

@Suite struct ParserTests {
  static let sample = """
    memory 2 16
    stack global0 global1
    signature0 (i32, f64): i64
    global0 stackPointer mutable i32 0x10000
    global1 "stack limit" i32 0x400
    data 1024 "a\\"b\\\\\\00\\ff"
    import write#0 "wasi snapshot" (i32, i32): i32
    import "odd name"#1 "env" ()
    export "main" main#2
    table main#2

    func main#2(i32, f64): i64 {
      $0: i64
      frame0 size 24 align 8
      site 1 write#0 !7 ^0
      site 2 "odd name"#1 !9 ^1
    @0:
      %1 = i32.parameter 0
      %2 = f64.parameter 1
      %3 = f64.const -0.1
      %4 = f32.const bits 0x7fc00001
      %5 = f64.const inf
      %6 = i64.const -9223372036854775808 !12
      %7 = i32.frameAddress frame0
      %8 = i32.dataAddress data0
      %9 = i32.functionIndex main#2
      set $0, %6
      %10 = i64.get $0
      set global0, %1
      %11 = i32.get global1
      %12 = i64.load.s8 %7+16 number whole !13 ^2
      store.u16 %7+8, %10 header
      %14 = ltU %1, %11
      check %14, bounds(%1, %11) !14
      %16 = i64.callIndirect %9(%1, %2) signature0 mayFree maySuspend
      %17 = i32.call write#0(%1, %1) pure
      call "odd name"#1() noReturn
      memoryCopy %7, %8, %1
      memoryFill %7, %8, %1
      %18 = i32.memorySize
      %19 = i64.select %14, %10, %16
      switch %1, @1(), @2(%19), @3()
    @1:
      jump @2(%10)
    @2(%21: i64):
      %22 = i32.reinterpret %4
      branch %22, @4(), @3()
    @3:
      stop panic(%1, %1, %2)
    @4:
      return %21
    }
    """

  @Test func everyForm() throws {
    let program = try Parser.parseProgram(ParserTests.sample).get()
    #expect(Verifier.verify(program).isEmpty, "\(Verifier.verify(program))")
    let printed = program.text(positions: true)
    let again = try Parser.parseProgram(printed).get().text(positions: true)
    #expect(printed == again)
    // Nothing is lost but the numbering.
    #expect(trimmed(printed).split(separator: "\n").count == trimmed(ParserTests.sample).split(separator: "\n").count)
    for part in [
      "f64.const -0.1", "bits 0x7fc00001", "f64.const inf", "number whole !13 ^2", "a\\\"b\\\\\\00\\ff",
      "mayFree maySuspend", "\"odd name\"#1", "site 2 \"odd name\"#1 !9 ^1",
    ] {
      #expect(printed.replacingFirst(part, "") != printed, "\(part)")
    }
  }

  @Test func comments() throws {
    let function = try Parser.parseFunction("; a comment\nfunc f#0() { ; here\n\n@0: ; there\n  return ; and here\n}\n")
      .get()
    #expect(Verifier.verify(function).isEmpty)
  }

  @Test func errors() {
    for (text, line, message) in [
      ("", 1, "'func' is expected"),
      ("func f#0() {\n@0:\n  return\n", 4, "'}' is expected"),
      ("func f#0() {\n  return\n}", 2, "a block is expected"),
      ("func f#0() {\n@0:\n  %1 = i32.frobnicate\n}", 3, "i32.frobnicate isn't an instruction"),
      ("func f#0() {\n@0:\n  %1 = i32.const x\n}", 3, "a number of type i32 is expected"),
      ("func f#0() {\n@0:\n  %1 = i32.const 3000000000\n}", 3, "a number of type i32 is expected"),
      ("func f#0() {\n@0:\n  jump @7()\n}", 3, "@7 isn't there"),
      ("func f#0() {\n@0:\n  return %7\n}", 3, "%7 isn't there"),
      ("func f#0() {\n@0:\n  return\n@0:\n  return\n}", 4, "@0 is there twice"),
      ("func f#0() {\n@0:\n  %1 = i32.const 1\n  %1 = i32.const 1\n}", 4, "%1 is there twice"),
      ("func f#0() {\n@0:\n  return nonsense\n}", 3, "nonsense isn't an effect"),
      ("func f#0() {\n@0:\n  stop nothing()\n}", 3, "a stop kind is expected"),
      ("func f#0() {\n@0:\n  %99999999999 = i32.const 1\n}", 3, "a value's number is expected"),
      ("func f#0(i33) {\n}", 1, "a type is expected"),
      ("func f#0() {\n  $1: i32\n}", 2, "$0 is expected"),
      ("func f#0() {\n  frame3 size 1 align 1\n}", 2, "frame0 is expected"),
    ] {
      switch Parser.parseFunction(text) {
      case .success: Issue.record("no error in \(text)")
      case .failure(let error): #expect(error == ParseError(line: line, message: message))
      }
    }
    guard case .failure(let error) = Parser.parseProgram("func f#4294967295() {\n}") else {
      Issue.record("a huge id")
      return
    }
    #expect(error.message == "the function id 4294967295 is too large")
  }

  /// Bytes changed, dropped and doubled: a result or an error, and what parses can be verified and printed.
  @Test func mutated() throws {
    var random = Random(state: 7)
    let texts = [ParserTests.sample, randomProgram(seed: 5, functions: 2).text(positions: true)].map { Array($0.utf8) }
    for round in 0..<600 {
      var bytes = texts[round % 2]
      for _ in 0..<1 + random.below(6) where !bytes.isEmpty {
        let at = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: at)
        case 2: bytes[at] = random.pick(Array("%@$#(),:+.! ^\n0123456789{}\"\\-".utf8))
        default:
          let end = min(bytes.count, at + random.below(40))
          bytes.insert(contentsOf: bytes[at..<end], at: random.below(bytes.count))
        }
      }
      guard case .success(let program) = Parser.parseProgram(String(decoding: bytes, as: UTF8.self)) else { continue }
      let isValid = Verifier.verify(program).isEmpty
      let printed = program.text(positions: true)
      // The optimiser takes whatever the verifier accepts.
      if isValid {
        var optimised = try Parser.parseProgram(printed).get()
        let report = Optimizer.run(&optimised, OptimizerOptions(verify: true))
        #expect(report.errors.isEmpty, "\(report.errors)\n\(printed)")
      }
    }
  }

  /// Nothing but punctuation and digits in a row.
  @Test func garbage() {
    for character in ["(", "%", "@", "\"", "\\", "func ", "0", "{", "\n", "%1 = ", "@0:\n", "@0(%1: i32):\n"] {
      let text = String(repeating: character, count: 20_000)
      if case .success = Parser.parseFunction(text) { Issue.record("\(character)") }
      if case .success = Parser.parseFunction("func f#0() {\n@9:\n" + text) { Issue.record("\(character) in a body") }
    }
  }
}
