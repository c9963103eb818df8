// Parameters that nobody reads: a function uses them at most to pass them on to parameters that aren't read either, to
// itself as well. A slice is three values, and its capacity is needed by few; what a function doesn't get stays in no
// register over its calls. All calls of a function are known unless the host or the function table leads there.

import ZongStores

/// Takes parameters that aren't read from functions and their calls.
struct UnusedParameters: ~Copyable {
  /// Of the parameters that are read; those that are passed on to them follow.
  private var marks = ParameterMarks()
  /// By function: whether some parameter of it isn't read.
  private var isShortened: [Bool] = []

  init() {}

  /// Which functions changed: their parameters, or what they give. `isRoot` tells which are reached from outside.
  mutating func run(_ functions: [Function?], isRoot: (Int) -> Bool, _ counter: inout PassCounter) -> [Bool] {
    find(functions, isRoot: isRoot)
    // A function and its calls change together.
    guard counter.allows(isShortened.reduce(0) { $1 ? $0 + 1 : $0 }) else { return functions.map { _ in false } }
    return functions.map { $0.map { rewrite($0) } ?? false }
  }

  private mutating func find(_ functions: [Function?], isRoot: (Int) -> Bool) {
    marks.begin(functions, isRoot: isRoot)
    for (id, function) in functions.enumerated() {
      if let function { look(at: function, UInt32(id), functions) }
    }
    marks.spread()
    isShortened = functions.enumerated().map { id, function in
      (0..<UInt32(function?.parameters.count ?? 0)).contains { !isRead(UInt32(id), $0) }
    }
  }

  private func isRead(_ function: UInt32, _ place: UInt32) -> Bool { marks.isMarked(marks.number(function, place)) }

  private mutating func look(at function: Function, _ id: UInt32, _ functions: [Function?]) {
    if function.parameters.isEmpty { return }
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        if instruction.opcode == .call, Int(instruction.a) < functions.count, functions[Int(instruction.a)] != nil {
          addCall(instruction, from: id, function)
        } else {
          function.forEachUse(of: instruction) { used in
            let value = function.instructions[used]
            if value.opcode == .parameter { marks.mark(marks.number(id, value.a)) }
          }
        }
      }
    }
  }

  private mutating func addCall(_ call: Instruction, from id: UInt32, _ function: Function) {
    for (place, argument) in function.list(call.b).enumerated() {
      let value = function.instructions[argument]
      if value.opcode == .parameter { marks.add(marks.number(id, value.a), to: marks.number(call.a, UInt32(place))) }
    }
  }

  // MARK: Rewriting

  /// Shortens the function's parameters, and the arguments of its calls; whether there was anything.
  private func rewrite(_ function: Function) -> Bool {
    var isChanged = false
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        if instruction.opcode == .call, Int(instruction.a) < isShortened.count, isShortened[Int(instruction.a)] {
          shortenCall(index, instruction, function)
          isChanged = true
        }
      }
    }
    if isShortened[Int(function.id.index)] {
      shortenParameters(function)
      isChanged = true
    }
    return isChanged
  }

  private func shortenCall(_ index: UInt32, _ call: Instruction, _ function: Function) {
    let list = UInt32(function.lists.count)
    function.lists.append(0)
    for place in 0..<function.lists[call.b] where isRead(call.a, place) {
      function.lists.append(function.lists[call.b + 1 + place])
      function.lists[list] += 1
    }
    function.instructions[index].b = list
  }

  private func shortenParameters(_ function: Function) {
    let id = function.id.index
    let block = function.blocks[BlockId.entry.index]
    for index in block.start..<block.end where function.instructions[index].opcode == .parameter {
      let place = function.instructions[index].a
      if isRead(id, place) {
        function.instructions[index].a = (0..<place).reduce(0) { isRead(id, $1) ? $0 + 1 : $0 }
      } else {
        function.instructions[index] = Instruction(.nop)
      }
    }
    let parameters = function.parameters.array
    function.parameters.removeAll()
    for (place, type) in parameters.enumerated() where isRead(id, UInt32(place)) { function.parameters.append(type) }
  }
}
