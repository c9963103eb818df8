import ArgumentParser
import ZongRuntime

struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the versions of zong, of the language, and of Wasmtime.",
    discussion: """
      EXAMPLES:
        zong version
      """)

  /// zong's own version.
  static let number = "0.1.0"
  /// The version of the language that it compiles.
  static let language = "0.1"

  func run() {
    Output.write(
      "zong \(Version.number)\nlanguage \(Version.language)\nWasmtime \(Runtime.wasmtimeVersion)\n", to: .standardOutput
    )
  }
}
