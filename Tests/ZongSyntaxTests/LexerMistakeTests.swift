// Each lexical mistake: what is reported, where, and that it is reported once.

import Testing

@testable import ZongSyntax

@Suite struct LexerMistakeTests {
  @Test(arguments: [
    ("var a = 1 # 2", ["unknownCharacter 1:11"]),
    ("var a = b @@@ c", ["unknownCharacter 1:11"]),
    ("var a = 1\u{A0}+ 2", ["unknownCharacter 1:10"]),
    ("var a = 3 × 4", ["unknownCharacter 1:11"]),
    ("var größe = 7", ["nameCharacter 1:5"]),
    ("/* a /* b */\nprint(1)", ["unterminatedComment 1:1"]),
    ("print(\"abc);\nprint(1)", ["unterminatedString 1:7"]),
    ("print(\"a \\(b\nprint(1)", ["unterminatedString 1:7"]),
    ("var a = \"\"\"\n  text\n", ["unterminatedString 1:9"]),
    ("var a = \"\"\"text\n  \"\"\"", ["multilineText 1:9"]),
    ("var a = \"\\q\"", ["badEscape 1:10"]),
    ("var a = \"\\x4\"", ["badEscape 1:10"]),
    ("var a = \"\\u1234\"", ["badEscape 1:10"]),
    ("var a = \"\\u{110000}\"", ["badEscape 1:10"]),
    ("var a = \"\\u{D800}\"", ["badEscape 1:10"]),
    ("var a = \"\\u{}\"", ["badEscape 1:10"]),
    ("var a = \"\\u{12\"", ["badEscape 1:10"]),
    ("var a = \"\\q \\w\"", ["badEscape 1:10", "badEscape 1:13"]),
    ("var a = 0x", ["badNumber 1:9"]),
    ("var a = 0b12", ["badNumber 1:12"]),
    ("var a = 0xFG", ["badNumber 1:12"]),
    ("var a = 0XFF", ["badNumber 1:9"]),
    ("var a = 12abc", ["badNumber 1:11"]),
    ("var a = 1.", ["badNumber 1:9"]),
    ("var a = 1e", ["badNumber 1:9"]),
    ("var a = 1__0", ["badNumber 1:9"]),
    ("var a = 1_", ["badNumber 1:9"]),
    ("var a = 007", ["badNumber 1:9"]),
    ("var a = ''", ["badCharacter 1:9"]),
    ("var a = 'text'", ["badCharacter 1:9"]),
    ("var a = 'x;\nvar b = 1", ["badCharacter 1:9"]),
    ("var a = '\\(b)'", ["badEscape 1:10"]),
    ("var a = \"x\u{0}y\"", ["unknownCharacter 1:11"]),
    ("\u{0}\u{0}\u{0}", ["unknownCharacter 1:1"]),
  ])
  func isReportedOnce(_ text: String, _ expected: [String]) throws { try expectMistakes(text, expected) }

  @Test func invalidUTF8NamesTheOffset() throws {
    for (bytes, offset) in [
      ([0x61, 0xFF], 1), ([0xC3], 0), ([0xC0, 0x80], 0), ([0xED, 0xA0, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0),
      (Array(repeating: 0x20, count: 100) + [0xE2, 0x82], 100), ([0xE0, 0x80, 0x80], 0), ([0xF0, 0x80, 0x80, 0x80], 0),
    ] as [([UInt8], Int)] {
      let reading = try Reading(bytes)
      #expect(reading.kinds == [.invalidUTF8])
      #expect(reading.diagnostics.items.first?.message.contains("offset \(offset) ") == true)
    }
    let utf16 = try Reading([0xFF, 0xFE, 0x61, 0x00])
    #expect(utf16.diagnostics.items.first?.notes.first?.contains("UTF-16") == true)
  }

  @Test func validUTF8Passes() throws {
    try readCleanly("// ä€😀 \u{10FFFF}\nprint(\"ä€😀\"); var c = '😀'")
  }

  @Test func unclosedStringsKeepTheRestOfTheFile() throws {
    let reading = try Reading("print(\"abc\nlet x = 3\n")
    #expect(reading.kinds == [.unterminatedString, .foreignWord])
    let nested = try Reading("var a = \"x \\(f(\"y \\(z\nvar b = 1 var c = 2\n")
    #expect(nested.kinds == [.unterminatedString, .missingTerminator])
  }

  @Test func bracketsWithoutEndAreOneMistake() throws {
    let reading = try Reading([UInt8](repeating: 0x28, count: 1_100_000))
    #expect(reading.kinds == [.tooManyBrackets])
  }

  @Test func longInputStaysLinear() throws {
    let size = 400_000
    for byte in ["(", "[", "{", "/*", "\"\\(", "'", "a", "1", "-", "!", "\"", "\\", "#\n", "@ ", "\"\"\"", "é", "€ "] {
      let text = String(repeating: byte, count: size / byte.utf8.count)
      let clock = ContinuousClock()
      let time = try clock.measure { _ = try Reading(text) }
      #expect(time < .seconds(10), "\(byte)")
    }
  }
}
