// What a program declares, in flat tables: functions, structs, globals, constants. All ids are given in one serial
// pass over the trees, so that the bodies can be checked on several cores and every id is the same each time.

import Synchronization
import ZongStores
import ZongSyntax

/// One part of a file: a tree and the file's tokens.
public struct PartId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable public init(_ index: UInt32) { self.index = index }
}

public struct FunctionId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  /// Id 0 is never a function.
  @inlinable public static var none: FunctionId { FunctionId(0) }
}

public struct GlobalId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
}

public struct ConstantId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
}

/// A file and what it declares. The standard library's core is 0, the program's own file 1.
package struct ModuleId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  package init(_ index: UInt32) { self.index = index }
  package static var core: ModuleId { ModuleId(0) }
  package static var program: ModuleId { ModuleId(1) }
}

/// An `import` of a file.
package struct ImportId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  package init(_ index: UInt32) { self.index = index }
}

/// What a function's body is.
public enum FunctionKind: UInt8, Sendable, BitwiseCopyable {
  // The derived comparison isn't inlined across modules; the raw value is the case's place.
  @inlinable @inline(__always)
  public static func == (a: FunctionKind, b: FunctionKind) -> Bool {
    unsafeBitCast(a, to: UInt8.self) == unsafeBitCast(b, to: UInt8.self)
  }

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
  /// A method that an interface asks for: it has no body, and its first parameter is the value that it is called on.
  case requirement
  /// The top-level statements of a script.
  case script
  /// A `test` block. It may fail: it has the result `!`.
  case test
}

public struct FunctionInfo: Sendable, BitwiseCopyable {
  public var kind: FunctionKind
  public var isExported = false
  /// Declared inside another function.
  public var isLocal = false
  /// From the standard library: checked only if it is used.
  public var isLibrary = false
  /// From the core, which is trusted: it may use intrinsics, and handles addresses with care of its own.
  public var isCore = false
  /// A method's or static function's type; `.error` for other functions.
  public var owner = TypeId.error
  public var isStatic = false
  /// Made of a function literal, while bodies are checked.
  public var isLiteral = false
  /// A method: its first parameter is `self`, a pointer to its type.
  @inlinable public var isMethod: Bool { owner != .error && !isStatic }
  public var name: NameId
  public var part: PartId
  /// The declaration; for defaults and initialisers the expression. Only who checks the part may look at it.
  public var node: NodeId
  /// Where the name is declared, for messages.
  public var nameToken = TokenId.none
  /// A range of `Declarations.parameters`.
  public var firstParameter: UInt32 = 0
  public var parameterCount: UInt32 = 0
  public var result: TypeId = .void
  /// For what depends on type parameters: an index in `Declarations.instances`, otherwise 0.
  public var instance: UInt32 = 0
  /// `extern`: the module's and the function's name there, as indices into `Declarations.importNames`.
  public var importModule: UInt32 = 0
  public var importName: UInt32 = 0
  /// Where the checked body lies: the chunk of typed code, its root node, its locals.
  public var code: UInt32 = 0
  public var body = TypedId.none
  /// The range of the nodes that were made for it; `nestedFunction` tells which of them aren't its own.
  public var firstNode: UInt32 = 0
  public var endNode: UInt32 = 0
  public var firstLocal: UInt32 = 0
  public var localCount: UInt32 = 0
  /// What it refers to: a range of the code's `references`.
  public var firstReference: UInt32 = 0
  public var referenceCount: UInt32 = 0
  public var isChecked = false
  /// The address of one of its locals is taken.
  public var takesAddresses = false
  /// It makes text or lists that don't go straight into a variable, or catches errors by name.
  public var makesTemporaries = false

  @inlinable public init(kind: FunctionKind, name: NameId, part: PartId, node: NodeId) {
    self.kind = kind
    self.name = name
    self.part = part
    self.node = node
  }
}

public struct ParameterInfo: Sendable, BitwiseCopyable {
  public var name = NameId.none
  public var type = TypeId.error
  public var isPositional = false
  /// The function that yields the default value, or none.
  public var defaultValue = FunctionId.none
  public var node = NodeId.none
}

