// From a program's own file to all that it imports: asks for the imported files, lexes and parses them, and puts them
// in an order in which each comes behind those that it imports. Files are loaded in the order in which their imports
// stand, level by level, so that the result is the same each time.

import ZongLibrary
import ZongSema
import ZongStores
import ZongSyntax

/// What there is at a path.
package enum LoadedFile {
  /// The file's bytes, and what tells the file from others: two paths to one file have the same identity.
  case found(SourceBytes, identity: String)
  case missing
  /// There is a file that can't be read, and why.
  case unreadable(String)
}

/// Where a compilation gets imported files from, by path. The compiler itself touches no disk.
package typealias FileLoader = (String) -> LoadedFile

struct ModuleLoader {
  private let compilation: Compilation
  private(set) var graph: FileGraph
  private(set) var diagnostics = Diagnostics()
  /// The file's path by module, as relative imports in it understand it; empty for the library's.
  private var paths: [String]
  private var byIdentity: [String: ModuleId] = [:]
  private var byPath: [String: ModuleId] = [:]
  /// Files of modules that were found and aren't parsed yet.
  private var pending: [(id: ModuleId, file: SourceFile)] = []
  /// The library's modules that have several files.
  private var divided: Set<ModuleId> = []
  private let names: Interner

  init(_ compilation: Compilation, _ graph: FileGraph) {
    self.compilation = compilation
    self.graph = graph
    names = compilation.names
    paths = ["", compilation.programPath]
  }

  /// Loads everything that the program's file imports, directly or through others.
  mutating func load() {
    if graph.files[Int(ModuleId.program.index)].seesCore { divided.insert(.program) }
    collectImports(of: .program, graph.files[Int(ModuleId.program.index)].trees)
    while !pending.isEmpty {
      let level = pending
      pending = []
      let trees = compilation.parse(compilation.lex(level.map(\.file)))
      for (item, parts) in zip(level, trees) {
        graph.files[Int(item.id.index)].trees += parts
        collectImports(of: item.id, parts)
      }
    }
    order()
  }

  // MARK: Imports

  private mutating func collectImports(of importer: ModuleId, _ trees: [Tree]) {
    var seen: [ModuleId: Span] = [:]
    for tree in trees {
      for item in tree.list(of: tree[tree.root]) where tree.kind(NodeId(item)) == .importDeclaration {
        let found = resolve(tree, NodeId(item), importer)
        if isOfOtherFile(found) { continue }
        graph.imports.append(found)
        guard let module = found.module else { continue }
        if let first = seen[module] { reportDuplicate(found, first) } else { seen[module] = found.nameSpan }
      }
    }
  }

  /// Whether another file of the same module, each of which says what it needs, has this import.
  private func isOfOtherFile(_ found: ImportInfo) -> Bool {
    guard divided.contains(found.importer) else { return false }
    return graph.imports.contains {
      $0.importer == found.importer && $0.module == found.module && $0.name == found.name
    }
  }

  private mutating func resolve(_ tree: Tree, _ id: NodeId, _ importer: ModuleId) -> ImportInfo {
    let node = tree[id]
    let tokens = tree.tokens
    let nameSpan = tokens.span(of: node.token)
    let isPath = tokens.kind(node.token) == .string
    let written = isPath ? text(of: node.token, tokens) : names.text(of: tokens.name(node.token))
    let module = isPath ? file(written, importer, nameSpan) : standardModule(written, importer, nameSpan)
    var name = tokens.name(isPath ? TokenId(node.a) : node.token)
    if node.a != 0 {
      name = tokens.name(TokenId(node.a))
    } else if isPath {
      name = defaultName(written, nameSpan, isQuiet: module == nil)
    }
    return ImportInfo(name: name, importer: importer, module: module, span: extent(tree, id), nameSpan: nameSpan)
  }

  /// From `import` to the `;`.
  private func extent(_ tree: Tree, _ id: NodeId) -> Span {
    let next = TokenId(tree.lastToken(of: id).index + 1)
    guard Int(next.index) < tree.tokens.count, tree.tokens.kind(next) == .semicolon else { return tree.span(of: id) }
    return Span(tree.span(of: id).start, tree.tokens.span(of: next).end)
  }

