// What is reported about wrong programs: the kind, the place, once each, and cures that cure.

import Testing

@testable import ZongSyntax

@Suite struct ParserMistakeTests {
  @Test func everyPageIsTrue() throws {
    for kind in DiagnosticKind.allCases where kind.rawValue < 300 {
      let page = kind.explanation
      #expect(!page.title.isEmpty && page.text.count > 40, "\(kind)")
      #expect(try Reading(page.cured).kinds == [], "\(kind)")
      if page.isExact { #expect(try Reading(page.wrong).kinds == [kind], "\(kind)") }
    }
    #expect(DiagnosticKind(code: "z0211") == .foreignWord)
    #expect(DiagnosticKind(code: "Z0999") == nil)
  }

  @Test(
    arguments: [
      ("let x = 3", "var x = 3"),
      ("let mut x = 3", "var x = 3"),
      ("fn f() { }", "func f() { }"),
      ("def f() { }", "func f() { }"),
      ("func f(a: int) { }", "func f(a: I64) { }"),
      ("func f() -> I64 { return 1 }", "func f(): I64 { return 1 }"),
      ("func f() I64 { return 1 }", "func f(): I64 { return 1 }"),
      ("i++;", "i += 1;"),
      ("i--", "i -= 1"),
      ("++i", "i += 1"),
      ("x := 4", "var x = 4"),
      ("x: I64 = 4", "var x: I64 = 4"),
      ("int y = 3", "var y: I64 = 3"),
      ("I64 y = 3", "var y: I64 = 3"),
      ("Point* p = null", "var p: Point* = null"),
      ("I64[] p", "var p: I64[]"),
      ("var x I64", "var x: I64"),
      ("func f(x I64) { }", "func f(x: I64) { }"),
      ("func f(I64 x) { }", "func f(x: I64) { }"),
      ("if x = 3 { }", "if x == 3 { }"),
      ("if a and b { }", "if a && b { }"),
      ("if a or b { }", "if a || b { }"),
      ("if not a { }", "if !a { }"),
      ("if a === b { }", "if a == b { }"),
      ("if a !== b { }", "if a != b { }"),
      ("if a <> b { }", "if a != b { }"),
      ("if a { } elif b { }", "if a { } else if b { }"),
      ("if a then { }", "if a  { }"),
      ("print \"x\"", "print(\"x\")"),
      ("print x", "print(x)"),
      ("foo(1, 2\nbar()", "foo(1, 2)\nbar()"),
      ("x = [1, 2\nbar()", "x = [1, 2]\nbar()"),
      ("foo(a b)", "foo(a, b)"),
      ("f(x = 1)", "f(x: 1)"),
      ("var q = (I64) x", "var q = I64(x)"),
      ("*p = 3", "p* = 3"),
      ("var p = &x", "var p = x&"),
      ("a = b *c", "a = b * c"),
      ("var p: I64 *= x", nil),
      ("var p: *I64", "var p: I64*"),
      ("var p: []I64", "var p: I64[]"),
      ("var p: [I64]", "var p: I64[]"),
      ("var p: ?I64", "var p: I64?"),
      ("var p: [3]I64", "var p: I64[3]"),
      ("items[..3]", "items[0..3]"),
      ("items[1:3]", "items[1..3]"),
      ("var match = 3", "var match_ = 3"),
      ("var Foo = 3", "var foo = 3"),
      ("const MAX_SIZE = 3", "const maxSize = 3"),
      ("struct point(x: I64);", "struct Point(x: I64);"),
      ("struct my_point(x: I64);", "struct MyPoint(x: I64);"),
      ("print(1);;", "print(1);"),
      ("func f()\n{\n}", "func f() {\n}"),
      ("a = 1 b = 2", "a = 1; b = 2"),
      ("match x { case 1 => 2, default => 3 }", "match x { 1 => 2, _ => 3 }"),
      ("match x { .circle(r) => 1, Shape.rect => 2 }", "match x { circle(r) => 1, rect => 2 }"),
      ("match x { circle(radius: r) => 1, _ => 2 }", "match x { circle(r) => 1, _ => 2 }"),
      ("match x { 1 -> 2, _ => 3 }", "match x { 1 => 2, _ => 3 }"),
      ("match x { 1: 2, _ => 3 }", "match x { 1=> 2, _ => 3 }"),
      ("for i of x { }", "for i in x { }"),
      ("for var i in x { }", "for i in x { }"),
      ("for (i in x) { }", "for i in x { }"),
      ("f() catch (e) { }", "f() catch e { }"),
      ("public func f() { }", "func f() { }"),
      ("enum E { case a, case b }", "enum E { a, b }"),
      ("enum E {\n  a\n  b\n}", "enum E {\n  a,\n  b\n}"),
      ("func f<T: A + B>() { }", "func f<T: A & B>() { }"),
      ("var a = .5", "var a = 0.5"),
      ("if a < b < c { }", "if a < b && b < c { }"),
      ("x = +1", "x = 1"),
      ("var s = 'text'", "var s = \"text\""),
      ("var s = \"abc\nf()", "var s = \"abc\"\nf()"),
      ("var a = x! ; var b = y ? ;", "var a = x! ; var b = y? ;"),
      ("func f() {\n  g()\n", "func f() {\n  g()\n}\n"),
      ("struct S(a: I64, b I64)", "struct S(a: I64, b: I64)"),
      ("func f(with name: I64) { }", "func f(name: I64) { }"),
      ("var x: string = y", "var x: String = y"),
      ("p->x = 1", "p.x = 1"),
    ] as [(String, String?)])
  func habitsAreCured(_ wrong: String, _ cured: String?) throws {
    let reading = try Reading(wrong)
    #expect(!reading.diagnostics.items.isEmpty)
    guard let cured else { return }
    #expect(reading.cured == cured)
    let again = try Reading(cured)
    #expect(
      again.kinds == [], "\(DiagnosticRenderer(sources: again.sources, usesColour: false).text(of: again.diagnostics))")
  }

