// Patterns: what they match, and the names that they bind (LANGUAGE.md, 5).

import ZongStores
import ZongSyntax

extension Checker {
  /// `var pattern = value` in a condition, with a pattern that isn't just a name.
  func patternCondition(_ subject: Expr, _ pattern: NodeId, at position: Position) -> TypedId {
    patternNames = PatternNames(subject: subject.id)
    let typed = checkPattern(pattern, subject.type)
    if !typed.exists || subject.type == .error { return .none }
    return emit(.matchPattern, .boolean, a: subject.id.index, b: typed.index, at: position)
  }

  /// A pattern for values of `type`, its names bound in the innermost scope; none after an error.
  func checkPattern(_ id: NodeId, _ type: TypeId) -> TypedId {
    let node = view[id]
    let at = position(node.token)
    switch node.kind {
    case .wildcardPattern: return emit(.patternAny, type, at: at)
    case .bindingPattern: return bindingPattern(node, type, at)
    case .alternativesPattern: return alternatives(id, node, type, at)
    case .error: return .none
    default: break
    }
    if type == .error {
      bindNames(of: id)
      return .none
    }
    let info = types[type]
    if info.kind == .optional {
      if node.kind == .literalPattern, view.kind(NodeId(node.a)) == .nullLiteral {
        return emit(.patternNull, type, at: at)
      }
      let inner = checkPattern(id, info.element)
      return inner.exists ? emit(.patternPresent, type, a: inner.index, at: at) : .none
    }
    switch node.kind {
    case .namePattern: return namePattern(id, node, type, at)
    case .casePattern: return casePattern(id, node, type, at)
    case .literalPattern:
      let value = patternConstant(NodeId(node.a), type)
      return value.exists ? emit(.patternEqual, type, a: value.index, at: at) : .none
    case .rangePattern: return rangePattern(id, node, type, at)
    default: return .none
    }
  }

  // MARK: Names

  private func bindingPattern(_ node: Node, _ type: TypeId, _ at: Position) -> TypedId {
    let name = view.name(node.token)
    if caseIndex(name, of: guide(type)) != nil {
      report(
        .patternMismatch, token: node.token, "a name here binds, but `\(text(name))` is a case of \(quote(guide(type)))"
      ) {
        $0.fixIts = [FixIt("match the case", at: Span($0.span.end, $0.span.end), replacement: "()")]
        $0.notes = ["choose another name to bind the field"]
      }
      return .none
    }
    if patternNames.isInAlternative {
      guard let known = patternNames.bound.first(where: { $0.name == name }) else {
        report(.patternMismatch, token: node.token, "the first alternative doesn't bind `\(text(name))`") {
          $0.notes = ["alternatives bind the same names, or none"]
        }
        return .none
      }
      patternNames.seen += 1
      if known.type != type && type != .error && known.type != .error {
        report(
          .patternMismatch, token: node.token,
          "`\(text(name))` is \(quote(known.type)) in the first alternative, and \(quote(type)) here")
        return .none
      }
      return emit(.patternBind, type, a: known.local.index, b: patternNames.subject.index, at: at)
    }
    let local = addLocal(name, type, at: at, assigned: true)
    bind(name, .local(local), token: node.token)
    patternNames.bound.append(PatternNames.Bound(name: name, local: local, type: type))
    return emit(.patternBind, type, a: local.index, b: patternNames.subject.index, at: at)
  }

  /// Binds the names of a pattern that can't be checked, so that their uses aren't reported.
  private func bindNames(of id: NodeId) {
    let node = view[id]
    guard node.kind == .casePattern else { return }
    for item in view.list(of: node) { _ = checkPattern(NodeId(item), .error) }
  }

  /// `a | b`: the first one binds the names, the others bind the same ones.
  private func alternatives(_ id: NodeId, _ node: Node, _ type: TypeId, _ at: Position) -> TypedId {
    let mark = scratch.count
    let outer = patternNames
    if !outer.isInAlternative { patternNames = PatternNames(subject: outer.subject) }
    var failed = false
    for (index, item) in view.list(of: node).enumerated() {
      patternNames.isInAlternative = outer.isInAlternative || index > 0
      patternNames.seen = 0
      let pattern = checkPattern(NodeId(item), type)
      if index > 0 && pattern.exists && !outer.isInAlternative && patternNames.seen != patternNames.bound.count {
        report(.patternMismatch, NodeId(item), "this alternative doesn't bind all names of the first") {
          let names = self.patternNames.bound.map { "`\(self.text($0.name))`" }.joined(separator: ", ")
          $0.notes = ["the first one binds \(names)"]
        }
        failed = true
      }
      if !pattern.exists { failed = true }
      scratch.append(pattern.index)
    }
    let bound = patternNames.bound
    patternNames = outer
    if !outer.isInAlternative { patternNames.bound += bound }
    let list = takeList(from: mark)
    return failed ? .none : emit(.patternAlternatives, type, b: list, at: at)
  }

  /// The first local that a pattern binds, or null.
  func firstBound(_ pattern: TypedId) -> UInt32? {
    let node = code[pattern]
    switch node.op {
    case .patternBind: return node.a
    case .patternPresent: return firstBound(TypedId(node.a))
    case .patternCase, .patternAlternatives:
      for index in 0..<code.extra[node.b] {
        if let local = firstBound(TypedId(code.extra[node.b + 1 + index])) { return local }
      }
      return nil
    default: return nil
    }
  }

  // MARK: Cases

