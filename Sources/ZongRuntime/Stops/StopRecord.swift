// The record that compiled code writes before it stops, and the message it stands for.

import ZongWasm

/// The stop record of a program (its layout: `RuntimeLayout`), read while its memory still exists.
struct StopRecord {
  let kind: StopKind
  let values: [UInt64]
  /// For templates with text in them.
  private let memory: GuestMemory

  /// The most that is shown of a text.
  private static let textLimit: UInt64 = 64 << 10

  init(_ memory: GuestMemory) {
    self.memory = memory
    kind = StopKind(rawValue: memory.read(RuntimeLayout.stopKind, as: UInt32.self) ?? 0)
    let count = min(memory.read(RuntimeLayout.stopValueCount, as: UInt32.self) ?? 0, RuntimeLayout.stopValueLimit)
    values = (0..<count).map { memory.read(RuntimeLayout.stopValues + $0 * 8, as: UInt64.self) ?? 0 }
  }

  /// The template with its placeholders filled in: see `StopTable` for what they are.
  func message(_ template: String, place: (UInt64) -> PositionMap.Place?) -> String {
    var result = ""
    var rest = Substring(template)
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[rest.index(after: brace)...]
      if rest.first == "{" {
        result += "{"
        rest.removeFirst()
        continue
      }
      guard let close = rest.firstIndex(of: "}") else { break }
      result += value(rest[..<close], place)
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  private func value(_ placeholder: Substring, _ place: (UInt64) -> PositionMap.Place?) -> String {
    guard let digit = placeholder.first?.wholeNumberValue, digit < values.count else { return "?" }
    let value = values[digit]
    switch placeholder.dropFirst() {
    case "": return String(Int64(bitPattern: value))
    case "u": return String(value)
    case "x": return "0x" + String(value, radix: 16)
    case "f": return floatText(Double(bitPattern: value))
    case "s": return floatText(Float(bitPattern: UInt32(truncatingIfNeeded: value)))
    case "b": return value & 1 == 0 ? "false" : "true"
    case "p": return shown(place(value & 0xFFFF_FFFF))
    case "P": return shown(place(value >> 32))
    case "L": return place(value >> 32).map { String($0.line) } ?? "?"
    case "T": return text(value & 0xFFFF_FFFF, value >> 32)
    case "t": return digit + 1 < values.count ? text(value, values[digit + 1]) : "?"
    default: return "?"
    }
  }

  private func shown(_ place: PositionMap.Place?) -> String {
    place.map { "\($0.path):\($0.line):\($0.column)" } ?? "?"
  }

  private func floatText<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ value: Value) -> String {
    if value.isNaN { return "not a number" }
    // As Zong's `print` writes it.
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return value.description.replacing("e+", with: "e")
  }

  private func text(_ address: UInt64, _ length: UInt64) -> String {
    let shown = min(length, Self.textLimit)
    // The address is the low half of a pointer, whose high half is its key.
    let range = memory.range(UInt32(truncatingIfNeeded: address), UInt32(truncatingIfNeeded: shown))
    guard let range else { return "?" }
    return String(decoding: range, as: UTF8.self) + (shown < length ? "…" : "")
  }
}