public struct StructureInfo: Sendable, BitwiseCopyable {
  public var name: NameId
  public var part: PartId
  public var node: NodeId
  /// Where the name is declared, for messages.
  public var nameToken: TokenId
  public var type: TypeId
  public var firstField: UInt32 = 0
  public var fieldCount: UInt32 = 0
  public var methods = MethodList()
  public var state = LayoutState.pending
  public var isLocal = false
  /// For one with type parameters: an index in `Declarations.instances`, otherwise 0.
  public var instance: UInt32 = 0

  public enum LayoutState: UInt8, Sendable, BitwiseCopyable { case pending, underway, done }
}

/// The methods and static functions of a type: a range of `Declarations.methods`.
public struct MethodList: Sendable, BitwiseCopyable {
  public var first: UInt32 = 0
  public var count: UInt32 = 0
}

public struct EnumerationInfo: Sendable, BitwiseCopyable {
  public var name: NameId
  public var part: PartId
  public var node: NodeId
  public var type: TypeId
  /// A range of `Declarations.cases`.
  public var firstCase: UInt32 = 0
  public var caseCount: UInt32 = 0
  public var methods = MethodList()
  public var state = StructureInfo.LayoutState.pending
  /// For one with type parameters: an index in `Declarations.instances`, otherwise 0.
  public var instance: UInt32 = 0

  /// How many bytes the tag is written and read with in memory, from the layout on: the padding behind it too, where no
  /// case has a field in it, so that a copy of the word doesn't wait for a store of less than it reads.
  public var tagWidth: UInt32 = 0

  /// The width that the tag needs, in bytes.
  public var tagSize: UInt32 { caseCount <= 1 << 8 ? 1 : caseCount <= 1 << 16 ? 2 : 4 }
}

/// A case of an enum. The offsets of its fields count from the start of the enum.
public struct CaseInfo: Sendable, BitwiseCopyable {
  public var name: NameId
  public var node: NodeId
  /// Where the name is declared, for messages.
  public var nameToken: TokenId
  /// A range of `Declarations.fields`.
  public var firstField: UInt32 = 0
  public var fieldCount: UInt32 = 0
}

public struct FieldInfo: Sendable, BitwiseCopyable {
  public var name = NameId.none
  public var type = TypeId.error
  public var isPositional = false
  public var defaultValue = FunctionId.none
  /// From the start of the struct, in bytes.
  public var offset: UInt32 = 0
  /// The index of its first scalar among the struct's.
  public var firstLeaf: UInt32 = 0
  public var node = NodeId.none
}

public struct GlobalInfo: Sendable, BitwiseCopyable {
  public var name: NameId
  public var part: PartId
  public var node: NodeId
  public var type = TypeId.error
  /// The function that computes the initial value, or none.
  public var initializer = FunctionId.none
  /// Where the name is declared.
  public var position: UInt32 = 0
  /// A script's variable: initialised where it stands.
  public var isScript = false
  public var state = GlobalState.pending

  public enum GlobalState: UInt8, Sendable, BitwiseCopyable { case pending, underway, done }
}

/// An interface. Its `Self` is the first of its type parameters.
public struct InterfaceInfo: Sendable, BitwiseCopyable {
  public var name: NameId
  public var part: PartId
  public var node: NodeId
  /// Where the name is declared, for messages.
  public var nameToken: TokenId
  public var type: TypeId
  /// What it asks for: functions of the kind `requirement`.
  public var methods = MethodList()
  /// What `Self` and the interface's own type parameters stand for: an index in `Declarations.instances`.
  public var instance: UInt32 = 0
  /// A method mentions `Self`, so the interface serves as a constraint only.
  public var mentionsSelf = false
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
  case enumeration(EnumerationId)
  case interface(InterfaceId)
  case global(GlobalId)
  case constant(ConstantId)
  /// The name of an imported module.
  case module(ImportId)
  /// What this version doesn't have; its declaration has been reported, its uses aren't.
  case notInThisVersion
}

