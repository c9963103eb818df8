// Functions of extreme shapes: they neither overflow the native stack nor take more than linear time, the modules
// are valid and compute the right thing; and what small pieces of IR become, byte by byte.

import Foundation
import Testing
import ZongIR
import ZongStores
import ZongWasm

@testable import ZongCompiler

/// A program with one exported function "f" (i32) -> i32.
func program(_ build: (inout Builder, ValueId) -> Void) -> Program {
  let function = Function()
  function.id = FunctionId(0)
  function.name = "f"
  function.results.append(.i32)
  var builder = Builder(function)
  builder.begin(builder.block())
  let parameter = builder.parameter(.i32)
  build(&builder, parameter)
  var program = Program()
  program.signatures = [Signature(parameters: [.i32], results: [.i32])]
  program.globals = [
    Global(name: "stack", type: .i32, isMutable: true, initial: 65536),
    Global(name: "limit", type: .i32, isMutable: true, initial: 1024),
  ]
  program.definitions = [.defined(function)]
  program.exports = [Export(name: "f", function: FunctionId(0))]
  return program
}

/// What "f" returns for each argument under Node, separated by spaces; "stop K" for a stop.
func results(_ program: Program, _ arguments: [Int32]) throws -> String {
  let module = program.module(positions: PositionMapEncoder()).array
  let complaints = try Tools.complaints(about: module)
  try #require(complaints == "")
  let calls = arguments.map { "out.push(run(\($0)));" }.joined()
  let script = """
    const compiled = new WebAssembly.Module(require('fs').readFileSync(process.argv[2]));
    const out = [];
    function run(argument) {
      const instance = new WebAssembly.Instance(compiled, {});
      try { return instance.exports.f(argument); } catch (error) {
        const view = new DataView(instance.exports.memory.buffer);
        const values = [0, 1, 2].map((place) => view.getBigInt64(24 + 8 * place, true));
        return 'stop ' + view.getUint32(16, true) + ':' + values.join(',');
      }
    }
    \(calls)
    console.log(out.join(' '));
    """
  let output = try Tools.runNode(script: script, module: module)
  return String(output.drop { $0 == "\n" }.prefix { $0 != "\n" })
}

@Suite(.enabled(if: Tools.wasmTools != nil && Tools.node != nil, "needs wasm-tools and node"))
struct LargeShapeTests {
  @Test func aChainOfManyReturnsStaysFlat() throws {
    let count: Int32 = 30_000
    let program = program { builder, parameter in
      for number in 0..<count {
        let leave = builder.block()
        let next = builder.block()
        let condition = builder.binary(.eq, .i32, parameter, builder.i32(number))
        builder.branch(condition, builder.edge(leave), builder.edge(next))
        builder.begin(leave)
        builder.returnValues(builder.list(builder.i32(number &* 3)))
        builder.begin(next)
      }
      builder.returnValues(builder.list(builder.i32(-1)))
    }
    #expect(try results(program, [0, 5, count - 1, count]) == "0 15 89997 -1")
    #expect(deepestNesting(program) == 1)
  }

  @Test func aLongElseIfChainIsBoundedInDepth() throws {
    let count: Int32 = 10_000
    let program = program { builder, parameter in
      let result = builder.variable(.i32)
      let join = builder.block()
      for number in 0..<count {
        let then = builder.block()
        let next = builder.block()
        let condition = builder.binary(.eq, .i32, parameter, builder.i32(number))
        builder.branch(condition, builder.edge(then), builder.edge(next))
        builder.begin(then)
        builder.set(result, builder.i32(number &+ 7))
        builder.jump(builder.edge(join))
        builder.begin(next)
      }
      builder.set(result, builder.i32(-5))
      builder.jump(builder.edge(join))
      builder.begin(join)
      builder.returnValues(builder.list(builder.get(result)))
    }
    #expect(try results(program, [0, 77, count - 1, count]) == "7 84 10006 -5")
    #expect(deepestNesting(program) < 100)
  }

  @Test func nestedIfsAndLoops() throws {
    let depth: Int32 = 3000
    let program = program { builder, parameter in
      let sum = builder.variable(.i32)
      builder.set(sum, builder.i32(0))
      var exits: [BlockId] = []
      for number in 0..<depth {
        let inside = builder.block()
        let exit = builder.block()
        exits.append(exit)
        let condition = builder.binary(.gtS, .i32, parameter, builder.i32(number))
        builder.branch(condition, builder.edge(inside), builder.edge(exit))
        builder.begin(inside)
        builder.set(sum, builder.binary(.add, .i32, builder.get(sum), builder.i32(1)))
        // A loop that never turns.
        let head = builder.block()
        builder.jump(builder.edge(head))
        builder.begin(head)
        let again = builder.block()
        let body = builder.block()
        builder.branch(builder.get(sum), builder.edge(body), builder.edge(again))
        builder.begin(again)
        builder.jump(builder.edge(head))
        builder.begin(body)
      }
      for exit in exits.reversed() {
        builder.jump(builder.edge(exit))
        builder.begin(exit)
      }
      builder.returnValues(builder.list(builder.get(sum)))
    }
    #expect(try results(program, [0, 1, 2999, 5000]) == "0 1 2999 3000")
  }

