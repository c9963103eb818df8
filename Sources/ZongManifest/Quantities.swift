// Sizes and times as people write them, on the command line and in manifests.

/// The bytes that `4096`, `64K`, `16M` or `2G` stands for; null if the text is no size.
package func byteCount(_ text: String) -> Int? {
  var digits = Substring(text)
  var unit = 1
  let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
  if let last = digits.last, let known = units[last] {
    unit = known
    digits.removeLast()
  }
  guard let number = Int(digits), number >= 0 else { return nil }
  let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
  return overflow ? nil : bytes
}

/// The seconds that `2`, `0.5`, `3s`, `100ms` or `5m` stands for, more than none; null if the text is no time.
package func secondCount(_ text: String) -> Double? {
  let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60)]
  var text = text
  var factor = 1.0
  for (suffix, scale) in units where text.hasSuffix(suffix) {
    text.removeLast(suffix.count)
    factor = scale
    break
  }
  guard let number = Double(text), number > 0, number.isFinite, number * factor < 1e9 else { return nil }
  return number * factor
}
