// The standard library's source text, embedded in the binary.

/// A module of the standard library.
public struct LibraryModule: Sendable {
  public let path: String
  public let bytes: [UInt8]
}

public enum Library {
  /// What every program can use without an import.
  public static var core: LibraryModule { LibraryModule(path: "std/core.zong", bytes: PackageResources.core_zong) }
}
