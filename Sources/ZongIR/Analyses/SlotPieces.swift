// Which frame slots can be taken apart: those whose address serves only loads, stores, copies and fills at constant
// offsets. A piece is an offset with a type and a width; an integer piece may also be read and written in part, so that
// the low half of a pointer is no obstacle.

import ZongStores

/// A part of a frame slot that becomes one variable.
struct SlotPiece: BitwiseCopyable {
  var slot: UInt32
  var offset: UInt32
  var type: Type
  /// The width; loads extend as they say themselves.
  var access: Access
  /// Part of another piece now; then it has no width.
  var isGone = false
  var width: UInt32 { isGone ? 0 : access.width(of: type) }
  var end: UInt32 { offset + width }

  func contains(_ other: SlotPiece) -> Bool { offset <= other.offset && other.end <= end }
}

/// The pieces of all slots of a function.
struct SlotPieces: ~Copyable {
  private(set) var pieces = Store<SlotPiece>()
  private(set) var piecesOfSlot = LinkedLists()
  private var pieceCounts = Store<UInt32>()
  private var isBlocked = Store<Bool>()
  private var addresses = SlotAddresses()
  /// The copies and fills that touch slots.
  private var bulk = Store<UInt32>()
  private var isChanged = false
  private static let pieceLimit: UInt32 = 32

  init() {}

  /// The slot and offset that a value is the address of, if the slot can be taken apart.
  func place(of value: UInt32) -> (slot: UInt32, offset: UInt32)? {
    let slot = addresses.slots[value]
    return slot == 0 || isBlocked[slot - 1] ? nil : (slot - 1, addresses.offsets[value])
  }

  /// The piece that the byte at that place lies in.
  func piece(at place: (slot: UInt32, offset: UInt32)) -> UInt32? {
    var node = piecesOfSlot.first(of: place.slot)
    while node != LinkedLists.none {
      let piece = piecesOfSlot.item(node)
      if pieces[piece].offset <= place.offset && place.offset < pieces[piece].end { return piece }
      node = piecesOfSlot.next(node, of: place.slot)
    }
    return nil
  }

  /// Whether any slot can be taken apart.
  private(set) var isAny = false

  mutating func find(_ function: Function, _ counter: inout PassCounter) {
    isBlocked.removeAll()
    for _ in 0..<function.slots.count { isBlocked.append(!counter.allows()) }
    pieces.removeAll()
    piecesOfSlot.refill(heads: function.slots.count)
    pieceCounts.refill(with: 0, count: function.slots.count)
    addresses.begin(function)
    bulk.removeAll()
    for place in 0..<function.order.count {
      let block = function.blocks[function.order[place].index]
      for index in block.start..<block.end { look(index, function.instructions[index], function) }
    }
    spread(function)
    isAny = false
    for slot in 0..<function.slots.count where !isBlocked[slot] { isAny = true }
  }

  // MARK: Uses of addresses

  private mutating func look(_ index: UInt32, _ instruction: Instruction, _ function: Function) {
    if addresses.follow(index, instruction, function) { return }
    switch instruction.opcode {
    case .load: note(instruction.a, instruction.c, instruction.type, instruction.access, function)
    case .store:
      note(instruction.a, instruction.c, function.instructions[instruction.b].type, instruction.access, function)
      block(instruction.b)
    case .memoryCopy, .memoryFill: noteBulk(index, instruction, function)
    default: function.forEachUse(of: instruction) { block($0) }
    }
  }

  /// The address goes where it can't be followed.
  @inline(__always)
  private mutating func block(_ value: UInt32) {
    if addresses.slots[value] != 0 { isBlocked[addresses.slots[value] - 1] = true }
  }

  private mutating func noteBulk(_ index: UInt32, _ instruction: Instruction, _ function: Function) {
    let isCopy = instruction.opcode == .memoryCopy
    let isKnown = function.constantBits(instruction.c) != nil && (isCopy || function.constantBits(instruction.b) != nil)
    if !isKnown || addresses.slots[instruction.c] != 0 {
      function.forEachUse(of: instruction) { block($0) }
    } else if addresses.slots[instruction.a] != 0 || addresses.slots[instruction.b] != 0 {
      bulk.append(index)
    }
  }

