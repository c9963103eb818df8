// Checks of carried pointers behind loads, on a small loop before and after.

import Testing

@testable import ZongIR

@Suite struct LateKeyChecksTests {
  private func loop(_ body: String) -> String {
    "@0:\n%1 = i64.parameter 0\njump @1(%1)\n@1(%3: i64):\n\(body)\n@2:\nreturn %1"
  }

  func expectLate(
    _ body: String, becomes expected: String, decisions: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectPass(
      "(i64): i64", loop(body), becomes: loop(expected), decisions: decisions, sourceLocation: sourceLocation
    ) {
      var checks = LateKeyChecks()
      checks.run($0, &$1)
    }
  }

  private let rest = "branch %6, @1(%6), @2()"

  @Test func goesBehindLoads() throws {
    try expectLate(
      "checkKey %3\n%5 = i32.wrap %3\n%6 = i64.load %5+8\n%7 = i64.eqz %6\n\(rest.replacing("%6,", with: "%7,"))",
      becomes: "%4 = i32.wrap %3\n%5 = i64.load %4+8\n%6 = i64.eqz %5\ncheckKey %3\n"
        + "branch %6, @1(%5), @2()")
  }

  /// Nothing that can be noticed comes before it.
  @Test func staysBeforeStores() throws {
    try expectLate(
      "checkKey %3\n%5 = i32.wrap %3\nstore %5+0, %3\n%6 = i64.load %5+8\n%8 = i32.wrap %6\nbranch %8, @1(%6), @2()",
      becomes:
        "%4 = i32.wrap %3\ncheckKey %3\nstore %4+0, %3\n%6 = i64.load %4+8\n%8 = i32.wrap %6\nbranch %8, @1(%6), @2()")
  }

  /// What a stale pointer leads to may be anything, no address for one.
  @Test func nothingIsLoadedByWhatWasLoaded() throws {
    let branch = "branch %8, @1(%6), @2()"
    try expectLate(
      "checkKey %3\n%5 = i32.wrap %3\n%6 = i64.load %5+8\n%7 = i32.wrap %6\n%8 = i32.load %7+0\n\(branch)",
      becomes: "%4 = i32.wrap %3\n%6 = i64.load %4+8\n%7 = i32.wrap %6\ncheckKey %3\n%8 = i32.load %7+0\n\(branch)")
  }

  /// What the loop doesn't carry stays where it is.
  @Test func othersStay() throws {
    let other = "checkKey %1\n%5 = i32.wrap %3\n%6 = i64.load %5+8\n%7 = i32.wrap %6\nbranch %7, @1(%6), @2()"
    try expectLate(other, becomes: other, decisions: 0)
  }
}
