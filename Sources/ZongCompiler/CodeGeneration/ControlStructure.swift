// The second step: from the dominator tree to WebAssembly's structured control flow (Ramsey, "Beyond Relooper",
// ICFP 2022).
//
// A block's region is what it dominates: a `loop` around it if it heads one; in it the block itself, its arms
// (the successors that are reached by no other edge) as nested regions, and behind that its merge blocks one after
// the other, each behind the end of a `block` that a `br` may leave to get there. What comes after a loop in the
// order stands behind the `loop`'s end like a merge block of its head, so that loops one after the other don't nest.
//
// This step finds out, from above, where control gets to when a region ends without a branch, and then, from below,
// which edges need a `br`: so a `block` that nobody leaves isn't emitted, and an arm that never ends needs no `else`.

import ZongIR
import ZongStores

/// From this depth on an `if` with two arms that both go on is written flat, with a branch behind the first arm.
private let deepestIfElse: UInt32 = 64

extension CodeGenerator {
  mutating func structure(_ function: Function) {
    assignRegions()
    linkMerges()
    for place in 0..<UInt32(blocks.count) where blocks[place].isReached { assignFalls(function, place) }
    for place in stride(from: Int(blocks.count) - 1, through: 0, by: -1) where blocks[UInt32(place)].isReached {
      chooseForm(function, UInt32(place))
    }
    allocateCrossValues(function)
  }

  /// Finds each block's region: that of its dominator, or of the outermost loop that ends between the two.
  private mutating func assignRegions() {
    for index in 1..<max(blocks.count, 1) where blocks[index].isReached {
      let place = UInt32(index)
      var parent = blocks[place].dominator
      var head = blocks[parent].isLoop ? parent : blocks[parent].head
      while head != noIndex, blocks[head].loopEnd < place {
        parent = head
        blocks[place].isMerge = true
        head = blocks[head].head
      }
      blocks[place].head = head
      blocks[place].parent = parent
    }
  }

  private mutating func linkMerges() {
    for index in stride(from: blocks.count - 1, to: 0, by: -1) where blocks[index].isReached && blocks[index].isMerge {
      let place = UInt32(index)
      let parent = blocks[place].parent
      blocks[place].nextMerge = blocks[parent].firstMerge
      if blocks[parent].firstMerge == noIndex { blocks[parent].lastMerge = place }
      blocks[parent].firstMerge = place
    }
  }

  /// Where control gets to from the end of `place`'s own code.
  @inline(__always)
  func fall(after place: UInt32) -> UInt32 {
    let merge = blocks[place].firstMerge
    return merge != noIndex ? merge : blocks[place].fall
  }

  /// The block's place if an edge from `place` to it is written as its region, in the arm itself.
  @inline(__always)
  func isInline(_ target: UInt32, from place: UInt32) -> Bool { target > place && !blocks[target].isMerge }

  @inline(__always)
  func target(_ function: Function, _ edge: UInt32) -> UInt32 { placeOfBlock[function.lists[edge]] }

  private mutating func assignFalls(_ function: Function, _ place: UInt32) {
    let nesting = blocks[place].nesting
    var merge = blocks[place].firstMerge
    while merge != noIndex {
      let next = blocks[merge].nextMerge
      blocks[merge].fall = next != noIndex ? next : blocks[place].fall
      blocks[merge].nesting = nesting
      merge = next
    }
    let after = fall(after: place)
    let instruction = terminator(function, place)
    switch instruction.opcode {
    case .jump: enterArm(target(function, instruction.a), place, fall: after, nesting: nesting)
    case .branch:
      let first = target(function, instruction.b)
      let second = target(function, instruction.c)
      let isFlat = nesting >= deepestIfElse && isInline(first, from: place) && isInline(second, from: place)
      enterArm(first, place, fall: isFlat ? noIndex : after, nesting: nesting + 1)
      enterArm(second, place, fall: after, nesting: nesting + 1)
    default: break
    }
  }

  private mutating func enterArm(_ target: UInt32, _ place: UInt32, fall: UInt32, nesting: UInt32) {
    guard isInline(target, from: place) else { return }
    blocks[target].fall = fall
    blocks[target].nesting = nesting
  }

  func terminator(_ function: Function, _ place: UInt32) -> Instruction {
    let block = function.blocks[function.order[place].index]
    return block.end > block.start ? function.instructions[block.end - 1] : Instruction(.unreachable)
  }

  private mutating func chooseForm(_ function: Function, _ place: UInt32) {
    let instruction = terminator(function, place)
    let after = fall(after: place)
    var codeFalls = false
    switch instruction.opcode {
    case .jump:
      let target = target(function, instruction.a)
      codeFalls = armFalls(target, place, after)
      noteBranch(target, place, after)
    case .branch: codeFalls = chooseBranchForm(function, instruction, place, after)
    case .switchBranch:
      for edge in function.list(instruction.b) {
        let target = target(function, edge)
        if target > place { blocks[target].branches += 1 }
      }
    default: break
    }
    let last = blocks[place].lastMerge
    blocks[place].regionFalls = last != noIndex ? blocks[last].regionFalls : codeFalls
  }

  /// Whether control comes out at the end of an arm.
  private func armFalls(_ target: UInt32, _ place: UInt32, _ after: UInt32) -> Bool {
    isInline(target, from: place) ? blocks[target].regionFalls : target == after && target > place
  }

  /// Counts the `br` of an edge that is neither inline nor a fall.
  private mutating func noteBranch(_ target: UInt32, _ place: UInt32, _ after: UInt32) {
    if target > place, blocks[target].isMerge, target != after { blocks[target].branches += 1 }
  }

