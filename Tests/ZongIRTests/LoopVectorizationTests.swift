// Loops whose rounds are done several at a time: which they are, what becomes of them, and the text of what they become.

import Testing

@testable import ZongIR

@Suite struct LoopVectorizationTests {
  @discardableResult
  private func vectorized(_ function: Function, _ counter: inout PassCounter) -> Bool {
    var pass = LoopVectorization()
    return pass.run(function, &counter)
  }

  /// A loop over `%10`, from 0 to the first parameter; the others are addresses.
  private func loop(_ inside: String, _ step: String = "1", _ comparison: String = "ltS") -> String {
    """
    @0:
      %1 = i64.parameter 0
      %2 = i32.parameter 1
      %3 = i32.parameter 2
      %4 = i64.const 0
      jump @1(%4)
    @1(%10: i64):
      \(inside)
      %30 = i64.const \(step)
      %31 = i64.add %10, %30
      %32 = \(comparison) %31, %1
      branch %32, @1(%31), @2()
    @2:
      return
    """
  }

  /// How many loops of this inside are done with vectors.
  private func count(_ inside: String, _ step: String = "1", _ comparison: String = "ltS") throws -> Int {
    let function = try parsed(wrapped("(i64, i32, i32)", loop(inside, step, comparison)))
    var counter = PassCounter()
    let isChanged = vectorized(function, &counter)
    #expect(isChanged == (counter.taken > 0))
    let errors = Verifier.verify(function)
    #expect(errors.isEmpty, "\(errors)\n\(function.text())")
    // What it has become isn't changed again.
    #expect(!vectorized(try Parser.parseFunction(function.text()).get(), &counter) || counter.taken > 1)
    return isChanged ? 1 : 0
  }

  /// The addresses `%12` and `%13` of an element of 2 to the power of `shift` bytes, with `inside` behind.
  private func elements(_ shift: Int, _ inside: String, index: String = "%10") -> String {
    """
      %11 = i32.wrap \(index)
      %9 = i32.const \(shift)
      %14 = i32.shl %11, %9
      %12 = i32.add %2, %14
      %13 = i32.add %3, %14
      \(inside)
    """
  }

  @Test func elementByElement() throws {
    try expectPass(
      "(i64, i32, i32)",
      loop(elements(3, "%15 = f64.load %13+0 number\n%16 = f64.add %15, %15\nstore %12+0, %16 number")),
      becomes: """
        @0:
          %1 = i64.parameter 0
          %2 = i32.parameter 1
          %3 = i32.parameter 2
          %4 = i64.const 0
          jump @1(%4)
        @1(%10: i64):
          %11 = i32.wrap %10
          %12 = i32.const 3
          %13 = i32.shl %11, %12
          %14 = i32.add %2, %13
          %15 = i32.add %3, %13
          %16 = i64.const 1
          %17 = i64.add %10, %16
          %18 = i64.sub %1, %10
          %19 = i64.const -16
          %20 = i64.add %18, %19
          %21 = i64.const 2147483648
          %22 = ltU %20, %21
          %23 = ltS %10, %1
          %24 = i32.and %22, %23
          %25 = i32.sub %14, %15
          %26 = i32.const -1
          %27 = i32.add %25, %26
          %28 = i32.const 15
          %29 = geU %27, %28
          %30 = i32.and %24, %29
          branch %30, @2(), @5(%10)
        @2:
          %32 = i64.const 2
          %33 = i64.sub %1, %32
          jump @3(%10)
        @3(%35: i64):
          %36 = i32.wrap %35
          %37 = i32.shl %36, %12
          %38 = i32.add %2, %37
          %39 = i32.add %3, %37
          %40 = v128.load %39+0 number
          %41 = v128.f64x2Add %40, %40
          store %38+0, %41 number
          %43 = i64.add %35, %16
          %44 = i64.const 2
          %45 = i64.add %35, %44
          %46 = ltS %45, %33
          branch %46, @3(%45), @4()
        @4:
          jump @5(%45)
        @5(%49: i64):
          %50 = i32.wrap %49
          %51 = i32.const 3
          %52 = i32.shl %50, %51
          %53 = i32.add %2, %52
          %54 = i32.add %3, %52
          %55 = f64.load %54+0 number
          %56 = f64.add %55, %55
          store %53+0, %56 number
          %58 = i64.const 1
          %59 = i64.add %49, %58
          %60 = ltS %59, %1
          branch %60, @5(%59), @6()
        @6:
          return
        """, decisions: 1
    ) { _ = vectorized($0, &$1) }
  }

