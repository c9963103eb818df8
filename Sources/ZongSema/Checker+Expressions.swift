// Expressions: every form, its type, its typed node.

import ZongStores
import ZongSyntax

extension Checker {
  /// An expression that must have a value. `wanted` guides constants; the caller still coerces.
  func value(_ id: NodeId, wanted: TypeId = .error) -> Expr {
    let node = view[id]
    if node.kind == .name, let local = assignedLocal(node) { return local }
    let expr = expression(id, wanted: wanted)
    if expr.type == .void {
      report(.noValue, id, "this has no value", label: "the function returns nothing")
      return .error
    }
    if expr.isPlace { requireAssigned(expr.id, id) }
    return expr
  }

  /// Any expression, calls without a result included. A place is returned as a place.
  func expression(_ id: NodeId, wanted: TypeId = .error) -> Expr {
    let node = view[id]
    switch node.kind {
    case .name: return nameExpression(id, node, wanted: wanted)
    case .integerLiteral: return integerLiteral(id, node)
    case .floatLiteral: return floatLiteral(id, node)
    case .characterLiteral:
      return integerConstant(
        Int128(LiteralDecoder.character(node.token, in: tokens)), .untypedInteger, literal: true,
        at: position(node.token))
    case .stringLiteral: return stringLiteral(id, node, wanted: wanted)
    case .interpolatedString: return interpolatedString(id, node)
    case .trueLiteral: return booleanConstant(true, at: position(node.token))
    case .falseLiteral: return booleanConstant(false, at: position(node.token))
    case .parenthesized:
      var inner = expression(NodeId(node.a), wanted: wanted)
      inner.isLiteral = false || inner.isLiteral
      return inner
    case .unary: return unary(id, node, wanted: wanted)
    case .binary: return binary(id, node, wanted: wanted)
    case .call: return call(id, node, wanted: wanted)
    case .member: return member(id, node, wanted: wanted)
    case .index: return index(id, node)
    case .dereference: return dereference(id, node)
    case .addressOf: return addressOf(id, node)
    case .listLiteral: return listLiteral(id, node, wanted: wanted)
    case .nullLiteral: return Expr(id: emit(.zero, .null, at: position(node.token)), type: .null)
    case .insist: return insist(id, node)
    case .propagate: return propagate(id, node)
    case .catchExpression: return catchExpression(id, node, wanted: wanted)
    case .new: return newObject(id, node)
    case .functionLiteral: return functionLiteral(id, node, wanted: wanted)
    case .ifElse, .block, .match, .arena: return branchesAsValue(id, node, wanted: wanted)
    case .error: return .error
    default:
      reportOddExpression(id, node)
      return .error
    }
  }

  private func reportOddExpression(_ id: NodeId, _ node: Node) {
    switch node.kind {
    case .range: report(.notAValue, id, "a range is not a value; it stands in `for` and in `[ ]`")
    case .discard: report(.notAValue, id, "`_` can only be assigned to")
    case .typeName, .sliceType, .arrayType, .pointerType, .optionalType, .typeMember, .functionType, .fallibleType:
      report(.notAValue, id, "a type is not a value") {
        $0.notes = ["to make a value of the type, call it: `\(self.sourceText(id))(...)`"]
      }
    default: report(.notAValue, id, "this is not an expression")
    }
  }

  // MARK: Literals

  private func integerLiteral(_ id: NodeId, _ node: Node) -> Expr {
    let at = position(node.token)
    if let small = smallInteger(node.token) {
      return Expr(
        id: emit(
          .integer, .untypedInteger, a: UInt32(truncatingIfNeeded: small), b: UInt32(small >> 32),
          flags: Checker.literalFlag, at: at), type: .untypedInteger, isLiteral: true)
    }
    let literal = LiteralDecoder.integer(node.token, in: tokens)
    if literal.overflows {
      if let wide = wideInteger(tokens.bytes(of: node.token)) {
        return integerConstant(wide, .untypedInteger, literal: true, at: at)
      }
      report(.constantTooLarge, id, "this number is larger than constants can be") {
        $0.notes = ["the largest integer type, `U64`, holds up to \(UInt64.max); constants are computed with 127 bits"]
      }
      return .error
    }
    return integerConstant(Int128(literal.value), .untypedInteger, literal: true, at: at)
  }

