// Which values are addresses in frame slots: a slot's address, that plus a constant, or either as a pointer.

import ZongStores

/// The slots that values lead to, as far as they can be followed.
struct SlotAddresses: ~Copyable {
  /// By value: the slot plus one, or 0 for anything else.
  private(set) var slots = Store<UInt32>()
  /// By value: how far behind the slot's start the address is; it wraps.
  private(set) var offsets = Store<UInt32>()

  init() {}

  mutating func begin(_ function: Function) {
    slots.refill(with: 0, count: function.instructions.count)
    offsets.refill(with: 0, count: function.instructions.count)
  }

  /// Takes an instruction in, whose operands were taken in before. False if it uses addresses in another way.
  mutating func follow(_ index: UInt32, _ instruction: Instruction, _ function: Function) -> Bool {
    switch instruction.opcode {
    case .frameAddress: slots[index] = instruction.a + 1
    // The address as a pointer, which nothing uses any more where a method was inlined.
    case .extendU:
      slots[index] = slots[instruction.a]
      offsets[index] = offsets[instruction.a]
    case .add:
      guard slots[instruction.a] != 0, let constant = function.constantBits(instruction.b) else { return false }
      slots[index] = slots[instruction.a]
      offsets[index] = offsets[instruction.a] &+ UInt32(truncatingIfNeeded: constant)
    default: return false
    }
    return true
  }
}
