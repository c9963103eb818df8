// Reading WebAssembly's binary format (Core Specification 5.2): numbers and names with the limits that the
// specification sets. Bad bytes give an error; nothing is read past the end.

/// Why bytes are not a module that Zong reads.
package struct DecodeError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Reason: Equatable, Sendable {
    case unexpectedEnd
    case noMagicNumber
    case unknownVersion
    /// A number with too many bytes, or too large for its type.
    case badNumber
    case badName
    case sectionsOutOfOrder
    case sectionSizeMismatch
    case countMismatch
    case unknownType(UInt8)
    case unknownInstruction(UInt8, UInt32)
    case unsupported(String)
    case badStructure
    case tooManyLocals
  }

  package let reason: Reason
  /// Bytes from the module's start.
  package let offset: Int

  package var description: String {
    let text =
      switch reason {
      case .unexpectedEnd: "the bytes end too early"
      case .noMagicNumber: "this is not a WebAssembly module"
      case .unknownVersion: "the version of the format is unknown"
      case .badNumber: "a number is too large"
      case .badName: "a name is not UTF-8"
      case .sectionsOutOfOrder: "a section is out of order"
      case .sectionSizeMismatch: "a section's contents don't have the size it states"
      case .countMismatch: "functions and bodies differ in number"
      case .unknownType(let code): "type \(hexadecimal(UInt64(code))) is unknown"
      case .unknownInstruction(let code, let second):
        code == Op.prefix
          ? "instruction 0xFC \(second) is unknown" : "instruction \(hexadecimal(UInt64(code))) is unknown"
      case .unsupported(let what): "\(what) not supported"
      case .badStructure: "blocks don't nest"
      case .tooManyLocals: "a function has more than \(DecodedBody.localLimit) locals"
      }
    return "\(text) (at byte \(offset))"
  }
}

func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

/// A cursor over a part of a module.
package struct ModuleReader {
  let bytes: UnsafeBufferPointer<UInt8>
  package var offset: Int
  let end: Int

  /// Reads `range` of `bytes`, which must outlive the reader.
  package init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    let clamped = range.clamped(to: 0..<bytes.count)
    offset = clamped.lowerBound
    end = clamped.upperBound
  }

  package var isAtEnd: Bool { offset >= end }
  package var remaining: Int { end - offset }

  func failure(_ reason: DecodeError.Reason) -> DecodeError { DecodeError(reason: reason, offset: offset) }

  @inline(__always)
  package mutating func byte() throws(DecodeError) -> UInt8 {
    guard offset < end else { throw failure(.unexpectedEnd) }
    defer { offset += 1 }
    return bytes[offset]
  }

  @inline(__always)
  package mutating func unsigned() throws(DecodeError) -> UInt32 {
    let first = try byte()
    return first < 0x80 ? UInt32(first) : try longUnsigned(first)
  }

  private mutating func longUnsigned(_ first: UInt8) throws(DecodeError) -> UInt32 {
    var value = UInt32(first & 0x7F)
    var shift: UInt32 = 7
    while true {
      let next = try byte()
      // The fifth byte holds the last four bits.
      if shift == 28, next > 0x0F { throw failure(.badNumber) }
      value |= UInt32(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  /// A signed number of `width` bits: 32, 33 or 64.
  package mutating func signed(_ width: UInt64) throws(DecodeError) -> Int64 {
    var value: Int64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      if shift + 7 > width {
        // The last byte: its unused bits repeat the sign.
        let unused = UInt8(truncatingIfNeeded: 0x7F << (width - shift - 1)) & 0x7F
        guard next < 0x80, next & unused == 0 || next & unused == unused else { throw failure(.badNumber) }
      }
      value |= Int64(next & 0x7F) << Int64(shift)
      shift += 7
      if next < 0x80 {
        return shift < 64 && next & 0x40 != 0 ? value | (-1 << Int64(shift)) : value
      }
      if shift >= width { throw failure(.badNumber) }
    }
  }

  /// Little-endian bits of `count` bytes.
  mutating func fixed(_ count: Int) throws(DecodeError) -> UInt64 {
    guard remaining >= count else { throw failure(.unexpectedEnd) }
    var bits: UInt64 = 0
    for place in 0..<count { bits |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
    offset += count
    return bits
  }

  /// The next `count` bytes, as a range of the module's.
  mutating func take(_ count: UInt32) throws(DecodeError) -> Range<Int> {
    guard remaining >= Int(count) else { throw failure(.unexpectedEnd) }
    defer { offset += Int(count) }
    return offset..<offset + Int(count)
  }

  /// The count of a vector whose elements take at least a byte each.
  mutating func count() throws(DecodeError) -> UInt32 {
    let count = try unsigned()
    guard Int(count) <= remaining else { throw failure(.unexpectedEnd) }
    return count
  }

  mutating func name() throws(DecodeError) -> String {
    let range = try take(try unsigned())
    guard let text = String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
      throw failure(.badName)
    }
    return text
  }

  mutating func valueType() throws(DecodeError) -> ValueType {
    let code = try byte()
    guard let type = ValueType(rawValue: code) else { throw failure(.unknownType(code)) }
    return type
  }
}