  /// The value of a literal of up to 18 decimal digits and nothing else; null for any other.
  private func smallInteger(_ token: TokenId) -> UInt64? {
    let start = Int(view.start(token))
    let end = Int(view.literalEnd(token))
    guard end - start <= 18 else { return nil }
    var value: UInt64 = 0
    for offset in start..<end {
      let digit = fileBytes[offset] &- 0x30
      if digit >= 10 { return nil }
      value = value &* 10 &+ UInt64(digit)
    }
    return value
  }

  /// A decimal or based integer literal of up to 127 bits.
  private func wideInteger(_ text: UnsafeBufferPointer<UInt8>) -> Int128? {
    var base: Int128 = 10
    var digits = text[...]
    if text.count > 2, text[0] == UInt8(ascii: "0"), text[1] > UInt8(ascii: "9"), text[1] != UInt8(ascii: "_") {
      base = text[1] == UInt8(ascii: "x") ? 16 : text[1] == UInt8(ascii: "o") ? 8 : 2
      digits = text[2...]
    }
    var value: Int128 = 0
    for byte in digits where byte != UInt8(ascii: "_") {
      let digit = byte <= UInt8(ascii: "9") ? byte &- UInt8(ascii: "0") : (byte | 0x20) &- UInt8(ascii: "a") &+ 10
      let (product, first) = value.multipliedReportingOverflow(by: base)
      let (sum, second) = product.addingReportingOverflow(Int128(digit))
      if first || second { return nil }
      value = sum
    }
    return value
  }

  private func floatLiteral(_ id: NodeId, _ node: Node) -> Expr {
    let value = LiteralDecoder.float(node.token, in: tokens)
    if value.isInfinite {
      report(.constantTooLarge, id, "this number is larger than `F64` holds")
      return .error
    }
    return floatConstant(value, .untypedFloat, at: position(node.token))
  }

  private func stringLiteral(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    literalBytes.removeAll()
    let layout = LiteralDecoder.layout(of: id, in: tree)
    let facts = LiteralDecoder.appendText(of: node.token, layout: layout, in: tokens, to: &literalBytes)
    let wanted = guide(wanted)
    if facts.hasByteEscapes && wanted != .bytes {
      report(.byteEscapeInText, id, "`\\x` escapes make bytes, and text is UTF-8") {
        $0.notes = ["where a `U8[]` is wanted, `\\xNN` is allowed; in text write `\\u{...}`"]
      }
      return .error
    }
    return stringConstant(literalBytes.elements, wanted == .bytes ? .bytes : .string, at: position(node.token))
  }

  // MARK: Places

  private func member(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let objectNode = NodeId(node.a)
    let objectKind = view.kind(objectNode)
    if objectKind == .typeName || objectKind == .typeMember {
      return typeMember(id, node, objectNode, wanted: wanted)
    }
    if let imported = importedModule(objectNode) { return nameOfModule(id, node, imported, wanted: wanted) }
    let object = expression(objectNode)
    if object.type == .error { return .error }
    return member(id, of: object, objectNode, node.token)
  }

  /// `object.name`; a pointer is followed by itself.
  func member(_ id: NodeId, of object: Expr, _ objectNode: NodeId, _ token: TokenId) -> Expr {
    let name = view.nameOf(token)
    let at = position(token)
    var base = object
    var info = types[base.type]
    if info.kind == .pointer {
      if let field = structureField(info.element, name) {
        checkVisible(name, of: declarations.structures[types[info.element].a].part, token)
        return fieldOfPointer(base, info.element, field, objectNode, at)
      }
      if name == builtins.address {
        requirePlaceAssigned(base, objectNode)
        return Expr(id: emit(.address, .u32, a: base.id.index, at: at), type: .u32)
      }
      requirePlaceAssigned(base, objectNode)
      base = Expr(id: emit(.dereference, info.element, a: base.id.index, at: at), type: info.element, isPlace: true)
      info = types[base.type]
    }
    switch info.kind {
    case .structure:
      if name == builtins.length, let length = lengthOfContainer(base, info, objectNode, at) { return length }
      if let field = structureField(base.type, name) {
        let structure = declarations.structures[info.a]
        let fieldInfo = declarations.field(structure, field)
        checkVisible(name, of: structure.part, token)
        let place = emit(.field, fieldInfo.type, a: base.id.index, b: UInt32(field), at: at)
        return Expr(id: place, type: fieldInfo.type, isPlace: base.isPlace)
      }
    case .slice, .array:
      if name == builtins.length {
        requirePlaceAssigned(base, objectNode)
        return Expr(id: emit(.length, .i64, a: base.id.index, at: at), type: .i64)
      }
      if name == builtins.capacity && info.kind == .slice {
        requirePlaceAssigned(base, objectNode)
        return Expr(id: emit(.capacity, .i64, a: base.id.index, at: at), type: .i64)
      }
    default:
      if base.type == .string && name == builtins.length {
        requirePlaceAssigned(base, objectNode)
        return Expr(id: emit(.length, .i64, a: base.id.index, at: at), type: .i64)
      }
    }
    if info.kind == .optional {
      reportMayBeNull(objectNode, base.type, "its `\(text(name))`")
    } else {
      reportUnknownMember(id, token, base.type, name)
    }
    return .error
  }

