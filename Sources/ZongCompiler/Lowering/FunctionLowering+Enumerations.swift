// Enums: without fields a tag in an i32; with fields in memory, the tag first and the fields of the case behind it.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// `Shape.circle(radius: 1.0)`, `Shape.nothing`
  func makeCase(_ node: TypedNode) -> Value {
    let enumeration = declarations.enumerations[types[node.type].a]
    let tag = Int32(truncatingIfNeeded: node.a)
    if leafTable.leaves(of: node.type).count > 0 { return Value(builder.i32(tag)) }
    let enumCase = declarations.enumCase(enumeration, Int(node.a))
    let address = temporary(node.type)
    for item in 0..<code.extra[node.b] {
      let field = declarations.field(enumCase, Int(code.extra[node.b + 1 + item * 2]))
      let part = value(TypedId(code.extra[node.b + 2 + item * 2]))
      guard builder.isOpen else { return .none }
      store(part, field.type, to: .memory(address, field.offset))
    }
    let isLong = enumeration.tagWidth == 8
    builder.store(
      address, isLong ? builder.i64(Int64(tag)) : builder.i32(tag), access: tagAccess(enumeration.tagWidth),
      effects: .ofNumber)
    return Value(memory: address, isTemporary: true)
  }

  /// The tag of an enum's value.
  func tag(_ value: Value, _ enumeration: EnumerationInfo) -> ValueId {
    value.count > 0
      ? value.single
      : builder.load(
        .i32, value.address, offset: value.offset, access: tagAccess(enumeration.tagWidth), effects: .ofNumber)
  }

  /// Ends the open block with a branch by an enum's tag. One case may have no block: then the last one takes its edge.
  func switchOnTag(_ tag: ValueId, _ blocks: [BlockId]) {
    if blocks.count == 1 {
      builder.jump(builder.edge(blocks[0]))
      return
    }
    // The last edge is that of all other values; there are none.
    let edges = blocks.map { ValueId(builder.edge($0)) }
    let list = edges.withUnsafeBufferPointer { builder.list($0) }
    builder.end(.switchBranch, a: tag.index, b: list.index)
  }

  // MARK: Derived functions

  func writeEnumeration(_ enumeration: EnumerationInfo, _ out: VariableId, _ address: VariableId) {
    forEachCase(enumeration, address) { enumCase in
      writeLiteral(plan.openingLabel(enumCase), out)
      for index in 0..<Int(enumCase.fieldCount) {
        let field = declarations.field(enumCase, index)
        writeLiteral(plan.fieldLabel(field, isFirst: index == 0), out)
        writePart(field.type, out, builder.get(address), field.offset)
      }
      if enumCase.fieldCount > 0 { writeLiteral(")", out) }
    }
  }

  /// Returns 0 if the enums at two addresses differ.
  func compareEnumerations(_ enumeration: EnumerationInfo, _ left: VariableId, _ right: VariableId) {
    let a = tag(Value(memory: builder.get(left)), enumeration)
    let b = tag(Value(memory: builder.get(right)), enumeration)
    returnFalse(unless: builder.binary(.eq, .i32, a, b))
    forEachCase(enumeration, left) { enumCase in
      for index in 0..<Int(enumCase.fieldCount) {
        let field = declarations.field(enumCase, index)
        comparePart(field.type, builder.get(left), builder.get(right), field.offset)
      }
    }
  }

  /// Runs `body` for the case of the enum at `address`.
  func forEachCase(_ enumeration: EnumerationInfo, _ address: VariableId, _ body: (CaseInfo) -> Void) {
    let tag = tag(Value(memory: builder.get(address)), enumeration)
    let after = builder.block()
    let blocks = (0..<Int(enumeration.caseCount)).map { _ in builder.block() }
    switchOnTag(tag, blocks)
    for (index, block) in blocks.enumerated() {
      builder.begin(block)
      body(declarations.enumCase(enumeration, index))
      builder.jump(builder.edge(after))
    }
    builder.begin(after)
  }
}
