// From a source to its end: looks for compiled code, compiles if there is none, runs, reports.

import ZongCompiler
import ZongRuntime
import ZongStores
import ZongSyntax

struct ProgramRunner {
  let compile: CompileSettings
  let limits: Limits
  var leaks = LeakSettings()

  /// Compiles and runs; returns the exit status.
  func run(_ source: SourceText, arguments: [String]) -> Int32 {
    let runtime: Runtime
    do throws(RuntimeError) {
      runtime = try Runtime.open(settings)
    } catch {
      return fail(error)
    }
    let key = cacheKey(source)
    do throws(RuntimeError) {
      if let cached = runtime.cached(key) { return execute(cached, runtime, source, arguments) }
      guard let (bytes, isClean) = module(source) else { return 1 }
      // Code with warnings isn't kept, so that each run shows them.
      let program = try runtime.compile(bytes, key: isClean ? key : nil)
      return execute(program, runtime, source, arguments)
    } catch {
      return fail(error)
    }
  }

  private var settings: EngineSettings {
    EngineSettings(
      optimise: compile.optimize, timeLimited: limits.timeout != nil,
      maxStack: limits.maxStack ?? EngineSettings.defaultMaxStack)
  }

  /// The module of a source, and whether there was nothing to say about it; null if there were errors.
  private func module(_ source: SourceText) -> (bytes: [UInt8], isClean: Bool)? {
    if source.isModule { return (source.bytes.array, true) }
    if source.path.hasSuffix(".wasm") {
      Output.error("\(source.path) is not a WebAssembly module")
      return nil
    }
    let compilation = Compilation(options: compile.compilerOptions(stackSize: limits.maxStack))
    guard let module = compilation.compileSource(source) else {
      Reporter(format: compile.messageFormat).show(compilation.diagnostics, compilation.sources)
      return nil
    }
    Reporter(format: compile.messageFormat).show(compilation.diagnostics, compilation.sources)
    return (module, compilation.diagnostics.items.isEmpty)
  }

  private func cacheKey(_ source: SourceText) -> CacheKey {
    var hasher = CacheKeyHasher()
    hasher.add(Version.number)
    hasher.add(source.path)
    hasher.add(UnsafeRawBufferPointer(source.bytes.buffer))
    hasher.add(
      UInt64(compile.optimize ? 1 : 0) | UInt64(compile.allowExtern ? 2 : 0) | UInt64(compile.checksMemory ? 0 : 4)
        | UInt64(compile.reportsLeaks ? 8 : 0))
    hasher.add(UInt64(bitPattern: Int64(compile.bisectLimit ?? -1)))
    hasher.add(UInt64(limits.maxStack ?? 0))
    return hasher.finish()
  }

  private func execute(_ program: Program, _ runtime: Runtime, _ source: SourceText, _ arguments: [String]) -> Int32 {
    Runtime.writeOutputOnInterrupt()
    var options = RunOptions(
      programName: source.path, arguments: arguments, maxMemory: limits.maxMemory, timeout: limits.timeout)
    let report = LeakReport()
    if leaks.reports { options.onLeaks = { report.found = $0 } }
    let outcome = runtime.run(program, options)
    let renderer = ReportRenderer(colour: Output.hasColour(.standardError)) { path in
      path == source.path && !source.isModule ? String(decoding: source.bytes.buffer, as: UTF8.self) : nil
    }
    switch outcome {
    case .exited(let status):
      if leaks.reports { report.show(compile.messageFormat) }
      if leaks.fails && status == 0 && report.hasUnreachable { return ExitStatus.failure.code }
    case .stopped(let report), .timedOut(let report): Output.write(renderer.render(report), to: .standardError)
    case .failed(let error): Output.write(renderer.render(error), to: .standardError)
    }
    return outcome.status
  }

  private func fail(_ error: RuntimeError) -> Int32 {
    Output.write(ReportRenderer(colour: Output.hasColour(.standardError)).render(error), to: .standardError)
    return 1
  }
}

extension Compilation {
  /// Compiles one source on a thread with a deep stack; null after errors.
  func compileSource(_ source: SourceText) -> [UInt8]? {
    var result: [UInt8]?
    onSource(source) { result = self.compile() }
    return result
  }

  /// Adds a source and does `work` on a thread with a deep stack; sorts the diagnostics.
  func onSource(_ source: SourceText, _ work: @escaping () -> Void) {
    let added = add(path: source.path, contents: source.bytes)
    if added { Parallel.onDeepStack(work) }
    finishDiagnostics()
  }
}
