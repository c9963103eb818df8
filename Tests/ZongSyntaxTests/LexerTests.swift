// The rules of LANGUAGE.md, section 2, for tokens.

import Testing
import ZongStores

@testable import ZongSyntax

@Suite struct LexerTests {
  private func kinds(_ text: String) throws -> [TokenKind] { try Reading(text, parse: false).tokenKinds }

  @Test func everyTokenWithASpellingIsRead() throws {
    for kind in TokenKind.allCases {
      guard let spelling = kind.spelling, kind != .starPostfix, kind != .ampersandPostfix else { continue }
      #expect(try kinds(" \(spelling) ") == [kind], "\(spelling)")
    }
  }

  @Test func tokensAreTheLongestThatFit() throws {
    #expect(try kinds("a<<=b>>=c") == [.lowerName, .shiftLeftEqual, .lowerName, .shiftRightEqual, .lowerName])
    #expect(try kinds("a..=b..c") == [.lowerName, .dotDotEqual, .lowerName, .dotDot, .lowerName])
    #expect(try kinds("a==b=>c=d") == [.lowerName, .equalEqual, .lowerName, .arrow, .lowerName, .equal, .lowerName])
    #expect(try kinds("a??b?") == [.lowerName, .questionQuestion, .lowerName, .question])
    #expect(try kinds("a&&b||c") == [.lowerName, .andAnd, .lowerName, .orOr, .lowerName])
    #expect(try kinds("a&=b") == [.lowerName, .ampersandEqual, .lowerName])
  }

