// The third step: what stays on WebAssembly's operand stack, and what goes through a local.
//
// The blocks are walked backwards, each from its terminator to its start. An instruction that must stand in its
// place (a root) is placed, then its operands, the last one first: an operand is nested in its user if nothing is
// left between the two, or if it may move down past what is left; otherwise it is read from a local, and the
// instruction is placed later, when the walk comes to it. A value that is used several times is nested at the
// first of its uses, with a `tee` for the others. All of an instruction's uses come before it in this walk, so
// its local is known when it is placed, and is free for others from there on.
//
// Blocks that are in order need none of this: see OrderedBlocks.swift.
//
// All instructions of the block from `cursor` on are placed. `work` holds what is still wanted of the current
// root, so that deep trees need no recursion.

import ZongIR
import ZongStores

extension CodeGenerator {
  mutating func place(_ function: Function) {
    items.removeAll()
    useVariableLocals(function)
    for index in stride(from: blocks.count - 1, through: 0, by: -1)
    where blocks[index].isReached && !blocks[index].isOrdered {
      placeBlock(function, UInt32(index))
    }
  }

  private mutating func placeBlock(_ function: Function, _ place: UInt32) {
    let block = function.blocks[function.order[place].index]
    blocks[place].itemsStart = UInt32(items.count)
    blocks[place].firstArm = UInt32(items.count)
    if block.end > block.start {
      bodyStart = block.start
      bodyEnd = block.end
      cursor = block.end - 1
      placeTerminator(function, place, function.instructions[cursor])
      drainWork(function, place)
      while findRoot(function) {
        placeRoot(function, cursor - 1)
        drainWork(function, place)
      }
    }
    blocks[place].itemsEnd = UInt32(items.count)
  }

  /// Moves the cursor down to behind the last instruction that still has to be placed. False at the block's start.
  @inline(__always)
  private mutating func findRoot(_ function: Function) -> Bool {
    while cursor > bodyStart {
      let state = values[cursor - 1]
      if state.blockAndPlaced & 1 == 0 {
        let instruction = function.instructions[cursor - 1]
        let placement = tables.placement(instruction.opcode)
        if placement != .free {
          if state.uses != 0 || state.local != 0 || placement >= .trapping { return true }
          discardOperands(instruction)
        }
      }
      cursor -= 1
    }
    return false
  }

  /// An instruction whose value nobody wants takes its uses back.
  private mutating func discardOperands(_ instruction: Instruction) {
    let operands = tables.operands(instruction.opcode)
    guard operands == .a || operands == .ab || operands == .abc else { return }
    values[instruction.a].uses &-= 1
    if instruction.opcode == .testKey { values[instruction.a].uses &-= instruction.testsPointer ? 1 : 2 }
    if operands != .a { values[instruction.b].uses &-= 1 }
    if operands == .abc { values[instruction.c].uses &-= 1 }
  }

  // MARK: Roots

  private mutating func placeRoot(_ function: Function, _ index: UInt32) {
    let instruction = function.instructions[index]
    values[index].blockAndPlaced |= 1
    switch instruction.opcode {
    case .variableSet:
      assignments[instruction.a] &-= 1
      if variableLocals[instruction.a] == values[instruction.b].local &- 1,
        function.instructions[instruction.b].opcode == .parameter
      {
        return  // The variable is the parameter.
      }
      append(.set, local: variableLocals[instruction.a])
      want(instruction.b)
    case .variableGet:
      placeResult(index, instruction)
      append(.get, local: variableLocals[instruction.a])
    case .check: placeCheck(function, index, instruction)
    case .checkKey: placeKeyCheck(function, index, instruction)
    case .call, .callIndirect:
      if instruction.type == .none { placeResults(function, index, instruction) }
      placeResult(index, instruction)
      expand(function, index, instruction, .effect, .instruction)
    default:
      placeResult(index, instruction)
      expand(function, index, instruction, tables.placement(instruction.opcode), .instruction)
    }
  }

  private mutating func placeResult(_ index: UInt32, _ instruction: Instruction) {
    guard instruction.type != .none else { return }
    let local = values[index].local
    if local == 0 {
      items.append(item(.drop))
    } else {
      append(.set, local: local - 1)
      release(local - 1)
    }
  }

