// The serial pass over the trees: gives every declaration its id, resolves signatures, lays out structs, computes
// constants. After it the bodies can be checked on several cores.

import ZongStores
import ZongSyntax

/// Collects the declarations of a program's parts.
struct Declarer {
  let declarations: Declarations
  let types: TypeStore
  let names: Interner
  let builtins: BuiltinNames
  var diagnostics = Diagnostics()
  /// Top-level functions, structs and globals in source order, for the later passes.
  var functions: [FunctionId] = []
  var structures: [StructureId] = []
  var enumerations: [EnumerationId] = []
  private var modulesWithStatements: Set<ModuleId> = []
  private struct TestName: Hashable {
    let module: ModuleId
    let name: NameId
  }
  private var testNames: [TestName: Span] = [:]
  /// The program is its tests: a script's statements don't run, and its variables are globals like any other's.
  let isTesting: Bool
  var interfaces: [InterfaceId] = []
  /// Statements of the script, by part.
  var hasStatements = false

  init(declarations: Declarations, types: TypeStore, names: Interner, builtins: BuiltinNames, isTesting: Bool) {
    self.isTesting = isTesting
    self.declarations = declarations
    self.types = types
    self.names = names
    self.builtins = builtins
  }

  // MARK: Collecting

  mutating func collect() {
    enterImports()
    reserve()
    for index in declarations.parts.indices { collectDeclared(PartId(UInt32(index))) }
    if case .function(let main) = declarations.modules[1].symbols[builtins.main] { declarations.main = main }
    for index in declarations.parts.indices { collectVariables(PartId(UInt32(index))) }
  }

  /// Makes room for all that the parts declare.
  private mutating func reserve() {
    var counts = DeclarationCounts()
    var names = [Int](repeating: 0, count: declarations.modules.count)
    for part in declarations.parts {
      let tree = part.tree
      counts += tree.counts
      names[Int(part.module.index)] += tree.list(of: tree[tree.root]).count
    }
    declarations.reserve(counts)
    functions.reserveCapacity(counts.functions)
    structures.reserveCapacity(counts.structures)
    for (module, count) in zip(declarations.modules, names) { module.symbols.reserve(count) }
  }

  /// Makes the names of the imported modules known, in the order in which they are imported.
  private mutating func enterImports() {
    let loaded = declarations.imports.indices.filter { declarations.imports[$0].module != nil }
    let failed = declarations.imports.indices.filter { declarations.imports[$0].module == nil }
    for index in loaded + failed {
      let info = declarations.imports[index]
      if info.name == .none { continue }
      let symbols = declarations.modules[Int(info.importer.index)].symbols
      guard case .module(let first) = symbols[info.name] else {
        symbols.set(info.name, .module(ImportId(UInt32(index))))
        continue
      }
      let known = declarations.imports[Int(first.index)]
      // The same module again is reported where modules are loaded, as is what can't be loaded.
      if known.module == info.module || info.module == nil { continue }
      diagnostics.report(
        .redeclared, at: info.nameSpan, "two imports are named `\(names.text(of: info.name))`"
      ) {
        $0.labels = [Label(known.nameSpan, "the first")]
        $0.notes = ["give one of them another name: `import ... as name`"]
      }
    }
  }

  /// Reads what is about to be read of a part's declarations. The tree has left the cache since it was made, and each thing
  /// that is read leads to the next one; here the processor follows the chains of many declarations at once, and waits for
  /// all of them together.
  private func fetch(_ tree: Tree, _ symbols: SymbolTable) {
    let tokens = tree.tokens
    var sum: UInt32 = 0
    for item in tree.list(of: tree[tree.root]) {
      let node = tree[NodeId(item)]
      guard node.kind == .function || node.kind == .structure else { continue }
      sum &+= symbols.fetch(tokens.name(node.token)) &+ UInt32(tokens.kinds[node.token.index].ordinal)
      for member in tree.list(at: node.a + 2) {
        let token = tree[NodeId(member)].token.index
        sum &+= tokens.payloads[token] &+ UInt32(tokens.kinds[token].ordinal)
      }
    }
    declarations.fetched &+= sum
  }

