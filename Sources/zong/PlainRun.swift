// The commonest command line, `zong run [-O] FILE [ARGUMENTS…]`, understood without the parser of arguments: that
// takes 3 ms of every start, most of it looking through all types of the executable. Everything else about the
// command line, its other options and its mistakes, is for the parser.

struct PlainRun {
  private let file: String
  private let arguments: [String]
  private let optimize: Bool

  /// Null if the command line says anything but that.
  init?(_ commandLine: [String]) {
    guard commandLine.first == "run" else { return nil }
    var rest = commandLine.dropFirst()
    optimize = rest.first == "-O"
    if optimize { rest = rest.dropFirst() }
    guard let file = rest.first, !file.isEmpty, !file.hasPrefix("-") else { return nil }
    self.file = file
    arguments = Array(rest.dropFirst())
  }

  /// Runs the program and returns its exit status.
  func execute() -> Int32 { Run.run(file, arguments, CompileSettings(optimize: optimize), SandboxSettings()) }
}
