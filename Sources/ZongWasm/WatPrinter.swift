// A module in the text format (Core Specification 6), as `--emit wat` shows it: one instruction a line, indented by
// the blocks around it, functions by their names. What is printed gives the same module when it is parsed, but for
// custom sections, which are mentioned in comments.

import ZongStores

/// Prints modules.
package struct WatPrinter: ~Copyable {
  let bytes: UnsafeBufferPointer<UInt8>
  let module: DecodedModule
  var output: ByteBuffer
  /// By function index: its identifier with the `$`, or its number.
  var functionIds: [String] = []
  /// Deeper blocks are not indented any more, so that the text stays linear in the module's size.
  private static let deepestIndentation = 40

  /// The text of the module in `bytes`.
  package static func print(_ bytes: UnsafeBufferPointer<UInt8>) throws(DecodeError) -> ByteBuffer {
    var printer = WatPrinter(bytes, try ModuleDecoder.decode(bytes))
    try printer.printModule()
    return printer.output
  }

  /// The same as a string, and what is wrong in place of a module that can't be read.
  package static func text(of bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { bytes in
      do throws(DecodeError) {
        return try print(bytes).text
      } catch {
        return ";; \(error)\n"
      }
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ module: DecodedModule) {
    self.bytes = bytes
    self.module = module
    output = ByteBuffer(capacity: bytes.count * 4 + 1024)
    nameFunctions()
  }

  // MARK: Names

  private mutating func nameFunctions() {
    let count = module.importedFunctionCount + module.functions.count
    var taken: Set<String> = []
    functionIds.reserveCapacity(count)
    for index in 0..<UInt32(count) {
      guard let name = module.functionNames[index], !name.isEmpty else {
        functionIds.append(String(index))
        continue
      }
      var id = "$" + WatPrinter.identifier(name)
      // Two functions of one name: the number tells them apart. No name of the source contains a `#`.
      if !taken.insert(id).inserted {
        id += "#\(index)"
        taken.insert(id)
      }
      functionIds.append(id)
    }
  }

  /// The name with everything replaced that an identifier can't contain.
  private static func identifier(_ name: String) -> String {
    String(
      decoding: name.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"),
          UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
          UInt8(ascii: "_")
        case 0x21...0x7E: byte
        default: UInt8(ascii: "_")
        }
      }, as: UTF8.self)
  }

  func functionId(_ index: UInt32) -> String {
    Int(index) < functionIds.count ? functionIds[Int(index)] : String(index)
  }

  // MARK: Writing

  @inline(__always) mutating func write(_ text: StaticString) {
    output.append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { output.append($0) }
  }
  mutating func write(_ number: UInt32) { write(String(number)) }

  mutating func newLine(_ depth: Int) {
    output.byte(UInt8(ascii: "\n"))
    for _ in 0..<min(depth, WatPrinter.deepestIndentation) { write("  ") }
  }

  /// Bytes in quotes.
  mutating func writeQuoted(_ content: UnsafeBufferPointer<UInt8>) {
    output.reserve(content.count + 2)
    write("\"")
    for byte in content {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7F...:
        write("\\")
        output.byte(WatPrinter.digit(byte >> 4))
        output.byte(WatPrinter.digit(byte & 15))
      default: output.byte(byte)
      }
    }
    write("\"")
  }
  mutating func writeQuoted(_ text: String) {
    var text = text
    text.withUTF8 { writeQuoted($0) }
  }
  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  mutating func write(_ type: ValueType) {
    switch type {
    case .i32: write("i32")
    case .i64: write("i64")
    case .f32: write("f32")
    case .f64: write("f64")
    case .v128: write("v128")
    }
  }

  /// `(param …) (result …)`.
  private mutating func write(_ type: FunctionType) {
    writeList(" (param", type.parameters)
    writeList(" (result", type.results)
  }
  private mutating func writeList(_ head: StaticString, _ types: [ValueType]) {
    if types.isEmpty { return }
    write(head)
    for type in types {
      write(" ")
      write(type)
    }
    write(")")
  }

  /// `(type N)` and, if there is such a type, what it is.
  private mutating func writeTypeUse(_ index: UInt32) {
    write(" (type ")
    write(index)
    write(")")
    if Int(index) < module.types.count { write(module.types[Int(index)]) }
  }

  // MARK: The module

  private mutating func printModule() throws(DecodeError) {
    write("(module")
    for (index, type) in module.types.enumerated() {
      newLine(1)
      write("(type (;\(index);) (func")
      write(type)
      write("))")
    }
    printImports()
    try printFunctions()
    for limits in module.tables { printTable(limits) }
    for limits in module.memories { printMemory(limits) }
    for global in module.globals { printGlobal(global) }
    for export in module.exports { printExport(export) }
    if let start = module.start {
      newLine(1)
      write("(start \(functionId(start)))")
    }
    for elements in module.elements { printElements(elements) }
    for data in module.data { printData(data) }
    for custom in module.customs {
      newLine(1)
      write(";; custom section ")
      writeQuoted(custom.name)
      write(", \(custom.bytes.count) bytes")
    }
    newLine(0)
    write(")\n")
  }

  private mutating func printImports() {
    var function = 0
    for imported in module.imports {
      newLine(1)
      write("(import ")
      writeQuoted(imported.module)
      write(" ")
      writeQuoted(imported.name)
      switch imported.type {
      case .function(let type):
        write(" (func ")
        writeFunctionId(function)
        writeTypeUse(type)
        function += 1
      case .table(let limits):
        write(" (table")
        write(limits)
        write(" funcref")
      case .memory(let limits):
        write(" (memory")
        write(limits)
      case .global(let type, let isMutable):
        write(" (global ")
        write(type, isMutable: isMutable)
      }
      write("))")
    }
  }

  /// The identifier, or the number in a comment where a definition has none.
  private mutating func writeFunctionId(_ index: Int) {
    let id = functionIds[index]
    if id.utf8.first == UInt8(ascii: "$") {
      write(id)
      write(" (;\(index);)")
    } else {
      write("(;\(id);)")
    }
  }

  private mutating func write(_ limits: Limits) {
    write(" ")
    write(limits.minimum)
    if let maximum = limits.maximum {
      write(" ")
      write(maximum)
    }
  }

  private mutating func write(_ type: ValueType, isMutable: Bool) {
    if isMutable { write("(mut ") }
    write(type)
    if isMutable { write(")") }
  }

  private mutating func printTable(_ limits: Limits) {
    newLine(1)
    write("(table")
    write(limits)
    write(" funcref)")
  }

  private mutating func printMemory(_ limits: Limits) {
    newLine(1)
    write("(memory")
    write(limits)
    write(")")
  }

  private mutating func printGlobal(_ global: DecodedGlobal) {
    newLine(1)
    write("(global ")
    write(global.type, isMutable: global.isMutable)
    write(" ")
    write(global.initial)
    write(")")
  }

  /// `(i32.const 1)`.
  private mutating func write(_ constant: DecodedConstant) {
    switch constant {
    case .global(let index): write("(global.get \(index))")
    case .value(.i32, let bits): write("(i32.const \(Int32(truncatingIfNeeded: bits)))")
    case .value(.i64, let bits): write("(i64.const \(Int64(bitPattern: bits)))")
    case .value(.f32, let bits): write("(f32.const \(FloatText.f32(UInt32(truncatingIfNeeded: bits))))")
    case .value(.v128, let bits): write("(v128.const i64x2 \(bits) 0)")
    case .value(.f64, let bits): write("(f64.const \(FloatText.f64(bits)))")
    }
  }

  private mutating func printExport(_ export: DecodedExport) {
    newLine(1)
    write("(export ")
    writeQuoted(export.name)
    switch export.kind {
    case .function: write(" (func \(functionId(export.index))))")
    case .table: write(" (table \(export.index)))")
    case .memory: write(" (memory \(export.index)))")
    case .global: write(" (global \(export.index)))")
    }
  }

  private mutating func printElements(_ elements: DecodedElements) {
    newLine(1)
    write("(elem ")
    if elements.table != 0 { write("(table \(elements.table)) ") }
    write("(offset ")
    write(elements.offset)
    write(") func")
    for function in elements.functions {
      write(" ")
      write(functionId(function))
    }
    write(")")
  }

  private mutating func printData(_ data: DecodedData) {
    newLine(1)
    write("(data ")
    if let offset = data.offset {
      if data.memory != 0 { write("(memory \(data.memory)) ") }
      write("(offset ")
      write(offset)
      write(") ")
    }
    writeQuoted(UnsafeBufferPointer(rebasing: bytes[data.bytes]))
    write(")")
  }

  private mutating func printFunctions() throws(DecodeError) {
    let imported = module.importedFunctionCount
    for (number, body) in module.bodies.enumerated() {
      newLine(1)
      write("(func ")
      writeFunctionId(imported + number)
      writeTypeUse(module.functions[number])
      var locals = 0
      for group in body.locals where group.count > 0 {
        if locals == 0 {
          newLine(2)
          write("(local")
        }
        locals += Int(group.count)
        for _ in 0..<group.count {
          write(" ")
          write(group.type)
        }
      }
      if locals > 0 { write(")") }
      try printCode(body)
      write(")")
    }
  }
}
