// Where a value meets the type that its place wants.

import ZongStores
import ZongSyntax

/// Why a type is wanted; chooses the words of a mismatch.
enum Use {
  case initializer(NameId)
  case assignment
  case argument(NameId)
  case field(NameId)
  case result
  case condition(String)
  case element
  case operand
  case index
  case length
  case other
}

extension Checker {
  /// The expression as a value of type `type`.
  func typed(_ node: NodeId, as type: TypeId, _ use: Use) -> TypedId {
    let expr = value(node, wanted: type)
    return coerce(expr, to: type, node, use).id
  }

  /// Makes `expr` a value of type `type` where the language converts by itself, and reports a mismatch otherwise.
  func coerce(_ expr: Expr, to type: TypeId, _ node: NodeId, _ use: Use) -> Expr {
    if expr.type == type || expr.type == .error || type == .error {
      if capturesLocals(expr) { checkEscape(node, use) }
      return expr
    }
    if expr.type == .never {
      return Expr(id: emit(.diverge, type, a: expr.id.index, at: code[expr.id].position), type: type)
    }
    if expr.type.isUntyped && isNumeric(type) { return convertConstant(expr, to: type, node) }
    if type == .bytes && expr.type == .string && code[expr.id].op == .string {
      code.nodes[expr.id.index].type = .bytes
      return Expr(id: expr.id, type: .bytes)
    }
    if types[type].kind == .interface, let interface = coerceToInterface(expr, type, node) { return interface }
    if types[type].kind == .optional, let optional = coerceToOptional(expr, type, node, use) { return optional }
    reportMismatch(expr, type, node, use)
    return .error
  }

  private func checkEscape(_ node: NodeId, _ use: Use) {
    switch use {
    case .result, .field, .element: reportEscapingFunction(node)
    default: break
    }
  }

  func reportMismatch(_ expr: Expr, _ wanted: TypeId, _ node: NodeId, _ use: Use) {
    let found = settledType(expr.type)
    report(.typeMismatch, node, mismatchMessage(found, wanted, use), label: "this is \(quote(found))") { diagnostic in
      let suggestion = self.conversion(from: found, to: wanted, node)
      if let note = suggestion.note { diagnostic.notes.append(note) }
      if let fixIt = suggestion.fixIt { diagnostic.fixIts.append(fixIt) }
    }
  }

  private func mismatchMessage(_ found: TypeId, _ wanted: TypeId, _ use: Use) -> String {
    let want = quote(wanted)
    let have = quote(found)
    switch use {
    case .initializer(let name): return "`\(text(name))` is \(want), but its value is \(have)"
    case .assignment: return "\(have) can't be assigned to \(want)"
    case .argument(let name): return "the argument `\(text(name))` must be \(want), not \(have)"
    case .field(let name): return "the field `\(text(name))` must be \(want), not \(have)"
    case .result: return "the function returns \(want), not \(have)"
    case .condition(let what): return "the condition of `\(what)` must be `Boolean`, not \(have)"
    case .element: return "the elements are \(want), but this one is \(have)"
    case .operand: return "\(want) is wanted here, not \(have)"
    case .index: return "an index must be an integer, not \(have)"
    case .length: return "a length must be `I64`, not \(have)"
    case .other: return "\(want) is wanted here, not \(have)"
    }
  }

