// The fourth step: bytes. Locals get their indices, then the regions are written from the entry on. `actions` holds
// what is still to be written behind the current point, so that nesting needs no recursion.

import ZongIR
import ZongStores
import ZongWasm

/// What is left to do behind the current point: a kind in four bits, a block's place in the others.
private enum ActionKind: UInt32 {
  case region
  /// Ends a `block` or `if`.
  case end
  case endLoop
  case firstArm, secondArm
  /// `else`.
  case otherwise
}

extension CodeGenerator {
  mutating func emit(_ function: Function, into buffer: CodeBuffer) {
    body.removeAll()
    layOutFrame(function)
    numberLocals(function)
    labelDepth = 0
    endsFunction = false
    findColdFrames(function)
    if frameSize != 0 && !hasColdFrame { emitPrologue(function, buffer) }
    push(.region, 0)
    while !actions.isEmpty {
      let action = actions[actions.count - 1]
      actions.removeLast()
      let place = action & itemOperandMask
      switch ActionKind(rawValue: action >> itemOperandBits) ?? .end {
      case .region: emitRegion(function, buffer, place)
      case .end, .endLoop:
        body.byte(Op.end)
        labelDepth -= 1
      case .otherwise: body.byte(Op.else)
      case .firstArm: emitArm(function, buffer, place, isFirst: true)
      case .secondArm: emitArm(function, buffer, place, isFirst: false)
      }
    }
    if !endsFunction { body.byte(Op.unreachable) }
    body.byte(Op.end)
    buffer.positions.endFunction()
    checkLimits(function, buffer)
    buffer.bytes.unsigned(UInt32(body.count))
    buffer.bytes.append(body)
  }

  /// Nothing follows the block that is being written.
  var isAtFunctionEnd: Bool { actions.isEmpty && labelDepth == 0 }

  @inline(__always)
  private mutating func push(_ kind: ActionKind, _ place: UInt32) {
    actions.append(kind.rawValue << itemOperandBits | place)
  }

  // MARK: Regions

  private mutating func emitRegion(_ function: Function, _ buffer: CodeBuffer, _ place: UInt32) {
    // The merge blocks, from the nearest to the farthest, and between them the loop's end.
    let first = UInt32(actions.count)
    var isInLoop = blocks[place].isLoop
    var merge = blocks[place].firstMerge
    while merge != noIndex {
      if isInLoop, merge > blocks[place].loopEnd {
        push(.endLoop, place)
        isInLoop = false
      }
      if blocks[merge].branches != 0 { push(.end, merge) }
      push(.region, merge)
      merge = blocks[merge].nextMerge
    }
    if isInLoop { push(.endLoop, place) }
    reverseActions(from: first)
    // What ends last begins first.
    for index in first..<UInt32(actions.count) {
      let block = actions[index] & itemOperandMask
      switch ActionKind(rawValue: actions[index] >> itemOperandBits) {
      case .end:
        open(Op.block)
        blocks[block].blockLabel = labelDepth
      case .endLoop:
        noteLoop(function, buffer, place)
        open(Op.loop)
        blocks[place].loopLabel = labelDepth
      default: break
      }
    }
    emitCode(function, buffer, place)
  }

  private mutating func reverseActions(from first: UInt32) {
    var low = Int(first)
    var high = actions.count - 1
    while low < high {
      let action = actions[low]
      actions[low] = actions[high]
      actions[high] = action
      low += 1
      high -= 1
    }
  }

  mutating func open(_ opcode: UInt8) {
    body.byte(opcode)
    body.byte(emptyBlockType)
    labelDepth += 1
  }

  private mutating func emitCode(_ function: Function, _ buffer: CodeBuffer, _ place: UInt32) {
    let state = blocks[place]
    let instruction = terminator(function, place)
    if makesFrame(in: place) { emitPrologue(function, buffer) }
    if instruction.opcode == .switchBranch { openStubs(function, instruction) }
    if state.isOrdered {
      emitOrdered(function, buffer, place)
    } else {
      emitItems(function, buffer, from: state.itemsEnd, downTo: codeEnd(function, place, instruction))
    }
    switch instruction.opcode {
    case .jump: emitEdge(place, target(function, instruction.a))
    case .branch: emitBranch(function, buffer, place, instruction)
    case .switchBranch: emitSwitch(function, buffer, place, instruction)
    default: break  // Its item did it.
    }
  }

  /// Where the items of the block's own code end, and those of its arms begin.
  private func codeEnd(_ function: Function, _ place: UInt32, _ instruction: Instruction) -> UInt32 {
    switch instruction.opcode {
    case .branch, .switchBranch: blocks[place].firstArm
    default: blocks[place].itemsStart
    }
  }

  /// Goes to the target of an edge, whose moves are done.
  private mutating func emitEdge(_ place: UInt32, _ target: UInt32) {
    if isInline(target, from: place) {
      push(.region, target)
    } else if target <= place || target != fall(after: place) {
      body.byte(Op.br)
      emitLabel(place, target)
    }
  }

  mutating func emitLabel(_ place: UInt32, _ target: UInt32) {
    body.unsigned(labelDepth - (target <= place ? blocks[target].loopLabel : blocks[target].blockLabel))
  }

  private mutating func emitBranch(
    _ function: Function, _ buffer: CodeBuffer, _ place: UInt32, _ instruction: Instruction
  ) {
    switch blocks[place].form {
    case .branchIf:
      body.byte(Op.brIf)
      emitLabel(place, target(function, instruction.b))
      push(.secondArm, place)
    case .branchUnless:
      body.byte(Op.brIf)
      emitLabel(place, target(function, instruction.c))
      push(.firstArm, place)
    case .ifThen:
      open(Op.if)
      push(.secondArm, place)
      push(.end, place)
      push(.firstArm, place)
    case .unlessThen:
      open(Op.if)
      push(.firstArm, place)
      push(.end, place)
      push(.secondArm, place)
    case .firstInLoop, .secondInLoop:
      open(Op.if)
      body.byte(Op.else)
      let isFirst = blocks[place].form == .firstInLoop
      push(isFirst ? .secondArm : .firstArm, place)
      push(.end, place)
      push(isFirst ? .firstArm : .secondArm, place)
    case .ifElse, .other:
      open(Op.if)
      push(.end, place)
      push(.secondArm, place)
      push(.otherwise, place)
      push(.firstArm, place)
    }
  }

  private mutating func emitArm(_ function: Function, _ buffer: CodeBuffer, _ place: UInt32, isFirst: Bool) {
    let state = blocks[place]
    let instruction = terminator(function, place)
    if state.firstArm != state.itemsStart {
      if isFirst {
        emitItems(function, buffer, from: state.firstArm, downTo: state.secondArm + 1)
      } else {
        emitItems(function, buffer, from: state.secondArm, downTo: state.itemsStart)
      }
    }
    emitEdge(place, target(function, isFirst ? instruction.b : instruction.c))
  }
}
