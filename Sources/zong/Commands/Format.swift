import ArgumentParser
import ZongFormat
import ZongRuntime
import ZongStores
import ZongSyntax

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Write sources in the one style.",
    discussion: """
      EXAMPLES:
        zong fmt                        every .zong file below this folder
        zong fmt app.zong lib           a file, and the files of a folder
        zong fmt --check                only name the files that would change
        zong fmt --diff app.zong        show what would change
        zong fmt - < app.zong           standard input to standard output

      A file with a syntax error is left alone, and its errors are shown.

      Exit status: 0; 1 if a file has errors or can't be written, or would change under --check or --diff.
      """)

  @Flag(help: "Change nothing; name the files that would change.")
  var check = false

  @Flag(help: "Change nothing; show what would change.")
  var diff = false

  @Option(help: ArgumentHelp("How diagnostics are written.", valueName: "text|json"))
  var messageFormat = MessageFormat.text

  @Option(help: ArgumentHelp("How many files are formatted at once (default: one per core).", valueName: "number"))
  var jobs: Int?

  @Argument(help: "Files and folders; - for standard input. Without any, the current folder.")
  var files: [String] = []

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
  }

  func run() throws {
    let paths: [String]
    do { paths = try SourceFinder.find(files) } catch {
      Output.error(error.message)
      throw ExitStatus.failure
    }
    if paths.isEmpty {
      Output.error("there are no .zong files in \(files.isEmpty ? "this folder" : files.joined(separator: ", "))")
      throw ExitStatus.failure
    }
    if !formatAll(paths) { throw ExitStatus.failure }
  }

  /// Formats files a batch at a time, and shows and writes the results in order. True if all went well.
  private func formatAll(_ paths: [String]) -> Bool {
    var isFine = true
    let threads = min(jobs ?? usableCores() ?? Parallel.coreCount, 64)
    let batch = threads * 8
    for start in stride(from: 0, to: paths.count, by: batch) {
      let part = Array(paths[start..<min(start + batch, paths.count)])
      let results = Results<FormatResult>(count: part.count)
      Parallel.onDeepStack {
        Parallel.forEach(part.count, threads: threads) { index, _ in results[index] = FormatResult(part[index]) }
      }
      for index in part.indices {
        if let result = results[index], !finish(result) { isFine = false }
      }
    }
    return isFine
  }

  /// Shows or writes a result. False if something is wrong with the file, or with its style under `--check`.
  private func finish(_ result: FormatResult) -> Bool {
    if let problem = result.problem {
      Output.error(problem)
      return false
    }
    guard let file = result.file else { return false }
    Reporter(format: messageFormat).show(file.diagnostics, file.sources)
    guard let text = file.text else {
      if file.isUnfaithful {
        Output.error("formatting \(result.path) would change it; this is a mistake in zong, and the file is left alone")
      }
      return false
    }
    if diff || check {
      if result.isUnchanged { return true }
      if check { Output.write("\(result.path)\n", to: .standardOutput) }
      if diff { Output.write(result.difference(to: text), to: .standardOutput) }
      return false
    }
    return write(text, result)
  }

  private func write(_ text: [UInt8], _ result: FormatResult) -> Bool {
    if result.isUnchanged && result.path != "-" { return true }
    do {
      try Output.rewriteFile(result.path, text)
      return true
    } catch {
      Output.error(error.message)
      return false
    }
  }
}

/// A file that was read and formatted.
private struct FormatResult {
  let path: String
  private(set) var source: SourceText?
  private(set) var file: FormattedFile?
  /// Why the file couldn't be read.
  private(set) var problem: String?

  init(_ path: String) {
    self.path = path
    do {
      let source = try SourceReader.readForOneTask(path)
      self.source = source
      file = FormattedFile(path: source.path, contents: source.bytes)
    } catch {
      problem = error.message
    }
  }

  var isUnchanged: Bool {
    guard let source, let text = file?.text else { return false }
    return source.bytes.buffer.elementsEqual(text)
  }

  /// What formatting changes, as `diff -u` shows it.
  func difference(to text: [UInt8]) -> String {
    guard let source else { return "" }
    let old = String(decoding: source.bytes.buffer, as: UTF8.self)
    let changes = LineDiff(old, String(decoding: text, as: UTF8.self)).unified()
    let note = changes.isEmpty ? "the last line end differs\n" : changes
    return "--- \(source.path)\n+++ \(source.path)\n\(note)"
  }
}
