// Calls: functions, struct construction, conversions, new slices. Their arguments are matched in `Checker+Arguments`.

import ZongStores
import ZongSyntax

extension Checker {
  func call(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let calleeNode = NodeId(node.a)
    let callee = view[calleeNode]
    switch callee.kind {
    case .name: return callByName(id, node, calleeNode, callee, wanted: wanted)
    case .typeName, .typeMember, .sliceType, .arrayType: return callType(id, node, calleeNode, wanted: wanted)
    case .member: return callMember(id, node, callee, wanted: wanted)
    case .error:
      checkArgumentsAlone(node)
      return .error
    default:
      let value = expression(calleeNode)
      if isFunctionValue(value) { return callValue(id, node, value, calleeNode) }
      checkArgumentsAlone(node)
      if value.type == .error { return .error }
      report(.notAFunction, calleeNode, "this is not a function")
      return .error
    }
  }

  private func callByName(_ id: NodeId, _ node: Node, _ calleeNode: NodeId, _ callee: Node, wanted: TypeId) -> Expr {
    let name = view.nameOf(callee.token)
    switch lookup(name) {
    case .symbol(.function(let function)): return callFunction(id, node, function, wanted: wanted)
    case .symbol(.none) where builtins.isFunction(name): return callBuiltin(id, node, name)
    case .local, .captured, .symbol(.global):
      let value = nameExpression(calleeNode, callee)
      if isFunctionValue(value) { return callValue(id, node, value, calleeNode) }
      if value.type != .error { report(.notAFunction, calleeNode, "`\(text(name))` is not a function") }
    case .symbol(.none): reportUnknownName(calleeNode, name, isCalled: true)
    case .symbol(.notInThisVersion): break
    case .symbol(.module(let imported)): reportModuleAsValue(calleeNode, imported)
    default: report(.notAFunction, calleeNode, "`\(text(name))` is not a function")
    }
    checkArgumentsAlone(node)
    return .error
  }

  /// Checks the arguments of a call whose callee is unknown, for their own mistakes.
  func checkArgumentsAlone(_ node: Node) {
    for argument in argumentNodes(node) {
      let inner = view.kind(argument) == .argument ? NodeId(view[argument].a) : argument
      _ = expression(inner)
    }
  }

  func argumentNodes(_ call: Node) -> ArgumentList {
    ArgumentList(view: view, start: view.word(call.b), count: view.word(call.b + 1))
  }

  // MARK: Functions

  /// A call of a declared function; of a method with the receiver that it goes to.
  func callFunction(
    _ id: NodeId, _ node: Node, _ function: FunctionId, receiver: TypedId = .none, wanted: TypeId = .error
  ) -> Expr {
    let info = declarations.functions[function.index]
    if needsTypeArguments(info) { return callGeneric(id, node, function, receiver: receiver, wanted: wanted) }
    refuseTypeArguments(NodeId(node.a), info.name)
    guard let list = matchArguments(id, node, signature(of: info, receiver: receiver)) else {
      return info.result == .void ? Expr(id: .none, type: .error) : .error
    }
    return emitCall(id, node, function, list)
  }

  /// A call with its arguments in order.
  func emitCall(_ id: NodeId, _ node: Node, _ function: FunctionId, _ list: UInt32) -> Expr {
    refer(to: function)
    let info = declarations.functions[function.index]
    if types[info.result].kind == .fallible && reportIgnoredFailure(id, info.result) { return .error }
    return Expr(
      id: emitCall(function, info.result, list, at: position(view[NodeId(node.a)].token)), type: info.result)
  }

  // MARK: Types as callees

