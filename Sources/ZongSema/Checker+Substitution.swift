// Types with others put in for type parameters, and the way back: what type parameters must stand for.

import ZongStores
import ZongSyntax

/// What type parameters stand for, as far as it is known; `.error` where it isn't.
struct TypeBindings {
  let parameters: [TypeId]
  var arguments: [TypeId]

  init(_ parameters: [TypeId], _ arguments: [TypeId]) {
    self.parameters = parameters
    self.arguments = arguments
  }

  /// All unknown.
  init(_ parameters: [TypeId]) {
    self.init(parameters, [TypeId](repeating: .error, count: parameters.count))
  }

  var isComplete: Bool { !arguments.contains(.error) }

  func index(of parameter: TypeId) -> Int? { parameters.firstIndex(of: parameter) }
}

extension Checker {
  /// `type` with other types for type parameters.
  func substitute(_ type: TypeId, _ bindings: TypeBindings, _ node: NodeId) -> TypeId {
    let info = types[type]
    if !info.isOpaque { return type }
    switch info.kind {
    case .parameter: return bindings.index(of: type).map { bindings.arguments[$0] } ?? type
    case .pointer: return mapElement(info, bindings, node) { types.pointer(to: $0) }
    case .slice: return mapElement(info, bindings, node) { types.slice(of: $0) }
    case .optional: return mapElement(info, bindings, node) { types.optional(of: $0) }
    case .fallible: return mapElement(info, bindings, node) { types.fallible(of: $0) }
    case .array: return mapElement(info, bindings, node) { types.array(of: $0, length: UInt64(info.b)) ?? .error }
    case .function:
      let parameters = types.items(TypeId(info.a)).map { substitute($0, bindings, node) }
      let result = substitute(TypeId(info.b), bindings, node)
      return parameters.contains(.error) || result == .error
        ? .error : types.function(types.list(parameters), result: result)
    case .structure, .enumeration, .interface:
      let instance = declarations.instances[declarations.instance(of: type, types)]
      let all = types.items(instance.arguments)
      let written = info.kind == .interface ? Array(all.dropFirst()) : all
      let arguments = written.map { substitute($0, bindings, node) }
      if arguments.contains(.error) { return .error }
      return makeInstance(of: template(of: type), arguments, node)
    default: return type
    }
  }

  private func mapElement(_ info: TypeInfo, _ bindings: TypeBindings, _ node: NodeId, _ make: (TypeId) -> TypeId)
    -> TypeId
  {
    let element = substitute(info.element, bindings, node)
    return element == .error ? .error : make(element)
  }

  /// The type that an instance was made of.
  func template(of type: TypeId) -> TypeId {
    let instance = declarations.instance(of: type, types)
    if instance == 0 { return type }
    let template = declarations.instances[instance].template
    switch types[type].kind {
    case .structure: return declarations.structures[template].type
    case .enumeration: return declarations.enumerations[template].type
    default: return declarations.interfaces[template].type
    }
  }

  // MARK: Unification

  /// Finds what the type parameters in `pattern` must stand for so that it is `type`. What doesn't fit is left to whoever
  /// compares the types afterwards.
  func unify(_ pattern: TypeId, _ type: TypeId, _ bindings: inout TypeBindings) {
    let info = types[pattern]
    if !info.isOpaque || type == .error || type == .never || type == .null { return }
    if let index = bindings.index(of: pattern) {
      if bindings.arguments[index] == .error && type != .void { bindings.arguments[index] = settledType(type) }
      return
    }
    let found = types[type]
    if info.kind != found.kind {
      // A value becomes an optional by itself.
      if info.kind == .optional { unify(info.element, type, &bindings) }
      return
    }
    switch info.kind {
    case .pointer, .slice, .array, .optional, .fallible: unify(info.element, found.element, &bindings)
    case .function:
      for (inner, outer) in zip(types.items(TypeId(info.a)), types.items(TypeId(found.a))) {
        unify(inner, outer, &bindings)
      }
      unify(TypeId(info.b), TypeId(found.b), &bindings)
    case .structure, .enumeration, .interface:
      guard template(of: pattern) == template(of: type) else { return }
      let inner = types.items(declarations.instances[declarations.instance(of: pattern, types)].arguments)
      let outer = types.items(declarations.instances[declarations.instance(of: type, types)].arguments)
      for (inner, outer) in zip(inner, outer) { unify(inner, outer, &bindings) }
    default: break
    }
  }
}
