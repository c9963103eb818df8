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
        zong run app.wasm                        a module made by `zong build`
        zong run --leaks app.zong                with a list of what was never freed; --leaks=fail: status 1 then

      What follows FILE is for the program. Exit status: the program's own; 1 for an error, 134 when the program is
      stopped for a mistake, 124 at the time limit.
      """)

  @OptionGroup var compile: CompileOptions
  @OptionGroup var limits: LimitOptions

  @Flag(help: "List what was never freed, by place and type (--leaks=fail: with status 1 if nothing points there).")
  var leaks = false

  @Flag(name: .customLong(LeakSettings.failing), help: .hidden)
  var leaksFail = false

  @Argument(help: "The source (or module) to run; - for standard input.")
  var file: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the program.")
  var arguments: [String] = []

  func run() throws {
    let leaks = LeakSettings(reports: leaks || leaksFail, fails: leaksFail)
    throw ExitStatus(code: Run.run(file, arguments, compile.settings, limits.limits, leaks))
  }

  /// Runs a program and returns the exit status.
  static func run(
    _ file: String, _ arguments: [String], _ compile: CompileSettings, _ limits: Limits,
    _ leaks: LeakSettings = LeakSettings()
  ) -> Int32 {
    var compile = compile
    compile.reportsLeaks = leaks.reports
    do throws(FileError) {
      let source = try SourceReader.read(file)
      return ProgramRunner(compile: compile, limits: limits, leaks: leaks).run(source, arguments: arguments)
    } catch {
      Output.error(error.message)
      return ExitStatus.failure.code
    }
  }
}
