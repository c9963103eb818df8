// The text of a module, parsed by an independent tool, is the module again.

import Foundation
import Testing
import ZongIR
import ZongWasm

@testable import ZongCompiler

@Suite(.enabled(if: Tools.wasmTools != nil, "needs wasm-tools"))
struct TextRoundTripTests {
  @Test(arguments: [21, 22, 23] as [UInt64])
  func textGivesTheSameModule(seed: UInt64) throws {
    var program = randomProgram(seed: seed, functions: 30, size: 80)
    program.data = [DataSegment(address: 4096, bytes: Array(0...255))]
    let module = program.module(positions: PositionMapEncoder()).array
    let text = WatPrinter.text(of: module)
    try #require(!text.hasPrefix(";;"), "\(text)")
    try Tools.withFolder { folder in
      let original = folder.appendingPathComponent("original.wasm").path
      let source = folder.appendingPathComponent("module.wat").path
      let parsed = folder.appendingPathComponent("parsed.wasm").path
      try Data(module).write(to: URL(fileURLWithPath: original))
      try Data(text.utf8).write(to: URL(fileURLWithPath: source))
      let outcome = try Tools.run(Tools.wasmTools ?? "", ["parse", source, "-o", parsed])
      try #require(outcome.status == 0, "\(outcome.output)")
      for file in [original, parsed] {
        let stripped = try Tools.run(Tools.wasmTools ?? "", ["strip", "--all", file, "-o", file + ".stripped"])
        try #require(stripped.status == 0, "\(stripped.output)")
      }
      let first = try Data(contentsOf: URL(fileURLWithPath: original + ".stripped"))
      let second = try Data(contentsOf: URL(fileURLWithPath: parsed + ".stripped"))
      #expect(first == second)
      // The names of functions came through the text as well.
      let names = try Data(contentsOf: URL(fileURLWithPath: parsed)).withUnsafeBytes { bytes in
        try ModuleDecoder.decode(bytes.bindMemory(to: UInt8.self)).functionNames
      }
      #expect(names[1] == RuntimeNames.stop)
      #expect(names[2] == "f1")
    }
  }
}
