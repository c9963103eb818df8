// Connections that are secured: what a program needs for it, and the functions that begin and use it. Reading, writing and
// waiting go through the same calls as for other connections (`Transfer`, `Waiting`).

import CTLS
import CWasmtime

/// Whom a program's connections trust, or who its server is.
final class TLSContext {
  fileprivate let handle: OpaquePointer
  let isServer: Bool

  private init(_ handle: OpaquePointer, isServer: Bool) {
    self.handle = handle
    self.isServer = isServer
  }

  /// Null if the roots are no certificates; none stand for those that the system trusts.
  static func client(roots: UnsafeMutableRawBufferPointer) -> TLSContext? {
    tls_client_context(roots.baseAddress, roots.count).map { TLSContext($0, isServer: false) }
  }

  /// Null if certificate and key are none, or don't belong together.
  static func server(_ certificates: UnsafeMutableRawBufferPointer, key: UnsafeMutableRawBufferPointer) -> TLSContext? {
    tls_server_context(certificates.baseAddress, certificates.count, key.baseAddress, key.count)
      .map { TLSContext($0, isServer: true) }
  }

  deinit { tls_context_free(handle) }
}

/// One secured connection.
final class TLSSession {
  private let handle: OpaquePointer
  private let context: TLSContext
  /// The socket, which must outlive the session.
  private let descriptor: Descriptor
  /// What the socket must be ready for so that reading, or writing, can go on.
  private var readNeeds = Int16(POLLIN)
  private var writeNeeds = Int16(POLLOUT)
  private(set) var isSecure = false

  /// Null if the name is none, or there is no memory.
  init?(_ context: TLSContext, _ descriptor: Descriptor, name: String?) {
    let made =
      name.map { tls_session_new(context.handle, descriptor.number, $0) }
      ?? tls_session_new(context.handle, descriptor.number, nil)
    guard let made else { return nil }
    handle = made
    self.context = context
    self.descriptor = descriptor
  }

  deinit {
    end()
    tls_session_free(handle)
  }

  /// Says that nothing was cut off, before the socket is closed. Nobody waits for the answer.
  func end() {
    if isSecure { _ = tls_finish(handle) }
    isSecure = false
  }

  /// Why it failed, in words.
  var problem: String { String(cString: tls_problem(handle)) }

  func handshake() -> WASIError {
    let result = tls_handshake(handle)
    if result == TLS_DONE {
      isSecure = true
      readNeeds = Int16(POLLIN)
      writeNeeds = Int16(POLLOUT)
      return .success
    }
    // Whoever waits for the handshake waits for what it needs, whichever way he says it.
    readNeeds = result == TLS_WANTS_WRITE ? Int16(POLLOUT) : Int16(POLLIN)
    writeNeeds = readNeeds
    return TLSSession.error(result)
  }

  /// Reads at least one byte, or tells of the end by none.
  func read(_ buffer: UnsafeMutableRawBufferPointer) -> Result<Int, WASIError> {
    guard isSecure else { return .failure(.notConnected) }
    var count = 0
    let result = tls_read(handle, buffer.baseAddress, buffer.count, &count)
    readNeeds = result == TLS_WANTS_WRITE ? Int16(POLLOUT) : Int16(POLLIN)
    if result == TLS_DONE || result == TLS_ENDED { return .success(count) }
    return .failure(TLSSession.error(result))
  }

  func write(_ bytes: UnsafeMutableRawBufferPointer) -> Result<Int, WASIError> {
    guard isSecure else { return .failure(.notConnected) }
    var count = 0
    let result = tls_write(handle, bytes.baseAddress, bytes.count, &count)
    writeNeeds = result == TLS_WANTS_READ ? Int16(POLLIN) : Int16(POLLOUT)
    return result == TLS_DONE ? .success(count) : .failure(TLSSession.error(result))
  }

  func finish() -> WASIError {
    let result = tls_finish(handle)
    return result == TLS_DONE || result == TLS_ENDED ? .success : TLSSession.error(result)
  }

  /// Whether there is something to read that the socket doesn't know of.
  var hasPending: Bool { isSecure && tls_has_pending(handle) }

