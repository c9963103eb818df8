// What the modules of the standard library declare, by name: for messages about names that nobody has declared.

extension Library {
  /// The modules that declare a public function, type or constant of this name, in the order of the alphabet.
  public static func modules(declaring name: String) -> [String] { index[name] ?? [] }

  /// Made when a name is first asked for. The library is formatted, so a declaration is known by the begin of its line.
  private static let index: [String: [String]] = {
    var index: [String: [String]] = [:]
    for module in moduleNames {
      for file in Library.module(named: module) {
        for line in file.bytes.split(separator: UInt8(ascii: "\n")) {
          guard let name = declaredName(line), index[name]?.last != module else { continue }
          index[name, default: []].append(module)
        }
      }
    }
    return index
  }()

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      return true
    default: return false
    }
  }

  /// The name that a line declares at the top level of its file; null if it declares none, or a private one.
  private static func declaredName(_ line: UnsafeBufferPointer<UInt8>.SubSequence) -> String? {
    let keyword = line.prefix(while: isWord)
    guard ["func", "struct", "enum", "interface", "const"].contains(where: { keyword.elementsEqual($0.utf8) }) else {
      return nil
    }
    let name = line.dropFirst(keyword.count + 1).prefix(while: isWord)
    return name.isEmpty || name.first == UInt8(ascii: "_") ? nil : String(decoding: name, as: UTF8.self)
  }
}