  @Test func allLanes() throws {
    let loads = [
      (0, "i32.load.u8", "store.u8"), (0, "i32.load.s8", "store.s8"), (1, "i32.load.u16", "store.u16"),
      (1, "i64.load.s16", "store.s16"), (2, "i32.load", "store"), (2, "i64.load.u32", "store.u32"),
      (3, "i64.load", "store"),
    ]
    for (shift, load, store) in loads {
      let type = load.prefix(3)
      func both(_ operation: String) throws -> Int {
        try count(elements(shift, "%15 = \(load) %13+0\n%16 = \(operation)\n\(store) %12+0, %16"))
      }
      #expect(try both("\(type).add %15, %15") == 1)
      #expect(try both("\(type).xor %15, %15") == 1)
      // No instruction multiplies bytes.
      #expect(try both("\(type).mul %15, %15") == (shift == 0 ? 0 : 1))
      // Nor are there these.
      #expect(try both("\(type).popcnt %15") == 0)
      #expect(try both("\(type).rotl %15, %15") == 0)
    }
    for (shift, type) in [(2, "f32"), (3, "f64")] {
      for operation in ["add", "sub", "mul", "div", "min", "max"] {
        let sum = "%15 = \(type).load %13+0\n%16 = \(type).\(operation) %15, %15\nstore %12+0, %16"
        #expect(try count(elements(shift, sum)) == 1)
      }
    }
  }

  /// The upper bits of a number matter for a comparison and a shift to the right.
  @Test func upperBits() throws {
    func bytes(_ inside: String) throws -> Int {
      try count(elements(0, "%15 = i32.load.u8 %13+0\n\(inside)\nstore.u8 %12+0, %19"))
    }
    #expect(try bytes("%16 = i32.const 3\n%19 = i32.shrU %15, %16") == 1)
    #expect(try bytes("%16 = i32.const 3\n%17 = i32.add %15, %16\n%19 = i32.shrU %17, %16") == 0)
    let wrapped = "%17 = i32.add %15, %16\n%18 = i32.const 255\n%20 = i32.and %17, %18"
    #expect(try bytes("%16 = i32.const 3\n\(wrapped)\n%19 = i32.shrU %20, %16") == 1)
    #expect(try bytes("%16 = ltU %15, %2\n%19 = i32.select %16, %15, %2") == 1)
    #expect(try bytes("%16 = i32.add %15, %15\n%17 = ltU %16, %2\n%19 = i32.select %17, %15, %2") == 0)
    #expect(try bytes("%16 = i32.const 300\n%17 = ltU %15, %16\n%19 = i32.select %17, %15, %2") == 0)
    // Without sign, 64 bits aren't compared.
    let compared = "%15 = i64.load %13+0\n%16 = ltU %15, %1\n%17 = i64.select %16, %15, %1\nstore %12+0, %17"
    #expect(try count(elements(3, compared)) == 0)
  }

  @Test func whatStays() throws {
    let store = "%15 = i64.load %13+0\nstore %12+0, %15"
    #expect(try count(elements(3, store)) == 1)
    #expect(try count(elements(3, store), "2") == 0)
    #expect(try count(elements(3, store), "-1", "gtS") == 0)
    #expect(try count(elements(3, store), "1", "ne") == 0)
    #expect(try count(elements(4, store)) == 0)
    #expect(try count(elements(3, "%15 = i64.load %13+0\n%16 = ltS %15, %1\ncheck %16, null()\nstore %12+0, %15")) == 0)
    #expect(try count(elements(3, "%15 = i64.load %13+0\n%16 = i64.divS %15, %1\nstore %12+0, %16")) == 0)
    #expect(try count(elements(3, "%15 = i64.load %13+0\nstore %2+0, %15")) == 0)
    #expect(try count(elements(3, "%15 = i64.load %2+0\nstore %12+0, %15")) == 0)
    // Elements of two widths.
    #expect(try count(elements(3, "%15 = i64.load %13+0\nstore.u32 %12+0, %15")) == 0)
    #expect(try count(elements(3, "%15 = f64.load %13+0\n%16 = i64.reinterpret %15\nstore %12+0, %16")) == 0)
  }

  /// What one round stores must not be what the next one loads.
  @Test func neighbours() throws {
    func copies(from: Int, to: Int) throws -> Int {
      try count(elements(3, "%15 = i64.load %12+\(from)\nstore %12+\(to), %15"))
    }
    #expect(try copies(from: 0, to: 0) == 1)
    #expect(try copies(from: 8, to: 0) == 1)
    #expect(try copies(from: 0, to: 8) == 0)
    #expect(try copies(from: 0, to: 16) == 1)
  }

