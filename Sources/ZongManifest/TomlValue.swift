// What a TOML document holds (toml.io, version 1.0.0), with the place of every key and value.

/// A value and where it stands, in bytes from the beginning of the document.
struct TomlValue {
  enum Content {
    case text(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    /// A date, a time, or both: checked, but of no use to manifests.
    case moment
    case list([TomlValue])
    case table(TomlTable)
  }

  let content: Content
  let span: Range<Int>

  /// What it is, in words.
  var kind: String {
    switch content {
    case .text: "a text"
    case .integer: "a whole number"
    case .number: "a number with a fraction"
    case .boolean(let value): value ? "true" : "false"
    case .moment: "a date or time"
    case .list: "a list"
    case .table: "a table"
    }
  }
}

/// A key of a table with its value.
struct TomlItem {
  let key: String
  let span: Range<Int>
  let value: TomlValue
}

/// A table under construction, and when the document was read.
final class TomlTable {
  /// How it came to be, which decides what may still be added to it.
  enum Origin {
    /// By the header of a table inside of it.
    case implicit
    /// By its own header.
    case header
    /// By the dots of a key.
    case dotted
    /// Written between `{` and `}`: complete.
    case inline
  }

  var origin: Origin
  /// In the order of the document.
  private(set) var items: [TomlItem] = []
  private var indices: [String: Int] = [:]

  init(_ origin: Origin) { self.origin = origin }

  subscript(key: String) -> TomlItem? { indices[key].map { items[$0] } }

  /// Adds an item, or puts it into the place of the one with its key.
  func set(_ item: TomlItem) {
    if let index = indices[item.key] {
      items[index] = item
    } else {
      indices[item.key] = items.count
      items.append(item)
    }
  }
}

/// Why a document can't be read.
struct TomlError: Error {
  let message: String
  let span: Range<Int>
}
