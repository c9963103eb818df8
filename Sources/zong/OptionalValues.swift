// Options whose value may be left out: `--allow-read` and `--allow-read=data`, `--leaks` and `--leaks=fail`. The parser of
// arguments would take what follows such an option for its value, so the command line is rewritten for it.

enum OptionalValues {
  /// Stands for the value that was left out. No argument of a process can hold it.
  static let none = "\0"

  private static let options: Set = [
    "--allow-read", "--allow-write", "--allow-env", "--allow-net", "--deny-read", "--deny-write", "--deny-env",
    "--deny-net", "--allow-run", "--deny-run",
  ]

  /// Options that take the argument after them.
  private static let withValue: Set = [
    "--jobs", "--message-format", "--bisect-limit", "--passes", "--max-memory", "--timeout", "--max-stack",
    "--max-open-files", "--max-output", "--max-fuel", "--max-processes", "--record",
  ]

  /// The arguments of the process, as the parser needs them. Ends the command if nothing stands behind a `=`.
  static func complete(_ arguments: [String]) throws -> [String] {
    var result = arguments
    // What follows the program is its own.
    let endsAtFile = arguments.first == "run" || arguments.first == "eval"
    var index = 1
    while index < arguments.count {
      let argument = arguments[index]
      if argument == "--" || endsAtFile && (argument == "-" || !argument.hasPrefix("-")) { break }
      if options.contains(argument) { result[index] = "\(argument)=\(none)" }
      if argument.hasSuffix("="), options.contains(String(argument.dropLast())) {
        Output.error("\(argument) names nothing; without the = it would mean all")
        throw ExitStatus.usage
      }
      if argument == "--leaks=fail" { result[index] = "--\(LeakSettings.failing)" }
      index += withValue.contains(argument) ? 2 : 1
    }
    return result
  }
}
