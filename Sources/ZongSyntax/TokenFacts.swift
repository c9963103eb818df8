// What can be said of tokens without the parser: their groups, spelling, extent and text.

import ZongStores

extension TokenKind {
  @inlinable @inline(__always)
  public var isKeyword: Bool {
    ordinal >= TokenKind.funcKeyword.ordinal && ordinal <= TokenKind.catchKeyword.ordinal
  }
  /// `lowerName` or `upperName`.
  @inlinable @inline(__always) public var isName: Bool { self == .lowerName || self == .upperName }
  /// A name, or a reserved word where every word is a name.
  @inlinable @inline(__always) public var isWord: Bool { isName || isKeyword }
  /// `=` and the compound assignments.
  @inlinable @inline(__always) public var isAssignment: Bool { ordinal >= TokenKind.equal.ordinal }
  /// The payload is the offset of the token's end.
  @inlinable @inline(__always)
  public var hasEnd: Bool {
    self == .unknown || (ordinal >= TokenKind.integer.ordinal && ordinal <= TokenKind.stringTail.ordinal)
  }

  /// The text of a token of this kind, if it is always the same.
  package var spelling: String? {
    switch self {
    case .funcKeyword: return "func"
    case .structKeyword: return "struct"
    case .enumKeyword: return "enum"
    case .interfaceKeyword: return "interface"
    case .varKeyword: return "var"
    case .constKeyword: return "const"
    case .ifKeyword: return "if"
    case .elseKeyword: return "else"
    case .loopKeyword: return "loop"
    case .whileKeyword: return "while"
    case .forKeyword: return "for"
    case .inKeyword: return "in"
    case .breakKeyword: return "break"
    case .continueKeyword: return "continue"
    case .returnKeyword: return "return"
    case .matchKeyword: return "match"
    case .deferKeyword: return "defer"
    case .failKeyword: return "fail"
    case .deleteKeyword: return "delete"
    case .newKeyword: return "new"
    case .arenaKeyword: return "arena"
    case .spawnKeyword: return "spawn"
    case .groupKeyword: return "group"
    case .importKeyword: return "import"
    case .asKeyword: return "as"
    case .externKeyword: return "extern"
    case .exportKeyword: return "export"
    case .staticKeyword: return "static"
    case .trueKeyword: return "true"
    case .falseKeyword: return "false"
    case .nullKeyword: return "null"
    case .catchKeyword: return "catch"
    case .leftParen: return "("
    case .rightParen: return ")"
    case .leftBracket: return "["
    case .rightBracket: return "]"
    case .leftBrace: return "{"
    case .rightBrace: return "}"
    case .comma: return ","
    case .semicolon: return ";"
    case .colon: return ":"
    case .dot: return "."
    case .dotDot: return ".."
    case .dotDotEqual: return "..="
    case .arrow: return "=>"
    case .underscore: return "_"
    case .plus: return "+"
    case .minus: return "-"
    case .star, .starPostfix: return "*"
    case .slash: return "/"
    case .percent: return "%"
    case .pipe: return "|"
    case .caret: return "^"
    case .ampersand, .ampersandPostfix: return "&"
    case .shiftLeft: return "<<"
    case .shiftRight: return ">>"
    case .tilde: return "~"
    case .exclamation: return "!"
    case .question: return "?"
    case .questionQuestion: return "??"
    case .andAnd: return "&&"
    case .orOr: return "||"
    case .equalEqual: return "=="
    case .notEqual: return "!="
    case .less: return "<"
    case .lessEqual: return "<="
    case .greater: return ">"
    case .greaterEqual: return ">="
    case .equal: return "="
    case .plusEqual: return "+="
    case .minusEqual: return "-="
    case .starEqual: return "*="
    case .slashEqual: return "/="
    case .percentEqual: return "%="
    case .ampersandEqual: return "&="
    case .pipeEqual: return "|="
    case .caretEqual: return "^="
    case .shiftLeftEqual: return "<<="
    case .shiftRightEqual: return ">>="
    case .startOfFile, .endOfFile, .unknown, .lowerName, .upperName, .integer, .float, .character, .string,
      .stringHead, .stringMiddle, .stringTail:
      return nil
    }
  }
}

extension TokenStore {
  /// A name token's name, and a reserved word's too, for the places where every word is a name.
  @inlinable @inline(__always)
  public func nameOf(_ token: TokenId) -> NameId {
    let kind = kinds[token.index]
    return kind.isWord || kind == .underscore ? NameId(payloads[token.index]) : .none
  }

  /// The offset in the file where the token ends; when the tokens were dropped, that of a name or a keyword.
  package func end(of token: TokenId) -> UInt32 {
    let start = starts[token.index]
    if kinds.isEmpty { return endOfWord(from: start, before: Int(token.index) + 1) }
    let kind = kinds[token.index]
    if kind.hasEnd { return payloads[token.index] }
    if kind.isName || kind.isKeyword { return endOfWord(from: start, before: Int(token.index) + 1) }
    return start + UInt32(kind.spelling?.utf8.count ?? 0)
  }

  private func endOfWord(from start: UInt32, before next: Int) -> UInt32 {
    var end = Int(start)
    let limit = min(file.count, next < starts.count ? Int(starts[next]) : file.count)
    while end < limit {
      let plain = ByteWord(file.bytes, end).nameLength
      end += plain
      if plain == 8 { continue }
      let length = end < limit ? SourceText.letterLength(file.bytes, end) : 0
      if length == 0 { break }
      end += length
    }
    end = min(end, limit)
    return UInt32(end)
  }

  /// Where the token begins.
  package func position(of token: TokenId) -> Position { Position(file.base + starts[token.index]) }

  /// The token's extent.
  package func span(of token: TokenId) -> Span {
    Span(position(of: token), Position(file.base + end(of: token)))
  }

  /// The token's bytes.
  package func bytes(of token: TokenId) -> UnsafeBufferPointer<UInt8> {
    let start = Int(starts[token.index])
    return UnsafeBufferPointer(start: file.bytes + start, count: max(0, Int(end(of: token)) - start))
  }

  /// The token's text as it stands in the file.
  package func text(of token: TokenId) -> String { String(decoding: bytes(of: token), as: UTF8.self) }

  /// Whether the lexer has reported a mistake in the token.
  package func isDamaged(_ token: TokenId) -> Bool {
    var low = 0
    var high = damaged.count
    while low < high {
      let middle = (low + high) / 2
      if damaged[middle].index < token.index { low = middle + 1 } else { high = middle }
    }
    return low < damaged.count && damaged[low] == token
  }
}
