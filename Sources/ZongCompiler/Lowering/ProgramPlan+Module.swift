// The plan as the module sees it: imports, globals, data, exports; and the whole program in IR at once.

import ZongIR
import ZongSema
import ZongStores
import ZongWasm

extension ProgramPlan {
  /// An imported function as the module declares it.
  func importDescription(_ id: ZongSema.FunctionId) -> Import {
    let declarations = program.declarations
    let info = declarations.functions[id.index]
    var signature = Signature(parameters: [], results: [])
    for index in 0..<Int(info.parameterCount) {
      let type = declarations.parameter(info, index).type
      signature.parameters.append(program.types.isPointer(type) ? .i32 : scalarType(type))
    }
    if info.result != .void { signature.results.append(scalarType(info.result)) }
    return Import(
      module: declarations.importNames[Int(info.importModule)], name: declarations.importNames[Int(info.importName)],
      signature: signature)
  }

  private func resultCount(_ item: LoweredFunction, _ table: inout LeafTable) -> Int {
    switch item {
    case .declared(let id): table.passed(program.declarations.functions[id.index].result).count
    case .derived(let derived): derived.kind == .compares ? 1 : 0
    case .entry, .test: 0
    }
  }

  /// What code generation needs to know before any function is lowered.
  func codeContext() -> CodeContext {
    let context = CodeContext()
    for imported in imports {
      context.addImport(resultCount: program.declarations.functions[imported.index].result == .void ? 0 : 1)
    }
    for _ in defined { context.addPlace() }
    var table = LeafTable(program)
    context.endImports()
    for (index, item) in defined.enumerated() {
      context.define(ZongIR.FunctionId(UInt32(imports.count + index)), resultCount: resultCount(item, &table))
    }
    for signature in dispatch.signatures { context.addSignature(signature) }
    for (place, method) in dispatch.table.enumerated() { context.setTableIndex(UInt32(place + 1), of: irId(method)) }
    context.tags = tags
    context.frameFiller = frameFiller
    if let stale { context.staleFunction = context.functionIndices[stale.index] }
    return context
  }

  /// The library's function that explains pointers whose key doesn't fit.
  private var stale: ZongIR.FunctionId? {
    let id = program.runtime(.stale)
    return id == .none ? nil : irId(id)
  }

  private var tags: TagPlacement {
    var tags = TagPlacement()
    tags.isExported = program.runtime(.sweep) != .none
    if options.singleMemory {
      tags.memory = 0
      tags.base = tagBase
      tags.initialPages = maximumPages / 8
    } else {
      tags.initialPages = (initialPages + 7) / 8
    }
    return tags
  }

  /// Four of them are an address that no memory has, and no number that programs compute with.
  private var frameFiller: UInt8? { options.fillsFrames ? 0xFB : nil }

  /// The number of the global that holds the tstack's end.
  static let stackPointer: UInt32 = 0

  private var stackGlobals: [Global] {
    [
      Global(name: "stackPointer", type: .i32, isMutable: true, initial: UInt64(stackTop)),
      Global(name: "stackLimit", type: .i32, isMutable: true, initial: UInt64(stackBottom)),
    ]
  }

  private var dataSegments: [DataSegment] {
    var segments: [DataSegment] = []
    if !constants.isEmpty {
      segments.append(DataSegment(address: RuntimeLayout.firstFree, bytes: constants.array))
    }
    if !globalTableBytes.isEmpty { segments.append(DataSegment(address: globalTable, bytes: globalTableBytes)) }
    return segments
  }

  /// Exported functions with their IR ids, the entry among them.
  private var exportedFunctions: [Export] {
    var exports: [Export] = []
    for index in 0..<UInt32(program.reachable.tests.count) {
      exports.append(Export(name: RuntimeExports.test(Int(index)), function: ZongIR.FunctionId(entryId + index)))
    }
    if exports.isEmpty { exports = [Export(name: RuntimeExports.start, function: ZongIR.FunctionId(entryId))] }
    for id in program.reachable.functions where program.declarations.functions[id.index].isExported {
      let name = program.names.text(of: program.declarations.functions[id.index].name)
      exports.append(Export(name: name, function: irId(id)))
    }
    return exports
  }

  func addMemoryAndExports(to parts: inout ModuleParts, _ context: CodeContext) {
    parts.globals = stackGlobals
    parts.table = dispatch.table.map { context.functionIndices[irId($0).index] }
    parts.data = dataSegments
    parts.initialPages = initialPages
    parts.maximumPages = maximumPages
    parts.tags = tags
    parts.exports = exportedFunctions.map { .init(name: $0.name, index: context.functionIndices[$0.function.index]) }
  }

  /// Every function in IR.
  func lowerAll(threads: Int) -> ZongIR.Program {
    var result = ZongIR.Program()
    for imported in imports { result.definitions.append(.imported(importDescription(imported))) }
    let functions = Results<Function>(count: defined.count)
    let workers = Results<FunctionLowering>(count: max(threads, 1))
    let plan = self
    let runLength = 128
    Parallel.forEach((defined.count + runLength - 1) / runLength, threads: threads) { run, worker in
      let lowering = workers[worker] ?? FunctionLowering(plan)
      workers[worker] = lowering
      for index in run * runLength..<min((run + 1) * runLength, plan.defined.count) {
        lowering.lower(plan.defined[index], id: ZongIR.FunctionId(UInt32(plan.imports.count + index)))
        lowering.function.name = lowering.name(of: plan.defined[index])
        functions[index] = Function(copying: lowering.function)
      }
    }
    for index in 0..<defined.count {
      result.definitions.append(functions[index].map { .defined($0) } ?? .absent)
    }
    result.names = imports.map { importDescription($0).name }
    for index in 0..<defined.count { result.names.append(functions[index]?.name ?? "") }
    result.signatures = dispatch.signatures
    result.table = dispatch.table.map { irId($0) }
    result.globals = stackGlobals
    result.data = dataSegments
    result.exports = exportedFunctions
    result.initialPages = initialPages
    result.maximumPages = maximumPages
    result.tags = tags
    result.frameFiller = frameFiller
    result.stale = stale
    return result
  }
}
