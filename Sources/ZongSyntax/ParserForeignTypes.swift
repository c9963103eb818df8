// Types as other languages write them: `int`, `*T`, `[]T`, `[T]`, `-> T`.

import ZongStores

extension ParserState {
  /// A lower-case word where a type is expected.
  mutating func parseLowerType() -> NodeId {
    let place = currentSpan
    let name = text(of: at)
    if let type = ForeignWords.type(for: peekName()) {
      report(.foreignWord, at: place, "the type `\(name)` is called `\(type)`") {
        $0.fixIts.append(FixIt("write `\(type)`", at: place, replacement: type))
      }
    } else if peekName() == Names.voidWord {
      report(.foreignWord, at: place, "there is no type `void`: a function without a result has no result type")
    } else {
      reportWrongCase(at, "a type's name", isType: true)
    }
    advance()
    if kind == .less && !onNewLine && !isPanicking {
      let open = at
      advance()
      repeat { _ = parseType() } while continueList(.greater, "type argument")
      expectGreater(of: open)
    }
    return errorNode()
  }

  /// `*T`, `&T`, `?T`, `[]T`, `[T]`, `[N]T`: what is written behind the type.
  mutating func parsePrefixType() -> NodeId {
    let first = at
    let errors = reports.errorCount
    var suffix = ""
    if kind == .leftBracket {
      suffix = parsePrefixBrackets()
    } else {
      suffix = kind == .question ? "?" : "*"
      advance()
    }
    let typeStart = at
    let hasType = kind == .upperName || kind == .lowerName || kind == .leftBracket || kind == .star
    let type = hasType ? parseType() : errorNode()
    if reports.errorCount == errors && !isPanicking { reportPrefixType(first, typeStart, suffix) }
    return add(.error, TokenId(first), type.index)
  }

  /// `[]`, `[N]` or `[T]` before a type. The suffix that is meant.
  private mutating func parsePrefixBrackets() -> String {
    let open = at
    advance()
    if accept(.rightBracket) { return "[]" }
    if kind == .upperName {
      let type = text(of: at)
      _ = parseType()
      expectClosing(.rightBracket, of: open)
      return type + "[]"
    }
    let length = text(of: at)
    _ = parseBracketedExpression()
    expectClosing(.rightBracket, of: open)
    return "[\(length)]"
  }

  private mutating func reportPrefixType(_ first: UInt32, _ typeStart: UInt32, _ suffix: String) {
    let whole = spanSince(first)
    let file = tokens.file
    let type =
      at > typeStart
      ? SourceText.string(
        file.bytes, Int(span(of: typeStart).start.offset - file.base), Int(whole.end.offset - file.base)) : ""
    report(.prefixType, at: whole, "types are read from left to right: write `\(SourceText.shortened(type + suffix))`")
    {
      $0.fixIts.append(FixIt("write `\(type + suffix)`", at: whole, replacement: type + suffix))
    }
  }

  /// `T *p`
  mutating func reportPointerSpacing() {
    let place = currentSpan
    let gap = Span(gapSpan.start, place.end)
    report(.prefixPointer, at: place, "the `*` of a pointer type touches the type") {
      $0.fixIts.append(FixIt("move it to the type", at: gap, replacement: "*"))
    }
  }

  /// `-> T`, `=> T`, or a type without the colon before it, after a function's parameters.
  mutating func parseForeignResult() -> NodeId {
    guard !onNewLine else { return .none }
    if kind == .minus && peek() == .greater && !tokenFlags(at + 1).contains(.spaceBefore) {
      let place = Span(gapSpan.start, span(of: at + 1).end)
      let arrow = currentSpan.joined(with: span(of: at + 1))
      report(.foreignOperator, at: arrow, "a result type stands after `:`, not after `->`") {
        $0.fixIts.append(FixIt("write `:`", at: place, replacement: ":"))
      }
      advance()
      advance()
      return parseResultType()
    }
    if kind == .upperName || kind == .lowerName {
      if peekName() == Names.throwsWord { return parseThrows() }
      let place = gapSpan
      report(.missingSeparator, at: place, "a `:` is missing before the result type") {
        $0.fixIts.append(FixIt("insert `:`", at: place, replacement: ":"))
      }
      return parseResultType()
    }
    return .none
  }

  private mutating func parseThrows() -> NodeId {
    report(.foreignWord, at: currentSpan, "a function that can fail has a fallible result type") {
      $0.notes.append("write `: T!`, or `: !` if there is no other result")
    }
    advance()
    return parseForeignResult()
  }

  /// `[]T` where a value is expected.
  mutating func parseGoSlice(_ open: UInt32) -> NodeId {
    advance()
    let type = text(of: at)
    let place = spanSince(open).joined(with: currentSpan)
    report(.prefixType, at: place, "a slice of `\(type)` is written `\(type)[]`") {
      $0.fixIts.append(FixIt("write `\(type)[]`", at: place, replacement: "\(type)[]"))
    }
    let inner = parseTypeInExpression()
    return add(.error, TokenId(open), inner.index)
  }

  /// `(A, B)`: the other types are read and dropped.
  mutating func parseTupleType(_ open: UInt32, _ first: NodeId) -> NodeId {
    report(.unexpectedToken, at: currentSpan, "parentheses hold one type; there are no tuples") {
      $0.labels.append(Label(span(of: open), "opened here"))
      $0.notes.append("values that belong together are a struct: `struct Pair(first: A, second: B);`")
    }
    while accept(.comma), kind != .rightParen, !isPanicking { _ = parseType() }
    return add(.error, nodes[first.index].token, first.index)
  }
}

/// What words of other languages are called here.
enum ForeignWords {
  /// The type that `name` stands for elsewhere.
  static func type(for name: NameId) -> String? {
    switch name {
    case Names.intWord, Names.longWord, Names.isizeWord, Names.int64Word, Names.i64Word: return "I64"
    case Names.shortWord, Names.int16Word, Names.i16Word: return "I16"
    case Names.byteWord, Names.uint8Word, Names.u8Word: return "U8"
    case Names.int8Word, Names.i8Word: return "I8"
    case Names.int32Word, Names.i32Word: return "I32"
    case Names.uint16Word, Names.u16Word: return "U16"
    case Names.uint32Word, Names.u32Word: return "U32"
    case Names.uintWord, Names.uint64Word, Names.u64Word, Names.usizeWord, Names.sizeWord: return "U64"
    case Names.floatWord, Names.doubleWord, Names.float64Word, Names.f64Word: return "F64"
    case Names.float32Word, Names.f32Word: return "F32"
    case Names.boolWord, Names.booleanWord: return "Boolean"
    case Names.stringWord, Names.strWord: return "String"
    default: return nil
    }
  }
}
