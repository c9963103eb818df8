// Pages about failure: functions with a result `T!`.

extension DiagnosticKind {
  var failureExplanation: Explanation? {
    switch self {
    case .badFallible:
      return Explanation(
        "A fallible type somewhere else than in a result",
        """
        `T!` says that a function may fail, so it is written only as a result. A failure is dealt with where the \
        function is called and is never stored. A value that may be missing is an optional, `T?`; an error that must \
        be kept is an `Error`.
        """,
        wrong: """
          struct Entry(size: I64!);
          """,
        cured: """
          struct Entry(size: I64?, problem: Error? = null);
          """)
    case .ignoredFailure:
      return Explanation(
        "A call that can fail, and nobody looks",
        """
        A function with a result `T!` may fail, and a failure never passes unseen: each call says what happens then. \
        `?` leaves the function around it with the same failure, `catch e { ... }` handles it, `??` takes another \
        value, and `!` stops the program.
        """,
        wrong: """
          func half(_ n: I64): I64! {
              if n % 2 != 0 { fail Error("\\(n) is odd"); }
              return n / 2;
          }
          print(half(4));
          """,
        cured: """
          func half(_ n: I64): I64! {
              if n % 2 != 0 { fail Error("\\(n) is odd"); }
              return n / 2;
          }
          print(half(4) ?? 0);
          """)
    case .cannotFail:
      return Explanation(
        "`fail` or `?` in a function that can't fail",
        """
        `fail` leaves a function with an error and `?` with the failure of a call, so the function's result must say \
        that it can fail: `T!`, or `!` alone if there is no value. `?` on an optional leaves with null and needs an \
        optional result. A script's top level can't fail: handle the failure there.
        """,
        wrong: """
          func check(_ n: I64): I64 {
              if n < 0 { fail Error("negative"); }
              return n;
          }
          print(check(1));
          """,
        cured: """
          func check(_ n: I64): I64! {
              if n < 0 { fail Error("negative"); }
              return n;
          }
          print(check(1)!);
          """)
    default: return nil
    }
  }
}
