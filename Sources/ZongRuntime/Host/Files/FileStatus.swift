// WASI preview 1: what the system knows of a file.
//
//     filestat, 64 bytes:  device u64 @0, inode u64 @8, type u8 @16, links u64 @24, size u64 @32,
//                          last access, change of contents, change of status: nanoseconds u64 @40 @48 @56

/// What a file is, as WASI numbers it.
enum FileKind: UInt8 {
  case unknown, blockDevice, characterDevice, folder, file, datagramSocket, socket, link

  init(_ status: stat) {
    self =
      switch status.st_mode & S_IFMT {
      case S_IFBLK: .blockDevice
      case S_IFCHR: .characterDevice
      case S_IFDIR: .folder
      case S_IFREG: .file
      case S_IFSOCK: .socket
      case S_IFLNK: .link
      default: .unknown
      }
  }

  /// The type that an entry of a folder has.
  init(entryType: UInt8) {
    self =
      switch Int(entryType) {
      case Int(DT_BLK): .blockDevice
      case Int(DT_CHR): .characterDevice
      case Int(DT_DIR): .folder
      case Int(DT_REG): .file
      case Int(DT_SOCK): .socket
      case Int(DT_LNK): .link
      default: .unknown
      }
  }
}

/// Which of a file's times are set, and to what (WASI's `fstflags`).
struct NewTimes {
  private let access: timespec
  private let contents: timespec

  /// Null if the flags contradict each other.
  init?(_ accessTime: UInt64, _ contentsTime: UInt64, flags: UInt32) {
    guard flags & 3 != 3, flags & 12 != 12, flags < 16 else { return nil }
    access = NewTimes.time(accessTime, isGiven: flags & 1 != 0, isNow: flags & 2 != 0)
    contents = NewTimes.time(contentsTime, isGiven: flags & 4 != 0, isNow: flags & 8 != 0)
  }

  private static func time(_ nanoseconds: UInt64, isGiven: Bool, isNow: Bool) -> timespec {
    if isGiven { return timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000)) }
    return timespec(tv_sec: 0, tv_nsec: isNow ? utimeNow : utimeOmit)
  }

  #if os(Linux)
    // linux/stat.h: UTIME_NOW and UTIME_OMIT, macros that Swift doesn't see.
    private static let utimeNow = (1 << 30) - 1
    private static let utimeOmit = (1 << 30) - 2
  #else
    private static let utimeNow = -1
    private static let utimeOmit = -2
  #endif

  /// For a file that is open.
  func set(_ descriptor: Int32) -> WASIError {
    futimens(descriptor, [access, contents]) == 0 ? .success : .system(errno)
  }

  /// For a name in a folder, itself if it is a link.
  func set(_ folder: Int32, _ name: [CChar]) -> WASIError {
    utimensat(folder, name, [access, contents], AT_SYMLINK_NOFOLLOW) == 0 ? .success : .system(errno)
  }
}

extension Host {
  /// Writes a `filestat`.
  func write(_ status: stat, _ address: UInt32) -> WASIError {
    guard let range = guestMemory.writableRange(address, 64) else { return .fault }
    range.initializeMemory(as: UInt8.self, repeating: 0)
    #if os(Linux)
      let times = [status.st_atim, status.st_mtim, status.st_ctim]
    #else
      let times = [status.st_atimespec, status.st_mtimespec, status.st_ctimespec]
    #endif
    range[16] = FileKind(status).rawValue
    let words = [
      (0, UInt64(truncatingIfNeeded: status.st_dev)), (8, UInt64(status.st_ino)), (24, UInt64(status.st_nlink)),
      (32, UInt64(clamping: status.st_size)), (40, nanoseconds(times[0])), (48, nanoseconds(times[1])),
      (56, nanoseconds(times[2])),
    ]
    for (offset, value) in words {
      range.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
    return .success
  }
}
