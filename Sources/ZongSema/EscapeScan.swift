// Escape analysis of one function: how far the addresses of its locals, the storage that it makes, and the values of its
// parameters flow. In goes its typed code and what is known of the functions that it calls; out come the locals that
// need a slot of their own or the values that nothing keeps, and the flows of its parameters.
//
// The flow is found backwards and without regard to order in time: what a use says of a value is passed on to the
// operands that the value comes from. Children stand before their parents in typed code, so one scan from the
// function's last node to its first visits every value after all of its uses. Only what flows through a variable that
// is assigned before it is read (in a loop) needs another scan.
//
// What makes the result sound:
// - A value that is stored through a pointer, into a slice's storage or into a global is in the world: nothing is
//   assumed of who loads it. So what a pointer leads to is changed by nothing that the analysis doesn't see.
// - A variable's parts aren't told apart, nor the objects that lie at whatever distance behind a value.
// - A pointer never becomes an integer and back. Addresses given to the host count as being in the world.

import ZongStores

/// What is followed: pointers to locals, or all storage, text included. Text never lies in a local, so for the first it
/// carries nothing.
enum EscapeSubject { case locals, storage }

final class EscapeScan {
  /// What is known of a local.
  private struct Local: BitwiseCopyable {
    /// Of its value.
    var flow: Flow
    /// Of pointers to it and into it.
    var address: Reach
    /// Something has been assigned to it, with the flow known until then.
    var isUsed: Bool
  }

  /// More scans than a program that people write needs; after them everything is taken to escape.
  private static let scanLimit = 16

  private let subject: EscapeSubject
  private let program: TypedProgram
  private let declarations: Declarations
  private let types: TypeStore
  private var carriers: PointerCarriers
  /// Whether some type declares how its values are written, compared or hashed: a method that may keep what `self`
  /// leads to.
  private let replacesWriting: Bool
  private let replacesComparing: Bool
  private let replacesHashing: Bool
  /// What calls through interfaces and function values lead to. Of pointers to locals nothing is assumed there.
  let targets: DynamicTargets?
  /// The function being analysed has such a call.
  private(set) var callsDynamically = false
  /// What is known of arguments, by index in `Declarations.parameters`.
  var parameterFlows = Store<ParameterFlow>()

  // The function being analysed.
  private(set) var code: TypedCode
  private(set) var info = FunctionInfo(kind: .declared, name: .none, part: .init(0), node: .none)
  /// The flows of the values of its nodes, from the first one on.
  private var flows = Store<Flow>(capacity: 1024)
  private var locals = Store<Local>(capacity: 64)
  /// A local that was used has got a larger flow since.
  private var needsAnotherScan = false

  init(_ program: TypedProgram, of subject: EscapeSubject) {
    self.subject = subject
    self.program = program
    declarations = program.declarations
    types = program.types
    carriers = PointerCarriers(program, withText: subject == .storage)
    replacesWriting = program.reachable.replacements.keys.contains { $0.kind == .writes }
    replacesComparing = program.reachable.replacements.keys.contains { $0.kind == .compares }
    replacesHashing = program.reachable.replacements.keys.contains { $0.kind == .hashes }
    targets = subject == .storage ? DynamicTargets(program) : nil
    code = program.codes[0]
  }

  /// Whether values of a type hold pointers.
  func carriesPointers(_ type: TypeId) -> Bool { carriers.contains(type) }

  // MARK: A function

  /// Analyses a function with what `parameterFlows` says of those that it calls.
  func analyze(_ function: FunctionId) {
    info = declarations.functions[function.index]
    code = program.codes[Int(info.code)]
    callsDynamically = false
    locals.removeAll()
    for index in info.firstLocal..<info.firstLocal + info.localCount {
      let local = code.locals[index]
      // What only passes a value on keeps nothing: the value flows where the local is read.
      let isPassing = subject == .storage && local.isPartOfStatement
      let kept = isPassing ? Reach.nowhere : Reach(depth: local.scopeDepth)
      locals.append(Local(flow: Flow(value: kept, content: kept), address: .nowhere, isUsed: false))
    }
    flows.removeAll()
    flows.append(repeating: .nowhere, count: Int(info.endNode - info.firstNode))
    var scans = 0
    repeat {
      needsAnotherScan = false
      scanOnce()
      scans += 1
    } while needsAnotherScan && scans < EscapeScan.scanLimit
    if needsAnotherScan {
      for index in 0..<locals.count {
        locals[index].flow = .world
        locals[index].address = .world
      }
      for index in 0..<flows.count { flows[index] = .world }
    }
  }

  /// How an argument for a parameter of the function just analysed flows.
  func parameterFlow(_ index: Int) -> ParameterFlow { ParameterFlow(locals[index].flow) }

