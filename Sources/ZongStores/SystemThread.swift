// A thread of the operating system's that does one piece of work.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread that was started. It is either joined or detached, once.
public struct SystemThread {
  private let handle: pthread_t

  /// Starts a thread. Null if the system has no room for it.
  ///
  /// - Parameter stackSize: bytes, as the system takes them: whole pages, and not too few.
  public init?(stackSize: Int, _ body: @escaping () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, stackSize) == 0 else { return nil }
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(&thread, &attributes, threadMain, work.toOpaque())
    #if canImport(Darwin)
      guard status == 0, let thread else {
        work.release()
        return nil
      }
    #else
      guard status == 0 else {
        work.release()
        return nil
      }
    #endif
    handle = thread
  }

  /// Waits for its end.
  public func join() { pthread_join(handle, nil) }

  /// Nobody waits for its end.
  public func detach() { pthread_detach(handle) }
}

private final class Work {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

#if canImport(Darwin)
  private func threadMain(_ work: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
    return nil
  }
#else
  private func threadMain(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let work else { return nil }
    Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
    return nil
  }
#endif
