// The time limit of a run: a thread that waits, and then ends the program one way or another. Compiled code ends at its next
// check, and what waits in the host for something to come at once. Only what the system doesn't come back from ends the
// process.

import CWasmtime
import ZongStores

/// A deadline for the program that an engine runs. At its time the compiled code's next check traps. If the
/// program isn't in compiled code, but in a call of the host's that doesn't return, the process ends.
final class Deadline: @unchecked Sendable {
  /// How long the program may take to reach a check after its time, in seconds.
  private static let grace = 0.2

  /// Kept alive until the thread that watches is done: it uses the engine.
  private let runtime: Runtime
  private let message: String
  private let errors: Int32
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var isCancelled = false
  /// Readable from the program's last moment on; null if the system has no room for it.
  let alarm: Descriptor?
  private let bell: Descriptor?
  private let time: timespec

  /// Starts the clock.
  init(seconds: Double, message: String, runtime: Runtime, errors: Int32) {
    self.runtime = runtime
    self.message = message
    self.errors = errors
    var ends: [Int32] = [-1, -1]
    let hasAlarm = new_pipe(&ends)
    alarm = hasAlarm ? Descriptor(taking: ends[0]) : nil
    bell = hasAlarm ? Descriptor(taking: ends[1]) : nil
    lock = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    #if os(Linux)
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    #endif
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
    time = Self.after(seconds)
    SystemThread(stackSize: 256 << 10) { self.watch() }?.detach()
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// The program has ended; the deadline means nothing any more.
  func cancel() {
    pthread_mutex_lock(lock)
    isCancelled = true
    pthread_cond_signal(changed)
    pthread_mutex_unlock(lock)
  }

  private func watch() {
    if wait(until: time) { return }
    runtime.library.api.wasmtime_engine_increment_epoch(runtime.engine)
    bell?.close()
    if wait(until: Self.after(Self.grace)) { return }
    guest_output_flush()
    signal_children(SIGKILL)
    let text = Array("stop: \(message)\n".utf8)
    text.withUnsafeBytes { _ = writeAll(errors, $0) }
    _exit(124)
  }

  /// Waits for the time or the program's end. True if the program ended first.
  private func wait(until time: timespec) -> Bool {
    var time = time
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while !isCancelled {
      if pthread_cond_timedwait(changed, lock, &time) == ETIMEDOUT { break }
    }
    return isCancelled
  }

  /// The moment `seconds` from now, at most a century ahead.
  private static func after(_ seconds: Double) -> timespec {
    var time = timespec()
    #if os(Linux)
      clock_gettime(CLOCK_MONOTONIC, &time)
    #else
      clock_gettime(CLOCK_REALTIME, &time)
    #endif
    let bounded = seconds.isNaN ? 0 : min(max(seconds, 0), 3.2e9)
    let whole = Int(bounded)
    let nanoseconds = Int(time.tv_nsec) + Int((bounded - Double(whole)) * 1e9)
    time.tv_sec += whole + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return time
  }
}