  @Test func namesTellKindsByTheirFirstLetter() throws {
    #expect(
      try kinds("a _a _ A HTTPServer x1 iff") == [
        .lowerName, .lowerName, .underscore, .upperName, .upperName, .lowerName, .lowerName,
      ])
  }

  @Test func reservedWordsHaveTheirNamesAsPayload() throws {
    let reading = try Reading("func catch x", parse: false)
    #expect(reading.tokenKinds == [.funcKeyword, .catchKeyword, .lowerName])
    #expect(reading.names.text(of: reading.tokens.nameOf(TokenId(1))) == "func")
    #expect(reading.names.text(of: reading.tokens.nameOf(TokenId(2))) == "catch")
    #expect(reading.tokens.nameOf(TokenId(2)).index == Names.keywordCount)
  }

  @Test func equalNamesHaveEqualIds() throws {
    let reading = try Reading("alpha beta alpha", parse: false)
    #expect(reading.tokens.name(TokenId(1)) == reading.tokens.name(TokenId(3)))
    #expect(reading.tokens.name(TokenId(1)) != reading.tokens.name(TokenId(2)))
  }

  @Test func knownNamesHaveTheirConstantIds() {
    let names = Interner.withKeywords()
    let samples: [(NameId, String)] = [
      (Names.i8, "I8"), (Names.u64, "U64"), (Names.boolean, "Boolean"), (Names.string, "String"),
      (Names.error, "Error"),
      (Names.map, "Map"), (Names.print, "print"), (Names.printBytes, "print_bytes"), (Names.readLine, "read_line"),
      (Names.append, "append"), (Names.assert, "assert"), (Names.panic, "panic"), (Names.main, "main"),
      (Names.selfName, "self"), (Names.test, "test"), (Names.length, "length"), (Names.capacity, "capacity"),
      (Names.near, "near"), (Names.wrapping, "wrapping"), (Names.parse, "parse"), (Names.bytes, "bytes"),
      (Names.other, "other"), (Names.letWord, "let"), (Names.float64Word, "float64"), (Names.elifWord, "elif"),
      (Names.value, "value"), (Names.typeSelf, "Self"), (Names.hasher, "Hasher"),
    ]
    for (id, text) in samples { #expect(names.text(of: id) == text) }
    #expect(names.text(of: NameId(1)) == "func")
    #expect(names.text(of: NameId(Names.keywordCount)) == "catch")
  }

  @Test func numbers() throws {
    #expect(try kinds("42 1_000_000 0xFF 0o17 0b1010") == Array(repeating: .integer, count: 5))
    #expect(try kinds("1.5 2e10 1.5e-3 2E+4 0.0") == Array(repeating: .float, count: 5))
    #expect(try kinds("1..5") == [.integer, .dotDot, .integer])
    #expect(try kinds("1.max") == [.integer, .dot, .lowerName])
  }

  @Test func commentsAreGaps() throws {
    #expect(try kinds("a // b\n c /* d /* e */ f */ g") == [.lowerName, .lowerName, .lowerName])
    #expect(try Reading("a // b\n c /* d /* e */ f */ g", parse: false).tokenTexts == ["a", "c", "g"])
    #expect(try kinds("/**/a/*\n*/b/***/") == [.lowerName, .lowerName])
  }

  @Test func flagsTellOfWhiteSpace() throws {
    let tokens = try Reading("a b\nc(d)\n/// doc\nfunc", parse: false).tokens
    #expect(tokens.flags[1] == [.startsLine, .spaceBefore, .spaceAfter])
    #expect(tokens.flags[2] == [.spaceBefore, .spaceAfter])
    #expect(tokens.flags[3] == [.startsLine, .spaceBefore])
    #expect(tokens.flags[4] == [])
    #expect(tokens.flags[6] == [.spaceAfter])
    #expect(tokens.flags[7].contains([.documented, .startsLine]))
    #expect(try Reading("//// no\na", parse: false).tokens.flags[1].contains(.documented) == false)
  }

  @Test func interpolationMakesPieces() throws {
    let simple = try Reading("\"a\\(b)c\"", parse: false)
    #expect(simple.tokenKinds == [.stringHead, .lowerName, .stringTail])
    #expect(simple.tokenTexts == ["\"a\\(", "b", ")c\""])
    #expect(try kinds("\"\\(a)\\(b)\"") == [.stringHead, .lowerName, .stringMiddle, .lowerName, .stringTail])
    #expect(try kinds("\"\\(f(a))\"") == [.stringHead, .lowerName, .leftParen, .lowerName, .rightParen, .stringTail])
    #expect(try kinds("\"\\(\"x\\(y)\")\"") == [.stringHead, .stringHead, .lowerName, .stringTail, .stringTail])
    #expect(try kinds("(\"\\(a)\")") == [.leftParen, .stringHead, .lowerName, .stringTail, .rightParen])
  }

  @Test func multilineStrings() throws {
    let text = "\"\"\"\n  a \"b\" \"\"c\n  \\(d)\n  \"\"\""
    #expect(try kinds(text) == [.stringHead, .lowerName, .stringTail])
    #expect(try kinds("\"\" \"\"\"\n\"\"\"") == [.string, .string])
  }

  @Test(arguments: [
    ("p* - 1", [TokenKind.lowerName, .starPostfix, .minus, .integer]),
    ("p* * q*", [.lowerName, .starPostfix, .star, .lowerName, .starPostfix]),
    ("x&", [.lowerName, .ampersandPostfix]),
    ("x*&", [.lowerName, .starPostfix, .ampersandPostfix]),
    ("p*.x", [.lowerName, .starPostfix, .dot, .lowerName]),
    ("a*b", [.lowerName, .star, .lowerName]),
    ("a * b", [.lowerName, .star, .lowerName]),
    ("a*-1", [.lowerName, .star, .minus, .integer]),
    ("a*- 1", [.lowerName, .starPostfix, .minus, .integer]),
    ("a*!b", [.lowerName, .star, .exclamation, .lowerName]),
    ("a&(b)", [.lowerName, .ampersand, .leftParen, .lowerName, .rightParen]),
    ("p*[0]", [.lowerName, .starPostfix, .leftBracket, .integer, .rightBracket]),
    ("p*)", [.lowerName, .starPostfix, .rightParen]),
    ("p*,", [.lowerName, .starPostfix, .comma]),
    ("p*;", [.lowerName, .starPostfix, .semicolon]),
    ("p*/*c*/+q", [.lowerName, .starPostfix, .plus, .lowerName]),
    ("p*== q", [.lowerName, .starEqual, .equal, .lowerName]),
    ("p*!= q", [.lowerName, .starPostfix, .notEqual, .lowerName]),
    ("*p", [.star, .lowerName]),
    ("(&x)", [.leftParen, .ampersand, .lowerName, .rightParen]),
    ("A<B>*", [.upperName, .less, .upperName, .greater, .starPostfix]),
    ("T*?", [.upperName, .starPostfix, .question]),
    ("T**", [.upperName, .starPostfix, .starPostfix]),
  ])
  func starsAndAmpersands(_ text: String, _ expected: [TokenKind]) throws {
    #expect(try kinds(text) == expected)
  }

  @Test func byteOrderMarkInterpreterLineAndCarriageReturns() throws {
    #expect(try Reading([0xEF, 0xBB, 0xBF] + Array("a".utf8), parse: false).tokenKinds == [.lowerName])
    #expect(try kinds("#!/usr/bin/env zong\na") == [.lowerName])
    let reading = try Reading("a\r\nb\r\n", parse: false)
    #expect(reading.tokenKinds == [.lowerName, .lowerName])
    #expect(reading.tokens.flags[2].contains(.startsLine))
    #expect(reading.diagnostics.items.isEmpty)
  }

  @Test func emptyFilesHaveNoTokens() throws {
    #expect(try kinds("") == [])
    #expect(try kinds("   \n\n // c") == [])
    #expect(try Reading("").trees.count == 1)
  }

  @Test func cutsLieBeforeDeclarationsAtTheTopLevel() throws {
    let function = "func f(a: I64): I64 { return a + (1 * 2); }\n"
    let text = String(repeating: function, count: 3_000)
    let reading = try Reading(text)
    #expect(reading.tokens.cuts.count > 4)
    #expect(reading.tokens.cuts.first == TokenId(1))
    for (earlier, later) in zip(reading.tokens.cuts, reading.tokens.cuts.dropFirst()) {
      #expect(later.index - earlier.index >= 8_192)
      #expect(reading.tokens.kind(later) == .funcKeyword)
    }
    #expect(reading.trees.count == reading.tokens.cuts.count)
    let items = reading.trees.reduce(0) { $0 + $1.list(of: $1[$1.root]).count }
    #expect(items == 3_000)
    #expect(reading.diagnostics.items.isEmpty)
  }

  @Test func nothingIsCutInsideABlock() throws {
    let inner = "func f(a: I64): I64 { return a; }\n"
    let text = "func outer() {\n" + String(repeating: inner, count: 2_000) + "}\n"
    #expect(try Reading(text).tokens.cuts.count == 1)
    let tests = String(repeating: "test \"a\" { expect(1 == 1 && 2 == 2); }\n", count: 2_000)
    #expect(try Reading(tests).tokens.cuts.count > 1)
  }
}

@Suite struct LayoutTests {
  @Test func ordinalsAreRawValues() {
    for kind in TokenKind.allCases { #expect(kind.ordinal == kind.rawValue) }
    for kind in NodeKind.allCases { #expect(kind.ordinal == kind.rawValue) }
    #expect(MemoryLayout<Node>.size == 16)
    #expect(MemoryLayout<TokenKind>.size == 1)
  }
}
