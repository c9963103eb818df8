// A finished module: bytes in pieces, one behind the other. What is large, code and its positions, stays where it was
// made and isn't copied to be joined.

/// The bytes of a module.
package final class ModuleBytes: @unchecked Sendable {
  /// Each piece, and what keeps its bytes where they are.
  private var pieces: [(bytes: UnsafeBufferPointer<UInt8>, owner: AnyObject)] = []

  init() {}

  /// Adds a piece whose bytes are valid and the same as long as `owner` lives.
  func append(_ bytes: UnsafeBufferPointer<UInt8>, keptBy owner: AnyObject) { pieces.append((bytes, owner)) }

  /// Calls `body` with the pieces in their order.
  package func withPieces<Failure>(
    _ body: ([UnsafeBufferPointer<UInt8>]) throws(Failure) -> Void
  ) throws(Failure) {
    try body(pieces.map(\.bytes))
    withExtendedLifetime(self) {}
  }

  /// A copy.
  package var array: [UInt8] {
    let count = pieces.reduce(0) { $0 + $1.bytes.count }
    return Array(unsafeUninitializedCapacity: count) { room, filled in
      for piece in pieces {
        _ = UnsafeMutableBufferPointer(rebasing: room[filled...]).initialize(fromContentsOf: piece.bytes)
        filled += piece.bytes.count
      }
    }
  }
}

/// A buffer that has become a piece.
final class FinishedBytes {
  let buffer: ByteBuffer
  init(_ buffer: consuming ByteBuffer) { self.buffer = buffer }
}