  /// How to get from one type to the other.
  private func conversion(from found: TypeId, to wanted: TypeId, _ node: NodeId) -> (note: String?, fixIt: FixIt?) {
    let span = tree.span(of: node)
    if found.isNumber && wanted.isNumber {
      let source = sourceText(node)
      let replacement = "\(show(wanted))(\(source))"
      return (
        "numbers are converted by hand: `\(show(wanted))(...)` stops the program if the value doesn't fit",
        FixIt("convert it", at: span, replacement: replacement)
      )
    }
    if found.isNumber && types[wanted].kind == .parameter {
      return ("a number stands for \(quote(wanted)) only with the constraint `Number`", nil)
    }
    if wanted == .boolean && found.isInteger {
      return ("compare it: `\(sourceText(node)) != 0`", nil)
    }
    if wanted == .string, let fixIt = textInQuotes(node) { return (Self.characterNote, fixIt) }
    if wanted == .string && (found.isNumber || found == .boolean) {
      return ("text is made by interpolation: `\"\\(\(sourceText(node)))\"`", nil)
    }
    if let note = optionalNote(from: found, to: wanted, node) { return (note, nil) }
    let wantedInfo = types[wanted]
    let foundInfo = types[found]
    let target = wantedInfo.kind == .optional ? types[wantedInfo.element] : wantedInfo
    if target.kind == .pointer && target.element == found && isConstructed(node) {
      return (
        "`new` makes it on the heap and gives the pointer",
        FixIt("write `new`", at: Span(span.start, span.start), replacement: "new ")
      )
    }
    if target.kind == .pointer && target.element == found {
      return (
        "take its address: `\(sourceText(node))&`",
        FixIt("take the address", at: Span(span.end, span.end), replacement: "&")
      )
    }
    if foundInfo.kind == .pointer && foundInfo.element == wanted {
      return (
        "read what it points to: `\(sourceText(node))*`",
        FixIt("dereference it", at: Span(span.end, span.end), replacement: "*")
      )
    }
    if wantedInfo.kind == .interface && foundInfo.kind == .structure {
      if let unmet = missingMethod(found, wanted) { return (explanation(of: unmet, found), nil) }
      return (
        "an interface is made of a pointer: `\(sourceText(node))&`",
        FixIt("take the address", at: Span(span.end, span.end), replacement: "&")
      )
    }
    if foundInfo.kind == .array && wantedInfo.kind == .slice && foundInfo.element == wantedInfo.element {
      return ("a slice of the whole array: `\(sourceText(node))[0..\(foundInfo.b)]`", nil)
    }
    return (nil, nil)
  }

  static let characterNote = "'x' is the number of a character; text stands between double quotes"

  /// What makes text of a character literal; null if the node is anything else.
  func textInQuotes(_ node: NodeId) -> FixIt? {
    guard view.tokenKind(view[node].token) == .character else { return nil }
    let character = sourceText(node).dropFirst().dropLast()
    let text = character == "\"" ? "\\\"" : character == "\\'" ? "'" : String(character)
    return FixIt("write text", at: tree.span(of: node), replacement: "\"\(text)\"")
  }

  /// What makes a character of text with only one, beside a code point or a byte; null if the node is anything else.
  func characterInText(_ node: NodeId, beside type: TypeId) -> FixIt? {
    guard type == .u32 || type == .u8, view.kind(node) == .stringLiteral else { return nil }
    let text = sourceText(node).dropFirst().dropLast()
    guard text.unicodeScalars.count == 1 || text.count == 2 && text.hasPrefix("\\") else { return nil }
    let character = text == "\\\"" ? "\"" : text == "'" ? "\\'" : String(text)
    return FixIt("write `'\(character)'`", at: tree.span(of: node), replacement: "'\(character)'")
  }

  /// Whether the node is the call of a type: a new value.
  private func isConstructed(_ node: NodeId) -> Bool {
    view.kind(node) == .call && view.tokenKind(view[NodeId(view[node].a)].token) == .upperName
  }

  /// The source of a node, shortened.
  func sourceText(_ node: NodeId, limit: Int = 60) -> String {
    let span = tree.span(of: node)
    let start = Int(span.start.offset &- fileBase)
    let count = Int(span.end.offset) - Int(span.start.offset)
    guard start >= 0, count > 0, start + count <= part.file.count else { return "..." }
    if count > limit { return "..." }
    let bytes = UnsafeBufferPointer(rebasing: part.file.text[start..<start + count])
    return String(decoding: bytes, as: UTF8.self)
  }
}
