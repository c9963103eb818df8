// From a source to its end: looks for compiled code, compiles if there is none, runs, reports.

import ZongCompiler
import ZongManifest
import ZongRuntime
import ZongStores
import ZongSyntax
import ZongWasm

struct ProgramRunner {
  let compile: CompileSettings
  let sandbox: Sandbox
  var leaks = LeakSettings()
  /// Whether what the run took is told at its end.
  var showsStatistics = false
  /// The file that everything is written to that comes to the program; null for none.
  var recording: String?

  /// Compiles and runs; returns the exit status.
  func run(_ source: SourceText, arguments: [String]) -> Int32 {
    let runtime: Runtime
    do throws(RuntimeError) {
      runtime = try Runtime.open(settings)
    } catch {
      return fail(error)
    }
    do throws(RuntimeError) {
      guard let start = try findStart(source, runtime) else { return ExitStatus.failure.code }
      return execute(start.program, start.runtime, start.files, arguments)
    } catch {
      return fail(error)
    }
  }

  /// A compiled program, what runs it, and the files that it was made from, of which the first is its own.
  private struct Start {
    let program: Program
    let runtime: Runtime
    let files: [SourceText]
  }

  /// The program of a source, from the cache or compiled now; null if there were errors.
  private func findStart(_ source: SourceText, _ runtime: Runtime) throws(RuntimeError) -> Start? {
    let key = cacheKey(source)
    let entries = entries(source, key, runtime)
    for (key, files) in entries {
      if let program = runtime.cached(key) { return Start(program: program, runtime: runtime, files: files) }
    }
    // Modules of others may have what the baseline compiler lacks.
    let quick = compile.optimize || source.isModule ? nil : try runtime.withBaselineCompiler()
    for (key, files) in entries {
      guard let quick, let program = quick.cached(key) else { continue }
      runtime.compileLater(program, key: key)
      return Start(program: program, runtime: quick, files: files)
    }
    guard let built = module(source) else { return nil }
    var kept: CacheKey? = key
    if let imported = built.imported {
      runtime.keepNote(imported.note, key)
      kept = imported.key(after: key, source)
    }
    // Code with warnings isn't kept, so that each run shows them.
    if !built.isClean { kept = nil }
    let files = [source] + (built.imported?.files ?? [])
    if let quick, built.bytes.count >= Runtime.quickStartSize, let program = try? quick.compile(built.bytes, key: kept)
    {
      if let kept { runtime.compileLater(program, key: kept) }
      return Start(program: program, runtime: quick, files: files)
    }
    return Start(program: try runtime.compile(built.bytes, key: kept), runtime: runtime, files: files)
  }

  /// What a source's code may be kept under, with the files that it is then made from: the source alone, or with the
  /// imports that it had the last time.
  private func entries(_ source: SourceText, _ key: CacheKey, _ runtime: Runtime) -> [(CacheKey, [SourceText])] {
    guard let imported = ImportedFiles(note: runtime.note(key)) else { return [(key, [source])] }
    return [(key, [source]), (imported.key(after: key, source), [source] + imported.files)]
  }

  private var limits: RunLimits { sandbox.limits }

  private var settings: EngineSettings { limits.engine(optimise: compile.optimize) }

  /// A module, the files that it was made from besides the program's own, and whether there was nothing to say.
  private struct Built {
    let bytes: [UInt8]
    var imported: ImportedFiles?
    var isClean = true
  }

  /// The module of a source; null if there were errors.
  private func module(_ source: SourceText) -> Built? {
    if source.isModule { return Built(bytes: source.bytes.array) }
    if source.path.hasSuffix(".wasm") {
      Output.error("\(source.path) is not a WebAssembly module")
      return nil
    }
    var options = compile.compilerOptions(limits)
    options.sweeps = true
    let compilation = Compilation(options: options)
    var read: [SourceText] = []
    let module = compilation.compileSource(source) { path in SourceReader.load(path) { read.append($0) } }
    guard let module else {
      Reporter(format: compile.messageFormat).show(compilation.diagnostics, compilation.sources)
      return nil
    }
    Reporter(format: compile.messageFormat).show(compilation.diagnostics, compilation.sources)
    return Built(
      bytes: module.array, imported: ImportedFiles(read),
      isClean: compilation.diagnostics.items.isEmpty)
  }

