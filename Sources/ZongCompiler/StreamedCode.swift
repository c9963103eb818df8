// The unoptimised build: a few functions are lowered and turned into WebAssembly at once, on several threads over runs
// of functions, so that no more than those few per thread are in memory as IR.

import ZongIR
import ZongSema
import ZongStores
import ZongWasm

/// The function types of a run of functions, in the order in which they were met. A run is short, so they are searched
/// one by one.
private struct SignatureList: ~Copyable {
  private(set) var signatures: [Signature] = []
  /// Each of them packed into a word.
  private var packed = Store<UInt64>()

  mutating func id(of function: Function) -> UInt32 {
    let key = SignatureList.pack(function)
    for index in 0..<packed.count where packed[index] == key {
      if key != SignatureList.unpackable || signatures[index] == function.signature { return UInt32(index) }
    }
    signatures.append(function.signature)
    return packed.add(key)
  }

  /// The key of types with too many parameters and results.
  private static let unpackable = UInt64.max

  private static func pack(_ function: Function) -> UInt64 {
    let parameters = function.parameters.count
    return pack(parameters, function.results.count) { index in
      index < parameters ? function.parameters[index] : function.results[index - parameters]
    }
  }

  fileprivate static func pack(_ signature: Signature) -> UInt64? {
    let parameters = signature.parameters.count
    let key = pack(parameters, signature.results.count) { index in
      index < parameters ? signature.parameters[index] : signature.results[index - parameters]
    }
    return key == unpackable ? nil : key
  }

  /// Two bits for each parameter and result, and above them, at a place of their own, their numbers. Most types fit.
  @inline(__always)
  private static func pack(_ parameters: Int, _ results: Int, _ type: (Int) -> Type) -> UInt64 {
    guard parameters + results <= 26 else { return unpackable }
    var bits: UInt64 = 0
    for index in 0..<parameters + results { bits = bits << 2 | UInt64(type(index).number - 1) }
    return UInt64(parameters << 5 | results) << 52 | bits
  }
}

/// The function types of a module, each once.
private struct SignatureIds: ~Copyable {
  private(set) var signatures: [Signature] = []
  private let packed = IdTable()
  private var unpacked: [Signature: UInt32] = [:]

  mutating func id(_ signature: Signature) -> UInt32 {
    let key = SignatureList.pack(signature)
    if let known = key.map({ packed.find($0, 0) }) ?? unpacked[signature] { return known }
    let id = UInt32(signatures.count)
    signatures.append(signature)
    if let key { packed.set(key, 0, id) } else { unpacked[signature] = id }
    return id
  }
}

/// What a run of functions became.
private final class CodeChunk {
  let code = CodeBuffer()
  var signatures = SignatureList()
  var types = Store<UInt32>(capacity: StreamedCode.runLength)
  /// The functions' names one after the other, and where each ends.
  var names = Store<UInt8>(capacity: 16 * StreamedCode.runLength)
  var nameEnds = Store<Int>(capacity: StreamedCode.runLength)
}

/// Lowers and generates on one thread. A few functions are lowered before any of them is generated: the code of both
/// doesn't fit into the processor's nearest cache, and has to come there twice for a batch rather than for a function.
private final class CodeWorker {
  private static let batchLength = 16
  private let lowering: FunctionLowering
  private var generator: CodeGenerator
  /// Functions that are lowered and wait to be generated.
  private let batch = (0..<batchLength).map { _ in Function() }

  init(_ plan: ProgramPlan, _ context: CodeContext) {
    lowering = FunctionLowering(plan)
    generator = CodeGenerator(context)
  }

  func run(_ range: Range<Int>, _ plan: ProgramPlan) -> CodeChunk {
    let chunk = CodeChunk()
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + CodeWorker.batchLength, range.upperBound)
      for index in start..<end { lower(index, plan, into: chunk, batch[index - start]) }
      for index in start..<end { generator.generate(batch[index - start], into: chunk.code) }
      start = end
    }
    return chunk
  }

  private func lower(_ index: Int, _ plan: ProgramPlan, into chunk: CodeChunk, _ lowered: Function) {
    lowering.lower(plan.defined[index], id: FunctionId(UInt32(plan.imports.count + index)))
    chunk.types.append(chunk.signatures.id(of: lowering.function))
    lowering.appendName(of: plan.defined[index], to: &chunk.names)
    chunk.nameEnds.append(chunk.names.count)
    lowering.function.exchange(with: lowered)
  }
}

/// The code of all functions, ready to be put into a module.
struct StreamedCode {
  fileprivate static let runLength = 128
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

  /// The functions that no engine takes.
  var oversized: [OversizedFunction] { chunks.flatMap { $0.code.oversized } }

  func assemble(positions: consuming PositionMapEncoder, version: String) -> ModuleBytes {
    var parts = ModuleParts()
    var ids = SignatureIds()
    // Calls through the table name their signatures by these numbers.
    for signature in plan.dispatch.signatures { _ = ids.id(signature) }
    var names = FunctionNames(context)
    for (index, imported) in plan.imports.enumerated() {
      let description = plan.importDescription(imported)
      parts.imports.append(
        .init(module: description.module, name: description.name, type: ids.id(description.signature)))
      names.add(UInt32(index), description.name)
    }
    var index = context.stopFunction + 1
    for chunk in chunks {
      var translated: [UInt32] = []
      for signature in chunk.signatures.signatures { translated.append(ids.id(signature)) }
      var nameStart = 0
      for place in 0..<chunk.types.count {
        parts.functionTypes.append(translated[Int(chunk.types[place])])
        let nameEnd = chunk.nameEnds[place]
        names.add(index, utf8: UnsafeBufferPointer(rebasing: chunk.names.elements[nameStart..<nameEnd]))
        nameStart = nameEnd
        index += 1
      }
    }
    parts.signatures = ids.signatures
    plan.addMemoryAndExports(to: &parts, context)
    parts.version = version
    return parts.assemble(context, code: chunks.map(\.code), names: names, positions: positions)
  }
}
