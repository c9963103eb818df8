// Running independent pieces of work on several cores. Which thread does which piece is open; the pieces write to
// places of their own, so the result doesn't depend on it.

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pieces of work, and the next one that nobody has taken.
private final class Work: @unchecked Sendable {
  let count: Int
  let next = Atomic<Int>(0)
  let body: (Int, Int) -> Void

  init(count: Int, body: @escaping (Int, Int) -> Void) {
    self.count = count
    self.body = body
  }

  func run(worker: Int) {
    while true {
      let piece = next.add(1, ordering: .relaxed).oldValue
      if piece >= count { return }
      body(piece, worker)
    }
  }
}

/// Threads with stacks deep enough for the compiler's recursion.
public enum Parallel {
  /// The stack of a compiler thread, in bytes. Address space only: pages are used as they are touched. It carries
  /// the deepest tree that the parser lets through.
  public static let stackSize = 512 << 20

  /// The number of cores that are online.
  public static var coreCount: Int {
    max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Calls `body(piece, worker)` for every piece from 0 to `count - 1`, on up to `threads` threads; returns when all
  /// are done. Workers are numbered from 0. With one thread everything runs on the caller's.
  public static func forEach(_ count: Int, threads: Int, _ body: @escaping (Int, Int) -> Void) {
    let workers = min(threads, count)
    let work = Work(count: count, body: body)
    var others: [pthread_t] = []
    for worker in 1..<max(workers, 1) {
      if let thread = launch({ work.run(worker: worker) }) { others.append(thread) }
    }
    work.run(worker: 0)
    for thread in others { pthread_join(thread, nil) }
  }

  /// Runs `body` on a thread with a deep stack and waits for it. If no thread can be had, runs it right here.
  public static func onDeepStack(_ body: @escaping () -> Void) {
    if let thread = launch(body) {
      pthread_join(thread, nil)
    } else {
      body()
    }
  }

  private static func launch(_ body: @escaping () -> Void) -> pthread_t? {
    let task = UInt(bitPattern: Unmanaged.passRetained(Task(body)).toOpaque())
    let thread = startThread(task, stackSize: stackSize)
    if thread == nil { _ = takeTask(task) }
    return thread
  }
}

/// One place per piece of parallel work.
public final class Results<Element>: @unchecked Sendable {
  private let places: UnsafeMutablePointer<Element?>
  private let count: Int

  public init(count: Int) {
    self.count = count
    places = .allocate(capacity: max(count, 1))
    places.initialize(repeating: nil, count: count)
  }
  deinit {
    places.deinitialize(count: count)
    places.deallocate()
  }
  public subscript(index: Int) -> Element? {
    get { places[index] }
    set { places[index] = newValue }
  }
}

private final class Task {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

private func takeTask(_ raw: UInt) -> Task? {
  guard let pointer = UnsafeRawPointer(bitPattern: raw) else { return nil }
  return Unmanaged<Task>.fromOpaque(pointer).takeRetainedValue()
}

#if canImport(Darwin)
  private func threadMain(_ raw: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    takeTask(UInt(bitPattern: raw))?.body()
    return nil
  }
#else
  private func threadMain(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    takeTask(UInt(bitPattern: raw))?.body()
    return nil
  }
#endif

private func startThread(_ task: UInt, stackSize: Int) -> pthread_t? {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setstacksize(&attributes, stackSize)
  defer { pthread_attr_destroy(&attributes) }
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = pthread_create(&thread, &attributes, threadMain, UnsafeMutableRawPointer(bitPattern: task))
  return status == 0 ? thread : nil
}
