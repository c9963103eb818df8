// What the library's core can't say in Zong: raw memory, the memory's size, the bits of floats, and the parts of
// text and slices. Declared in its `extern "zong"` block and known here by name.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax
import ZongWasm

extension FunctionLowering {
  func intrinsic(_ node: TypedNode, _ callee: FunctionInfo) -> Value {
    let name = program.names.text(of: callee.name)
    if let access = FunctionLowering.accesses[name] { return rawAccess(node, access) }
    let arguments = (0..<code.extra[node.b]).map { value(argument(node, $0)) }
    builder.position = node.position.offset
    if let kind = FunctionLowering.stops[name] {
      // A stop in the middle of a block: what follows is never run.
      builder.check(builder.i32(0), kind, builder.list(arguments[0].single, arguments[1].single, arguments[2].single))
      return .none
    }
    if let value = memoryIntrinsic(name, arguments) ?? pointerIntrinsic(name, arguments) { return value }
    preconditionFailure("an intrinsic that the lowering doesn't know")
  }

  /// What raw loads and stores move.
  private static let accesses: [String: (type: Type, access: Access)] = [
    "load8": (.i32, .bits8Unsigned), "load16": (.i32, .bits16Unsigned), "load32": (.i32, .full),
    "load64": (.i64, .full),
    "store8": (.i32, .bits8Unsigned), "store16": (.i32, .bits16Unsigned), "store32": (.i32, .full),
    "store64": (.i64, .full),
  ]

  private func argument(_ node: TypedNode, _ index: UInt32) -> TypedId {
    TypedId(code.extra[node.b + 2 + index * 2])
  }

  /// A load, or a store if there is a second argument. The library's sums of addresses and constants don't wrap around.
  private func rawAccess(_ node: TypedNode, _ access: (type: Type, access: Access)) -> Value {
    var place = argument(node, 0)
    var offset: UInt32 = 0
    let sum = code[place]
    if sum.op == .binary, BinaryOperator(rawValue: sum.flags) == .add {
      let right = code[TypedId(sum.b)]
      if right.op == .integer, right.b == 0, right.a < 4096 { (place, offset) = (TypedId(sum.a), right.a) }
    }
    let address = scalar(place)
    let stored = code.extra[node.b] > 1 ? scalar(argument(node, 1)) : nil
    builder.position = node.position.offset
    guard let stored else { return Value(builder.load(access.type, address, offset: offset, access: access.access)) }
    builder.store(address, stored, offset: offset, access: access.access)
    return .none
  }

  private func countAllocation() {
    let place = builder.i32(Int32(bitPattern: RuntimeLayout.allocationCount))
    builder.store(place, builder.binary(.add, .i64, builder.load(.i64, place), builder.i64(1)))
  }

  /// Memory as it is, without checks.
  private func memoryIntrinsic(_ name: String, _ arguments: [Value]) -> Value? {
    let first = arguments.first?.single ?? .none
    switch name {
    case "copy": builder.emit(.memoryCopy, a: first.index, b: arguments[1].single.index, c: arguments[2].single.index)
    case "fill": builder.emit(.memoryFill, a: first.index, b: arguments[1].single.index, c: arguments[2].single.index)
    case "memory_pages": return Value(builder.emit(.memorySize, .i32))
    case "grow_memory": return Value(builder.emit(.memoryGrow, .i32, a: first.index))
    case "tag": return Value(builder.unary(.wrap, .i32, tag(first)))
    case "tags_at": return Value(builder.emit(.tagLoad, .i64, a: first.index, access: .full))
    case "set_tag": setTag(tagPlace(first), builder.unary(.extendU, .i64, arguments[1].single), [])
    case "set_tag_at": setTag(first, builder.unary(.extendU, .i64, arguments[1].single), [])
    case "set_tags_at": builder.emit(.tagStore, a: first.index, b: arguments[1].single.index, access: .full)
    case "prepare_tag": setTag(tagPlace(first), builder.unary(.extendU, .i64, arguments[1].single), .fresh)
    case "prepare_tags_at":
      builder.emit(.tagStore, a: first.index, b: arguments[1].single.index, access: .full, effects: .fresh)
    case "copy_tags": copyTags(arguments, [])
    case "copy_unused_tags": copyTags(arguments, .fresh)
    case "tag_pages": return Value(builder.emit(.tagSize, .i32))
    case "grow_tags": return Value(builder.emit(.tagGrow, .i32, a: first.index))
    case "page_table": return Value(builder.i32(Int32(bitPattern: plan.pageTable)))
    case "heap_start": return Value(builder.i32(Int32(bitPattern: plan.heapStart)))
    case "globals_end": return Value(builder.i32(Int32(bitPattern: plan.stackBottom)))
    case "constants_end": return Value(builder.i32(Int32(bitPattern: plan.constantsEnd)))
    case "global_table": return Value(builder.i32(Int32(bitPattern: plan.globalTable)))
    case "output_buffer": return Value(builder.i64(Int64(plan.outputBuffer)))
    case "stack_pointer": return Value(builder.emit(.globalGet, .i32, a: ProgramPlan.stackPointer))
    case "sweep": return Value(program.runtime(.sweep) == .none ? builder.i32(0) : callRuntime(.sweep, [], .i32))
    case "counts": return Value(builder.i32(plan.options.countsAllocations ? Int32(RuntimeLayout.counts) : 0))
    case "count_allocation": if plan.options.countsAllocations { countAllocation() }
    case "checks_memory": return Value(builder.i32(plan.checksMemory ? 1 : 0))
    case "site_table": return Value(builder.i32(Int32(bitPattern: plan.siteTable)))
    default: return nil
    }
    return Value.none
  }

