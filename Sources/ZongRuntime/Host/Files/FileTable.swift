// The files and folders that a program has open, by the numbers that it knows them by.

/// A file, folder or stream that a program has open. An object, as host functions look it up at each call: a value of so
/// many parts would be copied.
final class OpenFile {
  /// The system's descriptor.
  let descriptor: Descriptor
  var canRead: Bool
  var canWrite: Bool
  /// One of the process's own streams, whatever number the guest has given it.
  let isStandardStream: Bool
  /// Reading and writing answer `again` instead of waiting: the program waits for many descriptors at a time
  /// (`Host.wait`).
  let isNonBlocking: Bool
  /// What is being found out, of which the descriptor tells when it is done.
  var task: NetworkTask?
  /// The name of the machine that it is about.
  var name: String?
  /// The child of whose end it tells.
  var child: ChildProcess?
  /// It gives signals.
  var signals: SignalListener?
  /// What secures the connection, if anything does.
  var session: TLSSession?
  /// Where a folder lies: relative paths begin there. Null for everything else.
  var folder: RealPath?
  /// What a folder that is open from the beginning is called (WASI's `prestat`).
  var givenName: String?
  /// The folder as it is being listed.
  var listing: FolderListing?

  init(
    descriptor: Descriptor, canRead: Bool, canWrite: Bool, isStandardStream: Bool = false, isNonBlocking: Bool = false
  ) {
    self.descriptor = descriptor
    self.canRead = canRead
    self.canWrite = canWrite
    self.isStandardStream = isStandardStream
    self.isNonBlocking = isNonBlocking
  }
}

/// Open files by number: the lowest free one is given to the next.
struct FileTable {
  private var files: [OpenFile?]
  private var count: Int
  /// The most that may be open at a time, streams and the folders given at the start not counted.
  private let limit: Int

  init(_ first: [OpenFile], limit: Int) {
    files = first
    count = first.count
    self.limit = limit > Int.max - first.count ? Int.max : limit + first.count
  }

  subscript(number: UInt32) -> OpenFile? {
    get { number < UInt32(clamping: files.count) ? files[Int(number)] : nil }
    set {
      guard number < UInt32(clamping: files.count), files[Int(number)] != nil else { return }
      if newValue == nil { count -= 1 }
      files[Int(number)] = newValue
    }
  }

  var isFull: Bool { count >= limit }

  func hasRoom(for more: Int) -> Bool { count <= limit - more }

  /// Takes a file in and returns its number; null if there may be no more.
  mutating func add(_ file: OpenFile) -> UInt32? {
    guard !isFull else { return nil }
    count += 1
    if let free = files.firstIndex(where: { $0 == nil }) {
      files[free] = file
      return UInt32(free)
    }
    files.append(file)
    return UInt32(files.count - 1)
  }
}
