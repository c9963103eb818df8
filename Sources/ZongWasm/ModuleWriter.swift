// A module's binary format, section by section (Core Specification 5.5). In: the parts as plain values and code as
// finished bytes. Out: bytes. The sections must be written in the order of their ids; the writer checks it.

import ZongStores

/// A function's type.
package struct FunctionType: Hashable, Sendable {
  package var parameters: [ValueType]
  package var results: [ValueType]
  package init(parameters: [ValueType], results: [ValueType]) {
    self.parameters = parameters
    self.results = results
  }
}

/// Ids of the sections, in the order in which a module holds them.
package enum SectionId: UInt8, Sendable {
  case custom = 0
  case type, `import`, function, table, memory, global, export, start, element, code, data, dataCount
}

/// What an import or export is.
package enum ExternKind: UInt8, Sendable {
  case function, table, memory, global
}

/// Writes a module's sections one behind the other.
package struct ModuleWriter: ~Copyable {
  /// What comes before `bytes`.
  private let module = ModuleBytes()
  private var bytes = ByteBuffer(capacity: 4096)
  private var lastSection: UInt8 = 0
  /// Fewer bytes than these are copied.
  private static let leastPiece = 4096

  /// Begins a module.
  package init() {
    bytes.append([0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00])
  }

  /// Writes a section with the contents that `body` appends; nothing if it appends nothing.
  ///
  /// - Parameter capacity: the expected size of the contents.
  package mutating func section(_ id: SectionId, capacity: Int = 256, _ body: (inout ByteBuffer) -> Void) {
    var contents = ByteBuffer(capacity: capacity)
    body(&contents)
    if contents.isEmpty { return }
    begin(id, size: contents.count)
    bytes.append(contents)
  }

  /// Writes a section's head. Exactly `size` bytes must follow.
  package mutating func begin(_ id: SectionId, size: Int) {
    precondition(id == .custom || id.rawValue > lastSection, "sections out of order")
    if id != .custom { lastSection = id.rawValue }
    bytes.byte(id.rawValue)
    bytes.unsigned(UInt32(truncatingIfNeeded: size))
  }

  /// A part of the section begun last.
  package mutating func append(_ part: borrowing ByteBuffer) { bytes.append(part) }
  package mutating func append(_ part: UnsafeBufferPointer<UInt8>) { bytes.append(part) }
  package mutating func append(_ part: [UInt8]) { bytes.append(part) }
  /// The same without copying it, as far as it is large: it must stay as it is as long as `owner` lives.
  package mutating func append(_ part: UnsafeBufferPointer<UInt8>, keptBy owner: AnyObject) {
    if part.count < ModuleWriter.leastPiece { return bytes.append(part) }
    finishPiece()
    module.append(part, keptBy: owner)
  }
  package mutating func unsigned(_ value: UInt32) { bytes.unsigned(value) }

  /// Writes a custom section's head and name. Exactly `size` bytes must follow.
  package mutating func beginCustom(_ name: String, size: Int) {
    let length = name.utf8.count
    begin(.custom, size: ByteBuffer.unsignedSize(UInt32(length)) + length + size)
    bytes.name(name)
  }

  /// A custom section.
  package mutating func custom(_ name: String, capacity: Int = 256, _ body: (inout ByteBuffer) -> Void) {
    section(.custom, capacity: capacity) { contents in
      contents.name(name)
      body(&contents)
    }
  }

  /// Writes the type section.
  package mutating func types(_ types: [FunctionType]) {
    if types.isEmpty { return }
    section(.type, capacity: types.count * 8 + 8) { contents in
      contents.unsigned(UInt32(types.count))
      for type in types {
        contents.byte(0x60)
        contents.unsigned(UInt32(type.parameters.count))
        for parameter in type.parameters { contents.byte(parameter.rawValue) }
        contents.unsigned(UInt32(type.results.count))
        for result in type.results { contents.byte(result.rawValue) }
      }
    }
  }

  /// The finished module.
  package consuming func finish() -> ModuleBytes {
    finishPiece()
    return module
  }

  /// Makes a piece of what was written since the last one.
  private mutating func finishPiece() {
    var filled = ByteBuffer(capacity: ModuleWriter.leastPiece)
    swap(&filled, &bytes)
    let piece = FinishedBytes(filled)
    module.append(piece.buffer.bytes, keptBy: piece)
  }
}
