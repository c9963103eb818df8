// WASI preview 1: what lies in a folder.
//
//     entry, 24 bytes and the name:  the next entry's cookie u64 @0, inode u64 @8, length of the name u32 @16, type u8 @20

/// A folder that is being listed. It has a descriptor of its own, so that it ends where it wants.
final class FolderListing {
  #if os(Linux)
    private let stream: OpaquePointer
  #else
    private let stream: UnsafeMutablePointer<DIR>
  #endif

  init?(_ folder: Descriptor) {
    let own = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0, let stream = fdopendir(own) else {
      if own >= 0 { close(own) }
      return nil
    }
    self.stream = stream
  }

  deinit { closedir(stream) }

  /// Goes to where a cookie says; 0 is the beginning.
  func seek(_ cookie: UInt64) {
    if cookie == 0 { rewinddir(stream) } else { seekdir(stream, Int(truncatingIfNeeded: cookie)) }
  }

  /// The next entry as the guest gets it: its head and its name. Null at the end; throws the system's error.
  func next() throws(WASIError) -> [UInt8]? {
    errno = 0
    guard let entry = readdir(stream) else {
      if errno != 0 { throw .system(errno) }
      return nil
    }
    let cookie = UInt64(truncatingIfNeeded: telldir(stream))
    // The name is ended by a zero byte; the record may be shorter than its type.
    let name = UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 0)
    let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name.assumingMemoryBound(to: CChar.self)))
    var result: [UInt8] = []
    result.reserveCapacity(24 + bytes.count)
    append(cookie, to: &result)
    append(UInt64(entry.pointee.d_ino), to: &result)
    append(UInt32(bytes.count), to: &result)
    append(UInt32(FileKind(entryType: entry.pointee.d_type).rawValue), to: &result)
    result.append(contentsOf: bytes)
    return result
  }

  private func append<Value: FixedWidthInteger>(_ value: Value, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

extension Host {
  /// Fills a buffer with entries, the last one cut off where the buffer ends.
  func listFolder(_ number: UInt32, _ address: UInt32, _ count: UInt32, _ cookie: UInt64, _ result: UInt32) -> WASIError
  {
    guard let file = files[number] else { return .badDescriptor }
    guard file.folder != nil else { return .notDirectory }
    guard file.canRead else { return .notCapable }
    let memory = guestMemory
    guard let buffer = memory.range(address, count), memory.range(result, 4) != nil else { return .fault }
    if file.listing == nil {
      guard let listing = FolderListing(file.descriptor) else { return .system(errno) }
      file.listing = listing
    }
    guard let listing = file.listing else { return .inputOutput }
    listing.seek(cookie)
    var used = 0
    do throws(WASIError) {
      while used < buffer.count, let entry = try listing.next() {
        let part = min(entry.count, buffer.count - used)
        entry.withUnsafeBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: buffer[used..<(used + part)])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<part]))
        }
        used += part
      }
    } catch {
      return error
    }
    memory.noteChange(address, UInt32(truncatingIfNeeded: used))
    return memory.write(result, UInt32(truncatingIfNeeded: used)) ? .success : .fault
  }
}
