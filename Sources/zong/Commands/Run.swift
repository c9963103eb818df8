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

      What follows FILE is for the program. Exit status: the program's own; 1 for an error, 134 when the program is
      stopped for a mistake, 124 at the time limit.
      """)

  @OptionGroup var compile: CompileOptions
  @OptionGroup var limits: LimitOptions

  @Argument(help: "The source (or module) to run; - for standard input.")
  var file: String

  @Argument(parsing: .captureForPassthrough, help: "Arguments for the program.")
  var arguments: [String] = []

  func run() throws {
    throw ExitStatus(code: Run.run(file, arguments, compile.settings, limits.limits))
  }

  /// Runs a program and returns the exit status.
  static func run(_ file: String, _ arguments: [String], _ compile: CompileSettings, _ limits: Limits) -> Int32 {
    do throws(FileError) {
      let source = try SourceReader.read(file)
      return ProgramRunner(compile: compile, limits: limits).run(source, arguments: arguments)
    } catch {
      Output.error(error.message)
      return ExitStatus.failure.code
    }
  }
}
