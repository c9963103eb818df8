// Which calls may free memory: those that reach a store of a tag. All others leave what is known of keys as it is.
//
// A call through the table may reach each function in it that has the call's signature, and no other: the table is never
// changed, no host sees it, and the engine compares the signatures at the call. So a signature stands in the graph
// beside the functions: whoever calls through it leads to it, and it leads to the table's functions of its kind.

import ZongStores

/// Takes the effect `mayFree` from the calls that free nothing.
struct FreeingCalls: ~Copyable {
  /// By function, and behind them by signature: whether it may free.
  private var frees = Store<Bool>()
  /// By the same: the functions and signatures that lead there.
  private var callers = LinkedLists()
  private var open = Store<UInt32>()
  private let functionCount: Int

  static func mark(_ program: Program, _ functions: [Function?]) {
    var calls = FreeingCalls(program, functions)
    calls.addEdges(program, functions)
    calls.spread()
    for function in functions {
      if let function { calls.unmark(function) }
    }
  }

  private init(_ program: Program, _ functions: [Function?]) {
    functionCount = functions.count
    frees.refill(with: false, count: functions.count + program.signatures.count)
    callers.refill(heads: functions.count + program.signatures.count)
  }

  private mutating func note(_ node: UInt32) {
    if frees[node] { return }
    frees[node] = true
    open.append(node)
  }

  private mutating func addEdges(_ program: Program, _ functions: [Function?]) {
    for (id, definition) in program.definitions.enumerated() where id < functionCount {
      // WASI calls nothing of the program's; what else comes from outside may call an exported function.
      if case .imported(let imported) = definition, imported.module != "wasi_snapshot_preview1" { note(UInt32(id)) }
    }
    for (id, function) in functions.enumerated() {
      if let function { addEdges(from: UInt32(id), function) }
    }
    addTable(program)
  }

  private mutating func addTable(_ program: Program) {
    var nodes: [Signature: UInt32] = [:]
    for (place, signature) in program.signatures.enumerated() {
      let node = UInt32(functionCount + place)
      // One that is there twice leads where the first does.
      if let first = nodes[signature] { callers.add(node, to: first) } else { nodes[signature] = node }
    }
    for entry in program.table where Int(entry.index) < program.definitions.count {
      let signature: Signature
      switch program.definitions[Int(entry.index)] {
      case .absent: continue
      case .imported(let imported): signature = imported.signature
      case .defined(let function):
        signature = Signature(parameters: function.parameters.array, results: function.results.array)
      }
      if let node = nodes[signature] { callers.add(node, to: entry.index) }
    }
  }

  private mutating func addEdges(from id: UInt32, _ function: Function) {
    for index in 0..<UInt32(function.instructions.count) {
      let instruction = function.instructions[index]
      switch instruction.opcode {
      case .tagStore, .tagCopy: if !instruction.effects.contains(.fresh) { note(id) }
      case .callIndirect:
        let place = functionCount + Int(instruction.c)
        if place < frees.count { callers.add(id, to: UInt32(place)) } else { note(id) }
      case .call: if Int(instruction.a) < functionCount { callers.add(id, to: instruction.a) } else { note(id) }
      default: continue
      }
    }
  }

  /// Whoever leads to what may free, may free.
  private mutating func spread() {
    while open.count > 0 {
      let node = open[open.count - 1]
      open.removeLast()
      var caller = callers.first(of: node)
      while caller != LinkedLists.none {
        note(callers.item(caller))
        caller = callers.next(caller, of: node)
      }
    }
  }

  private func unmark(_ function: Function) {
    for index in 0..<UInt32(function.instructions.count) {
      let instruction = function.instructions[index]
      let callee: Int
      switch instruction.opcode {
      case .call where Int(instruction.a) < functionCount: callee = Int(instruction.a)
      case .callIndirect where functionCount + Int(instruction.c) < frees.count:
        callee = functionCount + Int(instruction.c)
      default: continue
      }
      if !frees[callee] { function.instructions[index].effects.remove(.mayFree) }
    }
  }
}
