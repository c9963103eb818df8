// Compiled programs in files. An entry is complete and whole, or it is not used:
//
//     machine code     what Wasmtime serialized, an ELF file
//     module           the WebAssembly module it was made from, for traces after a stop
//     trailer          64 bytes, little-endian:
//         +0   magic "ZONGCODE"
//         +8   u64 version of this format
//        +16   u64 length of the machine code
//        +24   u64 length of the module
//        +32   u64 checksum of the machine code
//        +40   u64 checksum of the module
//        +48   u64 zero
//        +56   u64 checksum of the trailer so far
//
// What comes after its end doesn't disturb the ELF file, so the entry can be mapped as it is. Entries appear by
// renaming; the oldest go when there is too much.

/// A folder of compiled programs.
struct CodeCache: Sendable {
  /// The most that the folder keeps, in bytes.
  static let capacity = 256 << 20

  private let folder: String
  private let capacity: Int

  /// The cache in `folder`. Null if the folder isn't safe to load code from and can't be made so.
  init?(folder: String?, capacity: Int = CodeCache.capacity) {
    guard let folder, CacheFolder.prepare(folder) else { return nil }
    self.folder = folder
    self.capacity = capacity
  }

  /// The whole entry `name`. A damaged one is removed.
  func open(name: String) -> CacheEntry? {
    let path = path(name)
    guard let file = Descriptor(path: path, O_RDONLY | O_NOFOLLOW) else { return nil }
    guard let entry = CacheEntry(file, path: path) else {
      unlink(path)
      return nil
    }
    return entry
  }

  /// Keeps an entry. Does nothing where that isn't possible.
  func store(_ code: UnsafeRawBufferPointer, _ module: UnsafeRawBufferPointer, as name: String) {
    let size = code.count + module.count + CacheEntry.trailerSize
    guard size <= capacity / 4 else { return }
    let temporary = "\(folder)/\(name).\(getpid()).\(UInt64.random(in: 0 ... .max)).new"
    guard let file = Descriptor(path: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW) else { return }
    let trailer = CacheEntry.trailer(code, module)
    let whole = file.write(code) && file.write(module) && trailer.withUnsafeBytes { file.write($0) }
    guard whole, rename(temporary, path(name)) == 0 else {
      unlink(temporary)
      return
    }
    removeOldest()
  }

  private func path(_ name: String) -> String { "\(folder)/\(name).code" }

  /// Removes the entries that were not used for longest until the rest fits, and what writers left unfinished.
  private func removeOldest() {
    let files = CacheFolder.files(in: folder)
    for file in files where file.name.hasSuffix(".new") && file.age > 600 { unlink(file.path) }
    var entries = files.filter { $0.name.hasSuffix(".code") }
    var total = entries.reduce(0) { $0 + $1.size }
    guard total > capacity else { return }
    entries.sort { $0.age > $1.age }
    // Well below the capacity, so that not every store has to tidy up.
    for entry in entries where total > capacity / 4 * 3 {
      unlink(entry.path)
      total -= entry.size
    }
  }
}

/// One whole entry, held open, so that it stays even if it is removed from its folder.
final class CacheEntry: @unchecked Sendable {
  static let trailerSize = 64
  private static let magic: UInt64 = 0x4544_4F43_474E_4F5A
  private static let version: UInt64 = 1

  /// Where the entry is. Only whole entries take an entry's place, so what is there was checked.
  let path: String
  private let file: Descriptor
  private let codeSize: Int
  private let moduleSize: Int
  private let moduleChecksum: UInt64

  /// Checks the entry. Null if it isn't whole.
  init?(_ file: Descriptor, path: String) {
    guard let status = file.status, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      let size = Int(exactly: status.st_size), size >= Self.trailerSize,
      let bytes = file.read(at: size - Self.trailerSize, count: Self.trailerSize)
    else { return nil }
    let words = bytes.withUnsafeBytes { raw in
      (0..<8).map { UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    }
    let sum = bytes.withUnsafeBytes { checksum(UnsafeRawBufferPointer(rebasing: $0[..<56])) }
    guard words[0] == Self.magic, words[1] == Self.version, words[7] == sum,
      let codeSize = Int(exactly: words[2]), let moduleSize = Int(exactly: words[3]), codeSize > 0,
      codeSize <= size, moduleSize <= size, codeSize + moduleSize + Self.trailerSize == size,
      Self.checksumOfStart(file, codeSize) == words[4]
    else { return nil }
    self.file = file
    self.path = path
    self.codeSize = codeSize
    self.moduleSize = moduleSize
    moduleChecksum = words[5]
    CacheFolder.markUsed(path, status)
  }

  /// What was kept as code, read now: for entries that aren't code.
  func codeBytes() -> [UInt8]? { file.read(at: 0, count: codeSize) }

  /// The module, read now. Null if it is damaged.
  func moduleBytes() -> [UInt8]? {
    guard let bytes = file.read(at: codeSize, count: moduleSize) else { return nil }
    return bytes.withUnsafeBytes { checksum($0) } == moduleChecksum ? bytes : nil
  }

  static func trailer(_ code: UnsafeRawBufferPointer, _ module: UnsafeRawBufferPointer) -> [UInt8] {
    var words = [magic, version, UInt64(code.count), UInt64(module.count), checksum(code), checksum(module), 0]
    words = words.map(\.littleEndian)
    words.append(words.withUnsafeBytes { checksum($0) }.littleEndian)
    return words.withUnsafeBytes { Array($0) }
  }

  private static func checksumOfStart(_ file: Descriptor, _ count: Int) -> UInt64? {
    guard let mapped = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.number, 0), mapped != MAP_FAILED else {
      return nil
    }
    defer { munmap(mapped, count) }
    return checksum(UnsafeRawBufferPointer(start: mapped, count: count))
  }
}
