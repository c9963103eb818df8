// The usual way through `_inner` in place of its call: the pointer is to lead into an allocation that is still there, whose
// tag has been raised at that place before. What is rare stays a call.

import ZongStores

/// The short way of the calls that give their first argument back (`Effects.sameValue`). At the end: until then, a call
/// without effects is merged and moved as a whole, and what is known of the pointer is seen through it.
package struct ShortInnerCalls: ~Copyable {
  private var keys = RedundantKeyChecks()
  private var rebuilder = Rebuilder()
  /// By such a call: whether the key of the allocation's pointer isn't known to fit there.
  private var isDoubtful = Store<Bool>()

  package init() {}

  /// Whether any call got a short way.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.instructions.elements.contains(where: { $0.isInnerCall }) else { return false }
    findDoubtful(function)
    let before = counter.taken
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      for index in rebuilder.body(of: id) {
        if isShort(function.instructions[index], function) && counter.allows() {
          shorten(index)
        } else {
          rebuilder.copy(index)
        }
      }
    }
    rebuilder.finish()
    return counter.taken > before
  }

  private func isShort(_ call: Instruction, _ function: Function) -> Bool {
    call.isInnerCall && function.list(call.b).count == 3 && function.constantBits(function.list(call.b)[2]) != nil
  }

  private mutating func findDoubtful(_ function: Function) {
    isDoubtful.refill(with: false, count: function.instructions.count)
    var found = Store<UInt32>()
    keys.forEachDoubtful(function) { _, place, call in
      if place == 1 { found.append(call) }
    }
    for item in 0..<found.count { isDoubtful[found[item]] = true }
  }

  /// The call stays on the way on which one of the tests fails.
  private mutating func shorten(_ index: UInt32) {
    let call = rebuilder.mapped(index)
    let (pointer, owner, last) = (argument(0, of: call), argument(1, of: call), argument(2, of: call))
    let held = isDoubtful[index] ? rebuilder.target.blocks.add(Block()) : Rebuilder.none
    let (slow, after) = (rebuilder.target.blocks.add(Block()), rebuilder.target.blocks.add(Block()))
    if held != Rebuilder.none {
      branch(ifFits: owner, to: edge(held), else: edge(slow), call.position)
      rebuilder.openNew(held)
    }
    branch(ifFits: end(of: pointer, last, call.position), to: edge(after, pointer), else: edge(slow), call.position)
    rebuilder.openNew(slow)
    let result = rebuilder.emit(call)
    rebuilder.emit(Instruction(.jump, a: edge(after, result), position: call.position))
    rebuilder.openNew(after)
    rebuilder.addParameter(.i64, for: index)
  }

  private func argument(_ place: UInt32, of call: Instruction) -> UInt32 {
    rebuilder.target.lists[call.b + 1 + place]
  }

  /// The pointer to the last byte that a field can be at, a constant away.
  private mutating func end(of pointer: UInt32, _ last: UInt32, _ position: UInt32) -> UInt32 {
    guard let bits = rebuilder.target.constantBits(last), bits != 0 else { return pointer }
    let distance = rebuilder.emit(.constant(.i64, bits: bits, position: position))
    return rebuilder.emit(Instruction(.add, .i64, a: pointer, b: distance, position: position))
  }

  private mutating func branch(
    ifFits pointer: UInt32, to held: UInt32, else slow: UInt32, _ position: UInt32
  ) {
    let fits = rebuilder.emit(Instruction(.testKey, .i32, a: pointer, effects: .ofPointer, position: position))
    rebuilder.emit(Instruction(.branch, a: fits, b: held, c: slow, position: position))
  }

  /// An edge to a block with one parameter or none.
  private mutating func edge(_ block: UInt32, _ value: UInt32? = nil) -> UInt32 {
    let edge = rebuilder.target.lists.add(block)
    rebuilder.target.lists.append(value == nil ? 0 : 1)
    if let value { rebuilder.target.lists.append(value) }
    return edge
  }
}

extension Instruction {
  /// Whether it is a call that gives its first argument back.
  fileprivate var isInnerCall: Bool { opcode == .call && effects == .sameValue }
}
