// The typed program: what the checker makes of function bodies. Everything implicit is explicit here (conversions,
// dereferences, defaults, argument order), and every node knows its type. 24-byte nodes in one array per chunk of
// functions, children before parents.

import ZongStores
import ZongSyntax

/// A node of typed code. 0 is never a child, so 0 serves as "none".
public struct TypedId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  @inlinable public static var none: TypedId { TypedId(0) }
  @inlinable @inline(__always) public var exists: Bool { index != 0 }
}

/// A local variable or parameter of a function, counted from the function's first.
public struct LocalId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  @inlinable public static var none: LocalId { LocalId(UInt32.max) }
}

public enum TypedOp: UInt8, Sendable, BitwiseCopyable {
  // The derived comparison isn't inlined across modules; the raw value is the case's place.
  @inlinable @inline(__always)
  public static func == (a: TypedOp, b: TypedOp) -> Bool {
    unsafeBitCast(a, to: UInt8.self) == unsafeBitCast(b, to: UInt8.self)
  }

  case error

  // Values. "extra(b)" lies in `TypedCode.extra` at b.
  /// a, b: the low and high half of the value, sign-extended to 64 bits. Also Boolean (0, 1). flags: 1 for a literal.
  case integer
  /// a, b: the halves of the F64's bits (for F32 too).
  case float
  /// a: string constant (`TypedCode.strings`). Type String or U8[].
  case string
  /// The zero value of the type.
  case zero
  /// An integer constant outside 64 bits; never survives checking. a: index into the checker's big constants.
  case bigInteger

  // Places. Used as a value, a place is read.
  /// a: LocalId.
  case local
  /// a: GlobalId.
  case global
  /// a: struct (place or value), b: field index.
  case field
  /// a: slice, array or text; b: index, an integer of any type.
  case element
  /// a: pointer.
  case dereference

  /// a: place. A pointer to it.
  case addressOf
  /// a: value. A pointer to an unnamed variable of the block that holds it (b: LocalId).
  case addressOfValue
  /// a: slice, array (place) or text; extra(b): low, high, 1 if inclusive. A view.
  case view
  /// a: slice, array or text. I64.
  case length, capacity
  /// a: pointer. U32.
  case address

  case negate, not, complement
  /// flags: `BinaryOperator`. a, b: operands of one type (a shift's right one of any integer type).
  case binary
  case logicalAnd, logicalOr
  /// a: number. Converts to the type, and stops the program if it doesn't fit.
  case convert
  /// a: integer. Keeps the low bits.
  case wrap
  /// a: FunctionId, extra(b): count, then pairs of parameter index and argument, in the order of evaluation. flags: as
  /// `TypedNode.temporary` says.
  case call
  /// extra(b): count, then pairs of field index and value, in the order of evaluation.
  case makeStructure
  /// The number of the site that the node is, which is given to a function that allocates for it.
  case site
  /// extra(b): count, elements. Type T[N] or T[]. flags of `makeSlice`: as `TypedNode.temporary` says.
  case makeArray, makeSlice
  /// a: value. An array whose every element is a copy of it.
  case repeatElement
  /// extra(b): length, fill, capacity (each 0 if not given). A new slice.
  case newSlice
  /// a: value, b: a pointer near which it is made, or none. A pointer to a new object.
  case new
  /// a, b: texts. New text. flags: as `TypedNode.temporary` says.
  case concatenate
  /// extra(b): count of pieces, then per piece: value, width, digits, base, character (0 if not given). New text.
  /// flags: as `TypedNode.temporary` says.
  case interpolate

  // Optionals.
  /// a: value, b: pointer to a hasher, which the value is fed to.
  case hash
  /// a: pointer to a value of a type that has the interface's methods. A value of the interface.
  case makeInterface
  /// a: FunctionId, b: pointer to what it captures, or none. A function value.
  case makeFunction
  /// a: function value, extra(b): count, arguments.
  case callValue

  /// a: value. The optional that holds it.
  case wrapOptional
  /// a: optional. What it holds; stops the program if it is null.
  case unwrapOptional
  /// a: optional. Boolean: it isn't null.
  case isPresent
  /// a: optional or fallible, b: value if it is null or failed. The type is what it holds, or the right side's own.
  case coalesce
  /// a: optional, b: LocalId or `.none`. As a condition: whether it isn't null; then the local holds its value.
  case bindOptional

  /// a: case, extra(b): count, then pairs of field index and value, in the order of evaluation. An enum.
  case makeCase
  /// a: subject, extra(b): count, then pairs of pattern and body. With a type other than void, a value.
  case match
  /// a: subject, b: pattern. As a condition: whether it matches; then its names are bound.
  case matchPattern

