// Declarations inside of generic functions: each instance of the function has its own.

import ZongStores
import ZongSyntax

extension Checker {
  /// What a declaration inside the function being checked stands for.
  func nestedSymbol(_ node: NodeId) -> Symbol? {
    let key = Declarations.NestedKey(part: partId, node: node)
    return nestedInstances[key] ?? declarations.nested[key]
  }

  /// The same where its block begins: an instance of a generic function has declarations of its own.
  func declareNested(_ node: NodeId) -> Symbol? {
    let key = Declarations.NestedKey(part: partId, node: node)
    guard let symbol = declarations.nested[key] else { return nil }
    let instance = declarations.functions[context.id.index].instance
    if instance == 0 || declarations.instances[instance].isTemplate { return symbol }
    let copy = makingInstances { _ in copyNested(symbol, instance) }
    nestedInstances[key] = copy
    return copy
  }

  private func copyNested(_ symbol: Symbol, _ instance: UInt32) -> Symbol {
    switch symbol {
    case .function(let id): return .function(copyFunction(id, instance, owner: .error))
    case .structure(let id):
      var info = declarations.structures[id.index]
      let copy = StructureId(UInt32(declarations.structures.count))
      info.type = types.structure(copy)
      info.instance = instance
      info.state = .pending
      info.firstField = copyFields(info.firstField, info.fieldCount, instance, isLocal: true)
      declarations.structures.append(info)
      declarations.structures[copy.index].methods = copyMethods(info.methods, instance, owner: info.type)
      return .structure(copy)
    case .enumeration(let id):
      var info = declarations.enumerations[id.index]
      let copy = EnumerationId(UInt32(declarations.enumerations.count))
      info.type = types.enumeration(copy)
      info.instance = instance
      info.state = .pending
      info.firstCase = copyCases(info, instance, isLocal: true)
      declarations.enumerations.append(info)
      declarations.enumerations[copy.index].methods = copyMethods(info.methods, instance, owner: info.type)
      return .enumeration(copy)
    default: return symbol
    }
  }

  private func copyFunction(_ id: FunctionId, _ instance: UInt32, owner: TypeId) -> FunctionId {
    var info = declarations.functions[id.index]
    info.instance = instance
    info.isChecked = false
    info.owner = owner
    let first = info.firstParameter
    info.firstParameter = UInt32(declarations.parameters.count)
    for index in first..<first + info.parameterCount {
      var parameter = declarations.parameters[index]
      parameter.defaultValue = copyThunk(parameter.defaultValue, instance, isLocal: true)
      if info.isMethod && index == first { parameter.type = types.pointer(to: owner) }
      declarations.parameters.append(parameter)
    }
    return FunctionId(declarations.functions.add(info))
  }

  private func copyMethods(_ list: MethodList, _ instance: UInt32, owner: TypeId) -> MethodList {
    var copies = MethodList(first: UInt32(declarations.methods.count), count: list.count)
    let made = (list.first..<list.first + list.count).map {
      copyFunction(declarations.methods[$0], instance, owner: owner)
    }
    copies.first = UInt32(declarations.methods.count)
    for method in made { declarations.methods.append(method) }
    if copies.count > Declarations.fewMethods {
      for method in made.reversed() {
        let key = Declarations.MethodKey(first: copies.first, name: declarations.functions[method.index].name)
        declarations.methodIndex[key] = method
      }
    }
    return copies
  }

  func copyCases(_ info: EnumerationInfo, _ instance: UInt32, isLocal: Bool = false) -> UInt32 {
    let start = UInt32(declarations.cases.count)
    for index in 0..<Int(info.caseCount) { declarations.cases.append(declarations.enumCase(info, index)) }
    for index in start..<start + info.caseCount {
      let enumCase = declarations.cases[index]
      declarations.cases[index].firstField = copyFields(
        enumCase.firstField, enumCase.fieldCount, instance, isLocal: isLocal)
    }
    return start
  }
}
