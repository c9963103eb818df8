// Pages about what lies outside of this version: Z08xx.

extension DiagnosticKind {
  var versionExplanation: Explanation? {
    switch self {
    case .notInThisVersion:
      return Explanation(
        "A part of the language that this version doesn't have yet",
        """
        This is correct Zong, but this version of the compiler can't translate it yet; `zong version` tells which \
        one it is. It says so rather than do something else. Until a later version does, write it in another way.
        """,
        wrong: """
          func work(_ n: I64) { print(n); }
          func main() {
              spawn work(42);
          }
          """,
        cured: """
          func work(_ n: I64) { print(n); }
          func main() {
              work(42);
          }
          """)
    default: return nil
    }
  }
}
