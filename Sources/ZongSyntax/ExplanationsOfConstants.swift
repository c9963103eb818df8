// Pages about constants: Z07xx.

extension DiagnosticKind {
  var constantExplanation: Explanation? {
    switch self {
    case .constantDivisionByZero:
      return Explanation(
        "A division by a constant zero",
        """
        The divisor is known to be zero when the program is compiled, so the program would stop here every time. A \
        division of integers by zero has no result; one of floats would give infinity, and is written `F64` by `F64` \
        with a variable if that is meant.
        """,
        wrong: "const parts = 0;\nprint(84 / parts);\n", cured: "const parts = 2;\nprint(84 / parts);\n")
    case .constantTooLarge:
      return Explanation(
        "A constant that is too large to compute with",
        """
        Constants are computed exactly, in 127 bits and a sign, which is far more than the largest integer type \
        holds; floats reach to about 1.8e308. What goes beyond has no type to go to. A larger number has to be put \
        together from several, or kept as a float.
        """,
        wrong: "var large = 1 << 200;\nprint(large);\n", cured: "var large = 1 << 60;\nprint(large);\n")
    default: return nil
    }
  }
}
