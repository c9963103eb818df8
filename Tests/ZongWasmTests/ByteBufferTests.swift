// Numbers in WebAssembly's encodings: known bytes, and what is written is read back.

import Testing

@testable import ZongWasm

private func encoded(_ write: (inout ByteBuffer) -> Void) -> [UInt8] {
  var buffer = ByteBuffer(capacity: 1)
  write(&buffer)
  return buffer.array
}

private func reading<Result>(
  _ bytes: [UInt8], _ body: (inout ModuleReader) throws(DecodeError) -> Result
) throws(DecodeError) -> Result {
  let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
  defer { copy.deallocate() }
  _ = copy.initialize(from: bytes)
  var reader = ModuleReader(UnsafeBufferPointer(copy), 0..<bytes.count)
  let result = try body(&reader)
  #expect(reader.isAtEnd)
  return result
}

@Test func unsignedNumbersHaveTheirShortestForm() {
  #expect(encoded { $0.unsigned(0) } == [0])
  #expect(encoded { $0.unsigned(127) } == [127])
  #expect(encoded { $0.unsigned(128) } == [0x80, 1])
  #expect(encoded { $0.unsigned(624_485) } == [0xE5, 0x8E, 0x26])
  #expect(encoded { $0.unsigned(.max) } == [0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
  #expect(encoded { $0.unsigned64(.max) } == [UInt8](repeating: 0xFF, count: 9) + [1])
}

@Test func signedNumbersHaveTheirShortestForm() {
  #expect(encoded { $0.signed(0) } == [0])
  #expect(encoded { $0.signed(-1) } == [0x7F])
  #expect(encoded { $0.signed(63) } == [63])
  #expect(encoded { $0.signed(64) } == [0xC0, 0])
  #expect(encoded { $0.signed(-64) } == [0x40])
  #expect(encoded { $0.signed(-65) } == [0xBF, 0x7F])
  #expect(encoded { $0.signed(-123_456) } == [0xC0, 0xBB, 0x78])
  #expect(encoded { $0.signed(.min) } == [UInt8](repeating: 0x80, count: 9) + [0x7F])
}

@Test func numbersAreReadBack() throws {
  for shift in 0..<64 {
    for delta: Int64 in [-1, 0, 1] {
      let wide = (Int64(1) << Int64(shift)) &+ delta
      for value in [wide, 0 &- wide] {
        #expect(
          try reading(encoded { $0.signed(value) }) { reader throws(DecodeError) in try reader.signed(64) } == value)
        let narrow = Int32(truncatingIfNeeded: value)
        let bytes = encoded { $0.signed(Int64(narrow)) }
        #expect(try reading(bytes) { reader throws(DecodeError) in try reader.signed(32) } == Int64(narrow))
        let unsigned = UInt32(truncatingIfNeeded: value)
        let short = encoded { $0.unsigned(unsigned) }
        #expect(short.count == ByteBuffer.unsignedSize(unsigned))
        #expect(try reading(short) { reader throws(DecodeError) in try reader.unsigned() } == unsigned)
        let padded = encoded { $0.padded(unsigned) }
        #expect(padded.count == 5)
        #expect(try reading(padded) { reader throws(DecodeError) in try reader.unsigned() } == unsigned)
      }
    }
  }
}

@Test func numbersThatDoNotFitAreErrors() {
  let unsignedBytes: [[UInt8]] = [
    [0xFF, 0xFF, 0xFF, 0xFF, 0x1F], [0x80, 0x80, 0x80, 0x80, 0x80, 0], [0x80], [],
  ]
  for bytes in unsignedBytes {
    #expect(throws: DecodeError.self) { try reading(bytes) { reader throws(DecodeError) in try reader.unsigned() } }
  }
  let signedBytes: [[UInt8]] = [[0x80, 0x80, 0x80, 0x80, 0x08], [0xFF, 0xFF, 0xFF, 0xFF, 0x47], [0xFF]]
  for bytes in signedBytes {
    #expect(throws: DecodeError.self) { try reading(bytes) { reader throws(DecodeError) in try reader.signed(32) } }
  }
}

@Test func aPaddedNumberCanBeSetLater() throws {
  var buffer = ByteBuffer()
  buffer.byte(1)
  buffer.padded(0)
  buffer.byte(2)
  buffer.patch(300, at: 1)
  #expect(buffer.array == [1, 0xAC, 0x82, 0x80, 0x80, 0x00, 2])
}

@Test func floatsAndNames() {
  #expect(encoded { $0.fixed32(Float(1.5).bitPattern) } == [0, 0, 0xC0, 0x3F])
  #expect(encoded { $0.fixed64(Double(-2).bitPattern) } == [0, 0, 0, 0, 0, 0, 0, 0xC0])
  #expect(encoded { $0.name("é!") } == [3, 0xC3, 0xA9, 0x21])
}

@Test func floatTextIsExact() {
  #expect(FloatText.f64(Double(1).bitPattern) == "0x1p+0")
  #expect(FloatText.f64(Double(-0.1).bitPattern) == "-0x1.999999999999ap-4")
  #expect(FloatText.f64(1) == "0x0.0000000000001p-1022")
  #expect(FloatText.f32(Float(0.1).bitPattern) == "0x1.99999ap-4")
  #expect(FloatText.f64(Double.infinity.bitPattern) == "inf")
  #expect(FloatText.f64(0x7FF8_0000_0000_0000) == "nan")
  #expect(FloatText.f64(0xFFF0_0000_0000_0001) == "-nan:0x1")
  #expect(FloatText.f64(1 << 63) == "-0x0p+0")
}
