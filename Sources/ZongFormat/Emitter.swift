// Writes the tokens with their comments: decides at each gap between nothing, a space and a line end. Line ends of the
// source are kept where the style leaves them to the author: between the elements of lists, and within expressions.

import ZongStores
import ZongSyntax

/// An open bracket, or the file itself.
private struct Frame: BitwiseCopyable {
  enum Kind: UInt8 { case file, brace, list, group, string }
  let opener: UInt32
  let kind: Kind
  /// The indentation of what is inside.
  let indent: Int
  /// A brace whose items, or a bracket whose contents and closing bracket, begin lines.
  let isBroken: Bool
  /// A list with each element on a line of its own, because it is too long for one.
  var isExploded = false
  /// The first token of the item that is being written.
  var item: UInt32 = 0
}

struct Emitter: ~Copyable {
  private let tokens: TokenStore
  private let bytes: UnsafePointer<UInt8>
  private var layout: Layout
  private var page: Page
  private var gap = Gap()
  private var frames = Store<Frame>(capacity: 64)
  /// The indentation of the line that a token stands on.
  private var lineIndents: Store<UInt16>
  /// The offset in the file where a token ends, and the columns up to there if all were on one line.
  private var ends: Store<UInt32>
  private var widths: Store<UInt32>
  /// The token written last, and the frame it was written in.
  private var last: UInt32 = 0

  static func text(_ tokens: TokenStore, _ layout: consuming Layout) -> [UInt8] {
    var emitter = Emitter(tokens, layout)
    emitter.emitAll()
    return Array(emitter.page.text.elements)
  }

  private init(_ tokens: TokenStore, _ layout: consuming Layout) {
    self.tokens = tokens
    self.layout = layout
    bytes = tokens.file.bytes
    page = Page(room: tokens.file.count + tokens.file.count / 8 + 64)
    lineIndents = Store(capacity: tokens.count)
    lineIndents.append(repeating: 0, count: tokens.count)
    ends = Store(capacity: tokens.count)
    widths = Store(capacity: tokens.count)
    frames.append(Frame(opener: 0, kind: .file, indent: 0, isBroken: true))
    measure()
  }

  private mutating func measure() {
    var width: UInt32 = 0
    var last: UInt32 = 0
    for index in 0..<UInt32(tokens.count) {
      let end = tokens.end(of: TokenId(index))
      ends.append(end)
      if index > 0 && !layout.has(index, .dropped) {
        if last > 0 && Spacing.isNeeded(tokens, layout, last, index) { width += 1 }
        width += UInt32(Page.columns(bytes(of: index)))
        if layout.has(index, .endsStatement) { width += 1 }
        last = index
      }
      widths.append(width)
    }
  }

  private func bytes(of token: UInt32) -> UnsafeBufferPointer<UInt8> {
    let start = tokens.starts[token]
    return UnsafeBufferPointer(start: bytes + Int(start), count: Int(ends[token] - start))
  }

  private mutating func emitAll() {
    for index in 1..<UInt32(max(1, tokens.count)) where !layout.has(index, .dropped) { emit(index) }
    page.end()
  }

  private mutating func emit(_ token: UInt32) {
    let frame = frames[frames.count - 1]
    let kind = tokens.kinds[token]
    if kind.closesBracket { endList(frame) }
    readGap(before: token)
    let line = lineStart(token, frame)
    let needsLine = emitComments(token, frame, line)
    let followsComment = gap.beginsItsLine && gap.linesBefore == 0 && !kind.closesBracket
    if kind == .endOfFile { return }
    if followsComment {
      page.space()
    } else if let line = line ?? (needsLine ? continuation(token, frame) : nil) {
      page.beginLine(indent: line, blankBefore: keepsBlank(gap.linesBefore, token, frame))
    } else if !page.isLineStart && last > 0
      && (hasInlineComment(token) || Spacing.isNeeded(tokens, layout, last, token))
    {
      page.space()
    }
    if layout.has(token, .startsItem) { frames[frames.count - 1].item = token }
    page.write(bytes(of: token))
    lineIndents[token] = UInt16(clamping: page.indent)
    if kind.closesBracket && frames.count > 1 { frames.removeLast() }
    if kind.opensBracket { open(token) }
    endItem(token)
    last = token
  }

  // MARK: Gaps

  private mutating func readGap(before token: UInt32) {
    gap.read(bytes, last == 0 ? 0 : Int(ends[last]), Int(tokens.starts[token]))
  }