  /// What values are made of.
  private func pointerIntrinsic(_ name: String, _ arguments: [Value]) -> Value? {
    let first = arguments.first?.single ?? .none
    switch name {
    case "leading_zeros": return Value(builder.unary(.clz, .i32, first))
    case "trailing_zeros": return Value(builder.unary(.wrap, .i32, builder.unary(.ctz, .i64, first)))
    case "float_sqrt": return Value(builder.unary(.sqrt, .f64, first))
    case "float_floor": return Value(builder.unary(.floor, .f64, first))
    case "float_ceil": return Value(builder.unary(.ceil, .f64, first))
    case "float_truncate": return Value(builder.unary(.trunc, .f64, first))
    case "float_abs": return Value(builder.unary(.abs, .f64, first))
    case "float_bits": return Value(builder.unary(.reinterpret, .i64, first))
    case "small_float_bits": return Value(builder.unary(.reinterpret, .i32, first))
    case "text_address", "bytes_address":
      checkKey(first)
      return Value(address(first))
    case "text_pointer", "bytes_pointer": return Value(first)
    case "make_text": return Value(first, arguments[1].single)
    case "make_bytes", "make_texts": return Value(first, arguments[1].single, arguments[2].single)
    default: return nil
    }
  }

  /// The place of the tag of the granule at an address.
  private func tagPlace(_ address: ValueId) -> ValueId {
    let shifted = builder.binary(.shrU, .i32, address, builder.i32(3))
    return builder.binary(.and, .i32, shifted, builder.i32(-2))
  }

  private func tag(_ address: ValueId) -> ValueId {
    builder.emit(.tagLoad, .i64, a: tagPlace(address).index, access: .bits16Unsigned)
  }

  private func setTag(_ place: ValueId, _ tag: ValueId, _ effects: Effects) {
    builder.emit(.tagStore, a: place.index, b: tag.index, access: .bits16Unsigned, effects: effects)
  }

  private func copyTags(_ arguments: [Value], _ effects: Effects) {
    func place(_ value: Value) -> ValueId {
      if !plan.options.singleMemory { return value.single }
      return builder.binary(.add, .i32, value.single, builder.i32(Int32(bitPattern: plan.tagBase)))
    }
    let (target, source) = (place(arguments[0]), place(arguments[1]))
    builder.emit(.tagCopy, a: target.index, b: source.index, c: arguments[2].single.index, effects: effects)
  }

  /// The library's stops, each with three I64 for the message's values.
  private static let stops: [String: ZongIR.StopKind] = [
    "stop_out_of_memory": .outOfMemory, "stop_too_large": .tooLarge, "stop_forgotten": .forgotten,
    "stop_use_after_free": .useAfterFree, "stop_moved_by_append": .movedByAppend, "stop_local_ended": .localEnded,
    "stop_arena_ended": .arenaEnded, "stop_used_again": .usedAgain, "stop_double_free": .doubleFree,
    "stop_free_part": .freePart, "stop_free_constant": .freeConstant, "stop_delete_shortened": .deleteShortened,
    "stop_null": .null, "stop_constant_write": .constantWrite, "stop_host_range": .hostRange,
  ]
}
