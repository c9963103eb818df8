// The grammar of expressions and types, and where lines end.

import Testing

@testable import ZongSyntax

@Suite struct ExpressionTests {
  /// The expression with parentheses around each operation.
  private func grouped(_ text: String) throws -> String {
    let reading = try readCleanly("_ = " + text)
    let tree = try #require(reading.trees.first)
    let statement = NodeId(tree.list(of: tree[tree.root])[0])
    return group(tree, NodeId(tree[statement].b))
  }

  private func group(_ tree: Tree, _ id: NodeId) -> String {
    let node = tree[id]
    let token = tree.tokens.text(of: node.token)
    func child(_ index: UInt32) -> String { group(tree, NodeId(index)) }
    switch node.kind {
    case .binary, .range: return "(\(child(node.a)) \(token) \(child(node.b)))"
    case .unary: return "(\(token)\(child(node.a)))"
    case .dereference, .addressOf, .propagate, .insist: return "(\(child(node.a))\(token))"
    case .member: return "\(child(node.a)).\(token)"
    case .index: return "\(child(node.a))[\(child(node.b))]"
    case .parenthesized: return child(node.a)
    case .call: return child(node.a) + "(" + tree.list(at: node.b).map { child($0) }.joined(separator: ", ") + ")"
    default: return token
    }
  }

