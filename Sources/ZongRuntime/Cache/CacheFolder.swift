// The user's cache folder, what makes a folder fit to load code from, and how its files are listed and marked as used.

/// A file in the cache folder. Its modification time tells when it was last used.
struct CachedFile {
  let path: String
  let name: String
  /// In bytes.
  let size: Int
  /// Seconds since it was last marked as used.
  let age: Int
}

enum CacheFolder {
  /// `$XDG_CACHE_HOME/zong` or `~/.cache/zong`. Null if the environment names neither.
  static var user: String? {
    // A relative path is to be ignored: XDG Base Directory Specification.
    if let folder = environment("XDG_CACHE_HOME"), folder.hasPrefix("/") { return folder + "/zong" }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.cache/zong"
  }

  /// True if `path` is a folder, not a link to one, that belongs to the user and that nobody else may use:
  /// what lies in it is run. Creates it, and the folders above it, where they are missing.
  static func prepare(_ path: String) -> Bool {
    if isPrivate(path) { return true }
    create(path)
    return isPrivate(path)
  }

  private static func isPrivate(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT == S_IFDIR && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
  }

  private static func create(_ path: String) {
    if mkdir(path, 0o700) == 0 || errno != ENOENT { return }
    var missing: [String] = [path]
    var above = directory(of: path)
    while above != "/", above != ".", mkdir(above, 0o700) != 0, errno == ENOENT {
      missing.append(above)
      above = directory(of: above)
    }
    for folder in missing.reversed() { mkdir(folder, 0o700) }
  }

  /// The plain files in `folder`.
  static func files(in folder: String) -> [CachedFile] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var files: [CachedFile] = []
    let now = time(nil)
    while let item = readdir(stream) {
      let name = withUnsafePointer(to: &item.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      files.append(
        CachedFile(path: path, name: name, size: Int(status.st_size), age: now - modificationTime(status)))
    }
    return files
  }

  /// A file is marked as used at most this often, in seconds.
  private static let useInterval = 3600

  /// Marks the file at `path` as used now.
  static func markUsed(_ path: String, _ status: stat) {
    if time(nil) - modificationTime(status) > useInterval { utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) }
  }

  private static func modificationTime(_ status: stat) -> Int {
    #if os(Linux)
      status.st_mtim.tv_sec
    #else
      status.st_mtimespec.tv_sec
    #endif
  }
}
