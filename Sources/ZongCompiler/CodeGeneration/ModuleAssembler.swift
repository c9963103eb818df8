// The last stage: a module's bytes from its parts. Code comes as finished buffers, in the order of the functions'
// indices; see `CodeContext` for the index space.

import ZongIR
import ZongStores
import ZongWasm

/// The names of a module's functions, as the name section holds them.
package struct FunctionNames: ~Copyable {
  fileprivate var entries = ByteBuffer(capacity: 1024)
  fileprivate var count: UInt32 = 0
  private let stopFunction: UInt32
  private var hasStop = false

  /// Starts the names of a module whose `context` has all its imports.
  package init(_ context: CodeContext) { stopFunction = context.stopFunction }

  /// Adds a function's name. Indices must rise.
  package mutating func add(_ index: UInt32, utf8 name: UnsafeBufferPointer<UInt8>) {
    if index > stopFunction { addStop() }
    count += 1
    entries.unsigned(index)
    entries.unsigned(UInt32(truncatingIfNeeded: name.count))
    entries.append(name)
  }
  package mutating func add(_ index: UInt32, _ name: String) {
    var name = name
    name.withUTF8 { add(index, utf8: $0) }
  }

  fileprivate mutating func addStop() {
    if hasStop { return }
    hasStop = true
    count += 1
    entries.unsigned(stopFunction)
    entries.name(RuntimeNames.stop)
  }
}

/// Everything of a module but its code. Function indices are the module's.
package struct ModuleParts {
  /// An imported function; `type` is a signature id.
  package struct ImportedFunction {
    package var module: String
    package var name: String
    package var type: UInt32
    package init(module: String, name: String, type: UInt32) {
      self.module = module
      self.name = name
      self.type = type
    }
  }
  package struct ExportedFunction {
    package var name: String
    package var index: UInt32
    package init(name: String, index: UInt32) {
      self.name = name
      self.index = index
    }
  }

  package var signatures: [Signature] = []
  package var imports: [ImportedFunction] = []
  /// The signature ids of the defined functions, in the order of their code.
  package var functionTypes: [UInt32] = []
  package var globals: [Global] = []
  package var data: [DataSegment] = []
  package var exports: [ExportedFunction] = []
  /// The functions in the table, from index 1 on.
  package var table: [UInt32] = []
  package var initialPages: UInt32 = 1
  package var maximumPages: UInt32 = 65536
  package var tags = TagPlacement()
  /// The compiler's version, for the section "producers".
  package var version = ""

  package init() {}
}

extension ModuleParts {
  /// The module. `code` and what it was made with must fit to `self`; `positions` knows the sources.
  package func assemble(
    _ context: CodeContext, code: [CodeBuffer], names: consuming FunctionNames,
    positions: borrowing PositionMapEncoder
  ) -> ModuleBytes {
    var writer = ModuleWriter()
    let stopType = UInt32(signatures.count)
    writeTypes(&writer)
    writeImports(&writer)
    writer.section(.function, capacity: functionTypes.count * 2 + 16) { contents in
      contents.unsigned(UInt32(functionTypes.count + 1))
      contents.unsigned(stopType)
      for type in functionTypes { contents.unsigned(type) }
    }
    writeTable(&writer, isUsed: code.contains { $0.usesTable })
    writeMemory(&writer)
    writeGlobals(&writer)
    writeExports(&writer)
    writeElements(&writer)
    writeCode(&writer, code)
    writeData(&writer)
    names.addStop()
    writeNames(&writer, names)
    writeStops(&writer, code)
    writePositions(&writer, code, positions)
    writeProducers(&writer)
    return writer.finish()
  }

  private func writeTypes(_ writer: inout ModuleWriter) {
    var types = signatures.map {
      FunctionType(parameters: $0.parameters.map(\.valueType), results: $0.results.map(\.valueType))
    }
    types.append(FunctionType(parameters: [.i32, .i64, .i64, .i64], results: []))
    writer.types(types)
  }

