// The instruction set. The numeric instructions are WebAssembly's own (Core Specification 4.3), named after it;
// their operand type is that of their first operand.

/// What an instruction does. The operands `a`, `b`, `c` are value ids unless said otherwise; `list` is an index
/// into `Function.lists`, where a list is its count followed by its items.
public enum Opcode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Removed. Passes leave it behind instead of moving instructions.
  case nop

  // Sources of values.
  /// a: index of the function's parameter. Only at the start of the entry block, in order.
  case parameter
  /// a: index in the block's parameters. Only at the start of a block (after the `parameter`s), in order.
  case blockParameter
  /// a, b: the low and high half of the 64-bit pattern (an i32 is kept sign-extended, an f32 in the low half).
  case constant
  /// c: the `Constant` data's id; the address of program data that is placed later. Type i32.
  case dataAddress
  /// a: frame slot. The slot's address, type i32.
  case frameAddress
  /// a: function id; its index in the function table, type i32.
  case functionIndex

  // Variables: mutable, typed, function-wide; promoted to values by the `promote` pass.
  /// a: variable.
  case variableGet
  /// a: variable, b: value.
  case variableSet
  /// a: global id.
  case globalGet
  /// a: global id, b: value.
  case globalSet

  // Integer arithmetic (operands and result of `type`).
  case add, sub, mul, divS, divU, remS, remU, and, or, xor, shl, shrS, shrU, rotl, rotr
  case clz, ctz, popcnt
  // Float arithmetic. (`add`, `sub`, `mul` serve floats too.)
  case div, min, max, copysign, neg, abs, sqrt, ceil, floor, trunc, nearest
  // Comparisons: result i32, 0 or 1. `eq` and `ne` serve all types, `lt gt le ge` floats.
  case eqz, eq, ne, ltS, ltU, gtS, gtU, leS, leU, geS, geU, lt, gt, le, ge
  // Conversions of a to `type`.
  case wrap, extendS, extendU, extend8S, extend16S, extend32S
  case convertS, convertU, truncateS, truncateU, truncateSaturatingS, truncateSaturatingU
  case promote, demote, reinterpret
  /// a: condition (i32), b: value if it isn't zero, c: value if it is.
  case select

  // Vectors. c: a `VectorOperation`, and in the bits from 8 on the lane, for those of one lane.
  /// a: vector, or the number for all lanes.
  case vectorUnary
  /// a: vector, b: vector, the number for a lane, or how far to shift.
  case vectorBinary
  /// a, b: vectors; the bits of a where those of c are ones, and those of b elsewhere.
  case vectorSelect

  // Memory.
  /// a: address (i32), c: constant offset, access: width.
  case load
  /// a: address (i32), b: value, c: constant offset, access: width.
  case store
  /// Pages of 64 KiB, i32.
  case memorySize
  /// a: pages; the old size in pages or -1.
  case memoryGrow
  /// a: destination, b: source, c: byte count (i32 each). The ranges may overlap.
  case memoryCopy
  /// a: destination, b: byte value, c: byte count (i32 each).
  case memoryFill

  // Tags: 16 bits for each 16-byte granule of memory, in a place of their own (docs/memory.md). A tag that is stored
  // makes all pointers to the granule with other keys invalid.
  /// a: place of a granule's tag, which is its address / 16 * 2 (i32), access: `bits16Unsigned` for one tag, `full` for
  /// four from there on. Type i64.
  case tagLoad
  /// a: place (i32), b: tag or four tags (i64), access as for `tagLoad`. With the effect `fresh` no valid pointer leads
  /// to the granules.
  case tagStore
  /// a: destination, b: source, as addresses where the tags lie, c: byte count (i32 each). With the effect `fresh` as for
  /// `tagStore`.
  case tagCopy
  /// The tags' room in pages of 64 KiB, i32.
  case tagSize
  /// a: pages; the old size in pages or -1.
  case tagGrow
  /// a: pointer (i64). Stops the program if the tag of the granule at its address isn't its key.
  case checkKey
  /// a: pointer (i64). Whether the tag of the granule at its address is its key: 0 or 1, i32. Unless it is `pointer`, the
  /// value may be something else (`isAlwaysPointer`); where there is no tag, that of address 0 is taken.
  case testKey

  // Calls. The result of a call with one result is the call itself; of several, `result`s that follow it.
  /// a: function id, b: list of arguments.
  case call
  /// a: table index (i32), b: list of arguments, c: signature id.
  case callIndirect
  /// a: call, b: index of the result.
  case result

  /// Stops the program if a (i32) is zero. b: list of up to three values for the message (i32 is sign-extended,
  /// f32 promoted), c: `StopKind`.
  case check

  // Terminators: the last instruction of a block, and only there. An edge is an index into `Function.lists`:
  // target block, count of arguments, arguments.
  /// a: edge.
  case jump
  /// a: condition (i32), b: edge if it isn't zero, c: edge if it is.
  case branch
  /// a: value (i32), b: list of edges: the edge for 0, 1, 2 …, and last the edge for all other values.
  case switchBranch
  /// b: list of results.
  case returnValues
  /// Stops the program. b: list of values, c: `StopKind`.
  case stop
  /// Control can't come here.
  case unreachable

  // A raw type's `rawValue` and `==` are calls from other modules; these are inlined.

  /// The same as `rawValue`.
  @inlinable @inline(__always) public var number: UInt8 { unsafeBitCast(self, to: UInt8.self) }
  @inlinable @inline(__always) public static func == (a: Opcode, b: Opcode) -> Bool { a.number == b.number }

  @inlinable public var isTerminator: Bool { number >= Opcode.jump.number }
  @inlinable public var isComparison: Bool {
    number >= Opcode.eqz.number && number <= Opcode.ge.number
  }
}

