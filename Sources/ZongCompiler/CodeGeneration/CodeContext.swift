// What code generation needs to know of the rest of the module: where functions, data and globals are. Made once,
// then only read, by any number of threads.
//
// The module's function index space: the imports, then the function that stops the program, then the defined
// functions in the order in which their code is joined.

import ZongIR
import ZongStores
import ZongWasm

/// The parts of a module that code refers to by number. Signature ids are the module's type indices.
package final class CodeContext: @unchecked Sendable {
  /// By `FunctionId`: the function's index in the module. Of no meaning for an absent one.
  package var functionIndices = Store<UInt32>(capacity: 64)
  /// By `FunctionId`: how many results the function has.
  package var resultCounts = Store<UInt32>(capacity: 64)
  /// By `FunctionId`: its index in the function table, 0 if it isn't there.
  package var tableIndices = Store<UInt32>()
  /// By `FunctionId`: what is added to the function's inline sites to get numbers of the whole module; may stay
  /// empty when nothing was inlined.
  package var inlineBases = Store<UInt32>()
  /// By signature id: how many results it has.
  package var signatureResultCounts = Store<UInt32>()
  /// By `dataAddress` id: the address.
  package var dataAddresses = Store<UInt32>()
  /// The index of the function that stops the program.
  package var stopFunction: UInt32 = 0
  /// The globals that hold the tstack's pointer and its limit.
  package var stackPointer: UInt32 = 0
  package var stackLimit: UInt32 = 1
  /// Where the tags lie.
  package var tags = TagPlacement()
  /// The byte that frames are filled with when their functions begin; null if they aren't.
  package var frameFiller: UInt8?
  /// The index of the library's function that explains a pointer whose key doesn't fit, (i64) -> (); `noIndex` in
  /// programs without one.
  package var staleFunction = noIndex

  package init() {}

  /// What the code of a whole program needs.
  package convenience init(_ program: Program) {
    self.init()
    for signature in program.signatures { addSignature(signature) }
    for definition in program.definitions {
      if case .imported(let imported) = definition {
        addImport(resultCount: imported.signature.results.count)
      } else {
        addPlace()
      }
    }
    endImports()
    var inlineBase: UInt32 = 0
    for (id, definition) in program.definitions.enumerated() {
      inlineBases.append(inlineBase)
      guard case .defined(let function) = definition else { continue }
      define(FunctionId(UInt32(id)), resultCount: function.results.count)
      inlineBase += UInt32(function.inlineSites.count - 1)
    }
    for (place, function) in program.table.enumerated() { setTableIndex(UInt32(place + 1), of: function) }
    stackPointer = program.stackPointer
    stackLimit = program.stackLimit
    tags = program.tags
    frameFiller = program.frameFiller
    if let stale = program.stale { staleFunction = functionIndices[stale.index] }
  }

  // MARK: Filling, in this order: signatures, a place or import for every function id, `endImports`, definitions

  private var nextIndex: UInt32 = 0

  package func addSignature(_ signature: Signature) {
    signatureResultCounts.append(UInt32(signature.results.count))
  }
  /// The next function id is an import.
  package func addImport(resultCount: Int) {
    functionIndices.append(nextIndex)
    resultCounts.append(UInt32(resultCount))
    nextIndex += 1
  }
  /// The next function id is defined later, or absent.
  package func addPlace() {
    functionIndices.append(UInt32.max)
    resultCounts.append(0)
  }
  /// Gives the function that stops the program its index.
  package func endImports() {
    stopFunction = nextIndex
    nextIndex += 1
  }
  /// The next defined function in the order of the code.
  package func define(_ id: FunctionId, resultCount: Int) {
    functionIndices[id.index] = nextIndex
    resultCounts[id.index] = UInt32(resultCount)
    nextIndex += 1
  }
  package func setTableIndex(_ index: UInt32, of function: FunctionId) {
    if tableIndices.count < functionIndices.count {
      tableIndices.append(repeating: 0, count: functionIndices.count - tableIndices.count)
    }
    tableIndices[function.index] = index
  }
}
