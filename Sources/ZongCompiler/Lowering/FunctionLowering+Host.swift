// Calls of functions of the host: pointers become addresses, and for WASI every range that the host will touch is checked
// before the call.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax

extension FunctionLowering {
  /// Checks the arguments of a call of an imported function, one value each, and turns pointers into addresses.
  func prepareForHost(_ callee: FunctionInfo, _ arguments: UnsafeMutableBufferPointer<ValueId>) {
    let pointers = (0..<arguments.count).map { types.isPointer(declarations.parameter(callee, $0).type) }
    if plan.checksMemory && !callee.isCore { checkRanges(callee, arguments, pointers) }
    for index in 0..<arguments.count where pointers[index] {
      checkKey(arguments[index])
      arguments[index] = address(arguments[index])
    }
  }

  private func checkRanges(
    _ callee: FunctionInfo, _ arguments: UnsafeMutableBufferPointer<ValueId>, _ pointers: [Bool]
  ) {
    guard declarations.importNames[Int(callee.importModule)] == "wasi_snapshot_preview1" else { return }
    for range in wasiRanges[declarations.importNames[Int(callee.importName)]] ?? [] {
      switch range {
      case .object(let at, let bytes, let isWritten):
        guard at < arguments.count else { continue }
        let pointee = types[types[declarations.parameter(callee, at).type].element].size
        // What the type says is there; only what the host takes beyond must be looked for.
        if pointers[at] && Int64(pointee) >= bytes && !mayBeConstant(pointee, isWritten) { continue }
        checkRange(.checkRange, arguments[at], builder.i64(bytes), isWritten, hasKey: pointers[at])
      case .buffer(let at, let count, let itemSize, let isWritten):
        guard at < arguments.count, count < arguments.count else { continue }
        let bytes = builder.binary(.mul, .i64, unsigned(arguments[count]), builder.i64(itemSize))
        checkRange(.checkRange, arguments[at], bytes, isWritten, hasKey: pointers[at])
      case .buffers(let at, let count, let isWritten):
        guard at < arguments.count, count < arguments.count else { continue }
        checkRange(.checkBuffers, arguments[at], unsigned(arguments[count]), isWritten, hasKey: pointers[at])
      case .arguments(let isEnvironment):
        guard arguments.count == 2 else { continue }
        let keys = builder.i32((pointers[0] ? 1 : 0) | (pointers[1] ? 2 : 0))
        let environment = builder.i32(isEnvironment ? 1 : 0)
        _ = callRuntime(.checkArguments, [wide(arguments[0]), wide(arguments[1]), keys, environment])
      }
    }
  }

  /// Text constants are read through `U8[]`, so a pointer to a byte may lead to one.
  private func mayBeConstant(_ size: UInt32, _ isWritten: Bool) -> Bool { isWritten && size == 1 }

  private func checkRange(
    _ function: RuntimeFunction, _ pointer: ValueId, _ count: ValueId, _ isWritten: Bool, hasKey: Bool
  ) {
    let writes = builder.i32(isWritten ? 1 : 0)
    _ = callRuntime(function, [wide(pointer), count, writes, builder.i32(hasKey ? 1 : 0)])
  }

  /// A pointer as it is, or an address that was given as a number.
  private func wide(_ value: ValueId) -> ValueId { function[value].type == .i64 ? value : pointer(value) }

  /// The host takes a count as 32 bits without sign.
  private func unsigned(_ value: ValueId) -> ValueId {
    function[value].type == .i64 ? value : builder.unary(.extendU, .i64, value)
  }
}