  // Patterns. Their type is that of what they are matched with.
  case patternAny
  /// a: LocalId, which takes a copy; b: the subject of the whole pattern.
  case patternBind
  /// a: constant.
  case patternEqual
  /// a: low, b: high, constants. flags: 1 if inclusive.
  case patternRange
  /// a: case, extra(b): count, patterns of its fields.
  case patternCase
  case patternNull
  /// a: pattern of what the optional holds.
  case patternPresent
  /// extra(b): count, patterns.
  case patternAlternatives

  // Branches as values. An `ifElse` whose type isn't void is one too.
  /// a: value or none if its end isn't reached, extra(b): count, statements before it; flags: the depth of the scope
  /// around it, as in `LocalInfo`, but at most 255.
  case blockValue
  /// a: an expression that never ends, where a value of the type is wanted.
  case diverge

  // Failure.
  /// a: the error, or none: the one that waits. Leaves the function.
  case fail
  /// a: fallible or optional, b: the statement that leaves the function if it failed or is null. What it holds.
  case propagate
  /// a: fallible, extra(b): LocalId or `.none`, body. What it holds, or the body's value.
  case catchFailure

  // Built-in functions.
  /// extra(b): pieces as in `interpolate`. Writes them, and a newline if a is 1.
  case print
  /// a: U8[] or String.
  case printBytes
  case readLine
  /// a: pointer to the slice, b: element.
  case append
  /// a: pointer to a U8[], extra(b): pieces as in `interpolate`.
  case appendText
  /// a: condition, extra(b): string constant of its source text, then pieces as in `interpolate` (none if there
  /// is no message).
  case assert
  /// extra(b): pieces as in `interpolate`. Never returns.
  case panic
  /// a: condition, extra(b): where in `extra` the pieces for its failure are, two declarations that come before the
  /// condition; each may be none.
  case expect

  // Statements.
  /// extra(b): count, statements.
  case block
  /// a: value, dropped.
  case expression
  /// a: LocalId, b: initial value, or none: zero if the type has one, otherwise unassigned.
  case declare
  /// a: place, b: value.
  case assign
  /// flags: `BinaryOperator`. a: place, b: value. The place is evaluated once.
  case compoundAssign
  /// a: slice place, b: new length; or flags: `BinaryOperator` plus one, and b its right operand.
  case assignLength
  /// a: condition, extra(b): then, else or none.
  case ifElse
  /// a: body, b: loop number.
  case loop
  /// a: condition, extra(b): body, loop number.
  case whileLoop
  /// extra(b): LocalId, low, high, 1 if inclusive, body, loop number.
  case forRange
  /// a: slice, array or text; extra(b): index LocalId or `.none`, item LocalId, 1 if by pointer, body, loop number.
  case forEach
  /// a: loop number.
  case breakLoop, continueLoop
  /// a: value or none; flags: 1 if the error that waits is dropped.
  case returnValue
  /// a: block. Runs when the block around it is left.
  case deferStatement
  /// a: block. With a type other than void it is a value, and a its `blockValue`.
  case arena
  /// a: value. The same outside of the arena around it: text, slices and errors are copied to where that begins. flags:
  /// as `TypedNode.temporary` says.
  case leaveArena
  /// a: pointer, slice or text that is freed.
  case delete

  /// No part of the code: the nodes from a on up to this one belong to a function inside this one.
  case nestedFunction
}

/// The operators of `binary` and `compoundAssign`.
public enum BinaryOperator: UInt8, Sendable, BitwiseCopyable {
  // The derived comparison isn't inlined across modules; the raw value is the case's place.
  @inlinable @inline(__always)
  public static func == (a: BinaryOperator, b: BinaryOperator) -> Bool {
    unsafeBitCast(a, to: UInt8.self) == unsafeBitCast(b, to: UInt8.self)
  }

  case add, subtract, multiply, divide, remainder
  case and, or, xor, shiftLeft, shiftRight
  case equal, notEqual, less, lessEqual, greater, greaterEqual

  @inlinable public var isComparison: Bool { rawValue >= BinaryOperator.equal.rawValue }
  /// Whether it works on all numbers, floats included, and gives one.
  public var isArithmetic: Bool { rawValue <= BinaryOperator.divide.rawValue }
  public var isShift: Bool { self == .shiftLeft || self == .shiftRight }
  public var text: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .remainder: "%"
    case .and: "&"
    case .or: "|"
    case .xor: "^"
    case .shiftLeft: "<<"
    case .shiftRight: ">>"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessEqual: "<="
    case .greater: ">"
    case .greaterEqual: ">="
    }
  }
}

