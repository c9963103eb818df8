// The text form: printing what was parsed gives the text again.

import Testing

@testable import ZongIR

@Suite struct RoundTripTests {
  @Test func randomPrograms() throws {
    for seed in 0..<60 as Range<UInt64> {
      let program = randomProgram(seed: seed)
      let text = program.text(positions: true)
      let again = try Parser.parseProgram(text).get()
      #expect(Verifier.verify(again).isEmpty)
      let second = again.text(positions: true)
      let third = try Parser.parseProgram(second).get().text(positions: true)
      #expect(second == third)
      #expect(second.split(separator: "\n").count == text.split(separator: "\n").count)
    }
  }
}
