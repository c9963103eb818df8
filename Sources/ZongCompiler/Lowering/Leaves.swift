// How values of Zong's types become values of the IR: small types without arrays are a few scalars ("leaves"), all
// others live in memory and are handled by address.

import ZongIR
import ZongSema
import ZongStores

/// The scalars that a type is made of, and where each lies when the value is in memory.
struct Leaves {
  /// 0 for types that live in memory.
  var count = 0
  private var types = SIMD8<UInt8>()
  private var accesses = SIMD8<UInt8>()
  private var offsets = SIMD8<UInt32>()
  private var effects = SIMD8<UInt8>()

  mutating func append(_ type: Type, _ access: Access, _ kind: Effects, at offset: UInt32) {
    types[count] = type.rawValue
    effects[count] = kind.rawValue
    accesses[count] = access.rawValue
    offsets[count] = offset
    count += 1
  }
  /// The type of the only scalar; none if there is not just one.
  var only: Type { count == 1 ? type(0) : .none }
  func type(_ index: Int) -> Type { Type(rawValue: types[index]) ?? .none }
  func access(_ index: Int) -> Access { Access(rawValue: accesses[index]) ?? .full }
  func offset(_ index: Int) -> UInt32 { offsets[index] }
  /// What loads and stores of the scalar move.
  func kind(_ index: Int) -> Effects { Effects(rawValue: effects[index]) }
}

/// A value that has been computed: scalars, or an address in memory.
struct Value {
  /// How many scalars; 0 for a value in memory (and for no value).
  var count = 0
  private var ids = SIMD8<UInt32>()
  /// For a value in memory its address (i32), with a constant offset.
  var address = ValueId.none
  var offset: UInt32 = 0
  /// In memory that nothing else names.
  var isTemporary = false

  static let none = Value()

  init() {}
  init(_ single: ValueId) {
    count = 1
    ids[0] = single.index
  }
  init(_ items: ValueId...) {
    for item in items { append(item) }
  }
  init(memory address: ValueId, offset: UInt32 = 0, isTemporary: Bool = false) {
    self.address = address
    self.offset = offset
    self.isTemporary = isTemporary
  }

  subscript(index: Int) -> ValueId {
    get { ValueId(ids[index]) }
    set { ids[index] = newValue.index }
  }
  mutating func append(_ value: ValueId) {
    ids[count] = value.index
    count += 1
  }
  /// The only scalar.
  var single: ValueId { ValueId(ids[0]) }
}

/// Where a value is stored.
enum Place {
  /// Consecutive IR variables from this one on.
  case variables(UInt32)
  /// An address (i32) and a constant offset. `owner` is a pointer (i64) with the key of the allocation that it lies in;
  /// none for memory that is never heap. `isWhole` if the address is that of the local or global that the place lies in, or
  /// that of a pointer to it: no index had to be checked.
  case memory(ValueId, UInt32, owner: ValueId = .none, isWhole: Bool = false)
}

/// The leaves of types, found once per type.
struct LeafTable: ~Copyable {
  private let types: TypeStore
  private let declarations: Declarations
  /// By type; a count below 0 marks one that isn't known yet.
  private var known = Store<Leaves>(capacity: 256)
  private var knownPassed = Store<Leaves>(capacity: 256)

  init(_ program: TypedProgram) {
    types = program.types
    declarations = program.declarations
  }

  mutating func leaves(of type: TypeId) -> Leaves {
    let index = Int(type.index)
    if index < known.count && known[index].count >= 0 { return known[index] }
    var leaves = Leaves()
    if types[type].leafCount > 0 { collect(type, at: 0, &leaves) }
    LeafTable.note(leaves, index, &known)
    return leaves
  }

  /// The scalars as which functions take and give a value: its leaves, or what it consists of in memory; none if that is
  /// too much, or has arrays, so that it goes by address.
  mutating func passed(_ type: TypeId) -> Leaves {
    let index = Int(type.index)
    if index < knownPassed.count && knownPassed[index].count >= 0 { return knownPassed[index] }
    var parts = leaves(of: type)
    if parts.count == 0 && !collectParts(type, at: 0, &parts) { parts = Leaves() }
    LeafTable.note(parts, index, &knownPassed)
    return parts
  }

  /// Whether functions take and give the address of a value.
  mutating func goesByAddress(_ type: TypeId) -> Bool { types[type].size > 0 && passed(type).count == 0 }

