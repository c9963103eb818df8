// Checks function bodies: in goes the tree, out come typed code and diagnostics. One checker serves a chunk of
// functions; several run at once over different chunks. The rest of it is in Checker+*.swift, by subject.

import ZongStores
import ZongSyntax

/// What an expression is known to be.
struct Expr {
  var id: TypedId
  var type: TypeId
  /// It names storage, which can be assigned or pointed to.
  var isPlace = false
  /// A number as written, perhaps with a sign: an integer that may still become a float.
  var isLiteral = false

  static let error = Expr(id: .none, type: .error)
}

/// A name's meaning inside a body.
enum Entity {
  case local(LocalId)
  case symbol(Symbol)
  /// A local of a function around the literal: an index in what it captures.
  case captured(Int)
  /// What a type parameter stands for.
  case type(TypeId)
  /// Index into `Checker.localConstants`.
  case constant(Int)
}

/// An entry of the scope stack. `shadowed` is the entry it hides plus one, or 0.
struct Binding {
  var name: NameId
  var entity: Entity
  var shadowed: UInt32
  var position: Position
}

/// A loop that is being checked.
struct LoopContext {
  var label: NameId
  var number: UInt32
  /// The merged state of all `break`s, if there was one.
  var exit: FlowState?
}

/// What belongs to the function being checked; saved while one declared inside it is.
struct FunctionContext: ~Copyable {
  var id = FunctionId.none
  var result = TypeId.void
  var locals = Store<LocalInfo>()
  /// For each local its bit in `FlowState`, or -1 if it is assigned from the start.
  var trackedBits = Store<Int32>()
  var trackedCount = 0
  var references = Store<Reference>()
  var loops: [LoopContext] = []
  var loopCount: UInt32 = 0
  /// The locals whose address has been taken and whose scopes are open.
  var addressTaken: [LocalId] = []
  var takesAddresses = false
  /// How many values are made that may have to be freed at the end of their statement.
  var temporaryCount = 0
  /// The depth of the scope that the innermost statement around lies in, at whose end it is freed what the statement makes:
  /// a block's value belongs to the statement around the block.
  var statementDepth = 1
  /// How many arenas are open.
  var arenaDepth = 0
  /// How many of `loops` lie around the innermost `defer`, which can't be left; null outside of any.
  var loopsAroundDefer: Int?
  var flow = FlowState()
  /// Bindings and scopes below these belong to enclosing functions.
  var boundary = 0
  var scopeBoundary = 0
  /// Names at a script's top are globals.
  var isScript = false

  /// Empties the context for another function and keeps its room.
  mutating func reset(id: FunctionId, result: TypeId, boundary: Int, scopeBoundary: Int) {
    self.id = id
    self.result = result
    self.boundary = boundary
    self.scopeBoundary = scopeBoundary
    locals.removeAll()
    trackedBits.removeAll()
    references.removeAll()
    loops.removeAll(keepingCapacity: true)
    trackedCount = 0
    loopCount = 0
    addressTaken.removeAll(keepingCapacity: true)
    takesAddresses = false
    temporaryCount = 0
    statementDepth = 1
    arenaDepth = 0
    loopsAroundDefer = nil
    flow = FlowState()
    isScript = false
  }
}

