// The standard library's source text, embedded in the binary by Library/Library.c.

import CZongLibrary

/// A file of the standard library.
public struct LibraryFile: @unchecked Sendable {
  public let path: String
  /// The text, which stays where it is as long as the process runs.
  public let bytes: UnsafeBufferPointer<UInt8>

  /// What it is imported by: `http` of `std/http.zong` and of `std/http/server.zong`.
  var moduleName: String { String(path.dropFirst("std/".count).prefix { $0 != "/" && $0 != "." }) }

  init(_ file: library_file) {
    path = String(cString: file.path)
    bytes = UnsafeBufferPointer(start: file.bytes, count: file.count)
  }
}

public enum Library {
  /// What every program can use without an import. The files are one module: each sees all of the others.
  public static var core: [LibraryFile] { files(library_core) }

  /// The modules that programs import by name, in the order of the alphabet.
  public static var moduleNames: [String] {
    var names: [String] = []
    for file in files(library_modules) where names.last != file.moduleName { names.append(file.moduleName) }
    return names
  }

  /// The files of a module of the standard library: one, or those of its folder, which see all of each other; none if there
  /// is no module of that name.
  public static func module(named name: String) -> [LibraryFile] {
    files(library_modules).filter { $0.moduleName == name }
  }

  /// The module that a file with this name and text belongs to; empty if there is none.
  public static func module(of name: String, _ text: UnsafeBufferPointer<UInt8>) -> [LibraryFile] {
    let file = files(library_modules).first { $0.path.hasSuffix("/" + name) && $0.bytes.elementsEqual(text) }
    return file.map { module(named: $0.moduleName) } ?? []
  }

  private static func files(_ table: (UnsafeMutablePointer<Int>) -> UnsafePointer<library_file>?) -> [LibraryFile] {
    var count = 0
    let first = table(&count)
    return UnsafeBufferPointer(start: first, count: count).map { LibraryFile($0) }
  }
}
