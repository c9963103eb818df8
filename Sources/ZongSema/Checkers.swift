// The checkers of several threads, and what they do before any body: signatures of plain types. A signature is plain if
// nothing but the table of types is written to find what its types are, and there is nothing to report: no type
// parameters or arguments, no types of other modules, no arrays. That is nearly all of them; the rest is resolved
// serially afterwards.

import ZongStores
import ZongSyntax

/// A checker for each thread, made when the thread first needs it: its table of names is as large as the program's.
final class Checkers: @unchecked Sendable {
  /// How many functions a thread takes at once.
  private static let runLength = 512
  /// Fewer runs than these aren't worth a thread.
  private static let fewRuns = 4

  let threads: Int
  private let program: TypedProgram
  private let builtins: BuiltinNames
  private let checkers: Results<Checker>

  init(_ program: TypedProgram, _ builtins: BuiltinNames, threads: Int) {
    self.threads = max(threads, 1)
    self.program = program
    self.builtins = builtins
    checkers = Results(count: self.threads)
  }

  func make(codeIndex: UInt32) -> Checker {
    Checker(
      declarations: program.declarations, types: program.types, names: program.names, builtins: builtins,
      codeIndex: codeIndex, firstPart: PartId(0))
  }

  /// The checker of a thread. Names that were made since it was used last are known to it.
  subscript(worker: Int) -> Checker {
    if let known = checkers[worker] {
      known.extendNames()
      return known
    }
    let checker = make(codeIndex: 0)
    checkers[worker] = checker
    return checker
  }

  /// What each checker has seen used of the imports.
  var usedImports: [[Bool]] { (0..<threads).compactMap { checkers[$0]?.usedImports } }

  /// Resolves the plain signatures among those of `functions`; returns the others, in their order. All structs and enums
  /// must be laid out.
  func resolvePlainSignatures(_ functions: [FunctionId]) -> [FunctionId] {
    let length = Checkers.runLength
    let count = (functions.count + length - 1) / length
    let results = Results<[FunctionId]>(count: count)
    Parallel.forEach(count, threads: count < Checkers.fewRuns ? 1 : threads) { [self] run, worker in
      let checker = self[worker]
      var others: [FunctionId] = []
      for index in run * length..<min((run + 1) * length, functions.count)
      where !checker.resolvePlainSignature(functions[index]) {
        others.append(functions[index])
      }
      results[run] = others
    }
    return (0..<count).flatMap { results[$0] ?? [] }
  }
}

extension Checker {
  /// More parameters than these are left to who looks at all of them.
  private static let fewParameters: UInt32 = 32

  /// Resolves the types of a function's parameters and result if they are plain, as `resolveSignature` would. If not,
  /// nothing counts that was written.
  fileprivate func resolvePlainSignature(_ id: FunctionId) -> Bool {
    let info = declarations.functions[id.index]
    guard info.kind == .declared, info.instance == 0, !info.isExported,
      info.parameterCount <= Checker.fewParameters
    else { return false }
    enter(info.part)
    for index in (info.isMethod ? 1 : 0)..<Int(info.parameterCount) {
      let at = Int(info.firstParameter) + index
      let parameter = declarations.parameters[at]
      let type = plainType(NodeId(view[parameter.node].a))
      if type == .error || isNamedTwice(parameter.name, at, info) { return false }
      declarations.parameters[at].type = type
      setThunkResult(parameter.defaultValue, type)
    }
    let resultNode = view.child(view[info.node].a + 4)
    var result = TypeId.void
    if resultNode.exists {
      result = plainResult(resultNode)
      if result == .error { return false }
    }
    declarations.functions[id.index].result = result
    return true
  }

  /// Whether a parameter before `at` has the same name.
  private func isNamedTwice(_ name: NameId, _ at: Int, _ info: FunctionInfo) -> Bool {
    for other in Int(info.firstParameter)..<at where declarations.parameters[other].name == name {
      return name != builtins.discard
    }
    return false
  }

  private func plainResult(_ id: NodeId) -> TypeId {
    let node = view[id]
    guard node.kind == .fallibleType else { return plainType(id) }
    let element = node.a == 0 ? TypeId.void : plainType(NodeId(node.a))
    return element == .error ? .error : types.fallible(of: element)
  }

  /// The type that a node means; `.error` if it isn't plain.
  private func plainType(_ id: NodeId) -> TypeId {
    let node = view[id]
    switch node.kind {
    case .typeName: return node.b == 0 ? plainType(view.name(node.token)) : .error
    case .pointerType, .sliceType, .optionalType:
      let element = plainType(NodeId(node.a))
      if element == .error { return .error }
      if node.kind == .optionalType { return types.optional(of: element) }
      return node.kind == .pointerType ? types.pointer(to: element) : types.slice(of: element)
    default: return .error
    }
  }

  private func plainType(_ name: NameId) -> TypeId {
    switch lookupType(name) {
    case .symbol(.none): return builtins.type(name) ?? .error
    case .symbol(.structure(let id)):
      let info = declarations.structures[id.index]
      return info.instance == 0 && info.state == .done ? info.type : .error
    case .symbol(.enumeration(let id)):
      let info = declarations.enumerations[id.index]
      return info.instance == 0 && info.state == .done ? info.type : .error
    default: return .error
    }
  }
}
