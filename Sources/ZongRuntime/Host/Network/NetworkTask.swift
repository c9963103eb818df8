// What blocks in the system, on a thread of its own: looking names up, and connecting to what was found.
//
// The program meanwhile waits for a pipe that becomes readable when there is an answer. It may close it before: then the
// thread still ends by itself, and what it opened is closed.

import CWasmtime
import Synchronization
import ZongStores

/// How many tasks of one program go on, those among them that it has given up.
final class NetworkTasks: Sendable {
  /// A thread for each; a lookup may take half a minute, whether or not its program still wants to know.
  static let limit = 256
  private let count = Atomic<Int>(0)

  /// False if there may be no more.
  fileprivate func enter() -> Bool {
    if count.add(1, ordering: .relaxed).newValue <= NetworkTasks.limit { return true }
    leave()
    return false
  }

  fileprivate func leave() { count.subtract(1, ordering: .relaxed) }
}

/// Something that is being found out on another thread.
final class NetworkTask: Sendable {
  /// What was found out.
  enum Answer: Sendable {
    case addresses([IPAddress])
    case connection(Descriptor)
    case failure(WASIError)
  }

  /// Readable when there is an answer.
  let descriptor: Descriptor
  private let ending: Descriptor
  private let found = Mutex<Answer?>(nil)

  /// Begins. Null with `errno` if there is no room for it.
  static func begin(in tasks: NetworkTasks, _ work: @escaping @Sendable () -> Answer) -> NetworkTask? {
    var ends: [Int32] = [-1, -1]
    guard new_pipe(&ends) else { return nil }
    let task = NetworkTask(Descriptor(taking: ends[0]), Descriptor(taking: ends[1]))
    guard tasks.enter() else {
      errno = EMFILE
      return nil
    }
    let thread = SystemThread(stackSize: 256 << 10) {
      task.end(work())
      tasks.leave()
    }
    guard let thread else {
      tasks.leave()
      errno = EAGAIN
      return nil
    }
    thread.detach()
    return task
  }

  private init(_ descriptor: Descriptor, _ ending: Descriptor) {
    self.descriptor = descriptor
    self.ending = ending
  }

  /// What was found out; null as long as nothing is.
  var answer: Answer? { found.withLock { $0 } }

  private func end(_ answer: Answer) {
    found.withLock { $0 = answer }
    // The other end of the pipe becomes readable.
    ending.close()
  }
}
