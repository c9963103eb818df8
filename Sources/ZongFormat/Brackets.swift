// Brackets: which belong together, which separators the formatter writes anew, and which braces keep their contents on
// one line.

import ZongStores
import ZongSyntax

enum Brackets {
  /// Finds the partner of each bracket. In a file without syntax errors they match.
  static func match(_ tokens: TokenStore, _ layout: inout Layout) {
    var open = Store<UInt32>(capacity: 64)
    for index in 0..<UInt32(tokens.count) {
      let kind = tokens.kinds[index]
      if kind.opensBracket {
        open.append(index)
      } else if kind.closesBracket, let opener = open.last {
        open.removeLast()
        layout.partner[opener] = index
        layout.partner[index] = opener
      }
    }
  }

  /// Drops the separators that the formatter writes itself: each `;`, and commas before a closing bracket. Those between
  /// entries are dropped where these are marked.
  static func dropSeparators(_ tokens: TokenStore, _ layout: inout Layout) {
    for index in 1..<UInt32(max(1, tokens.count - 1)) {
      switch tokens.kinds[index] {
      case .semicolon: layout.mark(index, .dropped)
      case .comma:
        let next = tokens.kinds[index + 1]
        let isType = layout.has(index + 1, .typeBracket) && next != .less
        if next.closesBracket || next == .stringMiddle || isType { layout.mark(index, .dropped) }
      default: break
      }
    }
  }

  /// A brace pair that is open while `decideBreaks` goes over the tokens.
  private struct Frame: BitwiseCopyable {
    let opener: UInt32
    /// Line ends before it, those in tokens included.
    let lines: UInt32
    var items: UInt32 = 0
    var entries: UInt32 = 0
    var commas: UInt32 = 0
    var isBroken = false
  }

  /// Decides which braces break: those that did in the source, those with more than one statement or member, and those
  /// around or beside one that breaks. Counts the commas of the other brackets.
  static func decideBreaks(_ tokens: TokenStore, _ layout: inout Layout) {
    var frames = Store<Frame>(capacity: 64)
    frames.append(Frame(opener: 0, lines: 0))
    var lines: UInt32 = 0
    for index in 1..<UInt32(max(1, tokens.count)) {
      let kind = tokens.kinds[index]
      if tokens.flags[index].contains(.startsLine) { lines += 1 }
      countItem(layout.marks[index], &frames[frames.count - 1])
      if kind == .comma && !layout.has(index, .dropped) { frames[frames.count - 1].commas += 1 }
      if kind.opensBracket { frames.append(Frame(opener: index, lines: lines)) }
      if isMultiline(tokens, index) { lines += 1 }
      if kind.closesBracket && frames.count > 1, let frame = frames.last {
        frames.removeLast()
        let breaks = finish(frame, tokens, lines, &layout)
        if breaks { frames[frames.count - 1].isBroken = true }
      }
    }
  }

  private static func countItem(_ marks: TokenMarks, _ frame: inout Frame) {
    guard marks.contains(.startsItem) else { return }
    if marks.contains(.startsEntry) { frame.entries += 1 } else { frame.items += 1 }
  }

  /// Whether what stands around the bracket pair must break too.
  private static func finish(_ frame: Frame, _ tokens: TokenStore, _ lines: UInt32, _ layout: inout Layout) -> Bool {
    guard tokens.kinds[frame.opener] == .leftBrace else {
      layout.header[frame.opener] = lines == frame.lines ? frame.commas : 0
      return frame.isBroken
    }
    let isFull = frame.items > 1 || (frame.items > 0 && frame.entries > 0)
    guard frame.isBroken || isFull || lines != frame.lines || layout.has(frame.opener, .hasBlockArm) else {
      return false
    }
    layout.mark(frame.opener, .isBroken)
    let group = layout.group[frame.opener]
    if group != 0 { layout.mark(group, .isBroken) }
    return true
  }

  private static func isMultiline(_ tokens: TokenStore, _ index: UInt32) -> Bool {
    switch tokens.kinds[index] {
    case .string, .stringHead, .stringMiddle, .stringTail: return tokens.bytes(of: TokenId(index)).contains(0x0A)
    default: return false
    }
  }
}