  private func startsLine(_ token: UInt32) -> Bool {
    var index = token
    while index > last {
      if tokens.flags[index].contains(.startsLine) { return true }
      index -= 1
    }
    return false
  }

  /// The indentation of the new line that `token` begins, or null if it goes on with the current one.
  private func lineStart(_ token: UInt32, _ frame: Frame) -> Int? {
    let kind = tokens.kinds[token]
    if kind == .endOfFile { return nil }
    if kind.closesBracket { return closingLine(kind, frame) }
    if layout.has(token, .startsItem) && frame.isBroken { return frame.indent }
    switch frame.kind {
    case .string: return nil
    case .brace where !frame.isBroken: return nil
    case .list, .group:
      if last == frame.opener { return frame.isBroken ? frame.indent : nil }
      if frame.isExploded && tokens.kinds[last] == .comma { return frame.indent }
    default: break
    }
    guard startsLine(token), kind != .leftBrace else { return nil }
    if kind == .elseKeyword && tokens.kinds[last] == .rightBrace { return nil }
    if kind != .dot && !Spacing.isNeeded(tokens, layout, last, token) { return nil }
    return continuation(token, frame)
  }

  private func closingLine(_ kind: TokenKind, _ frame: Frame) -> Int? {
    switch frame.kind {
    case .brace:
      let isEmpty = last == frame.opener && gap.comments.isEmpty
      return frame.isBroken && !isEmpty ? Int(lineIndents[header(of: frame)]) : nil
    case .list, .group: return frame.isBroken ? Int(lineIndents[frame.opener]) : nil
    case .file, .string: return nil
    }
  }

  /// The indentation of a line that goes on with what the one before has begun.
  private func continuation(_ token: UInt32, _ frame: Frame) -> Int {
    let kind = tokens.kinds[token]
    if kind == .endOfFile { return 0 }
    switch frame.kind {
    case .list, .group:
      if kind.closesBracket { return Int(lineIndents[frame.opener]) }
      let beginsElement = last == frame.opener || tokens.kinds[last] == .comma
      return frame.indent + (beginsElement || frame.kind == .group ? 0 : 1)
    case .file, .brace:
      if kind == .rightBrace { return Int(lineIndents[header(of: frame)]) }
      if kind == .elseKeyword { return Int(lineIndents[last]) }
      if layout.has(token, .startsItem) { return frame.indent }
      return Int(lineIndents[frame.item]) + 1
    case .string: return frame.indent
    }
  }

  private func header(of frame: Frame) -> UInt32 {
    let header = layout.header[frame.opener]
    return header == 0 ? frame.opener : header
  }

  /// Whether one of the blank lines of the source is kept: between items and elements, never at the ends of a bracket.
  private func keepsBlank(_ lines: Int, _ token: UInt32, _ frame: Frame) -> Bool {
    guard lines > 1, !tokens.kinds[token].closesBracket else { return false }
    let isFirst = last == frame.opener && gap.comments.isEmpty
    if isFirst && frame.kind != .file { return false }
    if layout.has(token, .startsItem) || tokens.kinds[token] == .endOfFile { return true }
    return frame.kind == .list && tokens.kinds[last] == .comma
  }

  // MARK: Comments

  /// Writes the comments of the gap before `token`. Returns whether the token must begin a line after them.
  private mutating func emitComments(_ token: UInt32, _ frame: Frame, _ line: Int?) -> Bool {
    if gap.comments.isEmpty { return false }
    let kind = tokens.kinds[token]
    let indent = kind.closesBracket ? frame.indent : line ?? continuation(token, frame)
    for index in 0..<gap.comments.count {
      let comment = gap.comments[index]
      if comment.linesBefore > 0 || (index > 0 && gap.comments[index - 1].isLine) {
        page.beginLine(indent: indent, blankBefore: keepsBlankBeforeComment(index, token, frame))
      } else if !page.isLineStart && (comment.isLine || index > 0 || last != frame.opener || frame.kind == .brace) {
        if comment.isLine { page.space() }
        page.space()
      }
      page.write(UnsafeBufferPointer(start: bytes + comment.start, count: comment.end - comment.start))
    }
    let isOwnLine = gap.comments[gap.comments.count - 1].linesBefore > 0
    return gap.comments[gap.comments.count - 1].isLine || (isOwnLine && gap.linesBefore > 0)
  }

