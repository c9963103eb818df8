// Pages about optionals: values that may be null.

extension DiagnosticKind {
  var optionalExplanation: Explanation? {
    switch self {
    case .notOptional:
      return Explanation(
        "A question about null where nothing can be null",
        """
        `!`, `??`, `if var` and comparisons with `null` ask whether an optional holds a value. A variable of a type \
        without `?` always does, so the question has one answer and is most likely a mistake about the type. Remove \
        it, or make the type optional if there may be nothing.
        """,
        wrong: """
          func first(_ items: I64[]): I64 { return items[0]; }
          print(first([3, 4]) ?? 0);
          """,
        cured: """
          func first(_ items: I64[]): I64? {
              if items.length == 0 { return null; }
              return items[0];
          }
          print(first([3, 4]) ?? 0);
          """)
    case .mayBeNull:
      return Explanation(
        "An optional used like the value that it may hold",
        """
        A `T?` holds a `T` or null, so it has no fields, elements or operators of its own: first say what happens if \
        it is null. `if var` and `while var` do something only if there is a value, `??` takes another value instead, \
        and `!` stops the program.
        """,
        wrong: """
          func find(_ name: String): I64? {
              if name == "one" { return 1; }
              return null;
          }
          print(find("one") + 1);
          """,
        cured: """
          func find(_ name: String): I64? {
              if name == "one" { return 1; }
              return null;
          }
          if var n = find("one") { print(n + 1); }
          print((find("two") ?? 0) + 1);
          """)
    default: return nil
    }
  }
}
