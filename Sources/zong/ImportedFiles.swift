// The imported files of a program whose compiled code is kept: the cache's key is made from their contents, so a change
// in any of them makes it another program. Which files they are is known only after compiling; a note in the cache,
// under the key of the program's own file, tells it to later runs.

import ZongRuntime

struct ImportedFiles {
  /// In the order in which the compiler asked for them. Several paths may lead to the same file.
  let files: [SourceText]

  /// The files that a note names, as they are now. Null if there is no note, or one of them can't be read.
  init?(note: [UInt8]?) {
    guard let note else { return nil }
    var files: [SourceText] = []
    for path in note.split(separator: 0) {
      guard let source = try? SourceReader.read(String(decoding: path, as: UTF8.self)) else { return nil }
      files.append(source)
    }
    self.files = files
  }

  /// The files that a compilation has read. Null if there are none.
  init?(_ files: [SourceText]) {
    if files.isEmpty { return nil }
    self.files = files
  }

  var note: [UInt8] { Array(files.map(\.path).joined(separator: "\0").utf8) }

  /// The key of the program with these files. Which paths lead to the same file goes into it: they are one module.
  func key(after key: CacheKey, _ source: SourceText) -> CacheKey {
    var hasher = CacheKeyHasher()
    hasher.add(key.high)
    hasher.add(key.low)
    var identities: [String?: Int] = [source.identity: 0]
    for (index, file) in files.enumerated() {
      hasher.add(file.path)
      let first = identities[file.identity] ?? index + 1
      identities[file.identity] = first
      hasher.add(UInt64(first))
      hasher.add(UnsafeRawBufferPointer(file.bytes.buffer))
    }
    return hasher.finish()
  }
}