  /// The results of a call that has not just one, or whose only result nobody wants: the last one is on top.
  private mutating func placeResults(_ function: Function, _ call: UInt32, _ instruction: Instruction) {
    let count =
      instruction.opcode == .call
      ? context.resultCounts[instruction.a] : context.signatureResultCounts[instruction.c]
    if count == 0 { return }
    resultLocals.removeAll()
    resultLocals.append(repeating: 0, count: Int(count))
    var index = call + 1
    while index < bodyEnd {
      let next = function.instructions[index]
      if next.opcode == .result, next.a == call {
        resultLocals[next.b] = values[index].local
      } else if next.opcode != .nop {
        break
      }
      index += 1
    }
    for index in 0..<resultLocals.count {
      let local = resultLocals[index]
      if local == 0 {
        items.append(item(.drop))
      } else {
        append(.set, local: local - 1)
        release(local - 1)
      }
    }
  }

  /// A check's values are wanted in its cold arm only, and computed there if they have no other use.
  private mutating func placeCheck(_ function: Function, _ index: UInt32, _ instruction: Instruction) {
    orderedEffects &-= 1
    work.append(item(.oppositeValue, instruction.a))
    if instruction.isKeyCheck {
      work.append(item(.knownKeyBegin))
      want(function.list(instruction.b)[0])
      items.append(item(.keyEnd, index))
      isInArm = true
      return
    }
    work.append(item(.checkBegin, index))
    wantStopValues(function, instruction.b)
    items.append(item(.checkEnd, index))
    isInArm = true
  }

  /// The pointer is read for its address, for its key, and in the cold arm.
  private mutating func placeKeyCheck(_ function: Function, _ index: UInt32, _ instruction: Instruction) {
    orderedEffects &-= 1
    want(instruction.a)
    work.append(item(.keyTag))
    want(instruction.a)
    work.append(item(.keyBegin, index))
    want(instruction.a)
    items.append(item(.keyEnd, index))
    isInArm = true
  }

  private mutating func wantStopValues(_ function: Function, _ list: UInt32) {
    let values = function.list(list)
    for index in 0..<3 {
      guard index < values.count else {
        work.append(item(.zero))
        continue
      }
      want(values[index])
      let type = function.instructions[values[index]].type
      if type != .i64 { work.append(item(.widen, UInt32(type.number))) }
    }
  }

  // MARK: Terminators

  private mutating func placeTerminator(_ function: Function, _ place: UInt32, _ instruction: Instruction) {
    switch instruction.opcode {
    case .jump: wantMoves(function, place, instruction.a)
    case .branch:
      work.append(item(blocks[place].form.isInverted ? .oppositeValue : .value, instruction.a))
      if function.lists[instruction.b + 1] != 0 || function.lists[instruction.c + 1] != 0 {
        work.append(item(.arm, 0))
        wantMoves(function, place, instruction.b)
        work.append(item(.arm, 1))
        wantMoves(function, place, instruction.c)
        isInArm = true
      }
    case .switchBranch:
      work.append(item(.value, instruction.a))
      let edges = function.list(instruction.b)
      for (number, edge) in edges.enumerated() where startsArm(function, edges, number) {
        work.append(item(.arm, UInt32(number) & itemOperandMask))
        wantMoves(function, place, edge)
        isInArm = true
      }
    case .returnValues:
      items.append(item(.instruction, cursor))
      wantList(function, instruction.b)
    case .stop:
      work.append(item(.stopBegin, cursor))
      wantStopValues(function, instruction.b)
      items.append(item(.stopEnd, cursor))
    default: items.append(item(.instruction, cursor))
    }
  }

  /// Whether the switch's edge of this number has moves, and isn't the same as the one before it.
  func startsArm(_ function: Function, _ edges: UnsafeBufferPointer<UInt32>, _ number: Int) -> Bool {
    function.lists[edges[number] + 1] != 0 && (number == 0 || edges[number - 1] != edges[number])
  }

  /// The arguments of an edge become its target's parameters: all are pushed, then all are set, so that no
  /// parameter is overwritten before it is read.
  private mutating func wantMoves(_ function: Function, _ place: UInt32, _ edge: UInt32) {
    let arguments = function.arguments(ofEdge: edge)
    if arguments.isEmpty { return }
    let start = firstParameter(function, function.lists[edge])
    for (number, argument) in arguments.enumerated() {
      if argument == start + UInt32(number) { values[argument].uses &-= 1 } else { want(argument) }
    }
    for number in stride(from: arguments.count - 1, through: 0, by: -1) {
      let parameter = start + UInt32(number)
      if arguments[number] != parameter { wantSet(values[parameter].local - 1) }
    }
  }

  private mutating func wantSet(_ local: UInt32) {
    locals[local].uses &+= 1
    work.append(item(.set, local))
  }

