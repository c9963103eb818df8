// From files to tests: compiles each file's `test` blocks into one module, and each example of its doc comments into a
// module of its own.

import ZongCompiler
import ZongManifest
import ZongStores
import ZongSyntax
import ZongWasm

/// The tests of one file, and what the compiler says of it.
struct TestFile: @unchecked Sendable {
  var cases: [TestCase] = []
  /// Compilations that have something to say, in order.
  var compilations: [Compilation] = []
}

struct TestCollector: Sendable {
  let compile: CompileSettings
  let limits: RunLimits
  /// Only tests whose titles contain this.
  let filter: String
  /// The tests are named and not run.
  let isListing: Bool

  /// The tests of files, which are compiled on several threads.
  func collect(_ paths: [String], threads: Int) -> [TestFile] {
    let results = Results<TestFile>(count: paths.count)
    Parallel.forEach(paths.count, threads: threads) { index, _ in results[index] = tests(of: paths[index]) }
    return paths.indices.map { results[$0] ?? TestFile() }
  }

  private func tests(of path: String) -> TestFile {
    let source: SourceText
    do throws(FileError) {
      source = try SourceReader.read(path)
    } catch {
      return TestFile(cases: [TestCase(file: path, line: 1, name: "reading", problem: error.message)])
    }
    // Most files have neither tests nor examples.
    guard Self.mayHaveTests(source.bytes.buffer) else { return TestFile() }
    var result = TestFile()
    let blocks = Compilation(options: options(isTesting: true))
    var found: (tests: [TestEntry], module: [UInt8]?)?
    var read: [SourceText] = []
    blocks.onSource(source, loadFile: { path in SourceReader.load(path) { read.append($0) } }) {
      found = blocks.compileTests(generates: !isListing)
    }
    let examples = blocks.documentedExamples
    if !blocks.hasTests && examples.isEmpty { return result }
    if Self.isOfTheCore(path) {
      addExamples(examples, source, to: &result)
      return result
    }
    if !blocks.diagnostics.items.isEmpty { result.compilations.append(blocks) }
    guard let found else {
      result.cases = [TestCase(file: source.path, line: 1, name: "compiling", problem: "the file has errors")]
      return result
    }
    let module = found.module.map { TestModule($0, files: [source] + read) }
    for (index, test) in found.tests.enumerated() {
      result.cases.append(
        TestCase(
          file: source.path, line: test.location.line, name: test.name, module: module,
          entry: RuntimeExports.test(index)))
    }
    result.cases.removeAll { !matches($0) }
    addExamples(examples, source, to: &result)
    return result
  }

  private func addExamples(_ examples: [DocumentedExample], _ source: SourceText, to result: inout TestFile) {
    var counts: [String: Int] = [:]
    for example in examples {
      let number = counts[example.subject, default: 0] + 1
      counts[example.subject] = number
      let name = "example of \(example.subject)" + (number > 1 ? " \(number)" : "")
      var test = TestCase(file: source.path, line: example.line, name: name)
      guard matches(test) else { continue }
      if !isListing { compileExample(example, source, &test, &result) }
      result.cases.append(test)
    }
  }

  private func compileExample(
    _ example: DocumentedExample, _ source: SourceText, _ test: inout TestCase, _ result: inout TestFile
  ) {
    let bytes = example.code.withUnsafeBufferPointer { SourceBytes($0) }
    let text = SourceText(path: source.path, bytes: bytes)
    let compilation = Compilation(options: options(isTesting: false))
    var read: [SourceText] = []
    let module = compilation.compileSource(text) { path in SourceReader.load(path) { read.append($0) } }
    if !compilation.diagnostics.items.isEmpty { result.compilations.append(compilation) }
    guard let module else {
      test.problem = problem(example, source, compilation.diagnostics)
      return
    }
    test.module = TestModule(module.array, files: [source] + read)
    test.entry = RuntimeExports.start
  }

  /// What is said of an example with errors: among them may be names of the file that it belongs to.
  private func problem(_ example: DocumentedExample, _ source: SourceText, _ found: Diagnostics) -> String {
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    let ownImport = "import \"\(name.hasSuffix(".zong") ? String(name.dropLast(5)) : name)\""
    let hasUnknown = found.items.contains { $0.kind == .unknownName || $0.kind == .unknownType }
    guard hasUnknown, !String(decoding: example.code, as: UTF8.self).contains(ownImport) else {
      return "the example has errors"
    }
    return "the example has errors; it is a program of its own, which sees this file by `\(ownImport);`"
  }

  private func options(isTesting: Bool) -> CompilerOptions {
    var options = compile.compilerOptions(limits)
    // The files are compiled side by side.
    options.threads = 1
    options.isTesting = isTesting
    options.reportsLeaks = true
    options.sweeps = true
    return options
  }

  /// The files of the core see each other without an import, and are part of every program: of one of them the examples
  /// are tested.
  private static func isOfTheCore(_ path: String) -> Bool { path.utf8.contains("std/core/".utf8) }

  private func matches(_ test: TestCase) -> Bool { filter.isEmpty || test.title.contains(filter) }

  private static func mayHaveTests(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var start = text.startIndex
    while let index = text[start...].firstIndex(where: { $0 == UInt8(ascii: "t") || $0 == UInt8(ascii: "`") }) {
      let rest = text[index...]
      if rest.starts(with: "test".utf8) || rest.starts(with: "```zong".utf8) { return true }
      start = index + 1
    }
    return false
  }
}