  /// Whether pointers to a local of the function just analysed may be used after the local's scope has ended.
  func outlivesScope(_ local: UInt32) -> Bool {
    locals[local].address.outlives(code.locals[info.firstLocal + local].scopeDepth)
  }

  /// Whether something may keep the value of a node beyond its statement, which lies in a scope of depth `depth`.
  func isKept(_ node: UInt32, beyondStatementIn depth: UInt16) -> Bool {
    flows[node - info.firstNode].value.outlives(statementIn: depth)
  }

  /// Whether something may keep the value of a local of the function just analysed beyond the local's scope.
  func isKept(local: UInt32) -> Bool {
    locals[local].flow.value.outlives(code.locals[info.firstLocal + local].scopeDepth)
  }

  /// Whether the value of a local of the function just analysed is stored where anything may find it.
  func isInWorld(local: UInt32) -> Bool { locals[local].flow.value.isInWorld }

  /// Calls `body` with the function's own nodes, the last one first.
  func forEachNode(_ body: (UInt32) -> Void) {
    var index = info.endNode
    while index > info.firstNode {
      index -= 1
      let node = code.nodes[index]
      if node.op == .nestedFunction {
        // The nodes of another function.
        index = node.a
        continue
      }
      body(index)
    }
  }

  // MARK: Flows

  private func join(_ flow: Flow, to node: UInt32) {
    // A constant or a node in front of the function's own has no flow.
    if node >= info.firstNode { flows[node - info.firstNode].join(flow) }
  }

  private func join(_ flow: Flow, toLocal local: UInt32) {
    var joined = locals[local].flow
    joined.join(flow)
    if joined == locals[local].flow { return }
    locals[local].flow = joined
    if locals[local].isUsed { needsAnotherScan = true }
  }

  /// What is put into a local flows as the local does.
  private func use(_ local: UInt32) -> Flow {
    locals[local].isUsed = true
    return locals[local].flow
  }

  /// A pointer into `place` flows as `flow` says.
  private func point(into place: TypedId, _ flow: Flow) {
    var place = place
    while true {
      let node = code[place]
      switch node.op {
      case .local:
        point(toLocal: node.a, flow)
        return
      case .field: place = TypedId(node.a)
      case .element:
        if types[code[TypedId(node.a)].type].kind != .array {
          join(flow, to: node.a)
          return
        }
        place = TypedId(node.a)
      case .dereference:
        join(flow, to: node.a)
        return
      default: return
      }
    }
  }

  /// A pointer to a local flows as `flow` says; what is loaded through it is the local's value.
  private func point(toLocal local: UInt32, _ flow: Flow) {
    locals[local].address.join(flow.value)
    join(flow.stored, toLocal: local)
  }

  /// The flow of a value that is assigned to `place`.
  private func assigned(to place: TypedId) -> Flow {
    var place = place
    while true {
      let node = code[place]
      switch node.op {
      case .local: return use(node.a)
      case .field: place = TypedId(node.a)
      case .element:
        if types[code[TypedId(node.a)].type].kind != .array { return .world }
        place = TypedId(node.a)
      default: return .world
      }
    }
  }

  /// Passes a flow on to `count` words of a list: every `stride`th from `first` on.
  private func join(_ flow: Flow, toList first: UInt32, count: UInt32, stride: UInt32 = 1) {
    for index in 0..<count { join(flow, to: code.extra[first + index * stride]) }
  }

  // MARK: Nodes

  private func scanOnce() {
    forEachNode { index in
      let node = code.nodes[index]
      var flow = flows[index - info.firstNode]
      if flow != .nowhere && !carriers.contains(node.type) { flow = .nowhere }
      pass(flow, node)
    }
  }

