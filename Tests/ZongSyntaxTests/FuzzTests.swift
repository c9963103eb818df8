// Mutated programs, from a fixed seed: nothing crashes, the tokens always restore the source, every diagnostic
// and every node's extent lies in the file.

import Testing

@testable import ZongSyntax

/// A small generator of random numbers (SplitMix64).
struct Random {
  var state: UInt64
  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(max(bound, 1)))
  }
}

@Suite struct FuzzTests {
  static let snippets = [
    "func add(_ a: I64, b: I64 = 2): I64! { return a + b * -c; }\n",
    "struct S<T: A & B>(items: T[], _ p: T*?) { func push(_ x: T) { append(self.items&, x); } static func f() { } }\n",
    "enum E { a, b(x: I64), c\n func f(): F64 { return 1.5e3 } }\nif var b(x) = e { } else if y { } else { 1 }\n",
    "extern \"m\" { func f(p: U8*): I32; func open \"o-p\"(fd: I32) }\nimport \"a/b\" as c; import fs\ntest \"t\" { }\n",
    "outer: for k, v& in m { while var l = n() { break outer; } continue }\nloop { }\n",
    "var s = \"a \\(x, width: 8) b \\(\"n \\(y)\") c\"; var c = 'x'; var t = \"\"\"\n  m \\(1)\n  n\n  \"\"\"\n",
    "match x { 1 | -2 => a, 'a'..='z' => { }\n circle(r, _) => return, _ => b = 3 }\n",
    "f(func(a, b) => a < b, largest<I64>(q), Stack<Stack<I64>>()) catch e { fail e }\n",
    "p*.x = a*b - q* * r& << 3 ?? d || !e && ~g == h..i; new(near: p) P(x: 1); delete v\n",
    "defer { arena { group { spawn f(x) } } } interface I { func f(): func(A): B }\n/* c /* d */ */ // e\n",
    "let x = 3; fn f(int a) -> I64 { i++; if x = 3 and not y { } elif z { } } x := a ? b : c\n",
  ]

  private func check(_ bytes: [UInt8]) throws {
    let reading = try Reading(bytes)
    if reading.kinds.first != .invalidUTF8 { #expect(reading.restored == bytes) }
    for item in reading.diagnostics.items {
      for span in [item.span] + item.labels.map(\.span) + item.fixIts.map(\.span) {
        let isInside = span.start.offset >= reading.file.base && span.end.offset <= reading.file.end
        #expect(isInside && span.start <= span.end, "\(item.kind) \(String(decoding: bytes, as: UTF8.self))")
      }
      _ = DiagnosticRenderer(sources: reading.sources, usesColour: true).text(of: item)
      _ = DiagnosticJSON(sources: reading.sources).line(of: item)
    }
    for tree in reading.trees {
      for index in 0..<tree.nodes.count {
        let span = tree.span(of: NodeId(UInt32(index)))
        #expect(span.start <= span.end && span.end.offset <= reading.file.end)
        tree.forEachChild(of: NodeId(UInt32(index))) { #expect($0.index < UInt32(index)) }
      }
    }
  }

  @Test func mutatedBytes() throws {
    var random = Random(state: 1)
    let signs = Array("(){}[]\"\\'`*&<>.,;:=!?_#/\n 0a\u{0}".utf8)
    for _ in 0..<1_500 {
      var bytes = Array(FuzzTests.snippets[random.next(FuzzTests.snippets.count)].utf8)
      for _ in 0...random.next(4) {
        let place = random.next(bytes.count)
        switch random.next(4) {
        case 0: bytes[place] = UInt8(random.next(128))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(signs[random.next(signs.count)], at: place)
        default: bytes.removeLast(random.next(bytes.count))
        }
        if bytes.isEmpty { bytes = [UInt8(random.next(256))] }
      }
      try check(bytes)
    }
  }

  @Test func mutatedTokens() throws {
    var random = Random(state: 2)
    let words = try FuzzTests.snippets.flatMap { try Reading($0, parse: false).tokenTexts }
    for _ in 0..<1_500 {
      var tokens = try Reading(FuzzTests.snippets[random.next(FuzzTests.snippets.count)], parse: false).tokenTexts
      for _ in 0...random.next(4) {
        let place = random.next(tokens.count)
        switch random.next(4) {
        case 0: tokens[place] = words[random.next(words.count)]
        case 1: tokens.remove(at: place)
        case 2: tokens.insert(words[random.next(words.count)], at: place)
        default: tokens.swapAt(place, random.next(tokens.count))
        }
        if tokens.isEmpty { tokens = ["x"] }
      }
      let gap = [" ", "\n", " ", " "]
      let text = tokens.reduce(into: "") { $0 += $1 + gap[random.next(4)] }
      try check(Array(text.utf8))
    }
  }

  @Test func everyPrefixOfASnippet() throws {
    for snippet in FuzzTests.snippets {
      let bytes = Array(snippet.utf8)
      for count in 0...bytes.count { try check(Array(bytes.prefix(count))) }
    }
  }
}
