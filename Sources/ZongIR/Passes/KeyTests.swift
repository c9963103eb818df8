// Finds out in front of a loop whether a pointer's key fits, where the check itself has to stay inside: because something
// that can be observed comes before it, or because something in the loop may free, on a way that not every round takes
// (an `append` that has to move). The outcome is kept in a variable, and found out anew behind everything in the loop
// that may free. The check is then one of the variable: `check fits, stale(pointer)`.
//
// That is exact: a key that fits goes on to fit until something may free, and one that doesn't never fits again. A tag can
// be asked for at any time, so the test stops nothing that the check wouldn't have stopped, and nothing earlier.

import ZongStores

/// A test of a pointer's key in front of a loop.
struct KeyTest: BitwiseCopyable {
  /// The pointer, and the head of the loop.
  var pointer: UInt32
  var header: UInt32
  /// The block from which the loop is entered.
  var entry: UInt32
  /// Whether the key is known to fit there.
  var isKnown: Bool
  /// The variable with the outcome, in the new function.
  var variable: UInt32
}

/// Key tests in front of loops.
package struct KeyTests: ~Copyable {
  private var flow = ControlFlow()
  private var versions = KeyVersions()
  private var rebuilder = Rebuilder()
  /// The block of each value.
  private var homes = Store<UInt32>()
  /// By pointer: the version in which its key was last seen to fit, and the block where that was.
  private var checkedVersions = Store<UInt32>()
  private var checkedBlocks = Store<UInt32>()
  /// By loop head: what may free in the loop, inner ones included, and how much that is: no more than one above the limit.
  private var frees = LinkedLists()
  private var freeCounts = Store<Int>()
  private var tests = Store<KeyTest>()
  /// By loop head: the number of its tests.
  private var testCounts = Store<Int>()
  /// By pointer: its tests. By check: its test, or `none`.
  private var testsOfPointer = LinkedLists()
  private var testOfCheck = Store<UInt32>()
  /// By block: whether a loop is entered from there.
  private var isEntry = Store<Bool>()
  /// By block: the tests at its end. By instruction: those behind it.
  private var testsAtEnd = LinkedLists()
  private var testsBehind = LinkedLists()

  package init() {}

  private static let none = UInt32.max
  /// In a loop with more places that may free, the tests behind them would be too much code.
  private static let freeLimit = 4
  /// More outcomes than that are worth no register in a loop.
  private static let testLimit = 6

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard function.mayHaveLoops, function.hasKeyChecks else { return false }
    flow.compute(function)
    versions.begin(function, flow)
    begin(function)
    for number in 0..<UInt32(flow.blocksInPreorder.count) {
      visit(flow.blocksInPreorder[number], function, &counter)
    }
    guard tests.count > 0 else { return false }
    assignChecks(function, counter: &counter)
    rebuild(function)
    return true
  }

  // MARK: Finding

  private mutating func begin(_ function: Function) {
    let count = function.instructions.count
    homes.refill(with: 0, count: count)
    checkedVersions.refill(with: 0, count: count)
    checkedBlocks.refill(with: 0, count: count)
    testsOfPointer.refill(heads: count)
    isEntry.refill(with: false, count: function.blocks.count)
    testOfCheck.refill(with: KeyTests.none, count: count)
    testsBehind.refill(heads: count)
    testsAtEnd.refill(heads: function.blocks.count)
    frees.refill(heads: function.blocks.count)
    freeCounts.refill(with: 0, count: function.blocks.count)
    testCounts.refill(with: 0, count: function.blocks.count)
    tests.removeAll()
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      if flow.isLoopHeader(id), let entry = flow.onlyEntry(of: id) { isEntry[entry] = true }
      for index in block.start..<block.end {
        homes[index] = id
        if function.instructions[index].mayFree { noteFree(index, id) }
      }
    }
  }

  /// A loop that has too much of it needs no more, and neither do those around it.
  private mutating func noteFree(_ index: UInt32, _ id: UInt32) {
    var header = flow.loopHeaders[id]
    while header != ControlFlow.none, freeCounts[header] <= KeyTests.freeLimit {
      frees.add(index, to: header)
      freeCounts[header] += 1
      header = flow.outerHeaders[header]
    }
  }

  private mutating func visit(_ id: UInt32, _ function: Function, _ counter: inout PassCounter) {
    versions.enter(id, flow)
    let block = function.blocks[id]
    let end = function.instructions[block.end - 1].opcode
    // What leads to a stop is done once at most.
    let isWorthIt = flow.loopDepths[id] > 0 && end != .stop && end != .unreachable
    for index in block.start..<block.end {
      let instruction = function.instructions[index]
      if instruction.opcode == .checkKey {
        let root = function.allocation(of: instruction.a)
        if isWorthIt { visitCheck(instruction, root, id, function, &counter) }
        checkedVersions[root] = versions.current
        checkedBlocks[root] = id
      } else if instruction.mayFree {
        versions.begin()
      }
    }
    versions.leave(id)
  }

  private mutating func visitCheck(
    _ check: Instruction, _ root: UInt32, _ id: UInt32, _ function: Function,
    _ counter: inout PassCounter
  ) {
    guard test(of: check.a, in: id) == nil, let (header, entry) = outermostLoop(check.a, id, function) else { return }
    let isKnown =
      checkedVersions[root] != 0 && checkedVersions[root] == versions.end(of: entry)
      && flow.dominates(checkedBlocks[root], entry)
    // What stands in front of an inner loop is done in nearly every round.
    guard isKnown || isEntry[id] || flow.isInEveryRound(id), testCounts[header] < KeyTests.testLimit, counter.allows()
    else { return }
    testCounts[header] += 1
    let test = tests.add(KeyTest(pointer: check.a, header: header, entry: entry, isKnown: isKnown, variable: 0))
    testsOfPointer.add(test, to: check.a)
    testsAtEnd.add(test, to: entry)
    var node = frees.first(of: header)
    while node != LinkedLists.none {
      testsBehind.add(test, to: frees.item(node))
      node = frees.next(node, of: header)
    }
  }

  /// The test of the pointer in front of a loop around the block.
  private func test(of pointer: UInt32, in id: UInt32) -> UInt32? {
    var node = testsOfPointer.first(of: pointer)
    for _ in 0..<KeyTests.testLimit where node != LinkedLists.none {
      let test = testsOfPointer.item(node)
      if flow.isInLoop(id, header: tests[test].header) { return test }
      node = testsOfPointer.next(node, of: pointer)
    }
    return nil
  }

  /// Gives each check the test of its pointer, also those that came before the one for which it is made.
  private mutating func assignChecks(_ function: Function, counter: inout PassCounter) {
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard flow.loopDepths[id] > 0 else { continue }
      let block = function.blocks[id]
      for index in block.start..<block.end where function.instructions[index].opcode == .checkKey {
        let check = function.instructions[index]
        guard let test = test(of: check.a, in: id) else { continue }
        testOfCheck[index] = test
        counter.note(check, .testedBeforeLoop)
      }
    }
  }

  /// The outermost loop around the block in front of which the pointer is there, and that frees seldom; and the block
  /// from which it is entered.
  private func outermostLoop(_ pointer: UInt32, _ id: UInt32, _ function: Function) -> (UInt32, UInt32)? {
    var found: (UInt32, UInt32)?
    var header = flow.loopHeaders[id]
    while header != ControlFlow.none {
      guard let entry = flow.onlyEntry(of: header), flow.dominates(homes[pointer], entry), freesSeldom(header, id)
      else { break }
      found = (header, entry)
      header = flow.outerHeaders[header]
    }
    return found
  }

  /// Whether all that may free in the loop lies on ways that aren't taken in every round, of loops that the check lies in.
  private func freesSeldom(_ header: UInt32, _ checked: UInt32) -> Bool {
    guard freeCounts[header] <= KeyTests.freeLimit else { return false }
    var node = frees.first(of: header)
    while node != LinkedLists.none {
      let block = homes[frees.item(node)]
      if flow.isInEveryRound(block) || !flow.isInLoop(checked, header: flow.loopHeaders[block]) { return false }
      node = frees.next(node, of: header)
    }
    return true
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for test in 0..<UInt32(tests.count) { tests[test].variable = rebuilder.target.variables.add(.i32) }
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      copyBody(id, function)
    }
    rebuilder.finish()
  }

  private mutating func copyBody(_ id: UInt32, _ function: Function) {
    // The results of a call stand right behind it, and the tests behind those.
    var freeing = KeyTests.none
    for index in rebuilder.body(of: id) {
      let opcode = function.instructions[index].opcode
      if freeing != KeyTests.none && opcode != .result && opcode != .nop {
        var node = testsBehind.first(of: freeing)
        while node != LinkedLists.none {
          emitTest(testsBehind.item(node), isKnown: false)
          node = testsBehind.next(node, of: freeing)
        }
        freeing = KeyTests.none
      }
      if opcode.isTerminator { emitTestsAtEnd(id) }
      if testOfCheck[index] != KeyTests.none { copyCheck(index) } else { rebuilder.copy(index) }
      if !testsBehind.isEmpty(index) { freeing = index }
    }
  }

  private mutating func emitTestsAtEnd(_ id: UInt32) {
    var node = testsAtEnd.first(of: id)
    while node != LinkedLists.none {
      let test = testsAtEnd.item(node)
      emitTest(test, isKnown: tests[test].isKnown)
      node = testsAtEnd.next(node, of: id)
    }
  }

  private mutating func emitTest(_ index: UInt32, isKnown: Bool) {
    let test = tests[index]
    rebuilder.site = 0
    let fits =
      isKnown
      ? rebuilder.emit(.constant(.i32, bits: 1, position: 0))
      : rebuilder.emitKeyTest(of: test.pointer, rebuilder.values[test.pointer], flow)
    rebuilder.emit(Instruction(.variableSet, a: test.variable, b: fits))
  }

  private mutating func copyCheck(_ index: UInt32) {
    let check = rebuilder.mapped(index)
    let fits = rebuilder.emit(
      Instruction(.variableGet, .i32, a: tests[testOfCheck[index]].variable, position: check.position))
    let list = rebuilder.target.lists.add(1)
    rebuilder.target.lists.append(check.a)
    rebuilder.emit(
      Instruction(.check, a: fits, b: list, c: UInt32(StopKind.stale.rawValue), position: check.position))
  }
}
