// The compiler as a list of its stages: files → tokens → trees → typed program → IR → WebAssembly. A pure function of
// the sources and the options; it prints nothing and reads no clock. The diagnostics and the bytes are the same for
// any number of threads.

import ZongIR
import ZongLibrary
import ZongSema
import ZongStores
import ZongSyntax
import ZongWasm

package struct CompilerOptions: Sendable {
  /// Run the optimiser.
  package var optimize = false
  /// How many threads may be used.
  package var threads = 1
  /// Room for the tstack, in bytes.
  package var stackSize: UInt32 = 8 << 20
  /// The most memory that the program will be given, in pages of 64 KiB.
  package var mostPages: UInt32 = 65536
  /// Modules other than WASI may be imported from.
  package var allowExtern = false
  /// Whether pointers, indices and constants are checked; false for measuring only.
  package var checksMemory = true
  /// Whether frames are filled with a pattern when their functions begin, so that a read of what nothing was written to
  /// shows; for the tests.
  package var fillsFrames = false
  /// Whether the tags share the program's memory, for engines that allow only one.
  package var singleMemory = false
  /// Whether the program ends with a list of what it never freed, for the host.
  package var reportsLeaks = false
  /// Whether the program counts what it allocates, for the host.
  package var countsAllocations = false
  /// Whether the program's host helps to bring memory back whose tags are used up: `zong run` does.
  package var sweeps = false
  /// The program is the tests of its file, each with an entry of its own.
  package var isTesting = false
  /// Settings of the optimiser's passes.
  package var optimizer = OptimizerOptions()
  /// The compiler's version, written into modules.
  package var version = ""

  package init() {}

  /// Says how much memory the program will be given, in bytes: the tstack takes at most an eighth of it, and the heap's
  /// page table goes no further.
  package mutating func limitMemory(to bytes: Int) {
    mostPages = UInt32(clamping: MemoryLimit.pages(within: bytes))
    stackSize = min(stackSize, max(UInt32(clamping: bytes / 8 & ~0xFFFF), 65536))
  }

  var plan: PlanOptions {
    PlanOptions(
      stackSize: stackSize, mostPages: mostPages, checksMemory: checksMemory, fillsFrames: fillsFrames,
      singleMemory: singleMemory, countsAllocations: countsAllocations)
  }
}

/// The stages that are timed one by one.
package enum Stage: String, CaseIterable, Sendable {
  case lex, parse, check, lower, optimize, assemble
}

