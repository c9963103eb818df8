// How values go into functions and come back: scalars as they are; what lives in memory in up to four parts, as it is
// stored, if it has no arrays; all else by address. What is passed in parts lies in the frame on both sides, where the
// optimiser finds that it is values.

import ZongIR
import ZongSema

extension FunctionLowering {
  /// Whether a function gets the address that its result goes to, in front of its parameters.
  func needsResultAddress(_ type: TypeId) -> Bool {
    leafTable.goesByAddress(type)
  }

  /// A value as a function takes it. What it gets by address is its own.
  func passed(_ value: Value, _ type: TypeId) -> Value {
    if value.count > 0 || types[type].size == 0 { return value }
    let parts = leafTable.passed(type)
    if parts.count > 0 { return load(parts, value.address, value.offset) }
    let own = value.isTemporary ? value : copied(value, type)
    return Value(plus(own.address, own.offset))
  }

  /// What a call gave, whose result went to `memory` unless that is none.
  func results(of call: ValueId, _ type: TypeId, _ memory: ValueId) -> Value {
    if memory != .none { return Value(memory: memory, isTemporary: true) }
    let parts = leafTable.passed(type)
    let value = results(of: call, parts)
    if parts.count == leafTable.leaves(of: type).count { return value }
    let address = temporary(type)
    store(value, parts, address, 0)
    return Value(memory: address, isTemporary: true)
  }

  func results(of call: ValueId, _ parts: Leaves) -> Value {
    if parts.count == 1 { return Value(call) }
    var value = Value()
    for index in 0..<parts.count { value.append(builder.result(UInt32(index), of: call, type: parts.type(index))) }
    return value
  }

  /// The type of a call's value: of its only result, none if there are several.
  func callType(_ result: TypeId) -> Type { leafTable.passed(result).only }

  /// Calls a function that gives such scalars.
  func scalarResults(_ callee: ZongIR.FunctionId, _ arguments: [ValueId], _ parts: Leaves) -> Value {
    results(of: call(callee, arguments, parts.only), parts)
  }

  func load(_ parts: Leaves, _ address: ValueId, _ offset: UInt32, _ effects: Effects = []) -> Value {
    var value = Value()
    for index in 0..<parts.count {
      value.append(
        builder.load(
          parts.type(index), address, offset: offset + parts.offset(index), access: parts.access(index),
          effects: parts.kind(index).union(effects)))
    }
    return value
  }

  func store(_ value: Value, _ parts: Leaves, _ address: ValueId, _ offset: UInt32) {
    for index in 0..<parts.count {
      builder.store(
        address, value[index], offset: offset + parts.offset(index), access: parts.access(index),
        effects: parts.kind(index))
    }
  }
}