  /// Passes on the flow of a node's value, and says what the node itself does.
  private func pass(_ flow: Flow, _ node: TypedNode) {
    switch node.op {
    // Places that are read, and values made of others.
    case .local: if flow != .nowhere { join(flow, toLocal: node.a) }
    case .field, .makeInterface, .wrapOptional, .unwrapOptional, .propagate, .repeatElement, .leaveArena:
      join(flow, to: node.a)
    // As a statement it has no flow.
    case .arena: if flow != .nowhere { join(flow, to: node.a) }
    case .element: join(types[code[TypedId(node.a)].type].kind == .array ? flow : flow.loaded, to: node.a)
    case .dereference: join(flow.loaded, to: node.a)
    case .catchFailure:
      join(flow, to: node.a)
      passHandler(flow, node)
    case .coalesce:
      join(flow, to: node.a)
      join(flow, to: node.b)
    case .ifElse: if flow != .nowhere { join(flow, toList: node.b, count: 2) }
    case .match: if flow != .nowhere { join(flow, toList: node.b + 2, count: code.extra[node.b], stride: 2) }
    case .blockValue: passBlockValue(flow, node)
    case .makeStructure, .makeCase: join(flow, toList: node.b + 2, count: code.extra[node.b], stride: 2)
    case .makeArray: join(flow, toList: node.b + 1, count: code.extra[node.b])
    case .makeSlice: join(flow.stored, toList: node.b + 1, count: code.extra[node.b])
    case .newSlice: join(flow.stored, to: code.extra[node.b + 1])
    case .new: join(flow.stored, to: node.a)

    // Pointers to places.
    case .addressOf: point(into: TypedId(node.a), flow)
    case .addressOfValue:
      point(toLocal: node.b, flow)
      let kept = use(node.b)
      join(kept, to: node.a)
    case .view:
      if types[code[TypedId(node.a)].type].kind == .array {
        point(into: TypedId(node.a), flow)
      } else {
        join(flow, to: node.a)
      }
    case .address: if !info.isCore { join(Flow(value: .world), to: node.a) }

    // Variables.
    case .declare: if node.b != 0 { join(use(node.a), to: node.b) }
    case .assign: join(assigned(to: TypedId(node.a)), to: node.b)
    case .bindOptional: if node.b != LocalId.none.index { join(use(node.b), to: node.a) }
    case .patternBind: if carriers.contains(node.type) { join(use(node.a), to: node.b) }
    case .forEach: passIteration(node)

    // What leaves the function's sight.
    case .call: passArguments(node, flow)
    case .append: join(.world, to: node.b)
    case .makeFunction:
      if node.b != 0 {
        join(flow, to: node.b)
        // What the function does with it, whoever calls it.
        let parameter = declarations.functions[node.a].firstParameter
        join(parameterFlows[parameter].argument(result: .world), to: node.b)
      }
    case .callValue: passArgumentsOfValue(node, flow)
    case .hash:
      passToMethod(node.a, replacesHashing)
      // Only a method of the program may keep the hasher: what is built in adds numbers to it.
      let hashed = types[code.nodes[node.a].type].kind
      if replacesHashing && hashed != .builtin && hashed != .pointer { join(.world, to: node.b) }
    case .print, .interpolate, .appendText, .panic: passPieces(node.b)
    case .assert: passPieces(code.extra[node.b + 1])
    case .expect: passPieces(code.extra[node.b])
    case .binary:
      passToMethod(node.a, replacesComparing)
      passToMethod(node.b, replacesComparing)
    case .returnValue: if node.a != 0 { join(.result, to: node.a) }

    // Constants, numbers, fresh text; statements without a flow of their own.
    case .error, .site, .integer, .float, .string, .zero, .bigInteger, .global, .length, .capacity, .negate, .not,
      .complement, .logicalAnd, .logicalOr, .convert, .wrap, .concatenate, .isPresent, .printBytes, .readLine, .fail,
      .diverge, .matchPattern, .patternAny,
      .patternEqual,
      .patternRange, .patternCase, .patternNull, .patternPresent, .patternAlternatives, .block, .expression,
      .compoundAssign,
      .assignLength,
      .loop, .whileLoop, .forRange, .breakLoop, .continueLoop, .deferStatement, .delete, .nestedFunction:
      break
    }
  }

  /// Pieces of text are written, by methods of the program where types have them.
  private func passPieces(_ list: UInt32) {
    if !replacesWriting { return }
    for index in 0..<code.extra[list] { passToMethod(code.extra[list + 1 + index * 5], true) }
  }

  /// A value that is written or compared; `isReplaced` if a method of the program may do so.
  private func passToMethod(_ value: UInt32, _ isReplaced: Bool) {
    if !isReplaced { return }
    let type = code.nodes[value].type
    // What the value consists of: only structs and enums have methods.
    var part = types[type]
    while part.kind == .slice || part.kind == .array || part.kind == .optional { part = types[part.element] }
    if part.kind == .structure || part.kind == .enumeration, carriers.contains(type) { join(.world, to: value) }
  }

  /// A block's value is used outside of it.
  private func passBlockValue(_ flow: Flow, _ node: TypedNode) {
    if node.a == 0 || !carriers.contains(node.type) { return }
    let kept = Reach(passedTo: UInt16(node.flags))
    var joined = flow
    joined.join(Flow(value: kept, content: kept))
    join(joined, to: node.a)
  }

