// The functions of WASI preview 1, by name. Implemented here and not by Wasmtime's own WASI, because that takes
// a millisecond and a half of every start and a microsecond of every write.
//
// A program has its standard streams, arguments, clocks and random bytes. It can name every path, and every path that the
// permissions don't cover is answered with `notCapable`.

import CWasmtime

/// One function that a module may import.
struct HostFunction: Sendable {
  let name: StaticString
  /// The parameters' types: `i` for a 32-bit integer, `I` for a 64-bit one.
  let parameters: StaticString
  /// The implementation. It checks whatever the guest hands it and answers with an error number.
  let body: @Sendable (Host, HostArguments) -> WASIError

  init(
    _ name: StaticString, _ parameters: StaticString,
    _ body: @escaping @Sendable (Host, HostArguments) -> WASIError
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
  }

  /// `proc_exit` alone has no result: it never returns to the guest.
  var hasResult: Bool { !isExit }
  var isExit: Bool { name.description == "proc_exit" }
}

enum WASI {
  static let moduleName = "wasi_snapshot_preview1"

  static func function(named name: String) -> HostFunction? {
    functions.first { $0.name.description == name }
  }

  static let functions = onProcess + onDescriptors + onPaths + onSockets

  private static let onProcess: [HostFunction] = [
    HostFunction("args_get", "ii") { $0.write($0.arguments, $1[0], $1[1]) },
    HostFunction("args_sizes_get", "ii") { $0.writeSizes($0.arguments, $1[0], $1[1]) },
    HostFunction("environ_get", "ii") { $0.write($0.variables, $1[0], $1[1]) },
    HostFunction("environ_sizes_get", "ii") { $0.writeSizes($0.variables, $1[0], $1[1]) },
    HostFunction("clock_res_get", "ii") { $0.clockResolution($1[0], $1[1]) },
    HostFunction("clock_time_get", "iIi") { $0.clockTime($1[0], $1[2]) },
    HostFunction("random_get", "ii") { $0.randomGet($1[0], $1[1]) },
    HostFunction("poll_oneoff", "iiii") { $0.pollOneOff($1[0], $1[1], $1[2], $1[3]) },
    HostFunction("sched_yield", "") { _, _ in .success },
    HostFunction("proc_exit", "i") { host, values in
      host.exitStatus = values[0]
      return .success
    },
    HostFunction("proc_raise", "i") { _, _ in .notSupported },
  ]

  private static let onDescriptors: [HostFunction] = [
    // Advice may be ignored.
    HostFunction("fd_advise", "iIIi") { $0.files[$1[0]] == nil ? .badDescriptor : .success },
    HostFunction("fd_allocate", "iII") { $0.allocate($1[0], $1.long(1), $1.long(2)) },
    HostFunction("fd_close", "i") { $0.close($1[0]) },
    HostFunction("fd_datasync", "i") { $0.sync($1[0]) },
    HostFunction("fd_fdstat_get", "ii") { $0.status($1[0], $1[1]) },
    HostFunction("fd_fdstat_set_flags", "ii") { $0.setFlags($1[0], $1[1]) },
    HostFunction("fd_fdstat_set_rights", "iII") { _, _ in .notSupported },
    HostFunction("fd_filestat_get", "ii") { $0.fileStatus($1[0], $1[1]) },
    HostFunction("fd_filestat_set_size", "iI") { $0.setSize($1[0], $1.long(1)) },
    HostFunction("fd_filestat_set_times", "iIIi") {
      $0.setTimes($1[0], NewTimes($1.long(1), $1.long(2), flags: $1[3]))
    },
    HostFunction("fd_pread", "iiiIi") { $0.read($1[0], $1[1], $1[2], at: $1.long(3), $1[4]) },
    HostFunction("fd_prestat_get", "ii") { $0.givenFolder($1[0], $1[1]) },
    HostFunction("fd_prestat_dir_name", "iii") { $0.givenFolderName($1[0], $1[1], $1[2]) },
    HostFunction("fd_pwrite", "iiiIi") { $0.write($1[0], $1[1], $1[2], at: $1.long(3), $1[4]) },
    HostFunction("fd_read", "iiii") { $0.read($1[0], $1[1], $1[2], $1[3]) },
    HostFunction("fd_readdir", "iiiIi") { $0.listFolder($1[0], $1[1], $1[2], $1.long(3), $1[4]) },
    HostFunction("fd_renumber", "ii") { $0.renumber($1[0], $1[1]) },
    HostFunction("fd_seek", "iIii") { $0.seek($1[0], $1.long(1), $1[2], $1[3]) },
    HostFunction("fd_sync", "i") { $0.sync($1[0]) },
    HostFunction("fd_tell", "ii") { $0.seek($1[0], 0, 1, $1[1]) },
    HostFunction("fd_write", "iiii") { $0.write($1[0], $1[1], $1[2], $1[3]) },
  ]

  private static let onPaths: [HostFunction] = [
    HostFunction("path_create_directory", "iii") { $0.makeFolder($1[0], $1.path(1)) },
    HostFunction("path_filestat_get", "iiiii") { $0.pathStatus($1[0], $1[1], $1.path(2), $1[4]) },
    HostFunction("path_filestat_set_times", "iiiiIIi") {
      $0.setTimes($1[0], $1[1], $1.path(2), NewTimes($1.long(4), $1.long(5), flags: $1[6]))
    },
    HostFunction("path_link", "iiiiiii") { $0.link($1[0], $1[1], $1.path(2), $1[4], $1.path(5)) },
    HostFunction("path_open", "iiiiiIIii") {
      $0.openPath($1[0], $1.path(2), Opening($1[1], $1[4], $1.long(5), $1[7]), $1[8])
    },
    HostFunction("path_readlink", "iiiiii") { $0.readLink($1[0], $1.path(1), $1.path(3), $1[5]) },
    HostFunction("path_remove_directory", "iii") { $0.removeFolder($1[0], $1.path(1)) },
    HostFunction("path_rename", "iiiiii") { $0.rename($1[0], $1.path(1), $1[3], $1.path(4)) },
    HostFunction("path_symlink", "iiiii") { $0.makeLink($1.path(0), $1[2], $1.path(3)) },
    HostFunction("path_unlink_file", "iii") { $0.removeFile($1[0], $1.path(1)) },
  ]

  /// WASI preview 1 can't open sockets, and none is given.
  private static let onSockets: [HostFunction] = [
    without("sock_accept", "iii"), without("sock_recv", "iiiiii"), without("sock_send", "iiiii"),
    without("sock_shutdown", "ii"),
  ]

  private static func without(_ name: StaticString, _ parameters: StaticString) -> HostFunction {
    HostFunction(name, parameters) { $0.files[$1[0]] == nil ? .badDescriptor : .notSupported }
  }
}

extension HostArguments {
  /// A path: its address and, in the argument after it, its length.
  func path(_ index: Int) -> GuestPath { GuestPath(address: self[index], count: self[index + 1]) }
}
