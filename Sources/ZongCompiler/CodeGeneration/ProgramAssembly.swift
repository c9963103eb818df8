// A whole program in IR to a module, in one go: what the optimised build does after its passes.

import ZongIR
import ZongStores
import ZongWasm

extension Program {
  /// The program as a module. `positions` knows the source files; the inline table is added here. If there are
  /// functions that no engine takes, `onOversized` is told of them. The bytes are the same for any number of threads.
  package func module(
    positions: consuming PositionMapEncoder, version: String = "", threads: Int = 1,
    onOversized: ([OversizedFunction]) -> Void = { _ in }
  ) -> ModuleBytes {
    let context = CodeContext(self)
    var parts = ModuleParts()
    parts.signatures = signatures
    parts.globals = globals
    parts.data = data
    parts.initialPages = initialPages
    parts.maximumPages = maximumPages
    parts.tags = tags
    parts.version = version
    var types = SignatureIds(signatures)
    var names = FunctionNames(context)
    for (id, definition) in definitions.enumerated() {
      guard case .imported(let imported) = definition else { continue }
      parts.imports.append(
        .init(module: imported.module, name: imported.name, type: types.id(of: imported.signature)))
      names.add(context.functionIndices[UInt32(id)], imported.name)
    }
    var inlineNames: [UInt32: UInt32] = [:]
    for (id, definition) in definitions.enumerated() {
      guard case .defined(let function) = definition else { continue }
      parts.functionTypes.append(types.id(of: function.signature))
      names.add(context.functionIndices[UInt32(id)], function.name)
      addInlineSites(of: function, base: context.inlineBases[UInt32(id)], &inlineNames, to: &positions)
    }
    let code = generateCode(context, threads: threads)
    let oversized = code.flatMap(\.oversized)
    if !oversized.isEmpty { onOversized(oversized) }
    for buffer in code { positions.markFiles(of: buffer.positions) }
    positions.leaveOutUnusedFiles()
    parts.signatures = types.signatures
    parts.exports = exports.map { .init(name: $0.name, index: context.functionIndices[$0.function.index]) }
    parts.table = table.map { context.functionIndices[$0.index] }
    return parts.assemble(context, code: code, names: names, positions: positions)
  }

  /// A run of functions ends when it has this many instructions, or functions.
  private static var runSize: Int { 8192 }
  private static var runLength: Int { 128 }

  /// The code of all defined functions in their order, by runs of functions.
  private func generateCode(_ context: CodeContext, threads: Int) -> [CodeBuffer] {
    let defined = functions.compactMap { $0 }
    let runs = Self.runs(of: defined)
    let results = Results<CodeBuffer>(count: runs.count)
    Parallel.forEach(runs.count, threads: threads) { run, _ in
      let code = CodeBuffer()
      var generator = CodeGenerator(context)
      for index in runs[run] { generator.generate(defined[index], into: code) }
      results[run] = code
    }
    return runs.indices.compactMap { results[$0] }
  }

  /// Runs of about the same work, whatever the number of threads: what was inlined makes functions few and large.
  private static func runs(of functions: [Function]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var (first, size) = (0, 0)
    for (index, function) in functions.enumerated() {
      size += function.instructions.count
      guard size >= runSize || index - first + 1 == runLength || index + 1 == functions.count else { continue }
      runs.append(first..<index + 1)
      (first, size) = (index + 1, 0)
    }
    return runs
  }

  /// `inlineNames` are the numbers that names have by now.
  private func addInlineSites(
    of function: Function, base: UInt32, _ inlineNames: inout [UInt32: UInt32], to positions: inout PositionMapEncoder
  ) {
    for index in 1..<max(function.inlineSites.count, 1) {
      let site = function.inlineSites[index]
      let name = inlineNames[site.callee.index] ?? positions.addName(self.name(of: site.callee))
      inlineNames[site.callee.index] = name
      _ = positions.addInline(
        name: name, callPosition: site.position, parent: site.parent == 0 ? 0 : site.parent + base)
    }
  }

  private func name(of id: FunctionId) -> String {
    guard Int(id.index) < definitions.count else { return "" }
    switch definitions[Int(id.index)] {
    case .absent: return Int(id.index) < names.count ? names[Int(id.index)] : ""
    case .imported(let imported): return imported.name
    case .defined(let function): return function.name
    }
  }
}

extension Function {
  var signature: Signature { Signature(parameters: parameters.array, results: results.array) }
}

/// Signatures by value; new ones are added behind the given ones.
private struct SignatureIds {
  private(set) var signatures: [Signature]
  private var ids: [Signature: UInt32] = [:]

  init(_ signatures: [Signature]) {
    self.signatures = signatures
    for (id, signature) in signatures.enumerated() where ids[signature] == nil { ids[signature] = UInt32(id) }
  }

  mutating func id(of signature: Signature) -> UInt32 {
    if let id = ids[signature] { return id }
    let id = UInt32(signatures.count)
    signatures.append(signature)
    ids[signature] = id
    return id
  }
}
