// XXH64, a fast 64-bit hash: tells damaged bytes from whole ones. Not for anything an adversary chooses.
// Specified in doc/xxhash_spec.md of the xxHash project.

private let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
private let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
private let prime3: UInt64 = 0x1656_67B1_9E37_79F9
private let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
private let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

@inline(__always)
private func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { (value &<< count) | (value &>> (64 &- count)) }

@inline(__always)
private func round(_ lane: UInt64, _ input: UInt64) -> UInt64 { rotate(lane &+ input &* prime2, 31) &* prime1 }

/// The XXH64 of `bytes` with `seed`.
func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
  var offset = 0
  var hash: UInt64
  if bytes.count >= 32 {
    var lanes = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
    while bytes.count - offset >= 32 {
      lanes.0 = round(lanes.0, word(bytes, offset))
      lanes.1 = round(lanes.1, word(bytes, offset + 8))
      lanes.2 = round(lanes.2, word(bytes, offset + 16))
      lanes.3 = round(lanes.3, word(bytes, offset + 24))
      offset += 32
    }
    hash = rotate(lanes.0, 1) &+ rotate(lanes.1, 7) &+ rotate(lanes.2, 12) &+ rotate(lanes.3, 18)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
      hash = (hash ^ round(0, lane)) &* prime1 &+ prime4
    }
  } else {
    hash = seed &+ prime5
  }
  hash = hash &+ UInt64(bytes.count)
  return finish(hash, bytes, offset)
}

/// Mixes in the bytes from `offset` on, fewer than 32, and scatters the bits.
private func finish(_ start: UInt64, _ bytes: UnsafeRawBufferPointer, _ first: Int) -> UInt64 {
  var hash = start
  var offset = first
  while bytes.count - offset >= 8 {
    hash = rotate(hash ^ round(0, word(bytes, offset)), 27) &* prime1 &+ prime4
    offset += 8
  }
  if bytes.count - offset >= 4 {
    let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    hash = rotate(hash ^ (UInt64(half) &* prime1), 23) &* prime2 &+ prime3
    offset += 4
  }
  while offset < bytes.count {
    hash = rotate(hash ^ (UInt64(bytes[offset]) &* prime5), 11) &* prime1
    offset += 1
  }
  hash = (hash ^ (hash >> 33)) &* prime2
  hash = (hash ^ (hash >> 29)) &* prime3
  return hash ^ (hash >> 32)
}

@inline(__always)
private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
  UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
}
