// Parameters whose key fits whenever their function is called: each call gives a pointer that was checked or made
// before it, with nothing in between that may free, or one that has no key, or a parameter that is one of these. So a
// function that calls itself need not check what it passes on. All calls of a function are known unless the host or
// the function table leads there.
//
// All parameters are taken for such at first, and those are dropped for which some call doesn't show it, until all
// calls do. A first call that gave a stale pointer would come from a function whose own parameters fit as far as
// anything rests on them, so there is none.

import ZongStores

/// Marks parameters whose keys fit as `fresh`.
struct CheckedParameters: ~Copyable {
  private var keys = RedundantKeyChecks()

  init() {}

  /// Which functions have such parameters. `isRoot` tells which functions are reached from outside.
  mutating func mark(_ functions: [Function?], isRoot: (Int) -> Bool, _ counter: inout PassCounter) -> [Bool] {
    let isMarked = functions.enumerated().map { id, function in
      guard let function, !isRoot(id) else { return false }
      return markChecked(function)
    }
    guard isMarked.contains(true) else { return isMarked }
    // Those whose calls are to be looked at, once more after something of their own was dropped.
    var open = functions.indices.filter { id in functions[id].map { Self.calls($0, isMarked) } ?? false }
    let callers = Set(open)
    while let id = open.popLast() {
      guard let function = functions[id] else { continue }
      keys.forEachDoubtful(function) { callee, place, _ in
        guard isMarked.indices.contains(callee), isMarked[callee], let called = functions[callee] else { return }
        if Self.drop(place, of: called), callers.contains(callee), !open.contains(callee) { open.append(callee) }
      }
    }
    let counts = functions.enumerated().map { id, function in isMarked[id] ? function.map(Self.marks) ?? 0 : 0 }
    // What one rests on is another.
    guard counter.allows(counts.reduce(0, +)) else {
      for function in functions.compactMap({ $0 }) {
        for place in 0..<function.parameters.count { _ = Self.drop(place, of: function) }
      }
      return functions.map { _ in false }
    }
    return counts.map { $0 > 0 }
  }

  /// Marks the parameters of which there is a check.
  private func markChecked(_ function: Function) -> Bool {
    var isAny = false
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .checkKey {
        let owner = function.allocation(of: function.instructions[index].a)
        let value = function.instructions[owner]
        guard value.opcode == .parameter, !value.effects.contains(.fresh) else { continue }
        function.instructions[owner].effects.insert(.fresh)
        isAny = true
      }
    }
    return isAny
  }

  private static func calls(_ function: Function, _ isMarked: [Bool]) -> Bool {
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .call {
        let callee = Int(function.instructions[index].a)
        if callee < isMarked.count && isMarked[callee] { return true }
      }
    }
    return false
  }

  /// The mark of the parameter goes; whether it had one.
  private static func drop(_ place: Int, of function: Function) -> Bool {
    let block = function.blocks[BlockId.entry.index]
    for index in block.start..<block.end {
      let value = function.instructions[index]
      guard value.opcode == .parameter, Int(value.a) == place, value.effects.contains(.fresh) else { continue }
      function.instructions[index].effects.remove(.fresh)
      return true
    }
    return false
  }

  private static func marks(_ function: Function) -> Int {
    let block = function.blocks[BlockId.entry.index]
    return (block.start..<block.end).reduce(0) { count, index in
      let value = function.instructions[index]
      return value.opcode == .parameter && value.effects.contains(.fresh) ? count + 1 : count
    }
  }
}
