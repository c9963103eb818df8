// What a run took, measured while it went on: `zong run --stats`.

/// What one run took.
package struct RunStatistics: Sendable {
  /// When the program's own code began, and when it ended: nanoseconds of the monotonic clock.
  package var began: UInt64 = 0
  package var ended: UInt64 = 0
  /// The processor time of the program's thread, in nanoseconds.
  package var processor: UInt64 = 0
  /// The program's memory at its end, in bytes; it never shrinks.
  package var memory = 0
  /// The memory of its tags, if the module shows that.
  package var tags = 0
  /// How many allocations there were, and the most bytes of the heap that were in use; null if the program doesn't count.
  package var allocations: UInt64?
  package var heapPeak: UInt64?
  /// Bytes that came in and went out through files and streams.
  package var bytesRead: UInt64 = 0
  package var bytesWritten: UInt64 = 0
  /// The calls of host functions that were made, by the function's name, in the order of the module's imports.
  package var calls: [(name: String, count: UInt64)] = []
  /// The fuel that was used, where it is counted: about one for each WebAssembly instruction.
  package var fuel: UInt64?

  package init() {}
}

/// The time of a clock of the system's, in nanoseconds.
func nanoseconds(of clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return nanoseconds(time)
}
