import ArgumentParser
import ZongRuntime
import ZongStores

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run tests: the `test` blocks of files, and the examples in their doc comments.",
    discussion: """
      EXAMPLES:
        zong test                       every .zong file of the project, or below this folder
        zong test shapes.zong lib       a file, and the files of a folder
        zong test --filter area         only tests whose file or name contains this
        zong test --list                only name the tests
        zong test --junit report.xml    with a report for continuous integration

      Each test runs in an instance of its own. It fails if it is stopped, fails, or leaves memory behind that nothing
      points to any more.

      Exit status: 0 if all tests pass, 1 otherwise.
      """)

  @OptionGroup var compile: CompileOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var permissions: PermissionOptions

  @Option(help: ArgumentHelp("Only tests whose file or name contains this.", valueName: "text"))
  var filter = ""

  @Flag(help: "Name the tests, and don't run them.")
  var list = false

  @Flag(help: "Run no more tests after the first failure.")
  var failFast = false

  @Option(help: ArgumentHelp("Run the tests in an order of chance, the same for the same number.", valueName: "number"))
  var seed: UInt64?

  @Flag(help: "Write a line of JSON for each test, and one at the end.")
  var json = false

  @Option(help: ArgumentHelp("Write a report in JUnit's format.", valueName: "file"))
  var junit: String?

  @Flag(name: [.customShort("P"), .long], help: "Allow what the project's zong.toml asks for.")
  var projectPermissions = false

  @Argument(help: "Files and folders. Without any, the project, or the current folder.")
  var files: [String] = []

  /// The most time for a test, if nothing else is said: one that doesn't end is a failure too.
  private static let timeout = 60.0

  func run() throws {
    do {
      let first = files.first ?? "."
      let folder = SourceFinder.isFolder(first) ? first : parentFolder(of: first)
      let project = try Project.find(from: folder, compile.messageFormat)
      let paths = files.isEmpty ? [project.map { shownPath($0.folder) } ?? "."] : files
      try runTests(try SourceFinder.find(paths), project)
    } catch let error as FileError {
      Output.error(error.message)
      throw ExitStatus.failure
    }
  }

  private func runTests(_ paths: [String], _ project: Project?) throws {
    var sandbox = SandboxSettings(
      limits: limits.limits, permissions: permissions.settings, takesProjectPermissions: projectPermissions
    ).sandbox(in: project)
    sandbox.limits.timeout = sandbox.limits.timeout ?? Test.timeout
    let limits = sandbox.limits
    let settings = compile.settings
    let threads = settings.compilerOptions().threads
    let collector = TestCollector(compile: settings, limits: limits, filter: filter, isListing: list)
    let collected = collector.collect(paths, threads: threads)
    var tests: [TestCase] = []
    for file in collected {
      let reporter = Reporter(format: settings.messageFormat)
      for compilation in file.compilations { reporter.show(compilation.diagnostics, compilation.sources) }
      tests += file.cases
    }
    if list { return try showList(tests) }
    if let seed { shuffle(&tests, seed) }
    let engine = limits.engine(optimise: settings.optimize)
    let reporter = TestReporter(tests, isJSON: json)
    let runner = TestRunner(settings: engine, sandbox: sandbox, stopsAtFailure: failFast)
    runner.run(tests, threads: min(threads, max(tests.count, 1))) { reporter.end($0, $1) }
    reporter.finish(seed: seed)
    let results = reporter.results
    if let junit { try Output.writeFile(junit, Array(JUnitReport.text(tests, results).utf8)) }
    if results.contains(where: { $0.status == .failed }) { throw ExitStatus.failure }
  }

  private func showList(_ tests: [TestCase]) throws {
    let text = tests.filter { $0.problem == nil }.map { "\($0.file):\($0.line): \($0.name)\n" }.joined()
    Output.write(text, to: .standardOutput)
    if tests.contains(where: { $0.problem != nil }) { throw ExitStatus.failure }
  }

  /// An order that depends on the seed alone (Fisher and Yates, with SplitMix64).
  private func shuffle(_ tests: inout [TestCase], _ seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
    for index in stride(from: tests.count - 1, to: 0, by: -1) {
      tests.swapAt(index, Int(next() % UInt64(index + 1)))
    }
  }
}
