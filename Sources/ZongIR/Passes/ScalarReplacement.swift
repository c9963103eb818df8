// Structs into values: frame slots whose address goes nowhere become variables, one for each piece, which `promote`
// then turns into values. Copies between slots become moves, copies from and to memory loads and stores.

import ZongStores

/// Scalar replacement of aggregates.
package struct ScalarReplacement: ~Copyable {
  private var pieces = SlotPieces()
  private var rebuilder = Rebuilder()
  /// The variable of each piece.
  private var variables = Store<UInt32>()
  /// The pieces of the copy being rewritten, and their values.
  private var covered = Store<UInt32>()
  private var moved = Store<UInt32>()
  /// The byte that frames are filled with when their functions begin; null if they aren't.
  var frameFiller: UInt8?

  package init() {}

  private static let variableLimit = 30_000

  /// Takes slots apart; whether any was.
  @discardableResult
  package mutating func run(_ function: Function, _ counter: inout PassCounter) -> Bool {
    if function.slots.isEmpty { return false }
    pieces.find(function, &counter)
    // Engines bound the locals of a function; one that has so many keeps what is in its frame there.
    guard pieces.isAny, function.variables.count + pieces.pieces.count <= ScalarReplacement.variableLimit else {
      return false
    }
    rebuilder.begin(function)
    variables.removeAll()
    for piece in 0..<pieces.pieces.count {
      variables.append(rebuilder.target.variables.add(pieces.pieces[piece].type))
    }
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard rebuilder.open(id) else { continue }
      var body = rebuilder.body(of: id)
      if id == BlockId.entry.index, let frameFiller { body = rewriteEntryStart(body, function, frameFiller) }
      for index in body { rewrite(index, function) }
    }
    rebuilder.finish()
    return true
  }

  /// The function's parameters, and after them each piece is what its part of the frame would have been filled with.
  private mutating func rewriteEntryStart(
    _ body: Range<UInt32>, _ function: Function, _ filler: UInt8
  ) -> Range<UInt32> {
    var index = body.lowerBound
    while [.parameter, .nop].contains(function.instructions[index].opcode) {
      rebuilder.copy(index)
      index += 1
    }
    for piece in 0..<UInt32(pieces.pieces.count) where !pieces.pieces[piece].isGone { fill(piece, filler, 0) }
    return index..<body.upperBound
  }

  private mutating func rewrite(_ index: UInt32, _ function: Function) {
    let instruction = function.instructions[index]
    switch instruction.opcode {
    case .load, .store:
      if let (slot, offset) = pieces.place(of: instruction.a),
        let piece = pieces.piece(at: (slot, offset &+ instruction.c))
      {
        return rewriteAccess(index, instruction, piece, offset &+ instruction.c)
      }
    case .memoryCopy:
      let (to, from) = (pieces.place(of: instruction.a), pieces.place(of: instruction.b))
      if to != nil || from != nil { return rewriteCopy(index, to, from, function) }
    case .memoryFill:
      if let to = pieces.place(of: instruction.a) { return rewriteFill(index, to, function) }
    default: break
    }
    rebuilder.copy(index)
  }

  private mutating func rewriteAccess(_ index: UInt32, _ instruction: Instruction, _ piece: UInt32, _ offset: UInt32) {
    let mapped = rebuilder.mapped(index)
    let shift = (offset &- pieces.pieces[piece].offset) * 8
    if instruction.opcode == .store {
      let type = rebuilder.target.instructions[mapped.b].type
      let width = instruction.access.width(of: type)
      let stored = combined(mapped.b, type, width, piece, shift, mapped.position)
      return set(piece, stored, mapped.position)
    }
    let held = pieces.pieces[piece]
    var value = get(piece, mapped.position)
    if shift > 0 { value = binary(.shrU, held.type, value, UInt64(shift), mapped.position) }
    value = converted(value, held.type, instruction.type, mapped.position)
    rebuilder.values[index] = extended(value, instruction.type, instruction.access, mapped.position)
  }

  private mutating func get(_ piece: UInt32, _ position: UInt32) -> UInt32 {
    rebuilder.emit(
      Instruction(.variableGet, pieces.pieces[piece].type, a: variables[piece], position: position))
  }

  private mutating func set(_ piece: UInt32, _ value: UInt32, _ position: UInt32) {
    rebuilder.emit(Instruction(.variableSet, a: variables[piece], b: value, position: position))
  }

  private mutating func binary(
    _ opcode: Opcode, _ type: Type, _ value: UInt32, _ constant: UInt64, _ position: UInt32
  ) -> UInt32 {
    let bits = rebuilder.emit(.constant(type, bits: constant, position: position))
    return rebuilder.emit(Instruction(opcode, type, a: value, b: bits, position: position))
  }

  /// The piece's value after `width` bytes of `value` have been put into it at a distance of `shift` bits.
  private mutating func combined(
    _ value: UInt32, _ type: Type, _ width: UInt32, _ piece: UInt32, _ shift: UInt32, _ position: UInt32
  ) -> UInt32 {
    let held = pieces.pieces[piece]
    let given = converted(value, type, held.type, position)
    if width == held.width { return given }
    let mask = (UInt64(1) << UInt64(width * 8)) - 1
    var part = binary(.and, held.type, given, mask, position)
    if shift > 0 { part = binary(.shl, held.type, part, UInt64(shift), position) }
    let kept = binary(.and, held.type, get(piece, position), ~(mask << UInt64(shift)), position)
    return rebuilder.emit(Instruction(.or, held.type, a: kept, b: part, position: position))
  }

  /// The low bits of a value as another type; what is above them doesn't matter.
  private mutating func converted(_ value: UInt32, _ from: Type, _ to: Type, _ position: UInt32) -> UInt32 {
    let opcode: Opcode
    switch (from, to) {
    case (.i64, .i32): opcode = .wrap
    case (.i32, .i64): opcode = .extendU
    case (.f64, .i32), (.f64, .i64), (.f32, .i32), (.f32, .i64):
      let same: Type = from == .f64 ? .i64 : .i32
      let bits = rebuilder.emit(Instruction(.reinterpret, same, a: value, position: position))
      return converted(bits, same, to, position)
    case (.i32, .f64), (.i64, .f64), (.i32, .f32), (.i64, .f32):
      let same: Type = to == .f64 ? .i64 : .i32
      let bits = converted(value, from, same, position)
      return rebuilder.emit(Instruction(.reinterpret, to, a: bits, position: position))
    default: return value
    }
    return rebuilder.emit(Instruction(opcode, to, a: value, position: position))
  }

  /// What a narrow load would make of the value's low bits.
  private mutating func extended(_ value: UInt32, _ type: Type, _ access: Access, _ position: UInt32) -> UInt32 {
    switch access {
    case .full: return value
    case .bits8Signed: return rebuilder.emit(Instruction(.extend8S, type, a: value, position: position))
    case .bits16Signed: return rebuilder.emit(Instruction(.extend16S, type, a: value, position: position))
    case .bits32Signed: return rebuilder.emit(Instruction(.extend32S, type, a: value, position: position))
    case .bits8Unsigned, .bits16Unsigned, .bits32Unsigned:
      return binary(.and, type, value, access.unsignedMask, position)
    }
  }

  // MARK: Copies and fills

  private func count(_ index: UInt32, _ function: Function) -> UInt32 {
    UInt32(truncatingIfNeeded: function.constantBits(function.instructions[index].c) ?? 0)
  }

  /// Reads every piece first and writes then, since the ranges may overlap.
  private mutating func rewriteCopy(
    _ index: UInt32, _ to: (slot: UInt32, offset: UInt32)?, _ from: (slot: UInt32, offset: UInt32)?,
    _ function: Function
  ) {
    // Where both ends are taken apart, they have the same pieces.
    guard let range = to ?? from else { return }
    let mapped = rebuilder.mapped(index)
    findPieces(in: range, count(index, function))
    for item in 0..<covered.count {
      let piece = pieces.pieces[covered[item]]
      let distance = piece.offset &- range.offset
      var read = Instruction(.variableGet, piece.type, a: variables[covered[item]], position: mapped.position)
      if to != nil, let from {
        let source = pieces.piece(at: (from.slot, from.offset &+ distance)) ?? covered[item]
        let held = pieces.pieces[source].type
        moved.append(converted(get(source, mapped.position), held, piece.type, mapped.position))
        continue
      } else if to != nil {
        read = Instruction(
          .load, piece.type, a: mapped.b, c: distance, access: piece.access, effects: mapped.effects,
          position: mapped.position)
      }
      moved.append(rebuilder.emit(read))
    }
    for item in 0..<covered.count {
      let piece = pieces.pieces[covered[item]]
      if to != nil {
        set(covered[item], moved[item], mapped.position)
      } else {
        let distance = piece.offset &- range.offset
        rebuilder.emit(
          Instruction(
            .store, a: mapped.a, b: moved[item], c: distance, access: piece.access, effects: mapped.effects,
            position: mapped.position))
      }
    }
  }

  /// The pieces within `count` bytes from the range's start, in `covered`.
  private mutating func findPieces(in range: (slot: UInt32, offset: UInt32), _ count: UInt32) {
    covered.removeAll()
    moved.removeAll()
    pieces.piecesOfSlot.forEach(of: range.slot) { piece in
      let held = pieces.pieces[piece]
      if !held.isGone && held.offset >= range.offset && held.offset < range.offset &+ count { covered.append(piece) }
    }
  }

  /// Each piece gets the byte repeated over its width.
  private mutating func rewriteFill(
    _ index: UInt32, _ to: (slot: UInt32, offset: UInt32), _ function: Function
  ) {
    let mapped = rebuilder.mapped(index)
    let byte = (function.constantBits(function.instructions[index].b) ?? 0) & 0xFF
    findPieces(in: to, count(index, function))
    for item in 0..<covered.count { fill(covered[item], UInt8(byte), mapped.position) }
  }

  private mutating func fill(_ piece: UInt32, _ byte: UInt8, _ position: UInt32) {
    let type = pieces.pieces[piece].type
    let pattern = Numeric.canonical(type, UInt64(byte) &* 0x0101_0101_0101_0101)
    set(piece, rebuilder.emit(.constant(type, bits: pattern, position: position)), position)
  }
}
