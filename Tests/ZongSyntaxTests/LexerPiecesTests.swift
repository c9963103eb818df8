// A file lexed in pieces has the tokens, the names and the mistakes that it has as a whole.

import Testing
import ZongStores

@testable import ZongSyntax

struct LexerPiecesTests {
  /// Small ones serve as well as those of a large file.
  private static let pieceSize = 1 << 14

  /// A program of more than `count` bytes; `special` stands in its middle.
  private func program(bytes count: Int, special: String = "") -> String {
    var text = "#! zong\n"
    var number = 1
    while text.utf8.count < count {
      let isMiddle = text.utf8.count >= count / 2 && !text.contains("// the middle")
      if isMiddle { text += special + "\n// the middle\n" }
      text += """
        /// Adds \(number).
        func _add\(number)(_ first: I64, aRatherLongName: U8[]): I64 { // with a comment
          var _ = "text \\(first + \(number), width: 8) and \\n more";
          return first * 0x\(number) + \(number)_0 - 'c';
        }

        struct Type\(number)(x: I64, äther: String);

        """
      number += 1
    }
    return text
  }

  /// The tokens of all pieces as one list of hashes, and the names' texts in the order of their ids.
  private func read(_ text: String, pieces threads: Int?) throws -> (tokens: [Int], names: [String], count: Int) {
    let sources = SourceMap()
    let file = try #require(sources.add(path: "large.zong", text: text))
    let names = Interner.withKeywords()
    var found = Diagnostics()
    let stores =
      threads.map { Lexer.tokenizeInPieces(file, names: names, threads: $0, pieceSize: Self.pieceSize, into: &found) }
      ?? [Lexer.tokenize(file, names: names, into: &found)]
    var tokens = found.items.map { Int($0.span.start.offset) }
    for store in stores {
      for index in 1..<store.count - 1 {
        let token = TokenId(UInt32(index))
        let name = store.nameOf(token)
        var hasher = Hasher()
        hasher.combine(store.kind(token))
        hasher.combine(store.starts[index])
        hasher.combine(store.flags[index].rawValue)
        hasher.combine(name.index)
        hasher.combine(store.end(of: token))
        tokens.append(hasher.finalize())
      }
    }
    return (tokens, (0..<names.count).map { names.text(of: NameId(UInt32($0))) }, stores.count)
  }

  private func expectSame(_ text: String, pieces: ClosedRange<Int>) throws {
    let whole = try read(text, pieces: nil)
    for threads in [1, 3] {
      let parts = try read(text, pieces: threads)
      #expect(pieces.contains(parts.count))
      #expect(parts.names == whole.names)
      #expect(parts.tokens.count == whole.tokens.count)
      #expect(parts.tokens == whole.tokens)
    }
  }

  @Test func piecesHaveTheTokensOfTheWhole() throws {
    let text = program(bytes: 56_000).replacing("äther", with: "other")
    try expectSame(text, pieces: 3...3)
  }

  @Test func aSmallFileIsOnePiece() throws { try expectSame("func main() { print(1); }\n", pieces: 1...1) }

  @Test func aMistakeAnywhereIsReportedAsInTheWhole() throws {
    try expectSame(program(bytes: 40_000), pieces: 1...1)
    try expectSame(program(bytes: 40_000, special: "var x = \"open;").replacing("äther", with: "b"), pieces: 1...1)
  }

  @Test func whatLooksLikeADeclarationInACommentOrTextIsNone() throws {
    // Longer than two pieces, so that cuts are looked for in it.
    let lines = String(repeating: "}\nfunc none() {\n", count: 4_000)
    for (open, close) in [("/*", "*/"), ("var t = \"\"\"\n", "\n\"\"\";")] {
      let text = program(bytes: 40_000, special: open + lines + close).replacing("äther", with: "b")
      try expectSame(text, pieces: 1...1)
    }
  }

  @Test func longAndShortNamesAreTheSameHoweverTheyAreInterned() throws {
    let words = ["a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq"]
    let sources = SourceMap()
    let file = try #require(sources.add(path: "names.zong", text: words.joined(separator: " ")))
    let names = Interner.withKeywords()
    var found = Diagnostics()
    let tokens = Lexer.tokenize(file, names: names, into: &found)
    for (index, word) in words.enumerated() {
      #expect(tokens.name(TokenId(UInt32(index + 1))) == names.intern(word))
    }
    let zero = names.intern("a\0")
    #expect(zero != names.intern("a") && names.text(of: zero) == "a\0")
  }
}
