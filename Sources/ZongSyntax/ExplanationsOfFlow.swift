// Pages about control and data flow: Z06xx.

extension DiagnosticKind {
  var flowExplanation: Explanation? {
    switch self {
    case .missingReturn:
      return Explanation(
        "A function can end without returning its value",
        """
        The function has a result type, but some path through it comes to its end without a `return`. Zong doesn't \
        make up a value there. Return one on every path; if the end can't be reached for reasons the compiler \
        doesn't see, say so with `panic("...")`. A `loop` without `break` needs nothing behind it.
        """,
        wrong: """
          func sign(_ n: I64): I64 {
              if n < 0 { return -1; }
              if n > 0 { return 1; }
          }
          print(sign(3));
          """,
        cured: """
          func sign(_ n: I64): I64 {
              if n < 0 { return -1; }
              if n > 0 { return 1; }
              return 0;
          }
          print(sign(3));
          """)
    case .usedBeforeAssignment:
      return Explanation(
        "A variable is used before it has a value",
        """
        A local number, `Boolean` or pointer without an initial value holds nothing until something is assigned to \
        it; it doesn't silently start at zero, because a forgotten assignment would go unseen. Give it a value where \
        it is declared, or assign to it before this place.
        """,
        wrong: """
          func main() {
              var total: I64;
              total += 42;
              print(total);
          }
          """,
        cured: """
          func main() {
              var total: I64 = 0;
              total += 42;
              print(total);
          }
          """)
    case .mayBeUsedBeforeAssignment:
      return Explanation(
        "A variable may be used before it has a value",
        """
        The variable is assigned on some of the paths that lead here, but not on all: an `if` without an `else`, or \
        a loop whose body may not run at all. Assign to it on every path, or give it a value where it is declared.
        """,
        wrong: """
          func describe(_ n: I64) {
              var kind: I64;
              if n < 0 { kind = -1; }
              print(kind);
          }
          describe(3);
          """,
        cured: """
          func describe(_ n: I64) {
              var kind: I64;
              if n < 0 { kind = -1; } else { kind = 1; }
              print(kind);
          }
          describe(3);
          """)
    case .outsideLoop:
      return Explanation(
        "`break` or `continue` outside of a loop",
        """
        `break` leaves the innermost loop around it, `continue` goes on with its next round, and here is none. A \
        function inside a loop's body is not a part of the loop. To leave a function, use `return`.
        """,
        wrong: """
          func check(_ n: I64) {
              if n > 100 { break; }
              print(n);
          }
          check(42);
          """,
        cured: """
          func check(_ n: I64) {
              if n > 100 { return; }
              print(n);
          }
          check(42);
          """)
    case .badReturn:
      return Explanation(
        "A `return` that doesn't go with the result type",
        """
        A function with a result type returns a value with each `return`, one without returns none. The type stands \
        behind the parameters: `func name(): I64`. A script's top level has no result.
        """,
        wrong: """
          func double(_ n: I64) {
              return n * 2;
          }
          double(21);
          """,
        cured: """
          func double(_ n: I64): I64 {
              return n * 2;
          }
          print(double(21));
          """)
    case .usedBeforeDeclaration:
      return Explanation(
        "A variable of a script is used above its declaration",
        """
        The statements of a script run from top to bottom, and its variables get their values where they are \
        declared. Above that line there is nothing to use yet. Move the declaration up, or the use down. Functions \
        and structs may stand in any order.
        """,
        wrong: "print(total);\nvar total = 42;\n", cured: "var total = 42;\nprint(total);\n")
    case .leavesDefer:
      return Explanation(
        "A `defer` that would leave its block",
        """
        A deferred statement runs while its block is being left, by whatever way that happens: where the way leads is \
        settled. So `return`, and `break` and `continue` of a loop around the `defer`, can't stand in it. Loops of its \
        own may be left.
        """,
        wrong: """
          func work() {
              defer {
                  print("done");
                  return;
              }
              print("working");
          }
          work();
          """,
        cured: """
          func work() {
              defer {
                  print("done");
              }
              print("working");
          }
          work();
          """)
    case .missingCases:
      return Explanation(
        "A `match` that leaves values out",
        """
        A `match` says what happens for every value, so that a case added to an enum later is not forgotten anywhere. \
        The message lists patterns for what is missing. `_` matches all the rest; numbers and text nearly always need \
        it.
        """,
        wrong: """
          enum Light { red, yellow, green }
          func mayGo(_ light: Light): Boolean {
              return match light { red => false, green => true };
          }
          print(mayGo(Light.yellow));
          """,
        cured: """
          enum Light { red, yellow, green }
          func mayGo(_ light: Light): Boolean {
              return match light { red | yellow => false, green => true };
          }
          print(mayGo(Light.yellow));
          """)
    default: return nil
    }
  }
}
