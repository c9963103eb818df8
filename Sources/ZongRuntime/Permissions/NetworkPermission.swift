// Whom a program may talk to over the network.
//
// A place is named as `HOST` or `HOST:PORT`. What a program connects to by name is compared by that name, and the
// addresses behind it only with what is denied; what it connects to by address is compared by the address, or by the
// names that this run found the address under.

/// A place of the network, or several, as a person names them.
package struct NetworkPattern: Sendable, Equatable {
  enum Machine: Sendable, Equatable {
    /// `*`
    case any
    /// `example.com`
    case name(String)
    /// `*.example.com`: every name that ends so.
    case below(String)
    /// `10.0.0.1`, `10.0.0.0/8`: the addresses whose first bits are the same.
    case addresses(IPAddress, bits: Int)
    /// `localhost`, by that name and by its addresses.
    case thisMachine
  }

  let machine: Machine
  /// Null for all.
  let port: UInt16?

  /// What a text means: `example.com`, `*.example.com:443`, `10.0.0.0/8`, `[::1]:80`, `*:80`; null if nothing.
  package init?(_ text: String) {
    guard let (host, port) = NetworkPattern.split(text), let machine = NetworkPattern.machine(host) else { return nil }
    self.machine = machine
    self.port = port
  }

  init(machine: Machine, port: UInt16?) {
    self.machine = machine
    self.port = port
  }

  /// The host and the port behind the colon. An address of version 6 has colons of its own: then brackets are around it.
  private static func split(_ text: String) -> (Substring, UInt16?)? {
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      let host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard IPAddress(host) != nil else { return nil }
      if rest.isEmpty { return (host, nil) }
      guard rest.first == ":", let port = NetworkPattern.port(rest.dropFirst()) else { return nil }
      return (host, port)
    }
    let colons = text.utf8.filter { $0 == UInt8(ascii: ":") }.count
    guard colons == 1, let colon = text.firstIndex(of: ":") else { return (text[...], nil) }
    guard let port = port(text[text.index(after: colon)...]) else { return nil }
    return (text[..<colon], port)
  }

  private static func port(_ text: Substring) -> UInt16? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt16(text) : nil
  }

  private static func machine(_ text: Substring) -> Machine? {
    if text == "*" { return .any }
    if let address = IPAddress(text) { return .addresses(address, bits: 128) }
    if let slash = text.firstIndex(of: "/") {
      guard let address = IPAddress(text[..<slash]), let bits = Int(text[text.index(after: slash)...]) else {
        return nil
      }
      let offset = address.version4 == nil ? 0 : 96
      return bits >= 0 && bits <= 128 - offset ? .addresses(address, bits: bits + offset) : nil
    }
    guard let name = HostName.plain(text.hasPrefix("*.") ? text.dropFirst(2) : text) else { return nil }
    if text.hasPrefix("*.") { return .below("." + name) }
    return name == "localhost" ? .thisMachine : .name(name)
  }

  func covers(_ place: NetworkPlace) -> Bool {
    if let port, let asked = place.port, port != asked { return false }
    return switch machine {
    case .any: true
    case .name(let name): place.names.contains(name)
    case .below(let end): place.names.contains { $0.hasSuffix(end) && $0.utf8.count > end.utf8.count }
    case .addresses(let address, let bits): place.address?.agrees(with: address, bits: bits) ?? false
    case .thisMachine: place.names.contains("localhost") || place.address?.isLoopback ?? false
    }
  }
}

/// Names of machines.
enum HostName {
  /// A name in small letters and without the dot that may end it; null if it is none: it has letters, digits, `-`, `_` and
  /// dots, at most 253 of them (RFC 1035, 2.3.4).
  static func plain(_ text: some StringProtocol) -> String? {
    var bytes = Array(text.utf8)
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    guard !bytes.isEmpty, bytes.count <= 253 else { return nil }
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes[index] |= 0x20
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): break
      default: return nil
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What a program wants to reach.
struct NetworkPlace {
  /// The names that it goes by, in small letters.
  var names: [String]
  /// Null as long as it isn't known.
  var address: IPAddress?
  /// Null if only the address is asked for.
  var port: UInt16?

  /// As a pattern names it.
  var text: String {
    let host = names.first ?? address.map { $0.version4 == nil && port != nil ? "[\($0.text)]" : $0.text } ?? "*"
    return port.map { "\(host):\($0)" } ?? host
  }

  /// The pattern for it alone.
  var pattern: NetworkPattern? { NetworkPattern(text) }
}

/// Which places of the network a program may reach.
package struct NetworkPermission: Sendable {
  package var allowed: [NetworkPattern] = []
  package var allowsAll = false
  package var denied: [NetworkPattern] = []
  package var deniesAll = false

  package init() {}

  func covers(_ place: NetworkPlace) -> Bool { allows(place) && !denies(place) }

  /// The same, if nothing were denied.
  func allows(_ place: NetworkPlace) -> Bool { allowsAll || allowed.contains { $0.covers(place) } }

  /// Looking a name up is denied only with all of its ports.
  func denies(_ place: NetworkPlace) -> Bool {
    deniesAll || denied.contains { $0.covers(place) && (place.port != nil || $0.port == nil) }
  }
}
