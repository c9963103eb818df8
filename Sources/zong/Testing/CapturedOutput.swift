// What programs print that aren't run for the terminal.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file without a name that a program's output goes to, and an empty input.
final class CapturedOutput {
  /// The most that is shown.
  private static let limit = 64 << 10

  let descriptor: Int32
  let input: Int32

  init() {
    input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let folder = Process.environment("TMPDIR") ?? "/tmp"
    var name = Array("\(folder)/zong-test-XXXXXX".utf8CString)
    let file = mkstemp(&name)
    if file >= 0 { unlink(name) }
    descriptor = file >= 0 ? file : open("/dev/null", O_WRONLY | O_CLOEXEC)
  }

  deinit {
    close(descriptor)
    close(input)
  }

  func clear() {
    _ = ftruncate(descriptor, 0)
    lseek(descriptor, 0, SEEK_SET)
  }

  /// What was printed, for people: not all of it if it is much.
  var text: String {
    let text = String(decoding: bytes(atMost: Self.limit), as: UTF8.self)
    return length > Self.limit ? text + "\n… \(length - Self.limit) more bytes\n" : text
  }

  /// The first bytes of what was printed.
  func bytes(atMost limit: Int = .max) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: min(length, limit))
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return Array(bytes.prefix(max(count, 0)))
  }

  private var length: Int { max(Int(lseek(descriptor, 0, SEEK_END)), 0) }
}
