// The formatter: tokens and trees of a file without syntax errors to its text in the one style. It changes white space,
// `;`, and commas at the ends of lists, and nothing else; `Formatter.keepsMeaning` makes sure of that.

import ZongStores
import ZongSyntax

package enum Formatter {
  /// The file's text in the style. `trees` are those of all its parts, in order, parsed without errors from `tokens`,
  /// which hold the whole file. Linear in the size of the file.
  package static func format(_ tokens: TokenStore, _ trees: [Tree]) -> [UInt8] {
    var layout = Layout(count: tokens.count)
    Brackets.match(tokens, &layout)
    for (index, tree) in trees.enumerated() {
      let isLast = index + 1 == trees.count
      let end = isLast ? UInt32(tokens.count - 1) : tokens.cuts[index + 1].index
      layout = Marker.mark(tree, end: end, layout)
    }
    Brackets.dropSeparators(tokens, &layout)
    Brackets.decideBreaks(tokens, &layout)
    return Emitter.text(tokens, layout)
  }

  /// Whether two files, lexed with the same names, have the same tokens but for separators: what formatting must leave as
  /// it was.
  package static func keepsMeaning(_ before: TokenStore, _ after: TokenStore) -> Bool {
    var right: UInt32 = 1
    for left in 1..<UInt32(max(1, before.count)) where !before.kinds[left].isSeparator {
      while Int(right) < after.count && after.kinds[right].isSeparator { right += 1 }
      guard Int(right) < after.count, isSame(before, left, after, right) else { return false }
      right += 1
    }
    while Int(right) < after.count && after.kinds[right].isSeparator { right += 1 }
    return Int(right) == after.count
  }

  private static func isSame(_ before: TokenStore, _ left: UInt32, _ after: TokenStore, _ right: UInt32) -> Bool {
    let kind = before.kinds[left]
    guard kind == after.kinds[right] else { return false }
    if kind.isName { return before.payloads[left] == after.payloads[right] }
    return !kind.hasEnd || before.bytes(of: TokenId(left)).elementsEqual(after.bytes(of: TokenId(right)))
  }
}

extension TokenKind {
  fileprivate var isSeparator: Bool { self == .semicolon || self == .comma }
}
