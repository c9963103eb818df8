// WASI preview 1: arguments, variables, clocks, random bytes.

extension Host {
  func writeSizes(_ countAddress: UInt32, _ count: Int, _ sizeAddress: UInt32, _ size: Int) -> WASIError {
    guard let count = UInt32(exactly: count), let size = UInt32(exactly: size) else { return .tooBig }
    let memory = guestMemory
    return memory.write(countAddress, count) && memory.write(sizeAddress, size) ? .success : .fault
  }

  func writeSizes(_ texts: [[UInt8]], _ countAddress: UInt32, _ sizeAddress: UInt32) -> WASIError {
    writeSizes(countAddress, texts.count, sizeAddress, texts.reduce(0) { $0 + $1.count })
  }

  /// The process's variables that a program may see, and what tells it that there may be more: `zong:allow-env` holds
  /// the names that it was allowed, so that it can tell a variable that isn't set from one that it may not see.
  static func variables(_ permission: NamePermission, withMarker: Bool = true) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var hides = false
    var next = environ
    while let entry = next.pointee {
      next += 1
      let bytes = Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
      guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
      if permission.covers(String(decoding: bytes[..<equals], as: UTF8.self)) {
        result.append(bytes + [0])
      } else {
        hides = true
      }
    }
    if withMarker && (hides || permission.isLimited) {
      result.append(Array("zong:allow-env=\(permission.text)".utf8) + [0])
    }
    return result
  }

  /// The variables that the guest may see. It reads all of them at once, so it is asked for all.
  func visibleVariables() -> [[UInt8]] {
    let permission = permissions.environment
    if let prompt, permission.isLimited, !permission.deniesAll, permission.denied.isEmpty {
      switch (prompt.variables(), permission.allowed) {
      case (.all, _): permissions.environment.allowed = .all
      case (.names(let more), .names(let known)): permissions.environment.allowed = .names(known + more)
      case (.names, .all): break
      }
    }
    // Which ones it looks for isn't known here.
    wasDenied = wasDenied || permissions.environment.isLimited
    return Host.variables(permissions.environment)
  }

  func write(_ texts: [[UInt8]], _ pointersAddress: UInt32, _ textAddress: UInt32) -> WASIError {
    let memory = guestMemory
    var pointer = UInt64(pointersAddress)
    var text = UInt64(textAddress)
    for argument in texts {
      guard let pointerPlace = UInt32(exactly: pointer), let textPlace = UInt32(exactly: text),
        memory.write(pointerPlace, textPlace), argument.withUnsafeBytes({ memory.write(textPlace, $0) })
      else { return .fault }
      pointer += 4
      text += UInt64(argument.count)
    }
    return .success
  }

  func randomGet(_ address: UInt32, _ count: UInt32) -> WASIError {
    guard let range = guestMemory.writableRange(address, count) else { return .fault }
    var done = 0
    while done < range.count {
      let part = min(range.count - done, 256)
      guard let start = range.baseAddress.map({ $0 + done }), getentropy(start, part) == 0 else {
        return .inputOutput
      }
      done += part
    }
    return .success
  }

  func clockTime(_ clock: UInt32, _ address: UInt32) -> WASIError {
    guard let clock = systemClock(clock) else { return .invalid }
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return .inputOutput }
    return guestMemory.write(address, nanoseconds(time)) ? .success : .fault
  }

  func clockResolution(_ clock: UInt32, _ address: UInt32) -> WASIError {
    guard let clock = systemClock(clock) else { return .invalid }
    var time = timespec()
    guard clock_getres(clock, &time) == 0 else { return .inputOutput }
    return guestMemory.write(address, nanoseconds(time)) ? .success : .fault
  }
}

/// The system's clock for one of WASI's: real time, monotonic, processor time of process and thread.
func systemClock(_ number: UInt32) -> clockid_t? {
  switch number {
  case 0: CLOCK_REALTIME
  case 1: CLOCK_MONOTONIC
  case 2: CLOCK_PROCESS_CPUTIME_ID
  case 3: CLOCK_THREAD_CPUTIME_ID
  default: nil
  }
}

func nanoseconds(_ time: timespec) -> UInt64 {
  UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
}
