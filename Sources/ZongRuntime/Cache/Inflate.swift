// Unpacking gzip (RFC 1952) and the DEFLATE format inside (RFC 1951), for the library inside the executable.

/// Unpacks one gzip member into exactly `count` bytes. Null if it is damaged or of another length.
func unpackGzip(_ packed: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
  // Ten bytes of header without optional fields, as Scripts/release writes it, and eight of trailer.
  guard packed.count >= 18, packed[0] == 0x1F, packed[1] == 0x8B, packed[2] == 8, packed[3] == 0 else { return nil }
  let body = UnsafeRawBufferPointer(rebasing: packed[10..<(packed.count - 8)])
  let expected = packed.loadUnaligned(fromByteOffset: packed.count - 8, as: UInt32.self).littleEndian
  let size = packed.loadUnaligned(fromByteOffset: packed.count - 4, as: UInt32.self).littleEndian
  guard size == UInt32(truncatingIfNeeded: count), let bytes = inflate(body, count: count),
    crc32(bytes) == expected
  else { return nil }
  return bytes
}

/// Unpacks a DEFLATE stream into exactly `count` bytes. Null if it is damaged or of another length.
func inflate(_ packed: UnsafeRawBufferPointer, count: Int) -> [UInt8]? {
  guard count >= 0 else { return nil }
  var isWhole = false
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
    var inflater = Inflater(packed, UnsafeMutableBufferPointer(rebasing: output[..<count]))
    isWhole = inflater.run() && inflater.produced == count
    initialized = inflater.produced
  }
  return isWhole ? bytes : nil
}

/// The CRC-32 of gzip.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  let table = (0..<256).map { index -> UInt32 in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : (value >> 1) ^ 0xEDB8_8320 }
    return value
  }
  return table.withUnsafeBufferPointer { table in
    bytes.withUnsafeBufferPointer { bytes in
      var crc = UInt32.max
      for byte in bytes { crc = (crc >> 8) ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
      return ~crc
    }
  }
}

/// A prefix code as a table that is indexed by the next `bits` bits of the input.
private struct PrefixCode {
  /// Symbol times 16 plus the code's length; 0 where no code fits.
  private(set) var table: [UInt16] = []
  private(set) var bits = 0

  /// Makes the canonical code of these lengths. Null if they ask for more codes than there are.
  init?(lengths: ArraySlice<UInt8>) {
    bits = Int(lengths.max() ?? 0)
    guard bits > 0, bits <= 15 else { return nil }
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = [Int](repeating: 0, count: 16)
    var code = 0
    for length in 1...15 {
      code = (code + counts[length - 1]) << 1
      next[length] = code
      if code + counts[length] > 1 << length { return nil }
    }
    table = [UInt16](repeating: 0, count: 1 << bits)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      var place = reversed(next[length], length)
      next[length] += 1
      while place < table.count {
        table[place] = UInt16(symbol << 4 | length)
        place += 1 << length
      }
    }
  }

  private func reversed(_ code: Int, _ length: Int) -> Int {
    (0..<length).reduce(0) { $0 | (code >> $1 & 1) << (length - 1 - $1) }
  }
}

/// The state of unpacking one stream.
private struct Inflater {
  private let input: UnsafeRawBufferPointer
  private let output: UnsafeMutableBufferPointer<UInt8>
  private var offset = 0
  /// Bits read ahead, the next one lowest.
  private var ahead: UInt64 = 0
  private var aheadCount = 0
  private(set) var produced = 0

  private static let lengthBases: [Int] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits: [Int] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBases: [Int] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  /// The order in which the lengths of the code for code lengths are given.
  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  init(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>) {
    self.input = input
    self.output = output
  }

  /// Unpacks all blocks. False at damage.
  mutating func run() -> Bool {
    while true {
      let isLast = take(1)
      switch take(2) {
      case 0: guard copyStored() else { return false }
      case 1:
        let lengths = (0..<288).map { UInt8($0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8) }
        guard let literals = PrefixCode(lengths: lengths[...]),
          let distances = PrefixCode(lengths: [UInt8](repeating: 5, count: 30)[...]),
          expand(literals, distances)
        else { return false }
      case 2:
        guard let (literals, distances) = readCodes(), expand(literals, distances) else { return false }
      default: return false
      }
      if isLast != 0 { return true }
    }
  }

