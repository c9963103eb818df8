// Lowers one function at a time from typed code to IR. One instance serves a thread; its stores are reused. The rest
// is in FunctionLowering+*.swift, by subject.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

/// Where a local variable lives.
enum LocalStorage {
  /// Consecutive IR variables.
  case variables(UInt32)
  case slot(SlotId)
  /// The IR variable that holds the value's address: a parameter that the caller put in memory.
  case pointer(VariableId)
  /// The IR variable that holds a pointer to the local's own slot; 0 while its scope isn't open.
  case ownSlot(VariableId)
}

/// The blocks of a loop that is being lowered.
struct LoopTargets {
  var breakBlock: BlockId
  var continueBlock: BlockId
  /// How many of `FunctionLowering.exitScopes` were open around it.
  var scopesAround: Int
  var breaks = false
  var continues = false
}

final class FunctionLowering {
  let plan: ProgramPlan
  let program: TypedProgram
  let declarations: Declarations
  let types: TypeStore
  let function = Function()
  var builder: Builder
  var leafTable: LeafTable

  // The function being lowered. The program keeps its code alive.
  var code: CodeView
  var codeIndex = 0
  var info = FunctionInfo(kind: .declared, name: .none, part: PartId(0), node: .none)
  var storage: [LocalStorage] = []
  /// By loop number.
  var loops: [LoopTargets] = []
  /// The blocks around what is being lowered that have something to do when they are left.
  var exitScopes: [ExitScope] = []
  /// The innermost open block's among them, if it has one.
  var openExitScope: Int?
  /// For each arena around what is being lowered, the innermost last, the variable with the arena around it.
  var openArenas: [VariableId] = []
  /// The variable with the address that a result in memory goes to.
  var resultAddress: VariableId?
  /// The first variable that keeps the result while blocks are being left.
  var keptResult: UInt32?
  /// Counts calls, so that a place knows whether anything may have changed since.
  var callCount = 0
  /// Values that places were prepared with, in order.
  var prepared: [ValueId] = []
  /// Arguments of the calls that are being put together, the innermost last.
  var pending = Store<ValueId>(capacity: 64)
  /// Frame slots of temporaries, and whether each is free. A slot serves one type, so that the address of one value, such
  /// as of text that is being made, doesn't keep others in memory.
  /// Those below `temporaryFloor` belong to the expression that the statement being lowered is a part of.
  var temporaries: [(slot: SlotId, type: TypeId, isFree: Bool)] = []
  var temporaryFloor = 0
  /// The variables with what the statements being lowered have made and free at their ends, the innermost statement's
  /// last, and those that are free to be used again.
  var droppable: [VariableId] = []
  var spareDroppable: [VariableId] = []
  /// The exit scope of the block that the statement being lowered lies in, within branches that give it a value.
  var statementScope: Int?
  /// How many ways out of blocks have been taken.
  var waysTaken = 0
  /// Values may be made again before the statement's end: in the condition of a loop.
  var isInLoopCondition = false
  /// Locals with slots of their own that a pattern binds, and where their values wait until all of it has matched.
  var waiting: [(local: LocalId, place: Place)] = []

  init(_ plan: ProgramPlan) {
    self.plan = plan
    program = plan.program
    declarations = plan.program.declarations
    types = plan.program.types
    builder = Builder(function)
    leafTable = LeafTable(plan.program)
    code = CodeView(plan.program.codes[0])
  }

  /// Lowers `item` into `function`, but for its name.
  func lower(_ item: LoweredFunction, id: ZongIR.FunctionId) {
    function.reset()
    builder = Builder(function)
    function.id = id
    storage.removeAll(keepingCapacity: true)
    loops.removeAll(keepingCapacity: true)
    temporaries.removeAll(keepingCapacity: true)
    temporaryFloor = 0
    prepared.removeAll(keepingCapacity: true)
    exitScopes.removeAll(keepingCapacity: true)
    openArenas.removeAll(keepingCapacity: true)
    openExitScope = nil
    droppable.removeAll(keepingCapacity: true)
    spareDroppable.removeAll(keepingCapacity: true)
    statementScope = nil
    isInLoopCondition = false
    resultAddress = nil
    keptResult = nil
    callCount = 0
    switch item {
    case .declared(let id): lowerDeclared(id)
    case .derived(let derived): lowerDerived(derived)
    case .entry: lowerEntry()
    case .test(let id): lowerTestEntry(id)
    }
  }

  // MARK: Functions

