// What a program can reach from its entry, and the order in which its globals are initialised: a depth-first walk
// over the references that the checker recorded. Library functions are checked when they are first reached.

import ZongStores
import ZongSyntax

/// A function that the lowering makes for a type: writes a value, compares two by content, or copies what of a value
/// ends with an arena that it leaves.
package struct DerivedFunction: Hashable, Sendable {
  package enum Kind: UInt8, Sendable { case writes, compares, leaves, hashes }
  package let kind: Kind
  package let type: TypeId
  package init(kind: Kind, type: TypeId) {
    self.kind = kind
    self.type = type
  }
}

/// A type that is used as an interface, and its methods in the order of the interface's.
package struct Conformance: Sendable {
  package let type: TypeId
  package let interface: TypeId
  package let methods: [FunctionId]
}

/// The result of the walk. Functions in the order of their declaration.
package struct Reachability: Sendable {
  package var functions: [FunctionId] = []
  package var derived: [DerivedFunction] = []
  /// The tests, if the program is them.
  package var tests: [FunctionId] = []
  /// Functions of the library that call the method which a type declares instead of a derived function.
  package var replacements: [DerivedFunction: FunctionId] = [:]
  /// The types whose values are used as values of interfaces, in the order in which they are met.
  package var conformances: [Conformance] = []
  /// Methods that are called on values of interfaces.
  package var requirements: [FunctionId] = []
  /// Functions that become values, and the types of function values that are called.
  package var tabled: [FunctionId] = []
  package var calledTypes: [TypeId] = []
  /// Initialised globals, each after those that its value depends on.
  package var globals: [GlobalId] = []
  /// The library's function for each `RuntimeFunction`, or none if it isn't reached.
  package var runtime: [FunctionId] = []
}

struct ReachabilitySearch {
  let program: TypedProgram
  let checker: Checker
  private let declarations: Declarations
  private var result = Reachability()
  private var runtimeIds: [FunctionId] = []
  /// The intrinsic that calls the library's sweep, in programs that have one.
  private var sweep = FunctionId.none
  /// The library's function that allocates what is tagged on demand.
  private var takeBlock = FunctionId.none
  /// 0 not seen, 1 underway, 2 done; globals first, then functions, which instances are added to.
  private var states: [UInt8] = []
  private var globalCount = 0
  /// The instances of generic functions, in the order in which they are reached.
  private var instances: [FunctionId] = []
  /// How many globals were underway when the node was entered.
  private var globalsAtEntry: [UInt32] = []
  private var globalsUnderway: [GlobalId] = []
  private var derivedSeen: Set<DerivedFunction> = []
  private var conformancesSeen: Set<TypeId> = []
  private var tabledSeen: Set<UInt32> = []
  private var calledSeen: Set<UInt32> = []
  private var stack: [Frame] = []

  /// A node being visited, and how far its references have been followed.
  private struct Frame {
    var node: Int
    var code: Int
    var next: UInt32
    var end: UInt32
  }

  init(program: TypedProgram, checker: Checker) {
    self.program = program
    self.checker = checker
    declarations = program.declarations
  }

  mutating func run(runtimeNames: [NameId], reportsLeaks: Bool, isTesting: Bool, sweeps: Bool) -> Reachability {
    if sweeps, case .function(let id) = declarations.coreSymbols[program.names.intern("sweep")] { sweep = id }
    if case .function(let id) = declarations.coreSymbols[program.names.intern("_take_block")] { takeBlock = id }
    runtimeIds = runtimeNames.map { name in
      if case .function(let id) = declarations.coreSymbols[name] { return id }
      return .none
    }
    globalCount = declarations.globals.count
    extendStates()
    result.runtime = [FunctionId](repeating: .none, count: runtimeIds.count)
    visitGlobals()
    if isTesting {
      visitTests()
    } else if declarations.main != .none {
      visit(functionNode(declarations.main))
      if declarations.functions[declarations.main.index].parameterCount > 0 { need(.arguments) }
      let result = declarations.functions[declarations.main.index].result
      if result == .i32 { need(.exit) }
      if program.types[result].kind == .fallible {
        need(.exit)
        need(.reportError)
      }
    }
    if !isTesting && declarations.script != .none { visit(functionNode(declarations.script)) }
    need(.stale)
    for index in 1..<declarations.functions.count where declarations.functions[index].isExported {
      visit(globalCount + index)
    }
    if reportsLeaks { need(.leaks) }
    extendStates()
    result.functions = (1..<declarations.functions.count)
      .filter { states[globalCount + $0] == 2 && !isInstance(FunctionId(UInt32($0))) }
      .filter { declarations.functions[$0].kind != .requirement }.map { FunctionId(UInt32($0)) }
    result.functions += instances
    return result
  }

