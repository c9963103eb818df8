// Paths of imported files: text with `/` between names, without a look at the disk.

enum ModulePath {
  /// The path, from where the compiler was called, of what is written in an import of the file `importer`.
  static func resolve(_ path: String, from importer: String) -> String {
    let isAbsolute = importer.hasPrefix("/")
    var steps: [Substring] = []
    let folder = importer.split(separator: "/").dropLast()
    for step in folder + path.split(separator: "/") where step != "." {
      if step == "..", let last = steps.last, last != ".." {
        steps.removeLast()
      } else if step == "..", isAbsolute && steps.isEmpty {
        // There is nothing above the root.
      } else {
        steps.append(step)
      }
    }
    return (isAbsolute ? "/" : "") + steps.joined(separator: "/") + ".zong"
  }

  /// The file's name without folders.
  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Whether a file's name has the form of a module's name: a lower-case letter or `_`, then letters, digits and `_`.
  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLower(first) || first == UInt8(ascii: "_") else { return false }
    let isWord = name.utf8.allSatisfy { byte in
      isLower(byte) || isLower(byte | 0x20) || byte == UInt8(ascii: "_")
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }
    return isWord && name != "_"
  }

  private static func isLower(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
}
