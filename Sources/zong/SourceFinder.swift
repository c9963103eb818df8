// Which files a command means: those that are named, and all sources in the folders that are named.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum SourceFinder {
  /// Folders are searched this deep.
  private static let depthLimit = 64

  /// The sources that `paths` mean, in order, each once: files as they are, and the `.zong` files in folders, sorted, but
  /// for those in folders whose names begin with a dot. Without paths, those of the current folder.
  static func find(_ paths: [String]) throws(FileError) -> [String] {
    var found: [String] = []
    var seen = Set<String>()
    for path in paths.isEmpty ? ["."] : paths {
      let files = try isFolder(path) ? sources(in: path, depth: 0) : [path]
      for file in files where seen.insert(file).inserted { found.append(file) }
    }
    return found
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func sources(in folder: String, depth: Int) throws(FileError) -> [String] {
    guard depth < depthLimit else { return [] }
    guard let stream = opendir(folder) else { throw FileError(message: "can't read \(folder): \(Process.lastError)") }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    closedir(stream)
    var found: [String] = []
    for name in names.sorted() {
      let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if isLinkedFolder(path) { continue }
      if isFolder(path) { found += try sources(in: path, depth: depth + 1) }
      if name.hasSuffix(".zong") && !isFolder(path) { found.append(path) }
    }
    return found
  }

  /// Links to folders aren't followed: they may lead round in a circle.
  private static func isLinkedFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK && isFolder(path)
  }
}
