// What the IR's tests share: parsing with a clear failure, and running one pass on a text.

import Testing

@testable import ZongIR

/// The function in `text`, verified.
func parsed(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Function {
  let function = try Parser.parseFunction(text).get()
  let errors = Verifier.verify(function)
  #expect(errors.isEmpty, "\(errors)\n\(text)", sourceLocation: sourceLocation)
  return function
}

/// The lines without blanks at their ends and without empty ones.
func trimmed(_ text: String) -> String {
  let lines = text.split(separator: "\n").map { line in
    let start = line.drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
  return lines.filter { !$0.isEmpty }.joined(separator: "\n")
}

/// The text in its canonical numbering.
func canonical(_ function: Function) throws -> String {
  try Parser.parseFunction(function.text(positions: true)).get().text(positions: true)
}

/// A function with this body: `(i32, i64): i64` and the blocks' lines.
func wrapped(_ signature: String, _ body: String) -> String { "func test#0\(signature) {\n\(body)\n}" }

/// Runs `pass` on `body` and compares with `expected`, both with the same signature.
func expectPass(
  _ signature: String, _ body: String, becomes expected: String, decisions: Int? = nil,
  sourceLocation: SourceLocation = #_sourceLocation, _ pass: (Function, inout PassCounter) -> Void
) throws {
  let function = try parsed(wrapped(signature, body), sourceLocation: sourceLocation)
  var counter = PassCounter()
  pass(function, &counter)
  let errors = Verifier.verify(function)
  #expect(errors.isEmpty, "\(errors)\n\(function.text())", sourceLocation: sourceLocation)
  let wanted = try canonical(Parser.parseFunction(wrapped(signature, expected)).get())
  #expect(trimmed(try canonical(function)) == trimmed(wanted), sourceLocation: sourceLocation)
  if let decisions { #expect(counter.taken == decisions, sourceLocation: sourceLocation) }
  // Without a budget nothing changes.
  let untouched = try parsed(wrapped(signature, body))
  var empty = PassCounter(limit: 0)
  pass(untouched, &empty)
  let original = try canonical(Parser.parseFunction(wrapped(signature, body)).get())
  #expect(trimmed(try canonical(untouched)) == trimmed(original), sourceLocation: sourceLocation)
}

/// The program isn't what the test takes it for.
private struct TestError: Error {}

/// The function of a program that has an import before it.
func functionBehindImport(_ program: Program) throws -> Function {
  guard case .defined(let function) = program.definitions[1] else { throw TestError() }
  return function
}
