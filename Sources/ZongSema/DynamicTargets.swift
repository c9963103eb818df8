// What a call may lead to whose function is found when the program runs: the methods behind an interface's method, and the
// functions that values of a function type may stand for.

/// Found once for a whole program.
struct DynamicTargets {
  /// By requirement.
  private var methods: [FunctionId: [FunctionId]] = [:]
  /// By function type. A value keeps the type that it was made with: nothing converts it.
  private var functions: [TypeId: [FunctionId]] = [:]
  /// All of them.
  let all: Set<FunctionId>

  init(_ program: TypedProgram) {
    var all: Set<FunctionId> = []
    let conformances = Dictionary(grouping: program.reachable.conformances) { $0.interface }
    for requirement in program.reachable.requirements {
      let info = program.declarations.functions[requirement.index]
      let interface = program.types[program.declarations.parameter(info, 0).type].element
      guard let slot = DynamicTargets.slot(of: info, interface, program) else { continue }
      let found = conformances[interface, default: []].map { $0.methods[slot] }
      methods[requirement] = found
      all.formUnion(found)
    }
    let tabled = Dictionary(grouping: program.reachable.tabled) { DynamicTargets.parameters(of: $0, program) }
    for type in program.reachable.calledTypes {
      let found = tabled[program.types.items(TypeId(program.types[type].a)), default: []]
      functions[type] = found
      all.formUnion(found)
    }
    self.all = all
  }

  /// The methods that a call of an interface's method may lead to; null if that isn't known.
  func methods(of requirement: FunctionId) -> [FunctionId]? { methods[requirement] }

  /// The functions that a call of a value of the type may lead to; null if that isn't known.
  func functions(of type: TypeId) -> [FunctionId]? { functions[type] }

  /// Which of its interface's methods one is.
  private static func slot(of info: FunctionInfo, _ interface: TypeId, _ program: TypedProgram) -> Int? {
    guard program.types[interface].kind == .interface else { return nil }
    let methods = program.declarations.interfaces[program.types[interface].a].methods
    return (0..<Int(methods.count)).first {
      let method = program.declarations.methods[methods.first + UInt32($0)]
      return program.declarations.functions[method.index].name == info.name
    }
  }

  /// What the function takes besides what it captures.
  private static func parameters(of function: FunctionId, _ program: TypedProgram) -> [TypeId] {
    let info = program.declarations.functions[function.index]
    return (1..<max(Int(info.parameterCount), 1)).map { program.declarations.parameter(info, $0).type }
  }
}
