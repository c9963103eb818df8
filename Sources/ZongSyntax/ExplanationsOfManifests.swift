// Pages about a project's manifest, zong.toml: Z082x.

extension DiagnosticKind {
  var manifestExplanation: Explanation? {
    switch self {
    case .manifestSyntax:
      return Explanation(
        "A manifest that isn't written in TOML",
        """
        `zong.toml` is a text in TOML, as toml.io describes it: lines with a key, `=` and a value; text in quotes; \
        `[limits]` in front of the keys of a table. The message shows the first place that can't be read.
        """,
        wrong: """
          // zong.toml has:   name = shop
          """,
        cured: """
          // zong.toml has:   name = "shop"
          """, isExact: false)
    case .manifestKey:
      return Explanation(
        "A key that manifests don't have",
        """
        At the top of `zong.toml` stand `name`, `version` and `entry`; in its tables `[permissions]` and `[limits]` the \
        options of the command line without their dashes. Anything else is an error: a misspelt limit or denial would \
        do nothing, and nobody would notice.
        """,
        wrong: """
          // zong.toml has:   [limits]
          //                  max-memroy = "64M"
          """,
        cured: """
          // zong.toml has:   [limits]
          //                  max-memory = "64M"
          """, isExact: false)
    case .manifestValue:
      return Explanation(
        "A value in a manifest that its key can't have",
        """
        Permissions are lists of texts, or `true` for all. Sizes are texts such as `"64M"`, or numbers of bytes; times are \
        texts such as `"100ms"`, or numbers of seconds. The entry is a path within the project's folder, the version \
        three numbers with dots between them.
        """,
        wrong: """
          // zong.toml has:   [permissions]
          //                  allow-read = "data"
          """,
        cured: """
          // zong.toml has:   [permissions]
          //                  allow-read = ["data"]
          """, isExact: false)
    default: return nil
    }
  }
}