  private mutating func collectDeclared(_ partId: PartId) {
    let part = declarations.parts[Int(partId.index)]
    let tree = part.tree
    fetch(tree, declarations.modules[Int(part.module.index)].symbols)
    var topLevel: [UInt32] = []
    for item in tree.list(of: tree[tree.root]) {
      let id = NodeId(item)
      switch tree.kind(id) {
      case .function:
        topLevel.append(item)
        declareFunction(id, partId, part)
      case .structure:
        topLevel.append(item)
        declareStructure(id, partId, part)
      case .enumeration:
        topLevel.append(item)
        declareEnumeration(id, partId, part)
      case .interface:
        topLevel.append(item)
        declareInterface(id, partId, part)
      case .constant: declareConstant(id, partId, part)
      case .externBlock:
        for function in tree.list(of: tree[id]) {
          topLevel.append(function)
          declareFunction(NodeId(function), partId, part)
        }
        nameImports(id, partId, part)
      case .test: declareTest(id, partId, part)
      default: break
      }
    }
    collectNested(partId, part, topLevel)
  }

  /// Functions and structs that are declared inside functions.
  private mutating func collectNested(_ partId: PartId, _ part: Part, _ topLevel: [UInt32]) {
    var next = 0
    var found: [NodeId] = []
    // Members stand before their type in the tree, and belong to it.
    var members: [UInt32] = []
    for index in part.tree.declarations.elements {
      let node = part.tree[NodeId(index)]
      if node.kind != .function {
        let list = part.tree.list(at: node.a + (node.kind == .interface ? 2 : 4))
        if !list.isEmpty { members += list }
      }
      while next < topLevel.count && topLevel[next] < index { next += 1 }
      if next < topLevel.count && topLevel[next] == index { continue }
      found.append(NodeId(index))
    }
    members.sort()
    var member = 0
    for id in found {
      while member < members.count && members[member] < id.index { member += 1 }
      if member < members.count && members[member] == id.index { continue }
      declareNested(id, partId, part)
    }
  }

  private mutating func declareNested(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let key = Declarations.NestedKey(part: partId, node: id)
    if part.tree.kind(id) != .interface, let first = part.tree.list(at: part.tree[id].a).first {
      declarations.nested[key] = .notInThisVersion
      reportLocalGeneric(part.tree[NodeId(first)].token, part)
      return
    }
    switch part.tree.kind(id) {
    case .function where part.tree.word(part.tree[id].a + 5) != 0:
      declarations.nested[key] = .function(addFunction(id, partId, part, isLocal: true))
    case .structure: declarations.nested[key] = .structure(addStructure(id, partId, part, isLocal: true))
    case .enumeration: declarations.nested[key] = .enumeration(addEnumeration(id, partId, part, isLocal: true))
    // The parser has reported it.
    case .interface: declarations.nested[key] = .notInThisVersion
    default: break
    }
  }

  /// Enters a name of the module, and reports it if it is taken.
  mutating func enter(_ name: NameId, _ symbol: Symbol, _ token: TokenId, _ part: Part) {
    if name == .none { return }
    let symbols = declarations.modules[Int(part.module.index)].symbols
    let known = symbols[name]
    if known == .none { return symbols.set(name, symbol) }
    let first = place(of: known)
    diagnostics.report(.redeclared, at: part.tokens.span(of: token), "`\(names.text(of: name))` is declared twice") {
      if let first { $0.labels = [Label(first, "first declared here")] }
      if case .global = symbol, case .global = known {
        $0.notes = ["to change a variable, assign to it without `var`"]
      } else if case .function = symbol, case .function = known {
        $0.notes = ["functions can't be told apart by their parameters; give each a name of its own"]
      }
    }
  }

