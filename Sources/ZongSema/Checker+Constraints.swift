// Constraints: what a type must have to stand for a type parameter, and what may be done with values of a type
// parameter because of them. `Equatable`, `Ordered`, `Hashable` and `Printable` are interfaces of the library's core
// that built-in types have by themselves, and structs, enums, slices, arrays and optionals of such types as well, save
// for the order. `Number` is what the built-in numbers have, and nothing else.

import ZongStores
import ZongSyntax

/// Type arguments whose constraints can't be checked yet.
struct WaitingConstraint {
  let parameters: [TypeParameterInfo]
  let arguments: [TypeId]
  let node: NodeId
  let part: PartId
}

/// Why a type doesn't have what a constraint asks for.
enum Unmet {
  /// In words, as a sentence about the type.
  case because(String)
  /// It has no such method.
  case method(FunctionId)
  /// Its method is of another shape.
  case shape(FunctionId, FunctionId)
}

/// The constraints that types have by themselves.
enum BuiltinConstraint { case equatable, ordered, hashable, printable, number }

extension Checker {
  // MARK: Declarations

  /// Resolves the constraints of all type parameters.
  func resolveConstraints() {
    for index in 0..<UInt32(declarations.typeParameters.count) {
      let info = declarations.typeParameters[index]
      if !info.node.exists { continue }
      enter(info.part)
      let outer = parametersVisible(to: index)
      withTypeArguments(0) {
        for parameter in outer { bindParameter(parameter) }
        let list = view.list(of: view[info.node])
        let constraints = list.map { resolveConstraint(NodeId($0)) }.filter { $0 != .error }
        declarations.typeParameters[index].firstConstraint = UInt32(declarations.constraints.count)
        declarations.typeParameters[index].constraintCount = UInt32(constraints.count)
        declarations.constraints.append(contentsOf: constraints)
      }
      reportHidden(info)
    }
  }

  private func parametersVisible(to index: UInt32) -> [TypeParameterInfo] {
    for generic in 0..<UInt32(declarations.generics.count) {
      let info = declarations.generics[generic]
      if index >= info.first && index < info.first + info.count { return declarations.typeParameters(of: generic) }
    }
    return []
  }

  private func bindParameter(_ parameter: TypeParameterInfo) {
    if parameter.name == .none { return }
    bindings.append(
      Binding(
        name: parameter.name, entity: .type(parameter.type), shadowed: latest[parameter.name.index],
        position: position(parameter.nameToken)))
    latest[parameter.name.index] = UInt32(bindings.count)
  }

  private func reportHidden(_ info: TypeParameterInfo) {
    if builtins.type(info.name) != nil {
      report(
        .redeclared, token: info.nameToken, "`\(text(info.name))` is a built-in type; name the parameter differently")
    }
  }

  private func resolveConstraint(_ id: NodeId) -> TypeId {
    let type = resolveType(id, asConstraint: true)
    if type == .error || types[type].kind == .interface { return type }
    report(.notAConstraint, id, "\(quote(type)) is not an interface, so it can't be a constraint") {
      $0.notes = ["a constraint says which methods a type has: `Equatable`, `Ordered`, `Hashable`, or an interface"]
    }
    return .error
  }

  /// Finds out which interfaces mention `Self`, and so are no types of values.
  func checkInterfaces() {
    for index in 0..<UInt32(declarations.interfaces.count) {
      let info = declarations.interfaces[index]
      let selfType = declarations.typeParameters(of: declarations.instances[info.instance].generic)[0].type
      let methods = info.methods.first..<info.methods.first + info.methods.count
      declarations.interfaces[index].mentionsSelf = methods.contains { method in
        let function = declarations.functions[declarations.methods[method].index]
        return (1..<max(Int(function.parameterCount), 1)).contains {
          mentions(declarations.parameter(function, $0).type, selfType)
        } || mentions(function.result, selfType)
      }
    }
  }

  private func mentions(_ type: TypeId, _ parameter: TypeId) -> Bool {
    types[type].isOpaque && substitute(type, TypeBindings([parameter]), .none) != type
  }

  // MARK: Uses

  /// Whether type arguments have what the type parameters ask for; what they lack is reported.
  @discardableResult
  func checkConstraints(_ parameters: [TypeParameterInfo], _ arguments: [TypeId], _ node: NodeId) -> Bool {
    if waitingConstraints != nil {
      waitingConstraints?.append(
        WaitingConstraint(parameters: parameters, arguments: arguments, node: node, part: partId))
      return true
    }
    for (parameter, argument) in zip(parameters, arguments) {
      let bindings = TypeBindings(parameters.map(\.type), arguments)
      for index in parameter.firstConstraint..<parameter.firstConstraint + parameter.constraintCount {
        let constraint = substitute(declarations.constraints[index], bindings, node)
        if let unmet = unmet(argument, constraint) {
          reportUnmet(unmet, argument, constraint, parameter, node)
          return false
        }
      }
    }
    return true
  }

