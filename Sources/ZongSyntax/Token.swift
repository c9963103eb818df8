// Tokens as parallel flat arrays. White space and comments are the gaps between tokens, so nothing of the
// source is lost.
//
// What other modules use in hot loops is public: `package` declarations are not inlined across modules.

import Synchronization
import ZongStores

/// The index of a token in its file's `TokenStore`. 0 is a start-of-file token, so 0 serves as "none".
public struct TokenId: Hashable, Sendable, BitwiseCopyable {
  public let index: UInt32
  @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
  @inlinable public static var none: TokenId { TokenId(0) }
  @inlinable @inline(__always) public var next: TokenId { TokenId(index + 1) }
  @inlinable @inline(__always) public var previous: TokenId { TokenId(index - 1) }
}

/// What a token is. Kept in an order that makes groups into ranges.
public enum TokenKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case startOfFile, endOfFile
  /// Bytes that begin no token; the lexer has reported them.
  case unknown

  // Names and literals. The payload of the names is their `NameId`, of the others the offset of their end.
  case lowerName, upperName
  case integer, float, character
  /// A string without interpolation, on one line or in `"""`.
  case string
  /// `"text\(`, `)text\(` and `)text"`: the pieces around the interpolated expressions.
  case stringHead, stringMiddle, stringTail

  // Keywords (LANGUAGE.md, 12). The payload is the word's `NameId`: after `.` and before `:` it is a name.
  case funcKeyword, structKeyword, enumKeyword, interfaceKeyword, varKeyword, constKeyword, ifKeyword, elseKeyword
  case loopKeyword, whileKeyword, forKeyword, inKeyword, breakKeyword, continueKeyword, returnKeyword, matchKeyword
  case deferKeyword, failKeyword, deleteKeyword, newKeyword, arenaKeyword, spawnKeyword, groupKeyword
  case importKeyword, asKeyword, externKeyword, exportKeyword, staticKeyword, trueKeyword, falseKeyword, nullKeyword
  case catchKeyword

  // Punctuation.
  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, semicolon, colon, dot, dotDot, dotDotEqual, arrow  // `=>`
  /// `_` alone.
  case underscore

  // Operators. `*` and `&` are told apart by the white space around them (LANGUAGE.md, 2).
  case plus, minus, star, slash, percent, pipe, caret, ampersand, shiftLeft, shiftRight
  case starPostfix, ampersandPostfix
  case tilde, exclamation, question, questionQuestion, andAnd, orOr
  case equalEqual, notEqual, less, lessEqual, greater, greaterEqual
  case equal, plusEqual, minusEqual, starEqual, slashEqual, percentEqual, ampersandEqual, pipeEqual, caretEqual
  case shiftLeftEqual, shiftRightEqual

  /// The raw value, which counts the cases from 0 and so is their representation. The synthesized `rawValue` and
  /// `==` are not inlined into other modules.
  @inlinable @inline(__always) public var ordinal: UInt8 { unsafeBitCast(self, to: UInt8.self) }
  @inlinable @inline(__always)
  public static func == (a: TokenKind, b: TokenKind) -> Bool { a.ordinal == b.ordinal }
}

/// Facts about the white space around a token.
public struct TokenFlags: OptionSet, Sendable, BitwiseCopyable {
  public let rawValue: UInt8
  @inlinable @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A line end lies between this token and the one before it.
  @inlinable public static var startsLine: TokenFlags { TokenFlags(rawValue: 1) }
  /// White space, a comment or a line end lies before this token.
  @inlinable public static var spaceBefore: TokenFlags { TokenFlags(rawValue: 2) }
  /// White space, a comment or a line end follows.
  @inlinable public static var spaceAfter: TokenFlags { TokenFlags(rawValue: 4) }
  /// A `///` comment lies before this token.
  @inlinable public static var documented: TokenFlags { TokenFlags(rawValue: 8) }
}

/// The tokens of one file, or of a piece of a large one.
public final class TokenStore: @unchecked Sendable {
  package let file: SourceFile
  public var kinds = Store<TokenKind>(capacity: 0)
  public var flags = Store<TokenFlags>(capacity: 0)
  /// Offsets from the start of the file.
  public var starts = Store<UInt32>(capacity: 0)
  /// A name's or keyword's `NameId`, or the offset of the end of a literal or an unknown token; for a `{` whose body was
  /// left out, the body's number from 1 on; otherwise 0.
  public var payloads = Store<UInt32>(capacity: 0)
  /// Tokens at which the file may be cut into parts that are parsed independently: each begins a top-level
  /// declaration, and the parts depend on the text alone, so every machine cuts alike. Begins with token 1.
  public var cuts: [TokenId] = []
  /// Tokens in which the lexer has found a mistake, in order. The parser reports nothing more about them.
  public var damaged: [TokenId] = []
  /// Braces don't match in this file; the parser then goes by the indentation to find the one that is missing.
  public var isUnbalanced = false
  package var leftOut = Store<LeftOutBody>(capacity: 0)
  /// The lexer stopped early because too many brackets were open, and has said so.
  public var isTruncated = false

  package init(file: SourceFile) { self.file = file }

  /// Takes over the arrays that the lexer has filled.
  func take(
    kinds: consuming Store<TokenKind>, flags: consuming Store<TokenFlags>, starts: consuming Store<UInt32>,
    payloads: consuming Store<UInt32>
  ) {
    self.kinds = kinds
    self.flags = flags
    self.starts = starts
    self.payloads = payloads
  }

  /// How many readers the tokens still have that need more than their places.
  private let readers = Atomic<Int>(0)

  /// Says that there is a reader more, before any of them ends.
  package func addReader() { readers.add(1, ordering: .relaxed) }

  /// Says that a reader has ended; the last one gives back the memory of all but the places.
  package func endReader() {
    if readers.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { drop() }
  }

  /// Gives back the memory of tokens of which only the places are still asked for, and the extent of names.
  package func drop() {
    kinds = Store(capacity: 0)
    flags = Store(capacity: 0)
    payloads = Store(capacity: 0)
  }

  /// Replaces each name by the one that `translation` has at its index.
  func translateNames(_ translation: [UInt32]) {
    translation.withUnsafeBufferPointer { table in
      for index in 0..<kinds.count where kinds[index].isName || kinds[index] == .underscore {
        payloads[index] = table[Int(payloads[index])]
      }
    }
  }

  public var count: Int { kinds.count }
  @inlinable @inline(__always) public func kind(_ token: TokenId) -> TokenKind { kinds[token.index] }
  @inlinable @inline(__always) public func name(_ token: TokenId) -> NameId { NameId(payloads[token.index]) }
}
