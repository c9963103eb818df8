// WASI preview 1: functions on what is open, reading, writing and listing aside.

extension Host {
  /// The system's descriptor for one of the guest's.
  func descriptor(_ number: UInt32) -> Int32? { files[number]?.descriptor.number }

  private func onFile(_ number: UInt32, _ call: (Int32) -> Int32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    return call(file.descriptor.number) == 0 ? .success : .system(errno)
  }

  func close(_ number: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    // A standard stream belongs to the process.
    files[number] = nil
    // What secures a connection has a last word, for which the socket must still be open.
    file.session?.end()
    // The descriptor of a child's end is the host's too.
    if file.child != nil { return .success }
    return file.descriptor.close() ? .success : .system(errno)
  }

  func renumber(_ from: UInt32, _ to: UInt32) -> WASIError {
    guard let file = files[from], files[to] != nil else { return .badDescriptor }
    if from == to { return .success }
    files[to] = file
    files[from] = nil
    return .success
  }

  /// Moves to a place and says where that is; `origin` is 0 for the beginning, 1 for here, 2 for the end.
  func seek(_ number: UInt32, _ offset: UInt64, _ origin: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard guestMemory.range(result, 8) != nil else { return .fault }
    guard let whence = [SEEK_SET, SEEK_CUR, SEEK_END].dropFirst(Int(origin)).first else { return .invalid }
    let place = lseek(file.descriptor.number, off_t(Int64(bitPattern: offset)), whence)
    guard place >= 0 else { return .system(errno) }
    return guestMemory.write(result, UInt64(place)) ? .success : .fault
  }

  func sync(_ number: UInt32) -> WASIError { onFile(number) { fsync($0) } }

  func setSize(_ number: UInt32, _ size: UInt64) -> WASIError {
    guard let size = off_t(exactly: size) else { return .tooLarge }
    guard files[number]?.canWrite == true else { return files[number] == nil ? .badDescriptor : .invalid }
    return onFile(number) { ftruncate($0, size) }
  }

  /// Sees to it that a file has room up to an offset.
  func allocate(_ number: UInt32, _ offset: UInt64, _ count: UInt64) -> WASIError {
    guard let offset = off_t(exactly: offset), let count = off_t(exactly: count) else { return .tooLarge }
    guard let file = files[number] else { return .badDescriptor }
    guard file.canWrite else { return .invalid }
    #if os(Linux)
      let problem = posix_fallocate(file.descriptor.number, offset, count)
      return problem == 0 ? .success : .system(problem)
    #else
      return .notSupported
    #endif
  }

  func setTimes(_ number: UInt32, _ times: NewTimes?) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let times else { return .invalid }
    // Without a right to write the system would take it from a file's owner.
    guard file.canWrite else { return .notCapable }
    return times.set(file.descriptor.number)
  }

  /// Only appending and not waiting can be changed, and not of the standard streams, which other processes share.
  func setFlags(_ number: UInt32, _ flags: UInt32) -> WASIError {
    guard flags & ~5 == 0, files[number]?.isStandardStream != true else { return .notSupported }
    let system = (flags & 1 != 0 ? O_APPEND : 0) | (flags & 4 != 0 ? O_NONBLOCK : 0)
    return onFile(number) { fcntl($0, F_SETFL, system) < 0 ? -1 : 0 }
  }

  /// `fdstat`: file type, flags, rights.
  func status(_ number: UInt32, _ address: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let status = file.descriptor.status else { return .system(errno) }
    let memory = guestMemory
    guard let range = memory.writableRange(address, 24) else { return .fault }
    range.initializeMemory(as: UInt8.self, repeating: 0)
    range[0] = FileKind(status).rawValue
    let flags = fcntl(file.descriptor.number, F_GETFL)
    let known = UInt16((flags & O_APPEND != 0 ? 1 : 0) | (flags & O_NONBLOCK != 0 ? 4 : 0))
    var rights: UInt64 = (file.canRead ? 1 << 1 : 0) | (file.canWrite ? 1 << 6 : 0)
    // To seek and to tell: what has no positions, and is a device, is a terminal for C libraries.
    if lseek(file.descriptor.number, 0, SEEK_CUR) >= 0 { rights |= 1 << 2 | 1 << 5 }
    if file.folder != nil { rights = Host.folderRights }
    return memory.write(address &+ 2, known) && memory.write(address &+ 8, rights)
      && memory.write(address &+ 16, file.folder == nil ? 0 : Host.allRights) ? .success : .fault
  }

  /// All rights of WASI, and those that make sense for a folder: C libraries ask before they open in one.
  private static let allRights: UInt64 = 0x1FFF_FFFF
  private static let folderRights: UInt64 = allRights & ~(1 << 1 | 1 << 6 | 1 << 2 | 1 << 5)

  func fileStatus(_ number: UInt32, _ address: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let status = file.descriptor.status else { return .system(errno) }
    // A program needs not know more of its streams than what they are.
    if file.isStandardStream {
      guard let range = guestMemory.writableRange(address, 64) else { return .fault }
      range.initializeMemory(as: UInt8.self, repeating: 0)
      range[16] = FileKind(status).rawValue
      return .success
    }
    return write(status, address)
  }

  // MARK: The folders that are open from the beginning

  func givenFolder(_ number: UInt32, _ address: UInt32) -> WASIError {
    guard let name = files[number]?.givenName else { return .badDescriptor }
    return guestMemory.write(address, UInt32(0)) && guestMemory.write(address &+ 4, UInt32(name.utf8.count))
      ? .success : .fault
  }

  func givenFolderName(_ number: UInt32, _ address: UInt32, _ count: UInt32) -> WASIError {
    guard let name = files[number]?.givenName else { return .badDescriptor }
    guard name.utf8.count <= count else { return .nameTooLong }
    return Array(name.utf8).withUnsafeBytes { guestMemory.write(address, $0) } ? .success : .fault
  }
}
