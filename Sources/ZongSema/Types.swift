// Types as ids: equal types have equal ids. The store may be read and extended by several checkers at once;
// entries never move, and ids are never shown, so the order in which types are met doesn't matter.

import Synchronization
import ZongStores
import ZongSyntax

/// An interned type.
package struct TypeId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  @inlinable @inline(__always) package init(_ index: UInt32) { self.index = index }

  /// The type of what has been reported; everything about it is accepted silently.
  package static let error = TypeId(0)
  /// No value.
  package static let void = TypeId(1)
  /// Control doesn't come back.
  package static let never = TypeId(2)
  package static let untypedInteger = TypeId(3)
  package static let untypedFloat = TypeId(4)
  package static let null = TypeId(5)
  package static let boolean = TypeId(6)
  package static let i8 = TypeId(7)
  package static let i16 = TypeId(8)
  package static let i32 = TypeId(9)
  package static let i64 = TypeId(10)
  package static let u8 = TypeId(11)
  package static let u16 = TypeId(12)
  package static let u32 = TypeId(13)
  package static let u64 = TypeId(14)
  package static let f32 = TypeId(15)
  package static let f64 = TypeId(16)
  package static let string = TypeId(17)
  /// `U8[]`, met everywhere.
  package static let bytes = TypeId(18)
  static let firstFree: UInt32 = 19

  @inlinable package var isInteger: Bool { index >= TypeId.i8.index && index <= TypeId.u64.index }
  @inlinable package var isSigned: Bool { index >= TypeId.i8.index && index <= TypeId.i64.index }
  @inlinable package var isFloat: Bool { self == .f32 || self == .f64 }
  @inlinable package var isNumber: Bool { index >= TypeId.i8.index && index <= TypeId.f64.index }
  @inlinable package var isUntyped: Bool { self == .untypedInteger || self == .untypedFloat }
  /// The width of an integer type in bits.
  package var bitWidth: Int {
    switch self {
    case .i8, .u8: 8
    case .i16, .u16: 16
    case .i32, .u32, .f32: 32
    default: 64
    }
  }
}

/// A declared struct, an index into `Declarations.structures`.
package struct StructureId: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt32
  @inlinable package init(_ index: UInt32) { self.index = index }
}

package enum TypeKind: UInt8, Sendable, BitwiseCopyable {
  case builtin
  /// a: element.
  case pointer, slice
  /// a: element, b: length.
  case array
  /// a: `StructureId`.
  case structure
}

/// What is known of a type. Sizes and alignments are in bytes of linear memory.
package struct TypeInfo: Sendable, BitwiseCopyable {
  package var kind: TypeKind
  /// A variable of the type can start at zero (LANGUAGE.md, 3).
  package var hasZero: Bool
  /// Its zero value isn't all zero bytes: it holds a struct with default values.
  package var hasDefaults: Bool
  package var a: UInt32
  package var b: UInt32
  package var size: UInt32
  package var alignment: UInt32
  /// How many scalars make up a value, or 0 if values of the type live in memory (`TypeStore.maximumLeaves`).
  package var leafCount: UInt32

  package var element: TypeId { TypeId(a) }
}

/// The types of a compilation.
package final class TypeStore: @unchecked Sendable {
  /// A type of up to this many scalars without arrays is passed and kept as scalars; others live in memory.
  package static let maximumLeaves: UInt32 = 8
  /// The largest size of a type, in bytes.
  package static let maximumSize: UInt64 = 1 << 30

  private static let segmentBits: UInt32 = 10
  private static let segmentCount = 1 << 14
  private let segments: UnsafeMutablePointer<UnsafeMutablePointer<TypeInfo>?>
  private let index = Mutex<Index>(Index())

  private struct Key: Hashable {
    let kind: TypeKind
    let a: UInt32
    let b: UInt32
  }
  private struct Index {
    var ids: [Key: UInt32] = [:]
    var count: UInt32 = 0
  }

  package init() {
    segments = .allocate(capacity: TypeStore.segmentCount)
    segments.initialize(repeating: nil, count: TypeStore.segmentCount)
    for (size, leaves) in TypeStore.builtins {
      _ = add(
        TypeInfo(
          kind: .builtin, hasZero: true, hasDefaults: false, a: 0, b: 0, size: size,
          alignment: max(1, min(size, 8)), leafCount: leaves))
    }
    // Bytes.
    index.withLock { $0.ids[Key(kind: .slice, a: TypeId.u8.index, b: 0)] = TypeId.bytes.index }
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

  package subscript(type: TypeId) -> TypeInfo {
    get {
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

  private func add(_ info: TypeInfo) -> TypeId { index.withLock { add(info, &$0) } }

  private func add(_ info: TypeInfo, _ index: inout Index) -> TypeId {
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
      if let known = index.ids[key] { return TypeId(known) }
      let id = add(make(), &index)
      index.ids[key] = id.index
      return id
    }
  }

  package func pointer(to element: TypeId) -> TypeId {
    intern(Key(kind: .pointer, a: element.index, b: 0)) {
      TypeInfo(
        kind: .pointer, hasZero: false, hasDefaults: false, a: element.index, b: 0, size: 8, alignment: 8, leafCount: 1)
    }
  }

  package func slice(of element: TypeId) -> TypeId {
    if element == .u8 { return .bytes }
    return intern(Key(kind: .slice, a: element.index, b: 0)) { sliceInfo(of: element) }
  }

  private func sliceInfo(of element: TypeId) -> TypeInfo {
    TypeInfo(
      kind: .slice, hasZero: true, hasDefaults: false, a: element.index, b: 0, size: 16, alignment: 8, leafCount: 3)
  }

  /// The array type, or null if it would be larger than `maximumSize`.
  package func array(of element: TypeId, length: UInt64) -> TypeId? {
    let info = self[element]
    let (size, overflow) = UInt64(info.size).multipliedReportingOverflow(by: length)
    guard !overflow, size <= TypeStore.maximumSize, length <= TypeStore.maximumSize else { return nil }
    return intern(Key(kind: .array, a: element.index, b: UInt32(length))) {
      TypeInfo(
        kind: .array, hasZero: info.hasZero || length == 0, hasDefaults: info.hasDefaults && length > 0, a: element.index, b: UInt32(length),
        size: UInt32(size), alignment: info.alignment, leafCount: 0)
    }
  }

  /// The type of a struct. Its layout is set by `setLayout` once the fields are known.
  package func structure(_ id: StructureId) -> TypeId {
    intern(Key(kind: .structure, a: id.index, b: 0)) {
      TypeInfo(
        kind: .structure, hasZero: true, hasDefaults: false, a: id.index, b: 0, size: 0, alignment: 1, leafCount: 0)
    }
  }

  package func setLayout(_ type: TypeId, size: UInt32, alignment: UInt32, leafCount: UInt32, hasZero: Bool, hasDefaults: Bool) {
    var info = self[type]
    info.size = size
    info.alignment = alignment
    info.leafCount = leafCount
    info.hasZero = hasZero
    info.hasDefaults = hasDefaults
    self[type] = info
  }

  package func isPointer(_ type: TypeId) -> Bool { self[type].kind == .pointer }
  package func isSlice(_ type: TypeId) -> Bool { self[type].kind == .slice }
  package func isStructure(_ type: TypeId) -> Bool { self[type].kind == .structure }
}