  /// Instances get their ids in an order that isn't always the same.
  private func isInstance(_ id: FunctionId) -> Bool {
    let instance = declarations.functions[id.index].instance
    return declarations.functions[id.index].isLiteral || instance != 0 && !declarations.instances[instance].isTemplate
  }

  /// Makes room for functions that have been made meanwhile.
  private mutating func extendStates() {
    let count = globalCount + declarations.functions.count
    if count <= states.count { return }
    states.append(contentsOf: repeatElement(0, count: count - states.count))
    globalsAtEntry.append(contentsOf: repeatElement(0, count: count - globalsAtEntry.count))
  }

  /// Visits the globals of all modules, used or not, those of imported modules first. Those of the library's modules
  /// are visited only if they are used.
  private mutating func visitGlobals() {
    var byModule = [[GlobalId]](repeating: [], count: declarations.modules.count)
    for index in 0..<declarations.globals.count {
      let part = declarations.parts[Int(declarations.globals[index].part.index)]
      if !part.isLibrary { byModule[Int(part.module.index)].append(GlobalId(UInt32(index))) }
    }
    for module in declarations.initializationOrder {
      for global in byModule[Int(module.index)] { visit(globalNode(global)) }
    }
  }
  private mutating func visitTests() {
    result.tests = declarations.tests
    for test in declarations.tests { visit(functionNode(test)) }
    if declarations.tests.isEmpty { return }
    need(.exit)
    need(.reportError)
  }

  private func globalNode(_ id: GlobalId) -> Int { Int(id.index) }
  private func functionNode(_ id: FunctionId) -> Int { globalCount + Int(id.index) }

  private mutating func need(_ function: RuntimeFunction) {
    let id = runtimeIds[Int(function.rawValue)]
    result.runtime[Int(function.rawValue)] = id
    if id != .none { visit(functionNode(id)) }
  }

  // MARK: The walk

  /// Visits a node and everything behind it, with an explicit stack.
  private mutating func visit(_ root: Int) {
    enter(root)
    while let frame = stack.last {
      if frame.next == frame.end {
        leave(frame.node)
        continue
      }
      stack[stack.count - 1].next += 1
      follow(references(frame.code).references[frame.next])
    }
  }

  /// A chunk of typed code; that of the serial checker isn't in the program yet.
  private func references(_ code: Int) -> TypedCode {
    code == program.codes.count - 1 ? checker.code : program.codes[code]
  }

  private mutating func enter(_ node: Int) {
    if states[node] == 2 { return }
    if states[node] == 1 {
      if globalsUnderway.count > Int(globalsAtEntry[node]) { reportCycle(node) }
      return
    }
    states[node] = 1
    globalsAtEntry[node] = UInt32(globalsUnderway.count)
    var function = FunctionId(UInt32(truncatingIfNeeded: max(node - globalCount, 0)))
    if node < globalCount {
      let global = GlobalId(UInt32(node))
      globalsUnderway.append(global)
      function = declarations.globals[global.index].initializer
      if function == .none {
        stack.append(Frame(node: node, code: 0, next: 0, end: 0))
        return
      }
      states[functionNode(function)] = 2
    }
    checkLate(function)
    let info = declarations.functions[function.index]
    if info.kind == .imported && !info.isCore { needHostChecks() }
    if function == sweep { needRuntime(.sweep) }
    if function == takeBlock { needRuntime(.inner) }
    stack.append(
      Frame(
        node: node, code: Int(info.code), next: info.firstReference, end: info.firstReference + info.referenceCount))
  }

