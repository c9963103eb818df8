// The bytes of a module under construction: a growable buffer with WebAssembly's encodings of numbers and names
// (Core Specification 5.2). `count` bytes are filled; room is made ahead, so that the single writes are cheap.

import ZongStores

/// Growable, uniquely owned bytes.
public struct ByteBuffer: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  @usableFromInline var filled = 0

  /// The number of bytes.
  @inlinable @inline(__always) public var count: Int { filled }
  @inlinable @inline(__always) public var isEmpty: Bool { filled == 0 }

  /// An empty buffer with room for `capacity` bytes before it grows.
  @inlinable public init(capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  /// The bytes, valid until the buffer changes or ends: never ask a temporary for them.
  @inlinable public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: filled) }
  /// The bytes as an ordinary array (a copy).
  @inlinable public var array: [UInt8] { Array(bytes) }
  /// The bytes as text (a copy).
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  @inlinable
  public subscript(index: Int) -> UInt8 {
    get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: filled), "byte index out of range")
      return base[index]
    }
    set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: filled), "byte index out of range")
      base[index] = newValue
    }
  }

  /// Empties the buffer and keeps its room.
  @inlinable @inline(__always) public mutating func removeAll() { filled = 0 }

  /// Makes room for `more` bytes behind the last.
  @inlinable @inline(__always)
  public mutating func reserve(_ more: Int) {
    if capacity - filled < more { grow(more) }
  }

  @usableFromInline @inline(never)
  mutating func grow(_ more: Int) {
    let target = max(filled + more, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: target)
    moved.moveInitialize(from: base, count: filled)
    base.deallocate()
    base = moved
    capacity = target
  }

  // MARK: Bytes

  @inlinable @inline(__always)
  public mutating func byte(_ value: UInt8) {
    reserve(1)
    base[filled] = value
    filled &+= 1
  }

  @inlinable
  public mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
    guard let start = source.baseAddress, !source.isEmpty else { return }
    reserve(source.count)
    (base + filled).initialize(from: start, count: source.count)
    filled += source.count
  }
  @inlinable public mutating func append(_ source: [UInt8]) { source.withUnsafeBufferPointer { append($0) } }
  @inlinable public mutating func append(_ source: borrowing ByteBuffer) { append(source.bytes) }

  /// A name: the count of its UTF-8 bytes, then the bytes.
  public mutating func name(_ text: String) {
    var text = text
    text.withUTF8 {
      unsigned(UInt32(truncatingIfNeeded: $0.count))
      append($0)
    }
  }

  // MARK: LEB128

  @inlinable @inline(__always)
  public mutating func unsigned(_ value: UInt32) {
    reserve(5)
    var rest = value
    while rest >= 0x80 {
      base[filled] = UInt8(truncatingIfNeeded: rest) | 0x80
      filled &+= 1
      rest >>= 7
    }
    base[filled] = UInt8(truncatingIfNeeded: rest)
    filled &+= 1
  }

  @inlinable
  public mutating func unsigned64(_ value: UInt64) {
    reserve(10)
    var rest = value
    while rest >= 0x80 {
      base[filled] = UInt8(truncatingIfNeeded: rest) | 0x80
      filled &+= 1
      rest >>= 7
    }
    base[filled] = UInt8(truncatingIfNeeded: rest)
    filled &+= 1
  }

  /// Signed, in its shortest form; an i32 has the same form as the i64 it is extended to.
  @inlinable @inline(__always)
  public mutating func signed(_ value: Int64) {
    reserve(10)
    var rest = value
    while rest < -64 || rest > 63 {
      base[filled] = UInt8(truncatingIfNeeded: rest) | 0x80
      filled &+= 1
      rest >>= 7
    }
    base[filled] = UInt8(truncatingIfNeeded: rest) & 0x7F
    filled &+= 1
  }

  /// The bytes that `unsigned(value)` takes.
  @inlinable @inline(__always)
  public static func unsignedSize(_ value: UInt32) -> Int {
    max(1, (38 - value.leadingZeroBitCount) / 7)
  }

  /// A u32 in five bytes whatever its value, so that it can be set later with `patch`.
  public mutating func padded(_ value: UInt32) {
    reserve(5)
    filled += 5
    patch(value, at: filled - 5)
  }

  /// Sets a u32 that `padded` wrote at `offset`.
  public mutating func patch(_ value: UInt32, at offset: Int) {
    precondition(offset >= 0 && offset <= filled - 5, "patch out of range")
    for place in 0..<5 {
      let bits = UInt8(truncatingIfNeeded: value >> UInt32(7 * place)) & 0x7F
      base[offset + place] = place < 4 ? bits | 0x80 : bits
    }
  }

  // MARK: Floats, little-endian

  @inlinable
  public mutating func fixed32(_ bits: UInt32) {
    reserve(4)
    UnsafeMutableRawPointer(base + filled).storeBytes(of: bits.littleEndian, as: UInt32.self)
    filled &+= 4
  }
  @inlinable
  public mutating func fixed64(_ bits: UInt64) {
    reserve(8)
    UnsafeMutableRawPointer(base + filled).storeBytes(of: bits.littleEndian, as: UInt64.self)
    filled &+= 8
  }
}
