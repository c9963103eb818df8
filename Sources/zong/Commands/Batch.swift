// `zong batch`, for the tests' own use: compiles programs and runs each any number of times, all in one process. The
// start of a process and its engine takes many times as long as a small program does.

import ArgumentParser
import ZongCompiler
import ZongManifest
import ZongRuntime
import ZongSyntax

struct Batch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run programs on request, for the tests.",
    discussion: """
      Each line of standard input is a request, its words parted by tabs:

        load OPTIONS… FILE             compiles a program; the options are -O, or -O=PASS,PASS… for these passes of
                                       the optimiser only, and --fill-frames
        passes                         prints the names of the optimiser's passes, one a line
        run ARGUMENTS…                 runs the program that was loaded last, in an instance of its own

      The answer is a line with three numbers: the exit status, and how many bytes follow of standard output and of
      error output. Those of `load` are 0 or 1, 0, and the diagnostics.
      """,
    shouldDisplay: false)

  @Flag(help: "Compile modules with the engine's baseline compiler: five times as fast, for slower code.")
  var baseline = false

  func run() throws {
    var settings = RunLimits().engine(optimise: false)
    settings.isBaseline = baseline
    do throws(RuntimeError) {
      let session = BatchSession(try Runtime.open(settings, cacheFolder: ""))
      while let line = readLine() {
        let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        session.answer(words).write()
      }
    } catch {
      Output.write(ReportRenderer(colour: false).render(error), to: .standardError)
      throw ExitStatus.failure
    }
  }
}

/// What is said to one request.
private struct BatchAnswer {
  var status: Int32 = 0
  var output: [UInt8] = []
  var errors: [UInt8] = []

  func write() {
    let all = Array("\(status) \(output.count) \(errors.count)\n".utf8) + output + errors
    // Nobody is there to be told that nobody reads.
    _ = all.withUnsafeBytes { Output.write($0, to: Stream.standardOutput.rawValue) }
  }
}

/// The program that was loaded last, and what it is run with.
private final class BatchSession {
  private let runtime: Runtime
  private let output = CapturedOutput()
  private let errors = CapturedOutput()
  private var loaded: (path: String, files: [SourceText], program: Program)?

  init(_ runtime: Runtime) { self.runtime = runtime }

  func answer(_ words: [String]) -> BatchAnswer {
    switch (words.first, words.count) {
    case ("load", 2...): load(words[words.count - 1], BatchSession.settings(words[1..<words.count - 1]))
    case ("passes", 1): BatchAnswer(output: Array(CompileSettings.passNames.joined(separator: "\n").utf8))
    case ("run", _): run(Array(words.dropFirst()))
    default: misuse("not a request")
    }
  }

  private func misuse(_ text: String) -> BatchAnswer {
    BatchAnswer(status: ExitStatus.usage.code, errors: Array((text + "\n").utf8))
  }

  /// How `load` compiles with these options; null if there is one that it doesn't know.
  private static func settings(_ options: ArraySlice<String>) -> CompileSettings? {
    var settings = CompileSettings(jobs: 1)
    for option in options {
      if option == "--fill-frames" {
        settings.fillsFrames = true
        continue
      }
      settings.optimize = true
      if option == "-O" { continue }
      let passes = String(option.dropFirst(3))
      guard option.hasPrefix("-O="), CompileSettings.arePasses(passes) else { return nil }
      settings.passes = passes
    }
    return settings
  }

  private func load(_ path: String, _ settings: CompileSettings?) -> BatchAnswer {
    loaded = nil
    guard let settings else { return misuse("not an option of load") }
    let source: SourceText
    do throws(FileError) {
      source = try SourceReader.read(path)
    } catch {
      return failure(error.message)
    }
    var options = settings.compilerOptions()
    options.sweeps = true
    let compilation = Compilation(options: options)
    var files = [source]
    let module = compilation.compileSource(source) { path in SourceReader.load(path) { files.append($0) } }
    let messages = DiagnosticRenderer(sources: compilation.sources, usesColour: false).text(of: compilation.diagnostics)
    guard let module else {
      return BatchAnswer(status: ExitStatus.failure.code, errors: Array(messages.utf8))
    }
    do throws(RuntimeError) {
      loaded = (path, files, try runtime.compile(module.array, key: nil))
    } catch {
      return failure(error.message)
    }
    return BatchAnswer(errors: Array(messages.utf8))
  }

  private func failure(_ text: String) -> BatchAnswer {
    BatchAnswer(status: ExitStatus.failure.code, errors: Array((text + "\n").utf8))
  }

  private func run(_ arguments: [String]) -> BatchAnswer {
    guard let loaded else {
      return misuse("nothing is loaded")
    }
    output.clear()
    errors.clear()
    var options = RunOptions(programName: loaded.path, arguments: arguments)
    options.streams = Streams(input: output.input, output: output.descriptor, errors: errors.descriptor)
    options.isAlone = false
    let outcome = runtime.run(loaded.program, options)
    let renderer = ReportRenderer(colour: false) { path in
      loaded.files.first { $0.path == path }.map { String(decoding: $0.bytes.buffer, as: UTF8.self) }
    }
    var answer = BatchAnswer(status: outcome.status, output: output.bytes(), errors: errors.bytes())
    switch outcome {
    case .exited: break
    case .stopped(let report), .timedOut(let report): answer.errors += Array(renderer.render(report).utf8)
    case .failed(let error): answer.errors += Array(renderer.render(error).utf8)
    }
    return answer
  }
}
