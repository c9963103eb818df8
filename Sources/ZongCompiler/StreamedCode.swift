// The unoptimised build: each function is lowered and turned into WebAssembly at once, on several threads over runs
// of functions, so that no more than one function per thread is in memory as IR.

import ZongIR
import ZongSema
import ZongStores
import ZongWasm

/// A function's type packed into a word: two bits per parameter and result. Most types fit.
private struct PackedSignature: Hashable {
  let bits: UInt64

  /// Null if there are too many parameters and results.
  init?(_ function: Function) {
    let parameters = function.parameters.count
    let results = function.results.count
    guard parameters + results <= 26 else { return nil }
    var bits = UInt64(parameters) << 5 | UInt64(results)
    for index in 0..<parameters { bits = bits << 2 | UInt64(function.parameters[index].rawValue - 1) }
    for index in 0..<results { bits = bits << 2 | UInt64(function.results[index].rawValue - 1) }
    self.bits = bits
  }
}

/// The function types of a run of functions, in the order in which they were met.
private struct SignatureList {
  private(set) var signatures: [Signature] = []
  private var packed: [PackedSignature: UInt32] = [:]
  private var others: [Signature: UInt32] = [:]

  mutating func id(of function: Function) -> UInt32 {
    if let key = PackedSignature(function) {
      if let id = packed[key] { return id }
      packed[key] = UInt32(signatures.count)
    } else {
      let signature = function.signature
      if let id = others[signature] { return id }
      others[signature] = UInt32(signatures.count)
    }
    signatures.append(function.signature)
    return UInt32(signatures.count - 1)
  }
}

/// What a run of functions became.
private final class CodeChunk {
  let code = CodeBuffer()
  var signatures = SignatureList()
  var types: [UInt32] = []
  var names: [String] = []
}

/// Lowers and generates on one thread.
private final class CodeWorker {
  let lowering: FunctionLowering
  private var generator: CodeGenerator

  init(_ plan: ProgramPlan, _ context: CodeContext) {
    lowering = FunctionLowering(plan)
    generator = CodeGenerator(context)
  }

  func run(_ range: Range<Int>, _ plan: ProgramPlan) -> CodeChunk {
    let chunk = CodeChunk()
    for index in range {
      lowering.lower(plan.defined[index], id: FunctionId(UInt32(plan.imports.count + index)))
      chunk.types.append(chunk.signatures.id(of: lowering.function))
      chunk.names.append(lowering.function.name)
      generator.generate(lowering.function, into: chunk.code)
    }
    return chunk
  }
}

/// The code of all functions, ready to be put into a module.
struct StreamedCode {
  private static let runLength = 128
  private let plan: ProgramPlan
  private let context: CodeContext
  private var chunks: [CodeChunk] = []

  init(plan: ProgramPlan, threads: Int) {
    self.plan = plan
    context = plan.codeContext()
    let count = (plan.defined.count + StreamedCode.runLength - 1) / StreamedCode.runLength
    let results = Results<CodeChunk>(count: count)
    let workers = Results<CodeWorker>(count: max(threads, 1))
    let plan = plan
    let context = context
    Parallel.forEach(count, threads: threads) { index, worker in
      let lower = workers[worker] ?? CodeWorker(plan, context)
      workers[worker] = lower
      let start = index * StreamedCode.runLength
      results[index] = lower.run(start..<min(start + StreamedCode.runLength, plan.defined.count), plan)
    }
    for index in 0..<count {
      if let chunk = results[index] { chunks.append(chunk) }
    }
  }

  func assemble(positions: consuming PositionMapEncoder, version: String) -> ByteBuffer {
    var parts = ModuleParts()
    var ids: [Signature: UInt32] = [:]
    func id(_ signature: Signature) -> UInt32 {
      if let known = ids[signature] { return known }
      ids[signature] = UInt32(parts.signatures.count)
      parts.signatures.append(signature)
      return UInt32(parts.signatures.count - 1)
    }
    // Calls through the table name their signatures by these numbers.
    for signature in plan.dispatch.signatures { _ = id(signature) }
    var names = FunctionNames(context)
    for (index, imported) in plan.imports.enumerated() {
      let description = plan.importDescription(imported)
      parts.imports.append(
        .init(module: description.module, name: description.name, type: id(description.signature)))
      names.add(UInt32(index), description.name)
    }
    var index = context.stopFunction + 1
    for chunk in chunks {
      let translated = chunk.signatures.signatures.map { id($0) }
      for (type, name) in zip(chunk.types, chunk.names) {
        parts.functionTypes.append(translated[Int(type)])
        names.add(index, name)
        index += 1
      }
    }
    plan.addMemoryAndExports(to: &parts, context)
    parts.version = version
    return parts.assemble(context, code: chunks.map(\.code), names: names, positions: positions)
  }
}
