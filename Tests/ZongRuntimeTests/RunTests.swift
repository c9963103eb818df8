// Programs from start to end: streams, arguments, status, and what can't be started.

import Testing

@testable import ZongRuntime

@Test func writesToStandardOutput() throws {
  let ran = try run(command("(call $write (i32.const 1024) (i32.const 13))"))
  #expect(ran.outcome == .exited(0))
  #expect(ran.output == "Hello, world\n")
  #expect(ran.errors == "")
}

@Test func writesToStandardError() throws {
  let body = """
    (i64.store (i32.const 64) (i64.const 0x0000000D_00000400))
    (drop (call $fd_write (i32.const 2) (i32.const 64) (i32.const 1) (i32.const 72)))
    """
  #expect(try run(command(body)).errors == "Hello, world\n")
}

@Test func readsStandardInput() throws {
  let body = """
    (i64.store (i32.const 64) (i64.const 0x00000100_00000800))
    (if (call $fd_read (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 72)) (then unreachable))
    (call $write (i32.const 2048) (i32.load (i32.const 72)))
    """
  #expect(try run(command(body), input: "one\ntwo\n").output == "one\ntwo\n")
}

@Test func argumentsArriveWithTheProgramsName() throws {
  let body = """
    (drop (call $args_sizes_get (i32.const 80) (i32.const 84)))
    (drop (call $args_get (i32.const 2048) (i32.const 4096)))
    (call $write (i32.const 4096) (i32.load (i32.const 84)))
    (call $proc_exit (i32.load (i32.const 80)))
    """
  let ran = try run(command(body), RunOptions(programName: "prog", arguments: ["a b", "", "ü"]))
  #expect(ran.output == "prog\0a b\0\0ü\0")
  #expect(ran.outcome == .exited(4))
}

@Test func exitStatusIsTheProgramsOwn() throws {
  #expect(try run(command("(call $proc_exit (i32.const 7))")).outcome == .exited(7))
  #expect(try run(command("(call $proc_exit (i32.const 0)) unreachable")).outcome == .exited(0))
  #expect(try run(command("(call $proc_exit (i32.const 256))")).outcome == .exited(0))
}

@Test func hostChecksEveryRange() throws {
  // Vectors beyond the memory, a part beyond it, a result beyond it: error 21 (fault) each, and nothing written.
  let body = """
    (i64.store (i32.const 64) (i64.const 0x0000000D_00000400))
    (if (i32.ne (i32.const 21) (call $fd_write (i32.const 1) (i32.const -4) (i32.const 1) (i32.const 72)))
      (then unreachable))
    (if (i32.ne (i32.const 21) (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 65534)))
      (then unreachable))
    (i64.store (i32.const 64) (i64.const 0xFFFFFFFF_00000400))
    (if (i32.ne (i32.const 21) (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72)))
      (then unreachable))
    (if (i32.ne (i32.const 28) (call $fd_write (i32.const 1) (i32.const 64) (i32.const -1) (i32.const 72)))
      (then unreachable))
    (if (i32.ne (i32.const 8) (call $fd_write (i32.const 3) (i32.const 64) (i32.const 1) (i32.const 72)))
      (then unreachable))
    (if (i32.ne (i32.const 8) (call $fd_write (i32.const -1) (i32.const 64) (i32.const 1) (i32.const 72)))
      (then unreachable))
    (if (i32.ne (i32.const 8) (call $fd_read (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72)))
      (then unreachable))
    (if (i32.ne (i32.const 21) (call $args_get (i32.const -2) (i32.const 64))) (then unreachable))
    (if (i32.ne (i32.const 21) (call $args_get (i32.const 64) (i32.const -2))) (then unreachable))
    """
  let ran = try run(command(body))
  #expect(ran.outcome == .exited(0))
  #expect(ran.output == "")
}

