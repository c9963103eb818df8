// The host's side of one running instance: what host functions know and what they leave behind.

import CWasmtime

/// The state that an instance's host functions share. Used by the guest's thread alone while the guest runs.
final class Host: @unchecked Sendable {
  let library: Library
  let context: OpaquePointer
  /// The instance's memory; null until the instance exists.
  var memory: wasmtime_memory_t?
  /// The memory of its tags, if it shows that.
  var tagMemory: wasmtime_memory_t?
  /// The program's name and arguments, each ended by a zero byte.
  let arguments: [[UInt8]]
  /// The descriptors of the standard streams, by the guest's numbers; null for those that it closed.
  var streams: [Int32?]
  /// The status that the guest ended itself with.
  var exitStatus: UInt32?

  init(library: Library, context: OpaquePointer, arguments: [String], streams: Streams) {
    self.library = library
    self.context = context
    self.streams = [streams.input, streams.output, streams.errors]
    self.arguments = arguments.map { Array($0.utf8.filter { $0 != 0 }) + [0] }
  }

  var guestMemory: GuestMemory {
    guard var memory else { return GuestMemory(nil, count: 0) }
    let count = library.api.wasmtime_memory_data_size(context, &memory)
    return GuestMemory(library.api.wasmtime_memory_data(context, &memory), count: count)
  }

  /// A trap that unwinds the guest without being a mistake of the program.
  func unwind() -> OpaquePointer? {
    let text: StaticString = "exit"
    return text.withUTF8Buffer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { library.api.wasmtime_trap_new($0.baseAddress, $0.count) }
    }
  }
}

/// The arguments of one call, with their types as the function declares them.
struct HostArguments {
  private let values: UnsafeMutablePointer<wasmtime_val_raw_t>

  init(_ values: UnsafeMutablePointer<wasmtime_val_raw_t>) { self.values = values }

  subscript(index: Int) -> UInt32 { UInt32(bitPattern: values[index].i32) }
  func long(_ index: Int) -> UInt64 { UInt64(bitPattern: values[index].i64) }
}
