// Connecting to one of several addresses: the next one is tried while the one before is still silent (RFC 8305, "Happy
// Eyeballs": versions 6 and 4 in turn, a quarter of a second apart).

import CWasmtime

/// One race between the addresses of a name. Used by one thread.
struct ConnectionRace {
  private static let headStart: UInt64 = 250_000_000
  /// How long the system may try by itself, in nanoseconds; the program's own limit is nearly always shorter.
  private static let limit: UInt64 = 130_000_000_000

  private var waiting: [SocketAddress]
  private var trying: [Descriptor] = []
  private var lastError = WASIError.hostUnreachable

  init(_ addresses: [IPAddress], port: UInt16) {
    waiting = ConnectionRace.inTurn(addresses).map { SocketAddress($0, port: port) }
  }

  /// The addresses in their order, versions alternating.
  private static func inTurn(_ addresses: [IPAddress]) -> [IPAddress] {
    guard let first = addresses.first else { return [] }
    let isFour = first.version4 != nil
    let same = addresses.filter { ($0.version4 != nil) == isFour }
    let others = addresses.filter { ($0.version4 != nil) != isFour }
    return (0..<max(same.count, others.count)).flatMap { index in
      [same, others].compactMap { index < $0.count ? $0[index] : nil }
    }
  }

  /// The first connection that is made.
  mutating func run() -> Result<Descriptor, WASIError> {
    let end = nanoseconds(of: CLOCK_MONOTONIC) + ConnectionRace.limit
    while true {
      if !waiting.isEmpty {
        switch ConnectionRace.begin(waiting.removeFirst()) {
        case .success(let descriptor): trying.append(descriptor)
        case .failure(let error):
          lastError = error
          continue
        }
      }
      if trying.isEmpty { return .failure(lastError) }
      let now = nanoseconds(of: CLOCK_MONOTONIC)
      if now >= end { return .failure(.timedOut) }
      if let winner = firstConnected(until: waiting.isEmpty ? end : now + ConnectionRace.headStart) {
        return .success(winner)
      }
    }
  }

  /// A socket that connects to an address.
  static func begin(_ address: SocketAddress) -> Result<Descriptor, WASIError> {
    let number = new_socket(address.family, true)
    guard number >= 0 else { return .failure(.system(errno)) }
    let descriptor = Descriptor(taking: number)
    let status = address.withSystem { connect(number, $0, $1) }
    return status == 0 || errno == EINPROGRESS || errno == EINTR ? .success(descriptor) : .failure(.system(errno))
  }

  /// Waits for one that is connected; null if there is none in time, or none left.
  private mutating func firstConnected(until end: UInt64) -> Descriptor? {
    let limit = WaitLimit(end: end)
    repeat {
      var entries = trying.map { pollfd(fd: $0.number, events: Int16(POLLOUT), revents: 0) }
      guard poll(&entries, nfds_t(entries.count), limit.milliseconds) > 0 else { continue }
      for (entry, descriptor) in zip(entries, trying) where entry.revents != 0 {
        switch ConnectionRace.outcome(descriptor.number) {
        case .success: return descriptor
        case .again: break
        case let error:
          lastError = error
          trying.removeAll { $0 === descriptor }
        }
      }
      // Somebody refused: the next one needn't wait.
      if trying.isEmpty || !waiting.isEmpty && entries.contains(where: { $0.revents != 0 }) { return nil }
    } while !limit.isOver
    return nil
  }

  /// How connecting went: `again` as long as it goes on.
  static func outcome(_ descriptor: Int32) -> WASIError {
    var problem: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 else { return .system(errno) }
    if problem != 0 { return .system(problem) }
    if SocketAddress.asked(descriptor, getpeername) != nil { return .success }
    return errno == ENOTCONN ? .again : .system(errno)
  }
}
