// What small pieces of IR become, instruction by instruction: values that stay on the stack, the shapes of branches,
// locals shared and saved. Each expectation is the whole body.

import Testing
import ZongIR
import ZongWasm

@testable import ZongCompiler

/// The instructions of "f", separated by "; ", without comments.
private func code(_ build: (inout Builder, ValueId) -> Void) -> String {
  let text = WatPrinter.text(of: program(build).module(positions: PositionMapEncoder()).array)
  guard let start = text.firstRange(of: "(func $f "), let end = text.firstRange(of: "(memory") else { return text }
  var lines = text[start.upperBound..<end.lowerBound].split(separator: "\n").dropFirst().map(withoutComments)
  lines.removeAll { $0.isEmpty }
  return String(lines.joined(separator: "; ").dropLast())
}

private func withoutComments(_ line: Substring) -> String {
  var words = line.drop { $0 == " " }
  if let comment = words.firstRange(of: ";;") { words = words[..<comment.lowerBound] }
  while let open = words.firstRange(of: " (;"), let close = words.firstRange(of: ";)") {
    words = words[..<open.lowerBound] + words[close.upperBound...]
  }
  while words.last == " " { words.removeLast() }
  return String(words)
}

extension Substring {
  /// The standard library's search is Foundation's.
  fileprivate func firstRange(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
extension String {
  fileprivate func firstRange(of part: String) -> Range<Index>? { self[...].firstRange(of: part) }
}

@Test func operandsStayOnTheStack() {
  let text = code { builder, parameter in
    let product = builder.binary(.mul, .i32, parameter, builder.i32(3))
    let sum = builder.binary(.add, .i32, product, builder.binary(.sub, .i32, parameter, builder.i32(1)))
    builder.returnValues(builder.list(sum))
  }
  #expect(text == "local.get 0; i32.const 3; i32.mul; local.get 0; i32.const 1; i32.sub; i32.add")
}

@Test func aValueUsedTwiceIsTeed() {
  let text = code { builder, parameter in
    let product = builder.binary(.mul, .i32, parameter, parameter)
    builder.returnValues(builder.list(builder.binary(.add, .i32, product, product)))
  }
  #expect(text == "(local i32); local.get 0; local.get 0; i32.mul; local.tee 1; local.get 1; i32.add")
}

@Test func aParameterIsTheVariableItIsAssignedTo() {
  let text = code { builder, parameter in
    let variable = builder.variable(.i32)
    builder.set(variable, parameter)
    builder.set(variable, builder.binary(.add, .i32, builder.get(variable), builder.i32(1)))
    builder.returnValues(builder.list(builder.get(variable)))
  }
  #expect(text == "local.get 0; i32.const 1; i32.add; local.tee 0")
}

@Test func aVariableReadBeforeItsAssignmentKeepsTheOldValue() {
  let text = code { builder, parameter in
    let variable = builder.variable(.i32)
    builder.set(variable, parameter)
    let before = builder.get(variable)
    builder.set(variable, builder.i32(5))
    builder.returnValues(builder.list(builder.binary(.sub, .i32, before, builder.get(variable))))
  }
  #expect(text == "(local i32); local.get 0; local.set 1; i32.const 5; local.set 0; local.get 1; local.get 0; i32.sub")
}

@Test func loadsPassNoStore() {
  let text = code { builder, parameter in
    let before = builder.load(.i32, parameter)
    builder.store(parameter, builder.i32(1), offset: 4)
    let after = builder.load(.i32, parameter, offset: 8)
    builder.returnValues(builder.list(builder.binary(.add, .i32, before, after)))
  }
  #expect(
    text == """
      (local i32); local.get 0; i32.load; local.set 1; local.get 0; i32.const 1; i32.store offset=4; \
      local.get 1; local.get 0; i32.load offset=8; i32.add
      """)
}

@Test func whatOnlyAStopTellsIsComputedInItsArm() {
  let text = code { builder, parameter in
    let seconds = builder.binary(.mul, .i32, parameter, builder.i32(60))
    builder.check(builder.binary(.ltU, .i32, parameter, builder.i32(24)), .bounds, builder.list(seconds))
    builder.returnValues(builder.list(parameter))
  }
  let kind = ZongIR.StopKind.bounds.number.rawValue
  #expect(
    text == """
      local.get 0; i32.const 24; i32.ge_u; if; i32.const \(kind); local.get 0; i32.const 60; i32.mul; \
      i64.extend_i32_s; i64.const 0; i64.const 0; call $zong.stop; unreachable; end; local.get 0
      """)
}

