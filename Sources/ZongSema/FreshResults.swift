// Which functions return storage of their own: text, a slice or an error that was made for the result, so that nothing
// else leads to it, or that is constant. Such a result can be freed if its caller doesn't keep it. Found for one function
// at a time, behind its escape analysis, callees before callers; where that order doesn't tell, a result isn't fresh.

import ZongStores

final class FreshResults {
  private let program: TypedProgram
  private let declarations: Declarations
  private let types: TypeStore
  private let scan: EscapeScan
  /// By function: 0 not known yet, 1 not fresh, 2 fresh.
  private var states = Store<UInt8>()
  /// Of the function being looked at, by local: how it is used.
  private var locals = Store<LocalUse>(capacity: 64)
  private var knowsLocals = false
  private var isFindingUses = false
  private var code: TypedCode

  /// What is known of a local that is returned.
  private struct LocalUse: BitwiseCopyable {
    /// Something that isn't fresh is assigned to it, or in a way that isn't looked into.
    var isShared = false
    /// How often its address is taken, and how often for an `append`, which leaves nothing there but storage of its own.
    var addresses: UInt32 = 0
    var appends: UInt32 = 0
  }

  /// How deep expressions are looked into.
  private static let depthLimit = 64

  init(_ program: TypedProgram, _ scan: EscapeScan) {
    self.program = program
    self.scan = scan
    declarations = program.declarations
    types = program.types
    code = program.codes[0]
  }

  func prepare() { states.append(repeating: 0, count: declarations.functions.count) }

  func isFresh(_ function: FunctionId) -> Bool {
    if states[function.index] == 2 { return true }
    let info = declarations.functions[function.index]
    if info.kind == .requirement { return areFresh(scan.targets?.methods(of: function)) }
    return info.isCore && info.kind == .declared && scan.copies(info)
  }

  /// Whether the result of calling a value of a function type is fresh.
  func isFresh(ofValue type: TypeId) -> Bool { areFresh(scan.targets?.functions(of: type)) }

  private func areFresh(_ functions: [FunctionId]?) -> Bool {
    guard let functions else { return false }
    return functions.allSatisfy { states[$0.index] == 2 }
  }

  /// Looks at the function that `scan` has just analysed. True if it has become known that its result isn't fresh after
  /// all, as more is known of its callees.
  func update(_ function: FunctionId) -> Bool {
    let info = declarations.functions[function.index]
    guard declarations.isFreeable(info.result, types), states[function.index] != 1 else { return false }
    code = scan.code
    knowsLocals = false
    var isFresh = true
    scan.forEachNode { index in
      let node = code.nodes[index]
      if node.op == .returnValue && node.a != 0 && isFresh { isFresh = self.isFresh(node.a, 0) }
    }
    let before = states[function.index]
    states[function.index] = isFresh ? 2 : 1
    return before == 2 && !isFresh
  }

  // MARK: Expressions

  /// Whether a node of the function that `scan` has just analysed is fresh.
  func isFresh(node: UInt32) -> Bool {
    code = scan.code
    knowsLocals = false
    return isFresh(node, 0)
  }

  private func isFresh(_ id: UInt32, _ depth: Int) -> Bool {
    if depth > FreshResults.depthLimit { return false }
    let node = code.nodes[id]
    // Numbers of an error.
    if node.type == .never || types[node.type].kind == .builtin && node.type != .string { return true }
    switch node.op {
    case .string, .zero, .interpolate, .concatenate, .makeSlice, .newSlice, .readLine, .diverge: return true
    case .call: return isFresh(FunctionId(node.a))
    case .callValue: return isFresh(ofValue: code.nodes[node.a].type)
    case .propagate, .unwrapOptional, .wrapOptional: return isFresh(node.a, depth + 1)
    case .coalesce: return isFresh(node.a, depth + 1) && isFresh(node.b, depth + 1)
    case .catchFailure: return isFresh(node.a, depth + 1) && isFresh(code.extra[node.b + 1], depth + 1)
    case .ifElse: return areFresh(node.b, count: 2, stride: 1, depth)
    case .match: return areFresh(node.b + 2, count: code.extra[node.b], stride: 2, depth)
    case .blockValue, .arena, .leaveArena: return node.a == 0 || isFresh(node.a, depth + 1)
    case .makeStructure: return areFresh(node.b + 2, count: code.extra[node.b], stride: 2, depth)
    case .local: return isFresh(local: node.a)
    default: return false
    }
  }

  private func areFresh(_ first: UInt32, count: UInt32, stride: UInt32, _ depth: Int) -> Bool {
    for index in 0..<count where !isFresh(code.extra[first + index * stride], depth + 1) { return false }
    return true
  }

  // MARK: Variables

  private func isFresh(local: UInt32) -> Bool {
    // One variable's value may be another's.
    if isFindingUses { return false }
    if !knowsLocals { findUses() }
    let use = locals[local]
    let isAddressTaken = code.locals[scan.info.firstLocal + local].isAddressTaken
    if isAddressTaken && use.addresses == 0 { return false }
    return !use.isShared && use.addresses == use.appends && !scan.isInWorld(local: local)
  }

  /// Looks at everything that is assigned to the function's locals.
  private func findUses() {
    knowsLocals = true
    locals.removeAll()
    let info = scan.info
    for index in info.firstLocal..<info.firstLocal + info.localCount {
      let local = code.locals[index]
      locals.append(LocalUse(isShared: local.isParameter || !declarations.isFreeable(local.type, types)))
    }
    isFindingUses = true
    scan.forEachNode { index in noteUse(code.nodes[index]) }
    isFindingUses = false
  }

  private func noteUse(_ node: TypedNode) {
    switch node.op {
    case .declare: if node.b != 0 { note(assigned: node.b, to: node.a) }
    case .assign: if let local = root(node.a) { note(assigned: node.b, to: local) }
    case .bindOptional: if node.b != LocalId.none.index { locals[node.b].isShared = true }
    case .patternBind: locals[node.a].isShared = true
    case .forEach: locals[code.extra[node.b + 1]].isShared = true
    case .catchFailure: if code.extra[node.b] != LocalId.none.index { locals[code.extra[node.b]].isShared = true }
    case .addressOfValue: locals[node.b].isShared = true
    case .addressOf: if let local = root(node.a) { locals[local].addresses += 1 }
    case .append, .appendText:
      let target = code.nodes[node.a]
      if target.op == .addressOf, code.nodes[target.a].op == .local { locals[code.nodes[target.a].a].appends += 1 }
    default: break
    }
  }

  private func note(assigned value: UInt32, to local: UInt32) {
    if !locals[local].isShared && !isFresh(value, 0) { locals[local].isShared = true }
  }

  /// The local that a place is, or is a field of.
  private func root(_ place: UInt32) -> UInt32? {
    var place = place
    while true {
      let node = code.nodes[place]
      switch node.op {
      case .local: return node.a
      case .field: place = node.a
      default: return nil
      }
    }
  }
}
