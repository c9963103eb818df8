// Values of interfaces: a pointer and the address of a table in constant memory, which holds for each method of the
// interface the number of the function in the module's table. Where the whole program makes values of an interface of
// one type only, its methods are called directly.

import ZongIR
import ZongSema

extension FunctionLowering {
  func makeInterface(_ node: TypedNode) -> Value {
    let pointer = value(TypedId(node.a)).single
    let type = types[code[TypedId(node.a)].type].element
    let table = plan.dispatch.tableAddress(type, node.type)
    var value = Value(pointer)
    value.append(builder.i32(Int32(bitPattern: table)))
    return value
  }

  /// A call of an interface's method: of the only type's that there is, or through the table.
  func callRequirement(_ node: TypedNode, _ callee: FunctionInfo) -> Value {
    var receiver = Value.none
    var arguments = [Value](repeating: .none, count: Int(callee.parameterCount))
    for item in 0..<code.extra[node.b] {
      let parameter = Int(code.extra[node.b + 1 + item * 2])
      var given = value(TypedId(code.extra[node.b + 2 + item * 2]))
      let type = declarations.parameter(callee, parameter).type
      if parameter == 0 {
        receiver = given
      } else if leafTable.leaves(of: type).count == 0 && !given.isTemporary && types[type].size > 0 {
        given = copied(given, type)
      }
      arguments[parameter] = given
    }
    builder.position = node.position.offset
    let returnsInMemory = needsResultAddress(callee.result)
    let result = returnsInMemory ? temporary(callee.result) : .none
    var list: [ValueId] = returnsInMemory ? [result] : []
    list.append(receiver[0])
    for index in 1..<max(arguments.count, 1) {
      let argument = arguments[index]
      if argument.count > 0 {
        for leaf in 0..<argument.count { list.append(argument[leaf]) }
      } else if types[declarations.parameter(callee, index).type].size > 0 {
        list.append(plus(argument.address, argument.offset))
      }
    }
    return callThrough(ZongSema.FunctionId(node.a), callee, receiver[1], list, result)
  }

  private func callThrough(
    _ requirement: ZongSema.FunctionId, _ callee: FunctionInfo, _ table: ValueId, _ list: [ValueId], _ memory: ValueId
  ) -> Value {
    callCount += 1
    let arguments = list.withUnsafeBufferPointer { builder.list($0) }
    let leaves = leafTable.leaves(of: callee.result)
    let type = leaves.count == 1 ? leaves.type(0) : Type.none
    let call: ValueId
    if let only = plan.dispatch.onlyMethod(requirement) {
      call = builder.call(plan.irId(only), arguments, type: type, effects: .mayFree)
    } else {
      let index = builder.load(.i32, table, offset: plan.dispatch.slot(requirement) * 4)
      call = builder.emit(
        .callIndirect, type, a: index.index, b: arguments.index, c: plan.dispatch.signature(requirement),
        effects: .mayFree)
    }
    if memory != .none { return Value(memory: memory, isTemporary: true) }
    if leaves.count == 0 { return .none }
    if leaves.count == 1 { return Value(call) }
    var value = Value()
    for index in 0..<leaves.count { value.append(builder.result(UInt32(index), of: call, type: leaves.type(index))) }
    return value
  }
}