  /// The first `blockParameter` of a block.
  private func firstParameter(_ function: Function, _ block: UInt32) -> UInt32 {
    var index = function.blocks[block].start
    while function.instructions[index].opcode == .parameter { index += 1 }
    return index
  }

  // MARK: Values

  @inline(__always)
  private mutating func want(_ value: UInt32) { work.append(item(.value, value)) }

  private mutating func wantList(_ function: Function, _ list: UInt32) {
    for value in function.list(list) { want(value) }
  }

  @inline(__always)
  private mutating func append(_ kind: ItemKind, local: UInt32) {
    locals[local].uses &+= 1
    items.append(item(kind, local))
  }

  /// Frees a local inside a block; those of other values are allocated for all blocks together.
  @inline(__always)
  private mutating func release(_ local: UInt32) {
    if local >= firstTemporary { releaseLocal(local) }
  }

  private mutating func drainWork(_ function: Function, _ place: UInt32) {
    while !work.isEmpty {
      let next = work[work.count - 1]
      work.removeLast()
      let operand = next & itemOperandMask
      switch kind(of: next) {
      case .value: placeUse(function, operand, isOpposite: false)
      case .oppositeValue: placeUse(function, operand, isOpposite: true)
      case .checkBegin, .keyBegin, .knownKeyBegin:
        isInArm = false
        items.append(next)
      case .arm:
        // The last mark that is met is the first one that is read. Below it only the condition is left.
        blocks[place].firstArm = UInt32(items.count)
        if operand == 1 { blocks[place].secondArm = UInt32(items.count) }
        isInArm = work.count > 1
        items.append(next)
      default: items.append(next)
      }
    }
    isInArm = false
  }

  /// Puts a value on the stack.
  private mutating func placeUse(_ function: Function, _ value: UInt32, isOpposite: Bool) {
    let instruction = function.instructions[value]
    values[value].uses &-= 1
    let state = values[value]
    let placement = tables.placement(instruction.opcode)
    if isOpposite, placement <= .load, placement != .pure { items.append(item(.not)) }
    if placement.isLeaf {
      placeLeaf(value, instruction, placement, state)
    } else if state.uses == 0, value >= bodyStart, value < bodyEnd,
      mayNest(function, value, instruction, placement, state)
    {
      nest(function, value, instruction, placement, state, isOpposite: isOpposite)
    } else {
      if isOpposite, placement != .load { items.append(item(.not)) }
      readLocal(value, instruction)
    }
  }

  /// Puts a value without operands on the stack.
  @inline(__always)
  private mutating func placeLeaf(
    _ value: UInt32, _ instruction: Instruction, _ placement: Placement, _ state: ValueState
  ) {
    if placement == .variable {
      let isInBlock = value >= bodyStart && value < bodyEnd
      if isInBlock, state.stamp >= assignments[instruction.a] {
        append(.get, local: variableLocals[instruction.a])
      } else {
        readLocal(value, instruction)
      }
      return
    }
    switch instruction.opcode {
    case .parameter, .blockParameter, .result: readLocal(value, instruction)
    case .frameAddress:
      locals[framePointer].uses &+= 1
      items.append(item(.instruction, value))
    default: items.append(item(.instruction, value))
    }
  }

  /// Wants the value that is placed next. A leaf needs no turn through `work`: then it is placed, and the result
  /// is true.
  @inline(__always)
  private mutating func placeIfLeaf(_ function: Function, _ value: UInt32) -> Bool {
    let instruction = function.instructions[value]
    let placement = tables.placement(instruction.opcode)
    guard placement.isLeaf else { return false }
    values[value].uses &-= 1
    placeLeaf(value, instruction, placement, values[value])
    return true
  }

  @inline(__always)
  private mutating func wantNext(_ function: Function, _ value: UInt32) {
    if !placeIfLeaf(function, value) { want(value) }
  }

  /// Reads a value from its local, and gives it one if it has none yet.
  private mutating func readLocal(_ value: UInt32, _ instruction: Instruction) {
    if values[value].local == 0 { values[value].local = allocateLocal(instruction.type) + 1 }
    append(.get, local: values[value].local - 1)
  }

  /// Whether an instruction of this block, the first use of which is being placed, may be placed right there.
  @inline(__always)
  private mutating func mayNest(
    _ function: Function, _ value: UInt32, _ instruction: Instruction, _ placement: Placement, _ state: ValueState
  ) -> Bool {
    if isInArm {
      // What is placed here isn't executed always.
      if state.local != 0 { return false }
      return placement == .pure || placement == .load && mayPass(instruction, state)
    }
    switch placement {
    case .pure: return true
    case .load:
      if mayPass(instruction, state) { return true }
      // So that the search doesn't take it for unused.
      values[value].uses = 1
      let isNext = findRoot(function) && value == cursor - 1
      values[value].uses = 0
      return isNext
    case .trapping: if state.stamp >= orderedEffects { return true }
    default: break
    }
    return findRoot(function) && value == cursor - 1
  }

