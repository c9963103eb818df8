// Stops: the message with its values, the place, the trace, and how they are shown.

import Testing
import ZongStores
import ZongWasm

@testable import ZongRuntime

private let source = "func inner() {\n\tlet ü = s[i];\n}\n\ninner();\n"

/// The sections of a module whose functions lie in `source`: `write` (unused), `inner` at 2:10, `main` at 5:1.
private func sections(_ templates: [(UInt32, String)]) -> [(String, [UInt8])] {
  var table = StopTable()
  for (kind, template) in templates { table.add(StopKind(rawValue: kind), template) }
  var stops = Store<UInt8>()
  table.encode(into: &stops)
  var encoder = PositionMapEncoder()
  var text = source
  text.withUTF8 { encoder.addFile(path: "a.zong", base: 1, text: $0) }
  var functions = FunctionPositions()
  functions.endFunction()
  functions.add(codeOffset: 1, position: 26)
  functions.endFunction()
  functions.add(codeOffset: 1, position: 35)
  functions.endFunction()
  var positions = Store<UInt8>()
  encoder.encodeHeader(into: &positions)
  positions.append(contentsOf: functions.encoded)
  return [(RuntimeSections.stops, stops.array), (RuntimeSections.positions, positions.array)]
}

private func stop(_ body: String, _ template: String = "index {0} is out of bounds for length {1u}") throws -> Ran {
  try run(
    command("(call $inner)", more: "(func $inner \(body))"), sections: sections([(20, template)]))
}

private func record(_ values: Int64...) -> String {
  var text = "(i32.store (i32.const 16) (i32.const 20)) (i32.store (i32.const 20) (i32.const \(values.count)))"
  for (index, value) in values.enumerated() {
    text += "(i64.store (i32.const \(24 + 8 * index)) (i64.const \(value)))"
  }
  return text + " unreachable"
}

@Test func aStopSaysWhatHappenedAndWhere() throws {
  let ran = try stop(record(-10, 3))
  #expect(ran.outcome.status == 134)
  let report = try #require(ran.report)
  #expect(report.message == "index -10 is out of bounds for length 3")
  let inner = StopReport.Place(path: "a.zong", line: 2, column: 11)
  let main = StopReport.Place(path: "a.zong", line: 5, column: 1)
  #expect(report.frames == [.init(function: "inner", place: inner), .init(function: "main", place: main)])
  let shown = ReportRenderer(colour: false) { $0 == "a.zong" ? source : nil }.render(report)
  #expect(
    shown == """
      stop: index -10 is out of bounds for length 3
        --> a.zong:2:10
         |
       2 | \tlet ü = s[i];
         | \t        ^
      trace:
        inner  a.zong:2:10
        main   a.zong:5:1

      """)
  let bare = ReportRenderer(colour: false).render(report)
  #expect(bare.hasPrefix("stop: index -10 is out of bounds for length 3\n  --> a.zong:2:11\ntrace:\n"))
}

@Test func templatesShowEveryKindOfValue() throws {
  func message(_ template: String, _ values: Int64...) throws -> String? {
    var text = "(i32.store (i32.const 16) (i32.const 20)) (i32.store (i32.const 20) (i32.const \(values.count)))"
    for (index, value) in values.enumerated() {
      text += "(i64.store (i32.const \(24 + 8 * index)) (i64.const \(value)))"
    }
    return try stop(text + " unreachable", template).report?.message
  }
  #expect(try message("{0} {0u} {0x}", -1) == "-1 18446744073709551615 0xffffffffffffffff")
  #expect(try message("{0f} {1f} {2f}", 0x3FF8 << 48, 0x7FF8 << 48, -0x0010 << 48) == "1.5 not a number -inf")
  #expect(try message("{0s}", 0x3FC0_0000) == "1.5")
  #expect(try message("{0b} {1b}", 1, 0) == "true false")
  #expect(try message("said {0t}!", 1024, 5) == "said Hello!")
  #expect(try message("{0t}", 1024, -1) == "?")
  #expect(try message("{0t}", -1, 20) == "?")
  #expect(try message("{0p}", 35) == "a.zong:5:1")
  #expect(try message("{{0} {1} {9} {q} {", 1) == "{0} ? ? ? ")
}

@Test func furtherLinesOfATemplateAreNotes() throws {
  let report = try #require(try stop(record(7), "wrong {0}\nmoved by append at {0p}").report)
  #expect(report.message == "wrong 7")
  #expect(report.notes == ["moved by append at a.zong:1:7"])
  let shown = ReportRenderer(colour: false).render(report)
  #expect(shown.contains("\nnote: moved by append at a.zong:1:7\ntrace:\n"))
}

@Test func trapsOfTheEngineHaveTheirOwnMessages() throws {
  func message(_ body: String) throws -> String? { try stop(body).report?.message }
  #expect(try message("(drop (i32.div_s (i32.const 1) (i32.const 0)))") == "division by zero")
  #expect(try message("(drop (i64.rem_u (i64.const 1) (i64.const 0)))") == "division by zero")
  #expect(try message("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))") == "division overflows")
  #expect(
    try message("(drop (i32.trunc_f64_s (f64.const nan)))") == "the number doesn't fit into the integer type")
  #expect(
    try message("(drop (i32.load (i32.const -1)))")
      == "internal error: an access outside the memory that no check caught")
  #expect(try message("unreachable") == "code was reached that should be unreachable")
}

@Test func unknownKindsAreStillStops() throws {
  let report = try #require(try run(command(record(1)), sections: []).report)
  #expect(report.message == "the program was stopped (kind 20)")
  #expect(report.frames == [.init(function: "main", place: nil)])
}