  func checkWaitingConstraints() {
    let waiting = waitingConstraints ?? []
    waitingConstraints = nil
    for item in waiting {
      enter(item.part)
      checkConstraints(item.parameters, item.arguments, item.node)
    }
    for (node, type, part) in waitingInterfaces where declarations.interfaces[types[type].a].mentionsSelf {
      enter(part)
      reportConstraintOnly(node, type)
    }
    waitingInterfaces.removeAll()
  }

  /// What a constraint of the library is, or null for any other interface.
  func builtinConstraint(_ interface: TypeId) -> BuiltinConstraint? {
    let info = declarations.interfaces[types[interface].a]
    guard declarations.parts[Int(info.part.index)].isCore else { return nil }
    switch info.name {
    case builtins.equatable: return .equatable
    case builtins.ordered: return .ordered
    case builtins.hashable: return .hashable
    case builtins.printable: return .printable
    case builtins.number: return .number
    default: return nil
    }
  }

  /// Why `type` doesn't have what the interface asks for; null if it does.
  func unmet(_ type: TypeId, _ constraint: TypeId) -> Unmet? {
    if type == .error || constraint == .error { return nil }
    switch builtinConstraint(constraint) {
    case .equatable: return reasonAgainst(.equatable, type).map { .because($0) }
    case .hashable: return reasonAgainst(.hashable, type).map { .because($0) }
    case .ordered: return unordered(type, constraint)
    case .printable: return nil
    case .number: return notANumber(type)
    case nil: return missingMethod(type, constraint)
    }
  }

  private func unordered(_ type: TypeId, _ constraint: TypeId) -> Unmet? {
    if type.isNumber || type == .string || type.isUntyped { return nil }
    if types[type].kind == .builtin { return .because("\(quote(type)) has no order") }
    return missingMethod(type, constraint)
  }

  private func notANumber(_ type: TypeId) -> Unmet? {
    if isNumeric(type) || type.isUntyped { return nil }
    let isParameter = types[type].kind == .parameter
    return .because(
      isParameter ? "\(quote(type)) doesn't have the constraint `Number`" : "only the built-in integers and floats are")
  }

  /// The first method of an interface that a type doesn't have.
  func missingMethod(_ type: TypeId, _ interface: TypeId) -> Unmet? {
    if type == interface { return nil }
    if types[type].kind == .parameter && constraints(of: type).contains(interface) { return nil }
    let methods = declarations.interfaces[types[interface].a].methods
    for index in methods.first..<methods.first + methods.count {
      let wanted = requirement(declarations.methods[index], of: interface, for: type)
      let name = declarations.functions[wanted.index].name
      let found = method(name, of: type)
      if found == .none || declarations.functions[found.index].isStatic { return .method(wanted) }
      if !hasShape(found, wanted) { return .shape(wanted, found) }
    }
    return nil
  }

  /// A method that an interface asks for, with `type` for `Self`.
  func requirement(_ template: FunctionId, of interface: TypeId, for type: TypeId) -> FunctionId {
    let instance = declarations.instances[declarations.instance(of: interface, types)]
    let own = ownParameters(of: declarations.functions[template.index])
    let arguments = [type] + types.items(instance.arguments).dropFirst() + own.map(\.type)
    return functionInstance(template, types.list(arguments), .none)
  }

  /// Whether a method can be called as the interface says.
  private func hasShape(_ found: FunctionId, _ wanted: FunctionId) -> Bool {
    let a = declarations.functions[found.index]
    let b = declarations.functions[wanted.index]
    if a.result != b.result || a.parameterCount != b.parameterCount || needsTypeArguments(a) { return false }
    for index in 1..<max(Int(a.parameterCount), 1) {
      let mine = declarations.parameter(a, index)
      let other = declarations.parameter(b, index)
      if mine.type != other.type || mine.isPositional != other.isPositional { return false }
      if !mine.isPositional && mine.name != other.name { return false }
    }
    return true
  }

  // MARK: Type parameters

  /// The interfaces that are the constraints of a type parameter.
  func constraints(of parameter: TypeId) -> [TypeId] {
    let info = declarations.typeParameters[types[parameter].a]
    return (info.firstConstraint..<info.firstConstraint + info.constraintCount).map { declarations.constraints[$0] }
  }

