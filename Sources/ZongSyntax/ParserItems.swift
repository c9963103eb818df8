// Declarations of types, externs, imports and tests (LANGUAGE.md, section 4).

import ZongStores

extension ParserState {
  // MARK: Structs

  /// struct = "struct" upperName typeParameters? "(" fields ")" (members | ";")
  mutating func parseStructure() -> NodeId {
    guard enter() else { return errorNode() }
    let keyword = token
    let errors = reports.errorCount
    advance()
    let name = parseDeclaredName("the struct's name", isType: true)
    let typeParameters = parseTypeParameters()
    let (fields, members) = isAtBracedFields ? parseBracedFields(name) : parseStructureBody(name)
    let start = words(typeParameters.start, typeParameters.count)
    _ = words(fields.start, fields.count)
    _ = words(members.start, members.count)
    leave()
    let node = add(.structure, name, start, keyword.index)
    markIfDamaged(node, since: errors)
    return node
  }

  /// "(" fields ")" members?
  private mutating func parseStructureBody(_ name: TokenId) -> StructureBody {
    let fields = parseFields(isOptional: false, owner: name)
    return (fields, beginsMembers() ? parseMembers("the struct", isStaticAllowed: true) : (0, 0))
  }

  /// Whether the body of a type follows, be it on the next line by mistake.
  private func beginsMembers() -> Bool {
    guard kind == .leftBrace else { return false }
    if !startsLine || isPanicking { return true }
    switch peek() {
    case .funcKeyword, .staticKeyword, .rightBrace: return true
    default: return false
    }
  }

  /// fields = "(" (field ("," field)*)? ")"
  private mutating func parseFields(isOptional: Bool, owner: TokenId) -> (start: UInt32, count: UInt32) {
    guard kind == .leftParen, !onNewLine else {
      if !isOptional && !isPanicking { failFields(owner) }
      return (0, 0)
    }
    let open = at
    let outer = lineEndsAreSpace
    lineEndsAreSpace = true
    advance()
    let mark = scratch.count
    if kind != .rightParen {
      repeat { push(parseParameter(.field, needTypes: true)) } while continueList(.rightParen, "field")
    }
    let fields = list(since: mark)
    lineEndsAreSpace = outer
    expectClosing(.rightParen, of: open)
    return fields
  }

  /// `struct P { x: I64 }`
  private mutating func failFields(_ owner: TokenId) {
    let name = owner == .none ? "Name" : text(of: owner.index)
    let place = startsLine ? gapSpan : currentSpan
    report(.foreignDeclaration, at: place, "the fields of a struct stand in parentheses") {
      $0.notes.append("write `struct \(name)(field: TYPE, other: TYPE);`, with methods in braces after it")
    }
    if kind == .leftBrace && peek() != .funcKeyword && peek() != .staticKeyword {
      skipBraces()
    } else if kind != .leftBrace {
      isPanicking = true
    }
  }

  /// Steps over a block that can't be read.
  private mutating func skipBraces() {
    var open = 0
    repeat {
      if kind == .leftBrace { open += 1 }
      if kind == .rightBrace { open -= 1 }
      advance()
    } while open > 0 && kind != .endOfFile && !endsEarly()
  }

  /// members = "{" ("static"? function)* "}"
  private mutating func parseMembers(_ owner: String, isStaticAllowed: Bool) -> (start: UInt32, count: UInt32) {
    if startsLine { reportMemberBrace(owner) }
    let open = at
    let mark = scratch.count
    beginMembers()
    while kind != .rightBrace && kind != .endOfFile && !endsEarly() {
      let before = at
      let member = parseMember(owner)
      if member.exists { push(member) }
      if at == before { skipStuckToken() }
    }
    endMembers(open)
    return list(since: mark)
  }

  private mutating func reportMemberBrace(_ owner: String) {
    report(.braceOnNextLine, at: currentSpan, "the `{` of \(owner) stands on the line of its header")
  }

  mutating func beginMembers() {
    blockDepth += 1
    isPanicking = false
    advance()
  }

  mutating func endMembers(_ open: UInt32) {
    expectClosingBrace(of: open)
    blockDepth -= 1
  }

