// The embedded standard library is the one in Library/std.

import Foundation
import Testing
import ZongLibrary

@Suite struct LibraryTests {
  /// Files under Library/std, by their paths in Library.
  private var onDisk: [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Library")
    let found = FileManager.default.enumerator(atPath: folder.appending(path: "std").path)
    return (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".zong") }.map { "std/" + $0 }
  }

  @Test func everyFileIsEmbedded() {
    let modules = Library.moduleNames.compactMap { Library.module(named: $0) }
    #expect(modules.count == Library.moduleNames.count && modules.count > 5)
    #expect((Library.core + modules).map(\.path).sorted() == onDisk.sorted())
    #expect((Library.core + modules).allSatisfy { $0.bytes.count > 100 })
    #expect(Library.moduleNames == Library.moduleNames.sorted())
  }
}
