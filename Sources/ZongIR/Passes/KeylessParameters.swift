// Parameters whose key is 0 at every call: what they are given leads to a local in a frame, a global or a constant. A check
// of such a pointer, or of one that is made of it, can't fail, whatever was freed. All calls of a function are known unless
// the host or the function table leads there. What a function passes on, to itself as well, is as good as what it was given.

import ZongStores

/// Finds parameters of type i64 whose upper half is always 0, and says so where that saves a check.
struct KeylessParameters: ~Copyable {
  /// Of the parameters that some call may give a pointer with a key; those that they are passed on to follow.
  private var marks = ParameterMarks()
  private var rebuilder = Rebuilder()
  /// Of the function that is being rewritten: by instruction, whether it is a parameter that has no key and is checked.
  private var isChecked = Store<Bool>()

  init() {}

  /// Looks at all calls. `isRoot` tells which functions are reached from outside.
  mutating func find(_ functions: [Function?], isRoot: (Int) -> Bool) {
    marks.begin(functions, isRoot: isRoot)
    for (id, function) in functions.enumerated() {
      if let function { addCalls(from: UInt32(id), function, functions) }
    }
    marks.spread()
  }

  private mutating func addCalls(from id: UInt32, _ function: Function, _ functions: [Function?]) {
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .call {
        let call = function.instructions[index]
        guard Int(call.a) < functions.count, let callee = functions[Int(call.a)] else { continue }
        for (place, argument) in function.list(call.b).enumerated() where callee.parameters[place] == .i64 {
          give(argument, to: marks.number(call.a, UInt32(place)), from: id, function)
        }
      }
    }
  }

  /// A call in the function gives the parameter this value.
  private mutating func give(_ value: UInt32, to parameter: UInt32, from id: UInt32, _ function: Function) {
    let rules = FoldRules(function: function)
    let owner = function.allocation(of: value)
    if rules.hasNoKey(value) || rules.hasNoKey(owner) { return }
    if function.instructions[owner].opcode == .parameter {
      marks.add(parameter, to: marks.number(id, function.instructions[owner].a))
    } else {
      marks.mark(parameter)
    }
  }

  // MARK: Rewriting

  /// Takes the upper half from the parameters that have none and are checked, for folding to see; whether there are any.
  mutating func rewrite(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard findChecked(function, &counter) else { return false }
    rebuilder.begin(function)
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      var body = rebuilder.body(of: id)
      if id == BlockId.entry.index { body = copyEntryStart(body, function) }
      for index in body { rebuilder.copy(index) }
    }
    rebuilder.finish()
    return true
  }

  private mutating func findChecked(_ function: Function, _ counter: inout PassCounter) -> Bool {
    isChecked.refill(with: false, count: function.instructions.count)
    var isAny = false
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .checkKey {
        let owner = function.allocation(of: function.instructions[index].a)
        let instruction = function.instructions[owner]
        guard instruction.opcode == .parameter, !isChecked[owner],
          !marks.isMarked(marks.number(function.id.index, instruction.a)), counter.allows()
        else { continue }
        isChecked[owner] = true
        isAny = true
      }
    }
    return isAny
  }

  /// The parameters, and after them their lower halves.
  private mutating func copyEntryStart(_ body: Range<UInt32>, _ function: Function) -> Range<UInt32> {
    var index = body.lowerBound
    while [.parameter, .nop].contains(function.instructions[index].opcode) {
      rebuilder.copy(index)
      index += 1
    }
    for parameter in body.lowerBound..<index where isChecked[parameter] {
      let mask = rebuilder.emit(.constant(.i64, bits: 0xFFFF_FFFF, position: 0))
      rebuilder.values[parameter] = rebuilder.emit(
        Instruction(.and, .i64, a: rebuilder.values[parameter], b: mask))
    }
    return index..<body.upperBound
  }
}
