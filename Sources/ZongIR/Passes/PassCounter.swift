// Counts what the optimiser decides, and stops it after a number of decisions, so that a miscompilation is found by
// halving the number.

/// A budget of rewriting decisions. A pass asks before each; once the answer is no, it stays no.
package struct PassCounter: Sendable {
  /// How many more decisions may be made.
  @usableFromInline var remaining: Int
  /// How many were made.
  package internal(set) var taken = 0
  /// Whether the fates of checks are kept, and those that are.
  package internal(set) var keepsFates = false
  package internal(set) var fates: Set<CheckFate> = []

  /// Without a limit, every decision is allowed.
  package init(limit: Int? = nil) { remaining = max(limit ?? Int.max, 0) }

  /// Whether one more rewriting may be done; it is counted as done.
  @inlinable @inline(__always)
  package mutating func allows() -> Bool { allows(1) }

  /// Whether `count` rewritings that belong together may be done; if not, none is done from now on.
  @inlinable
  package mutating func allows(_ count: Int) -> Bool {
    guard remaining >= count else {
      remaining = 0
      return false
    }
    remaining -= count
    taken += count
    return true
  }
}