  /// `.length` of a container of the library, which is a method there.
  private func lengthOfContainer(_ base: Expr, _ info: TypeInfo, _ objectNode: NodeId, _ at: Position) -> Expr? {
    let structure = declarations.structures[info.a]
    guard declarations.parts[Int(structure.part.index)].isCore else { return nil }
    let method = method(builtins.length, of: base.type)
    if method == .none { return nil }
    let receiver = receiver(base, objectNode, isPointer: false, at: at)
    if receiver.type == .error { return .error }
    refer(to: method)
    return Expr(id: emit(.call, .i64, a: method.index, b: words(1, 0, receiver.id.index), at: at), type: .i64)
  }

  func requirePlaceAssigned(_ expr: Expr, _ node: NodeId) {
    if expr.isPlace { requireAssigned(expr.id, node) }
  }

  private func fieldOfPointer(_ base: Expr, _ structure: TypeId, _ field: Int, _ node: NodeId, _ at: Position) -> Expr {
    requirePlaceAssigned(base, node)
    let target = emit(.dereference, structure, a: base.id.index, at: at)
    let fieldInfo = declarations.field(declarations.structures[types[structure].a], field)
    let place = emit(.field, fieldInfo.type, a: target.index, b: UInt32(field), at: at)
    return Expr(id: place, type: fieldInfo.type, isPlace: true)
  }

  /// The index of a struct's field, or null.
  func structureField(_ type: TypeId, _ name: NameId) -> Int? {
    let info = types[type]
    guard info.kind == .structure else { return nil }
    let structure = declarations.structures[info.a]
    for i in 0..<Int(structure.fieldCount) where declarations.field(structure, i).name == name { return i }
    return nil
  }

  private func reportUnknownMember(_ id: NodeId, _ token: TokenId, _ type: TypeId, _ name: NameId) {
    let written = text(name)
    let method = self.method(name, of: type)
    if method != .none { return reportMethodAsValue(token, type, method) }
    report(.unknownMember, token: token, "\(quote(type)) has no `\(written)`") { diagnostic in
      let info = self.types[type]
      let isSequence = info.kind == .slice || info.kind == .array || type == .string
      let properties = info.kind == .slice ? ["length", "capacity"] : ["length"]
      if isSequence, let hint = NamesFromElsewhere.properties[written], properties.contains(hint) {
        diagnostic.suggest(hint)
      } else if let method = NamesFromElsewhere.method(for: written, among: self.methodNames(type, areStatic: false)) {
        diagnostic.notes = ["there is a method for it: `\(method)(...)`"]
      } else if info.kind == .structure {
        let structure = self.declarations.structures[info.a]
        let fields = (0..<Int(structure.fieldCount)).map { self.text(self.declarations.field(structure, $0).name) }
        if fields.isEmpty { diagnostic.notes = ["the struct has no fields"] }
        diagnostic.suggest(written, among: fields, listing: "its fields are")
      } else if isSequence && NamesFromElsewhere.appending.contains(written) {
        diagnostic.notes = ["elements are added with `append(items&, value)`"]
      } else if isSequence {
        diagnostic.suggest(written, among: properties, listing: "it has")
      }
    }
  }

