// Names as 32-bit ids: equal names have equal ids, and an id is an index into one byte store.

/// An interned name.
public struct NameId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  /// The empty name, used where there is none.
  public static let none = NameId(0)
}

/// A table of names. Built while lexing, read by every later stage.
public final class Interner: @unchecked Sendable {
  @usableFromInline var bytes = Store<UInt8>(capacity: 4096)
  /// Where each name ends in `bytes`; it begins where the one before it ends.
  @usableFromInline var ends = Store<UInt32>(capacity: 512)
  @usableFromInline var hashes = Store<UInt32>(capacity: 512)
  /// Open addressing with linear probing; 0 is free, otherwise the name's index plus one.
  @usableFromInline var slots: UnsafeMutablePointer<UInt32>
  @usableFromInline var mask: Int

  public init() {
    mask = 1023
    slots = .allocate(capacity: 1024)
    slots.initialize(repeating: 0, count: 1024)
    _ = intern("")
  }

  deinit { slots.deallocate() }

  public var count: Int { ends.count }

  /// One step of the names' hash; start from `hashSeed` and finish with `finishHash`.
  @inlinable @inline(__always)
  public static func hashStep(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
    (hash ^ UInt32(byte)) &* 0x0100_0193
  }
  public static let hashSeed: UInt32 = 0x811C_9DC5

  /// The id of the name in `text`, whose FNV-1a hash the caller has computed on the way.
  @inlinable
  public func intern(_ text: UnsafeBufferPointer<UInt8>, hash: UInt32) -> NameId {
    var slot = Int(hash ^ (hash >> 15)) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { break }
      let index = Int(entry) - 1
      if hashes[index] == hash && matches(index, text) { return NameId(entry - 1) }
      slot = (slot + 1) & mask
    }
    return insert(text, hash: hash, slot: slot)
  }

  @usableFromInline @inline(__always)
  func matches(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = index == 0 ? 0 : Int(ends[index - 1])
    let count = Int(ends[index]) - start
    if count != text.count { return false }
    let stored = bytes.elements
    for i in 0..<count where stored[start + i] != text[i] { return false }
    return true
  }

  @usableFromInline @inline(never)
  func insert(_ text: UnsafeBufferPointer<UInt8>, hash: UInt32, slot: Int) -> NameId {
    bytes.append(contentsOf: text)
    let index = ends.add(UInt32(bytes.count))
    hashes.append(hash)
    slots[slot] = index + 1
    if ends.count * 2 > mask { rehash() }
    return NameId(index)
  }

  private func rehash() {
    let size = (mask + 1) * 2
    slots.deallocate()
    slots = .allocate(capacity: size)
    slots.initialize(repeating: 0, count: size)
    mask = size - 1
    for index in 0..<ends.count {
      let hash = hashes[index]
      var slot = Int(hash ^ (hash >> 15)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }

  public func intern(_ text: String) -> NameId {
    var text = text
    return text.withUTF8 { buffer in
      var hash = Interner.hashSeed
      for byte in buffer { hash = Interner.hashStep(hash, byte) }
      return intern(buffer, hash: hash)
    }
  }

  /// The name's bytes, valid until the next name is interned.
  @inlinable
  public func bytes(of name: NameId) -> UnsafeBufferPointer<UInt8> {
    let start = name.index == 0 ? 0 : Int(ends[name.index - 1])
    return UnsafeBufferPointer(rebasing: bytes.elements[start..<Int(ends[name.index])])
  }

  public func text(of name: NameId) -> String {
    String(decoding: bytes(of: name), as: UTF8.self)
  }
}
