// Quotients and remainders of the same numbers, on small functions before and after.

import Testing

@testable import ZongIR

@Suite struct RemaindersTests {
  /// Runs the pass on the body of a function of two numbers.
  func expectRemainders(
    _ body: String, becomes expected: String, decisions: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let parameters = "@0:\n%1 = i64.parameter 0\n%2 = i64.parameter 1\n"
    try expectPass(
      "(i64, i64): i64, i64", parameters + body, becomes: parameters + expected, decisions: decisions,
      sourceLocation: sourceLocation
    ) {
      var remainders = Remainders()
      remainders.run($0, &$1)
    }
  }

  @Test func quotientFirst() throws {
    try expectRemainders(
      "%3 = i64.divS %1, %2\n%4 = i64.remS %1, %2\nreturn %3, %4",
      becomes: "%3 = i64.divS %1, %2\n%4 = i64.mul %3, %2\n%5 = i64.sub %1, %4\nreturn %3, %5", decisions: 1)
  }

  @Test func remainderFirst() throws {
    try expectRemainders(
      "%3 = i64.const 10\n%4 = i64.remS %1, %3\n%5 = i64.const 10\n%6 = i64.divS %1, %5\nreturn %4, %6",
      becomes: """
        %3 = i64.const 10
        %4 = i64.divS %1, %3
        %5 = i64.mul %4, %3
        %6 = i64.sub %1, %5
        %7 = i64.const 10
        return %6, %4
        """, decisions: 1)
    try expectRemainders(
      "%3 = i64.remU %1, %2\n%4 = i64.divU %1, %2\nreturn %3, %4",
      becomes: "%3 = i64.divU %1, %2\n%4 = i64.mul %3, %2\n%5 = i64.sub %1, %4\nreturn %5, %3", decisions: 1)
  }

  /// The least number by -1 has a remainder, and no quotient.
  @Test func quotientThatMayOverflow() throws {
    let variable = "%3 = i64.remS %1, %2\n%4 = i64.divS %1, %2\nreturn %3, %4"
    try expectRemainders(variable, becomes: variable, decisions: 0)
    let constant = "%3 = i64.const -1\n%4 = i64.remS %1, %3\n%5 = i64.divS %1, %3\nreturn %4, %5"
    try expectRemainders(constant, becomes: constant, decisions: 0)
  }

  @Test func othersStay() throws {
    let signs = "%3 = i64.divS %1, %2\n%4 = i64.remU %1, %2\nreturn %3, %4"
    try expectRemainders(signs, becomes: signs, decisions: 0)
    let operands = "%3 = i64.divU %1, %2\n%4 = i64.remU %2, %1\nreturn %3, %4"
    try expectRemainders(operands, becomes: operands, decisions: 0)
    let branches = """
      %3 = i64.eqz %1
      branch %3, @1(), @2()
      @1:
      %4 = i64.divU %1, %2
      return %4, %4
      @2:
      %5 = i64.remU %1, %2
      return %5, %5
      """
    try expectRemainders(branches, becomes: branches, decisions: 0)
  }
}
