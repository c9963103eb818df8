// The outline of a library file: its tokens without the bodies of functions, which are read when a program turns out to
// use the function. Nearly all of the library is bodies, and nearly no program uses more than a few of them.
//
// The library is formatted, so a body is known by its lines: it begins with the `{` at the end of a line that begins with
// `func` or `static func`, and ends with the next line that begins with a `}` in the same column. That this is so, and
// that nothing is declared inside of the bodies, is tested for all files of the library.

import ZongStores

/// The body of a function that isn't among the tokens of its file: the `{` and the `}` stand side by side there.
package struct LeftOutBody: BitwiseCopyable {
  /// From the `{` to behind the `}`, as offsets in the file.
  package let start: UInt32
  package let end: UInt32
  /// The part that it was read into, or 0.
  package var part: UInt32 = 0
}

extension Lexer {
  /// The tokens of a library file without the bodies of functions. The file must be valid and formatted.
  package static func outline(
    _ file: SourceFile, names: Interner, into diagnostics: inout Diagnostics
  ) -> TokenStore {
    var scanner = Scanner(file: file, names: names, table: .outline)
    scanner.scanFile()
    scanner.closeOpenStrings()
    diagnostics.append(contentsOf: scanner.reports.diagnostics)
    return scanner.finish()
  }

  /// The tokens of a body that was left out.
  package static func tokenize(
    _ body: LeftOutBody, of file: SourceFile, names: Interner, into diagnostics: inout Diagnostics
  ) -> TokenStore {
    var scanner = Scanner(file: file, names: names, from: Int(body.start), to: Int(body.end))
    scanner.scanFile()
    scanner.closeOpenStrings()
    diagnostics.append(contentsOf: scanner.reports.diagnostics)
    return scanner.finish()
  }
}

extension Scanner {
  private static let funcAndSpace: UInt64 = 0x20_636E_7566
  private static let staticAndSpace: UInt64 = 0x2063_6974_6174_73

  /// A `{`, with the body behind it left out if that can be.
  @inline(never)
  mutating func scanBodyBrace() {
    braceDepth += 1
    depth += 1
    if let end = endOfBody(from: at) {
      add(.leftBrace, at, noteLeftOut(from: at, to: end))
      at = end
    } else {
      add(.leftBrace, length: 1)
    }
  }

  /// Where the line end before the `}` is, if the `{` at `open` begins a body that can be left out.
  private func endOfBody(from open: Int) -> Int? {
    if bytes[open + 1] != 0x0A { return nil }
    var line = open
    while line > 0 && bytes[line - 1] != 0x0A { line -= 1 }
    var column = line
    while bytes[column] == 0x20 { column += 1 }
    var word = column
    if ByteWord(bytes, word).prefix(7) == Scanner.staticAndSpace { word += 7 }
    guard ByteWord(bytes, word).prefix(5) == Scanner.funcAndSpace else { return nil }
    var at = open + 1
    while at < count {
      if bytes[at] == 0x0A, isClosingLine(at + 1, column: column - line) { return at }
      at += 1
      at += ByteWord(bytes, at).firstLineEndOrZero
    }
    return nil
  }

  /// Whether the line at `start` has a `}` in `column` and nothing before it.
  private func isClosingLine(_ start: Int, column: Int) -> Bool {
    for offset in 0..<column where bytes[start + offset] != 0x20 { return false }
    return bytes[start + column] == 0x7D
  }

  /// Notes a body from its `{` to the `}` in the line behind `lineEnd`; returns its number, which counts from 1.
  private mutating func noteLeftOut(from open: Int, to lineEnd: Int) -> UInt32 {
    var close = lineEnd
    while bytes[close] != 0x7D { close += 1 }
    return leftOut.add(LeftOutBody(start: UInt32(open), end: UInt32(close + 1))) + 1
  }
}
