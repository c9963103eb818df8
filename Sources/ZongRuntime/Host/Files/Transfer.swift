// WASI preview 1: reading and writing what is open, streams and files.

import CWasmtime

extension Host {
  /// The most parts that one read or write has.
  private static let vectorLimit: UInt32 = 1024

  func write(_ number: UInt32, _ vectors: UInt32, _ count: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number], file.canWrite else { return .badDescriptor }
    let descriptor = file.descriptor.number
    if number == 1 { guest_output_begin_write() }
    defer { if number == 1 { guest_output_end_write() } }
    let isStream = number == 1 || number == 2
    return transfer(vectors, count, result, descriptor, Int16(POLLOUT), limit: isStream ? outputLeft : .max) {
      let written = writev(descriptor, $0, $1)
      self.countWritten(written, isStream: isStream)
      return written
    }
  }

  private func countWritten(_ count: Int, isStream: Bool) {
    guard count > 0 else { return }
    bytesWritten &+= UInt64(count)
    if isStream { outputLeft -= min(outputLeft, UInt64(count)) }
  }

  func read(_ number: UInt32, _ vectors: UInt32, _ count: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number], file.canRead else { return .badDescriptor }
    let descriptor = file.descriptor.number
    return transfer(vectors, count, result, descriptor, Int16(POLLIN)) {
      let done = readv(descriptor, $0, $1)
      if done > 0 { self.bytesRead &+= UInt64(done) }
      return done
    }
  }

  func write(_ number: UInt32, _ vectors: UInt32, _ count: UInt32, at offset: UInt64, _ result: UInt32) -> WASIError {
    guard let file = files[number], file.canWrite else { return .badDescriptor }
    guard let offset = off_t(exactly: offset) else { return .invalid }
    let descriptor = file.descriptor.number
    return transfer(vectors, count, result, descriptor, Int16(POLLOUT)) {
      let written = pwritev(descriptor, $0, $1, offset)
      self.countWritten(written, isStream: false)
      return written
    }
  }

  func read(_ number: UInt32, _ vectors: UInt32, _ count: UInt32, at offset: UInt64, _ result: UInt32) -> WASIError {
    guard let file = files[number], file.canRead else { return .badDescriptor }
    guard let offset = off_t(exactly: offset) else { return .invalid }
    let descriptor = file.descriptor.number
    return transfer(vectors, count, result, descriptor, Int16(POLLIN)) {
      let done = preadv(descriptor, $0, $1, offset)
      if done > 0 { self.bytesRead &+= UInt64(done) }
      return done
    }
  }

  /// Checks all parts of a read or write, then makes it, with no more bytes than `limit`.
  private func transfer(
    _ vectors: UInt32, _ count: UInt32, _ result: UInt32, _ descriptor: Int32, _ events: Int16,
    limit: UInt64 = .max, _ call: (UnsafePointer<iovec>?, Int32) -> Int
  ) -> WASIError {
    let memory = guestMemory
    guard count <= Self.vectorLimit else { return .invalid }
    guard let table = memory.range(vectors, count * 8), memory.range(result, 4) != nil else { return .fault }
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: Int(count)) { parts in
      var left = limit
      for index in 0..<Int(count) {
        let address = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))
        let length = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt32.self))
        guard let range = memory.range(address, length) else { return .fault }
        let allowed = Int(clamping: min(left, UInt64(range.count)))
        left -= UInt64(allowed)
        if allowed < range.count { reachOutputLimit() }
        parts.initializeElement(at: index, to: iovec(iov_base: range.baseAddress, iov_len: allowed))
      }
      while true {
        let done = call(parts.baseAddress, Int32(count))
        if done >= 0 { return memory.write(result, UInt32(truncatingIfNeeded: done)) ? .success : .fault }
        // The descriptor may be non-blocking because another process that shares it made it so.
        if errno == EAGAIN { waitUntilReady(descriptor, events) } else if errno != EINTR { return .system(errno) }
      }
    }
  }
}
