// The independent tools that judge emitted modules: found in `.deps/venv/bin` or in PATH.

import Foundation
import ZongWasm

enum Tools {
  static let wasmTools = find("wasm-tools")
  static let node = find("node")

  private static func find(_ name: String) -> String? {
    var folders: [String] = []
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    folders.append(root.appendingPathComponent(".deps/venv/bin").path)
    folders += (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return folders.map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  struct Outcome {
    var status: Int32
    var output: String
  }

  /// Runs a tool to its end. Its output goes through files, so that no pipe fills up.
  static func run(_ tool: String, _ arguments: [String]) throws -> Outcome {
    try withFolder { folder in
      let output = folder.appendingPathComponent("output")
      _ = FileManager.default.createFile(atPath: output.path, contents: nil)
      let handle = try FileHandle(forWritingTo: output)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: tool)
      process.arguments = arguments
      process.standardOutput = handle
      process.standardError = handle
      try process.run()
      process.waitUntilExit()
      try handle.close()
      let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
      return Outcome(status: process.terminationStatus, output: text)
    }
  }

  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zong-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// What `wasm-tools validate` says against the module; empty if it is valid.
  static func complaints(about module: [UInt8]) throws -> String {
    guard let wasmTools else { return "wasm-tools is missing" }
    return try withFolder { folder in
      let file = folder.appendingPathComponent("module.wasm")
      try Data(module).write(to: file)
      let outcome = try run(
        wasmTools,
        [
          "validate", "--features",
          "mvp,mutable-global,saturating-float-to-int,"
            + "sign-extension,multi-value,bulk-memory", file.path,
        ])
      return outcome.status == 0 ? "" : "invalid: " + outcome.output
    }
  }

  /// Runs a script under Node with a module in a file and returns what it prints.
  static func runNode(script: String, module: [UInt8]) throws -> String {
    guard let node else { return "node is missing" }
    return try withFolder { folder in
      let file = folder.appendingPathComponent("module.wasm")
      try Data(module).write(to: file)
      let scriptFile = folder.appendingPathComponent("script.cjs")
      try Data(script.utf8).write(to: scriptFile)
      return try run(node, ["--stack-size=4000", scriptFile.path, file.path]).output
    }
  }
}
