// The compiled code in memory: from the address of an instruction to the place in the module that it was made
// from.
//
// Wasmtime keeps compiled code as an ELF file. Its section ".wasmtime.addrmap" (Wasmtime 50) maps offsets in
// ".text" to offsets in the module:
//
//     section   := entry-count:u32 block-count:u32 (first-text-offset:u32 data-offset:u32)* data
//     entry     := (text-delta << 1 | is-unknown):LEB [module-offset]
//
// Within a block text offsets are differences from the one before, at first from the block's own. Module offsets
// are left out where unknown; the first known one is unsigned, others are signed differences.

import ZongWasm

/// The parts of a compiled module's image that traces need.
struct CompiledImage {
  private static let textName = ".text"
  private static let mapName = ".wasmtime.addrmap"

  private let bytes: UnsafeRawBufferPointer
  private var text = 0..<0
  private var map = 0..<0

  /// Null if the image isn't what it should be.
  init?(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    // ELF64, little-endian: where the section headers begin, how many there are, and which holds the names.
    guard number(0, as: UInt32.self) == 0x464C_457F, let table = number(0x28, as: UInt64.self),
      let count = number(0x3C, as: UInt16.self), let namesIndex = number(0x3E, as: UInt16.self),
      let headers = Int(exactly: table), headers <= bytes.count, let names = contents(headers, Int(namesIndex))
    else { return nil }
    for index in 0..<Int(count) {
      guard let name = number(headers + index * 64, as: UInt32.self), let range = contents(headers, index) else {
        continue
      }
      if isName(Self.textName, at: names.lowerBound + Int(name)) { text = range }
      if isName(Self.mapName, at: names.lowerBound + Int(name)) { map = range }
    }
    if text.isEmpty || map.isEmpty { return nil }
  }

  /// The module offset that the instruction at `address` was made from. Null for code of the engine's own.
  func moduleOffset(_ address: UInt) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let offset = Int(bitPattern: address) &- Int(bitPattern: base) &- text.lowerBound
    guard offset >= 0, offset < text.count, let blocks = number(map.lowerBound + 4, as: UInt32.self),
      let block = block(of: offset, among: Int(blocks))
    else { return nil }
    return search(block, among: Int(blocks), for: offset)
  }

  /// The last block that begins at or before `offset`.
  private func block(of offset: Int, among count: Int) -> Int? {
    guard count <= map.count / 8 else { return nil }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      guard let first = number(map.lowerBound + 8 + middle * 8, as: UInt32.self) else { return nil }
      if Int(first) <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  private func search(_ block: Int, among count: Int, for offset: Int) -> Int? {
    let header = map.lowerBound + 8 + block * 8
    let data = map.lowerBound + 8 + count * 8
    guard let first = number(header, as: UInt32.self), let start = number(header + 4, as: UInt32.self),
      data + Int(start) < map.upperBound
    else { return nil }
    let end = block + 1 < count ? number(header + 12, as: UInt32.self).map { data + Int($0) } : map.upperBound
    guard let end, end <= map.upperBound, data + Int(start) < end else { return nil }
    let part = UnsafeRawBufferPointer(rebasing: bytes[(data + Int(start))..<end])
    var reader = SectionReader(part.bindMemory(to: UInt8.self))
    var place = Int(first)
    var known: Int?
    var current: Int?
    while !reader.isAtEnd, let head = reader.unsigned() {
      place &+= Int(truncatingIfNeeded: head >> 1)
      if place > offset { break }
      if head & 1 != 0 {
        current = nil
        continue
      }
      guard let value = known == nil ? reader.unsigned().map({ Int64(truncatingIfNeeded: $0) }) : reader.signed()
      else { return nil }
      known = (known ?? 0) &+ Int(value)
      current = known
    }
    return current
  }

  /// Where section `index` lies in the file. Null if it isn't within it.
  private func contents(_ headers: Int, _ index: Int) -> Range<Int>? {
    guard let start = number(headers + index * 64 + 24, as: UInt64.self),
      let size = number(headers + index * 64 + 32, as: UInt64.self), start <= UInt64(bytes.count),
      size <= UInt64(bytes.count) - start
    else { return nil }
    return Int(start)..<Int(start + size)
  }

  private func isName(_ name: String, at offset: Int) -> Bool {
    let expected = Array(name.utf8) + [0]
    guard offset >= 0, offset <= bytes.count - expected.count else { return false }
    return bytes[offset..<(offset + expected.count)].elementsEqual(expected)
  }

  private func number<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value? {
    guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else { return nil }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }
}
