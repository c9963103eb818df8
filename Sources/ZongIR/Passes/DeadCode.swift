// Removes what has no use: pure values and loads, block parameters with their arguments, variables that are never
// read, frame slots without an address. What has effects is the root; everything it doesn't reach goes.

import ZongStores

/// Dead code elimination.
package struct DeadCode: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  private var isLive = Store<Bool>()
  private var work = Store<UInt32>()
  /// The block of each block parameter.
  private var homes = Store<UInt32>()
  private var variables = Store<UInt32>()
  private var slots = Store<UInt32>()

  package init() {}

  /// Removes dead code; whether there was any. All of a function's goes or none, as far as `counter` allows.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    flow.computeEdges(function)
    findCells(function)
    markRoots(function)
    propagate(function)
    let dead = countDead(function)
    guard dead > 0, counter.allows(dead) else { return false }
    rebuild(function)
    return true
  }

  /// A variable that is never read gets `none` in `variables`, another its new number after `numberCells`.
  private mutating func findCells(_ function: Function) {
    variables.refill(with: Rebuilder.none, count: function.variables.count)
    slots.refill(with: Rebuilder.none, count: function.slots.count)
    homes.refill(with: Rebuilder.none, count: function.instructions.count)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      for index in block.start..<block.start + block.parameterCount { homes[index] = id }
      if function.variables.isEmpty { continue }
      for index in block.start..<block.end where function.instructions[index].opcode == .variableGet {
        variables[function.instructions[index].a] = 0
      }
    }
  }

  // MARK: Marking

  @inline(__always)
  private mutating func mark(_ value: UInt32) {
    if isLive[value] { return }
    isLive[value] = true
    work.append(value)
  }

  private mutating func markRoots(_ function: Function) {
    isLive.refill(with: false, count: function.instructions.count)
    work.removeAll()
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        if isRoot(instruction, function) { mark(index) }
      }
    }
  }

  private func isRoot(_ instruction: Instruction, _ function: Function) -> Bool {
    switch instruction.opcode {
    case .nop, .parameter, .blockParameter: false
    case .variableSet: variables[instruction.a] != Rebuilder.none
    default: !function.isRemovable(instruction)
    }
  }

  /// An edge's argument is live only if the parameter it is given to is.
  private mutating func propagate(_ function: Function) {
    while !work.isEmpty {
      let value = work[work.count - 1]
      work.removeLast()
      let instruction = function.instructions[value]
      if instruction.opcode == .blockParameter {
        for edge in flow.incomingEdges(of: homes[value]) { mark(function.lists[edge + 2 + instruction.a]) }
        continue
      }
      let shape = instruction.opcode.shape
      if shape.contains(.a) { mark(instruction.a) }
      if shape.contains(.b) { mark(instruction.b) }
      if shape.contains(.c) { mark(instruction.c) }
      if shape.contains(.list) { for item in function.list(instruction.b) { mark(item) } }
    }
  }

  private mutating func countDead(_ function: Function) -> Int {
    var dead = 0
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode != .nop {
        if !isLive[index] { dead += 1 }
      }
    }
    return dead
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    numberCells(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.blocks[id] != Rebuilder.none else { continue }
      rebuilder.openNew(rebuilder.blocks[id])
      let block = function.blocks[id]
      for index in block.start..<block.end where isLive[index] { copy(index, function) }
    }
    rebuilder.finish()
  }

  private mutating func copy(_ index: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    switch instruction.opcode {
    case .blockParameter: rebuilder.copyParameter(index)
    case .jump, .branch, .switchBranch: copyTerminator(index, function)
    case .variableGet, .variableSet, .frameAddress:
      var copied = rebuilder.mapped(index)
      let isSlot = instruction.opcode == .frameAddress
      copied.a = isSlot ? slots[instruction.a] : variables[instruction.a]
      rebuilder.values[index] = rebuilder.emit(copied)
    default: rebuilder.copy(index)
    }
  }

  private mutating func copyTerminator(_ index: UInt32, _ function: Function) {
    // The edges' old arguments are dropped from the old lists first; the rebuilder then copies what is left.
    let instruction = function.instructions[index]
    function.forEachEdge(of: instruction) { dropArguments($0, function) }
    rebuilder.copy(index)
  }

  /// Drops the arguments for dead parameters. An edge may be shared, so it is done once: when the counts still agree.
  private mutating func dropArguments(_ edge: UInt32, _ function: Function) {
    let target = function.blocks[function.lists[edge]]
    guard function.lists[edge + 1] == target.parameterCount else { return }
    var kept: UInt32 = 0
    for parameter in 0..<target.parameterCount where isLive[target.start + parameter] {
      function.lists[edge + 2 + kept] = function.lists[edge + 2 + parameter]
      kept += 1
    }
    function.lists[edge + 1] = kept
  }

  /// New, dense numbers for the variables and slots that stay.
  private mutating func numberCells(_ function: Function) {
    rebuilder.target.variables.removeAll()
    for variable in 0..<variables.count where variables[variable] != Rebuilder.none {
      variables[variable] = rebuilder.target.variables.add(function.variables[variable])
    }
    if slots.isEmpty { return }
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where isLive[index] {
        let instruction = function.instructions[index]
        if instruction.opcode == .frameAddress { slots[instruction.a] = 0 }
      }
    }
    rebuilder.target.slots.removeAll()
    for slot in 0..<slots.count where slots[slot] != Rebuilder.none {
      slots[slot] = rebuilder.target.slots.add(function.slots[slot])
    }
  }
}
