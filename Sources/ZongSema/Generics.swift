// What generic declarations are made of: type parameters, and the instances that exist of a declaration.
//
// A generic declaration is checked once as it stands, with its type parameters as types of their own (`.parameter`):
// its template. What uses it with other types gets an instance, an entry of its own among the functions, structs or
// enums, which is made when it is first asked for; equal type arguments give the same instance. A function's instance is
// checked like any other function when the program is found to reach it, with the type parameters bound to types.
//
// Instances are made while several threads check bodies, so the numbers that they get differ from run to run; nothing
// that is put out may depend on their order. The stores that they are added to have room that doesn't move, and only
// who holds the lock of `Declarations.instanceTable` adds to them.

import ZongStores
import ZongSyntax

/// A type parameter as it is declared.
package struct TypeParameterInfo: Sendable, BitwiseCopyable {
  package var name: NameId
  package var part: PartId
  package var nameToken: TokenId
  /// The `typeParameter` node, or none for the `Self` of an interface.
  package var node: NodeId
  package var type: TypeId
  /// A range of `Declarations.constraints`.
  package var firstConstraint: UInt32 = 0
  package var constraintCount: UInt32 = 0
}

/// The type parameters of a declaration.
package struct GenericInfo: Sendable, BitwiseCopyable {
  /// The generic type around a method, or 0.
  package var outer: UInt32 = 0
  /// Its own: a range of `Declarations.typeParameters`.
  package var first: UInt32 = 0
  package var count: UInt32 = 0
}

/// A declaration with types for its type parameters.
package struct InstanceInfo: Sendable, BitwiseCopyable {
  package var generic: UInt32 = 0
  /// A list of types: those of the type around a method, and then its own.
  package var arguments = TypeId.error
  /// The declaration that it was made of, among those of its kind.
  package var template: UInt32 = 0
  /// It is the declaration itself: the arguments are its type parameters.
  package var isTemplate = false
  /// How deep its type arguments are nested.
  package var depth: UInt16 = 0
}

/// What tells instances apart.
struct InstanceKey {
  enum Kind: UInt8 { case function, structure, enumeration, interface }
  let kind: Kind
  let template: UInt32
  let arguments: TypeId
}

/// What has been made of the generic declarations, by declaration and type arguments.
package final class InstanceTable: @unchecked Sendable {
  private let table = IdTable()

  subscript(key: InstanceKey) -> UInt32? {
    get { table.find(UInt64(key.template) << 32 | UInt64(key.arguments.index), UInt64(key.kind.rawValue)) }
    set {
      guard let newValue else { return }
      table.set(UInt64(key.template) << 32 | UInt64(key.arguments.index), UInt64(key.kind.rawValue), newValue)
    }
  }
}

extension Declarations {
  /// Room for what is made while bodies are checked. Only what is used of it takes memory.
  static let instanceRoom = 1 << 17

  /// Reserves the room for what is declared, and for the instances: a large table that grows is copied into memory that
  /// wasn't touched before.
  func reserve(_ counts: DeclarationCounts) {
    let thunks = counts.defaults + 1024
    functions.reserve(functions.count + counts.functions + thunks + Declarations.instanceRoom)
    // A method has `self` as well.
    parameters.reserve(parameters.count + counts.members + counts.functions + Declarations.instanceRoom * 2)
    structures.reserve(structures.count + counts.structures + Declarations.instanceRoom)
    fields.reserve(fields.count + counts.members + Declarations.instanceRoom * 2)
  }

  /// Reserves the room for instances, where it isn't there yet; after it the entries don't move.
  func reserveInstances() {
    functions.reserve(functions.count + Declarations.instanceRoom)
    parameters.reserve(parameters.count + Declarations.instanceRoom * 2)
    structures.reserve(structures.count + Declarations.instanceRoom)
    enumerations.reserve(enumerations.count + Declarations.instanceRoom)
    interfaces.reserve(interfaces.count + Declarations.instanceRoom)
    cases.reserve(cases.count + Declarations.instanceRoom * 2)
    fields.reserve(fields.count + Declarations.instanceRoom * 2)
    instances.reserve(instances.count + Declarations.instanceRoom)
  }

  /// Whether there is room for another instance with so many parameters, fields and cases, or functions.
  func hasRoom(_ count: Int) -> Bool {
    functions.count + count < functions.room && parameters.count + count < parameters.room
      && structures.count < structures.room && enumerations.count < enumerations.room
      && interfaces.count < interfaces.room && cases.count + count < cases.room && fields.count + count < fields.room
      && instances.count < instances.room
  }