  @Test(arguments: [
    ("a ?? b || c", "(a ?? (b || c))"),
    ("a || b && c", "(a || (b && c))"),
    ("a && b == c", "(a && (b == c))"),
    ("a == b..c", "(a == (b .. c))"),
    ("a..b + c", "(a .. (b + c))"),
    ("a..=b | c", "(a ..= (b | c))"),
    ("a + b * c", "(a + (b * c))"),
    ("a ^ b & c", "(a ^ (b & c))"),
    ("a - b << c", "(a - (b << c))"),
    ("a % b / c >> d", "(((a % b) / c) >> d)"),
    ("a - b - c", "((a - b) - c)"),
    ("a ?? b ?? c", "((a ?? b) ?? c)"),
    ("-a * b", "((-a) * b)"),
    ("!a && ~b == -c", "((!a) && ((~b) == (-c)))"),
    ("- -a", "(-(-a))"),
    ("-a.b", "(-a.b)"),
    ("-a[0]", "(-a[0])"),
    ("-p*", "(-(p*))"),
    ("p* * q*", "((p*) * (q*))"),
    ("p* - 1", "((p*) - 1)"),
    ("a*-1", "(a * (-1))"),
    ("x*&", "((x*)&)"),
    ("f()?.g()!", "((f()?).g()!)"),
    ("a.b.c(d)[e]", "a.b.c(d)[e]"),
    ("a < b && c > d", "((a < b) && (c > d))"),
    ("a < B.c", "(a < B.c)"),
    ("f(a < b, c > d)", "f((a < b), (c > d))"),
    ("x.match.in", "x.match.in"),
  ])
  func precedence(_ text: String, _ expected: String) throws { #expect(try grouped(text) == expected) }

  @Test func calls() throws {
    try expectTree(
      "f(1, name: 2, in: 3,)",
      """
      expressionStatement f
        call (
          name f
          integerLiteral 1
          argument name
            integerLiteral 2
          argument in
            integerLiteral 3
      """)
    try expectTree(
      "I64[](length: 3)",
      """
      expressionStatement I64
        call (
          sliceType [
            typeName I64
          argument length
            integerLiteral 3
      """)
    try expectTree(
      "Point*[]()",
      """
      expressionStatement Point
        call (
          sliceType [
            pointerType *
              typeName Point
      """)
    try expectTree(
      "shapes.Circle(r: 1)",
      """
      expressionStatement shapes
        call (
          typeMember Circle module:shapes
          argument r
            integerLiteral 1
      """)
    try expectTree(
      "Shape.circle(r: 1)",
      """
      expressionStatement Shape
        call (
          member circle
            typeName Shape
          argument r
            integerLiteral 1
      """)
  }

  @Test func typeArgumentsAfterNames() throws {
    try expectTree(
      "largest<I64>(items)",
      """
      expressionStatement largest
        call (
          name largest
            typeName I64
          name items
      """)
    try expectTree(
      "m.make<Map<String, I64[]>>(a)",
      """
      expressionStatement m
        call (
          member make
            name m
            typeName Map
              typeName String
              sliceType [
                typeName I64
          name a
      """)
    try expectTree(
      "Stack<Stack<I64>>()",
      """
      expressionStatement Stack
        call (
          typeName Stack
            typeName Stack
              typeName I64
      """)
    try expectTree("_ = a < b", "assignment =\n  discard _\n  binary <\n    name a\n    name b")
  }

  @Test func literals() throws {
    try expectTree(
      "f(1, 1.5, 'a', \"s\", true, false, null, [1, 2], [])",
      """
      expressionStatement f
        call (
          name f
          integerLiteral 1
          floatLiteral 1.5
          characterLiteral 'a'
          stringLiteral "s"
          trueLiteral true
          falseLiteral false
          nullLiteral null
          listLiteral [
            integerLiteral 1
            integerLiteral 2
          listLiteral [
      """)
  }

  @Test func interpolations() throws {
    try expectTree(
      "\"a\\(b, width: 8, base: 2)c\\(\"x\\(y)\")\"",
      """
      expressionStatement "a\\(
        interpolatedString "a\\(
          stringPiece "a\\(
          interpolation b
            name b
            argument width
              integerLiteral 8
            argument base
              integerLiteral 2
          stringPiece )c\\(
          interpolation "x\\(
            interpolatedString "x\\(
              stringPiece "x\\(
              interpolation y
                name y
              stringPiece )"
          stringPiece )"
      """)
  }

  @Test func functionLiterals() throws {
    try expectTree(
      "f(func(a, b) => a < b, func(a: I64): I64 { return a })",
      """
      expressionStatement f
        call (
          name f
          functionLiteral func
            parameter a
            parameter b
            binary <
              name a
              name b
          functionLiteral func
            parameter a
              typeName I64
            typeName I64
            block
              returnStatement return
                name a
      """)
  }

  @Test func newAndCatch() throws {
    try expectTree(
      "var p = new Point(x: 1).x",
      """
      variable p
        member x
          new new
            call (
              typeName Point
              argument x
                integerLiteral 1
      """)
    try expectTree(
      "new(near: p) Shape.circle(r: 1)",
      """
      expressionStatement new
        new new
          name p
          call (
            member circle
              typeName Shape
            argument r
              integerLiteral 1
      """)
    try expectTree(
      "var a = f() ?? g()\n  catch e { 1 }",
      """
      variable a
        catchExpression catch name:e
          binary ??
            call (
              name f
            call (
              name g
          block
            expressionStatement 1
              integerLiteral 1
      """)
  }

  @Test func types() throws {
    func type(_ text: String) throws -> String {
      let lines = try readCleanly("var a: \(text)").dump.split(separator: "\n").dropFirst(2)
      return lines.map { String($0.dropFirst(4)) }.joined(separator: "|")
    }
    #expect(try type("I64") == "typeName I64")
    #expect(try type("I64*") == "pointerType *|  typeName I64")
    #expect(try type("I64**?") == "optionalType ?|  pointerType *|    pointerType *|      typeName I64")
    #expect(try type("I64[]") == "sliceType [|  typeName I64")
    #expect(
      try type("I64[n + 1]*")
        == "pointerType *|  arrayType [|    typeName I64|    binary +|      name n|      integerLiteral 1")
    #expect(try type("I64??") == "optionalType ??|  optionalType ??|    typeName I64")
    #expect(try type("m.Map<K, V>?") == "optionalType ?|  typeMember Map module:m|    typeName K|    typeName V")
    #expect(try type("A<B<C<D>>>") == "typeName A|  typeName B|    typeName C|      typeName D")
    #expect(try type("A<B<C>>*") == "pointerType *|  typeName A|    typeName B|      typeName C")
    #expect(try type("A<B<C>>= x").hasSuffix("name x"))
    #expect(try type("A<B>= x").hasSuffix("name x"))
    #expect(try type("func(A, B*): C") == "functionType func|  typeName A|  pointerType *|    typeName B|  typeName C")
    #expect(try type("(func(): I64!)?") == "optionalType ?|  functionType func|    fallibleType !|      typeName I64")
    #expect(try type("func()") == "functionType func")
    #expect(try type("func(): !") == "functionType func|  fallibleType !")
  }

