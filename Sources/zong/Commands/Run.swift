import ArgumentParser

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compile and run a program.",
    discussion: """
      EXAMPLES:
        zong run hello.zong
        zong run -O app.zong input.txt           optimised, with an argument for the program
        zong run --timeout 2 --max-memory 64M untrusted.zong
        cat hello.zong | zong run -              source from standard input
        zong run --allow-read=data app.zong      the program may read the folder data, and nothing else
        zong run app.wasm                        a module made by `zong build`
        zong run --leaks app.zong                with a list of what was never freed; --leaks=fail: status 1 then

      What follows FILE is for the program. Exit status: the program's own; 1 for an error, 134 when the program is
      stopped for a mistake, 124 at the time limit.
      """)

  @OptionGroup var compile: CompileOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var permissions: PermissionOptions

  @Flag(help: "Ask at the terminal for what isn't allowed.")
  var prompt = false

  @Flag(help: "List what was never freed, by place and type (--leaks=fail: with status 1 if nothing points there).")
  var leaks = false

  @Flag(name: .customLong(LeakSettings.failing), help: .hidden)
  var leaksFail = false

  @Flag(help: "Tell at the end what the run took: time, memory, bytes, calls of the host.")
  var stats = false

  @Argument(help: "The source (or module) to run; - for standard input.")
  var file: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the program.")
  var arguments: [String] = []

  func run() throws {
    let sandbox = Sandbox(limits: limits.limits, permissions: permissions.permissions, asks: prompt)
    let leaks = LeakSettings(reports: leaks || leaksFail, fails: leaksFail)
    throw ExitStatus(code: Run.run(file, arguments, compile.settings, sandbox, leaks, showsStatistics: stats))
  }

  /// Runs a program and returns the exit status.
  static func run(
    _ file: String, _ arguments: [String], _ compile: CompileSettings, _ sandbox: Sandbox,
    _ leaks: LeakSettings = LeakSettings(), showsStatistics: Bool = false
  ) -> Int32 {
    var compile = compile
    compile.reportsLeaks = leaks.reports
    do throws(FileError) {
      let source = try SourceReader.read(file)
      let runner = ProgramRunner(
        compile: compile, sandbox: sandbox, leaks: leaks, showsStatistics: showsStatistics)
      return runner.run(source, arguments: arguments)
    } catch {
      Output.error(error.message)
      return ExitStatus.failure.code
    }
  }
}
