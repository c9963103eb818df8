// Source text and positions. Every file of a compilation lies in one 32-bit position space, so that a position
// is a plain integer everywhere; file, line and column are computed when a diagnostic is shown.

import ZongStores

/// A byte offset into the position space of a compilation's `SourceMap`.
public struct Position: Hashable, Sendable, BitwiseCopyable, Comparable {
  public let offset: UInt32
  @inlinable @inline(__always) public init(_ offset: UInt32) { self.offset = offset }
  @inlinable @inline(__always) public static func < (a: Position, b: Position) -> Bool { a.offset < b.offset }
  /// Stands for no place in any file. No file begins at 0.
  @inlinable public static var none: Position { Position(0) }
}

/// A half-open range of source bytes.
public struct Span: Hashable, Sendable, BitwiseCopyable {
  public let start: Position
  public let end: Position
  @inlinable @inline(__always) public init(_ start: Position, _ end: Position) {
    self.start = start
    self.end = end
  }
  @inlinable public static var none: Span { Span(.none, .none) }
  public func joined(with other: Span) -> Span { Span(min(start, other.start), max(end, other.end)) }
}

/// One file's text.
package final class SourceFile: @unchecked Sendable {
  /// The path as the user gave it, or `<stdin>`, `<eval>`, `std/NAME.zong`.
  package let path: String
  /// Where the file begins in the position space.
  package let base: UInt32
  package let count: Int
  /// Followed by the padding of `SourceBytes`.
  package let bytes: UnsafePointer<UInt8>
  private let contents: SourceBytes
  /// Part of the standard library: its functions may use intrinsics and are checked only where they are used.
  package let isLibrary: Bool

  init(path: String, contents: SourceBytes, base: UInt32, isLibrary: Bool) {
    self.path = path
    self.base = base
    self.isLibrary = isLibrary
    self.contents = contents
    count = contents.count
    bytes = contents.start
  }

  package var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: count) }
  package var end: UInt32 { base + UInt32(count) }
}

/// A place as people write it. Line and column count from 1, the column in Unicode scalars.
package struct Location: Sendable, Equatable {
  package let path: String
  package let line: Int
  package let column: Int
}

/// The files of one compilation.
package final class SourceMap: @unchecked Sendable {
  package private(set) var files: [SourceFile] = []
  private var next: UInt32 = 1
  /// By the file's base; built on demand. Diagnostics are shown by one thread.
  private var lineTables: [Int: LineTable] = [:]
  /// The last place whose column was counted.
  var lastPlace: (base: UInt32, offset: Int, column: Int) = (0, 0, 0)

  package init() {}

  /// Where the lines of `file`, which is one of this map's, begin.
  package func lineTable(of file: SourceFile) -> LineTable {
    let key = Int(file.base)
    if let table = lineTables[key] { return table }
    let table = LineTable(file)
    lineTables[key] = table
    return table
  }

  /// Adds a file. Null if the position space (4 GiB in all) has no room for it.
  package func add(path: String, contents: SourceBytes, isLibrary: Bool = false) -> SourceFile? {
    guard contents.count < Int(UInt32.max - next) - 64 else { return nil }
    let file = SourceFile(path: path, contents: contents, base: next, isLibrary: isLibrary)
    files.append(file)
    next = file.end + 1
    return file
  }

  /// Adds a file with a copy of its contents.
  package func add(path: String, contents: UnsafeBufferPointer<UInt8>, isLibrary: Bool = false) -> SourceFile? {
    add(path: path, contents: SourceBytes(contents), isLibrary: isLibrary)
  }

  package func add(path: String, text: String, isLibrary: Bool = false) -> SourceFile? {
    var text = text
    return text.withUTF8 { add(path: path, contents: $0, isLibrary: isLibrary) }
  }

  package func file(at position: Position) -> SourceFile? {
    files.first { $0.base <= position.offset && position.offset <= $0.end }
  }
}
