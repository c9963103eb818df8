// One file on its way through the formatter: lexed, parsed, written anew, and compared with what it was.

import ZongStores
import ZongSyntax

/// What the formatter made of a file.
package struct FormattedFile {
  /// The formatted text; null if the file has syntax errors, or is too large.
  package private(set) var text: [UInt8]?
  /// The syntax errors, and warnings.
  package private(set) var diagnostics = Diagnostics()
  /// The file, for showing the diagnostics.
  package let sources = SourceMap()
  /// The formatter would have changed the program. A mistake in the formatter; `text` is null.
  package private(set) var isUnfaithful = false

  /// Formats a file. `path` is for messages. Needs a deep stack (`Parallel.onDeepStack`).
  package init(path: String, contents: SourceBytes) {
    guard let file = sources.add(path: path, contents: contents) else {
      diagnostics.report(.typeTooLarge, at: .none, "the file is too large")
      return
    }
    let names = Interner.withKeywords()
    let tokens = Lexer.tokenize(file, names: names, into: &diagnostics)
    let trees = Parser.parseAll(tokens, into: &diagnostics)
    diagnostics.sortByPosition()
    if diagnostics.hasErrors { return }
    let formatted = Formatter.format(tokens, trees)
    text = isFaithful(formatted, to: file, tokens, names) ? formatted : nil
    isUnfaithful = text == nil
  }

  /// Whether the formatted text has the tokens of the file and, but for separators and white space, its bytes: so its
  /// comments too.
  private func isFaithful(_ text: [UInt8], to file: SourceFile, _ tokens: TokenStore, _ names: Interner) -> Bool {
    var found = Diagnostics()
    guard Self.inkOf(file.text) == text.withUnsafeBufferPointer(Self.inkOf),
      let again = text.withUnsafeBufferPointer({ sources.add(path: file.path, contents: $0) })
    else { return false }
    let relexed = Lexer.tokenize(again, names: names, into: &found)
    return !found.hasErrors && Formatter.keepsMeaning(tokens, relexed)
  }

  /// A number that is the same for texts with the same bytes but for white space, `;` and `,`: their count and sum.
  private static func inkOf(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    let hasMark = text.starts(with: [0xEF, 0xBB, 0xBF])
    var ink = 0
    for byte in text.dropFirst(hasMark ? 3 : 0) where byte > 0x20 && byte != 0x3B && byte != 0x2C {
      ink &+= 0x1_0000_0000 &+ Int(byte)
    }
    return ink
  }
}
