// Signals for a program: as bytes of a descriptor that it can wait for. Signals belong to the whole process, so only a
// program that runs alone can hear them, and only one descriptor at a time.

import CWasmtime

/// Hears signals for as long as it lives.
final class SignalListener {
  deinit { guest_signals_stop() }
}

extension Host {
  /// Hears the signals that the bits name (1 hang-up, 2 interrupt, 4 termination), and writes the descriptor that gives them.
  func hearSignals(_ signals: UInt32, _ result: UInt32) -> WASIError {
    guard guestMemory.range(result, 4) != nil else { return .fault }
    guard signals > 0, signals < 8 else { return .invalid }
    guard isAlone else { return .notSupported }
    guard !files.isFull else { return .tooManyFiles }
    let number = guest_signals_hear(signals)
    guard number >= 0 else { return .system(errno) }
    let file = OpenFile(descriptor: Descriptor(taking: number), canRead: true, canWrite: false, isNonBlocking: true)
    file.signals = SignalListener()
    guard let given = files.add(file) else { return .tooManyFiles }
    return guestMemory.write(result, given) ? .success : .fault
  }
}