  /// Whether one of a type parameter's constraints is that of the library.
  private func has(_ wanted: BuiltinConstraint, _ parameter: TypeId) -> Bool {
    constraints(of: parameter).contains {
      let found = builtinConstraint($0)
      switch found {
      case .hashable: return wanted == .hashable || wanted == .equatable
      case .number: return wanted == .number || wanted == .equatable || wanted == .ordered
      default: return found == wanted
      }
    }
  }

  /// The method that a type parameter's constraints give it, or none.
  func constraintMethod(_ name: NameId, of parameter: TypeId) -> FunctionId {
    for interface in constraints(of: parameter) {
      let method = declarations.method(name, declarations.interfaces[types[interface].a].methods)
      if method != .none { return requirement(method, of: interface, for: parameter) }
    }
    return .none
  }

  func isOrdered(_ type: TypeId) -> Bool { types[type].kind == .parameter && has(.ordered, type) }

  /// Whether a type is a number's, or a type parameter that stands for one.
  func isNumeric(_ type: TypeId) -> Bool {
    type.isNumber || (type != .error && types[type].kind == .parameter && has(.number, type))
  }

  /// The part of a type because of which its values can't be compared by content, or hashed, in a sentence.
  func reasonAgainst(_ wanted: BuiltinConstraint, _ type: TypeId) -> String? {
    guard let culprit = part(of: type, lacking: wanted) else { return nil }
    let what = wanted == .hashable ? "can't be hashed" : "can't be compared with `==`"
    let why: String
    switch types[culprit].kind {
    case .parameter:
      why = "\(quote(culprit)) doesn't have the constraint `\(wanted == .hashable ? "Hashable" : "Equatable")`"
    case .function: why = "functions \(what)"
    case .interface: why = "interfaces \(what)"
    default:
      why = culprit.isFloat ? "floats \(what), as equal ones needn't have equal bits" : "\(quote(culprit)) \(what)"
    }
    return culprit == type ? why : "\(quote(type)) holds \(quote(culprit)), and \(why)"
  }

  /// The first part of a type that isn't equatable or hashable; null if all are.
  func part(of type: TypeId, lacking wanted: BuiltinConstraint) -> TypeId? {
    var seen: Set<UInt32> = []
    return part(of: type, lacking: wanted, seen: &seen, depth: 0)
  }

  /// `seen` are the structs and enums that were looked at, or are being: each is looked at once, however many ways lead
  /// to it, and those that lead back to themselves come to an end.
  private func part(of type: TypeId, lacking wanted: BuiltinConstraint, seen: inout Set<UInt32>, depth: Int) -> TypeId?
  {
    let info = types[type]
    if depth > 512 { return nil }
    switch info.kind {
    case .builtin:
      if type == .void || type == .never || type == .null { return type }
      return wanted == .hashable && (type.isFloat || type == .untypedFloat) ? type : nil
    case .pointer, .list: return nil
    case .slice, .array, .optional: return part(of: info.element, lacking: wanted, seen: &seen, depth: depth + 1)
    case .fallible, .interface, .function: return type
    case .parameter: return has(wanted, type) ? nil : type
    case .structure:
      if !seen.insert(type.index).inserted || ownMethod(wanted, of: type) != .none { return nil }
      let structure = declarations.structures[info.a]
      return firstLacking(structure.firstField, structure.fieldCount, wanted, &seen, depth)
    case .enumeration:
      if !seen.insert(type.index).inserted || ownMethod(wanted, of: type) != .none { return nil }
      let enumeration = declarations.enumerations[info.a]
      for index in 0..<Int(enumeration.caseCount) {
        let enumCase = declarations.enumCase(enumeration, index)
        if let found = firstLacking(enumCase.firstField, enumCase.fieldCount, wanted, &seen, depth) { return found }
      }
      return nil
    }
  }

  private func firstLacking(
    _ first: UInt32, _ count: UInt32, _ wanted: BuiltinConstraint, _ seen: inout Set<UInt32>, _ depth: Int
  ) -> TypeId? {
    for index in first..<first + count {
      let field = declarations.fields[index].type
      if let found = part(of: field, lacking: wanted, seen: &seen, depth: depth + 1) { return found }
    }
    return nil
  }

  /// The method of a struct or enum that takes the place of the derived one, or none.
  func ownMethod(_ constraint: BuiltinConstraint, of type: TypeId) -> FunctionId {
    let kind = types[type].kind
    guard kind == .structure || kind == .enumeration else { return .none }
    let found = method(methodName(constraint), of: type)
    return found == .none || declarations.functions[found.index].isStatic ? .none : found
  }