  private func lowerDeclared(_ id: ZongSema.FunctionId) {
    info = declarations.functions[id.index]
    codeIndex = Int(info.code)
    code = CodeView(program.codes[codeIndex])
    builder.begin(builder.block())
    let results = leafTable.passed(info.result)
    if needsResultAddress(info.result) {
      let value = builder.parameter(.i32)
      let variable = builder.variable(.i32)
      resultAddress = variable
      bindParameters()
      builder.set(variable, value)
    } else {
      for index in 0..<results.count { function.results.append(results.type(index)) }
      bindParameters()
    }
    statement(info.body)
    // The parameters' scope.
    if openExitScope != nil { closeExitScope() }
    finishBody()
  }

  /// What ends a body whose end can be reached.
  private func finishBody() {
    guard builder.isOpen else { return }
    if info.result == .void || info.kind == .script {
      builder.returnValues(.empty)
    } else if types[info.result].kind == .fallible && types[info.result].element == .void {
      leaveFunction(with: zero(info.result), at: .none)
    } else {
      builder.unreachable()
    }
  }

  /// Takes the IR parameters of all Zong parameters, then gives every local its place.
  private func bindParameters() {
    let mark = pending.count
    for index in 0..<info.parameterCount {
      let type = declarations.parameters[info.firstParameter + index].type
      if leafTable.goesByAddress(type) { pending.append(builder.parameter(.i32)) }
      let parts = leafTable.passed(type)
      for part in 0..<parts.count { pending.append(builder.parameter(parts.type(part))) }
    }
    var next = mark
    for index in 0..<Int(info.localCount) {
      let local = code.locals[Int(info.firstLocal) + index]
      let leaves = leafTable.leaves(of: local.type)
      storage.append(place(for: local, leaves))
      if local.isParameter { receive(local, index, leaves, &next) }
    }
    pending.truncate(to: mark)
  }

  private func place(for local: LocalInfo, _ leaves: Leaves) -> LocalStorage {
    if local.hasOwnSlot { return .ownSlot(builder.variable(.i64)) }
    let hasRoom = function.variables.count + leaves.count <= EngineLimits.variables
    if leaves.count > 0 && !local.isAddressTaken && hasRoom {
      let first = UInt32(function.variables.count)
      for index in 0..<leaves.count { _ = builder.variable(leaves.type(index)) }
      return .variables(first)
    }
    if local.isParameter && leafTable.passed(local.type).count == 0 { return .pointer(builder.variable(.i32)) }
    let info = types[local.type]
    return .slot(builder.slot(size: max(info.size, 1), alignment: max(info.alignment, 1)))
  }

  /// Puts a parameter, whose IR parameters lie in `pending` from `next` on, into its place.
  private func receive(_ local: LocalInfo, _ index: Int, _ leaves: Leaves, _ next: inout Int) {
    if case .variables(let first) = storage[index] {
      for leaf in 0..<leaves.count {
        builder.set(VariableId(first + UInt32(leaf)), pending[next])
        next += 1
      }
      return
    }
    let id = LocalId(UInt32(index))
    let parts = leafTable.passed(local.type)
    if parts.count == 0 {
      beginScope(of: id)
      if types[local.type].size == 0 { return }
      if case .pointer(let variable) = storage[index] {
        builder.set(variable, pending[next])
      } else {
        store(Value(memory: pending[next]), local.type, to: localPlace(id))
      }
      next += 1
      return
    }
    var value = Value()
    for _ in 0..<parts.count {
      value.append(pending[next])
      next += 1
    }
    beginScope(of: id)
    guard case .memory(let address, let offset, _, _) = localPlace(id) else { return }
    store(value, parts, address, offset)
  }

  // MARK: Storage

  func localPlace(_ id: LocalId) -> Place {
    switch storage[Int(id.index)] {
    case .variables(let first): .variables(first)
    case .slot(let slot): .memory(frameAddress(slot), 0, isWhole: true)
    case .pointer(let variable): .memory(builder.get(variable), 0, isWhole: true)
    case .ownSlot(let variable): ownSlot(variable)
    }
  }

  /// A local's own slot is live wherever the local can be named; pointers to it have its key.
  private func ownSlot(_ variable: VariableId) -> Place {
    let pointer = builder.get(variable)
    return .memory(address(pointer), 0, owner: pointer, isWhole: true)
  }

  func frameAddress(_ slot: SlotId) -> ValueId { builder.emit(.frameAddress, .i32, a: slot.index) }

  /// A frame slot for a value that lives until the end of the statement.
  func temporary(_ type: TypeId) -> ValueId {
    for index in temporaries.indices where temporaries[index].isFree && temporaries[index].type == type {
      temporaries[index].isFree = false
      return frameAddress(temporaries[index].slot)
    }
    let info = types[type]
    let slot = builder.slot(size: max(info.size, 1), alignment: max(info.alignment, 1))
    temporaries.append((slot, type, false))
    return frameAddress(slot)
  }

