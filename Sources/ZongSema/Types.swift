// Types as ids: equal types have equal ids. The store may be read and extended by several checkers at once;
// entries never move, and ids are never shown, so the order in which types are met doesn't matter.

import Synchronization
import ZongStores
import ZongSyntax

/// An interned type.
public struct TypeId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }

  /// The type of what has been reported; everything about it is accepted silently.
  @inlinable public static var error: TypeId { TypeId(0) }
  /// No value.
  @inlinable public static var void: TypeId { TypeId(1) }
  /// Control doesn't come back.
  @inlinable public static var never: TypeId { TypeId(2) }
  @inlinable public static var untypedInteger: TypeId { TypeId(3) }
  @inlinable public static var untypedFloat: TypeId { TypeId(4) }
  @inlinable public static var null: TypeId { TypeId(5) }
  @inlinable public static var boolean: TypeId { TypeId(6) }
  @inlinable public static var i8: TypeId { TypeId(7) }
  @inlinable public static var i16: TypeId { TypeId(8) }
  @inlinable public static var i32: TypeId { TypeId(9) }
  @inlinable public static var i64: TypeId { TypeId(10) }
  @inlinable public static var u8: TypeId { TypeId(11) }
  @inlinable public static var u16: TypeId { TypeId(12) }
  @inlinable public static var u32: TypeId { TypeId(13) }
  @inlinable public static var u64: TypeId { TypeId(14) }
  @inlinable public static var f32: TypeId { TypeId(15) }
  @inlinable public static var f64: TypeId { TypeId(16) }
  @inlinable public static var string: TypeId { TypeId(17) }
  /// `U8[]`, met everywhere.
  @inlinable public static var bytes: TypeId { TypeId(18) }
  static let firstFree: UInt32 = 19

  @inlinable public var isInteger: Bool { index >= TypeId.i8.index && index <= TypeId.u64.index }
  @inlinable public var isSigned: Bool { index >= TypeId.i8.index && index <= TypeId.i64.index }
  @inlinable public var isFloat: Bool { self == .f32 || self == .f64 }
  @inlinable public var isNumber: Bool { index >= TypeId.i8.index && index <= TypeId.f64.index }
  @inlinable public var isUntyped: Bool { self == .untypedInteger || self == .untypedFloat }
  /// The width of an integer type in bits.
  @inlinable public var bitWidth: Int {
    switch self {
    case .i8, .u8: 8
    case .i16, .u16: 16
    case .i32, .u32, .f32: 32
    default: 64
    }
  }
}

/// A declared struct, an index into `Declarations.structures`.
public struct StructureId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable public init(_ index: UInt32) { self.index = index }
}

/// A declared enum, an index into `Declarations.enumerations`.
public struct EnumerationId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable public init(_ index: UInt32) { self.index = index }
}

/// A declared interface, an index into `Declarations.interfaces`.
public struct InterfaceId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable public init(_ index: UInt32) { self.index = index }
}

public enum TypeKind: UInt8, Sendable, BitwiseCopyable {
  // The derived comparison isn't inlined across modules; the raw value is the case's place.
  @inlinable @inline(__always)
  public static func == (a: TypeKind, b: TypeKind) -> Bool {
    unsafeBitCast(a, to: UInt8.self) == unsafeBitCast(b, to: UInt8.self)
  }

  case builtin
  /// a: element.
  case pointer, slice
  /// a: element, b: length.
  case array
  /// a: `StructureId`.
  case structure
  /// a: `EnumerationId`. In memory a tag that counts the cases from 0, and behind it the fields of the case.
  case enumeration
  /// a: element. A pointer's uses the address 0 for null; any other is the value and, behind it, a byte that is 1 if
  /// there is one.
  case optional
  /// a: element, or void. The result of a function that can fail: the value and, behind it, a byte that is 1 for failure.
  case fallible
  /// a: `InterfaceId`. A pointer to a value, and the table of its methods (I32).
  case interface
  /// a: list of the parameters' types, b: result. A function's place in the table of functions, and a pointer to what
  /// it captures.
  case function
  /// a: index in `Declarations.typeParameters`. What a type parameter stands for where it is declared: any type with
  /// its constraints. No code is made of it.
  case parameter
  /// a: a type, b: the list behind it, or `.error`. Not a type of values: type arguments and parameters.
  case list
}