  private func writeImports(_ writer: inout ModuleWriter) {
    if imports.isEmpty { return }
    writer.section(.import) { contents in
      contents.unsigned(UInt32(imports.count))
      for imported in imports {
        contents.name(imported.module)
        contents.name(imported.name)
        contents.byte(ExternKind.function.rawValue)
        contents.unsigned(imported.type)
      }
    }
  }

  private func writeTable(_ writer: inout ModuleWriter, isUsed: Bool) {
    if table.isEmpty && !isUsed { return }
    writer.section(.table) { contents in
      contents.unsigned(1)
      contents.byte(0x70)  // funcref
      contents.byte(1)
      contents.unsigned(UInt32(table.count + 1))
      contents.unsigned(UInt32(table.count + 1))
    }
  }

  private func writeMemory(_ writer: inout ModuleWriter) {
    writer.section(.memory) { contents in
      let maximum = min(maximumPages, 65536)
      contents.unsigned(hasTagMemory ? 2 : 1)
      contents.byte(1)
      contents.unsigned(min(initialPages, maximum))
      contents.unsigned(maximum)
      if hasTagMemory {
        contents.byte(1)
        contents.unsigned(min(tags.initialPages, ModuleParts.maximumTagPages))
        contents.unsigned(ModuleParts.maximumTagPages)
      }
    }
  }

  /// Two bytes for each sixteen.
  private static let maximumTagPages: UInt32 = 65536 / 8

  private var hasTagMemory: Bool { tags.memory == 1 && tags.initialPages > 0 }

  private func writeGlobals(_ writer: inout ModuleWriter) {
    if globals.isEmpty { return }
    writer.section(.global) { contents in
      contents.unsigned(UInt32(globals.count))
      for global in globals {
        contents.byte(global.type.valueType.rawValue)
        contents.byte(global.isMutable ? 1 : 0)
        writeConstant(global.type, global.initial, &contents)
        contents.byte(Op.end)
      }
    }
  }

  private func writeConstant(_ type: Type, _ bits: UInt64, _ contents: inout ByteBuffer) {
    switch type {
    case .none, .i32, .v128:
      contents.byte(Op.i32Const)
      contents.signed(Int64(Int32(truncatingIfNeeded: bits)))
    case .i64:
      contents.byte(Op.i64Const)
      contents.signed(Int64(bitPattern: bits))
    case .f32:
      contents.byte(Op.f32Const)
      contents.fixed32(UInt32(truncatingIfNeeded: bits))
    case .f64:
      contents.byte(Op.f64Const)
      contents.fixed64(bits)
    }
  }

  private func writeExports(_ writer: inout ModuleWriter) {
    writer.section(.export) { contents in
      let showsTags = hasTagMemory && tags.isExported
      contents.unsigned(UInt32(exports.count + (showsTags ? 2 : 1)))
      contents.name(RuntimeExports.memory)
      contents.byte(ExternKind.memory.rawValue)
      contents.unsigned(0)
      if showsTags {
        contents.name(RuntimeExports.tags)
        contents.byte(ExternKind.memory.rawValue)
        contents.unsigned(1)
      }
      for export in exports {
        contents.name(export.name)
        contents.byte(ExternKind.function.rawValue)
        contents.unsigned(export.index)
      }
    }
  }

  private func writeElements(_ writer: inout ModuleWriter) {
    if table.isEmpty { return }
    writer.section(.element, capacity: table.count * 2 + 16) { contents in
      contents.unsigned(1)
      contents.unsigned(0)  // active, in table 0
      writeConstant(.i32, 1, &contents)
      contents.byte(Op.end)
      contents.unsigned(UInt32(table.count))
      for index in table { contents.unsigned(index) }
    }
  }

  private func writeCode(_ writer: inout ModuleWriter, _ code: [CodeBuffer]) {
    let stop = stopFunctionBody()
    var size = ByteBuffer.unsignedSize(UInt32(functionTypes.count + 1)) + stop.count
    for buffer in code { size += buffer.bytes.count }
    writer.begin(.code, size: size)
    writer.unsigned(UInt32(functionTypes.count + 1))
    writer.append(stop)
    for buffer in code { writer.append(buffer.bytes.bytes, keptBy: buffer) }
  }

