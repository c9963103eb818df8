// The embedded standard library is the one in Library/std.

import Foundation
import Testing
import ZongLibrary
import ZongStores

@testable import ZongSyntax

@Suite struct LibraryTests {
  /// Files under Library/std, by their paths in Library.
  private var onDisk: [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Library")
    let found = FileManager.default.enumerator(atPath: folder.appending(path: "std").path)
    return (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".zong") }.map { "std/" + $0 }
  }

  @Test func everyFileIsEmbedded() {
    #expect(Library.moduleNames.allSatisfy { !Library.module(named: $0).isEmpty } && Library.moduleNames.count > 5)
    let modules = Library.moduleNames.flatMap { Library.module(named: $0) }
    #expect((Library.core + modules).map(\.path).sorted() == onDisk.sorted())
    #expect((Library.core + modules).allSatisfy { $0.bytes.count > 100 })
    #expect(Library.moduleNames == Library.moduleNames.sorted())
  }
}

/// The library's files are read without the bodies of their functions (LexerOutline.swift), which must be possible.
@Suite struct LibraryOutlineTests {
  private let names = Interner.withKeywords()
  private let sources = SourceMap()

  private static let paths = (Library.core + Library.moduleNames.flatMap { Library.module(named: $0) }).map(\.path)

  private func file(_ path: String) throws -> SourceFile {
    let all = Library.core + Library.moduleNames.flatMap { Library.module(named: $0) }
    let found = try #require(all.first { $0.path == path })
    return try #require(sources.add(path: path, contents: found.bytes, isLibrary: true))
  }

  /// Kind, place and payload of tokens in a range of the file's offsets.
  private func tokens(_ store: TokenStore, from start: UInt32 = 0, to end: UInt32 = .max) -> [[UInt32]] {
    (1..<store.count - 1).filter { store.starts[$0] >= start && store.starts[$0] < end }.map {
      let isLeftOut = store.kinds[$0] == .leftBrace
      return [UInt32(store.kinds[$0].ordinal), store.starts[$0], isLeftOut ? 0 : store.payloads[$0]]
    }
  }

  @Test(arguments: paths)
  func bodiesAndOutlineMakeUpTheFile(path: String) throws {
    let file = try file(path)
    var found = Diagnostics()
    let whole = Lexer.tokenize(file, names: names, into: &found)
    let outline = Lexer.outline(file, names: names, into: &found)
    var inside: [[UInt32]] = []
    for index in 0..<outline.leftOut.count {
      let body = outline.leftOut[index]
      let store = Lexer.tokenize(body, of: file, names: names, into: &found)
      let all = tokens(store)
      #expect(all == tokens(whole, from: body.start, to: body.end))
      inside += all.dropFirst().dropLast()
      let tree = Parser.parseBody(store, into: &found)
      #expect(tree.kind(tree.root) == .block)
      let declared = tree.declarations.count
      #expect(declared == 0, "what is declared inside of a body that is left out isn't found")
    }
    #expect((tokens(outline) + inside).sorted { $0[1] < $1[1] } == tokens(whole))
    #expect(found.items.isEmpty)
    let functions = [whole, outline].map { store in
      Parser.parseAll(store, into: &found).reduce(0) { $0 + $1.declarations.count }
    }
    #expect(functions[0] == functions[1])
  }

  @Test func mostOfTheCoreIsLeftOut() throws {
    var whole = 0
    var leftOut = 0
    for source in Library.core {
      let file = try file(source.path)
      var found = Diagnostics()
      let outline = Lexer.outline(file, names: names, into: &found)
      whole += file.count
      for index in 0..<outline.leftOut.count {
        leftOut += Int(outline.leftOut[index].end - outline.leftOut[index].start)
      }
    }
    #expect(leftOut * 2 > whole)
  }
}
