// The custom section "zong.positions": which source position each piece of code comes from. Always present, so
// that a stop can name its line without debug information; read only after a stop.
//
//     section    := version:byte file-count:LEB file* name-count:LEB name* inline-count:LEB inline* function*
//     file       := path:text base:LEB line-count:LEB line-length:LEB*      lengths in bytes with the line's end
//     name       := text
//     inline     := name-index:LEB call-position:LEB parent:LEB
//     function   := entry* 0                                                defined functions in order
//     entry      := (code-delta << 1 | inline-changes):LEB position-delta:zigzag-LEB [inline:LEB]
//
// Positions are those of the compilation's one position space: a file covers base ... base + length. A function's
// entries are in the order of their code and start from code offset 0, position 0 and inline 0. Code offsets
// count from the first byte of the function's body (the count of its local declarations), so the delta is never
// 0 and a 0 ends the function. An entry holds up to the next.
//
// An inline number is an index plus one into the inline table, 0 for code of the function itself. It says: this
// code belongs to function `name`, which was inlined where `call-position` is; that call itself lies in `parent`
// (an inline number again, always a smaller one). The call positions are those of the original calls.

import ZongStores

/// Collects the positions of functions while their code is emitted. Each thread of code generation has its own;
/// `PositionMapEncoder` joins them in the functions' order.
package struct FunctionPositions: ~Copyable {
  @usableFromInline var bytes = Store<UInt8>(capacity: 1024)
  @usableFromInline var codeOffset: UInt32 = 0
  @usableFromInline var position: UInt32 = 0
  @usableFromInline var inlined: UInt32 = 0

  package init() {}

  /// Says where the code from `codeOffset` on comes from. Offsets rise within a function; an entry at the
  /// offset of the one before it is dropped, and one that changes nothing too.
  ///
  /// - Parameters:
  ///   - codeOffset: bytes from the start of the function's body.
  ///   - position: an offset in the compilation's position space.
  ///   - inlined: an inline number, 0 for the function's own code.
  @inlinable
  package mutating func add(codeOffset: UInt32, position: UInt32, inlined: UInt32 = 0) {
    guard codeOffset > self.codeOffset, position != self.position || inlined != self.inlined else { return }
    let changes = inlined != self.inlined
    appendUnsigned(UInt64(codeOffset &- self.codeOffset) << 1 | (changes ? 1 : 0), to: &bytes)
    appendUnsigned(zigzag(Int64(position) &- Int64(self.position)), to: &bytes)
    if changes { appendUnsigned(UInt64(inlined), to: &bytes) }
    self.codeOffset = codeOffset
    self.position = position
    self.inlined = inlined
  }

  /// Ends the current function; the next `add` belongs to the next one.
  @inlinable
  package mutating func endFunction() {
    bytes.append(0)
    codeOffset = 0
    position = 0
    inlined = 0
  }
}

/// Puts the section together.
package struct PositionMapEncoder: ~Copyable {
  /// A file that code may come from.
  private struct File {
    let base: UInt32
    let length: Int
    let isLibrary: Bool
    /// Its place in `encodedFiles`.
    let encoded: Range<Int>
    var isUsed = false
  }
  private var files: [File] = []
  private var encodedFiles = Store<UInt8>(capacity: 1024)
  /// The file that the last position was found in.
  private var lastFile = 0
  private var leavesOutUnused = false
  private var names = Store<UInt8>(capacity: 16)
  private var nameIndexes: [String: UInt32] = [:]
  private var inlines = Store<UInt8>(capacity: 16)
  private var inlineCount: UInt32 = 0

  private let threads: Int

  /// - Parameter threads: how many threads may read large files.
  package init(threads: Int = 1) { self.threads = threads }

  /// Adds a file that code may come from.
  package mutating func addFile(
    path: String, base: UInt32, text: UnsafeBufferPointer<UInt8>, isLibrary: Bool = false
  ) {
    let start = encodedFiles.count
    appendText(path, to: &encodedFiles)
    appendUnsigned(UInt64(base), to: &encodedFiles)
    appendLineLengths(of: text, threads: threads, to: &encodedFiles)
    let encoded = start..<encodedFiles.count
    files.append(File(base: base, length: text.count, isLibrary: isLibrary, encoded: encoded))
  }

  /// Leaves out the library's files that neither marked code nor an inlined call comes from.
  package mutating func leaveOutUnusedFiles() { leavesOutUnused = true }

  /// Marks the files that the code of `functions` comes from as used.
  package mutating func markFiles(of functions: borrowing FunctionPositions) {
    var reader = SectionReader(functions.bytes.elements)
    var position: Int64 = 0
    while let head = reader.unsigned() {
      if head == 0 {
        position = 0
        continue
      }
      guard let delta = reader.unsigned() else { return }
      position = position &+ unzigzag(delta)
      if head & 1 != 0 { _ = reader.unsigned() }
      markFile(UInt32(truncatingIfNeeded: position))
    }
  }

  /// Marks the file that a position lies in as used.
  private mutating func markFile(_ position: UInt32) {
    func holds(_ file: File) -> Bool { position >= file.base && Int(position - file.base) <= file.length }
    if lastFile >= files.count || !holds(files[lastFile]) {
      guard let found = files.firstIndex(where: holds) else { return }
      lastFile = found
    }
    files[lastFile].isUsed = true
  }

  private func isWritten(_ file: File) -> Bool { !leavesOutUnused || !file.isLibrary || file.isUsed }

  /// Adds a function's name for the inline table, unless it is there, and returns its index.
  package mutating func addName(_ name: String) -> UInt32 {
    if let known = nameIndexes[name] { return known }
    let index = UInt32(truncatingIfNeeded: nameIndexes.count)
    nameIndexes[name] = index
    appendText(name, to: &names)
    return index
  }

  /// Adds an entry of the inline table and returns its inline number.
  package mutating func addInline(name: UInt32, callPosition: UInt32, parent: UInt32) -> UInt32 {
    markFile(callPosition)
    appendUnsigned(UInt64(name), to: &inlines)
    appendUnsigned(UInt64(callPosition), to: &inlines)
    appendUnsigned(UInt64(parent), to: &inlines)
    inlineCount += 1
    return inlineCount
  }

  /// Appends everything that comes before the functions.
  package func encodeHeader(into bytes: inout Store<UInt8>) {
    bytes.append(PositionMap.version)
    appendUnsigned(UInt64(files.reduce(0) { $0 + (isWritten($1) ? 1 : 0) }), to: &bytes)
    for file in files where isWritten(file) {
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: encodedFiles.elements[file.encoded]))
    }
    appendUnsigned(UInt64(nameIndexes.count), to: &bytes)
    bytes.append(contentsOf: names.elements)
    appendUnsigned(UInt64(inlineCount), to: &bytes)
    bytes.append(contentsOf: inlines.elements)
  }
}

extension FunctionPositions {
  /// What comes behind the header, in the functions' order.
  package var encoded: UnsafeBufferPointer<UInt8> { bytes.elements }
}