  /// A loop with a total of the elements.
  private func total(_ type: String, _ load: String, _ shift: Int, _ next: String) throws -> Bool {
    let function = try parsed(
      wrapped(
        "(i64, i32, \(type)): \(type)",
        """
        @0:
          %1 = i64.parameter 0
          %2 = i32.parameter 1
          %3 = \(type).parameter 2
          %4 = i64.const 0
          jump @1(%4, %3)
        @1(%10: i64, %20: \(type)):
          %11 = i32.wrap %10
          %9 = i32.const \(shift)
          %14 = i32.shl %11, %9
          %12 = i32.add %2, %14
          %15 = \(load) %12+0
          \(next)
          %30 = i64.const 1
          %31 = i64.add %10, %30
          %32 = ltS %31, %1
          branch %32, @1(%31, %21), @2(%21)
        @2(%40: \(type)):
          return %40
        """))
    var counter = PassCounter()
    let isChanged = vectorized(function, &counter)
    #expect(Verifier.verify(function).isEmpty)
    return isChanged
  }

  @Test func totals() throws {
    for operation in ["add", "sub", "xor", "or", "and"] {
      #expect(try total("i64", "i64.load", 3, "%21 = i64.\(operation) %20, %15"))
      #expect(try total("i32", "i32.load", 2, "%21 = i32.\(operation) %20, %15"))
    }
    #expect(try total("i64", "i64.load.s8", 0, "%21 = i64.add %20, %15"))
    #expect(try total("i64", "i32.load.u16", 1, "%16 = i64.extendU %15\n%21 = i64.add %20, %16"))
    // The upper bits of a sum aren't known.
    #expect(try !total("i64", "i64.load.s8", 0, "%16 = i64.add %15, %15\n%21 = i64.add %20, %16"))
    #expect(try !total("i64", "i64.load.s8", 0, "%21 = i64.xor %20, %15"))
    #expect(try !total("i64", "i64.load", 3, "%21 = i64.mul %20, %15"))
    #expect(try !total("i64", "i64.load", 3, "%21 = i64.sub %15, %20"))
    // The order of a float sum matters.
    #expect(try !total("f64", "f64.load", 3, "%21 = f64.add %20, %15"))
    // Only where a condition holds, or where it doesn't.
    let sum = "%16 = ltS %15, %1\n%17 = i64.add %20, %15"
    #expect(try total("i64", "i64.load", 3, "\(sum)\n%21 = i64.select %16, %17, %20"))
    #expect(try total("i64", "i64.load", 3, "\(sum)\n%21 = i64.select %16, %20, %17"))
    #expect(try !total("i64", "i64.load", 3, "\(sum)\n%18 = i64.add %17, %20\n%21 = i64.select %16, %18, %20"))
  }

  // MARK: Vectors in the text

  /// Each operation in the text, with operands of its types, is what it was.
  @Test func textOfOperations() throws {
    let operands = ["%1", "%2", "%3", "%4", "%5"]
    let types: [Type] = [.i32, .i64, .f32, .f64, .v128]
    let start = """
      @0:
      %1 = i32.parameter 0
      %2 = i64.parameter 1
      %3 = f32.parameter 2
      %4 = f64.parameter 3
      %5 = v128.load %1+16
      """
    for operation in VectorOperation.allCases {
      let (a, b, result) = operation.signature
      let first = operands[try #require(types.firstIndex(of: a))]
      let second = try b == .none ? "" : ", " + operands[#require(types.firstIndex(of: b))]
      let word = operation.hasLane ? "\(operation).1" : "\(operation)"
      let body = "\(start)\n%6 = \(result).\(word) \(first)\(second)\nreturn\n"
      let function = try parsed(wrapped("(i32, i64, f32, f64)", body))
      #expect(VectorOperation.of(function.instructions[6]) == operation)
      #expect(trimmed(function.text()).contains("%6 = \(result).\(word) \(first)\(second)\n"))
      #expect(function.instructions[6].c >> 8 == (operation.hasLane ? 1 : 0))
    }
  }

  @Test func brokenOperations() throws {
    func fails(_ line: String) -> Bool {
      let body = "@0:\n%1 = i32.parameter 0\n%2 = v128.load %1+0\n\(line)\nreturn"
      guard let function = try? Parser.parseFunction(wrapped("(i32)", body)).get() else { return true }
      return !Verifier.verify(function).isEmpty
    }
    #expect(!fails("%3 = v128.vectorSelect %2, %2, %2"))
    #expect(fails("%3 = v128.vectorSelect %2, %2, %1"))
    #expect(fails("%3 = v128.i64x2Splat %1"))
    #expect(fails("%3 = v128.i64x2Add %1, %2"))
    #expect(fails("%3 = i64.i64x2Add %2, %2"))
    #expect(fails("%3 = i64.i64x2ExtractLane.2 %2"))
    #expect(fails("%3 = i64.i64x2ExtractLane %2"))
    #expect(fails("%3 = v128.add %2, %2"))
    #expect(fails("%3 = eq %2, %2"))
    #expect(fails("%3 = v128.const 0"))
    #expect(fails("check %1, bounds(%2)"))
  }
}