  /// All type parameters of a declaration, those of the type around it first.
  package func typeParameters(of generic: UInt32) -> [TypeParameterInfo] {
    let info = generics[generic]
    let outer = info.outer == 0 ? [] : typeParameters(of: info.outer)
    return outer + (info.first..<info.first + info.count).map { typeParameters[$0] }
  }

  /// The instance that a struct, enum or interface is, or 0. What is declared inside of a generic function isn't
  /// generic itself.
  package func instance(of type: TypeId, _ types: TypeStore) -> UInt32 {
    let info = types[type]
    switch info.kind {
    case .structure: return structures[info.a].isLocal ? 0 : structures[info.a].instance
    case .enumeration: return enumerations[info.a].instance
    case .interface: return interfaces[info.a].instance
    default: return 0
    }
  }
}

extension Declarer {
  /// Notes the type parameters of a declaration and returns the instance that it is itself; 0 if there are none, in it
  /// and around it.
  mutating func addGeneric(
    _ parameters: UnsafeBufferPointer<UInt32>, _ partId: PartId, _ part: Part, outer: UInt32, template: UInt32,
    isLocal: Bool, selfType: NameId = .none, selfToken: TokenId = .none
  ) -> UInt32 {
    if parameters.isEmpty && outer == 0 && selfType == .none { return 0 }
    var generic = GenericInfo()
    generic.outer = outer == 0 ? 0 : declarations.instances[outer].generic
    generic.first = UInt32(declarations.typeParameters.count)
    if selfType != .none { addTypeParameter(selfType, selfToken, .none, partId) }
    if isLocal && !parameters.isEmpty {
      reportLocalGeneric(part.tree[NodeId(parameters[0])].token, part)
    } else {
      for item in parameters {
        let token = part.tree[NodeId(item)].token
        addTypeParameter(part.tokens.nameOf(token), token, NodeId(item), partId)
      }
    }
    generic.count = UInt32(declarations.typeParameters.count) - generic.first
    if generic.count == 0 && generic.outer == 0 { return 0 }
    declarations.partsWithGenerics[Int(partId.index)] = true
    var instance = InstanceInfo()
    instance.generic = declarations.generics.add(generic)
    instance.arguments = types.list(declarations.typeParameters(of: instance.generic).map(\.type))
    instance.template = template
    instance.isTemplate = true
    return declarations.instances.add(instance)
  }

  mutating func reportLocalGeneric(_ token: TokenId, _ part: Part) {
    diagnostics.report(
      .genericPlace, at: part.tokens.span(of: token), "what has type parameters is declared at the top of a file"
    ) { $0.notes = ["functions and types inside a function may use the type parameters of that function"] }
  }

  private func addTypeParameter(_ name: NameId, _ token: TokenId, _ node: NodeId, _ part: PartId) {
    let type = types.parameter(UInt32(declarations.typeParameters.count))
    declarations.typeParameters.append(
      TypeParameterInfo(name: name, part: part, nameToken: token, node: node, type: type))
  }

  mutating func declareInterface(_ id: NodeId, _ partId: PartId, _ part: Part) {
    let interface = addInterface(id, partId, part)
    interfaces.append(interface)
    let token = part.tree[id].token
    enter(part.tokens.nameOf(token), .interface(interface), token, part)
  }

  private mutating func addInterface(_ id: NodeId, _ partId: PartId, _ part: Part) -> InterfaceId {
    let tree = part.tree
    let node = tree[id]
    let interface = InterfaceId(UInt32(declarations.interfaces.count))
    var info = InterfaceInfo(
      name: part.tokens.nameOf(node.token), part: partId, node: id, nameToken: node.token,
      type: types.interface(interface))
    info.instance = addGeneric(
      tree.list(at: node.a), partId, part, outer: 0, template: interface.index, isLocal: false,
      selfType: builtins.selfType, selfToken: node.token)
    if declarations.generics[declarations.instances[info.instance].generic].count > 1 { types.setOpaque(info.type) }
    // An interface is its `Self`'s only constraint.
    let selfParameter = declarations.generics[declarations.instances[info.instance].generic].first
    declarations.typeParameters[selfParameter].firstConstraint = UInt32(declarations.constraints.count)
    declarations.typeParameters[selfParameter].constraintCount = 1
    declarations.constraints.append(info.type)
    let index = declarations.interfaces.add(info)
    info.methods = addMethods(
      tree.list(at: node.a + 2), declarations.typeParameters[selfParameter].type, partId, part, isLocal: false,
      outer: info.instance)
    for method in info.methods.first..<info.methods.first + info.methods.count {
      declarations.functions[declarations.methods[method].index].kind = .requirement
    }
    declarations.interfaces[index].methods = info.methods
    return interface
  }
}
