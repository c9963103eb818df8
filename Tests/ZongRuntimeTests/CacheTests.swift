// The cache of compiled code: whole entries are used, anything else is compiled again, and nothing that goes wrong
// with it reaches the program.

import Testing

@testable import ZongRuntime

private let hello = command("(call $write (i32.const 1024) (i32.const 13))")
private let key = CacheKey(high: 1, low: 2)

/// Fills a cache in `folder` with one program and returns the entry's path.
private func fill(_ folder: String) throws -> String {
  let runtime = try Runtime.open(EngineSettings(), cacheFolder: folder)
  _ = try runtime.compile(module(hello), key: key)
  let entries = names(in: folder)
  try #require(entries.count == 1)
  return folder + "/" + entries[0]
}

@Test func keptProgramsRunWithoutCompiling() throws {
  try withFolder { folder in
    _ = try fill(folder)
    let runtime = try Runtime.open(EngineSettings(), cacheFolder: folder)
    let program = try #require(runtime.cached(key))
    #expect(program.wasCached)
    #expect(try run(runtime, program).output == "Hello, world\n")
    #expect(program.moduleBytes() == (try module(hello)))
    #expect(runtime.cached(CacheKey(high: 1, low: 3)) == nil)
  }
}

@Test func settingsAreKeptApart() throws {
  try withFolder { folder in
    _ = try fill(folder)
    #expect(try Runtime.open(EngineSettings(optimise: true), cacheFolder: folder).cached(key) == nil)
    #expect(try Runtime.open(EngineSettings(timeLimited: true), cacheFolder: folder).cached(key) == nil)
    #expect(try Runtime.open(EngineSettings(maxStack: 1 << 20), cacheFolder: folder).cached(key) != nil)
  }
}

@Test func damagedEntriesAreNeverUsed() throws {
  try withFolder { folder in
    let path = try fill(folder)
    let whole = path.fileBytes
    let runtime = try Runtime.open(EngineSettings(), cacheFolder: folder)
    // Every byte of the trailer, and a sample of the rest. Damage in the module is found when it is read.
    let trailer = (whole.count - CacheEntry.trailerSize)..<whole.count
    for index in Array(stride(from: 0, to: trailer.lowerBound, by: 97)) + Array(trailer) {
      var damaged = whole
      damaged[index] ^= 0x10
      try path.withFile(damaged)
      if let program = runtime.cached(key) {
        #expect(index < trailer.lowerBound)
        #expect(program.moduleBytes() == [])
        #expect(try run(runtime, program).output == "Hello, world\n")
      } else {
        #expect(names(in: folder) == [], "a damaged entry stays")
      }
    }
  }
}

@Test func truncatedAndForeignEntriesAreNeverUsed() throws {
  try withFolder { folder in
    let path = try fill(folder)
    let whole = path.fileBytes
    let runtime = try Runtime.open(EngineSettings(), cacheFolder: folder)
    for contents in [[], Array(whole.dropLast()), Array(whole[..<64]), whole + [0], Array("not an entry".utf8)] {
      try path.withFile(contents)
      #expect(runtime.cached(key) == nil)
    }
    unlink(path)
    #expect(symlink("/etc/passwd", path) == 0)
    #expect(runtime.cached(key) == nil)
  }
}

@Test func compilingAgainReplacesADamagedEntry() throws {
  try withFolder { folder in
    let path = try fill(folder)
    try path.withFile("damaged")
    _ = try fill(folder)
    let runtime = try Runtime.open(EngineSettings(), cacheFolder: folder)
    #expect(runtime.cached(key) != nil)
  }
}

@Test func foldersThatOthersMayUseAreNotUsed() throws {
  try withFolder { folder in
    chmod(folder, 0o755)
    #expect(CodeCache(folder: folder) == nil)
    chmod(folder, 0o700)
    #expect(CodeCache(folder: folder) != nil)
    #expect(symlink(folder, folder + "/link") == 0)
    #expect(CodeCache(folder: folder + "/link") == nil)
    try (folder + "/file").withFile("")
    #expect(CodeCache(folder: folder + "/file") == nil)
    #expect(CodeCache(folder: folder + "/file/below") == nil)
    #expect(CodeCache(folder: folder + "/made/on/the/way") != nil)
    #expect(CodeCache(folder: "/proc/nowhere/zong") == nil)
  }
}

@Test func programsRunWithoutACache() throws {
  let runtime = try Runtime.open(EngineSettings(), cacheFolder: "/proc/nowhere/zong")
  #expect(runtime.cached(key) == nil)
  let program = try runtime.compile(module(hello), key: key)
  #expect(try run(runtime, program).output == "Hello, world\n")
}

@Test func theOldestEntriesGoFirst() throws {
  try withFolder { folder in
    let cache = try #require(CodeCache(folder: folder, capacity: 40_000))
    let code = [UInt8](repeating: 1, count: 4000)
    for index in 0..<10 {
      code.withUnsafeBytes { cache.store($0, $0, as: "entry\(index)") }
      let time = timespec(tv_sec: 1_000_000 + index, tv_nsec: 0)
      _ = [time, time].withUnsafeBufferPointer {
        utimensat(AT_FDCWD, "\(folder)/entry\(index).code", $0.baseAddress, 0)
      }
    }
    let kept = names(in: folder)
    #expect(kept.contains("entry9.code"))
    #expect(!kept.contains("entry0.code"))
    #expect(kept.count <= 4)
  }
}

@Test func keysDependOnEveryPiece() {
  func key(_ pieces: [String]) -> CacheKey {
    var hasher = CacheKeyHasher()
    for piece in pieces { hasher.add(piece) }
    return hasher.finish()
  }
  let keys = [
    key([]), key([""]), key(["", ""]), key(["a"]), key(["a", ""]), key(["ab"]), key(["a", "b"]),
    key(["abcdefgh"]), key(["abcdefghi"]), key(["abcdefg", "h"]),
  ]
  #expect(Set(keys).count == keys.count)
  #expect(key(["x"]) == key(["x"]))
  #expect(CacheKey(high: 0x0123_4567_89AB_CDEF, low: 1).text == "0123456789abcdef0000000000000001")
}

@Test func hashesAgreeWithTheirSpecifications() {
  // The first of the reference implementation's vectors: key 00 01 … 0F, empty input.
  var empty = CacheKeyHasher(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
  empty.absorb(UnsafeRawBufferPointer(start: nil, count: 0))
  let first = empty.finish()
  #expect(first.low.littleEndian == 0xE6A8_25BA_047F_81A3 && first.high == 0x9302_55C7_1472_F66D)
  let texts: [(String, UInt64)] = [
    ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
    ("The quick brown fox jumps over the lazy dog", 0x0B24_2D36_1FDA_71BC),
  ]
  for (text, expected) in texts {
    #expect(Array(text.utf8).withUnsafeBytes { checksum($0) } == expected, "\(text)")
  }
}
