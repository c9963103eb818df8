// What the formatter knows of each token besides its kind: a flat array beside the token store's own.

import ZongStores
import ZongSyntax

/// Facts about one token that its kind doesn't tell.
struct TokenMarks: OptionSet, BitwiseCopyable {
  let rawValue: UInt16
  /// The first token of a statement, a declaration, an enum's case or a match's arm.
  static let startsItem = TokenMarks(rawValue: 1)
  /// The item is a case or an arm: commas stand between such, and several may share a line.
  static let startsEntry = TokenMarks(rawValue: 2)
  /// A `;` follows.
  static let endsStatement = TokenMarks(rawValue: 4)
  /// The last token of a case or an arm, which a comma follows.
  static let endsEntry = TokenMarks(rawValue: 8)
  /// `<` or `>` around types.
  static let typeBracket = TokenMarks(rawValue: 16)
  /// `-`, `!` or `~` before its operand.
  static let prefix = TokenMarks(rawValue: 32)
  /// A reserved word that is a name here.
  static let isName = TokenMarks(rawValue: 64)
  /// `(` or `[` around a list with commas, which may end with one.
  static let opensList = TokenMarks(rawValue: 128)
  /// A separator of the source: the formatter writes its own.
  static let dropped = TokenMarks(rawValue: 256)
  /// Of a `{`: its contents stand on lines of their own.
  static let isBroken = TokenMarks(rawValue: 512)
  /// Of a `{`: an arm of this match is a block, so the match takes several lines.
  static let hasBlockArm = TokenMarks(rawValue: 1024)
}

/// What the formatter knows of a file's tokens, by their index.
struct Layout: ~Copyable {
  var marks: Store<TokenMarks>
  /// Of a bracket: the other one. Strings with interpolation count as brackets from head to tail. 0 for others.
  var partner: Store<UInt32>
  /// Of a `{`: the token whose line says how far its contents are indented. Of a `(` or `[`: the number of commas
  /// directly in it.
  var header: Store<UInt32>
  /// Of a `{`: the first `{` of the `if` it belongs to, whose blocks are all on one line or none.
  var group: Store<UInt32>

  init(count: Int) {
    marks = Store(capacity: count)
    partner = Store(capacity: count)
    header = Store(capacity: count)
    group = Store(capacity: count)
    marks.append(repeating: [], count: count)
    partner.append(repeating: 0, count: count)
    header.append(repeating: 0, count: count)
    group.append(repeating: 0, count: count)
  }

  mutating func mark(_ token: UInt32, _ mark: TokenMarks) { marks[token].formUnion(mark) }
  func has(_ token: UInt32, _ mark: TokenMarks) -> Bool { marks[token].contains(mark) }
}

extension TokenKind {
  var opensBracket: Bool {
    self == .leftParen || self == .leftBracket || self == .leftBrace || self == .stringHead
  }
  var closesBracket: Bool {
    self == .rightParen || self == .rightBracket || self == .rightBrace || self == .stringTail
  }
}