/// What is known of a type. Sizes and alignments are in bytes of linear memory.
public struct TypeInfo: Sendable, BitwiseCopyable {
  public var kind: TypeKind
  /// A variable of the type can start at zero (LANGUAGE.md, 3).
  public var hasZero: Bool
  /// Its zero value isn't all zero bytes: it holds a struct with default values.
  public var hasDefaults: Bool
  /// Its layout is known: false for a struct until then, and for what holds one in place.
  public var isLaidOut = true
  /// It mentions a type parameter.
  public var isOpaque = false
  public var a: UInt32
  public var b: UInt32
  public var size: UInt32
  public var alignment: UInt32
  /// How many scalars make up a value, or 0 if values of the type live in memory (`TypeStore.maximumLeaves`).
  public var leafCount: UInt32

  @inlinable public var element: TypeId { TypeId(a) }
}

/// The types of a compilation.
public final class TypeStore: @unchecked Sendable {
  /// A type of up to this many scalars without arrays is passed and kept as scalars; others live in memory.
  public static let maximumLeaves: UInt32 = 8
  /// The largest size of a type, in bytes.
  public static let maximumSize: UInt64 = 1 << 30

  @usableFromInline static let segmentBits: UInt32 = 10
  private static let segmentCount = 1 << 14
  @usableFromInline let segments: UnsafeMutablePointer<UnsafeMutablePointer<TypeInfo>?>
  private let index = Mutex<Index>(Index())

  private struct Key {
    let kind: TypeKind
    let a: UInt32
    let b: UInt32
  }
  /// Only looked at with the lock held.
  private final class Index: @unchecked Sendable {
    private let table = IdTable()
    subscript(key: Key) -> UInt32? { table.find(UInt64(key.a) << 32 | UInt64(key.b), UInt64(key.kind.rawValue)) }
    func set(_ key: Key, _ id: UInt32) {
      table.set(UInt64(key.a) << 32 | UInt64(key.b), UInt64(key.kind.rawValue), id)
    }
    var count: UInt32 = 0
    /// Types that hold a struct in place whose layout isn't known yet, the inner ones first.
    var waiting: [TypeId] = []
  }

  public init() {
    segments = .allocate(capacity: TypeStore.segmentCount)
    segments.initialize(repeating: nil, count: TypeStore.segmentCount)
    for (size, leaves) in TypeStore.builtins {
      _ = add(
        TypeInfo(
          kind: .builtin, hasZero: true, hasDefaults: false, a: 0, b: 0, size: size,
          alignment: max(1, min(size, 8)), leafCount: leaves))
    }
    // Bytes.
    index.withLock { $0.set(Key(kind: .slice, a: TypeId.u8.index, b: 0), TypeId.bytes.index) }
    self[.bytes] = sliceInfo(of: .u8)
  }

  deinit {
    for i in 0..<TypeStore.segmentCount { segments[i]?.deallocate() }
    segments.deallocate()
  }

  /// Size and leaves of the built-in types, by id.
  private static let builtins: [(UInt32, UInt32)] = [
    (0, 0), (0, 0), (0, 0), (8, 1), (8, 1), (8, 1), (1, 1), (1, 1), (2, 1), (4, 1), (8, 1), (1, 1), (2, 1), (4, 1),
    (8, 1), (4, 1), (8, 1), (16, 2), (16, 3),
  ]

  @inlinable public subscript(type: TypeId) -> TypeInfo {
    @inline(__always) get {
      guard let segment = segments[Int(type.index >> TypeStore.segmentBits)] else {
        preconditionFailure("type id out of range")
      }
      return segment[Int(type.index & (1 << TypeStore.segmentBits - 1))]
    }
    set {
      guard let segment = segments[Int(type.index >> TypeStore.segmentBits)] else {
        preconditionFailure("type id out of range")
      }
      segment[Int(type.index & (1 << TypeStore.segmentBits - 1))] = newValue
    }
  }

  private func add(_ info: TypeInfo) -> TypeId { index.withLock { add(info, $0) } }

  private func add(_ info: TypeInfo, _ index: Index) -> TypeId {
    let id = index.count
    let segment = Int(id >> TypeStore.segmentBits)
    precondition(segment < TypeStore.segmentCount, "more types than a program can have")
    if segments[segment] == nil { segments[segment] = .allocate(capacity: 1 << Int(TypeStore.segmentBits)) }
    segments[segment]?[Int(id & (1 << TypeStore.segmentBits - 1))] = info
    index.count += 1
    return TypeId(id)
  }

  private func intern(_ key: Key, _ make: () -> TypeInfo) -> TypeId {
    index.withLock { index in
      if let known = index[key] { return TypeId(known) }
      let id = add(make(), index)
      index.set(key, id.index)
      return id
    }
  }

