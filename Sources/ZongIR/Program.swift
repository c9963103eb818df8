// A whole program in IR: its functions, globals and data. Functions and imports share one id space.

import ZongStores

/// A function's type.
package struct Signature: Hashable, Sendable {
  package var parameters: [Type]
  package var results: [Type]
  package init(parameters: [Type], results: [Type]) {
    self.parameters = parameters
    self.results = results
  }
}

/// A WebAssembly function that comes from outside.
package struct Import: Sendable {
  package var module: String
  package var name: String
  package var signature: Signature
  package init(module: String, name: String, signature: Signature) {
    self.module = module
    self.name = name
    self.signature = signature
  }
}

/// A WebAssembly global: a scalar outside memory. Prints as `global0`.
package struct Global: Sendable {
  package var name: String
  package var type: Type
  package var isMutable: Bool
  /// The initial value's bits, as in `Opcode.constant`.
  package var initial: UInt64
  package init(name: String, type: Type, isMutable: Bool, initial: UInt64) {
    self.name = name
    self.type = type
    self.isMutable = isMutable
    self.initial = initial
  }
}

/// A piece of initialised memory.
package struct DataSegment: Sendable {
  package var address: UInt32
  package var bytes: [UInt8]
  package init(address: UInt32, bytes: [UInt8]) {
    self.address = address
    self.bytes = bytes
  }
}

/// What stands behind a function id.
package enum Definition {
  /// Never reached; not emitted.
  case absent
  case imported(Import)
  case defined(Function)
}

package struct Export: Sendable {
  package var name: String
  package var function: FunctionId
  package init(name: String, function: FunctionId) {
    self.name = name
    self.function = function
  }
}

/// A program. `definitions` is indexed by `FunctionId`.
package struct Program {
  package var definitions: [Definition] = []
  /// Functions' names by id, kept for traces when a function is inlined everywhere and dropped.
  package var names: [String] = []
  package var signatures: [Signature] = []
  package var globals: [Global] = []
  package var data: [DataSegment] = []
  package var exports: [Export] = []
  /// Functions that may be called through the table; a function's place is its index here plus one.
  package var table: [FunctionId] = []
  /// The memory's first size and its upper bound, in pages of 64 KiB.
  package var initialPages: UInt32 = 1
  package var maximumPages: UInt32 = 65536
  /// The globals that hold the tstack's pointer and its limit (both i32).
  package var stackPointer: UInt32 = 0
  package var stackLimit: UInt32 = 1
  package var tags = TagPlacement()
  /// The byte that frames are filled with when their functions begin; null if they have what was there before.
  package var frameFiller: UInt8?
  /// The function that `checkKey` calls with a pointer whose key doesn't fit, (i64) -> ().
  package var stale: FunctionId?
  package init() {}

  /// By `FunctionId`: the function, if it is defined here.
  package var functions: [Function?] {
    definitions.map { if case .defined(let function) = $0 { function } else { nil } }
  }
}

/// Where the tags of the program's memory lie.
package struct TagPlacement: Sendable {
  /// The memory's index: 1, or 0 if tags and program share one.
  package var memory: UInt32 = 1
  /// The address of the tag of the granule at 0.
  package var base: UInt32 = 0
  /// The size of the tags' room at first, in pages of 64 KiB. In a memory of their own it can grow.
  package var initialPages: UInt32 = 0
  /// Whether the host may see them: for programs that are run at once.
  package var isExported = false

  package init() {}
}
