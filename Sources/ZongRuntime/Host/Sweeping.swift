// What a sweep of the guest's asks the host for (Library/std/core/sweep.zong): which of its memory the machine stack may
// lead to. Only programs that `zong run` compiles import it.

import CWasmtime

extension Host {
  /// Sets a bit, in the bits at `bits`, for each granule from `first` to `end` that the stack may lead to.
  func markStack(_ bits: UInt32, _ first: UInt32, _ end: UInt32) -> WASIError {
    guard var tags = tagMemory, first <= end else { return .notSupported }
    let memory = guestMemory
    guard let range = memory.writableRange(bits, (end &- first) / 128 + 1), let start = range.baseAddress else {
      return .fault
    }
    let isMarked = guest_stack_mark(
      start.assumingMemoryBound(to: UInt8.self), first, end, memory.base,
      library.api.wasmtime_memory_data(context, &tags))
    return isMarked ? .success : .notSupported
  }
}
