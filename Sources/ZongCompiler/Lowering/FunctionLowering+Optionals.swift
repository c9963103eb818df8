// Optionals: a pointer whose address may be 0, or a value with a flag behind it (as a scalar of its own, or as a byte
// in memory). What null holds besides its flag is zero and never read.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// Whether an optional holds a value, as an i32.
  func isPresent(_ optional: Value, _ type: TypeId) -> ValueId {
    if types.isThinOptional(type) {
      return builder.binary(.ne, .i32, optional.single, builder.i64(0))
    }
    var flag = ValueId.none
    if optional.count > 0 {
      flag = optional[optional.count - 1]
    } else {
      let offset = optional.offset + types[types[type].element].size
      flag = builder.load(.i32, optional.address, offset: offset, access: .bits8Unsigned, effects: .ofNumber)
    }
    return types[type].kind == .fallible ? builder.unary(.eqz, .i32, flag) : flag
  }

  /// What a present optional holds.
  func payload(_ optional: Value, _ type: TypeId) -> Value {
    if types.isThinOptional(type) { return optional }
    let element = types[type].element
    if optional.count > 0 {
      var value = Value()
      for index in 0..<(optional.count - 1) { value.append(optional[index]) }
      return value
    }
    var value = load(element, from: .memory(optional.address, optional.offset))
    value.isTemporary = optional.isTemporary
    return value
  }

  func wrapOptional(_ node: TypedNode) -> Value {
    wrapped(value(TypedId(node.a)), code[TypedId(node.a)].type, as: node.type)
  }

  /// The optional of type `type` that holds `given`.
  func wrapped(_ given: Value, _ element: TypeId, as type: TypeId) -> Value {
    if types.isThinOptional(type) { return given }
    let one = builder.i32(types[type].kind == .fallible ? 0 : 1)
    if leafTable.leaves(of: type).count > 0 {
      var optional = given.count == 0 ? Value() : given
      optional.append(one)
      return optional
    }
    let address = temporary(type)
    store(given, element, to: .memory(address, 0))
    builder.store(address, one, offset: types[element].size, access: .bits8Unsigned, effects: .ofNumber)
    return Value(memory: address, isTemporary: true)
  }

  /// `v!`
  func unwrapOptional(_ node: TypedNode) -> Value {
    let operand = TypedId(node.a)
    let type = code[operand].type
    let optional = value(operand)
    guard builder.isOpen else { return .none }
    builder.position = node.position.offset
    if types[type].kind == .fallible {
      insistOnSuccess(optional, type)
    } else {
      builder.check(isPresent(optional, type), .null, .empty)
    }
    return payload(optional, type)
  }

  /// `v ?? other`
  func coalesce(_ node: TypedNode) -> Value {
    let left = TypedId(node.a)
    let type = code[left].type
    let optional = value(left)
    guard builder.isOpen else { return .none }
    builder.position = node.position.offset
    let result = resultPlace(node.type)
    let present = builder.block()
    let absent = builder.block()
    let after = builder.block()
    builder.branch(isPresent(optional, type), to: present, else: absent)
    builder.begin(present)
    store(presentValue(optional, type, as: node.type), node.type, to: result)
    builder.jump(builder.edge(after))
    builder.begin(absent)
    if types[type].kind == .fallible { _ = callRuntime(.dropError, []) }
    let other = value(TypedId(node.b))
    if builder.isOpen { store(other, node.type, to: result) }
    _ = jump(to: after)
    builder.begin(after)
    return loadResult(node.type, from: result)
  }

  /// The left side of a `??` that is there: itself, what it holds, or that as one that hasn't failed.
  private func presentValue(_ optional: Value, _ type: TypeId, as result: TypeId) -> Value {
    if type == result { return optional }
    let held = payload(optional, type)
    return types[result].kind == .fallible ? wrapped(held, types[type].element, as: result) : held
  }

  /// Where the branches of an expression leave their value: variables, or a temporary.
  func resultPlace(_ type: TypeId) -> Place {
    let leaves = leafTable.leaves(of: type)
    if leaves.count == 0 { return .memory(types[type].size > 0 ? temporary(type) : builder.i32(0), 0) }
    let first = UInt32(function.variables.count)
    for index in 0..<leaves.count { _ = builder.variable(leaves.type(index)) }
    return .variables(first)
  }

  /// What was left at a `resultPlace`.
  func loadResult(_ type: TypeId, from place: Place) -> Value {
    var value = load(type, from: place)
    value.isTemporary = value.count == 0
    return value
  }

  /// `var name = optional` as a condition.
  func branchOnOptional(_ node: TypedNode, _ whenTrue: BlockId, _ whenFalse: BlockId) {
    let operand = TypedId(node.a)
    let type = code[operand].type
    let optional = value(operand)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    let bind = node.b == LocalId.none.index ? whenTrue : builder.block()
    builder.branch(isPresent(optional, type), to: bind, else: whenFalse)
    if node.b == LocalId.none.index { return }
    builder.begin(bind)
    makeOwnSlot(of: LocalId(node.b))
    store(payload(optional, type), types[type].element, to: localPlace(LocalId(node.b)))
    builder.jump(builder.edge(whenTrue))
  }

  // MARK: Derived functions

  /// Writes the optional at `address`: its value, or `null`.
  func writeOptional(_ type: TypeId, _ out: VariableId, _ address: VariableId) {
    let (present, absent, after) = branchOnFlag(type, address)
    builder.begin(present)
    writePart(types[type].element, out, builder.get(address), 0)
    builder.jump(builder.edge(after))
    builder.begin(absent)
    writeLiteral("null", out)
    builder.jump(builder.edge(after))
    builder.begin(after)
  }

  /// Returns 0 if the optionals at two addresses differ.
  func compareOptionals(_ type: TypeId, _ left: VariableId, _ right: VariableId) {
    let a = flag(type, left)
    let b = flag(type, right)
    returnFalse(unless: builder.binary(.eq, .i32, a, b))
    let (present, absent, after) = branchOnFlag(type, left)
    builder.begin(present)
    comparePart(types[type].element, builder.get(left), builder.get(right), 0)
    builder.jump(builder.edge(after))
    builder.begin(absent)
    builder.jump(builder.edge(after))
    builder.begin(after)
  }

  private func flag(_ type: TypeId, _ address: VariableId) -> ValueId {
    isPresent(load(type, from: .memory(builder.get(address), 0)), type)
  }

  /// Ends the open block with a branch on whether the optional at `address` is present.
  func branchOnFlag(_ type: TypeId, _ address: VariableId) -> (BlockId, BlockId, BlockId) {
    let present = builder.block()
    let absent = builder.block()
    let after = builder.block()
    let condition = flag(type, address)
    builder.branch(condition, to: present, else: absent)
    return (present, absent, after)
  }
}
