// WASI preview 1: reading and writing what is open, streams and files.

import CWasmtime

extension Host {
  /// Writes parts of the guest's memory: where the file's position is, or at an offset.
  func write(
    _ number: UInt32, _ vectors: UInt32, _ count: UInt32, at offset: UInt64? = nil, _ result: UInt32
  ) -> WASIError {
    guard let file = files[number], file.canWrite else { return .badDescriptor }
    if let session = file.session {
      return transfer(vectors, count, result, session.write) { self.bytesWritten &+= $0 }
    }
    if number == 1 { guest_output_begin_write() }
    defer { if number == 1 { guest_output_end_write() } }
    let place = offset.map { off_t(exactly: $0) ?? -1 }
    let descriptor = file.descriptor.number
    let limit = file.isStandardStream ? outputLeft : .max
    return transfer(vectors, count, result, file, Int16(POLLOUT), limit: limit) { parts, count in
      let done = place.map { pwritev(descriptor, parts, count, $0) } ?? writev(descriptor, parts, count)
      let bytes = UInt64(max(done, 0))
      self.bytesWritten &+= bytes
      if file.isStandardStream { self.notePrinted(bytes, on: file) }
      return done
    }
  }

  /// Reads into parts of the guest's memory: from where the file's position is, or from an offset.
  func read(
    _ number: UInt32, _ vectors: UInt32, _ count: UInt32, at offset: UInt64? = nil, _ result: UInt32
  ) -> WASIError {
    guard let file = files[number], file.canRead else { return .badDescriptor }
    if let session = file.session {
      return transfer(vectors, count, result, session.read) { self.bytesRead &+= $0 }
    }
    // The system refuses negative places.
    let place = offset.map { off_t(exactly: $0) ?? -1 }
    let descriptor = file.descriptor.number
    return transfer(vectors, count, result, file, Int16(POLLIN)) { parts, count in
      let done = place.map { preadv(descriptor, parts, count, $0) } ?? readv(descriptor, parts, count)
      self.noteRead(parts, count, bytes: done)
      return done
    }
  }

  private func notePrinted(_ bytes: UInt64, on file: OpenFile) {
    outputLeft -= min(outputLeft, bytes)
    deeds.insert(file.descriptor.number == streams.errors ? .errors : .output)
  }

  /// Bytes were read into the first of these parts.
  private func noteRead(_ parts: UnsafePointer<iovec>?, _ count: Int32, bytes: Int) {
    guard bytes > 0, let parts else { return }
    bytesRead &+= UInt64(bytes)
    let memory = guestMemory
    var left = bytes
    for index in 0..<Int(count) where left > 0 {
      let used = min(left, parts[index].iov_len)
      if let start = parts[index].iov_base, let base = memory.base {
        let address = UnsafePointer(start.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(base)
        memory.noteChange(UInt32(truncatingIfNeeded: address), UInt32(truncatingIfNeeded: used))
      }
      left -= used
    }
  }

  /// Prints again what a recorded call printed: the first bytes of its parts.
  func printAgain(_ vectors: UInt32, _ count: UInt32, bytes: Int, stream: UInt32) {
    guard let parts = try? GuestVectors(guestMemory, vectors, count), let descriptor = descriptor(stream) else {
      return
    }
    var left = bytes
    for index in 0..<parts.count where left > 0 {
      guard let part = parts[index]?.bytes else { return }
      writeAll(descriptor, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(part).prefix(left)))
      left -= min(left, part.count)
    }
  }

  /// Reads or writes the first part that isn't empty, of a secured connection.
  private func transfer(
    _ vectors: UInt32, _ count: UInt32, _ result: UInt32,
    _ call: (UnsafeMutableRawBufferPointer) -> Result<Int, WASIError>, _ note: (UInt64) -> Void
  ) -> WASIError {
    let memory = guestMemory
    let parts: GuestVectors
    do { parts = try GuestVectors(memory, vectors, count) } catch { return error }
    guard memory.range(result, 4) != nil else { return .fault }
    for index in 0..<parts.count {
      guard let part = parts[index] else { return .fault }
      if part.bytes.isEmpty { continue }
      switch call(part.bytes) {
      case .failure(let error): return error
      case .success(let done):
        memory.noteChange(part.address, UInt32(truncatingIfNeeded: done))
        note(UInt64(done))
        return memory.write(result, UInt32(truncatingIfNeeded: done)) ? .success : .fault
      }
    }
    return memory.write(result, UInt32(0)) ? .success : .fault
  }

  /// Checks all parts of a read or write, then makes it, with no more bytes than `limit`.
  private func transfer(
    _ vectors: UInt32, _ count: UInt32, _ result: UInt32, _ file: OpenFile, _ events: Int16,
    limit: UInt64 = .max, _ call: (UnsafePointer<iovec>?, Int32) -> Int
  ) -> WASIError {
    let memory = guestMemory
    let given: GuestVectors
    do { given = try GuestVectors(memory, vectors, count) } catch { return error }
    guard memory.range(result, 4) != nil else { return .fault }
    return withUnsafeTemporaryAllocation(of: iovec.self, capacity: given.count) { parts in
      var left = limit
      for index in 0..<given.count {
        guard let bytes = given[index]?.bytes else { return .fault }
        let allowed = Int(clamping: min(left, UInt64(bytes.count)))
        left -= UInt64(allowed)
        if allowed < bytes.count { reachOutputLimit() }
        parts.initializeElement(at: index, to: iovec(iov_base: bytes.baseAddress, iov_len: allowed))
      }
      while true {
        // With a limit of time nothing may wait where it wouldn't be woken, nor where children's output would have to wait.
        if alarm != nil || !childOutputs.isEmpty, !file.isNonBlocking, !isReady(file.descriptor.number, events) {
          return endTime()
        }
        let done = call(parts.baseAddress, Int32(count))
        if done >= 0 { return memory.write(result, UInt32(truncatingIfNeeded: done)) ? .success : .fault }
        switch errno {
        case EINTR: continue
        case EAGAIN:
          if file.isNonBlocking { return .again }
          // Another process that shares the descriptor made it so that it doesn't block.
          if !isReady(file.descriptor.number, events) { return endTime() }
        case EPIPE:
          // Nobody reads what the program prints: it ends, as other programs do, unless that signal is ignored.
          if file.isStandardStream { deliver_broken_pipe() }
          return .pipe
        default: return .system(errno)
        }
      }
    }
  }
}
