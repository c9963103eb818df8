// What children print to the program's own streams while a run is recorded: it goes through a pipe, so that a replay
// can print it again, at the same place among what the program prints.
//
// There is no thread for it. The pipes are emptied at each host call and while one waits, so that all that a child has
// printed before it ended is out before the program can know of that end. A child that prints more than a pipe holds
// while the program computes waits for the program's next call.

import CWasmtime

/// The pipe of one child's output or errors.
struct ChildOutput {
  /// Where what it prints comes from; reading doesn't wait.
  let source: Descriptor
  /// Where that goes.
  let stream: Int32

  /// Takes what is there: how many bytes, 0 at the end, less with `errno` if there is nothing now.
  fileprivate func take(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = read(source.number, buffer.baseAddress, buffer.count)
      if count >= 0 || errno != EINTR { return count }
    }
  }
}

extension Host {
  /// The most that a pipe holds in bytes, unless the system is set up otherwise (pipe(7), `pipe-max-size`).
  private static let largestPipe = 1 << 20
  private static let part = 1 << 16

  /// What writes the answers of host calls down, if anything does.
  var recorder: Recorder? {
    if case .recorder(let recorder) = tape { recorder } else { nil }
  }

  /// Passes on what children have printed, and forgets the pipes that are closed.
  func passOutputOn() {
    if childOutputs.isEmpty { return }
    childOutputs = childOutputs.filter(passOn)
  }

  /// Passes on what is there, at most as much as a pipe holds. False if nothing will come any more, or nobody takes it.
  private func passOn(_ output: ChildOutput) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: Host.part, alignment: 1) { buffer in
      var left = Host.largestPipe
      while left > 0 {
        let count = output.take(buffer)
        guard count > 0 else { return count < 0 && errno == EAGAIN }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        recorder?.childPrinted(bytes, toErrors: output.stream == streams.errors)
        // Where nobody reads, the child is to know.
        guard writeAll(output.stream, bytes) else { return false }
        left -= count
      }
      return true
    }
  }

  /// The system's `poll`, which passes on what children print meanwhile. Returns how many of the entries are ready; 0
  /// also before the time is over.
  func waitForEvents(_ entries: UnsafeMutableBufferPointer<pollfd>, milliseconds: Int32) -> Int32 {
    if childOutputs.isEmpty { return poll(entries.baseAddress, nfds_t(entries.count), milliseconds) }
    var all = Array(entries) + childOutputs.map { pollfd(fd: $0.source.number, events: Int16(POLLIN), revents: 0) }
    let found = poll(&all, nfds_t(all.count), milliseconds)
    guard found > 0 else { return found }
    for index in entries.indices { entries[index].revents = all[index].revents }
    passOutputOn()
    return found - Int32(all[entries.count...].count { $0.revents != 0 })
  }
}
