// Frame slots whose address goes nowhere but to calls that don't keep it (CapturedParameters): what the function itself
// reads and writes there is kept in variables, which `promote` turns into values. In front of a call that is lent the
// slot, the variables are stored, and behind it they are loaded again. A slice that is appended to through its address
// stays in registers while it has room.
//
// Nobody else can tell: no other address leads to the slot, a stop doesn't show it, and the sweep, which looks for
// pointers in frames, looks for them in registers as well. It is done where the function does more with a piece of the
// slot, by the depths of loops, than it is lent.

import ZongStores

/// A part of a lent slot that the function reads and writes as a whole.
struct LentPiece: BitwiseCopyable {
  var slot: UInt32
  var offset: UInt32
  var type: Type
  var effects: Effects
  /// Not to be kept in a variable: it is also used in other ways.
  var isBroken = false
  /// How often it is used, about.
  var uses: UInt64 = 0
  var variable: UInt32 = 0
  var width: UInt32 { Access.full.width(of: type) }
}

/// Slots into variables between calls.
package struct LentSlots: ~Copyable {
  private var flow = ControlFlow()
  private var rebuilder = Rebuilder()
  private var addresses = SlotAddresses()
  private var pieces = Store<LentPiece>()
  private var piecesOfSlot = LinkedLists()
  private var pieceCounts = Store<UInt32>()
  /// By slot: whether its address goes where it can't be followed, and how often it is lent, about.
  private var isBlocked = Store<Bool>()
  private var isLent = Store<Bool>()
  private var loans = Store<UInt64>()
  /// The slots that an instruction is lent.
  private var borrowed = Store<UInt32>()
  /// What calls keep; without it nothing is known.
  var captured: CapturedParameters?
  /// Whether frames are filled when their functions begin.
  var fillsFrames = false

  package init() {}

  private static let pieceLimit: UInt32 = 32
  private static let variableLimit = 30_000

  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    guard let captured, !function.slots.isEmpty, function.variables.count < LentSlots.variableLimit else {
      return false
    }
    begin(function)
    findBlocked(function, captured)
    guard isAnyLent() else { return false }
    flow.compute(function)
    findPieces(function)
    guard choose(&counter) else { return false }
    rebuild(function)
    return true
  }

  // MARK: Slots

  private mutating func begin(_ function: Function) {
    addresses.begin(function)
    isBlocked.refill(with: false, count: function.slots.count)
    isLent.refill(with: false, count: function.slots.count)
    loans.refill(with: 0, count: function.slots.count)
    pieceCounts.refill(with: 0, count: function.slots.count)
    piecesOfSlot.refill(heads: function.slots.count)
    pieces.removeAll()
  }

  private func isAnyLent() -> Bool {
    for slot in 0..<isLent.count where isLent[slot] && !isBlocked[slot] { return true }
    return false
  }

  private mutating func findBlocked(_ function: Function, _ captured: CapturedParameters) {
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end { look(index, function.instructions[index], function, captured) }
    }
  }

  private mutating func look(
    _ index: UInt32, _ instruction: Instruction, _ function: Function, _ captured: CapturedParameters
  ) {
    if addresses.follow(index, instruction, function) { return }
    switch instruction.opcode {
    case .load: return
    case .store: block(instruction.b)
    case .memoryCopy, .memoryFill:
      block(instruction.c)
      if instruction.opcode == .memoryFill { block(instruction.b) }
      findBorrowed(instruction, function)
      for item in 0..<borrowed.count { isLent[borrowed[item]] = true }
    case .call:
      for (place, argument) in function.list(instruction.b).enumerated() where addresses.slots[argument] != 0 {
        isLent[addresses.slots[argument] - 1] = true
        if captured.isCaptured(place, of: instruction.a) { block(argument) }
      }
    default: function.forEachUse(of: instruction) { block($0) }
    }
  }

  /// The address goes where it can't be followed.
  @inline(__always)
  private mutating func block(_ value: UInt32) {
    if addresses.slots[value] != 0 { isBlocked[addresses.slots[value] - 1] = true }
  }

  /// Puts the slots that the instruction is lent, each once, into `borrowed`.
  private mutating func findBorrowed(_ instruction: Instruction, _ function: Function) {
    borrowed.removeAll()
    switch instruction.opcode {
    case .call: for argument in function.list(instruction.b) { borrow(argument) }
    case .memoryCopy:
      borrow(instruction.a)
      borrow(instruction.b)
    case .memoryFill: borrow(instruction.a)
    default: return
    }
  }

  private mutating func borrow(_ value: UInt32) {
    guard addresses.slots[value] != 0 else { return }
    let slot = addresses.slots[value] - 1
    for item in 0..<borrowed.count where borrowed[item] == slot { return }
    borrowed.append(slot)
  }

  // MARK: Pieces

  private mutating func findPieces(_ function: Function) {
    for place in 0..<function.order.count {
      let id = function.order[place].index
      let block = function.blocks[id]
      let weight = weight(of: id, function)
      for index in block.start..<block.end {
        let instruction = function.instructions[index]
        switch instruction.opcode {
        case .load: note(instruction, instruction.type, weight, function)
        case .store: note(instruction, function.instructions[instruction.b].type, weight, function)
        case .call, .memoryCopy, .memoryFill:
          findBorrowed(instruction, function)
          for item in 0..<borrowed.count { loans[borrowed[item]] += weight }
        default: continue
        }
      }
    }
  }

  /// How often the block is gone through, about: storage grows seldom.
  private mutating func weight(of id: UInt32, _ function: Function) -> UInt64 {
    let block = function.blocks[id]
    let end = function.instructions[block.end - 1].opcode
    if end == .stop || end == .unreachable { return 0 }
    for index in block.start..<block.end {
      let instruction = function.instructions[index]
      guard instruction.opcode == .call, instruction.effects.contains(.fresh) else { continue }
      findBorrowed(instruction, function)
      if !borrowed.isEmpty { return 0 }
    }
    let often: UInt64 = 2 << (3 * UInt64(min(flow.loopDepths[id], 8)))
    return flow.isInEveryRound(id) ? often : often / 2
  }

  private mutating func note(_ access: Instruction, _ type: Type, _ weight: UInt64, _ function: Function) {
    guard addresses.slots[access.a] != 0 else { return }
    let slot = addresses.slots[access.a] - 1
    if isBlocked[slot] || !isLent[slot] { return }
    var piece = LentPiece(
      slot: slot, offset: addresses.offsets[access.a] &+ access.c, type: type, effects: access.effects, uses: weight)
    let width = access.access.width(of: type)
    let (end, overflows) = piece.offset.addingReportingOverflow(width)
    if overflows || end > function.slots[slot].size { return isBlocked[slot] = true }
    piece.isBroken = access.access != .full
    var isKnown = false
    var node = piecesOfSlot.first(of: slot)
    while node != LinkedLists.none {
      let index = piecesOfSlot.item(node)
      let other = pieces[index]
      node = piecesOfSlot.next(node, of: slot)
      if other.offset >= end || piece.offset >= other.offset + other.width { continue }
      if other.offset == piece.offset && other.type == piece.type && !piece.isBroken {
        isKnown = true
        pieces[index].uses += weight
        if other.effects.kind != piece.effects.kind { pieces[index].effects = [] }
        pieces[index].effects.formIntersection(piece.effects)
      } else {
        pieces[index].isBroken = true
        piece.isBroken = true
      }
    }
    if isKnown { return }
    if pieceCounts[slot] >= LentSlots.pieceLimit { return isBlocked[slot] = true }
    pieceCounts[slot] += 1
    piecesOfSlot.add(pieces.add(piece), to: slot)
  }

  /// Breaks the pieces that are lent more than they are used; whether one is left.
  private mutating func choose(_ counter: inout PassCounter) -> Bool {
    var isAny = false
    for index in 0..<UInt32(pieces.count) {
      let piece = pieces[index]
      let isWorthIt = !isBlocked[piece.slot] && piece.uses > 2 * loans[piece.slot]
      if piece.isBroken || !isWorthIt || !counter.allows() { pieces[index].isBroken = true } else { isAny = true }
    }
    return isAny
  }

  // MARK: Rebuilding

  private mutating func rebuild(_ function: Function) {
    rebuilder.begin(function)
    for index in 0..<UInt32(pieces.count) where !pieces[index].isBroken {
      pieces[index].variable = rebuilder.target.variables.add(pieces[index].type)
    }
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      copyBody(id, function)
    }
    rebuilder.finish()
  }

  private mutating func copyBody(_ id: UInt32, _ function: Function) {
    var waits = id == BlockId.entry.index && fillsFrames
    if waits { borrowAll(function) }
    for index in rebuilder.body(of: id) {
      let instruction = function.instructions[index]
      // The results of a call stand right behind it, and a function's parameters at its beginning.
      if waits && ![.result, .parameter, .nop].contains(instruction.opcode) {
        loadBorrowed(instruction.position)
        waits = false
      }
      switch instruction.opcode {
      case .load, .store:
        if let piece = piece(of: instruction) {
          rewriteAccess(index, piece)
          continue
        }
      case .call, .memoryCopy, .memoryFill:
        findBorrowed(instruction, function)
        storeBorrowed(instruction.position)
        waits = !borrowed.isEmpty && !instruction.effects.contains(.noReturn)
      default: break
      }
      rebuilder.copy(index)
    }
  }

  private mutating func borrowAll(_ function: Function) {
    borrowed.removeAll()
    for slot in 0..<UInt32(function.slots.count) { borrowed.append(slot) }
  }

  /// The piece that a load or store reads or writes, if it is kept in a variable.
  private func piece(of access: Instruction) -> UInt32? {
    guard addresses.slots[access.a] != 0 else { return nil }
    let offset = addresses.offsets[access.a] &+ access.c
    var node = piecesOfSlot.first(of: addresses.slots[access.a] - 1)
    while node != LinkedLists.none {
      let piece = piecesOfSlot.item(node)
      if pieces[piece].offset == offset && !pieces[piece].isBroken { return piece }
      node = piecesOfSlot.next(node, of: addresses.slots[access.a] - 1)
    }
    return nil
  }

  private mutating func rewriteAccess(_ index: UInt32, _ piece: UInt32) {
    let access = rebuilder.mapped(index)
    if access.opcode == .load {
      rebuilder.values[index] = get(piece, access.position)
    } else {
      set(piece, access.b, access.position)
    }
  }

  private mutating func storeBorrowed(_ position: UInt32) {
    forEachBorrowed { lent, piece in
      let value = lent.get(piece, position)
      let address = lent.address(of: piece, position)
      let held = lent.pieces[piece]
      // A load's alone says that the place is fixed.
      let effects = held.effects.subtracting(.ofWhole)
      lent.rebuilder.emit(
        Instruction(.store, a: address, b: value, c: held.offset, effects: effects, position: position))
    }
  }

  private mutating func loadBorrowed(_ position: UInt32) {
    forEachBorrowed { lent, piece in
      let address = lent.address(of: piece, position)
      let held = lent.pieces[piece]
      let value = lent.rebuilder.emit(
        Instruction(.load, held.type, a: address, c: held.offset, effects: held.effects, position: position))
      lent.set(piece, value, position)
    }
  }

  /// Calls `body` with each piece, kept in a variable, of the slots in `borrowed`.
  private mutating func forEachBorrowed(_ body: (inout LentSlots, UInt32) -> Void) {
    for item in 0..<borrowed.count {
      var node = piecesOfSlot.first(of: borrowed[item])
      while node != LinkedLists.none {
        let piece = piecesOfSlot.item(node)
        if !pieces[piece].isBroken { body(&self, piece) }
        node = piecesOfSlot.next(node, of: borrowed[item])
      }
    }
  }

  private mutating func address(of piece: UInt32, _ position: UInt32) -> UInt32 {
    rebuilder.emit(Instruction(.frameAddress, .i32, a: pieces[piece].slot, position: position))
  }

  private mutating func get(_ piece: UInt32, _ position: UInt32) -> UInt32 {
    let held = pieces[piece]
    return rebuilder.emit(Instruction(.variableGet, held.type, a: held.variable, position: position))
  }

  private mutating func set(_ piece: UInt32, _ value: UInt32, _ position: UInt32) {
    rebuilder.emit(Instruction(.variableSet, a: pieces[piece].variable, b: value, position: position))
  }
}
