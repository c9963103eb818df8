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
      file("sweep", PackageResources.sweep_zong),
      file("stale", PackageResources.stale_zong),
      file("ranges", PackageResources.ranges_zong),
      file("leaks", PackageResources.leaks_zong),
      file("exhausted", PackageResources.exhausted_zong),
      file("slices", PackageResources.slices_zong),
      file("strings", PackageResources.strings_zong),
      file("writing", PackageResources.writing_zong),
      file("big", PackageResources.big_zong),
      file("floats", PackageResources.floats_zong),
      file("constraints", PackageResources.constraints_zong),
      file("hasher", PackageResources.hasher_zong),
      file("maps", PackageResources.maps_zong),
      file("queues", PackageResources.queues_zong),
      file("errors", PackageResources.errors_zong),
      file("parsing", PackageResources.parsing_zong),
      file("streams", PackageResources.streams_zong),
    ]
  }

  /// The modules that programs import by name, in the order of the alphabet.
  public static let moduleNames = ["bytes", "collections", "encoding", "hash", "json", "math", "sort", "text"]

  /// A module of the standard library; null if there is none of that name.
  public static func module(named name: String) -> LibraryFile? {
    switch name {
    case "bytes": module(name, PackageResources.bytes_zong)
    case "collections": module(name, PackageResources.collections_zong)
    case "encoding": module(name, PackageResources.encoding_zong)
    case "hash": module(name, PackageResources.hash_zong)
    case "json": module(name, PackageResources.json_zong)
    case "math": module(name, PackageResources.math_zong)
    case "sort": module(name, PackageResources.sort_zong)
    case "text": module(name, PackageResources.text_zong)
    default: nil
    }
  }

  private static func module(_ name: String, _ bytes: [UInt8]) -> LibraryFile {
    LibraryFile(path: "std/\(name).zong", bytes: bytes)
  }

  private static func file(_ name: String, _ bytes: [UInt8]) -> LibraryFile {
    LibraryFile(path: "std/core/\(name).zong", bytes: bytes)
  }
}