  private mutating func chooseBranchForm(
    _ function: Function, _ instruction: Instruction, _ place: UInt32, _ after: UInt32
  ) -> Bool {
    let first = target(function, instruction.b)
    let second = target(function, instruction.c)
    let firstMoves = function.lists[instruction.b + 1] != 0
    let secondMoves = function.lists[instruction.c + 1] != 0
    let firstFalls = armFalls(first, place, after)
    let secondFalls = armFalls(second, place, after)
    let firstIsBranch = !isInline(first, from: place) && !firstFalls
    let secondIsBranch = !isInline(second, from: place) && !secondFalls
    let firstIsEmpty = !isInline(first, from: place) && firstFalls && !firstMoves
    let secondIsEmpty = !isInline(second, from: place) && secondFalls && !secondMoves
    noteBranch(first, place, after)
    noteBranch(second, place, after)
    blocks[place].form =
      if firstIsBranch && !firstMoves {
        .branchIf
      } else if secondIsBranch && !secondMoves {
        .branchUnless
      } else if firstIsBranch && first <= place {
        .firstInLoop
      } else if secondIsBranch && second <= place {
        .secondInLoop
      } else if secondIsEmpty || !firstFalls {
        isLeft(for: second, not: first, at: place) ? .firstInLoop : .ifThen
      } else if firstIsEmpty || !secondFalls {
        isLeft(for: first, not: second, at: place) ? .secondInLoop : .unlessThen
      } else {
        .ifElse
      }
    return firstFalls || secondFalls
  }

  /// Whether the innermost loop around the block goes on in the one target and is left for the other.
  private func isLeft(for outside: UInt32, not inside: UInt32, at place: UInt32) -> Bool {
    let head = blocks[place].isLoop ? place : blocks[place].head
    return head != noIndex && outside > blocks[head].loopEnd && inside <= blocks[head].loopEnd
  }

  // MARK: Locals of values that live in several blocks

  /// Gives each value of `crossValues` a local for its interval of the order: linear scan (Poletto and Sarkar,
  /// 1999) over whole blocks.
  private mutating func allocateCrossValues(_ function: Function) {
    freeLocals.removeAll()
    freeLocals.append(repeating: noIndex, count: Type.allCases.count)
    if !crossValues.isEmpty {
      linkLoops()
      for index in stride(from: crossValues.count - 1, through: 0, by: -1) { enterInterval(function, UInt32(index)) }
      for place in 0..<UInt32(blocks.count) { scanBlock(function, place) }
    }
    // The temporaries inside blocks are others.
    for index in 0..<freeLocals.count { freeLocals[index] = noIndex }
    firstTemporary = UInt32(locals.count)
  }

  /// Finds the innermost loop around every block, a loop being the interval from its head to its last edge back.
  /// Intervals that overlap are made to nest.
  private mutating func linkLoops() {
    for index in stride(from: blocks.count - 1, through: 0, by: -1) where blocks[index].isLoop {
      var end = blocks[index].loopEnd
      var next = UInt32(index) + 1
      while next <= end, next < UInt32(blocks.count) {
        if blocks[next].isLoop {
          end = max(end, blocks[next].loopEnd)
          next = blocks[next].loopEnd + 1
        } else {
          next += 1
        }
      }
      blocks[index].loopEnd = end
    }
    var current = noIndex
    for place in 0..<UInt32(blocks.count) {
      while current != noIndex, blocks[current].loopEnd < place { current = blocks[current].loop }
      blocks[place].loop = current
      if blocks[place].isLoop { current = place }
    }
  }

  private mutating func enterInterval(_ function: Function, _ index: UInt32) {
    var entry = crossValues[index]
    // What was made before a loop and is used in it lives until the loop's end.
    var loop = blocks[entry.last].isLoop ? entry.last : blocks[entry.last].loop
    let born = values[entry.value].blockAndPlaced >> 1
    while loop != noIndex, loop > born {
      entry.last = max(entry.last, blocks[loop].loopEnd)
      loop = blocks[loop].loop
    }
    entry.nextBorn = blocks[entry.start].firstBorn
    blocks[entry.start].firstBorn = index
    entry.nextDying = blocks[entry.last].firstDying
    blocks[entry.last].firstDying = index
    crossValues[index] = entry
  }

  private mutating func scanBlock(_ function: Function, _ place: UInt32) {
    var index = blocks[place].firstBorn
    while index != noIndex {
      let value = crossValues[index].value
      let instruction = function.instructions[value]
      let isMadeAnew =
        tables.placement(instruction.opcode) == .free && instruction.opcode != .blockParameter
        && instruction.opcode != .result
      values[value].local = isMadeAnew ? 0 : allocateLocal(instruction.type) + 1
      index = crossValues[index].nextBorn
    }
    index = blocks[place].firstDying
    while index != noIndex {
      let local = values[crossValues[index].value].local
      if local != 0 { releaseLocal(local - 1) }
      index = crossValues[index].nextDying
    }
  }

  /// A local of `type` that holds nothing else now.
  mutating func allocateLocal(_ type: Type) -> UInt32 {
    let head = freeLocals[Int(type.number)]
    if head != noIndex {
      freeLocals[Int(type.number)] = locals[head].nextFree
      return head
    }
    return locals.add(LocalState(type: type))
  }

  mutating func releaseLocal(_ local: UInt32) {
    let type = Int(locals[local].type.number)
    locals[local].nextFree = freeLocals[type]
    freeLocals[type] = local
  }
}
