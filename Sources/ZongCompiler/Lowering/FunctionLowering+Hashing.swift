// Hashing: values are fed to a hasher word by word; functions for structs, enums, slices and so on are derived. And calls
// of the methods that a type declares in place of derived functions.

import ZongIR
import ZongSema

extension FunctionLowering {
  // MARK: Declared instead of derived

  /// The library's function that calls the method which `type` declares in place of a derived function, or null.
  func replacement(_ kind: DerivedFunction.Kind, _ type: TypeId) -> ZongSema.FunctionId? {
    program.reachable.replacements.isEmpty
      ? nil : program.reachable.replacements[DerivedFunction(kind: kind, type: type)]
  }

  /// Calls it with values of the type behind other arguments.
  func callReplacement(
    _ function: ZongSema.FunctionId, _ leading: [ValueId], _ values: [Value], _ type: TypeId, _ result: Type
  ) -> ValueId {
    var arguments = leading
    for value in values {
      let given = passed(value, type)
      for leaf in 0..<given.count { arguments.append(given[leaf]) }
    }
    return call(plan.irId(function), arguments, result)
  }

  // MARK: Hashing

  func lowerHash(_ node: TypedNode) {
    let type = code[TypedId(node.a)].type
    var given = value(TypedId(node.a))
    if given.count == 0 && !given.isTemporary && types[type].size > 0 { given = copied(given, type) }
    let hasher = builder.variable(.i64)
    builder.set(hasher, value(TypedId(node.b)).single)
    builder.position = node.position.offset
    hash(given, type, hasher)
  }

  /// Feeds a value to the hasher that the variable points to.
  private func hash(_ given: Value, _ type: TypeId, _ hasher: VariableId) {
    let info = types[type]
    if type == .string || type == .bytes {
      _ = callRuntime(.hashText, [builder.get(hasher), given[0], given[1]])
    } else if let method = replacement(.hashes, type) {
      _ = callReplacement(method, [builder.get(hasher)], [given], type, .none)
    } else if info.kind == .builtin || info.kind == .pointer || types.isComparedAsScalar(type) {
      hashWord(given.single, hasher)
    } else if info.size > 0 {
      _ = call(plan.derivedId(.hashes, type), [builder.get(hasher), addressOf(given, type)])
    }
  }

  private func hashWord(_ word: ValueId, _ hasher: VariableId) {
    let isNarrow = function.instructions[word.index].type == .i32
    let wide = isNarrow ? builder.unary(.extendU, .i64, word) : word
    _ = callRuntime(.hashWord, [builder.get(hasher), wide])
  }

  /// The derived function: (pointer to the hasher, address of the value).
  func lowerHashing(_ type: TypeId) {
    let hasher = builder.variable(.i64)
    let address = builder.variable(.i32)
    let given = builder.parameter(.i64)
    let place = builder.parameter(.i32)
    builder.set(hasher, given)
    builder.set(address, place)
    hashBody(type, hasher, address)
    builder.returnValues(.empty)
  }

  private func hashBody(_ type: TypeId, _ hasher: VariableId, _ address: VariableId) {
    let info = types[type]
    switch info.kind {
    case .structure:
      let structure = declarations.structures[info.a]
      for index in 0..<Int(structure.fieldCount) {
        let field = declarations.field(structure, index)
        hashPart(field.type, hasher, builder.get(address), field.offset)
      }
    case .slice, .array:
      if info.kind == .slice { hashWord(builder.load(.i32, builder.get(address), offset: 8), hasher) }
      loopOverElements(type, address) { at, _ in hashPart(info.element, hasher, builder.get(at), 0) }
    case .enumeration:
      let enumeration = declarations.enumerations[info.a]
      hashWord(tag(Value(memory: builder.get(address)), enumeration), hasher)
      forEachCase(enumeration, address) { enumCase in
        for index in 0..<Int(enumCase.fieldCount) {
          let field = declarations.field(enumCase, index)
          hashPart(field.type, hasher, builder.get(address), field.offset)
        }
      }
    case .optional: hashOptional(type, hasher, address)
    case .pointer, .builtin, .fallible, .interface, .function, .parameter, .list: break
    }
  }

  private func hashPart(_ type: TypeId, _ hasher: VariableId, _ address: ValueId, _ offset: UInt32) {
    if types[type].size == 0 { return }
    hash(load(type, from: .memory(address, offset)), type, hasher)
  }

  private func hashOptional(_ type: TypeId, _ hasher: VariableId, _ address: VariableId) {
    let (present, absent, after) = branchOnFlag(type, address)
    builder.begin(present)
    hashWord(builder.i32(1), hasher)
    hashPart(types[type].element, hasher, builder.get(address), 0)
    builder.jump(builder.edge(after))
    builder.begin(absent)
    hashWord(builder.i32(0), hasher)
    builder.jump(builder.edge(after))
    builder.begin(after)
  }
}