  /// The value of a handler is used behind its block, whatever keeps it there, also where the block is nothing but its value.
  private func passHandler(_ flow: Flow, _ node: TypedNode) {
    let (local, body) = (code.extra[node.b], code.extra[node.b + 1])
    var joined = flow
    if local != LocalId.none.index, carriers.contains(node.type) {
      let around = Reach(passedTo: max(code.locals[info.firstLocal + local].scopeDepth, 2) - 1)
      joined.join(Flow(value: around, content: around))
    }
    if joined != .nowhere { join(joined, to: body) }
  }

  private func passIteration(_ node: TypedNode) {
    let item = use(code.extra[node.b + 1])
    let isArray = types[code[TypedId(node.a)].type].kind == .array
    if code.extra[node.b + 2] == 1 {
      if isArray { point(into: TypedId(node.a), item) } else { join(item, to: node.a) }
    } else if carriers.contains(types[code[TypedId(node.a)].type].element) {
      join(isArray ? item : item.loaded, to: node.a)
    }
  }

  private func passArguments(_ node: TypedNode, _ result: Flow) {
    let callee = declarations.functions[node.a]
    for item in 0..<code.extra[node.b] {
      let parameter = code.extra[node.b + 1 + item * 2]
      let argument = code.extra[node.b + 2 + item * 2]
      switch callee.kind {
      case .requirement:
        callsDynamically = true
        let methods = targets?.methods(of: FunctionId(node.a))
        join(flow(ofArgument: parameter, to: methods, result: result), to: argument)
      case .imported: if !callee.isCore { join(.world, to: argument) }
      case .intrinsic: if givesPointerAway(callee) { join(.world, to: argument) }
      case .declared where callee.isCore && subject == .storage && copies(callee): break
      default: join(parameterFlows[callee.firstParameter + parameter].argument(result: result), to: argument)
      }
    }
  }

  private func passArgumentsOfValue(_ node: TypedNode, _ result: Flow) {
    callsDynamically = true
    let functions = targets?.functions(of: code[TypedId(node.a)].type)
    for index in 0..<code.extra[node.b] {
      // The first parameter is what the function captures.
      join(flow(ofArgument: index + 1, to: functions, result: result), to: code.extra[node.b + 1 + index])
    }
  }

  /// How an argument flows into any of the functions that a call may lead to.
  private func flow(ofArgument parameter: UInt32, to functions: [FunctionId]?, result: Flow) -> Flow {
    guard let functions else { return .world }
    var joined = Flow.nowhere
    for function in functions {
      let info = declarations.functions[function.index]
      guard info.kind == .declared, parameter < info.parameterCount else { return .world }
      joined.join(parameterFlows[info.firstParameter + parameter].argument(result: result))
    }
    return joined
  }

  /// Whether a function of the library's core makes storage of its own out of what its argument holds, by ways that
  /// can't be seen here.
  func copies(_ function: FunctionInfo) -> Bool {
    let name = program.names.text(of: function.name)
    return name == "_text_of" || name == "_bytes_of" || name == "_copied_text"
  }

  /// Whether an intrinsic makes an integer with which the library could make the pointer again.
  private func givesPointerAway(_ intrinsic: FunctionInfo) -> Bool {
    let name = program.names.text(of: intrinsic.name)
    return name == "bytes_pointer" || name == "text_pointer"
  }
}

/// Which types hold pointers, found once per type.
struct PointerCarriers: ~Copyable {
  /// Text counts as well.
  private let withText: Bool
  private let types: TypeStore
  private let declarations: Declarations
  /// By type: 0 not known yet, 1 no, 2 yes.
  private var known = Store<UInt8>(capacity: 256)

  init(_ program: TypedProgram, withText: Bool) {
    self.withText = withText
    types = program.types
    declarations = program.declarations
  }

  @inline(__always)
  mutating func contains(_ type: TypeId) -> Bool {
    if Int(type.index) < known.count && known[type.index] != 0 { return known[type.index] == 2 }
    return find(type)
  }

  private mutating func find(_ type: TypeId) -> Bool {
    let info = types[type]
    var result = false
    switch info.kind {
    case .builtin: result = withText && type == .string
    case .pointer, .slice, .interface, .function: result = true
    case .parameter, .list: break
    case .array, .optional, .fallible: result = contains(info.element)
    case .enumeration:
      let enumeration = declarations.enumerations[info.a]
      for index in 0..<Int(enumeration.caseCount) where !result {
        let enumCase = declarations.enumCase(enumeration, index)
        for field in 0..<Int(enumCase.fieldCount) where !result {
          result = contains(declarations.field(enumCase, field).type)
        }
      }
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) where !result {
        result = contains(declarations.field(structure, index).type)
      }
    }
    if Int(type.index) >= known.count { known.append(repeating: 0, count: Int(type.index) + 64 - known.count) }
    known[type.index] = result ? 2 : 1
    return result
  }
}
