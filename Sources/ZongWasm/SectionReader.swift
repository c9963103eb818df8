// Reading and writing the parts that Zong's own custom sections are made of: LEB128 numbers and texts with
// their lengths. Reading gives null at damage and never reads past the end.

import ZongStores

@inlinable
package func appendUnsigned(_ value: UInt64, to bytes: inout Store<UInt8>) {
  var rest = value
  while rest >= 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(truncatingIfNeeded: rest))
}

package func appendText(_ text: String, to bytes: inout Store<UInt8>) {
  var text = text
  text.withUTF8 {
    appendUnsigned(UInt64($0.count), to: &bytes)
    bytes.append(contentsOf: $0)
  }
}

/// Signed numbers near zero as small unsigned ones: 0, -1, 1, -2 … become 0, 1, 2, 3 …
@inlinable @inline(__always)
package func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

@inlinable @inline(__always)
package func unzigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

/// A cursor over a section's bytes, which must outlive it.
package struct SectionReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  package private(set) var offset = 0

  package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  package var isAtEnd: Bool { offset >= bytes.count }

  package mutating func byte() -> UInt8? {
    guard offset < bytes.count else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// An unsigned LEB128 of at most ten bytes.
  package mutating func unsigned() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      guard let next = byte() else { return nil }
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }

  /// A signed LEB128 of at most ten bytes.
  package mutating func signed() -> Int64? {
    var value: Int64 = 0
    var shift: Int64 = 0
    while shift < 70 {
      guard let next = byte() else { return nil }
      value |= Int64(next & 0x7F) << shift
      shift += 7
      if next & 0x80 == 0 { return next & 0x40 == 0 || shift >= 64 ? value : value | -1 << shift }
    }
    return nil
  }

  /// The next `count` bytes.
  package mutating func take(_ count: UInt64) -> UnsafeBufferPointer<UInt8>? {
    guard count <= UInt64(bytes.count - offset) else { return nil }
    defer { offset += Int(count) }
    return UnsafeBufferPointer(rebasing: bytes[offset..<(offset + Int(count))])
  }

  /// A text with its length before it. Invalid UTF-8 is shown with replacement characters.
  package mutating func text() -> String? {
    guard let count = unsigned(), let content = take(count) else { return nil }
    return String(decoding: content, as: UTF8.self)
  }
}