  /// "static"? function
  mutating func parseMember(_ owner: String) -> NodeId {
    statementStart = at
    lastReported = 0
    var flags: NodeFlags = []
    if kind == .exportKeyword { reportMemberExport() }
    if kind == .semicolon {
      advance()
      return .none
    }
    if isAtModifier { skipModifiers() }
    if kind == .staticKeyword {
      flags.formUnion(.isStatic)
      advance()
    }
    let start = memberStart()
    if start == .other {
      failMember(owner)
      recover()
      return .none
    }
    let function = parseFunction(flags: flags, needsBody: true, lacksKeyword: start == .name)
    _ = isPanicking ? recover() : skipSemicolon()
    return function
  }

  /// How a member of a type begins: with `func`, with the name of a function that lacks it, or it is none.
  private enum MemberStart { case keyword, name, other }

  /// What the next member begins with; complains about what stands in the place of `func`, or that nothing does.
  private mutating func memberStart() -> MemberStart {
    if kind == .funcKeyword { return .keyword }
    guard kind == .lowerName else { return .other }
    if isFunctionWord(peekName()) && peek().isWord {
      reportForeignWord("func")
      return .keyword
    }
    guard peek() == .leftParen || peek() == .less else { return .other }
    let place = currentSpan
    report(.foreignDeclaration, at: place, "a function is declared with `func`") {
      $0.fixIts.append(FixIt("write `func`", at: Span(place.start, place.start), replacement: "func "))
    }
    return .name
  }

  private mutating func skipSemicolon() { _ = accept(.semicolon) }

  private mutating func reportMemberExport() {
    report(.misplacedModifier, at: currentSpan, "methods are not exported; write a function at the top level")
    advance()
  }

  /// Whether a field begins here, as in the braces of other languages.
  private var isAtField: Bool { kind == .varKeyword || kind == .constKeyword || (kind.isWord && peek() == .colon) }

  private mutating func failMember(_ owner: String) {
    fail(
      .misplacedDeclaration, at: currentSpan,
      isAtField
        ? "fields stand in the parentheses after the struct's name"
        : "only functions stand in the braces of \(owner), found \(found)")
  }

  // MARK: Enums and interfaces

  /// enum = "enum" upperName typeParameters? "{" (case ("," case)* ","?)? function* "}"
  mutating func parseEnumeration() -> NodeId {
    guard enter() else { return errorNode() }
    let keyword = token
    let errors = reports.errorCount
    advance()
    let name = parseDeclaredName("the enum's name", isType: true)
    let typeParameters = parseTypeParameters()
    let (cases, members) = parseEnumBody()
    let start = words(typeParameters.start, typeParameters.count)
    _ = words(cases.start, cases.count)
    _ = words(members.start, members.count)
    leave()
    let node = add(.enumeration, name, start, keyword.index)
    markIfDamaged(node, since: errors)
    return node
  }

  private typealias NodeList = (start: UInt32, count: UInt32)

  private mutating func parseEnumBody() -> (NodeList, NodeList) {
    skipToBlock()
    guard kind == .leftBrace else {
      if !isPanicking { failExpecting(.missingBlock, "the `{` of the enum") }
      return ((0, 0), (0, 0))
    }
    if startsLine { reportMemberBrace("the enum") }
    let open = at
    beginMembers()
    let mark = scratch.count
    while kind != .rightBrace && kind != .endOfFile && !isAtMember && !endsEarly() {
      let before = at
      push(parseEnumCase())
      if at == before { skipStuckToken() }
    }
    let cases = list(since: mark)
    let memberMark = scratch.count
    while kind != .rightBrace && kind != .endOfFile && !endsEarly() {
      let before = at
      let member = parseMember("the enum after its cases")
      if member.exists { push(member) }
      if at == before { skipStuckToken() }
    }
    endMembers(open)
    return (cases, list(since: memberMark))
  }

  /// Whether the functions of an enum begin here.
  private var isAtMember: Bool { kind == .funcKeyword || kind == .staticKeyword || isAtModifier }

