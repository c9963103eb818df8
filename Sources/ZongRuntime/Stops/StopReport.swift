// What is known about a program that was stopped, ready to be shown.

/// Why and where a program was stopped.
package struct StopReport: Sendable, Equatable {
  /// One call that was under way.
  package struct Frame: Sendable, Equatable {
    package let function: String
    /// Null where the module doesn't say.
    package let place: Place?

    package init(function: String, place: Place?) {
      self.function = function
      self.place = place
    }

    /// True for a function of the standard library.
    var isOfLibrary: Bool { place?.isLibrary ?? false }
  }

  /// A place in the source.
  package struct Place: Sendable, Equatable {
    package let path: String
    /// From 1.
    package let line: Int
    /// From 1, in bytes.
    package let column: Int

    package init(path: String, line: Int, column: Int) {
      self.path = path
      self.line = line
      self.column = column
    }

    /// True for the standard library, whose places are never the user's mistake.
    package var isLibrary: Bool { path.hasPrefix("std/") }
    /// True for what every program has.
    var isCore: Bool { path.hasPrefix("std/core/") }
  }

  /// One line that says what happened, with the values involved.
  package var message: String
  package var notes: [String] = []
  /// The calls, innermost first.
  package var frames: [Frame] = []
  /// How many calls were left out after which of the frames, if the trace is not complete.
  package var omitted: (after: Int, count: Int?)?

  package init(message: String, notes: [String] = [], frames: [Frame] = []) {
    self.message = message
    self.notes = notes
    self.frames = frames
  }

  /// The place to look at first: the innermost one in the user's files.
  package var access: Place? {
    let places = frames.lazy.compactMap(\.place)
    return places.first { !$0.isLibrary } ?? places.first
  }

  package static func == (a: StopReport, b: StopReport) -> Bool {
    a.message == b.message && a.notes == b.notes && a.frames == b.frames
      && a.omitted?.after == b.omitted?.after && a.omitted?.count == b.omitted?.count
  }
}

/// How a run ended.
package enum Outcome: Sendable, Equatable {
  /// The program ended itself, with this status.
  case exited(Int32)
  /// The program was stopped for a mistake or at a limit.
  case stopped(StopReport)
  /// The time limit was reached.
  case timedOut(StopReport)
  /// The program could not be started.
  case failed(RuntimeError)

  /// The exit status of the process.
  package var status: Int32 {
    switch self {
    case .exited(let status): status
    case .stopped: 134
    case .timedOut: 124
    case .failed: 1
    }
  }
}
