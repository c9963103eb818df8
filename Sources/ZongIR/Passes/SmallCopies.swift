// Copies of a few bytes become loads and stores, and fills stores: for an engine, a copy or a fill of memory is a call
// of its runtime, whatever its size. What is copied so are the enums and the larger structs that scalar replacement has
// left in memory; what is filled are arrays in a frame when their scope begins.

import ZongStores

/// Expansion of small copies and fills. After all inlining, as it makes functions larger.
package struct SmallCopies: ~Copyable {
  private var rebuilder = Rebuilder()
  private var moved = Store<UInt32>()

  package init() {}

  private static let copyLimit: UInt64 = 64
  private static let fillLimit: UInt64 = 256

  /// Expands copies and fills; whether there was any.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard hasSmallCopies(function) else { return false }
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      for index in rebuilder.body(of: id) {
        if let size = SmallCopies.size(of: index, function), counter.allows() {
          expand(rebuilder.mapped(index), size)
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

  /// The number of bytes that a small copy or fill writes; null for anything else.
  @inline(__always)
  private static func size(of index: UInt32, _ function: Function) -> UInt32? {
    let instruction = function.instructions[index]
    let isFill = instruction.opcode == .memoryFill
    guard isFill || instruction.opcode == .memoryCopy, let size = function.constantBits(instruction.c),
      size <= (isFill ? fillLimit : copyLimit), !isFill || function.constantBits(instruction.b) != nil
    else { return nil }
    return UInt32(truncatingIfNeeded: size)
  }

  /// Makes all values first and writes them then, since the ranges of a copy may overlap.
  private mutating func expand(_ old: Instruction, _ size: UInt32) {
    moved.removeAll()
    var offset: UInt32 = 0
    while offset < size {
      let part = SmallCopies.part(of: size - offset)
      moved.append(old.opcode == .memoryFill ? filling(old, part) : loaded(old, part, at: offset))
      offset += part.width
    }
    offset = 0
    for index in 0..<moved.count {
      let part = SmallCopies.part(of: size - offset)
      let store = Instruction(
        .store, a: old.a, b: moved[index], c: offset, access: part.access, effects: old.effects,
        position: old.position)
      rebuilder.emit(store)
      offset += part.width
    }
  }

  private mutating func loaded(_ copy: Instruction, _ part: Part, at offset: UInt32) -> UInt32 {
    rebuilder.emit(
      Instruction(
        .load, part.type, a: copy.b, c: offset, access: part.access, effects: copy.effects, position: copy.position))
  }

  /// The byte as often as it goes in; the value of the part before is used again if it is as wide.
  private mutating func filling(_ fill: Instruction, _ part: Part) -> UInt32 {
    if let last = moved.last, rebuilder.target.instructions[last].type == part.type { return last }
    let byte = (rebuilder.target.constantBits(fill.b) ?? 0) & 0xFF
    let bits = Numeric.canonical(part.type, byte &* 0x0101_0101_0101_0101)
    return rebuilder.emit(.constant(part.type, bits: bits, position: fill.position))
  }

  private typealias Part = (type: Type, access: Access, width: UInt32)

  /// The widest access within so many bytes.
  private static func part(of size: UInt32) -> Part {
    switch size {
    case 8...: (.i64, .full, 8)
    case 4...: (.i32, .full, 4)
    case 2...: (.i32, .bits16Unsigned, 2)
    default: (.i32, .bits8Unsigned, 1)
    }
  }
}
