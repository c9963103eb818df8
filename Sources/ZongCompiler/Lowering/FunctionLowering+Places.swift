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

  /// The address of a place that lies in memory.
  func placeAddress(_ id: TypedId) -> ValueId {
    switch place(id) {
    case .memory(let address, let offset): return plus(address, offset)
    case .variables: return builder.i32(0)
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
      return .memory(builder.i32(0), plan.globalAddresses[Int(node.a)])
    case .dereference:
      next += 1
      return .memory(address(prepared[next - 1]), 0)
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
    guard plan.hasConstants, !info.isLibrary, case .memory(let address, _) = place, code[target].type == .u8 else {
      return
    }
    let node = code[target]
    let isDerived = node.op == .dereference || (node.op == .element && types.isSlice(code[TypedId(node.a)].type))
    guard isDerived else { return }
    let isAbove = builder.binary(.geU, .i32, address, builder.i32(Int32(bitPattern: plan.constantsEnd)))
    builder.check(isAbove, .constantWrite, .empty)
  }

  private func resolveField(_ node: TypedNode, _ next: inout Int) -> Place {
    let structure = declarations.structures[types[code[TypedId(node.a)].type].a]
    let field = declarations.field(structure, Int(node.b))
    switch resolve(TypedId(node.a), &next) {
    case .variables(let first): return .variables(first + field.firstLeaf)
    case .memory(let address, let offset): return .memory(address, offset + field.offset)
    }
  }

  private func resolveElement(_ node: TypedNode, _ next: inout Int) -> Place {
    let object = TypedId(node.a)
    let type = code[object].type
    let info = types[type]
    let size = types[elementType(type)].size
    var base = ValueId.none
    var baseOffset: UInt32 = 0
    var length = ValueId.none
    if isStored(object) && (info.kind == .array || info.kind == .slice) {
      let place = resolve(object, &next)
      if info.kind == .array, case .memory(let address, let offset) = place {
        base = address
        baseOffset = offset
      } else {
        let slice = load(type, from: place)
        base = address(slice[0])
        length = builder.unary(.extendU, .i64, slice[1])
      }
    } else if info.kind == .array {
      base = prepared[next]
      next += 1
    } else {
      base = address(prepared[next])
      length = builder.unary(.extendU, .i64, prepared[next + 1])
      next += 2
    }
    let index = prepared[next]
    next += 1
    builder.position = node.position.offset
    if info.kind == .array { return arrayElement(base, baseOffset, index, node, info.b, size) }
    checkIndex(index, length, code[TypedId(node.b)].type)
    let offset = scaled(builder.unary(.wrap, .i32, index), size)
    return .memory(builder.binary(.add, .i32, base, offset), 0)
  }

  /// An element of an array; a constant index was checked when the program was compiled.
  private func arrayElement(
    _ base: ValueId, _ offset: UInt32, _ index: ValueId, _ node: TypedNode, _ count: UInt32, _ size: UInt32
  )
    -> Place
  {
    let instruction = function[index]
    if instruction.opcode == .constant {
      return .memory(base, offset + instruction.a * size)
    }
    checkIndex(index, builder.i64(Int64(count)), code[TypedId(node.b)].type)
    let scaledIndex = scaled(builder.unary(.wrap, .i32, index), size)
    return .memory(builder.binary(.add, .i32, base, scaledIndex), offset)
  }

  /// Stops the program unless 0 <= index < length.
  func checkIndex(_ index: ValueId, _ length: ValueId, _ type: TypeId) {
    let isInside = builder.binary(.ltU, .i32, index, length)
    builder.check(isInside, type == .u64 ? .boundsUnsigned : .bounds, builder.list(index, length))
  }
}
