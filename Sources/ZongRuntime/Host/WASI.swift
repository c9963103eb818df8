// The functions of WASI preview 1, by name. Implemented here and not by Wasmtime's own WASI, because that takes
// a millisecond and a half of every start and a microsecond of every write.
//
// A program has its standard streams, arguments, clocks and random bytes, and no folders: functions about
// files answer that there is no such descriptor.

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

  static let functions: [HostFunction] =
    [
      HostFunction("args_get", "ii") { $0.argumentsGet($1[0], $1[1]) },
      HostFunction("args_sizes_get", "ii") { $0.argumentSizesGet($1[0], $1[1]) },
      HostFunction("environ_get", "ii") { _, _ in .success },
      HostFunction("environ_sizes_get", "ii") { $0.writeSizes($1[0], 0, $1[1], 0) },
      HostFunction("clock_res_get", "ii") { $0.clockResolution($1[0], $1[1]) },
      HostFunction("clock_time_get", "iIi") { $0.clockTime($1[0], $1[2]) },
      HostFunction("random_get", "ii") { $0.randomGet($1[0], $1[1]) },
      HostFunction("fd_write", "iiii") { $0.streamWrite($1[0], $1[1], $1[2], $1[3]) },
      HostFunction("fd_read", "iiii") { $0.streamRead($1[0], $1[1], $1[2], $1[3]) },
      HostFunction("fd_seek", "iIii") { $0.streamSeek($1[0]) },
      HostFunction("fd_tell", "ii") { host, values in host.streamSeek(values[0]) },
      HostFunction("fd_close", "i") { $0.streamClose($1[0]) },
      HostFunction("fd_fdstat_get", "ii") { $0.streamStatus($1[0], $1[1]) },
      HostFunction("fd_filestat_get", "ii") { $0.streamFileStatus($1[0], $1[1]) },
      HostFunction("poll_oneoff", "iiii") { $0.pollOneOff($1[0], $1[1], $1[2], $1[3]) },
      HostFunction("sched_yield", "") { _, _ in .success },
      HostFunction("proc_exit", "i") { host, values in
        host.exitStatus = values[0]
        return .success
      },
      HostFunction("proc_raise", "i") { _, _ in .notSupported },
    ] + onDescriptors

  /// Functions that work on files, folders and sockets, of which there are none.
  private static let onDescriptors: [HostFunction] = [
    without("fd_advise", "iIIi"), without("fd_allocate", "iII"), without("fd_datasync", "i"),
    without("fd_fdstat_set_flags", "ii"), without("fd_fdstat_set_rights", "iII"),
    without("fd_filestat_set_size", "iI"), without("fd_filestat_set_times", "iIIi"),
    without("fd_pread", "iiiIi"), without("fd_prestat_get", "ii"), without("fd_prestat_dir_name", "iii"),
    without("fd_pwrite", "iiiIi"), without("fd_readdir", "iiiIi"), without("fd_renumber", "ii"),
    without("fd_sync", "i"), without("path_create_directory", "iii"), without("path_filestat_get", "iiiii"),
    without("path_filestat_set_times", "iiiiIIi"), without("path_link", "iiiiiii"),
    without("path_open", "iiiiiIIii"), without("path_readlink", "iiiiii"),
    without("path_remove_directory", "iii"), without("path_rename", "iiiiii"),
    without("path_symlink", "iiiii"), without("path_unlink_file", "iii"), without("sock_accept", "iii"),
    without("sock_recv", "iiiiii"), without("sock_send", "iiiii"), without("sock_shutdown", "ii"),
  ]

  private static func without(_ name: StaticString, _ parameters: StaticString) -> HostFunction {
    HostFunction(name, parameters) { _, _ in .badDescriptor }
  }
}