  private func text(of token: TokenId, _ tokens: TokenStore) -> String {
    var bytes = Store<UInt8>()
    _ = LiteralDecoder.appendText(of: token, layout: .plain, in: tokens, to: &bytes)
    return String(decoding: bytes.elements, as: UTF8.self)
  }

  /// The name of a file that is imported without `as`: its own.
  private mutating func defaultName(_ path: String, _ span: Span, isQuiet: Bool) -> NameId {
    let name = ModulePath.name(of: path.hasSuffix(".zong") ? String(path.dropLast(5)) : path)
    let id = names.intern(name)
    // Reserved words have the first ids.
    if ModulePath.isName(name) && id.index > Names.keywordCount { return id }
    if isQuiet { return .none }
    diagnostics.report(.badImport, at: span, "this import needs a name") {
      $0.notes = ["the file's own isn't one that Zong can use; write `import \"\(path)\" as name`"]
    }
    return .none
  }

  private mutating func reportDuplicate(_ found: ImportInfo, _ first: Span) {
    diagnostics.report(.duplicateImport, at: found.nameSpan, "this module is imported twice") {
      $0.labels = [Label(first, "the first")]
      $0.fixIts = [FixIt("remove the import", at: found.span, replacement: "")]
    }
  }

  // MARK: Standard modules

  private mutating func standardModule(_ name: String, _ importer: ModuleId, _ span: Span) -> ModuleId? {
    let sources = Library.module(named: name)
    guard let first = sources.first else {
      reportUnknownModule(name, importer, span)
      return nil
    }
    if let known = byPath[first.path] { return known }
    guard let id = add(first.path, SourceBytes(first.bytes), name: name, isLibrary: true, span) else { return nil }
    if sources.count > 1 { divided.insert(id) }
    for source in sources.dropFirst() {
      guard let file = compilation.sources.add(path: source.path, contents: source.bytes, isLibrary: true) else {
        break
      }
      pending.append((id, file))
    }
    return id
  }

  private mutating func reportUnknownModule(_ name: String, _ importer: ModuleId, _ span: Span) {
    let beside = ModulePath.resolve(name, from: paths[Int(importer.index)])
    diagnostics.report(.missingModule, at: span, "there is no standard module `\(name)`") {
      if case .found = compilation.loadFile(beside) {
        $0.notes = ["a file is imported by its path in quotes"]
        $0.fixIts = [FixIt("import the file `\(beside)`", at: span, replacement: "\"\(name)\"")]
      } else if let near = nearestName(to: name, among: Library.moduleNames) {
        $0.suggest(near)
      } else {
        $0.notes = ["the standard modules are \(Library.moduleNames.map { "`\($0)`" }.joined(separator: ", "))"]
      }
    }
  }

  // MARK: Files

  private mutating func file(_ path: String, _ importer: ModuleId, _ span: Span) -> ModuleId? {
    guard isWrittenRight(path, span) else { return nil }
    let resolved = ModulePath.resolve(path, from: paths[Int(importer.index)])
    if let known = byPath[resolved] { return known }
    switch compilation.loadFile(resolved) {
    case .found(let bytes, let identity):
      if let known = identity == compilation.programIdentity ? .program : byIdentity[identity] {
        byPath[resolved] = known
        return known
      }
      let id = add(resolved, bytes, name: ModulePath.name(of: path), isLibrary: false, span)
      byIdentity[identity] = id
      return id
    case .missing: reportMissing(path, resolved, span)
    case .unreadable(let reason):
      diagnostics.report(.missingModule, at: span, "can't read `\(resolved)`: \(reason)")
    }
    return nil
  }

