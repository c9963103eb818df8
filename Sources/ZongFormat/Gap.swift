// What stands between two tokens that are written: comments, line ends, and separators that are dropped.

import ZongStores
import ZongSyntax

/// A comment in a gap; offsets from the start of the file.
struct Comment: BitwiseCopyable {
  let start: Int
  let end: Int
  /// Line ends between it and what stands before it.
  let linesBefore: Int
  /// It ends with its line.
  let isLine: Bool
}

/// The comments of one gap, and the line ends behind the last.
struct Gap: ~Copyable {
  private(set) var comments = Store<Comment>(capacity: 8)
  /// Line ends between the last comment, or the token before the gap, and the token behind it.
  private(set) var linesBefore = 0

  /// The last comment stands at the beginning of a line, and needn't end with it.
  var beginsItsLine: Bool {
    guard let last = comments.last else { return false }
    return !last.isLine && (last.linesBefore > 0 || last.start == 0)
  }

  /// Reads the gap from `start` to `end`.
  mutating func read(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) {
    comments.removeAll()
    linesBefore = 0
    var at = start
    while at < end {
      let byte = bytes[at]
      if byte == 0x0A {
        linesBefore += 1
        at += 1
      } else if byte == 0x2F && at + 1 < end && bytes[at + 1] == 0x2A {
        at = add(at, blockEnd(bytes, at, end), isLine: false)
      } else if (byte == 0x2F && at + 1 < end && bytes[at + 1] == 0x2F) || (byte == 0x23 && comments.isEmpty) {
        let next = lineEnd(bytes, at, end)
        var last = next
        while last > at && bytes[last - 1] <= 0x20 { last -= 1 }
        add(at, last, isLine: true)
        at = next
      } else {
        at += 1
      }
    }
  }

  @discardableResult
  private mutating func add(_ start: Int, _ end: Int, isLine: Bool) -> Int {
    comments.append(Comment(start: start, end: end, linesBefore: linesBefore, isLine: isLine))
    linesBefore = 0
    return end
  }

  private func lineEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var at = start
    while at < end && bytes[at] != 0x0A { at += 1 }
    return at
  }

  /// Block comments nest.
  private func blockEnd(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var depth = 0
    var at = start
    while at + 1 < end {
      if bytes[at] == 0x2F && bytes[at + 1] == 0x2A {
        depth += 1
        at += 2
      } else if bytes[at] == 0x2A && bytes[at + 1] == 0x2F {
        depth -= 1
        at += 2
        if depth == 0 { return at }
      } else {
        at += 1
      }
    }
    return end
  }
}
