// A function in SSA with block parameters, in flat arrays: a value is the instruction that makes it, a block is a
// run of instructions, and lists (arguments, edges) lie in one array. Mutable `variables` stand beside the values
// so that unoptimised code needs no SSA construction; the `promote` pass turns them into values.

import ZongStores

/// An instruction, and the value it makes. 0 is a `nop`, so 0 serves as "none". Prints as `%7`.
public struct ValueId: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  public static let none = ValueId(0)
  public var description: String { "%\(index)" }
}

/// A block. Block 0 is the entry. Prints as `@3`.
public struct BlockId: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  public static let entry = BlockId(0)
  public var description: String { "@\(index)" }
}

/// A mutable variable of a function. Prints as `$2`.
public struct VariableId: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  public var description: String { "$\(index)" }
}

/// A slot in a function's frame on the tstack. Prints as `frame1`.
public struct SlotId: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  public var description: String { "frame\(index)" }
}

/// A function of the program, imported ones included; the index is given by whoever builds the program.
public struct FunctionId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
}

/// An edge or a list: an index into `Function.lists`.
public struct ListId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  /// The empty list.
  public static let empty = ListId(0)
}

/// 20 bytes. What `a`, `b`, `c` hold is said at each `Opcode`.
public struct Instruction: Sendable, BitwiseCopyable {
  public var opcode: Opcode
  public var type: Type
  public var access: Access
  public var effects: Effects
  public var a: UInt32
  public var b: UInt32
  public var c: UInt32
  /// The source position (an offset into the compilation's position space) for stops and traces; 0 for none.
  public var position: UInt32

  @inlinable @inline(__always)
  public init(
    _ opcode: Opcode, _ type: Type = .none, a: UInt32 = 0, b: UInt32 = 0, c: UInt32 = 0,
    access: Access = .full, effects: Effects = [], position: UInt32 = 0
  ) {
    self.opcode = opcode
    self.type = type
    self.access = access
    self.effects = effects
    self.a = a
    self.b = b
    self.c = c
    self.position = position
  }
}

/// A run of consecutive instructions: `blockParameter`s (and in the entry block first the `parameter`s), then the
/// body, then one terminator. A block under construction or removed has `end == start`.
public struct Block: Sendable, BitwiseCopyable {
  public var start: UInt32
  public var end: UInt32
  public var parameterCount: UInt32
  @inlinable public init(start: UInt32 = 0, end: UInt32 = 0, parameterCount: UInt32 = 0) {
    self.start = start
    self.end = end
    self.parameterCount = parameterCount
  }
}

/// A frame slot: size and alignment (a power of two, at most 16) in bytes.
public struct FrameSlot: Sendable, BitwiseCopyable {
  public var size: UInt32
  public var alignment: UInt32
  @inlinable public init(size: UInt32, alignment: UInt32) {
    self.size = size
    self.alignment = alignment
  }
}

/// A function's code. The blocks lie in `order`, which begins with the entry and in which every block comes after
/// one of its predecessors, and after all of them but those of back edges (a reverse postorder); the lowering
/// makes them so, and passes keep it.
public final class Function: @unchecked Sendable {
  public var name = ""
  public var id = FunctionId(0)
  public var parameters = Store<Type>()
  public var results = Store<Type>()
  public var instructions = Store<Instruction>(capacity: 256)
  public var lists = Store<UInt32>(capacity: 256)
  public var blocks = Store<Block>()
  /// The live blocks in reverse postorder.
  public var order = Store<BlockId>()
  public var variables = Store<Type>()
  public var slots = Store<FrameSlot>()
  /// Calls that were inlined: for an instruction whose position lies in an inlined body, `inlineSites` tells the
  /// callers. An instruction's entry in `instructionSites` is 0 or an index into it (only filled by the inliner).
  public var inlineSites = Store<InlineSite>()
  public var instructionSites = Store<UInt32>()

  public init() { reset() }

  /// A copy that takes no more room than it needs.
  public init(copying other: Function) {
    name = other.name
    id = other.id
    parameters = Store(copying: other.parameters)
    results = Store(copying: other.results)
    instructions = Store(copying: other.instructions)
    lists = Store(copying: other.lists)
    blocks = Store(copying: other.blocks)
    order = Store(copying: other.order)
    variables = Store(copying: other.variables)
    slots = Store(copying: other.slots)
    inlineSites = Store(copying: other.inlineSites)
    instructionSites = Store(copying: other.instructionSites)
  }

  /// Empties the function and keeps its room, for the next one.
  public func reset() {
    name = ""
    parameters.removeAll()
    results.removeAll()
    instructions.removeAll()
    lists.removeAll()
    blocks.removeAll()
    order.removeAll()
    variables.removeAll()
    slots.removeAll()
    inlineSites.removeAll()
    instructionSites.removeAll()
    instructions.append(Instruction(.nop))
    lists.append(0)
    inlineSites.append(InlineSite(callee: FunctionId(0), position: 0, parent: 0))
  }

  /// Takes the other function's code and gives this one's for it: no element is copied.
  public func exchange(with other: Function) {
    swap(&name, &other.name)
    swap(&id, &other.id)
    swap(&parameters, &other.parameters)
    swap(&results, &other.results)
    swap(&instructions, &other.instructions)
    swap(&lists, &other.lists)
    swap(&blocks, &other.blocks)
    swap(&order, &other.order)
    swap(&variables, &other.variables)
    swap(&slots, &other.slots)
    swap(&inlineSites, &other.inlineSites)
    swap(&instructionSites, &other.instructionSites)
  }

  /// Takes the other function's code, and keeps its own room.
  func assign(_ other: Function) {
    name = other.name
    id = other.id
    parameters.assign(other.parameters)
    results.assign(other.results)
    instructions.assign(other.instructions)
    lists.assign(other.lists)
    blocks.assign(other.blocks)
    order.assign(other.order)
    variables.assign(other.variables)
    slots.assign(other.slots)
    inlineSites.assign(other.inlineSites)
    instructionSites.assign(other.instructionSites)
  }

  @inlinable @inline(__always)
  public subscript(value: ValueId) -> Instruction {
    get { instructions[value.index] }
    set { instructions[value.index] = newValue }
  }

  @inlinable @inline(__always)
  public func type(of value: ValueId) -> Type { instructions[value.index].type }

  /// The items of a list.
  @inlinable @inline(__always)
  public func list(_ id: UInt32) -> UnsafeBufferPointer<UInt32> {
    let count = Int(lists[id])
    return UnsafeBufferPointer(rebasing: lists.elements[Int(id) + 1..<Int(id) + 1 + count])
  }
  /// The block that an edge leads to.
  @inlinable @inline(__always)
  public func target(ofEdge edge: UInt32) -> BlockId { BlockId(lists[edge]) }
  /// The arguments that an edge gives to its target's parameters.
  @inlinable @inline(__always)
  public func arguments(ofEdge edge: UInt32) -> UnsafeBufferPointer<UInt32> { list(edge + 1) }
  /// A block's last instruction.
  @inlinable @inline(__always)
  public func terminator(of block: BlockId) -> ValueId { ValueId(blocks[block.index].end - 1) }
}

/// Where an inlined body was called.
public struct InlineSite: Sendable, BitwiseCopyable {
  /// The function whose body was put in place of the call.
  public var callee: FunctionId
  /// The position of the call.
  public var position: UInt32
  /// The site of the call itself if it lies in an inlined body, or 0.
  public var parent: UInt32
  @inlinable public init(callee: FunctionId, position: UInt32, parent: UInt32) {
    self.callee = callee
    self.position = position
    self.parent = parent
  }
}