  private func callType(_ id: NodeId, _ node: Node, _ calleeNode: NodeId, wanted: TypeId) -> Expr {
    let open = openType(calleeNode)
    if open != .error && types[open].kind == .structure {
      return makeOpenStructure(id, node, open, wanted: wanted)
    }
    let type = resolveType(calleeNode)
    if type == .error {
      checkArgumentsAlone(node)
      return .error
    }
    let info = types[type]
    switch info.kind {
    case .structure: return makeStructure(id, node, type, StructureId(info.a))
    case .slice: return newSlice(id, node, type)
    case .array:
      if view.word(node.b + 1) > 0 {
        checkArgumentsAlone(node)
        report(.tooManyArguments, id, "an array takes no arguments: `\(show(type))()` starts at zero")
        return .error
      }
      return zeroValue(type, at: position(node.token), node: id)
    case .enumeration:
      checkArgumentsAlone(node)
      let cases = caseNames(type)
      report(.notAFunction, calleeNode, "an enum is made by one of its cases") {
        if let first = cases.first { $0.notes = ["such as `\(self.show(type)).\(first)`"] }
      }
      return .error
    default:
      if type.isNumber { return conversion(id, node, type) }
      if isNumeric(type) { return conversionToAnyNumber(id, node, type) }
      let arguments = argumentNodes(node)
      if type == .string, arguments.count == 1, view.kind(arguments[0]) != .argument {
        let bytes = value(arguments[0], wanted: .bytes)
        if bytes.type == .bytes { return callCore(id, builtins.textOf, bytes.id, node, site: .text, of: .string) }
        if bytes.type == .error { return .error }
      } else {
        checkArgumentsAlone(node)
      }
      reportMissingConversion(id, type)
      return .error
    }
  }

  private func reportMissingConversion(_ id: NodeId, _ type: TypeId) {
    report(.badConversion, id, "there is no conversion to \(quote(type))") {
      if type == .string { $0.notes = ["text is made by interpolation: `\"\\(value)\"`"] }
      if type == .boolean { $0.notes = ["a comparison makes a `Boolean`: `value != 0`"] }
    }
  }

  private func makeStructure(_ id: NodeId, _ node: Node, _ type: TypeId, _ structure: StructureId) -> Expr {
    let info = declarations.structures[structure.index]
    let signature = Signature(
      source: .fields, first: info.firstField, count: Int(info.fieldCount), name: info.name, part: info.part,
      nameToken: info.nameToken)
    guard let list = matchArguments(id, node, signature) else { return Expr(id: .none, type: .error) }
    return Expr(id: emit(.makeStructure, type, b: list, at: position(node.token)), type: type)
  }

  /// The only argument of a conversion, by position; null after an error.
  func onlyArgument(_ id: NodeId, _ node: Node, _ what: String) -> NodeId? {
    let arguments = argumentNodes(node)
    if arguments.count == 1, view.kind(arguments[0]) != .argument { return arguments[0] }
    checkArgumentsAlone(node)
    report(
      arguments.count == 0 ? .missingArgument : .tooManyArguments, id, "\(what) takes one value, without a name")
    return nil
  }

  /// Whether a call or a branch is part of the value. Their constants, and the type arguments of generic functions, are what
  /// they are without the conversion around them. In `U32(~0)` the 0 is a `U32`.
  private func hasTypeOfItsOwn(_ id: NodeId) -> Bool {
    var id = id
    while true {
      let node = view[id]
      switch node.kind {
      case .parenthesized, .unary, .propagate, .insist, .catchExpression: id = NodeId(node.a)
      case .binary:
        // On the right stands what binds more strongly, or what is in parentheses: no deeper than those.
        if hasTypeOfItsOwn(NodeId(node.b)) { return true }
        id = NodeId(node.a)
      case .call, .ifElse, .match, .block, .arena: return true
      default: return false
      }
    }
  }

