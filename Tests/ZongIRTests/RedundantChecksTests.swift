// Which checks go, and which stay.

import Testing

@testable import ZongIR

@Suite struct RedundantChecksTests {
  /// The number of checks left in the function after value numbering and the pass; whether loops are rotated before
  /// makes no difference.
  func checksLeft(_ signature: String, _ body: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Int
  {
    let plain = try checksLeft(signature, body, rotated: false, sourceLocation: sourceLocation)
    let rotated = try checksLeft(signature, body, rotated: true, sourceLocation: sourceLocation)
    #expect(plain == rotated, sourceLocation: sourceLocation)
    return plain
  }

  func checksLeft(
    _ signature: String, _ body: String, rotated: Bool, sourceLocation: SourceLocation
  ) throws -> Int {
    let function = try parsed(wrapped(signature, body), sourceLocation: sourceLocation)
    var counter = PassCounter()
    var rotation = LoopRotation()
    if rotated { rotation.run(function, &counter) }
    var promote = Promote()
    var numbering = ValueNumbering()
    var checks = RedundantChecks()
    promote.run(function, &counter)
    numbering.run(function, &counter)
    checks.run(function, &counter)
    let errors = Verifier.verify(function)
    #expect(errors.isEmpty, "\(errors)\n\(function.text())", sourceLocation: sourceLocation)
    var left = 0
    for index in 0..<function.instructions.count where function.instructions[index].opcode == .check { left += 1 }
    return left
  }

  /// `for i in start..end { check i <u length }`, with the pieces given.
  func loop(start: String, end: String, compare: String = "ltS", step: String = "1", extra: String = "") -> String {
    """
      $0: i64
    @0:
      %1 = i32.parameter 0
      %2 = i64.parameter 1
      %3 = i64.extendU %1
      %4 = i64.const 0
      %5 = i64.const 5
      %6 = i64.sub %4, %5
      set $0, \(start)
      jump @1()
    @1:
      %10 = i64.get $0
      %11 = \(compare) %10, \(end)
      branch %11, @2(), @3()
    @2:
      %12 = i64.get $0
      %13 = ltU %12, %3
      check %13, bounds(%12, %3)
      \(extra)
      %14 = i64.get $0
      %15 = i64.const \(step)
      %16 = i64.add %14, %15
      set $0, %16
      jump @1()
    @3:
      return
    """
  }

  @Test func loopOverLength() throws {
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%3")) == 0)
    #expect(try checksLeft("(i32, i64)", loop(start: "%5", end: "%3")) == 0)
    // By twos: the length is below 2³², so that the counter can't wrap.
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%3", step: "2")) == 0)
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%3", compare: "ltU")) == 0)
    let upTo = loop(start: "%4", end: "%3", compare: "ne")
    #expect(try checksLeft("(i32, i64)", upTo, rotated: false, sourceLocation: #_sourceLocation) == 0)
    #expect(try checksLeft("(i32, i64)", loop(start: "%5", end: "%3", compare: "ne")) == 1)
  }

  @Test func loopsThatMayLeaveTheBounds() throws {
    // From a negative start, from an unknown one, to an unknown end, including the end, backwards.
    #expect(try checksLeft("(i32, i64)", loop(start: "%6", end: "%3")) == 1)
    #expect(try checksLeft("(i32, i64)", loop(start: "%2", end: "%3")) == 1)
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%2")) == 1)
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%3", compare: "leS")) == 1)
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%3", step: "-1")) == 1)
  }

  @Test func counterChangedInTheBody() throws {
    let changed = """
      %20 = i64.get $0
        %21 = i64.add %20, %2
        set $0, %21
      """
    #expect(try checksLeft("(i32, i64)", loop(start: "%4", end: "%3", extra: changed)) == 1)
  }

  /// `if condition { check }`, on two i64 parameters %1, %2 and the length %4.
  func guarded(_ conditions: [String], _ check: String) -> String {
    var text = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i32.parameter 2
        %4 = i64.extendU %3
        %5 = i64.const 0
        %6 = i64.const 1
        %7 = i64.add %1, %6
        %8 = i64.sub %4, %6
        %9 = i64.const -1
        %10 = i64.add %1, %9
        %11 = i64.sub %2, %1
        %12 = i64.const 2
        %13 = i64.divS %11, %12
        %14 = i64.mul %1, %12
        %15 = i64.add %14, %6

      """
    for (index, condition) in conditions.enumerated() {
      text += "  %\(20 + index) = \(condition)\n  branch %\(20 + index), @\(1 + index)(), @99()\n@\(1 + index):\n"
    }
    return text + "  %90 = \(check)\n  check %90, bounds(%1, %4)\n  return\n@99:\n  return\n"
  }

  func guardedChecks(_ conditions: [String], _ check: String) throws -> Int {
    try checksLeft("(i64, i64, i32)", guarded(conditions, check))
  }

  @Test func conditionsBefore() throws {
    #expect(try guardedChecks(["ltU %1, %4"], "ltU %1, %4") == 0)
    #expect(try guardedChecks(["ltU %1, %4"], "geS %1, %5") == 0)
    #expect(try guardedChecks(["ltU %1, %4"], "ltS %1, %4") == 0)
    #expect(try guardedChecks(["geS %1, %5", "ltS %1, %4"], "ltU %1, %4") == 0)
    #expect(try guardedChecks(["geS %1, %5", "ltS %1, %2", "leS %2, %4"], "ltU %1, %4") == 0)
    #expect(try guardedChecks(["geS %1, %5", "ltS %1, %8"], "ltU %7, %4") == 1)
    #expect(try guardedChecks(["gtS %1, %5", "ltS %1, %4"], "ltU %10, %4") == 0)
    #expect(try guardedChecks(["gtS %1, %5", "leS %1, %4"], "ltU %10, %4") == 0)
  }

  /// Twice a number, and one more, as in a heap's tree.
  @Test func multiples() throws {
    #expect(try guardedChecks(["ltU %1, %4", "ltS %15, %4"], "ltU %15, %4") == 0)
    #expect(try guardedChecks(["ltU %1, %4", "ltS %15, %4"], "ltU %14, %4") == 0)
    #expect(try guardedChecks(["ltU %1, %4"], "ltU %15, %4") == 1)
    // It may wrap, or be negative.
    #expect(try guardedChecks(["geS %1, %5"], "geS %14, %5") == 1)
    #expect(try guardedChecks(["ltS %1, %4", "ltS %15, %4"], "ltU %15, %4") == 1)
  }

  @Test func lengthsThatAreNotZero() throws {
    #expect(try guardedChecks(["ne %4, %5"], "ltU %5, %4") == 0)
    #expect(try guardedChecks(["ne %1, %5"], "ltS %5, %1") == 1)
    #expect(try guardedChecks(["ne %4, %6"], "ltU %5, %4") == 1)
  }

  @Test func conditionsThatDontSuffice() throws {
    #expect(try guardedChecks(["ltS %1, %4"], "ltU %1, %4") == 1)
    #expect(try guardedChecks(["geS %1, %5"], "ltU %1, %4") == 1)
    #expect(try guardedChecks(["geS %1, %5", "leS %1, %4"], "ltU %1, %4") == 1)
    #expect(try guardedChecks(["geS %1, %5", "ltS %1, %4"], "ltU %7, %4") == 1)
    #expect(try guardedChecks(["ltU %1, %2"], "ltS %1, %2") == 1)
    #expect(try guardedChecks(["geS %1, %5", "ltS %1, %4"], "ltU %10, %4") == 1)
    // The largest number plus one wraps.
    #expect(try guardedChecks(["geS %1, %5"], "geS %7, %5") == 1)
  }

  /// `end` counts some of the rounds of `for i in 0..length`, as in a partition.
  @Test func companion() throws {
    func text(_ step: String) -> String {
      """
      @0:
        %1 = i32.parameter 0
        %2 = i32.parameter 1
        %3 = i64.extendU %1
        %4 = i64.const 0
        %5 = i64.const 1
        %6 = i64.const \(step)
        jump @1(%4, %4)
      @1(%10: i64, %11: i64):
        %12 = ltS %11, %3
        branch %12, @2(), @4()
      @2:
        %13 = ltU %10, %3
        check %13, bounds(%10, %3)
        %14 = i64.add %10, %6
        branch %2, @3(%14), @3(%10)
      @3(%15: i64):
        %16 = i64.add %11, %5
        jump @1(%15, %16)
      @4:
        return
      """
    }
    #expect(try checksLeft("(i32, i32)", text("1")) == 0)
    #expect(try checksLeft("(i32, i32)", text("2")) == 1)
    #expect(try checksLeft("(i32, i32)", text("-1")) == 1)
  }

  @Test func secondCheck() throws {
    let text = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = ltU %1, %2
        check %3, bounds(%1, %2)
        %4 = ltU %1, %2
        check %4, bounds(%1, %2)
        return
      """
    #expect(try checksLeft("(i64, i64)", text) == 1)
  }

  @Test func checksInArmsDontReachTheJoin() throws {
    let text = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i32.parameter 2
        branch %3, @1(), @2()
      @1:
        %4 = ltU %1, %2
        check %4, bounds(%1, %2)
        jump @3()
      @2:
        jump @3()
      @3:
        %5 = ltU %1, %2
        check %5, bounds(%1, %2)
        return
      """
    #expect(try checksLeft("(i64, i64, i32)", text) == 2)
  }

  @Test func decidedBranch() throws {
    let body = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = ltS %1, %2
        branch %3, @1(), @2()
      @1:
        %4 = gtS %2, %1
        branch %4, @3(), @4()
      @2:
        return
      @3:
        return
      @4:
        unreachable
      """
    let expected = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = ltS %1, %2
        branch %3, @1(), @2()
      @1:
        %4 = gtS %2, %1
        jump @3()
      @2:
        return
      @3:
        return
      """
    try expectPass("(i64, i64)", body, becomes: expected, decisions: 1) {
      var pass = RedundantChecks()
      pass.run($0, &$1)
    }
  }

  @Test func divisionOfWhatIsNotNegative() throws {
    let body = """
      @0:
        %1 = i32.parameter 0
        %2 = i64.extendU %1
        %3 = i64.const 4
        %4 = i64.divS %2, %3
        %5 = i64.parameter 1
        return %4
      """
    let text = body.replacingFirst("%5 = i64.parameter 1\n", "")
    try expectPass("(i32): i64", text, becomes: text.replacingFirst("divS", "divU"), decisions: 1) {
      var pass = RedundantChecks()
      pass.run($0, &$1)
    }
  }
}

extension String {
  /// With the first occurrence of `old` replaced.
  func replacingFirst(_ old: String, _ new: String) -> String {
    let (text, pattern) = (Array(utf8), Array(old.utf8))
    for start in text.indices where text[start...].starts(with: pattern) {
      return String(decoding: text[..<start] + Array(new.utf8) + text[(start + pattern.count)...], as: UTF8.self)
    }
    return self
  }
}
