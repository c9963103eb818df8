// Definite assignment (Java Language Specification, chapter 16, in the form that a structured language needs):
// which locals are assigned on every path to a point, and which on some.

/// Bits for the locals of a function that begin unassigned.
struct LocalSet: Equatable {
  /// The first 64, without allocation.
  private var low: UInt64 = 0
  private var high: [UInt64] = []

  func contains(_ index: Int) -> Bool {
    if index < 64 { return low & (1 << UInt64(index)) != 0 }
    let word = index / 64 - 1
    return word < high.count && high[word] & (1 << UInt64(index % 64)) != 0
  }

  mutating func insert(_ index: Int) {
    if index < 64 {
      low |= 1 << UInt64(index)
      return
    }
    let word = index / 64 - 1
    while high.count <= word { high.append(0) }
    high[word] |= 1 << UInt64(index % 64)
  }

  mutating func remove(_ index: Int) {
    if index < 64 {
      low &= ~(1 << UInt64(index))
    } else if index / 64 - 1 < high.count {
      high[index / 64 - 1] &= ~(1 << UInt64(index % 64))
    }
  }

  mutating func formIntersection(_ other: LocalSet) {
    low &= other.low
    if high.count > other.high.count { high.removeLast(high.count - other.high.count) }
    for i in high.indices { high[i] &= other.high[i] }
  }

  mutating func formUnion(_ other: LocalSet) {
    low |= other.low
    while high.count < other.high.count { high.append(0) }
    for i in other.high.indices { high[i] |= other.high[i] }
  }
}

/// What is known at a point of the program.
struct FlowState {
  /// Control can come here.
  var isReachable = true
  /// Assigned on every path.
  var assigned = LocalSet()
  /// Assigned on some path.
  var touched = LocalSet()

  /// The state where this path and another one meet.
  mutating func merge(_ other: FlowState) {
    if !other.isReachable {
      touched.formUnion(other.touched)
      return
    }
    if !isReachable {
      let touchedHere = touched
      self = other
      touched.formUnion(touchedHere)
      return
    }
    assigned.formIntersection(other.assigned)
    touched.formUnion(other.touched)
  }
}
