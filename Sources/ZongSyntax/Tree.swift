// The syntax tree: 16-byte nodes in one array, children before parents, and a second array for lists. A tree
// holds one part of a file (see `TokenStore.cuts`). With the tokens, which keep every gap, it is lossless.
//
// What other modules use in hot loops is public: `package` declarations are not inlined across modules.

import ZongStores

/// The index of a node in its tree. 0 is never a child, so 0 serves as "none".
public struct NodeId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  @inlinable public static var none: NodeId { NodeId(0) }
  @inlinable @inline(__always) public var exists: Bool { index != 0 }
}

/// A node. What `token`, `a` and `b` hold is said at each kind; "list" means that `a` is the index of the first
/// of `b` consecutive node ids in `Tree.extra`, and "extra" that `b` (or `a`) is an index into `Tree.extra`
/// where the named words lie one after the other. A missing node, token or name is 0.
public struct Node: Sendable, BitwiseCopyable {
  public var kind: NodeKind
  public var flags: NodeFlags
  public var token: TokenId
  public var a: UInt32
  public var b: UInt32
  @inlinable @inline(__always)
  public init(_ kind: NodeKind, _ token: TokenId, _ a: UInt32 = 0, _ b: UInt32 = 0, flags: NodeFlags = []) {
    self.kind = kind
    self.flags = flags
    self.token = token
    self.a = a
    self.b = b
  }
}

public struct NodeFlags: OptionSet, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A parameter or field declared `_ name`: given by position only.
  @inlinable public static var positional: NodeFlags { NodeFlags(rawValue: 1) }
  @inlinable public static var exported: NodeFlags { NodeFlags(rawValue: 2) }
  @inlinable public static var imported: NodeFlags { NodeFlags(rawValue: 4) }
  @inlinable public static var isStatic: NodeFlags { NodeFlags(rawValue: 8) }
  /// A range with `..=`.
  @inlinable public static var inclusive: NodeFlags { NodeFlags(rawValue: 16) }
  /// `for item& in items`.
  @inlinable public static var byPointer: NodeFlags { NodeFlags(rawValue: 32) }
  /// A statement that ended with `;`.
  @inlinable public static var semicolon: NodeFlags { NodeFlags(rawValue: 64) }
  /// The node, or something in it, could not be parsed; the parser has reported it and later stages keep quiet.
  @inlinable public static var damaged: NodeFlags { NodeFlags(rawValue: 128) }
}

public enum NodeKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// What stands where the parser found nothing usable. Reported already. a, b: what was read on the way, or 0.
  case error
  /// The part's items, in order: list. Declarations, and statements in a script.
  case root

  // Declarations. `token` is the declared name unless said otherwise.
  /// extra(a): typeParameters start, count, parameters start, count, result type, body (block, or 0 in
  /// `extern` and interfaces), import-name token. b: the `func` token. Flags: exported, imported, isStatic.
  case function
  /// a: type or 0 (function literals), b: default value or 0. Flags: positional.
  case parameter
  /// extra(a): typeParameters start, count, fields start, count, members start, count. b: the `struct` token.
  case structure
  /// a: type, b: default value or 0. Flags: positional.
  case field
  /// extra(a): typeParameters start, count, cases start, count, members start, count. b: the `enum` token.
  case enumeration
  /// The case's fields: list.
  case enumCase
  /// extra(a): typeParameters start, count, methods start, count. b: the `interface` token.
  case interface
  /// Constraint types: list.
  case typeParameter
  /// `var name: T = value`. a: type or 0, b: value or 0.
  case variable
  /// `const name: T = value`. a: type or 0, b: value.
  case constant
  /// token: the module's string. Functions: list.
  case externBlock
  /// token: the module name or path string; a: token of the alias or 0.
  case importDeclaration
  /// token: the string; a: block.
  case test

  // Statements. `token` is the keyword unless said otherwise.
  /// token: `{`. Statements: list. b of the parent tells nothing more; the closing brace follows the last one.
  case block
  /// a: expression. token: its first token.
  case expressionStatement
  /// token: the operator (`=` or compound). a: target, b: value.
  case assignment
  /// `_` as the target of an assignment.
  case discard
  /// a: condition (an expression or `bindingCondition`), extra(b): then block, else (block, if, or 0).
  case ifElse
  /// `var pattern = value` in a condition. a: pattern, b: value.
  case bindingCondition
  /// a: label token, b: block.
  case loop
  /// a: condition, extra(b): label token, block.
  case whileLoop
  /// a: what is iterated, extra(b): label token, index-name token, item-name token, block. Flags: byPointer.
  case forLoop
  /// a: label token.
  case breakStatement, continueStatement
  /// a: value or 0.
  case returnStatement
  /// a: statement.
  case deferStatement
  /// a: expression.
  case failStatement, deleteStatement, spawnStatement
  /// a: block.
  case arena, group
  /// a: subject, extra(b): arms start, count.
  case match
  /// token: `=>`. a: pattern, b: expression, or a statement (an `expressionStatement` never).
  case matchArm

  // Patterns.
  /// Alternatives: list.
  case alternativesPattern
  /// a: literal expression (with sign).
  case literalPattern
  /// a, b: the ends. Flags: inclusive.
  case rangePattern
  /// token: the case's name. Patterns of its fields: list.
  case casePattern
  /// A bare name at the outside: a case or a constant.
  case namePattern
  /// A name inside a case's parentheses, or after `var`: binds.
  case bindingPattern
  /// `_`.
  case wildcardPattern

  // Expressions. `token` is the operator or the first token unless said otherwise.
  case integerLiteral, floatLiteral, characterLiteral, stringLiteral, trueLiteral, falseLiteral, nullLiteral
  /// Pieces: list of `stringPiece` and `interpolation`, a piece first, then by turns.
  case interpolatedString
  /// token: stringHead, stringMiddle or stringTail.
  case stringPiece
  /// a: expression, extra(b): format arguments start, count.
  case interpolation
  /// A lower-case name. Type arguments (`largest<I64>`): list.
  case name
  /// token: `(`. a: callee (an expression or a type), extra(b): arguments start, count.
  case call
  /// A named argument. token: its name. a: expression.
  case argument
  /// token: the member's name. a: object (an expression or a type), b: 0, or extra(b): type arguments start, count.
  case member
  /// token: `[`. a: object, b: index, or a `range` for a slice.
  case index
  /// a: expression.
  case dereference, addressOf, propagate, insist
  /// token: `-`, `!` or `~`. a: operand.
  case unary
  /// token: the operator, `&&`, `||` and `??` included. a, b: operands.
  case binary
  /// a, b: the ends. Flags: inclusive.
  case range
  /// `[1, 2, 3]`. Elements: list.
  case listLiteral
  /// `( a )`.
  case parenthesized
  /// token: `catch`. a: expression, extra(b): name token, block.
  case catchExpression
  /// token: `func`. extra(a): parameters start, count, result type, body (block, or an expression after `=>`).
  case functionLiteral
  /// token: `new`. a: call, b: the `near:` expression or 0.
  case new

  // Types.
  /// token: the name. Type arguments: list. a module's type: see `typeMember`.
  case typeName
  /// `shapes.Circle`. token: the type's name, a: the module-name token, extra(b): type arguments start, count.
  case typeMember
  /// a: what it is made from. (`fallibleType` alone, `!`: a is 0.)
  case pointerType, sliceType, optionalType, fallibleType
  /// a: element, b: length expression.
  case arrayType
  /// extra(a): parameter types start, count, result type.
  case functionType

  /// The raw value, which counts the cases from 0 and so is their representation. The synthesized `rawValue` and
  /// `==` are not inlined into other modules.
  @inlinable @inline(__always) public var ordinal: UInt8 { unsafeBitCast(self, to: UInt8.self) }
  @inlinable @inline(__always)
  public static func == (a: NodeKind, b: NodeKind) -> Bool { a.ordinal == b.ordinal }

  /// A declaration of a function or a type.
  @inlinable @inline(__always) public var isDeclaration: Bool {
    self == .function || self == .structure || self == .enumeration || self == .interface
  }
}

