// `match` as a statement and as a value.

import ZongStores
import ZongSyntax

extension Checker {
  /// An arm that is being checked.
  private struct Arm {
    var pattern: TypedId
    var patternNode: NodeId
  }

  private func subject(_ node: Node) -> Expr {
    let subjectNode = NodeId(node.a)
    let subject = settled(value(subjectNode), subjectNode)
    let info = types[subject.type]
    if info.kind == .pointer && types[info.element].kind == .enumeration {
      report(.patternMismatch, subjectNode, "this is a pointer, and a pointer has no cases") {
        $0.fixIts = [FixIt("match what it points to", at: Span($0.span.end, $0.span.end), replacement: "*")]
      }
      return .error
    }
    return subject
  }

  /// Checks the arms; `body` checks one in the scope of its names.
  private func arms(_ id: NodeId, _ node: Node, _ subject: Expr, _ body: (NodeId) -> Void) -> [Arm] {
    let before = context.flow
    var after: FlowState?
    var found: [Arm] = []
    // An arm without a body is damaged in front of it: what it was meant to match isn't known.
    var haveBodies = true
    for item in view.list(at: node.b) {
      let arm = view[NodeId(item)]
      guard arm.kind == .matchArm else { continue }
      context.flow = before
      openScope()
      patternNames = PatternNames(subject: subject.id)
      let mark = localMark
      let pattern = checkPattern(NodeId(arm.a), subject.type)
      body(NodeId(arm.b))
      closeScope()
      endLocals(since: mark, with: NodeId(arm.b))
      found.append(Arm(pattern: pattern, patternNode: NodeId(arm.a)))
      if view.kind(NodeId(arm.b)) == .error { haveBodies = false }
      if let earlier = after {
        context.flow.merge(earlier)
      }
      after = context.flow
    }
    context.flow = after ?? before
    let isWhole = subject.type != .error && !node.flags.contains(.damaged) && found.allSatisfy { $0.pattern.exists }
    if isWhole && haveBodies { checkCoverage(id, node, subject.type, found.map { ($0.pattern, $0.patternNode) }) }
    return found
  }

  /// `match` as a statement: its arms stand for what they do.
  func matchStatement(_ id: NodeId, _ node: Node) -> TypedId {
    let subject = subject(node)
    var bodies: [TypedId] = []
    let arms = arms(id, node, subject) { bodies.append(self.armStatement($0)) }
    return emitMatch(node, subject, arms, bodies, .void)
  }

  private func armStatement(_ id: NodeId) -> TypedId {
    let node = view[id]
    switch node.kind {
    case .block: return block(id)
    case .variable, .constant, .assignment, .ifElse, .loop, .whileLoop, .forLoop, .breakStatement, .continueStatement,
      .returnStatement, .deferStatement, .failStatement, .deleteStatement, .spawnStatement, .group, .arena, .match,
      .error:
      return statement(id)
    default: return asStatement { droppedExpression(id, id, isDamaged: node.flags.contains(.damaged)) }
    }
  }

  /// `match` as a value.
  func matchValue(_ id: NodeId, _ node: Node, wanted: TypeId) -> Expr {
    let subject = subject(node)
    var branches: [Branch] = []
    var guide = wanted
    let arms = arms(id, node, subject) {
      let branch = self.branch($0, wanted: guide)
      if guide == .error && self.isSettled(branch.value.type) { guide = branch.value.type }
      branches.append(branch)
    }
    if branches.isEmpty { return .error }
    let type = unify(&branches, wanted: wanted)
    if type == .error || subject.type == .error || arms.contains(where: { !$0.pattern.exists }) { return .error }
    return Expr(id: emitMatch(node, subject, arms, branches.map { finish($0) }, type), type: type)
  }

  private func emitMatch(_ node: Node, _ subject: Expr, _ arms: [Arm], _ bodies: [TypedId], _ type: TypeId) -> TypedId {
    let mark = scratch.count
    for (arm, body) in zip(arms, bodies) {
      scratch.append(arm.pattern.index)
      scratch.append(body.index)
    }
    let list = takeList(from: mark, wordsPerItem: 2)
    if !subject.id.exists || arms.contains(where: { !$0.pattern.exists }) { return .none }
    return emit(.match, type, a: subject.id.index, b: list, at: position(node.token))
  }

  // MARK: Coverage

  /// Reports values that no arm covers, and warns of arms that can't be reached.
  private func checkCoverage(_ id: NodeId, _ node: Node, _ type: TypeId, _ arms: [(TypedId, NodeId)]) {
    var coverage = Coverage(types: types, declarations: declarations, code: code, names: names)
    coverage.integer = { self.constantInteger(Expr(id: $0, type: $1)) }
    for (pattern, patternNode) in arms {
      let typed = code[pattern]
      guard typed.op == .patternAlternatives else {
        if !add(pattern, type, to: &coverage) {
          report(.unreachableArm, patternNode, "this arm can't be reached: those before it match all of it")
        }
        continue
      }
      for (index, item) in view.list(of: view[patternNode]).enumerated() {
        if !add(TypedId(code.extra[typed.b + 1 + UInt32(index)]), type, to: &coverage) {
          report(.unreachableArm, NodeId(item), "this alternative can't be reached: what it matches is matched before")
        }
      }
    }
    let missing = coverage.missing(type)
    if missing.isEmpty { return }
    reportMissing(node, missing, type)
  }

  /// Adds a pattern to what is covered; false if all of it was covered before.
  private func add(_ pattern: TypedId, _ type: TypeId, to coverage: inout Coverage) -> Bool {
    var isUseful = false
    for alternative in coverage.alternatives(of: pattern) where coverage.add(alternative, type) { isUseful = true }
    return isUseful
  }

  private func reportMissing(_ node: Node, _ missing: [String], _ type: TypeId) {
    let shown = missing.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + (missing.count > 8 ? " and more" : "")
    report(
      .missingCases, token: node.token, "this `match` doesn't cover \(shown)", label: "\(quote(type)) has more values"
    ) {
      if missing == ["_"] { $0.notes = ["`_ => ...` matches everything else"] }
      let arms = missing.prefix(8).map { "\($0) => panic(\"not handled yet\"),\n" }.joined()
      guard let last = self.view.list(at: node.b).last else { return }
      let end = self.tree.span(of: NodeId(last)).end
      $0.fixIts = [FixIt("add the missing arms", at: Span(end, end), replacement: ",\n" + arms)]
    }
  }
}
