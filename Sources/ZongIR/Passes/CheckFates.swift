// What became of checks, and why: kept for `--emit checks` only.

/// A decision of a pass about a check. Positions are the source's.
package struct CheckFate: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The pointer leads to memory that is never freed: a frame, a global, a constant.
    case neverFreed
    /// The same allocation was checked at the other place, and nothing in between may free.
    case checkedBefore
    /// The allocation was made at the other place, and nothing in between may free.
    case madeBefore
    /// It is a parameter that every call gives a pointer that fits, and nothing since may free.
    case checkedByCallers
    /// It follows from conditions that were tested before.
    case implied
    /// It was moved in front of the loop.
    case movedOutOfLoop
    /// A test in front of the loop decides whether the loop needs it.
    case testedBeforeLoop
    /// Kept: the allocation was checked before, but something at the other place may have freed it since.
    case mayHaveBeenFreed
  }
  package var position: UInt32
  /// Of a key; otherwise of an index, a range or something else.
  package var isKey: Bool
  package var reason: Reason
  package var other: UInt32 = 0
}

extension PassCounter {
  /// Remembers what becomes of a check, if anyone wants to know.
  mutating func note(_ check: Instruction, _ reason: CheckFate.Reason, other: UInt32 = 0) {
    guard keepsFates else { return }
    fates.insert(
      CheckFate(position: check.position, isKey: check.isKeyCheck, reason: reason, other: other))
  }
}