  /// `I32(x)`: converts, and stops the program if the value doesn't fit.
  private func conversion(_ id: NodeId, _ node: Node, _ type: TypeId) -> Expr {
    guard let argument = onlyArgument(id, node, "`\(show(type))(...)`") else { return .error }
    let operand = value(argument, wanted: hasTypeOfItsOwn(argument) ? .error : type)
    if operand.type == .error { return .error }
    let at = position(node.token)
    if let value = constantInteger(operand) {
      if type.isFloat { return floatConstant(type == .f32 ? Double(Float(value)) : Double(value), type, at: at) }
      guard type.integerRange.contains(value) else {
        reportUnfit(value, type, argument)
        return .error
      }
      return integerConstant(value, type, literal: false, at: at)
    }
    if let value = constantFloat(operand) { return convertConstantFloat(value, type, argument, at) }
    guard isNumeric(operand.type) else {
      if types[operand.type].kind == .parameter {
        reportMissingConstraint(argument, operand.type, "the conversion", "Number")
        return .error
      }
      report(.badConversion, argument, "\(quote(operand.type)) can't be converted to \(quote(type))") {
        let source = self.sourceText(argument)
        if operand.type == .boolean {
          $0.notes = ["choose the number with `if`: `if \(source) { 1 } else { 0 }`"]
        } else if operand.type == .string {
          $0.notes = ["a number is read from text by `\(self.show(type)).parse(\(source))`, which can fail"]
        }
      }
      return .error
    }
    if operand.type == type { return Expr(id: operand.id, type: type) }
    // The lowering shows the range if the value doesn't fit.
    if operand.type.isNumber && !alwaysFits(operand.type, in: type) { _ = code.strings.intern(rangeText(type)) }
    return Expr(id: emit(.convert, type, a: operand.id.index, at: at), type: type)
  }

  /// `T(x)` where `T` stands for any number type. Each instance has a conversion of its own.
  private func conversionToAnyNumber(_ id: NodeId, _ node: Node, _ type: TypeId) -> Expr {
    guard let argument = onlyArgument(id, node, "`\(show(type))(...)`") else { return .error }
    let operand = value(argument)
    if operand.type == .error { return .error }
    if constantInteger(operand) != nil {
      return convertConstant(Expr(id: operand.id, type: operand.type, isLiteral: true), to: type, argument)
    }
    guard isNumeric(operand.type) || operand.type == .untypedFloat else {
      report(.badConversion, argument, "\(quote(operand.type)) can't be converted to \(quote(type))")
      return .error
    }
    return Expr(id: emit(.convert, type, a: operand.id.index, at: position(node.token)), type: type)
  }

  private func convertConstantFloat(_ value: Double, _ type: TypeId, _ node: NodeId, _ at: Position) -> Expr {
    if type.isFloat { return floatConstant(type == .f32 ? Double(Float(value)) : value, type, at: at) }
    guard value.isFinite, let whole = Int128(exactly: value.rounded(.towardZero)), type.integerRange.contains(whole)
    else {
      report(.constantDoesNotFit, node, "\(value) does not fit in `\(show(type))`")
      return .error
    }
    return integerConstant(whole, type, literal: false, at: at)
  }

  /// `U8.wrapping(x)`: keeps the low bits.
  func wrapping(_ id: NodeId, _ node: Node, _ type: TypeId) -> Expr {
    guard let argument = onlyArgument(id, node, "`\(show(type)).wrapping(...)`") else { return .error }
    let operand = value(argument)
    if operand.type == .error { return .error }
    let at = position(node.token)
    if let value = constantInteger(operand) {
      return integerConstant(wrapped(value, type), type, literal: false, at: at)
    }
    guard operand.type.isInteger else {
      report(.badConversion, argument, "`wrapping` takes an integer, not \(quote(operand.type))")
      return .error
    }
    return Expr(id: emit(.wrap, type, a: operand.id.index, at: at), type: type)
  }

  // MARK: Slices

  /// `T[](length: n, fill: v)`, `T[](capacity: n)`, `T[]()`.
  private func newSlice(_ id: NodeId, _ node: Node, _ type: TypeId) -> Expr {
    let element = types[type].element
    var length = TypedId.none
    var fill = TypedId.none
    var capacity = TypedId.none
    var failed = false
    for argument in argumentNodes(node) {
      guard view.kind(argument) == .argument else {
        _ = expression(argument)
        report(.missingArgument, argument, "what a new slice takes is given by name: `length:`, `fill:`, `capacity:`") {
          if length.exists { return }
          $0.fixIts = [FixIt("name it `length`", at: Span($0.span.start, $0.span.start), replacement: "length: ")]
        }
        failed = true
        continue
      }
      let name = view.nameOf(view[argument].token)
      let valueNode = NodeId(view[argument].a)
      if name == builtins.length && !length.exists {
        length = sliceSize(valueNode)
      } else if name == builtins.capacity && !capacity.exists {
        capacity = sliceSize(valueNode)
      } else if name == builtins.fill && !fill.exists {
        fill = typed(valueNode, as: element, .element)
      } else {
        _ = expression(valueNode)
        let known = [builtins.length, builtins.capacity, builtins.fill].contains(name)
        report(
          known ? .duplicateArgument : .unknownArgument, token: view[argument].token,
          known
            ? "`\(text(name))` is given twice"
            : "a new slice takes `length:`, `fill:` and `capacity:`, not `\(text(name))`")
        failed = true
      }
    }
    if failed { return .error }
    let at = position(node.token)
    if length.exists && !fill.exists { fill = implicitFill(element, id, at) }
    if fill.exists && !length.exists {
      report(.missingArgument, id, "`fill:` needs `length:`")
      return .error
    }
    require(.allocate)
    return Expr(
      id: emit(
        .newSlice, type, b: words(length.index, fill.index, capacity.index), at: at, site: .slice, of: type), type: type
    )
  }

