import ArgumentParser
import ZongSyntax

struct Eval: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run code given on the command line.",
    discussion: """
      EXAMPLES:
        zong eval 'print(6 * 7)'
        zong eval 'for i in 1..=3 { print("\\(i) squared is \\(i * i)") }'
      """)

  @OptionGroup var compile: CompileOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var permissions: PermissionOptions

  @Flag(help: "Ask at the terminal for what isn't allowed.")
  var prompt = false

  @Argument(help: "The code, a script.")
  var code: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the program.")
  var arguments: [String] = []

  func run() throws {
    let source = SourceText(path: "<eval>", bytes: Array(code.utf8).withUnsafeBufferPointer { SourceBytes($0) })
    let sandbox = SandboxSettings(limits: limits.limits, permissions: permissions.settings, asks: prompt)
    let runner = ProgramRunner(compile: compile.settings, sandbox: sandbox.sandbox(in: nil))
    throw ExitStatus(code: runner.run(source, arguments: arguments))
  }
}
