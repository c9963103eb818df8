// Looking names up, and connecting to what was found: on a thread of its own, because the system's lookup blocks.
//
// The program meanwhile waits for a pipe that becomes readable when there is an answer. It may close it before: then the
// thread still ends by itself, and what it opened is closed.

import CWasmtime

/// Addresses of a name, from the system.
enum NameLookup {
  /// The most that are taken.
  static let limit = 64

  static func addresses(of name: String) -> Result<[IPAddress], WASIError> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(name, nil, &hints, &list)
    guard status == 0 else { return .failure(error(status)) }
    defer { freeaddrinfo(list) }
    var result: [IPAddress] = []
    var next = list
    while let entry = next, result.count < limit {
      if let address = address(entry.pointee), !result.contains(address) { result.append(address) }
      next = entry.pointee.ai_next
    }
    return result.isEmpty ? .failure(.nameNotFound) : .success(result)
  }

  private static func address(_ entry: addrinfo) -> IPAddress? {
    guard let start = entry.ai_addr else { return nil }
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(
        from: UnsafeRawBufferPointer(
          start: start, count: min(Int(entry.ai_addrlen), MemoryLayout<sockaddr_storage>.size)))
    }
    return SocketAddress(storage)?.address
  }

  private static func error(_ status: Int32) -> WASIError {
    if is_name_missing(status) { return .nameNotFound }
    return status == EAI_MEMORY ? .noMemory : .nameUnknown
  }
}

/// Something that is being found out on another thread.
final class NetworkTask: @unchecked Sendable {
  /// What was found out.
  enum Answer {
    case addresses([IPAddress])
    case connection(Descriptor)
    case failure(WASIError)
  }

  /// Readable when there is an answer.
  let descriptor: Descriptor
  private let ending: Descriptor
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private var found: Answer?
  private let work: @Sendable () -> Answer

  /// Begins. Null if the system has no room for it.
  static func begin(_ work: @escaping @Sendable () -> Answer) -> NetworkTask? {
    var ends: [Int32] = [-1, -1]
    guard new_pipe(&ends) else { return nil }
    let task = NetworkTask(Descriptor(taking: ends[0]), Descriptor(taking: ends[1]), work)
    return task.start() ? task : nil
  }

  private init(_ descriptor: Descriptor, _ ending: Descriptor, _ work: @escaping @Sendable () -> Answer) {
    self.descriptor = descriptor
    self.ending = ending
    self.work = work
    lock = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  /// What was found out; null as long as nothing is.
  var answer: Answer? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return found
  }

  private func start() -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 256 << 10)
    let environment = Unmanaged.passRetained(self)
    #if os(Linux)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    if pthread_create(&thread, &attributes, networkThread, environment.toOpaque()) == 0 { return true }
    environment.release()
    return false
  }

  fileprivate func run() {
    let answer = work()
    pthread_mutex_lock(lock)
    found = answer
    pthread_mutex_unlock(lock)
    // The other end of the pipe becomes readable.
    ending.close()
  }
}

private func networkThread(_ environment: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let environment else { return nil }
  Unmanaged<NetworkTask>.fromOpaque(environment).takeRetainedValue().run()
  return nil
}
