// What a program declares, in flat tables: functions, structs, globals, constants. All ids are given in one serial
// pass over the trees, so that the bodies can be checked on several cores and every id is the same each time.

import ZongStores
import ZongSyntax

/// One part of a file: a tree and the file's tokens.
package struct PartId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  @inlinable package init(_ index: UInt32) { self.index = index }
}

package struct FunctionId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  @inlinable @inline(__always) package init(_ index: UInt32) { self.index = index }
  /// Id 0 is never a function.
  package static let none = FunctionId(0)
}

package struct GlobalId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  @inlinable @inline(__always) package init(_ index: UInt32) { self.index = index }
}

package struct ConstantId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  @inlinable @inline(__always) package init(_ index: UInt32) { self.index = index }
}

/// What a function's body is.
package enum FunctionKind: UInt8, Sendable, BitwiseCopyable {
  /// Declared with `func`.
  case declared
  /// Declared in an `extern` block.
  case imported
  /// Declared in the library's `extern "zong"` block: the lowering knows it by name.
  case intrinsic
  /// The default value of a parameter or field: no parameters, the body is an expression.
  case defaultValue
  /// The initialiser of a global: no parameters, the body is an expression.
  case globalInitializer
  /// The top-level statements of a script.
  case script
}

package struct FunctionInfo: Sendable, BitwiseCopyable {
  package var kind: FunctionKind
  package var isExported = false
  /// Declared inside another function.
  package var isLocal = false
  /// From the standard library: checked only if it is used.
  package var isLibrary = false
  package var name: NameId
  package var part: PartId
  /// The declaration; for defaults and initialisers the expression.
  package var node: NodeId
  /// A range of `Declarations.parameters`.
  package var firstParameter: UInt32 = 0
  package var parameterCount: UInt32 = 0
  package var result: TypeId = .void
  /// `extern`: the module's and the function's name there, as indices into `Declarations.importNames`.
  package var importModule: UInt32 = 0
  package var importName: UInt32 = 0
  /// Where the checked body lies: the chunk of typed code, its root node, its locals.
  package var code: UInt32 = 0
  package var body = TypedId.none
  package var firstLocal: UInt32 = 0
  package var localCount: UInt32 = 0
  /// What it refers to: a range of the code's `references`.
  package var firstReference: UInt32 = 0
  package var referenceCount: UInt32 = 0
  package var isChecked = false

  package init(kind: FunctionKind, name: NameId, part: PartId, node: NodeId) {
    self.kind = kind
    self.name = name
    self.part = part
    self.node = node
  }
}

package struct ParameterInfo: Sendable, BitwiseCopyable {
  package var name = NameId.none
  package var type = TypeId.error
  package var isPositional = false
  /// The function that yields the default value, or none.
  package var defaultValue = FunctionId.none
  package var node = NodeId.none
}

package struct StructureInfo: Sendable, BitwiseCopyable {
  package var name: NameId
  package var part: PartId
  package var node: NodeId
  package var type: TypeId
  package var firstField: UInt32 = 0
  package var fieldCount: UInt32 = 0
  package var state = LayoutState.pending
  package var isLocal = false

  package enum LayoutState: UInt8, Sendable, BitwiseCopyable { case pending, underway, done }
}

package struct FieldInfo: Sendable, BitwiseCopyable {
  package var name = NameId.none
  package var type = TypeId.error
  package var isPositional = false
  package var defaultValue = FunctionId.none
  /// From the start of the struct, in bytes.
  package var offset: UInt32 = 0
  /// The index of its first scalar among the struct's.
  package var firstLeaf: UInt32 = 0
  package var node = NodeId.none
}

package struct GlobalInfo: Sendable, BitwiseCopyable {
  package var name: NameId
  package var part: PartId
  package var node: NodeId
  package var type = TypeId.error
  /// The function that computes the initial value, or none.
  package var initializer = FunctionId.none
  /// Where the name is declared.
  package var position: UInt32 = 0
  /// A script's variable: initialised where it stands.
  package var isScript = false
  package var state = GlobalState.pending

  package enum GlobalState: UInt8, Sendable, BitwiseCopyable { case pending, underway, done }
}

package struct ConstantInfo: Sendable {
  package var name: NameId
  package var part: PartId
  package var node: NodeId
  package var state = GlobalInfo.GlobalState.pending
  package var value = ConstantValue.error
}

/// What a name at the top of a module stands for.
package enum Symbol: Hashable, Sendable, BitwiseCopyable {
  case none
  case function(FunctionId)
  case structure(StructureId)
  case global(GlobalId)
  case constant(ConstantId)
}

/// A part and what the checker needs of its file.
package struct Part: Sendable {
  package let tree: Tree
  package let tokens: TokenStore
  package let file: SourceFile
  package var isLibrary: Bool { file.isLibrary }
  package init(tree: Tree) {
    self.tree = tree
    tokens = tree.tokens
    file = tree.tokens.file
  }
}

/// The declarations of a program. Written serially while declaring; while bodies are checked, each checker writes
/// only the entries of its own functions and of what is declared inside them.
package final class Declarations: @unchecked Sendable {
  package var parts: [Part] = []
  package var functions = Store<FunctionInfo>()
  package var parameters = Store<ParameterInfo>()
  package var structures = Store<StructureInfo>()
  package var fields = Store<FieldInfo>()
  package var globals = Store<GlobalInfo>()
  package var constants: [ConstantInfo] = []
  package var importNames: [String] = []
  /// The programs' `extern` blocks: the module's name and where it is written.
  package var externModules: [(name: String, span: Span)] = []
  /// The module's names, by `NameId`; the program's own, and the library's core.
  package var symbols = SymbolTable()
  package var coreSymbols = SymbolTable()
  /// Functions and structs declared inside functions, by part and node.
  package var nested: [NestedKey: Symbol] = [:]
  /// The script's function, or none.
  package var script = FunctionId.none
  /// `func main`, or none.
  package var main = FunctionId.none

  package struct NestedKey: Hashable, Sendable {
    let part: PartId
    let node: NodeId
  }

  package init() {
    functions.append(FunctionInfo(kind: .declared, name: .none, part: PartId(0), node: .none))
  }

  package func parameter(_ function: FunctionInfo, _ index: Int) -> ParameterInfo {
    parameters[Int(function.firstParameter) + index]
  }
  package func field(_ structure: StructureInfo, _ index: Int) -> FieldInfo {
    fields[Int(structure.firstField) + index]
  }
}

/// Names at the top of a module, indexed by `NameId`.
package struct SymbolTable: Sendable {
  private var entries: [Symbol] = []
  package private(set) var names: [NameId] = []

  package subscript(name: NameId) -> Symbol {
    Int(name.index) < entries.count ? entries[Int(name.index)] : .none
  }

  package mutating func set(_ name: NameId, _ symbol: Symbol) {
    let index = Int(name.index)
    if index >= entries.count {
      let room = max(index + 1, entries.count * 2)
      entries.append(contentsOf: repeatElement(.none, count: room - entries.count))
    }
    if entries[index] == .none { names.append(name) }
    entries[index] = symbol
  }
}
