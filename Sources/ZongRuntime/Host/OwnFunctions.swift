// The functions of Zong's own that a program may import, beside WASI's: what WASI preview 1 has none for. Only programs
// that use them import them, by way of the standard library.

extension Host {
  /// The module that they are imported from.
  static let ownModule = "zong_host"
  static let ownFunctions = onWaiting + onNetwork + onProcesses

  private static let onWaiting = [
    HostFunction("mark_stack", "iii") { $0.markStack($1[0], $1[1], $1[2]) },
    HostFunction("wait", "iiIi") { $0.wait($1[0], $1[1], until: Int64(bitPattern: $1.long(2)), $1[3]) },
  ]

  private static let onNetwork = [
    HostFunction("net_lookup", "iii") { $0.lookUp($1.path(0), $1[2]) },
    HostFunction("net_addresses", "iiii") { $0.addresses($1[0], $1[1], $1[2], $1[3]) },
    HostFunction("net_connect", "iiii") { $0.connect($1.path(0), $1[2], $1[3]) },
    HostFunction("net_connected", "i") { $0.connected($1[0]) },
    HostFunction("net_finish", "i") { $0.finish($1[0]) },
    HostFunction("net_set_no_delay", "ii") { $0.setNoDelay($1[0], $1[1]) },
    HostFunction("net_listen", "iii") { $0.listen($1[0], $1[1], $1[2]) },
    HostFunction("net_accept", "ii") { $0.accept($1[0], $1[1]) },
    HostFunction("net_address", "iii") { $0.socketAddress($1[0], $1[1], $1[2]) },
    HostFunction("net_bind", "ii") { $0.bind($1[0], $1[1]) },
    HostFunction("net_send", "iiiii") { $0.send($1[0], $1.path(1), to: $1[3], $1[4]) },
    HostFunction("tls_client", "iii") { $0.makeClientContext($1.path(0), $1[2]) },
    HostFunction("tls_server", "iiiii") { $0.makeServerContext($1.path(0), $1.path(2), $1[4]) },
    HostFunction("tls_free", "i") { $0.freeContext($1[0]) },
    HostFunction("tls_secure", "iiii") { $0.secure($1[0], $1[1], $1.path(2)) },
    HostFunction("tls_handshake", "i") { $0.handshake($1[0]) },
    HostFunction("tls_problem", "iiii") { $0.securityProblem($1[0], $1.path(1), $1[3]) },
    HostFunction("net_receive", "iiiii") { $0.receive($1[0], $1.path(1), from: $1[3], $1[4]) },
  ]

  private static let onProcesses = [
    HostFunction("process_start", "ii") { $0.startProcess($1[0], $1[1]) },
    HostFunction("process_status", "ii") { $0.processStatus($1[0], $1[1]) },
    HostFunction("process_signal", "ii") { $0.signalProcess($1[0], $1[1]) },
    HostFunction("signals_hear", "ii") { $0.hearSignals($1[0], $1[1]) },
  ]

  static func ownFunction(named name: String) -> HostFunction? {
    ownFunctions.first { $0.name.description == name }
  }
}
