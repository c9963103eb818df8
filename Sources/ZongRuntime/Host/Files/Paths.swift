// WASI preview 1: functions that take a path. Each finds where the path leads (PathWalk), compares that with the
// permissions, and works in the folder that the walk holds open, never through the path again.

/// What a program wants to do with what a path leads to.
struct PathNeed: OptionSet {
  let rawValue: UInt8
  static let read = PathNeed(rawValue: 1)
  static let write = PathNeed(rawValue: 2)
  /// With all that lies in it.
  static let tree = PathNeed(rawValue: 4)
}

/// A place in the guest's memory: address and length of a path.
struct GuestPath {
  let address: UInt32
  let count: UInt32
}

extension Host {
  /// The longest path (Linux has the same).
  private static let pathLimit: UInt32 = 4096

  /// Follows a path from a folder that is open and does `work` with its end, if the permissions cover that. What the
  /// program may not use it doesn't learn about either: that nothing is there is said only where it could look.
  func follow(
    _ number: UInt32, _ path: GuestPath, followsLast: Bool, _ need: PathNeed, _ work: (PathEnd, Descriptor) -> WASIError
  ) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let start = file.folder else { return .notDirectory }
    guard path.count <= Self.pathLimit else { return .nameTooLong }
    guard let bytes = guestMemory.range(path.address, path.count) else { return .fault }
    guard path.count > 0 else { return .noEntry }
    var walk = PathWalk(from: start, Array(bytes), followsLast: followsLast)
    let end = walk.run()
    if let refusal = refusal(end.path, need) { return refusal }
    guard let folder = end.folder, end.error == .success else { return end.error }
    return work(end, folder)
  }

  /// Why the permissions don't cover it; null if they do.
  private func refusal(_ path: RealPath, _ need: PathNeed) -> WASIError? {
    if need.contains(.read), !isAllowed(path, need, \.read, "read") { return refusal(permissions.read.allows(path)) }
    if need.contains(.write), !isAllowed(path, need, \.write, "write") {
      return refusal(permissions.write.allows(path))
    }
    return nil
  }

  /// What a program is told that may not do something. Only where it would be allowed it learns that it is denied.
  func refusal(_ isAllowed: Bool) -> WASIError {
    wasDenied = true
    return isAllowed ? .denied : .notCapable
  }

  private func isAllowed(
    _ path: RealPath, _ need: PathNeed, _ kind: WritableKeyPath<Permissions, PathPermission>, _ name: String
  ) -> Bool {
    let permission = permissions[keyPath: kind]
    if need.contains(.tree) ? permission.coversTree(path) : permission.covers(path) { return true }
    guard let prompt, permission.isOpen(path) else { return false }
    return prompt.allows("\(name) \(path.text)", option: "--allow-\(name)") { isAllowed in
      if isAllowed { permissions[keyPath: kind].add(path) } else { permissions[keyPath: kind].denied.append(path) }
    }
  }

  private func result(_ status: Int32) -> WASIError { status == 0 ? .success : .system(errno) }

  // MARK: Opening

  func openPath(
    _ number: UInt32, _ path: GuestPath, _ opening: Opening, _ result: UInt32
  ) -> WASIError {
    guard guestMemory.range(result, 4) != nil else { return .fault }
    guard !files.isFull else { return .tooManyFiles }
    var need: PathNeed = opening.changes ? .write : []
    if opening.reads || !opening.changes { need.insert(.read) }
    return follow(number, path, followsLast: opening.followsLinks, need) { end, folder in
      var flags = opening.systemFlags
      if end.mustBeFolder { flags |= O_DIRECTORY }
      let opened = openat(folder.number, end.name, flags, 0o666)
      // A link that wasn't there a moment ago, or one that wasn't to be followed.
      guard opened >= 0 else { return .system(errno) }
      let file = OpenFile(descriptor: Descriptor(taking: opened), canRead: opening.reads, canWrite: opening.writes)
      guard let status = file.descriptor.status else { return .system(errno) }
      if FileKind(status) == .folder {
        file.folder = end.path
        // It may have been allowed for this once.
        file.canRead = need.contains(.read)
      }
      guard let given = files.add(file) else { return .tooManyFiles }
      return guestMemory.write(result, given) ? .success : .fault
    }
  }

  // MARK: Looking

  func pathStatus(_ number: UInt32, _ flags: UInt32, _ path: GuestPath, _ result: UInt32) -> WASIError {
    follow(number, path, followsLast: flags & 1 != 0, .read) { end, folder in
      var status = stat()
      guard fstatat(folder.number, end.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .system(errno) }
      if end.mustBeFolder && FileKind(status) != .folder { return .notDirectory }
      return write(status, result)
    }
  }

  func readLink(_ number: UInt32, _ path: GuestPath, _ buffer: GuestPath, _ result: UInt32) -> WASIError {
    guard let range = guestMemory.writableRange(buffer.address, buffer.count) else { return .fault }
    return follow(number, path, followsLast: false, .read) { end, folder in
      guard let start = range.baseAddress, range.count > 0 else { return .invalid }
      let count = readlinkat(folder.number, end.name, start.assumingMemoryBound(to: CChar.self), range.count)
      guard count >= 0 else { return .system(errno) }
      return guestMemory.write(result, UInt32(truncatingIfNeeded: count)) ? .success : .fault
    }
  }

  // MARK: Changing

  func makeFolder(_ number: UInt32, _ path: GuestPath) -> WASIError {
    follow(number, path, followsLast: false, .write) { end, folder in
      result(mkdirat(folder.number, end.name, 0o777))
    }
  }

  func removeFolder(_ number: UInt32, _ path: GuestPath) -> WASIError {
    follow(number, path, followsLast: false, .write) { end, folder in
      result(unlinkat(folder.number, end.name, AT_REMOVEDIR))
    }
  }

  func removeFile(_ number: UInt32, _ path: GuestPath) -> WASIError {
    follow(number, path, followsLast: false, .write) { end, folder in
      if end.mustBeFolder { return .isDirectory }
      guard unlinkat(folder.number, end.name, 0) != 0 else { return .success }
      let problem = WASIError.system(errno)
      // Linux says that of a folder, others that it isn't permitted.
      var status = stat()
      guard problem == .notPermitted, fstatat(folder.number, end.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        return problem
      }
      return FileKind(status) == .folder ? .isDirectory : problem
    }
  }

  func setTimes(_ number: UInt32, _ flags: UInt32, _ path: GuestPath, _ times: NewTimes?) -> WASIError {
    guard let times else { return .invalid }
    return follow(number, path, followsLast: flags & 1 != 0, .write) { end, folder in
      times.set(folder.number, end.name)
    }
  }

  /// What is renamed comes under what is allowed at its new place, with all that lies in it: so it must be the program's
  /// to read and write where it was.
  func rename(_ number: UInt32, _ path: GuestPath, _ newNumber: UInt32, _ newPath: GuestPath) -> WASIError {
    follow(number, path, followsLast: false, [.read, .write, .tree]) { old, oldFolder in
      follow(newNumber, newPath, followsLast: false, [.write, .tree]) { new, newFolder in
        result(renameat(oldFolder.number, old.name, newFolder.number, new.name))
      }
    }
  }

  /// A second name of a file gives it the permissions of its new place.
  func link(_ number: UInt32, _ flags: UInt32, _ path: GuestPath, _ newNumber: UInt32, _ newPath: GuestPath)
    -> WASIError
  {
    follow(number, path, followsLast: flags & 1 != 0, [.read, .write]) { old, oldFolder in
      follow(newNumber, newPath, followsLast: false, .write) { new, newFolder in
        result(linkat(oldFolder.number, old.name, newFolder.number, new.name, 0))
      }
    }
  }

  /// A link leads other programs, so what it leads to must be this one's to read and write.
  func makeLink(_ target: GuestPath, _ number: UInt32, _ path: GuestPath) -> WASIError {
    guard target.count <= Self.pathLimit else { return .nameTooLong }
    guard let bytes = guestMemory.range(target.address, target.count) else { return .fault }
    guard !bytes.isEmpty, !bytes.contains(0) else { return .invalid }
    return follow(number, path, followsLast: false, .write) { end, folder in
      var walk = PathWalk(from: end.path.parent, Array(bytes))
      if let refusal = refusal(walk.run().path, [.read, .write]) { return refusal }
      return result(symlinkat(bytes.map { CChar(bitPattern: $0) } + [0], folder.number, end.name))
    }
  }
}