  private func sliceSize(_ node: NodeId) -> TypedId {
    let expr = settled(value(node, wanted: .i64), node)
    if expr.type != .error && !expr.type.isInteger {
      report(.badOperands, node, "a length must be an integer, not \(quote(expr.type))")
      return .none
    }
    return expr.id
  }

  /// What new elements hold if nothing is said: nothing for all-zero types, the default for structs with defaults.
  private func implicitFill(_ element: TypeId, _ id: NodeId, _ at: Position) -> TypedId {
    let info = types[element]
    if !info.hasZero {
      report(.noZeroValue, id, "\(quote(element)) has no zero value, so `fill:` is needed") {
        $0.notes = self.missingZero(element)
      }
      return .none
    }
    return info.hasDefaults ? zeroValue(element, at: at, node: id).id : .none
  }

  /// Why a type has no zero value, as notes.
  func missingZero(_ type: TypeId) -> [String] {
    var inner = type
    while types[inner].kind == .array { inner = types[inner].element }
    let info = types[inner]
    if info.kind == .pointer { return ["a pointer is never null"] }
    guard info.kind == .structure else { return [] }
    let structure = declarations.structures[info.a]
    for index in 0..<Int(structure.fieldCount) {
      let field = declarations.field(structure, index)
      if field.defaultValue == .none && !types[field.type].hasZero {
        return ["its field `\(text(field.name))` is \(quote(field.type)), which has no zero, and has no default"]
      }
    }
    return []
  }

  /// The zero value of a type: zero bytes, or for structs with defaults the defaults.
  func zeroValue(_ type: TypeId, at position: Position, node: NodeId) -> Expr {
    let info = types[type]
    if !info.hasZero {
      report(.noZeroValue, node, "\(quote(type)) has no zero value; it must be given one") {
        $0.notes = self.missingZero(type)
      }
      return .error
    }
    if !info.hasDefaults { return Expr(id: emit(.zero, type, at: position), type: type) }
    if info.kind == .array {
      let element = zeroValue(info.element, at: position, node: node)
      return Expr(id: emit(.repeatElement, type, a: element.id.index, at: position), type: type)
    }
    let structure = declarations.structures[info.a]
    let mark = scratch.count
    for index in 0..<Int(structure.fieldCount) {
      let field = declarations.field(structure, index)
      var value = TypedId.none
      if field.defaultValue != .none {
        refer(to: field.defaultValue)
        value = emit(.call, field.type, a: field.defaultValue.index, b: words(0), at: position)
      } else {
        value = zeroValue(field.type, at: position, node: node).id
      }
      scratch.append(UInt32(index))
      scratch.append(value.index)
    }
    return Expr(id: emit(.makeStructure, type, b: takeList(from: mark, wordsPerItem: 2), at: position), type: type)
  }
}

/// A call's arguments.
struct ArgumentList: RandomAccessCollection {
  let view: TreeView
  let start: UInt32
  let listCount: UInt32
  init(view: TreeView, start: UInt32, count: UInt32) {
    self.view = view
    self.start = start
    listCount = count
  }
  var startIndex: Int { 0 }
  var endIndex: Int { Int(listCount) }
  subscript(index: Int) -> NodeId { view.child(start + UInt32(index)) }
}