  public func pointer(to element: TypeId) -> TypeId {
    intern(Key(kind: .pointer, a: element.index, b: 0)) {
      TypeInfo(
        kind: .pointer, hasZero: false, hasDefaults: false, isOpaque: self[element].isOpaque, a: element.index, b: 0,
        size: 8, alignment: 8, leafCount: 1)
    }
  }

  public func slice(of element: TypeId) -> TypeId {
    if element == .u8 { return .bytes }
    return intern(Key(kind: .slice, a: element.index, b: 0)) { sliceInfo(of: element) }
  }

  private func sliceInfo(of element: TypeId) -> TypeInfo {
    TypeInfo(
      kind: .slice, hasZero: true, hasDefaults: false, isOpaque: self[element].isOpaque, a: element.index, b: 0,
      size: 16, alignment: 8, leafCount: 3)
  }

  /// The array type, or null if it would be larger than `maximumSize`.
  public func array(of element: TypeId, length: UInt64) -> TypeId? {
    let info = self[element]
    let (size, overflow) = UInt64(info.size).multipliedReportingOverflow(by: length)
    guard !overflow, size <= TypeStore.maximumSize, length <= TypeStore.maximumSize else { return nil }
    return internHolder(Key(kind: .array, a: element.index, b: UInt32(length)), info) {
      TypeInfo(
        kind: .array, hasZero: info.hasZero || length == 0, hasDefaults: info.hasDefaults && length > 0,
        a: element.index, b: UInt32(length),
        size: UInt32(size), alignment: info.alignment, leafCount: 0)
    }
  }

  public func optional(of element: TypeId) -> TypeId {
    let info = self[element]
    return internHolder(Key(kind: .optional, a: element.index, b: 0), info) { optionalInfo(of: element, info) }
  }

  /// The result type of a function that can fail. `element` may be void.
  public func fallible(of element: TypeId) -> TypeId {
    let info = self[element]
    return internHolder(Key(kind: .fallible, a: element.index, b: 0), info) {
      holderInfo(.fallible, of: element, info)
    }
  }

  private func optionalInfo(of element: TypeId, _ info: TypeInfo) -> TypeInfo {
    if info.kind != .pointer { return holderInfo(.optional, of: element, info) }
    return TypeInfo(
      kind: .optional, hasZero: true, hasDefaults: false, a: element.index, b: 0, size: 8, alignment: 8, leafCount: 1)
  }

  /// A value with a flag behind it.
  private func holderInfo(_ kind: TypeKind, of element: TypeId, _ info: TypeInfo) -> TypeInfo {
    var optional = TypeInfo(
      kind: kind, hasZero: true, hasDefaults: false, a: element.index, b: 0, size: 1, alignment: 1, leafCount: 1)
    let alignment = max(info.alignment, 1)
    optional.size = (info.size + alignment) / alignment * alignment
    optional.alignment = alignment
    let isScalar = info.size == 0 || (info.leafCount > 0 && info.leafCount < TypeStore.maximumLeaves)
    optional.leafCount = isScalar ? info.leafCount + 1 : 0
    return optional
  }

  /// Whether the optional type takes no more space than what it may hold: null is the address 0.
  @inlinable public func isThinOptional(_ type: TypeId) -> Bool {
    let info = self[type]
    return info.kind == .optional && self[info.element].kind == .pointer
  }

  /// Whether values of the type are equal if their only scalar is: optional pointers, and enums without fields.
  @inlinable public func isComparedAsScalar(_ type: TypeId) -> Bool {
    let info = self[type]
    return info.kind == .enumeration ? info.leafCount == 1 : isThinOptional(type)
  }

  /// A type that holds another one in place; it waits for its layout if that isn't known.
  private func internHolder(_ key: Key, _ element: TypeInfo, _ make: () -> TypeInfo) -> TypeId {
    index.withLock { index in
      if let known = index[key] { return TypeId(known) }
      var info = make()
      info.isLaidOut = element.isLaidOut
      info.isOpaque = element.isOpaque
      let id = add(info, index)
      index.set(key, id.index)
      if !element.isLaidOut { index.waiting.append(id) }
      return id
    }
  }

  /// Lays out what waited for a struct. False if a type becomes larger than `maximumSize`.
  private func layOutWaiting() -> Bool {
    index.withLock { index in
      var fits = true
      index.waiting.removeAll { type in
        let info = self[type]
        let element = self[info.element]
        guard element.isLaidOut else { return false }
        let count: UInt64 = info.kind == .array ? UInt64(info.b) : 1
        if UInt64(element.size) * count > TypeStore.maximumSize { fits = false }
        if fits {
          self[type] = laidOut(info, element)
        }
        return true
      }
      return fits
    }
  }

