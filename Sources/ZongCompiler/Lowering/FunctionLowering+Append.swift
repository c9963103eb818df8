// append(s&, v), for elements: in place if the slice is whole and has room, else the library moves or copies it first.
//
// A slice in memory is read and written there. One in variables, which nothing but its function knows, stays in them: its
// length needs no way through memory from one append to the next.

import ZongIR
import ZongSema
import ZongStores

extension FunctionLowering {
  /// The slice may lie in its own storage, behind what is in use: an element of a slice whose length was lowered. So the
  /// new element, which may take its place, is stored last, with all that is known of the slice read before.
  func lowerAppend(_ id: TypedId, _ node: TypedNode) {
    let first = sliceVariables(TypedId(node.a))
    let target = first == nil ? value(TypedId(node.a)).single : .none
    let element = code[TypedId(node.b)].type
    let size = types[element].size
    var item = value(TypedId(node.b))
    guard builder.isOpen else { return }
    // An element of the same slice may move with it.
    if item.count == 0 && !item.isTemporary && size > 0 { item = copied(item, element) }
    builder.position = node.position.offset
    let slice = first.map { AppendedSlice(firstVariable: $0) } ?? loadedSlice(target)
    checkKey(builder.get(slice.pointer))
    let write = builder.block()
    goUnlessFull(slice, size, to: write)
    grow(slice, target, size, at: id)
    builder.jump(builder.edge(write))
    builder.begin(write)
    let length = builder.get(slice.length)
    let longer = builder.binary(.add, .i32, length, builder.i32(1))
    if slice.address == .none {
      builder.set(slice.length, longer)
    } else {
      builder.store(slice.address, longer, offset: 8, effects: .ofHeader)
    }
    // The mark is read with headers only, by loads that take it for anything.
    builder.store(mark(of: slice, size), longer, effects: .ofMark)
    let base = address(builder.get(slice.pointer))
    store(item, element, to: .memory(builder.binary(.add, .i32, base, scaled(length, size)), 0))
  }

  /// A slice that is appended to, in variables.
  private struct AppendedSlice {
    let pointer: VariableId
    let length: VariableId
    let capacity: VariableId
    /// Where it lies, if these are copies.
    var address = ValueId.none

    init(_ pointer: VariableId, _ length: VariableId, _ capacity: VariableId, at address: ValueId) {
      self.pointer = pointer
      self.length = length
      self.capacity = capacity
      self.address = address
    }

    init(firstVariable: UInt32) {
      pointer = VariableId(firstVariable)
      length = VariableId(firstVariable + 1)
      capacity = VariableId(firstVariable + 2)
    }
  }

  /// The first variable of the slice that a pointer leads to, if it isn't in memory.
  private func sliceVariables(_ target: TypedId) -> UInt32? {
    guard code[target].op == .addressOf else { return nil }
    var place = code[TypedId(code[target].a)]
    var leaf: UInt32 = 0
    while place.op == .field {
      let object = TypedId(place.a)
      leaf += declarations.field(declarations.structures[types[code[object].type].a], Int(place.b)).firstLeaf
      place = code[object]
    }
    guard place.op == .local, case .variables(let first) = storage[Int(place.a)] else { return nil }
    return first + leaf
  }

  /// The slice in memory that `target` points to.
  private func loadedSlice(_ target: ValueId) -> AppendedSlice {
    checkKey(target)
    let slice = AppendedSlice(
      builder.variable(.i64), builder.variable(.i32), builder.variable(.i32), at: address(target))
    builder.set(slice.pointer, builder.load(.i64, slice.address, effects: .ofHeader))
    builder.set(slice.length, builder.load(.i32, slice.address, offset: 8, effects: .ofHeader))
    builder.set(slice.capacity, builder.load(.i32, slice.address, offset: 12, effects: .ofHeader))
    return slice
  }

  /// Goes to `write` if the slice spans the used part of its storage and has room behind it; otherwise goes on in a new
  /// block.
  private func goUnlessFull(_ slice: AppendedSlice, _ size: UInt32, to write: BlockId) {
    let grow = builder.block()
    let check = builder.block()
    let hasSpace = builder.binary(.ltU, .i32, builder.get(slice.length), builder.get(slice.capacity))
    builder.branch(hasSpace, to: check, else: grow)
    builder.begin(check)
    let used = builder.load(.i32, mark(of: slice, size))
    builder.branch(builder.binary(.eq, .i32, used, builder.get(slice.length)), to: write, else: grow)
    builder.begin(grow)
  }

  /// Gives the slice, to which `target` points if it lies in memory, storage with room.
  private func grow(_ slice: AppendedSlice, _ target: ValueId, _ size: UInt32, at id: TypedId) {
    let place = slice.address == .none ? builder.i32(0) : slice.address
    let (pointer, capacity) = grownStorage(
      of: [place, builder.get(slice.pointer), builder.get(slice.length), builder.get(slice.capacity)], size, site(id))
    builder.set(slice.pointer, pointer)
    builder.set(slice.capacity, capacity)
    guard slice.address != .none else { return }
    // If the slice lay in its own storage, it may be gone with it: what it is stored in has moved.
    checkKey(target)
    builder.store(slice.address, pointer, effects: .ofHeader)
    builder.store(slice.address, capacity, offset: 12, effects: .ofHeader)
  }

  /// New storage for a slice: its place in memory, or 0, and its parts.
  func grownStorage(of slice: [ValueId], _ size: UInt32, _ site: ValueId) -> (pointer: ValueId, capacity: ValueId) {
    let grown = call(
      plan.irId(program.runtime(.grow)), slice + [builder.i64(Int64(size)), site], effects: [.mayFree, .fresh])
    return (builder.result(0, of: grown, type: .i64), builder.result(1, of: grown, type: .i32))
  }

  /// Where storage keeps the count of its used elements: behind them all.
  private func mark(of slice: AppendedSlice, _ size: UInt32) -> ValueId {
    var bytes = scaled(builder.get(slice.capacity), size)
    if size % 4 != 0 {
      bytes = builder.binary(.add, .i32, bytes, builder.i32(3))
      bytes = builder.binary(.and, .i32, bytes, builder.i32(-4))
    }
    return builder.binary(.add, .i32, address(builder.get(slice.pointer)), bytes)
  }
}