  func methodName(_ constraint: BuiltinConstraint) -> NameId {
    switch constraint {
    case .equatable: builtins.equals
    case .ordered: builtins.compare
    case .hashable: builtins.hash
    case .printable: builtins.write
    case .number: builtins.compare
    }
  }

  /// The library's interface for a constraint, or `.error`.
  func interface(of constraint: BuiltinConstraint) -> TypeId {
    let name: NameId
    switch constraint {
    case .equatable: name = builtins.equatable
    case .ordered: name = builtins.ordered
    case .hashable: name = builtins.hashable
    case .printable: name = builtins.printable
    case .number: name = builtins.number
    }
    guard case .interface(let id) = declarations.coreSymbols[name] else { return .error }
    return declarations.interfaces[id.index].type
  }

  /// Reports methods with the names of the library's constraints that aren't what the constraint asks for: nothing would
  /// call them.
  func checkDerivedMethods(of type: TypeId) {
    guard let list = methods(of: type), list.count > 0 else { return }
    for constraint in [BuiltinConstraint.equatable, .ordered, .hashable, .printable] {
      let found = ownMethod(constraint, of: type)
      let interface = interface(of: constraint)
      if found == .none || interface == .error { continue }
      let methods = declarations.interfaces[types[interface].a].methods
      let template = declarations.method(methodName(constraint), methods)
      if template == .none { continue }
      let wanted = requirement(template, of: interface, for: type)
      if hasShape(found, wanted) { continue }
      let info = declarations.functions[found.index]
      enter(info.part)
      report(.badConformance, token: info.nameToken, "`\(text(info.name))` must be `\(shown(wanted))`") {
        $0.notes = ["a method of this name is what `\(self.show(interface))` asks for, and is called by the language"]
      }
    }
  }

  // MARK: Messages

  /// A method's head as it is written.
  func shown(_ function: FunctionId) -> String {
    let info = declarations.functions[function.index]
    let parameters = (info.isMethod ? 1 : 0)..<max(Int(info.parameterCount), info.isMethod ? 1 : 0)
    let list = parameters.map { index in
      let parameter = declarations.parameter(info, index)
      return (parameter.isPositional ? "_ " : "") + text(parameter.name) + ": " + show(parameter.type)
    }
    return "func \(text(info.name))(\(list.joined(separator: ", ")))"
      + (info.result == .void ? "" : ": \(show(info.result))")
  }

  private func reportUnmet(
    _ unmet: Unmet, _ type: TypeId, _ constraint: TypeId, _ parameter: TypeParameterInfo, _ node: NodeId
  ) {
    report(
      .constraintNotMet, node, "\(quote(type)) isn't `\(show(constraint))`, which `\(text(parameter.name))` must be"
    ) {
      $0.notes = [self.explanation(of: unmet, type)]
      let part = self.declarations.parts[Int(parameter.part.index)]
      if !part.isLibrary {
        $0.labels = [Label(part.tokens.span(of: parameter.nameToken), "the constraint")]
      }
    }
  }

  func explanation(of unmet: Unmet, _ type: TypeId) -> String {
    switch unmet {
    case .because(let reason): return reason
    case .method(let wanted):
      let name = text(declarations.functions[wanted.index].name)
      let note = "\(quote(type)) has no method `\(shown(wanted))`"
      guard let near = nearestName(to: name, among: methodNames(type, areStatic: false)) else { return note }
      return note + "; its `\(near)` has another name"
    case .shape(let wanted, let found):
      return "its method is `\(shown(found))`, and `\(shown(wanted))` is asked for"
    }
  }

  /// Reports an operation on a type parameter that needs a constraint.
  func reportMissingConstraint(_ node: NodeId, _ parameter: TypeId, _ what: String, _ constraint: String) {
    let info = declarations.typeParameters[types[parameter].a]
    let name = text(info.name)
    report(.missingConstraint, node, "\(what) needs the constraint `\(constraint)` of `\(name)`") { diagnostic in
      let part = self.declarations.parts[Int(info.part.index)]
      let span = part.tokens.span(of: info.nameToken)
      let known = self.constraints(of: parameter)
      let all = (known.map { self.show($0) } + [constraint]).joined(separator: " & ")
      diagnostic.labels = [Label(span, known.isEmpty ? "declared here as any type" : "declared here")]
      diagnostic.notes = ["write `\(name): \(all)`"]
      if known.isEmpty {
        diagnostic.fixIts = [FixIt("add the constraint", at: Span(span.end, span.end), replacement: ": \(constraint)")]
      }
    }
  }
}
