// Which calls may free memory: those that reach a store of a tag. All others leave what is known of keys as it is.

import ZongStores

/// Takes the effect `mayFree` from the calls that free nothing.
enum FreeingCalls {
  static func mark(_ program: Program, _ functions: [Function?], _ graph: borrowing CallGraph) {
    var frees = Store<Bool>()
    frees.refill(with: false, count: functions.count)
    for (id, definition) in program.definitions.enumerated() {
      // WASI calls nothing of the program's; what else comes from outside may call an exported function.
      if case .imported(let imported) = definition { frees[UInt32(id)] = imported.module != "wasi_snapshot_preview1" }
    }
    // A component is decided as a whole, after all that it calls.
    var first = 0
    while first < graph.order.count {
      var last = first
      let component = graph.components[graph.order[first]]
      while last + 1 < graph.order.count, graph.components[graph.order[last + 1]] == component { last += 1 }
      var isFreeing = false
      for place in first...last where !isFreeing {
        if let function = functions[Int(graph.order[place])] { isFreeing = mayFree(function, frees) }
      }
      for place in first...last { frees[graph.order[place]] = isFreeing }
      first = last + 1
    }
    for function in functions {
      if let function { unmark(function, functions, frees) }
    }
  }

  private static func mayFree(_ function: Function, _ frees: borrowing Store<Bool>) -> Bool {
    for index in 0..<UInt32(function.instructions.count) {
      let instruction = function.instructions[index]
      switch instruction.opcode {
      case .tagStore, .tagCopy: if !instruction.effects.contains(.fresh) { return true }
      case .callIndirect: return true
      case .call: if Int(instruction.a) < frees.count && frees[instruction.a] { return true }
      default: continue
      }
    }
    return false
  }

  private static func unmark(_ function: Function, _ functions: [Function?], _ frees: borrowing Store<Bool>) {
    for index in 0..<UInt32(function.instructions.count) {
      let instruction = function.instructions[index]
      guard instruction.opcode == .call, Int(instruction.a) < frees.count, !frees[instruction.a] else { continue }
      function.instructions[index].effects.remove(.mayFree)
    }
  }
}
