import ArgumentParser
import ZongCompiler
import ZongSema
import ZongSyntax

struct PermissionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "permissions",
    abstract: "Show what a program can need to be allowed.",
    discussion: """
      EXAMPLES:
        zong permissions app.zong
        zong permissions                  of the project's entry, and what zong.toml asks for
        zong permissions --message-format json app.zong

      The compiler looks at all that the program can reach, without running it. The last line is the command that allows
      just that. What a path or name will be is often known only when the program runs; then all are allowed, and you may
      want to name those that you expect.
      """)

  @OptionGroup var compile: CompileOptions

  @Argument(help: "The source; - for standard input. Without it, the project's entry.")
  var file: String?

  func run() throws {
    do {
      let place = try ProgramPlace.find(file, compile.messageFormat)
      let source = try SourceReader.readForOneTask(place.file)
      guard let report = report(source) else { throw ExitStatus.failure }
      Output.write(compile.messageFormat == .json ? report.json : report.text(place), to: .standardOutput)
    } catch let error as FileError {
      Output.error(error.message)
      throw ExitStatus.failure
    }
  }

  private func report(_ source: SourceText) -> PermissionReport? {
    let compilation = Compilation(options: compile.compilerOptions())
    var report: PermissionReport?
    compilation.onSource(source) {
      compilation.lex()
      compilation.parse()
      if let program = compilation.check() {
        report = PermissionReport(PermissionSearch.run(program), compilation.sources)
      }
    }
    Reporter(format: compile.messageFormat).show(compilation.diagnostics, compilation.sources)
    return report
  }
}

/// The permissions that a program can need, as text and as JSON lines.
private struct PermissionReport {
  /// A place in the source, with its line.
  private struct Place: Equatable {
    let name: String
    let line: String
  }

  /// One option, and the places that need it.
  private struct Item {
    let kind: NeededPermission.Kind
    let value: String?
    var places: [Place] = []
  }

  private var items: [Item] = []

  init(_ needs: [NeededPermission], _ sources: SourceMap) {
    var indices: [String: Int] = [:]
    for need in needs.sorted(by: { ($0.kind.rawValue, $0.position.offset) < ($1.kind.rawValue, $1.position.offset) }) {
      let key = "\(need.kind.rawValue) \(need.value.map { "=" + $0 } ?? "")"
      let index = indices[key] ?? items.count
      if index == items.count { items.append(Item(kind: need.kind, value: need.value)) }
      indices[key] = index
      items[index].places.append(PermissionReport.place(need.position, sources))
    }
  }

  private static func place(_ position: Position, _ sources: SourceMap) -> Place {
    let location = sources.location(of: position)
    guard location.line > 0 else { return Place(name: "?", line: "by way of a function value or an interface") }
    let line = sources.lineText(at: position).drop { $0 == " " || $0 == "\t" }
    return Place(name: "\(location.path):\(location.line):\(location.column)", line: String(line))
  }

  func text(_ place: ProgramPlace) -> String {
    let asked = PermissionReport.asked(place.project)
    if items.isEmpty { return "nothing: the program needs no permissions\n" + (asked.isEmpty ? "" : "\n" + asked) }
    var text = ""
    for item in items {
      text += option(item) + (isOpen(item) ? ", which is known when it runs" : "") + "\n"
      let width = item.places.map(\.name.count).max() ?? 0
      for place in item.places {
        text += "    \(place.name)\(String(repeating: " ", count: width - place.name.count))  \(place.line)\n"
      }
    }
    return text + "\nzong run \(options.joined(separator: " ")) \(place.file)\n" + asked
  }

  /// What a project's manifest asks for.
  private static func asked(_ project: Project?) -> String {
    guard let project, !project.manifest.permissions.allowances.isEmpty else { return "" }
    return "zong run -P allows what \(project.file) asks for: "
      + project.manifest.permissions.allowances.joined(separator: " ") + "\n"
  }

  private func isOpen(_ item: Item) -> Bool { item.value == nil || item.value == "*" }

  var json: String {
    items.map { item in
      JSON.object([
        JSON.member("option", JSON.string(name(item.kind))),
        JSON.member("value", item.value.map(JSON.string) ?? "null"),
        JSON.member("places", "[" + item.places.map { JSON.string($0.name) }.joined(separator: ",") + "]"),
      ]) + "\n"
    }.joined()
  }

  /// The options that allow all of it, one for each kind.
  private var options: [String] {
    NeededPermission.Kind.allCases.compactMap { kind in
      let values = items.filter { $0.kind == kind }.map(\.value)
      if values.isEmpty { return nil }
      if values.contains(where: { $0 == nil || $0 == "*" }) { return name(kind) }
      return "\(name(kind))=\(quoted(values.compactMap { $0 }.joined(separator: ",")))"
    }
  }

  private func option(_ item: Item) -> String {
    guard let value = item.value, value != "*" else { return name(item.kind) }
    return "\(name(item.kind))=\(quoted(value))"
  }

  /// As a shell takes it.
  private func quoted(_ value: String) -> String {
    let plain = value.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || "/._,-+:@%".utf8.contains(byte)
    }
    return plain
      ? value : "'\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }

  private func name(_ kind: NeededPermission.Kind) -> String {
    switch kind {
    case .read: "--allow-read"
    case .write: "--allow-write"
    case .variable: "--allow-env"
    case .network: "--allow-net"
    case .program: "--allow-run"
    }
  }
}
