// Pages about warnings: Z09xx.

extension DiagnosticKind {
  var warningExplanation: Explanation? {
    switch self {
    case .unreachableCode:
      return Explanation(
        "Code that is never reached",
        """
        Every path that leads here ends before: with `return`, `break`, `continue`, `panic`, or in a loop without an \
        end. The code never runs, which is rarely meant. Remove it, or move it up. A program with warnings is \
        compiled all the same.
        """,
        wrong: """
          func answer(): I64 {
              return 42;
              print("done");
          }
          print(answer());
          """,
        cured: """
          func answer(): I64 {
              print("done");
              return 42;
          }
          print(answer());
          """)
    case .droppedResult:
      return Explanation(
        "A result that nobody uses",
        """
        The value of this statement is computed and then forgotten. Perhaps `=` was meant rather than `==`, or the \
        result was to be kept. If it is dropped on purpose, because the call does something besides, say so with `_ \
        = ...;`. A program with warnings is compiled all the same.
        """,
        wrong: """
          func next(): I64 {
              print("next");
              return 42;
          }
          next();
          """,
        cured: """
          func next(): I64 {
              print("next");
              return 42;
          }
          _ = next();
          """)
    case .unreachableArm:
      return Explanation(
        "An arm that no value comes to",
        """
        Arms are tried from the first on, and everything that this one matches is matched by arms before it. Most \
        often a wider pattern stands too early, or a case is written twice.
        """,
        wrong: """
          var n = 3;
          print(match n { 0..10 => "digit", 5 => "five", _ => "more" });
          """,
        cured: """
          var n = 3;
          print(match n { 5 => "five", 0..10 => "digit", _ => "more" });
          """)
    default: return nil
    }
  }
}
