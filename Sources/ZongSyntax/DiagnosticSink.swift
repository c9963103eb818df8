// Where the lexer and the parser put their diagnostics. A class, so that the closures that word a message may
// look at the state of the stage that reports it.

/// A bag of diagnostics that is shared within one run of a stage.
final class DiagnosticSink {
  private(set) var diagnostics = Diagnostics()

  var errorCount: Int { diagnostics.errorCount }

  func report(
    _ kind: DiagnosticKind, at span: Span, _ message: @autoclosure () -> String,
    label: @autoclosure () -> String = "", more: (inout Diagnostic) -> Void = { _ in }
  ) {
    diagnostics.report(kind, at: span, message(), label: label(), more: more)
  }
}
