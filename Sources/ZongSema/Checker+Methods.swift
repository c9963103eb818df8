// Methods and static functions: their calls, the receiver, and what to say when there is none of that name.

import ZongStores
import ZongSyntax

extension Checker {
  // MARK: Finding

  /// A type's method or static function, or none.
  func method(_ name: NameId, of type: TypeId, at node: NodeId = .none) -> FunctionId {
    guard let list = methods(of: type) else {
      return types[type].kind == .parameter ? constraintMethod(name, of: type) : .none
    }
    let found = declarations.method(name, list)
    if found == .none || declarations.functions[found.index].instance == 0 { return found }
    if declarations.functions[found.index].isLocal { return found }
    if types[type].kind == .interface { return requirement(found, of: type, for: type) }
    return method(found, onInstance: type, node)
  }

  func methods(of type: TypeId) -> MethodList? {
    let info = types[type]
    switch info.kind {
    case .structure: return declarations.structures[info.a].methods
    case .enumeration: return declarations.enumerations[info.a].methods
    case .interface: return declarations.interfaces[info.a].methods
    default: return nil
    }
  }

  /// The names of a type's methods, or of its static functions.
  func methodNames(_ type: TypeId, areStatic: Bool) -> [String] {
    guard let list = methods(of: type) else { return [] }
    let ids = (list.first..<list.first + list.count).map { declarations.functions[declarations.methods[$0].index] }
    return ids.filter { $0.isStatic == areStatic }.map { text($0.name) }
  }

  // MARK: Calls

  /// `object.name(...)` and `Type.name(...)`
  func callMember(_ id: NodeId, _ node: Node, _ callee: Node, wanted: TypeId) -> Expr {
    let objectNode = NodeId(callee.a)
    let name = view.nameOf(callee.token)
    if view.kind(objectNode).isType { return callStatic(id, node, callee.token, objectNode, name, wanted: wanted) }
    if let imported = importedModule(objectNode) {
      return callOfModule(id, node, callee.token, imported, wanted: wanted)
    }
    let object = expression(objectNode)
    if object.type == .void {
      report(.noValue, objectNode, "this has no value", label: "the function returns nothing")
    }
    if object.type == .error || object.type == .void || object.type == .never {
      checkArgumentsAlone(node)
      return .error
    }
    if object.type == .string && name == builtins.bytes { return bytes(of: object, id, node, objectNode) }
    let info = types[object.type]
    let owner = info.kind == .pointer && !isCalledOnItself(name) ? info.element : object.type
    let function = method(name, of: owner, at: id)
    if function == .none, let result = derivedMethod(id, node, object, objectNode, owner, name) { return result }
    if function == .none, let field = structureField(owner, name) {
      let structure = declarations.structures[types[owner].a]
      if types[declarations.field(structure, field).type].kind == .function {
        return callValue(id, node, member(id, of: object, objectNode, callee.token), NodeId(node.a))
      }
    }
    if function == .none || declarations.functions[function.index].isStatic {
      requirePlaceAssigned(object, objectNode)
      checkArgumentsAlone(node)
      reportNoMethod(id, callee.token, objectNode, object.type, owner, function)
      return .error
    }
    checkVisible(name, of: declarations.functions[function.index].part, callee.token)
    let receiver = receiver(object, objectNode, isPointer: owner != object.type, at: position(callee.token))
    if receiver.type == .error {
      checkArgumentsAlone(node)
      return .error
    }
    return callFunction(id, node, function, receiver: receiver.id, wanted: wanted)
  }

  /// The pointer that a method is given: the object itself if it is one, else its address.
  func receiver(_ object: Expr, _ node: NodeId, isPointer: Bool, at: Position) -> Expr {
    // An interface's value is a pointer already.
    let info = types[object.type]
    if info.kind == .interface || (isPointer && types[info.element].kind == .interface) {
      requirePlaceAssigned(object, node)
      return info.kind == .interface
        ? object : Expr(id: emit(.dereference, info.element, a: object.id.index, at: at), type: info.element)
    }
    if isPointer {
      requirePlaceAssigned(object, node)
      return object
    }
    return object.isPlace ? addressOfPlace(object, node, at: at) : addressOfValue(object, node, at: at)
  }

