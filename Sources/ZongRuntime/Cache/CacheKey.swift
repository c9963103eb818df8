// The key of a compiled program: a hash of everything that went into it.

/// 128 bits that stand for everything a compiled program depends on.
package struct CacheKey: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// 32 hexadecimal digits.
  package var text: String {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = []
    for half in [high, low] {
      for shift in stride(from: 60, through: 0, by: -4) { bytes.append(digits[Int(half >> UInt64(shift) & 15)]) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Makes a `CacheKey` from pieces: SipHash-2-4 with 128 bits of result (J.-P. Aumasson, D. J. Bernstein, 2012)
/// under a fixed key. Every piece goes in with its length, so that no two lists of pieces look the same.
package struct CacheKeyHasher: ~Copyable {
  private var state: (UInt64, UInt64, UInt64, UInt64)
  private var tail: UInt64 = 0
  private var count: UInt64 = 0

  package init() { self.init(key: (0x5A6F_6E67_2063_6F64, 0x6520_6361_6368_6520)) }

  init(key: (UInt64, UInt64)) {
    state = (
      key.0 ^ 0x736F_6D65_7073_6575, key.1 ^ 0x646F_7261_6E64_6F6D ^ 0xEE,
      key.0 ^ 0x6C79_6765_6E65_7261, key.1 ^ 0x7465_6462_7974_6573
    )
  }

  /// Adds a piece.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { absorb($0) }
    absorb(bytes)
  }

  package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  package mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  package mutating func add(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { absorb($0) }
  }

  /// The key of all that was added.
  package consuming func finish() -> CacheKey {
    compress(tail | (count << 56))
    state.2 ^= 0xEE
    for _ in 0..<4 { step() }
    let low = state.0 ^ state.1 ^ state.2 ^ state.3
    state.1 ^= 0xDD
    for _ in 0..<4 { step() }
    return CacheKey(high: state.0 ^ state.1 ^ state.2 ^ state.3, low: low)
  }

  /// Takes bytes in, eight at a time.
  mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset < bytes.count && count & 7 != 0 {
      takeByte(bytes[offset])
      offset += 1
    }
    while bytes.count - offset >= 8 {
      compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      count &+= 8
      offset += 8
    }
    while offset < bytes.count {
      takeByte(bytes[offset])
      offset += 1
    }
  }

  private mutating func takeByte(_ byte: UInt8) {
    tail |= UInt64(byte) << ((count & 7) * 8)
    count &+= 1
    if count & 7 == 0 {
      compress(tail)
      tail = 0
    }
  }

  @inline(__always)
  private mutating func compress(_ word: UInt64) {
    state.3 ^= word
    step()
    step()
    state.0 ^= word
  }

  @inline(__always)
  private mutating func step() {
    state.0 = state.0 &+ state.1
    state.2 = state.2 &+ state.3
    state.1 = rotated(state.1, 13) ^ state.0
    state.3 = rotated(state.3, 16) ^ state.2
    state.0 = rotated(state.0, 32)
    state.2 = state.2 &+ state.1
    state.0 = state.0 &+ state.3
    state.1 = rotated(state.1, 17) ^ state.2
    state.3 = rotated(state.3, 21) ^ state.0
    state.2 = rotated(state.2, 32)
  }

  @inline(__always)
  private func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { (value &<< count) | (value &>> (64 &- count)) }
}
