// What a program that has ended never freed, read from the table that it left (Library/std/core/leaks.zong).

import ZongWasm

/// The allocations of one site that were never freed.
package struct Leak: Sendable, Equatable {
  package struct Amount: Sendable, Equatable {
    package var count: UInt32 = 0
    package var bytes: UInt64 = 0
  }

  /// Null where the module doesn't say.
  package var place: StopReport.Place?
  /// The type of the object or slice, or the variable's name.
  package var type: String
  /// Nothing points to these any more.
  package var unreachable = Amount()
  /// Something that the program's globals lead to points to these.
  package var reachable = Amount()
}

struct LeakReader {
  let library: Library
  let program: Program

  /// The most entries that there can be: sites have 16 bits.
  private static let limit: UInt32 = 65536

  /// The leaks of the program's own code, the largest first.
  func leaks(in memory: GuestMemory) -> [Leak] {
    guard let table = memory.read(RuntimeLayout.leakTable, as: UInt32.self),
      let count = memory.read(RuntimeLayout.leakCount, as: UInt32.self), count > 0, count <= Self.limit
    else { return [] }
    let module = program.moduleBytes()
    return module.withUnsafeBufferPointer { bytes in
      let positions = CallReader(library: library, module: bytes).positions
      var found: [Leak] = []
      for site in 0..<count {
        guard let leak = leak(memory, table &+ site &* RuntimeLayout.leakEntrySize, positions) else { continue }
        if leak.place?.isCore != true { found.append(leak) }
      }
      return found.sorted {
        ($0.unreachable.bytes, $0.reachable.bytes) > ($1.unreachable.bytes, $1.reachable.bytes)
      }
    }
  }

  /// Null if nothing of the site is left.
  private func leak(_ memory: GuestMemory, _ entry: UInt32, _ positions: PositionMap) -> Leak? {
    func word(_ offset: UInt32) -> UInt32 { memory.read(entry &+ offset, as: UInt32.self) ?? 0 }
    func long(_ offset: UInt32) -> UInt64 { memory.read(entry &+ offset, as: UInt64.self) ?? 0 }
    let unreachable = Leak.Amount(count: word(16), bytes: long(24))
    let reachable = Leak.Amount(count: word(20), bytes: long(32))
    if unreachable.count == 0 && reachable.count == 0 { return nil }
    let place = positions.place(UInt64(word(0))).map {
      StopReport.Place(path: $0.path, line: Int($0.line), column: Int($0.column))
    }
    let name = memory.range(word(8), word(12)).map { String(decoding: $0, as: UTF8.self) }
    return Leak(place: place, type: name ?? "?", unreachable: unreachable, reachable: reachable)
  }
}
