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
    var others: [SystemThread] = []
    for worker in 1..<max(workers, 1) {
      if let thread = SystemThread(stackSize: stackSize, { work.run(worker: worker) }) { others.append(thread) }
    }
    work.run(worker: 0)
    for thread in others { thread.join() }
  }

  /// Runs `body` on a thread with a deep stack and waits for it. If no thread can be had, runs it right here.
  public static func onDeepStack(_ body: @escaping () -> Void) {
    if let thread = SystemThread(stackSize: stackSize, body) {
      thread.join()
    } else {
      body()
    }
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
