// WASI preview 1: the standard streams.

import CWasmtime
import ZongWasm

extension Host {
  /// The most parts that one read or write has.
  private static let vectorLimit: UInt32 = 1024

  /// Writes what the guest has left in its output buffer.
  func flushOutput() {
    let memory = guestMemory
    guard let stream = stream(1), let address = memory.read(RuntimeLayout.outputAddress, as: UInt32.self),
      let fill = memory.read(RuntimeLayout.outputFill, as: UInt32.self), let range = memory.range(address, fill)
    else { return }
    writeAll(stream, UnsafeRawBufferPointer(range))
  }

  func stream(_ descriptor: UInt32) -> Int32? {
    descriptor < 3 ? streams[Int(descriptor)] : nil
  }

  func streamWrite(_ descriptor: UInt32, _ vectors: UInt32, _ count: UInt32, _ result: UInt32) -> WASIError {
    guard let stream = stream(descriptor), descriptor != 0 else { return .badDescriptor }
    if descriptor == 1 { guest_output_begin_write() }
    defer { if descriptor == 1 { guest_output_end_write() } }
    return transfer(vectors, count, result, stream, Int16(POLLOUT)) { writev(stream, $0, $1) }
  }

  func streamRead(_ descriptor: UInt32, _ vectors: UInt32, _ count: UInt32, _ result: UInt32) -> WASIError {
    guard let stream = stream(descriptor), descriptor == 0 else { return .badDescriptor }
    return transfer(vectors, count, result, stream, Int16(POLLIN)) { readv(stream, $0, $1) }
  }

  /// Checks all parts of a read or write, then makes it.
  private func transfer(
    _ vectors: UInt32, _ count: UInt32, _ result: UInt32, _ stream: Int32, _ events: Int16,
    _ call: (UnsafePointer<iovec>?, Int32) -> Int
  ) -> WASIError {
    let memory = guestMemory
    guard count <= Self.vectorLimit else { return .invalid }
    guard let table = memory.range(vectors, count * 8), memory.range(result, 4) != nil else { return .fault }
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: Int(count)) { parts in
      for index in 0..<Int(count) {
        let address = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))
        let length = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt32.self))
        guard let range = memory.range(address, length) else { return .fault }
        parts.initializeElement(at: index, to: iovec(iov_base: range.baseAddress, iov_len: range.count))
      }
      while true {
        let done = call(parts.baseAddress, Int32(count))
        if done >= 0 { return memory.write(result, UInt32(truncatingIfNeeded: done)) ? .success : .fault }
        // The descriptor may be non-blocking because another process that shares it made it so.
        if errno == EAGAIN { waitUntilReady(stream, events) } else if errno != EINTR { return .system(errno) }
      }
    }
  }

  func streamSeek(_ descriptor: UInt32) -> WASIError {
    stream(descriptor) == nil ? .badDescriptor : .isPipe
  }

  func streamClose(_ descriptor: UInt32) -> WASIError {
    guard stream(descriptor) != nil else { return .badDescriptor }
    streams[Int(descriptor)] = nil
    return .success
  }

  /// The file type of a stream, as WASI numbers them.
  private func fileType(_ stream: Int32) -> UInt8 {
    var status = stat()
    guard fstat(stream, &status) == 0 else { return 0 }
    return switch status.st_mode & S_IFMT {
    case S_IFBLK: 1
    case S_IFCHR: 2
    case S_IFDIR: 3
    case S_IFREG: 4
    case S_IFSOCK: 6
    default: 0
    }
  }

  /// `fdstat`: file type, flags, rights (reading for input, writing for output).
  func streamStatus(_ descriptor: UInt32, _ address: UInt32) -> WASIError {
    guard let stream = stream(descriptor) else { return .badDescriptor }
    let memory = guestMemory
    guard let range = memory.range(address, 24) else { return .fault }
    range.initializeMemory(as: UInt8.self, repeating: 0)
    range[0] = fileType(stream)
    let rights: UInt64 = descriptor == 0 ? 1 << 1 : 1 << 6
    return memory.write(address &+ 8, rights) ? .success : .fault
  }

  /// `filestat`: the file type, and zeros for what a program needs not know about its streams.
  func streamFileStatus(_ descriptor: UInt32, _ address: UInt32) -> WASIError {
    guard let stream = stream(descriptor) else { return .badDescriptor }
    guard let range = guestMemory.range(address, 64) else { return .fault }
    range.initializeMemory(as: UInt8.self, repeating: 0)
    range[16] = fileType(stream)
    return .success
  }
}
