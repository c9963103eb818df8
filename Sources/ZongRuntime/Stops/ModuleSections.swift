// The few things that are read from a module's bytes after a stop: the custom sections that speak of the source,
// and how many functions are imported (frames count functions from the first import).

import ZongWasm

/// The parts of a WebAssembly module that traces need. Reading damaged bytes gives fewer parts.
package struct ModuleSections {
  package private(set) var stops: Range<Int>?
  package private(set) var positions: Range<Int>?
  /// The contents of the code section: the function bodies.
  var code: Range<Int>?
  /// The subsection of function names: a count, then numbers with names.
  var functionNames: Range<Int>?
  var importedFunctions = 0

  package init(_ module: UnsafeBufferPointer<UInt8>) {
    guard module.count >= 8 else { return }
    var reader = SectionReader(module)
    _ = reader.take(8)
    while let id = reader.byte(), let size = reader.unsigned() {
      let start = reader.offset
      guard let contents = reader.take(size) else { return }
      let range = start..<reader.offset
      switch id {
      case 0: addCustom(contents, range)
      case 2: importedFunctions = Self.countFunctions(contents)
      case 10: code = range
      default: break
      }
    }
  }

  private mutating func addCustom(_ contents: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    var reader = SectionReader(contents)
    guard let name = reader.text() else { return }
    let rest = (range.lowerBound + reader.offset)..<range.upperBound
    if name == "name" { functionNames = Self.functionNames(contents, rest) }
    if name == RuntimeSections.stops { stops = rest }
    if name == RuntimeSections.positions { positions = rest }
  }

  private static func functionNames(_ contents: UnsafeBufferPointer<UInt8>, _ rest: Range<Int>) -> Range<Int>? {
    let skipped = contents.count - rest.count
    var reader = SectionReader(UnsafeBufferPointer(rebasing: contents[skipped...]))
    while let id = reader.byte(), let size = reader.unsigned() {
      let start = rest.lowerBound + reader.offset
      guard reader.take(size) != nil else { return nil }
      if id == 1 { return start..<(rest.lowerBound + reader.offset) }
    }
    return nil
  }

  /// The name of function `index`. Null if the module doesn't name it.
  func name(of index: Int, in module: UnsafeBufferPointer<UInt8>) -> String? {
    guard let functionNames else { return nil }
    var reader = SectionReader(UnsafeBufferPointer(rebasing: module[functionNames]))
    guard reader.unsigned() != nil else { return nil }
    while let number = reader.unsigned(), let size = reader.unsigned(), let text = reader.take(size) {
      if number == UInt64(index) { return String(decoding: text, as: UTF8.self) }
    }
    return nil
  }

  /// The defined function that the byte at `offset` of the module belongs to, and where in its body that is.
  func body(at offset: Int, in module: UnsafeBufferPointer<UInt8>) -> (function: Int, offset: Int)? {
    guard let code, code.contains(offset) else { return nil }
    var reader = SectionReader(UnsafeBufferPointer(rebasing: module[code]))
    guard let count = reader.unsigned() else { return nil }
    var function = 0
    while function < count, let size = reader.unsigned() {
      let start = code.lowerBound + reader.offset
      guard reader.take(size) != nil else { return nil }
      if offset < code.lowerBound + reader.offset { return offset < start ? nil : (function, offset - start) }
      function += 1
    }
    return nil
  }

  /// The functions among the imports. Types of imports other than functions, tables, memories and globals end
  /// the count.
  private static func countFunctions(_ contents: UnsafeBufferPointer<UInt8>) -> Int {
    var reader = SectionReader(contents)
    var functions = 0
    guard let count = reader.unsigned() else { return 0 }
    for _ in 0..<min(count, UInt64(contents.count)) {
      guard reader.text() != nil, reader.text() != nil, let kind = reader.byte() else { return functions }
      switch kind {
      case 0:
        guard reader.unsigned() != nil else { return functions }
        functions += 1
      case 1:
        guard reader.byte() != nil, skipLimits(&reader) else { return functions }
      case 2:
        guard skipLimits(&reader) else { return functions }
      case 3:
        guard reader.byte() != nil, reader.byte() != nil else { return functions }
      default: return functions
      }
    }
    return functions
  }

  private static func skipLimits(_ reader: inout SectionReader) -> Bool {
    guard let flags = reader.byte(), reader.unsigned() != nil else { return false }
    return flags & 1 == 0 || reader.unsigned() != nil
  }
}
