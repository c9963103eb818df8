// Functions that the lowering makes for a type: writing a value as text, and comparing two values by content; what
// leaves an arena is in FunctionLowering+Arenas.swift. All take addresses, so that one shape serves types of every size.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  func lowerDerived(_ derived: DerivedFunction) {
    builder.begin(builder.block())
    switch derived.kind {
    case .writes:
      let out = builder.parameter(.i64)
      let address = builder.parameter(.i32)
      let outVariable = builder.variable(.i64)
      let addressVariable = builder.variable(.i32)
      builder.set(outVariable, out)
      builder.set(addressVariable, address)
      writeBody(derived.type, outVariable, addressVariable)
      builder.returnValues(.empty)
    case .compares:
      let a = builder.parameter(.i32)
      let b = builder.parameter(.i32)
      function.results.append(.i32)
      let left = builder.variable(.i32)
      let right = builder.variable(.i32)
      builder.set(left, a)
      builder.set(right, b)
      compareBody(derived.type, left, right)
      builder.returnValues(builder.list(builder.i32(1)))
    case .leaves: lowerCopyingOut(derived.type)
    case .hashes: lowerHashing(derived.type)
    }
  }

  // MARK: Writing

  private func writeBody(_ type: TypeId, _ out: VariableId, _ address: VariableId) {
    let info = types[type]
    switch info.kind {
    case .structure: writeStructure(declarations.structures[info.a], out, address)
    case .slice, .array: writeSequence(type, out, address)
    case .enumeration: writeEnumeration(declarations.enumerations[info.a], out, address)
    case .optional: writeOptional(type, out, address)
    case .pointer, .interface:
      writeLiteral("0x", out)
      let value = builder.load(.i64, builder.get(address))
      let bits = builder.unary(.extendU, .i64, self.address(value))
      _ = callRuntime(.writeU64Base, [builder.get(out), bits, builder.i64(16)])
    case .function: writeLiteral(program.typeNames.show(type), out)
    case .builtin, .fallible, .parameter, .list: break
    }
  }

  private func writeStructure(_ structure: StructureInfo, _ out: VariableId, _ address: VariableId) {
    writeLiteral(plan.openingLabel(structure), out)
    for index in 0..<Int(structure.fieldCount) {
      let field = declarations.field(structure, index)
      writeLiteral(plan.fieldLabel(structure, index), out)
      writePart(field.type, out, builder.get(address), field.offset)
    }
    writeLiteral(")", out)
  }

  /// A value inside another one; text is quoted there.
  func writePart(_ type: TypeId, _ out: VariableId, _ address: ValueId, _ offset: UInt32) {
    let given = load(type, from: .memory(address, offset))
    if type == .string {
      _ = callRuntime(.writeQuoted, [builder.get(out), given[0], given[1]])
    } else {
      write(given, type, to: builder.get(out))
    }
  }

  private func writeSequence(_ type: TypeId, _ out: VariableId, _ address: VariableId) {
    let element = types[type].element
    writeLiteral("[", out)
    loopOverElements(type, address) { at, isFirst in
      let separate = builder.block()
      let item = builder.block()
      builder.branch(isFirst, to: item, else: separate)
      builder.begin(separate)
      writeLiteral(", ", out)
      builder.jump(builder.edge(item))
      builder.begin(item)
      writePart(element, out, builder.get(at), 0)
    }
    writeLiteral("]", out)
  }

  /// Writes one of the plan's labels.
  func writeLiteral(_ text: String, _ out: VariableId) {
    if text.isEmpty { return }
    let address = plan.derivedTexts[text] ?? 0
    _ = callRuntime(
      .writeText,
      [builder.get(out), builder.constant(.i64, bits: UInt64(address)), builder.i32(Int32(text.utf8.count))])
  }

  /// Runs `body` for each element of the slice or array at `address`, with a variable that holds the element's
  /// address and whether it is the first.
  func loopOverElements(_ type: TypeId, _ address: VariableId, _ body: (VariableId, ValueId) -> Void) {
    let info = types[type]
    let size = types[info.element].size
    let at = builder.variable(.i32)
    let left = builder.variable(.i32)
    let first = builder.variable(.i32)
    let owner = builder.variable(.i64)
    if info.kind == .array {
      builder.set(at, builder.get(address))
      builder.set(left, builder.i32(Int32(bitPattern: info.b)))
    } else {
      let start = builder.load(.i64, builder.get(address))
      builder.set(owner, start)
      builder.set(at, self.address(start))
      builder.set(left, builder.load(.i32, builder.get(address), offset: 8))
    }
    builder.set(first, builder.i32(1))
    let header = builder.block()
    let inside = builder.block()
    let after = builder.block()
    builder.jump(builder.edge(header))
    builder.begin(header)
    builder.branch(builder.get(left), to: inside, else: after)
    builder.begin(inside)
    // What is written may grow the very bytes that are being read.
    if info.kind == .slice { checkKey(builder.get(owner)) }
    body(at, builder.get(first))
    builder.set(first, builder.i32(0))
    builder.set(at, builder.binary(.add, .i32, builder.get(at), builder.i32(Int32(bitPattern: size))))
    builder.set(left, builder.binary(.sub, .i32, builder.get(left), builder.i32(1)))
    builder.jump(builder.edge(header))
    builder.begin(after)
  }

  // MARK: Comparing

  private func compareBody(_ type: TypeId, _ left: VariableId, _ right: VariableId) {
    let info = types[type]
    switch info.kind {
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) {
        let field = declarations.field(structure, index)
        comparePart(field.type, builder.get(left), builder.get(right), field.offset)
      }
    case .slice: compareSlices(type, left, right)
    case .array: compareElements(type, left, right)
    case .enumeration: compareEnumerations(declarations.enumerations[info.a], left, right)
    case .optional: compareOptionals(type, left, right)
    case .pointer, .builtin, .fallible, .interface, .function, .parameter, .list: break
    }
  }

  /// Returns 0 if the parts at an offset differ.
  func comparePart(_ type: TypeId, _ left: ValueId, _ right: ValueId, _ offset: UInt32) {
    if types[type].size == 0 { return }
    let a = load(type, from: .memory(left, offset))
    let b = load(type, from: .memory(right, offset))
    returnFalse(unless: areEqual(a, b, type))
  }

  func returnFalse(unless condition: ValueId) {
    let differs = builder.block()
    let goesOn = builder.block()
    builder.branch(condition, to: goesOn, else: differs)
    builder.begin(differs)
    builder.returnValues(builder.list(builder.i32(0)))
    builder.begin(goesOn)
  }

  private func compareSlices(_ type: TypeId, _ left: VariableId, _ right: VariableId) {
    let a = builder.load(.i32, builder.get(left), offset: 8)
    let b = builder.load(.i32, builder.get(right), offset: 8)
    returnFalse(unless: builder.binary(.eq, .i32, a, b))
    let other = builder.variable(.i32)
    let start = builder.load(.i64, builder.get(right))
    checkKey(start)
    builder.set(other, address(start))
    compareLoop(type, left, other)
  }

  private func compareElements(_ type: TypeId, _ left: VariableId, _ right: VariableId) {
    let other = builder.variable(.i32)
    builder.set(other, builder.get(right))
    compareLoop(type, left, other)
  }

  private func compareLoop(_ type: TypeId, _ left: VariableId, _ other: VariableId) {
    let element = types[type].element
    let size = types[element].size
    loopOverElements(type, left) { at, _ in
      comparePart(element, builder.get(at), builder.get(other), 0)
      builder.set(other, builder.binary(.add, .i32, builder.get(other), builder.i32(Int32(bitPattern: size))))
    }
  }
}
