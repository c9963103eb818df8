// Reads TOML (toml.io, version 1.0.0): lines with keys and values, and headers of tables. The first mistake ends it. Keys
// and values are nested only so deep, so that no document exhausts the stack.

/// A reader of one document.
struct TomlReader {
  /// How deep values lie in values, and the most names in a key with dots.
  static let depthLimit = 32

  /// UTF-8, with a zero byte behind it that no document may hold.
  let bytes: [UInt8]
  var at = 0
  private var depth = 0

  /// A key as it was written: its names, each with its place.
  private typealias Key = [(name: String, span: Range<Int>)]

  private init(_ text: [UInt8]) { bytes = text + [0] }

  /// The table that a document is.
  ///
  /// - Parameter text: valid UTF-8.
  static func read(_ text: [UInt8]) throws(TomlError) -> TomlTable {
    var reader = TomlReader(text)
    return try reader.document()
  }

  // MARK: Looking

  var current: UInt8 { bytes[at] }

  /// The byte `distance` places ahead; zero behind the end.
  func peek(_ distance: Int) -> UInt8 { at + distance < bytes.count ? bytes[at + distance] : 0 }

  var isAtEnd: Bool { at >= bytes.count - 1 }

  func matches(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { at + $0.count <= bytes.count && bytes[at..<(at + $0.count)].elementsEqual($0) }
  }

  func failure(_ message: String, from start: Int? = nil) -> TomlError {
    let start = start ?? at
    return TomlError(message: message, span: start..<max(start, min(max(at, start + 1), bytes.count - 1)))
  }

  private mutating func skipSpaces() { while current == tab || current == space { at += 1 } }

  /// A line end, if there is one here.
  mutating func skipLineEnd() -> Bool {
    if current == lineFeed {
      at += 1
      return true
    }
    guard current == carriageReturn, peek(1) == lineFeed else { return false }
    at += 2
    return true
  }

  private mutating func skipComment() throws(TomlError) {
    guard current == UInt8(ascii: "#") else { return }
    while !isAtEnd, current != lineFeed, !(current == carriageReturn && peek(1) == lineFeed) {
      if isControl(current) { throw failure("a comment can't hold control characters") }
      at += 1
    }
  }

  /// White space, comments and line ends.
  private mutating func skipGap() throws(TomlError) {
    repeat {
      skipSpaces()
      try skipComment()
    } while skipLineEnd()
  }

  // MARK: Document

  private mutating func document() throws(TomlError) -> TomlTable {
    let root = TomlTable(.header)
    var table = root
    if matches("\u{FEFF}") { at += 3 }
    while true {
      try skipGap()
      if isAtEnd { return root }
      if current == UInt8(ascii: "[") {
        table = try header(in: root)
      } else {
        try pair(in: table)
      }
      skipSpaces()
      try skipComment()
      if !isAtEnd && !skipLineEnd() { throw failure("a line holds one key and its value, or one header") }
    }
  }