  /// Reports a path that can't be one of an import.
  private mutating func isWrittenRight(_ path: String, _ span: Span) -> Bool {
    if path.hasSuffix(".zong") {
      diagnostics.report(.badImport, at: span, "an import's path is written without `.zong`") {
        $0.fixIts = [FixIt("remove it", at: span, replacement: "\"\(path.dropLast(5))\"")]
      }
      return false
    }
    if path.isEmpty || path.hasPrefix("/") || path.hasSuffix("/") || path.utf8.contains(0) {
      diagnostics.report(.badImport, at: span, "an import's path leads from the file it stands in to another one") {
        $0.notes = ["as in `import \"shapes/circle\"` or `import \"../shapes\"`"]
      }
      return false
    }
    return true
  }

  private mutating func reportMissing(_ path: String, _ resolved: String, _ span: Span) {
    diagnostics.report(.missingModule, at: span, "there is no file `\(resolved)`") {
      if !Library.module(named: path).isEmpty {
        $0.fixIts = [FixIt("import the standard module", at: span, replacement: path)]
      } else {
        $0.notes = ["the path leads from the folder of the file that imports"]
      }
    }
  }

  private mutating func add(
    _ path: String, _ bytes: SourceBytes, name: String, isLibrary: Bool, _ span: Span
  ) -> ModuleId? {
    guard let file = compilation.sources.add(path: path, contents: bytes, isLibrary: isLibrary) else {
      diagnostics.report(.missingModule, at: span, "the program's files are larger than 4 GiB")
      return nil
    }
    let id = ModuleId(UInt32(graph.files.count))
    graph.files.append(ParsedFile(name: name, isLibrary: isLibrary))
    paths.append(isLibrary ? "" : path)
    byPath[path] = id
    pending.append((id, file))
    return id
  }

  // MARK: Order

  /// Puts the modules in an order in which each comes behind those that it imports, and reports circles: a depth-first
  /// walk with a stack of its own.
  private mutating func order() {
    var edges = [[Int]](repeating: [], count: graph.files.count)
    for (index, info) in graph.imports.enumerated() where info.module != nil {
      edges[Int(info.importer.index)].append(index)
    }
    // 0 not seen, 1 being visited, 2 done.
    var states = [UInt8](repeating: 0, count: graph.files.count)
    // The modules that are being visited, and which of their imports is next.
    var path: [(module: ModuleId, next: Int)] = [(.program, 0)]
    states[Int(ModuleId.program.index)] = 1
    while let (module, next) = path.last {
      let imports = edges[Int(module.index)]
      if next == imports.count {
        path.removeLast()
        states[Int(module.index)] = 2
        graph.order.append(module)
        continue
      }
      path[path.count - 1].next += 1
      guard let target = graph.imports[imports[next]].module else { continue }
      switch states[Int(target.index)] {
      case 0:
        states[Int(target.index)] = 1
        path.append((target, 0))
      case 1:
        let start = path.lastIndex { $0.module == target } ?? 0
        reportCycle(path[start...].map { edges[Int($0.module.index)][$0.next - 1] })
      default: break
      }
    }
  }

  /// Reports a circle of imports, of which each is in the file that the one before it imports.
  private mutating func reportCycle(_ cycle: [Int]) {
    guard let last = cycle.last, let first = cycle.first else { return }
    let imports = cycle.prefix(12).map { graph.imports[$0] }
    let shown = imports.map { path(of: $0.importer) } + (cycle.count > 12 ? ["…"] : [])
    let start = path(of: graph.imports[first].importer)
    let message =
      cycle.count == 1 ? "the file imports itself" : "this import closes a circle: `\(start)` would need itself"
    let labels = imports.dropLast().map { Label($0.nameSpan, "`\(path(of: $0.importer))` imports it here") }
    diagnostics.report(.importCycle, at: graph.imports[last].nameSpan, message) {
      $0.labels = labels
      if cycle.count == 1 { return }
      $0.notes = [
        "the circle: \((shown + [start]).joined(separator: " → "))",
        "what both need can stand in a file of its own, which both import",
      ]
    }
  }

  private func path(of module: ModuleId) -> String {
    let path = paths[Int(module.index)]
    return path.isEmpty ? graph.files[Int(module.index)].name : path
  }
}
