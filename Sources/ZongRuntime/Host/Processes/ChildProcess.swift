// A child of the process, from its start until it is reaped.

import CWasmtime

/// A child that a program has started. Used by the program's thread alone.
final class ChildProcess {
  /// How a child ended: with a status, or by a signal.
  struct Ending {
    let isSignal: Bool
    let number: Int32
  }

  private let number: pid_t
  /// What `kill` is told: the child, or the group that it leads.
  private let target: pid_t
  /// Can be read when the child has ended.
  let end: Descriptor
  private(set) var ending: Ending?

  /// Starts a child; null with `errno` on failure.
  init?(_ request: child_request) {
    var request = request
    var number: pid_t = 0
    let problem = start_child(&request, &number)
    guard problem == 0 else {
      errno = problem
      return nil
    }
    self.number = number
    target = request.leads_group ? -number : number
    note_child(target)
    let descriptor = child_end_descriptor(number)
    if descriptor < 0 {
      let problem = errno
      end = Descriptor(borrowing: -1)
      stop()
      errno = problem
      return nil
    }
    end = Descriptor(taking: descriptor)
  }

  /// How it ended, if it has: it is reaped then.
  func look() -> Ending? {
    if ending == nil { reap(waits: false) }
    return ending
  }

  /// Sends a signal to the child, and to what it has started if it leads a group. False with `errno` on failure.
  func send(_ signal: Int32) -> Bool {
    guard look() == nil else {
      errno = ESRCH
      return false
    }
    return kill(target, signal) == 0
  }

  /// Ends it, whatever it does.
  func stop() {
    if ending != nil { return }
    kill(target, SIGKILL)
    reap(waits: true)
  }

  private func reap(waits: Bool) {
    var status: Int32 = 0
    var isSignal = false
    let found = reap_child(number, waits, &status, &isSignal)
    if found == 0 { return }
    // Somebody else has reaped it: that it has ended is all that is known.
    ending = found > 0 ? Ending(isSignal: isSignal, number: status) : Ending(isSignal: true, number: SIGKILL)
    forget_child(target)
  }
}

extension Host {
  /// How long children may take to end by themselves when the program has ended, in nanoseconds.
  private static let endingTime: UInt64 = 1_000_000_000

  /// Forgets those that have ended. What is left runs.
  func forgetEndedChildren() { children.removeAll { $0.look() != nil } }

  /// Ends what the program has left running: asks first, and then doesn't.
  ///
  /// - Parameter atOnce: doesn't ask.
  func endChildren(atOnce: Bool) {
    forgetEndedChildren()
    if !atOnce && !children.isEmpty {
      for child in children { _ = child.send(SIGTERM) }
      let limit = WaitLimit(end: nanoseconds(of: CLOCK_MONOTONIC) + Host.endingTime)
      while !children.isEmpty && !limit.isOver {
        var entries = children.map { pollfd(fd: $0.end.number, events: Int16(POLLIN), revents: 0) }
        _ = entries.withUnsafeMutableBufferPointer { waitForEvents($0, milliseconds: limit.milliseconds) }
        forgetEndedChildren()
      }
    }
    for child in children { child.stop() }
    children = []
    passOutputOn()
  }
}
