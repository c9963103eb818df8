// Values of literals.

import Testing
import ZongStores

@testable import ZongSyntax

@Suite struct LiteralDecoderTests {
  private func integer(_ text: String) throws -> IntegerValue {
    LiteralDecoder.integer(TokenId(1), in: try Reading(text, parse: false).tokens)
  }

  /// The bytes of the string that is the value of the first variable.
  private func bytes(_ literal: String) throws -> [UInt8] { try decoded(literal).bytes }

  private func decoded(_ literal: String) throws -> (bytes: [UInt8], facts: TextFacts) {
    let reading = try Reading("var s = " + literal)
    let tree = try #require(reading.trees.first)
    let variable = NodeId(tree.list(of: tree[tree.root])[0])
    let value = NodeId(tree[variable].b)
    let layout = LiteralDecoder.layout(of: value, in: tree)
    var output = Store<UInt8>()
    var facts = TextFacts()
    if tree.kind(value) == .interpolatedString {
      for piece in tree.list(of: tree[value]) {
        if tree.kind(NodeId(piece)) == .stringPiece {
          facts = LiteralDecoder.appendText(
            of: tree[NodeId(piece)].token, layout: layout, in: tree.tokens, to: &output)
        } else {
          output.append(0x24)
        }
      }
    } else {
      facts = LiteralDecoder.appendText(of: tree[value].token, layout: layout, in: tree.tokens, to: &output)
    }
    return (output.array, facts)
  }

  private func text(_ literal: String) throws -> String { String(decoding: try bytes(literal), as: UTF8.self) }

  @Test func integers() throws {
    #expect(try integer("42") == IntegerValue(value: 42, overflows: false))
    #expect(try integer("1_000_000").value == 1_000_000)
    #expect(try integer("0xFf_fF").value == 65_535)
    #expect(try integer("0o17").value == 15)
    #expect(try integer("0b1010").value == 10)
    #expect(try integer("18446744073709551615") == IntegerValue(value: .max, overflows: false))
    #expect(try integer("18446744073709551616").overflows)
    #expect(try integer("0xFFFFFFFFFFFFFFFF") == IntegerValue(value: .max, overflows: false))
    #expect(try integer("0x10000000000000000").overflows)
    #expect(try integer("0b" + String(repeating: "1", count: 64)).value == .max)
    #expect(try integer("0o2000000000000000000000").overflows)
  }

  @Test func aMillionDigitsOverflowQuickly() throws {
    #expect(try integer(String(repeating: "9", count: 1_000_000)).overflows)
    #expect(
      try integer("0x" + String(repeating: "0", count: 1_000_000) + "7") == IntegerValue(value: 7, overflows: false))
  }

  @Test func floats() throws {
    func float(_ text: String) throws -> Double {
      LiteralDecoder.float(TokenId(1), in: try Reading(text, parse: false).tokens)
    }
    #expect(try float("1.5") == 1.5)
    #expect(try float("2e10") == 2e10)
    #expect(try float("1_000.000_1") == 1000.0001)
    #expect(try float("0.1") == 0.1)
    #expect(try float("1e-400") == 0)
    #expect(try float("1e999").isInfinite)
    #expect(try float("5e-324") == .leastNonzeroMagnitude)
    #expect(try float("9007199254740993") == 9_007_199_254_740_992)
    #expect(try float("3." + String(repeating: "3", count: 100_000)) == 10.0 / 3.0)
    let single = LiteralDecoder.float32(TokenId(1), in: try Reading("16777217.0", parse: false).tokens)
    #expect(single == 16_777_216)
  }

  @Test func characters() throws {
    func character(_ text: String) throws -> UInt32 {
      LiteralDecoder.character(TokenId(1), in: try Reading(text, parse: false).tokens)
    }
    #expect(try character("'A'") == 65)
    #expect(try character("'€'") == 0x20AC)
    #expect(try character("'😀'") == 0x1F600)
    #expect(try character("'\\n'") == 10)
    #expect(try character("'\\''") == 39)
    #expect(try character("'\\u{1F600}'") == 0x1F600)
    #expect(try character("'\\x41'") == 65)
    #expect(try character("'\"'") == 34)
    #expect(try character("''") == 0)
  }

  @Test func strings() throws {
    #expect(try text("\"\"") == "")
    #expect(try text("\"abc\"") == "abc")
    #expect(try text("\"a\\n\\t\\r\\0\\\\\\\"\\'\\u{20AC}b\"") == "a\n\t\r\0\\\"'€b")
    #expect(try text("\"a\\(1)b\\(2)c\"") == "a$b$c")
    #expect(try bytes("\"\\xff\\x00a\"") == [0xFF, 0x00, 0x61])
    #expect(try decoded("\"\\x41\"").facts.hasByteEscapes)
    #expect(try decoded("\"A\\u{41}\"").facts.hasByteEscapes == false)
  }

  @Test(arguments: [
    ("\"\"\"\n    a\n      b\n    \"\"\"", "a\n  b"),
    ("\"\"\"\n    a\n\n    b\n    \"\"\"", "a\n\nb"),
    ("\"\"\"\n    a\n  \"\"\"", "  a"),
    ("\"\"\"\n  a\n    \"\"\"", "a"),
    ("\"\"\"\n\"\"\"", ""),
    ("\"\"\"\n\n\"\"\"", ""),
    ("\"\"\"\na\\nb\n\"\"\"", "a\nb"),
    ("\"\"\"\n  a\r\n  b\r\n  \"\"\"", "a\nb"),
    ("\"\"\"\n\ta\n\t\tb\n\t\"\"\"", "a\n\tb"),
    ("\"\"\"\n  x \\(1)\n    y\n  \"\"\"", "x $\n  y"),
    ("\"\"\"\n  \\(1)\n  \"\"\"", "$"),
    ("\"\"\"\n  \\(1) \\(2)\n   z\"\"\"", "$ $\n z"),
    ("\"\"\"\n  a \"quoted\" \"\"\n  \"\"\"", "a \"quoted\" \"\""),
  ])
  func multilineText(_ literal: String, _ expected: String) throws { #expect(try text(literal) == expected) }
}
