// Finds the manifest of a folder: in it, or in the nearest folder above it. Called in front of every run, so it does
// nothing but look for the name until it is there.

import ZongManifest
import ZongSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum ManifestFinder {
  struct Found {
    /// The folder, without links.
    let folder: String
    let contents: SourceBytes
  }

  /// The nearest manifest; null if there is none. One that belongs to neither this user, nor the system, nor whom the folder
  /// belongs to isn't looked at: others can put files into folders above, such as `/tmp`.
  static func find(from folder: String) throws(FileError) -> Found? {
    guard let real = realpath(folder, nil) else { return nil }
    defer { free(real) }
    let start = String(cString: real)
    var current = start == "/" ? "" : start
    while true {
      let path = "\(current)/\(Manifest.fileName)"
      if access(path, F_OK) == 0, let contents = try read(path, start) {
        return Found(folder: current.isEmpty ? "/" : current, contents: contents)
      }
      guard let slash = current.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      current = String(current[..<slash])
    }
  }

  /// The contents of a manifest; null for somebody else's.
  private static func read(_ path: String, _ folder: String) throws(FileError) -> SourceBytes? {
    // Opening a pipe would wait for its other end.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(message: "can't read \(path): \(Process.lastError)") }
    defer { close(descriptor) }
    var file = stat()
    var start = stat()
    guard fstat(descriptor, &file) == 0, stat(folder, &start) == 0 else {
      throw FileError(message: "can't read \(path): \(Process.lastError)")
    }
    guard [geteuid(), 0, start.st_uid].contains(file.st_uid) else { return nil }
    guard file.st_mode & S_IFMT == S_IFREG else { throw FileError(message: "can't read \(path): it is no file") }
    let bytes = SourceBytes(room: Manifest.sizeLimit + 1)
    while bytes.count <= Manifest.sizeLimit {
      let count = bytes.fill { readBytes(descriptor, $0) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw FileError(message: "can't read \(path): \(Process.lastError)") }
      if count == 0 { break }
    }
    if bytes.count > Manifest.sizeLimit {
      throw FileError(message: "can't read \(path): it is larger than \(Manifest.sizeLimit >> 10) KiB")
    }
    bytes.finish()
    return bytes
  }
}

private func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
