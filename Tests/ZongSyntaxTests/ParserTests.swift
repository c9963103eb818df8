// The grammar of declarations and statements: each rule, and the tree that it gives.

import Testing

@testable import ZongSyntax

@Suite struct ParserTests {
  @Test func functions() throws {
    try expectTree(
      "func add(_ a: I64, b: I64 = 2): I64 { return a; }",
      """
      function add
        parameter a [positional]
          typeName I64
        parameter b
          typeName I64
          integerLiteral 2
        typeName I64
        block
          returnStatement return [;]
            name a
      """)
    try expectTree("func f() { }", "function f\n  block")
    try expectTree("func f(): ! { }", "function f\n  fallibleType !\n  block")
    try expectTree("func f(): I64! { }", "function f\n  fallibleType !\n    typeName I64\n  block")
    try expectTree("export func f() { }", "function f [exported]\n  block")
    try expectTree(
      "func f<T: Ordered & Hashable, U>(\n  a: T,\n  b: U,\n) { }",
      """
      function f
        typeParameter T
          typeName Ordered
          typeName Hashable
        typeParameter U
        parameter a
          typeName T
        parameter b
          typeName U
        block
      """)
    try expectTree(
      "func f(in: I64, match: I64) { }",
      """
      function f
        parameter in
          typeName I64
        parameter match
          typeName I64
        block
      """)
  }

  @Test func structs() throws {
    try expectTree(
      "struct P(x: I64, _ y: I64 = 1);",
      """
      structure P [;]
        field x
          typeName I64
        field y [positional]
          typeName I64
          integerLiteral 1
      """)
    try expectTree("struct Empty()", "structure Empty")
    try expectTree(
      """
      struct S<T>(items: T[]) {
        func push(_ item: T) { }
        static func make(): S<T> { }
      }
      """,
      """
      structure S
        typeParameter T
        field items
          sliceType [
            typeName T
        function push
          parameter item [positional]
            typeName T
          block
        function make [static]
          typeName S
            typeName T
          block
      """)
  }

  @Test func enums() throws {
    try expectTree(
      "enum E { a, b(x: I64), c, }",
      """
      enumeration E
        enumCase a
        enumCase b
          field x
            typeName I64
        enumCase c
      """)
    try expectTree(
      """
      enum E<T> {
        some(T: I64),
        none
        func f() { }
      }
      """.replacing("T: I64", with: "value: T"),
      """
      enumeration E
        typeParameter T
        enumCase some
          field value
            typeName T
        enumCase none
        function f
          block
      """)
  }

  @Test func interfacesExternsImportsTests() throws {
    try expectTree(
      "interface Area { func area(): F64; func name(): String }",
      """
      interface Area
        function area
          typeName F64
        function name
          typeName String
      """)
    try expectTree(
      "extern \"m\" { func f(p: U8*): I32; func open \"path-open\"(fd: I32) }",
      """
      externBlock "m"
        function f [imported]
          parameter p
            pointerType *
              typeName U8
          typeName I32
        function open import:"path-open" [imported]
          parameter fd
            typeName I32
      """)
    try expectTree("import fs\nimport \"a/b\" as c;", "importDeclaration fs\nimportDeclaration \"a/b\" as:c [;]")
    try expectTree("test \"adds\" { }", "test \"adds\"\n  block")
    try expectTree("test(1)", "expressionStatement test\n  call (\n    name test\n    integerLiteral 1")
  }

  @Test func variablesAndConstants() throws {
    try expectTree(
      "var a = 1; var b: I64\nconst c: U8 = 2",
      """
      variable a [;]
        integerLiteral 1
      variable b
        typeName I64
      constant c
        typeName U8
        integerLiteral 2
      """)
  }

  @Test func ifChains() throws {
    try expectTree(
      "if a { } else if b { } else { }",
      """
      ifElse if
        name a
        block
        ifElse if
          name b
          block
          block
      """)
    try expectTree("if a { }\nelse { }", "ifElse if\n  name a\n  block\n  block")
    try expectTree("if (a) { }", "ifElse if\n  parenthesized (\n    name a\n  block")
    try expectTree(
      "if var circle(r, _) = shape { }",
      """
      ifElse if
        bindingCondition var
          casePattern circle
            bindingPattern r
            wildcardPattern _
          name shape
        block
      """)
    try expectTree(
      "var s = if a { 1 } else { 2 }",
      """
      variable s
        ifElse if
          name a
          block
            expressionStatement 1
              integerLiteral 1
          block
            expressionStatement 2
              integerLiteral 2
      """)
  }

