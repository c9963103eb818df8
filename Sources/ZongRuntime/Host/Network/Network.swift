// The network for a program: names, connections, listeners, datagrams. Nothing here waits; a program waits for the
// descriptors (`Host.wait`). Every place is compared with the permissions before it is reached.

import CWasmtime

extension Host {
  // MARK: Names

  /// Begins to look a name up; what is opened is readable when there is an answer for `addresses`.
  func lookUp(_ name: GuestPath, _ result: UInt32) -> WASIError {
    guard guestMemory.range(result, 4) != nil else { return .fault }
    guard !files.isFull else { return .tooManyFiles }
    guard let name = hostName(name) else { return .nameNotFound }
    if let refusal = refusal(NetworkPlace(names: [name]), "look up") { return refusal }
    let task = NetworkTask.begin(in: tasks) {
      switch NameLookup.addresses(of: name) {
      case .success(let addresses): .addresses(addresses)
      case .failure(let error): .failure(error)
      }
    }
    guard let task else { return errno == EAGAIN ? .noMemory : .system(errno) }
    return add(OpenFile(task, name: name), result)
  }

  /// The addresses that were found; `again` as long as they are looked for. As many as there is room for are written, and
  /// how many that is.
  func addresses(_ number: UInt32, _ buffer: UInt32, _ capacity: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let task = file.task, let name = file.name else { return .invalid }
    switch task.answer {
    case nil: return .again
    case .failure(let error): return error
    case .connection: return .invalid
    case .addresses(let addresses):
      let memory = guestMemory
      var count: UInt32 = 0
      for address in addresses where count < capacity {
        remember(address, as: name)
        let (place, isBeyond) = buffer.addingReportingOverflow(count &* SocketAddress.size)
        guard !isBeyond, SocketAddress(address, port: 0).write(to: memory, at: place) else { return .fault }
        count += 1
      }
      return memory.write(result, count) ? .success : .fault
    }
  }

  /// What the guest names; null if it can't be the name of a machine.
  private func hostName(_ name: GuestPath) -> String? {
    guard name.count <= 1024, let bytes = guestMemory.range(name.address, name.count) else { return nil }
    return HostName.plain(String(decoding: bytes, as: UTF8.self))
  }

  /// From now on the address may be reached by those who may reach the name.
  private func remember(_ address: IPAddress, as name: String) {
    if namesOfAddresses.count >= 10_000 { namesOfAddresses.removeAll() }
    let names = namesOfAddresses[address] ?? []
    if !names.contains(name) && names.count < 100 { namesOfAddresses[address] = names + [name] }
  }

  // MARK: Connections

  /// Begins to connect to a name or an address. What is opened can be written to when `connected` has an answer.
  func connect(_ machine: GuestPath, _ port: UInt32, _ result: UInt32) -> WASIError {
    guard guestMemory.range(result, 4) != nil else { return .fault }
    guard let port = UInt16(exactly: port), port > 0 else { return .invalid }
    guard !files.isFull else { return .tooManyFiles }
    guard machine.count <= 1024, let bytes = guestMemory.range(machine.address, machine.count) else { return .fault }
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = IPAddress(text) { return connect(address.reached, port, result) }
    guard let name = HostName.plain(text) else { return .nameNotFound }
    if let refusal = refusal(NetworkPlace(names: [name], port: port), "connect to") { return refusal }
    let permission = permissions.network
    let task = NetworkTask.begin(in: tasks) {
      Host.connection(to: name, port) { permission.denies(NetworkPlace(names: [name], address: $0, port: port)) }
    }
    guard let task else { return errno == EAGAIN ? .noMemory : .system(errno) }
    return add(OpenFile(task, name: name), result)
  }

