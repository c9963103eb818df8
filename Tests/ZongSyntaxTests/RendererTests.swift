// How diagnostics are shown: as text, with and without colour, and as JSON.

import Testing

@testable import ZongSyntax

@Suite struct RendererTests {
  private func shown(_ text: String, colour: Bool = false) throws -> String {
    let reading = try Reading(text)
    return DiagnosticRenderer(sources: reading.sources, usesColour: colour).text(of: reading.diagnostics)
  }

  @Test func aMessageWithItsPlaceLabelNoteAndCure() throws {
    #expect(
      try shown("a = 1\nif 1 < x < 3 { }\n") == """
        error[Z0216]: comparisons don't chain
          --> test.zong:2:10
           |
         2 | if 1 < x < 3 { }
           |      -   ^ a second comparison
           |      the first one
           = note: write `a < b && b < c`
           = help: compare twice

        1 error

        """)
  }

  @Test func severalLines() throws {
    #expect(
      try shown("func f() {\n  a()\n  b()\n  c()\n") == """
        error[Z0207]: a `}` is missing here
          --> test.zong:4:6
           |
         1 | func f() {
           |          - this block is never closed
           ⋮
         4 |   c()
           |      ^
           = help: insert `}`

        1 error

        """)
  }

  @Test func tabsWideAndCombiningCharactersKeepTheCaretInPlace() throws {
    func caretLine(_ text: String) throws -> [String] {
      try shown(text).split(separator: "\n").map(String.init).filter { $0.contains("|") }
    }
    #expect(try caretLine("\tlet x = 1") == ["   |", " 1 |     let x = 1", "   |     ^^^"])
    #expect(try caretLine("var s = \"日本\" let") == ["   |", " 1 | var s = \"日本\" let", "   |                ^^^"])
    #expect(
      try caretLine("var s = \"e\u{301}\" let") == ["   |", " 1 | var s = \"e\u{301}\" let", "   |             ^^^"])
  }

  @Test func controlCharactersAreNeverSentToTheTerminal() throws {
    let text = try shown("var s = \"\u{1B}[31m\u{7}\u{202E}\" let\n\u{1B}")
    for scalar in text.unicodeScalars {
      #expect(scalar == "\n" || scalar.value >= 0x20 && scalar.value != 0x7F && scalar.value != 0x202E)
    }
    #expect(text.contains("\\u{1B}[31m\\u{7}\\u{202E}"))
    let named = SourceMap()
    let file = try #require(named.add(path: "a\u{1B}[2Jb.zong", text: "x"))
    let diagnostic = Diagnostic(.badLabel, at: Span(Position(file.base), Position(file.base + 1)), "m\u{1B}m")
    let rendered = DiagnosticRenderer(sources: named, usesColour: false).text(of: diagnostic)
    #expect(!rendered.unicodeScalars.contains("\u{1B}"))
  }

  @Test func longLinesAreCutToAWindow() throws {
    let text =
      "var a = " + String(repeating: "é + ", count: 100_000) + "; let " + String(repeating: "x", count: 100_000)
    let reading = try Reading(text)
    let rendered = DiagnosticRenderer(sources: reading.sources, usesColour: false).text(of: reading.diagnostics)
    for line in rendered.split(separator: "\n") { #expect(line.count < 300) }
    #expect(rendered.contains("…"))
  }

  @Test func colourIsOnlyAddedWhereItIsWanted() throws {
    let plain = try shown("let x = 1")
    let coloured = try shown("let x = 1", colour: true)
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[1;31merror[Z0211]\u{1B}[0m"))
    var stripped = coloured
    for code in ["0", "1", "1;31", "1;32", "1;33", "1;34"] {
      stripped = stripped.replacing("\u{1B}[\(code)m", with: "")
    }
    #expect(stripped == plain)
  }

  @Test func aDiagnosticWithoutAPlaceIsItsMessage() {
    let renderer = DiagnosticRenderer(sources: SourceMap(), usesColour: false)
    #expect(renderer.text(of: Diagnostic(.badLabel, at: .none, "m")) == "error[Z0231]: m\n")
  }

  @Test func messagesOfAnyLengthAreCut() {
    let renderer = DiagnosticRenderer(sources: SourceMap(), usesColour: false)
    let text = renderer.text(of: Diagnostic(.badLabel, at: .none, String(repeating: "é*", count: 10_000)))
    #expect(text.count < 700 && text.hasSuffix("…\n"))
  }

  @Test func manyDiagnosticsAreCounted() throws {
    let reading = try Reading(String(repeating: "let x = 1\n", count: 1_500))
    #expect(reading.diagnostics.items.count == 1_000)
    #expect(reading.diagnostics.errorCount == 1_500)
    let summary = DiagnosticRenderer(sources: reading.sources, usesColour: false).summary(of: reading.diagnostics)
    #expect(summary == "1500 errors; only the first 1000 are shown\n")
  }

  @Test func jsonHasAllMembers() throws {
    let reading = try Reading("a\nf(1, 2\nb()")
    let item = try #require(reading.diagnostics.items.first)
    #expect(
      DiagnosticJSON(sources: reading.sources).line(of: item) == """
        {"severity":"error","code":"Z0207","message":"`)` is missing here","file":"test.zong","line":2,"column":7,\
        "endLine":2,"endColumn":7,"start":8,"end":8,"label":"","labels":[{"file":"test.zong","line":2,"column":2,\
        "endLine":2,"endColumn":3,"start":3,"end":4,"message":"opened here"}],"notes":[],"fixIts":[{"title":\
        "insert `)`","file":"test.zong","line":2,"column":7,"endLine":2,"endColumn":7,"start":8,"end":8,\
        "replacement":")"}]}
        """)
  }

  @Test func jsonEscapes() {
    var diagnostic = Diagnostic(.badLabel, at: .none, "a\"b\\c\n\t\r\u{1}\u{7F}é\u{2028}")
    diagnostic.notes = ["n"]
    let line = DiagnosticJSON(sources: SourceMap()).line(of: diagnostic)
    #expect(line.contains("\"message\":\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007fé\u{2028}\""))
    #expect(line.contains("\"file\":null"))
    #expect(line.contains("\"notes\":[\"n\"]"))
  }

  @Test func locationsCountScalars() throws {
    let sources = SourceMap()
    let file = try #require(sources.add(path: "f", text: "aé\n😀b\n\n"))
    func place(_ offset: UInt32) -> [Int] {
      let location = sources.location(of: Position(file.base + offset))
      return [location.line, location.column]
    }
    #expect(place(0) == [1, 1])
    #expect(place(3) == [1, 3])
    #expect(place(4) == [2, 1])
    #expect(place(8) == [2, 2])
    #expect(place(10) == [3, 1])
    #expect(place(11) == [4, 1])
    #expect(place(1) == [1, 2])
    #expect(sources.location(of: .none).line == 0)
  }

  @Test func diagnosticsAreSortedByPlace() throws {
    var diagnostics = Diagnostics()
    for offset in [9, 3, 7, 3] as [UInt32] {
      diagnostics.append(
        Diagnostic(.badLabel, at: Span(Position(offset), Position(offset)), "\(diagnostics.items.count)"))
    }
    diagnostics.sortByPosition()
    #expect(diagnostics.items.map(\.message) == ["1", "3", "2", "0"])
  }

  @Test func tokensAsText() throws {
    let reading = try Reading("a = \"é\n\"\n  b", parse: false)
    #expect(
      TokenDump.text(of: reading.tokens) == """
        1:1 lowerName a
        1:3 equal =
        1:5 string "é
        2:1 string "
        3:3 lowerName b
        3:4 endOfFile

        """)
  }
}