/// How a program wants to open a path (WASI's `path_open`).
struct Opening {
  let followsLinks: Bool
  let reads: Bool
  let writes: Bool
  private let creation: UInt32
  private let flags: UInt32

  /// - Parameters:
  ///   - lookup: 1 follows a link at the end.
  ///   - creation: 1 makes the file, 2 takes only folders, 4 only makes it, 8 empties it.
  ///   - rights: Bit 1 to read, bit 6 to write, bit 14 to list.
  ///   - flags: 1 appends, 2, 8 and 16 write through, 4 doesn't wait.
  init(_ lookup: UInt32, _ creation: UInt32, _ rights: UInt64, _ flags: UInt32) {
    followsLinks = lookup & 1 != 0
    reads = rights & (1 << 1 | 1 << 14) != 0
    // A folder is opened with every right that there is.
    writes = rights & (1 << 6) != 0 && creation & 2 == 0
    self.creation = creation
    self.flags = flags
  }

  /// Whether opening may change what is there, or what is opened may.
  var changes: Bool { writes || creation & (1 | 8) != 0 }

  var systemFlags: Int32 {
    var result = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | (writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY)
    let bits: [(UInt32, Int32)] = [(1, O_CREAT), (2, O_DIRECTORY), (4, O_EXCL), (8, O_TRUNC)]
    for (bit, flag) in bits where creation & bit != 0 { result |= flag }
    let modes: [(UInt32, Int32)] = [(1, O_APPEND), (2, O_DSYNC), (4, O_NONBLOCK), (8, O_SYNC), (16, O_SYNC)]
    for (bit, flag) in modes where flags & bit != 0 { result |= flag }
    return result
  }
}
