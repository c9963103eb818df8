// A tree as text: a node a line, children indented by two, as `kind flags main-token extras`. Leaf lists stay on
// a line of their own each, so that two dumps can be compared line by line.

import ZongStores

/// Writes a tree.
package enum TreeDump {
  package static func text(of tree: Tree) -> String {
    var result = ""
    guard tree.root.exists else { return result }
    // A stack of nodes that are still to be written, with their depth: trees may be deep.
    var pending: [(node: NodeId, depth: Int)] = [(tree.root, 0)]
    while let (node, depth) = pending.popLast() {
      result += String(repeating: "  ", count: depth) + line(tree, node) + "\n"
      var children: [NodeId] = []
      tree.forEachChild(of: node) { children.append($0) }
      for child in children.reversed() { pending.append((child, depth + 1)) }
    }
    return result
  }

  private static func line(_ tree: Tree, _ id: NodeId) -> String {
    let node = tree[id]
    var line = "\(node.kind)"
    if node.kind != .root && node.kind != .block && node.kind != .error && node.token != .none {
      line += " " + word(tree, node.token.index)
    }
    for (name, token) in namedTokens(tree, node) where token != 0 { line += " \(name):" + word(tree, token) }
    let flags = names(of: node.flags)
    if !flags.isEmpty { line += " [" + flags.joined(separator: " ") + "]" }
    return line
  }

  private static func word(_ tree: Tree, _ token: UInt32) -> String {
    TokenDump.escaped(tree.tokens.text(of: TokenId(token)))
  }

  /// The tokens that a node has besides its main one.
  private static func namedTokens(_ tree: Tree, _ node: Node) -> [(String, UInt32)] {
    switch node.kind {
    case .function: return [("import", tree.word(node.a + 6))]
    case .importDeclaration: return [("as", node.a)]
    case .loop: return [("label", node.a)]
    case .whileLoop: return [("label", tree.word(node.b))]
    case .forLoop:
      return [("label", tree.word(node.b)), ("index", tree.word(node.b + 1)), ("item", tree.word(node.b + 2))]
    case .breakStatement, .continueStatement: return [("label", node.a)]
    case .catchExpression: return [("name", tree.word(node.b))]
    case .typeMember: return [("module", node.a)]
    default: return []
    }
  }

  private static func names(of flags: NodeFlags) -> [String] {
    let all: [(NodeFlags, String)] = [
      (.positional, "positional"), (.exported, "exported"), (.imported, "imported"), (.isStatic, "static"),
      (.inclusive, "inclusive"), (.byPointer, "byPointer"), (.semicolon, ";"), (.damaged, "damaged"),
    ]
    return all.filter { flags.contains($0.0) }.map(\.1)
  }
}
