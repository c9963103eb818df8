// Text: printing, interpolation, appending. A value is written piece by piece to a `U8[]` by the library's and the
// derived writing functions, so nothing is allocated on the way to the output.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// Writes the pieces of the list at `extra` to the `U8[]` that the pointer `out` (a variable) leads to.
  private func writePieces(_ extra: UInt32, to out: VariableId) {
    let count = code.extra[extra]
    for index in 0..<count { writePiece(extra + 1 + index * 5, to: out) }
  }

  private func writePiece(_ extra: UInt32, to out: VariableId) {
    let item = TypedId(code.extra[extra])
    let width = TypedId(code.extra[extra + 1])
    let type = code[item].type
    var given = value(item)
    // What follows may free what the value lies in.
    if width.exists, given.address != .none, !given.isTemporary { given = copied(given, type) }
    var start = ValueId.none
    var wanted = ValueId.none
    if width.exists {
      wanted = value(width).single
      start = outLength(out)
    }
    if !writeFormatted(given, type, extra, to: out) { write(given, type, to: builder.get(out)) }
    if width.exists { _ = callRuntime(.pad, [builder.get(out), start, wanted]) }
  }

  /// Writes a number in a format other than its own; false if there is none.
  private func writeFormatted(_ given: Value, _ type: TypeId, _ extra: UInt32, to out: VariableId) -> Bool {
    let digits = TypedId(code.extra[extra + 2])
    let base = TypedId(code.extra[extra + 3])
    let char = TypedId(code.extra[extra + 4])
    if type == .string {
      if code.extra[extra + 4] != Checker.quotedText { return false }
      _ = callRuntime(.writeQuoted, [builder.get(out), given[0], given[1]])
      return true
    }
    if digits.exists {
      let count = value(digits).single
      let wide = type == .f32 ? builder.unary(.promote, .f64, given.single) : given.single
      _ = callRuntime(.writeF64Digits, [builder.get(out), wide, count])
      return true
    }
    if base.exists {
      let radix = value(base).single
      let function: RuntimeFunction = type.isSigned ? .writeI64Base : .writeU64Base
      _ = callRuntime(function, [builder.get(out), widened(given.single, type), radix])
      return true
    }
    if char.exists, code[char].op == .integer, code[char].a == 1 {
      _ = callRuntime(.writeCodePoint, [builder.get(out), widened(given.single, type)])
      return true
    }
    return false
  }

  private func outLength(_ out: VariableId) -> ValueId {
    let length = builder.load(.i32, address(builder.get(out)), offset: 8)
    return builder.unary(.extendU, .i64, length)
  }

  /// Writes a value as a person would write it.
  func write(_ given: Value, _ type: TypeId, to out: ValueId) {
    let info = types[type]
    if info.kind != .builtin {
      if let method = replacement(.writes, type) {
        _ = callReplacement(method, [out], [given], type, .none)
        return
      }
      let address = info.size == 0 ? builder.i32(0) : addressOf(given, type)
      _ = call(plan.derivedId(.writes, type), [out, address])
      return
    }
    guard let writer = builtinWriter(type) else { return }
    if type == .string {
      _ = callRuntime(writer, [out, given[0], given[1]])
    } else if writer == .writeI64 {
      _ = callRuntime(writer, [out, widened(given.single, type)])
    } else {
      _ = callRuntime(writer, [out, given.single])
    }
  }

  func lowerPrint(_ node: TypedNode) {
    if arePlainText(node.b) { return printText(node) }
    let out = builder.variable(.i64)
    builder.set(out, callRuntime(.output, [], .i64))
    writePieces(node.b, to: out)
    guard builder.isOpen else { return }
    builder.position = node.position.offset
    _ = callRuntime(node.a == 1 ? .endPrint : .afterOutput, [])
  }

  /// Whether all pieces are text without a format; the checker requires the same functions by the same rule.
  private func arePlainText(_ extra: UInt32) -> Bool {
    for index in 0..<code.extra[extra] {
      let piece = extra + 1 + index * 5
      if code[TypedId(code.extra[piece])].type != .string { return false }
      for format in UInt32(1)...4 where code.extra[piece + format] != 0 { return false }
    }
    return true
  }

  private func printText(_ node: TypedNode) {
    for index in 0..<code.extra[node.b] {
      let text = value(TypedId(code.extra[node.b + 1 + index * 5]))
      guard builder.isOpen else { return }
      checkKey(text[0])
      _ = callRuntime(.printText, [address(text[0]), text[1]])
    }
    builder.position = node.position.offset
    _ = callRuntime(node.a == 1 ? .endPrint : .afterOutput, [])
  }

  func lowerPrintBytes(_ node: TypedNode) {
    let given = value(TypedId(node.a))
    builder.position = node.position.offset
    _ = callRuntime(.printBytes, [given[0], given[1]])
  }

  /// New bytes that pieces are written to: the variable with the pointer to the slice, and the slice's address.
  private func buildBytes(_ extra: UInt32, site: ValueId? = nil) -> ValueId {
    let address = temporary(.bytes)
    clear(address, 0, types[.bytes].size)
    if let site {
      // What is made belongs to this place, however often it grows.
      let (pointer, capacity) = grownStorage(of: [address, builder.i64(0), builder.i32(0), builder.i32(0)], 1, site)
      builder.store(address, pointer, effects: .ofHeader)
      builder.store(address, capacity, offset: 12, effects: .ofHeader)
    }
    let out = builder.variable(.i64)
    builder.set(out, pointer(address))
    if site == nil || program.runtime(.drop) == .none {
      writePieces(extra, to: out)
      return self.address(builder.get(out))
    }
    let ways = waysTaken
    let scope = endAtExit(unfinished: out)
    writePieces(extra, to: out)
    let slice = self.address(builder.get(out))
    if ways == waysTaken {
      forget(unfinished: out, in: scope)
    } else {
      builder.set(out, builder.i64(0))
      // What is deferred runs before the way out looks there.
      keepTemporary(at: address)
    }
    return slice
  }

  func interpolate(_ id: TypedId, _ node: TypedNode) -> Value {
    let slice = buildBytes(node.b, site: site(id))
    let bytes = load(.bytes, from: .memory(slice, 0))
    return Value(bytes[0], bytes[1])
  }

  func concatenate(_ id: TypedId, _ node: TypedNode) -> Value {
    let a = value(TypedId(node.a))
    let b = value(TypedId(node.b))
    builder.position = node.position.offset
    return scalarResults(
      plan.irId(program.runtime(.concatenate)), [a[0], a[1], b[0], b[1], site(id)], leafTable.leaves(of: .string))
  }

  // MARK: Appending

  func lowerAppendText(_ id: TypedId, _ node: TypedNode) {
    let out = builder.variable(.i64)
    builder.set(out, value(TypedId(node.a)).single)
    builder.position = node.position.offset
    checkKey(builder.get(out))
    // The library would find it only while it writes a piece, at the piece's place.
    checkKey(builder.load(.i64, address(builder.get(out))))
    // A piece may call what appends elsewhere.
    let before = builder.variable(.i32)
    builder.set(before, callRuntime(.writing, [site(id)], .i32))
    writePieces(node.b, to: out)
    if builder.isOpen { _ = callRuntime(.writing, [builder.get(before)], .i32) }
  }

  // MARK: Stops with a message

  func lowerAssert(_ node: TypedNode) {
    let source = code.extra[node.b]
    let pieces = code.extra[node.b + 1]
    let fine = builder.block()
    let fails = builder.block()
    branch(TypedId(node.a), fine, fails)
    builder.begin(fails)
    builder.position = node.position.offset
    if code.extra[pieces] == 0 {
      let address = builder.i64(Int64(textAddress(source)))
      let length = builder.i64(Int64(textLength(source)))
      builder.stop(.assertion, builder.list(address, length))
    } else {
      stop(.assertion, with: pieces)
    }
    builder.begin(fine)
  }

  func lowerExpect(_ node: TypedNode) {
    for offset in 1...2 as ClosedRange<UInt32> where code.extra[node.b + offset] != 0 {
      let declaration = TypedId(code.extra[node.b + offset])
      if builder.isOpen { partOfStatement(declaration, code[declaration]) }
    }
    guard builder.isOpen else { return }
    let fine = builder.block()
    let fails = builder.block()
    branch(TypedId(node.a), fine, fails)
    builder.begin(fails)
    builder.position = node.position.offset
    stop(.expectation, with: code.extra[node.b])
    builder.begin(fine)
  }

  func lowerPanic(_ node: TypedNode) {
    builder.position = node.position.offset
    stop(.panic, with: node.b)
  }

  /// Stops with a message made of pieces.
  private func stop(_ kind: ZongIR.StopKind, with pieces: UInt32) {
    let position = builder.position
    let slice = buildBytes(pieces)
    guard builder.isOpen else { return }
    builder.position = position
    let bytes = load(.bytes, from: .memory(slice, 0))
    let start = builder.unary(.extendU, .i64, address(bytes[0]))
    let length = builder.unary(.extendU, .i64, bytes[1])
    builder.stop(kind, builder.list(start, length))
  }
}
