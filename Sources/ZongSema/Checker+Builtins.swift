// The built-in functions, and interpolation.

import ZongStores
import ZongSyntax

extension Checker {
  func callBuiltin(_ id: NodeId, _ node: Node, _ name: NameId) -> Expr {
    let arguments = argumentNodes(node)
    for argument in arguments where view.kind(argument) == .argument {
      checkArgumentsAlone(node)
      // `print(x = 1)` is reported already.
      if view[argument].flags.contains(.damaged) { return .error }
      report(.argumentByName, token: view[argument].token, "`\(text(name))` takes its arguments by position") {
        if name == builtins.print { $0.notes = ["`print_bytes` writes text without ending the line"] }
      }
      return .error
    }
    let at = position(view[NodeId(node.a)].token)
    if name == builtins.print { return callPrint(id, node, arguments, at) }
    if name == builtins.printBytes { return callPrintBytes(id, node, arguments, at) }
    if name == builtins.readLine { return callReadLine(id, node, arguments, at) }
    if name == builtins.append { return callAppend(id, node, arguments, at) }
    if name == builtins.expect { return callExpect(id, node, arguments, at) }
    if name == builtins.assert { return callAssert(id, node, arguments, at) }
    return callPanic(id, node, arguments, at)
  }

  /// Reports a call with the wrong number of arguments; true if it is right.
  func expectCount(_ range: ClosedRange<Int>, _ id: NodeId, _ node: Node, _ usage: String) -> Bool {
    let count = argumentNodes(node).count
    if range.contains(count) { return true }
    checkArgumentsAlone(node)
    report(count < range.lowerBound ? .missingArgument : .tooManyArguments, id, "write \(usage)")
    return false
  }

  private func callPrint(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    if arguments.count != 1 {
      reportPrinted(id, node, arguments)
      return .error
    }
    return printPieces(arguments[0], endsLine: true, at)
  }

  private func reportPrinted(_ id: NodeId, _ node: Node, _ arguments: ArgumentList) {
    checkArgumentsAlone(node)
    if arguments.count == 0 {
      return report(.missingArgument, id, "`print` writes one value") {
        $0.fixIts = [FixIt("write `print(\"\")` for an empty line", at: $0.span, replacement: "print(\"\")")]
      }
    }
    report(.tooManyArguments, id, "`print` writes one value; text takes in several") {
      let (first, last) = (arguments[0], arguments[arguments.count - 1])
      let place = self.tree.span(of: first).joined(with: self.tree.span(of: last))
      let text = self.interpolation(of: arguments)
      if let text { $0.fixIts = [FixIt("write `\(text)`", at: place, replacement: text)] }
    }
  }

  /// Text with the values of all arguments, a space between each; null if that would be long.
  private func interpolation(of arguments: ArgumentList) -> String? {
    var parts: [String] = []
    for argument in arguments {
      let source = sourceText(argument)
      if source == "..." || source.contains("\n") { return nil }
      let isText = [.string, .stringHead].contains(view.tokenKind(view[argument].token)) && !source.hasPrefix("\"\"\"")
      parts.append(isText ? String(source.dropFirst().dropLast()) : "\\(\(source))")
    }
    return "\"\(parts.joined(separator: " "))\""
  }

  private func printPieces(_ node: NodeId, endsLine: Bool, _ at: Position) -> Expr {
    let mark = scratch.count
    guard pushPieces(node) else {
      scratch.truncate(to: mark)
      return .error
    }
    let isPlain = arePlainText(from: mark)
    let list = isPlain ? takeList(from: mark, wordsPerItem: 5) : takePieces(from: mark)
    require(isPlain ? .printText : .output)
    require(endsLine ? .endPrint : .afterOutput)
    return Expr(id: emit(.print, .void, a: endsLine ? 1 : 0, b: list, at: at), type: .void)
  }

  /// Takes the pieces that were pushed as a list, and refers to what writes them.
  func takePieces(from mark: Int) -> UInt32 {
    for index in stride(from: mark, to: scratch.count, by: 5) {
      context.references.append(Reference(kind: .writes, index: code[TypedId(scratch[index])].type.index))
    }
    return takeList(from: mark, wordsPerItem: 5)
  }

  /// Whether the pieces that were pushed are text without a format, which is printed without being built up first.
  private func arePlainText(from mark: Int) -> Bool {
    var index = mark
    while index + 4 < scratch.count {
      if code[TypedId(scratch[index])].type != .string { return false }
      for format in 1...4 where scratch[index + format] != 0 { return false }
      index += 5
    }
    return true
  }

