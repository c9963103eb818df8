// A recording: a program, and all that came to it through the host, so that it can be run again with nothing else.
//
//     "zong recording\n", version u8
//     module      bytes
//     limits      number for each: most memory, machine stack, fuel, output; each one more than its value, 0 for none
//     files       number of them; for each its path and its contents, as bytes
//     events      one for each host call that returned, in their order:
//                 number of the import + 4, error number, check of the arguments u32, deeds u8,
//                 number of changes; for each its address and the bytes there
//                 and where a child printed to the program's own streams before the next call returned, or at the end:
//                 number 2 for standard output, 3 for the error output, bytes
//     end         number 1: the program ended by itself
//
// Numbers are unsigned LEB128 (WebAssembly specification, 5.2.2); bytes are their number and themselves. Words lie lowest
// byte first. A run that was cut off has no end; everything up to there is whole, since each event is written at once.

enum RecordingFormat {
  static let magic = Array("zong recording\n".utf8)
  static let version: UInt8 = 2
  static let end: UInt64 = 1
  static let childOutput: UInt64 = 2
  static let childErrors: UInt64 = 3
  /// What the first import's number is.
  static let firstImport: UInt64 = 4

  /// What a call did besides changing the program's memory.
  struct Deeds: OptionSet {
    let rawValue: UInt8
    /// It printed, as many bytes as the last change says: to standard output or to the error output.
    static let output = Deeds(rawValue: 1)
    static let errors = Deeds(rawValue: 2)
    /// It reached the limit of output and ended the run.
    static let limit = Deeds(rawValue: 4)
    static let all: Deeds = [.output, .errors, .limit]
  }

  /// A check of a call's arguments (FNV-1a, 32 bits): a replay that goes another way is found at the first call.
  static func check(_ arguments: HostArguments, _ types: StaticString) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for index in 0..<types.utf8CodeUnitCount {
      var word = types.utf8Start[index] == UInt8(ascii: "i") ? UInt64(arguments[index]) : arguments.long(index)
      for _ in 0..<8 {
        hash = (hash ^ UInt32(truncatingIfNeeded: word & 0xFF)) &* 0x0100_0193
        word >>= 8
      }
    }
    return hash
  }
}

/// The limits that a run had, as far as they are the same for its replay.
package struct RecordedLimits: Equatable, Sendable {
  package var maxMemory: Int?
  package var maxStack: Int
  package var maxFuel: UInt64?
  package var maxOutput: UInt64?
}

/// A file that a program was compiled from.
package struct RecordedFile: Sendable {
  package let path: String
  package let contents: [UInt8]

  package init(path: String, contents: [UInt8]) {
    self.path = path
    self.contents = contents
  }
}

extension [UInt8] {
  /// Adds a number as LEB128.
  mutating func append(number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Adds a number that may be missing.
  mutating func append(optional: UInt64?) { append(number: optional.map { $0 < .max ? $0 + 1 : .max } ?? 0) }

  mutating func append(counted bytes: some Collection<UInt8>) {
    append(number: UInt64(bytes.count))
    append(contentsOf: bytes)
  }
}
