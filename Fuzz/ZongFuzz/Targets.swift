// What is fuzzed. Each target takes any bytes and must come back.

import ZongCompiler
import ZongFormat
import ZongIR
import ZongManifest
import ZongRuntime
import ZongStores
import ZongSyntax
import ZongWasm

enum FuzzTarget: String, CaseIterable {
  case lexer, parser, format, check, compile, ir, module, manifest, recording

  func run(_ input: [UInt8]) {
    switch self {
    case .lexer: lex(input)
    case .parser: parse(input)
    case .format: format(input)
    case .check: check(input)
    case .compile: compile(input)
    case .ir: parseIR(input)
    case .module: readModule(input)
    case .manifest: readManifest(input)
    case .recording: readRecording(input)
    }
  }

  // MARK: Source text

  private func lex(_ input: [UInt8]) {
    var diagnostics = Diagnostics()
    _ = tokens(of: input, into: &diagnostics)
  }

  private func parse(_ input: [UInt8]) {
    var diagnostics = Diagnostics()
    guard let tokens = tokens(of: input, into: &diagnostics) else { return }
    _ = ZongSyntax.Parser.parseAll(tokens, into: &diagnostics)
  }

  private func tokens(of input: [UInt8], into diagnostics: inout Diagnostics) -> TokenStore? {
    let sources = SourceMap()
    let file = input.withUnsafeBufferPointer { sources.add(path: "fuzz.zong", contents: $0) }
    return file.map { Lexer.tokenize($0, names: Interner.withKeywords(), into: &diagnostics) }
  }

  /// What has no syntax errors is formatted, changes in nothing but its layout, and is then a fixed point.
  private func format(_ input: [UInt8]) {
    let first = formatted(input)
    if first.isUnfaithful { failed("formatting would change the program") }
    guard let text = first.text else { return }
    let second = formatted(text)
    if second.text != text { failed("formatting again changes it again") }
  }

  private func formatted(_ text: [UInt8]) -> FormattedFile {
    FormattedFile(path: "fuzz.zong", contents: text.withUnsafeBufferPointer { SourceBytes($0) })
  }

  private func compilation(of input: [UInt8], optimize: Bool) -> Compilation {
    var options = CompilerOptions()
    options.optimize = optimize
    options.optimizer.verify = true
    let compilation = Compilation(options: options)
    _ = input.withUnsafeBufferPointer { compilation.add(path: "fuzz.zong", contents: $0) }
    return compilation
  }

  private func check(_ input: [UInt8]) {
    let compilation = compilation(of: input, optimize: false)
    compilation.lex()
    compilation.parse()
    _ = compilation.check()
    compilation.finishDiagnostics()
    for diagnostic in compilation.diagnostics.items {
      if diagnostic.message.isEmpty { failed("a diagnostic without a message: \(diagnostic.kind)") }
    }
  }

  /// Both ways to bytes; and the IR of what is correct is valid.
  private func compile(_ input: [UInt8]) {
    for optimize in [false, true] {
      let compilation = compilation(of: input, optimize: optimize)
      let module = compilation.compile()
      if let error = compilation.verifierErrors.first { failed("the IR is wrong: \(error)") }
      if module == nil && !optimize { return }
      if module == nil { failed("an error in the second compilation only") }
    }
  }

  // MARK: Manifests

  /// A manifest, or a reason in the text why it is none.
  private func readManifest(_ input: [UInt8]) {
    let sources = SourceMap()
    guard let file = input.withUnsafeBufferPointer({ sources.add(path: "zong.toml", contents: $0) }) else { return }
    var diagnostics = Diagnostics()
    let manifest = Manifest.read(file, isHost: { NetworkPattern($0) != nil }, into: &diagnostics)
    if (manifest == nil) != diagnostics.hasErrors { failed("neither a manifest nor a mistake") }
    for diagnostic in diagnostics.items where diagnostic.span.end.offset > file.end || diagnostic.span.start == .none {
      failed("a mistake outside of the file: \(diagnostic.message)")
    }
  }

  // MARK: Recordings

  /// A recording with its events, or a reason why it is none. No event is made of nothing.
  private func readRecording(_ input: [UInt8]) {
    guard let recording = try? Recording(input) else { return }
    let events = recording.readAll()
    if events.count > input.count { failed("more events than bytes") }
  }

  // MARK: IR and modules

  /// What can be parsed is verified, and what is valid is printed and read back as the same text.
  private func parseIR(_ input: [UInt8]) {
    guard
      case .success(var program) = ZongIR.Parser.parseProgram(
        String(decoding: input, as: UTF8.self))
    else { return }
    guard Verifier.verify(program).isEmpty else { return }
    let text = program.text()
    guard case .success(let again) = ZongIR.Parser.parseProgram(text) else {
      failed("printed IR can't be read back")
    }
    if again.text() != text { failed("IR changes when it is printed and read back") }
    _ = Optimizer.run(&program, OptimizerOptions())
    if let error = Verifier.verify(program).first { failed("optimised IR is wrong: \(error)") }
  }

  /// A module's text, and Zong's own sections, found in a module and alone.
  private func readModule(_ input: [UInt8]) {
    if WatPrinter.text(of: input).isEmpty { failed("no text and no error") }
    readStops(input)
    readPositions(input)
    let sections = input.withUnsafeBufferPointer { ModuleSections($0) }
    if let stops = sections.stops { readStops(Array(input[stops])) }
    if let positions = sections.positions { readPositions(Array(input[positions])) }
  }

  private func readStops(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBufferPointer { StopTable(decoding: $0) }
  }

  private func readPositions(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer {
      let map = PositionMap($0)
      for function in [0, 1, 7, 1_000_000] {
        for offset: UInt32 in [0, 1, 40, .max] {
          _ = map.levels(function: function, codeOffset: offset)
        }
      }
      for position: UInt64 in [0, 1, 1_000, .max] { _ = map.place(position) }
    }
  }

  private func failed(_ message: String) -> Never { fatalError(message) }
}
