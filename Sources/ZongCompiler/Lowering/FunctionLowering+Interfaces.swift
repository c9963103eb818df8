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
      let given = value(TypedId(code.extra[node.b + 2 + item * 2]))
      if parameter == 0 {
        receiver = given
      } else {
        arguments[parameter] = passed(given, declarations.parameter(callee, parameter).type)
      }
    }
    builder.position = node.position.offset
    let returnsInMemory = needsResultAddress(callee.result)
    let result = returnsInMemory ? temporary(callee.result) : .none
    var list: [ValueId] = returnsInMemory ? [result] : []
    list.append(receiver[0])
    for argument in arguments.dropFirst() {
      for leaf in 0..<argument.count { list.append(argument[leaf]) }
    }
    return callThrough(ZongSema.FunctionId(node.a), callee, receiver[1], list, result)
  }

  // MARK: Function values

  func makeFunction(_ node: TypedNode) -> Value {
    var made = Value(node.b == 0 ? builder.i64(0) : value(TypedId(node.b)).single)
    made.append(builder.emit(.functionIndex, .i32, a: plan.irId(ZongSema.FunctionId(node.a)).index))
    return made
  }

  func callValue(_ node: TypedNode) -> Value {
    let callee = value(TypedId(node.a))
    let returnsInMemory = needsResultAddress(node.type)
    let result = returnsInMemory ? temporary(node.type) : .none
    var list: [ValueId] = returnsInMemory ? [result] : []
    list.append(callee[0])
    for item in 0..<code.extra[node.b] {
      let argument = TypedId(code.extra[node.b + 1 + item])
      let given = passed(value(argument), code[argument].type)
      for leaf in 0..<given.count { list.append(given[leaf]) }
    }
    builder.position = node.position.offset
    callCount += 1
    let arguments = list.withUnsafeBufferPointer { builder.list($0) }
    let call = builder.emit(
      .callIndirect, callType(node.type), a: callee[1].index, b: arguments.index,
      c: plan.dispatch.signature(of: code[TypedId(node.a)].type), effects: .mayFree)
    return results(of: call, node.type, result)
  }

  private func callThrough(
    _ requirement: ZongSema.FunctionId, _ callee: FunctionInfo, _ table: ValueId, _ list: [ValueId], _ memory: ValueId
  ) -> Value {
    callCount += 1
    let arguments = list.withUnsafeBufferPointer { builder.list($0) }
    let type = callType(callee.result)
    let call: ValueId
    if let only = plan.dispatch.onlyMethod(requirement) {
      call = builder.call(plan.irId(only), arguments, type: type, effects: .mayFree)
    } else {
      let index = builder.load(.i32, table, offset: plan.dispatch.slot(requirement) * 4)
      call = builder.emit(
        .callIndirect, type, a: index.index, b: arguments.index, c: plan.dispatch.signature(requirement),
        effects: .mayFree)
    }
    return results(of: call, callee.result, memory)
  }
}
