// What the library's core does behind a conversion: numbers out of text, text out of bytes, bytes out of text.

import ZongStores
import ZongSyntax

extension Checker {
  /// A call of a function of the core with one argument, which is followed by the site if it allocates.
  func callCore(
    _ id: NodeId, _ name: NameId, _ argument: TypedId, _ node: Node, site kind: SiteKind? = nil,
    of subject: TypeId = .error
  ) -> Expr {
    guard case .function(let function) = declarations.coreSymbols[name] else { return .error }
    refer(to: function)
    let result = declarations.functions[function.index].result
    if isFallible(result) && reportIgnoredFailure(id, result) { return .error }
    let at = position(view[NodeId(node.a)].token)
    let list: UInt32
    if let kind {
      let site = emit(.site, .u32, at: at, site: kind, of: subject)
      list = words(2, 0, argument.index, 1, site.index)
    } else {
      list = words(1, 0, argument.index)
    }
    return Expr(id: emitCall(function, result, list, at: at), type: result)
  }

  /// `I64.parse(text)`
  func parse(_ id: NodeId, _ node: Node, _ type: TypeId, _ parser: NameId) -> Expr {
    guard let argument = onlyArgument(id, node, "`\(show(type)).parse(...)`") else { return .error }
    let given = value(argument, wanted: .string)
    if given.type == .error { return .error }
    if given.type == .string { return callCore(id, parser, given.id, node) }
    guard given.type == .bytes else {
      report(.typeMismatch, argument, "`\(show(type)).parse` takes text or `U8[]`, not \(quote(given.type))")
      return .error
    }
    return callCore(id, parser, callCore(id, builtins.viewText, given.id, node).id, node)
  }

  /// `text.bytes()`
  func bytes(of text: Expr, _ id: NodeId, _ node: Node, _ textNode: NodeId) -> Expr {
    requirePlaceAssigned(text, textNode)
    guard argumentNodes(node).count == 0 else {
      checkArgumentsAlone(node)
      report(.tooManyArguments, id, "`bytes()` takes no arguments")
      return .error
    }
    return callCore(id, builtins.bytesOf, text.id, node, site: .slice, of: .bytes)
  }
}