  private func callPrintBytes(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    guard expectCount(1...1, id, node, "`print_bytes(bytes)`") else { return .error }
    if view.kind(arguments[0]) == .interpolatedString { return printPieces(arguments[0], endsLine: false, at) }
    let expr = value(arguments[0], wanted: .bytes)
    if expr.type == .error { return .error }
    guard expr.type == .bytes || expr.type == .string else {
      report(.typeMismatch, arguments[0], "`print_bytes` takes `U8[]` or `String`, not \(quote(expr.type))")
      return .error
    }
    require(.printBytes)
    return Expr(id: emit(.printBytes, .void, a: expr.id.index, at: at), type: .void)
  }

  private func callReadLine(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    guard expectCount(0...0, id, node, "`read_line()`") else { return .error }
    require(.readLine)
    return Expr(id: emit(.readLine, .bytes, at: at, site: .slice, of: .bytes), type: .bytes)
  }

  private func callAppend(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    guard expectCount(2...2, id, node, "`append(items&, value)`") else { return .error }
    let target = appendTarget(arguments[0])
    let info = types[target.type]
    guard target.type != .error, info.kind == .pointer, types.isSlice(info.element) else {
      _ = expression(arguments[1])
      if target.type != .error { reportAppendTarget(arguments[0], target) }
      return .error
    }
    let element = types[info.element].element
    if element == .u8 { return appendToBytes(target, arguments[1], at) }
    return appendElement(target, typed(arguments[1], as: element, .element), of: info.element, at)
  }

  /// The pointer to what is appended to. An element is appended without the address of the variable, if it is one.
  private func appendTarget(_ node: NodeId) -> Expr {
    if view.kind(node) == .addressOf { return addressOf(node, view[node], marksAddress: false) }
    return value(node)
  }

  /// Whether a pointer leads to a local, or a field of one. Small ones are kept out of memory, if nothing else takes their
  /// address.
  private func isPathOfLocal(_ pointer: TypedId) -> Bool {
    guard code[pointer].op == .addressOf else { return false }
    var place = code[TypedId(code[pointer].a)]
    while place.op == .field { place = code[TypedId(place.a)] }
    return place.op == .local
  }

  /// The variable whose address is appended to must live in memory after all.
  private func markAppended(_ pointer: TypedId) {
    if code[pointer].op == .addressOf { markAddressTaken(TypedId(code[pointer].a)) }
  }

  private func appendElement(_ target: Expr, _ item: TypedId, of slice: TypeId, _ at: Position) -> Expr {
    require(.grow)
    if !isPathOfLocal(target.id) { markAppended(target.id) }
    return Expr(
      id: emit(.append, .void, a: target.id.index, b: item.index, at: at, site: .growth, of: slice), type: .void)
  }

  /// A `U8[]` takes an element, a text, or an interpolation piece by piece.
  private func appendToBytes(_ target: Expr, _ node: NodeId, _ at: Position) -> Expr {
    let mark = scratch.count
    if view.kind(node) == .interpolatedString {
      _ = pushPieces(node)
    } else {
      let item = value(node, wanted: .u8)
      guard item.type == .string else {
        let element = coerce(item, to: .u8, node, .element)
        return appendElement(target, element.id, of: .bytes, at)
      }
      pushPiece(item)
    }
    let list = takePieces(from: mark)
    markAppended(target.id)
    require(.writing)
    return Expr(
      id: emit(.appendText, .void, a: target.id.index, b: list, at: at, site: .growth, of: .bytes), type: .void)
  }

  private func reportAppendTarget(_ node: NodeId, _ target: Expr) {
    report(.typeMismatch, node, "`append` takes a pointer to a slice, not \(quote(target.type))") {
      if self.types.isSlice(target.type) && target.isPlace {
        $0.fixIts = [FixIt("take the address", at: Span($0.span.end, $0.span.end), replacement: "&")]
        $0.notes = ["`append` changes the slice, so it takes its address: `\(self.sourceText(node))&`"]
      }
    }
  }

  private func callAssert(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    guard expectCount(1...2, id, node, "`assert(condition)` or `assert(condition, \"message\")`") else { return .error }
    let condition = typed(arguments[0], as: .boolean, .condition("assert"))
    let source = sourceText(arguments[0], limit: 200)
    let constant = code.strings.intern(source)
    let mark = scratch.count
    if arguments.count == 2 {
      // The message is evaluated only if the condition fails.
      let before = context.flow
      _ = pushPieces(arguments[1])
      context.flow = before
    }
    let pieces = takePieces(from: mark)
    // The source text goes before the list of pieces.
    let list = words(constant.index, pieces)
    return Expr(id: emit(.assert, .void, a: condition.index, b: list, at: at), type: .void)
  }

  private func callPanic(_ id: NodeId, _ node: Node, _ arguments: ArgumentList, _ at: Position) -> Expr {
    guard expectCount(1...1, id, node, "`panic(\"message\")`") else { return .error }
    let mark = scratch.count
    guard pushPieces(arguments[0]) else {
      scratch.truncate(to: mark)
      return .error
    }
    let list = takePieces(from: mark)
    context.flow.isReachable = false
    return Expr(id: emit(.panic, .never, b: list, at: at), type: .never)
  }

