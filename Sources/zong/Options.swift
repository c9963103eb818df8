// Options that several commands share, and the texts of sizes and times.

import ArgumentParser
import ZongCompiler
import ZongIR
import ZongManifest
import ZongRuntime
import ZongStores

enum MessageFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

/// How programs are compiled.
struct CompileOptions: ParsableArguments {
  @Flag(name: .customShort("O"), help: "Optimise: faster programs, slower compilation.")
  var optimize = false

  @Option(help: ArgumentHelp("How diagnostics are written.", valueName: "text|json"))
  var messageFormat = MessageFormat.text

  @Flag(help: "Allow imports from modules other than WASI, which the memory promise doesn't cover.")
  var allowExtern = false

  @Option(help: ArgumentHelp("How many threads the compiler uses (default: one per core).", valueName: "number"))
  var jobs: Int?

  @Flag(help: "For measuring only: no checks of pointers, indices and constants. A wrong program corrupts its memory.")
  var unchecked = false

  @Option(help: .hidden) var bisectLimit: Int?
  /// Only these passes of the optimiser run.
  @Option(help: .hidden) var passes: String?
  /// Frames are filled with a pattern when their functions begin.
  @Flag(help: .hidden) var fillFrames = false

  func validate() throws {
    if let passes, !CompileSettings.arePasses(passes) { throw ValidationError("--passes: no such pass") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  /// The options as plain values.
  var settings: CompileSettings {
    CompileSettings(
      optimize: optimize, messageFormat: messageFormat, allowExtern: allowExtern, jobs: jobs,
      bisectLimit: bisectLimit, passes: passes, fillsFrames: fillFrames, checksMemory: !unchecked)
  }

  func compilerOptions(_ limits: RunLimits = RunLimits()) -> CompilerOptions { settings.compilerOptions(limits) }
}

/// How programs are compiled, without the parser of arguments that `CompileOptions` needs.
struct CompileSettings {
  var optimize = false
  var messageFormat = MessageFormat.text
  var allowExtern = false
  var jobs: Int?
  var bisectLimit: Int?
  /// The names of the only passes that run, with commas between them; for finding a miscompilation.
  var passes: String?
  /// Whether a read of a frame that nothing was written to shows; for finding a miscompilation.
  var fillsFrames = false
  var checksMemory = true
  var reportsLeaks = false
  var countsAllocations = false

  /// Whether the IR is verified when it is made and after each pass, as the tests ask for.
  static var verifies: Bool { Process.environment("ZONG_VERIFY_IR") != nil }

  /// The exit status when the verifier found something.
  static let internalErrorStatus: Int32 = 70

  static var passNames: [String] { Pass.allCases.map(\.name) }

  /// Whether these are names of passes with commas between them, or nothing.
  static func arePasses(_ names: String) -> Bool {
    names.split(separator: ",").allSatisfy { passNames.contains(String($0)) }
  }

  /// What a program starts with depends on its limits.
  func compilerOptions(_ limits: RunLimits = RunLimits()) -> CompilerOptions {
    var options = CompilerOptions()
    options.optimize = optimize
    options.threads = min(jobs ?? usableCores() ?? Parallel.coreCount, 64)
    options.allowExtern = allowExtern
    options.checksMemory = checksMemory
    options.fillsFrames = fillsFrames
    options.reportsLeaks = reportsLeaks
    options.countsAllocations = countsAllocations
    options.version = Version.number
    options.optimizer = OptimizerOptions(
      bisectLimit: bisectLimit, verify: CompileSettings.verifies,
      only: passes.map { $0.split(separator: ",").map(String.init) })
    if let maxMemory = limits.maxMemory { options.limitMemory(to: maxMemory) }
    if let maxStack = limits.maxStack { options.stackSize = UInt32(clamping: maxStack) }
    return options
  }
}

/// What a program may use.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most memory the program may have, such as 64M.", valueName: "size"))
  var maxMemory: ByteSize?

  @Option(help: ArgumentHelp("The most time the program may take, such as 2.5 or 100ms.", valueName: "seconds"))
  var timeout: Seconds?

  @Option(help: ArgumentHelp("The size of the program's stack, such as 8M.", valueName: "size"))
  var maxStack: ByteSize?

  @Option(help: ArgumentHelp("The most files and folders the program may have open at a time.", valueName: "number"))
  var maxOpenFiles: Int?

  @Option(help: ArgumentHelp("The most children the program may have at a time.", valueName: "number"))
  var maxProcesses: Int?

  @Option(help: ArgumentHelp("The most that the program may print, such as 10M.", valueName: "size"))
  var maxOutput: ByteSize?

  @Option(help: ArgumentHelp("The most instructions the program may carry out, about.", valueName: "number"))
  var maxFuel: UInt64?

  func validate() throws {
    if let maxOpenFiles, maxOpenFiles < 0 { throw ValidationError("--max-open-files can't be negative") }
    if let maxProcesses, maxProcesses < 0 || maxProcesses > RunOptions.mostProcesses {
      throw ValidationError("--max-processes must lie between 0 and \(RunOptions.mostProcesses)")
    }
    if let maxStack, !RunLimits.stackSizes.contains(maxStack.bytes) {
      throw ValidationError("--max-stack must lie between 64K and 1G")
    }
  }

  /// The options as plain values.
  var limits: RunLimits {
    var result = RunLimits()
    result.maxMemory = maxMemory?.bytes
    result.timeout = timeout?.value
    result.maxStack = maxStack?.bytes
    result.maxOpenFiles = maxOpenFiles
    result.maxProcesses = maxProcesses
    result.maxOutput = maxOutput.map { UInt64($0.bytes) }
    result.maxFuel = maxFuel
    return result
  }
}

extension RunLimits {
  /// The engine that keeps a program within them.
  func engine(optimise: Bool) -> EngineSettings {
    EngineSettings(
      optimise: optimise, timeLimited: timeout != nil, countsFuel: maxFuel != nil,
      maxStack: maxStack ?? EngineSettings.defaultMaxStack)
  }
}

/// A number of bytes: `4096`, `64K`, `16M`, `2G`.
struct ByteSize: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    guard let bytes = byteCount(argument) else { return nil }
    self.bytes = bytes
  }
}

/// A time: `2`, `0.5`, `3s`, `100ms`, `5m`.
struct Seconds: ExpressibleByArgument {
  let value: Double

  init?(argument: String) {
    guard let value = secondCount(argument) else { return nil }
    self.value = value
  }
}