  /// case = (lowerName | keyword) fields?
  private mutating func parseEnumCase() -> NodeId {
    statementStart = at
    lastReported = 0
    if kind == .lowerName && peekName() == Names.caseWord && peek().isName && nextIsOnLine() { reportForeignCase() }
    let name = token
    switch kind {
    case .lowerName: break
    case .upperName: reportWrongCase(at, "a case's name", isType: false)
    case .trueKeyword, .falseKeyword, .nullKeyword, .elseKeyword: reportUnmatchedCase()
    case _ where kind.isKeyword: break  // A value is written after a `.`, where every word is a name.
    default:
      failExpecting(.expectedName, "the name of a case")
      recover()
      return add(.error, name)
    }
    advance()
    let fields = parseFields(isOptional: true, owner: name)
    let node = add(.enumCase, name, fields.start, fields.count)
    endEnumCase()
    return node
  }

  /// In a pattern these words mean something else, so that none could name the case.
  private func reportUnmatchedCase() {
    let place = currentSpan
    let word = text(of: at)
    report(.expectedName, at: place, "`\(word)` can't be the name of a case: no pattern could name it") {
      $0.notes.append(
        kind == .elseKeyword ? "an arm for everything else is `_ => ...`" : "in a pattern `\(word)` is the constant")
      $0.fixIts.append(FixIt("write `\(word)_`", at: place, replacement: word + "_"))
    }
  }

  private mutating func endEnumCase() {
    if kind == .equal && !isPanicking {
      fail(.unexpectedToken, at: currentSpan, "a case has no number of its own")
    }
    if isPanicking { return recoverCase() }
    if kind == .comma { return advance() }
    switch kind {
    case .rightBrace, .endOfFile: return
    case .funcKeyword where startsLine, .staticKeyword where startsLine: return
    case .semicolon, .lowerName, .upperName:
      let place = gapSpan
      report(.missingSeparator, at: place, "a comma stands between the cases of an enum") {
        if self.kind.isWord { $0.fixIts.append(FixIt("insert a comma", at: place, replacement: ",")) }
      }
      _ = accept(.semicolon)
    default:
      fail(.unexpectedToken, at: currentSpan, "expected a comma or the `}` of the enum, found \(found)")
      recoverCase()
    }
  }

  private mutating func recoverCase() {
    recover()
    _ = accept(.comma)
  }

  private mutating func reportForeignCase() {
    let place = Span(currentSpan.start, span(of: at + 1).start)
    report(.foreignWord, at: currentSpan, "the cases of an enum stand there without `case`") {
      $0.fixIts.append(FixIt("remove `case`", at: place, replacement: ""))
    }
    advance()
  }

  /// interface = "interface" upperName typeParameters? "{" (function ";"?)* "}"
  mutating func parseInterface() -> NodeId {
    guard enter() else { return errorNode() }
    let keyword = token
    let errors = reports.errorCount
    advance()
    let name = parseDeclaredName("the interface's name", isType: true)
    let typeParameters = parseTypeParameters()
    let methods = parseSignatures("the interface", flags: [])
    let start = words(typeParameters.start, typeParameters.count)
    _ = words(methods.start, methods.count)
    leave()
    let node = add(.interface, name, start, keyword.index)
    markIfDamaged(node, since: errors)
    return node
  }

  /// "{" (function ";"?)* "}", functions without bodies
  private mutating func parseSignatures(_ owner: String, flags: NodeFlags) -> NodeList {
    skipToBlock()
    guard kind == .leftBrace else {
      if !isPanicking { failExpecting(.missingBlock, "the `{` of \(owner)") }
      return (0, 0)
    }
    if startsLine { reportMemberBrace(owner) }
    let open = at
    let mark = scratch.count
    beginMembers()
    while kind != .rightBrace && kind != .endOfFile && !endsEarly() {
      let before = at
      let function = parseSignature(owner, flags)
      if function.exists { push(function) }
      if at == before { skipStuckToken() }
    }
    endMembers(open)
    return list(since: mark)
  }

