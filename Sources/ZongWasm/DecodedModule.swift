// A module as read back: its parts as plain values; code and data stay as ranges of the module's bytes.

/// Bounds of a table or memory.
package struct Limits: Equatable, Sendable {
  package var minimum: UInt32
  package var maximum: UInt32?
}

/// What an import gives.
package enum DecodedExtern: Equatable, Sendable {
  /// A type index.
  case function(UInt32)
  case table(Limits)
  case memory(Limits)
  case global(ValueType, isMutable: Bool)
}

package struct DecodedImport: Equatable, Sendable {
  package var module: String
  package var name: String
  package var type: DecodedExtern
}

package struct DecodedExport: Equatable, Sendable {
  package var name: String
  package var kind: ExternKind
  package var index: UInt32
}

/// An instruction that gives a constant.
package enum DecodedConstant: Equatable, Sendable {
  /// The type and the bits.
  case value(ValueType, UInt64)
  case global(UInt32)
}

package struct DecodedGlobal: Equatable, Sendable {
  package var type: ValueType
  package var isMutable: Bool
  package var initial: DecodedConstant
}

/// Functions put into a table.
package struct DecodedElements: Equatable, Sendable {
  package var table: UInt32
  package var offset: DecodedConstant
  package var functions: [UInt32]
}

/// Bytes put into a memory, or kept for later if there is no offset.
package struct DecodedData: Equatable, Sendable {
  package var memory: UInt32
  package var offset: DecodedConstant?
  package var bytes: Range<Int>
}

/// A run of locals of one type.
package struct DecodedLocals: Equatable, Sendable {
  package var count: UInt32
  package var type: ValueType
}

/// A function's body.
package struct DecodedBody: Equatable, Sendable {
  /// How many locals engines allow.
  package static let localLimit = 50_000
  /// From the declaration of locals to the last `end`; code offsets count from its start.
  package var range: Range<Int>
  package var locals: [DecodedLocals]
  /// The instructions, the last `end` included.
  package var code: Range<Int>
}

package struct DecodedCustom: Equatable, Sendable {
  package var name: String
  package var bytes: Range<Int>
}

/// A module's parts.
package struct DecodedModule: Equatable, Sendable {
  package var types: [FunctionType] = []
  package var imports: [DecodedImport] = []
  /// The type indices of the functions that are not imported.
  package var functions: [UInt32] = []
  package var tables: [Limits] = []
  package var memories: [Limits] = []
  package var globals: [DecodedGlobal] = []
  package var exports: [DecodedExport] = []
  package var start: UInt32?
  package var elements: [DecodedElements] = []
  package var bodies: [DecodedBody] = []
  package var data: [DecodedData] = []
  package var customs: [DecodedCustom] = []
  /// Function names by index, from the name section as far as it is sound.
  package var functionNames: [UInt32: String] = [:]

  /// How many functions are imported, and so the index of the first other one.
  package var importedFunctionCount: Int {
    imports.reduce(0) { count, imported in
      if case .function = imported.type { count + 1 } else { count }
    }
  }
}
