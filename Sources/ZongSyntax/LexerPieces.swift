// A large file is lexed in pieces, on several threads if there are some. A piece begins at a line that looks like the
// beginning of a top-level declaration; whether it is one shows when the piece before it has been lexed, which must end
// there with nothing open. If it doesn't, or if anything is wrong anywhere, the file is lexed anew as a whole. So the
// pieces depend on the text alone, tokens are never read out of place, and mistakes are reported as ever.

import ZongStores

extension Lexer {
  /// The least number of bytes in a piece.
  package static let pieceSize = 1 << 19

  /// The tokens of `file` as one store or several, each of which begins with a declaration.
  package static func tokenizeInPieces(
    _ file: SourceFile, names: Interner, threads: Int, pieceSize: Int = Lexer.pieceSize,
    into diagnostics: inout Diagnostics
  ) -> [TokenStore] {
    let bounds = pieceBounds(file, pieceSize)
    if bounds.count > 2, UTF8Validation.isValid(file),
      let pieces = threads > 1 ? lexTogether(file, bounds, names, threads) : lexInTurn(file, bounds, names)
    {
      return pieces
    }
    return [tokenize(file, names: names, into: &diagnostics)]
  }

  /// Where the pieces begin, and the end of the file.
  private static func pieceBounds(_ file: SourceFile, _ pieceSize: Int) -> [Int] {
    var bounds = [0]
    while let last = bounds.last, file.count - last >= 2 * pieceSize,
      let next = declaration(in: file, from: last + pieceSize)
    {
      bounds.append(next)
    }
    bounds.append(file.count)
    return bounds
  }

  /// The first line behind `start` that begins with `func` or `struct` and follows on a `}` or `;`.
  private static func declaration(in file: SourceFile, from start: Int) -> Int? {
    let bytes = file.bytes
    for offset in start..<file.count where bytes[offset] == 0x0A {
      let word = ByteWord(bytes, offset + 1)
      guard word.prefix(5) == ByteWord.funcAndSpace || word.prefix(7) == ByteWord.structAndSpace else { continue }
      var before = offset
      while before > 0, bytes[before] == 0x0A || bytes[before] == 0x20 { before -= 1 }
      if bytes[before] == 0x7D || bytes[before] == 0x3B { return offset + 1 }
    }
    return nil
  }

  /// One piece after the other; null if one of them doesn't end where the next begins.
  private static func lexInTurn(_ file: SourceFile, _ bounds: [Int], _ names: Interner) -> [TokenStore]? {
    var pieces: [TokenStore] = []
    for index in 0..<bounds.count - 1 {
      guard let piece = lexPiece(file, from: bounds[index], to: bounds[index + 1], names) else { return nil }
      pieces.append(piece)
    }
    return pieces
  }

  /// All pieces at once, each with names of its own, which then become those of the whole in their order.
  private static func lexTogether(
    _ file: SourceFile, _ bounds: [Int], _ names: Interner, _ threads: Int
  ) -> [TokenStore]? {
    let count = bounds.count - 1
    let results = Results<(piece: TokenStore, names: Interner)>(count: count)
    Parallel.forEach(count, threads: threads) { index, _ in
      let own = Interner.withKeywords(room: 4096)
      results[index] = lexPiece(file, from: bounds[index], to: bounds[index + 1], own).map { ($0, own) }
    }
    var pieces: [TokenStore] = []
    var translations: [[UInt32]] = []
    for index in 0..<count {
      guard let (piece, own) = results[index] else { return nil }
      pieces.append(piece)
      translations.append((0..<own.count).map { names.intern(own.bytes(of: NameId(UInt32($0)))).index })
    }
    let (stores, tables) = (pieces, translations)
    Parallel.forEach(count, threads: threads) { index, _ in stores[index].translateNames(tables[index]) }
    return pieces
  }

  /// The tokens from `start` to `end`; null if something is wrong with them or open at the end.
  private static func lexPiece(_ file: SourceFile, from start: Int, to end: Int, _ names: Interner) -> TokenStore? {
    var scanner = Scanner(file: file, names: names, from: start, to: end)
    scanner.scanFile()
    return scanner.isCleanlyAt(end) ? scanner.finish() : nil
  }
}

extension Scanner {
  /// The scan has come to `end` with nothing open and nothing to report, and a declaration may follow.
  fileprivate func isCleanlyAt(_ end: Int) -> Bool {
    at == end && depth == 0 && braceDepth == 0 && parenDepth == 0 && openStrings.isEmpty && !isUnbalanced
      && !isTruncated && reports.diagnostics.items.isEmpty && damaged.isEmpty && !gap.contains(.documented)
      && (end == count || previousKind == .rightBrace || previousKind == .semicolon)
  }
}

extension ByteWord {
  /// `func ` and `struct `.
  fileprivate static let funcAndSpace: UInt64 = 0x20_636E_7566
  fileprivate static let structAndSpace: UInt64 = 0x20_7463_7572_7473
}