package final class Checker {
  let declarations: Declarations
  let types: TypeStore
  let names: Interner
  let builtins: BuiltinNames
  /// The typed code that is being made; `finishChunk` moves it into the program's chunk `codeIndex`. A constant
  /// reference: one that could change would be counted at each use.
  let code = TypedCode()
  private(set) var codeIndex: UInt32
  package var diagnostics = Diagnostics()

  // The part being read. What is read often is read through `view`.
  var part: Part
  var partId = PartId(0)
  /// The names of the part's module. `declarations` keeps it alive; a counted reference would be counted at each use.
  private var symbolTable: Unmanaged<SymbolTable>
  var symbols: SymbolTable { symbolTable.takeUnretainedValue() }
  /// Which of `declarations.imports` have been used.
  private(set) var usedImports: [Bool]
  let hasImports: Bool
  var view: TreeView
  var tree: Tree { part.tree }
  var tokens: TokenStore { part.tokens }
  var fileBase: UInt32
  var fileBytes: UnsafePointer<UInt8>

  var context = FunctionContext()
  /// A context whose stores have room, for the next function.
  var spareContext: FunctionContext? = FunctionContext()
  var bindings = Store<Binding>(capacity: 256)
  var latest = Store<UInt32>(capacity: 256)
  /// Bindings up to this one aren't visible: what is being checked stands elsewhere.
  var bindingFloor: UInt32 = 0
  /// The table of instances while this checker holds its lock.
  var instanceTable: InstanceTable?
  /// How many instances are being laid out.
  var layoutsOfInstances = 0
  /// What has been reported for instances, by kind and place.
  var reportedForInstances: Set<UInt64> = []
  /// Constraints that wait until the methods of all types are known; null behind that.
  var waitingConstraints: [WaitingConstraint]?
  /// Interfaces that were met as types of values meanwhile.
  var waitingInterfaces: [(NodeId, TypeId, PartId)] = []
  /// What is declared inside of the instance that is being checked, by its declaration.
  var nestedInstances: [Declarations.NestedKey: Symbol] = [:]
  /// Where in `bindings` the open scopes begin.
  var scopeStarts = Store<Int>()
  var localConstants: [ConstantValue] = []
  /// Integers beyond 64 bits, while they are computed.
  var bigIntegers: [Int128] = []
  /// The call whose failure the expression around it deals with.
  var handledCall = NodeId.none
  /// The names of the pattern that is being checked.
  var patternNames = PatternNames()
  /// Children of lists under construction.
  var scratch = Store<UInt32>(capacity: 256)
  var literalBytes = Store<UInt8>(capacity: 256)
  /// Constants whose value is being computed, to find cycles.
  var constantDepth = 0
  /// The declared constants whose value is being computed, the outermost first.
  var constantsUnderway: [ConstantId] = []
  static let maximumConstantDepth = 500
  /// Structs and enums whose layout is underway, the outermost first.
  var layoutStack: [TypeId] = []
  /// Instances that wait until the layouts underway are finished.
  var waitingInstances: [TypeId] = []
  var laysOutWaiting = false
  /// How many pointers and slices lie around the type that is being resolved.
  var indirection = 0

  package init(
    declarations: Declarations, types: TypeStore, names: Interner, builtins: BuiltinNames, codeIndex: UInt32,
    firstPart: PartId
  ) {
    self.declarations = declarations
    self.types = types
    self.names = names
    self.builtins = builtins
    self.codeIndex = codeIndex
    let part = declarations.parts[Int(firstPart.index)]
    self.part = part
    partId = firstPart
    symbolTable = .passUnretained(declarations.modules[Int(part.module.index)].symbols)
    usedImports = [Bool](repeating: false, count: declarations.imports.count)
    hasImports = !usedImports.isEmpty
    view = TreeView(part.tree)
    fileBase = part.file.base
    fileBytes = part.file.bytes
    latest.append(repeating: 0, count: names.count)
  }

  /// Makes room for names that were made since.
  func extendNames() {
    if latest.count < names.count { latest.append(repeating: 0, count: names.count - latest.count) }
  }

  /// Turns to the chunk `index` of the program's typed code, which is made of `tree`.
  func beginChunk(_ index: UInt32, _ tree: Tree) {
    codeIndex = index
    code.nodes.reserve(tree.nodes.count)
    code.extra.reserve(tree.extra.count)
  }

  /// Moves the typed code into its chunk and returns what was reported.
  func finishChunk(into chunk: TypedCode) -> Diagnostics {
    code.exchange(with: chunk)
    let found = diagnostics
    diagnostics = Diagnostics()
    localConstants.removeAll(keepingCapacity: true)
    bigIntegers.removeAll(keepingCapacity: true)
    return found
  }

  /// Returns what has been reported since.
  func finishDiagnostics() -> Diagnostics {
    let found = diagnostics
    diagnostics = Diagnostics()
    return found
  }

  func enter(_ id: PartId) {
    if partId == id { return }
    partId = id
    part = declarations.parts[Int(id.index)]
    symbolTable = .passUnretained(declarations.modules[Int(part.module.index)].symbols)
    view = TreeView(part.tree)
    fileBase = part.file.base
    fileBytes = part.file.bytes
  }

  /// What a name stands for at the top of the part's module.
  @inline(__always)
  func symbol(_ name: NameId) -> Symbol { symbolTable._withUnsafeGuaranteedRef { $0[name] } }

  func markUsed(_ id: ImportId) { usedImports[Int(id.index)] = true }

  // MARK: Positions and emission

  @inline(__always)
  func position(_ token: TokenId) -> Position { Position(fileBase + view.start(token)) }
  @inline(__always)
  func position(_ id: NodeId) -> Position { position(view[id].token) }

  @inline(__always)
  func emit(_ op: TypedOp, _ type: TypeId, a: UInt32 = 0, b: UInt32 = 0, flags: UInt8 = 0, at position: Position)
    -> TypedId
  {
    TypedId(code.nodes.add(TypedNode(op, type, a: a, b: b, flags: flags, at: position)))
  }

  /// The same for a node that allocates or frees memory.
  func emit(
    _ op: TypedOp, _ type: TypeId, a: UInt32 = 0, b: UInt32 = 0, flags: UInt8 = 0, at position: Position,
    site kind: SiteKind, of subject: TypeId
  ) -> TypedId {
    let id = emit(op, type, a: a, b: b, flags: flags, at: position)
    code.sites.append(SiteInfo(kind, subject, at: position, node: id))
    return id
  }

  /// The same for a node that makes text or a list, which may have to be freed at the end of the statement.
  func emitMade(_ op: TypedOp, _ type: TypeId, a: UInt32 = 0, b: UInt32, at position: Position, site kind: SiteKind)
    -> TypedId
  {
    context.temporaryCount += 1
    return emit(op, type, a: a, b: b, flags: temporaryDepth, at: position, site: kind, of: type)
  }

  /// The flags of a node whose value may have to be freed at the end of the statement.
  var temporaryDepth: UInt8 {
    context.statementDepth < Int(TypedNode.temporary) ? UInt8(context.statementDepth) : 0
  }

  /// Checks a statement of the block that is open.
  func asStatement<Result>(_ body: () -> Result) -> Result {
    let around = context.statementDepth
    context.statementDepth = scopeDepth + 1
    defer { context.statementDepth = around }
    return body()
  }

  /// A call, whose result may have to be freed at the end of the statement.
  func emitCall(_ function: FunctionId, _ type: TypeId, _ arguments: UInt32, at position: Position) -> TypedId {
    if mayMake(function, type) { context.temporaryCount += 1 }
    return emit(.call, type, a: function.index, b: arguments, flags: temporaryDepth, at: position)
  }

  /// Whether a call may give something that was made for it. An intrinsic never allocates, and programs without the heap
  /// call those that put text together.
  private func mayMake(_ function: FunctionId, _ type: TypeId) -> Bool {
    declarations.isFreeable(type, types) && declarations.functions[function.index].kind != .intrinsic
  }

  /// A value goes into a variable or out of the function: nothing has to be freed behind it.
  func noteKept(_ value: TypedId) {
    let node = code[value]
    switch node.op {
    case .interpolate, .concatenate, .makeSlice: context.temporaryCount -= 1
    case .call: if mayMake(FunctionId(node.a), node.type) { context.temporaryCount -= 1 }
    case .callValue: if declarations.isFreeable(node.type, types) { context.temporaryCount -= 1 }
    case .propagate, .unwrapOptional, .wrapOptional: noteKept(TypedId(node.a))
    default: break
    }
  }

  /// Appends words to the typed code's `extra` and returns where they begin.
  func words(_ items: UInt32...) -> UInt32 {
    let start = UInt32(code.extra.count)
    for item in items { code.extra.append(item) }
    return start
  }

  /// Moves what was pushed on `scratch` since `mark` into `extra`, after its count; `divisor` tells how many words
  /// make an item.
  func takeList(from mark: Int, wordsPerItem: Int = 1) -> UInt32 {
    let start = UInt32(code.extra.count)
    let count = scratch.count - mark
    code.extra.append(UInt32(count / wordsPerItem))
    code.extra.append(contentsOf: UnsafeBufferPointer(rebasing: scratch.elements[mark...]))
    scratch.truncate(to: mark)
    return start
  }

  // MARK: Reporting

  func report(
    _ kind: DiagnosticKind, _ node: NodeId, _ message: String, label: String = "",
    more: (inout Diagnostic) -> Void = { _ in }
  ) {
    diagnostics.report(kind, at: tree.span(of: node), message, label: label, more: more)
  }

  func report(
    _ kind: DiagnosticKind, token: TokenId, _ message: String, label: String = "",
    more: (inout Diagnostic) -> Void = { _ in }
  ) {
    diagnostics.report(kind, at: tokens.span(of: token), message, label: label, more: more)
  }

  /// Says that a construct of the language isn't in this version.
  func reportMissingFeature(_ node: NodeId, _ what: String) {
    report(.notInThisVersion, node, "\(what) are part of Zong, but not of this version")
  }

  func text(_ name: NameId) -> String { names.text(of: name) }

  // MARK: Scopes

  func openScope() {
    scopeStarts.append(bindings.count)
  }

  /// How many scopes of the function being checked are open.
  var scopeDepth: Int { scopeStarts.count - context.scopeBoundary }

  func closeScope() {
    guard let start = scopeStarts.last else { return }
    scopeStarts.removeLast()
    while bindings.count > start {
      let binding = bindings[bindings.count - 1]
      bindings.removeLast()
      latest[binding.name.index] = binding.shadowed
    }
  }

  /// Binds a name in the innermost scope, and reports it if the scope has it already.
  func bind(_ name: NameId, _ entity: Entity, token: TokenId) {
    let known = latest[name.index]
    if known != 0, scopeDepth > 0, let start = scopeStarts.last, Int(known) - 1 >= start, name != .none {
      reportRedeclared(name, token: token, first: bindings[Int(known) - 1].position)
    }
    bindings.append(Binding(name: name, entity: entity, shadowed: known, position: position(token)))
    latest[name.index] = UInt32(bindings.count)
  }

  func reportRedeclared(_ name: NameId, token: TokenId, first: Position) {
    report(.redeclared, token: token, "`\(text(name))` is declared twice in the same block") {
      let length = UInt32(self.names.bytes(of: name).count)
      $0.labels = [Label(Span(first, Position(first.offset + length)), "first declared here")]
      let isVariable = token.index > 0 && self.view.tokenKind(token.previous) == .varKeyword
      if isVariable { $0.notes = ["to change it, assign to it without `var`"] }
      $0.notes.append("an inner block may declare the name anew")
    }
  }

  /// A new local of the current function.
  func addLocal(_ name: NameId, _ type: TypeId, at position: Position, assigned: Bool) -> LocalId {
    let id = LocalId(UInt32(context.locals.count))
    var info = LocalInfo(name: name, type: type, position: position)
    info.scopeDepth = UInt16(clamping: scopeDepth + 1)
    context.locals.append(info)
    if assigned {
      context.trackedBits.append(-1)
    } else {
      context.trackedBits.append(Int32(context.trackedCount))
      context.flow.assigned.remove(context.trackedCount)
      context.flow.touched.remove(context.trackedCount)
      context.trackedCount += 1
    }
    return id
  }

  // MARK: References

  func refer(to function: FunctionId) {
    context.references.append(Reference(kind: .function, index: function.index))
  }
  func require(_ function: RuntimeFunction) {
    context.references.append(Reference(kind: .runtime, index: UInt32(function.rawValue)))
  }
  func refer(to global: GlobalId) {
    context.references.append(Reference(kind: .global, index: global.index))
  }
}
