// Places: what can be read, assigned and pointed to. A place is prepared first (the indices and pointers in it are
// evaluated, left to right), and resolved to an address after the value that goes there has been computed.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// The place that an expression names, evaluated at once.
  func place(_ id: TypedId) -> Place {
    let mark = prepared.count
    prepare(id)
    var next = mark
    let place = resolve(id, &next)
    prepared.removeSubrange(mark...)
    return place
  }

  /// A pointer to a place that lies in memory.
  func placePointer(_ id: TypedId) -> ValueId {
    switch place(id) {
    case .memory(let address, let offset, let owner, let isWhole):
      // Where an object's own pointer leads, the object's tags are those of all its granules.
      let pointer = pointer(plus(address, offset), owner: owner)
      return isWhole ? pointer : inner(pointer, owner: owner, size: types[code[id].type].size)
    case .variables: return builder.i64(0)
    }
  }

  /// Evaluates what a place depends on and keeps the values in `prepared`.
  func prepare(_ id: TypedId) {
    let node = code[id]
    switch node.op {
    case .field: prepare(TypedId(node.a))
    case .dereference: prepared.append(value(TypedId(node.a)).single)
    case .element:
      let object = TypedId(node.a)
      let type = code[object].type
      if isStored(object) && (types[type].kind == .array || types[type].kind == .slice) {
        prepare(object)
      } else if types[type].kind == .array {
        let whole = value(object)
        prepared.append(plus(whole.address, whole.offset))
      } else {
        let whole = value(object)
        prepared.append(whole[0])
        prepared.append(whole[1])
      }
      prepared.append(widened(TypedId(node.b)))
    default: break
    }
  }

  /// The place from what was prepared, beginning at `next`. May be done again after something has changed.
  func resolve(_ id: TypedId, _ next: inout Int) -> Place {
    let node = code[id]
    switch node.op {
    case .local: return localPlace(LocalId(node.a))
    case .global:
      checkIsSet(node)
      return .memory(builder.i32(0), plan.globalAddresses[Int(node.a)], isWhole: true)
    case .dereference:
      next += 1
      let pointer = prepared[next - 1]
      builder.position = node.position.offset
      checkKey(pointer)
      return .memory(address(pointer), 0, owner: pointer, isWhole: true)
    case .field: return resolveField(node, &next)
    case .element: return resolveElement(node, &next)
    default:
      // A value without storage of its own is put into a temporary.
      let held = value(id)
      return .memory(addressOf(held, node.type), 0)
    }
  }

  /// A script's variable without a zero value, used by a function: stops if the script hasn't set it yet.
  private func checkIsSet(_ node: TypedNode) {
    guard let flag = plan.setFlag(GlobalId(node.a)), info.kind != .script else { return }
    let name = code.strings.intern(program.names.text(of: declarations.globals[node.a].name))
    builder.position = node.position.offset
    let isSet = builder.load(.i32, builder.i32(0), offset: flag)
    builder.check(
      isSet, .unset,
      builder.list(builder.i64(Int64(textAddress(name.index))), builder.i64(Int64(textLength(name.index)))))
  }

  /// Stores into what may be a text constant must not change it (constants lie below all else).
  func checkIsVariable(_ target: TypedId, _ place: Place) {
    guard plan.hasConstants, plan.checksMemory, !info.isCore, case .memory(_, _, let owner, _) = place,
      code[target].type == .u8,
      owner != .none
    else {
      return
    }
    // The start of the slice says it for all its elements.
    let isAbove = builder.binary(.geU, .i32, address(owner), builder.i32(Int32(bitPattern: plan.constantsEnd)))
    builder.check(isAbove, .constantWrite, .empty)
  }

  private func resolveField(_ node: TypedNode, _ next: inout Int) -> Place {
    let structure = declarations.structures[types[code[TypedId(node.a)].type].a]
    let field = declarations.field(structure, Int(node.b))
    switch resolve(TypedId(node.a), &next) {
    case .variables(let first): return .variables(first + field.firstLeaf)
    case .memory(let address, let offset, let owner, let isWhole):
      return .memory(address, offset + field.offset, owner: owner, isWhole: isWhole)
    }
  }

  private func resolveElement(_ node: TypedNode, _ next: inout Int) -> Place {
    let object = TypedId(node.a)
    let type = code[object].type
    let info = types[type]
    let size = types[elementType(type)].size
    if info.kind == .array {
      var base = Place.memory(.none, 0)
      if isStored(object) {
        base = resolve(object, &next)
      } else {
        base = .memory(prepared[next], 0)
        next += 1
      }
      next += 1
      builder.position = node.position.offset
      return arrayElement(base, prepared[next - 1], node, info.b, size)
    }
    var start = ValueId.none
    var length = ValueId.none
    if isStored(object) && info.kind == .slice {
      let slice = load(type, from: resolve(object, &next))
      (start, length) = (slice[0], slice[1])
    } else {
      (start, length) = (prepared[next], prepared[next + 1])
      next += 2
    }
    let index = prepared[next]
    next += 1
    builder.position = node.position.offset
    checkIndex(index, builder.unary(.extendU, .i64, length), code[TypedId(node.b)].type)
    checkKey(start)
    let offset = scaled(builder.unary(.wrap, .i32, index), size)
    return .memory(builder.binary(.add, .i32, address(start), offset), 0, owner: start)
  }

  /// An element of an array; a constant index was checked when the program was compiled.
  private func arrayElement(_ base: Place, _ index: ValueId, _ node: TypedNode, _ count: UInt32, _ size: UInt32)
    -> Place
  {
    guard case .memory(let address, let offset, let owner, let isWhole) = base else { return base }
    let instruction = function[index]
    if instruction.opcode == .constant {
      return .memory(address, offset + instruction.a * size, owner: owner, isWhole: isWhole)
    }
    checkIndex(index, builder.i64(Int64(count)), code[TypedId(node.b)].type)
    let scaledIndex = scaled(builder.unary(.wrap, .i32, index), size)
    return .memory(builder.binary(.add, .i32, address, scaledIndex), offset, owner: owner)
  }

  /// Stops the program unless 0 <= index < length.
  func checkIndex(_ index: ValueId, _ length: ValueId, _ type: TypeId) {
    if !plan.checksMemory { return }
    let isInside = builder.binary(.ltU, .i32, index, length)
    builder.check(isInside, type == .u64 ? .boundsUnsigned : .bounds, builder.list(index, length))
  }
}
