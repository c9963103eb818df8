// Wasmtime's library inside the executable, where Scripts/release puts it:
//
//     executable       as it was linked
//     library          packed with gzip
//     trailer          64 bytes at the end of the file, little-endian:
//         +0   32 bytes SHA-256 of the unpacked library
//        +32   u64 where the packed library begins
//        +40   u64 length of the packed library
//        +48   u64 length of the unpacked library
//        +56   magic "ZONGWASM"
//
// It is unpacked once into the user's cache folder, under its hash. Where that can't be written, it goes into an
// anonymous file or a temporary one for each run.

import CWasmtime

/// The library that was found in an executable.
struct EmbeddedLibrary {
  private static let trailerSize = 64
  private static let magic = Array("ZONGWASM".utf8)
  /// No library is larger, whatever a trailer says.
  private static let sizeLimit = 1 << 30

  private let file: Descriptor
  private let hash: [UInt8]
  private let offset: Int
  private let packedSize: Int
  private let size: Int

  /// Looks into `executable`. Null if there is no library in it.
  init?(executable: String) {
    guard let file = Descriptor(path: executable, O_RDONLY), let status = file.status,
      let fileSize = Int(exactly: status.st_size), fileSize > Self.trailerSize,
      let trailer = file.read(at: fileSize - Self.trailerSize, count: Self.trailerSize),
      Array(trailer[56...]) == Self.magic
    else { return nil }
    func word(_ offset: Int) -> Int {
      let value = trailer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian }
      return Int(min(value, UInt64(Self.sizeLimit)))
    }
    guard word(32) + word(40) + Self.trailerSize == fileSize else { return nil }
    self.file = file
    hash = Array(trailer[..<32])
    offset = word(32)
    packedSize = word(40)
    size = word(48)
  }

  /// A file of the library that can be opened. It stays if the cache folder can be written.
  func locate() throws(RuntimeError) -> LibraryLocation {
    let identity = hash.withUnsafeBytes { checksum($0) }
    let hint = "zong unpacked the library from itself"
    if let folder = CacheFolder.user, CacheFolder.prepare(folder) {
      let path = folder + "/" + name
      if isWhole(path) || unpack(to: path, in: folder) {
        return LibraryLocation(path: path, identity: identity, hint: hint)
      }
    }
    let bytes = try unpacked()
    if let path = anonymousFile(bytes) { return LibraryLocation(path: path, identity: identity, hint: hint) }
    if let path = temporaryFile(bytes) {
      return LibraryLocation(path: path, identity: identity, hint: hint, isTemporary: true)
    }
    throw RuntimeError(
      "there is no place to unpack Wasmtime's library to",
      notes: ["XDG_CACHE_HOME or HOME can name a folder that may be written"])
  }

  private static let prefix = "wasmtime-"
  private static let suffix = ".so"
  /// How long the libraries of other versions stay in the cache folder unused, in seconds.
  private static let patience = 30 * 86_400

  private var name: String {
    let digits = hash.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return Self.prefix + digits.joined() + Self.suffix
  }

  /// True if `path` is what an earlier run unpacked. It was checked then, and appeared whole by renaming.
  private func isWhole(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    guard status.st_uid == geteuid() && status.st_mode & 0o022 == 0 && Int(status.st_size) == size else { return false }
    CacheFolder.markUsed(path, status)
    return true
  }

  private func unpack(to path: String, in folder: String) -> Bool {
    guard let bytes = try? unpacked() else { return false }
    let temporary = "\(path).\(getpid()).\(UInt64.random(in: 0 ... .max)).new"
    guard let file = Descriptor(path: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o700) else {
      return false
    }
    guard bytes.withUnsafeBytes({ file.write($0) }), rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    Self.removeUnused(in: folder)
    return true
  }

  /// Removes the libraries of versions that haven't run for long. One that runs again unpacks its own again.
  private static func removeUnused(in folder: String) {
    for file in CacheFolder.files(in: folder) where file.name.hasPrefix(prefix) && file.age > patience {
      if file.name.hasSuffix(suffix) || file.name.hasSuffix(".new") { unlink(file.path) }
    }
  }

  private func unpacked() throws(RuntimeError) -> [UInt8] {
    guard let packed = file.read(at: offset, count: packedSize),
      let bytes = packed.withUnsafeBytes({ unpackGzip($0, count: size) })
    else { throw RuntimeError("the library inside the zong executable is damaged", notes: ["install zong again"]) }
    return bytes
  }

  /// The path of a file that has no place of its own and goes with the process.
  private func anonymousFile(_ bytes: [UInt8]) -> String? {
    #if os(Linux)
      let number = anonymous_file("wasmtime")
      guard number >= 0, bytes.withUnsafeBytes({ writeAll(number, $0) }) else { return nil }
      let path = "/proc/self/fd/\(number)"
      guard access(path, R_OK) == 0 else {
        close(number)
        return nil
      }
      // The descriptor stays open: the library is opened by this path.
      return path
    #else
      return nil
    #endif
  }

  /// The path of a new file among the system's temporary ones, for where /proc isn't there.
  private func temporaryFile(_ bytes: [UInt8]) -> String? {
    var path = Array("\(environment("TMPDIR") ?? "/tmp")/zong-XXXXXX".utf8CString)
    let number = mkstemp(&path)
    guard number >= 0 else { return nil }
    let file = Descriptor(taking: number)
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard bytes.withUnsafeBytes({ file.write($0) }) else {
      unlink(name)
      return nil
    }
    return name
  }
}
