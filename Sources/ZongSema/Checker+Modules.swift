// Names of other modules: `shapes.area(...)`, `shapes.Circle`, `shapes.limit`; and what is private to a file.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Modules

  /// The import that an expression names; null if it is anything else. Locals hide modules.
  @inline(__always)
  func importedModule(_ node: NodeId) -> ImportId? {
    if !hasImports || view.kind(node) != .name { return nil }
    return importedModule(named: view.nameOf(view[node].token))
  }

  private func importedModule(named name: NameId) -> ImportId? {
    if latest[name.index] > bindingFloor { return nil }
    guard case .module(let id) = symbol(name) else { return nil }
    markUsed(id)
    return id
  }

  /// What a name of an imported module stands for. Reports what isn't there and what is private; null then.
  private func symbol(_ token: TokenId, of id: ImportId) -> Symbol? {
    let name = view.nameOf(token)
    guard let module = declarations.imports[Int(id.index)].module else { return nil }
    let info = declarations.modules[Int(module.index)]
    let symbol = info.symbols[name]
    switch symbol {
    case .notInThisVersion: return nil
    case .none, .module:
      reportUnknown(token, of: id, info)
      return nil
    default: break
    }
    if names.isPrivate(name) {
      reportPrivate(name, token) { self.addPlace(of: symbol, to: &$0) }
    }
    return symbol
  }

  /// `shapes.limit`
  func nameOfModule(_ id: NodeId, _ node: Node, _ imported: ImportId, wanted: TypeId) -> Expr {
    switch symbol(node.token, of: imported) {
    case .global(let global)?: return globalExpression(id, node, global)
    case .constant(let constant)?: return constantExpression(constantValue(constant), at: position(node.token))
    case .function(let function)?: return functionAsValue(id, node, function, wanted: wanted)
    default: return .error
    }
  }

  /// `shapes.area(...)`
  func callOfModule(_ id: NodeId, _ node: Node, _ token: TokenId, _ imported: ImportId, wanted: TypeId) -> Expr {
    let found = symbol(token, of: imported)
    if case .function(let function)? = found { return callFunction(id, node, function, wanted: wanted) }
    checkArgumentsAlone(node)
    if found != nil { report(.notAFunction, token: token, "`\(text(view.nameOf(token)))` is not a function") }
    return .error
  }

  /// `shapes.Circle`
  func moduleType(_ id: NodeId, _ node: Node) -> TypeId {
    let moduleToken = TokenId(node.a)
    let name = view.nameOf(moduleToken)
    guard let imported = importedModule(named: name) else {
      reportNotAModule(moduleToken, name)
      return .error
    }
    guard let symbol = symbol(node.token, of: imported) else { return .error }
    let arguments = view.list(at: node.b)
    if !arguments.isEmpty { return genericType(id, view.nameOf(node.token), symbol, arguments) }
    return namedType(id, view.nameOf(node.token), .symbol(symbol))
  }

  /// The types among a module's names, for suggestions.
  func publicTypes(of symbols: SymbolTable) -> [String] {
    symbols.names.compactMap { name in
      switch symbol(name) {
      case .structure, .enumeration, .interface: text(name)
      default: nil
      }
    }
  }

  // MARK: Messages

  func reportModuleAsValue(_ id: NodeId, _ imported: ImportId) {
    markUsed(imported)
    let info = declarations.imports[Int(imported.index)]
    if info.module == nil { return }
    let name = text(info.name)
    report(.notAValue, id, "`\(name)` is a module; its names are used as `\(name).name`") {
      $0.labels = [Label(info.nameSpan, "imported here")]
    }
  }

  private func reportNotAModule(_ token: TokenId, _ name: NameId) {
    report(.unknownName, token: token, "there is no module `\(text(name))` here") { diagnostic in
      let modules = self.symbols.names.filter { if case .module = self.symbol($0) { true } else { false } }
      if let near = nearestName(to: self.text(name), among: modules.map { self.text($0) }) {
        diagnostic.suggest(near)
      } else {
        diagnostic.notes = ["modules are taken in with `import`"]
      }
    }
  }

  private func reportUnknown(_ token: TokenId, of id: ImportId, _ module: ModuleInfo) {
    let name = view.nameOf(token)
    let imported = text(declarations.imports[Int(id.index)].name)
    let isType = text(name).utf8.first.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") } ?? false
    report(
      isType ? .unknownType : .unknownName, token: token,
      isType ? "`\(imported)` has no type `\(text(name))`" : "`\(imported)` has nothing named `\(text(name))`"
    ) { diagnostic in
      if case .module = module.symbols[name] {
        diagnostic.notes = ["`\(self.text(name))` is imported there; what a file imports is known only in it"]
        return
      }
      let visible = module.symbols.names.filter {
        if case .module = module.symbols[$0] { return false }
        return !self.names.isPrivate($0)
      }
      let candidates = isType ? self.publicTypes(of: module.symbols) : visible.map { self.text($0) }
      diagnostic.suggest(self.text(name), among: candidates, listing: "it has")
    }
  }

  private func addPlace(of symbol: Symbol, to diagnostic: inout Diagnostic) {
    guard case .function(let id) = symbol else { return }
    let info = declarations.functions[id.index]
    let part = declarations.parts[Int(info.part.index)]
    diagnostic.labels.append(Label(part.tokens.span(of: info.nameToken), "declared here"))
  }

  // MARK: Privacy

  /// Reports a field or method whose name begins with `_` and that another file declares.
  @inline(__always)
  func checkVisible(_ name: NameId, of owner: PartId, _ token: TokenId) {
    if owner == partId { return }
    checkVisibleFromAnotherPart(name, owner, token)
  }

  private func checkVisibleFromAnotherPart(_ name: NameId, _ owner: PartId, _ token: TokenId) {
    if isHidden(name, of: owner) { reportPrivate(name, token) { _ in } }
  }

  /// Whether a name that another file declares is that file's own.
  func isHidden(_ name: NameId, of owner: PartId) -> Bool {
    declarations.parts[Int(owner.index)].module != part.module && names.isPrivate(name)
  }

  private func reportPrivate(_ name: NameId, _ token: TokenId, more: (inout Diagnostic) -> Void) {
    report(.privateName, token: token, "`\(text(name))` is private to its file") {
      $0.notes = ["a name that begins with `_` is known only in the file that declares it"]
      more(&$0)
    }
  }
}

extension Interner {
  /// Whether a name begins with `_` and is more than that.
  func isPrivate(_ name: NameId) -> Bool {
    let bytes = bytes(of: name)
    return bytes.count > 1 && bytes[0] == UInt8(ascii: "_")
  }
}