  /// What the socket is asked for, for what the program waits for.
  func events(_ interest: Readiness) -> Int16 {
    (interest.contains(.read) ? readNeeds : 0) | (interest.contains(.write) ? writeNeeds : 0)
  }

  /// What the program can do when the socket is ready for these.
  func readiness(_ events: Int16) -> Readiness {
    var result: Readiness = hasPending ? .read : []
    let isOver = events & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    if isOver || events & readNeeds != 0 { result.insert(.read) }
    if isOver || events & writeNeeds != 0 { result.insert(.write) }
    return result
  }

  private static func error(_ result: tls_result) -> WASIError {
    switch result {
    case TLS_DONE: .success
    case TLS_WANTS_READ, TLS_WANTS_WRITE: .again
    case TLS_ENDED: .pipe
    case TLS_SYSTEM: .system(errno)
    case TLS_UNTRUSTED: .untrusted
    default: .tlsFailed
    }
  }
}

extension Host {
  /// The most contexts that a program has at a time.
  private static let contextLimit = 1000

  /// Makes a context for clients: PEM certificates that are trusted alone; none for those that the system trusts.
  func makeClientContext(_ roots: GuestPath, _ result: UInt32) -> WASIError {
    guard let roots = guestMemory.range(roots.address, roots.count) else { return .fault }
    return add(result) { TLSContext.client(roots: roots) }
  }

  /// Makes a context for servers: certificates with their chain, and the key, in PEM.
  func makeServerContext(_ certificates: GuestPath, _ key: GuestPath, _ result: UInt32) -> WASIError {
    guard let certificates = guestMemory.range(certificates.address, certificates.count),
      let key = guestMemory.range(key.address, key.count)
    else { return .fault }
    return add(result) { TLSContext.server(certificates, key: key) }
  }

  private func add(_ result: UInt32, _ make: () -> TLSContext?) -> WASIError {
    guard guestMemory.range(result, 4) != nil else { return .fault }
    guard tls_open() else { return .noTLS }
    let free = contexts.firstIndex { $0 == nil }
    guard free != nil || contexts.count < Host.contextLimit else { return .tooManyFiles }
    guard let context = make() else { return .badCertificate }
    if let free { contexts[free] = context } else { contexts.append(context) }
    return guestMemory.write(result, UInt32(free ?? contexts.count - 1)) ? .success : .fault
  }

  private func context(_ number: UInt32) -> TLSContext? {
    number < UInt32(clamping: contexts.count) ? contexts[Int(number)] : nil
  }

  /// Forgets a context. Connections that were made with it go on.
  func freeContext(_ number: UInt32) -> WASIError {
    guard context(number) != nil else { return .badDescriptor }
    contexts[Int(number)] = nil
    return .success
  }

  /// Begins to secure a connection. A client names whom it expects.
  func secure(_ number: UInt32, _ context: UInt32, _ name: GuestPath) -> WASIError {
    guard let file = files[number], let context = self.context(context) else { return .badDescriptor }
    guard file.isNonBlocking, file.task == nil, file.session == nil else { return .invalid }
    guard name.count <= 1024, let bytes = guestMemory.range(name.address, name.count) else { return .fault }
    var expected: String?
    if !context.isServer {
      let text = String(decoding: bytes, as: UTF8.self)
      guard let plain = IPAddress(text).map(\.text) ?? HostName.plain(text) else { return .nameNotFound }
      expected = plain
    }
    guard let session = TLSSession(context, file.descriptor, name: expected) else { return .noMemory }
    file.session = session
    return .success
  }

  /// Goes on with securing a connection; `again` if it has to wait.
  func handshake(_ number: UInt32) -> WASIError {
    guard let session = files[number]?.session else { return .badDescriptor }
    return session.handshake()
  }

  /// Why securing a connection failed, in words: as many bytes as fit, and how many.
  func securityProblem(_ number: UInt32, _ buffer: GuestPath, _ result: UInt32) -> WASIError {
    guard let session = files[number]?.session else { return .badDescriptor }
    let text = Array(session.problem.utf8.prefix(Int(buffer.count)))
    let memory = guestMemory
    guard text.withUnsafeBytes({ memory.write(buffer.address, $0) }) else { return .fault }
    return memory.write(result, UInt32(text.count)) ? .success : .fault
  }
}