  private static func connection(
    to name: String, _ port: UInt16, isDenied: (IPAddress) -> Bool
  ) -> NetworkTask.Answer {
    switch NameLookup.addresses(of: name) {
    case .failure(let error): return .failure(error)
    case .success(let addresses):
      let allowed = addresses.map(\.reached).filter { !isDenied($0) }
      if allowed.isEmpty { return .failure(.denied) }
      var race = ConnectionRace(allowed, port: port)
      switch race.run() {
      case .success(let descriptor): return .connection(descriptor)
      case .failure(let error): return .failure(error)
      }
    }
  }

  private func connect(_ address: IPAddress, _ port: UInt16, _ result: UInt32) -> WASIError {
    if let refusal = refusal(place(address, port), "connect to") { return refusal }
    switch ConnectionRace.begin(SocketAddress(address, port: port)) {
    case .success(let descriptor): return add(OpenFile(connection: descriptor), result)
    case .failure(let error): return error
    }
  }

  /// How connecting went: `again` as long as it goes on.
  func connected(_ number: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let task = file.task else { return ConnectionRace.outcome(file.descriptor.number) }
    switch task.answer {
    case nil: return .again
    case .failure(let error): return error
    case .addresses: return .invalid
    case .connection(let descriptor):
      files[number] = OpenFile(connection: descriptor)
      return .success
    }
  }

  /// Nothing more will be written: the other end reads the end.
  func finish(_ number: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    if let session = file.session { return session.finish() }
    return shutdown(file.descriptor.number, Int32(SHUT_WR)) == 0 ? .success : .system(errno)
  }

  /// Whether small pieces are sent at once (1) or collected for a moment (0).
  func setNoDelay(_ number: UInt32, _ value: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    return send_at_once(file.descriptor.number, value != 0) == 0 ? .success : .system(errno)
  }

  // MARK: Listeners

  /// Listens at an address; port 0 stands for any that is free.
  func listen(_ address: UInt32, _ backlog: UInt32, _ result: UInt32) -> WASIError {
    bound(address, result, isStream: true, "listen at") { descriptor in
      ZongRuntime.listen(descriptor, Int32(clamping: min(backlog, 65_535)))
    }
  }

  /// A socket for datagrams at an address; port 0 stands for any that is free.
  func bind(_ address: UInt32, _ result: UInt32) -> WASIError {
    bound(address, result, isStream: false, "receive at") { _ in 0 }
  }