  /// `I64.max`, `U8.min`.
  private func typeMember(_ id: NodeId, _ node: Node, _ typeNode: NodeId, wanted: TypeId) -> Expr {
    let name = view.nameOf(node.token)
    let open = openType(typeNode)
    if open != .error, caseIndex(name, of: open) != nil {
      // `Option.nothing`: which one, only the context can tell.
      let type = wantedInstance(of: open, wanted)
      if type != .error, let index = caseIndex(name, of: type) { return caseWithoutFields(node.token, type, index) }
    }
    let type = resolveType(typeNode)
    if type == .error { return .error }
    if type.isInteger && (name == builtins.max || name == builtins.min) {
      let range = type.integerRange
      return integerConstant(
        name == builtins.max ? range.upperBound : range.lowerBound, type, literal: false, at: position(node.token))
    }
    if let index = caseIndex(name, of: type) { return caseWithoutFields(node.token, type, index) }
    let method = self.method(name, of: type)
    if method == .none {
      reportUnknownStatic(node.token, type, name)
    } else if declarations.functions[method.index].isStatic, guide(wanted) != .error,
      types[guide(wanted)].kind == .function
    {
      return functionAsValue(id, node, method, wanted: wanted)
    } else {
      reportMethodAsValue(node.token, type, method)
    }
    return .error
  }

  private func index(_ id: NodeId, _ node: Node) -> Expr {
    let objectNode = NodeId(node.a)
    let object = value(objectNode)
    let indexNode = NodeId(node.b)
    if view.kind(indexNode) == .range { return view(id, object, objectNode, view[indexNode]) }
    let info = types[object.type]
    let position = settled(value(indexNode, wanted: .i64), indexNode)
    if object.type == .error || position.type == .error { return .error }
    guard info.kind == .slice || info.kind == .array || object.type == .string else {
      reportNotIndexable(id, object.type, objectNode)
      return .error
    }
    guard position.type.isInteger else {
      report(.badOperands, indexNode, "an index must be an integer, not \(quote(position.type))")
      return .error
    }
    if info.kind == .array, let known = constantInteger(position), known < 0 || known >= Int128(info.b) {
      report(.badArrayLength, indexNode, "index \(known) is out of bounds for an array of \(info.b)")
      return .error
    }
    let element = object.type == .string ? TypeId.u8 : info.element
    let isPlace = info.kind == .slice || (info.kind == .array && object.isPlace)
    let place = emit(.element, element, a: object.id.index, b: position.id.index, at: self.position(node.token))
    return Expr(id: place, type: element, isPlace: isPlace)
  }

  private func reportNotIndexable(_ id: NodeId, _ type: TypeId, _ objectNode: NodeId) {
    if types[type].kind == .optional { return reportMayBeNull(objectNode, type, "an element of it") }
    report(.notIndexable, id, "\(quote(type)) has no elements") { diagnostic in
      let info = self.types[type]
      if info.kind == .pointer {
        let target = self.types[info.element]
        if target.kind == .slice || target.kind == .array || info.element == .string {
          diagnostic.notes = ["it points to elements; dereference it first: `\(self.sourceText(objectNode))*[...]`"]
        } else {
          diagnostic.notes = ["there is no pointer arithmetic in Zong; use a slice"]
        }
      } else if Set(self.methodNames(type, areStatic: false)).isSuperset(of: ["get", "set"]) {
        let object = self.sourceText(objectNode)
        diagnostic.notes = [
          "its values are read with `\(object).get(...)`, and written with `\(object).set(..., value)`"
        ]
      }
    }
  }

  /// `s[a..b]`.
  private func view(_ id: NodeId, _ object: Expr, _ objectNode: NodeId, _ range: Node) -> Expr {
    let low = settled(value(NodeId(range.a), wanted: .i64), NodeId(range.a))
    let high = settled(value(NodeId(range.b), wanted: .i64), NodeId(range.b))
    if object.type == .error || low.type == .error || high.type == .error { return .error }
    let info = types[object.type]
    guard info.kind == .slice || info.kind == .array || object.type == .string else {
      reportNotIndexable(id, object.type, objectNode)
      return .error
    }
    for (bound, node) in [(low, range.a), (high, range.b)] where !bound.type.isInteger {
      report(.badOperands, NodeId(node), "the ends of a range must be integers, not \(quote(bound.type))")
      return .error
    }
    if info.kind == .array {
      guard object.isPlace else {
        report(.notAddressable, objectNode, "a slice of this array would outlive it") {
          $0.notes = ["keep the array in a variable first"]
        }
        return .error
      }
      markAddressTaken(object.id)
    }
    let type = info.kind == .array ? types.slice(of: info.element) : object.type
    let extra = words(low.id.index, high.id.index, range.flags.contains(.inclusive) ? 1 : 0)
    return Expr(id: emit(.view, type, a: object.id.index, b: extra, at: position(range.token)), type: type)
  }

