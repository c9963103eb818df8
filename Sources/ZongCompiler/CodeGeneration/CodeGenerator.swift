// From a function in IR to a function body in WebAssembly. Four steps, each over flat arrays that are reused from
// function to function, each linear in the function's size and without recursion:
//
//   1. `analyse`    uses of values, order of effects, dominators, loops               (FunctionAnalysis.swift)
//   2. `structure`  which edges fall through, which become branches                   (ControlStructure.swift)
//   3. `place`      which values stay on the operand stack, which get a local         (Placement.swift)
//   4. `emit`       bytes                                                             (Emission.swift)
//
// A generator is owned by one thread; all share the `CodeContext`.

import ZongIR
import ZongStores
import ZongWasm

/// No block, no value.
let noIndex = UInt32.max

/// What is known of a value. Values are numbered as in the function.
struct ValueState: BitwiseCopyable {
  /// Uses that placement has not met yet.
  var uses: UInt32 = 0
  /// How many instructions that it must not pass come before it: see `FunctionAnalysis`.
  var stamp: UInt32 = 0
  /// The local that holds it plus one, or 0. During analysis: its entry in `crossValues` plus one.
  var local: UInt32 = 0
  /// The place of its block in the order, times two, plus one if the value has been placed. `noIndex` for a value of
  /// an ordered block.
  var blockAndPlaced = noIndex
}

/// What is known of a block. Blocks are numbered by their place in the function's order.
struct BlockState: BitwiseCopyable {
  // Dominator tree: parent, depth, and a farther ancestor (Myers' skip list).
  var dominator = noIndex
  var depth: UInt32 = 0
  var ancestor: UInt32 = 0

  var forwardEdges: UInt32 = 0
  var firstPredecessor = noIndex
  /// If it heads a loop: the last block with an edge back to it.
  var loopEnd: UInt32 = 0
  var isLoop = false
  /// It is reached by `br`: several forward edges lead to it, or a switch's.
  var isMerge = false
  var isReached = false
  /// Its instructions stand in the order of the operand stack: see OrderedBlocks.swift.
  var isOrdered = false

  /// The block that control reaches at the end of this block's region without a branch.
  var fall = noIndex
  /// The block whose region it is part of, and the head of the innermost loop that this region lies in.
  var parent = noIndex
  var head = noIndex
  /// The merge blocks of its region, in order.
  var firstMerge = noIndex
  var lastMerge = noIndex
  var nextMerge = noIndex
  /// How many `br` name it, back edges not counted.
  var branches: UInt32 = 0
  /// Control can leave the region at its end.
  var regionFalls = false
  var form = BranchForm.other
  var nesting: UInt32 = 0

  // The label depths at which the region's `loop` and the `block` before it were opened.
  var loopLabel: UInt32 = 0
  var blockLabel: UInt32 = 0

  // Its run of items, and inside it the marks after which the arms' moves begin.
  var itemsStart: UInt32 = 0
  var itemsEnd: UInt32 = 0
  var firstArm: UInt32 = 0
  var secondArm: UInt32 = 0

  // Lists of values in `crossValues` whose life begins or ends here.
  var firstBorn = noIndex
  var firstDying = noIndex
  /// The innermost loop around it, by its head.
  var loop = noIndex
}

/// How a block's two-way branch is written.
enum BranchForm: UInt8 {
  /// Not a two-way branch.
  case other
  /// `br_if` to the first target, then the second arm.
  case branchIf
  /// `br_if` on the opposite to the second target, then the first arm.
  case branchUnless
  /// The first arm in an `if`, the second one after it.
  case ifThen
  /// The second arm in an `if` on the opposite, the first one after it.
  case unlessThen
  case ifElse
  /// An arm that goes back to the head of a loop, or stays in one that the other leaves, as the `else` of an empty `if`,
  /// and the other one after it. Engines put an `else` right behind the branch and what stands in an `if` farther away,
  /// and the loop's own way must be the nearer.
  case firstInLoop, secondInLoop

  var isInverted: Bool { self == .branchUnless || self == .unlessThen || self == .firstInLoop }
}

/// A value that lives in more than one block, as an interval of the order.
struct CrossValue: BitwiseCopyable {
  var value: UInt32
  var start: UInt32
  var last: UInt32
  var nextBorn = noIndex
  var nextDying = noIndex
}

/// A local before it has its index.
struct LocalState: BitwiseCopyable {
  var type: Type
  var uses: UInt32 = 0
  var index: UInt32 = 0
  /// The next one in its list of free locals.
  var nextFree = noIndex
}

/// A run of locals of one type in the declaration.
struct LocalGroup: BitwiseCopyable {
  var count: UInt32
  var type: Type
}

/// Makes the code of functions, one after the other.
package struct CodeGenerator: ~Copyable {
  let context: CodeContext
  let tables = OpcodeTables()

  // Step 1.
  var values = Store<ValueState>(capacity: 256)
  var blocks = Store<BlockState>()
  /// By block id: its place in the order.
  var placeOfBlock = Store<UInt32>()
  var crossValues = Store<CrossValue>()
  /// By variable: assignments before the current point.
  var assignments = Store<UInt32>()
  /// Instructions that write memory, and those that may also trap or stop, before the current point.
  var memoryEffects: UInt32 = 0
  var orderedEffects: UInt32 = 0
  /// By variable: its local.
  var variableLocals = Store<UInt32>()
  /// Assignments of a parameter to a variable that may share its local.
  var shareCandidates = Store<UInt32>()
  /// The values on the operand stack while a block is run to see whether it is in order.
  var operandStack = Store<UInt32>()
  /// In ordered blocks: by variable, how often it is read or assigned; and the assignments of parameters.
  var variableUses = Store<UInt32>()
  var parameterAssignments = Store<UInt32>()
  var usesOrderedValue = false

  // Step 3.
  var items = Store<UInt32>(capacity: 512)
  var work = Store<UInt32>()
  var locals = Store<LocalState>()
  var freeLocals = Store<UInt32>()
  var firstTemporary: UInt32 = 0
  var cursor: UInt32 = 0
  var bodyStart: UInt32 = 0
  var bodyEnd: UInt32 = 0
  var isInArm = false
  var resultLocals = Store<UInt32>()

  // Step 4.
  var body = ByteBuffer(capacity: 4096)
  var actions = Store<UInt32>()
  var labelDepth: UInt32 = 0
  var slotOffsets = Store<UInt32>()
  var frameSize: UInt32 = 0
  var framePointer: UInt32 = 0
  /// Whether the frame is made on the ways to stops only; then by block whether it is made there.
  var hasColdFrame = false
  var makesFrame = Store<Bool>()
  var coldFrames = Store<ColdFrame>()
  /// What was written last leaves the function, and nothing follows.
  var endsFunction = false
  var usedLocals = Store<UInt32>()
  var localGroups = Store<LocalGroup>()

  package init(_ context: CodeContext) { self.context = context }

  /// Appends the function's body, with its size before it, and its positions. The function must be valid IR.
  package mutating func generate(_ function: Function, into buffer: CodeBuffer) {
    analyse(function)
    structure(function)
    place(function)
    emit(function, into: buffer)
    buffer.functionCount += 1
  }
}
