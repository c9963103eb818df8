// Puts the bodies of small functions in place of their calls. Callees are final when their callers are looked at; of a
// circle of calls those that have been optimised already, whose calls back to the caller stay calls. What is put into a
// loop may call small functions, too, which are put there in a second round. A small function
// that calls itself is put into itself once more. Each inlined instruction keeps its position, and its chain of inline
// sites tells the calls that the trace of a stop shows.

import ZongStores

/// What the inliner knows of a function that may be called.
package struct InlineCandidate: BitwiseCopyable, Sendable {
  /// The number of instructions that cost something; `none` if it must not be inlined.
  package var size: UInt32
  /// Whether one call is all there is.
  package var isCalledOnce: Bool
}

/// Inlining into one function.
package struct Inline: ~Copyable {
  private var rebuilder = Rebuilder()
  private var flow = ControlFlow()
  /// The callee's values and blocks while its body is copied, and the caller's while they wait.
  private var otherValues = Store<UInt32>()
  private var otherBlocks = Store<UInt32>()
  private var results = Store<UInt32>()
  private var arguments = Store<UInt32>()
  private var grown: UInt32 = 0
  /// While a function is inlined into itself, that function: nothing else is then.
  private var own: Function?
  /// Whether a body that was put into a loop has calls of its own.
  private var hasCallsInLoops = false
  /// Whether these are being inlined: only what is called in every round of a loop.
  private var isSecondRound = false

  package init() {}

  /// A function of at most this size is always inlined, and of at most the second where it is called in a loop.
  static let smallSize: UInt32 = 40
  static let loopSize: UInt32 = 100
  /// A function with a single call is inlined up to this size.
  static let onceSize: UInt32 = 400
  /// A small function stays small: what it calls in a branch only, and so perhaps seldom, isn't inlined into it even if
  /// this is the only call. Then its short way can be inlined where it is called. Not so in a circle of calls, which is
  /// entered at one of its functions and doesn't get shorter by a call that stays.
  private var keepsSmall = false
  /// A function with a larger frame than this, in bytes, keeps it for itself: a stack overflow is its own, and its
  /// callers' recursion stays as deep as it was.
  static let frameSize: UInt32 = 1024
  /// A function of at most this size that calls itself is inlined into itself, if all its calls grow it by no more than
  /// the second: half of the calls and more are saved, and a stop shows the same trace.
  static let ownSize: UInt32 = 40
  static let ownGrowth: UInt32 = 128
  /// Two levels become four.
  static let ownRounds = 2
  /// No function grows by more than this.
  static let growthLimit: UInt32 = 4000

  /// Inlines calls of `functions` that `candidates` (both by function id) allow; whether any was. `isInCircle` tells whether
  /// the function calls itself by way of others.
  @discardableResult
  package mutating func run(
    _ function: Function, _ functions: [Function?], _ candidates: borrowing Store<InlineCandidate>,
    isInCircle: Bool = false, _ counter: inout PassCounter
  ) -> Bool {
    guard callsCandidate(function, candidates) else { return false }
    // Not optimised yet, a function is about twice as large as it will be.
    keepsSmall = !isInCircle && Inline.size(of: function) <= 2 * Inline.loopSize
    grown = 0
    hasCallsInLoops = false
    isSecondRound = false
    guard rewrite(function, functions, candidates, &counter) else { return false }
    isSecondRound = true
    if hasCallsInLoops { _ = rewrite(function, functions, candidates, &counter) }
    return true
  }

  /// Inlines a function, optimised already, into itself; whether it was. What is inlined calls the function that it becomes
  /// part of, so that each round doubles the levels that one call does.
  package mutating func runOnItself(_ function: Function, _ counter: inout PassCounter) -> Bool {
    var calls: UInt32 = 0
    for index in 0..<function.instructions.count {
      let instruction = function.instructions[index]
      if instruction.opcode == .call && instruction.a == function.id.index { calls += 1 }
    }
    if calls == 0 { return false }
    let size = Inline.size(of: function)
    guard size <= Inline.ownSize, calls * size <= Inline.ownGrowth else { return false }
    own = function
    isSecondRound = false
    let none = Store<InlineCandidate>(capacity: 0)
    let isInlined = rewrite(function, [], none, &counter)
    own = nil
    return isInlined
  }

  private mutating func rewrite(
    _ function: Function, _ functions: [Function?], _ candidates: borrowing Store<InlineCandidate>,
    _ counter: inout PassCounter
  ) -> Bool {
    flow.compute(function)
    rebuilder.begin(function)
    let before = counter.taken
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      copyBlock(id, function, functions, candidates, &counter)
    }
    rebuilder.finish()
    return counter.taken > before
  }

  /// What `function` costs a caller that inlines it; `none` if no caller may. A function that calls the host is not
  /// small: beside the host's work its own call takes no time. `isImported` tells which functions are the host's.
  package static func size(of function: Function, isImported: (UInt32) -> Bool = { _ in false }) -> UInt32 {
    if isSlow(function) { return Rebuilder.none }
    var frame: UInt32 = 0
    for slot in 0..<function.slots.count {
      let (sum, overflow) = frame.addingReportingOverflow(function.slots[slot].size)
      if overflow || sum > frameSize { return Rebuilder.none }
      frame = sum
    }
    var size: UInt32 = 0
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end {
        switch function.instructions[index].opcode {
        case .nop, .parameter, .blockParameter, .constant, .jump, .returnValues: continue
        case .call: size += isImported(function.instructions[index].a) ? smallSize : 4
        case .callIndirect: size += 4
        default: size += 1
        }
      }
    }
    return size
  }

  /// Whether the function is by its name the long way of one that is to stay short: a function of the library's.
  private static func isSlow(_ function: Function) -> Bool {
    function.name.utf8.first == UInt8(ascii: "_") && function.name.hasSuffix("_slowly")
  }

  private func callsCandidate(_ function: Function, _ candidates: borrowing Store<InlineCandidate>) -> Bool {
    for index in 0..<function.instructions.count where function.instructions[index].opcode == .call {
      let callee = function.instructions[index].a
      if Int(callee) < candidates.count && candidates[callee].size != Rebuilder.none { return true }
    }
    return false
  }

  // MARK: The caller

  private mutating func copyBlock(
    _ id: UInt32, _ function: Function, _ functions: [Function?], _ candidates: borrowing Store<InlineCandidate>,
    _ counter: inout PassCounter
  ) {
    let isCold = Inline.isCold(function[function.terminator(of: BlockId(id))].opcode)
    let isInLoop = flow.loopDepths[id] > 0
    if isSecondRound && !(isInLoop && flow.isInEveryRound(id)) {
      for index in rebuilder.body(of: id) { rebuilder.copy(index) }
      return
    }
    let isBranch = !isInLoop && id != function.order[0].index
    for index in rebuilder.body(of: id) {
      let instruction = function.instructions[index]
      if instruction.opcode == .call, !isCold,
        let callee = wanted(instruction, isInLoop, isBranch, functions, candidates), counter.allows()
      {
        if isInLoop && callsCandidate(callee, candidates) { hasCallsInLoops = true }
        guard inline(callee, index, function) else { return }
      } else if instruction.opcode == .result && rebuilder.values[index] != 0 {
        continue
      } else {
        rebuilder.copy(index)
      }
    }
  }

  /// A block that ends the program isn't worth anything.
  private static func isCold(_ terminator: Opcode) -> Bool { terminator == .stop || terminator == .unreachable }

  private mutating func wanted(
    _ call: Instruction, _ isInLoop: Bool, _ isBranch: Bool, _ functions: [Function?],
    _ candidates: borrowing Store<InlineCandidate>
  ) -> Function? {
    if let own { return call.a == own.id.index ? own : nil }
    guard Int(call.a) < functions.count, !call.effects.contains(.noReturn), call.effects != .sameValue,
      let callee = functions[Int(call.a)]
    else {
      return nil
    }
    let candidate = candidates[call.a]
    if candidate.size == Rebuilder.none { return nil }
    let isOnly = candidate.isCalledOnce && !(keepsSmall && isBranch)
    let limit = isOnly ? Inline.onceSize : isInLoop ? Inline.loopSize : Inline.smallSize
    guard candidate.size <= limit, grown + candidate.size <= Inline.growthLimit else { return nil }
    grown += candidate.size
    return callee
  }

  // MARK: The callee

  /// Copies the callee's blocks; false if it never returns, so that the rest of the caller's block isn't reached.
  private mutating func inline(_ callee: Function, _ index: UInt32, _ function: Function) -> Bool {
    let call = function.instructions[index]
    arguments.removeAll()
    for value in function.list(call.b) { arguments.append(rebuilder.values[value]) }
    let site = addSites(callee, call, at: index, function)
    enter(callee)
    let variableBase = addVariables(callee, call.position)
    let slotBase = UInt32(rebuilder.target.slots.count)
    rebuilder.target.slots.append(contentsOf: callee.slots.elements)
    let copying = Copying(
      site: site, siteBase: siteBase, variableBase: variableBase, slotBase: slotBase, position: call.position,
      isFresh: call.effects.contains(.fresh))
    let returns = copyBody(callee, copying)
    leave(function)
    rebuilder.site = 0
    if returns { assignResults(index, call, function) }
    return returns
  }

  /// What is added to the callee's numbers.
  struct Copying: BitwiseCopyable {
    var site: UInt32
    var siteBase: UInt32
    var variableBase: UInt32
    var slotBase: UInt32
    var position: UInt32
    /// Whether the first result is a pointer to new memory.
    var isFresh: Bool
    /// The block that returns jump to, or `none` where the only return ends the callee's only block.
    var after = Rebuilder.none
  }

  private var siteBase: UInt32 = 0

  /// The site of this call, and after it the sites in the callee, now one level deeper.
  private mutating func addSites(_ callee: Function, _ call: Instruction, at index: UInt32, _ function: Function)
    -> UInt32
  {
    rebuilder.keepSites()
    let parent = Int(index) < function.instructionSites.count ? function.instructionSites[index] : 0
    let site = rebuilder.target.inlineSites.add(
      InlineSite(callee: callee.id, position: call.position, parent: parent))
    siteBase = site
    for inner in 1..<max(callee.inlineSites.count, 1) {
      var deeper = callee.inlineSites[inner]
      deeper.parent = deeper.parent == 0 ? site : siteBase + deeper.parent
      rebuilder.target.inlineSites.append(deeper)
    }
    return site
  }

  private mutating func enter(_ callee: Function) {
    swap(&rebuilder.values, &otherValues)
    swap(&rebuilder.blocks, &otherBlocks)
    rebuilder.values.refill(with: 0, count: callee.instructions.count)
    rebuilder.blocks.refill(with: Rebuilder.none, count: callee.blocks.count)
    rebuilder.source = callee
  }

  private mutating func leave(_ function: Function) {
    swap(&rebuilder.values, &otherValues)
    swap(&rebuilder.blocks, &otherBlocks)
    rebuilder.source = function
  }

  /// The callee's variables, zero as at each of its calls.
  private mutating func addVariables(_ callee: Function, _ position: UInt32) -> UInt32 {
    let base = UInt32(rebuilder.target.variables.count)
    for index in 0..<callee.variables.count {
      let variable = rebuilder.target.variables.add(callee.variables[index])
      let zero = rebuilder.emit(.constant(callee.variables[index], bits: 0, position: position))
      rebuilder.emit(Instruction(.variableSet, a: variable, b: zero, position: position))
    }
    return base
  }

  /// Whether the callee returns at all. Afterwards the block where the caller goes on is open, and `results` holds
  /// the results.
  private mutating func copyBody(_ callee: Function, _ copying: Copying) -> Bool {
    var copying = copying
    results.removeAll()
    if callee.order.count > 1 { copying.after = rebuilder.target.blocks.add(Block()) }
    var returns = false
    for place in 0..<callee.order.count {
      let id = callee.order[place].index
      if id != BlockId.entry.index && !rebuilder.open(id) { continue }
      for index in rebuilder.body(of: id) {
        let instruction = callee.instructions[index]
        if instruction.opcode == .returnValues {
          returns = true
          copyReturn(instruction, callee, copying)
        } else {
          copy(index, instruction, copying)
        }
      }
    }
    guard returns, copying.after != Rebuilder.none else { return returns }
    rebuilder.openNew(copying.after)
    rebuilder.target.blocks[copying.after].parameterCount = UInt32(callee.results.count)
    results.removeAll()
    for index in 0..<callee.results.count {
      var parameter = Instruction(.blockParameter, callee.results[index], a: UInt32(index), position: copying.position)
      if index == 0 && copying.isFresh { parameter.effects = .fresh }
      results.append(rebuilder.emit(parameter))
    }
    return true
  }

  private mutating func copyReturn(_ instruction: Instruction, _ callee: Function, _ copying: Copying) {
    let list = rebuilder.mappedList(instruction.b)
    if copying.after == Rebuilder.none {
      for value in rebuilder.target.list(list) { results.append(value) }
      return
    }
    // An edge is a target and a list.
    let edge = rebuilder.target.lists.add(copying.after)
    let count = rebuilder.target.lists[list]
    rebuilder.target.lists.append(count)
    for item in 0..<count { rebuilder.target.lists.append(rebuilder.target.lists[list + 1 + item]) }
    rebuilder.emit(Instruction(.jump, a: edge, position: copying.position))
  }

  private mutating func copy(_ index: UInt32, _ instruction: Instruction, _ copying: Copying) {
    switch instruction.opcode {
    case .nop: return
    case .parameter:
      rebuilder.values[index] = arguments[instruction.a]
      return
    default: break
    }
    var copied = rebuilder.mapped(index)
    rebuilder.site =
      rebuilder.source.inlineSites.count > 1 && Int(index) < rebuilder.source.instructionSites.count
        && rebuilder.source.instructionSites[index] != 0
      ? copying.siteBase + rebuilder.source.instructionSites[index] : copying.site
    switch instruction.opcode {
    case .variableGet, .variableSet: copied.a += copying.variableBase
    case .frameAddress: copied.a += copying.slotBase
    default: break
    }
    rebuilder.values[index] = rebuilder.emit(copied)
  }

  /// The call's value, or its `result`s, which follow it.
  private mutating func assignResults(_ index: UInt32, _ call: Instruction, _ function: Function) {
    if call.type != .none {
      rebuilder.values[index] = results[0]
      return
    }
    var next = index + 1
    while Int(next) < function.instructions.count {
      let follower = function.instructions[next]
      guard follower.opcode == .result || follower.opcode == .nop else { return }
      if follower.opcode == .result && follower.a == index { rebuilder.values[next] = results[follower.b] }
      next += 1
    }
  }
}
