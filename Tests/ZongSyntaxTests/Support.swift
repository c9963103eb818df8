// What the tests of the syntax share: source text in, tokens, trees and diagnostics out.

import Testing
import ZongStores

@testable import ZongSyntax

/// A piece of source that has been read.
struct Reading {
  let sources: SourceMap
  let file: SourceFile
  let names: Interner
  let tokens: TokenStore
  let trees: [Tree]
  let diagnostics: Diagnostics

  init(_ bytes: [UInt8], parse: Bool = true) throws {
    sources = SourceMap()
    // Another file first, so that no test mistakes positions for offsets.
    _ = sources.add(path: "other.zong", text: "// nothing\n")
    let map = sources
    let added = bytes.withUnsafeBufferPointer { map.add(path: "test.zong", contents: $0) }
    file = try #require(added)
    names = Interner.withKeywords()
    var found = Diagnostics()
    tokens = Lexer.tokenize(file, names: names, into: &found)
    trees = parse ? Parser.parseAll(tokens, into: &found) : []
    diagnostics = found
  }

  init(_ text: String, parse: Bool = true) throws { try self.init(Array(text.utf8), parse: parse) }

  /// `CODE LINE:COLUMN` of each diagnostic, in order of their places.
  var places: [String] {
    var sorted = diagnostics
    sorted.sortByPosition()
    return sorted.items.map {
      let location = sources.location(of: $0.span.start)
      return "\($0.kind) \(location.line):\(location.column)"
    }
  }

  var kinds: [DiagnosticKind] {
    var sorted = diagnostics
    sorted.sortByPosition()
    return sorted.items.map(\.kind)
  }

  var dump: String { trees.map { TreeDump.text(of: $0) }.joined() }

  /// The kinds of the tokens between the beginning and the end of the file.
  var tokenKinds: [TokenKind] { Array(tokens.kinds.array.dropFirst().dropLast()) }

  /// The texts of the same tokens.
  var tokenTexts: [String] {
    guard tokens.count > 2 else { return [] }
    return (1..<tokens.count - 1).map { tokens.text(of: TokenId(UInt32($0))) }
  }

  /// The source as it comes out of the tokens and the gaps between them.
  var restored: [UInt8] {
    var result: [UInt8] = []
    var offset = 0
    for index in 0..<tokens.count {
      let token = TokenId(UInt32(index))
      let start = Int(tokens.starts[index])
      for gap in offset..<max(offset, start) { result.append(file.bytes[gap]) }
      let end = max(start, Int(tokens.end(of: token)))
      for byte in start..<end { result.append(file.bytes[byte]) }
      offset = end
    }
    return result
  }

  /// The source with all fix-its of its diagnostics applied, the first of each diagnostic's that overlap.
  var cured: String {
    var fixes: [FixIt] = []
    for item in diagnostics.items { fixes += item.fixIts }
    fixes.sort { $0.span.start < $1.span.start }
    var result: [UInt8] = []
    var offset = 0
    for fix in fixes {
      let start = Int(fix.span.start.offset - file.base)
      if start < offset { continue }
      for index in offset..<start { result.append(file.bytes[index]) }
      result += Array(fix.replacement.utf8)
      offset = Int(fix.span.end.offset - file.base)
    }
    for index in offset..<max(offset, file.count) { result.append(file.bytes[index]) }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Checks that the text reads without mistakes, and that it comes out of tokens and gaps as it went in.
@discardableResult
func readCleanly(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Reading {
  let reading = try Reading(text)
  let shown = DiagnosticRenderer(sources: reading.sources, usesColour: false).text(of: reading.diagnostics)
  #expect(reading.diagnostics.items.isEmpty, "\(shown)", sourceLocation: sourceLocation)
  #expect(reading.restored == Array(text.utf8), sourceLocation: sourceLocation)
  return reading
}

/// Checks the tree of a text that has no mistakes. The dump begins below `root`.
func expectTree(_ text: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let reading = try readCleanly(text, sourceLocation: sourceLocation)
  let lines = reading.dump.split(separator: "\n").dropFirst().map { $0.dropFirst(2) }
  #expect(lines.joined(separator: "\n") == expected, sourceLocation: sourceLocation)
}

/// Checks which diagnostics a text gets, as `KIND LINE:COLUMN`.
func expectMistakes(_ text: String, _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
  let reading = try Reading(text)
  let shown = DiagnosticRenderer(sources: reading.sources, usesColour: false).text(of: reading.diagnostics)
  #expect(reading.places == expected, "\(shown)", sourceLocation: sourceLocation)
}