  // MARK: Interpolation

  func interpolatedString(_ id: NodeId, _ node: Node) -> Expr {
    let mark = scratch.count
    guard pushInterpolation(id, node) else {
      scratch.truncate(to: mark)
      return .error
    }
    let list = takePieces(from: mark)
    require(.grow)
    return Expr(
      id: emitMade(.interpolate, .string, b: list, at: position(node.token), site: .text), type: .string)
  }

  /// Pushes the pieces that a value is written as: an interpolation's one by one, any other value as one.
  func pushPieces(_ id: NodeId) -> Bool {
    let node = view[id]
    if node.kind == .interpolatedString { return pushInterpolation(id, node) }
    let expr = settled(value(id), id)
    if expr.type == .error { return false }
    pushPiece(expr)
    return true
  }

  func pushPiece(
    _ expr: Expr, width: TypedId = .none, digits: TypedId = .none, base: TypedId = .none, char: TypedId = .none
  ) {
    scratch.append(expr.id.index)
    scratch.append(width.index)
    scratch.append(digits.index)
    scratch.append(base.index)
    scratch.append(char.index)
    if width.exists { require(.pad) }
    if digits.exists { require(.writeF64Digits) }
    if base.exists { require(expr.type.isSigned ? .writeI64Base : .writeU64Base) }
    if char.exists { require(.writeCodePoint) }
  }

  private func pushInterpolation(_ id: NodeId, _ node: Node) -> Bool {
    let layout = LiteralDecoder.layout(of: id, in: tree)
    var fine = true
    for i in 0..<Int(node.b) {
      let child = view.child(node.a + UInt32(i))
      let piece = view[child]
      if piece.kind == .stringPiece {
        pushText(child, piece, layout)
      } else if piece.kind == .interpolation {
        fine = pushFormatted(child, piece) && fine
      }
    }
    return fine
  }

  private func pushText(_ id: NodeId, _ piece: Node, _ layout: TextLayout) {
    literalBytes.removeAll()
    let facts = LiteralDecoder.appendText(of: piece.token, layout: layout, in: tokens, to: &literalBytes)
    if facts.hasByteEscapes {
      report(.byteEscapeInText, id, "`\\x` escapes make bytes, and text is UTF-8; write `\\u{...}`")
    }
    if !literalBytes.isEmpty { pushPiece(stringConstant(literalBytes.elements, .string, at: position(piece.token))) }
  }

  /// `\(value, width: 8, digits: 2, base: 16, char: true)`.
  private func pushFormatted(_ id: NodeId, _ node: Node) -> Bool {
    let valueNode = NodeId(node.a)
    let expr = settled(value(valueNode), valueNode)
    var width = TypedId.none
    var digits = TypedId.none
    var base = TypedId.none
    var char = TypedId.none
    for argument in argumentNodes(node) {
      guard view.kind(argument) == .argument else {
        _ = expression(argument)
        report(.badFormat, argument, "a format is given by name: `width:`, `digits:`, `base:`, `char:`")
        return false
      }
      let token = view[argument].token
      let name = view.nameOf(token)
      let formatNode = NodeId(view[argument].a)
      if name == builtins.width {
        width = typed(formatNode, as: .i64, .argument(name))
      } else if name == builtins.digits && expr.type.isFloat {
        digits = typed(formatNode, as: .i64, .argument(name))
      } else if name == builtins.base && expr.type.isInteger {
        base = typed(formatNode, as: .i64, .argument(name))
      } else if name == builtins.char && expr.type.isInteger {
        char = typed(formatNode, as: .boolean, .argument(name))
      } else {
        _ = expression(formatNode)
        if expr.type != .error { reportBadFormat(token, name, expr.type) }
        return false
      }
    }
    if expr.type == .error { return false }
    pushPiece(expr, width: width, digits: digits, base: base, char: char)
    return true
  }

  private func reportBadFormat(_ token: TokenId, _ name: NameId, _ type: TypeId) {
    let written = text(name)
    let known = ["width", "digits", "base", "char"]
    if known.contains(written) {
      let works = written == "digits" ? "floats" : "integers"
      report(.badFormat, token: token, "`\(written):` is a format for \(works), not for \(quote(type))")
      return
    }
    report(.badFormat, token: token, "there is no format `\(written):`") {
      $0.notes = ["the formats are `width:`, `digits:` (floats), `base:` and `char:` (integers)"]
      if let near = nearestName(to: written, among: known) {
        $0.fixIts = [FixIt("write `\(near)`", at: $0.span, replacement: near)]
      }
    }
  }
}
