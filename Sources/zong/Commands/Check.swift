import ArgumentParser
import ZongCompiler
import ZongSyntax

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for mistakes without running.",
    discussion: """
      EXAMPLES:
        zong check app.zong
        zong check examples/*.zong                      each file is a program of its own
        zong check --message-format json app.zong       for editors and other tools
        zong check                                      the project's entry: zong.toml names it
        zong check --syntax-only draft.zong             no names, no types

      Exit status: 0 if there are no errors (warnings may be), 1 otherwise.
      """)

  @OptionGroup var compile: CompileOptions

  @Flag(help: "Only split the text into tokens and parse them.")
  var syntaxOnly = false

  @Argument(help: "The sources to check; - for standard input. Without any, the project's entry.")
  var files: [String] = []

  func run() throws {
    var failed = false
    var seen = SeenDiagnostics()
    let programs: [String?] = files.isEmpty ? [nil] : files
    for file in programs {
      do {
        let place = try ProgramPlace.find(file, compile.messageFormat)
        if !check(try SourceReader.readForOneTask(place.file), &seen) { failed = true }
      } catch let error as FileError {
        Output.error(error.message)
        failed = true
      }
    }
    if failed { throw ExitStatus.failure }
  }

  private func check(_ source: SourceText, _ seen: inout SeenDiagnostics) -> Bool {
    let compilation = Compilation(options: compile.compilerOptions())
    compilation.onSource(source) { [syntaxOnly] in
      compilation.lex()
      compilation.parse()
      if !syntaxOnly { _ = compilation.check() }
    }
    let new = seen.new(of: compilation.diagnostics, compilation.sources)
    Reporter(format: compile.messageFormat).show(new, compilation.sources)
    return !compilation.diagnostics.hasErrors
  }
}
