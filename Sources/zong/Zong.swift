// The command line: the only place with real files, arguments and exit codes.

import ArgumentParser
import ZongRuntime

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
}

/// Ends the command with a status (ARCHITECTURE.md, 9). What there is to say has been said.
struct ExitStatus: Error {
  let code: Int32
  static let failure = ExitStatus(code: 1)
  static let usage = ExitStatus(code: 2)
}
