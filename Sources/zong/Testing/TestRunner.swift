// Running tests: each in an instance of its own with its own limits, several at a time. What a test prints is kept, and
// shown only if it fails.

import Synchronization
import ZongRuntime
import ZongStores

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

final class TestRunner: @unchecked Sendable {
  private let settings: EngineSettings
  private let sandbox: Sandbox
  private let stopsAtFailure: Bool
  private let hasFailed = Atomic<Bool>(false)
  /// By worker: a time limit stops all that an engine runs, so each has one of its own.
  private var workers: [TestWorker?] = []

  init(settings: EngineSettings, sandbox: Sandbox, stopsAtFailure: Bool) {
    self.settings = settings
    self.sandbox = sandbox
    self.stopsAtFailure = stopsAtFailure
  }

  /// Runs tests on up to `threads` threads; `onEnd` is told of each, by its index.
  func run(_ tests: [TestCase], threads: Int, onEnd: @escaping @Sendable (Int, TestResult) -> Void) {
    workers = [TestWorker?](repeating: nil, count: max(threads, 1))
    workers.withUnsafeMutableBufferPointer { places in
      let places = WorkerPlaces(places: places)
      Parallel.forEach(tests.count, threads: threads) { [self] index, worker in
        if stopsAtFailure && hasFailed.load(ordering: .relaxed) {
          return onEnd(index, TestResult(status: .skipped))
        }
        let result = run(tests[index], places, worker)
        if result.status == .failed { hasFailed.store(true, ordering: .relaxed) }
        onEnd(index, result)
      }
    }
  }

  private func run(_ test: TestCase, _ places: WorkerPlaces, _ worker: Int) -> TestResult {
    guard let module = test.module else { return TestResult(status: .failed, report: (test.problem ?? "") + "\n") }
    do throws(RuntimeError) {
      if let runner = places.places[worker] { return try runner.run(test, module) }
      let runner = TestWorker(try Runtime.open(settings), sandbox)
      places.places[worker] = runner
      return try runner.run(test, module)
    } catch {
      return TestResult(status: .failed, report: ReportRenderer(colour: false).render(error))
    }
  }
}

/// One place for each worker, which only that worker touches.
private struct WorkerPlaces: @unchecked Sendable {
  let places: UnsafeMutableBufferPointer<TestWorker?>
}

/// What one thread runs its tests with.
private final class TestWorker {
  private let runtime: Runtime
  private let sandbox: Sandbox
  private var programs: [CacheKey: Program] = [:]
  private let output = CapturedOutput()

  init(_ runtime: Runtime, _ sandbox: Sandbox) {
    self.runtime = runtime
    self.sandbox = sandbox
  }

  func run(_ test: TestCase, _ module: TestModule) throws(RuntimeError) -> TestResult {
    let program = try program(module)
    var options = sandbox.runOptions(programName: test.file)
    options.streams = Streams(input: output.input, output: output.descriptor, errors: output.descriptor)
    options.entry = test.entry
    options.isAlone = false
    let leaks = LeakReport()
    options.onLeaks = { leaks.found = $0 }
    output.clear()
    let start = Process.milliseconds
    let outcome = runtime.run(program, options)
    var result = TestResult(milliseconds: Process.milliseconds - start, output: output.text)
    result.report = FailureReport(files: module.files).text(outcome, leaks)
    if !result.report.isEmpty { result.status = .failed }
    return result
  }

  private func program(_ module: TestModule) throws(RuntimeError) -> Program {
    if let known = programs[module.key] { return known }
    let program: Program
    if let cached = runtime.cached(module.key) {
      program = cached
    } else {
      program = try runtime.compile(module.bytes, key: module.key)
    }
    programs[module.key] = program
    return program
  }
}
