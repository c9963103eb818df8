// The registry of diagnostic kinds. A kind's code never changes its meaning; a retired code is not used again.
// Z01xx text and tokens, Z02xx grammar, Z03xx names, Z04xx types, Z05xx declarations, Z06xx control and data
// flow, Z07xx constants, Z08xx the world outside (files, imports, externs), Z09xx warnings.

/// A registered kind of diagnostic.
package enum DiagnosticKind: UInt16, Sendable, CaseIterable {
  // Z01xx: text and tokens.
  case invalidUTF8 = 101
  case unknownCharacter = 102
  case unterminatedComment = 103
  case unterminatedString = 104
  case badEscape = 105
  case badNumber = 106
  case badCharacter = 107

  package var code: String { "Z0" + String(rawValue) }
  package var severity: Severity { rawValue >= 900 ? .warning : .error }
}
