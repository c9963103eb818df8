// What an instruction's fields hold, and what may be done with an instruction: removed, merged, moved. Printer,
// verifier and passes ask here, so that a new opcode is described in one place.

import ZongStores

/// Which fields of an instruction are values, lists and edges.
public struct Shape: OptionSet, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The field is a value id.
  public static var a: Shape { Shape(rawValue: 1) }
  public static var b: Shape { Shape(rawValue: 2) }
  public static var c: Shape { Shape(rawValue: 4) }
  /// `b` is a list of values.
  public static var list: Shape { Shape(rawValue: 8) }
  /// A terminator with edges.
  public static var edges: Shape { Shape(rawValue: 16) }
}

extension Opcode {
  @inlinable public var shape: Shape {
    switch self {
    case .nop, .parameter, .blockParameter, .constant, .dataAddress, .frameAddress, .functionIndex: []
    case .variableGet, .globalGet, .memorySize, .tagSize, .unreachable: []
    case .variableSet, .globalSet: .b
    case .add, .sub, .mul, .divS, .divU, .remS, .remU, .and, .or, .xor, .shl, .shrS, .shrU, .rotl, .rotr: [.a, .b]
    case .div, .min, .max, .copysign: [.a, .b]
    case .eq, .ne, .ltS, .ltU, .gtS, .gtU, .leS, .leU, .geS, .geU, .lt, .gt, .le, .ge: [.a, .b]
    case .clz, .ctz, .popcnt, .neg, .abs, .sqrt, .ceil, .floor, .trunc, .nearest, .eqz: .a
    case .wrap, .extendS, .extendU, .extend8S, .extend16S, .extend32S: .a
    case .convertS, .convertU, .truncateS, .truncateU, .truncateSaturatingS, .truncateSaturatingU: .a
    case .promote, .demote, .reinterpret, .vectorUnary: .a
    case .vectorBinary: [.a, .b]
    case .select, .vectorSelect, .memoryCopy, .memoryFill, .tagCopy: [.a, .b, .c]
    case .load, .memoryGrow, .result, .tagLoad, .tagGrow, .checkKey, .testKey: .a
    case .store, .tagStore: [.a, .b]
    case .call, .returnValues, .stop: .list
    case .callIndirect, .check: [.a, .list]
    case .jump: .edges
    case .branch, .switchBranch: [.a, .edges]
    }
  }

  /// Whether the value depends on the operands alone and computing it has no effect and can't trap, so that it can
  /// be removed, merged with an equal one, and moved to anywhere that its operands reach.
  @inlinable public var isPure: Bool {
    switch self {
    case .constant, .dataAddress, .frameAddress, .functionIndex, .select: true
    case .vectorUnary, .vectorBinary, .vectorSelect: true
    case .divS, .divU, .remS, .remU, .truncateS, .truncateU: false
    default: rawValue >= Opcode.add.rawValue && rawValue <= Opcode.reinterpret.rawValue
    }
  }

  /// Whether exchanging `a` and `b` changes nothing.
  @inlinable public var isCommutative: Bool {
    switch self {
    case .add, .mul, .and, .or, .xor, .eq, .ne: true
    default: false
    }
  }

  /// The comparison that holds for (b, a) when this one holds for (a, b).
  public var swapped: Opcode {
    switch self {
    case .ltS: .gtS
    case .ltU: .gtU
    case .gtS: .ltS
    case .gtU: .ltU
    case .leS: .geS
    case .leU: .geU
    case .geS: .leS
    case .geU: .leU
    case .lt: .gt
    case .gt: .lt
    case .le: .ge
    case .ge: .le
    default: self
    }
  }

  /// The comparison that holds exactly when this one doesn't; nil for floats, where NaN makes both false, and for
  /// what is no comparison of two values.
  public var negated: Opcode? {
    switch self {
    case .eq: .ne
    case .ne: .eq
    case .ltS: .geS
    case .ltU: .geU
    case .gtS: .leS
    case .gtU: .leU
    case .leS: .gtS
    case .leU: .gtU
    case .geS: .ltS
    case .geU: .ltU
    default: nil
    }
  }
}

extension Access {
  /// The number of bytes read or written for a value of `type`.
  @inlinable public func width(of type: Type) -> UInt32 {
    switch self {
    case .full: type == .v128 ? 16 : type == .i64 || type == .f64 ? 8 : 4
    case .bits8Signed, .bits8Unsigned: 1
    case .bits16Signed, .bits16Unsigned: 2
    case .bits32Signed, .bits32Unsigned: 4
    }
  }
}

extension Function {
  /// Calls `body` with each edge of a terminator.
  @inlinable @inline(__always)
  public func forEachEdge(of instruction: Instruction, _ body: (UInt32) -> Void) {
    switch instruction.opcode {
    case .jump: body(instruction.a)
    case .branch:
      body(instruction.b)
      body(instruction.c)
    case .switchBranch: for edge in list(instruction.b) { body(edge) }
    default: break
    }
  }