  @inline(__always)
  private mutating func fill() {
    while aheadCount <= 56 {
      // Zeros follow the end of the input; what they would produce is more than there is room for.
      if offset < input.count { ahead |= UInt64(input[offset]) << UInt64(aheadCount) }
      offset += 1
      aheadCount += 8
    }
  }

  @inline(__always)
  private mutating func take(_ count: Int) -> Int {
    fill()
    let value = Int(ahead & ((1 << UInt64(count)) - 1))
    ahead >>= UInt64(count)
    aheadCount -= count
    return value
  }

  /// The next symbol of a code; null if no code fits, or the input has ended long ago.
  @inline(__always)
  private mutating func symbol(_ code: PrefixCode) -> Int? {
    fill()
    let entry = code.table[Int(ahead & ((1 << UInt64(code.bits)) - 1))]
    let length = Int(entry & 15)
    guard length > 0, offset <= input.count + 16 else { return nil }
    ahead >>= UInt64(length)
    aheadCount -= length
    return Int(entry >> 4)
  }

  private mutating func copyStored() -> Bool {
    _ = take(aheadCount & 7)
    let count = take(16)
    guard count == ~take(16) & 0xFFFF else { return false }
    let start = offset - aheadCount / 8
    ahead = 0
    aheadCount = 0
    guard count <= input.count - start, count <= output.count - produced else { return false }
    for index in 0..<count { output[produced + index] = input[start + index] }
    produced += count
    offset = start + count
    return true
  }

  private mutating func readCodes() -> (PrefixCode, PrefixCode)? {
    let literalCount = take(5) + 257
    let distanceCount = take(5) + 1
    var lengths = [UInt8](repeating: 0, count: 19)
    for index in 0..<(take(4) + 4) { lengths[Self.lengthOrder[index]] = UInt8(take(3)) }
    guard let code = PrefixCode(lengths: lengths[...]) else { return nil }
    lengths = []
    while lengths.count < literalCount + distanceCount {
      guard let symbol = symbol(code) else { return nil }
      switch symbol {
      case 16:
        guard let last = lengths.last else { return nil }
        lengths.append(contentsOf: [UInt8](repeating: last, count: take(2) + 3))
      case 17: lengths.append(contentsOf: [UInt8](repeating: 0, count: take(3) + 3))
      case 18: lengths.append(contentsOf: [UInt8](repeating: 0, count: take(7) + 11))
      default: lengths.append(UInt8(symbol))
      }
    }
    guard lengths.count == literalCount + distanceCount, let literals = PrefixCode(lengths: lengths[..<literalCount])
    else { return nil }
    // A block without copies may leave the distances without any code.
    let distances = PrefixCode(lengths: lengths[literalCount...]) ?? PrefixCode(lengths: [1])
    guard let distances else { return nil }
    return (literals, distances)
  }

  /// Unpacks the contents of one compressed block.
  private mutating func expand(_ literals: PrefixCode, _ distances: PrefixCode) -> Bool {
    while true {
      guard let symbol = symbol(literals) else { return false }
      if symbol < 256 {
        guard produced < output.count else { return false }
        output[produced] = UInt8(truncatingIfNeeded: symbol)
        produced += 1
      } else if symbol == 256 {
        return true
      } else {
        guard symbol - 257 < Self.lengthBases.count else { return false }
        let length = Self.lengthBases[symbol - 257] + take(Self.lengthBits[symbol - 257])
        guard let code = self.symbol(distances), code < Self.distanceBases.count else { return false }
        let distance = Self.distanceBases[code] + take(code < 4 ? 0 : code / 2 - 1)
        guard distance <= produced, length <= output.count - produced else { return false }
        for _ in 0..<length {
          output[produced] = output[produced - distance]
          produced += 1
        }
      }
    }
  }
}
