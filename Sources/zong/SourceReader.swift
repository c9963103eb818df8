// Reading source files: from a path, or from standard input by the name `-`.

import ZongCompiler
import ZongRuntime
import ZongSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file as it was read.
struct SourceText {
  /// The name in messages.
  let path: String
  let bytes: SourceBytes
  /// What tells the file from others, whatever path leads to it; null where there is no file.
  var identity: String?

  /// A WebAssembly module rather than source.
  var isModule: Bool { bytes.buffer.starts(with: [0x00, 0x61, 0x73, 0x6D]) }
}

enum SourceReader {
  /// The largest file that is read: what the compiler's position space has room for.
  private static let limit = 2 << 30
  /// Reads a file into a process that compiles it and ends: its memory is laid out for that.
  static func readForOneTask(_ path: String) throws(FileError) -> SourceText {
    prepareHeap()
    return try read(path)
  }

  static func read(_ path: String) throws(FileError) -> SourceText {
    if path == "-" { return SourceText(path: "<stdin>", bytes: try readAll(0, "standard input", sizeHint: 0)) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(message: "can't read \(path): \(reason(path))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(message: "can't read \(path): \(Process.lastError)") }
    if status.st_mode & S_IFMT == S_IFDIR { throw FileError(message: "can't read \(path): it is a directory") }
    return SourceText(
      path: path, bytes: try readAll(descriptor, path, sizeHint: Int(status.st_size)),
      identity: "\(status.st_dev):\(status.st_ino)")
  }

  /// Reads a file that another one imports; `onRead` is told of it.
  static func load(_ path: String, onRead: (SourceText) -> Void = { _ in }) -> LoadedFile {
    if access(path, F_OK) != 0 && errno == ENOENT { return .missing }
    do {
      let source = try read(path)
      onRead(source)
      return .found(source.bytes, identity: source.identity ?? path)
    } catch {
      return .unreadable(error.message)
    }
  }

  private static func reason(_ path: String) -> String {
    let error = errno
    if error == ENOENT {
      return path.hasSuffix(".zong") || path.hasSuffix(".wasm") || access(path + ".zong", F_OK) != 0
        ? "there is no such file" : "there is no such file (did you mean \(path).zong?)"
    }
    if error == EACCES { return "no permission" }
    return String(cString: strerror(error))
  }

  private static func readAll(_ descriptor: Int32, _ name: String, sizeHint: Int) throws(FileError) -> SourceBytes {
    if sizeHint > limit { throw FileError(message: "can't read \(name): it is larger than 2 GiB") }
    let bytes = SourceBytes(room: max(sizeHint + 1, 65536))
    while true {
      let count = bytes.fill { readOnce(descriptor, $0) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw FileError(message: "can't read \(name): \(Process.lastError)") }
      if count == 0 { break }
      if bytes.count > limit { throw FileError(message: "can't read \(name): it is larger than 2 GiB") }
    }
    bytes.finish()
    return bytes
  }
}

private func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