  /// Calls `body` with each value that an instruction uses, edge arguments included.
  @inlinable @inline(__always)
  public func forEachUse(of instruction: Instruction, _ body: (UInt32) -> Void) {
    let shape = instruction.opcode.shape
    if shape.contains(.a) { body(instruction.a) }
    if shape.contains(.b) { body(instruction.b) }
    if shape.contains(.c) { body(instruction.c) }
    if shape.contains(.list) { for value in list(instruction.b) { body(value) } }
    if shape.contains(.edges) {
      forEachEdge(of: instruction) { edge in
        for value in arguments(ofEdge: edge) { body(value) }
      }
    }
  }

  /// The bits of a constant; nil for any other instruction.
  @inlinable @inline(__always)
  public func constantBits(_ value: UInt32) -> UInt64? {
    let instruction = instructions[value]
    guard instruction.opcode == .constant else { return nil }
    return instruction.bits
  }

  /// A list, or nil if the id or the count is out of range: for code that looks at functions not verified yet.
  public func listIfValid(_ id: UInt32) -> UnsafeBufferPointer<UInt32>? {
    guard Int(id) < lists.count, Int(lists[id]) < lists.count - Int(id) else { return nil }
    return list(id)
  }

  /// The arguments of an edge, or nil if the edge's range isn't inside the lists.
  public func argumentsIfValid(ofEdge edge: UInt32) -> UnsafeBufferPointer<UInt32>? {
    guard Int(edge) < lists.count, edge != .max else { return nil }
    return listIfValid(edge + 1)
  }
}

extension Instruction {
  /// The 64-bit pattern of a `constant`.
  @inlinable @inline(__always)
  public var bits: UInt64 { UInt64(b) << 32 | UInt64(a) }

  /// A constant of `type`; the bits of an i32 are sign-extended here.
  @inlinable @inline(__always)
  public static func constant(_ type: Type, bits: UInt64, position: UInt32) -> Instruction {
    let bits = type == .i32 ? UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: bits))) : bits
    return Instruction(
      .constant, type, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32),
      position: position)
  }

  @inlinable public var isTerminator: Bool { opcode.isTerminator }

  /// Whether it checks a pointer's key, or what was found out about it before.
  @inlinable public var isKeyCheck: Bool {
    opcode == .checkKey || opcode == .check && c == UInt32(StopKind.stale.rawValue)
  }

  /// Whether it compares a pointer's key with the tag.
  var readsTags: Bool { opcode == .checkKey || opcode == .testKey }

  /// Whether what a `testKey` tests is a pointer or null.
  @inlinable @inline(__always)
  public var testsPointer: Bool { effects.contains(.ofPointer) }

  /// Whether it writes memory, or calls what may.
  @inlinable public var writesMemory: Bool {
    switch opcode {
    case .store, .memoryCopy, .memoryFill: true
    case .memoryGrow, .callIndirect, .tagGrow: true
    case .call: !effects.contains(.pure)
    default: false
    }
  }

  /// Whether it must not be passed by something that may stop the program.
  var isObservable: Bool {
    switch opcode {
    case .nop, .parameter, .blockParameter, .variableGet, .globalGet, .memorySize, .load, .result: false
    case .tagLoad, .tagSize, .testKey: false
    case .call, .callIndirect: !effects.contains(.pure)
    default: !opcode.isPure
    }
  }

  /// Whether it may change tags, so that what is known of keys is forgotten.
  @inlinable public var mayFree: Bool {
    switch opcode {
    case .tagStore, .tagCopy: !effects.contains(.fresh)
    case .call, .callIndirect: effects.contains(.mayFree)
    default: false
    }
  }
}

extension Function {
  /// The pointer that the instruction gives back, or another into the same allocation, if it is a call that does that.
  @inlinable public func argumentGivenBack(_ instruction: Instruction) -> UInt32? {
    guard instruction.opcode == .call, instruction.effects == .sameValue else { return nil }
    return list(instruction.b).first
  }

  /// Whether the instruction can be removed when its value isn't used.
  @inlinable public func isRemovable(_ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .load, .variableGet, .globalGet, .memorySize, .tagLoad, .tagSize, .testKey, .result: true
    case .call, .callIndirect: instruction.effects.contains(.pure)
    case .divS, .divU, .remS, .remU: divides(instruction)
    default: instruction.opcode.isPure
    }
  }

  /// Whether a division's divisor is a constant with which it can't trap.
  @inlinable public func divides(_ instruction: Instruction) -> Bool {
    guard let divisor = constantBits(instruction.b), divisor != 0 else { return false }
    return instruction.opcode != .divS || divisor != UInt64.max
  }
}