  @Test func loops() throws {
    try expectTree(
      "outer: loop { break outer; continue }",
      """
      loop loop label:outer
        block
          breakStatement break label:outer [;]
          continueStatement continue
      """)
    try expectTree(
      "while var x = f() { }",
      """
      whileLoop while
        bindingCondition var
          bindingPattern x
          call (
            name f
        block
      """)
    try expectTree("a: while b { }", "whileLoop while label:a\n  name b\n  block")
    try expectTree(
      "for i in 0..=n { }",
      """
      forLoop for item:i
        range ..= [inclusive]
          integerLiteral 0
          name n
        block
      """)
    try expectTree("for k, v& in m { }", "forLoop for index:k item:v [byPointer]\n  name m\n  block")
    try expectTree("l: for _ in m { }", "forLoop for label:l item:_\n  name m\n  block")
  }

  @Test func jumpsAndKeywordStatements() throws {
    try expectTree(
      "func f() { return\n1\nbreak\nx\nreturn -1 }",
      """
      function f
        block
          returnStatement return
          expressionStatement 1
            integerLiteral 1
          breakStatement break
          expressionStatement x
            name x
          returnStatement return
            unary -
              integerLiteral 1
      """)
    try expectTree(
      "func f() { return a +\n b }",
      """
      function f
        block
          returnStatement return
            binary +
              name a
              name b
      """)
    try expectTree(
      "defer f()\ndefer { g() }\nfail e\ndelete p; spawn f(1)\narena { }\ngroup { }",
      """
      deferStatement defer
        expressionStatement f
          call (
            name f
      deferStatement defer
        block
          expressionStatement g
            call (
              name g
      failStatement fail
        name e
      deleteStatement delete [;]
        name p
      spawnStatement spawn
        call (
          name f
          integerLiteral 1
      arena arena
        block
      group group
        block
      """)
  }

  @Test func assignments() throws {
    for sign in ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="] {
      try expectTree(
        "a[0].b \(sign) c + 1",
        """
        assignment \(sign)
          member b
            index [
              name a
              integerLiteral 0
          binary +
            name c
            integerLiteral 1
        """)
    }
    try expectTree("_ = f()", "assignment =\n  discard _\n  call (\n    name f")
    try expectTree("p* = 1", "assignment =\n  dereference *\n    name p\n  integerLiteral 1")
  }

  @Test func matchArms() throws {
    try expectTree(
      """
      match x {
        1 | -2 => a,
        'a'..='z' => { }
        low..high => return 1
        "s" => y = 2
        null => if a { } else { }
        circle(point(x, 1), _) => f(
          1)
        limit => b; _ => c
      }
      """,
      """
      match match
        name x
        matchArm =>
          alternativesPattern 1
            literalPattern 1
              integerLiteral 1
            literalPattern -
              unary -
                integerLiteral 2
          name a
        matchArm =>
          rangePattern ..= [inclusive]
            characterLiteral 'a'
            characterLiteral 'z'
          block
        matchArm =>
          rangePattern ..
            name low
            name high
          returnStatement return
            integerLiteral 1
        matchArm =>
          literalPattern "s"
            stringLiteral "s"
          assignment =
            name y
            integerLiteral 2
        matchArm =>
          literalPattern null
            nullLiteral null
          ifElse if
            name a
            block
            block
        matchArm =>
          casePattern circle
            casePattern point
              bindingPattern x
              literalPattern 1
                integerLiteral 1
            wildcardPattern _
          call (
            name f
            integerLiteral 1
        matchArm =>
          namePattern limit
          name b
        matchArm =>
          wildcardPattern _
          name c
      """)
    try expectTree(
      "var a = match x { 1 => return, _ => 2 }",
      """
      variable a
        match match
          name x
          matchArm =>
            literalPattern 1
              integerLiteral 1
            returnStatement return
          matchArm =>
            wildcardPattern _
            integerLiteral 2
      """)
  }

  @Test func declarationsInBlocks() throws {
    try expectTree(
      "func f() { struct P(x: I64)\n func g() { }\n { } }",
      """
      function f
        block
          structure P
            field x
              typeName I64
          function g
            block
          block
      """)
  }

  @Test func blockStatementsNeedNoEnd() throws {
    try readCleanly("if a { } b(); loop { } while c { } d()\n{ } { }; f()")
    try readCleanly("struct P(x: I64) { };\nfunc f() { };\nenum E { a };\n")
  }
}
