// What the library's core can't say in Zong: raw memory, the memory's size, the bits of floats, and the parts of
// text and slices. Declared in its `extern "zong"` block and known here by name.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  func intrinsic(_ node: TypedNode, _ callee: FunctionInfo) -> Value {
    var arguments: [Value] = []
    for item in 0..<code.extra[node.b] { arguments.append(value(TypedId(code.extra[node.b + 2 + item * 2]))) }
    builder.position = node.position.offset
    let first = arguments.first?.single ?? .none
    switch program.names.text(of: callee.name) {
    case "load8": return Value(builder.load(.i32, first, access: .bits8Unsigned))
    case "load32": return Value(builder.load(.i32, first))
    case "store8": builder.store(first, arguments[1].single, access: .bits8Unsigned)
    case "store32": builder.store(first, arguments[1].single)
    case "copy":
      builder.emit(.memoryCopy, a: first.index, b: arguments[1].single.index, c: arguments[2].single.index)
    case "memory_pages": return Value(builder.emit(.memorySize, .i32))
    case "grow_memory": return Value(builder.emit(.memoryGrow, .i32, a: first.index))
    case "heap_start": return Value(builder.i32(Int32(bitPattern: plan.stackTop)))
    case "float_bits": return Value(builder.unary(.reinterpret, .i64, first))
    case "small_float_bits": return Value(builder.unary(.reinterpret, .i32, first))
    case "text_address", "bytes_address": return Value(address(first))
    case "make_text": return Value(pointer(first), arguments[1].single)
    case "make_bytes", "make_texts": return Value(pointer(first), arguments[1].single, arguments[2].single)
    case "stop_out_of_memory": stopIfReached(.outOfMemory, first)
    case "stop_too_large": stopIfReached(.tooLarge, first)
    default: preconditionFailure("an intrinsic that the lowering doesn't know")
    }
    return .none
  }

  /// A stop in the middle of a block: what follows is never run.
  private func stopIfReached(_ kind: ZongIR.StopKind, _ value: ValueId) {
    builder.check(builder.i32(0), kind, builder.list(value))
  }
}
