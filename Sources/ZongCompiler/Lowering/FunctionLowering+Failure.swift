// Failure: a fallible result is its value and a flag, 1 for failure; the error itself waits in the library, until the
// caller has tested the flag.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// `fail error;`, or on with the error that waits.
  func fail(_ id: TypedId, _ node: TypedNode) {
    if node.a != 0 {
      let (error, taken) = givenError(TypedId(node.a))
      guard builder.isOpen else { return }
      builder.position = node.position.offset
      setError(error, taken: taken, site: site(id))
    }
    leaveFunction(with: failure(info.result), at: .none)
  }

  /// Bits of what of an error a failure takes over; the rest is copied.
  private struct Taken: OptionSet {
    let rawValue: Int32
    static let message = Taken(rawValue: 1)
    static let code = Taken(rawValue: 2)
  }

  /// The error of a `fail`, and which of its texts nothing else leads to.
  private func givenError(_ id: TypedId) -> (Value, Taken) {
    let node = code[id]
    if node.op == .call && node.isTemporary { return (callFunction(node), [.message, .code]) }
    guard node.op == .makeStructure else { return (value(id), []) }
    let structure = declarations.structures[types[node.type].a]
    var error = zero(node.type)
    var taken: Taken = []
    for item in 0..<code.extra[node.b] {
      let index = Int(code.extra[node.b + 1 + item * 2])
      let (part, isTaken) = givenPart(TypedId(code.extra[node.b + 2 + item * 2]))
      guard builder.isOpen else { return (.none, []) }
      let field = declarations.field(structure, index)
      for leaf in 0..<part.count { error[Int(field.firstLeaf) + leaf] = part[leaf] }
      if isTaken { taken.insert(index == 0 ? .message : .code) }
    }
    return (error, taken)
  }

  private func givenPart(_ id: TypedId) -> (Value, isTaken: Bool) {
    let node = code[id]
    guard node.isTemporary else { return (value(id), false) }
    switch node.op {
    case .interpolate: return (interpolate(id, node), true)
    case .concatenate: return (concatenate(id, node), true)
    case .call: return (callFunction(node), true)
    default: return (value(id), false)
    }
  }

  private func setError(_ error: Value, taken: Taken, site: ValueId) {
    var arguments: [ValueId] = []
    for index in 0..<error.count { arguments.append(error[index]) }
    arguments.append(builder.i32(taken.rawValue))
    arguments.append(site)
    _ = callRuntime(.setError, arguments)
  }

  private func waitingError(_ function: RuntimeFunction) -> Value {
    let callee = program.runtime(function)
    return scalarResults(plan.irId(callee), [], leafTable.leaves(of: declarations.functions[callee.index].result))
  }

  /// The failed value of a fallible type.
  private func failure(_ type: TypeId) -> Value {
    var value = zero(type)
    let one = builder.i32(1)
    if value.count > 0 {
      value[value.count - 1] = one
    } else {
      builder.store(
        value.address, one, offset: value.offset + types[types[type].element].size, access: .bits8Unsigned)
    }
    return value
  }

  /// `e?`
  func propagate(_ node: TypedNode) -> Value {
    let operand = TypedId(node.a)
    let type = code[operand].type
    let given = value(operand)
    guard builder.isOpen else { return .none }
    builder.position = node.position.offset
    let goesOn = builder.block()
    let leaves = builder.block()
    builder.branch(isPresent(given, type), to: goesOn, else: leaves)
    builder.begin(leaves)
    let floor = temporaryFloor
    temporaryFloor = temporaries.count
    statement(TypedId(node.b))
    temporaryFloor = floor
    builder.begin(goesOn)
    return payload(given, type)
  }

  /// `e catch name { ... }`
  func catchFailure(_ node: TypedNode) -> Value {
    let operand = TypedId(node.a)
    let type = code[operand].type
    let given = value(operand)
    guard builder.isOpen else { return .none }
    builder.position = node.position.offset
    let result = node.type == .void ? nil : resultPlace(node.type)
    let fine = builder.block()
    let failed = builder.block()
    let after = builder.block()
    builder.branch(isPresent(given, type), to: fine, else: failed)
    builder.begin(fine)
    if let result { store(payload(given, type), node.type, to: result) }
    builder.jump(builder.edge(after))
    builder.begin(failed)
    handle(LocalId(code.extra[node.b]), TypedId(code.extra[node.b + 1]), result, node.type)
    _ = jump(to: after)
    builder.begin(after)
    return result.map { loadResult(node.type, from: $0) } ?? .none
  }

  private func handle(_ local: LocalId, _ body: TypedId, _ result: Place?, _ type: TypeId) {
    let floor = temporaryFloor
    temporaryFloor = temporaries.count
    if let result {
      inExitScopeOfValue {
        bindError(local)
        leaveValue(of: body, at: result, type)
      }
    } else {
      inExitScope {
        bindError(local)
        statement(body)
      }
    }
    temporaryFloor = floor
  }

  /// Takes the error that waits; without a name it is freed.
  private func bindError(_ local: LocalId) {
    if local == .none {
      _ = callRuntime(.dropError, [])
      return
    }
    let isFreedAtEnd = localInfo(local).isFreedAtEnd
    let error = waitingError(isFreedAtEnd ? .currentError : .takeError)
    if isFreedAtEnd { dropAtEndOfBlock(error, localInfo(local).type) }
    beginScope(of: local)
    store(error, localInfo(local).type, to: localPlace(local))
  }

  /// `e!` on a failure: stops with the error's message.
  func insistOnSuccess(_ given: Value, _ type: TypeId) {
    let fine = builder.block()
    let failed = builder.block()
    builder.branch(isPresent(given, type), to: fine, else: failed)
    builder.begin(failed)
    let error = waitingError(.currentError)
    let start = builder.unary(.extendU, .i64, address(error[0]))
    builder.stop(.failure, builder.list(start, builder.unary(.extendU, .i64, error[1])))
    builder.begin(fine)
  }

  /// What is deferred may meet failures of its own; the one that is on its way out is kept.
  func deferredStatement(_ id: TypedId) {
    // Where no error is ever made none is on its way.
    guard types[info.result].kind == .fallible, program.runtime(.setError) != .none, builder.isOpen else {
      statement(id)
      return
    }
    let error = waitingError(.currentError)
    var kept: [VariableId] = []
    for index in 0..<error.count {
      let variable = builder.variable(function[error[index]].type)
      builder.set(variable, error[index])
      kept.append(variable)
    }
    statement(id)
    guard builder.isOpen else { return }
    var again = Value()
    for variable in kept { again.append(builder.get(variable)) }
    setError(again, taken: [.message, .code], site: builder.i32(0))
  }

  /// Behind main: an error is reported, and the status is 1.
  func reportFailureOfMain(_ result: Value, _ type: TypeId) {
    insistBlock(isPresent(result, type)) {
      _ = callRuntime(.reportError, [])
      if program.runtime(.exit) != .none { _ = callRuntime(.exit, [builder.i32(1)]) }
    }
  }

  /// Runs `body` if the condition is 0.
  private func insistBlock(_ condition: ValueId, _ body: () -> Void) {
    let fine = builder.block()
    let failed = builder.block()
    builder.branch(condition, to: fine, else: failed)
    builder.begin(failed)
    body()
    _ = jump(to: fine)
    builder.begin(fine)
  }
}
