// Unpacking gzip: each kind of block, and damage.

import Testing

@testable import ZongRuntime

private let question = String(repeating: "to be or not to be, that is the question; ", count: 3)

/// `question` with one stored block, and with one block of fixed codes.
private let stored =
  "1f8b08000000000000ff017e0081ff746f206265206f72206e6f7420746f2062652c20746861742069732074686520717565"
  + "7374696f6e3b20746f206265206f72206e6f7420746f2062652c207468617420697320746865207175657374696f6e3b2074"
  + "6f206265206f72206e6f7420746f2062652c207468617420697320746865207175657374696f6e3b201d1c728e7e000000"
private let fixed =
  "1f8b08000000000000ff2bc957484a55c82f52c8cb2f5128017174144a32124b14328b8174aa4261696a7149667e9e354492"
  + "ca2a011d1c728e7e000000"
/// 600 letters with dynamic codes.
private let dynamic =
  "1f8b08000000000000ff2d518911c440086a85d6fcd0fe2b38d85c26d9ecf8006202bd043240045140c4618a51dcee6207ce"
  + "e11c4035e803f6a2c1d26db8586e0470acd5293c5d55a5105c4a01d4eecc291ee52ea19832d08989da12da6c9095581544a4"
  + "294fdf167803f1a94712ac27be1484a9ac7a7a9589d2318eebbfaace12886699d6893c132aa9c8553a468106328dce948874"
  + "6bf72a226dc771435a89e7ee5617ed428febe6ee3a3acec562d4f84f36261f3d629e05282ada562d4e8e6ebc98341a85b0fb"
  + "7cdd2d9a47dc6b9879afddbaea7a7e8edc88bf7bf8d6313260d2e3315bbdc5b72fa9bd76c97927239ff341e5deecb3ba6997"
  + "a6e22d149f8692a7caf1d5ee9fe23dc2d0a1f5acd4510b59e7aeca8309f10d6ed67a4bf8012faa1b2158020000"

private func bytes(_ hexadecimal: String) -> [UInt8] {
  let digits = hexadecimal.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

private func unpack(_ packed: [UInt8], count: Int) -> [UInt8]? {
  packed.withUnsafeBytes { unpackGzip($0, count: count) }
}

@Test func everyKindOfBlockIsUnpacked() {
  #expect(unpack(bytes(stored), count: 126) == Array(question.utf8))
  #expect(unpack(bytes(fixed), count: 126) == Array(question.utf8))
  let letters = unpack(bytes(dynamic), count: 600) ?? []
  #expect(String(decoding: letters, as: UTF8.self).hasPrefix("b  dgf  ba f af c  aah ecfacfgddcfda h c  be"))
  #expect(letters.count == 600)
}

@Test func theLengthMustBeRight() {
  for count in [0, 1, 125, 127, 1000, -1] { #expect(unpack(bytes(fixed), count: count) == nil) }
}

@Test(arguments: [(stored, 126), (fixed, 126), (dynamic, 600)])
func damagedStreamsAreRefused(packed: String, count: Int) {
  let whole = bytes(packed)
  for length in 0..<whole.count { #expect(unpack(Array(whole[..<length]), count: count) == nil) }
  // The time and the system in the header mean nothing; every other bit does.
  for index in whole.indices where !(4..<10).contains(index) {
    for bit in 0..<8 {
      var damaged = whole
      damaged[index] ^= 1 << UInt8(bit)
      if let result = unpack(damaged, count: count) { #expect(result == unpack(whole, count: count)) }
    }
  }
}
