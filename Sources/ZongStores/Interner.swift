// Names as 32-bit ids: equal names have equal ids, and an id is an index into one byte store.

/// An interned name.
public struct NameId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  /// The empty name, used where there is none.
  public static let none = NameId(0)
}

/// The hash of a text, made from its words of eight bytes, the last one filled up with zeros.
public struct TextHash {
  @usableFromInline static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
  @usableFromInline var state: UInt64

  @inlinable @inline(__always) public init(first word: UInt64) { state = word &* TextHash.factor }

  /// Takes in the word after those before.
  @inlinable @inline(__always) public mutating func add(_ word: UInt64) {
    state = ((state << 29 | state >> 35) ^ word) &* TextHash.factor
  }

  /// The hash of a text of `count` bytes. Its highest bit tells whether that is more than a word. Texts of one word
  /// get different ones if they differ in length alone: a zero byte is not the filling.
  @inlinable @inline(__always) public func finish(_ count: Int) -> UInt32 {
    let hash = UInt32(truncatingIfNeeded: state >> 33) ^ UInt32(truncatingIfNeeded: count)
    return count > 8 ? hash | 0x8000_0000 : hash & 0x7FFF_FFFF
  }
}

/// A table of names. Built while lexing, read by every later stage.
public final class Interner: @unchecked Sendable {
  /// A place of the hash table: open addressing with linear probing.
  @usableFromInline struct Slot: BitwiseCopyable {
    /// The name's first eight bytes; with the hash, all there is to say of a name that isn't longer.
    @usableFromInline var word: UInt64
    @usableFromInline var hash: UInt32
    /// The name's index plus one; 0 if the slot is free.
    @usableFromInline var entry: UInt32
    @inlinable @inline(__always) init(word: UInt64 = 0, hash: UInt32 = 0, entry: UInt32 = 0) {
      self.word = word
      self.hash = hash
      self.entry = entry
    }
  }

  @usableFromInline var bytes: Store<UInt8>
  /// Where each name ends in `bytes`; it begins where the one before it ends.
  @usableFromInline var ends: Store<UInt32>
  @usableFromInline var slots: Store<Slot>
  @usableFromInline var mask: Int

  /// A table with room for `room` names, a power of two, before it grows.
  public init(room: Int = 512) {
    bytes = Store(capacity: room * 8)
    ends = Store(capacity: room)
    slots = Store(capacity: room * 2)
    slots.append(repeating: Slot(), count: room * 2)
    mask = room * 2 - 1
    _ = intern("")
  }

  public var count: Int { ends.count }

  /// The id of the name in `text`.
  public func intern(_ text: UnsafeBufferPointer<UInt8>) -> NameId {
    guard let start = text.baseAddress else { return find(text, 0, hash: TextHash(first: 0).finish(0)) }
    let raw = UnsafeRawPointer(start)
    let whole = text.count & ~7
    var last: UInt64 = 0
    for index in whole..<text.count { last |= UInt64(text[index]) << UInt64((index - whole) * 8) }
    let first = whole > 0 ? raw.loadUnaligned(as: UInt64.self) : last
    var hash = TextHash(first: first)
    for offset in stride(from: 8, to: whole, by: 8) {
      hash.add(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    if whole > 0 && whole < text.count { hash.add(last) }
    return find(text, first, hash: hash.finish(text.count))
  }

  /// The id of the name in `text`, whose first word and hash the caller has computed on the way.
  @inlinable @inline(__always)
  public func find(_ text: UnsafeBufferPointer<UInt8>, _ word: UInt64, hash: UInt32) -> NameId {
    let table = slots.elements
    var index = Int(hash ^ (hash >> 15)) & mask
    while true {
      let slot = table[index]
      if slot.entry == 0 { return insert(text, word, hash: hash, slot: index) }
      if slot.hash == hash && slot.word == word && (text.count <= 8 || matches(Int(slot.entry) - 1, text)) {
        return NameId(slot.entry &- 1)
      }
      index = (index &+ 1) & mask
    }
  }

  @usableFromInline @inline(never)
  func matches(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = index == 0 ? 0 : Int(ends[index - 1])
    let count = Int(ends[index]) - start
    if count != text.count { return false }
    let stored = bytes.elements
    for i in 8..<count where stored[start + i] != text[i] { return false }
    return true
  }

  @usableFromInline @inline(never)
  func insert(_ text: UnsafeBufferPointer<UInt8>, _ word: UInt64, hash: UInt32, slot: Int) -> NameId {
    bytes.append(contentsOf: text)
    let index = ends.add(UInt32(bytes.count))
    slots[slot] = Slot(word: word, hash: hash, entry: index + 1)
    if ends.count * 2 > mask { rehash() }
    return NameId(index)
  }

  private func rehash() {
    let size = slots.count * 2
    var larger = Store<Slot>(capacity: size)
    larger.append(repeating: Slot(), count: size)
    mask = size - 1
    for old in slots.elements where old.entry != 0 {
      var index = Int(old.hash ^ (old.hash >> 15)) & mask
      while larger[index].entry != 0 { index = (index + 1) & mask }
      larger[index] = old
    }
    swap(&slots, &larger)
  }

  public func intern(_ text: String) -> NameId {
    var text = text
    return text.withUTF8 { intern($0) }
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
