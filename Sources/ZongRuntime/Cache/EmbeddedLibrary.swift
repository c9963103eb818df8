// Wasmtime's library inside the executable.

/// The library that Scripts/release appended to the executable.
struct EmbeddedLibrary {
  /// Finds it. Null if the executable has none.
  init?(executable: String) throws(RuntimeError) { return nil }

  /// Makes a file of it that can be opened as a library.
  func unpack() throws(RuntimeError) -> LibraryLocation {
    throw RuntimeError("not there")
  }
}
