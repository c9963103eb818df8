// Addresses with ports, as the system and as programs hold them.
//
//     address, 24 bytes:  bytes @0, of version 4 the first four; port u16 @16, version u16 @18 (4, 6), scope u32 @20

import CWasmtime

/// Where a socket is, or its other end.
struct SocketAddress {
  var address: IPAddress
  var port: UInt16
  /// The network that a link-local address of version 6 belongs to.
  var scope: UInt32 = 0

  static let size: UInt32 = 24

  init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// What a program gave; null if it is no address.
  init?(_ bytes: UnsafeMutableRawBufferPointer) {
    func word<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> Word {
      bytes.loadUnaligned(fromByteOffset: offset, as: type)
    }
    switch UInt16(littleEndian: word(18, UInt16.self)) {
    case 4: address = IPAddress(version4: UInt32(bigEndian: word(0, UInt32.self)))
    case 6:
      address = IPAddress(high: UInt64(bigEndian: word(0, UInt64.self)), low: UInt64(bigEndian: word(8, UInt64.self)))
    default: return nil
    }
    port = UInt16(littleEndian: word(16, UInt16.self))
    scope = UInt32(littleEndian: word(20, UInt32.self))
  }

  /// What the system gave; null if it is of another family.
  init?(_ storage: sockaddr_storage) {
    let read: SocketAddress? = withUnsafeBytes(of: storage) { bytes in
      switch Int32(storage.ss_family) {
      case AF_INET:
        let four = bytes.loadUnaligned(as: sockaddr_in.self)
        return SocketAddress(
          IPAddress(version4: UInt32(bigEndian: four.sin_addr.s_addr)), port: UInt16(bigEndian: four.sin_port))
      case AF_INET6:
        let six = bytes.loadUnaligned(as: sockaddr_in6.self)
        var result = SocketAddress(IPAddress(six.sin6_addr), port: UInt16(bigEndian: six.sin6_port))
        result.scope = six.sin6_scope_id
        return result
      default: return nil
      }
    }
    guard let read else { return nil }
    self = read
  }

  /// The address as the program gets it.
  func write(to memory: GuestMemory, at place: UInt32) -> Bool {
    guard let range = memory.writableRange(place, SocketAddress.size) else { return false }
    range.initializeMemory(as: UInt8.self, repeating: 0)
    if let version4 = address.version4 {
      range.storeBytes(of: version4.bigEndian, as: UInt32.self)
    } else {
      range.storeBytes(of: address.high.bigEndian, as: UInt64.self)
      range.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    range.storeBytes(of: port.littleEndian, toByteOffset: 16, as: UInt16.self)
    range.storeBytes(of: UInt16(address.version4 == nil ? 6 : 4).littleEndian, toByteOffset: 18, as: UInt16.self)
    range.storeBytes(of: scope.littleEndian, toByteOffset: 20, as: UInt32.self)
    return true
  }

  var family: Int32 { address.version4 == nil ? AF_INET6 : AF_INET }

  /// Calls the system with the address as it wants it.
  func withSystem<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    let count: Int
    if let version4 = address.version4 {
      var four = sockaddr_in()
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      four.sin_addr.s_addr = version4.bigEndian
      count = MemoryLayout<sockaddr_in>.size
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: four, as: sockaddr_in.self) }
    } else {
      var six = sockaddr_in6()
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      six.sin6_addr = address.version6
      six.sin6_scope_id = scope
      count = MemoryLayout<sockaddr_in6>.size
      withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
    }
    return withUnsafeBytes(of: &storage) {
      body($0.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(count))
    }
  }

  /// What the system says of a socket: `getsockname` or `getpeername`; null with `errno` if it says nothing.
  static func asked(
    _ descriptor: Int32, _ call: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
  ) -> SocketAddress? {
    var storage = sockaddr_storage()
    var count = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let status = withUnsafeMutableBytes(of: &storage) {
      call(descriptor, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, &count)
    }
    return status == 0 ? SocketAddress(storage) : nil
  }
}
