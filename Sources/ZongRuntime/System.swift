// The few calls of the operating system that the runtime makes, as Swift values.

import CWasmtime

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Darwin)
  @_exported import Darwin
#endif

/// An open file descriptor that closes itself. Used by one thread at a time.
final class Descriptor: @unchecked Sendable {
  let number: Int32
  private var isOurs = true

  init?(path: String, _ flags: Int32, mode: mode_t = 0o600) {
    number = open(path, flags | O_CLOEXEC, mode)
    if number < 0 { return nil }
  }

  init(taking number: Int32) { self.number = number }

  /// One that stays open: it belongs to somebody else.
  init(borrowing number: Int32) {
    self.number = number
    isOurs = false
  }

  deinit { close() }

  /// Closes it before its time; false with `errno` if that told of an error, of a write for example.
  @discardableResult
  func close() -> Bool {
    guard isOurs else { return true }
    isOurs = false
    return closeNumber(number) == 0
  }

  var status: stat? {
    var result = stat()
    return fstat(number, &result) == 0 ? result : nil
  }

  /// Reads `count` bytes at `offset`. Null if there are fewer, or reading fails.
  func read(at offset: Int, count: Int) -> [UInt8]? {
    guard count >= 0, offset >= 0 else { return nil }
    var done = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while done < count {
        let part = pread(number, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
        if part < 0 && errno == EINTR { continue }
        if part <= 0 { break }
        done += part
      }
      initialized = done
    }
    return done == count ? bytes : nil
  }

  /// Appends all of `bytes`. False if the system takes less.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool { writeAll(number, bytes) }
}

/// The system's `close`, where a method has its name.
private func closeNumber(_ number: Int32) -> Int32 { close(number) }

/// Writes all of `bytes` to a descriptor, through interruptions and full pipes of non-blocking descriptors.
@discardableResult
func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Bool {
  var done = 0
  while done < bytes.count {
    let part = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
    if part >= 0 {
      done += part
    } else if errno == EAGAIN {
      waitUntilReady(descriptor, Int16(POLLOUT))
    } else if errno != EINTR {
      return false
    }
  }
  return true
}

/// Waits until a non-blocking descriptor is ready.
func waitUntilReady(_ descriptor: Int32, _ events: Int16) {
  var entry = pollfd(fd: descriptor, events: events, revents: 0)
  _ = poll(&entry, 1, -1)
}

/// The value of an environment variable that is set and not empty.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}

/// The path of the running executable.
func executablePath() -> String? {
  #if os(Linux)
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    if count <= 0 {
      // Without /proc: the name that the process was started by.
      return process_start_path().map { String(cString: $0) }
    }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  #else
    var size: UInt32 = 4096
    var buffer = [CChar](repeating: 0, count: Int(size))
    guard _NSGetExecutablePath(&buffer, &size) == 0, let path = realpath(buffer, nil) else { return nil }
    defer { free(path) }
    return String(cString: path)
  #endif
}

/// The arguments of the process after its name.
package func processArguments() -> [String] {
  guard let values = process_arguments() else { return Array(CommandLine.arguments.dropFirst()) }
  var result: [String] = []
  var index = 1
  while values[0] != nil, let value = values[index] {
    result.append(String(cString: value))
    index += 1
  }
  return result
}

/// Opens those of the three standard descriptors that the process was started without on nothing, so that no file
/// that is opened later becomes standard output.
package func openStandardDescriptors() {
  for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
    // The lowest free number is this one: those below are open.
    _ = open("/dev/null", number == 0 ? O_RDONLY : O_WRONLY)
  }
}

/// The part of a path before its last slash.
func directory(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A byte count as people write it: `64 MiB`, `1.5 GiB`, `100 bytes`.
package func byteCountText(_ count: Int) -> String {
  let units: [(String, Int)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
  for (name, size) in units where count >= size {
    if count % size == 0 { return "\(count / size) \(name)" }
    return "\(count / size).\(count % size * 10 / size) \(name)"
  }
  return count == 1 ? "1 byte" : "\(count) bytes"
}

/// Prepares the allocator for one large task, after which the process ends: freed memory stays in the process.
package func prepareHeap() { prepare_heap() }

/// How many cores this process may run on; null if the system doesn't say.
package func usableCores() -> Int? {
  let count = Int(usable_cores())
  return count > 0 ? count : nil
}