  /// A bare name: a case, or a constant.
  private func namePattern(_ id: NodeId, _ node: Node, _ type: TypeId, _ at: Position) -> TypedId {
    let name = tokens.nameOf(node.token)
    if let index = caseIndex(name, of: type), let info = enumeration(type) {
      let enumCase = declarations.enumCase(info, index)
      if enumCase.fieldCount > 0 {
        let blanks = [String](repeating: "_", count: Int(enumCase.fieldCount)).joined(separator: ", ")
        report(.patternMismatch, id, "the case `\(text(name))` has fields, so the pattern has them too") {
          $0.fixIts = [FixIt("match any", at: Span($0.span.end, $0.span.end), replacement: "(\(blanks))")]
        }
        return .none
      }
      return emit(.patternCase, type, a: UInt32(index), b: words(0), at: at)
    }
    if enumeration(type) != nil {
      reportUnknownCase(node.token, type, name)
      return .none
    }
    switch lookup(name) {
    case .constant, .symbol(.constant):
      let value = patternValue(nameExpression(id, node), id, type)
      return value.exists ? emit(.patternEqual, type, a: value.index, at: at) : .none
    case .local, .symbol(.global):
      report(.patternMismatch, id, "`\(text(name))` is a variable, and a pattern is compared with constants") {
        $0.notes = ["a name here is a case or a constant, and binds nothing; compare variables with `if`"]
      }
    default:
      report(.unknownName, id, "there is no constant named `\(text(name))`") {
        $0.notes = ["a name here is a case or a constant, and binds nothing; `_` matches everything"]
      }
    }
    return .none
  }

  private func casePattern(_ id: NodeId, _ node: Node, _ type: TypeId, _ at: Position) -> TypedId {
    let name = tokens.nameOf(node.token)
    guard let info = enumeration(type) else {
      report(.patternMismatch, id, "\(quote(type)) has no cases") {
        let inner = self.types[type]
        if inner.kind == .pointer && self.enumeration(inner.element) != nil {
          $0.notes = ["match what it points to: `p*`"]
        }
      }
      bindNames(of: id)
      return .none
    }
    guard let index = caseIndex(name, of: type) else {
      reportUnknownCase(node.token, type, name)
      bindNames(of: id)
      return .none
    }
    let enumCase = declarations.enumCase(info, index)
    let items = view.list(of: node)
    if items.count != Int(enumCase.fieldCount) {
      let names = (0..<Int(enumCase.fieldCount)).map { text(declarations.field(enumCase, $0).name) }
      report(
        .patternMismatch, id,
        "`\(text(name))` has \(enumCase.fieldCount) field\(enumCase.fieldCount == 1 ? "" : "s"), but here are \(items.count) patterns"
      ) {
        if !names.isEmpty { $0.notes = ["its fields, in order: \(names.map { "`\($0)`" }.joined(separator: ", "))"] }
      }
      bindNames(of: id)
      return .none
    }
    let mark = scratch.count
    var failed = false
    for (field, item) in items.enumerated() {
      let pattern = checkPattern(NodeId(item), declarations.field(enumCase, field).type)
      if !pattern.exists { failed = true }
      scratch.append(pattern.index)
    }
    let list = takeList(from: mark)
    return failed ? .none : emit(.patternCase, type, a: UInt32(index), b: list, at: at)
  }

  private func reportUnknownCase(_ token: TokenId, _ type: TypeId, _ name: NameId) {
    report(.unknownMember, token: token, "\(quote(type)) has no case `\(text(name))`") {
      $0.suggest(self.text(name), among: self.caseNames(type), listing: "its cases are")
    }
  }

  // MARK: Constants and ranges

  private func patternConstant(_ node: NodeId, _ type: TypeId) -> TypedId {
    if view.kind(node) == .nullLiteral {
      report(.notOptional, node, "this is compared with \(quote(type)), which is never null")
      return .none
    }
    return patternValue(expression(node, wanted: type), node, type)
  }

  /// A constant as a pattern for values of `type`.
  private func patternValue(_ expr: Expr, _ node: NodeId, _ type: TypeId) -> TypedId {
    if expr.type == .error { return .none }
    guard type.isNumber || type == .boolean || type == .string || type == .bytes else {
      report(.patternMismatch, node, "\(quote(type)) is not compared with constants")
      return .none
    }
    let value = coerce(expr, to: type, node, .operand)
    if value.type == .error { return .none }
    guard constantValue(of: value) != nil else {
      report(.notConstant, node, "a pattern is compared with constants")
      return .none
    }
    referToComparison(type)
    return value.id
  }

  private func rangePattern(_ id: NodeId, _ node: Node, _ type: TypeId, _ at: Position) -> TypedId {
    guard type.isNumber else {
      report(.patternMismatch, id, "a range matches numbers, not \(quote(type))")
      return .none
    }
    let low = patternConstant(NodeId(node.a), type)
    let high = patternConstant(NodeId(node.b), type)
    if !low.exists || !high.exists { return .none }
    let isInclusive = node.flags.contains(.inclusive)
    if let from = constantInteger(Expr(id: low, type: type)), let to = constantInteger(Expr(id: high, type: type)),
      isInclusive ? from > to : from >= to
    {
      report(.patternMismatch, id, "this range is empty")
      return .none
    }
    return emit(.patternRange, type, a: low.index, b: high.index, flags: isInclusive ? 1 : 0, at: at)
  }
}

/// The names that a pattern binds.
struct PatternNames {
  struct Bound {
    let name: NameId
    let local: LocalId
    let type: TypeId
  }
  /// What the pattern is matched with.
  var subject = TypedId.none
  var bound: [Bound] = []
  /// Another alternative than the first: its names are known already.
  var isInAlternative = false
  /// How many names the alternative has bound.
  var seen = 0
}
