// The standard library's source text, embedded in the binary by Library/Library.c.

import CZongLibrary

/// A file of the standard library.
public struct LibraryFile: @unchecked Sendable {
  public let path: String
  /// The text, which stays where it is as long as the process runs.
  public let bytes: UnsafeBufferPointer<UInt8>

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
    files(library_modules).map { String($0.path.dropFirst(folder.count).dropLast(suffix.count)) }
  }

  /// A module of the standard library; null if there is none of that name.
  public static func module(named name: String) -> LibraryFile? {
    let path = folder + name + suffix
    return files(library_modules).first { $0.path == path }
  }

  private static let folder = "std/"
  private static let suffix = ".zong"

  private static func files(_ table: (UnsafeMutablePointer<Int>) -> UnsafePointer<library_file>?) -> [LibraryFile] {
    var count = 0
    let first = table(&count)
    return UnsafeBufferPointer(start: first, count: count).map { LibraryFile($0) }
  }
}