  private func place(of symbol: Symbol) -> Span? {
    let (partId, node): (PartId, NodeId)
    switch symbol {
    case .none, .notInThisVersion: return nil
    case .module(let id): return declarations.imports[Int(id.index)].nameSpan
    case .function(let id):
      (partId, node) = (declarations.functions[id.index].part, declarations.functions[id.index].node)
    case .structure(let id):
      (partId, node) = (declarations.structures[id.index].part, declarations.structures[id.index].node)
    case .enumeration(let id):
      (partId, node) = (declarations.enumerations[id.index].part, declarations.enumerations[id.index].node)
    case .interface(let id):
      (partId, node) = (declarations.interfaces[id.index].part, declarations.interfaces[id.index].node)
    case .global(let id): (partId, node) = (declarations.globals[id.index].part, declarations.globals[id.index].node)
    case .constant(let id):
      (partId, node) = (declarations.constants[Int(id.index)].part, declarations.constants[Int(id.index)].node)
    }
    let part = declarations.parts[Int(partId.index)]
    return part.tokens.span(of: part.tree[node].token)
  }

  // MARK: Functions

  /// A `test` block: a function without a name that others could call.
  private mutating func declareTest(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let token = part.tree[id].token
    let name = text(of: token, part)
    var info = FunctionInfo(kind: .test, name: names.intern(name), part: partId, node: id)
    info.nameToken = token
    info.isLibrary = part.isLibrary
    info.result = types.fallible(of: .void)
    let function = FunctionId(declarations.functions.add(info))
    functions.append(function)
    if part.module == .program && !part.isLibrary { declarations.tests.append(function) }
    let span = part.tokens.span(of: token)
    guard let first = testNames.updateValue(span, forKey: TestName(module: part.module, name: info.name)) else {
      return
    }
    diagnostics.report(.redeclared, at: span, "two tests are named \"\(name)\"") {
      $0.labels = [Label(first, "the first")]
    }
  }

  private mutating func declareFunction(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let function = addFunction(id, partId, part, isLocal: false)
    let token = part.tree[id].token
    functions.append(function)
    enter(part.tokens.nameOf(token), .function(function), token, part)
  }

  private mutating func addFunction(
    _ id: NodeId, _ partId: PartId, _ part: Part, isLocal: Bool, owner: TypeId = .error, outer: UInt32 = 0
  ) -> FunctionId {
    let tree = part.tree
    let node = tree[id]
    var info = FunctionInfo(
      kind: node.flags.contains(.imported) ? .imported : .declared, name: part.tokens.nameOf(node.token), part: partId,
      node: id)
    info.nameToken = node.token
    info.isExported = node.flags.contains(.exported)
    info.isLocal = isLocal
    info.isLibrary = part.isLibrary
    info.isCore = part.isCore
    info.owner = owner
    info.isStatic = node.flags.contains(.isStatic)
    info.instance = addGeneric(
      tree.list(at: node.a), partId, part, outer: outer, template: UInt32(declarations.functions.count),
      isLocal: isLocal)
    info.firstParameter = UInt32(declarations.parameters.count)
    if info.isMethod {
      declarations.parameters.append(
        ParameterInfo(name: Names.selfName, type: types.pointer(to: owner), isPositional: true, node: id))
    }
    let list = tree.list(at: node.a + 2)
    info.parameterCount = UInt32(list.count) + (info.isMethod ? 1 : 0)
    let function = FunctionId(declarations.functions.add(info))
    for item in list {
      let parameter = tree[NodeId(item)]
      declarations.parameters.append(
        ParameterInfo(
          name: part.tokens.nameOf(parameter.token), isPositional: parameter.flags.contains(.positional),
          defaultValue: addThunk(.defaultValue, parameter.b, partId, part, info.instance), node: NodeId(item)))
    }
    return function
  }

  /// A function for the value of an expression, or none if there is no expression.
  private func addThunk(
    _ kind: FunctionKind, _ node: UInt32, _ partId: PartId, _ part: Part, _ instance: UInt32 = 0
  ) -> FunctionId {
    if node == 0 { return .none }
    var info = FunctionInfo(kind: kind, name: .none, part: partId, node: NodeId(node))
    info.isLibrary = part.isLibrary
    info.isCore = part.isCore
    info.instance = instance
    return FunctionId(declarations.functions.add(info))
  }

