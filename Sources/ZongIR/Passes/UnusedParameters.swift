// Parameters that nobody reads: a function uses them at most to pass them on to parameters that aren't read either, to
// itself as well. A slice is three values, and its capacity is needed by few; what a function doesn't get stays in no
// register over its calls. All calls of a function are known unless the host or the function table leads there.

import ZongStores

/// Takes parameters that aren't read from functions and their calls.
struct UnusedParameters: ~Copyable {
  /// By function: the number of its first parameter.
  private var bases = Store<UInt32>()
  /// By parameter: whether it is read.
  private var isRead = Store<Bool>()
  /// By parameter: the parameters that are passed on to it.
  private var givers = LinkedLists()
  private var open = Store<UInt32>()
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
    number(functions, isRoot)
    for (id, function) in functions.enumerated() {
      if let function { look(at: function, UInt32(id), functions) }
    }
    while !open.isEmpty {
      let parameter = open[open.count - 1]
      open.removeLast()
      var node = givers.first(of: parameter)
      while node != LinkedLists.none {
        note(givers.item(node))
        node = givers.next(node, of: parameter)
      }
    }
    isShortened = functions.enumerated().map { id, function in
      (0..<UInt32(function?.parameters.count ?? 0)).contains { !isRead[bases[id] + $0] }
    }
  }

  private mutating func number(_ functions: [Function?], _ isRoot: (Int) -> Bool) {
    bases.removeAll()
    var count: UInt32 = 0
    for function in functions {
      bases.append(count)
      count += UInt32(function?.parameters.count ?? 0)
    }
    isRead.refill(with: false, count: Int(count))
    givers.refill(heads: Int(count))
    open.removeAll()
    for (id, function) in functions.enumerated() where isRoot(id) {
      for place in 0..<UInt32(function?.parameters.count ?? 0) { note(bases[id] + place) }
    }
  }

  private mutating func note(_ parameter: UInt32) {
    if isRead[parameter] { return }
    isRead[parameter] = true
    open.append(parameter)
  }

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
            if value.opcode == .parameter { note(bases[id] + value.a) }
          }
        }
      }
    }
  }

  private mutating func addCall(_ call: Instruction, from id: UInt32, _ function: Function) {
    for (place, argument) in function.list(call.b).enumerated() {
      let value = function.instructions[argument]
      if value.opcode == .parameter { givers.add(bases[id] + value.a, to: bases[call.a] + UInt32(place)) }
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
    for place in 0..<function.lists[call.b] where isRead[bases[call.a] + place] {
      function.lists.append(function.lists[call.b + 1 + place])
      function.lists[list] += 1
    }
    function.instructions[index].b = list
  }

  private func shortenParameters(_ function: Function) {
    let base = bases[function.id.index]
    let block = function.blocks[BlockId.entry.index]
    for index in block.start..<block.end where function.instructions[index].opcode == .parameter {
      let place = function.instructions[index].a
      if isRead[base + place] {
        function.instructions[index].a = (0..<place).reduce(0) { isRead[base + $1] ? $0 + 1 : $0 }
      } else {
        function.instructions[index] = Instruction(.nop)
      }
    }
    let parameters = function.parameters.array
    function.parameters.removeAll()
    for (place, type) in parameters.enumerated() where isRead[base + UInt32(place)] { function.parameters.append(type) }
  }
}
