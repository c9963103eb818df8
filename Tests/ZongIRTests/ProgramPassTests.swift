// Passes over whole programs: inlining, unused functions, and the pipeline, on small functions before and after: one decision of each kind, and what must stay as it is.

import Testing

@testable import ZongIR

@Suite struct ProgramPassTests {
  static func program(_ callee: String, _ caller: String, callerSignature: String = "(i64): i64") throws -> Program {
    try Parser.parseProgram(
      """
      import effect#0 "env" (i64)
      export "main" main#1
      func main#1\(callerSignature) {
      \(caller)
      }
      \(callee)
      """
    ).get()
  }

  @Test func inlineKeepsPositionsAndSites() throws {
    let callee = """
      func inner#2(i64): i64 {
      @0:
        %1 = i64.parameter 0
        call effect#0(%1) !30
        return %1
      }
      func outer#3(i64): i64, i64 {
        frame0 size 8 align 8
      @0:
        %1 = i64.parameter 0
        %2 = i32.frameAddress frame0
        %3 = i64.call inner#2(%1) !20
        branch %2, @1(), @2()
      @1:
        return %1, %3
      @2:
        return %3, %3
      }
      """
    let caller = """
        frame0 size 4 align 4
      @0:
        %1 = i64.parameter 0
        %2 = call outer#3(%1) !10
        %3 = i64.result %2, 0
        %4 = i64.result %2, 1
        %5 = i64.add %3, %4 !11
        return %5
      """
    var program = try ProgramPassTests.program(callee, caller)
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"]))
    #expect(report.errors.isEmpty)
    #expect(report.counts[Pass.inline.index] == 2)
    guard case .defined(let main) = program.definitions[1] else { return }
    let sites = (1..<main.inlineSites.count).map { main.inlineSites[$0] }
    #expect(sites.map { $0.callee.index } == [3, 2])
    #expect(sites.map { $0.position } == [10, 20])
    #expect(sites.map { $0.parent } == [0, 1])
    #expect(main.slots.array.map { $0.size } == [4, 8])
    for index in 0..<main.instructions.count {
      switch main.instructions[index].position {
      case 30: #expect(main.instructionSites[index] == 2)
      case 11: #expect(main.instructionSites[index] == 0)
      default: continue
      }
    }
    #expect(
      !(0..<main.instructions.count).contains { main.instructions[$0].opcode == .call && main.instructions[$0].a != 0 })
  }

  @Test func largeFramesAreNotInlined() throws {
    for (size, decisions) in [(1024, 1), (1025, 0)] {
      let callee =
        "func large#2(i64): i64 {\nframe0 size \(size) align 8\n@0:\n%1 = i64.parameter 0\n%2 = i32.frameAddress frame0\n%3 = i64.load %2+0\nreturn %3\n}"
      var program = try ProgramPassTests.program(
        callee, "@0:\n%1 = i64.parameter 0\n%2 = i64.call large#2(%1)\nreturn %2")
      #expect(Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"])).total == decisions)
    }
  }

  /// The library's name for a long way keeps it out of what is to stay short.
  @Test func slowFunctionsAreNotInlined() throws {
    for (name, decisions) in [("_find", 1), ("find_slowly", 1), ("_find_slowly", 0)] {
      let callee = "func \(name)#2(i64): i64 {\n@0:\n%1 = i64.parameter 0\nreturn %1\n}"
      var program = try ProgramPassTests.program(
        callee, "@0:\n%1 = i64.parameter 0\n%2 = i64.call \(name)#2(%1)\nreturn %2")
      #expect(Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"])).total == decisions)
    }
  }

  /// How many of the two parameters of a function that calls itself need no check, whose caller gives it these.
  private func keyless(given: String, passed: String, _ more: String = "") throws -> Int {
    let callee = """
      func read#2(i64, i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        checkKey %1
        checkKey %2
        %3 = i64.const -4294967296
        %4 = i64.and %2, %3
        %5 = i32.wrap %2
        %6 = i32.const 8
        %7 = i32.add %5, %6
        %8 = i64.extendU %7
        %9 = i64.or %4, %8
        %10 = i64.call read#2(\(passed))
        return %10
      }
      """
    let caller = """
        frame0 size 8 align 8
      @0:
        %1 = i64.parameter 0
        %2 = i32.frameAddress frame0
        %3 = i64.extendU %2
        %4 = i64.call read#2(\(given))
        return %4
      """
    var program = try ProgramPassTests.program(callee + more, caller)
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["parameters", "fold"]))
    #expect(report.errors.isEmpty)
    guard case .defined(let read) = program.definitions[2] else { return -1 }
    let checks = (0..<read.instructions.count).filter { read.instructions[$0].opcode == .checkKey }
    return 2 - checks.count
  }

  @Test func parametersWithoutKeys() throws {
    #expect(try keyless(given: "%3, %3", passed: "%1, %2") == 2)
    // The one from outside may have a key, and what is made of it.
    #expect(try keyless(given: "%1, %3", passed: "%1, %2") == 1)
    #expect(try keyless(given: "%3, %3", passed: "%9, %9") == 2)
    #expect(try keyless(given: "%3, %1", passed: "%1, %9") == 1)
    // Each becomes the other in turn.
    #expect(try keyless(given: "%1, %3", passed: "%2, %1") == 0)
    #expect(try keyless(given: "%3, %1", passed: "%9, %2") == 0)
    // A key by itself is none of a parameter that has none.
    #expect(try keyless(given: "%3, %3", passed: "%1, %4") == 1)
    // The host leads to it.
    #expect(try keyless(given: "%3, %3", passed: "%1, %2", "\nexport \"read\" read#2") == 0)
  }

  /// How many checks are left of the two that a function makes of what it is given, which calls itself so. `main` has
  /// checked `%1`, and not `%2`.
  private func checks(given: String, passed: String, before: String = "", _ more: String = "") throws -> Int {
    let callee = """
      func read#2(i64, i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        checkKey %1
        checkKey %2
        \(before)
        %10 = i64.call read#2(\(passed))
        return %10
      }
      func free#3() {
      @0:
        %1 = i32.const 2
        %2 = i64.const 7
        tagStore.u16 %1, %2
        return
      }
      """
    let caller = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        checkKey %1
        %4 = i64.call read#2(\(given))
        return %4
      """
    var program = try ProgramPassTests.program(callee + more, caller, callerSignature: "(i64, i64): i64")
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["parameters", "keys"]))
    #expect(report.errors.isEmpty)
    guard case .defined(let read) = program.definitions[2] else { return -1 }
    return (0..<read.instructions.count).reduce(0) { $0 + (read.instructions[$1].opcode == .checkKey ? 1 : 0) }
  }

  /// A function that checks its first parameter and calls itself with `passed`; a caller that has checked it, and one
  /// that hasn't. How many copies there are, how many checks each function has, and where the calls lead.
  private func copies(passed: String, before: String = "") throws -> [String] {
    let callee = """
      func read#2(i64, i32) {
      @0:
        %1 = i64.parameter 0
        %2 = i32.parameter 1
        branch %2, @1(), @2()
      @1:
        checkKey %1
        %5 = i32.wrap %1
        %6 = i64.load %5+8 pointer
        \(before)
        call read#2(\(passed), %5)
        jump @2()
      @2:
        return
      }
      func free#3() {
      @0:
        %1 = i32.const 2
        %2 = i64.const 7
        tagStore.u16 %1, %2
        return
      }
      """
    let caller = """
      @0:
        %1 = i64.parameter 0
        %2 = i64.parameter 1
        %3 = i32.const 1
        checkKey %1
        call read#2(%1, %3)
        call read#2(%2, %3)
        return %1
      """
    var program = try ProgramPassTests.program(callee, caller, callerSignature: "(i64, i64): i64")
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["parameters", "keys"]))
    #expect(report.errors.isEmpty)
    return program.functions.compactMap { $0 }.filter { $0.name != "free" }.map { function in
      var checks = 0
      var called: [String] = []
      for index in 0..<function.instructions.count {
        let instruction = function.instructions[index]
        if instruction.opcode == .checkKey { checks += 1 }
        if instruction.opcode == .call && instruction.a != 3 { called.append("\(instruction.a)") }
      }
      return "\(function.name)#\(function.id.index): \(checks), \(called.joined(separator: " "))"
    }
  }

  @Test func copiesForCallsThatHaveChecked() throws {
    let both = try copies(passed: "%1")
    #expect(both.contains("read#2: 1, 4"))
    #expect(both.contains("read#4: 0, 4"))
    #expect(both.contains { $0.hasSuffix(": 1, 4 2") })
    #expect(both.count == 3)
    // What is freed in between, and what was never checked.
    let freed = try copies(passed: "%1", before: "call free#3() mayFree")
    #expect(freed.contains("read#2: 1, 2"))
    #expect(freed.count == 2)
    let loaded = try copies(passed: "%6")
    #expect(loaded.contains("read#2: 1, 2"))
    #expect(loaded.count == 2)
  }

  @Test func parametersWhoseKeysFit() throws {
    #expect(try checks(given: "%1, %1", passed: "%1, %2") == 0)
    #expect(try checks(given: "%1, %2", passed: "%1, %2") == 1)
    #expect(try checks(given: "%2, %1", passed: "%1, %2") == 1)
    // Each becomes the other in turn, after it was checked.
    #expect(try checks(given: "%1, %1", passed: "%2, %1") == 0)
    // What is freed in between, and what was never checked.
    #expect(try checks(given: "%1, %1", passed: "%1, %2", before: "call free#3() mayFree") == 2)
    let load = "%5 = i32.wrap %1\n%3 = i64.load %5+0 pointer"
    #expect(try checks(given: "%1, %1", passed: "%1, %3", before: load) == 1)
    // The host leads to it.
    #expect(try checks(given: "%1, %1", passed: "%1, %2", "\nexport \"read\" read#2") == 2)
  }

  /// The parameters that are left of a function and those of its calls, which go with them.
  @Test func unreadParameters() throws {
    func left(_ passed: String, _ more: String = "") throws -> [Int] {
      let callee = """
        func read#2(i64, i64, i64): i64 {
        @0:
          %1 = i64.parameter 0
          %2 = i64.parameter 1
          %3 = i64.parameter 2
          %4 = i64.add %3, %3
          %5 = i64.call read#2(\(passed))
          return %4
        }
        """
      let caller = """
        @0:
          %1 = i64.parameter 0
          %2 = i64.add %1, %1
          %3 = i64.call read#2(%1, %2, %1)
          return %3
        """
      var program = try ProgramPassTests.program(callee + more, caller)
      let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["parameters", "dead"]))
      #expect(report.errors.isEmpty)
      guard case .defined(let main) = program.definitions[1], case .defined(let read) = program.definitions[2]
      else { return [] }
      let adds = (0..<main.instructions.count).filter { main.instructions[$0].opcode == .add }
      return [read.parameters.count, adds.count]
    }
    #expect(try left("%1, %2, %3") == [1, 0])
    #expect(try left("%2, %1, %3") == [1, 0])
    // Where one is passed on as one that is read, it is read.
    #expect(try left("%1, %3, %2") == [2, 1])
    #expect(try left("%2, %3, %1") == [3, 1])
    #expect(try left("%3, %1, %2") == [3, 1])
    #expect(try left("%1, %2, %3", "\nexport \"read\" read#2") == [3, 1])
  }

  /// What a run of the program's `main` with 100 makes, before and after inlining alone. The interpreter calls 64 deep.
  static func runs(_ callee: String, decisions: Int) throws -> [Outcome] {
    var outcomes: [Outcome] = []
    for passes in [[], ["inline"]] {
      var program = try ProgramPassTests.program(
        callee, "@0:\n%1 = i64.parameter 0\n%2 = i64.call #2(%1)\nreturn %2")
      let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: passes))
      #expect(report.errors.isEmpty)
      #expect(report.total == (passes.isEmpty ? 0 : decisions), "\(program.text())")
      var interpreter = Interpreter(program, memorySize: 64)
      guard case .defined(let main) = program.definitions[1] else { continue }
      outcomes.append(interpreter.run(main, [100]))
    }
    return outcomes
  }

  @Test func smallFunctionsAreInlinedIntoThemselves() throws {
    let callee = """
      func sum#2(i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = eqz %1
        branch %2, @1(), @2()
      @1:
        return %1
      @2:
        %3 = i64.const 1
        %4 = i64.sub %1, %3
        %5 = i64.call sum#2(%4)
        %6 = i64.add %5, %1
        return %6
      }
      """
    // Twice into itself, the second time with the levels that the first has made, and then into `main`.
    #expect(try ProgramPassTests.runs(callee, decisions: 3) == [.exhausted, .returned([5050])])
  }

  @Test func circlesAreInlined() throws {
    func parity(_ name: String, _ other: String, _ atEnd: Int) -> String {
      """
      func \(name)(i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = eqz %1
        branch %2, @1(), @2()
      @1:
        %3 = i64.const \(atEnd)
        return %3
      @2:
        %4 = i64.const 1
        %5 = i64.sub %1, %4
        %6 = i64.call \(other)(%5)
        return %6
      }

      """
    }
    // `odd` into `even`, which is then one function that calls itself.
    let callee = parity("even#2", "odd#3", 1) + parity("odd#3", "even#2", 0)
    #expect(try ProgramPassTests.runs(callee, decisions: 4) == [.exhausted, .returned([1])])
  }

  /// A body of so many instructions that add to `%1`, as `%99`.
  private func additions(_ count: Int) -> String {
    let first = "%20 = i64.add %1, %1\n"
    return first + (1..<count).map { "%\(20 + $0) = i64.add %\(19 + $0), %1\n" }.joined()
      + "%199 = i64.add %\(19 + count), %1\n"
  }

  /// How many calls are inlined, and how often the large function is still called in `main`.
  private func nested(_ caller: String) throws -> (decisions: Int, calls: Int) {
    let callee = """
      func outer#2(i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i64.call large#3(%1)
        return %2
      }
      func large#3(i64): i64 {
      @0:
        %1 = i64.parameter 0
        \(additions(60))
        return %199
      }
      func other#4(i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = i64.call large#3(%1)
        return %2
      }
      export "other" other#4
      """
    var program = try ProgramPassTests.program(callee, caller)
    let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"]))
    #expect(report.errors.isEmpty)
    guard case .defined(let main) = program.definitions[1] else { return (0, -1) }
    let calls = (0..<main.instructions.count).filter {
      main.instructions[$0].opcode == .call && main.instructions[$0].a == 3
    }
    return (report.total, calls.count)
  }

  /// What an inlined body calls is inlined, too, where every round of a loop comes to it.
  @Test func callsOfInlinedBodiesInLoops() throws {
    #expect(try nested("@0:\n%1 = i64.parameter 0\n%2 = i64.call outer#2(%1)\nreturn %2") == (1, 1))
    func loop(_ branch: String) -> String {
      """
      @0:
        %1 = i64.parameter 0
        jump @1(%1)
      @1(%2: i64):
        %3 = eqz %2
        \(branch)
      @2:
        %4 = i64.call outer#2(%2)
        jump @3(%4)
      @3(%5: i64):
        %6 = eqz %5
        branch %6, @1(%5), @4()
      @4:
        return %5
      """
    }
    #expect(try nested(loop("jump @2()")) == (2, 0))
    #expect(try nested(loop("branch %3, @2(), @3(%1)")) == (1, 1))
  }

  /// A small function stays small, but not if it calls itself by way of another one.
  @Test func whatIsCalledInABranchOfACircle() throws {
    func program(_ back: String) -> String {
      """
      func outer#2(i64): i64 {
      @0:
        %1 = i64.parameter 0
        %2 = eqz %1
        branch %2, @1(), @2()
      @1:
        return %1
      @2:
        %3 = i64.call large#3(%1)
        return %3
      }
      func large#3(i64): i64 {
      @0:
        %1 = i64.parameter 0
        \(additions(60))
        %200 = \(back)
        return %200
      }
      """
    }
    func isInlined(_ back: String) throws -> Bool {
      var program = try ProgramPassTests.program(
        program(back), "@0:\n%1 = i64.parameter 0\n%2 = i64.call outer#2(%1)\nreturn %2")
      let report = Optimizer.run(&program, OptimizerOptions(verify: true, only: ["inline"]))
      #expect(report.errors.isEmpty)
      return program.definitions[2...3].contains { definition in
        guard case .defined(let function) = definition else { return false }
        return function.inlineSites.count > 1
      }
    }
    #expect(try !isInlined("i64.add %199, %1"))
    #expect(try isInlined("i64.call outer#2(%199)"))
  }

  @Test func unusedFunctionsAreAbsent() throws {
    var program = try ProgramPassTests.program(
      "func unused#2() {\n@0:\nreturn\n}\nfunc tabled#3() {\n@0:\nreturn\n}\ntable tabled#3",
      "@0:\n%1 = i64.parameter 0\nreturn %1")
    #expect(Optimizer.run(&program, OptimizerOptions(only: ["functions"])).total == 2)
    let isThere = program.definitions.map { if case .absent = $0 { false } else { true } }
    #expect(isThere == [false, true, false, true])
  }

  @Test func stopAfter() throws {
    var program = try ProgramPassTests.program(
      "", "$0: i64\n@0:\n%1 = i64.parameter 0\nset $0, %1\n%2 = i64.get $0\n%3 = i64.sub %2, %2\nreturn %3")
    let report = Optimizer.run(&program, OptimizerOptions(stopAfter: "promote", verify: true))
    #expect(report.decisions == [.promote: 1])
    let text = program.text()
    #expect(text.replacingFirst("i64.sub", "") != text)
  }
}