/// What is known of an instruction beyond its operation.
public struct Effects: OptionSet, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A call that may free memory, so that what is known of keys is forgotten.
  public static let mayFree = Effects(rawValue: 1)
  /// A call that may suspend the green thread.
  public static let maySuspend = Effects(rawValue: 2)
  /// Never returns.
  public static let noReturn = Effects(rawValue: 4)
  /// A call without effects, whose result depends on its arguments alone.
  public static let pure = Effects(rawValue: 8)
  /// A load or store of a number or Boolean, of a pointer, or of a part of what has several words: a slice, text, an
  /// interface, a function. What was stored as one of them is never read as another, so a store changes nothing for the
  /// loads of the others. Without any of them it may be all. A call of numbers stores nothing else, neither
  /// itself nor by what it calls.
  public static let ofNumber = Effects(rawValue: 16)
  public static let ofPointer = Effects(rawValue: 32)
  public static let ofHeader = Effects(rawValue: 48)
  /// A load at a fixed place of a local, of a global, or of what a pointer leads to, not of an element whose index has to
  /// be checked.
  public static let ofWhole = Effects(rawValue: 64)
  /// No valid pointer leads to the memory. A call, or the block's parameter that stands for its result where it was inlined, is
  /// a pointer to new memory, whose key fits. A parameter's key fits as well.
  public static let fresh = Effects(rawValue: 128)

  /// A call that gives back its first argument, a pointer into an allocation, after it has made sure that the granule there has
  /// the allocation's tag (`_inner`); if the allocation has ended, another stale pointer into it. A key must be checked by the
  /// result: the granule may have had a lower tag before. It changes nothing that a valid pointer can tell, so it can be
  /// removed where its result isn't used, and merged with an equal one before it; but it must not be done where its
  /// arguments may not be addresses.
  public static let sameValue: Effects = [.pure, .ofPointer]

  /// A store of a slice's mark, the count of the elements in use behind its storage, to which no pointer leads.
  public static let ofMark: Effects = [.ofNumber, .fresh]

  /// What a load or store moves: 0 for anything, 1 for numbers, 2 for pointers, 3 for headers.
  @inlinable @inline(__always) var kind: Int { Int(rawValue >> 4 & 3) }
  static let kinds = 4
}

