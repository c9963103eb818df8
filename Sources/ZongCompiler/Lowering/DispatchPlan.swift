// How the methods of interfaces are found when the program runs: the module's table of functions, the tables of methods
// in constant memory, and the signatures of the calls. Made once, then only read.

import ZongIR
import ZongSema
import ZongStores

struct DispatchPlan {
  private struct Key: Hashable {
    let type: TypeId
    let interface: TypeId
  }

  /// The functions in the module's table, from index 1 on.
  private(set) var table: [ZongSema.FunctionId] = []
  private(set) var signatures: [Signature] = []
  private var tableIndices: [ZongSema.FunctionId: UInt32] = [:]
  private var tableAddresses: [Key: UInt32] = [:]
  private var slots: [ZongSema.FunctionId: UInt32] = [:]
  private var signatureIds: [ZongSema.FunctionId: UInt32] = [:]
  private var onlyMethods: [ZongSema.FunctionId: ZongSema.FunctionId] = [:]
  private var valueSignatures: [TypeId: UInt32] = [:]
  private let conformances: [Conformance]

  init(_ program: TypedProgram) {
    conformances = program.reachable.conformances
    let requirements = program.reachable.requirements
    let functions = program.reachable.tabled
    let calledTypes = program.reachable.calledTypes
    if conformances.isEmpty && requirements.isEmpty && functions.isEmpty && calledTypes.isEmpty { return }
    var leaves = LeafTable(program)
    var ids: [Signature: UInt32] = [:]
    for function in functions {
      table.append(function)
      tableIndices[function] = UInt32(table.count)
    }
    for type in calledTypes {
      let info = program.types[type]
      let signature = DispatchPlan.signature(
        program.types.items(TypeId(info.a)), TypeId(info.b), program, &leaves)
      valueSignatures[type] = add(signature, &ids)
    }
    for requirement in requirements {
      let info = program.declarations.functions[requirement.index]
      let interface = program.types[program.declarations.parameter(info, 0).type].element
      let slot = DispatchPlan.slot(of: info, interface, program)
      slots[requirement] = slot
      let types = conformances.filter { $0.interface == interface }
      if types.count == 1 { onlyMethods[requirement] = types[0].methods[Int(slot)] }
      let parameters = (1..<max(Int(info.parameterCount), 1)).map { program.declarations.parameter(info, $0).type }
      signatureIds[requirement] = add(DispatchPlan.signature(parameters, info.result, program, &leaves), &ids)
    }
    // A table is needed only where the method isn't known.
    for conformance in conformances where conformances.filter({ $0.interface == conformance.interface }).count > 1 {
      for method in conformance.methods where tableIndices[method] == nil {
        table.append(method)
        tableIndices[method] = UInt32(table.count)
      }
    }
  }

  private mutating func add(_ signature: Signature, _ ids: inout [Signature: UInt32]) -> UInt32 {
    if let known = ids[signature] { return known }
    let id = UInt32(signatures.count)
    ids[signature] = id
    signatures.append(signature)
    return id
  }

  private static func slot(of info: FunctionInfo, _ interface: TypeId, _ program: TypedProgram) -> UInt32 {
    let methods = program.declarations.interfaces[program.types[interface].a].methods
    for index in 0..<methods.count {
      let method = program.declarations.methods[methods.first + index]
      if program.declarations.functions[method.index].name == info.name { return index }
    }
    return 0
  }

  /// The shape of a function: the address of a result in memory, the receiver or what is captured, the parameters.
  private static func signature(
    _ parameters: [TypeId], _ type: TypeId, _ program: TypedProgram, _ table: inout LeafTable
  ) -> Signature {
    var signature = Signature(parameters: [], results: [])
    if table.goesByAddress(type) { signature.parameters.append(.i32) }
    let result = table.passed(type)
    for index in 0..<result.count { signature.results.append(result.type(index)) }
    signature.parameters.append(.i64)
    for type in parameters {
      if table.goesByAddress(type) { signature.parameters.append(.i32) }
      let parts = table.passed(type)
      for part in 0..<parts.count { signature.parameters.append(parts.type(part)) }
    }
    return signature
  }

  /// Appends the tables of methods to the constants; `base` is the address of the first constant.
  mutating func placeTables(at base: UInt32, in constants: inout Store<UInt8>) {
    for conformance in conformances where conformance.methods.allSatisfy({ tableIndices[$0] != nil }) {
      while constants.count % 4 != 0 { constants.append(0) }
      let key = Key(type: conformance.type, interface: conformance.interface)
      tableAddresses[key] = base + UInt32(truncatingIfNeeded: constants.count)
      for method in conformance.methods {
        let index = tableIndices[method] ?? 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
          constants.append(UInt8(truncatingIfNeeded: index >> shift))
        }
      }
    }
  }

  /// The address of a type's table, or 0 if no call needs it.
  func tableAddress(_ type: TypeId, _ interface: TypeId) -> UInt32 {
    tableAddresses[Key(type: type, interface: interface)] ?? 0
  }

  /// The place of an interface's method in the tables.
  func slot(_ requirement: ZongSema.FunctionId) -> UInt32 { slots[requirement] ?? 0 }
  func signature(_ requirement: ZongSema.FunctionId) -> UInt32 { signatureIds[requirement] ?? 0 }
  /// The signature of calls of function values of a type.
  func signature(of type: TypeId) -> UInt32 { valueSignatures[type] ?? 0 }
  /// The method that a call can only lead to, if the whole program has one type for the interface.
  func onlyMethod(_ requirement: ZongSema.FunctionId) -> ZongSema.FunctionId? { onlyMethods[requirement] }
}