  /// The frame slot of the temporary at an address isn't used for another one.
  func keepTemporary(at address: ValueId) {
    let slot = function[address].a
    for index in temporaries.indices where temporaries[index].slot.index == slot { temporaries[index].type = .void }
  }

  /// Loads the value at a place; a value in memory stays where it is.
  func load(_ type: TypeId, from place: Place) -> Value {
    let leaves = leafTable.leaves(of: type)
    switch place {
    case .variables(let first):
      var value = Value()
      for index in 0..<leaves.count { value.append(builder.get(VariableId(first + UInt32(index)))) }
      return value
    case .memory(let address, let offset, _, let isWhole):
      if leaves.count == 0 { return Value(memory: address, offset: offset) }
      return load(leaves, address, offset, isWhole ? .ofWhole : [])
    }
  }

  func store(_ value: Value, _ type: TypeId, to place: Place) {
    let leaves = leafTable.leaves(of: type)
    switch place {
    case .variables(let first):
      for index in 0..<leaves.count { builder.set(VariableId(first + UInt32(index)), value[index]) }
    case .memory(let address, let offset, _, _):
      if leaves.count == 0 {
        copy(value, types[type].size, to: address, offset)
        return
      }
      store(value, leaves, address, offset)
    }
  }

  /// Copies a value in memory.
  private func copy(_ value: Value, _ size: UInt32, to address: ValueId, _ offset: UInt32) {
    if size == 0 || value.address == .none { return }
    let target = plus(address, offset)
    let source = plus(value.address, value.offset)
    let count = builder.i32(Int32(bitPattern: size))
    builder.emit(.memoryCopy, a: target.index, b: source.index, c: count.index)
  }

  /// address + offset.
  func plus(_ address: ValueId, _ offset: UInt32) -> ValueId {
    offset == 0 ? address : builder.binary(.add, .i32, address, builder.i32(Int32(bitPattern: offset)))
  }

  /// The address of a value: where it is, or of a temporary copy.
  func addressOf(_ value: Value, _ type: TypeId) -> ValueId {
    if leafTable.leaves(of: type).count == 0 { return plus(value.address, value.offset) }
    let address = temporary(type)
    store(value, type, to: .memory(address, 0))
    return address
  }

  // MARK: Small pieces of IR

  /// A pointer with the key 0, to memory that is never heap.
  func pointer(_ address: ValueId) -> ValueId { builder.unary(.extendU, .i64, address) }
  /// A pointer to an address in the allocation that `owner` leads into.
  func pointer(_ address: ValueId, owner: ValueId) -> ValueId {
    if owner == .none { return pointer(address) }
    let key = builder.binary(.and, .i64, owner, builder.i64(-0x1_0000_0000))
    return builder.binary(.or, .i64, key, pointer(address))
  }

  /// A pointer to an element of `size` bytes or to a part of what `owner` leads to, which may have ended. What is made so is
  /// checked by the tag at its own address or of a field in it, which a block has only on demand (Library/std/core/blocks.zong).
  func inner(_ pointer: ValueId, owner: ValueId, size: UInt32) -> ValueId {
    let function = program.runtime(.inner)
    if owner == .none || function == .none || !plan.checksMemory { return pointer }
    let last = builder.i32(Int32(bitPattern: max(size, 1) - 1))
    return call(plan.irId(function), [pointer, owner, last], .i64, effects: .sameValue)
  }

  /// Stops the program unless the memory that the pointer leads to is still what the pointer was made for.
  func checkKey(_ pointer: ValueId) { if plan.checksMemory { builder.emit(.checkKey, a: pointer.index) } }

  /// The address in a pointer.
  func address(_ pointer: ValueId) -> ValueId { builder.unary(.wrap, .i32, pointer) }

  func call(_ callee: ZongIR.FunctionId, _ arguments: [ValueId], _ result: Type = .none, effects: Effects = .mayFree)
    -> ValueId
  {
    callCount += 1
    let list = arguments.withUnsafeBufferPointer { builder.list($0) }
    return builder.call(callee, list, type: result, effects: effects)
  }

  /// The number of the site at a node of this chunk, as a constant.
  func site(_ node: TypedId) -> ValueId {
    builder.i32(Int32(bitPattern: plan.sites.number(codeIndex, code.siteIndex(of: node))))
  }

  func callRuntime(_ runtime: RuntimeFunction, _ arguments: [ValueId], _ result: Type = .none) -> ValueId {
    call(plan.irId(program.runtime(runtime)), arguments, result)
  }

  /// The address of a text constant of this chunk.
  func textAddress(_ constant: UInt32) -> UInt32 { plan.textAddresses[codeIndex][Int(constant)] }
  func textLength(_ constant: UInt32) -> Int { code.strings.bytes(of: NameId(constant)).count }
}
