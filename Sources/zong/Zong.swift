// The command line: the only place with real files, arguments and exit codes.

import ArgumentParser
import ZongRuntime
import ZongSyntax

@main
struct Zong: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zong",
    abstract: "Compiles and runs Zong programs.",
    discussion: """
      EXAMPLES:
        zong run hello.zong             compile and run a program
        zong eval 'print(6 * 7)'        run a line of code
        zong check *.zong               look for mistakes without running
        zong fmt                        write the sources below this folder in the one style
        zong build -O app.zong          make app.wasm, optimised
        zong test                       run the tests of all files in this folder
        zong permissions app.zong       what a program can need to be allowed
        zong explain Z0301              what a diagnostic means, and the cure
      """,
    subcommands: [
      Run.self, Build.self, Check.self, Test.self, Format.self, Eval.self, PermissionsCommand.self, Replay.self,
      Explain.self,
      Version.self, Batch.self,
    ])

  static func main() {
    _ = Process.start
    openStandardDescriptors()
    let arguments = processArguments()
    if let status = PlainRun(arguments)?.execute() ?? PlainBuild(arguments)?.execute() { Process.exit(status) }
    do {
      try checkCommand(arguments)
      var command = try parseAsRoot(try OptionalValues.complete(arguments))
      try command.run()
    } catch let status as ExitStatus {
      Process.exit(status.code)
    } catch {
      let isUsageError = exitCode(for: error).rawValue != 0
      let message = fullMessage(for: error)
      if !message.isEmpty { Output.write(message + "\n", to: isUsageError ? .standardError : .standardOutput) }
      Process.exit(isUsageError ? ExitStatus.usage.code : 0)
    }
  }

  /// The first argument must be a command: for a name that is none the parser of arguments would say only that it is
  /// unexpected.
  private static func checkCommand(_ arguments: [String]) throws {
    guard let first = arguments.first, !first.isEmpty, !first.hasPrefix("-") else { return }
    let commands = configuration.subcommands.map { $0.configuration.commandName ?? "\($0)".lowercased() }
    if first == "help" || commands.contains(first) { return }
    var hint = "`zong --help` lists the commands"
    if first.hasSuffix(".zong") || first.hasSuffix(".wasm") {
      hint = "`zong run \(first)` runs a program"
    } else if let near = nearestName(to: first, among: commands) {
      hint = "did you mean `zong \(near)`?"
    }
    Output.error("there is no command `\(first)`; \(hint)")
    throw ExitStatus.usage
  }
}

/// Ends the command with a status (ARCHITECTURE.md, 9). What there is to say has been said.
struct ExitStatus: Error {
  let code: Int32
  static let failure = ExitStatus(code: 1)
  static let usage = ExitStatus(code: 2)
}
