// Diagnostics as values. A stage appends them to a `Diagnostics` bag; nothing prints here.

/// How serious a diagnostic is.
package enum Severity: String, Sendable { case error, warning }

/// A secondary place, with what it has to do with the matter.
package struct Label: Sendable {
  package let span: Span
  package let text: String
  package init(_ span: Span, _ text: String) {
    self.span = span
    self.text = text
  }
}

/// A change that a tool can apply: replace the bytes of `span` with `replacement`.
package struct FixIt: Sendable {
  package let title: String
  package let span: Span
  package let replacement: String
  package init(_ title: String, at span: Span, replacement: String) {
    self.title = title
    self.span = span
    self.replacement = replacement
  }
}

/// One message to the user.
package struct Diagnostic: Sendable {
  package let kind: DiagnosticKind
  package let span: Span
  /// One sentence in the user's words, lower-case, without a full stop.
  package let message: String
  /// What is said under the carets of the primary span; may be empty.
  package var label = ""
  package var labels: [Label] = []
  package var notes: [String] = []
  package var fixIts: [FixIt] = []
  package var severity: Severity { kind.severity }

  package init(_ kind: DiagnosticKind, at span: Span, _ message: String) {
    self.kind = kind
    self.span = span
    self.message = message
  }
}

/// The diagnostics of a stage, in the order in which they were found.
package struct Diagnostics: Sendable {
  package private(set) var items: [Diagnostic] = []
  /// No more than this many are kept; the rest is counted.
  package static let limit = 1_000
  package private(set) var dropped = 0
  package private(set) var errorCount = 0

  package init() {}

  package var hasErrors: Bool { errorCount > 0 }

  package mutating func append(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { errorCount += 1 }
    if items.count < Diagnostics.limit { items.append(diagnostic) } else { dropped += 1 }
  }

  package mutating func append(contentsOf other: Diagnostics) {
    let kept = other.items.reduce(0) { $0 + ($1.severity == .error ? 1 : 0) }
    for item in other.items { append(item) }
    dropped += other.dropped
    errorCount += other.errorCount - kept
  }

  /// Appends those of `other` that `isWanted` wants, which may change them.
  package mutating func append(contentsOf other: Diagnostics, where isWanted: (inout Diagnostic) -> Bool) {
    for item in other.items {
      var item = item
      if isWanted(&item) { append(item) }
    }
  }

  /// Takes back the last `count` diagnostics, warnings, if they all are such as `isMeant` says; whether they were.
  package mutating func removeLast(_ count: Int, where isMeant: (Diagnostic) -> Bool) -> Bool {
    guard dropped == 0, count <= items.count, items.suffix(count).allSatisfy(isMeant) else { return false }
    items.removeLast(count)
    return true
  }

  /// Puts the diagnostics into the order that their indices have in `order`.
  mutating func reorder(_ order: [Int]) { items = order.map { items[$0] } }

  /// Reports a diagnostic; `more` adds labels, notes and fix-its.
  package mutating func report(
    _ kind: DiagnosticKind, at span: Span, _ message: @autoclosure () -> String,
    label: @autoclosure () -> String = "", more: (inout Diagnostic) -> Void = { _ in }
  ) {
    // Text is made only for what is kept: a file may hold millions of mistakes.
    if items.count >= Diagnostics.limit {
      if kind.severity == .error { errorCount += 1 }
      dropped += 1
      return
    }
    var diagnostic = Diagnostic(kind, at: span, message())
    diagnostic.label = label()
    more(&diagnostic)
    append(diagnostic)
  }
}