  @Test(arguments: [
    ("var a = 1 + ;", ["expectedExpression 1:13"]),
    ("var a =", ["expectedExpression 1:8"]),
    ("var a = \nvar b = 2", ["expectedExpression 1:8"]),
    ("a.\n", ["expectedName 1:3"]),
    ("f(,)", ["expectedExpression 1:3"]),
    ("f(a,,b)", ["expectedExpression 1:5"]),
    ("var a: = 3", ["expectedType 1:8"]),
    ("var = 3", ["expectedName 1:5"]),
    ("else { }", ["unexpectedToken 1:1"]),
    ("print(_)", ["expectedExpression 1:7"]),
    ("()", ["expectedExpression 1:1"]),
    ("f(a]", ["missingClosing 1:4"]),
    ("}", ["unmatchedClosing 1:1"]),
    ("a)", ["unmatchedClosing 1:2"]),
    ("if a", ["missingBlock 1:5"]),
    ("if { }", ["expectedExpression 1:3"]),
    ("if a: \n  b()", ["missingBlock 1:5"]),
    ("func f();", ["missingBlock 1:9"]),
    ("func f() => 1", ["missingBlock 1:10"]),
    ("func (a: I64) { }\n", []),
    ("interface I { func f() { } }", ["unexpectedToken 1:24"]),
    ("import", ["expectedName 1:7"]),
    ("import a.b", ["unexpectedToken 1:9"]),
    ("extern { }", ["unexpectedToken 1:8"]),
    ("export var a = 1", ["misplacedModifier 1:1"]),
    ("static func f() { }", ["misplacedModifier 1:1"]),
    ("func f() { enum E { a } }", ["misplacedDeclaration 1:12"]),
    ("func f() { test \"a\" { } }", ["misplacedDeclaration 1:12"]),
    ("struct S(a: I64) { var b = 1 }", ["misplacedDeclaration 1:20"]),
    ("struct S { a: I64 }", ["foreignDeclaration 1:10"]),
    ("const a", ["missingValue 1:8"]),
    ("var a", ["missingValue 1:6"]),
    ("a: b", ["badLabel 1:1"]),
    ("x: int = 3", ["foreignDeclaration 1:1", "foreignWord 1:4"]),
    ("func f(self: P*) { }", ["selfParameter 1:8"]),
    ("a: { }", ["badLabel 1:1"]),
    ("a = b = 3", ["assignmentInExpression 1:7"]),
    ("var a = (b = 3)", ["assignmentInExpression 1:12"]),
    ("switch x { case 1: print(1) }\nvar a = 1", ["foreignWord 1:1"]),
    ("class A { }\nvar a = 1", ["foreignWord 1:1"]),
    ("for (i = 0; i < 3; i++) { let x = 1 }", ["cStyleFor 1:1", "foreignWord 1:27"]),
    ("var t = a ? b : c", ["ternary 1:11"]),
    ("f(a ? b : c, d)", ["ternary 1:5"]),
    ("match x { 1 if a => 2, _ => 3 }", ["badPattern 1:13"]),
    ("match x { + => 2 }", ["expectedPattern 1:11"]),
    ("x as I64", ["foreignCast 1:3"]),
    ("struct S(a: I64) { func f(self) { } }", ["selfParameter 1:27"]),
    ("struct S(a: I64) { func f(&self) { } }", ["selfParameter 1:27"]),
    ("return a, b", ["unexpectedToken 1:9"]),
    ("(a, b)", ["unexpectedToken 1:3"]),
    ("a.0", ["expectedName 1:3"]),
    ("a ** b", ["foreignOperator 1:3"]),
    ("\"\\()\"", ["expectedExpression 1:4"]),
    ("\"\\(a b)\"; let x = 1", ["missingClosing 1:6", "foreignWord 1:11"]),
    ("\"\\(a, 3)\"", ["unexpectedToken 1:7"]),
    ("enum E { a = 1, b }", ["unexpectedToken 1:12"]),
    ("for i 0..3 { }", ["unexpectedToken 1:7"]),
    ("break 3", ["missingTerminator 1:7"]),
    ("fail", ["expectedExpression 1:5"]),
    ("new Point", ["unexpectedToken 1:10"]),
  ])
  func isReported(_ text: String, _ expected: [String]) throws { try expectMistakes(text, expected) }