  private func callStatic(
    _ id: NodeId, _ node: Node, _ token: TokenId, _ typeNode: NodeId, _ name: NameId, wanted: TypeId
  ) -> Expr {
    let open = openType(typeNode)
    if open != .error, let index = caseIndex(name, of: open) {
      return makeOpenCase(id, node, open, index, wanted: wanted)
    }
    if let function = openStatic(name, of: open) {
      checkVisible(name, of: declarations.functions[function.index].part, token)
      return callOpenStatic(id, node, open, function, wanted: wanted)
    }
    let type = resolveType(typeNode)
    if name == builtins.parse, let parser = builtins.parser(type) { return parse(id, node, type, parser) }
    if name == builtins.wrapping && type.isInteger { return wrapping(id, node, type) }
    if let index = caseIndex(name, of: type) { return makeCase(id, node, type, index) }
    let function = method(name, of: type, at: id)
    if function != .none && declarations.functions[function.index].isStatic {
      checkVisible(name, of: declarations.functions[function.index].part, token)
      return callFunction(id, node, function, wanted: wanted)
    }
    checkArgumentsAlone(node)
    if type == .error { return .error }
    if function != .none {
      report(.wrongReceiver, token: token, "`\(text(name))` is a method, and is called on a value of \(quote(type))") {
        self.addPlace(of: function, to: &$0)
        $0.notes = ["only a `static func` is called on the type itself"]
      }
    } else {
      reportUnknownStatic(token, type, name)
    }
    return .error
  }

  /// The static function of a generic type that is named without type arguments, if its parameters can tell them.
  private func openStatic(_ name: NameId, of template: TypeId) -> FunctionId? {
    guard template != .error, let list = methods(of: template) else { return nil }
    let function = declarations.method(name, list)
    guard function != .none else { return nil }
    let info = declarations.functions[function.index]
    return info.isStatic && ownParameters(of: info).isEmpty ? function : nil
  }

  // MARK: Declarations

  /// Resolves the signatures of a local type's methods.
  func resolveMethods(of type: TypeId) {
    guard let list = methods(of: type) else { return }
    for index in list.first..<list.first + list.count { resolveSignature(declarations.methods[index]) }
    checkMemberNames(of: type)
    checkDerivedMethods(of: type)
  }

  /// Checks the bodies of a local type's methods.
  func checkNestedMethods(_ node: NodeId) {
    let type: TypeId
    switch nestedSymbol(node) {
    case .structure(let id): type = declarations.structures[id.index].type
    case .enumeration(let id): type = declarations.enumerations[id.index].type
    default: return
    }
    guard let list = methods(of: type) else { return }
    let saved = partId
    for index in list.first..<list.first + list.count { checkFunction(declarations.methods[index]) }
    enter(saved)
  }

  /// Reports methods that have the name of a field, of a case or of another method.
  func checkMemberNames(of type: TypeId) {
    guard let list = methods(of: type), list.count > 0 else { return }
    let seen = IdTable()
    let info = types[type]
    if info.kind == .structure {
      let structure = declarations.structures[info.a]
      enter(structure.part)
      for index in 0..<Int(structure.fieldCount) {
        let field = declarations.field(structure, index)
        seen.set(0, UInt64(field.name.index), field.node.index)
      }
    } else if info.kind == .interface {
      enter(declarations.interfaces[info.a].part)
    } else {
      let enumeration = declarations.enumerations[info.a]
      enter(enumeration.part)
      for index in 0..<Int(enumeration.caseCount) {
        let found = declarations.enumCase(enumeration, index)
        seen.set(0, UInt64(found.name.index), found.node.index)
      }
    }
    for index in list.first..<list.first + list.count {
      let method = declarations.functions[declarations.methods[index].index]
      let known = seen.find(0, UInt64(method.name.index))
      seen.set(0, UInt64(method.name.index), method.node.index)
      guard let first = known.map(NodeId.init), method.name != .none else { continue }
      let what = view.kind(first) == .field ? "field" : "case"
      let isFunction = view.kind(first) == .function
      let token = view[method.node].token
      report(
        .redeclared, token: token,
        isFunction
          ? "`\(show(type))` has two functions named `\(text(method.name))`"
          : "`\(show(type))` has a \(what) `\(text(method.name))` already"
      ) {
        $0.labels = [Label(self.tokens.span(of: self.view[first].token), isFunction ? "the first" : "the \(what)")]
        if isFunction { $0.notes = ["functions can't be told apart by their parameters; give each a name of its own"] }
      }
    }
  }

  // MARK: Messages

  private func addPlace(of function: FunctionId, to diagnostic: inout Diagnostic) {
    let info = declarations.functions[function.index]
    let part = declarations.parts[Int(info.part.index)]
    if part.isLibrary { return }
    diagnostic.labels.append(Label(part.tokens.span(of: info.nameToken), "declared here"))
  }

