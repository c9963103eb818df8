// The first step: one pass over the blocks in their order. It counts uses, finds values that live in several
// blocks, builds the dominator tree and finds loops.
//
// Stamps. An instruction may move down to its use if nothing lies between that it must not pass. What a load must
// not pass are writes of memory, a trap everything that can be seen from outside, a read of a variable its
// assignments. Analysis counts these, and stamps each such instruction with the count before it. Placement walks
// backwards and takes each counted instruction off the count when it places it; so a count that isn't above the
// stamp says that nothing between is left to be placed before.

import ZongIR
import ZongStores

extension CodeGenerator {
  mutating func analyse(_ function: Function) {
    // A value that is used in another block must be placed, and so must its block: then no block is taken as ordered.
    if !analyseBlocks(function, mayBeOrdered: true) { _ = analyseBlocks(function, mayBeOrdered: false) }
    shareParameterLocals(function)
  }

  /// False if a value of an ordered block is used in another one.
  private mutating func analyseBlocks(_ function: Function, mayBeOrdered: Bool) -> Bool {
    reset(function)
    for place in 0..<UInt32(function.order.count) {
      let id = function.order[place]
      let block = function.blocks[id.index]
      if place == 0 {
        blocks[place].isReached = true
      } else if blocks[place].dominator != noIndex {
        blocks[place].isReached = true
        linkDominator(place)
      } else {
        continue
      }
      guard block.end > block.start else { continue }
      if mayBeOrdered && isInOrder(function, block, place) {
        blocks[place].isOrdered = true
        addEdges(function, block, place)
      } else {
        analyseBody(function, block, place)
        analyseTerminator(function, block, place)
        if usesOrderedValue { return false }
      }
    }
    return true
  }

  private mutating func reset(_ function: Function) {
    precondition(function.instructions.count <= Int(itemOperandMask), "a function of 134 million instructions")
    values.removeAll()
    values.append(repeating: ValueState(), count: function.instructions.count)
    blocks.removeAll()
    blocks.append(repeating: BlockState(), count: function.order.count)
    placeOfBlock.removeAll()
    placeOfBlock.append(repeating: noIndex, count: function.blocks.count)
    for place in 0..<function.order.count { placeOfBlock[function.order[place].index] = UInt32(place) }
    crossValues.removeAll()
    shareCandidates.removeAll()
    parameterAssignments.removeAll()
    usesOrderedValue = false
    memoryEffects = 0
    orderedEffects = 0
    resetLocals(function)
  }

  /// Parameters are the first locals, variables the next, then the frame pointer.
  private mutating func resetLocals(_ function: Function) {
    locals.removeAll()
    assignments.removeAll()
    assignments.append(repeating: 0, count: function.variables.count)
    variableUses.removeAll()
    variableUses.append(repeating: 0, count: function.variables.count)
    variableLocals.removeAll()
    for index in 0..<function.parameters.count { locals.append(LocalState(type: function.parameters[index])) }
    for index in 0..<function.variables.count {
      variableLocals.append(UInt32(locals.count))
      locals.append(LocalState(type: function.variables[index]))
    }
    framePointer = UInt32(locals.count)
    locals.append(LocalState(type: .i32))
  }

  // MARK: Instructions

  private mutating func analyseBody(_ function: Function, _ block: Block, _ place: UInt32) {
    for index in block.start..<block.end - 1 {
      let instruction = function.instructions[index]
      values[index].blockAndPlaced = place << 1
      switch tables.placement(instruction.opcode) {
      case .free:
        if instruction.opcode == .parameter {
          values[index].local = instruction.a + 1
        } else if instruction.opcode == .blockParameter {
          addCrossValue(index, start: min(place, blocks[place].firstPredecessor), last: place)
        }
      case .pure, .terminator: break
      case .variable: values[index].stamp = assignments[instruction.a]
      case .load:
        values[index].stamp = memoryEffects
        // The pointer is wanted for the tag, for whether there is one, and for the key.
        if instruction.opcode == .testKey {
          count(instruction.a, block, place)
          if !instruction.testsPointer { count(instruction.a, block, place) }
        }
      case .trapping:
        values[index].stamp = orderedEffects
        orderedEffects &+= 1
      case .effect:
        memoryEffects &+= 1
        orderedEffects &+= 1
      case .check:
        orderedEffects &+= 1
        if instruction.opcode == .checkKey {
          // The pointer is wanted for the tag, for the key, and for the stop.
          count(instruction.a, block, place)
          count(instruction.a, block, place)
        }
      case .assignment:
        if place == 0, assignments[instruction.a] == 0,
          function.instructions[instruction.b].opcode == .parameter
        {
          shareCandidates.append(index)
        }
        assignments[instruction.a] &+= 1
      }
      countOperands(function, instruction, block, place)
    }
  }

  @inline(__always)
  private mutating func countOperands(
    _ function: Function, _ instruction: Instruction, _ block: Block, _ place: UInt32
  ) {
    switch tables.operands(instruction.opcode) {
    case .none, .edges: break
    case .a: count(instruction.a, block, place)
    case .b: count(instruction.b, block, place)
    case .ab:
      count(instruction.a, block, place)
      count(instruction.b, block, place)
    case .abc:
      count(instruction.a, block, place)
      count(instruction.b, block, place)
      count(instruction.c, block, place)
    case .list: countList(function, instruction.b, block, place)
    case .aList:
      count(instruction.a, block, place)
      countList(function, instruction.b, block, place)
    }
  }

