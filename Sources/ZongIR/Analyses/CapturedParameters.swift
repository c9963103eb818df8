// Which parameters a function may keep beyond its call: what is computed from them is stored, returned, or given to a
// function that keeps it. All others are used as numbers and addresses while the call lasts, and nobody has them
// afterwards. Comparisons and conditions tell of an address, but nothing can be read by that. A function that never
// returns keeps nothing: whoever called it does nothing afterwards.

import ZongStores

/// Whether functions keep their parameters, over a whole program.
package final class CapturedParameters: @unchecked Sendable {
  /// By function: the number of its first parameter.
  private var bases: [UInt32] = []
  /// By parameter.
  private var isCaptured: [Bool] = []
  /// By function: the count of its parameters; 0 for one that isn't known.
  private var counts: [UInt32] = []

  package init(_ functions: [Function?]) {
    for function in functions {
      bases.append(UInt32(isCaptured.count))
      counts.append(UInt32(function?.parameters.count ?? 0))
      isCaptured.append(contentsOf: repeatElement(false, count: function?.parameters.count ?? 0))
    }
    var search = CaptureSearch(parameters: isCaptured.count)
    for function in functions {
      if let function { search.look(at: function, bases, counts) }
    }
    search.spread(&isCaptured)
  }

  /// Whether the function may keep what it is given in this place.
  func isCaptured(_ place: Int, of function: UInt32) -> Bool {
    guard Int(function) < counts.count, place < counts[Int(function)] else { return true }
    return isCaptured[Int(bases[Int(function)]) + place]
  }
}

/// Follows parameters through the functions.
private struct CaptureSearch: ~Copyable {
  /// By value and by variable of the function that is looked at: the parameters that it is computed from, as bits.
  private var origins = Store<UInt64>()
  private var variableOrigins = Store<UInt64>()
  /// Which variables were read, and which blocks looked at: what is learnt of them now wasn't known there.
  private var isRead = Store<Bool>()
  private var isSeen = Store<Bool>()
  /// The parameters that are kept, and by parameter those that are passed on to it.
  private var captured: UInt64 = 0
  private var open = Store<UInt32>()
  private var givers = LinkedLists()
  private var returns = false
  /// Whether something was learnt that an instruction before didn't know of.
  private var isIncomplete = false
  private static let parameterLimit = 64
  private static let roundLimit = 8

  init(parameters: Int) { givers.refill(heads: parameters) }

  mutating func look(at function: Function, _ bases: [UInt32], _ counts: [UInt32]) {
    if function.parameters.isEmpty { return }
    let count = min(function.parameters.count, CaptureSearch.parameterLimit)
    origins.refill(with: 0, count: function.instructions.count)
    variableOrigins.refill(with: 0, count: function.variables.count)
    isRead.refill(with: false, count: function.variables.count)
    isSeen.refill(with: false, count: function.blocks.count)
    captured = 0
    returns = false
    var rounds = 0
    repeat {
      isIncomplete = false
      rounds += 1
      for place in 0..<function.order.count {
        let id = function.order[place].index
        let block = function.blocks[id]
        isSeen[id] = true
        for index in block.start..<block.end {
          look(at: index, function, counts)
          if stops(function.instructions[index], function) { break }
        }
      }
    } while isIncomplete && rounds < CaptureSearch.roundLimit
    if !returns && !isIncomplete { return }
    let base = bases[Int(function.id.index)]
    for place in 0..<UInt32(function.parameters.count)
    where isIncomplete || place >= count || captured & 1 << UInt64(place) != 0 {
      open.append(base + place)
    }
    addCalls(of: function, bases, counts)
  }

  /// Whether what follows in the block isn't reached.
  private func stops(_ instruction: Instruction, _ function: Function) -> Bool {
    instruction.opcode == .check && function.constantBits(instruction.a) == 0
  }

  private mutating func look(at index: UInt32, _ function: Function, _ counts: [UInt32]) {
    let instruction = function.instructions[index]
    switch instruction.opcode {
    case .parameter:
      if instruction.a < CaptureSearch.parameterLimit { origins[index] = 1 << UInt64(instruction.a) }
    case .variableGet:
      origins[index] = variableOrigins[instruction.a]
      isRead[instruction.a] = true
    case .variableSet:
      let known = variableOrigins[instruction.a]
      variableOrigins[instruction.a] |= origins[instruction.b]
      if variableOrigins[instruction.a] != known && isRead[instruction.a] { isIncomplete = true }
    case .store, .tagStore, .memoryFill: captured |= origins[instruction.b]
    case .load, .tagLoad, .checkKey, .testKey, .check, .stop, .memoryCopy, .tagCopy, .nop, .blockParameter: return
    case .call: lookAtCall(instruction, function, counts)
    case .jump, .branch, .switchBranch: lookAtEdges(instruction, function)
    default:
      if instruction.opcode.isComparison { return }
      if instruction.opcode == .returnValues { returns = true }
      var all: UInt64 = 0
      function.forEachUse(of: instruction) { all |= origins[$0] }
      if CaptureSearch.computes(instruction.opcode) { origins[index] = all } else { captured |= all }
    }
  }

  private static func computes(_ opcode: Opcode) -> Bool {
    switch opcode {
    case .divS, .divU, .remS, .remU, .truncateS, .truncateU: true
    default: opcode.isPure
    }
  }

  private mutating func lookAtEdges(_ instruction: Instruction, _ function: Function) {
    function.forEachEdge(of: instruction) { edge in
      let target = function.blocks[function.lists[edge]]
      for (place, argument) in function.arguments(ofEdge: edge).enumerated() where origins[argument] != 0 {
        // In the entry block the function's parameters come first; no edge leads there.
        let parameter = target.start + UInt32(place)
        let known = origins[parameter]
        origins[parameter] |= origins[argument]
        if origins[parameter] != known && isSeen[function.lists[edge]] { isIncomplete = true }
      }
    }
  }

  /// What is given to an unknown function is kept.
  private mutating func lookAtCall(_ call: Instruction, _ function: Function, _ counts: [UInt32]) {
    for (place, argument) in function.list(call.b).enumerated()
    where Int(call.a) >= counts.count || place >= counts[Int(call.a)] {
      captured |= origins[argument]
    }
  }

  /// Notes which parameters the function passes on.
  private mutating func addCalls(of function: Function, _ bases: [UInt32], _ counts: [UInt32]) {
    let base = bases[Int(function.id.index)]
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .call {
        let call = function.instructions[index]
        guard Int(call.a) < counts.count else { continue }
        for (place, argument) in function.list(call.b).enumerated() where place < counts[Int(call.a)] {
          var left = origins[argument]
          while left != 0 {
            givers.add(base + UInt32(left.trailingZeroBitCount), to: bases[Int(call.a)] + UInt32(place))
            left &= left - 1
          }
        }
      }
    }
  }

  /// Whoever passes a parameter on to a function that keeps it keeps it.
  mutating func spread(_ isCaptured: inout [Bool]) {
    while !open.isEmpty {
      let parameter = open[open.count - 1]
      open.removeLast()
      if isCaptured[Int(parameter)] { continue }
      isCaptured[Int(parameter)] = true
      givers.forEach(of: parameter) { open.append($0) }
    }
  }
}
