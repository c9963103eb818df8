// Pages about the grammar: Z02xx, but for the habits of other languages (ExplanationsOfHabits.swift).

extension DiagnosticKind {
  var grammarExplanation: Explanation? {
    switch self {
    case .unexpectedToken:
      return Explanation(
        "Something stands where it can't",
        """
        The compiler knows what can follow at this place, and found something else. The message names both. Often a \
        word or a sign is missing just before the place.
        """,
        wrong: "for i 0..3 { print(i); }\n", cured: "for i in 0..3 { print(i); }\n")
    case .expectedExpression:
      return Explanation(
        "A value is missing",
        """
        An operator, an argument or an assignment needs a value at this place. Line ends are ignored inside `( )` and \
        `[ ]`, and a line that ends incomplete goes on, so the value may also be missing at the end of a line above.
        """,
        wrong: "var sum = 1 + ;\n", cured: "var sum = 1 + 2;\n")
    case .expectedType:
      return Explanation(
        "A type is missing",
        """
        Every parameter and every field has a type, written behind its name and a colon. Variables may leave theirs \
        out if they have a value.
        """,
        wrong: "func double(n): I64 { return n * 2; }\n", cured: "func double(n: I64): I64 { return n * 2; }\n")
    case .expectedName:
      return Explanation(
        "A name is missing",
        """
        A declaration gives a name to something, and `.` is followed by the name of a member. Elements of a list have \
        no names: they are reached with `[ ]`.
        """,
        wrong: "var = 3;\n", cured: "var x = 3;\n")
    case .expectedPattern:
      return Explanation(
        "A pattern is missing",
        """
        Each arm of `match` begins with a pattern: a literal, a range, a constant, a case with its fields in \
        parentheses, several of them with `|` between, or `_` for everything else.
        """,
        wrong: "var n = 1;\nmatch n { => print(1), _ => print(2) }\n",
        cured: "var n = 1;\nmatch n { 1 => print(1), _ => print(2) }\n")
    case .missingTerminator:
      return Explanation(
        "Two statements without anything between them",
        """
        A statement ends with `;`, or with its line if it is complete there. Several statements on one line have a `;` \
        between them.
        """,
        wrong: "var a = 1 var b = 2\n", cured: "var a = 1; var b = 2;\n")
    case .missingClosing:
      return Explanation(
        "A closing bracket is missing",
        """
        Every `(`, `[` and `{` needs the bracket that closes it. The message shows the opening one and the place where \
        the closing one was missed. For braces the compiler goes by the indentation to find that place.
        """,
        wrong: "print((1 + 2);\n", cured: "print((1 + 2));\n")
    case .unmatchedClosing:
      return Explanation(
        "A closing bracket without an opening one",
        """
        This bracket closes nothing: the one that it may have been meant for was closed before. Look for a bracket too \
        many above it.
        """,
        wrong: "func f() { } }\n", cured: "func f() { }\n")
    case .missingBlock:
      return Explanation(
        "A block is missing",
        """
        The bodies of functions, conditions and loops stand in braces, even if they hold one statement only. Only \
        functions in `extern` and `interface` have no body.
        """,
        wrong: "if true print(1);\n", cured: "if true { print(1); }\n")
    case .braceOnNextLine:
      return Explanation(
        "The opening brace stands on a line of its own",
        """
        The `{` of a block stands on the line of its header. A statement ends with its line if it is complete there, \
        so a brace on the next line would begin a block of its own.
        """,
        wrong: "func f()\n{\n}\n", cured: "func f() {\n}\n")
    case .chainedComparison:
      return Explanation(
        "Comparisons in a chain",
        """
        A comparison gives a Boolean, so comparing its result again is hardly ever meant. Two comparisons are joined \
        with `&&`.
        """,
        wrong: "var x = 2;\nif 1 < x < 3 { print(x); }\n", cured: "var x = 2;\nif 1 < x && x < 3 { print(x); }\n")
    case .assignmentInExpression:
      return Explanation(
        "An assignment where a value is expected",
        """
        `=` assigns and is a statement; it gives no value. `==` compares. The arguments of a call are named with `:`.
        """,
        wrong: "var x = 2;\nif x = 3 { print(x); }\n", cured: "var x = 2;\nif x == 3 { print(x); }\n")
    case .prefixPointer:
      return Explanation(
        "`*` or `&` before its operand",
        """
        What is done with a value stands behind it: `p*` is what `p` points to, `x&` the address of `x`, `T*` the type \
        of a pointer to a `T`. That way everything reads from left to right. `*` and `&` as operators between two \
        operands have a space on both sides or on neither.
        """,
        wrong: "var x = 2;\nvar p = &x;\n", cured: "var x = 2;\nvar p = x&;\n")
    case .wrongCase:
      return Explanation(
        "A name of the wrong kind",
        """
        Types begin with an upper-case letter, everything else with a lower-case letter or `_`. So the first letter of \
        a name always tells what it is.
        """,
        wrong: "struct point(x: I64);\n", cured: "struct Point(x: I64);\n")
    case .keywordAsName:
      return Explanation(
        "A reserved word as a name",
        """
        The words of the language itself can't be declared as names. After a `.` and before a `:` every word is a \
        name, so members, fields and named arguments may be called as you like.
        """,
        wrong: "var match = 3;\n", cured: "var match_ = 3;\n")
    case .nestingTooDeep:
      return Explanation(
        "Something is nested too deep",
        """
        Blocks, parentheses and types may stand in each other 1,000 levels deep, and an operator chain or a chain of \
        `else if` may have 10,000 links. What is deeper comes from a program that generates it; a function, a list or \
        a loop does the same with less.
        """,
        wrong: "((((((… a thousand times", cured: "print(1);\n", isExact: false)
    case .emptyStatement:
      return Explanation(
        "A semicolon too many",
        """
        `;` ends a statement. One that ends nothing is probably left over from a change; an empty block is `{ }`.
        """,
        wrong: "print(1);;\n", cured: "print(1);\n")
    case .missingCallParentheses:
      return Explanation(
        "A call without parentheses",
        "The arguments of a call stand in parentheses, with commas between them, in calls of `print` too.",
        wrong: "print \"hello\";\n", cured: "print(\"hello\");\n")
    case .openRange:
      return Explanation(
        "A range without one of its ends",
        """
        A range is written with both ends: `0..n`, or `0..=n` with the upper end included. A part of a list up to its \
        end is `items[from..items.length]`.
        """,
        wrong: "var items = [1, 2, 3];\nprint(items[..2]);\n", cured: "var items = [1, 2, 3];\nprint(items[0..2]);\n")
    case .misplacedDeclaration:
      return Explanation(
        "A declaration at the wrong place",
        """
        Enums, interfaces, externs, imports, exports and tests stand at the top level of a file; functions and structs \
        may stand in blocks as well. In the braces of a type stand functions only: the fields of a struct stand in the \
        parentheses after its name.
        """,
        wrong: "func f() {\n  enum Side { left, right }\n}\n", cured: "enum Side { left, right }\nfunc f() {\n}\n")
    case .misplacedModifier:
      return Explanation(
        "`static` or `export` at the wrong place",
        """
        `static` marks a function in the braces of a type that has no `self`. `export` marks a function at the top \
        level that the host may call. Other modules of the program see every name that doesn't begin with `_`.
        """,
        wrong: "static func f() { }\n", cured: "func f() { }\n")
    case .missingValue:
      return Explanation(
        "A variable or constant without a value",
        """
        A constant always has a value. A variable has a value, a type, or both: `var x = 3`, `var x: I64`, \
        `var x: U8 = 3`.
        """,
        wrong: "var x;\n", cured: "var x: I64;\nx = 3;\nprint(x);\n")
    case .badPattern:
      return Explanation(
        "A pattern that can't be",
        """
        A case is named without its type, and its fields are matched in their order: `circle(radius)`. A name inside \
        the parentheses binds by itself. A pattern has no condition; test it with `if` in the arm.
        """,
        wrong:
          "enum Side { left, right }\nvar side = Side.left;\nmatch side { Side.left => print(1), right => print(2) }\n",
        cured: "enum Side { left, right }\nvar side = Side.left;\nmatch side { left => print(1), right => print(2) }\n")
    case .badLabel:
      return Explanation(
        "A label before something else than a loop",
        "A label names a `loop`, `while` or `for`, so that `break` and `continue` of an inner loop can leave it.",
        wrong: "done: if true { print(1); }\n", cured: "if true { print(1); }\n")
    case .selfParameter:
      return Explanation(
        "`self` as a parameter",
        """
        Inside a method `self` is a pointer to the value that the method was called on. It is there without being \
        declared. A function that has none is `static`.
        """,
        wrong: "struct P(x: I64) {\n  func get(self): I64 { return self.x; }\n}\n",
        cured: "struct P(x: I64) {\n  func get(): I64 { return self.x; }\n}\n")
    case .missingSeparator:
      return Explanation(
        "A comma or colon is missing",
        """
        The elements of a list, the arguments of a call and the cases of an enum have commas between them. A name and \
        its type have a colon between them, and so have a function's parameters and its result type.
        """,
        wrong: "print([1 2]);\n", cured: "print([1, 2]);\n")
    default: return nil
    }
  }
}
