// Writing: to the standard streams, and to files that appear whole or not at all.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum Stream: Int32 {
  case standardOutput = 1
  case standardError = 2
}

/// Something that went wrong with a file, in words for the user.
struct FileError: Error { let message: String }

enum Output {
  /// Writes text to a stream; nothing can be said if that fails.
  static func write(_ text: String, to stream: Stream) {
    var text = text
    text.withUTF8 { _ = write(UnsafeRawBufferPointer($0), to: stream.rawValue) }
  }

  /// Writes all bytes to a descriptor; false if it can't.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, rest.baseAddress, rest.count)
      #else
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      #endif
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }

  private static func writeAll(_ pieces: [UnsafeBufferPointer<UInt8>], to descriptor: Int32) -> Bool {
    pieces.allSatisfy { write(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  /// Writes a file of these pieces through a temporary one beside it, so that it is never there in part. `-` is standard output;
  /// what isn't a regular file (a device, a pipe) is written directly.
  ///
  /// `mode`, if given, is the mode that the file gets.
  static func writeFile(
    _ path: String, _ pieces: [UnsafeBufferPointer<UInt8>], mode: mode_t? = nil
  ) throws(FileError) {
    if path == "-" {
      if !writeAll(pieces, to: 1) { throw FileError(message: "can't write standard output: \(Process.lastError)") }
      return
    }
    var status = stat()
    if stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
      if status.st_mode & S_IFMT == S_IFDIR { throw FileError(message: "can't write \(path): it is a directory") }
      try writeDirectly(path, pieces)
      return
    }
    let temporary = path + ".tmp-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(message: "can't write \(path): \(Process.lastError)") }
    var problem = writeAll(pieces, to: descriptor) ? nil : Process.lastError
    if let mode, problem == nil, fchmod(descriptor, mode) != 0 { problem = Process.lastError }
    if close(descriptor) != 0 && problem == nil { problem = Process.lastError }
    if problem == nil && rename(temporary, path) != 0 { problem = Process.lastError }
    if let problem {
      unlink(temporary)
      throw FileError(message: "can't write \(path): \(problem)")
    }
  }

  static func writeFile(_ path: String, _ contents: [UInt8]) throws(FileError) {
    try contents.withUnsafeBufferPointer { (bytes) throws(FileError) in try writeFile(path, [bytes]) }
  }

  /// Replaces the contents of a file that exists, as `writeFile` does: behind links, and with the mode it has.
  static func rewriteFile(_ path: String, _ contents: [UInt8]) throws(FileError) {
    try contents.withUnsafeBufferPointer { (bytes) throws(FileError) in try rewrite(path, bytes) }
  }

  private static func rewrite(_ path: String, _ bytes: UnsafeBufferPointer<UInt8>) throws(FileError) {
    if path == "-" { return try writeFile(path, [bytes]) }
    guard let real = realpath(path, nil) else { throw FileError(message: "can't write \(path): \(Process.lastError)") }
    defer { free(real) }
    var status = stat()
    let isKnown = stat(real, &status) == 0
    // Renaming asks for rights on the folder only: a file that may not be written stays as it is.
    guard access(real, W_OK) == 0 else { throw FileError(message: "can't write \(path): \(Process.lastError)") }
    try writeFile(String(cString: real), [bytes], mode: isKnown ? status.st_mode & 0o7777 : nil)
  }

  private static func writeDirectly(_ path: String, _ pieces: [UnsafeBufferPointer<UInt8>]) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(message: "can't write \(path): \(Process.lastError)") }
    defer { close(descriptor) }
    if !writeAll(pieces, to: descriptor) { throw FileError(message: "can't write \(path): \(Process.lastError)") }
  }

  /// Whether a stream shows colours.
  static func hasColour(_ stream: Stream) -> Bool {
    if let setting = Process.environment("NO_COLOR"), !setting.isEmpty { return false }
    if Process.environment("TERM") == "dumb" { return false }
    return isatty(stream.rawValue) == 1
  }

  /// An error of the command line's own.
  static func error(_ message: String) {
    let word = hasColour(.standardError) ? "\u{1B}[1;31merror:\u{1B}[0m" : "error:"
    write("\(word) \(message)\n", to: .standardError)
  }
}