  private func reportNoMethod(
    _ id: NodeId, _ token: TokenId, _ objectNode: NodeId, _ type: TypeId, _ owner: TypeId, _ function: FunctionId
  ) {
    let name = view.nameOf(token)
    if function != .none {
      report(.wrongReceiver, token: token, "`\(text(name))` is a static function, and is called on the type") {
        let object = self.tree.span(of: objectNode)
        self.addPlace(of: function, to: &$0)
        $0.fixIts = [FixIt("call it on `\(self.show(owner))`", at: object, replacement: self.show(owner))]
      }
      return
    }
    if type == .null || types[type].kind == .optional {
      if type != .null {
        reportMayBeNull(objectNode, type, "its method `\(text(name))`")
      } else {
        _ = reportLoneNull(objectNode)
      }
      return
    }
    report(.unknownMember, token: token, "\(quote(type)) has no method `\(text(name))`") {
      self.explainNoMethod(&$0, name, objectNode, owner)
    }
  }

  private func explainNoMethod(_ diagnostic: inout Diagnostic, _ name: NameId, _ objectNode: NodeId, _ owner: TypeId) {
    let written = text(name)
    let known = methodNames(owner, areStatic: false)
    if structureField(owner, name) != nil {
      diagnostic.notes = ["`\(written)` is a field; it is read without parentheses"]
    } else if types[owner].kind == .slice && NamesFromElsewhere.appending.contains(written) {
      diagnostic.notes = ["elements are added with `append(\(sourceText(objectNode))&, value)`"]
    } else if types[owner].kind == .slice && NamesFromElsewhere.shortening.contains(written) {
      diagnostic.notes = ["the last element leaves a list with `\(sourceText(objectNode)).length -= 1`"]
    } else if [.slice, .array].contains(types[owner].kind) && NamesFromElsewhere.loops.contains(written) {
      diagnostic.notes = ["a loop does it: `for item in \(sourceText(objectNode)) { ... }`"]
    } else if written == "length" || NamesFromElsewhere.properties[written] == "length", methods(of: owner) == nil {
      diagnostic.notes = ["the length is a property: `\(sourceText(objectNode)).length`"]
    } else if NamesFromElsewhere.printing.contains(written) {
      diagnostic.notes = ["text is made by interpolation: `\"\\(\(sourceText(objectNode)))\"`"]
    } else if let function = NamesFromElsewhere.function(for: written, of: types[owner].kind, isText: owner == .string)
    {
      diagnostic.notes = [
        "there is a function for it: `import \(function.module);` and "
          + "`\(function.module).\(function.name)(\(sourceText(objectNode))\(function.takesMore ? ", ..." : ""))`"
      ]
    } else if let method = NamesFromElsewhere.method(for: written, among: known) {
      diagnostic.suggest(method)
    } else {
      diagnostic.suggest(written, among: known, listing: "its methods are")
    }
  }

  /// A name after a type that means nothing there.
  func reportUnknownStatic(_ token: TokenId, _ type: TypeId, _ name: NameId) {
    report(.unknownMember, token: token, "the type \(quote(type)) has no `\(text(name))`") {
      let known = self.caseNames(type) + self.methodNames(type, areStatic: true)
      let listing = self.caseNames(type).isEmpty ? "its static functions are" : "it has"
      $0.suggest(self.text(name), among: known, listing: listing)
    }
  }

  /// A method that is named, but not called.
  func reportMethodAsValue(_ token: TokenId, _ type: TypeId, _ method: FunctionId) {
    let info = declarations.functions[method.index]
    let what = info.isStatic ? "static function" : "method"
    report(.notAValue, token: token, "`\(text(info.name))` is a \(what); call it with `\(text(info.name))(...)`") {
      self.addPlace(of: method, to: &$0)
    }
  }

  /// What to say of an unknown name inside a method whose type has a member of that name.
  func memberNote(_ name: NameId, isCalled: Bool) -> String? {
    let owner = declarations.functions[context.id.index].owner
    guard owner != .error else { return nil }
    let written = text(name)
    if isCalled {
      let function = method(name, of: owner)
      if function == .none { return nil }
      let isStatic = declarations.functions[function.index].isStatic
      return isStatic
        ? "a static function is called on its type: `\(show(owner)).\(written)(...)`"
        : "a method is called on its object: `self.\(written)(...)`"
    }
    return structureField(owner, name) == nil ? nil : "a field is read through its object: `self.\(written)`"
  }
}
