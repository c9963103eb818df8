// The section "zong.positions": what is encoded is found again, and damage gives fewer answers, never a crash.

import Testing
import ZongStores

@testable import ZongWasm

private func example() -> [UInt8] {
  var encoder = PositionMapEncoder()
  var first = "func a() {\n  b();\n}\n"
  first.withUTF8 { encoder.addFile(path: "a.zong", base: 1, text: $0) }
  var second = "x\n\ny"
  second.withUTF8 { encoder.addFile(path: "lib/b.zong", base: 22, text: $0) }
  let name = encoder.addName("inner")
  let outer = encoder.addInline(name: encoder.addName("outer"), callPosition: 14, parent: 0)
  let inner = encoder.addInline(name: name, callPosition: 24, parent: outer)
  var functions = FunctionPositions()
  functions.add(codeOffset: 2, position: 1)
  functions.add(codeOffset: 9, position: 14)
  functions.endFunction()
  functions.endFunction()
  functions.add(codeOffset: 300, position: 25, inlined: inner)
  functions.add(codeOffset: 302, position: 14)
  functions.endFunction()
  var bytes = Store<UInt8>()
  encoder.encodeHeader(into: &bytes)
  bytes.append(contentsOf: functions.encoded)
  return bytes.array
}

private func levels(_ bytes: [UInt8], _ function: Int, _ offset: UInt32) -> [PositionMap.Level] {
  bytes.withUnsafeBufferPointer { PositionMap($0).levels(function: function, codeOffset: offset) }
}

private func level(_ name: String?, _ path: String, _ line: Int, _ column: Int) -> PositionMap.Level {
  .init(function: name, place: .init(path: path, line: line, column: column))
}

@Test func positionsAreFoundByFunctionAndOffset() {
  let bytes = example()
  #expect(levels(bytes, 0, 1) == [level(nil, "a.zong", 1, 1)])
  #expect(levels(bytes, 0, 2) == [level(nil, "a.zong", 1, 1)])
  #expect(levels(bytes, 0, 8) == [level(nil, "a.zong", 1, 1)])
  #expect(levels(bytes, 0, 9) == [level(nil, "a.zong", 2, 3)])
  #expect(levels(bytes, 0, 9999) == [level(nil, "a.zong", 2, 3)])
  #expect(levels(bytes, 1, 5) == [])
  #expect(levels(bytes, 3, 5) == [])
  #expect(levels(bytes, -1, 5) == [])
}

@Test func inlinedCodeShowsEveryLevel() {
  let expected = [
    level("inner", "lib/b.zong", 3, 1), level("outer", "lib/b.zong", 2, 1), level(nil, "a.zong", 2, 3),
  ]
  #expect(levels(example(), 2, 301) == expected)
  #expect(levels(example(), 2, 302) == [level(nil, "a.zong", 2, 3)])
}

@Test func damagedPositionsNeverCrash() {
  let bytes = example()
  for index in bytes.indices {
    _ = levels(Array(bytes[..<index]), 2, 301)
    for bit in 0..<8 {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(bit)
      for function in 0..<3 { _ = levels(damaged, function, 301) }
    }
  }
  _ = levels([1] + [UInt8](repeating: 0xFF, count: 64), 0, 0)
}

@Test func stopTemplatesComeBack() {
  var table = StopTable()
  table.add(.outOfMemory, "out of memory")
  table.add(StopKind(rawValue: 200), "index {0} is out of bounds for length {1}")
  var bytes = Store<UInt8>()
  table.encode(into: &bytes)
  #expect(StopTable(decoding: bytes.elements) == table)
  #expect(table[StopKind(rawValue: 200)] == "index {0} is out of bounds for length {1}")
  #expect(table[.stackOverflow] == nil)
  let all = bytes.array
  for count in 0..<all.count {
    all[..<count].withUnsafeBufferPointer { _ = StopTable(decoding: $0) }
  }
}