  @Test func labelsShowTheOpeningBracket() throws {
    let reading = try Reading("func f() {\n  if a {\n    b()\n}\n\nfunc g() {\n}\n")
    // The `}` in line 4 stands below `func f`, so the block of `if` is the one that isn't closed.
    #expect(reading.places == ["missingClosing 3:8"])
    let label = try #require(reading.diagnostics.items.first?.labels.first)
    #expect(reading.sources.location(of: label.span.start).line == 2)
    #expect(reading.cured == "func f() {\n  if a {\n    b()\n  }\n}\n\nfunc g() {\n}\n")
  }

  @Test func theBraceTooManyIsLookedForByTheIndentation() throws {
    let reading = try Reading("func f() {\n  if a {\n  }\n  }\n  b()\n}\n")
    #expect(reading.places == ["unmatchedClosing 6:1"])
    let label = try #require(reading.diagnostics.items.first?.labels.first)
    #expect(reading.sources.location(of: label.span.start).line == 4)
  }

  @Test func parametersOfAllDiagnosticsLieInTheFile() throws {
    for kind in DiagnosticKind.allCases where kind.rawValue < 300 {
      let reading = try Reading(kind.explanation.wrong)
      for item in reading.diagnostics.items {
        for span in [item.span] + item.labels.map(\.span) + item.fixIts.map(\.span) {
          #expect(span.start.offset >= reading.file.base && span.end.offset <= reading.file.end)
          #expect(span.start <= span.end)
        }
      }
    }
  }
}
