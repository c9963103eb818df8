// WASI preview 1: waiting for time and for the standard streams.
//
//     subscription, 48 bytes:  user data u64 @0, kind u8 @8 (0 clock, 1 read, 2 write)
//         clock:   clock u32 @16, time u64 @24, precision u64 @32, flags u16 @40 (1: absolute)
//         stream:  descriptor u32 @16
//     event, 32 bytes:  user data u64 @0, error u16 @8, kind u8 @10, bytes ready u64 @16, flags u16 @24

private struct Subscription {
  let userData: UInt64
  let kind: UInt8
  /// Null where the subscription itself is wrong.
  var error: WASIError = .success
  /// When a clock's time comes, in nanoseconds from now.
  var delay: UInt64 = 0
  var stream: Int32 = -1
}

extension Host {
  private static let subscriptionLimit: UInt32 = 1024

  func pollOneOff(_ input: UInt32, _ output: UInt32, _ count: UInt32, _ result: UInt32) -> WASIError {
    guard count > 0, count <= Self.subscriptionLimit else { return .invalid }
    let memory = guestMemory
    guard let table = memory.range(input, count * 48), memory.range(output, count * 32) != nil else { return .fault }
    let subscriptions = (0..<Int(count)).map { index in
      subscription(UnsafeRawBufferPointer(rebasing: table[(index * 48)..<(index * 48 + 48)]))
    }
    guard let ready = wait(subscriptions) else { return endTime() }
    var events: UInt32 = 0
    for (subscription, isReady) in zip(subscriptions, ready) where isReady {
      let place = output + events * 32
      guard memory.write(place, subscription.userData), memory.write(place &+ 8, subscription.error.rawValue),
        memory.write(place &+ 10, UInt16(subscription.kind)), memory.write(place &+ 16, UInt64(0)),
        memory.write(place &+ 24, UInt64(0))
      else { return .fault }
      events += 1
    }
    return memory.write(result, events) ? .success : .fault
  }

  private func subscription(_ bytes: UnsafeRawBufferPointer) -> Subscription {
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    var result = Subscription(userData: word(0), kind: bytes[8])
    let number = UInt32(truncatingIfNeeded: word(16))
    switch result.kind {
    case 0:
      var now = timespec()
      guard let clock = systemClock(number), clock_gettime(clock, &now) == 0 else {
        result.error = .invalid
        break
      }
      let time = word(24)
      let isAbsolute = bytes[40] & 1 != 0
      let current = nanoseconds(now)
      result.delay = !isAbsolute ? time : time > current ? time - current : 0
    case 1, 2:
      if let stream = descriptor(number) { result.stream = stream } else { result.error = .badDescriptor }
    default:
      result.error = .invalid
    }
    return result
  }

  /// Waits until something is ready, and says what is; null if the time came to an end before.
  private func wait(_ subscriptions: [Subscription]) -> [Bool]? {
    let start = nanoseconds(of: CLOCK_MONOTONIC)
    let isWrong = subscriptions.contains { $0.error != .success }
    let delay = subscriptions.filter { $0.kind == 0 && $0.error == .success }.map(\.delay).min()
    let limit = WaitLimit(end: isWrong ? start : delay.map { $0 > .max - start ? .max : start + $0 })
    while true {
      var entries = subscriptions.map { subscription in
        pollfd(
          fd: subscription.stream, events: Int16(subscription.kind == 1 ? POLLIN : POLLOUT), revents: 0)
      }
      entries.append(alarmEntry)
      let found = entries.withUnsafeMutableBufferPointer { waitForEvents($0, milliseconds: limit.milliseconds) }
      if found > 0, let last = entries.last, last.revents != 0 { return nil }
      let waited = nanoseconds(of: CLOCK_MONOTONIC) &- start
      let ready = zip(subscriptions, entries).map { subscription, entry in
        subscription.error != .success
          || (subscription.kind == 0 ? subscription.delay <= waited : found > 0 && entry.revents != 0)
      }
      if ready.contains(true) { return ready }
    }
  }
}
