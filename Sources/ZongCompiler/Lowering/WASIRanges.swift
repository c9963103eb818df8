// The ranges of memory that the functions of WASI preview 1 touch, by their parameters (WASI snapshot preview1,
// witx/wasi_snapshot_preview1.witx).

/// A range that a host function reads or writes.
enum HostRange {
  /// So many bytes from the pointer in parameter `at` on.
  case object(at: Int, bytes: Int64, isWritten: Bool)
  /// As many items as parameter `count` says.
  case buffer(at: Int, count: Int, itemSize: Int64, isWritten: Bool)
  /// A list of buffers (iovecs), as long as parameter `count` says.
  case buffers(at: Int, count: Int, isWritten: Bool)
  /// The two places of `args_get` and `environ_get`.
  case arguments(isEnvironment: Bool)
}

/// What each function touches. Functions without ranges aren't listed.
let wasiRanges: [String: [HostRange]] = [
  "args_get": [.arguments(isEnvironment: false)],
  "args_sizes_get": [out(0, 4), out(1, 4)],
  "clock_res_get": [out(1, 8)],
  "clock_time_get": [out(2, 8)],
  "environ_get": [.arguments(isEnvironment: true)],
  "environ_sizes_get": [out(0, 4), out(1, 4)],
  "fd_fdstat_get": [out(1, 24)],
  "fd_filestat_get": [out(1, 64)],
  "fd_pread": [.buffers(at: 1, count: 2, isWritten: true), out(4, 4)],
  "fd_prestat_dir_name": [.buffer(at: 1, count: 2, itemSize: 1, isWritten: true)],
  "fd_prestat_get": [out(1, 8)],
  "fd_pwrite": [.buffers(at: 1, count: 2, isWritten: false), out(4, 4)],
  "fd_read": [.buffers(at: 1, count: 2, isWritten: true), out(3, 4)],
  "fd_readdir": [.buffer(at: 1, count: 2, itemSize: 1, isWritten: true), out(4, 4)],
  "fd_seek": [out(3, 8)],
  "fd_tell": [out(1, 8)],
  "fd_write": [.buffers(at: 1, count: 2, isWritten: false), out(3, 4)],
  "path_create_directory": [path(1)],
  "path_filestat_get": [path(2), out(4, 64)],
  "path_filestat_set_times": [path(2)],
  "path_link": [path(2), path(5)],
  "path_open": [path(2), out(8, 4)],
  "path_readlink": [path(1), .buffer(at: 3, count: 4, itemSize: 1, isWritten: true), out(5, 4)],
  "path_remove_directory": [path(1)],
  "path_rename": [path(1), path(4)],
  "path_symlink": [path(0), path(3)],
  "path_unlink_file": [path(1)],
  "poll_oneoff": [
    .buffer(at: 0, count: 2, itemSize: 48, isWritten: false), .buffer(at: 1, count: 2, itemSize: 32, isWritten: true),
    out(3, 4),
  ],
  "random_get": [.buffer(at: 0, count: 1, itemSize: 1, isWritten: true)],
  "sock_accept": [out(2, 4)],
  "sock_recv": [.buffers(at: 1, count: 2, isWritten: true), out(4, 4), out(5, 2)],
  "sock_send": [.buffers(at: 1, count: 2, isWritten: false), out(4, 4)],
]

private func out(_ parameter: Int, _ bytes: Int64) -> HostRange {
  .object(at: parameter, bytes: bytes, isWritten: true)
}

private func path(_ parameter: Int) -> HostRange {
  .buffer(at: parameter, count: parameter + 1, itemSize: 1, isWritten: false)
}
