// Reading the section "zong.positions" (its format: PositionMap.swift) after a stop. The bytes may come from
// anywhere: damage gives fewer answers, never a crash and never more work than the section's size allows.

/// The decoded head of the section, and the place where its functions begin.
package struct PositionMap {
  static let version: UInt8 = 1

  private struct File {
    let path: String
    let base: UInt64
    /// Offsets from `base` at which the lines begin, and the file's length as the last one.
    let lineStarts: [UInt64]
  }

  private struct Inline {
    let name: UInt64
    let callPosition: UInt64
    let parent: UInt64
  }

  /// A source position in people's terms.
  package struct Place: Equatable, Sendable {
    package let path: String
    /// From 1.
    package let line: Int
    /// From 1, in bytes.
    package let column: Int
  }

  /// One level of a code position: the place, and the name of the function that was inlined there, or null for
  /// the function that the code is part of.
  package struct Level: Equatable, Sendable {
    package let function: String?
    package let place: Place?
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var files: [File] = []
  private var names: [String] = []
  private var inlines: [Inline] = []
  private var functionsOffset: Int?

  /// Reads the head of the section. The bytes must outlive the map.
  package init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    var reader = SectionReader(bytes)
    guard reader.byte() == PositionMap.version, readFiles(&reader), readNames(&reader), readInlines(&reader) else {
      return
    }
    functionsOffset = reader.offset
  }

  private mutating func readFiles(_ reader: inout SectionReader) -> Bool {
    guard let count = reader.unsigned() else { return false }
    for _ in 0..<min(count, UInt64(bytes.count)) {
      guard let path = reader.text(), let base = reader.unsigned(), base <= UInt32.max,
        let lineCount = reader.unsigned(), lineCount <= UInt64(bytes.count)
      else { return false }
      var starts: [UInt64] = [0]
      var start: UInt64 = 0
      for _ in 0..<lineCount {
        guard let length = reader.unsigned(), length <= UInt32.max else { return false }
        start = min(start + length, UInt64(UInt32.max))
        starts.append(start)
      }
      files.append(File(path: path, base: base, lineStarts: starts))
    }
    return true
  }

  private mutating func readNames(_ reader: inout SectionReader) -> Bool {
    guard let count = reader.unsigned() else { return false }
    for _ in 0..<min(count, UInt64(bytes.count)) {
      guard let name = reader.text() else { return false }
      names.append(name)
    }
    return true
  }

  private mutating func readInlines(_ reader: inout SectionReader) -> Bool {
    guard let count = reader.unsigned() else { return false }
    for _ in 0..<min(count, UInt64(bytes.count)) {
      guard let name = reader.unsigned(), let call = reader.unsigned(), let parent = reader.unsigned() else {
        return false
      }
      inlines.append(Inline(name: name, callPosition: call, parent: parent))
    }
    return true
  }

  /// The place of an offset in the position space. Null if it lies in no file.
  package func place(_ position: UInt64) -> Place? {
    for file in files where file.base <= position {
      let offset = position - file.base
      guard let length = file.lineStarts.last, offset <= length else { continue }
      let line = lineIndex(of: offset, in: file.lineStarts)
      return Place(path: file.path, line: line + 1, column: Int(offset - file.lineStarts[line]) + 1)
    }
    return nil
  }

  /// The last line that begins at or before `offset`. The last start is the file's end and begins no line.
  private func lineIndex(of offset: UInt64, in starts: [UInt64]) -> Int {
    var low = 0
    var high = max(starts.count - 1, 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Where the code at `codeOffset` of the module's defined function number `function` comes from: the innermost
  /// inlined function first, the function itself last. Empty if the map doesn't say.
  package func levels(function: Int, codeOffset: UInt32) -> [Level] {
    guard let entry = entry(function: function, codeOffset: codeOffset) else { return [] }
    var levels: [Level] = []
    var position = entry.position
    var number = entry.inlined
    while number != 0, number <= UInt64(inlines.count) {
      let inline = inlines[Int(number - 1)]
      let name = inline.name < UInt64(names.count) ? names[Int(inline.name)] : nil
      levels.append(Level(function: name ?? "?", place: place(position)))
      position = inline.callPosition
      // Parents come before their children, so this ends, whatever the bytes say.
      number = inline.parent < number ? inline.parent : 0
    }
    levels.append(Level(function: nil, place: place(position)))
    return levels
  }

  private func entry(function: Int, codeOffset: UInt32) -> (position: UInt64, inlined: UInt64)? {
    guard let functionsOffset, function >= 0 else { return nil }
    var reader = SectionReader(UnsafeBufferPointer(rebasing: bytes[functionsOffset...]))
    for _ in 0..<function {
      guard skipFunction(&reader) else { return nil }
    }
    var found: (position: UInt64, inlined: UInt64)?
    var code: UInt64 = 0
    var position: Int64 = 0
    var inlined: UInt64 = 0
    while let head = reader.unsigned(), head != 0, let delta = reader.unsigned() {
      code = code &+ (head >> 1)
      // What comes before the first entry, as the check of a limit does, belongs to it.
      if code > UInt64(codeOffset) && found != nil { break }
      position = position &+ unzigzag(delta)
      if head & 1 != 0 {
        guard let number = reader.unsigned() else { return nil }
        inlined = number
      }
      guard position >= 0 else { return nil }
      found = (UInt64(position), inlined)
    }
    return found
  }

  private func skipFunction(_ reader: inout SectionReader) -> Bool {
    while let head = reader.unsigned() {
      if head == 0 { return true }
      guard reader.unsigned() != nil else { return false }
      if head & 1 != 0, reader.unsigned() == nil { return false }
    }
    return false
  }
}