@Test func aTwoArmedIf() {
  let text = code { builder, parameter in
    let (then, otherwise, join) = (builder.block(), builder.block(), builder.block())
    builder.branch(parameter, builder.edge(then), builder.edge(otherwise))
    builder.begin(then)
    builder.jump(builder.edge(join, builder.i32(7)))
    builder.begin(otherwise)
    builder.jump(builder.edge(join, builder.i32(8)))
    builder.begin(join)
    let result = builder.blockParameter(.i32)
    builder.returnValues(builder.list(result))
  }
  #expect(
    text == """
      (local i32); local.get 0; if; i32.const 7; local.set 1; else; i32.const 8; local.set 1; end; local.get 1
      """)
}

@Test func aOneArmedIfNeedsNoBlock() {
  let text = code { builder, parameter in
    let (then, join) = (builder.block(), builder.block())
    builder.branch(builder.binary(.eq, .i32, parameter, builder.i32(0)), builder.edge(join), builder.edge(then))
    builder.begin(then)
    builder.store(parameter, parameter)
    builder.jump(builder.edge(join))
    builder.begin(join)
    builder.returnValues(builder.list(parameter))
  }
  // The arm is taken unless the parameter is 0, so the comparison vanishes.
  #expect(text == "local.get 0; if; local.get 0; local.get 0; i32.store; end; local.get 0")
}

@Test func aLoop() {
  let text = code { builder, parameter in
    let (head, body, exit) = (builder.block(), builder.block(), builder.block())
    builder.jump(builder.edge(head, parameter, builder.i32(0)))
    builder.begin(head)
    let left = builder.blockParameter(.i32)
    let sum = builder.blockParameter(.i32)
    builder.branch(left, builder.edge(body), builder.edge(exit))
    builder.begin(body)
    let less = builder.binary(.sub, .i32, left, builder.i32(1))
    let more = builder.binary(.add, .i32, sum, left)
    builder.jump(builder.edge(head, less, more))
    builder.begin(exit)
    builder.returnValues(builder.list(sum))
  }
  // Both arguments are pushed before either parameter is set. What stays in the loop is the `else`.
  #expect(
    text == """
      (local i32 i32); local.get 0; i32.const 0; local.set 2; local.set 1; loop; local.get 1; i32.eqz; \
      if; else; local.get 1; i32.const 1; i32.sub; local.get 2; local.get 1; i32.add; local.set 2; local.set 1; br 1; \
      end; end; local.get 2
      """)
}

@Test func parametersThatChangePlacesGoThroughTheStack() {
  let text = code { builder, parameter in
    let head = builder.block()
    let exit = builder.block()
    builder.jump(builder.edge(head, parameter, builder.i32(9)))
    builder.begin(head)
    let first = builder.blockParameter(.i32)
    let second = builder.blockParameter(.i32)
    builder.branch(second, builder.edge(head, second, first), builder.edge(exit))
    builder.begin(exit)
    builder.returnValues(builder.list(first))
  }
  #expect(
    text == """
      (local i32 i32); local.get 0; i32.const 9; local.set 2; local.set 1; loop; local.get 2; i32.eqz; \
      if; else; local.get 2; local.get 1; local.set 2; local.set 1; br 1; end; end; local.get 1
      """)
}

@Test func anEarlyReturnNeedsNoElse() {
  let text = code { builder, parameter in
    let (leave, rest) = (builder.block(), builder.block())
    builder.branch(builder.unary(.eqz, .i32, parameter), builder.edge(leave), builder.edge(rest))
    builder.begin(leave)
    builder.returnValues(builder.list(builder.i32(1)))
    builder.begin(rest)
    builder.returnValues(builder.list(builder.i32(2)))
  }
  #expect(text == "local.get 0; i32.eqz; if; i32.const 1; return; end; i32.const 2")
}