  private func cacheKey(_ source: SourceText) -> CacheKey {
    var hasher = CacheKeyHasher()
    hasher.add(Version.number)
    hasher.add(source.path)
    hasher.add(UnsafeRawBufferPointer(source.bytes.buffer))
    hasher.add(
      UInt64(compile.optimize ? 1 : 0) | UInt64(compile.allowExtern ? 2 : 0) | UInt64(compile.checksMemory ? 0 : 4)
        | UInt64(compile.reportsLeaks ? 8 : 0))
    hasher.add(UInt64(compile.countsAllocations ? 1 : 0))
    hasher.add(UInt64(CompileSettings.verifies ? 1 : 0))
    hasher.add(UInt64(compile.fillsFrames ? 1 : 0))
    hasher.add(UInt64(bitPattern: Int64(compile.bisectLimit ?? -1)))
    hasher.add(compile.passes ?? "all")
    hasher.add(UInt64(limits.maxStack ?? 0))
    hasher.add(UInt64(limits.maxMemory ?? 0))
    return hasher.finish()
  }

  /// Runs a program that was made from files, of which the first is its own.
  private func execute(
    _ program: Program, _ runtime: Runtime, _ files: [SourceText], _ arguments: [String]
  ) -> Int32 {
    Runtime.writeOutputOnInterrupt()
    var options = sandbox.runOptions(programName: files[0].path, arguments: arguments)
    let report = LeakReport()
    let format = compile.messageFormat
    if leaks.reports { options.onLeaks = { report.found = $0 } }
    options.countsAllocations = compile.countsAllocations && !files[0].isModule
    if showsStatistics { options.onStatistics = { StatisticsReport($0).show(format) } }
    if let recording {
      do throws(FileError) {
        let recorded = files.filter { !$0.isModule }.map { RecordedFile(path: $0.path, contents: $0.bytes.array) }
        options.recording = .record(to: try RecordingFile.create(recording), files: recorded)
      } catch {
        Output.error(error.message)
        return ExitStatus.failure.code
      }
    }
    let denial = Denial()
    options.onDenial = { denial.happened = true }
    let outcome = runtime.run(program, options)
    let renderer = ReportRenderer(colour: Output.hasColour(.standardError)) { path in
      let source = files.first { $0.path == path && !$0.isModule }
      return source.map { String(decoding: $0.bytes.buffer, as: UTF8.self) }
    }
    switch outcome {
    case .exited(let status):
      if leaks.reports { report.show(compile.messageFormat) }
      if leaks.fails && status == 0 && report.hasUnreachable { return ExitStatus.failure.code }
    case .stopped(let report), .timedOut(let report): Output.write(renderer.render(report), to: .standardError)
    case .failed(let error): Output.write(renderer.render(error), to: .standardError)
    }
    if denial.happened, outcome.status != 0, let hint = sandbox.denialHint { Output.write(hint, to: .standardError) }
    return outcome.status
  }

  private func fail(_ error: RuntimeError) -> Int32 {
    Output.write(ReportRenderer(colour: Output.hasColour(.standardError)).render(error), to: .standardError)
    return 1
  }
}

/// Whether the program was denied something. Set by its thread before that ends.
private final class Denial: @unchecked Sendable {
  var happened = false
}

extension Compilation {
  /// Compiles one source on a thread with a deep stack; null after errors.
  func compileSource(_ source: SourceText, loadFile: @escaping FileLoader) -> ModuleBytes? {
    var result: ModuleBytes?
    onSource(source, loadFile: loadFile) { result = self.compile() }
    return result
  }

  /// Adds a source and does `work` on a thread with a deep stack; sorts the diagnostics.
  func onSource(
    _ source: SourceText, loadFile: @escaping FileLoader = { SourceReader.load($0) }, _ work: @escaping () -> Void
  ) {
    let added = add(path: source.path, contents: source.bytes, identity: source.identity)
    self.loadFile = loadFile
    if added { Parallel.onDeepStack(work) }
    finishDiagnostics()
    guard verifierErrors.isEmpty else {
      Output.error("the IR is wrong, which is a mistake of the compiler's:\n" + verifierErrors.joined(separator: "\n"))
      Process.exit(CompileSettings.internalErrorStatus)
    }
  }
}