  private mutating func nameImports(_ block: NodeId, _ partId: PartId, _ part: Part) {
    let tree = part.tree
    let module = text(of: tree[block].token, part)
    let isIntrinsic = module == "zong" && part.isCore
    if !part.isLibrary {
      declarations.externModules.append((module, part.tokens.span(of: tree[block].token)))
    }
    let moduleIndex = UInt32(declarations.importNames.count)
    declarations.importNames.append(module)
    let count = Int(tree[block].b)
    let first = functions.count - count
    for offset in 0..<count {
      let id = functions[first + offset]
      let node = tree[declarations.functions[id.index].node]
      let nameToken = tree.word(node.a + 6)
      var name = part.tokens.nameOf(node.token)
      if nameToken != 0 { name = names.intern(text(of: TokenId(nameToken), part)) }
      declarations.functions[id.index].kind = isIntrinsic ? .intrinsic : .imported
      declarations.functions[id.index].importModule = moduleIndex
      declarations.functions[id.index].importName = UInt32(declarations.importNames.count)
      declarations.importNames.append(names.text(of: name))
    }
  }

  /// What a string token says.
  private func text(of token: TokenId, _ part: Part) -> String {
    var bytes = Store<UInt8>()
    _ = LiteralDecoder.appendText(of: token, layout: .plain, in: part.tokens, to: &bytes)
    return String(decoding: bytes.elements, as: UTF8.self)
  }

  // MARK: Structs, constants, variables

  private mutating func declareStructure(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let structure = addStructure(id, partId, part, isLocal: false)
    structures.append(structure)
    let token = part.tree[id].token
    enter(part.tokens.name(token), .structure(structure), token, part)
  }

  private mutating func addStructure(_ id: NodeId, _ partId: PartId, _ part: Part, isLocal: Bool) -> StructureId {
    let tree = part.tree
    let node = tree[id]
    let structure = StructureId(UInt32(declarations.structures.count))
    var info = StructureInfo(
      name: part.tokens.name(node.token), part: partId, node: id, nameToken: node.token,
      type: types.structure(structure))
    info.isLocal = isLocal
    info.instance = addGeneric(
      tree.list(at: node.a), partId, part, outer: 0, template: structure.index, isLocal: isLocal)
    if info.instance != 0 { types.setOpaque(info.type) }
    info.firstField = UInt32(declarations.fields.count)
    let list = tree.list(at: node.a + 2)
    info.fieldCount = UInt32(list.count)
    addFields(list, partId, part, info.instance)
    info.methods = addMethods(
      tree.list(at: node.a + 4), info.type, partId, part, isLocal: isLocal, outer: info.instance)
    return StructureId(declarations.structures.add(info))
  }

  private func addFields(
    _ list: UnsafeBufferPointer<UInt32>, _ partId: PartId, _ part: Part, _ instance: UInt32
  ) {
    for item in list {
      let field = part.tree[NodeId(item)]
      declarations.fields.append(
        FieldInfo(
          name: part.tokens.nameOf(field.token), isPositional: field.flags.contains(.positional),
          defaultValue: addThunk(.defaultValue, field.b, partId, part, instance), node: NodeId(item)))
    }
  }

  private mutating func declareEnumeration(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let enumeration = addEnumeration(id, partId, part, isLocal: false)
    enumerations.append(enumeration)
    let token = part.tree[id].token
    enter(part.tokens.name(token), .enumeration(enumeration), token, part)
  }

  private mutating func addEnumeration(_ id: NodeId, _ partId: PartId, _ part: Part, isLocal: Bool) -> EnumerationId {
    let tree = part.tree
    let node = tree[id]
    let enumeration = EnumerationId(UInt32(declarations.enumerations.count))
    var info = EnumerationInfo(
      name: part.tokens.name(node.token), part: partId, node: id, type: types.enumeration(enumeration))
    info.instance = addGeneric(
      tree.list(at: node.a), partId, part, outer: 0, template: enumeration.index, isLocal: isLocal)
    if info.instance != 0 { types.setOpaque(info.type) }
    info.firstCase = UInt32(declarations.cases.count)
    for item in tree.list(at: node.a + 2) where tree.kind(NodeId(item)) == .enumCase {
      let caseNode = tree[NodeId(item)]
      var added = CaseInfo(
        name: part.tokens.nameOf(caseNode.token), node: NodeId(item), nameToken: caseNode.token)
      let fields = tree.list(of: caseNode)
      added.firstField = UInt32(declarations.fields.count)
      added.fieldCount = UInt32(fields.count)
      addFields(fields, partId, part, info.instance)
      declarations.cases.append(added)
      info.caseCount += 1
    }
    info.methods = addMethods(
      tree.list(at: node.a + 4), info.type, partId, part, isLocal: isLocal, outer: info.instance)
    return EnumerationId(declarations.enumerations.add(info))
  }

