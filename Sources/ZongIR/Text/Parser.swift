// The text form back into functions and programs. Any text gives a result or an error with its line; ids are
// numbered anew in the order of the text, so that printing what was parsed gives a canonical text. What the text says
// is checked only as far as needed to build the stores: the verifier does the rest.

import ZongStores

/// Why a text isn't IR.
package struct ParseError: Error, Hashable, CustomStringConvertible {
  package var line: Int
  package var message: String
  package var description: String { "line \(line): \(message)" }
}

/// Parses the text form.
package struct Parser {
  var scanner: Scanner
  /// Function ids are below this, so that a text can't ask for more memory than it is worth.
  static let functionLimit: UInt32 = 1 << 20

  private init(_ text: String) { scanner = Scanner(text) }

  /// The one function in `text`.
  package static func parseFunction(_ text: String) -> Result<Function, ParseError> {
    Result { () throws(ParseError) -> Function in
      var parser = Parser(text)
      parser.scanner.skipLines()
      try parser.expect(word: "func")
      let function = try parser.parseFunction()
      parser.scanner.skipLines()
      if !parser.scanner.isAtEnd { throw parser.error("only one function is expected") }
      return function
    }
  }

  /// The program in `text`.
  package static func parseProgram(_ text: String) -> Result<Program, ParseError> {
    Result { () throws(ParseError) -> Program in
      var parser = Parser(text)
      var program = Program()
      parser.scanner.skipLines()
      while !parser.scanner.isAtEnd {
        try parser.parseItem(&program)
        parser.scanner.skipLines()
      }
      return program
    }
  }

  // MARK: Errors

  func error(_ message: String) -> ParseError { ParseError(line: scanner.line, message: message) }

  mutating func expect(_ character: UnicodeScalar) throws(ParseError) {
    if !scanner.consume(character) { throw error("'\(character)' is expected") }
  }

  mutating func expect(word: String) throws(ParseError) {
    if !scanner.consume(word: word) { throw error("'\(word)' is expected") }
  }

  mutating func require<T>(_ value: T?, _ what: String) throws(ParseError) -> T {
    guard let value else { throw error("\(what) is expected") }
    return value
  }

  mutating func expectLineEnd() throws(ParseError) {
    if !scanner.isAtLineEnd { throw error("the end of the line is expected") }
  }

  // MARK: Programs

  private mutating func parseItem(_ program: inout Program) throws(ParseError) {
    if let index = scanner.numbered("global") {
      try parseGlobal(index, &program)
    } else if let index = scanner.numbered("signature") {
      if Int(index) != program.signatures.count { throw error("signature\(program.signatures.count) is expected") }
      let (parameters, results) = try parseSignature()
      program.signatures.append(Signature(parameters: parameters, results: results))
    } else {
      try parseNamedItem(&program)
    }
    try expectLineEnd()
  }

  private mutating func parseNamedItem(_ program: inout Program) throws(ParseError) {
    switch scanner.word() {
    case "memory":
      program.initialPages = try require(scanner.number(), "a number of pages")
      program.maximumPages = try require(scanner.number(), "a number of pages")
    case "stack":
      program.stackPointer = try require(scanner.numbered("global"), "a global")
      program.stackLimit = try require(scanner.numbered("global"), "a global")
    case "data":
      let address = try require(scanner.number(), "an address")
      program.data.append(DataSegment(address: address, bytes: try require(scanner.string(), "a string")))
    case "import": try parseImport(&program)
    case "export":
      let name = String(decoding: try require(scanner.string(), "a string"), as: UTF8.self)
      program.exports.append(Export(name: name, function: try parseFunctionName().1))
    case "table": program.table.append(try parseFunctionName().1)
    case "func":
      let function = try parseFunction()
      try define(.defined(function), function.id, &program)
    default: throw error("a definition is expected")
    }
  }

  private mutating func parseGlobal(_ index: UInt32, _ program: inout Program) throws(ParseError) {
    if Int(index) != program.globals.count { throw error("global\(program.globals.count) is expected") }
    let name = try require(scanner.name(), "a name")
    let isMutable = scanner.consume(word: "mutable")
    let type = try parseType()
    let initial = try parseHexadecimal()
    program.globals.append(Global(name: name, type: type, isMutable: isMutable, initial: initial))
  }

  private mutating func parseImport(_ program: inout Program) throws(ParseError) {
    let (name, id) = try parseFunctionName()
    let module = String(decoding: try require(scanner.string(), "a module in quotes"), as: UTF8.self)
    let (parameters, results) = try parseSignature()
    let signature = Signature(parameters: parameters, results: results)
    try define(.imported(Import(module: module, name: name, signature: signature)), id, &program)
  }

  private mutating func define(
    _ definition: Definition, _ id: FunctionId, _ program: inout Program
  ) throws(ParseError) {
    guard id.index < Parser.functionLimit else { throw error("the function id \(id.index) is too large") }
    while program.definitions.count <= Int(id.index) { program.definitions.append(.absent) }
    guard case .absent = program.definitions[Int(id.index)] else { throw error("#\(id.index) is there twice") }
    program.definitions[Int(id.index)] = definition
  }

  // MARK: Pieces

  mutating func parseHexadecimal() throws(ParseError) -> UInt64 {
    let numeral = scanner.numeral()
    guard numeral.hasPrefix("0x"), numeral.utf8.count <= 18, let bits = UInt64(numeral.dropFirst(2), radix: 16) else {
      throw error("a hexadecimal number is expected")
    }
    return bits
  }

  /// `name#3`, or `#3` without a name.
  mutating func parseFunctionName() throws(ParseError) -> (String, FunctionId) {
    let name = scanner.name() ?? ""
    try expect("#")
    return (name, FunctionId(try require(scanner.number(), "a function id")))
  }

  mutating func parseType() throws(ParseError) -> Type {
    let word = scanner.word() ?? ""
    guard let type = Parser.type(word) else { throw error("a type is expected") }
    return type
  }

  static func type(_ word: some StringProtocol) -> Type? {
    switch word {
    case "i32": .i32
    case "i64": .i64
    case "f32": .f32
    case "f64": .f64
    case "v128": .v128
    default: nil
    }
  }

  /// `(i32, i64): f64, i32`
  mutating func parseSignature() throws(ParseError) -> ([Type], [Type]) {
    var parameters: [Type] = []
    var results: [Type] = []
    try expect("(")
    while !scanner.consume(")") {
      if !parameters.isEmpty { try expect(",") }
      parameters.append(try parseType())
    }
    if scanner.consume(":") {
      repeat { results.append(try parseType()) } while scanner.consume(",")
    }
    return (parameters, results)
  }

  /// A function from after `func` to its closing brace.
  private mutating func parseFunction() throws(ParseError) -> Function {
    let (name, id) = try parseFunctionName()
    let (parameters, results) = try parseSignature()
    try expect("{")
    try expectLineEnd()
    let function = Function()
    function.name = name
    function.id = id
    function.parameters.append(contentsOf: parameters)
    function.results.append(contentsOf: results)
    var body = BodyParser(function, self)
    try body.parse()
    scanner = body.parser.scanner
    return function
  }
}
