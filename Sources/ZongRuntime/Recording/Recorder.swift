// Writing a recording while the program runs.

/// Where a recording goes. Each call's event is written before the program goes on, so that nothing is missing if the run is
/// cut off.
final class Recorder {
  private let descriptor: Int32
  private var event: [UInt8] = []
  private var changes: [(address: UInt32, count: UInt32)] = []
  /// The error number with which the system refused the recording, once.
  private(set) var problem: Int32?

  /// Begins a recording of a program.
  init(_ descriptor: Int32, module: [UInt8], files: [RecordedFile], limits: RecordedLimits) {
    self.descriptor = descriptor
    var header = RecordingFormat.magic + [RecordingFormat.version]
    header.append(counted: module)
    header.append(optional: limits.maxMemory.map { UInt64(max($0, 0)) })
    header.append(optional: UInt64(limits.maxStack))
    header.append(optional: limits.maxFuel)
    header.append(optional: limits.maxOutput)
    header.append(number: UInt64(files.count))
    for file in files {
      header.append(counted: Array(file.path.utf8))
      header.append(counted: file.contents)
    }
    write(header)
  }

  /// The host changes a range of the program's memory. Told before or after it is done, while the call goes on.
  func note(_ address: UInt32, _ count: UInt32) { if count > 0 { changes.append((address, count)) } }

  /// A call is done.
  func end(call index: Int, check: UInt32, _ error: WASIError, _ deeds: RecordingFormat.Deeds, _ memory: GuestMemory) {
    event.removeAll(keepingCapacity: true)
    event.append(number: UInt64(index) + RecordingFormat.firstImport)
    event.append(number: UInt64(error.rawValue))
    withUnsafeBytes(of: check.littleEndian) { event.append(contentsOf: $0) }
    event.append(deeds.rawValue)
    event.append(number: UInt64(changes.count))
    for change in changes {
      event.append(number: UInt64(change.address))
      // What was noted lay within the memory, which never shrinks.
      event.append(counted: memory.range(change.address, change.count).map { Array($0) } ?? [])
    }
    changes.removeAll(keepingCapacity: true)
    write(event)
  }

  /// A child has printed to the program's standard output, or its error output.
  func childPrinted(_ bytes: UnsafeRawBufferPointer, toErrors: Bool) {
    event.removeAll(keepingCapacity: true)
    event.append(number: toErrors ? RecordingFormat.childErrors : RecordingFormat.childOutput)
    event.append(counted: bytes)
    write(event)
  }

  /// The program has ended by itself, or was stopped for a mistake of its own.
  func end() {
    event.removeAll()
    event.append(number: RecordingFormat.end)
    write(event)
  }

  private func write(_ bytes: [UInt8]) {
    if problem != nil { return }
    if !bytes.withUnsafeBytes({ writeAll(descriptor, $0) }) { problem = errno }
  }
}
