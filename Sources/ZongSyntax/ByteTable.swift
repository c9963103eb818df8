// What the lexer knows about single bytes: one table for the choice of what to scan, one of yes-or-no facts.

/// What a token (or a gap) that begins with a byte can be.
enum ByteClass: UInt8 {
  case other, space, lineEnd, lower, upper, digit, quote, apostrophe, end
  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace, comma, semicolon
  case colon, dot, tilde, slash, star, ampersand, operatorSign, hash
  /// A `{` in the outline of a library file.
  case bodyBrace
}

/// Facts about a byte, as bits.
struct ByteFacts: OptionSet, BitwiseCopyable {
  let rawValue: UInt8
  /// A letter, a digit or `_`.
  static let word = ByteFacts(rawValue: 1)
  static let digit = ByteFacts(rawValue: 2)
  static let hexDigit = ByteFacts(rawValue: 4)
  /// Ends the plain run inside a string: `"`, `\`, a line end or zero.
  static let stringStop = ByteFacts(rawValue: 8)
  /// Ends the plain run inside a block comment: `/`, `*`, a line end or zero.
  static let commentStop = ByteFacts(rawValue: 16)
  /// May begin an operand: a word, a quote or `(`.
  static let operandStart = ByteFacts(rawValue: 32)
  /// Not ASCII.
  static let wide = ByteFacts(rawValue: 64)
}

/// The two tables, 256 entries each. They are made when they are first needed and never change.
struct ByteTable: @unchecked Sendable {
  static let whole = ByteTable()
  /// For files of which the bodies of functions are left out.
  static let outline = {
    let table = ByteTable()
    table.classes[0x7B] = .bodyBrace
    return table
  }()

  let classes: UnsafeMutablePointer<ByteClass>
  let facts: UnsafeMutablePointer<ByteFacts>

  private init() {
    classes = .allocate(capacity: 256)
    facts = .allocate(capacity: 256)
    classes.initialize(repeating: .other, count: 256)
    facts.initialize(repeating: [], count: 256)
    fillClasses()
    fillFacts()
  }

  private func fillClasses() {
    for byte in 0x61...0x7A { classes[byte] = .lower }
    for byte in 0x41...0x5A { classes[byte] = .upper }
    for byte in 0x30...0x39 { classes[byte] = .digit }
    let single: [(Character, ByteClass)] = [
      (" ", .space), ("\t", .space), ("\r", .space), ("\u{0C}", .space), ("\n", .lineEnd), ("\0", .end),
      ("_", .lower), ("\"", .quote), ("'", .apostrophe), ("#", .hash),
      ("(", .leftParen), (")", .rightParen), ("[", .leftBracket), ("]", .rightBracket),
      ("{", .leftBrace), ("}", .rightBrace), (",", .comma), (";", .semicolon), (":", .colon), (".", .dot),
      ("~", .tilde), ("/", .slash), ("*", .star), ("&", .ampersand),
      ("+", .operatorSign), ("-", .operatorSign), ("%", .operatorSign), ("|", .operatorSign),
      ("^", .operatorSign), ("<", .operatorSign), (">", .operatorSign), ("=", .operatorSign),
      ("!", .operatorSign), ("?", .operatorSign),
    ]
    for (character, value) in single {
      if let byte = character.asciiValue { classes[Int(byte)] = value }
    }
  }

  private func fillFacts() {
    for byte in 0..<256 {
      var fact: ByteFacts = byte >= 0x80 ? .wide : []
      switch classes[byte] {
      case .lower, .upper: fact.formUnion([.word, .operandStart])
      case .digit: fact.formUnion([.word, .digit, .hexDigit, .operandStart])
      case .quote, .apostrophe, .leftParen: fact.formUnion(.operandStart)
      default: break
      }
      if (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte) { fact.formUnion(.hexDigit) }
      if [0x22, 0x5C, 0x0A, 0x00].contains(byte) { fact.formUnion(.stringStop) }
      if [0x2F, 0x2A, 0x0A, 0x00].contains(byte) { fact.formUnion(.commentStop) }
      facts[byte] = fact
    }
  }
}
