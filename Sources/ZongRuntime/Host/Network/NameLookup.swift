// Looking names up. The system's lookup blocks, so it is done by a `NetworkTask`.

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
