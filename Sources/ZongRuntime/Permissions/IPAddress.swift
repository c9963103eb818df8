// Addresses of the internet protocol, as permissions compare them and programs hand them over.

/// An address of version 4 or 6. One of version 4 is the same however it is written: `10.0.0.1`, `::ffff:10.0.0.1`.
struct IPAddress: Hashable, Sendable {
  /// 16 bytes, first to last; version 4 as version 6 maps it (RFC 4291, 2.5.5.2).
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  init(version4 bits: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits)) }

  /// The bits of version 4; null if it is of version 6.
  var version4: UInt32? { high == 0 && low >> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: low) : nil }

  /// The address that a text is, in the notations of `inet_pton`: `10.0.0.1`, `fe80::1`.
  init?(_ text: some StringProtocol) {
    var four = in_addr()
    var six = in6_addr()
    let text = String(text)
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(version4: UInt32(bigEndian: four.s_addr))
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self.init(six)
    } else {
      return nil
    }
  }

  init(_ address: in6_addr) {
    self = withUnsafeBytes(of: address) { bytes in
      IPAddress(
        high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }

  /// Of this machine alone: 127.0.0.0/8 and ::1.
  var isLoopback: Bool { version4.map { $0 >> 24 == 127 } ?? (high == 0 && low == 1) }

  /// No address: to listen there is to listen at all, and to connect there reaches this machine.
  var isUnspecified: Bool { version4 == 0 || high == 0 && low == 0 }

  /// What a connection to it reaches.
  var reached: IPAddress {
    guard isUnspecified else { return self }
    return version4 == nil ? IPAddress(high: 0, low: 1) : IPAddress(version4: 0x7F00_0001)
  }

  /// Whether the first `count` bits are those of `other`, 0 to 128.
  func agrees(with other: IPAddress, bits count: Int) -> Bool {
    func mask(_ count: Int) -> UInt64 { count <= 0 ? 0 : count >= 64 ? .max : ~(UInt64.max >> UInt64(count)) }
    return (high ^ other.high) & mask(count) == 0 && (low ^ other.low) & mask(count - 64) == 0
  }

  /// As it is written: `10.0.0.1`, `fe80::1`.
  var text: String {
    var buffer = [CChar](repeating: 0, count: 64)
    if let version4 {
      var address = in_addr(s_addr: version4.bigEndian)
      inet_ntop(AF_INET, &address, &buffer, 64)
    } else {
      var address = version6
      inet_ntop(AF_INET6, &address, &buffer, 64)
    }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  var version6: in6_addr {
    var result = in6_addr()
    withUnsafeMutableBytes(of: &result) { bytes in
      bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
      bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return result
  }
}
