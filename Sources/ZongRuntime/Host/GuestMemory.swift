// The guest's memory as the host may see it: every access checks its whole range first.

/// The memory of an instance, as it is during one host call. The host keeps no part of it after the call.
struct GuestMemory {
  private let bytes: UnsafeMutableRawBufferPointer
  /// Is told of every change, if the run is recorded.
  private let recorder: Recorder?

  /// Where the memory begins.
  var base: UnsafeMutablePointer<UInt8>? { bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) }

  init(_ base: UnsafeMutablePointer<UInt8>?, count: Int, recorder: Recorder? = nil) {
    self.recorder = recorder
    bytes = UnsafeMutableRawBufferPointer(start: base, count: base == nil ? 0 : count)
  }

  /// The bytes of a range, to be changed. Null if it isn't within the memory.
  func writableRange(_ address: UInt32, _ count: UInt32) -> UnsafeMutableRawBufferPointer? {
    guard let range = range(address, count) else { return nil }
    noteChange(address, count)
    return range
  }

  /// The host changes bytes of a range that it asked for to read, or will have. Only needed where `writableRange` would
  /// tell of more than is changed.
  func noteChange(_ address: UInt32, _ count: UInt32) { recorder?.note(address, count) }

  /// The bytes of a range, to be read. Null if it isn't within the memory.
  func range(_ address: UInt32, _ count: UInt32) -> UnsafeMutableRawBufferPointer? {
    guard Int(address) + Int(count) <= bytes.count else { return nil }
    return UnsafeMutableRawBufferPointer(rebasing: bytes[Int(address)..<(Int(address) + Int(count))])
  }

  func read<Value: FixedWidthInteger & BitwiseCopyable>(_ address: UInt32, as type: Value.Type) -> Value? {
    guard let range = range(address, UInt32(MemoryLayout<Value>.size)) else { return nil }
    return Value(littleEndian: range.loadUnaligned(as: type))
  }

  /// False if the place isn't within the memory.
  func write<Value: FixedWidthInteger & BitwiseCopyable>(_ address: UInt32, _ value: Value) -> Bool {
    guard let range = writableRange(address, UInt32(MemoryLayout<Value>.size)) else { return false }
    range.storeBytes(of: value.littleEndian, as: Value.self)
    return true
  }

  /// Writes `source` at `address`. False if it doesn't fit into the memory there.
  func write(_ address: UInt32, _ source: UnsafeRawBufferPointer) -> Bool {
    guard let count = UInt32(exactly: source.count), let range = writableRange(address, count) else { return false }
    range.copyMemory(from: source)
    return true
  }
}
