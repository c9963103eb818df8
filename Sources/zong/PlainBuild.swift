// `zong build` with its common options, understood without the parser of arguments: see PlainRun.swift.

/// `zong build FILE`, with `-O`, `--timings` and `-o FILE` anywhere.
struct PlainBuild {
  private let job: BuildJob

  /// Null if the command line says anything but that.
  init?(_ commandLine: [String]) {
    guard commandLine.first == "build" else { return nil }
    var rest = commandLine.dropFirst()
    var file: String?
    var output: String?
    var settings = CompileSettings()
    var timings = false
    while let argument = rest.popFirst() {
      switch argument {
      case "-O": settings.optimize = true
      case "--timings": timings = true
      case "-o":
        guard output == nil, let name = rest.popFirst(), PlainBuild.isName(name) else { return nil }
        output = name
      default:
        guard file == nil, PlainBuild.isName(argument) else { return nil }
        file = argument
      }
    }
    guard let file else { return nil }
    job = BuildJob(file: file, compile: settings, output: output, timings: timings)
  }

  private static func isName(_ argument: String) -> Bool { !argument.isEmpty && !argument.hasPrefix("-") }

  /// Builds and returns the exit status.
  func execute() -> Int32 {
    do {
      try job.run()
      return 0
    } catch let status as ExitStatus {
      return status.code
    } catch {
      return ExitStatus.failure.code
    }
  }
}
