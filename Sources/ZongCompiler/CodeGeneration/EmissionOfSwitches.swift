// The fourth step, continued: `switchBranch` as `br_table`. Edges with moves go to stubs that make them: each stands
// behind the end of a `block` of its own, and goes on to the target.

import ZongIR
import ZongStores
import ZongWasm

extension CodeGenerator {
  /// Opens the blocks of the stubs. The code of the whole block lies in them, as the switch's value must not be on
  /// the stack where they begin.
  mutating func openStubs(_ function: Function, _ instruction: Instruction) {
    let edges = function.list(instruction.b)
    for number in 0..<edges.count where startsArm(function, edges, number) { open(Op.block) }
  }

  mutating func emitSwitch(_ function: Function, _ buffer: CodeBuffer, _ place: UInt32, _ instruction: Instruction) {
    let edges = function.list(instruction.b)
    body.byte(Op.brTable)
    body.unsigned(UInt32(edges.count - 1))
    var stub = noIndex
    for number in 0..<edges.count {
      if startsArm(function, edges, number) { stub = stub &+ 1 }
      if function.lists[edges[number] + 1] != 0 {
        body.unsigned(stub)
      } else {
        emitLabel(place, target(function, edges[number]))
      }
    }
    emitStubs(function, buffer, place, edges)
  }

  private mutating func emitStubs(
    _ function: Function, _ buffer: CodeBuffer, _ place: UInt32, _ edges: UnsafeBufferPointer<UInt32>
  ) {
    var end = blocks[place].firstArm
    for number in 0..<edges.count where startsArm(function, edges, number) {
      body.byte(Op.end)
      labelDepth -= 1
      var start = end
      while start > blocks[place].itemsStart, kind(of: items[start - 1]) != .arm { start -= 1 }
      emitItems(function, buffer, from: end, downTo: start)
      end = start > blocks[place].itemsStart ? start - 1 : start
      body.byte(Op.br)
      emitLabel(place, target(function, edges[number]))
    }
  }
}