  private mutating func note(
    _ address: UInt32, _ offset: UInt32, _ type: Type, _ access: Access, _ function: Function
  ) {
    guard addresses.slots[address] != 0 else { return }
    let slot = addresses.slots[address] - 1
    let piece = SlotPiece(slot: slot, offset: addresses.offsets[address] &+ offset, type: type, access: access.unsigned)
    if !add(piece, function) { isBlocked[slot] = true }
  }

  /// Adds the piece, or joins it with what is there; false if the two cut each other, or don't consist of integers.
  private mutating func add(_ piece: SlotPiece, _ function: Function) -> Bool {
    let (end, overflows) = piece.offset.addingReportingOverflow(piece.width)
    if overflows || end > function.slots[piece.slot].size { return false }
    var isCovered = false
    var node = piecesOfSlot.first(of: piece.slot)
    while node != LinkedLists.none {
      let index = piecesOfSlot.item(node)
      let other = pieces[index]
      node = piecesOfSlot.next(node, of: piece.slot)
      if other.isGone || other.offset >= end || piece.offset >= other.end { continue }
      if other.offset == piece.offset && other.width == piece.width { return true }
      guard other.type.isInteger && piece.type.isInteger else { return false }
      if other.contains(piece) { return true }
      guard piece.contains(other) else { return false }
      // The larger one takes the place of the first that it covers; nothing is left of the others.
      pieces[index] = piece
      if isCovered { pieces[index].isGone = true }
      isCovered = true
      isChanged = true
    }
    if isCovered { return true }
    guard pieceCounts[piece.slot] < SlotPieces.pieceLimit else { return false }
    pieceCounts[piece.slot] += 1
    piecesOfSlot.add(pieces.add(piece), to: piece.slot)
    isChanged = true
    return true
  }

  // MARK: Copies

  /// Carries the pieces over the copies until nothing changes; a slot that a copy would cut through is blocked. Each
  /// round adds a piece or blocks a slot; after a few rounds whatever isn't settled is blocked.
  private mutating func spread(_ function: Function) {
    for round in 0..<8 {
      isChanged = false
      for item in 0..<bulk.count { spread(bulk[item], function) }
      if !isChanged { return }
      guard round == 7 else { continue }
      for item in 0..<bulk.count {
        let instruction = function.instructions[bulk[item]]
        block(instruction.a)
        if instruction.opcode == .memoryCopy { block(instruction.b) }
      }
    }
  }

  private mutating func spread(_ index: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    let count = UInt32(truncatingIfNeeded: function.constantBits(instruction.c) ?? 0)
    if let destination = place(of: instruction.a) { settle(destination, count, function) }
    guard instruction.opcode == .memoryCopy else { return }
    if let source = place(of: instruction.b) { settle(source, count, function) }
    switch (place(of: instruction.a), place(of: instruction.b)) {
    case (let to?, let from?):
      carry(from, to, count, function)
      if let from = place(of: instruction.b), let to = place(of: instruction.a) { carry(to, from, count, function) }
    case (nil, let from?): fillGaps(from, count, function)
    default: break
    }
  }

  private mutating func blockSlot(_ slot: UInt32) {
    if isBlocked[slot] { return }
    isBlocked[slot] = true
    isChanged = true
  }

  /// The range lies in the slot and cuts through no piece, or the slot is blocked.
  private mutating func settle(_ range: (slot: UInt32, offset: UInt32), _ count: UInt32, _ function: Function) {
    let (end, overflows) = range.offset.addingReportingOverflow(count)
    if overflows || end > function.slots[range.slot].size { return blockSlot(range.slot) }
    var node = piecesOfSlot.first(of: range.slot)
    while node != LinkedLists.none {
      let piece = pieces[piecesOfSlot.item(node)]
      let isOutside = piece.offset >= end || piece.end <= range.offset
      let isInside = piece.offset >= range.offset && piece.end <= end
      if !isOutside && !isInside { return blockSlot(range.slot) }
      node = piecesOfSlot.next(node, of: range.slot)
    }
  }

