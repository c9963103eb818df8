// The process: its environment, its clock, its end.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum Process {
  /// Ends the process at once.
  static func exit(_ status: Int32) -> Never {
    fflush(nil)
    #if canImport(Glibc)
      Glibc.exit(status)
    #elseif canImport(Musl)
      Musl.exit(status)
    #else
      Darwin.exit(status)
    #endif
  }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Milliseconds on a clock that only goes forward.
  static var milliseconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }

  /// When the process began, as `milliseconds` gives it: the first to ask is `main`.
  static let start = milliseconds

  /// The largest memory that the process has had, in KiB.
  static var peakMemory: Int {
    var usage = rusage()
    // Glibc's enumeration, or Darwin's number: 0 is the process itself.
    getrusage(.init(0), &usage)
    return usage.ru_maxrss
  }

  /// What the last failed system call says.
  static var lastError: String { String(cString: strerror(errno)) }
}
