// What a module compiled by Zong and the runtime that runs it agree on: the fixed places in low memory, the
// numbers of the stops that both know, and the custom sections that let the runtime speak of the source.
//
// Low memory of every module (byte addresses):
//
//      0 ..< 16   never written, never valid: a null pointer points here
//     16 ..< 48   the stop record
//     48 ..< 56   the descriptor of the output buffer
//     56 ..< 64   the table of leaks
//     64 ...      free for the module's data, behind the counts of programs that count what they allocate
//
// A module exports its memory as "memory" and its entry as "_start". It also runs under any other engine with
// WASI preview 1: nothing here needs the host's help.

/// Fixed addresses in the module's memory.
package enum RuntimeLayout {
  /// Where the stop record begins.
  ///
  /// Compiled code that stops the program writes the record and executes `unreachable`. After any other trap
  /// the record means nothing, so nobody clears it.
  ///
  ///      +0   u32      the stop's kind, a `StopKind`
  ///      +4   u32      how many of the values are set, 0 to 3
  ///      +8   3 x i64  the values; what they are is said by the kind's template
  package static let stopRecord: UInt32 = 16
  package static let stopKind: UInt32 = 16
  package static let stopValueCount: UInt32 = 20
  package static let stopValues: UInt32 = 24
  package static let stopValueLimit: UInt32 = 3

  /// The output buffer's descriptor: bytes of standard output that the program has not yet written.
  ///
  ///      +0   u32      the buffer's address
  ///      +4   u32      how many bytes from its start are waiting
  ///
  /// After a stop, at a time limit, and on an interrupt the host writes them before anything of its own.
  package static let outputBuffer: UInt32 = 48
  package static let outputAddress: UInt32 = 48
  package static let outputFill: UInt32 = 52

  /// The table of what was never freed, which a program that was compiled for it leaves at its end.
  ///
  ///      +0   u32      the table's address
  ///      +4   u32      the count of its entries; 0 if there is none
  ///
  /// Its entries are described in `Library/std/core/leaks.zong`.
  package static let leakTable: UInt32 = 56
  package static let leakCount: UInt32 = 60
  package static let leakEntrySize: UInt32 = 40

  /// The first address that a module may use for its data.
  package static let firstFree: UInt32 = 64

  /// What a program has allocated, if it was compiled to count that: the first of its data.
  ///
  ///      +0   u32      the pages of 4 KiB of the heap that are in use
  ///      +4   u32      the most that have been
  ///      +8   u64      how many allocations there were
  package static let counts: UInt32 = 64
  package static let mostPages: UInt32 = 68
  package static let allocationCount: UInt32 = 72
  package static let countsSize = 16
}

/// The number of a stop's kind. The compiler numbers its own kinds from `firstFree` on.
package struct StopKind: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt32
  @inlinable @inline(__always) package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// No kind: the trap's own code says what happened.
  package static let none = StopKind(rawValue: 0)
  /// The memory could not grow. The runtime adds the limit and the option that sets it.
  package static let outOfMemory = StopKind(rawValue: 1)
  /// The tstack or the machine stack is used up.
  package static let stackOverflow = StopKind(rawValue: 2)
  /// The first number that is the compiler's to give.
  package static let firstFree: UInt32 = 16
}

/// Names of the module's exports that the runtime looks for.
package enum RuntimeExports {
  package static let memory = "memory"
  package static let start = "_start"
  /// The tags' memory, of programs that `zong run` compiles: the host looks for where it is, for the guest's sweep.
  package static let tags = "zong.tags"
  /// The entry of a test in a module of tests, which has no other entry.
  package static func test(_ index: Int) -> String { "zong.test \(index)" }
}

/// Names of functions that the compiler adds to every module.
package enum RuntimeNames {
  /// The function that writes the stop record and traps.
  package static let stop = "zong.stop"
}

/// Names of the custom sections.
package enum RuntimeSections {
  /// The messages of the stop kinds: see `StopTable`.
  package static let stops = "zong.stops"
  /// From code offsets to source positions: see `PositionMap`.
  package static let positions = "zong.positions"
}

/// How a limit for a program's memory is kept: it counts the memory and its tags, an eighth of it, in pages of 64 KiB.
package enum MemoryLimit {
  /// The most pages of memory with which `bytes` aren't passed.
  package static func pages(within bytes: Int) -> Int { max(bytes, 0) / 65536 * 8 / 9 }

  /// What so many pages take, with those of their tags.
  package static func bytes(ofPages pages: Int) -> Int { (pages + (pages + 7) / 8) * 65536 }
}
