// The names at the top of a module: an open hash table with linear probing, as a program may have many modules and
// each must cost only what it declares.

import ZongStores
import ZongSyntax

/// Names and what they stand for. Written by one thread while declaring, then only read.
package final class SymbolTable: @unchecked Sendable {
  private struct Entry: BitwiseCopyable {
    var name: NameId
    var symbol: Symbol
  }

  /// The entry of a name is at its hash or behind it, before the next free entry. At most half are taken.
  private var entries: UnsafeMutablePointer<Entry>
  private var mask: UInt32
  /// In the order in which they were declared.
  package private(set) var names: [NameId] = []

  package init() {
    mask = 15
    entries = SymbolTable.free(16)
  }

  deinit { entries.deallocate() }

  private static func free(_ count: Int) -> UnsafeMutablePointer<Entry> {
    let memory = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    memory.initialize(repeating: Entry(name: .none, symbol: .none), count: count)
    return memory
  }

  package subscript(name: NameId) -> Symbol {
    var index = place(of: name)
    while entries[Int(index)].name != .none {
      if entries[Int(index)].name == name { return entries[Int(index)].symbol }
      index = (index &+ 1) & mask
    }
    return .none
  }

  /// Reads the entry where the search for a name begins.
  func fetch(_ name: NameId) -> UInt32 { entries[Int(place(of: name))].name.index }

  /// Enters a name that isn't there yet. The name none is never entered.
  package func set(_ name: NameId, _ symbol: Symbol) {
    if name == .none { return }
    if UInt32(names.count) >= mask / 2 { grow() }
    names.append(name)
    insert(Entry(name: name, symbol: symbol))
  }

  /// Makes room for `count` more names.
  func reserve(_ count: Int) {
    names.reserveCapacity(names.count + count)
    while names.count + count >= Int(mask / 2) { grow() }
  }

  private func insert(_ entry: Entry) {
    var index = place(of: entry.name)
    while entries[Int(index)].name != .none { index = (index &+ 1) & mask }
    entries[Int(index)] = entry
  }

  private func grow() {
    let old = entries
    let count = Int(mask) + 1
    mask = mask &* 2 &+ 1
    entries = SymbolTable.free(Int(mask) + 1)
    for index in 0..<count where old[index].name != .none { insert(old[index]) }
    old.deallocate()
  }

  /// Fibonacci hashing: ids are small numbers, and their product's upper bits are spread well.
  @inline(__always)
  private func place(of name: NameId) -> UInt32 {
    let hash = name.index &* 0x9E37_79B1
    return (hash ^ (hash >> 15)) & mask
  }
}