  private func dereference(_ id: NodeId, _ node: Node) -> Expr {
    let pointer = value(NodeId(node.a))
    if pointer.type == .error { return .error }
    let info = types[pointer.type]
    guard info.kind == .pointer else {
      // `*p` is reported already.
      if node.flags.contains(.damaged) { return .error }
      if info.kind == .optional {
        reportMayBeNull(NodeId(node.a), pointer.type, "what it points to")
        return .error
      }
      report(.notAPointer, id, "\(quote(pointer.type)) is not a pointer") {
        $0.notes = ["`p*` reads what the pointer `p` points to; for a product, write `a * b`"]
      }
      return .error
    }
    let place = emit(.dereference, info.element, a: pointer.id.index, at: position(node.token))
    return Expr(id: place, type: info.element, isPlace: true)
  }

  func addressOf(_ id: NodeId, _ node: Node, marksAddress: Bool = true) -> Expr {
    let targetNode = NodeId(node.a)
    if view.kind(targetNode) == .parenthesized {
      let inner = expression(targetNode)
      if !inner.isPlace { return addressOfValue(inner, targetNode, at: position(node.token)) }
      return addressOfPlace(inner, targetNode, at: position(node.token))
    }
    let target = expression(targetNode)
    if target.type == .error { return .error }
    guard target.isPlace else {
      if node.flags.contains(.damaged) { return .error }
      report(.notAddressable, id, "a value that isn't stored has no address") {
        $0.notes = ["`(\(self.sourceText(targetNode)))&` keeps it in an unnamed variable of the block"]
      }
      return .error
    }
    return addressOfPlace(target, targetNode, at: position(node.token), marksAddress: marksAddress)
  }

  func addressOfPlace(_ target: Expr, _ targetNode: NodeId, at: Position, marksAddress: Bool = true) -> Expr {
    if target.type == .error { return .error }
    requireAssigned(target.id, targetNode)
    if marksAddress { markAddressTaken(target.id) }
    let type = types.pointer(to: target.type)
    return Expr(id: emit(.addressOf, type, a: target.id.index, at: at), type: type)
  }

  func addressOfValue(_ inner: Expr, _ targetNode: NodeId, at: Position) -> Expr {
    if inner.type == .void {
      report(.noValue, targetNode, "this has no value")
      return .error
    }
    let held = settled(inner, targetNode)
    if held.type == .error { return .error }
    let local = addLocal(.none, held.type, at: at, assigned: true)
    context.locals[Int(local.index)].isPartOfStatement = true
    markAddressTaken(local)
    let type = types.pointer(to: held.type)
    return Expr(
      id: emit(.addressOfValue, type, a: held.id.index, b: local.index, at: at), type: type)
  }

  // MARK: Lists

  private func listLiteral(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let wanted = guide(wanted)
    let info = types[wanted]
    var element = wanted != .error && (info.kind == .slice || info.kind == .array) ? info.element : TypeId.error
    let isArray = wanted != .error && info.kind == .array
    let mark = scratch.count
    var failed = false
    for i in 0..<Int(node.b) {
      let item = view.child(node.a + UInt32(i))
      let expr =
        element == .error
        ? settled(value(item), item) : coerce(value(item, wanted: element), to: element, item, .element)
      if expr.type == .error { failed = true }
      if element == .error {
        element = expr.type
        if capturesLocals(expr) { reportEscapingFunction(item) }
      }
      scratch.append(expr.id.index)
    }
    let list = takeList(from: mark)
    if failed { return .error }
    if element == .error {
      report(.typeUnknown, id, "the type of an empty list isn't known here") {
        $0.notes = ["write `T[]()` with the element's type, such as `I64[]()`"]
      }
      return .error
    }
    if isArray && info.b != node.b {
      report(.badArrayLength, id, "\(quote(wanted)) needs \(info.b) elements, but here are \(node.b)")
      return .error
    }
    let type = isArray ? wanted : types.slice(of: element)
    if !isArray { require(.allocate) }
    if isArray { return Expr(id: emit(.makeArray, type, b: list, at: position(node.token)), type: type) }
    return Expr(id: emitMade(.makeSlice, type, b: list, at: position(node.token), site: .slice), type: type)
  }
}
