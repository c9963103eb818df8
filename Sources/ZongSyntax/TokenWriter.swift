// The lexer's place in the file and the token arrays that it fills, as plain values: the main loop keeps a copy of
// them in registers. The arrays are owned by `TokenArrays`, which also makes room.

import ZongStores

/// Where the lexer is, and where the next token goes.
struct TokenWriter: BitwiseCopyable {
  /// The offset of the byte to be scanned next.
  var at = 0
  /// What is known of the gap before the next token.
  var gap: TokenFlags = [.startsLine, .spaceBefore]
  /// How many tokens there are, and for how many there is room.
  fileprivate(set) var count = 0
  fileprivate(set) var capacity = 0
  fileprivate(set) var kinds: UnsafeMutablePointer<TokenKind>
  fileprivate var flags: UnsafeMutablePointer<TokenFlags>
  fileprivate var starts: UnsafeMutablePointer<UInt32>
  fileprivate var payloads: UnsafeMutablePointer<UInt32>

  /// There is no room for another token.
  @inline(__always) var isFull: Bool { count == capacity }

  /// Adds a token that begins at `start`; the gap before it has been gathered in `gap`. There must be room, and a
  /// token before it.
  @inline(__always)
  mutating func add(_ kind: TokenKind, _ start: Int, _ payload: UInt32 = 0) {
    let followed = TokenFlags(rawValue: (gap.rawValue & TokenFlags.spaceBefore.rawValue) << 1)
    flags[count &- 1].formUnion(followed)
    kinds[count] = kind
    flags[count] = gap
    starts[count] = UInt32(truncatingIfNeeded: start)
    payloads[count] = payload
    count &+= 1
    gap = []
  }

  /// Adds a token of `length` bytes at the current place and steps over it.
  @inline(__always)
  mutating func add(_ kind: TokenKind, length: Int) {
    add(kind, at)
    at &+= length
  }
}

/// The memory behind a `TokenWriter`.
struct TokenArrays: ~Copyable {
  private var kinds: Store<TokenKind>
  private var flags: Store<TokenFlags>
  private var starts: Store<UInt32>
  private var payloads: Store<UInt32>

  /// Room for `expected` tokens; the first one, the start of the file or piece, is there already.
  init(from start: Int, expected: Int) {
    kinds = Store(capacity: expected)
    flags = Store(capacity: expected)
    starts = Store(capacity: expected)
    payloads = Store(capacity: expected)
    kinds.append(.startOfFile)
    flags.append([])
    starts.append(UInt32(truncatingIfNeeded: start))
    payloads.append(0)
  }

  /// A writer behind the first token.
  mutating func writer() -> TokenWriter {
    var writer = TokenWriter(
      kinds: kinds.elementPointer, flags: flags.elementPointer, starts: starts.elementPointer,
      payloads: payloads.elementPointer)
    writer.count = kinds.count
    connect(&writer)
    return writer
  }

  /// Makes room for more tokens.
  mutating func grow(_ writer: inout TokenWriter) {
    setCount(writer.count)
    let wanted = writer.capacity * 2
    kinds.reserve(wanted)
    flags.reserve(wanted)
    starts.reserve(wanted)
    payloads.reserve(wanted)
    connect(&writer)
  }

  private mutating func connect(_ writer: inout TokenWriter) {
    writer.kinds = kinds.elementPointer
    writer.flags = flags.elementPointer
    writer.starts = starts.elementPointer
    writer.payloads = payloads.elementPointer
    writer.capacity = min(kinds.room, flags.room, starts.room, payloads.room)
  }

  private mutating func setCount(_ count: Int) {
    kinds.setCount(count)
    flags.setCount(count)
    starts.setCount(count)
    payloads.setCount(count)
  }

  /// Moves the tokens into `store`.
  consuming func move(_ writer: TokenWriter, to store: TokenStore) {
    setCount(writer.count)
    store.take(kinds: kinds, flags: flags, starts: starts, payloads: payloads)
  }
}
