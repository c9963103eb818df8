// Expressions as values: constants, places that are read, calls, construction.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// The value of an expression. The result of an expression without a value is empty.
  func value(_ id: TypedId) -> Value {
    let node = code[id]
    builder.position = node.position.offset
    switch node.op {
    case .integer: return Value(integer(node))
    case .float: return Value(float(node))
    case .string: return text(node)
    case .site: return Value(site(id))
    case .zero: return zero(node.type)
    case .local, .global, .field, .element, .dereference: return read(id, node)
    case .addressOf: return Value(placePointer(TypedId(node.a)))
    case .addressOfValue: return addressOfValue(node)
    case .view: return view(node)
    case .length: return Value(length(node))
    case .capacity: return Value(capacity(node))
    case .address: return Value(address(value(TypedId(node.a)).single))
    case .negate, .not, .complement: return Value(unary(node))
    case .binary: return Value(binary(node))
    case .logicalAnd, .logicalOr: return Value(logical(id))
    case .convert: return Value(convert(node))
    case .wrap: return Value(wrap(node))
    case .call: return droppedAtEnd(callFunction(node), node)
    case .makeStructure: return makeStructure(node)
    case .makeArray: return makeArray(node)
    case .repeatElement: return repeatElement(node)
    case .new: return newObject(id, node)
    case .makeSlice: return droppedAtEnd(makeSlice(id, node), node)
    case .newSlice: return newSlice(id, node)
    case .concatenate: return droppedAtEnd(concatenate(id, node), node)
    case .interpolate: return droppedAtEnd(interpolate(id, node), node)
    case .readLine:
      return scalarResults(plan.irId(program.runtime(.readLine)), [site(id)], leafTable.leaves(of: .bytes))
    case .makeCase: return makeCase(node)
    case .ifElse, .blockValue, .match, .arena: return branchesAsValue(id, node)
    case .leaveArena: return droppedAtEnd(leaveArena(id, node), node)
    case .propagate: return propagate(node)
    case .catchFailure: return catchFailure(node)
    case .diverge: return diverge(node)
    case .wrapOptional: return wrapOptional(node)
    case .unwrapOptional: return unwrapOptional(node)
    case .isPresent: return Value(isPresent(value(TypedId(node.a)), code[TypedId(node.a)].type))
    case .coalesce: return coalesce(node)
    case .print: lowerPrint(node)
    case .printBytes: lowerPrintBytes(node)
    case .hash: lowerHash(node)
    case .makeInterface: return makeInterface(node)
    case .makeFunction: return makeFunction(node)
    case .callValue: return droppedAtEnd(callValue(node), node)
    case .append: lowerAppend(id, node)
    case .appendText: lowerAppendText(id, node)
    case .assert: lowerAssert(node)
    case .expect: lowerExpect(node)
    case .panic: lowerPanic(node)
    default: break
    }
    return .none
  }

  // MARK: Constants

  func integer(_ node: TypedNode) -> ValueId {
    let type = scalarType(node.type)
    let bits = UInt64(node.b) << 32 | UInt64(node.a)
    return type == .i32
      ? builder.i32(Int32(truncatingIfNeeded: bits)) : builder.constant(.i64, bits: bits)
  }

  private func float(_ node: TypedNode) -> ValueId {
    let bits = UInt64(node.b) << 32 | UInt64(node.a)
    if node.type == .f32 {
      return builder.constant(.f32, bits: UInt64(Float(Double(bitPattern: bits)).bitPattern))
    }
    return builder.constant(.f64, bits: bits)
  }

  private func text(_ node: TypedNode) -> Value {
    let count = textLength(node.a)
    let address = count == 0 ? 0 : textAddress(node.a)
    var value = Value(
      builder.constant(.i64, bits: UInt64(address)), builder.i32(Int32(truncatingIfNeeded: count)))
    if node.type == .bytes { value.append(builder.i32(0)) }
    return value
  }

  func zero(_ type: TypeId) -> Value {
    let leaves = leafTable.leaves(of: type)
    if leaves.count > 0 {
      var value = Value()
      for index in 0..<leaves.count { value.append(builder.constant(leaves.type(index), bits: 0)) }
      return value
    }
    let address = temporary(type)
    clear(address, 0, types[type].size)
    return Value(memory: address, isTemporary: true)
  }

  func clear(_ address: ValueId, _ offset: UInt32, _ size: UInt32) {
    if size == 0 { return }
    let target = plus(address, offset)
    let byte = builder.i32(0)
    let count = builder.i32(Int32(bitPattern: size))
    builder.emit(.memoryFill, a: target.index, b: byte.index, c: count.index)
  }

  // MARK: Reading places

  private func read(_ id: TypedId, _ node: TypedNode) -> Value {
    // A field or element of a value that isn't stored anywhere.
    if let first = variables(of: id) { return load(node.type, from: .variables(first)) }
    if node.op == .field && !isStored(TypedId(node.a)) { return fieldOfValue(node) }
    return load(node.type, from: place(id))
  }

  /// Whether the expression is a place, rather than a value that was computed.
  func isStored(_ id: TypedId) -> Bool {
    let node = code[id]
    switch node.op {
    case .local, .global, .dereference: return true
    case .field: return isStored(TypedId(node.a))
    case .element: return types[code[TypedId(node.a)].type].kind != .array || isStored(TypedId(node.a))
    default: return false
    }
  }

  private func fieldOfValue(_ node: TypedNode) -> Value {
    let structureType = code[TypedId(node.a)].type
    let whole = value(TypedId(node.a))
    let field = declarations.field(declarations.structures[types[structureType].a], Int(node.b))
    if leafTable.leaves(of: structureType).count == 0 {
      return load(field.type, from: .memory(whole.address, whole.offset + field.offset))
    }
    var part = Value()
    for index in 0..<leafTable.leaves(of: field.type).count { part.append(whole[Int(field.firstLeaf) + index]) }
    return part
  }

  private func addressOfValue(_ node: TypedNode) -> Value {
    let held = value(TypedId(node.a))
    guard builder.isOpen else { return .none }
    keepUnnamed(LocalId(node.b))
    let place = localPlace(LocalId(node.b))
    store(held, code[TypedId(node.a)].type, to: place)
    guard case .memory(let address, let offset, let owner, _) = place else { return Value(builder.i64(0)) }
    return Value(pointer(plus(address, offset), owner: owner))
  }

  // MARK: Slices, arrays and text as sequences

  /// A slice, array or text as the address of its first element (i32), its length (i64), and a pointer with the key
  /// of the allocation that it lies in, if that may be freed.
  func sequence(_ id: TypedId) -> (address: ValueId, length: ValueId, owner: ValueId) {
    let type = code[id].type
    let info = types[type]
    if info.kind == .array {
      let length = builder.i64(Int64(info.b))
      if isStored(id), case .memory(let address, let offset, let owner, _) = place(id) {
        return (plus(address, offset), length, owner)
      }
      let whole = value(id)
      return (plus(whole.address, whole.offset), length, .none)
    }
    let whole = value(id)
    return (address(whole[0]), builder.unary(.extendU, .i64, whole[1]), whole[0])
  }

  func elementType(_ sequence: TypeId) -> TypeId { sequence == .string ? .u8 : types[sequence].element }

  private func length(_ node: TypedNode) -> ValueId {
    let object = TypedId(node.a)
    let info = types[code[object].type]
    if info.kind == .array {
      if !isStored(object) { _ = value(object) }
      return builder.i64(Int64(info.b))
    }
    return builder.unary(.extendU, .i64, value(object)[1])
  }

  /// The room of a slice; one that can't grow in place has just its length.
  private func capacity(_ node: TypedNode) -> ValueId {
    let slice = value(TypedId(node.a))
    let larger = builder.binary(.gtU, .i32, slice[2], slice[1])
    let chosen = builder.emit(.select, .i32, a: larger.index, b: slice[2].index, c: slice[1].index)
    return builder.unary(.extendU, .i64, chosen)
  }

  /// An integer of any type as i64.
  func widened(_ id: TypedId) -> ValueId { widened(scalar(id), code[id].type) }

  func widened(_ value: ValueId, _ type: TypeId) -> ValueId {
    if scalarType(type) == .i64 { return value }
    return builder.unary(type.isSigned ? .extendS : .extendU, .i64, value)
  }

  /// `s[a..b]`.
  private func view(_ node: TypedNode) -> Value {
    let object = TypedId(node.a)
    let type = code[object].type
    let low = TypedId(code.extra[node.b])
    let high = TypedId(code.extra[node.b + 1])
    let isInclusive = code.extra[node.b + 2] == 1
    let whole = types[type].kind == .array ? Value.none : value(object)
    let (base, length, owner): (ValueId, ValueId, ValueId)
    if types[type].kind == .array {
      (base, length, owner) = sequence(object)
    } else {
      (base, length, owner) = (address(whole[0]), builder.unary(.extendU, .i64, whole[1]), whole[0])
    }
    let start = widened(low)
    let last = widened(high)
    builder.position = node.position.offset
    let end = isInclusive ? builder.binary(.add, .i64, last, builder.i64(1)) : last
    let endFits = builder.binary(.leU, .i32, end, length)
    let startFits = builder.binary(.leU, .i32, start, end)
    let fits = builder.binary(.and, .i32, endFits, startFits)
    if plan.checksMemory {
      builder.check(fits, isInclusive ? .rangeInclusive : .range, builder.list(start, last, length))
    }
    let size = types[elementType(type)].size
    let first = firstIndex(start, length, isSlice: types[type].kind == .slice)
    let startAddress = builder.binary(.add, .i32, base, scaled(first, size))
    let beginning = pointer(startAddress, owner: owner)
    let isStart = types[type].kind != .array && isZero(start)
    var view = Value(isStart ? beginning : inner(beginning, owner: owner, size: 1))
    view.append(builder.unary(.wrap, .i32, builder.binary(.sub, .i64, end, start)))
    if type == .string { return view }
    // Only a view that begins at the start of its storage can become whole again.
    if types[type].kind == .array {
      view.append(builder.i32(0))
    } else {
      let zero = builder.i32(0)
      let isAtStart = builder.unary(.eqz, .i32, start)
      view.append(builder.emit(.select, .i32, a: isAtStart.index, b: whole[2].index, c: zero.index))
    }
    return view
  }

  /// Where a view begins, as an i32. One from the very end of an array or a text is empty, and would begin in memory
  /// that may be another's: it begins at the start. (Behind the elements of a slice lies their mark.)
  private func firstIndex(_ start: ValueId, _ length: ValueId, isSlice: Bool) -> ValueId {
    let index = builder.unary(.wrap, .i32, start)
    if isSlice || isZero(start) { return index }
    let isAtEnd = builder.binary(.eq, .i32, start, length)
    let zero = builder.i32(0)
    return builder.emit(.select, .i32, a: isAtEnd.index, b: zero.index, c: index.index)
  }

  private func isZero(_ index: ValueId) -> Bool {
    let instruction = function[index]
    return instruction.opcode == .constant && instruction.bits == 0
  }

  /// An i32 index times an element's size.
  func scaled(_ index: ValueId, _ size: UInt32) -> ValueId {
    if size == 1 { return index }
    if size.nonzeroBitCount == 1 {
      return builder.binary(.shl, .i32, index, builder.i32(Int32(size.trailingZeroBitCount)))
    }
    return builder.binary(.mul, .i32, index, builder.i32(Int32(bitPattern: size)))
  }

  // MARK: Construction

  private func makeStructure(_ node: TypedNode) -> Value {
    let structure = declarations.structures[types[node.type].a]
    let count = Int(code.extra[node.b])
    let leaves = leafTable.leaves(of: node.type)
    if leaves.count == 0 { return makeStructureInMemory(node, structure, count) }
    var whole = Value()
    for index in 0..<leaves.count { whole.append(ValueId(UInt32(index))) }
    for item in 0..<count {
      let field = declarations.field(structure, Int(code.extra[node.b + 1 + UInt32(item) * 2]))
      let part = value(TypedId(code.extra[node.b + 2 + UInt32(item) * 2]))
      for leaf in 0..<part.count { whole[Int(field.firstLeaf) + leaf] = part[leaf] }
    }
    return whole
  }

  private func makeStructureInMemory(_ node: TypedNode, _ structure: StructureInfo, _ count: Int) -> Value {
    let address = temporary(node.type)
    for item in 0..<count {
      let field = declarations.field(structure, Int(code.extra[node.b + 1 + UInt32(item) * 2]))
      let part = value(TypedId(code.extra[node.b + 2 + UInt32(item) * 2]))
      store(part, field.type, to: .memory(address, field.offset))
    }
    return Value(memory: address, isTemporary: true)
  }

  private func makeArray(_ node: TypedNode) -> Value {
    let element = types[node.type].element
    let size = types[element].size
    let address = temporary(node.type)
    for index in 0..<code.extra[node.b] {
      let item = value(TypedId(code.extra[node.b + 1 + index]))
      store(item, element, to: .memory(address, index * size))
    }
    return Value(memory: address, isTemporary: true)
  }

  private func repeatElement(_ node: TypedNode) -> Value {
    let info = types[node.type]
    let item = value(TypedId(node.a))
    let address = temporary(node.type)
    fill(address, builder.i32(Int32(bitPattern: info.b)), item, info.element)
    return Value(memory: address, isTemporary: true)
  }

  private func makeSlice(_ id: TypedId, _ node: TypedNode) -> Value {
    let element = types[node.type].element
    let size = types[element].size
    let count = code.extra[node.b]
    if count == 0 { return zero(node.type) }
    // The elements first: they may make slices of their own, or fail.
    var items: [Value] = []
    for index in 0..<count {
      var item = value(TypedId(code.extra[node.b + 1 + index]))
      if item.count == 0 && !item.isTemporary && size > 0 { item = copied(item, element) }
      items.append(item)
    }
    builder.position = node.position.offset
    let length = builder.i64(Int64(count))
    let storage = allocate(length, builder.i64(0), size, id)
    let base = address(storage.pointer)
    for (index, item) in items.enumerated() {
      store(item, element, to: .memory(base, UInt32(index) * size))
    }
    return Value(storage.pointer, builder.i32(Int32(bitPattern: count)), storage.capacity)
  }

  /// New storage for a slice: a pointer to it, and how many elements it has room for.
  private func allocate(_ length: ValueId, _ capacity: ValueId, _ size: UInt32, _ id: TypedId)
    -> (pointer: ValueId, capacity: ValueId)
  {
    let call = call(
      plan.irId(program.runtime(.allocate)), [length, capacity, builder.i64(Int64(size)), site(id)],
      effects: [.mayFree, .fresh])
    return (builder.result(0, of: call, type: .i64), builder.result(1, of: call, type: .i32))
  }

  private func allocation(_ function: RuntimeFunction, _ arguments: [ValueId]) -> ValueId {
    call(plan.irId(program.runtime(function)), arguments, .i64, effects: [.mayFree, .fresh])
  }

  /// `new T(...)`: the value is made first, then it moves to its memory.
  private func newObject(_ id: TypedId, _ node: TypedNode) -> Value {
    let object = TypedId(node.a)
    let type = code[object].type
    var given = value(object)
    let near = TypedId(node.b)
    if near.exists && given.count == 0 && !given.isTemporary { given = copied(given, type) }
    let size = builder.i32(Int32(bitPattern: max(types[type].size, 1)))
    var pointer = ValueId.none
    if near.exists {
      let neighbour = value(near).single
      builder.position = node.position.offset
      pointer = allocation(.newNear, [neighbour, size, site(id)])
    } else {
      builder.position = node.position.offset
      pointer = allocation(.new, [size, site(id)])
    }
    store(given, type, to: .memory(address(pointer), 0))
    return Value(pointer)
  }

  /// A copy of a value in memory, in a temporary.
  func copied(_ value: Value, _ type: TypeId) -> Value {
    let address = temporary(type)
    store(value, type, to: .memory(address, 0))
    return Value(memory: address, isTemporary: true)
  }

  /// `T[](length: n, fill: v, capacity: c)`.
  private func newSlice(_ id: TypedId, _ node: TypedNode) -> Value {
    let lengthNode = TypedId(code.extra[node.b])
    let fillNode = TypedId(code.extra[node.b + 1])
    let capacityNode = TypedId(code.extra[node.b + 2])
    if !lengthNode.exists && !capacityNode.exists { return zero(node.type) }
    let element = types[node.type].element
    let length = lengthNode.exists ? widened(lengthNode) : builder.i64(0)
    var item = fillNode.exists ? value(fillNode) : .none
    // The capacity's expression may free what the value lies in.
    if capacityNode.exists, item.address != .none, !item.isTemporary { item = copied(item, element) }
    let capacity = capacityNode.exists ? widened(capacityNode) : builder.i64(0)
    builder.position = node.position.offset
    if lengthNode.exists { checkSize(length) }
    if capacityNode.exists { checkSize(capacity) }
    let storage = allocate(length, capacity, types[element].size, id)
    let lengthLeaf = builder.unary(.wrap, .i32, length)
    if fillNode.exists { fill(address(storage.pointer), lengthLeaf, item, element) }
    return Value(storage.pointer, lengthLeaf, storage.capacity)
  }

  /// A slice has between 0 and 2³¹ - 1 elements. Tested here, and not by the library alone: so it is known wherever the
  /// size is used again, as the end of a loop over the slice.
  private func checkSize(_ size: ValueId) {
    builder.check(builder.binary(.geS, .i32, size, builder.i64(0)), .lengthNegative, builder.list(size))
    let most = builder.i64(Int64(Int32.max))
    builder.check(builder.binary(.leS, .i32, size, most), .tooLarge, builder.list(size))
  }

  /// Stores `item` into `count` elements from `address` on.
  private func fill(_ address: ValueId, _ count: ValueId, _ item: Value, _ element: TypeId) {
    let size = types[element].size
    if size == 0 { return }
    let at = builder.variable(.i32)
    let end = builder.variable(.i32)
    builder.set(at, address)
    builder.set(end, builder.binary(.add, .i32, address, scaled(count, size)))
    let header = builder.block()
    let body = builder.block()
    let after = builder.block()
    builder.jump(builder.edge(header))
    builder.begin(header)
    let goesOn = builder.binary(.ltU, .i32, builder.get(at), builder.get(end))
    builder.branch(goesOn, to: body, else: after)
    builder.begin(body)
    store(item, element, to: .memory(builder.get(at), 0))
    builder.set(at, builder.binary(.add, .i32, builder.get(at), builder.i32(Int32(bitPattern: size))))
    builder.jump(builder.edge(header))
    builder.begin(after)
  }

  // MARK: Calls

  func callFunction(_ node: TypedNode) -> Value {
    let callee = declarations.functions[node.a]
    if callee.kind == .intrinsic { return intrinsic(node, callee) }
    if callee.kind == .requirement { return callRequirement(node, callee) }
    let count = Int(code.extra[node.b])
    if isInOrder(node, count) { return callInOrder(node, callee, count) }
    var arguments = [Value](repeating: .none, count: Int(callee.parameterCount))
    for item in 0..<count {
      let parameter = Int(code.extra[node.b + 1 + UInt32(item) * 2])
      let argument = TypedId(code.extra[node.b + 2 + UInt32(item) * 2])
      arguments[parameter] = passed(value(argument), declarations.parameter(callee, parameter).type)
    }
    builder.position = node.position.offset
    return emitCall(node, callee, arguments)
  }

  /// Whether the arguments are evaluated in the order of the parameters.
  private func isInOrder(_ node: TypedNode, _ count: Int) -> Bool {
    for item in 0..<UInt32(count) where code.extra[node.b + 1 + item * 2] != item { return false }
    return true
  }

  /// The common call: each argument goes to the list as soon as it is evaluated.
  private func callInOrder(_ node: TypedNode, _ callee: FunctionInfo, _ count: Int) -> Value {
    let mark = pending.count
    let returnsInMemory = needsResultAddress(callee.result)
    let result = returnsInMemory ? temporary(callee.result) : .none
    if returnsInMemory { pending.append(result) }
    for item in 0..<UInt32(count) {
      let type = declarations.parameters[callee.firstParameter + item].type
      if isScalar(type) && callee.kind != .imported {
        pending.append(scalar(TypedId(code.extra[node.b + 2 + item * 2])))
        continue
      }
      let given = passed(value(TypedId(code.extra[node.b + 2 + item * 2])), type)
      for leaf in 0..<given.count { pending.append(given[leaf]) }
    }
    builder.position = node.position.offset
    if callee.kind == .imported {
      prepareForHost(callee, UnsafeMutableBufferPointer(rebasing: pending.mutableElements[mark...]))
    }
    let list = builder.list(UnsafeBufferPointer(rebasing: pending.elements[mark...]))
    pending.truncate(to: mark)
    callCount += 1
    let id = plan.irId(ZongSema.FunctionId(node.a))
    return emitCall(id, list, callee, result)
  }

  private func emitCall(_ id: ZongIR.FunctionId, _ list: ListId, _ callee: FunctionInfo, _ memory: ValueId) -> Value {
    let type = callType(callee.result)
    let call = builder.call(id, list, type: type, effects: .mayFree)
    if callee.kind == .imported && type != .none { return Value(normalizedFromHost(call, callee.result)) }
    return results(of: call, callee.result, memory)
  }

  private func emitCall(_ node: TypedNode, _ callee: FunctionInfo, _ arguments: [Value]) -> Value {
    var list: [ValueId] = []
    let returnsInMemory = needsResultAddress(callee.result)
    let result = returnsInMemory ? temporary(callee.result) : .none
    if returnsInMemory { list.append(result) }
    for argument in arguments {
      for leaf in 0..<argument.count { list.append(argument[leaf]) }
    }
    if callee.kind == .imported { list.withUnsafeMutableBufferPointer { prepareForHost(callee, $0) } }
    let id = plan.irId(ZongSema.FunctionId(node.a))
    callCount += 1
    return emitCall(id, list.withUnsafeBufferPointer { builder.list($0) }, callee, result)
  }

  /// A number from the host may have bits above its width.
  private func normalizedFromHost(_ value: ValueId, _ type: TypeId) -> ValueId {
    if type == .boolean { return builder.binary(.ne, .i32, value, builder.i32(0)) }
    return normalized(value, type)
  }
}
