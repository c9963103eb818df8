// What branches and checks tell of values: after `check i <u n`, and where only the true edge of `branch i <s n` leads,
// the comparison holds. Facts are kept by value, each with the place from which on it holds: everywhere that the place
// dominates.

import ZongStores

/// A place in a function, and for the end of an edge the branch that was taken.
struct Point: BitwiseCopyable {
  var block: UInt32
  /// Facts from instructions before this one hold.
  var position: UInt32
  /// The condition of the branch whose edge is meant, or 0.
  var condition: UInt32 = 0
  var isTrue = false

  /// The same place where a condition beside it holds, if none is known yet: an arm of a `select`.
  func `where`(_ condition: UInt32, _ isTrue: Bool) -> Point {
    guard self.condition == 0 else { return self }
    return Point(block: block, position: position, condition: condition, isTrue: isTrue)
  }
}

/// `left ≤ right + bound`, in whole numbers. Value 0 stands for the number 0.
struct Relation: BitwiseCopyable {
  var left: UInt32
  var right: UInt32
  var bound: Int64
  /// It holds of the values without sign: then it needs `right` to be non-negative, and says that `left` is too.
  var isUnsigned = false
  /// It holds where `left ≤ right`, because the two differ.
  var isOfDistinct = false
}

/// A fact and from where on it holds.
struct Fact: BitwiseCopyable {
  var relation: Relation
  var block: UInt32
  var position: UInt32
  var nextOfLeft: UInt32
  var nextOfRight: UInt32
}

/// A condition that is known from some place on.
struct Truth: BitwiseCopyable {
  var isTrue: Bool
  var block: UInt32
  var position: UInt32
  var next: UInt32
}

/// All facts of a function.
struct Facts: ~Copyable {
  private(set) var facts = Store<Fact>()
  private(set) var truths = Store<Truth>()
  /// By value, the newest fact with it on the left, on the right, and the newest truth of it.
  private(set) var leftHeads = Store<UInt32>()
  private(set) var rightHeads = Store<UInt32>()
  private(set) var truthHeads = Store<UInt32>()
  static let none = UInt32.max

  init() {}

  mutating func collect(_ function: Function, _ flow: borrowing ControlFlow) {
    facts.removeAll()
    truths.removeAll()
    let count = function.instructions.count
    leftHeads.refill(with: Facts.none, count: count)
    rightHeads.refill(with: Facts.none, count: count)
    truthHeads.refill(with: Facts.none, count: count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      noteBranch(into: id, function, flow)
      let block = function.blocks[id]
      for index in block.start..<block.end where function.instructions[index].opcode == .check {
        add(function.instructions[index].a, true, id, index + 1, function)
      }
    }
  }

  /// What the only edge into the block tells.
  private mutating func noteBranch(into id: UInt32, _ function: Function, _ flow: borrowing ControlFlow) {
    let predecessors = flow.predecessors(of: id)
    guard predecessors.count == 1 else { return }
    let branch = function[function.terminator(of: BlockId(predecessors[0]))]
    guard branch.opcode == .branch else { return }
    let isTrue = flow.incomingEdges(of: id)[0] == branch.b
    add(branch.a, isTrue, id, function.blocks[id].start, function)
  }

  private mutating func add(
    _ condition: UInt32, _ isTrue: Bool, _ block: UInt32, _ position: UInt32, _ function: Function
  ) {
    let truth = Truth(isTrue: isTrue, block: block, position: position, next: truthHeads[condition])
    truthHeads[condition] = truths.add(truth)
    let relations = Relations(condition, isTrue, function)
    for index in 0..<relations.count {
      let relation = relations[index]
      facts.append(
        Fact(
          relation: relation, block: block, position: position, nextOfLeft: leftHeads[relation.left],
          nextOfRight: rightHeads[relation.right]))
      leftHeads[relation.left] = UInt32(facts.count - 1)
      rightHeads[relation.right] = UInt32(facts.count - 1)
    }
  }
}

/// What a comparison that is true, or false, says: at most a handful of relations.
struct Relations: BitwiseCopyable {
  private(set) var count = 0
  private var first = Relation(left: 0, right: 0, bound: 0)
  private var second = Relation(left: 0, right: 0, bound: 0)
  private var third = Relation(left: 0, right: 0, bound: 0)
  private var fourth = Relation(left: 0, right: 0, bound: 0)

  subscript(index: Int) -> Relation {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    default: fourth
    }
  }

  private mutating func add(
    _ left: UInt32, _ right: UInt32, _ bound: Int64, isUnsigned: Bool = false, isOfDistinct: Bool = false
  ) {
    let relation = Relation(
      left: left, right: right, bound: bound, isUnsigned: isUnsigned, isOfDistinct: isOfDistinct)
    switch count {
    case 0: first = relation
    case 1: second = relation
    case 2: third = relation
    case 3: fourth = relation
    default: return
    }
    count += 1
  }

  init(_ condition: UInt32, _ isTrue: Bool, _ function: borrowing Function) {
    let instruction = function.instructions[condition]
    if instruction.opcode == .and && isTrue {
      // Only where both are conditions: then each of them is 1.
      guard function.isBoolean(instruction.a) && function.isBoolean(instruction.b) else { return }
      compare(function.instructions[instruction.a], true, function)
      compare(function.instructions[instruction.b], true, function)
      return
    }
    compare(instruction, isTrue, function)
  }

  private mutating func compare(_ instruction: Instruction, _ isTrue: Bool, _ function: borrowing Function) {
    let (a, b) = (instruction.a, instruction.b)
    guard instruction.opcode.isComparison, function.instructions[a].type.isInteger else { return }
    if instruction.opcode == .eqz {
      if isTrue {
        add(a, 0, 0)
        add(0, a, 0)
      } else {
        add(a, 0, -1, isOfDistinct: true)
        add(0, a, -1, isOfDistinct: true)
      }
      return
    }
    guard let opcode = isTrue ? instruction.opcode : instruction.opcode.negated else { return }
    switch opcode {
    case .eq:
      add(a, b, 0)
      add(b, a, 0)
    case .ne:
      add(a, b, -1, isOfDistinct: true)
      add(b, a, -1, isOfDistinct: true)
    case .ltS: add(a, b, -1)
    case .leS: add(a, b, 0)
    case .gtS: add(b, a, -1)
    case .geS: add(b, a, 0)
    case .ltU: add(a, b, -1, isUnsigned: true)
    case .leU: add(a, b, 0, isUnsigned: true)
    case .gtU: add(b, a, -1, isUnsigned: true)
    case .geU: add(b, a, 0, isUnsigned: true)
    default: break
    }
  }
}
