// The lengths of a file's lines, as they stand in the position map: found in pieces of the file, on several threads if it
// is large, and the same whatever the pieces are.

import ZongStores

/// The size of a piece, in bytes.
private let pieceSize = 1 << 20

/// Appends the number of the lines of `text`, and the length of each with its end. What follows on the last line end is a
/// line as well.
func appendLineLengths(of text: UnsafeBufferPointer<UInt8>, threads: Int, to bytes: inout Store<UInt8>) {
  let count = (text.count + pieceSize - 1) / pieceSize
  let pieces = Results<LineEnds>(count: count)
  Parallel.forEach(count, threads: threads) { index, _ in
    pieces[index] = LineEnds(text, index * pieceSize..<min((index + 1) * pieceSize, text.count))
  }
  var lines: UInt64 = 1
  for index in 0..<count { lines += pieces[index]?.count ?? 0 }
  appendUnsigned(lines, to: &bytes)
  var start = 0
  for index in 0..<count {
    guard let piece = pieces[index], piece.count > 0 else { continue }
    appendUnsigned(UInt64(piece.first - start + 1), to: &bytes)
    bytes.append(contentsOf: piece.lengths.elements)
    start = piece.last + 1
  }
  appendUnsigned(UInt64(text.count - start), to: &bytes)
}

/// The line ends in a range of the text.
private final class LineEnds {
  private(set) var count: UInt64 = 0
  private(set) var first = 0
  private(set) var last = 0
  /// The lengths of the lines behind the first line end, as LEB.
  private(set) var lengths: Store<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    // Room for lines that aren't very short.
    lengths = Store(capacity: range.count / 16 + 64)
    guard let base = UnsafeRawPointer(text.baseAddress) else { return }
    let high: UInt64 = 0x8080_8080_8080_8080
    var offset = range.lowerBound
    while offset &+ 8 <= range.upperBound {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let differing = word ^ 0x0A0A_0A0A_0A0A_0A0A
      // The highest bit of each byte that is zero in `differing`, exactly: no sum carries into the next byte.
      let found = ~(((differing & ~high) &+ ~high) | differing) & high
      if found != 0 { add(found, at: offset) }
      offset &+= 8
    }
    while offset < range.upperBound {
      if text[offset] == 0x0A { add(0x80, at: offset) }
      offset &+= 1
    }
  }

  /// Adds the line ends in eight bytes from `offset` on, by the highest bit of each.
  @inline(__always)
  private func add(_ ends: UInt64, at offset: Int) {
    var ends = ends
    repeat {
      let end = offset &+ ends.trailingZeroBitCount / 8
      let length = end &- last
      if count == 0 {
        first = end
      } else if length < 0x80 {
        lengths.append(UInt8(truncatingIfNeeded: length))
      } else {
        appendUnsigned(UInt64(length), to: &lengths)
      }
      last = end
      count &+= 1
      ends &= ends &- 1
    } while ends != 0
  }
}
