// The text of a body: flat instructions. A branch's label is a number of blocks outwards; the comment behind it,
// and behind the block it means, is the block's depth.

extension WatPrinter {
  mutating func printCode(_ body: DecodedBody) throws(DecodeError) {
    var decoder = InstructionDecoder(bytes, body.code)
    var depth = 0
    while let instruction = try decoder.next() {
      if instruction.opcode == Op.end || instruction.opcode == Op.else { depth -= 1 }
      // The last `end` is the function's and has no text.
      if depth < 0 { return }
      newLine(depth + 2)
      write(instruction.name)
      try print(instruction.immediate, of: instruction, depth)
      switch instruction.opcode {
      case Op.block, Op.loop, Op.if:
        depth += 1
        write("  ;; @\(depth)")
      case Op.else: depth += 1
      default: break
      }
    }
  }

  private mutating func print(
    _ immediate: Immediate, of instruction: DecodedInstruction, _ depth: Int
  ) throws(DecodeError) {
    switch immediate {
    case .none: break
    case .blockType(.empty): break
    case .blockType(.value(let type)):
      write(" (result ")
      write(type)
      write(")")
    case .blockType(.function(let index)): write(" (type \(index))")
    case .index(let index): printIndex(index, of: instruction, depth)
    case .twoIndices(let first, let second): printIndices(first, second, of: instruction)
    case .labels(let count, let range):
      var reader = ModuleReader(bytes, range)
      for _ in 0..<count {
        write(" ")
        printLabel(try reader.unsigned(), depth)
      }
    case .access(let memory, let alignment, let offset):
      if memory != 0 { write(" \(memory)") }
      if offset != 0 { write(" offset=\(offset)") }
      if alignment != naturalAlignment(instruction.opcode) { write(" align=\(UInt64(1) << UInt64(alignment))") }
    case .i32(let value): write(" \(value)")
    case .i64(let value): write(" \(value)")
    case .f32(let bits):
      write(" \(FloatText.f32(bits))")
      if Float(bitPattern: bits).isFinite { write(" (;=\(Float(bitPattern: bits));)") }
    case .f64(let bits):
      write(" \(FloatText.f64(bits))")
      if Double(bitPattern: bits).isFinite { write(" (;=\(Double(bitPattern: bits));)") }
    }
  }

  private mutating func printIndex(_ index: UInt32, of instruction: DecodedInstruction, _ depth: Int) {
    switch instruction.opcode {
    case Op.br, Op.brIf:
      write(" ")
      printLabel(index, depth)
    case Op.call: write(" \(functionId(index))")
    case Op.memorySize, Op.memoryGrow, Op.prefix:
      // Memory 0 needs no number; a data segment does.
      if index != 0 || instruction.second == 9 { write(" \(index)") }
    default: write(" \(index)")
    }
  }

  private mutating func printIndices(_ first: UInt32, _ second: UInt32, of instruction: DecodedInstruction) {
    if instruction.opcode == Op.callIndirect {
      if second != 0 { write(" \(second)") }
      write(" (type \(first))")
    } else if instruction.second == 8 {
      // memory.init: the memory stands first in the text, last in the bytes.
      if second != 0 { write(" \(second)") }
      write(" \(first)")
    } else if first != 0 || second != 0 {
      write(" \(first) \(second)")
    }
  }

  private mutating func printLabel(_ label: UInt32, _ depth: Int) {
    write(label)
    if Int(label) < depth { write(" (;@\(depth - Int(label));)") }
  }

  /// The alignment, as a power of two, that an access has if the text doesn't say it.
  private func naturalAlignment(_ opcode: UInt8) -> UInt32 {
    switch opcode {
    case Op.vectorPrefix: 4
    case 0x29, 0x2B, 0x37, 0x39: 3
    case 0x28, 0x2A, 0x34, 0x35, 0x36, 0x38, 0x3E: 2
    case 0x2E, 0x2F, 0x32, 0x33, 0x3B, 0x3D: 1
    default: 0
    }
  }
}

/// Floats in the text format, exact: hexadecimal digits, and the payload of a NaN.
enum FloatText {
  static func f64(_ bits: UInt64) -> String { text(bits, fractionBits: 52, exponentBits: 11) }
  static func f32(_ bits: UInt32) -> String { text(UInt64(bits), fractionBits: 23, exponentBits: 8) }

  private static func text(_ bits: UInt64, fractionBits: UInt64, exponentBits: UInt64) -> String {
    let sign = bits >> (fractionBits + exponentBits) & 1 == 0 ? "" : "-"
    let fraction = bits & ((1 << fractionBits) - 1)
    let exponentMask = UInt64(1) << exponentBits - 1
    let exponent = bits >> fractionBits & exponentMask
    if exponent == exponentMask {
      if fraction == 0 { return sign + "inf" }
      return sign + (fraction == 1 << (fractionBits - 1) ? "nan" : "nan:" + hexadecimal(fraction))
    }
    if exponent == 0 && fraction == 0 { return sign + "0x0p+0" }
    // Hexadecimal digits are four bits: the fraction is filled up behind.
    let digits = Int(fractionBits + 3) / 4
    var hex = String(fraction << (UInt64(digits * 4) - fractionBits), radix: 16)
    hex = String(repeating: "0", count: digits - hex.count) + hex
    while hex.last == "0" { hex.removeLast() }
    let bias = Int(exponentMask >> 1)
    let power = (exponent == 0 ? 1 : Int(exponent)) - bias
    let whole = exponent == 0 ? "0x0" : "0x1"
    return sign + whole + (hex.isEmpty ? "" : "." + hex) + "p" + (power < 0 ? "" : "+") + String(power)
  }
}
