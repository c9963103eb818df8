// One mistake gives one message, ten mistakes ten; and nothing that is put in crashes or takes long.

import Testing

@testable import ZongSyntax

@Suite struct RecoveryTests {
  /// Mistakes that each make a line unreadable, with what is expected of the lines around them.
  static let broken = [
    "var a = 1 + ;", "foo(a b c)", "x = = 3", "if a b { }", "var = 4", "for i 0..3 { }", "x.)", "return )", "f(1, ]",
    "a b c d", "match x { + => 1 }", "let x = 3", "var y: = 2", "int z = 3", "while { }", "} else {", "\"abc", "'abc",
    "foo(", "struct { }", "import", "x = [1, 2", "(a + b", "@", "1 2", "else { }", "func() => ;", "if a = 3 { }",
  ]

  @Test func tenMistakesInTenFunctionsGiveTenMessages() throws {
    for line in RecoveryTests.broken where !line.contains("}") || line.contains("{ }") || line.contains("1 }") {
      var text = ""
      for index in 0..<10 { text += "func f\(index)() {\n  before();\n  \(line)\n  after(\(index));\n}\n\n" }
      let reading = try Reading(text)
      #expect(reading.diagnostics.items.count == 10, "\(line): \(reading.places)")
    }
  }

  @Test func aMissingBraceIsFoundByTheIndentation() throws {
    var text = ""
    for index in 0..<10 { text += "func f\(index)() {\n  if a {\n    b();\n}\n\n" }
    let reading = try Reading(text)
    #expect(reading.kinds == Array(repeating: .missingClosing, count: 10))
    let struct10 = String(repeating: "struct S(x: I64) {\n  func f() {\n    g()\n  }\n\n", count: 10)
    #expect(try Reading(struct10).kinds == Array(repeating: .missingClosing, count: 10))
  }

  @Test func whatFollowsAMistakeIsStillRead() throws {
    let reading = try Reading("func broken( { }\nfunc good(): I64 { return 1 }\nvar x = ) + 1;\nvar y = 2\n")
    #expect(reading.diagnostics.items.count == 2)
    #expect(reading.dump.contains("function good"))
    #expect(reading.dump.contains("variable y"))
  }

  @Test func damageIsMarkedUpToTheDeclaration() throws {
    let reading = try Reading("func f() {\n  a();\n  b c d;\n}\nfunc g() { }")
    let tree = try #require(reading.trees.first)
    let items = tree.list(of: tree[tree.root]).map { tree[NodeId($0)] }
    #expect(items.map { $0.flags.contains(.damaged) } == [true, false])
  }

  @Test(arguments: [
    "(", "[", "{", "-(", "f(", "a[", "if a { ", "func f() { ", "loop { ", "match a { b => ", "\"\\(", "new P(", "[(",
    "a ?? (", "a + (", "a || a && a == a..a + a * (", "func() => ", "x(func() { ", "defer ", "public ", "not ", "* ",
    "& ", "var a: (", "var a: A<", "a<A<", "var a: func(", "- ", "!", "enum E { a(x: ", "struct S(x: I64 = ", "+ ",
  ])
  func deepNestingIsOneMessage(_ opening: String) throws {
    let reading = try Reading(String(repeating: opening, count: 5_000))
    // What is a mistake at each level is reported at each, up to the bound.
    let repeats = opening == "not " || opening == "a<A<" ? Parser.maximumNesting : 3
    #expect(reading.diagnostics.items.count >= 1)
    #expect(reading.diagnostics.items.count <= repeats, "\(reading.places.prefix(5))")
    #expect(reading.kinds.filter { $0 == .nestingTooDeep }.count <= 1)
  }

  @Test func aThousandLevelsAreFine() throws {
    let depth = 900
    try readCleanly(String(repeating: "{ ", count: depth) + String(repeating: "} ", count: depth))
    try readCleanly("x = " + String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth))
    try readCleanly("var x: " + String(repeating: "A<", count: depth) + "B" + String(repeating: ">", count: depth))
    try readCleanly(String(repeating: "if a { ", count: depth) + String(repeating: "} ", count: depth))
  }

  @Test func longChainsAreBounded() throws {
    try readCleanly("x = a" + String(repeating: " + a", count: 9_000))
    try readCleanly("x = a" + String(repeating: ".b()", count: 4_000))
    try readCleanly("if a { }" + String(repeating: " else if a { }", count: 9_000))
    #expect(try Reading("x = a" + String(repeating: " + a", count: 20_000)).kinds == [.nestingTooDeep])
    #expect(try Reading("x = a" + String(repeating: ".b", count: 20_000)).kinds == [.nestingTooDeep])
    #expect(try Reading("if a { }" + String(repeating: " else if a { }", count: 20_000)).kinds == [.nestingTooDeep])
    #expect(try Reading("x = " + String(repeating: "-", count: 20_000) + "1").kinds == [.nestingTooDeep])
    #expect(try Reading("var x: A" + String(repeating: "*", count: 20_000)).kinds == [.nestingTooDeep])
    // Wide is not deep.
    try readCleanly("x = [" + String(repeating: "a + b, ", count: 20_000) + "]")
    try readCleanly(String(repeating: "f(a + b)\n", count: 20_000))
  }

  @Test func noPathThroughATreeIsLongerThanPromised() throws {
    let inner = String(repeating: "(", count: 300) + "a" + String(repeating: " + a", count: 60)
    let text = "x = " + inner + String(repeating: ")" + String(repeating: " + b", count: 60), count: 300)
    let reading = try Reading(text)
    #expect(reading.kinds == [.nestingTooDeep])
  }
}