/// What one file declares.
package struct ModuleInfo: Sendable {
  /// What its names are qualified with in traces and messages.
  package let name: String
  package let isLibrary: Bool
  package let symbols = SymbolTable()
  package init(name: String, isLibrary: Bool) {
    self.name = name
    self.isLibrary = isLibrary
  }
}

/// An `import`, with where it stands.
package struct ImportInfo: Sendable {
  /// The name in the importing file.
  package let name: NameId
  package let importer: ModuleId
  /// What is imported; null if it couldn't be loaded, which has been reported.
  package let module: ModuleId?
  /// The whole declaration, and the name or path in it.
  package let span: Span
  package let nameSpan: Span
  package init(name: NameId, importer: ModuleId, module: ModuleId?, span: Span, nameSpan: Span) {
    self.name = name
    self.importer = importer
    self.module = module
    self.span = span
    self.nameSpan = nameSpan
  }
}

/// A part and what the checker needs of its file.
package struct Part: Sendable {
  /// Read by who declares, and then by the checker of the part, which drops it at the end.
  package let tree: Tree
  package let tokens: TokenStore
  package let file: SourceFile
  package let module: ModuleId
  package var isLibrary: Bool { file.isLibrary }
  package var isCore: Bool { module == .core }
  /// Its code may use the core's functions.
  package let seesCore: Bool
  package init(tree: Tree, module: ModuleId, seesCore: Bool) {
    self.seesCore = seesCore
    self.tree = tree
    self.module = module
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
  package var enumerations = Store<EnumerationInfo>()
  package var cases = Store<CaseInfo>()
  package var interfaces = Store<InterfaceInfo>()
  package var methods = Store<FunctionId>()
  package var typeParameters = Store<TypeParameterInfo>()
  /// The constraints of type parameters, types of interfaces.
  package var constraints = Store<TypeId>()
  /// 0 is none.
  package var generics = Store<GenericInfo>()
  package var instances = Store<InstanceInfo>()
  /// The parts with generic declarations, whose trees are kept: their instances are checked at the end.
  package var partsWithGenerics: [Bool] = []
  /// What has been made of the generic declarations; its lock guards whatever is added while bodies are checked.
  package let instanceTable = Mutex<InstanceTable>(InstanceTable())
  /// The methods of types with many, by type and name.
  package var methodIndex: [MethodKey: FunctionId] = [:]
  package var globals = Store<GlobalInfo>()
  package var constants: [ConstantInfo] = []
  package var importNames: [String] = []
  /// The programs' `extern` blocks: the module's name and where it is written.
  package var externModules: [(name: String, span: Span)] = []
  /// The modules by id, and the order in which their globals are initialised: the imported ones first.
  package var modules = [ModuleInfo(name: "core", isLibrary: true), ModuleInfo(name: "main", isLibrary: false)]
  package var initializationOrder: [ModuleId] = []
  package var imports: [ImportInfo] = []
  /// The names of the library's core.
  package var coreSymbols: SymbolTable { modules[0].symbols }
  /// The index in `structures` of the library's `Error`.
  package var errorStructure = UInt32.max
  /// Functions and structs declared inside functions, by part and node.
  package var nested: [NestedKey: Symbol] = [:]
  /// The script's function, or none.
  package var script = FunctionId.none
  /// The `test` blocks of the program's own file, in order.
  package var tests: [FunctionId] = []
  /// A sum of words that were read only to have them near (`Declarer.fetch`).
  var fetched: UInt32 = 0
  /// `func main`, or none.
  package var main = FunctionId.none

  package struct NestedKey: Hashable, Sendable {
    let part: PartId
    let node: NodeId
  }

  package struct MethodKey: Hashable, Sendable {
    /// Where the type's methods begin.
    let first: UInt32
    let name: NameId
  }
  /// Up to this many methods are searched one by one.
  static let fewMethods: UInt32 = 16

  package init() {
    functions.append(FunctionInfo(kind: .declared, name: .none, part: PartId(0), node: .none))
    generics.append(GenericInfo())
    instances.append(InstanceInfo())
  }

  package func parameter(_ function: FunctionInfo, _ index: Int) -> ParameterInfo {
    parameters[Int(function.firstParameter) + index]
  }
  /// A type's method or static function, or none.
  package func method(_ name: NameId, _ list: MethodList) -> FunctionId {
    if list.count > Declarations.fewMethods { return methodIndex[MethodKey(first: list.first, name: name)] ?? .none }
    for index in list.first..<list.first + list.count where functions[methods[index].index].name == name {
      return methods[index]
    }
    return .none
  }
  package func enumCase(_ enumeration: EnumerationInfo, _ index: Int) -> CaseInfo {
    cases[Int(enumeration.firstCase) + index]
  }
  package func field(_ enumCase: CaseInfo, _ index: Int) -> FieldInfo { fields[Int(enumCase.firstField) + index] }
  package func field(_ structure: StructureInfo, _ index: Int) -> FieldInfo {
    fields[Int(structure.firstField) + index]
  }
}

extension Declarations {
  /// Whether values of a type hold text or slices, other than behind pointers: storage that may lie in an arena.
  package func holdsStorage(_ type: TypeId, _ types: TypeStore) -> Bool {
    let info = types[type]
    switch info.kind {
    case .builtin: return type == .string
    case .slice: return true
    case .pointer, .interface, .function, .parameter, .list: return false
    case .array, .optional, .fallible: return holdsStorage(info.element, types)
    case .structure:
      let structure = structures[info.a]
      return (0..<Int(structure.fieldCount)).contains { holdsStorage(field(structure, $0).type, types) }
    case .enumeration:
      let enumeration = enumerations[info.a]
      return (0..<Int(enumeration.caseCount)).contains { index in
        let enumCase = enumCase(enumeration, index)
        return (0..<Int(enumCase.fieldCount)).contains { holdsStorage(field(enumCase, $0).type, types) }
      }
    }
  }
}

extension Declarations {
  /// Whether a value of a type that nothing keeps can be freed at the end of its statement: text, a slice, an `Error`,
  /// or an optional or fallible of these.
  @inline(__always)
  package func isFreeable(_ type: TypeId, _ types: TypeStore) -> Bool {
    if type == .string { return true }
    let info = types[type]
    switch info.kind {
    case .slice: return true
    case .optional, .fallible: return isFreeable(info.element, types)
    case .structure: return isError(info)
    default: return false
    }
  }

  /// The library's `Error`.
  package func isError(_ info: TypeInfo) -> Bool { info.kind == .structure && info.a == errorStructure }

  /// Whether the elements of a slice type may hold slices of the same type, other than behind pointers.
  package func leadsBack(_ slice: TypeId, _ types: TypeStore) -> Bool {
    storageParts(types[slice].element, types).contains(slice)
  }

  /// What storage a value of the type may hold, other than behind pointers: text and slices, each type once.
  package func storageParts(_ whole: TypeId, _ types: TypeStore) -> [TypeId] {
    var parts: [TypeId] = []
    var seen: Set<TypeId> = []
    var open = [whole]
    while let type = open.popLast() {
      if !seen.insert(type).inserted { continue }
      let info = types[type]
      if type == .string || info.kind == .slice { parts.append(type) }
      switch info.kind {
      case .builtin, .pointer, .interface, .function, .parameter, .list: break
      case .slice, .array, .optional, .fallible: open.append(info.element)
      case .structure:
        let structure = structures[info.a]
        for index in 0..<Int(structure.fieldCount) { open.append(field(structure, index).type) }
      case .enumeration:
        let enumeration = enumerations[info.a]
        for index in 0..<Int(enumeration.caseCount) {
          let enumCase = enumCase(enumeration, index)
          for number in 0..<Int(enumCase.fieldCount) { open.append(field(enumCase, number).type) }
        }
      }
    }
    return parts
  }
}