/// How much a part declares, wherever it stands. Function literals count as well, so it may be less.
package struct DeclarationCounts: Sendable {
  package var functions = 0
  package var structures = 0
  /// Parameters and fields, and how many of them have a default value.
  package var members = 0
  package var defaults = 0

  package init() {}

  package static func += (sum: inout DeclarationCounts, other: DeclarationCounts) {
    sum.functions += other.functions
    sum.structures += other.structures
    sum.members += other.members
    sum.defaults += other.defaults
  }
}

/// The tree of one part of a file.
public final class Tree: @unchecked Sendable {
  public let tokens: TokenStore
  public var nodes = Store<Node>(capacity: 0)
  public var extra = Store<UInt32>(capacity: 0)
  /// The functions, structs, enums and interfaces, wherever they stand, in order.
  public var declarations = Store<UInt32>(capacity: 0)
  package private(set) var counts = DeclarationCounts()
  /// The part's `root`. Set when the part has been parsed.
  public var root = NodeId.none

  public init(tokens: TokenStore) {
    self.tokens = tokens
    nodes.append(Node(.error, .none))
  }

  /// Gives back the memory of a tree that nobody reads any more.
  package func drop() {
    nodes = Store(capacity: 0)
    extra = Store(capacity: 0)
  }

  /// Takes over what the parser has made.
  func take(
    nodes: consuming Store<Node>, extra: consuming Store<UInt32>, declarations: consuming Store<UInt32>,
    counts: DeclarationCounts, root: NodeId
  ) {
    self.nodes = nodes
    self.extra = extra
    self.declarations = declarations
    self.counts = counts
    self.root = root
  }

  @inlinable @inline(__always) public subscript(id: NodeId) -> Node { nodes[id.index] }
  @inlinable @inline(__always) public func kind(_ id: NodeId) -> NodeKind { nodes[id.index].kind }
  @inlinable @inline(__always) public func word(_ index: UInt32) -> UInt32 { extra[index] }
  @inlinable @inline(__always) public func child(_ index: UInt32) -> NodeId { NodeId(extra[index]) }

  /// The ids of a list.
  @inlinable @inline(__always)
  public func list(_ start: UInt32, _ count: UInt32) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(rebasing: extra.elements[Int(start)..<Int(start + count)])
  }
  /// The list of a node that is a list by itself.
  @inlinable @inline(__always)
  public func list(of node: Node) -> UnsafeBufferPointer<UInt32> { list(node.a, node.b) }
  /// The list whose start and count lie at `index` in `extra`.
  @inlinable @inline(__always)
  public func list(at index: UInt32) -> UnsafeBufferPointer<UInt32> { list(extra[index], extra[index + 1]) }
}