  /// `[a.b]` or `[[a.b]]`: the table whose keys follow.
  private mutating func header(in root: TomlTable) throws(TomlError) -> TomlTable {
    let start = at
    let isElement = peek(1) == UInt8(ascii: "[")
    at += isElement ? 2 : 1
    let key = try key()
    for _ in 0..<(isElement ? 2 : 1) {
      guard current == UInt8(ascii: "]") else { throw failure("a header ends with \(isElement ? "]]" : "]")") }
      at += 1
    }
    var table = root
    for part in key.dropLast() { table = try step(from: table, part) }
    guard let last = key.last else { throw failure("a header names a table", from: start) }
    return try isElement ? element(last, in: table) : ownTable(last, in: table)
  }

  /// The table that a name of a header, but for the last one, leads to.
  private func step(from table: TomlTable, _ part: (name: String, span: Range<Int>)) throws(TomlError) -> TomlTable {
    guard let item = table[part.name] else { return add(part, .implicit, to: table) }
    switch item.value.content {
    case .table(let inner) where inner.origin != .inline: return inner
    case .list(let list):
      // The last element of a list of tables, unless the list was written as a value.
      if case .table(let inner)? = list.last?.content, inner.origin == .header { return inner }
    default: break
    }
    throw TomlError(
      message: "\(part.name) is \(item.value.kind) already, to which nothing can be added", span: part.span)
  }

  private func add(
    _ part: (name: String, span: Range<Int>), _ origin: TomlTable.Origin, to table: TomlTable
  ) -> TomlTable {
    let inner = TomlTable(origin)
    let value = TomlValue(content: .table(inner), span: part.span)
    table.set(TomlItem(key: part.name, span: part.span, value: value))
    return inner
  }

  private func ownTable(
    _ part: (name: String, span: Range<Int>), in table: TomlTable
  ) throws(TomlError) -> TomlTable {
    guard let item = table[part.name] else { return add(part, .header, to: table) }
    if case .table(let inner) = item.value.content, inner.origin == .implicit {
      inner.origin = .header
      return inner
    }
    throw TomlError(message: "\(part.name) is there already", span: part.span)
  }

  /// A new table at the end of a list of tables.
  private func element(_ part: (name: String, span: Range<Int>), in table: TomlTable) throws(TomlError) -> TomlTable {
    let inner = TomlTable(.header)
    var list: [TomlValue] = []
    if let item = table[part.name] {
      guard case .list(let known) = item.value.content, case .table(let last)? = known.last?.content,
        last.origin == .header
      else { throw TomlError(message: "\(part.name) is \(item.value.kind) already", span: part.span) }
      list = known
    }
    list.append(TomlValue(content: .table(inner), span: part.span))
    table.set(TomlItem(key: part.name, span: part.span, value: TomlValue(content: .list(list), span: part.span)))
    return inner
  }

  // MARK: Keys

  /// `key = value`.
  private mutating func pair(in table: TomlTable) throws(TomlError) {
    let key = try key()
    guard current == UInt8(ascii: "=") else { throw failure("a key is followed by = and its value") }
    at += 1
    skipSpaces()
    guard let last = key.last else { throw failure("a line begins with a key") }
    var target = table
    for part in key.dropLast() {
      guard let item = target[part.name] else {
        target = add(part, .dotted, to: target)
        continue
      }
      guard case .table(let inner) = item.value.content, inner.origin == .dotted else {
        throw TomlError(message: "\(part.name) is there already, and can't be added to", span: part.span)
      }
      target = inner
    }
    if target[last.name] != nil { throw TomlError(message: "\(last.name) is there already", span: last.span) }
    target.set(TomlItem(key: last.name, span: last.span, value: try value()))
  }

  /// Names with dots between them, and the white space behind.
  private mutating func key() throws(TomlError) -> Key {
    var result: Key = []
    repeat {
      if !result.isEmpty { at += 1 }
      skipSpaces()
      let start = at
      let name = try keyName()
      result.append((name, start..<at))
      if result.count > Self.depthLimit { throw failure("a key has at most \(Self.depthLimit) names", from: start) }
      skipSpaces()
    } while current == UInt8(ascii: ".")
    return result
  }

  private mutating func keyName() throws(TomlError) -> String {
    switch current {
    case UInt8(ascii: "\""): return try basicString()
    case UInt8(ascii: "'"): return try literalString()
    default:
      let start = at
      while isBare(current) { at += 1 }
      if at == start { throw failure("a key has letters, digits, - and _, or stands in quotes") }
      return String(decoding: bytes[start..<at], as: UTF8.self)
    }
  }

  private func isBare(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  // MARK: Values

  mutating func value() throws(TomlError) -> TomlValue {
    let start = at
    let content = try content()
    return TomlValue(content: content, span: start..<at)
  }

  private mutating func content() throws(TomlError) -> TomlValue.Content {
    switch current {
    case UInt8(ascii: "\""): return .text(try matches("\"\"\"") ? longBasicString() : basicString())
    case UInt8(ascii: "'"): return .text(try matches("'''") ? longLiteralString() : literalString())
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      depth += 1
      defer { depth -= 1 }
      if depth > Self.depthLimit { throw failure("values lie at most \(Self.depthLimit) deep in each other") }
      return current == UInt8(ascii: "[") ? .list(try list()) : .table(try inlineTable())
    default: return try plainValue()
    }
  }

  private mutating func list() throws(TomlError) -> [TomlValue] {
    let start = at
    var result: [TomlValue] = []
    at += 1
    while true {
      try skipGap()
      if current == UInt8(ascii: "]") { break }
      if isAtEnd { throw failure("a list ends with ]", from: start) }
      result.append(try value())
      try skipGap()
      if current == UInt8(ascii: "]") { break }
      guard current == UInt8(ascii: ",") else { throw failure("there is a comma between the elements of a list") }
      at += 1
    }
    at += 1
    return result
  }

  private mutating func inlineTable() throws(TomlError) -> TomlTable {
    let result = TomlTable(.inline)
    at += 1
    skipSpaces()
    while current != UInt8(ascii: "}") {
      try pair(in: result)
      skipSpaces()
      if current == UInt8(ascii: "}") { break }
      guard current == UInt8(ascii: ",") else { throw failure("a table in braces ends with } on its line") }
      at += 1
      skipSpaces()
      if current == UInt8(ascii: "}") { throw failure("there is no comma behind the last key of a table in braces") }
    }
    at += 1
    TomlReader.close(result)
    return result
  }

  /// Marks what dotted keys made inside of a table in braces as complete.
  private static func close(_ table: TomlTable) {
    for item in table.items {
      guard case .table(let inner) = item.value.content, inner.origin == .dotted else { continue }
      inner.origin = .inline
      close(inner)
    }
  }
}

let tab = UInt8(ascii: "\t")
let space = UInt8(ascii: " ")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
/// Characters below the space, but for the tab, and 0x7F.
func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != tab || byte == 0x7F }
