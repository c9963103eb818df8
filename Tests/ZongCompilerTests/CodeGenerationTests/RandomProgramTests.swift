// Compiled code does what the IR says: random functions under the interpreter and, compiled, under Node, with the
// same results, memory, globals, host calls and stops; and an independent validator accepts every module.

import Testing
import ZongIR
import ZongWasm

@testable import ZongCompiler

private let arguments: [(i32: UInt32, i64: UInt64, f64: Double)] = [
  (0, 0, 0), (1, 12345, 1.5), (UInt32.max, UInt64.max, -1e30), (77, 1 << 63, 0.001),
]

/// One line for each call of each function: what it did.
private func expected(_ program: Program) -> [String] {
  var lines: [String] = []
  for (index, definition) in program.definitions.enumerated() {
    guard case .defined(let function) = definition, function.name != "state" else { continue }
    for argument in arguments {
      let machine = Interpreter(program)
      let values = function.parameters.array.map { type in
        switch type {
        case .i64: argument.i64
        case .f64: argument.f64.bitPattern
        default: UInt64(argument.i32)
        }
      }
      var line = "\(function.name) "
      do {
        let results = try machine.call(FunctionId(UInt32(index)), values)
        line += zip(results, function.results.array).map(show).joined(separator: ",")
      } catch Interpreter.End.stopped(let kind) {
        line += "stop \(kind)"
      } catch Interpreter.End.trapped {
        line += "trap"
      } catch {
        lines.append("skip")
        continue
      }
      let state = machine.globals[2]
      lines.append(line + " \(hash(machine.memory)) \(state) \(machine.hostLog)")
    }
  }
  return lines
}

private func show(_ bits: UInt64, _ type: Type) -> String {
  guard type == .f64 else { return "\(bits)" }
  let value = Double(bitPattern: bits)
  return value.isNaN ? "nan" : "\(value.bitPattern)"
}

/// FNV-1a over the memory that programs write, the stop record left out.
private func hash(_ memory: [UInt8]) -> UInt32 {
  var hash: UInt32 = 2_166_136_261
  for index in 1024..<2048 { hash = (hash ^ UInt32(memory[index])) &* 16_777_619 }
  return hash
}

private func script(_ program: Program) -> String {
  var calls = ""
  for definition in program.definitions {
    guard case .defined(let function) = definition, function.name != "state" else { continue }
    for argument in arguments {
      let values = function.parameters.array.map { type in
        switch type {
        case .i64: "\(Int64(bitPattern: argument.i64))n"
        case .f64: "\(argument.f64)"
        default: "\(Int32(bitPattern: argument.i32))"
        }
      }
      let types = function.results.array.map { "'\($0)'" }.joined(separator: ",")
      calls += "run('\(function.name)', [\(values.joined(separator: ", "))], [\(types)]);\n"
    }
  }
  return """
    const compiled = new WebAssembly.Module(require('fs').readFileSync(process.argv[2]));
    const out = [];
    function show(value, type) {
      if (type === 'i64') return BigInt.asUintN(64, value).toString();
      if (type === 'i32') return (value >>> 0).toString();
      if (Number.isNaN(value)) return 'nan';
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value);
      return view.getBigUint64(0).toString();
    }
    function run(name, args, types) {
      let log = 0n;
      const mix = (a, b) => {
        log = BigInt.asUintN(64, log * 31n) ^ BigInt.asUintN(64, BigInt(a >>> 0) + BigInt.asUintN(64, b));
        return log;
      };
      const instance = new WebAssembly.Instance(compiled, { host: { mix } });
      const memory = new Uint8Array(instance.exports.memory.buffer);
      let line = name + ' ';
      try {
        const result = instance.exports[name](...args);
        const list = types.length === 1 ? [result] : types.length === 0 ? [] : result;
        line += list.map((value, index) => show(value, types[index])).join(',');
      } catch (error) {
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
        const kind = new DataView(memory.buffer).getUint32(16, true);
        line += kind === 0 ? 'trap' : 'stop ' + kind;
      }
      let hash = 2166136261;
      for (let index = 1024; index < 2048; index++) hash = Math.imul(hash ^ memory[index], 16777619) >>> 0;
      out.push(line + ' ' + hash + ' ' + BigInt.asUintN(64, instance.exports.state()) + ' ' + log);
    }
    \(calls)
    console.log(out.join('\\n'));
    """
}

@Suite(.enabled(if: Tools.wasmTools != nil && Tools.node != nil, "needs wasm-tools and node"))
struct RandomProgramTests {
  @Test(arguments: Array(1...12) as [UInt64])
  func compiledCodeDoesWhatTheInterpreterDoes(seed: UInt64) throws {
    let program = randomProgram(seed: seed, functions: 40, size: 20 + Int(seed) * 12)
    let module = program.module(positions: PositionMapEncoder()).array
    let complaints = try Tools.complaints(about: module)
    try #require(complaints == "")
    let actual = try Tools.runNode(script: script(program), module: module).split(separator: "\n").map(String.init)
    let expected = expected(program)
    #expect(actual.count == expected.count, "\(actual.first ?? "")")
    let differences = zip(actual, expected).filter { $1 != "skip" && $0 != $1 }
    #expect(differences.isEmpty, "\(differences.count) differ, the first: \(differences.first.map { "\($0)" } ?? "")")
  }

  @Test func theSameProgramGivesTheSameBytes() {
    let first = randomProgram(seed: 5, functions: 20, size: 100).module(positions: PositionMapEncoder()).array
    let second = randomProgram(seed: 5, functions: 20, size: 100).module(positions: PositionMapEncoder()).array
    #expect(first == second)
  }
}
