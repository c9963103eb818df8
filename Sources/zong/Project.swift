// A project: a folder with a manifest, zong.toml. Which one a program belongs to, and what a command means that names no
// file.

import ZongManifest
import ZongRuntime
import ZongSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct Project {
  /// The manifest's file, as messages name it.
  let file: String
  /// The folder that holds it, without links.
  let folder: String
  let manifest: Manifest

  /// The entry, as messages name it; null if the manifest has none.
  var entry: String? { manifest.entry.map { shownPath("\(folder)/\($0)") } }

  /// The manifest's permissions, with paths from the root on.
  var permissions: PermissionSettings {
    var result = manifest.permissions
    for kind in PermissionKind.allCases {
      let absolute = { (name: String) in kind.isPath(name) && !name.hasPrefix("/") ? "\(folder)/\(name)" : name }
      if let said = result.allowed[kind] { result.allowed[kind] = said.mapped(absolute) }
      if let said = result.denied[kind] { result.denied[kind] = said.mapped(absolute) }
    }
    return result
  }

  /// The project that a folder belongs to; null if it belongs to none. Mistakes in the manifest are shown, and end the
  /// command.
  static func find(from folder: String, _ format: MessageFormat) throws -> Project? {
    guard let found = try ManifestFinder.find(from: folder) else { return nil }
    let path = shownPath("\(found.folder)/\(Manifest.fileName)")
    let sources = SourceMap()
    guard let file = sources.add(path: path, contents: found.contents) else { return nil }
    var diagnostics = Diagnostics()
    let manifest = Manifest.read(file, isHost: { NetworkPattern($0) != nil }, into: &diagnostics)
    Reporter(format: format).show(diagnostics, sources)
    guard let manifest else { throw ExitStatus.failure }
    return Project(file: path, folder: found.folder, manifest: manifest)
  }
}

/// The program that a command is about: a file, and the project that it belongs to.
struct ProgramPlace {
  let file: String
  let project: Project?
  /// The command names no file but the project, or nothing at all.
  let isEntry: Bool

  /// - Parameter file: A source or module, a project's folder, or null for the project of the current folder.
  static func find(_ file: String?, _ format: MessageFormat) throws -> ProgramPlace {
    if file == "-" { return ProgramPlace(file: "-", project: nil, isEntry: false) }
    if let file, !SourceFinder.isFolder(file) {
      return ProgramPlace(file: file, project: try Project.find(from: parentFolder(of: file), format), isEntry: false)
    }
    let folder = file ?? "."
    guard let project = try Project.find(from: folder, format) else {
      let place = file.map { "\($0) is a folder without" } ?? "there is no FILE, and here is no"
      Output.error("\(place) \(Manifest.fileName), in it or above it")
      throw ExitStatus.usage
    }
    guard let entry = project.entry else {
      throw FileError(message: "\(project.file) names no entry: entry = \"main.zong\" would be one")
    }
    return ProgramPlace(file: entry, project: project, isEntry: true)
  }
}

/// The folder that a path's last name lies in, as it was written.
func parentFolder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A path without links as it is shown: from the current folder on, if it lies there.
func shownPath(_ path: String) -> String {
  guard let current = getcwd(nil, 0) else { return path }
  defer { free(current) }
  let folder = String(cString: current)
  if path == folder { return "." }
  return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
}
