// Paths as permissions compare them: from the root on, without links, `.` and `..`.

/// The names of the folders from the root to a file or folder, and its own.
package struct RealPath: Sendable, Equatable {
  /// The names, in bytes; none for the root.
  var names: [[UInt8]]

  init(names: [[UInt8]] = []) { self.names = names }

  /// Where a path leads that a person wrote: links are followed; what isn't there yet is taken as it is written.
  package init(resolving path: String) {
    let bytes = Array(path.utf8)
    let start = bytes.first == UInt8(ascii: "/") ? RealPath() : RealPath.workingFolder
    var walk = PathWalk(from: start, bytes)
    self = walk.run().path
  }

  /// The folder that the process works in.
  static var workingFolder: RealPath {
    guard let path = getcwd(nil, 0) else { return RealPath() }
    defer { free(path) }
    let bytes = UnsafeRawBufferPointer(start: path, count: strlen(path))
    return RealPath(names: bytes.split(separator: UInt8(ascii: "/")).map(Array.init))
  }

  /// Whether this is `other` or a folder that it lies in.
  func holds(_ other: RealPath) -> Bool { other.names.starts(with: names) }

  /// The folder that it lies in; the root for itself.
  var parent: RealPath { RealPath(names: names.dropLast()) }

  /// `/a/b`.
  var bytes: [UInt8] { names.isEmpty ? [UInt8(ascii: "/")] : names.flatMap { [UInt8(ascii: "/")] + $0 } }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether it lies in a folder through which the system shows itself: processes, devices, settings.
  var isSystem: Bool {
    guard let first = names.first else { return false }
    return ["proc", "sys", "dev"].contains { first.elementsEqual($0.utf8) }
  }

  /// Whether it lies in the folder of a process: its memory, its variables, its open files.
  var isOfProcess: Bool {
    guard names.count > 1, names[0].elementsEqual("proc".utf8) else { return false }
    return names[1].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Devices that show nothing and keep nothing.
  var isHarmlessDevice: Bool {
    guard names.count == 2, names[0].elementsEqual("dev".utf8) else { return false }
    return ["null", "zero", "full", "random", "urandom"].contains { names[1].elementsEqual($0.utf8) }
  }
}