  @Test func linesEndStatements() throws {
    func statements(_ text: String) throws -> Int {
      let reading = try readCleanly(text)
      return reading.trees.reduce(0) { $0 + $1.list(of: $1[$1.root]).count }
    }
    #expect(try statements("a\nb") == 2)
    #expect(try statements("a\n  .b") == 1)
    #expect(try statements("a\n  + b") == 1)
    #expect(try statements("a\n  -b") == 2)
    #expect(try statements("a +\n  b") == 1)
    #expect(try statements("a\n  && b\n  || c") == 1)
    #expect(try statements("a\n(b)") == 2)
    #expect(try statements("a\n[b]") == 2)
    #expect(try statements("f(a\n + b,\n c)") == 1)
    #expect(try statements("f(func() {\n a\n b\n})") == 1)
    #expect(try statements("if a { }\nelse { }") == 1)
    #expect(try statements("f()\n  catch e { }") == 1)
    #expect(try statements("[1,\n2\n,3]") == 1)
    #expect(try statements("a ?? b\n  ?? c") == 1)
    #expect(try statements("a; b; c") == 3)
    #expect(try statements("var a: I64\n[1]") == 2)
  }

  @Test func spansCoverWholeNodes() throws {
    let samples = [
      "f(a, b,)", "a.b[c]", "(a + b) * c", "[1, 2]", "p*.x", "-a", "if a { b } else { c }", "match a { 1 => b, }",
      "\"x\\(y)z\"", "new P(x: 1)", "func(a) => a + 1", "x catch e { f() }", "Stack<Stack<I64>>()", "I64[]()",
      "m.Circle(r: 1)", "{ a; b; }", "f()", "a..b", "I64[3]()",
    ]
    for sample in samples {
      let reading = try readCleanly("_ = \(sample);")
      let tree = try #require(reading.trees.first)
      let statement = NodeId(tree.list(of: tree[tree.root])[0])
      let span = tree.span(of: NodeId(tree[statement].b))
      let start = Int(span.start.offset - reading.file.base)
      let end = Int(span.end.offset - reading.file.base)
      #expect(SourceText.string(reading.file.bytes, start, end) == sample)
    }
    let declarations = [
      "func f(a: I64): I64 { return a; }", "export func f() { }", "struct P(x: I64)",
      "struct P(x: I64) { func f() { } }",
      "enum E { a, b(x: I64) }", "interface I { func f(): I64; }", "var a: I64 = 1", "const b = 2", "test \"a\" { }",
      "extern \"m\" { func f(); }", "import \"a\" as b", "while a { }", "for i in a { }", "l: loop { }", "return f(x)",
    ]
    for sample in declarations {
      let reading = try readCleanly(sample)
      let tree = try #require(reading.trees.first)
      let span = tree.span(of: NodeId(tree.list(of: tree[tree.root])[0]))
      let start = Int(span.start.offset - reading.file.base)
      let end = Int(span.end.offset - reading.file.base)
      #expect(SourceText.string(reading.file.bytes, start, end) == (sample.hasPrefix("l: ") ? "loop { }" : sample))
    }
  }
}