  private func laidOut(_ info: TypeInfo, _ element: TypeInfo) -> TypeInfo {
    switch info.kind {
    case .array: arrayInfo(info, element)
    case .fallible: keepingOpaque(info, holderInfo(.fallible, of: info.element, element))
    default: keepingOpaque(info, optionalInfo(of: info.element, element))
    }
  }

  private func keepingOpaque(_ old: TypeInfo, _ new: TypeInfo) -> TypeInfo {
    var info = new
    info.isOpaque = old.isOpaque
    return info
  }

  private func arrayInfo(_ array: TypeInfo, _ element: TypeInfo) -> TypeInfo {
    var info = array
    info.isLaidOut = true
    info.hasZero = element.hasZero || array.b == 0
    info.hasDefaults = element.hasDefaults && array.b > 0
    info.size = element.size * array.b
    info.alignment = element.alignment
    return info
  }

  /// What a type parameter stands for where it is declared.
  public func parameter(_ index: UInt32) -> TypeId {
    intern(Key(kind: .parameter, a: index, b: 0)) {
      TypeInfo(
        kind: .parameter, hasZero: false, hasDefaults: false, isOpaque: true, a: index, b: 0, size: 8, alignment: 8,
        leafCount: 1)
    }
  }

  /// `first` and behind it the list `rest`; the empty list is `.error`.
  public func list(_ first: TypeId, _ rest: TypeId) -> TypeId {
    intern(Key(kind: .list, a: first.index, b: rest.index)) {
      TypeInfo(
        kind: .list, hasZero: false, hasDefaults: false, isOpaque: self[first].isOpaque || self[rest].isOpaque,
        a: first.index, b: rest.index, size: 0, alignment: 1, leafCount: 0)
    }
  }

  public func list(_ types: [TypeId]) -> TypeId { types.reversed().reduce(.error) { list($1, $0) } }

  /// The types of a list.
  public func items(_ list: TypeId) -> [TypeId] {
    var found: [TypeId] = []
    var rest = list
    while rest != .error {
      found.append(self[rest].element)
      rest = TypeId(self[rest].b)
    }
    return found
  }

  /// The type of function values with these parameters.
  public func function(_ parameters: TypeId, result: TypeId) -> TypeId {
    intern(Key(kind: .function, a: parameters.index, b: result.index)) {
      TypeInfo(
        kind: .function, hasZero: false, hasDefaults: false,
        isOpaque: self[parameters].isOpaque || self[result].isOpaque, a: parameters.index, b: result.index, size: 16,
        alignment: 8, leafCount: 2)
    }
  }

  /// The type of an interface's values.
  public func interface(_ id: InterfaceId) -> TypeId {
    intern(Key(kind: .interface, a: id.index, b: 0)) {
      TypeInfo(
        kind: .interface, hasZero: false, hasDefaults: false, a: id.index, b: 0, size: 16, alignment: 8, leafCount: 2)
    }
  }

  /// Says that a struct, enum or interface was made with type arguments that mention a type parameter.
  func setOpaque(_ type: TypeId) { self[type].isOpaque = true }

  /// The type of a struct. Its layout is set by `setLayout` once the fields are known.
  public func structure(_ id: StructureId) -> TypeId { declared(.structure, id.index, hasZero: true) }

  /// The type of an enum, whose layout is set like a struct's.
  public func enumeration(_ id: EnumerationId) -> TypeId { declared(.enumeration, id.index, hasZero: false) }

  private func declared(_ kind: TypeKind, _ index: UInt32, hasZero: Bool) -> TypeId {
    intern(Key(kind: kind, a: index, b: 0)) {
      TypeInfo(
        kind: kind, hasZero: hasZero, hasDefaults: false, isLaidOut: false, a: index, b: 0, size: 0, alignment: 1,
        leafCount: 0)
    }
  }

  /// Sets a struct's layout. False if a type that holds it in place becomes larger than `maximumSize`.
  public func setLayout(
    _ type: TypeId, size: UInt32, alignment: UInt32, leafCount: UInt32, hasZero: Bool, hasDefaults: Bool
  ) -> Bool {
    var info = self[type]
    info.isLaidOut = true
    info.size = size
    info.alignment = alignment
    info.leafCount = leafCount
    info.hasZero = hasZero
    info.hasDefaults = hasDefaults
    self[type] = info
    return layOutWaiting()
  }

  @inlinable public func isPointer(_ type: TypeId) -> Bool { self[type].kind == .pointer }
  public func isSlice(_ type: TypeId) -> Bool { self[type].kind == .slice }
  @inlinable public func isStructure(_ type: TypeId) -> Bool { self[type].kind == .structure }
}