  @Test func deepExpressionsOfBothHands() throws {
    let depth = 20_000
    let left = program { builder, parameter in
      var value = parameter
      for _ in 0..<depth { value = builder.binary(.add, .i32, value, parameter) }
      builder.returnValues(builder.list(value))
    }
    #expect(try results(left, [1, 3]) == "20001 60003")
    let right = program { builder, parameter in
      var value = parameter
      for _ in 0..<depth { value = builder.binary(.sub, .i32, parameter, value) }
      builder.returnValues(builder.list(value))
    }
    #expect(try results(right, [1, 3]) == "1 3")
  }

  @Test func aSwitchWithManyCases() throws {
    let count = 5000
    let program = program { builder, parameter in
      let blocks = (0...count).map { _ in builder.block() }
      let edges = blocks.map { ValueId(builder.edge($0)) }.withUnsafeBufferPointer { builder.list($0) }
      builder.end(.switchBranch, a: parameter.index, b: edges.index)
      for (number, block) in blocks.enumerated() {
        builder.begin(block)
        builder.returnValues(builder.list(builder.i32(Int32(number) &* 2)))
      }
    }
    #expect(try results(program, [0, 1, 4999, 5000, -1]) == "0 2 9998 10000 10000")
  }

  /// Blocks that branch far back to a common exit: a naive search for dominators takes quadratic time here.
  @Test func manyBlocksTakeLinearTime() throws {
    func chain(_ count: Int) -> Program {
      program { builder, parameter in
        let exit = builder.block()
        for number in 0..<count {
          let next = builder.block()
          let condition = builder.binary(.eq, .i32, parameter, builder.i32(Int32(number)))
          builder.branch(condition, builder.edge(exit, parameter), builder.edge(next))
          builder.begin(next)
        }
        builder.jump(builder.edge(exit, builder.i32(-1)))
        builder.begin(exit)
        let result = builder.blockParameter(.i32)
        builder.returnValues(builder.list(result))
      }
    }
    // The thread's own time: others may keep the machine busy.
    func time(_ program: Program) -> Double {
      var start = timespec()
      var end = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
      _ = program.module(positions: PositionMapEncoder())
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
      return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9
    }
    let smallTime = time(chain(10_000))
    let largeTime = time(chain(100_000))
    // Ten times the size; quadratic time would be a hundred times.
    #expect(largeTime < smallTime * 40)
    #expect(try results(chain(3000), [5, 2999, 3000]) == "5 2999 -1")
  }

  @Test func functionsWithManyLocals() throws {
    let program = program { builder, parameter in
      let variables = (0..<3000).map { _ in builder.variable(.i32) }
      for (number, variable) in variables.enumerated() {
        builder.set(variable, builder.binary(.mul, .i32, parameter, builder.i32(Int32(number))))
      }
      var sum = builder.i32(0)
      for variable in variables { sum = builder.binary(.add, .i32, sum, builder.get(variable)) }
      builder.returnValues(builder.list(sum))
    }
    #expect(try results(program, [1, 2]) == "4498500 8997000")
  }

  @Test func framesThatDoNotFitStop() throws {
    for size: UInt32 in [65_000, 1 << 20, 1 << 31, UInt32.max] {
      let program = program { builder, parameter in
        let slot = builder.slot(size: size, alignment: 16)
        _ = builder.slot(size: size, alignment: 1)
        builder.store(builder.emit(.frameAddress, .i32, a: slot.index), parameter)
        builder.returnValues(builder.list(parameter))
      }
      #expect(try results(program, [3]) == "stop 2:0,0,0")
    }
    let fitting = program { builder, parameter in
      let slot = builder.slot(size: 30_000, alignment: 16)
      let other = builder.slot(size: 8, alignment: 8)
      let address = builder.emit(.frameAddress, .i32, a: other.index)
      builder.store(address, parameter, offset: 4)
      builder.store(builder.emit(.frameAddress, .i32, a: slot.index), builder.i32(1), offset: 29_996)
      builder.returnValues(builder.list(builder.load(.i32, address, offset: 4)))
    }
    #expect(try results(fitting, [42]) == "42")
  }

  @Test func stopsTellTheirValues() throws {
    let program = program { builder, parameter in
      let tens = builder.binary(.mul, .i32, parameter, builder.i32(-10))
      let wide = builder.unary(.extendU, .i64, parameter)
      let half = builder.constant(.f64, bits: (0.5).bitPattern)
      builder.check(builder.binary(.ltS, .i32, parameter, builder.i32(5)), .bounds, builder.list(tens, wide, half))
      builder.returnValues(builder.list(parameter))
    }
    let kind = ZongWasm.StopKind.firstFree + UInt32(ZongIR.StopKind.bounds.rawValue)
    #expect(try results(program, [4, 5]) == "4 stop \(kind):-50,5,\((0.5).bitPattern)")
  }
}

/// How deep blocks nest in the first defined function's code behind the stop function.
private func deepestNesting(_ program: Program) -> Int {
  let text = WatPrinter.text(of: program.module(positions: PositionMapEncoder()).array)
  var depth = 0
  var deepest = 0
  for line in text.split(separator: "\n") {
    let words = line.drop { $0 == " " }
    if words.hasPrefix("block") || words.hasPrefix("loop") || words.hasPrefix("if") { depth += 1 }
    if words.hasPrefix("end") { depth -= 1 }
    deepest = max(deepest, depth)
  }
  return deepest
}
