// Folds constants, algebraic identities, branches and checks whose condition is known, and block parameters that get
// the same value from everywhere. Blocks that are no longer reached go.

import ZongStores

/// Constant folding.
package struct ConstantFolding: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  private var changes = 0

  package init() {}

  /// Folds what the rules know; whether anything changed.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    flow.computeEdges(function)
    changes = 0
    rebuilder.begin(function)
    // Made once: its function isn't retained for each instruction.
    let rules = FoldRules(function: rebuilder.target)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      mergeParameters(id, function, &counter)
      foldBody(id, rules, &counter)
    }
    rebuilder.finish()
    return changes > 0
  }

  private mutating func foldBody(_ id: UInt32, _ rules: FoldRules, _ counter: inout PassCounter) {
    for index in rebuilder.body(of: id) {
      let instruction = rebuilder.source.instructions[index]
      switch instruction.opcode {
      case .nop: continue
      case .check:
        if foldCheck(index, &counter) { return }
      case .checkKey:
        let check = rebuilder.mapped(index)
        if rules.hasNoKey(check.a) && counter.allows() {
          counter.note(check, .neverFreed)
          changes += 1
        } else {
          rebuilder.emit(check)
        }
      case .store, .tagStore: foldStore(index, &counter)
      case .branch: foldBranch(index, &counter)
      case .switchBranch: foldSwitch(index, &counter)
      case .call, .callIndirect:
        rebuilder.copy(index)
        if instruction.effects.contains(.noReturn) && endHere(after: index, &counter) { return }
      default: rebuilder.values[index] = fold(rebuilder.mapped(index), rules, &counter)
      }
    }
  }

  /// A parameter that gets the same value from every edge, or itself over a back edge, is that value, and one that gets
  /// constants of the same number is that number. The parameter stays, for dead code elimination to take away with its
  /// arguments.
  private mutating func mergeParameters(_ id: UInt32, _ function: Function, _ counter: inout PassCounter) {
    let block = function.blocks[id]
    for parameter in 0..<block.parameterCount {
      let value = block.start + parameter
      if let same = commonArgument(id, parameter, value, function) {
        guard counter.allows() else { continue }
        rebuilder.values[value] = same
      } else if let bits = commonNumber(id, parameter, value, function) {
        guard counter.allows() else { continue }
        let old = function.instructions[value]
        rebuilder.values[value] = rebuilder.emit(.constant(old.type, bits: bits, position: old.position))
      } else {
        continue
      }
      changes += 1
    }
  }

  /// The number that all edges give, each as a constant of its own.
  private func commonNumber(_ id: UInt32, _ parameter: UInt32, _ value: UInt32, _ function: Function) -> UInt64? {
    var common: UInt64?
    let edges = flow.incomingEdges(of: id)
    for (index, predecessor) in flow.predecessors(of: id).enumerated() {
      let isForward = flow.positions[predecessor] < flow.positions[id]
      if isForward && rebuilder.blocks[predecessor] == Rebuilder.none { continue }
      let argument = function.lists[edges[index] + 2 + parameter]
      if argument == value { continue }
      // What comes over a back edge hasn't been folded yet.
      let bits =
        isForward
        ? rebuilder.target.constantBits(rebuilder.values[argument]) : function.constantBits(argument)
      guard let bits, common == nil || common == bits else { return nil }
      common = bits
    }
    return common
  }

  /// The new value that all edges give, if it is known already.
  private func commonArgument(_ id: UInt32, _ parameter: UInt32, _ value: UInt32, _ function: Function) -> UInt32? {
    var common: UInt32 = 0
    let edges = flow.incomingEdges(of: id)
    for (index, predecessor) in flow.predecessors(of: id).enumerated() {
      // Edges from blocks that folding has cut off give nothing.
      let isForward = flow.positions[predecessor] < flow.positions[id]
      if isForward && rebuilder.blocks[predecessor] == Rebuilder.none { continue }
      let argument = function.lists[edges[index] + 2 + parameter]
      if argument == value { continue }
      let mapped = isForward ? rebuilder.values[argument] : 0
      if mapped == 0 || (common != 0 && mapped != common) { return nil }
      common = mapped
    }
    return common == 0 ? nil : common
  }

  // MARK: Values

  /// Emits the instruction (with new operands) or what is better, and returns the value.
  private mutating func fold(
    _ instruction: Instruction, _ rules: FoldRules, _ counter: inout PassCounter
  ) -> UInt32 {
    var instruction = instruction
    // Each rewriting may lead to another; a handful is the most there is.
    for _ in 0..<16 {
      guard let rewriting = rules.rewriting(of: instruction), counter.allows() else { break }
      changes += 1
      switch rewriting {
      case .value(let value): return value
      case .constant(let bits):
        return rebuilder.emit(.constant(instruction.type, bits: bits, position: instruction.position))
      case .instruction(let better): instruction = better
      case .withConstant(let better, let type, let bits):
        instruction = better
        instruction.b = rebuilder.emit(.constant(type, bits: bits, position: instruction.position))
      case .masked(let opcode, let value, let mask, let type):
        instruction = masked(opcode, value, mask, type, instruction)
      case .element(let access, let base, let scaled, let index):
        instruction = access
        instruction.a = address(base, scaled, index, instruction.position)
      }
    }
    return rebuilder.emit(instruction)
  }

  private mutating func masked(
    _ opcode: Opcode, _ value: UInt32, _ mask: UInt64, _ type: Type, _ old: Instruction
  ) -> Instruction {
    let bits = rebuilder.emit(.constant(type, bits: mask, position: old.position))
    var test = old
    test.opcode = opcode
    test.a = rebuilder.emit(Instruction(.and, type, a: value, b: bits, position: old.position))
    test.b = opcode == .eqz ? 0 : rebuilder.emit(.constant(type, bits: 0, position: old.position))
    return test
  }

  /// The address of an element.
  private mutating func address(_ base: UInt32, _ other: UInt32, _ index: UInt32, _ position: UInt32) -> UInt32 {
    var scaled = rebuilder.target.instructions[other]
    scaled.a = index
    if scaled.opcode != .wrap && rebuilder.target.instructions[index].type == .i64 {
      scaled.a = rebuilder.emit(Instruction(.wrap, .i32, a: index, position: position))
    }
    return rebuilder.emit(Instruction(.add, .i32, a: base, b: rebuilder.emit(scaled), position: position))
  }

  // MARK: Checks and control

  /// Whether the check always fails, and so ends the block.
  private mutating func foldCheck(_ index: UInt32, _ counter: inout PassCounter) -> Bool {
    let condition = testedValue(rebuilder.values[rebuilder.source.instructions[index].a], &counter)
    let bits = rebuilder.target.constantBits(condition)
    if let bits, counter.allows() {
      changes += 1
      if bits != 0 {
        counter.note(rebuilder.source.instructions[index], .implied)
        return false
      }
      var stop = rebuilder.mapped(index)
      (stop.opcode, stop.a) = (.stop, 0)
      rebuilder.emit(stop)
      return true
    }
    var check = rebuilder.mapped(index)
    check.a = condition
    rebuilder.emit(check)
    return false
  }

  /// A value that is zero exactly when `value` is: without `!= 0` and doubled `eqz`.
  private mutating func testedValue(_ value: UInt32, _ counter: inout PassCounter) -> UInt32 {
    let target = rebuilder.target
    let test = target.instructions[value]
    guard test.a < value, target.instructions[test.a].type == .i32 else { return value }
    if test.opcode == .ne && target.constantBits(test.b) == 0 && counter.allows() {
      changes += 1
      return test.a
    }
    let inner = target.instructions[test.a]
    if test.opcode == .eqz && inner.opcode == .eqz && target.instructions[inner.a].type == .i32 && counter.allows() {
      changes += 1
      return inner.a
    }
    return value
  }

  /// A narrow store of `x & mask` is one of `x` if the mask keeps what is stored.
  private mutating func foldStore(_ index: UInt32, _ counter: inout PassCounter) {
    var store = rebuilder.mapped(index)
    let value = rebuilder.target.instructions[store.b]
    if store.access != .full, value.opcode == .and, let mask = rebuilder.target.constantBits(value.b),
      mask & store.access.unsignedMask == store.access.unsignedMask, counter.allows()
    {
      changes += 1
      store.b = value.a
    }
    rebuilder.emit(store)
  }

  private mutating func foldBranch(_ index: UInt32, _ counter: inout PassCounter) {
    let old = rebuilder.source.instructions[index]
    var condition = testedValue(rebuilder.values[old.a], &counter)
    if let bits = rebuilder.target.constantBits(condition), counter.allows() {
      return jump(index, edge: bits != 0 ? old.b : old.c)
    }
    if isSameEdge(old.b, old.c) && counter.allows() { return jump(index, edge: old.b) }
    var branch = rebuilder.mapped(index)
    let test = rebuilder.target.instructions[condition]
    if test.opcode == .eqz, rebuilder.target.instructions[test.a].type == .i32, counter.allows() {
      changes += 1
      condition = test.a
      (branch.b, branch.c) = (branch.c, branch.b)
    }
    branch.a = condition
    rebuilder.emit(branch)
  }

  private mutating func jump(_ index: UInt32, edge: UInt32) {
    changes += 1
    let position = rebuilder.source.instructions[index].position
    rebuilder.emit(Instruction(.jump, a: rebuilder.mappedEdge(edge), position: position))
  }

  private func isSameEdge(_ first: UInt32, _ second: UInt32) -> Bool {
    let lists = rebuilder.source
    guard lists.lists[first] == lists.lists[second] else { return false }
    for item in 0..<lists.lists[first + 1] {
      let (a, b) = (lists.lists[first + 2 + item], lists.lists[second + 2 + item])
      if rebuilder.values[a] != rebuilder.values[b] { return false }
    }
    return true
  }

  private mutating func foldSwitch(_ index: UInt32, _ counter: inout PassCounter) {
    let old = rebuilder.source.instructions[index]
    let edges = rebuilder.source.list(old.b)
    if let bits = rebuilder.target.constantBits(rebuilder.values[old.a]), counter.allows() {
      let choice = min(Int(UInt32(truncatingIfNeeded: bits)), edges.count - 1)
      return jump(index, edge: edges[choice])
    }
    if edges.count == 1 && counter.allows() { return jump(index, edge: edges[0]) }
    rebuilder.copy(index)
  }

  /// After a call that doesn't return, nothing else is reached.
  private mutating func endHere(after index: UInt32, _ counter: inout PassCounter) -> Bool {
    let source = rebuilder.source
    if source.instructions[index + 1].opcode == .unreachable { return false }
    guard counter.allows() else { return false }
    changes += 1
    rebuilder.emit(Instruction(.unreachable, position: source.instructions[index].position))
    return true
  }
}