/// Why a program stops. The raw values are the numbers in the stop record and in the section `zong.stops`.
public enum StopKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case bounds = 1, range, divisionByZero, divisionOverflow
  case unfitSigned, unfitUnsigned, unfitFloat
  case stackOverflow, outOfMemory, panic, assertion
  case lengthRaised, lengthNegative, constantWrite, tooLarge
  case boundsUnsigned, rangeInclusive, unset
  case null
  case failure
  /// A key that doesn't fit; the library's `_stale` finds out why and stops with one of those that follow.
  case stale
  /// Values: positions of the allocation (low half) and of what ended it (high half); the type's or variable's name.
  case useAfterFree, movedByAppend, localEnded, arenaEnded, usedAgain
  case doubleFree, freePart, freeConstant
  /// Values: as above, then the slice's length and how many elements are in use.
  case deleteShortened
  /// Values: how many bytes the host would touch, and how many are there.
  case hostRange
  /// Values: the text of what was expected, with the values of both sides of a comparison on lines of their own.
  case expectation
  /// What the library's `_stale` stops with if nothing is left that tells how the memory ended.
  case forgotten

  /// The message, with `{0}` `{1}` `{2}` for the values: signed; `{0u}` unsigned; `{0f}` F64; `{0t}` the text at
  /// the address and of the length in the two values from there, `{0T}` that of an address in the low and a length in
  /// the high half; `{0p}` `{0P}` the source position in the low or high half.
  public var template: String {
    switch self {
    case .bounds: "index {0} is out of bounds for length {1}"
    case .range: "range {0}..{1} is out of bounds for length {2}"
    case .divisionByZero: "division by zero"
    case .divisionOverflow: "division overflows"
    case .unfitSigned: "{0} does not fit in {1t}"
    case .unfitUnsigned: "{0u} does not fit in {1t}"
    case .unfitFloat: "{0f} does not fit in {1t}"
    case .stackOverflow: "stack overflow"
    case .outOfMemory: "out of memory: {0} more bytes were asked for"
    case .panic: "panic: {0t}"
    case .assertion: "assertion failed: {0t}"
    case .expectation: "expected {0t}"
    case .lengthRaised: "length {0} is more than the slice's length {1}"
    case .lengthNegative: "length {0} is negative"
    case .constantWrite: "this text is constant"
    case .tooLarge: "out of memory: {0} elements are more than a slice can hold"
    case .boundsUnsigned: "index {0u} is out of bounds for length {1}"
    case .rangeInclusive: "range {0}..={1} is out of bounds for length {2}"
    case .unset: "`{0t}` is used before the script has set it"
    case .hostRange: "the host is given {0} bytes here, and only {1} are there"
    case .null: "the value is null"
    case .failure: "the call failed: {0t}"
    case .stale, .forgotten: "the memory behind this pointer is no longer valid"
    case .useAfterFree: "use after free: this {1T} was freed\nfreed at {0P}\nallocated at {0p}"
    case .movedByAppend:
      "use of a slice that was moved by append at line {0L}\nmoved at {0P}\nallocated at {0p}, as {1T}"
    case .localEnded: "use of {1T}, which ended at line {0L}\ndeclared at {0p}\nended at {0P}"
    case .arenaEnded: "use of memory of an arena that ended at line {0L}\nended at {0P}"
    case .usedAgain:
      "use after free: this memory was freed, and has been used again since\nlast used for {1T}, allocated at {0p}"
    case .doubleFree: "freed twice: this {1T} was freed before\nfreed at {0P}\nallocated at {0p}"
    case .freePart: "only a whole allocation can be freed, and this is a part of one\na {1T}, allocated at {0p}"
    case .freeConstant: "this can't be freed: it isn't on the heap, but a local or a global"
    case .deleteShortened:
      "only a whole slice can be freed: its length is {1}, and {2} elements are in use\nallocated at {0p}"
    }
  }
}
