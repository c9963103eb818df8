// Marks of the parameters of all functions of a program, which spread from one to another along calls. All calls of a
// function are known unless the host or the function table leads there: the parameters of those are marked first.

import ZongStores

/// A mark for each parameter, and the parameters that are marked with it.
struct ParameterMarks: ~Copyable {
  /// By function: the number of its first parameter.
  private var bases = Store<UInt32>()
  private var marks = Store<Bool>()
  private var followers = LinkedLists()
  /// Marked, and their followers aren't yet.
  private var open = Store<UInt32>()

  init() {}

  /// Begins anew. `isRoot` tells which functions are reached from outside.
  mutating func begin(_ functions: [Function?], isRoot: (Int) -> Bool) {
    bases.removeAll()
    var count: UInt32 = 0
    for function in functions {
      bases.append(count)
      count += UInt32(function?.parameters.count ?? 0)
    }
    marks.refill(with: false, count: Int(count))
    followers.refill(heads: Int(count))
    open.removeAll()
    for (id, function) in functions.enumerated() where isRoot(id) {
      for place in 0..<UInt32(function?.parameters.count ?? 0) { mark(bases[id] + place) }
    }
  }

  /// The number of a function's parameter.
  @inline(__always)
  func number(_ function: UInt32, _ place: UInt32) -> UInt32 { bases[function] + place }

  @inline(__always)
  func isMarked(_ parameter: UInt32) -> Bool { marks[parameter] }

  mutating func mark(_ parameter: UInt32) {
    if marks[parameter] { return }
    marks[parameter] = true
    open.append(parameter)
  }

  /// When `parameter` is marked, so is `follower`.
  mutating func add(_ follower: UInt32, to parameter: UInt32) { followers.add(follower, to: parameter) }

  /// Marks all that follow.
  mutating func spread() {
    while !open.isEmpty {
      let parameter = open[open.count - 1]
      open.removeLast()
      var node = followers.first(of: parameter)
      while node != LinkedLists.none {
        mark(followers.item(node))
        node = followers.next(node, of: parameter)
      }
    }
  }
}