  private static func note(_ leaves: Leaves, _ index: Int, _ known: inout Store<Leaves>) {
    if index >= known.count {
      var unknown = Leaves()
      unknown.count = -1
      known.append(repeating: unknown, count: index + 64 - known.count)
    }
    known[index] = leaves
  }

  /// What lives in memory is passed in so many scalars at most.
  private static let partLimit = 4

  /// Adds the parts of a value in memory; whether it can be passed so.
  private func collectParts(_ type: TypeId, at offset: UInt32, _ parts: inout Leaves) -> Bool {
    let info = types[type]
    if info.size == 0 { return true }
    if info.leafCount > 0 {
      guard parts.count + Int(info.leafCount) <= LeafTable.partLimit else { return false }
      collect(type, at: offset, &parts)
      return true
    }
    switch info.kind {
    case .structure:
      let structure = declarations.structures[info.a]
      return (0..<Int(structure.fieldCount)).allSatisfy { index in
        let field = declarations.field(structure, index)
        return collectParts(field.type, at: offset + field.offset, &parts)
      }
    case .optional, .fallible:
      guard collectParts(info.element, at: offset, &parts), parts.count < LeafTable.partLimit else { return false }
      parts.append(.i32, .bits8Unsigned, .ofNumber, at: offset + types[info.element].size)
      return true
    case .enumeration: return collectWords(info, at: offset, &parts)
    default: return false
    }
  }

  /// Adds the words of an enum with fields: what they hold differs from case to case.
  private func collectWords(_ info: TypeInfo, at offset: UInt32, _ parts: inout Leaves) -> Bool {
    let width = max(info.alignment, 1)
    guard parts.count + Int(info.size / width) <= LeafTable.partLimit else { return false }
    for word in 0..<info.size / width {
      let (type, access): (Type, Access) =
        switch width {
        case 8: (.i64, .full)
        case 4: (.i32, .full)
        case 2: (.i32, .bits16Unsigned)
        default: (.i32, .bits8Unsigned)
        }
      parts.append(type, access, [], at: offset + word * width)
    }
    return true
  }

  private func collect(_ type: TypeId, at offset: UInt32, _ leaves: inout Leaves) {
    let info = types[type]
    switch info.kind {
    case .pointer: leaves.append(.i64, .full, .ofPointer, at: offset)
    case .slice:
      leaves.append(.i64, .full, .ofHeader, at: offset)
      leaves.append(.i32, .full, .ofHeader, at: offset + 8)
      leaves.append(.i32, .full, .ofHeader, at: offset + 12)
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) {
        let field = declarations.field(structure, index)
        collect(field.type, at: offset + field.offset, &leaves)
      }
    case .interface, .function:
      leaves.append(.i64, .full, .ofHeader, at: offset)
      leaves.append(.i32, .full, .ofHeader, at: offset + 8)
    case .array, .parameter, .list: break
    // One with fields lives in memory.
    case .enumeration:
      leaves.append(.i32, tagAccess(declarations.enumerations[info.a].tagSize), .ofNumber, at: offset)
    case .optional, .fallible:
      if types[info.element].size > 0 { collect(info.element, at: offset, &leaves) }
      if info.kind == .fallible || types[info.element].kind != .pointer {
        leaves.append(.i32, .bits8Unsigned, .ofNumber, at: offset + types[info.element].size)
      }
    case .builtin:
      if type == .string {
        leaves.append(.i64, .full, .ofHeader, at: offset)
        leaves.append(.i32, .full, .ofHeader, at: offset + 8)
      } else {
        leaves.append(scalarType(type), scalarAccess(type), .ofNumber, at: offset)
      }
    }
  }
}

/// The IR type of a number or Boolean.
func scalarType(_ type: TypeId) -> Type {
  switch type {
  case .i64, .u64: .i64
  case .f32: .f32
  case .f64: .f64
  default: .i32
  }
}

/// How an enum's tag is loaded and stored.
func tagAccess(_ size: UInt32) -> Access { size == 1 ? .bits8Unsigned : size == 2 ? .bits16Unsigned : .full }

/// How a number or Boolean is loaded and stored.
func scalarAccess(_ type: TypeId) -> Access {
  switch type {
  case .i8: .bits8Signed
  case .u8, .boolean: .bits8Unsigned
  case .i16: .bits16Signed
  case .u16: .bits16Unsigned
  default: .full
  }
}
