// Punctuation and operators: always the longest token that fits.

import ZongStores

extension Scanner {
  /// `.`, `..`, `..=`.
  mutating func scanDots() {
    if bytes[at + 1] != 0x2E { return add(.dot, length: 1) }
    if bytes[at + 2] == 0x3D { return add(.dotDotEqual, length: 3) }
    add(.dotDot, length: 2)
  }

  @inline(__always)
  func scanOperator(_ writer: inout TokenWriter, _ bytes: UnsafePointer<UInt8>, _ byte: UInt8) {
    let next = bytes[writer.at &+ 1]
    switch byte {
    case 0x3D:  // =
      if next == 0x3D {
        writer.add(.equalEqual, length: 2)
      } else if next == 0x3E {
        writer.add(.arrow, length: 2)
      } else {
        writer.add(.equal, length: 1)
      }
    case 0x2B: writer.add(next, .plus, .plusEqual)
    case 0x2D: writer.add(next, .minus, .minusEqual)
    case 0x25: writer.add(next, .percent, .percentEqual)
    case 0x5E: writer.add(next, .caret, .caretEqual)
    case 0x21: writer.add(next, .exclamation, .notEqual)
    case 0x7C:  // |
      if next == 0x7C { writer.add(.orOr, length: 2) } else { writer.add(next, .pipe, .pipeEqual) }
    case 0x3F:  // ?
      if next == 0x3F { writer.add(.questionQuestion, length: 2) } else { writer.add(.question, length: 1) }
    case 0x3C:  // <
      if next == 0x3C {
        writer.addShift(bytes, .shiftLeft, .shiftLeftEqual)
      } else {
        writer.add(next, .less, .lessEqual)
      }
    default:  // >
      if next == 0x3E {
        writer.addShift(bytes, .shiftRight, .shiftRightEqual)
      } else {
        writer.add(next, .greater, .greaterEqual)
      }
    }
  }

  // MARK: `*` and `&`

  /// `*=`, and `*` as multiplication or as the postfix operator.
  mutating func scanStar() {
    if bytes[at + 1] == 0x3D { return add(.starEqual, length: 2) }
    add(isPostfix() ? .starPostfix : .star, length: 1)
  }

  /// `&&`, `&=`, and `&` as the operator on bits or as the postfix operator.
  mutating func scanAmpersand() {
    switch bytes[at + 1] {
    case 0x26: add(.andAnd, length: 2)
    case 0x3D: add(.ampersandEqual, length: 2)
    default: add(isPostfix() ? .ampersandPostfix : .ampersand, length: 1)
    }
  }

  /// Whether the `*` or `&` here is postfix: it touches an operand on its left, and what follows can't be its
  /// right operand.
  private func isPostfix() -> Bool {
    guard gap.isEmpty, endsOperand(previousKind) else { return false }
    return !beginsOperand(at + 1)
  }

  private func endsOperand(_ kind: TokenKind) -> Bool {
    switch kind {
    case .lowerName, .upperName, .integer, .float, .character, .string, .stringTail, .rightParen, .rightBracket,
      .rightBrace, .starPostfix, .ampersandPostfix, .question, .exclamation, .questionQuestion, .underscore,
      .greater, .shiftRight:  // The end of type arguments.
      return true
    default:
      // A reserved word may be a member's name.
      return kind.isKeyword
    }
  }

  /// Whether an operand, with prefix operators or not, begins at `offset`.
  private func beginsOperand(_ offset: Int) -> Bool {
    let start = offset
    var offset = offset
    // Prefix operators touch their operand. A long run of them is cut off: it is no program anyway.
    let bound = offset + 16
    while bytes[offset] == 0x2D || bytes[offset] == 0x21 || bytes[offset] == 0x7E {
      offset += 1
      if offset > bound { return true }
      if bytes[offset] == 0x3D { return false }
    }
    let facts = table.facts[Int(bytes[offset])]
    if facts.contains(.operandStart) || facts.contains(.wide) { return true }
    // After a prefix operator a list may begin; right after `*` a bracket means that `*` is postfix.
    return bytes[offset] == 0x5B && offset > start
  }
}

extension TokenWriter {
  /// An operator of one byte, or of two with the `=` behind it.
  @inline(__always)
  fileprivate mutating func add(_ next: UInt8, _ plain: TokenKind, _ assigning: TokenKind) {
    if next == 0x3D { add(assigning, length: 2) } else { add(plain, length: 1) }
  }

  @inline(__always)
  fileprivate mutating func addShift(_ bytes: UnsafePointer<UInt8>, _ plain: TokenKind, _ assigning: TokenKind) {
    if bytes[at &+ 2] == 0x3D { add(assigning, length: 3) } else { add(plain, length: 2) }
  }
}
