// Where Wasmtime's library is found: named by the user, inside the executable, or fetched into the package.

import CWasmtime

/// The library's file.
struct LibraryLocation: Sendable {
  let path: String
  /// A hash that changes when the file does.
  let identity: UInt64
  /// What to tell the user if the file can't be opened.
  let hint: String
  /// The file goes away as soon as it was opened.
  var isTemporary = false

  #if os(Linux)
    static let fileName = "libwasmtime.so"
  #else
    static let fileName = "libwasmtime.dylib"
  #endif

  /// The first of: the file named by ZONG_WASMTIME, the library inside the executable, and
  /// `.deps/wasmtime` in the executable's folder or one above it.
  ///
  /// The current folder is not searched: running in a stranger's folder must not run the stranger's code.
  static func find() throws(RuntimeError) -> LibraryLocation {
    if let path = environment("ZONG_WASMTIME") {
      guard let found = LibraryLocation(file: path, hint: "ZONG_WASMTIME names this file") else {
        throw RuntimeError("ZONG_WASMTIME names \(path), which isn't there")
      }
      return found
    }
    guard let executable = executablePath() else {
      throw RuntimeError("the path of the zong executable is unknown", notes: [setHint])
    }
    if let embedded = EmbeddedLibrary(executable: executable) { return try embedded.locate() }
    var folder = directory(of: executable)
    while true {
      let path = (folder == "/" ? "" : folder) + "/.deps/wasmtime/" + fileName
      if let found = LibraryLocation(file: path, hint: fetchHint) { return found }
      if folder == "/" || folder == "." { break }
      folder = directory(of: folder)
    }
    throw RuntimeError("Wasmtime's library was not found", notes: [fetchHint, setHint])
  }

  private static let fetchHint = "Scripts/fetch-wasmtime fetches it"
  private static let setHint = "the environment variable ZONG_WASMTIME can name the library's file"

  init(path: String, identity: UInt64, hint: String, isTemporary: Bool = false) {
    self.path = path
    self.identity = identity
    self.hint = hint
    self.isTemporary = isTemporary
  }

  private init?(file path: String, hint: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(path: path, identity: fileIdentity(status), hint: hint)
  }
}

/// A hash of what tells one state of a file from another without reading it.
func fileIdentity(_ status: stat) -> UInt64 {
  #if os(Linux)
    let time = status.st_mtim
  #else
    let time = status.st_mtimespec
  #endif
  let state = [Int64(status.st_size), Int64(status.st_ino), Int64(time.tv_sec), Int64(time.tv_nsec)]
  return state.withUnsafeBytes { checksum($0) }
}