  /// Declares a type's methods and static functions.
  mutating func addMethods(
    _ members: UnsafeBufferPointer<UInt32>, _ owner: TypeId, _ partId: PartId, _ part: Part, isLocal: Bool,
    outer: UInt32
  ) -> MethodList {
    var list = MethodList(first: UInt32(declarations.methods.count), count: 0)
    for item in members where part.tree.kind(NodeId(item)) == .function {
      let function = addFunction(NodeId(item), partId, part, isLocal: isLocal, owner: owner, outer: outer)
      if !isLocal { functions.append(function) }
      declarations.methods.append(function)
      list.count += 1
    }
    if list.count > Declarations.fewMethods {
      for index in (list.first..<list.first + list.count).reversed() {
        let function = declarations.methods[index]
        let key = Declarations.MethodKey(first: list.first, name: declarations.functions[function.index].name)
        declarations.methodIndex[key] = function
      }
    }
    return list
  }

  private mutating func declareConstant(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let token = part.tree[id].token
    let constant = ConstantId(UInt32(declarations.constants.count))
    declarations.constants.append(ConstantInfo(name: part.tokens.name(token), part: partId, node: id))
    enter(part.tokens.name(token), .constant(constant), token, part)
  }

  /// Top-level variables, and whether the file is a script.
  private mutating func collectVariables(_ partId: PartId) {
    let part = declarations.parts[Int(partId.index)]
    let tree = part.tree
    let isProgram = part.module == .program
    let isScript = isProgram && declarations.main == .none && !isTesting
    for item in tree.list(of: tree[tree.root]) {
      let id = NodeId(item)
      switch tree.kind(id) {
      case .variable: declareVariable(id, partId, part, isScript: isScript)
      case .function, .structure, .constant, .externBlock, .enumeration, .interface, .importDeclaration, .test, .error:
        break
      default:
        if isScript {
          hasStatements = true
        } else {
          if isProgram {
            if declarations.main != .none { reportStatement(id, part) }
          } else {
            reportStatementOfModule(id, part)
          }
        }
      }
    }
  }

  private mutating func declareVariable(_ id: NodeId, _ partId: PartId, _ part: Part, isScript: Bool) {
    let node = part.tree[id]
    let global = GlobalId(UInt32(declarations.globals.count))
    var info = GlobalInfo(name: part.tokens.name(node.token), part: partId, node: id)
    info.position = part.file.base + part.tokens.starts[node.token.index]
    info.isScript = isScript
    if isScript {
      hasStatements = true
    } else {
      info.initializer = addThunk(.globalInitializer, node.b, partId, part)
    }
    declarations.globals.append(info)
    enter(part.tokens.name(node.token), .global(global), node.token, part)
  }

  private mutating func reportStatementOfModule(_ id: NodeId, _ part: Part) {
    // The first says it for all.
    if !modulesWithStatements.insert(part.module).inserted { return }
    diagnostics.report(
      .statementOutsideFunction, at: part.tree.span(of: id), "a file that is imported has no statements of its own"
    ) {
      $0.notes = ["move it into a function; declarations, and variables with their first values, may stand here"]
    }
  }

  private mutating func reportStatement(_ id: NodeId, _ part: Part) {
    // The first says it for all.
    if !modulesWithStatements.insert(part.module).inserted { return }
    let main = declarations.functions[declarations.main.index]
    let mainPart = declarations.parts[Int(main.part.index)]
    let mainSpan = mainPart.tokens.span(of: mainPart.tree[main.node].token)
    let hasMain = declarations.main != .none
    diagnostics.report(
      .statementOutsideFunction, at: part.tree.span(of: id), "a statement can't stand outside of a function here"
    ) {
      if hasMain { $0.labels = [Label(mainSpan, "the file has a `main`, so it is not a script")] }
      $0.notes = ["move all statements into `main`, or remove `main` and let the file be a script"]
    }
  }
}
