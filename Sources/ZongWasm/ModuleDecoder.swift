// Reading a module (Core Specification 5.5). Total: any bytes give a module or an error, in time and memory linear
// in their number. It checks the structure of the format, and not the types of instructions; that is validation.
//
// Read are the features that Zong's output may use: multi-value, sign extension, saturating truncation, bulk
// memory, several memories. Reference types, vectors, atomics and exceptions give `unsupported` or an unknown
// instruction.

/// Decodes modules.
package struct ModuleDecoder {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var module = DecodedModule()
  private var allLocals = 0

  /// The module in `bytes`.
  package static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws(DecodeError) -> DecodedModule {
    var decoder = ModuleDecoder(bytes)
    try decoder.decode()
    return decoder.module
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func decode() throws(DecodeError) {
    var reader = ModuleReader(bytes, 0..<bytes.count)
    guard bytes.count >= 8, try reader.fixed(4) == 0x6D73_6100 else {
      throw DecodeError(reason: .noMagicNumber, offset: 0)
    }
    guard try reader.fixed(4) == 1 else { throw DecodeError(reason: .unknownVersion, offset: 4) }
    var lastPlace = 0
    while !reader.isAtEnd {
      let start = reader.offset
      let code = try reader.byte()
      let range = try reader.take(try reader.unsigned())
      guard let id = SectionId(rawValue: code) else {
        throw DecodeError(reason: .unsupported("section \(code) is"), offset: start)
      }
      if id != .custom {
        guard id.place > lastPlace else { throw DecodeError(reason: .sectionsOutOfOrder, offset: start) }
        lastPlace = id.place
      }
      var section = ModuleReader(bytes, range)
      try decode(id, &section)
      guard section.isAtEnd else { throw section.failure(.sectionSizeMismatch) }
    }
    guard module.functions.count == module.bodies.count else { throw reader.failure(.countMismatch) }
  }

  private mutating func decode(_ id: SectionId, _ reader: inout ModuleReader) throws(DecodeError) {
    switch id {
    case .custom: try decodeCustom(&reader)
    case .type: try decodeTypes(&reader)
    case .import: try decodeImports(&reader)
    case .function: for _ in 0..<(try reader.count()) { module.functions.append(try reader.unsigned()) }
    case .table: for _ in 0..<(try reader.count()) { module.tables.append(try table(&reader)) }
    case .memory: for _ in 0..<(try reader.count()) { module.memories.append(try limits(&reader)) }
    case .global: try decodeGlobals(&reader)
    case .export: try decodeExports(&reader)
    case .start: module.start = try reader.unsigned()
    case .element: try decodeElements(&reader)
    case .code: try decodeCode(&reader)
    case .data: try decodeData(&reader)
    case .dataCount: _ = try reader.unsigned()
    }
  }

  // MARK: Types

  private mutating func decodeTypes(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      guard try reader.byte() == 0x60 else { throw reader.failure(.unsupported("a type that isn't a function's is")) }
      let parameters = try valueTypes(&reader)
      let results = try valueTypes(&reader)
      module.types.append(FunctionType(parameters: parameters, results: results))
    }
  }

  private func valueTypes(_ reader: inout ModuleReader) throws(DecodeError) -> [ValueType] {
    var types: [ValueType] = []
    for _ in 0..<(try reader.count()) { types.append(try reader.valueType()) }
    return types
  }

  private func limits(_ reader: inout ModuleReader) throws(DecodeError) -> Limits {
    let flags = try reader.byte()
    guard flags <= 1 else { throw reader.failure(.unsupported("a memory that is shared or of 64 bits is")) }
    let minimum = try reader.unsigned()
    return Limits(minimum: minimum, maximum: flags == 1 ? try reader.unsigned() : nil)
  }

  private func table(_ reader: inout ModuleReader) throws(DecodeError) -> Limits {
    guard try reader.byte() == 0x70 else { throw reader.failure(.unsupported("a table of anything but functions is")) }
    return try limits(&reader)
  }

  private func mutability(_ reader: inout ModuleReader) throws(DecodeError) -> Bool {
    let code = try reader.byte()
    guard code <= 1 else { throw reader.failure(.unknownType(code)) }
    return code == 1
  }

  private mutating func decodeImports(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      let moduleName = try reader.name()
      let name = try reader.name()
      let code = try reader.byte()
      guard let kind = ExternKind(rawValue: code) else { throw reader.failure(.unknownType(code)) }
      let type: DecodedExtern
      switch kind {
      case .function: type = .function(try reader.unsigned())
      case .table: type = .table(try table(&reader))
      case .memory: type = .memory(try limits(&reader))
      case .global:
        let valueType = try reader.valueType()
        type = .global(valueType, isMutable: try mutability(&reader))
      }
      module.imports.append(DecodedImport(module: moduleName, name: name, type: type))
    }
  }

  private mutating func decodeExports(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      let name = try reader.name()
      let code = try reader.byte()
      guard let kind = ExternKind(rawValue: code) else { throw reader.failure(.unknownType(code)) }
      module.exports.append(DecodedExport(name: name, kind: kind, index: try reader.unsigned()))
    }
  }

  // MARK: Constants, globals, segments

  private func constant(_ reader: inout ModuleReader) throws(DecodeError) -> DecodedConstant {
    let constant: DecodedConstant
    let code = try reader.byte()
    switch code {
    case Op.i32Const: constant = .value(.i32, UInt64(bitPattern: try reader.signed(32)))
    case Op.i64Const: constant = .value(.i64, UInt64(bitPattern: try reader.signed(64)))
    case Op.f32Const: constant = .value(.f32, try reader.fixed(4))
    case Op.f64Const: constant = .value(.f64, try reader.fixed(8))
    case Op.globalGet: constant = .global(try reader.unsigned())
    default: throw reader.failure(.unsupported("this initial value is"))
    }
    guard try reader.byte() == Op.end else {
      throw reader.failure(.unsupported("an initial value of several parts is"))
    }
    return constant
  }

  private mutating func decodeGlobals(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      let type = try reader.valueType()
      let isMutable = try mutability(&reader)
      module.globals.append(DecodedGlobal(type: type, isMutable: isMutable, initial: try constant(&reader)))
    }
  }

  private mutating func decodeElements(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      let flags = try reader.unsigned()
      guard flags == 0 || flags == 2 else { throw reader.failure(.unsupported("this kind of element segment is")) }
      let table = flags == 2 ? try reader.unsigned() : 0
      let offset = try constant(&reader)
      if flags == 2, try reader.byte() != 0 { throw reader.failure(.unsupported("this kind of element is")) }
      var functions: [UInt32] = []
      for _ in 0..<(try reader.count()) { functions.append(try reader.unsigned()) }
      module.elements.append(DecodedElements(table: table, offset: offset, functions: functions))
    }
  }

  private mutating func decodeData(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      let flags = try reader.unsigned()
      guard flags <= 2 else { throw reader.failure(.unsupported("this kind of data segment is")) }
      let memory = flags == 2 ? try reader.unsigned() : 0
      let offset = flags == 1 ? nil : try constant(&reader)
      let bytes = try reader.take(try reader.unsigned())
      module.data.append(DecodedData(memory: memory, offset: offset, bytes: bytes))
    }
  }

  // MARK: Code

  private mutating func decodeCode(_ reader: inout ModuleReader) throws(DecodeError) {
    for _ in 0..<(try reader.count()) {
      let range = try reader.take(try reader.unsigned())
      var body = ModuleReader(bytes, range)
      let locals = try localTypes(&body)
      let code = body.offset..<range.upperBound
      try InstructionDecoder.checkStructure(bytes, code)
      module.bodies.append(DecodedBody(range: range, locals: locals, code: code))
    }
  }

  /// Locals cost nothing in bytes, so their number in all bodies is limited too: what is printed stays linear.
  private mutating func localTypes(_ reader: inout ModuleReader) throws(DecodeError) -> [DecodedLocals] {
    var locals: [DecodedLocals] = []
    var total = 0
    for _ in 0..<(try reader.count()) {
      let count = try reader.unsigned()
      total += Int(count)
      allLocals += Int(count)
      guard total <= DecodedBody.localLimit, allLocals <= DecodedBody.localLimit + 8 * bytes.count else {
        throw reader.failure(.tooManyLocals)
      }
      locals.append(DecodedLocals(count: count, type: try reader.valueType()))
    }
    return locals
  }

  // MARK: Custom sections

  private mutating func decodeCustom(_ reader: inout ModuleReader) throws(DecodeError) {
    let name = try reader.name()
    let range = reader.offset..<reader.end
    reader.offset = reader.end
    module.customs.append(DecodedCustom(name: name, bytes: range))
    // A damaged name section isn't an error of the module's.
    if name == "name" { try? decodeNames(ModuleReader(bytes, range)) }
  }

  private mutating func decodeNames(_ section: ModuleReader) throws(DecodeError) {
    var reader = section
    while !reader.isAtEnd {
      let id = try reader.byte()
      var part = ModuleReader(bytes, try reader.take(try reader.unsigned()))
      guard id == 1 else { continue }
      for _ in 0..<(try part.count()) {
        let index = try part.unsigned()
        module.functionNames[index] = try part.name()
      }
    }
  }
}

extension SectionId {
  /// Its place in the order of sections: the data count stands before the code.
  var place: Int {
    switch self {
    case .dataCount: 10
    case .code: 11
    case .data: 12
    default: Int(rawValue)
    }
  }
}
