// Reading a recording. It may come from anybody: nothing in it is believed.

/// A recording that was read: the program with all that belongs to it, and the events.
package struct Recording: Sendable {
  package let module: [UInt8]
  package let files: [RecordedFile]
  package let limits: RecordedLimits
  let events: RecordingReader

  /// Reads what stands before the events.
  package init(_ bytes: [UInt8]) throws(RuntimeError) {
    guard bytes.starts(with: RecordingFormat.magic) else { throw RuntimeError("this is no recording of zong's") }
    var reader = RecordingReader(bytes, at: RecordingFormat.magic.count)
    guard let version = reader.byte() else { throw Recording.damaged }
    guard version == RecordingFormat.version else {
      throw RuntimeError(
        "the recording is of version \(version), and this zong reads version \(RecordingFormat.version)")
    }
    guard let module = reader.counted(), let memory = reader.optional(), let stack = reader.optional(),
      let fuel = reader.optional(), let output = reader.optional(), let count = reader.number()
    else { throw Recording.damaged }
    self.module = Array(module)
    // The stack becomes a thread's: no more than the command line takes.
    guard let maxStack = stack.flatMap({ Int(exactly: $0) }), (65_536...(1 << 30)).contains(maxStack) else {
      throw Recording.damaged
    }
    limits = RecordedLimits(
      maxMemory: memory.map { Int(clamping: $0) }, maxStack: maxStack, maxFuel: fuel, maxOutput: output)
    var files: [RecordedFile] = []
    for _ in 0..<min(count, 1 << 20) {
      guard let path = reader.counted(), let contents = reader.counted() else { throw Recording.damaged }
      files.append(RecordedFile(path: String(decoding: path, as: UTF8.self), contents: Array(contents)))
    }
    self.files = files
    events = reader
  }

  /// Whether a file begins as recordings do.
  package static func begins(_ descriptor: Int32) -> Bool {
    let magic = RecordingFormat.magic
    var bytes = [UInt8](repeating: 0, count: magic.count)
    return pread(descriptor, &bytes, bytes.count, 0) == bytes.count && bytes == magic
  }

  private static var damaged: RuntimeError {
    RuntimeError("the recording is damaged, or cut off before its first event")
  }
}

/// What a call did when it was recorded.
struct RecordedEvent {
  let index: Int
  let error: WASIError
  let check: UInt32
  let deeds: RecordingFormat.Deeds
  let changes: [(address: UInt32, bytes: ArraySlice<UInt8>)]
}

/// Reads numbers and bytes one behind the other; null where they aren't whole.
struct RecordingReader: Sendable {
  enum Item {
    case event(RecordedEvent)
    /// What a child printed, to the error output or to standard output.
    case childOutput(ArraySlice<UInt8>, toErrors: Bool)
    case end
  }

  private let bytes: [UInt8]
  private var next: Int

  init(_ bytes: [UInt8], at start: Int) {
    self.bytes = bytes
    next = start
  }

  mutating func byte() -> UInt8? {
    guard next < bytes.count else { return nil }
    next += 1
    return bytes[next - 1]
  }

  mutating func number() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = byte() else { return nil }
      if shift == 63 && byte > 1 { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// A number that may be missing.
  mutating func optional() -> UInt64?? { number().map { $0 == 0 ? nil : $0 - 1 } }

  mutating func counted() -> ArraySlice<UInt8>? {
    guard let count = number(), count <= UInt64(bytes.count - next) else { return nil }
    next += Int(count)
    return bytes[(next - Int(count))..<next]
  }

  /// The next event, or the end; null if the recording is over before, or damaged.
  mutating func item() -> Item? {
    guard let number = number() else { return nil }
    if number == RecordingFormat.end { return .end }
    if number == RecordingFormat.childOutput || number == RecordingFormat.childErrors {
      return counted().map { .childOutput($0, toErrors: number == RecordingFormat.childErrors) }
    }
    guard number >= RecordingFormat.firstImport, let index = Int(exactly: number - RecordingFormat.firstImport),
      let error = self.number().flatMap({ UInt16(exactly: $0) }), let check = word(),
      let deeds = byte().map(RecordingFormat.Deeds.init(rawValue:)), deeds.isSubset(of: .all), let count = self.number()
    else { return nil }
    var changes: [(address: UInt32, bytes: ArraySlice<UInt8>)] = []
    // Each has at least two bytes: a number that is too large ends with the bytes.
    for _ in 0..<min(count, UInt64(bytes.count)) {
      guard let address = self.number().flatMap({ UInt32(exactly: $0) }), let bytes = counted() else { return nil }
      changes.append((address, bytes))
    }
    return .event(
      RecordedEvent(index: index, error: WASIError(rawValue: error), check: check, deeds: deeds, changes: changes))
  }

  private mutating func word() -> UInt32? {
    guard bytes.count - next >= 4 else { return nil }
    next += 4
    return (0..<4).reduce(0) { $0 | UInt32(bytes[next - 4 + $1]) << UInt32($1 * 8) }
  }
}

extension Recording {
  /// Reads all events: how many there are, and whether they go up to the program's end.
  package func readAll() -> (count: Int, isWhole: Bool) {
    var reader = events
    var count = 0
    while let item = reader.item() {
      if case .end = item { return (count, true) }
      count += 1
    }
    return (count, false)
  }
}