/// One compilation, from its sources to where it got.
package final class Compilation {
  package let options: CompilerOptions
  package let sources = SourceMap()
  package let names = Interner.withKeywords()
  package private(set) var diagnostics = Diagnostics()
  /// What the verifier found in the IR, if the options ask for it: bugs of the compiler's.
  package private(set) var verifierErrors: [String] = []
  /// Called when a stage has ended.
  package var onStage: (Stage) -> Void = { _ in }

  package private(set) var tokens: [TokenStore] = []
  package private(set) var trees: [Tree] = []
  /// The typed program lives as long as the compilation: a command that ends with it need not free it piece by piece.
  private var program: TypedProgram?

  package init(options: CompilerOptions) { self.options = options }

  /// Adds a file of the user's. False if it is too large.
  package func add(path: String, contents: UnsafeBufferPointer<UInt8>) -> Bool {
    add(path: path, contents: SourceBytes(contents))
  }
  package func add(path: String, contents: SourceBytes, identity: String? = nil) -> Bool {
    guard let file = sources.add(path: path, contents: contents) else { return false }
    files.append(file)
    programPath = path
    programIdentity = identity ?? path
    return true
  }
  private var files: [SourceFile] = []
  /// Whether the file has `test` blocks; known from `compileTests` on, as trees are dropped when they are checked.
  package internal(set) var hasTests = false
  /// The examples in the doc comments of the program's own file; known like `hasTests`.
  package internal(set) var documentedExamples: [DocumentedExample] = []
  /// The path of the program's own file, and what tells it from others (`LoadedFile.found`).
  private(set) var programPath = ""
  private(set) var programIdentity = ""
  /// Asked for the files that are imported. Without it there are none.
  package var loadFile: FileLoader = { _ in .missing }

  /// Sorts the diagnostics by position.
  package func finishDiagnostics() { diagnostics.sortByPosition() }

  // MARK: Stages

  /// Files to tokens.
  package func lex() {
    tokens = lex(files).flatMap { $0 }
    onStage(.lex)
  }

  /// Tokens to trees, a part at a time on several threads.
  package func parse() {
    trees = parse([tokens]).flatMap { $0 }
    onStage(.parse)
  }

  /// The trees of files, a part at a time on several threads.
  func parse(_ files: [[TokenStore]]) -> [[Tree]] {
    var pieces: [(file: Int, tokens: TokenStore, from: TokenId, to: TokenId)] = []
    for (file, stores) in files.enumerated() {
      for store in stores {
        for (index, cut) in store.cuts.enumerated() {
          let isLast = index + 1 == store.cuts.count
          pieces.append((file, store, cut, isLast ? TokenId(UInt32(store.count - 1)) : store.cuts[index + 1]))
        }
      }
    }
    let work = pieces
    let parsed = Results<(Tree, Diagnostics)>(count: work.count)
    Parallel.forEach(work.count, threads: options.threads) { index, _ in
      var found = Diagnostics()
      let tree = Parser.parse(work[index].tokens, from: work[index].from, to: work[index].to, into: &found)
      parsed[index] = (tree, found)
    }
    var trees = [[Tree]](repeating: [], count: files.count)
    for index in work.indices {
      guard let (tree, found) = parsed[index] else { continue }
      trees[work[index].file].append(tree)
      diagnostics.append(contentsOf: found)
    }
    return trees
  }

  /// Trees to the typed program, with the files that they import; null if there were errors.
  package func check() -> TypedProgram? {
    let files = loadImports()
    // A tree with errors is checked all the same: what it says wrongly elsewhere is worth knowing.
    let program = Analysis.check(
      files, names: names, threads: options.threads, reportsLeaks: options.reportsLeaks,
      isTesting: options.isTesting, sweeps: options.sweeps, into: &diagnostics)
    self.program = program
    if !options.allowExtern { checkExterns(program) }
    onStage(.check)
    return diagnostics.hasErrors ? nil : program
  }

  /// The program's files: its own, those that it imports, and the library's core.
  private func loadImports() -> FileGraph {
    let module = standardModule
    var own = ParsedFile(name: "main", isLibrary: false, trees: trees)
    own.seesCore = !module.isEmpty
    own.trees += libraryTrees(module.filter { !$0.path.hasSuffix("/" + ModulePath.name(of: programPath)) })
    var loader = ModuleLoader(self, FileGraph(core: ParsedFile(name: "core", isLibrary: true), program: own))
    loader.load()
    diagnostics.append(contentsOf: loader.diagnostics)
    var graph = loader.graph
    graph.files[0].trees = libraryTrees(Library.core)
    return graph
  }

  /// The files of the standard module that the program's file belongs to, if it is one of the library's, which is checked or
  /// tested by itself.
  private var standardModule: [LibraryFile] {
    guard files.count == 1, let file = files.first else { return [] }
    return Library.module(of: ModulePath.name(of: file.path), file.text)
  }

  private func libraryTrees(_ sources: [LibraryFile]) -> [Tree] {
    var found = Diagnostics()
    var trees: [Tree] = []
    for source in sources {
      guard let file = self.sources.add(path: source.path, contents: source.bytes, isLibrary: true) else { continue }
      trees += Parser.parseAll(Lexer.outline(file, names: names, into: &found), into: &found)
    }
    diagnostics.append(contentsOf: found)
    return trees
  }

  /// The tokens of files, one file after the other.
  func lex(_ files: [SourceFile]) -> [[TokenStore]] {
    files.map {
      if $0.isLibrary { return [Lexer.outline($0, names: names, into: &diagnostics)] }
      return Lexer.tokenizeInPieces($0, names: names, threads: options.threads, into: &diagnostics)
    }
  }

  /// Typed program to module.
  package func generate(_ program: TypedProgram) -> ModuleBytes? {
    let plan = ProgramPlan(program, options.plan)
    if plan.isTooLarge {
      diagnostics.report(.typeTooLarge, at: .none, "the program's constants, globals and stack don't fit in memory")
      return nil
    }
    if plan.functionCount > EngineLimits.functions {
      diagnostics.report(.functionTooLarge, at: .none, "the program has more than a million functions") {
        $0.notes = ["engines take no more in one module"]
      }
      return nil
    }
    if options.optimize {
      let (optimized, _) = optimizedIR(program)
      if !verifierErrors.isEmpty { return nil }
      var oversized: [OversizedFunction] = []
      let module = optimized.module(positions: positions(), version: options.version, threads: options.threads) {
        oversized = $0
      }
      onStage(.assemble)
      return report(oversized, plan) ? nil : module
    }
    if options.optimizer.verify {
      verify(plan.lowerAll(threads: options.threads))
      if !verifierErrors.isEmpty { return nil }
    }
    // Code takes the memory of the tokens.
    for part in program.declarations.parts { part.tokens.drop() }
    let code = StreamedCode(plan: plan, threads: options.threads)
    onStage(.lower)
    if report(code.oversized, plan) { return nil }
    let module = code.assemble(positions: positions(), version: options.version)
    onStage(.assemble)
    return module
  }

  /// The program in IR, as lowered.
  package func loweredIR(_ typed: TypedProgram) -> ZongIR.Program {
    let plan = ProgramPlan(typed, options.plan)
    let program = plan.lowerAll(threads: options.threads)
    onStage(.lower)
    return program
  }

  /// The program in IR after the optimiser's passes, and what they did.
  package func optimizedIR(_ typed: TypedProgram) -> (ZongIR.Program, OptimizerReport) {
    var program = loweredIR(typed)
    var optimizer = options.optimizer
    optimizer.threads = options.threads
    if optimizer.verify { verify(program) }
    let report = Optimizer.run(&program, optimizer)
    verifierErrors += report.errors
    if optimizer.verify { verify(program) }
    onStage(.optimize)
    return (program, report)
  }

  private func verify(_ program: ZongIR.Program) {
    verifierErrors += Verifier.verify(program).map { "\($0)" }
  }

  private func positions() -> PositionMapEncoder {
    var encoder = PositionMapEncoder(threads: options.threads)
    for file in sources.files {
      encoder.addFile(path: file.path, base: file.base, text: file.text, isLibrary: file.isLibrary)
    }
    return encoder
  }

  /// Everything: sources to a module. Null if there were errors.
  package func compile() -> ModuleBytes? {
    lex()
    parse()
    guard let program = check() else { return nil }
    return generate(program)
  }

  /// Reports an error that only code generation can find.
  func report(_ kind: DiagnosticKind, at span: Span, _ message: String, note: String) {
    diagnostics.report(kind, at: span, message) { $0.notes = [note] }
  }

  /// Imports from modules that the memory promise doesn't cover.
  private func checkExterns(_ program: TypedProgram) {
    for (module, span) in program.declarations.externModules where module != "wasi_snapshot_preview1" {
      diagnostics.report(
        .badExtern, at: span, "functions of the module \"\(module)\" may do anything to the program's memory"
      ) { $0.notes = ["if you trust the module, compile with `--allow-extern`"] }
    }
  }
}
