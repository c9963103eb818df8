// The parts of the guest's memory that one read or write is about (WASI's `iovec`).
//
//     part, 8 bytes:  address u32 @0, length u32 @4

/// A list of parts, which lies in the guest's memory.
struct GuestVectors {
  /// The most parts that one read or write has.
  private static let limit: UInt32 = 1024

  /// One part: where it begins for the guest, and its bytes.
  struct Part {
    let address: UInt32
    let bytes: UnsafeMutableRawBufferPointer
  }

  private let memory: GuestMemory
  private let table: UnsafeMutableRawBufferPointer
  let count: Int

  /// The list at an address.
  ///
  /// - Throws: `invalid` if it has too many parts, `fault` if it doesn't lie within the memory.
  init(_ memory: GuestMemory, _ address: UInt32, _ count: UInt32) throws(WASIError) {
    guard count <= Self.limit else { throw .invalid }
    guard let table = memory.range(address, count * 8) else { throw .fault }
    self.memory = memory
    self.table = table
    self.count = Int(count)
  }

  /// A part by its index, which is below `count`; null if it doesn't lie within the memory.
  subscript(index: Int) -> Part? {
    let address = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))
    let length = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt32.self))
    return memory.range(address, length).map { Part(address: address, bytes: $0) }
  }
}