  private func keepsBlankBeforeComment(_ index: Int, _ token: UInt32, _ frame: Frame) -> Bool {
    guard gap.comments[index].linesBefore > 1 else { return false }
    if index > 0 { return true }
    if frame.kind == .file { return true }
    return last != frame.opener && (frame.kind == .brace || tokens.kinds[last] == .comma)
  }

  /// A comment stands directly before `token` on its line.
  private func hasInlineComment(_ token: UInt32) -> Bool {
    guard !gap.comments.isEmpty else { return false }
    switch tokens.kinds[token] {
    case .rightParen, .rightBracket, .comma, .stringMiddle, .stringTail: return false
    default: return true
    }
  }

  // MARK: Brackets

  private mutating func open(_ token: UInt32) {
    switch tokens.kinds[token] {
    case .leftBrace:
      let header = layout.header[token] == 0 ? token : layout.header[token]
      let indent = Int(lineIndents[header]) + 1
      frames.append(Frame(opener: token, kind: .brace, indent: indent, isBroken: breaksBrace(token)))
    case .stringHead:
      frames.append(Frame(opener: token, kind: .string, indent: page.indent + 1, isBroken: false))
    default:
      let isList = layout.has(token, .opensList)
      let isExploded = isList && isTooLong(token)
      let isHanging = isExploded || hangs(token)
      frames.append(
        Frame(
          opener: token, kind: isList ? .list : .group, indent: page.indent + 1, isBroken: isHanging,
          isExploded: isExploded))
    }
  }

  /// A line end follows the opening bracket in the source, and something else than the closing one.
  private func hangs(_ token: UInt32) -> Bool {
    var next = token + 1
    var hasLine = false
    while next < UInt32(tokens.count) {
      if tokens.flags[next].contains(.startsLine) { hasLine = true }
      if !layout.has(next, .dropped) { break }
      next += 1
    }
    return hasLine && next != layout.partner[token]
  }

  /// A list of several elements on one line that doesn't fit.
  private func isTooLong(_ token: UInt32) -> Bool {
    guard layout.header[token] > 0, page.column + inner(token) > Page.width else { return false }
    for index in 0..<frames.count {
      let frame = frames[index]
      if frame.kind == .string || (frame.kind == .brace && !frame.isBroken) { return false }
    }
    return true
  }

  /// Columns from a bracket's end to its partner's, if all is on one line.
  private func inner(_ token: UInt32) -> Int { Int(widths[layout.partner[token]] - widths[token]) }

  /// Whether the contents of a brace stand on lines of their own. The blocks of an `if` decide together, at the first.
  private mutating func breaksBrace(_ token: UInt32) -> Bool {
    let group = layout.group[token]
    if group == 0 {
      if !layout.has(token, .isBroken) && page.column + inner(token) > Page.width { layout.mark(token, .isBroken) }
      return layout.has(token, .isBroken)
    }
    if group == token && !layout.has(token, .isBroken) {
      if page.column + Int(widths[lastOfGroup(token)] - widths[token]) > Page.width { layout.mark(token, .isBroken) }
    }
    return layout.has(group, .isBroken)
  }

  /// The last token of the `if` whose first block opens at `token`.
  private func lastOfGroup(_ token: UInt32) -> UInt32 {
    var close = layout.partner[token]
    while Int(close) + 1 < tokens.count, tokens.kinds[close + 1] == .elseKeyword {
      var next = close + 2
      while next < UInt32(tokens.count) && layout.group[next] != token { next += 1 }
      guard next < UInt32(tokens.count) else { break }
      close = layout.partner[next]
    }
    return close
  }

  /// The comma after the last element, if the closing bracket begins a line.
  private mutating func endList(_ frame: Frame) {
    guard frame.kind == .list, frame.isBroken, last != frame.opener, tokens.kinds[last] != .comma else { return }
    page.write(0x2C)
  }

  private mutating func endItem(_ token: UInt32) {
    if layout.has(token, .endsStatement) { page.write(0x3B) }
    guard layout.has(token, .endsEntry) else { return }
    let frame = frames[frames.count - 1]
    if frame.isBroken || !isLastEntry(token, frame) { page.write(0x2C) }
  }

  private func isLastEntry(_ token: UInt32, _ frame: Frame) -> Bool {
    var next = token + 1
    while Int(next) < tokens.count && layout.has(next, .dropped) { next += 1 }
    return next == layout.partner[frame.opener]
  }
}
