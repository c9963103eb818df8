// What is fuzzed. Each target takes any bytes and must come back.

import ZongIR
import ZongStores
import ZongSyntax

enum FuzzTarget: String, CaseIterable {
  case lexer, parser, ir

  func run(_ input: [UInt8]) {
    switch self {
    case .lexer: lex(input)
    case .parser: parse(input)
    case .ir: parseIR(input)
    }
  }

  private func lex(_ input: [UInt8]) {
    var diagnostics = Diagnostics()
    _ = tokens(of: input, into: &diagnostics)
  }

  private func parse(_ input: [UInt8]) {
    var diagnostics = Diagnostics()
    guard let tokens = tokens(of: input, into: &diagnostics) else { return }
    _ = ZongSyntax.Parser.parseAll(tokens, into: &diagnostics)
  }

  private func tokens(of input: [UInt8], into diagnostics: inout Diagnostics) -> TokenStore? {
    let sources = SourceMap()
    let file = input.withUnsafeBufferPointer { sources.add(path: "fuzz.zong", contents: $0) }
    return file.map { Lexer.tokenize($0, names: Interner.withKeywords(), into: &diagnostics) }
  }

  /// What can be parsed is verified, and what is valid is printed and read back as the same text.
  private func parseIR(_ input: [UInt8]) {
    guard case .success(let program) = ZongIR.Parser.parseProgram(String(decoding: input, as: UTF8.self)) else { return }
    guard Verifier.verify(program).isEmpty else { return }
    let text = program.text()
    guard case .success(let again) = ZongIR.Parser.parseProgram(text) else { failed("printed IR can't be read back") }
    if again.text() != text { failed("IR changes when it is printed and read back") }
  }

  private func failed(_ message: String) -> Never { fatalError(message) }
}
