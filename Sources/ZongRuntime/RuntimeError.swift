// What the runtime says when it can't run a program at all.

/// A failure before the program ran or outside it, as text for the user: one message, and notes that help.
package struct RuntimeError: Error, Sendable, Equatable {
  package let message: String
  package let notes: [String]

  package init(_ message: String, notes: [String] = []) {
    self.message = message
    self.notes = notes
  }
}
