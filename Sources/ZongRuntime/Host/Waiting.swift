// Waiting until one of many descriptors is ready: sockets, pipes, whatever else a program has open without blocking.
//
//     entry, 8 bytes:  descriptor u32 @0, interest u16 @4 (1 read, 2 write), ready u16 @6 (the same bits; 4: wrong descriptor)
//
// A descriptor is ready when a call would not have to wait: also when it would answer with an error or the end.

import CWasmtime

/// What is waited for, or has come.
struct Readiness: OptionSet {
  let rawValue: UInt16

  static let read = Readiness(rawValue: 1)
  static let write = Readiness(rawValue: 2)
  /// There is no such descriptor.
  static let wrong = Readiness(rawValue: 4)
}

/// The moment that a wait ends at without anything being ready, by the monotonic clock; null for never.
struct WaitLimit {
  /// In nanoseconds.
  let end: UInt64?

  /// What `poll` is told: whole milliseconds, rounded up, at most an hour at a time; -1 for without end.
  var milliseconds: Int32 {
    guard let end else { return -1 }
    let now = nanoseconds(of: CLOCK_MONOTONIC)
    guard end > now else { return 0 }
    return Int32(min((end - now - 1) / 1_000_000 + 1, 3_600_000))
  }

  var isOver: Bool { end.map { $0 <= nanoseconds(of: CLOCK_MONOTONIC) } ?? false }
}

extension Host {
  private static let waitLimit: UInt32 = 1 << 16

  /// Waits until an entry is ready or the monotonic clock shows `deadline` nanoseconds, less than 0 for never; marks the
  /// entries that are ready and writes how many that are.
  func wait(_ address: UInt32, _ count: UInt32, until deadline: Int64, _ result: UInt32) -> WASIError {
    guard count <= Self.waitLimit else { return .invalid }
    let memory = guestMemory
    guard let table = memory.writableRange(address, count * 8), memory.range(result, 4) != nil else { return .fault }
    let limit = WaitLimit(end: deadline < 0 ? nil : UInt64(deadline))
    return withUnsafeTemporaryAllocation(of: pollfd.self, capacity: Int(count) + 1) { all in
      // The last one is the alarm.
      let entries = UnsafeMutableBufferPointer(rebasing: all.dropLast())
      all.initializeElement(at: Int(count), to: alarmEntry)
      while true {
        let isAnyReady = prepare(entries, table)
        let found = waitForEvents(all, milliseconds: isAnyReady ? 0 : limit.milliseconds)
        if found < 0 && errno != EINTR && errno != EAGAIN { return .system(errno) }
        if found > 0 && all[Int(count)].revents != 0 { return endTime() }
        let ready = mark(entries, table, isPolled: found > 0)
        if ready > 0 || found >= 0 && limit.isOver { return memory.write(result, ready) ? .success : .fault }
      }
    }
  }

  /// What the system is asked for to hear the alarm; nothing without one.
  var alarmEntry: pollfd { pollfd(fd: alarm?.number ?? -1, events: Int16(POLLIN), revents: 0) }

  /// Waits until a descriptor is ready. False if the time came to an end before.
  func isReady(_ descriptor: Int32, _ events: Int16) -> Bool {
    while true {
      var entries = (pollfd(fd: descriptor, events: events, revents: 0), alarmEntry)
      let found = withUnsafeMutableBytes(of: &entries) {
        waitForEvents($0.assumingMemoryBound(to: pollfd.self), milliseconds: -1)
      }
      if found > 0 { return entries.1.revents == 0 }
      // What can't be waited for is left to the call itself.
      if found < 0 && errno != EINTR && errno != EAGAIN { return true }
    }
  }

  /// Sets up what the system is asked for. True if there is something that needs no waiting.
  private func prepare(_ entries: UnsafeMutableBufferPointer<pollfd>, _ table: UnsafeMutableRawBufferPointer) -> Bool {
    var isAnyReady = false
    for index in 0..<entries.count {
      let number = UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))
      let interest = UInt16(littleEndian: table.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt16.self))
      var entry = pollfd(fd: -1, events: 0, revents: 0)
      if let file = files[number] {
        entry.fd = file.descriptor.number
        if let session = file.session {
          entry.events = session.events(Readiness(rawValue: interest))
          if session.hasPending && interest & Readiness.read.rawValue != 0 { isAnyReady = true }
        } else {
          // Something that is being found out: there is only its answer to wait for.
          if interest & Readiness.read.rawValue != 0 || file.task != nil { entry.events |= Int16(POLLIN) }
          if interest & Readiness.write.rawValue != 0 { entry.events |= Int16(POLLOUT) }
        }
      } else {
        isAnyReady = true
      }
      entries.initializeElement(at: index, to: entry)
    }
    return isAnyReady
  }

  /// Marks the entries that are ready, and returns how many that are.
  private func mark(
    _ entries: UnsafeMutableBufferPointer<pollfd>, _ table: UnsafeMutableRawBufferPointer, isPolled: Bool
  ) -> UInt32 {
    var count: UInt32 = 0
    for (index, entry) in entries.enumerated() {
      let interest = Readiness(
        rawValue: UInt16(littleEndian: table.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt16.self)))
      let session = files[UInt32(littleEndian: table.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))]?
        .session
      let events = isPolled ? entry.revents : 0
      let ready =
        entry.fd < 0 ? .wrong : (session?.readiness(events) ?? Host.readiness(events)).intersection(interest)
      table.storeBytes(of: ready.rawValue.littleEndian, toByteOffset: index * 8 + 6, as: UInt16.self)
      if !ready.isEmpty { count += 1 }
    }
    return count
  }

  /// What a call wouldn't have to wait for. Where something is wrong with a descriptor, every call says so at once.
  private static func readiness(_ events: Int16) -> Readiness {
    var result: Readiness = []
    let isOver = events & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    if isOver || events & Int16(POLLIN) != 0 { result.insert(.read) }
    if isOver || events & Int16(POLLOUT) != 0 { result.insert(.write) }
    return result
  }
}
