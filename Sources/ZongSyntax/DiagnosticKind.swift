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
  case multilineText = 108
  case nameCharacter = 109
  case tooManyBrackets = 110

  // Z02xx: grammar.
  case unexpectedToken = 201
  case expectedExpression = 202
  case expectedType = 203
  case expectedName = 204
  case expectedPattern = 205
  case missingTerminator = 206
  case missingClosing = 207
  case unmatchedClosing = 208
  case missingBlock = 209
  case braceOnNextLine = 210
  case foreignWord = 211
  case foreignOperator = 212
  case foreignDeclaration = 213
  case foreignCast = 214
  case ternary = 215
  case chainedComparison = 216
  case assignmentInExpression = 217
  case prefixPointer = 218
  case prefixType = 219
  case wrongCase = 220
  case keywordAsName = 221
  case nestingTooDeep = 222
  case emptyStatement = 223
  case missingCallParentheses = 224
  case openRange = 225
  case cStyleFor = 226
  case misplacedDeclaration = 227
  case misplacedModifier = 228
  case missingValue = 229
  case badPattern = 230
  case badLabel = 231
  case selfParameter = 232
  case missingSeparator = 233

  // Z03xx: names.
  case unknownName = 301
  case unknownType = 302
  case redeclared = 303
  case unknownMember = 305
  case unknownLabel = 306
  case capturedLocal = 307
  case notAFunction = 308
  case notAValue = 309
  case wrongReceiver = 310
  case privateName = 320

  // Z04xx: types.
  case typeMismatch = 401
  case constantDoesNotFit = 402
  case badOperands = 403
  case notIndexable = 404
  case notAPointer = 405
  case notAddressable = 406
  case notAssignable = 407
  case noValue = 408
  case badConversion = 409
  case typeUnknown = 410
  case notIterable = 411
  case badFormat = 412
  case integerForFloat = 413
  case typeTooLarge = 414
  case noZeroValue = 415
  case byteEscapeInText = 416
  case notOptional = 417
  case mayBeNull = 418
  case branchesDiffer = 419
  case patternMismatch = 420
  case typeArguments = 421
  case cannotInfer = 422
  case constraintNotMet = 423
  case missingConstraint = 424
  case constraintOnly = 425
  case notAConstraint = 426

  // Z05xx: declarations.
  case missingArgument = 501
  case unknownArgument = 502
  case duplicateArgument = 503
  case tooManyArguments = 504
  case argumentOrder = 505
  case argumentByName = 506
  case recursiveStructure = 507
  case globalCycle = 508
  case badMain = 509
  case badExtern = 510
  case badExport = 511
  case notConstant = 512
  case badArrayLength = 513
  case statementOutsideFunction = 514
  case badFallible = 515
  case genericPlace = 516
  case endlessGeneric = 517
  case badConformance = 518
  case functionTooLarge = 519
  case escapingFunction = 520

  // Z06xx: control and data flow.
  case missingReturn = 601
  case usedBeforeAssignment = 602
  case mayBeUsedBeforeAssignment = 603
  case outsideLoop = 604
  case badReturn = 605
  case usedBeforeDeclaration = 606
  case leavesDefer = 607
  case missingCases = 608
  case ignoredFailure = 609
  case cannotFail = 610

  // Z07xx: constants.
  case constantDivisionByZero = 701
  case constantTooLarge = 702

  // Z08xx: the world outside.
  case notInThisVersion = 801
  case missingModule = 810
  case importCycle = 811
  case duplicateImport = 812
  case badImport = 813
  case manifestSyntax = 820
  case manifestKey = 821
  case manifestValue = 822

  // Z09xx: warnings.
  case unreachableCode = 901
  case droppedResult = 902
  case unreachableArm = 903
  case unusedImport = 910

  package var code: String { "Z0" + String(rawValue) }
  package var severity: Severity { rawValue >= 900 ? .warning : .error }
}
