// Whether a space stands between two tokens on one line.

import ZongStores
import ZongSyntax

struct Spacing {
  /// Whether a space stands between `left` and the next token that is written, `right`.
  static func isNeeded(_ tokens: TokenStore, _ layout: borrowing Layout, _ left: UInt32, _ right: UInt32) -> Bool {
    let (before, after) = (tokens.kinds[left], tokens.kinds[right])
    switch after {
    case .rightParen, .rightBracket, .comma, .semicolon, .colon, .dot, .dotDot, .dotDotEqual, .starPostfix,
      .ampersandPostfix, .question, .stringMiddle, .stringTail:
      return false
    case .exclamation where !layout.has(right, .prefix): return before == .colon
    case .greater where layout.has(right, .typeBracket), .shiftRight where layout.has(right, .typeBracket):
      // `> >` would become one token.
      return before == .greater
    case .less where layout.has(right, .typeBracket): return false
    case .leftParen, .leftBracket:
      if isOperand(tokens, layout, left) { return false }
    default: break
    }
    switch before {
    case .leftParen, .leftBracket, .dot, .dotDot, .dotDotEqual, .stringHead, .stringMiddle: return false
    case .minus, .exclamation, .tilde:
      // `- -x` would be read as another language's `--`.
      return !layout.has(left, .prefix) || (before == .minus && after == .minus)
    case .less where layout.has(left, .typeBracket): return false
    case .funcKeyword, .newKeyword: return after != .leftParen
    default: return true
    }
  }

  /// Whether an operand ends here, so that `(` calls it and `[` indexes it.
  private static func isOperand(_ tokens: TokenStore, _ layout: borrowing Layout, _ token: UInt32) -> Bool {
    let kind = tokens.kinds[token]
    switch kind {
    case .lowerName, .upperName, .rightParen, .rightBracket, .rightBrace, .starPostfix, .ampersandPostfix, .question,
      .string, .stringTail:
      return true
    case .exclamation: return !layout.has(token, .prefix)
    case .greater, .shiftRight: return layout.has(token, .typeBracket)
    default: return kind.isKeyword && layout.has(token, .isName)
    }
  }
}
