// Copies of a few bytes become loads and stores: for an engine, a copy of memory is a call of its runtime, whatever its
// size. What is copied so are the enums and the larger structs that scalar replacement has left in memory.

import ZongStores

/// Expansion of small copies. After all inlining, as it makes functions larger.
package struct SmallCopies: ~Copyable {
  private var rebuilder = Rebuilder()
  private var moved = Store<UInt32>()

  package init() {}

  private static let sizeLimit: UInt64 = 64

  /// Expands copies; whether there was any.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasSmallCopies(function) else { return false }
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      for index in rebuilder.body(of: id) {
        if let size = SmallCopies.size(of: index, function), counter.allows() {
          expand(index, size)
        } else {
          rebuilder.copy(index)
        }
      }
    }
    rebuilder.finish()
    return true
  }

  private func hasSmallCopies(_ function: Function) -> Bool {
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where SmallCopies.size(of: index, function) != nil { return true }
    }
    return false
  }

  /// The number of bytes that a small copy moves; null for anything else.
  @inline(__always)
  private static func size(of index: UInt32, _ function: Function) -> UInt32? {
    let instruction = function.instructions[index]
    guard instruction.opcode == .memoryCopy, let size = function.constantBits(instruction.c), size <= sizeLimit else {
      return nil
    }
    return UInt32(truncatingIfNeeded: size)
  }

  /// Reads everything first and writes then, since the ranges may overlap.
  private mutating func expand(_ index: UInt32, _ size: UInt32) {
    let copy = rebuilder.mapped(index)
    moved.removeAll()
    var offset: UInt32 = 0
    while offset < size {
      let part = SmallCopies.part(of: size - offset)
      let load = Instruction(
        .load, part.type, a: copy.b, c: offset, access: part.access, effects: copy.effects, position: copy.position)
      moved.append(rebuilder.emit(load))
      offset += part.width
    }
    offset = 0
    for index in 0..<moved.count {
      let part = SmallCopies.part(of: size - offset)
      let store = Instruction(
        .store, a: copy.a, b: moved[index], c: offset, access: part.access, effects: copy.effects,
        position: copy.position)
      rebuilder.emit(store)
      offset += part.width
    }
  }

  /// The widest access within so many bytes.
  private static func part(of size: UInt32) -> (type: Type, access: Access, width: UInt32) {
    switch size {
    case 8...: (.i64, .full, 8)
    case 4...: (.i32, .full, 4)
    case 2...: (.i32, .bits16Unsigned, 2)
    default: (.i32, .bits8Unsigned, 1)
    }
  }
}
