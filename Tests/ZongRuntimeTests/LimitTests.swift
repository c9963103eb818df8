// The limits of memory, time and stack: each a clean stop that names the limit and its option.

import Testing
import ZongStores
import ZongWasm

@testable import ZongRuntime

private func stops(_ entries: [(UInt32, String)]) -> (String, [UInt8]) {
  var table = StopTable()
  for (kind, template) in entries { table.add(StopKind(rawValue: kind), template) }
  var bytes = Store<UInt8>()
  table.encode(into: &bytes)
  return (RuntimeSections.stops, bytes.array)
}

/// Grows the memory page by page; what can't be had is a stop of the kind "out of memory".
private let grower = command(
  """
  (loop $more
    (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
  (i32.store (i32.const 16) (i32.const 1))
  unreachable
  """)

@Test func memoryIsLimited() throws {
  let options = RunOptions(programName: "test", maxMemory: 8 << 20)
  let ran = try run(grower, options, sections: [stops([(1, "out of memory")])])
  #expect(ran.outcome.status == 134)
  #expect(ran.report?.message == "out of memory")
  #expect(ran.report?.notes == ["the limit is 8 MiB (--max-memory)"])
}

@Test func withoutALimitMemoryEndsAtWhatCanBeAddressed() throws {
  let ran = try run(grower, sections: [stops([(1, "out of memory")])])
  #expect(ran.report?.notes == [])
}

@Test func aProgramThatStartsBeyondTheLimitSaysSo() throws {
  let ran = try run(command("nop", memory: "100"), RunOptions(programName: "test", maxMemory: 1 << 20))
  guard case .failed(let error) = ran.outcome else {
    Issue.record("started")
    return
  }
  #expect(error.message == "the memory limit of 1 MiB is less than the program starts with")
  let parts = "its constants, variables, stack, and the tables and tags of its heap"
  #expect(error.notes == ["--max-memory sets the limit", "it starts with 7.0 MiB: \(parts)"])
}

@Test func endlessLoopsEndAtTheTimeLimit() throws {
  let ran = try run(
    command("(loop $again (br $again))"), RunOptions(programName: "test", timeout: 0.1),
    settings: EngineSettings(timeLimited: true))
  #expect(ran.outcome.status == 124)
  #expect(ran.report?.message == "time limit of 0.1 s reached (--timeout)")
  #expect(ran.report?.frames.map(\.function) == ["main"])
}

@Test func programsWithinTheTimeLimitAreNotDisturbed() throws {
  let ran = try run(
    command("(call $write (i32.const 1024) (i32.const 13))"), RunOptions(programName: "test", timeout: 60),
    settings: EngineSettings(timeLimited: true))
  #expect(ran.outcome == .exited(0))
}

@Test func aTimeLimitNeedsItsEngine() throws {
  let ran = try run(command("nop"), RunOptions(programName: "test", timeout: 60))
  #expect(ran.outcome.status == 1)
}

@Test(arguments: [64 << 10, 1 << 20, 64 << 20])
func endlessRecursionIsAStackOverflow(maxStack: Int) throws {
  let ran = try run(
    command(
      "(call $down (i64.const 1))",
      more: """
        (func $down (param i64)
          (call $down (i64.add (local.get 0) (i64.const 1)))
          (i64.store (i32.const 100) (local.get 0)))
        """),
    settings: EngineSettings(maxStack: maxStack))
  #expect(ran.outcome.status == 134)
  let limit = byteCountText(maxStack)
  #expect(ran.report?.message == "stack overflow: the limit of \(limit) is used up (--max-stack)")
  #expect(ran.report?.frames.first?.function == "down")
}

@Test func stackLimitsAreBroughtIntoRange() {
  #expect(EngineSettings(maxStack: 0).maxStack == 64 << 10)
  #expect(EngineSettings(maxStack: .max).maxStack == 16 << 30)
}

@Test func byteCountsReadWell() {
  #expect(byteCountText(1) == "1 byte")
  #expect(byteCountText(1000) == "1000 bytes")
  #expect(byteCountText(64 << 20) == "64 MiB")
  #expect(byteCountText(3 << 29) == "1.5 GiB")
  #expect(byteCountText((1 << 20) + 1) == "1.0 MiB")
}