  private mutating func parseSignature(_ owner: String, _ flags: NodeFlags) -> NodeId {
    statementStart = at
    lastReported = 0
    if kind == .semicolon {
      advance()
      return .none
    }
    if isAtModifier { skipModifiers() }
    let start = memberStart()
    if start == .other {
      let isField = isAtField
      fail(.misplacedDeclaration, at: currentSpan, "only functions stand in the braces of \(owner), found \(found)") {
        if isField { $0.notes.append("a function gives the value: `func name(): TYPE;`") }
      }
      recover()
      return .none
    }
    let function = parseFunction(flags: flags, needsBody: false, lacksKeyword: start == .name)
    if isPanicking {
      recover()
    } else if !accept(.semicolon) && !startsLine && kind != .rightBrace {
      fail(.missingTerminator, at: currentSpan, "the function ends with `;` or with its line; \(found) can't follow")
      recover()
    }
    return function
  }

  // MARK: extern, export, import, test

  /// extern = "extern" string "{" function* "}"
  mutating func parseExtern() -> NodeId {
    guard enter() else { return errorNode() }
    let keyword = at
    let errors = reports.errorCount
    advance()
    var module = TokenId(keyword)
    if kind == .string {
      module = token
      advance()
    } else {
      report(.unexpectedToken, at: startsLine ? gapSpan : currentSpan, "`extern` names its module") {
        $0.notes.append("as in `extern \"wasi_snapshot_preview1\" { func ...; }`")
      }
      if kind == .funcKeyword { isPanicking = true }
    }
    let functions: (start: UInt32, count: UInt32) =
      isPanicking ? (0, 0) : parseSignatures("`extern`", flags: .imported)
    leave()
    let node = add(.externBlock, module, functions.start, functions.count)
    markIfDamaged(node, since: errors)
    return node
  }

  /// "export" function
  mutating func parseExport() -> NodeId {
    let place = currentSpan
    advance()
    if kind == .funcKeyword { return parseFunction(flags: .exported, needsBody: true) }
    if kind == .lowerName && isFunctionWord(peekName()) {
      reportForeignWord("func")
      return parseFunction(flags: .exported, needsBody: true)
    }
    report(.misplacedModifier, at: place, "only functions are exported") {
      $0.notes.append("other modules see every name that doesn't begin with `_`")
    }
    return .none
  }

  /// import = "import" (name | string) ("as" name)?
  mutating func parseImport() -> NodeId {
    advance()
    // In a block it is a mistake that has been told; the next line is none of it.
    if blockDepth > 0 && startsLine { return errorNode() }
    let module = token
    if kind == .lowerName || kind == .string {
      advance()
    } else {
      failExpecting(.expectedName, "the name of a module, or a file's path in quotes,")
      return errorNode()
    }
    if (kind == .dot || kind == .slash) && !startsLine {
      fail(.unexpectedToken, at: currentSpan, "a file is imported by its path in quotes") {
        $0.notes.append("as in `import \"shapes/circle\" as c;`")
      }
    }
    var alias = TokenId.none
    if kind == .asKeyword && !isPanicking {
      advance()
      alias = parseBindingName("the module's name in this file")
    }
    return add(.importDeclaration, module, alias.index)
  }

  /// test = "test" string block
  mutating func parseTest() -> NodeId {
    advance()
    let name = token
    advance()
    let block = parseBlock("the test")
    return add(.test, name, block.index)
  }

  /// `static` at the top level, and declarations inside functions that belong to the top level.
  mutating func parseMisplaced() -> NodeId {
    if kind == .staticKeyword {
      report(.misplacedModifier, at: currentSpan, "only functions in the braces of a type are `static`") {
        $0.notes.append("a function at the top level belongs to no object anyway")
      }
      advance()
      return kind == .funcKeyword ? parseFunction(flags: [], needsBody: true) : .none
    }
    let word = text(of: at)
    let place = currentSpan
    if blockDepth > 0 {
      report(.misplacedDeclaration, at: place, "`\(word)` stands at the top level of a file, not in a block") {
        $0.notes.append("functions and structs may be declared in blocks")
      }
    }
    switch kind {
    case .enumKeyword: return parseEnumeration()
    case .interfaceKeyword: return parseInterface()
    case .externKeyword: return parseExtern()
    case .exportKeyword: return parseExport()
    default: return parseImport()
    }
  }
}
