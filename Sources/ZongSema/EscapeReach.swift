// What the escape analysis knows of a value: how far out it may flow. Packed into a word, so that joining what two
// uses of a value say is a few instructions.

/// How far a value flows: the outermost scope in which something keeps it, and whether it leaves the function.
///
/// Scopes are compared by their depth alone. That is enough: a value flows between variables that are both visible at
/// one place, so their scopes lie within each other; and the first variable that a value meets outside of a scope is
/// one of a scope around it.
///
/// A value that leaves a block as the block's value lies between the scopes: the block's own variables aren't there any more
/// where it is used, but no variable around the block has it, and its statement hasn't ended.
struct Reach: Equatable, Sendable, BitwiseCopyable {
  /// Lower half: 65535 - twice the depth of the outermost scope, and 1 less where it is only passed out there; 0 if nothing
  /// keeps it. Upper half: the ways out.
  private(set) var word: UInt32

  private init(word: UInt32) { self.word = word }

  /// Nothing keeps the value.
  static let nowhere = Reach(word: 0)
  /// Stored where anything may find it: through a pointer, in a slice's storage, in a global.
  static let world = Reach(word: 65535 | worldBit)
  /// Returned; and what a returned value leads to.
  static let result = Reach(word: 65535 | resultBit)
  static let resultContent = Reach(word: 65535 | contentBit)

  /// Kept by a variable of a scope of this depth (1 is the outermost).
  init(depth: UInt16) { word = Reach.height(depth) }

  /// The value of a block that lies in a scope of this depth.
  init(passedTo depth: UInt16) { word = Reach.height(depth) - 1 }

  /// Deeper scopes count as one.
  private static func height(_ depth: UInt16) -> UInt32 { UInt32(UInt16.max) - 2 * UInt32(min(depth, 32767)) }

  private static let worldBit: UInt32 = 1 << 16
  private static let resultBit: UInt32 = 1 << 17
  private static let contentBit: UInt32 = 1 << 18

  /// What both say.
  @inline(__always)
  mutating func join(_ other: Reach) {
    let height = max(word & 0xFFFF, other.word & 0xFFFF)
    word = (word | other.word) & ~0xFFFF | height
  }

  @inline(__always) var isNowhere: Bool { word == 0 }
  /// The value may be found after the end of a scope of this depth.
  func outlives(_ depth: UInt16) -> Bool { word & 0xFFFF > Reach.height(depth) }
  /// The value may be found after the end of a statement that lies in a scope of this depth.
  func outlives(statementIn depth: UInt16) -> Bool { word & 0xFFFF >= Reach.height(depth) }

  var isInWorld: Bool { word & Reach.worldBit != 0 }
  var isInResult: Bool { word & Reach.resultBit != 0 }
  var isInResultContent: Bool { word & Reach.contentBit != 0 }
}

/// How far a value flows, and how far what it leads to does: all that can be loaded through the pointers in it, at
/// whatever distance.
struct Flow: Equatable, Sendable, BitwiseCopyable {
  var value = Reach.nowhere
  var content = Reach.nowhere

  static let nowhere = Flow()
  static let world = Flow(value: .world, content: .world)
  static let result = Flow(value: .result, content: .resultContent)

  /// What is put into an object that a value with this flow points to.
  var stored: Flow { Flow(value: content, content: content) }
  /// A value from which one with this flow has been loaded.
  var loaded: Flow {
    var either = value
    either.join(content)
    return Flow(value: .nowhere, content: either)
  }

  @inline(__always)
  mutating func join(_ other: Flow) {
    value.join(other.value)
    content.join(other.content)
  }
}

/// What becomes of an argument: the part of a parameter's flow that callers see.
struct ParameterFlow: Equatable, Sendable, BitwiseCopyable {
  /// Value in the world, in the result, in the result's content; then the same for its content.
  private var bits: UInt8

  static let nowhere = ParameterFlow(bits: 0)
  static let everywhere = ParameterFlow(bits: 0x3F)

  private init(bits: UInt8) { self.bits = bits }

  init(_ flow: Flow) { bits = ParameterFlow.bits(flow.value) | ParameterFlow.bits(flow.content) << 3 }

  func joined(_ other: ParameterFlow) -> ParameterFlow { ParameterFlow(bits: bits | other.bits) }

  private static func bits(_ reach: Reach) -> UInt8 {
    (reach.isInWorld ? 1 : 0) | (reach.isInResult ? 2 : 0) | (reach.isInResultContent ? 4 : 0)
  }

  /// The flow of an argument, if the call's result flows as `result` does.
  func argument(result: Flow) -> Flow {
    Flow(value: ParameterFlow.reach(bits, result), content: ParameterFlow.reach(bits >> 3, result))
  }

  private static func reach(_ bits: UInt8, _ result: Flow) -> Reach {
    var reach = bits & 1 != 0 ? Reach.world : .nowhere
    if bits & 2 != 0 { reach.join(result.value) }
    if bits & 4 != 0 { reach.join(result.content) }
    return reach
  }
}
