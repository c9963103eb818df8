// What `zong explain CODE` shows: for each kind of diagnostic a page with an example and its cure. The pages lie in
// one file a group; tests check that each wrong example gives its code and that each cured one is right.

/// A page about a kind of diagnostic.
package struct Explanation: Sendable {
  /// What the mistake is, as a heading.
  package let title: String
  /// Two to five sentences: what the rule is, and why.
  package let text: String
  /// A program with the mistake, or a description where none can be shown as text.
  package let wrong: String
  /// The same program as it should be.
  package let cured: String
  /// Whether `wrong` can be compiled as it stands.
  package let isExact: Bool

  /// The programs' last line ends may be left out.
  package init(_ title: String, _ text: String, wrong: String, cured: String, isExact: Bool = true) {
    self.title = title
    self.text = text
    self.wrong = wrong.hasSuffix("\n") ? wrong : wrong + "\n"
    self.cured = cured.hasSuffix("\n") ? cured : cured + "\n"
    self.isExact = isExact
  }
}

extension DiagnosticKind {
  /// The kind's page. Each group is a file of its own; a kind without a page fails a test.
  package var explanation: Explanation {
    textExplanation ?? grammarExplanation ?? habitExplanation ?? nameExplanation ?? typeExplanation
      ?? genericExplanation
      ?? optionalExplanation ?? failureExplanation
      ?? declarationExplanation ?? moduleExplanation ?? manifestExplanation ?? flowExplanation ?? constantExplanation
      ?? versionExplanation
      ?? warningExplanation
      ?? Explanation(code, "There is no page about this kind yet.", wrong: "", cured: "", isExact: false)
  }

  /// The kind with the code `Z0...`, written in either case.
  package init?(code: String) {
    guard let kind = DiagnosticKind.allCases.first(where: { $0.code == code.uppercased() }) else { return nil }
    self = kind
  }
}
