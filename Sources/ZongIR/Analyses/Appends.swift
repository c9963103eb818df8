// Appends of elements as the lowering writes them, found again in values:
//
//   test:   branch length < capacity, check, grow
//   check:  branch mark == length, write(pointer, capacity), grow
//   grow:   _grow_slowly(place, pointer, length, capacity, ...); jump write(grown pointer, grown capacity)
//   write:  the mark and the element are stored
//
// Behind `write` the slice of the new pointer, length and capacity spans what is used of its storage, as its mark says;
// that stays so until some mark is written, or memory is freed.

import ZongStores

/// An append: its blocks, and the slice before and behind it.
struct Append: BitwiseCopyable {
  /// Blocks.
  var test: UInt32
  var check: UInt32
  var grow: UInt32
  var write: UInt32
  /// What is asked before: the first two in `test`, and that the mark is as the length in `check`.
  var pointer: UInt32
  var length: UInt32
  var capacity: UInt32
  /// The same in `write` and behind it; pointer and capacity are its parameters.
  var newPointer: UInt32
  var newLength: UInt32
  var newCapacity: UInt32
}

extension Append {
  /// The append that writes in `block`.
  static func find(_ write: UInt32, _ flow: borrowing ControlFlow, _ function: Function) -> Append? {
    guard let length = storedLength(write, function), let (pointer, capacity) = parameters(of: write, function),
      let (check, grow) = predecessors(of: write, flow, function),
      let test = onlyPredecessor(of: check, flow),
      let slice = grownSlice(grow, write, pointer, capacity, function)
    else { return nil }
    let append = Append(
      test: test, check: check, grow: grow, write: write, pointer: slice.pointer, length: slice.length,
      capacity: slice.capacity, newPointer: pointer, newLength: length, newCapacity: capacity)
    return append.isWhole(flow, function) ? append : nil
  }

  /// What is stored as the mark in the block.
  private static func storedLength(_ block: UInt32, _ function: Function) -> UInt32? {
    let bounds = function.blocks[block]
    for index in bounds.start..<bounds.end {
      let instruction = function.instructions[index]
      if instruction.opcode == .store && instruction.effects.contains(.ofMark) { return instruction.b }
    }
    return nil
  }

  /// The block's parameters, if they are a pointer and a capacity.
  private static func parameters(of block: UInt32, _ function: Function) -> (pointer: UInt32, capacity: UInt32)? {
    let bounds = function.blocks[block]
    guard bounds.parameterCount == 2 else { return nil }
    let (first, second) = (bounds.start, bounds.start + 1)
    let types = (function.instructions[first].type, function.instructions[second].type)
    if types == (.i64, .i32) { return (first, second) }
    return types == (.i32, .i64) ? (second, first) : nil
  }

  /// The block that compares the mark, and the one that grows.
  private static func predecessors(of write: UInt32, _ flow: borrowing ControlFlow, _ function: Function) -> (
    check: UInt32, grow: UInt32
  )? {
    let blocks = flow.predecessors(of: write)
    guard blocks.count == 2 else { return nil }
    let isJump = function[function.terminator(of: BlockId(blocks[0]))].opcode == .jump
    return isJump ? (blocks[1], blocks[0]) : (blocks[0], blocks[1])
  }

  private static func onlyPredecessor(of block: UInt32, _ flow: borrowing ControlFlow) -> UInt32? {
    let blocks = flow.predecessors(of: block)
    return blocks.count == 1 ? blocks[0] : nil
  }

  /// The slice that the call in `grow` is given, if its results go to `write`.
  private static func grownSlice(
    _ grow: UInt32, _ write: UInt32, _ pointer: UInt32, _ capacity: UInt32, _ function: Function
  ) -> (pointer: UInt32, length: UInt32, capacity: UInt32)? {
    let jump = function[function.terminator(of: BlockId(grow))]
    guard jump.opcode == .jump else { return nil }
    let arguments = function.arguments(ofEdge: jump.a)
    let first = function.blocks[write].start
    let grown = function.instructions[arguments[Int(pointer - first)]]
    let room = function.instructions[arguments[Int(capacity - first)]]
    guard grown.opcode == .result, room.opcode == .result, grown.a == room.a, grown.b == 0, room.b == 1 else {
      return nil
    }
    let call = function.instructions[grown.a]
    guard call.opcode == .call, call.effects.contains(.fresh), function.list(call.b).count == 6 else { return nil }
    let slice = function.list(call.b)
    return (slice[1], slice[2], slice[3])
  }

  /// Whether the blocks test what they should and lead to each other.
  private func isWhole(_ flow: borrowing ControlFlow, _ function: Function) -> Bool {
    guard function.blocks[check].parameterCount == 0, function.blocks[grow].parameterCount == 0,
      flow.predecessors(of: grow).count == 2,
      let first = condition(of: test, to: check, function), first.opcode == .ltU,
      first.a == length, first.b == capacity,
      let second = condition(of: check, to: write, function), second.opcode == .eq,
      second.b == length && function.instructions[second.a].opcode == .load
        || second.a == length && function.instructions[second.b].opcode == .load
    else { return false }
    let longer = function.instructions[newLength]
    guard longer.opcode == .add, longer.a == length, function.constantBits(longer.b) == 1 else { return false }
    let arguments = function.arguments(ofEdge: function[function.terminator(of: BlockId(check))].b)
    let start = function.blocks[write].start
    return arguments[Int(newPointer - start)] == pointer && arguments[Int(newCapacity - start)] == capacity
  }

  /// What the block asks, if it goes to `next` where that holds and to `grow` otherwise.
  private func condition(of block: UInt32, to next: UInt32, _ function: Function) -> Instruction? {
    let branch = function[function.terminator(of: BlockId(block))]
    guard branch.opcode == .branch, function.lists[branch.b] == next, function.lists[branch.c] == grow else {
      return nil
    }
    return function.instructions[branch.a]
  }
}

extension Function {
  /// Whether a slice that spans the used part of its storage may no longer do so behind the instruction: it may write a
  /// mark, or free memory. Storage that is made or grows is another's, and elements lie in front of their mark.
  func mayWriteMarks(_ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .call: instruction.effects.isDisjoint(with: [.pure, .noReturn, .fresh])
    case .callIndirect: true
    case .store:
      instruction.effects.contains(.ofMark)
        || instruction.effects.kind == 0 && instructions[instruction.a].opcode != .frameAddress
    default: instruction.mayFree
    }
  }
}
