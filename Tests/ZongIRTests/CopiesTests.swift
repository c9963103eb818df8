// Small copies as loads and stores, on small functions before and after.

import Testing

@testable import ZongIR

@Suite struct CopiesTests {
  @Test func everyWidth() throws {
    try expectPass(
      "(i32, i32)",
      """
      @0:
        %1 = i32.parameter 0
        %2 = i32.parameter 1
        %3 = i32.const 15
        memoryCopy %1, %2, %3
        return
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          %2 = i32.parameter 1
          %3 = i32.const 15
          %4 = i64.load %2+0
          %5 = i32.load %2+8
          %6 = i32.load.u16 %2+12
          %7 = i32.load.u8 %2+14
          store %1+0, %4
          store %1+8, %5
          store.u16 %1+12, %6
          store.u8 %1+14, %7
          return
        """, decisions: 1
    ) {
      var copies = SmallCopies()
      copies.run($0, &$1)
    }
  }

  /// How many copies of so many bytes are expanded.
  func expanded(_ size: String) throws -> Int {
    let body = "@0:\n%1 = i32.parameter 0\n%2 = i32.parameter 1\n\(size)\nmemoryCopy %1, %2, %3\nreturn"
    let function = try parsed(wrapped("(i32, i32)", body))
    var counter = PassCounter()
    var copies = SmallCopies()
    #expect(copies.run(function, &counter) == (counter.taken > 0))
    #expect(Verifier.verify(function).isEmpty)
    return counter.taken
  }

  @Test func onlySmallOnes() throws {
    #expect(try expanded("%3 = i32.const 64") == 1)
    #expect(try expanded("%3 = i32.const 65") == 0)
    #expect(try expanded("%3 = i32.const -1") == 0)
    #expect(try expanded("%3 = i32.add %1, %2") == 0)
  }

  @Test func fills() throws {
    try expectPass(
      "(i32)",
      """
      @0:
        %1 = i32.parameter 0
        %2 = i32.const 129
        %3 = i32.const 22
        memoryFill %1, %2, %3
        return
      """,
      becomes: """
        @0:
          %1 = i32.parameter 0
          %2 = i32.const 129
          %3 = i32.const 22
          %4 = i64.const -9114861777597660799
          %5 = i32.const -2122219135
          store %1+0, %4
          store %1+8, %4
          store %1+16, %5
          store.u16 %1+20, %5
          return
        """, decisions: 1
    ) {
      var copies = SmallCopies()
      copies.run($0, &$1)
    }
  }

  @Test func onlySmallFillsWithAKnownByte() throws {
    func expanded(_ value: String, _ size: String) throws -> Int {
      let body = "@0:\n%1 = i32.parameter 0\n%2 = i32.parameter 1\n\(value)\n\(size)\nmemoryFill %1, %3, %4\nreturn"
      let function = try parsed(wrapped("(i32, i32)", body))
      var counter = PassCounter()
      var copies = SmallCopies()
      copies.run(function, &counter)
      return counter.taken
    }
    #expect(try expanded("%3 = i32.const 0", "%4 = i32.const 256") == 1)
    #expect(try expanded("%3 = i32.const 0", "%4 = i32.const 257") == 0)
    #expect(try expanded("%3 = i32.const 0", "%4 = i32.add %1, %2") == 0)
    #expect(try expanded("%3 = i32.add %1, %2", "%4 = i32.const 8") == 0)
  }
}