@Test func theFirstPlaceShownIsTheUsers() {
  let library = StopReport.Frame(function: "append", place: .init(path: "std/core.zong", line: 9, column: 3))
  let user = StopReport.Frame(function: "main", place: .init(path: "a.zong", line: 1, column: 1))
  let shown = ReportRenderer(colour: false).render(StopReport(message: "out", frames: [library, user]))
  #expect(shown == "stop: out\n  --> a.zong:1:1\ntrace:\n  append  std/core.zong:9:3\n  main    a.zong:1:1\n")
}

@Test func longTracesAreShortenedInTheMiddle() {
  let frames = (0..<1234).map { StopReport.Frame(function: "f\($0)", place: nil) }
  let lines = ReportRenderer(colour: false).render(StopReport(message: "m", frames: frames)).split(separator: "\n")
  #expect(lines.count == 23)
  #expect(lines[11] == "  f9")
  #expect(lines[12] == "  … 1,214 more …")
  #expect(lines[13] == "  f1224")
  let short = ReportRenderer(colour: false).render(StopReport(message: "m", frames: Array(frames[..<21])))
  #expect(!short.contains("more"))
}

@Test func colourIsOnlyThereWhenAsked() {
  let report = StopReport(message: "m", frames: [.init(function: "f", place: nil)])
  #expect(ReportRenderer(colour: true).render(report).contains("\u{1B}[1;31mstop:\u{1B}[0m"))
  #expect(!ReportRenderer(colour: false).render(report).contains("\u{1B}"))
}

@Test func sourceThatHasChangedIsNotShownWrongly() {
  let report = StopReport(
    message: "m", frames: [.init(function: "f", place: .init(path: "a", line: 3, column: 50))])
  for text in ["", "one", "1\n2\n3", "1\n2\n\u{FFFD}"] {
    #expect(ReportRenderer(colour: false) { _ in text }.render(report).hasPrefix("stop: m\n  --> a:3:50\ntrace:"))
  }
}

@Test func damagedSectionsGiveShorterReports() throws {
  let good = sections([(20, "wrong {0}")])
  for (index, section) in good.enumerated() {
    for count in stride(from: 0, to: section.1.count, by: 3) {
      var damaged = good
      damaged[index].1 = Array(section.1[..<count])
      let ran = try run(
        command("(call $inner)", more: "(func $inner \(record(5)))"), sections: damaged)
      #expect(ran.outcome.status == 134)
      #expect(ran.report?.frames.count == 2)
    }
  }
}

@Test(arguments: [false, true])
func bothEndsOfALongTraceAreKnown(optimise: Bool) throws {
  let more = """
    (func $inner (param i32) (if (i32.eqz (local.get 0)) (then \(record(1, 2)))
      (else (call $inner (i32.sub (local.get 0) (i32.const 1))) (i32.store (i32.const 100) (local.get 0)))))
    """
  let ran = try run(
    command("(call $inner (i32.const 5000))", more: more), sections: sections([(20, "out")]),
    settings: EngineSettings(optimise: optimise))
  let report = try #require(ran.report)
  #expect(report.frames.count == 63)
  #expect(report.frames[..<62].allSatisfy { $0.function == "inner" && $0.place?.line == 2 })
  #expect(report.frames.last == .init(function: "main", place: .init(path: "a.zong", line: 5, column: 1)))
  let lines = ReportRenderer(colour: false).render(report).split(separator: "\n")
  #expect(lines.count == 24)
  #expect(lines[13] == "  … 4,982 more …")
}

@Test func tracesWithoutAnOuterEndSaySo() throws {
  let more = """
    (func $inner (param i32) (if (i32.eqz (local.get 0)) (then (loop $again (br $again)))
      (else (call $inner (i32.sub (local.get 0) (i32.const 1))) (i32.store (i32.const 100) (local.get 0)))))
    """
  let ran = try run(
    command("(call $inner (i32.const 100))", more: more), RunOptions(programName: "test", timeout: 0.05),
    sections: sections([]), settings: EngineSettings(timeLimited: true))
  let report = try #require(ran.report)
  #expect(report.frames.count == 20)
  #expect(ReportRenderer(colour: false).render(report).hasSuffix("  … and more\n"))
}

@Test func longLinesAreCutAroundThePlace() {
  let line = String(repeating: "a", count: 500) + "!" + String(repeating: "b", count: 500)
  let report = StopReport(
    message: "m", frames: [.init(function: "f", place: .init(path: "a", line: 1, column: 501))])
  let lines = ReportRenderer(colour: false) { _ in line }.render(report).split(separator: "\n")
  #expect(lines[3] == " 1 | …" + String(repeating: "a", count: 50) + "!" + String(repeating: "b", count: 149) + "…")
  #expect(lines[4] == "   |  " + String(repeating: " ", count: 50) + "^")
}

@Test func controlCharactersAreNotObeyed() {
  let report = StopReport(
    message: "\u{1B}[2J", frames: [.init(function: "f", place: .init(path: "a", line: 1, column: 2))])
  let shown = ReportRenderer(colour: false) { _ in "\u{1B}x\u{7F}" }.render(report)
  #expect(shown.hasPrefix("stop: \u{FFFD}[2J\n"))
  #expect(shown.contains("1 | \u{FFFD}x\u{FFFD}\n"))
}

@Test func theCompilersOwnFunctionsAreNobodysCalls() throws {
  let ran = try run(
    command("(call $\"zong.stop\")", more: "(func $\"zong.stop\" \(record(1)))"), sections: [])
  #expect(ran.report?.frames == [.init(function: "main", place: nil)])
}
