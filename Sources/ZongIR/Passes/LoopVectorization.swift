// Does several rounds of a loop at once, in the lanes of vectors, where each round does the same with the elements behind
// those of the last one. In front of the loop stands a test; behind it the loop over vectors, which leaves at least one
// round; and then the loop as it was, which does the rest, or everything where the test says no:
//
//     header(first, total):                 the test: are there enough rounds, and do stores and loads keep apart?
//       branch %test, @entry(), @rest(%first, %total)
//     entry:                                what all rounds share is put into all lanes
//       jump @vectors(%first, %zeros)
//     vectors(i, totals):                   16 bytes of each element's place at once
//       branch %more, @vectors(%i2, %totals2), @join()
//     join:                                 the lanes of a total are put together
//       jump @rest(%i2, %total2)
//     rest(i, total):                       the loop as it was
//
// The results are the same to the last bit. Integer totals may be added in any order; float totals stay as they are. Of
// two accesses of which one stores, the order changes only where a later lane of the first comes before an earlier lane of
// the second; they touch the same bytes only if the second one's address is 1 to 15 bytes above the first one's. The
// distance is the same in all rounds: the test asks for it.

import ZongStores

/// Loop vectorization.
package struct LoopVectorization: ~Copyable {
  private var loop = VectorLoop()
  private var rebuilder = Rebuilder()
  /// By block.
  private var isChosen = Store<Bool>()
  /// The parameters' values when the loop is entered, and what they are given by the edge to be written.
  private var firsts: [UInt32] = []
  private var arguments: [UInt32] = []
  /// Old values and the vectors in front of the loop that have them in all lanes, and the totals' vectors.
  private var splats: [SplatValue] = []
  /// The vectors of 0, 1, 2 … times a step.
  private var ramps: [SplatValue] = []

  private struct SplatValue: BitwiseCopyable {
    var key: Int64
    var vector: UInt32
  }

  package init() {}

  /// At most this many distances are tested.
  private static let distanceLimit = 6
  /// Fewer rounds than these vectors hold are done by the loop as it was: a vector that is loaded right behind the stores
  /// of its elements waits for them. So are more rounds than memory has bytes.
  private static let leastVectors: Int64 = 8
  private static let roundLimit: UInt64 = 1 << 31

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    let before = counter.taken
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard leadsToItself(id, function) else { continue }
      if counter.taken == before { isChosen.refill(with: false, count: function.blocks.count) }
      if loop.find(id, function) && keepsApart(function) && counter.allows() { isChosen[id] = true }
    }
    guard counter.taken > before else { return false }
    rebuild(function)
    return true
  }

  private func leadsToItself(_ id: UInt32, _ function: Function) -> Bool {
    let branch = function.instructions[function.blocks[id].end - 1]
    return branch.opcode == .branch && (function.lists[branch.b] == id || function.lists[branch.c] == id)
  }

  // MARK: Stores and loads

  /// Calls `body` with each two accesses of which one stores, in their order.
  private func forEachPair(_ function: Function, _ body: (Instruction, Instruction) -> Void) {
    for second in 0..<loop.accesses.count {
      for first in 0..<second {
        let (x, y) = (function.instructions[loop.accesses[first]], function.instructions[loop.accesses[second]])
        if x.opcode == .store || y.opcode == .store { body(x, y) }
      }
    }
  }

  /// Whether accesses by one address are far enough apart, and few others have to be asked.
  private func keepsApart(_ function: Function) -> Bool {
    var isApart = true
    var asked = 0
    forEachPair(function) { x, y in
      if x.a != y.a {
        asked += 1
      } else if (1...15).contains(Int64(y.c) - Int64(x.c)) {
        isApart = false
      }
    }
    return isApart && asked <= LoopVectorization.distanceLimit
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      if isChosen[id] && loop.find(id, function) {
        writeVectors(function)
        guard rebuilder.open(id) else { continue }
      }
      for index in rebuilder.body(of: id) { rebuilder.copy(index) }
    }
    rebuilder.finish()
  }

  /// Writes everything in front of the loop as it was, whose head gets a new block. The test's block is open.
  private mutating func writeVectors(_ function: Function) {
    rebuilder.site = 0
    firsts.removeAll()
    for parameter in loop.parameters { firsts.append(rebuilder.values[parameter]) }
    copyNumbers(function)
    let test = emitTest(function)
    let (entry, vectors) = (rebuilder.target.blocks.add(Block()), rebuilder.target.blocks.add(Block()))
    let (join, rest) = (rebuilder.target.blocks.add(Block()), rebuilder.target.blocks.add(Block()))
    let enter = edge(entry, [])
    rebuilder.emit(Instruction(.branch, a: test, b: enter, c: edge(rest, firsts)))
    rebuilder.openNew(entry)
    let limit = writeEntry(vectors, function)
    rebuilder.openNew(vectors)
    writeBody(vectors, join, limit, function)
    rebuilder.openNew(join)
    writeJoin(rest, function)
    rebuilder.blocks[loop.id] = rest
  }

  private mutating func edge(_ block: UInt32, _ values: [UInt32]) -> UInt32 {
    let edge = rebuilder.target.lists.add(block)
    rebuilder.target.lists.append(UInt32(values.count))
    for value in values { rebuilder.target.lists.append(value) }
    return edge
  }

  /// Constants, counters and addresses, as they are in the first round.
  private mutating func copyNumbers(_ function: Function) {
    for index in loop.body where loop.role(index) == .leaf || loop.role(index) == .linear { rebuilder.copy(index) }
  }

  // MARK: The test

  private mutating func emitTest(_ function: Function) -> UInt32 {
    let counter = loop.counter
    let type = function.instructions[counter.parameter].type
    let (first, end) = (rebuilder.values[counter.parameter], rebuilder.values[counter.end])
    // How far the counter goes, less than a power of two if it goes there at all.
    let distance = rebuilder.emit(Instruction(.sub, type, a: end, b: first))
    let least = emitConstant(type, -LoopVectorization.leastVectors * stride(counter.step))
    let more = rebuilder.emit(Instruction(.add, type, a: distance, b: least))
    let most = rebuilder.emit(.constant(type, bits: LoopVectorization.roundLimit, position: 0))
    var test = rebuilder.emit(Instruction(.ltU, .i32, a: more, b: most))
    test = rebuilder.both(test, rebuilder.emit(Instruction(counter.comparison, .i32, a: first, b: end)))
    for place in 0..<loop.unsignedValues.count {
      test = rebuilder.both(test, emitFits(loop.unsignedValues[place], isSigned: false, function))
    }
    for place in 0..<loop.signedValues.count {
      test = rebuilder.both(test, emitFits(loop.signedValues[place], isSigned: true, function))
    }
    return emitDistances(test, function)
  }

  /// What the number is raised by in a round over vectors.
  private func stride(_ step: Int64) -> Int64 { step * Int64(loop.lane.count) }

  private mutating func emitConstant(_ type: Type, _ value: Int64) -> UInt32 {
    rebuilder.emit(.constant(type, bits: UInt64(bitPattern: value), position: 0))
  }

  /// Whether the lane, extended, is the number.
  private mutating func emitFits(_ value: UInt32, isSigned: Bool, _ function: Function) -> UInt32 {
    let type = function.instructions[value].type
    let half = emitConstant(type, 1 << Int64(loop.lane.bits - 1))
    let all = emitConstant(type, 1 << Int64(loop.lane.bits))
    var number = rebuilder.values[value]
    if isSigned { number = rebuilder.emit(Instruction(.add, type, a: number, b: half)) }
    return rebuilder.emit(Instruction(.ltU, .i32, a: number, b: all))
  }

  /// Whether also no two accesses, one of them a store, are 1 to 15 bytes apart.
  private mutating func emitDistances(_ test: UInt32, _ function: Function) -> UInt32 {
    var test = test
    for second in 0..<loop.accesses.count {
      for first in 0..<second {
        let (x, y) = (function.instructions[loop.accesses[first]], function.instructions[loop.accesses[second]])
        guard x.opcode == .store || y.opcode == .store, x.a != y.a else { continue }
        let distance = rebuilder.emit(Instruction(.sub, .i32, a: rebuilder.values[y.a], b: rebuilder.values[x.a]))
        let offset = emitConstant(.i32, Int64(y.c) - Int64(x.c) - 1)
        let above = rebuilder.emit(Instruction(.add, .i32, a: distance, b: offset))
        let most = emitConstant(.i32, 15)
        test = rebuilder.both(test, rebuilder.emit(Instruction(.geU, .i32, a: above, b: most)))
      }
    }
    return test
  }

  // MARK: In front of the loop over vectors

  /// What all rounds share, and the jump; the counter's value up to which the loop goes on.
  private mutating func writeEntry(_ vectors: UInt32, _ function: Function) -> UInt32 {
    let type = function.instructions[loop.counter.parameter].type
    let stride = emitConstant(type, stride(loop.counter.step))
    let limit = rebuilder.emit(Instruction(.sub, type, a: rebuilder.values[loop.counter.end], b: stride))
    splats.removeAll()
    ramps.removeAll()
    for index in loop.body { prepareOperands(of: index, function) }
    for place in 0..<loop.totals.count { prepare(loop.totals[place].item, function) }
    arguments.removeAll()
    for (place, parameter) in loop.parameters.enumerated() {
      guard let total = loop.total(of: parameter) else {
        arguments.append(firsts[place])
        continue
      }
      let lane = lane(of: total, function)
      let zero = emitConstant(lane.scalar, total.opcode == .and ? -1 : 0)
      arguments.append(emitVector(lane.splat, zero))
    }
    rebuilder.emit(Instruction(.jump, a: edge(vectors, arguments)))
    return limit
  }

  /// Makes the vectors that the instruction uses.
  private mutating func prepareOperands(of index: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    switch loop.role(index) {
    case .none where instruction.opcode == .store: prepare(instruction.b, function)
    case .lanes where instruction.opcode != .load, .mask:
      let shape = instruction.opcode.shape
      prepare(instruction.a, function)
      if shape.contains(.b) { prepare(instruction.b, function) }
      if shape.contains(.c) { prepare(instruction.c, function) }
    default: break
    }
  }

  /// Makes the vector of a value that has the same number in all lanes, or numbers that go up.
  private mutating func prepare(_ value: UInt32, _ function: Function) {
    guard loop.lane.fits(function.instructions[value].type) else { return }
    let known = loop.value(value)
    if known.role == .linear && loop.lane.width >= 4 && !loop.lane.isFloat {
      if find(known.step, in: ramps) == 0 { ramps.append(SplatValue(key: known.step, vector: emitRamp(known.step))) }
    } else if known.role == .leaf && find(Int64(value), in: splats) == 0 {
      splats.append(SplatValue(key: Int64(value), vector: emitSplat(value, function)))
    }
  }

  /// The vector made for the key, or 0.
  private func find(_ key: Int64, in known: [SplatValue]) -> UInt32 {
    known.first { $0.key == key }?.vector ?? 0
  }

  /// The number's new value in all lanes.
  private mutating func emitSplat(_ value: UInt32, _ function: Function) -> UInt32 {
    var number = rebuilder.values[value]
    if function.instructions[value].type == .i64 && loop.lane.scalar == .i32 {
      number = rebuilder.emit(Instruction(.wrap, .i32, a: number))
    }
    return emitVector(loop.lane.splat, number)
  }

  private mutating func emitRamp(_ step: Int64) -> UInt32 {
    let lane = loop.lane
    var ramp = emitVector(lane.splat, emitConstant(lane.scalar, 0))
    let replace: VectorOperation = lane == .i32 ? .i32x4ReplaceLane : .i64x2ReplaceLane
    for place in 1..<lane.count {
      let number = emitConstant(lane.scalar, step &* Int64(place))
      let code = UInt32(replace.rawValue) | place << 8
      ramp = rebuilder.emit(Instruction(.vectorBinary, .v128, a: ramp, b: number, c: code))
    }
    return ramp
  }

  // MARK: The loop over vectors

  private mutating func writeBody(_ vectors: UInt32, _ join: UInt32, _ limit: UInt32, _ function: Function) {
    for parameter in loop.parameters {
      let isTotal = loop.total(of: parameter) != nil
      rebuilder.addParameter(isTotal ? .v128 : function.instructions[parameter].type, for: parameter)
    }
    for index in loop.body { writeInstruction(index, function) }
    arguments.removeAll()
    var next: UInt32 = 0
    for parameter in loop.parameters {
      if let total = loop.total(of: parameter) {
        arguments.append(rebuilder.values[total.next])
        continue
      }
      let stride = emitConstant(function.instructions[parameter].type, stride(loop.value(parameter).step))
      let type = function.instructions[parameter].type
      let sum = rebuilder.emit(Instruction(.add, type, a: rebuilder.values[parameter], b: stride))
      arguments.append(sum)
      if parameter == loop.counter.parameter { next = sum }
    }
    let test = rebuilder.emit(Instruction(loop.counter.comparison, .i32, a: next, b: limit))
    let back = edge(vectors, arguments)
    rebuilder.emit(Instruction(.branch, a: test, b: back, c: edge(join, [])))
  }

  private mutating func writeInstruction(_ index: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    switch loop.role(index) {
    case .leaf: return
    case .linear: return rebuilder.copy(index)
    case .none where instruction.opcode != .store: return
    default: break
    }
    // Sets the site, too.
    let mapped = rebuilder.mapped(index)
    switch instruction.opcode {
    case .load: rebuilder.values[index] = rebuilder.emit(vectorAccess(mapped, .v128))
    case .store:
      var access = vectorAccess(mapped, .none)
      access.b = data(instruction.b, function)
      rebuilder.emit(access)
    default:
      if let total = loop.total(of: index) {
        rebuilder.values[index] = emitTotal(total, function)
      } else {
        rebuilder.values[index] = emitLanes(instruction, isMask: loop.role(index) == .mask, function)
      }
    }
  }

  /// The same access of 16 bytes.
  private func vectorAccess(_ access: Instruction, _ type: Type) -> Instruction {
    var access = access
    access.type = type
    access.access = .full
    access.effects.formIntersection(.ofHeader)
    return access
  }

  /// The value as a vector of numbers.
  private mutating func data(_ value: UInt32, _ function: Function) -> UInt32 {
    let known = loop.value(value)
    switch known.role {
    case .lanes: return rebuilder.values[value]
    case .mask:
      let ones = emitVector(loop.lane.splat, emitConstant(loop.lane.scalar, 1))
      return emitVector(.and, rebuilder.values[value], ones)
    case .linear:
      let first = emitSplat(value, function)
      return emitVector(loop.lane.operation(.add), first, find(known.step, in: ramps))
    default: return find(Int64(value), in: splats)
    }
  }

  /// The value as a vector of Booleans: all bits of a lane.
  private mutating func mask(_ value: UInt32, _ function: Function) -> UInt32 {
    let vector = rebuilder.values[value]
    guard loop.role(value) != .mask else { return vector }
    return emitVector(loop.lane.operation(.ne), vector, emitVector(loop.lane.splat, emitConstant(loop.lane.scalar, 0)))
  }

  private mutating func emitLanes(_ instruction: Instruction, isMask: Bool, _ function: Function) -> UInt32 {
    switch instruction.opcode {
    case .select:
      let (first, second) = (data(instruction.b, function), data(instruction.c, function))
      let condition = mask(instruction.a, function)
      return rebuilder.emit(Instruction(.vectorSelect, .v128, a: first, b: second, c: condition))
    case .eqz: return emitVector(.not, mask(instruction.a, function))
    case .wrap, .extendS, .extendU, .extend8S, .extend16S, .extend32S: return data(instruction.a, function)
    case .shl, .shrS, .shrU:
      let amount = Int64(loop.shift(instruction, function) ?? 0)
      let number = emitConstant(.i32, amount)
      return emitVector(loop.shiftOperation(instruction, function), data(instruction.a, function), number)
    case _ where instruction.opcode.isComparison:
      let (a, b) = (data(instruction.a, function), data(instruction.b, function))
      return emitVector(loop.comparison(instruction, function), a, b)
    default:
      let operation = loop.lane.operation(instruction.opcode)
      if isMask { return emitVector(operation, rebuilder.values[instruction.a], rebuilder.values[instruction.b]) }
      let a = data(instruction.a, function)
      return emitVector(operation, a, instruction.opcode.shape.contains(.b) ? data(instruction.b, function) : 0)
    }
  }

  /// The operation is there: what has none in these lanes isn't found.
  private mutating func emitVector(_ operation: VectorOperation?, _ a: UInt32, _ b: UInt32 = 0) -> UInt32 {
    guard let operation else { preconditionFailure("no operation of these lanes") }
    let opcode: Opcode = operation.isUnary ? .vectorUnary : .vectorBinary
    return rebuilder.emit(Instruction(opcode, operation.result, a: a, b: b, c: UInt32(operation.rawValue)))
  }

  // MARK: Totals

  /// The lane of a total's vector.
  private func lane(of total: VectorTotal, _ function: Function) -> VectorLane {
    let type = function.instructions[total.parameter].type
    if loop.lane.isWhole(type) { return loop.lane }
    return type == .i64 ? .i64 : .i32
  }

  /// The total's next vector.
  private mutating func emitTotal(_ total: VectorTotal, _ function: Function) -> UInt32 {
    var item = data(total.item, function)
    if total.condition != 0 {
      item = emitVector(total.isOpposite ? .andNot : .and, item, mask(total.condition, function))
    }
    let lane = lane(of: total, function)
    item = emitWider(item, lane, isSigned: total.isSigned)
    let opcode = total.opcode == .sub ? .add : total.opcode
    return emitVector(lane.operation(opcode), rebuilder.values[total.parameter], item)
  }

  /// The lanes' sums in the total's wider lanes.
  private mutating func emitWider(_ item: UInt32, _ lane: VectorLane, isSigned: Bool) -> UInt32 {
    guard lane != loop.lane else { return item }
    var item = item
    if loop.lane == .i8 { item = emitVector(isSigned ? .i16x8AddPairsS : .i16x8AddPairsU, item) }
    if loop.lane.width <= 2 { item = emitVector(isSigned ? .i32x4AddPairsS : .i32x4AddPairsU, item) }
    guard lane == .i64 else { return item }
    let low = emitVector(isSigned ? .i64x2ExtendLowS : .i64x2ExtendLowU, item)
    return emitVector(.i64x2Add, low, emitVector(isSigned ? .i64x2ExtendHighS : .i64x2ExtendHighU, item))
  }

  /// Puts the totals together, and goes on with the loop as it was.
  private mutating func writeJoin(_ rest: UInt32, _ function: Function) {
    rebuilder.site = 0
    for (place, parameter) in loop.parameters.enumerated() {
      guard let total = loop.total(of: parameter) else { continue }
      arguments[place] = emitWhole(total, first: firsts[place], vector: arguments[place], function)
    }
    rebuilder.emit(Instruction(.jump, a: edge(rest, arguments)))
  }

  /// What the total was, and what its lanes hold.
  private mutating func emitWhole(_ total: VectorTotal, first: UInt32, vector: UInt32, _ function: Function) -> UInt32 {
    let lane = lane(of: total, function)
    let extract: VectorOperation = lane == .i32 ? .i32x4ExtractLane : .i64x2ExtractLane
    var whole = first
    for place in 0..<lane.count {
      let code = UInt32(extract.rawValue) | place << 8
      let item = rebuilder.emit(Instruction(.vectorUnary, lane.scalar, a: vector, c: code))
      whole = rebuilder.emit(Instruction(total.opcode, lane.scalar, a: whole, b: item))
    }
    return whole
  }
}
