// Running a recorded program again: its host calls are answered from the recording, and only what it prints goes out, and
// what its children printed beside it.

final class Replayer {
  private var events: RecordingReader
  private var count = 0
  private let streams: Streams

  init(_ recording: Recording, _ streams: Streams) {
    events = recording.events
    self.streams = streams
  }

  /// What a call is answered with.
  enum Answer {
    case error(WASIError)
    /// The run ends here, for this reason.
    case stop(String)
    case outputLimit
  }

  /// Answers a call as it was answered when it was recorded.
  ///
  /// - Parameter print: writes the first bytes, as many as the number says, of what the call would write, to standard
  ///   output (1) or the error output (2).
  func answer(
    _ call: HostCall, check: UInt32, _ memory: GuestMemory, print: (_ count: Int, _ stream: UInt32) -> Void
  ) -> Answer {
    count += 1
    switch nextItem() {
    case nil: return .stop("the recording ends here: the run was cut off, or the file is damaged")
    case .end, .childOutput: return .stop(left(call))
    case .event(let event):
      guard event.index == call.index, event.check == check else { return .stop(left(call)) }
      for change in event.changes where !change.bytes.withUnsafeBytes({ memory.write(change.address, $0) }) {
        return .stop("the recording is damaged: it changes memory that the program doesn't have")
      }
      // The call's last change is the number of bytes.
      if !event.deeds.isDisjoint(with: [.output, .errors]), let written = event.changes.last?.bytes, written.count == 4
      {
        print(written.reversed().reduce(0) { $0 << 8 | Int($1) }, event.deeds.contains(.errors) ? 2 : 1)
      }
      return event.deeds.contains(.limit) ? .outputLimit : .error(event.error)
    }
  }

  /// The program has ended: prints what its children still did.
  func end() { _ = nextItem() }

  /// What comes behind that which children printed, and prints that.
  private func nextItem() -> RecordingReader.Item? {
    while let item = events.item() {
      guard case .childOutput(let bytes, let toErrors) = item else { return item }
      bytes.withUnsafeBytes { _ = writeAll(toErrors ? streams.errors : streams.output, $0) }
    }
    return nil
  }

  private func left(_ call: HostCall) -> String {
    "the replay has left the recording at host call \(count), of \(call.function.name)"
  }
}