  /// Checks what is checked only if the program reaches it: library functions, and instances.
  private mutating func checkLate(_ function: FunctionId) {
    let unchecked = declarations.functions[function.index]
    if unchecked.kind == .requirement {
      result.requirements.append(function)
    } else if isInstance(function) {
      instances.append(function)
      if !unchecked.isChecked { checker.checkInstance(function) }
    } else if unchecked.isLibrary && !unchecked.isChecked && unchecked.kind == .declared {
      checker.checkFunction(function)
    } else if unchecked.isLibrary && !unchecked.isChecked && unchecked.kind == .defaultValue {
      // A call that leaves the argument out is followed before the function that is called.
      checker.checkThunk(function, annotated: true, name: unchecked.name)
    }
    extendStates()
  }

  /// What the lowering calls before functions of the host.
  private mutating func needHostChecks() {
    for check in [RuntimeFunction.checkRange, .checkBuffers, .checkArguments] { needRuntime(check) }
  }

  private mutating func leave(_ node: Int) {
    stack.removeLast()
    states[node] = 2
    guard node < globalCount else { return }
    globalsUnderway.removeLast()
    let global = GlobalId(UInt32(node))
    if declarations.globals[global.index].initializer != .none { result.globals.append(global) }
  }

  private mutating func follow(_ reference: Reference) {
    switch reference.kind {
    case .function: enter(functionNode(FunctionId(reference.index)))
    case .global: enter(globalNode(GlobalId(reference.index)))
    case .runtime:
      let raw = Int(reference.index)
      result.runtime[raw] = runtimeIds[raw]
      if runtimeIds[raw] != .none { enter(functionNode(runtimeIds[raw])) }
      if RuntimeFunction.thatPrint.contains(where: { raw == Int($0.rawValue) }) { needRuntime(.finish) }
    case .writes: needWriting(TypeId(reference.index))
    case .compares: needComparing(TypeId(reference.index))
    case .hashes: needHashing(TypeId(reference.index))
    case .conforms: needConformance(TypeId(reference.index))
    case .tabled: if tabledSeen.insert(reference.index).inserted { result.tabled.append(FunctionId(reference.index)) }
    case .callsValue:
      if calledSeen.insert(reference.index).inserted { result.calledTypes.append(TypeId(reference.index)) }
    case .leaves: needLeaving(TypeId(reference.index))
    }
  }

  private mutating func reportCycle(_ node: Int) {
    let first = Int(globalsAtEntry[node])
    let cycle = globalsUnderway[min(first, globalsUnderway.count - 1)...]
    guard let global = cycle.first else { return }
    let info = declarations.globals[global.index]
    let end = info.position + UInt32(program.names.bytes(of: info.name).count)
    let shown = (Array(cycle) + [global]).map { program.names.text(of: declarations.globals[$0.index].name) }
    checker.diagnostics.report(
      .globalCycle, at: Span(Position(info.position), Position(end)),
      "the initial value of `\(shown[0])` depends on itself"
    ) { $0.notes = ["the cycle: \(shown.joined(separator: " → "))"] }
    states[node] = 2
  }

  // MARK: Derived functions

  private mutating func needRuntime(_ function: RuntimeFunction) {
    follow(Reference(kind: .runtime, index: UInt32(function.rawValue)))
  }

  /// Whether a type declares a method that takes the place of a derived function, which then is reached.
  private mutating func needReplacement(_ kind: DerivedFunction.Kind, _ type: TypeId) -> Bool {
    let info = program.types[type]
    guard info.kind == .structure || info.kind == .enumeration else { return false }
    let key = DerivedFunction(kind: kind, type: type)
    if result.replacements[key] != nil { return true }
    let function = checker.replacement(for: kind, of: type)
    if function == .none { return false }
    extendStates()
    result.replacements[key] = function
    enter(functionNode(function))
    return true
  }

  private mutating func needConformance(_ list: TypeId) {
    if !conformancesSeen.insert(list).inserted { return }
    let items = program.types.items(list)
    let methods = checker.implementations(of: items[1], by: items[0])
    extendStates()
    result.conformances.append(Conformance(type: items[0], interface: items[1], methods: methods))
    for method in methods { enter(functionNode(method)) }
  }

