// The user's cache folder, and what makes a folder fit to load code from.

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
}