/// Whether the frame is made in the arm that stops, or when the function begins.
@Test(arguments: [true, false]) func aFrameThatOnlyStopsNeedIsMadeThere(isCold: Bool) {
  let text = code { builder, parameter in
    let slot = builder.slot(size: 8, alignment: 8)
    let (leave, rest) = (builder.block(), builder.block())
    let early = isCold ? nil : builder.emit(.frameAddress, .i32, a: slot.index)
    if let early { builder.store(early, parameter) }
    builder.branch(parameter, builder.edge(leave), builder.edge(rest))
    builder.begin(leave)
    let address = builder.emit(.frameAddress, .i32, a: slot.index)
    builder.store(address, parameter)
    builder.unreachable()
    builder.begin(rest)
    builder.returnValues(builder.list(builder.i32(2)))
  }
  let frame = "global.get 0; local.tee 1; global.get 1; i32.sub; i32.const 16; i32.lt_u; if"
  #expect(text.contains("local.get 0; if; \(frame)") == isCold)
  #expect(text.hasPrefix("(local i32); \(frame)") != isCold)
  // What was not made isn't given back.
  #expect(text.hasSuffix("i32.add; global.set 0") != isCold)
}

@Test func zeroTestsAndHalves() {
  let text = code { builder, parameter in
    let wide = builder.unary(.extendU, .i64, parameter)
    let isZero = builder.binary(.eq, .i32, wide, builder.i64(0))
    let low = builder.unary(.wrap, .i32, builder.unary(.extendS, .i64, parameter))
    builder.returnValues(builder.list(builder.binary(.xor, .i32, isZero, low)))
  }
  #expect(text == "local.get 0; i64.extend_i32_u; i64.eqz; local.get 0; i32.xor")
}

@Test func localsAreSharedByLifetimeAndType() {
  let text = code { builder, parameter in
    // Two values that live one after the other.
    let first = builder.binary(.add, .i32, parameter, builder.i32(1))
    builder.store(first, first)
    let second = builder.binary(.add, .i32, parameter, builder.i32(2))
    builder.store(second, second)
    builder.returnValues(builder.list(parameter))
  }
  #expect(text.hasPrefix("(local i32); "))
}

@Test func unusedValuesVanishAndUnusedCallsStay() {
  let text = code { builder, parameter in
    let unused = builder.binary(.add, .i32, parameter, builder.i32(1))
    _ = builder.load(.i32, unused)
    _ = builder.call(FunctionId(0), builder.list(parameter), type: .i32, effects: [])
    builder.returnValues(builder.list(parameter))
  }
  #expect(text == "local.get 0; call $f; drop; local.get 0")
}

@Test func positionsNameTheTrappingInstruction() {
  let program = program { builder, parameter in
    builder.position = 10
    let quotient = builder.binary(.divS, .i32, builder.i32(100), parameter)
    builder.position = 20
    let again = builder.call(FunctionId(0), builder.list(quotient), type: .i32, effects: [])
    builder.returnValues(builder.list(again))
  }
  var source = String(repeating: "x", count: 15) + "\n" + String(repeating: "y", count: 15)
  var encoder = PositionMapEncoder()
  source.withUTF8 { encoder.addFile(path: "a", base: 1, text: $0) }
  let module = program.module(positions: encoder).array
  module.withUnsafeBufferPointer { bytes in
    guard let decoded = try? ModuleDecoder.decode(bytes),
      let section = decoded.customs.first(where: { $0.name == RuntimeSections.positions })
    else {
      Issue.record("no positions")
      return
    }
    let map = PositionMap(UnsafeBufferPointer(rebasing: bytes[section.bytes]))
    let body = decoded.bodies[1]
    var decoder = InstructionDecoder(bytes, body.code)
    var found: [String] = []
    while let instruction = try? decoder.next() {
      let offset = UInt32(instruction.offset - body.range.lowerBound)
      let place = map.levels(function: 1, codeOffset: offset).first?.place
      found.append("\(instruction.name) \(place.map { "\($0.line):\($0.column)" } ?? "-")")
    }
    // What comes before the first entry belongs to it.
    #expect(found == ["i32.const 1:10", "local.get 1:10", "i32.div_s 1:10", "call 2:4", "end 2:4"])
  }
}
