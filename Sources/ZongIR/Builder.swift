// Building a function block by block. A block is filled in one go: `begin` it, emit, end it with a terminator.

import ZongStores

/// Appends instructions to a function.
public struct Builder {
  public let function: Function
  /// The source position of what is emitted next.
  public var position: UInt32 = 0
  /// The block being filled; `isOpen` is false between a terminator and the next `begin`.
  public private(set) var current = BlockId.entry
  public private(set) var isOpen = false

  @inlinable public init(_ function: Function) { self.function = function }

  /// A new, empty block. It takes its place in the order when it begins.
  @inlinable @inline(__always)
  public mutating func block() -> BlockId { BlockId(function.blocks.add(Block())) }

  /// Opens `block`. The one before must have been ended.
  public mutating func begin(_ block: BlockId) {
    precondition(!isOpen, "a block begins while another is open")
    let start = UInt32(function.instructions.count)
    function.blocks[block.index].start = start
    function.blocks[block.index].end = start
    function.order.append(block)
    current = block
    isOpen = true
  }

  /// A parameter of the block just begun.
  public mutating func blockParameter(_ type: Type) -> ValueId {
    let index = function.blocks[current.index].parameterCount
    function.blocks[current.index].parameterCount = index + 1
    return emit(.blockParameter, type, a: index)
  }

  public mutating func parameter(_ type: Type) -> ValueId {
    let index = UInt32(function.parameters.count)
    function.parameters.append(type)
    return emit(.parameter, type, a: index)
  }

  @inlinable @inline(__always)
  public mutating func variable(_ type: Type) -> VariableId { VariableId(function.variables.add(type)) }

  public mutating func slot(size: UInt32, alignment: UInt32) -> SlotId {
    SlotId(function.slots.add(FrameSlot(size: size, alignment: alignment)))
  }

  @inlinable @inline(__always) @discardableResult
  public mutating func emit(
    _ opcode: Opcode, _ type: Type = .none, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0,
    access: Access = .full, effects: Effects = []
  ) -> ValueId {
    ValueId(
      function.instructions.add(
        Instruction(opcode, type, a: a, b: b, c: c, access: access, effects: effects, position: position)))
  }

  // MARK: Values

  @inlinable @inline(__always)
  public mutating func constant(_ type: Type, bits: UInt64) -> ValueId {
    emit(.constant, type, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32))
  }
  @inlinable @inline(__always)
  public mutating func i32(_ value: Int32) -> ValueId {
    constant(.i32, bits: UInt64(bitPattern: Int64(value)))
  }
  @inlinable @inline(__always)
  public mutating func i64(_ value: Int64) -> ValueId { constant(.i64, bits: UInt64(bitPattern: value)) }

  @inlinable @inline(__always)
  public mutating func unary(_ opcode: Opcode, _ type: Type, _ a: ValueId) -> ValueId {
    emit(opcode, type, a: a.index)
  }
  @inlinable @inline(__always)
  public mutating func binary(_ opcode: Opcode, _ type: Type, _ a: ValueId, _ b: ValueId) -> ValueId {
    emit(opcode, type, a: a.index, b: b.index)
  }
  @inlinable @inline(__always)
  public mutating func get(_ variable: VariableId) -> ValueId {
    emit(.variableGet, function.variables[variable.index], a: variable.index)
  }
  @inlinable @inline(__always)
  public mutating func set(_ variable: VariableId, _ value: ValueId) {
    emit(.variableSet, a: variable.index, b: value.index)
  }
  @inlinable @inline(__always)
  public mutating func load(
    _ type: Type, _ address: ValueId, offset: UInt32 = 0, access: Access = .full, effects: Effects = []
  ) -> ValueId {
    emit(.load, type, a: address.index, c: offset, access: access, effects: effects)
  }
  @inlinable @inline(__always)
  public mutating func store(
    _ address: ValueId, _ value: ValueId, offset: UInt32 = 0, access: Access = .full, effects: Effects = []
  ) {
    emit(.store, a: address.index, b: value.index, c: offset, access: access, effects: effects)
  }

  // MARK: Lists, calls, control

  public mutating func list(_ values: UnsafeBufferPointer<ValueId>) -> ListId {
    if values.isEmpty { return .empty }
    let index = function.lists.add(UInt32(values.count))
    for value in values { function.lists.append(value.index) }
    return ListId(index)
  }
  public mutating func list(_ value: ValueId) -> ListId {
    let index = function.lists.add(1)
    function.lists.append(value.index)
    return ListId(index)
  }
  public mutating func list(_ values: ValueId...) -> ListId { values.withUnsafeBufferPointer { list($0) } }

  /// An edge to `target` with `arguments` for its parameters.
  public mutating func edge(_ target: BlockId, _ arguments: ValueId...) -> UInt32 {
    arguments.withUnsafeBufferPointer { edge(target, arguments: $0) }
  }
  public mutating func edge(_ target: BlockId) -> UInt32 {
    let index = function.lists.add(target.index)
    function.lists.append(0)
    return index
  }
  public mutating func edge(_ target: BlockId, arguments: UnsafeBufferPointer<ValueId>) -> UInt32 {
    let index = function.lists.add(target.index)
    function.lists.append(UInt32(arguments.count))
    for value in arguments { function.lists.append(value.index) }
    return index
  }

  /// A call. `type` is its only result's, or `.none` for no result and for several (then see `result`).
  public mutating func call(
    _ callee: FunctionId, _ arguments: ListId, type: Type, effects: Effects
  ) -> ValueId {
    emit(.call, type, a: callee.index, b: arguments.index, effects: effects)
  }
  public mutating func result(_ index: UInt32, of call: ValueId, type: Type) -> ValueId {
    emit(.result, type, a: call.index, b: index)
  }
  public mutating func check(_ condition: ValueId, _ kind: StopKind, _ values: ListId) {
    emit(.check, a: condition.index, b: values.index, c: UInt32(kind.rawValue))
  }

  public mutating func jump(_ edge: UInt32) { end(.jump, a: edge) }
  public mutating func branch(_ condition: ValueId, _ then: UInt32, _ otherwise: UInt32) {
    end(.branch, a: condition.index, b: then, c: otherwise)
  }
  /// A branch between two blocks without parameters.
  public mutating func branch(_ condition: ValueId, to then: BlockId, else otherwise: BlockId) {
    let first = edge(then)
    let second = edge(otherwise)
    branch(condition, first, second)
  }
  public mutating func returnValues(_ values: ListId) { end(.returnValues, b: values.index) }
  public mutating func stop(_ kind: StopKind, _ values: ListId) {
    end(.stop, b: values.index, c: UInt32(kind.rawValue))
  }
  public mutating func unreachable() { end(.unreachable) }

  /// Ends the block with a terminator.
  public mutating func end(_ opcode: Opcode, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0) {
    emit(opcode, a: a, b: b, c: c)
    function.blocks[current.index].end = UInt32(function.instructions.count)
    isOpen = false
  }
}
