// Which function calls which, and in what order to optimise them: callees before callers. Functions that call each
// other in a circle form a component (Tarjan 1972, without recursion).

import ZongStores

/// The calls between a program's defined functions.
package struct CallGraph: ~Copyable {
  /// The defined functions, each after all it calls outside its own component.
  package private(set) var order = Store<UInt32>()
  /// The component of each function.
  package private(set) var components = Store<UInt32>()
  /// For each function, how many components stand below it at most: 0 if all it calls is in its own. Functions of one
  /// level don't call each other outside of their components.
  package private(set) var levels = Store<UInt32>()
  /// The number of places where each function is called, anywhere in the program.
  package private(set) var callCounts = Store<UInt32>()
  private var calleeEnds = Store<UInt32>()
  private var callees = Store<UInt32>()

  package init(_ functions: [Function?]) {
    findCalls(functions)
    findComponents(functions)
    findLevels(functions)
  }

  private mutating func findCalls(_ functions: [Function?]) {
    callCounts.refill(with: 0, count: functions.count)
    for function in functions {
      if let function { findCalls(function) }
      calleeEnds.append(UInt32(callees.count))
    }
  }

  private mutating func findCalls(_ function: Function) {
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .call {
        let callee = function.instructions[index].a
        if Int(callee) >= callCounts.count { continue }
        callCounts[callee] += 1
        callees.append(callee)
      }
    }
  }

  // MARK: Components

  /// A function being visited, and the next of its calls to look at.
  struct Visit: BitwiseCopyable {
    var function: UInt32
    var next: UInt32
  }

  private mutating func findComponents(_ functions: [Function?]) {
    let count = functions.count
    var numbers = Store<UInt32>()
    var lows = Store<UInt32>()
    var stack = Store<UInt32>()
    var isOnStack = Store<Bool>()
    var visits = Store<Visit>()
    var nextNumber: UInt32 = 1
    numbers.refill(with: 0, count: count)
    lows.refill(with: 0, count: count)
    isOnStack.refill(with: false, count: count)
    components.refill(with: 0, count: count)
    for root in 0..<UInt32(count) where functions[Int(root)] != nil && numbers[root] == 0 {
      visits.append(Visit(function: root, next: firstCall(root)))
      while !visits.isEmpty {
        let top = visits.count - 1
        let visit = visits[top]
        let function = visit.function
        if numbers[function] == 0 {
          numbers[function] = nextNumber
          lows[function] = nextNumber
          nextNumber += 1
          stack.append(function)
          isOnStack[function] = true
        }
        if visit.next < calleeEnds[function] {
          let callee = callees[visit.next]
          visits[top].next += 1
          if functions[Int(callee)] == nil { continue }
          if numbers[callee] == 0 {
            visits.append(Visit(function: callee, next: firstCall(callee)))
          } else if isOnStack[callee] {
            lows[function] = min(lows[function], numbers[callee])
          }
          continue
        }
        visits.removeLast()
        if !visits.isEmpty {
          let parent = visits[visits.count - 1].function
          lows[parent] = min(lows[parent], lows[function])
        }
        if lows[function] == numbers[function] { popComponent(function, &stack, &isOnStack) }
      }
    }
  }

  private func firstCall(_ function: UInt32) -> UInt32 { function == 0 ? 0 : calleeEnds[function - 1] }

  private mutating func popComponent(
    _ root: UInt32, _ stack: inout Store<UInt32>, _ isOnStack: inout Store<Bool>
  ) {
    while true {
      let member = stack[stack.count - 1]
      stack.removeLast()
      isOnStack[member] = false
      components[member] = root
      order.append(member)
      if member == root { return }
    }
  }

  // MARK: Levels

  private mutating func findLevels(_ functions: [Function?]) {
    levels.refill(with: 0, count: functions.count)
    var first = 0
    for place in 0..<order.count where isLastOfComponent(place) {
      var level: UInt32 = 0
      for member in first...place { level = max(level, levelAboveCallees(of: order[member], functions)) }
      for member in first...place { levels[order[member]] = level }
      first = place + 1
    }
  }

  private func levelAboveCallees(of function: UInt32, _ functions: [Function?]) -> UInt32 {
    var level: UInt32 = 0
    for index in firstCall(function)..<calleeEnds[function] {
      let callee = callees[index]
      if functions[Int(callee)] == nil || components[callee] == components[function] { continue }
      level = max(level, levels[callee] + 1)
    }
    return level
  }

  /// Whether the component of the function at a place of `order` ends there; its members follow each other.
  package func isLastOfComponent(_ place: Int) -> Bool {
    place + 1 == order.count || components[order[place + 1]] != components[order[place]]
  }
}
