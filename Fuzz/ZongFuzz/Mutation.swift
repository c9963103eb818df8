// From a corpus to broken input: a file of the corpus, changed in a few places, by bytes or by tokens.

/// Makes inputs. The same corpus, seed and index give the same input.
struct Mutator {
  let corpus: [[UInt8]]
  let seed: UInt64

  /// No input is longer, so that a slow one is slow for a reason.
  static let sizeLimit = 64 * 1024

  func input(_ index: UInt64) -> [UInt8] {
    var random = SeededRandom(seed: seed, index: index)
    var bytes = random.element(of: corpus) ?? []
    let byTokens = random.below(3) != 0
    let changes = 1 + random.below(1 << random.below(5))
    if byTokens {
      var tokens = pieces(of: bytes)
      for _ in 0..<changes { changeTokens(&tokens, &random) }
      bytes = Array(tokens.joined())
    } else {
      for _ in 0..<changes { changeBytes(&bytes, &random) }
    }
    return Array(bytes.prefix(Mutator.sizeLimit))
  }

  // MARK: Bytes

  private static let interestingBytes: [UInt8] =
    Array("\0\n\r\t \"'\\(){}[]*&.,;:_-0z~".utf8) + [0x7F, 0x80, 0xC3, 0xFF]

  private func changeBytes(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let at = random.below(bytes.count)
    let end = min(bytes.count, at + 1 + random.below(1 << random.below(9)))
    switch random.below(8) {
    case 0 where !bytes.isEmpty: bytes[at] ^= 1 << UInt8(random.below(8))
    case 1 where !bytes.isEmpty: bytes[at] = random.element(of: Mutator.interestingBytes) ?? 0
    case 2: bytes.insert(random.element(of: Mutator.interestingBytes) ?? 0, at: at)
    case 3: bytes.removeSubrange(at..<end)
    case 4: bytes.insert(contentsOf: bytes[at..<end], at: random.below(bytes.count))
    case 5: bytes.insert(contentsOf: fragment(&random), at: at)
    case 6: bytes.removeSubrange(at...)
    default: bytes.insert(UInt8(random.below(256)), at: at)
    }
  }

  /// A part of another file.
  private func fragment(_ random: inout SeededRandom) -> [UInt8] {
    let other = random.element(of: corpus) ?? []
    let start = random.below(other.count)
    return Array(other[start..<min(other.count, start + 1 + random.below(200))])
  }

  // MARK: Tokens

  private func changeTokens(_ tokens: inout [ArraySlice<UInt8>], _ random: inout SeededRandom) {
    let at = random.below(tokens.count)
    let end = min(tokens.count, at + 1 + random.below(1 << random.below(6)))
    switch random.below(8) {
    case 0: tokens.removeSubrange(at..<end)
    case 1: tokens.insert(contentsOf: tokens[at..<end], at: at)
    case 2: tokens.insert(contentsOf: tokens[at..<end], at: random.below(tokens.count))
    case 3 where !tokens.isEmpty: tokens.swapAt(at, random.below(tokens.count))
    case 4 where !tokens.isEmpty: tokens[at] = vocabularyWord(&random)
    case 5: tokens.insert(vocabularyWord(&random), at: at)
    case 6:
      let others = pieces(of: random.element(of: corpus) ?? [])
      let start = random.below(others.count)
      tokens.insert(
        contentsOf: others[start..<min(others.count, start + 1 + random.below(40))], at: at)
    default:
      if let other = random.element(of: tokens), !tokens.isEmpty { tokens[at] = other }
    }
  }

  /// Words that mean something to one of the languages that are read.
  private static let vocabulary: [String] =
    """
    func struct enum interface var const if else loop while for in break continue return match defer fail delete new
    arena spawn group import as extern export static true false null catch print append panic assert self _ I8 U8 I64
    U64 F32 F64 Boolean String Map ( ) { } [ ] , ; : . .. ..= => + - * / % & | ^ ~ ! ? ?? << >> == != < <= > >= = += &&
    || " ' \\( // /* */ 0 1 -1 255 256 9223372036854775807 18446744073709551615 1e308 0x 1.5 *? & [] block jump return
    """.split(whereSeparator: \.isWhitespace).map(String.init) + [
      "\n", " ", "\"\"\"", "\u{FEFF}", "é", "\\u{1F600}",
    ]

  private func vocabularyWord(_ random: inout SeededRandom) -> ArraySlice<UInt8> {
    Array((random.element(of: Mutator.vocabulary) ?? "").utf8)[...]
  }

  /// Words, runs of white space, and single other bytes: near enough to tokens in all texts that are read.
  private func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
      let kind = Mutator.kind(bytes[start])
      var end = start + 1
      while kind != .other, end < bytes.count, Mutator.kind(bytes[end]) == kind { end += 1 }
      result.append(bytes[start..<end])
      start = end
    }
    return result
  }

  private enum PieceKind { case word, space, other }

  private static func kind(_ byte: UInt8) -> PieceKind {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .word
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: .word
    case 9, 10, 13, 32: .space
    default: .other
    }
  }
}
