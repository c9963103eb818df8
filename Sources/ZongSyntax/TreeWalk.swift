// The children of a node, whatever its kind: for dumps, spans and tools. The stages that know what they look
// for read the node's words themselves.

import ZongStores

extension Tree {
  /// Calls `body` with each child of `id`, in the order of the source text as far as the layout keeps it.
  package func forEachChild(of id: NodeId, _ body: (NodeId) -> Void) {
    let node = self[id]
    func one(_ index: UInt32) { if index != 0 { body(NodeId(index)) } }
    func each(_ list: UnsafeBufferPointer<UInt32>) { for index in list { one(index) } }
    switch node.kind {
    case .root, .block, .enumCase, .typeParameter, .externBlock, .alternativesPattern, .casePattern,
      .interpolatedString, .listLiteral, .typeName, .name:
      each(list(of: node))
    case .function:
      each(list(at: node.a))
      each(list(at: node.a + 2))
      one(word(node.a + 4))
      one(word(node.a + 5))
    case .structure, .enumeration:
      each(list(at: node.a))
      each(list(at: node.a + 2))
      each(list(at: node.a + 4))
    case .interface:
      each(list(at: node.a))
      each(list(at: node.a + 2))
    case .functionLiteral:
      each(list(at: node.a))
      one(word(node.a + 2))
      one(word(node.a + 3))
    case .functionType:
      each(list(at: node.a))
      one(word(node.a + 2))
    case .ifElse:
      one(node.a)
      one(word(node.b))
      one(word(node.b + 1))
    case .loop, .test: one(node.kind == .loop ? node.b : node.a)
    case .whileLoop, .catchExpression:
      one(node.a)
      one(word(node.b + 1))
    case .forLoop:
      one(node.a)
      one(word(node.b + 3))
    case .match, .call, .interpolation:
      one(node.a)
      each(list(at: node.b))
    case .member:
      one(node.a)
      if node.b != 0 { each(list(at: node.b)) }
    case .typeMember: each(list(at: node.b))
    case .new:
      one(node.b)
      one(node.a)
    case .error, .parameter, .field, .variable, .constant, .assignment, .bindingCondition, .matchArm, .rangePattern,
      .index, .binary, .range, .arrayType, .expressionStatement, .returnStatement, .deferStatement, .failStatement,
      .deleteStatement, .spawnStatement, .arena, .group, .literalPattern, .argument, .dereference, .addressOf,
      .propagate, .insist, .unary, .parenthesized, .pointerType, .sliceType, .optionalType, .fallibleType:
      one(node.a)
      one(node.b)
    case .importDeclaration, .discard, .breakStatement, .continueStatement, .namePattern, .bindingPattern,
      .wildcardPattern, .integerLiteral, .floatLiteral, .characterLiteral, .stringLiteral, .trueLiteral,
      .falseLiteral, .nullLiteral, .stringPiece:
      break
    }
  }
}
