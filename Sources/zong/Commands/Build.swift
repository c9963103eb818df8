import ArgumentParser
import ZongCompiler
import ZongIR
import ZongManifest
import ZongRuntime
import ZongSema
import ZongSyntax
import ZongWasm

/// What `--emit` shows.
enum Emission: ExpressibleByArgument {
  case tokens, tree, locals, checks, wat, wasm
  /// `ir`, or `ir:after=PASS`.
  case ir(after: String?)

  init?(argument: String) {
    switch argument {
    case "tokens": self = .tokens
    case "tree": self = .tree
    case "locals": self = .locals
    case "checks": self = .checks
    case "wat": self = .wat
    case "wasm": self = .wasm
    case "ir": self = .ir(after: nil)
    default:
      let prefix = "ir:after="
      guard argument.hasPrefix(prefix) else { return nil }
      self = .ir(after: String(argument.dropFirst(prefix.count)))
    }
  }
}

struct Build: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compile a program to a WebAssembly module.",
    discussion: """
      EXAMPLES:
        zong build app.zong                     makes app.wasm
        zong build -O app.zong -o fast.wasm     optimised
        zong build                              the project's entry, to NAME.wasm, as zong.toml names them
        zong build --emit wat app.zong          shows the module as text
        zong build -O --emit ir app.zong        shows the optimised intermediate code
        zong build --timings app.zong           how long each stage took

      The module runs under any engine with WASI preview 1.
      """)

  @OptionGroup var compile: CompileOptions

  @Option(name: .short, help: ArgumentHelp("Where to write; - for standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Show a stage instead: tokens, tree, locals, checks, ir, ir:after=PASS, wat, wasm.", valueName: "stage"))
  var emit: Emission?

  @Option(help: ArgumentHelp("The size of the program's stack, such as 8M.", valueName: "size"))
  var maxStack: ByteSize?

  @Flag(help: "Keep the tags in the program's own memory, for engines that allow only one. It is then at most 1 GiB.")
  var singleMemory = false

  @Flag(help: "Print how long each stage of the compiler took.")
  var timings = false

  @Argument(help: "The source to compile; - for standard input. Without it, the project's entry.")
  var file: String?

  func validate() throws {
    let passes = Pass.allCases.map(\.name)
    if case .ir(let pass?) = emit, !passes.contains(pass) {
      let known = passes.joined(separator: ", ")
      throw ValidationError("there is no pass \(pass); the passes are \(known)")
    }
  }

  func run() throws {
    try BuildJob(
      file: file, compile: compile.settings, output: output, emit: emit, maxStack: maxStack?.bytes, timings: timings,
      singleMemory: singleMemory
    ).run()
  }
}

/// One build, as plain values.
struct BuildJob {
  /// Null for the project's entry.
  let file: String?
  let compile: CompileSettings
  var output: String?
  var emit: Emission?
  var maxStack: Int?
  var timings = false
  var singleMemory = false

  func run() throws {
    do {
      let place = try ProgramPlace.find(file, compile.messageFormat)
      let source = try SourceReader.readForOneTask(place.file)
      if source.isModule, case .wat? = emit {
        guard let text = watText(source.bytes.array) else {
          throw FileError(message: "\(place.file) is not a valid module")
        }
        try write(.text(text), place)
        return
      }
      if source.isModule { throw FileError(message: "\(place.file) is a module already") }
      try build(source, place)
    } catch let error as FileError {
      Output.error(error.message)
      throw ExitStatus.failure
    }
  }

  private func build(_ source: SourceText, _ place: ProgramPlace) throws {
    var limits = RunLimits()
    limits.maxStack = maxStack ?? place.project?.manifest.limits.maxStack
    var options = compile.compilerOptions(limits)
    options.singleMemory = singleMemory
    if case .ir(let pass?) = emit {
      options.optimize = true
      options.optimizer.stopAfter = pass
    }
    let compilation = Compilation(options: options)
    // The process ends with the command: taking the compilation apart before would be for nothing.
    _ = Unmanaged.passRetained(compilation)
    let clock = StageClock()
    compilation.onStage = clock.end
    var result: Product?
    compilation.onSource(source) { [emit] in result = produce(emit, compilation) }
    Reporter(format: compile.messageFormat).show(compilation.diagnostics, compilation.sources)
    guard let result else { throw ExitStatus.failure }
    try write(result, place)
    if timings { Output.write(clock.report(source), to: .standardError) }
  }