  /// Whether a load may pass everything that isn't placed yet behind it.
  private func mayPass(_ instruction: Instruction, _ state: ValueState) -> Bool {
    state.stamp >= memoryEffects
  }

  private mutating func nest(
    _ function: Function, _ value: UInt32, _ instruction: Instruction, _ placement: Placement, _ state: ValueState,
    isOpposite: Bool
  ) {
    values[value].blockAndPlaced |= 1
    var kind = ItemKind.instruction
    if isOpposite, placement != .load {
      if state.local == 0, instruction.opcode == .eqz, function.instructions[instruction.a].type == .i32 {
        want(instruction.a)
        return
      }
      if state.local == 0, instruction.opcode == .eq, comparesZero(function, instruction, .i32) {
        want(instruction.a)
        return
      }
      if state.local == 0, instruction.opcode.negated != nil {
        kind = .opposite
      } else {
        items.append(item(.not))
      }
    }
    if state.local != 0 {
      append(.tee, local: state.local - 1)
      release(state.local - 1)
    }
    if instruction.opcode == .wrap, wantUnextended(function, instruction.a) { return }
    expand(function, value, instruction, placement, kind)
  }

  /// The lower half of a value extended in this block is the value that was extended.
  private mutating func wantUnextended(_ function: Function, _ value: UInt32) -> Bool {
    let instruction = function.instructions[value]
    guard instruction.opcode == .extendU || instruction.opcode == .extendS, value >= bodyStart, value < bodyEnd else {
      return false
    }
    values[value].uses &-= 1
    if values[value].uses == 0, values[value].local == 0 {
      // Nobody else wants the extension: its use of the value becomes this one.
      values[value].blockAndPlaced |= 1
    } else {
      values[instruction.a].uses &+= 1
    }
    want(instruction.a)
    return true
  }

  /// Places the instruction itself and wants its operands.
  private mutating func expand(
    _ function: Function, _ index: UInt32, _ instruction: Instruction, _ placement: Placement, _ kind: ItemKind
  ) {
    items.append(item(kind, index))
    if placement == .effect {
      memoryEffects &-= 1
      orderedEffects &-= 1
    } else if placement == .trapping {
      orderedEffects &-= 1
    }
    switch tables.operands(instruction.opcode) {
    case .none, .edges: break
    case .a:
      if instruction.opcode == .load {
        wantAddress(function, instruction.a, isNext: true)
      } else if instruction.opcode == .testKey {
        want(instruction.a)
        if !instruction.testsPointer {
          work.append(item(.zero))
          want(instruction.a)
          work.append(item(.pointerWithTag))
        }
        work.append(item(.keyTag))
        work.append(item(.tagAsKey))
        want(instruction.a)
      } else {
        wantNext(function, instruction.a)
      }
    case .b: wantNext(function, instruction.b)
    case .ab: wantTwo(function, instruction, kind)
    case .abc:
      // `select` takes its condition last.
      let condition = instruction.opcode == .select
      want(condition ? instruction.b : instruction.a)
      want(condition ? instruction.c : instruction.b)
      want(condition ? instruction.a : instruction.c)
    case .list: wantList(function, instruction.b)
    case .aList:
      wantList(function, instruction.b)
      want(instruction.a)
    }
  }

  @inline(__always)
  private mutating func wantTwo(_ function: Function, _ instruction: Instruction, _ kind: ItemKind) {
    let isNext = isZeroTest(function, instruction, kind) || placeIfLeaf(function, instruction.b)
    if instruction.opcode == .store {
      wantAddress(function, instruction.a, isNext: isNext)
    } else if isNext {
      wantNext(function, instruction.a)
    } else {
      want(instruction.a)
    }
    if !isNext { want(instruction.b) }
  }

  /// The address of an access. A frame slot's offset goes into the instruction itself.
  private mutating func wantAddress(_ function: Function, _ value: UInt32, isNext: Bool) {
    if function.instructions[value].opcode == .frameAddress {
      values[value].uses &-= 1
      locals[framePointer].uses &+= 1
      if isNext { items.append(item(.get, framePointer)) } else { work.append(item(.get, framePointer)) }
    } else if isNext {
      wantNext(function, value)
    } else {
      want(value)
    }
  }
}
