// Hash tables from numbers to ids, for what the compiler looks up while it compiles. Beside `Dictionary` they hash with one
// multiplication a word, and have no metadata that the runtime would make when the process starts.

/// A hash table from pairs of words to ids: open addressing with linear probing. The second word's highest bit is 0.
public final class IdTable {
  private struct Entry: BitwiseCopyable {
    var first: UInt64
    /// All ones in a free entry.
    var second: UInt64
    var id: UInt32

    static let free = Entry(first: 0, second: .max, id: 0)
  }

  /// A power of two of entries, of which at most half are taken.
  private var entries: Store<Entry>
  public private(set) var count = 0

  public init() { entries = IdTable.free(32) }

  private static func free(_ count: Int) -> Store<Entry> {
    var entries = Store<Entry>(capacity: count)
    entries.append(repeating: .free, count: count)
    return entries
  }

  /// The id of a key, or null.
  public func find(_ first: UInt64, _ second: UInt64) -> UInt32? {
    let entry = entries[place(first, second)]
    return entry.second == .max ? nil : entry.id
  }

  /// Gives a key an id, in place of the one that it had.
  public func set(_ first: UInt64, _ second: UInt64, _ id: UInt32) {
    precondition(second >> 63 == 0, "key out of range")
    if count * 2 >= entries.count { grow() }
    let place = place(first, second)
    if entries[place].second == .max { count += 1 }
    entries[place] = Entry(first: first, second: second, id: id)
  }

  /// Where a key is, or the free entry for it.
  private func place(_ first: UInt64, _ second: UInt64) -> Int {
    var hash = TextHash(first: first)
    hash.add(second)
    let mask = entries.count - 1
    var index = Int(hash.finish(16)) & mask
    while entries[index].second != .max && (entries[index].first != first || entries[index].second != second) {
      index = (index + 1) & mask
    }
    return index
  }

  private func grow() {
    var old = IdTable.free(entries.count * 2)
    swap(&old, &entries)
    for entry in old.elements where entry.second != .max { entries[place(entry.first, entry.second)] = entry }
  }
}
