// The IR's types: WebAssembly's value types, and nothing for instructions without a result. Pointers are `i64`
// (key in the upper half, address in the lower); addresses are `i32`. A `v128` holds lanes of one width each.

/// The type of an IR value.
public enum Type: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case none, i32, i64, f32, f64, v128

  // As with `Opcode.number`.

  /// The same as `rawValue`.
  @inlinable @inline(__always) public var number: UInt8 { unsafeBitCast(self, to: UInt8.self) }
  @inlinable @inline(__always) public static func == (a: Type, b: Type) -> Bool { a.number == b.number }

  @inlinable public var isInteger: Bool { self == .i32 || self == .i64 }
  @inlinable public var isFloat: Bool { self == .f32 || self == .f64 }
  @inlinable public var isNumber: Bool { self != .none && self != .v128 }
}

/// How wide a load or store is, and how a narrow load is extended.
public enum Access: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// The whole value of the instruction's type.
  case full
  case bits8Signed, bits8Unsigned, bits16Signed, bits16Unsigned, bits32Signed, bits32Unsigned
}
