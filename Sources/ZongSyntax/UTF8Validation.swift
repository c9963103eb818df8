// Is the file UTF-8? Nearly all source is ASCII, so eight bytes are tested at once for being that.

import ZongStores

/// The check of a file's bytes before it is scanned.
package enum UTF8Validation {
  /// Reports the first byte that isn't UTF-8. False if there is one: the file is no text then.
  package static func check(_ file: SourceFile, into diagnostics: inout Diagnostics) -> Bool {
    guard let offset = firstInvalid(file.bytes, file.count) else { return true }
    let start = Position(file.base + UInt32(offset))
    diagnostics.report(
      .invalidUTF8, at: Span(start, Position(start.offset + 1)),
      "the file is not UTF-8: the byte at offset \(offset) is 0x\(String(file.bytes[offset], radix: 16))"
    ) {
      if let encoding = encoding(of: file) {
        $0.notes.append("it looks like \(encoding); save it as UTF-8")
      }
    }
    return false
  }

  static func isValid(_ file: SourceFile) -> Bool { firstInvalid(file.bytes, file.count) == nil }

  private static func encoding(of file: SourceFile) -> String? {
    let (first, second) = (file.bytes[0], file.bytes[1])
    if (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF) { return "UTF-16" }
    for offset in 0..<min(file.count, 4_096) where file.bytes[offset] == 0 { return nil }
    return "Latin-1 or another encoding of one byte a character"
  }

  /// The offset of the first byte that belongs to no well-formed sequence (Unicode 15, table 3-7).
  static func firstInvalid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    var at = 0
    while at < count {
      at = skipASCII(bytes, from: at, count)
      if at >= count { return nil }
      let length = sequenceLength(bytes + at, count - at)
      if length == 0 { return at }
      at += length
    }
    return nil
  }

  /// Where the next byte beyond ASCII is. Words of eight bytes may reach into the padding.
  private static func skipASCII(_ bytes: UnsafePointer<UInt8>, from start: Int, _ count: Int) -> Int {
    var at = start
    let raw = UnsafeRawPointer(bytes)
    while at + 32 <= count {
      let a = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      let b = raw.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self)
      let c = raw.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self)
      let d = raw.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self)
      if (a | b | c | d) & 0x8080_8080_8080_8080 != 0 { break }
      at += 32
    }
    while at < count && bytes[at] < 0x80 { at += 1 }
    return at
  }

  /// The length of the well-formed sequence at `bytes`, or 0.
  private static func sequenceLength(_ bytes: UnsafePointer<UInt8>, _ available: Int) -> Int {
    let first = bytes[0]
    func follows(_ index: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
      index < available && bytes[index] >= low && bytes[index] <= high
    }
    switch first {
    case 0xC2...0xDF: return follows(1) ? 2 : 0
    case 0xE0: return follows(1, 0xA0) && follows(2) ? 3 : 0
    case 0xED: return follows(1, 0x80, 0x9F) && follows(2) ? 3 : 0
    case 0xE1...0xEF: return follows(1) && follows(2) ? 3 : 0
    case 0xF0: return follows(1, 0x90) && follows(2) && follows(3) ? 4 : 0
    case 0xF1...0xF3: return follows(1) && follows(2) && follows(3) ? 4 : 0
    case 0xF4: return follows(1, 0x80, 0x8F) && follows(2) && follows(3) ? 4 : 0
    default: return 0
    }
  }
}
