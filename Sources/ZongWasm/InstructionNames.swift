// The names of instructions in the text format, by opcode; an empty one is an opcode that isn't read.

let instructionNames: [String] = [
  "unreachable", "nop", "block", "loop", "if", "else", "", "", "", "", "", "end", "br", "br_if", "br_table", "return",
  "call", "call_indirect", "", "", "", "", "", "", "", "", "drop", "select", "", "", "", "", "local.get", "local.set",
  "local.tee", "global.get", "global.set", "", "", "", "i32.load", "i64.load", "f32.load", "f64.load", "i32.load8_s",
  "i32.load8_u", "i32.load16_s", "i32.load16_u", "i64.load8_s", "i64.load8_u", "i64.load16_s", "i64.load16_u",
  "i64.load32_s", "i64.load32_u", "i32.store", "i64.store", "f32.store", "f64.store", "i32.store8", "i32.store16",
  "i64.store8", "i64.store16", "i64.store32", "memory.size", "memory.grow", "i32.const", "i64.const", "f32.const",
  "f64.const", "i32.eqz", "i32.eq", "i32.ne", "i32.lt_s", "i32.lt_u", "i32.gt_s", "i32.gt_u", "i32.le_s", "i32.le_u",
  "i32.ge_s", "i32.ge_u", "i64.eqz", "i64.eq", "i64.ne", "i64.lt_s", "i64.lt_u", "i64.gt_s", "i64.gt_u", "i64.le_s",
  "i64.le_u", "i64.ge_s", "i64.ge_u", "f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge", "f64.eq", "f64.ne",
  "f64.lt", "f64.gt", "f64.le", "f64.ge", "i32.clz", "i32.ctz", "i32.popcnt", "i32.add", "i32.sub", "i32.mul",
  "i32.div_s", "i32.div_u", "i32.rem_s", "i32.rem_u", "i32.and", "i32.or", "i32.xor", "i32.shl", "i32.shr_s",
  "i32.shr_u", "i32.rotl", "i32.rotr", "i64.clz", "i64.ctz", "i64.popcnt", "i64.add", "i64.sub", "i64.mul",
  "i64.div_s", "i64.div_u", "i64.rem_s", "i64.rem_u", "i64.and", "i64.or", "i64.xor", "i64.shl", "i64.shr_s",
  "i64.shr_u", "i64.rotl", "i64.rotr", "f32.abs", "f32.neg", "f32.ceil", "f32.floor", "f32.trunc", "f32.nearest",
  "f32.sqrt", "f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max", "f32.copysign", "f64.abs", "f64.neg",
  "f64.ceil", "f64.floor", "f64.trunc", "f64.nearest", "f64.sqrt", "f64.add", "f64.sub", "f64.mul", "f64.div",
  "f64.min", "f64.max", "f64.copysign", "i32.wrap_i64", "i32.trunc_f32_s", "i32.trunc_f32_u", "i32.trunc_f64_s",
  "i32.trunc_f64_u", "i64.extend_i32_s", "i64.extend_i32_u", "i64.trunc_f32_s", "i64.trunc_f32_u", "i64.trunc_f64_s",
  "i64.trunc_f64_u", "f32.convert_i32_s", "f32.convert_i32_u", "f32.convert_i64_s", "f32.convert_i64_u",
  "f32.demote_f64", "f64.convert_i32_s", "f64.convert_i32_u", "f64.convert_i64_s", "f64.convert_i64_u",
  "f64.promote_f32", "i32.reinterpret_f32", "i64.reinterpret_f64", "f32.reinterpret_i32", "f64.reinterpret_i64",
  "i32.extend8_s", "i32.extend16_s", "i64.extend8_s", "i64.extend16_s", "i64.extend32_s",
]

/// By the second part of an opcode that begins with `Op.prefix`.
let prefixedNames: [String] = [
  "i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u", "i32.trunc_sat_f64_s", "i32.trunc_sat_f64_u", "i64.trunc_sat_f32_s",
  "i64.trunc_sat_f32_u", "i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u", "memory.init", "data.drop", "memory.copy",
  "memory.fill",
]

/// By what follows `Op.vectorPrefix`: the vector instructions that Zong emits.
let vectorNames: [UInt32: String] = {
  var names: [UInt32: String] = [VectorOp.load: "v128.load", VectorOp.store: "v128.store"]
  for (first, shape, words) in vectorFamilies {
    for (place, word) in words.split(separator: " ").enumerated() { names[first + UInt32(place)] = "\(shape).\(word)" }
  }
  return names
}()

/// Instructions with numbers in a row: the first one, what stands in front of the names, and the names.
private let vectorFamilies: [(UInt32, String, String)] = {
  let comparisons = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"
  let floatComparisons = "eq ne lt gt le ge"
  let floats = "abs neg"
  let arithmetic = "sqrt add sub mul div min max"
  return [
    (0x0F, "i8x16", "splat"), (0x10, "i16x8", "splat"), (0x11, "i32x4", "splat"), (0x12, "i64x2", "splat"),
    (0x13, "f32x4", "splat"), (0x14, "f64x2", "splat"), (0x1B, "i32x4", "extract_lane replace_lane"),
    (0x1D, "i64x2", "extract_lane replace_lane"), (0x23, "i8x16", comparisons), (0x2D, "i16x8", comparisons),
    (0x37, "i32x4", comparisons), (0x41, "f32x4", floatComparisons), (0x47, "f64x2", floatComparisons),
    (0x4D, "v128", "not and andnot or xor bitselect"), (0x67, "f32x4", "ceil floor trunc nearest"),
    (0x6B, "i8x16", "shl shr_s shr_u add"), (0x71, "i8x16", "sub"), (0x74, "f64x2", "ceil floor"),
    (0x7A, "f64x2", "trunc"), (0x7C, "i16x8", "extadd_pairwise_i8x16_s extadd_pairwise_i8x16_u"),
    (0x7E, "i32x4", "extadd_pairwise_i16x8_s extadd_pairwise_i16x8_u"), (0x8B, "i16x8", "shl shr_s shr_u add"),
    (0x91, "i16x8", "sub"), (0x94, "f64x2", "nearest"), (0x95, "i16x8", "mul"),
    (0xAB, "i32x4", "shl shr_s shr_u add"), (0xB1, "i32x4", "sub"), (0xB5, "i32x4", "mul"),
    (0xC7, "i64x2", "extend_low_i32x4_s extend_high_i32x4_s extend_low_i32x4_u extend_high_i32x4_u"),
    (0xCB, "i64x2", "shl shr_s shr_u add"), (0xD1, "i64x2", "sub"), (0xD5, "i64x2", "mul"),
    (0xD6, "i64x2", "eq ne lt_s gt_s le_s ge_s"), (0xE0, "f32x4", floats), (0xE3, "f32x4", arithmetic),
    (0xEC, "f64x2", floats), (0xEF, "f64x2", arithmetic),
  ]
}()