  private mutating func needHashing(_ type: TypeId) {
    let info = program.types[type]
    needRuntime(.hashWord)
    if type == .string || type == .bytes { needRuntime(.hashText) }
    if needReplacement(.hashes, type) { return }
    if info.kind == .builtin || info.kind == .pointer || type == .bytes || program.types.isComparedAsScalar(type) {
      return
    }
    if !derivedSeen.insert(DerivedFunction(kind: .hashes, type: type)).inserted { return }
    result.derived.append(DerivedFunction(kind: .hashes, type: type))
    switch info.kind {
    case .slice, .array, .optional: needHashing(info.element)
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) { needHashing(declarations.field(structure, index).type) }
    case .enumeration: for type in fieldTypes(of: declarations.enumerations[info.a]) { needHashing(type) }
    case .pointer, .builtin, .fallible, .interface, .function, .parameter, .list: break
    }
  }

  private mutating func needWriting(_ type: TypeId) {
    let info = program.types[type]
    if info.kind == .builtin {
      if let writer = builtinWriter(type) { needRuntime(writer) }
      return
    }
    if needReplacement(.writes, type) { return }
    if !derivedSeen.insert(DerivedFunction(kind: .writes, type: type)).inserted { return }
    result.derived.append(DerivedFunction(kind: .writes, type: type))
    needRuntime(.writeText)
    switch info.kind {
    case .pointer, .interface: needRuntime(.writeU64Base)
    case .slice, .array, .optional: needPart(info.element)
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) { needPart(declarations.field(structure, index).type) }
    case .enumeration: for type in fieldTypes(of: declarations.enumerations[info.a]) { needPart(type) }
    case .builtin, .fallible, .function, .parameter, .list: break
    }
  }

  /// The types of the fields of all cases.
  private func fieldTypes(of enumeration: EnumerationInfo) -> [TypeId] {
    var found: [TypeId] = []
    for index in 0..<Int(enumeration.caseCount) {
      let enumCase = declarations.enumCase(enumeration, index)
      for field in 0..<Int(enumCase.fieldCount) { found.append(declarations.field(enumCase, field).type) }
    }
    return found
  }

  /// A value inside another one: text is quoted there.
  private mutating func needPart(_ type: TypeId) {
    if type == .string { needRuntime(.writeQuoted) }
    needWriting(type)
  }

  private mutating func needLeaving(_ type: TypeId) {
    if !declarations.holdsStorage(type, program.types) { return }
    if type == .string {
      needRuntime(.copyTextOut)
      return
    }
    if !derivedSeen.insert(DerivedFunction(kind: .leaves, type: type)).inserted { return }
    result.derived.append(DerivedFunction(kind: .leaves, type: type))
    let info = program.types[type]
    switch info.kind {
    case .slice:
      needRuntime(.copySliceOut)
      if declarations.leadsBack(type, program.types) { needRuntime(.beginLeaving) }
      needLeaving(info.element)
    case .array, .optional, .fallible: needLeaving(info.element)
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) { needLeaving(declarations.field(structure, index).type) }
    case .enumeration: for type in fieldTypes(of: declarations.enumerations[info.a]) { needLeaving(type) }
    case .pointer, .builtin, .interface, .function, .parameter, .list: break
    }
  }

  private mutating func needComparing(_ type: TypeId) {
    let info = program.types[type]
    if type == .string || type == .bytes { needRuntime(.equalText) }
    if needReplacement(.compares, type) { return }
    if info.kind == .builtin || info.kind == .pointer || type == .bytes || program.types.isComparedAsScalar(type) {
      return
    }
    if !derivedSeen.insert(DerivedFunction(kind: .compares, type: type)).inserted { return }
    result.derived.append(DerivedFunction(kind: .compares, type: type))
    switch info.kind {
    case .slice, .array, .optional: needComparing(info.element)
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) { needComparing(declarations.field(structure, index).type) }
    case .enumeration: for type in fieldTypes(of: declarations.enumerations[info.a]) { needComparing(type) }
    case .pointer, .builtin, .fallible, .interface, .function, .parameter, .list: break
    }
  }
}

/// The library's function that writes a value of a built-in type.
package func builtinWriter(_ type: TypeId) -> RuntimeFunction? {
  switch type {
  case .boolean: .writeBoolean
  case .string: .writeText
  case .f64: .writeF64
  case .f32: .writeF32
  case .u64: .writeU64
  default: type.isInteger ? .writeI64 : nil
  }
}
