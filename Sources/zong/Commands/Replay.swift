import ArgumentParser
import ZongRuntime
import ZongSyntax

struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a recorded program again, with what came to it then.",
    discussion: """
      EXAMPLES:
        zong run --record bug.rec app.zong input.txt
        zong replay bug.rec

      A recording holds the program with its source, and all that came to it: arguments, input, files, time, random bytes,
      answers from the network. The replay needs nothing else, reaches nothing, and prints the same. The limits are those of
      the run, unless others are given. A recording may hold secrets: whatever the program read.
      """)

  @OptionGroup var limits: LimitOptions

  @Option(help: ArgumentHelp("How messages are written.", valueName: "text|json"))
  var messageFormat = MessageFormat.text

  @Flag(help: "Tell at the end what the run took.")
  var stats = false

  @Argument(help: "The recording.")
  var file: String

  func run() throws {
    do {
      let source = try SourceReader.read(file)
      let recording = try Recording(source.bytes.array)
      throw ExitStatus(code: try replay(recording))
    } catch let error as FileError {
      Output.error(error.message)
      throw ExitStatus.failure
    } catch let error as RuntimeError {
      Output.write(ReportRenderer(colour: Output.hasColour(.standardError)).render(error), to: .standardError)
      throw ExitStatus.failure
    }
  }

  private func replay(_ recording: Recording) throws(RuntimeError) -> Int32 {
    var limits = limits.limits
    limits.maxMemory = limits.maxMemory ?? recording.limits.maxMemory
    limits.maxStack = limits.maxStack ?? recording.limits.maxStack
    limits.maxFuel = limits.maxFuel ?? recording.limits.maxFuel
    limits.maxOutput = limits.maxOutput ?? recording.limits.maxOutput
    let runtime = try Runtime.open(limits.engine(optimise: false))
    let program = try runtime.compile(recording.module, key: nil)
    Runtime.writeOutputOnInterrupt()
    var options = Sandbox(limits: limits).runOptions(programName: recording.files.first?.path ?? file)
    options.recording = .replay(recording)
    let format = messageFormat
    if stats { options.onStatistics = { StatisticsReport($0).show(format) } }
    let outcome = runtime.run(program, options)
    let renderer = ReportRenderer(colour: Output.hasColour(.standardError)) { path in
      recording.files.first { $0.path == path }.map { String(decoding: $0.contents, as: UTF8.self) }
    }
    switch outcome {
    case .exited: break
    case .stopped(let report), .timedOut(let report): Output.write(renderer.render(report), to: .standardError)
    case .failed(let error): throw error
    }
    return outcome.status
  }
}