public struct TypedNode: Sendable, BitwiseCopyable {
  public var op: TypedOp
  public var flags: UInt8
  public var type: TypeId
  public var a: UInt32
  public var b: UInt32
  public var position: Position
  /// The flag of a value that nothing keeps beyond the statement that it is made in, where it is freed (found by
  /// `EscapeAnalysis`). The other bits are the depth of the scope that it is made in, as in `LocalInfo`, or 0 if that
  /// is too deep to be told.
  @inlinable public static var temporary: UInt8 { 0x80 }
  @inlinable public var isTemporary: Bool { flags & TypedNode.temporary != 0 }
  @inlinable @inline(__always)
  public init(_ op: TypedOp, _ type: TypeId, a: UInt32 = 0, b: UInt32 = 0, flags: UInt8 = 0, at position: Position) {
    self.op = op
    self.flags = flags
    self.type = type
    self.a = a
    self.b = b
    self.position = position
  }
}

public struct LocalInfo: Sendable, BitwiseCopyable {
  public var name: NameId
  public var type: TypeId
  public var position: Position
  /// Its address is taken, so it lives in memory: in the frame, or in a slot of its own.
  public var isAddressTaken = false
  public var isParameter = false
  /// It only carries a value from one part of a statement to another, and isn't used behind that.
  public var isPartOfStatement = false
  /// It holds the pointers to what a function literal captures.
  public var isEnvironment = false
  /// The error of a `catch`, and whether its text is freed at the end of the `catch`, as nothing keeps it beyond.
  public var isCaughtError = false
  public var isFreedAtEnd = false
  /// How deep in the function its scope lies, from 1 on.
  public var scopeDepth: UInt16 = 1
  /// Where its scope ends; known if its address is taken.
  public var end = Position.none
  /// If a pointer to it may be used after that, it has a slot of its own (`EscapeAnalysis`): this is the index in
  /// `TypedCode.sites` of where the slot is made, and behind it lies where it ends. Otherwise `UInt32.max`.
  public var slotSite = UInt32.max
  @inlinable public var hasOwnSlot: Bool { slotSite != UInt32.max }
  @inlinable public init(name: NameId, type: TypeId, position: Position) {
    self.name = name
    self.type = type
    self.position = position
  }
}

/// What happens at a site.
public enum SiteKind: UInt8, Sendable, BitwiseCopyable {
  case unknown
  /// Allocations: of an object, a slice's storage, text, a local that may outlive its scope.
  case object, slice, text, local
  /// Ends: `delete`, growth by `append`, an arena or a scope that is left.
  case delete, growth, end
}

/// A place that allocates or frees memory.
public struct SiteInfo: Sendable, BitwiseCopyable {
  public var kind: SiteKind
  /// What is allocated or freed, and for a local its name.
  public var type: TypeId
  public var name: NameId
  public var position: Position
  /// The node that does it, or `TypedId(UInt32.max)` for a local's. Sites are in the order of their nodes.
  public var node: TypedId
  public init(_ kind: SiteKind, _ type: TypeId, name: NameId = .none, at position: Position, node: TypedId) {
    self.kind = kind
    self.type = type
    self.name = name
    self.position = position
    self.node = node
  }
}

/// What a function refers to.
public struct Reference: Hashable, Sendable, BitwiseCopyable {
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    case function, global
    /// Values of the type are printed, or compared by content: the functions for it are derived by the lowering.
    case writes, compares, hashes
    /// Pointers to a type become values of an interface: a list of both types.
    case conforms
    /// A function becomes a function value; function values of a type are called.
    case tabled, callsValue
    /// Values of the type leave an arena.
    case leaves
    /// A `RuntimeFunction` by its raw value.
    case runtime
  }
  public var kind: Kind
  /// A function, global or type id.
  public var index: UInt32
}

/// The typed code of a chunk of functions.
public final class TypedCode: @unchecked Sendable {
  // A large program has a thousand chunks, which are made before they are filled.
  public var nodes = Store<TypedNode>()
  public var extra = Store<UInt32>()
  public var locals = Store<LocalInfo>()
  public var references = Store<Reference>()
  /// Where the chunk's functions allocate and free memory.
  public internal(set) var sites = Store<SiteInfo>()
  /// The chunk's text constants.
  public internal(set) var strings = Interner(room: 32)

  @inlinable public init() { nodes.append(TypedNode(.error, .error, at: .none)) }

  /// Exchanges everything with another chunk.
  func exchange(with other: TypedCode) {
    swap(&nodes, &other.nodes)
    swap(&extra, &other.extra)
    swap(&locals, &other.locals)
    swap(&references, &other.references)
    swap(&sites, &other.sites)
    swap(&strings, &other.strings)
  }

  /// Forgets everything.
  func removeAll() {
    nodes.truncate(to: 1)
    extra.removeAll()
    locals.removeAll()
    references.removeAll()
    sites.removeAll()
    strings = Interner(room: 32)
  }

  @inlinable @inline(__always) public subscript(id: TypedId) -> TypedNode { nodes[id.index] }
  @inlinable @inline(__always) public func child(_ index: UInt32) -> TypedId { TypedId(extra[index]) }
}
