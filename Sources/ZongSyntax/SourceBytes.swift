// The bytes of a source, read once and never copied: the reader of the file fills them, and the lexer looks at them.

import ZongStores

/// A source's bytes, with zeros behind them so that a lexer may look ahead freely. Filled by one owner, then only read.
package final class SourceBytes: @unchecked Sendable {
  /// How many zero bytes follow.
  package static let padding = 32

  private var memory: Store<UInt8>

  /// No bytes yet, and room for `room`.
  package init(room: Int) { memory = Store(capacity: room + SourceBytes.padding) }

  package convenience init(_ contents: UnsafeBufferPointer<UInt8>) {
    self.init(room: contents.count)
    memory.append(contentsOf: contents)
    finish()
  }

  /// Appends what `read` writes into the free room, of which there is some, and returns how much that was: a count of
  /// bytes, or a negative number if nothing could be read.
  package func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    if memory.room - memory.count <= SourceBytes.padding { memory.reserve(memory.room * 2) }
    let free = memory.room - memory.count - SourceBytes.padding
    let count = read(UnsafeMutableRawBufferPointer(start: memory.elementPointer + memory.count, count: free))
    if count > 0 { memory.setCount(memory.count + min(count, free)) }
    return count
  }

  /// Puts the padding behind the bytes; nothing is added after it.
  package func finish() {
    memory.reserve(memory.count + SourceBytes.padding)
    (memory.elementPointer + memory.count).initialize(repeating: 0, count: SourceBytes.padding)
  }

  package var count: Int { memory.count }
  /// The first byte, valid as long as the object is.
  package var start: UnsafePointer<UInt8> { UnsafePointer(memory.elementPointer) }
  /// The bytes, valid as long as the object is.
  package var buffer: UnsafeBufferPointer<UInt8> { memory.elements }
  /// A copy.
  package var array: [UInt8] { memory.array }
}
