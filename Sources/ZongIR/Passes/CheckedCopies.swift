// Copies of functions that call themselves, for calls that have checked what they pass: a function that checks its
// parameter at each entry, because one caller gives it a pointer that wasn't seen, needn't when it calls itself.
//
// A copy does what its function does, and each call may go to either. It goes to the copy where the pointers are known
// to fit, and the copy's calls of itself stay in it; so `CheckedParameters` would find its parameters checked. The
// function's name and positions are the copy's too: stops and traces don't tell them apart.

import ZongStores

/// Makes copies of functions whose parameters are `fresh`.
struct CheckedCopies: ~Copyable {
  /// A function of more instructions isn't copied, and so many are at most.
  private static let sizeLimit = 256
  private static let countLimit = 64

  /// A copy that may be made.
  private struct Candidate {
    var copy: Function
    /// The places of the parameters that count as checked.
    var places: Set<Int>
    /// The calls that may go to it.
    var calls: [(caller: Function, index: UInt32)] = []
  }

  private var keys = RedundantKeyChecks()

  init() {}

  /// Adds copies to the program, and leads calls to them: which functions of it are new. Comes behind
  /// `CheckedParameters`, on whose marks it rests.
  mutating func run(_ program: inout Program, _ counter: inout PassCounter) -> Range<Int> {
    let first = program.definitions.count
    let functions = program.functions
    var candidates: [Int: Candidate] = [:]
    for (id, function) in functions.enumerated() where candidates.count < Self.countLimit {
      if let function, program.stale?.index != function.id.index { candidates[id] = candidate(function) }
    }
    guard !candidates.isEmpty else { return first..<first }
    for function in functions.compactMap({ $0 }) { findCalls(in: function, &candidates) }
    for (id, candidate) in candidates.sorted(by: { $0.key < $1.key }) {
      guard candidate.calls.contains(where: { Int($0.caller.id.index) == id }), counter.allows() else { continue }
      let copyId = FunctionId(UInt32(program.definitions.count))
      let original = FunctionId(UInt32(id))
      candidate.copy.id = copyId
      for index in Self.calls(in: candidate.copy) where candidate.copy.instructions[index].a == original.index {
        candidate.copy.instructions[index].a = copyId.index
      }
      for call in candidate.calls { call.caller.instructions[call.index].a = copyId.index }
      program.definitions.append(.defined(candidate.copy))
      program.names.append(candidate.copy.name)
    }
    return first..<program.definitions.count
  }

  /// A copy of the function, if it calls itself and some of the parameters that it checks fit in these calls, given that
  /// they fit at its entry.
  private mutating func candidate(_ function: Function) -> Candidate? {
    let id = Int(function.id.index)
    guard function.instructions.count <= Self.sizeLimit,
      Self.calls(in: function).contains(where: { Int(function.instructions[$0].a) == id })
    else { return nil }
    let checked = Self.checkedParameters(of: function)
    guard !checked.isEmpty else { return nil }
    let copy = Function(copying: function)
    for index in checked { copy.instructions[index].effects.insert(.fresh) }
    var left = checked
    var doubtful: Set<Int> = []
    repeat {
      doubtful = []
      keys.forEachDoubtful(copy) { callee, place, _ in if callee == id { doubtful.insert(place) } }
      let dropped = left.filter { doubtful.contains(Int(copy.instructions[$0].a)) }
      for index in dropped { copy.instructions[index].effects.remove(.fresh) }
      left.removeAll { dropped.contains($0) }
      if dropped.isEmpty { break }
    } while !left.isEmpty
    return left.isEmpty ? nil : Candidate(copy: copy, places: Set(left.map { Int(copy.instructions[$0].a) }))
  }

  /// The calls in the function whose pointers fit, wherever the copy counts on it.
  private mutating func findCalls(in function: Function, _ candidates: inout [Int: Candidate]) {
    let calls = Self.calls(in: function).filter { candidates[Int(function.instructions[$0].a)] != nil }
    guard !calls.isEmpty else { return }
    var doubtful: Set<UInt32> = []
    keys.forEachDoubtful(function) { [candidates] callee, place, call in
      if let candidate = candidates[callee], candidate.places.contains(place) { doubtful.insert(call) }
    }
    for index in calls where !doubtful.contains(index) {
      candidates[Int(function.instructions[index].a)]?.calls.append((function, index))
    }
  }

  /// The parameters of which there is a check, and that aren't known to fit.
  private static func checkedParameters(of function: Function) -> [UInt32] {
    var found: [UInt32] = []
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .checkKey {
        let owner = function.allocation(of: function.instructions[index].a)
        let value = function.instructions[owner]
        if value.opcode == .parameter, !value.effects.contains(.fresh), !found.contains(owner) { found.append(owner) }
      }
    }
    return found
  }

  private static func calls(in function: Function) -> [UInt32] {
    var found: [UInt32] = []
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end where function.instructions[index].opcode == .call { found.append(index) }
    }
    return found
  }
}