  private func write(_ product: Product, _ place: ProgramPlace) throws {
    let target = target(place)
    try product.withPieces { (pieces) throws(FileError) in try Output.writeFile(target, pieces) }
  }

  /// Where the result goes: a dump to standard output, a module to a file named after the source or the project.
  private func target(_ place: ProgramPlace) -> String {
    if let output { return output }
    if emit != nil || place.file == "-" { return "-" }
    if place.isEntry, let project = place.project, let name = project.manifest.name {
      return shownPath("\(project.folder)/\(name).wasm")
    }
    return (place.file.hasSuffix(".zong") ? String(place.file.dropLast(5)) : place.file) + ".wasm"
  }
}

/// What a build makes.
private enum Product {
  case text([UInt8])
  case module(ModuleBytes)

  init(_ text: String) { self = .text(Array(text.utf8)) }

  func withPieces(_ body: ([UnsafeBufferPointer<UInt8>]) throws(FileError) -> Void) throws(FileError) {
    switch self {
    case .text(let text): try text.withUnsafeBufferPointer { (bytes) throws(FileError) in try body([bytes]) }
    case .module(let module): try module.withPieces(body)
    }
  }
}

/// What is asked for; null after errors.
private func produce(_ emission: Emission?, _ compilation: Compilation) -> Product? {
  compilation.lex()
  if case .tokens? = emission { return Product(compilation.tokens.map { TokenDump.text(of: $0) }.joined()) }
  compilation.parse()
  if case .tree? = emission { return Product(compilation.trees.map { TreeDump.text(of: $0) }.joined()) }
  guard let program = compilation.check() else { return nil }
  if case .checks? = emission { return Product(compilation.checkReport(program)) }
  if case .locals? = emission { return Product(LocalsDump.text(of: program, compilation.sources)) }
  if case .ir? = emission {
    let ir = compilation.options.optimize ? compilation.optimizedIR(program).0 : compilation.loweredIR(program)
    return Product(ir.text())
  }
  guard let module = compilation.generate(program) else { return nil }
  if case .wat? = emission { return watText(module.array).map { .text($0) } }
  return .module(module)
}

/// The module's text, or null if it can't be read.
private func watText(_ module: [UInt8]) -> [UInt8]? {
  module.withUnsafeBufferPointer { try? WatPrinter.print($0).array }
}

/// Measures the compiler's stages.
private final class StageClock {
  private let start = Process.milliseconds
  private var last = Process.milliseconds
  private var stages: [(Stage, Double)] = []

  func end(_ stage: Stage) {
    let now = Process.milliseconds
    stages.append((stage, now - last))
    last = now
  }

  func report(_ source: SourceText) -> String {
    var text = ""
    for (stage, time) in stages { text += line(stage.rawValue, time) }
    let total = Process.milliseconds - start
    text += line("total", total)
    var lines = 1
    for byte in source.bytes.buffer { lines &+= byte == 0x0A ? 1 : 0 }
    let perSecond = Int(Double(lines) / max(total, 0.001) * 1000)
    text += "\(lines) lines, \(source.bytes.count) bytes, \(perSecond) lines/s, peak memory \(Process.peakMemory) KiB\n"
    return text
  }

  private func line(_ name: String, _ time: Double) -> String {
    let thousandths = Int((time * 1000).rounded())
    let fraction = String(thousandths % 1000)
    let padded = String(repeating: "0", count: 3 - fraction.count) + fraction
    let number = "\(thousandths / 1000).\(padded)"
    let gap = String(repeating: " ", count: max(1, 20 - name.count - number.count))
    return name + gap + number + " ms\n"
  }
}
