// Frames that only ways to a stop need, such as that of the text of a `panic`: they are made where these ways begin, and
// not each time that the function is called. ("Shrink wrapping": Chow, "Minimizing register usage penalty at procedure
// calls", PLDI 1988, here for what never returns.)

import ZongIR
import ZongStores

extension CodeGenerator {
  /// Finds the blocks that the frame is made in, if it isn't needed on any way to a return.
  mutating func findColdFrames(_ function: Function) {
    hasColdFrame = false
    guard frameSize != 0, endsCold(function) else { return }
    findBlocksWithFrame(function)
    hasColdFrame = !coldFrames.elements.contains(.hot) && placeFrames(function)
  }

  /// Whether the block makes the frame.
  @inline(__always)
  func makesFrame(in place: UInt32) -> Bool { hasColdFrame && makesFrame[place] }

  private func endsCold(_ function: Function) -> Bool {
    for place in 0..<UInt32(function.order.count) where terminator(function, place).opcode.endsProgram { return true }
    return false
  }

  /// By block, from the last to the first: what it needs a frame for. A loop counts as a way to a return.
  private mutating func findBlocksWithFrame(_ function: Function) {
    coldFrames.refill(with: .none, count: function.order.count)
    for place in (0..<UInt32(function.order.count)).reversed() {
      let last = terminator(function, place)
      var returns = last.opcode == .returnValues
      let uses = usesFrame(function, place)
      var needs = uses
      function.forEachEdge(of: last) { edge in
        let next = target(function, edge)
        if next <= place || coldFrames[next].returns {
          returns = true
        } else if coldFrames[next] == .cold {
          needs = true
        }
      }
      coldFrames[place] = returns ? (uses ? .hot : .returning) : needs ? .cold : .none
    }
  }

  private func usesFrame(_ function: Function, _ place: UInt32) -> Bool {
    let block = function.blocks[function.order[place].index]
    for index in block.start..<block.end where function.instructions[index].opcode == .frameAddress { return true }
    return false
  }

  /// The frame is made where a way from a block that has none leads to one that needs it; false if such a block is also
  /// come to with a frame, or the function begins with one.
  private mutating func placeFrames(_ function: Function) -> Bool {
    if coldFrames[0] != .returning { return false }
    makesFrame.refill(with: false, count: function.order.count)
    var isPlaced = true
    for place in 0..<UInt32(function.order.count) where coldFrames[place] != .cold {
      function.forEachEdge(of: terminator(function, place)) { edge in
        let next = target(function, edge)
        if coldFrames[next] == .cold { makesFrame[next] = true }
      }
    }
    for place in 0..<UInt32(function.order.count) where coldFrames[place] == .cold {
      function.forEachEdge(of: terminator(function, place)) { edge in
        if makesFrame[target(function, edge)] { isPlaced = false }
      }
    }
    return isPlaced
  }
}

/// What a block needs a frame for.
enum ColdFrame: UInt8, BitwiseCopyable {
  /// It leads to a stop only, without a frame.
  case none
  /// It, or what follows, has a frame, and leads to a stop only.
  case cold
  /// A return can be reached, and the block has no frame or has one.
  case returning, hot

  var returns: Bool { self == .returning || self == .hot }
}

extension Opcode {
  fileprivate var endsProgram: Bool { self == .stop || self == .unreachable }
}
