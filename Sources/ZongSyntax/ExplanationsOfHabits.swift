// Pages about what is written out of habit in other languages: the rest of Z02xx.

extension DiagnosticKind {
  var habitExplanation: Explanation? {
    switch self {
    case .foreignWord:
      return Explanation(
        "A word of another language",
        """
        The word means something in another language, and something else is written here: `var` for `let`, `func` for \
        `fn` and `def`, `else if` for `elif`, `&&` for `and`, `match` for `switch`, `I64` for `int`. The message names \
        it.
        """,
        wrong: "let x = 3;\nprint(x);\n", cured: "var x = 3;\nprint(x);\n")
    case .foreignOperator:
      return Explanation(
        "An operator of another language",
        """
        There is one way to write each thing: `i += 1` for `i++`, `==` for `===`, `var x = 3` for `x := 3`, and a \
        result type stands after `:`.
        """,
        wrong: "var i = 0;\ni++;\n", cured: "var i = 0;\ni += 1;\n")
    case .foreignDeclaration:
      return Explanation(
        "A declaration in the order of another language",
        """
        A declaration begins with the word that says what it is, then comes the name, and the type stands behind a \
        colon: `var x: I64`. The fields of a struct stand in parentheses, as they are given when it is built.
        """,
        wrong: "I64 x = 3;\nprint(x);\n", cured: "var x: I64 = 3;\nprint(x);\n")
    case .foreignCast:
      return Explanation(
        "A conversion as in another language",
        """
        A value is converted by calling the type: `F64(n)`, `U8(x)`. The program stops if the value doesn't fit; \
        `U8.wrapping(x)` keeps the low bits instead.
        """,
        wrong: "var n = 3;\nvar x = (F64) n;\n", cured: "var n = 3;\nvar x = F64(n);\n")
    case .ternary:
      return Explanation(
        "There is no `? :`",
        "`if` is an expression: the value of its branch is its value.",
        wrong: "var n = 3;\nvar sign = n < 0 ? 1 : 2;\n", cured: "var n = 3;\nvar sign = if n < 0 { 1 } else { 2 };\n")
    case .prefixType:
      return Explanation(
        "A type in the order of another language",
        """
        Types read from left to right, from what they are made of: `I64[]` is a slice of I64, `I64[3]` an array of \
        three, `I64*` a pointer, `I64?` an optional.
        """,
        wrong: "func sum(_ items: []I64): I64 { return items.length; }\n",
        cured: "func sum(_ items: I64[]): I64 { return items.length; }\n")
    case .cStyleFor:
      return Explanation(
        "A loop with three parts in its head",
        """
        `for` goes over a range, a list, or anything with a method `next()`. Loops with other steps are written with \
        `while`.
        """,
        wrong: "for (var i = 0; i < 3; i += 1) { print(i); }\n", cured: "for i in 0..3 { print(i); }\n")
    default: return nil
    }
  }
}
