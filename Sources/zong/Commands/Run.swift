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
        zong run                                 the entry of the project here: zong.toml names it
        zong run -P . input.txt                  with an argument, and what zong.toml asks for is allowed
        zong run app.wasm                        a module made by `zong build`
        zong run --record bug.rec app.zong       with a recording of all that comes to it, for zong replay
        zong run --leaks app.zong                with a list of what was never freed; --leaks=fail: status 1 then

      What follows FILE is for the program; a folder as FILE is the project in it. Exit status: the program's own; 1 for an error, 134 when the program is
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

  @Option(help: ArgumentHelp("Write down all that comes to the program, for zong replay.", valueName: "file"))
  var record: String?

  @Flag(name: [.customShort("P"), .long], help: "Allow what the project's zong.toml asks for.")
  var projectPermissions = false

  @Argument(help: "The source (or module) to run; - for standard input. Without it, the project's entry.")
  var file: String?

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the program.")
  var arguments: [String] = []

  func run() throws {
    let sandbox = SandboxSettings(
      limits: limits.limits, permissions: permissions.settings, takesProjectPermissions: projectPermissions,
      asks: prompt)
    let leaks = LeakSettings(reports: leaks || leaksFail, fails: leaksFail)
    throw ExitStatus(
      code: Run.run(file, arguments, compile.settings, sandbox, leaks, showsStatistics: stats, recording: record))
  }

  /// Runs a program and returns the exit status.
  static func run(
    _ file: String?, _ arguments: [String], _ compile: CompileSettings, _ sandbox: SandboxSettings,
    _ leaks: LeakSettings = LeakSettings(), showsStatistics: Bool = false,
    recording: String? = nil
  ) -> Int32 {
    var compile = compile
    compile.reportsLeaks = leaks.reports
    compile.countsAllocations = showsStatistics
    do {
      let place = try ProgramPlace.find(file, compile.messageFormat)
      let source = try SourceReader.read(place.file)
      let runner = ProgramRunner(
        compile: compile, sandbox: sandbox.sandbox(in: place.project), leaks: leaks, showsStatistics: showsStatistics,
        recording: recording)
      return runner.run(source, arguments: arguments)
    } catch let status as ExitStatus {
      return status.code
    } catch let error as FileError {
      Output.error(error.message)
      return ExitStatus.failure.code
    } catch {
      return ExitStatus.failure.code
    }
  }
}