  @inline(__always)
  private mutating func count(_ value: UInt32, _ block: Block, _ place: UInt32) {
    values[value].uses &+= 1
    if value < block.start || value >= block.end { countCross(value, place) }
  }

  private mutating func countList(_ function: Function, _ list: UInt32, _ block: Block, _ place: UInt32) {
    for item in function.list(list) { count(item, block, place) }
  }

  /// A use in another block than the value's own. (Values that are made anew at each use are entered too; they
  /// get no local later.)
  private mutating func countCross(_ value: UInt32, _ place: UInt32) {
    let entry = values[value].local
    if entry == 0 {
      if values[value].blockAndPlaced == noIndex { usesOrderedValue = true }
      addCrossValue(value, start: values[value].blockAndPlaced >> 1, last: place)
    } else if entry <= UInt32(crossValues.count), crossValues[entry - 1].value == value {
      crossValues[entry - 1].last = max(crossValues[entry - 1].last, place)
    }
  }

  private mutating func addCrossValue(_ value: UInt32, start: UInt32, last: UInt32) {
    crossValues.append(CrossValue(value: value, start: start, last: last))
    values[value].local = UInt32(crossValues.count)
  }

  // MARK: Control flow

  private mutating func analyseTerminator(_ function: Function, _ block: Block, _ place: UInt32) {
    let instruction = function.instructions[block.end - 1]
    values[block.end - 1].blockAndPlaced = place << 1
    switch instruction.opcode {
    case .jump: addEdge(function, instruction.a, block, place)
    case .branch:
      count(instruction.a, block, place)
      addEdge(function, instruction.b, block, place)
      addEdge(function, instruction.c, block, place)
    case .switchBranch:
      count(instruction.a, block, place)
      for edge in function.list(instruction.b) {
        addEdge(function, edge, block, place)
        let target = placeOfBlock[function.lists[edge]]
        if target > place { blocks[target].isMerge = true }
      }
    default: countOperands(function, instruction, block, place)
    }
  }

  /// The edges of a block that is in order.
  private mutating func addEdges(_ function: Function, _ block: Block, _ place: UInt32) {
    let instruction = function.instructions[block.end - 1]
    if instruction.opcode == .jump {
      addEdge(function, instruction.a, block, place)
    } else if instruction.opcode == .branch {
      addEdge(function, instruction.b, block, place)
      addEdge(function, instruction.c, block, place)
    }
  }

  private mutating func addEdge(_ function: Function, _ edge: UInt32, _ block: Block, _ place: UInt32) {
    let target = placeOfBlock[function.lists[edge]]
    if target > place {
      blocks[target].forwardEdges += 1
      if blocks[target].dominator == noIndex {
        blocks[target].dominator = place
        blocks[target].firstPredecessor = place
      } else {
        blocks[target].isMerge = true
        blocks[target].dominator = commonDominator(blocks[target].dominator, place)
      }
    } else {
      blocks[target].isLoop = true
      blocks[target].loopEnd = place
    }
    if function.lists[edge + 1] != 0 { countList(function, edge + 1, block, place) }
  }

  /// Enters a block, whose forward edges are all known now, into the dominator tree.
  ///
  /// Each block knows its parent and one ancestor farther up, at distances as in a skew-binary number, so that
  /// common ancestors are found in logarithmic time however deep the tree is (Myers, "An applicative random-access
  /// stack", 1983).
  private mutating func linkDominator(_ place: UInt32) {
    let parent = blocks[place].dominator
    let ancestor = blocks[parent].ancestor
    let depth = blocks[parent].depth
    blocks[place].depth = depth + 1
    let farther = blocks[ancestor].ancestor
    let isSameStep = depth - blocks[ancestor].depth == blocks[ancestor].depth - blocks[farther].depth
    blocks[place].ancestor = isSameStep ? farther : parent
  }

  private func commonDominator(_ first: UInt32, _ second: UInt32) -> UInt32 {
    var a = first
    var b = second
    if blocks[a].depth < blocks[b].depth { swap(&a, &b) }
    while blocks[a].depth > blocks[b].depth {
      let ancestor = blocks[a].ancestor
      a = blocks[ancestor].depth >= blocks[b].depth ? ancestor : blocks[a].dominator
    }
    while a != b {
      if blocks[a].ancestor != blocks[b].ancestor {
        a = blocks[a].ancestor
        b = blocks[b].ancestor
      } else {
        a = blocks[a].dominator
        b = blocks[b].dominator
      }
    }
    return a
  }

  // MARK: Parameters that are assigned to variables

  /// A parameter whose only use is a variable's first assignment shares its local with the variable.
  private mutating func shareParameterLocals(_ function: Function) {
    guard !shareCandidates.isEmpty, !blocks[0].isLoop else { return }
    for index in 0..<shareCandidates.count {
      let assignment = function.instructions[shareCandidates[index]]
      let parameter = function.instructions[assignment.b]
      guard values[assignment.b].uses == 1,
        function.variables[assignment.a] == function.parameters[parameter.a]
      else { continue }
      variableLocals[assignment.a] = parameter.a
    }
  }
}