  private func bound(
    _ address: UInt32, _ result: UInt32, isStream: Bool, _ deed: String, _ last: (Int32) -> Int32
  ) -> WASIError {
    guard guestMemory.range(result, 4) != nil, let range = guestMemory.range(address, SocketAddress.size) else {
      return .fault
    }
    guard let wanted = SocketAddress(range) else { return .invalid }
    guard !files.isFull else { return .tooManyFiles }
    if let refusal = refusal(place(wanted.address, wanted.port), deed) { return refusal }
    let number = new_socket(wanted.family, isStream)
    guard number >= 0 else { return .system(errno) }
    let descriptor = Descriptor(taking: number)
    var isOn: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    if isStream { setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &isOn, size) }
    // Otherwise an address of version 6 would stand for version 4 too, which the permissions see as another.
    if wanted.family == AF_INET6 { setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &isOn, size) }
    guard wanted.withSystem({ ZongRuntime.bind(number, $0, $1) }) == 0, last(number) == 0 else { return .system(errno) }
    return add(OpenFile(connection: descriptor), result)
  }

  /// The next connection of a listener; `again` if there is none.
  func accept(_ number: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard guestMemory.range(result, 4) != nil else { return .fault }
    guard !files.isFull else { return .tooManyFiles }
    while true {
      let accepted = accept_connection(file.descriptor.number)
      if accepted >= 0 {
        _ = send_at_once(accepted, true)
        return add(OpenFile(connection: Descriptor(taking: accepted)), result)
      }
      // One that was given up before it was taken is none.
      if errno != EINTR && errno != ECONNABORTED { return .system(errno) }
    }
  }

  /// The socket's own address (0) or that of the other end (1).
  func socketAddress(_ number: UInt32, _ end: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let address = SocketAddress.asked(file.descriptor.number, end == 0 ? getsockname : getpeername) else {
      return .system(errno)
    }
    return address.write(to: guestMemory, at: result) ? .success : .fault
  }

  // MARK: Datagrams

  func send(_ number: UInt32, _ bytes: GuestPath, to address: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    let memory = guestMemory
    guard let range = memory.range(bytes.address, bytes.count), memory.range(result, 4) != nil,
      let place = memory.range(address, SocketAddress.size)
    else { return .fault }
    guard var wanted = SocketAddress(place), file.task == nil else { return .invalid }
    wanted.address = wanted.address.reached
    if let refusal = refusal(self.place(wanted.address, wanted.port), "send to") { return refusal }
    while true {
      let sent = wanted.withSystem {
        sendto(file.descriptor.number, range.baseAddress, range.count, Int32(MSG_DONTWAIT), $0, $1)
      }
      if sent >= 0 {
        bytesWritten &+= UInt64(sent)
        return memory.write(result, UInt32(truncatingIfNeeded: sent)) ? .success : .fault
      }
      if errno != EINTR { return .system(errno) }
    }
  }

  /// The next datagram, as far as it fits, and who sent it; `again` if there is none.
  func receive(_ number: UInt32, _ buffer: GuestPath, from address: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    let memory = guestMemory
    guard let range = memory.range(buffer.address, buffer.count), memory.range(result, 4) != nil,
      memory.range(address, SocketAddress.size) != nil
    else { return .fault }
    while true {
      var count = 0
      let sender = SocketAddress.asked(file.descriptor.number) { descriptor, address, size in
        count = recvfrom(descriptor, range.baseAddress, range.count, Int32(MSG_DONTWAIT), address, size)
        return count < 0 ? -1 : 0
      }
      if count < 0 {
        if errno == EINTR { continue }
        return .system(errno)
      }
      bytesRead &+= UInt64(count)
      memory.noteChange(buffer.address, UInt32(truncatingIfNeeded: min(count, range.count)))
      guard sender?.write(to: memory, at: address) ?? true else { return .fault }
      return memory.write(result, UInt32(truncatingIfNeeded: count)) ? .success : .fault
    }
  }

  // MARK: Permissions

  /// An address with the names that this run found it under.
  private func place(_ address: IPAddress, _ port: UInt16) -> NetworkPlace {
    NetworkPlace(names: namesOfAddresses[address] ?? [], address: address, port: port)
  }

  /// Why the permissions don't cover it; null if they do.
  private func refusal(_ place: NetworkPlace, _ deed: String) -> WASIError? {
    let permission = permissions.network
    if permission.covers(place) { return nil }
    if let prompt, !permission.denies(place), let pattern = place.pattern {
      let isAllowed = prompt.allows("\(deed) \(place.text)", option: "--allow-net=\(place.text)") { isAllowed in
        if isAllowed { permissions.network.allowed.append(pattern) } else { permissions.network.denied.append(pattern) }
      }
      if isAllowed { return nil }
    }
    return refusal(permissions.network.allows(place))
  }

  private func add(_ file: OpenFile, _ result: UInt32) -> WASIError {
    guard let given = files.add(file) else { return .tooManyFiles }
    return guestMemory.write(result, given) ? .success : .fault
  }
}

extension OpenFile {
  /// A socket.
  fileprivate convenience init(connection descriptor: Descriptor) {
    self.init(descriptor: descriptor, canRead: true, canWrite: true, isNonBlocking: true)
  }

  /// Something that is being found out.
  fileprivate convenience init(_ task: NetworkTask, name: String) {
    self.init(descriptor: task.descriptor, canRead: false, canWrite: false, isNonBlocking: true)
    self.task = task
    self.name = name
  }
}
