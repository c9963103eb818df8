// Branches as values: each leaves its value at one place, which is read where they meet.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// An `if` or a block as a value.
  func branchesAsValue(_ id: TypedId, _ node: TypedNode) -> Value {
    if node.type == .never || node.type == .void {
      leaveValue(of: id, at: .memory(.none, 0), node.type)
      return .none
    }
    let result = resultPlace(node.type)
    leaveValue(of: id, at: result, node.type)
    return builder.isOpen ? loadResult(node.type, from: result) : .none
  }

  /// Evaluates an expression and stores its value, if its end is reached.
  func leaveValue(of id: TypedId, at place: Place, _ type: TypeId) {
    guard builder.isOpen, id.exists else { return }
    let node = code[id]
    switch node.op {
    case .ifElse: leaveValueOfIf(node, at: place, type)
    case .match: match(node, at: place, type)
    case .blockValue: leaveValueOfBlock(node, at: place, type)
    case .arena: leaveValueOfArena(id, node, at: place, type)
    default:
      let given = value(id)
      if builder.isOpen && node.type != .never { store(given, type, to: place) }
    }
  }

  private func leaveValueOfIf(_ node: TypedNode, at place: Place, _ type: TypeId) {
    let thenBlock = builder.block()
    let elseBlock = builder.block()
    let after = builder.block()
    branch(TypedId(node.a), thenBlock, elseBlock)
    var isReached = false
    builder.begin(thenBlock)
    inScope(ofCondition: TypedId(node.a), givesValue: true) {
      leaveValue(of: TypedId(code.extra[node.b]), at: place, type)
    }
    isReached = jump(to: after)
    builder.begin(elseBlock)
    leaveValue(of: TypedId(code.extra[node.b + 1]), at: place, type)
    isReached = jump(to: after) || isReached
    if isReached { builder.begin(after) }
  }

  /// The statements, then the value, then what the block does at its end.
  private func leaveValueOfBlock(_ node: TypedNode, at place: Place, _ type: TypeId) {
    let floor = temporaryFloor
    temporaryFloor = temporaries.count
    inExitScopeOfValue {
      for index in 0..<code.extra[node.b] { statement(TypedId(code.extra[node.b + 1 + index])) }
      leaveValue(of: TypedId(node.a), at: place, type)
    }
    temporaryFloor = floor
  }

  /// An expression that never ends, where a value is wanted: what would use the value is lowered, but not reached.
  func diverge(_ node: TypedNode) -> Value {
    let inner = TypedId(node.a)
    guard builder.isOpen else { return .none }
    let taken = builder.block()
    let untaken = builder.block()
    let always = builder.i32(1)
    builder.branch(always, to: taken, else: untaken)
    builder.begin(taken)
    _ = value(inner)
    if builder.isOpen { builder.unreachable() }
    builder.begin(untaken)
    return node.type == .void || node.type == .never ? .none : zero(node.type)
  }
}
