// The few things that are read from a module's bytes after a stop: the custom sections that speak of the source,
// and how many functions are imported (frames count functions from the first import).

import ZongWasm

/// The parts of a WebAssembly module that traces need. Reading damaged bytes gives fewer parts.
package struct ModuleSections {
  package private(set) var stops: Range<Int>?
  package private(set) var positions: Range<Int>?
  /// The contents of the code section: the function bodies.
  var code: Range<Int>?
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
    if name == RuntimeSections.stops { stops = rest }
    if name == RuntimeSections.positions { positions = rest }
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
