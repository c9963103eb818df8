// Removes functions and imports that nothing reaches from the exports and the function table.

import ZongStores

/// Removal of unused functions.
package enum UnusedFunctions {
  /// Makes what isn't reached `absent`.
  package static func run(_ program: inout Program, _ functions: [Function?], _ counter: inout PassCounter) {
    var isReached = Store<Bool>()
    isReached.refill(with: false, count: functions.count)
    var work = Store<UInt32>()
    for export in program.exports { work.append(export.function.index) }
    for entry in program.table { work.append(entry.index) }
    while !work.isEmpty {
      let id = work[work.count - 1]
      work.removeLast()
      guard Int(id) < isReached.count, !isReached[id] else { continue }
      isReached[id] = true
      if let function = functions[Int(id)] { addCalls(function, stale: program.stale, &work) }
    }
    // All or none: an unused function that stays may call another one.
    let unused = (0..<functions.count).filter { id in
      if case .absent = program.definitions[id] { false } else { !isReached[id] }
    }
    guard !unused.isEmpty, counter.allows(unused.count) else { return }
    for id in unused { program.definitions[id] = .absent }
  }

  private static func addCalls(_ function: Function, stale: FunctionId?, _ work: inout Store<UInt32>) {
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        if instruction.opcode == .call || instruction.opcode == .functionIndex { work.append(instruction.a) }
        if instruction.isKeyCheck, let stale { work.append(stale.index) }
      }
    }
  }
}
