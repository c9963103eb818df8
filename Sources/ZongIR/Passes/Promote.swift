// Turns variables into values: SSA construction with dominance frontiers (Cytron et al. 1991), semi-pruned (Briggs et
// al. 1998: only variables that some block reads before it writes get block parameters). A variable that is read
// before it is ever written is zero, as a WebAssembly local is.

import ZongStores

/// SSA construction.
package struct Promote: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  private var isPromoted = Store<Bool>()
  /// Whether some block reads the variable before it writes it.
  private var isGlobal = Store<Bool>()
  /// The blocks that write each variable, and the frontier of each block, as linked lists.
  private var writers = LinkedLists()
  private var frontiers = LinkedLists()
  /// The block parameters to be added: of each block, the variables in the order of their parameters.
  private var added = LinkedLists()
  private var parameterVariables = Store<UInt32>()
  private var stamps = Store<UInt32>()
  private var work = Store<UInt32>()
  /// While renaming: each variable's value, and what to restore when a subtree is left.
  private var currentValues = Store<UInt32>()
  private var undo = Store<Undo>()
  private var scopes = Store<Scope>()
  /// For a read of a variable, the value that stands for it.
  private var replacements = Store<UInt32>()
  private var usesZero = Store<Bool>()

  struct Undo: BitwiseCopyable {
    var variable: UInt32
    var value: UInt32
  }
  struct Scope: BitwiseCopyable {
    var end: UInt32
    var undoCount: Int
  }

  package init() {}

  /// Promotes the variables; whether there were any to promote.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard chooseVariables(function, &counter) else { return false }
    flow.compute(function)
    findWriters(function)
    placeParameters(function)
    rename(function)
    rebuild(function)
    return true
  }

  private mutating func chooseVariables(_ function: Function, _ counter: inout PassCounter) -> Bool {
    isPromoted.removeAll()
    var isAny = false
    for _ in 0..<function.variables.count {
      let isAllowed = counter.allows()
      isPromoted.append(isAllowed)
      isAny = isAny || isAllowed
    }
    return isAny
  }

  // MARK: Block parameters

  private mutating func findWriters(_ function: Function) {
    let count = function.variables.count
    isGlobal.refill(with: false, count: count)
    stamps.refill(with: 0, count: count)
    writers.refill(heads: count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        if instruction.opcode == .variableGet {
          if stamps[instruction.a] != UInt32(place + 1) { isGlobal[instruction.a] = true }
        } else if instruction.opcode == .variableSet, stamps[instruction.a] != UInt32(place + 1) {
          stamps[instruction.a] = UInt32(place + 1)
          writers.add(id, to: instruction.a)
        }
      }
    }
  }

  /// The blocks where a definition in `block` meets another: from each join's predecessors up to its dominator.
  private mutating func findFrontiers(_ function: Function) {
    frontiers.refill(heads: function.blocks.count)
    for place in 0..<function.order.count {
      let join = function.order[place].index
      let predecessors = flow.predecessors(of: join)
      if predecessors.count < 2 { continue }
      for predecessor in predecessors {
        var at = predecessor
        // Where the join is in the list already, it is further up too.
        while at != flow.dominators[join] && frontiers.last(of: at) != join {
          frontiers.add(join, to: at)
          if at == BlockId.entry.index { break }
          at = flow.dominators[at]
        }
      }
    }
  }

  private mutating func placeParameters(_ function: Function) {
    added.refill(heads: function.blocks.count)
    parameterVariables.removeAll()
    findFrontiers(function)
    stamps.refill(with: 0, count: function.blocks.count)
    // Very deep nests would need a parameter for each variable in each loop: what is left then stays a variable.
    let limit = 4 * function.instructions.count + 4096
    for variable in 0..<UInt32(function.variables.count) where isPromoted[variable] && isGlobal[variable] {
      if parameterVariables.count > limit {
        isPromoted[variable] = false
        continue
      }
      work.removeAll()
      writers.forEach(of: variable) { work.append($0) }
      while !work.isEmpty {
        let block = work[work.count - 1]
        work.removeLast()
        frontiers.forEach(of: block) { join in
          if stamps[join] == variable + 1 { return }
          stamps[join] = variable + 1
          added.add(UInt32(parameterVariables.count), to: join)
          parameterVariables.append(variable)
          work.append(join)
        }
      }
    }
  }

  // MARK: Renaming

  private static let zeroIds = Type.allCases.count

  /// The id that stands for the added parameter `index` until the function is rebuilt.
  private func parameterId(_ index: UInt32, _ function: Function) -> UInt32 {
    UInt32(function.instructions.count + Promote.zeroIds) + index
  }

  private mutating func rename(_ function: Function) {
    let ids = function.instructions.count + Promote.zeroIds + parameterVariables.count
    replacements.refill(with: 0, count: ids)
    currentValues.refill(with: 0, count: function.variables.count)
    usesZero.refill(with: false, count: Promote.zeroIds)
    undo.removeAll()
    scopes.removeAll()
    for number in 0..<UInt32(flow.blocksInPreorder.count) {
      leaveScopes(before: number)
      let block = flow.blocksInPreorder[number]
      scopes.append(Scope(end: number + flow.subtreeSize(of: block), undoCount: undo.count))
      var node = added.first(of: block)
      while node != LinkedLists.none {
        let index = added.item(node)
        assign(parameterVariables[index], parameterId(index, function))
        node = added.next(node, of: block)
      }
      renameBlock(block, function)
    }
  }

  private mutating func leaveScopes(before number: UInt32) {
    while !scopes.isEmpty && scopes[scopes.count - 1].end <= number {
      let mark = scopes[scopes.count - 1].undoCount
      while undo.count > mark {
        let last = undo[undo.count - 1]
        currentValues[last.variable] = last.value
        undo.removeLast()
      }
      scopes.removeLast()
    }
  }

  private mutating func assign(_ variable: UInt32, _ value: UInt32) {
    undo.append(Undo(variable: variable, value: currentValues[variable]))
    currentValues[variable] = value
  }

  private mutating func currentValue(_ variable: UInt32, _ function: Function) -> UInt32 {
    let value = currentValues[variable]
    if value != 0 { return value }
    let type = function.variables[variable]
    usesZero[Int(type.rawValue)] = true
    return UInt32(function.instructions.count) + UInt32(type.rawValue)
  }

  private mutating func renameBlock(_ id: UInt32, _ function: Function) {
    let block = function.blocks[id]
    for index in block.start..<block.end {
      let instruction = function.instructions[index]
      switch instruction.opcode {
      case .variableGet where isPromoted[instruction.a]:
        replacements[index] = currentValue(instruction.a, function)
      case .variableSet where isPromoted[instruction.a]:
        let value = instruction.b
        assign(instruction.a, replacements[value] != 0 ? replacements[value] : value)
        function.instructions[index].opcode = .nop
      case .jump: function.instructions[index].a = extend(instruction.a, function)
      case .branch:
        function.instructions[index].b = extend(instruction.b, function)
        function.instructions[index].c = extend(instruction.c, function)
      case .switchBranch: function.instructions[index].b = extendAll(instruction.b, function)
      default: break
      }
    }
  }

  private mutating func extendAll(_ list: UInt32, _ function: Function) -> UInt32 {
    let count = function.lists[list]
    let extended = function.lists.add(count)
    function.lists.append(repeating: 0, count: Int(count))
    for item in 0..<count {
      let edge = extend(function.lists[list + 1 + item], function)
      function.lists[extended + 1 + item] = edge
    }
    return extended
  }

  /// The edge with the values for its target's added parameters after the arguments it has.
  private mutating func extend(_ edge: UInt32, _ function: Function) -> UInt32 {
    let block = function.lists[edge]
    if added.isEmpty(block) { return edge }
    let extended = function.lists.add(block)
    let count = function.lists[edge + 1]
    function.lists.append(count)
    for item in 0..<count { function.lists.append(function.lists[edge + 2 + item]) }
    var node = added.first(of: block)
    while node != LinkedLists.none {
      function.lists.append(currentValue(parameterVariables[added.item(node)], function))
      node = added.next(node, of: block)
    }
    function.lists[extended + 1] = UInt32(function.lists.count) - extended - 2
    return extended
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    let oldCount = UInt32(function.instructions.count)
    rebuilder.begin(function, extraValues: Promote.zeroIds + parameterVariables.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      var node = added.first(of: id)
      while node != LinkedLists.none {
        let index = added.item(node)
        let type = function.variables[parameterVariables[index]]
        rebuilder.addParameter(type, for: parameterId(index, function))
        node = added.next(node, of: id)
      }
      var body = rebuilder.body(of: id)
      if id == BlockId.entry.index { body = copyEntryStart(body, function, oldCount) }
      for index in body { copy(index, function) }
    }
    rebuilder.finish()
    if !isPromoted.elements.contains(false) { function.variables.removeAll() }
  }

  /// The function's parameters, and after them the zeros.
  private mutating func copyEntryStart(_ body: Range<UInt32>, _ function: Function, _ base: UInt32) -> Range<UInt32> {
    var index = body.lowerBound
    while function.instructions[index].opcode == .parameter || function.instructions[index].opcode == .nop {
      rebuilder.copy(index)
      index += 1
    }
    for type in Type.allCases where usesZero[Int(type.rawValue)] {
      rebuilder.values[base + UInt32(type.rawValue)] = rebuilder.emit(.constant(type, bits: 0, position: 0))
    }
    return index..<body.upperBound
  }

  private mutating func copy(_ index: UInt32, _ function: Function) {
    if replacements[index] != 0 {
      rebuilder.values[index] = rebuilder.values[replacements[index]]
    } else {
      rebuilder.copy(index)
    }
  }
}