@Test func everyWASIFunctionSurvivesAnyArguments() throws {
  let extremes: [Int64] = [0, 1, 2, 3, 64, 65535, 0x7FFF_FFFF, -1, -8]
  for function in WASI.functions where !function.isExit && function.name.description != "poll_oneoff" {
    let parameters = function.parameters.description.map { $0 == "i" ? "i32" : "i64" }
    let calls = extremes.map { value in
      "(drop (call $f \(parameters.map { "(\($0).const \($0 == "i32" ? value % (1 << 32) : value))" }.joined())))"
    }
    let ran = try run(
      """
      (module
        (import "wasi_snapshot_preview1" "\(function.name)"
          (func $f (param \(parameters.joined(separator: " "))) (result i32)))
        (memory (export "memory") 1)
        (func (export "_start") \(calls.joined(separator: "\n"))))
      """)
    #expect(ran.outcome == .exited(0), "\(function.name)")
  }
}

@Test func pollingWaitsForTime() throws {
  let ran = try run(
    """
    (module
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start")
        (i64.store (i32.const 64) (i64.const 77))
        (i32.store (i32.const 80) (i32.const 1))
        (i64.store (i32.const 88) (i64.const 20000000))
        (if (call $poll (i32.const 64) (i32.const 256) (i32.const 1) (i32.const 512)) (then unreachable))
        (if (i32.ne (i32.load (i32.const 512)) (i32.const 1)) (then unreachable))
        (if (i64.ne (i64.load (i32.const 256)) (i64.const 77)) (then unreachable))
        (if (i32.ne (i32.const 28) (call $poll (i32.const 64) (i32.const 256) (i32.const -1) (i32.const 512)))
          (then unreachable))))
    """)
  #expect(ran.outcome == .exited(0))
}

private func failure(_ text: String) -> String? {
  do {
    if case .failed(let error) = try run(text).outcome { return error.message }
  } catch let error as RuntimeError {
    return error.message
  } catch {}
  return nil
}

@Test func unknownImportsAreNamed() {
  let text = failure(
    #"(module (import "env" "launch" (func)) (memory (export "memory") 1) (func (export "_start")))"#)
  #expect(text == #"the program imports "env" "launch", which zong doesn't provide"#)
}

@Test func importsOfTheWrongTypeAreNamed() {
  let text = failure(
    """
    (module (import "wasi_snapshot_preview1" "fd_write" (func)) (memory (export "memory") 1)
      (func (export "_start")))
    """)
  #expect(text == #"the program imports "wasi_snapshot_preview1" "fd_write" with another type than it has"#)
}

@Test func modulesWithoutEntryOrMemoryAreRefused() {
  #expect(failure("(module (func (export \"_start\")))") == "the module exports no memory")
  #expect(failure("(module (memory (export \"memory\") 1))") == "the module exports no function \"_start\"")
}

@Test func damagedModulesAreRefused() throws {
  let runtime = try Runtime.open(EngineSettings(), cacheFolder: "")
  let bytes = try module(command("nop"))
  for count in stride(from: 0, to: bytes.count - 1, by: 7) {
    #expect(throws: RuntimeError.self) { try runtime.compile(Array(bytes[..<count]) + [0xFF], key: nil) }
  }
  #expect(throws: RuntimeError.self) { try runtime.compile([], key: nil) }
}

@Test func theOutputBufferIsWrittenAfterAStop() throws {
  let body = """
    (i32.store (i32.const 48) (i32.const 1024))
    (i32.store (i32.const 52) (i32.const 13))
    unreachable
    """
  let ran = try run(command(body))
  #expect(ran.outcome.status == 134)
  #expect(ran.output == "Hello, world\n")
}

@Test func aWildOutputBufferIsLeftAlone() throws {
  let body = """
    (i32.store (i32.const 48) (i32.const 65530))
    (i32.store (i32.const 52) (i32.const -1))
    unreachable
    """
  let ran = try run(command(body))
  #expect(ran.outcome.status == 134)
  #expect(ran.output == "")
}
