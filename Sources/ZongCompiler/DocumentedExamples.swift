// Examples in documentation: the blocks marked `zong` in the `///` comments of a file. Each is a program of its own. Its
// text is that of the file with everything else left out, so that lines and columns in messages are those of the file.

import ZongStores
import ZongSyntax

/// An example in a doc comment.
package struct DocumentedExample: Sendable {
  /// What the comment documents.
  package let subject: String
  /// The line, from 1, of the block's mark.
  package let line: Int
  /// A program whose lines and columns are the file's.
  package let code: [UInt8]
}

extension Compilation {
  /// The examples in the program's own file, whose tokens must still be there.
  func findExamples() -> [DocumentedExample] {
    var finder = ExampleFinder()
    for store in tokens { finder.search(store, names) }
    return finder.found
  }
}

private struct ExampleFinder {
  private(set) var found: [DocumentedExample] = []
  /// Behind the last token that was looked at.
  private var offset = 0
  /// How many line ends lie before `offset`.
  private var lines = 0

  mutating func search(_ tokens: TokenStore, _ names: Interner) {
    let text = tokens.file.text
    for index in 1..<UInt32(max(tokens.count, 1)) {
      let token = TokenId(index)
      let start = Int(tokens.starts[index])
      if tokens.flags[index].contains(.documented) {
        let subject = self.subject(tokens, index, names)
        readComments(text, to: start, subject)
      }
      skip(text, to: max(start, Int(tokens.span(of: token).end.offset - tokens.file.base)))
    }
  }

  private mutating func skip(_ text: UnsafeBufferPointer<UInt8>, to end: Int) {
    while offset < min(end, text.count) {
      if text[offset] == 0x0A { lines += 1 }
      offset += 1
    }
  }

  /// The name that is declared at a token: the first name within the next few.
  private func subject(_ tokens: TokenStore, _ first: UInt32, _ names: Interner) -> String {
    for index in first..<min(first + 6, UInt32(tokens.count)) where tokens.kinds[index].isName {
      return names.text(of: tokens.nameOf(TokenId(index)))
    }
    return "?"
  }

  /// Looks for examples in the comments that lie between `offset` and `end`, line by line.
  private mutating func readComments(_ text: UnsafeBufferPointer<UInt8>, to end: Int, _ subject: String) {
    if offset >= end { return }
    var code: [UInt8]?
    var firstLine = 0
    while offset < end {
      let start = offset
      while offset < end && text[offset] != 0x0A { offset += 1 }
      let line = UnsafeBufferPointer(rebasing: text[start..<offset])
      if offset < end { offset += 1 }
      lines += 1
      guard let comment = Comment(line) else {
        code = nil
        continue
      }
      let mark = comment.trimmed(line)
      if var running = code {
        if mark.elementsEqual("```".utf8) {
          found.append(DocumentedExample(subject: subject, line: firstLine, code: running))
          code = nil
        } else {
          running += repeatElement(0x20, count: comment.start)
          running += line[comment.start...]
          code = running + [0x0A]
        }
      } else if mark.elementsEqual("```zong".utf8) {
        firstLine = lines
        code = [UInt8](repeating: 0x0A, count: lines)
      }
    }
    // The last of these lines isn't whole: the token stands in it.
    if end > 0, offset == end, text[end - 1] != 0x0A { lines -= 1 }
  }

  /// A line with a `///` comment.
  private struct Comment {
    /// Where its text begins.
    let start: Int

    init?(_ line: UnsafeBufferPointer<UInt8>) {
      var start = line.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? line.count
      guard line[start...].starts(with: "///".utf8) else { return nil }
      start += 3
      self.start = start < line.count && line[start] == 0x20 ? start + 1 : start
    }

    func trimmed(_ line: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
      var text = line[start...]
      while let last = text.last, last == 0x20 || last == 0x0D { text.removeLast() }
      return text
    }
  }
}