  /// What is a piece in the one range becomes one in the other.
  private mutating func carry(
    _ from: (slot: UInt32, offset: UInt32), _ to: (slot: UInt32, offset: UInt32), _ count: UInt32, _ function: Function
  ) {
    var node = piecesOfSlot.first(of: from.slot)
    while node != LinkedLists.none {
      var piece = pieces[piecesOfSlot.item(node)]
      if !piece.isGone && piece.offset >= from.offset && piece.end <= from.offset &+ count {
        piece.slot = to.slot
        piece.offset = piece.offset &- from.offset &+ to.offset
        if !add(piece, function) { return blockSlot(to.slot) }
      }
      node = piecesOfSlot.next(node, of: from.slot)
    }
  }

  /// What is copied out to memory must be there whole: bytes that no piece covers become pieces, as wide as fits. A word
  /// of which only a part is used, as that with an enum's tag, becomes one piece: one store instead of several, from
  /// whose bytes whoever reads the word again would have to wait for all.
  private mutating func fillGaps(_ range: (slot: UInt32, offset: UInt32), _ count: UInt32, _ function: Function) {
    var at = range.offset
    let end = range.offset &+ count
    while at < end {
      if let word = partlyUsedWord(at: at, before: end, range.slot) {
        if !add(word, function) { return blockSlot(range.slot) }
        at = word.end
        continue
      }
      if let piece = piece(at: (range.slot, at)) {
        at = pieces[piece].end
        continue
      }
      let next = nextPiece(range.slot, after: at, before: end)
      let room = next - at
      let (type, access): (Type, Access) =
        if room >= 8 { (.i64, .full) } else if room >= 4 { (.i32, .full) } else if room >= 2 {
          (.i32, .bits16Unsigned)
        } else { (.i32, .bits8Unsigned) }
      if !add(SlotPiece(slot: range.slot, offset: at, type: type, access: access), function) {
        return blockSlot(range.slot)
      }
    }
  }

  /// The word at `start`, of 8 bytes or 4, if integers lie in its lower half only and leave bytes of it uncovered.
  private func partlyUsedWord(at start: UInt32, before end: UInt32, _ slot: UInt32) -> SlotPiece? {
    if isPartlyUsed(start, width: 8, before: end, slot) {
      return SlotPiece(slot: slot, offset: start, type: .i64, access: .full)
    }
    guard isPartlyUsed(start, width: 4, before: end, slot) else { return nil }
    return SlotPiece(slot: slot, offset: start, type: .i32, access: .full)
  }

  private func isPartlyUsed(_ start: UInt32, width: UInt32, before end: UInt32, _ slot: UInt32) -> Bool {
    guard start % width == 0, end - start >= width else { return false }
    var isUsed = false
    var node = piecesOfSlot.first(of: slot)
    while node != LinkedLists.none {
      let piece = pieces[piecesOfSlot.item(node)]
      node = piecesOfSlot.next(node, of: slot)
      if piece.isGone || piece.end <= start || piece.offset >= start + width { continue }
      guard piece.type.isInteger, piece.offset >= start, piece.end <= start + width / 2 else { return false }
      isUsed = true
    }
    return isUsed
  }

  private func nextPiece(_ slot: UInt32, after start: UInt32, before end: UInt32) -> UInt32 {
    var next = end
    var node = piecesOfSlot.first(of: slot)
    while node != LinkedLists.none {
      let piece = pieces[piecesOfSlot.item(node)]
      if !piece.isGone && piece.offset > start && piece.offset < next { next = piece.offset }
      node = piecesOfSlot.next(node, of: slot)
    }
    return next
  }
}

extension Access {
  /// The access of the same width that doesn't extend the sign.
  var unsigned: Access {
    switch self {
    case .full: .full
    case .bits8Signed, .bits8Unsigned: .bits8Unsigned
    case .bits16Signed, .bits16Unsigned: .bits16Unsigned
    case .bits32Signed, .bits32Unsigned: .bits32Unsigned
    }
  }
}
