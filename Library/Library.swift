// The standard library's source text, embedded in the binary.

/// A file of the standard library.
public struct LibraryFile: Sendable {
  public let path: String
  public let bytes: [UInt8]
}

public enum Library {
  /// What every program can use without an import. The files are one module: each sees all of the others.
  public static var core: [LibraryFile] {
    [
      file("intrinsics", PackageResources.intrinsics_zong),
      file("tags", PackageResources.tags_zong),
      file("pages", PackageResources.pages_zong),
      file("sizes", PackageResources.sizes_zong),
      file("slabs", PackageResources.slabs_zong),
      file("blocks", PackageResources.blocks_zong),
      file("objects", PackageResources.objects_zong),
      file("arenas", PackageResources.arenas_zong),
      file("leaving", PackageResources.leaving_zong),
      file("stale", PackageResources.stale_zong),
      file("ranges", PackageResources.ranges_zong),
      file("leaks", PackageResources.leaks_zong),
      file("exhausted", PackageResources.exhausted_zong),
      file("slices", PackageResources.slices_zong),
      file("text", PackageResources.text_zong),
      file("writing", PackageResources.writing_zong),
      file("big", PackageResources.big_zong),
      file("floats", PackageResources.floats_zong),
      file("errors", PackageResources.errors_zong),
      file("streams", PackageResources.streams_zong),
    ]
  }

  private static func file(_ name: String, _ bytes: [UInt8]) -> LibraryFile {
    LibraryFile(path: "std/core/\(name).zong", bytes: bytes)
  }
}
