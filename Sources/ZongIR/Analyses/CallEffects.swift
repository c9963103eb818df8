// What calls may do: which of them may free memory, as they reach a store of a tag, and which store nothing but
// numbers. All others leave what is known of keys, or of pointers and headers in memory, as it is.
//
// What a function stores into its own frame isn't there for its callers, neither before the call nor after it; where
// its address is passed on, the store is another function's. Passes add no stores of other kinds, and inlining only
// those of what was called, so what is found here holds for what becomes of the functions.
//
// A call through the table may reach each function in it that has the call's signature, and no other: the table is
// never changed, no host sees it, and the engine compares the signatures at the call. So a signature stands in the
// graph beside the functions: whoever calls through it leads to it, and it leads to the table's functions of its kind.

import ZongStores

/// What a call may do.
private struct Deeds: OptionSet, BitwiseCopyable {
  let rawValue: UInt8
  static let frees = Deeds(rawValue: 1)
  /// Stores something else than numbers, where its caller may see it.
  static let storesMore = Deeds(rawValue: 2)
  static let all: Deeds = [.frees, .storesMore]
}

/// Takes the effect `mayFree` from the calls that free nothing, and marks those that store numbers at most.
struct CallEffects: ~Copyable {
  /// By function, and behind them by signature: what it may do.
  private var deeds = Store<Deeds>()
  /// By the same: the functions and signatures that lead there.
  private var callers = LinkedLists()
  private var open = Store<UInt32>()
  private let functionCount: Int

  static func mark(_ program: Program, _ functions: [Function?]) {
    var calls = CallEffects(program, functions)
    calls.addEdges(program, functions)
    calls.spread()
    for function in functions {
      if let function { calls.mark(function) }
    }
  }

  private init(_ program: Program, _ functions: [Function?]) {
    functionCount = functions.count
    deeds.refill(with: [], count: functions.count + program.signatures.count)
    callers.refill(heads: functions.count + program.signatures.count)
  }

  private mutating func note(_ node: UInt32, _ more: Deeds) {
    if deeds[node].isSuperset(of: more) { return }
    deeds[node].formUnion(more)
    open.append(node)
  }

  private mutating func addEdges(_ program: Program, _ functions: [Function?]) {
    for (id, definition) in program.definitions.enumerated() where id < functionCount {
      // WASI calls nothing of the program's; what else comes from outside may call an exported function.
      if case .imported(let imported) = definition {
        note(UInt32(id), imported.module == "wasi_snapshot_preview1" ? .storesMore : .all)
      }
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
      case .callIndirect:
        let place = functionCount + Int(instruction.c)
        if place < deeds.count { callers.add(id, to: UInt32(place)) } else { note(id, .all) }
      case .call: if Int(instruction.a) < functionCount { callers.add(id, to: instruction.a) } else { note(id, .all) }
      default:
        if instruction.mayFree { note(id, .frees) }
        if storesMore(instruction, function) { note(id, .storesMore) }
      }
    }
  }

  /// Whether a caller's load of a pointer or a header may find something else behind the instruction.
  private func storesMore(_ instruction: Instruction, _ function: Function) -> Bool {
    switch instruction.opcode {
    case .store: instruction.effects.kind != Effects.ofNumber.kind && !isOwn(instruction.a, function)
    case .memoryCopy, .memoryFill: !isOwn(instruction.a, function)
    default: instruction.writesMemory
    }
  }

  /// Whether the address is a fixed one in the function's frame.
  private func isOwn(_ address: UInt32, _ function: Function) -> Bool {
    let instruction = function.instructions[address]
    if instruction.opcode == .frameAddress { return true }
    return instruction.opcode == .add && function.constantBits(instruction.b) != nil
      && function.instructions[instruction.a].opcode == .frameAddress
  }

  /// Whoever leads to what does something does it.
  private mutating func spread() {
    while open.count > 0 {
      let node = open[open.count - 1]
      open.removeLast()
      var caller = callers.first(of: node)
      while caller != LinkedLists.none {
        note(callers.item(caller), deeds[node])
        caller = callers.next(caller, of: node)
      }
    }
  }

  private func mark(_ function: Function) {
    for index in 0..<UInt32(function.instructions.count) {
      let instruction = function.instructions[index]
      let callee: Int
      switch instruction.opcode {
      case .call where Int(instruction.a) < functionCount: callee = Int(instruction.a)
      case .callIndirect where functionCount + Int(instruction.c) < deeds.count:
        callee = functionCount + Int(instruction.c)
      default: continue
      }
      let done = deeds[callee]
      if !done.contains(.frees) { function.instructions[index].effects.remove(.mayFree) }
      if !done.contains(.storesMore) && !instruction.effects.contains(.pure) {
        function.instructions[index].effects.insert(.ofNumber)
      }
    }
  }
}