  private func writeData(_ writer: inout ModuleWriter) {
    if data.isEmpty { return }
    let size = data.reduce(16) { $0 + $1.bytes.count + 16 }
    writer.section(.data, capacity: size) { contents in
      contents.unsigned(UInt32(data.count))
      for segment in data {
        contents.unsigned(0)  // active, in memory 0
        writeConstant(.i32, UInt64(segment.address), &contents)
        contents.byte(Op.end)
        contents.unsigned(UInt32(segment.bytes.count))
        contents.append(segment.bytes)
      }
    }
  }

  // MARK: Custom sections

  private func writeNames(_ writer: inout ModuleWriter, _ names: borrowing FunctionNames) {
    let count = names.count
    let size = names.entries.count
    let subsectionSize = UInt32(ByteBuffer.unsignedSize(count) + size)
    writer.beginCustom("name", size: 1 + ByteBuffer.unsignedSize(subsectionSize) + Int(subsectionSize))
    writer.append([1])  // function names
    writer.unsigned(subsectionSize)
    writer.unsigned(count)
    writer.append(names.entries)
  }

  private func writeStops(_ writer: inout ModuleWriter, _ code: [CodeBuffer]) {
    var stops = StopSet()
    for buffer in code { stops.formUnion(buffer.stops) }
    var section = Store<UInt8>(capacity: 1024)
    StopTable.compiler(stops).encode(into: &section)
    writer.custom(RuntimeSections.stops, capacity: section.count + 32) { $0.append(section.elements) }
  }

  private func writePositions(
    _ writer: inout ModuleWriter, _ code: [CodeBuffer], _ positions: borrowing PositionMapEncoder
  ) {
    var header = Store<UInt8>(capacity: 65536)
    positions.encodeHeader(into: &header)
    // The stop function comes first and has none.
    var stop = FunctionPositions()
    stop.endFunction()
    var size = header.count + stop.encoded.count
    for buffer in code { size += buffer.positions.encoded.count }
    writer.beginCustom(RuntimeSections.positions, size: size)
    writer.append(header.elements)
    writer.append(stop.encoded)
    for buffer in code { writer.append(buffer.positions.encoded, keptBy: buffer) }
  }

  private func writeProducers(_ writer: inout ModuleWriter) {
    writer.custom("producers") { contents in
      contents.unsigned(2)
      contents.name("language")
      contents.unsigned(1)
      contents.name("Zong")
      contents.name("")
      contents.name("processed-by")
      contents.unsigned(1)
      contents.name("zong")
      contents.name(version)
    }
  }
}

/// The function that stops the program: it writes the stop record of `RuntimeLayout` and traps.
private func stopFunctionBody() -> ByteBuffer {
  var body = ByteBuffer()
  body.byte(0)  // no locals
  func store(_ opcode: UInt8, _ alignment: UInt8, at address: UInt32, _ push: (inout ByteBuffer) -> Void) {
    body.byte(Op.i32Const)
    body.byte(0)
    push(&body)
    body.byte(opcode)
    body.byte(alignment)
    body.unsigned(address)
  }
  func pushLocal(_ local: UInt8) -> (inout ByteBuffer) -> Void {
    return { body in
      body.byte(Op.localGet)
      body.byte(local)
    }
  }
  store(Op.i32Store, 2, at: RuntimeLayout.stopKind, pushLocal(0))
  store(Op.i32Store, 2, at: RuntimeLayout.stopValueCount) { body in
    body.byte(Op.i32Const)
    body.byte(UInt8(RuntimeLayout.stopValueLimit))
  }
  for value in 0..<UInt8(RuntimeLayout.stopValueLimit) {
    store(Op.i64Store, 3, at: RuntimeLayout.stopValues + 8 * UInt32(value), pushLocal(value + 1))
  }
  body.byte(Op.unreachable)
  body.byte(Op.end)
  var sized = ByteBuffer()
  sized.unsigned(UInt32(body.count))
  sized.append(body)
  return sized
}
