// The inside of a function's braces: variables, frame slots, inline sites, blocks and instructions. Values and blocks
// may be used before the text defines them: uses are noted down and filled in at the end.

import ZongStores

/// Parses one function's body.
struct BodyParser {
  let function: Function
  var parser: Parser
  /// From the ids in the text to the ids given.
  private var values: [UInt32: UInt32] = [0: 0]
  private var blocks: [UInt32: UInt32] = [:]
  private var uses: [Use] = []
  /// The operands of the instruction being read.
  private var instruction = Instruction(.nop)

  /// A use of the value or block `id`, to be put into an operand or a list item.
  private struct Use {
    enum Place {
      case a(UInt32), b(UInt32), c(UInt32), item(UInt32), target(UInt32)
    }
    var place: Place
    var id: UInt32
    var line: Int
  }

  private static let opcodes: [String: Opcode] = {
    var table: [String: Opcode] = [:]
    for opcode in Opcode.allCases where opcode != .nop && table[opcode.word] == nil { table[opcode.word] = opcode }
    return table
  }()
  private static let accesses = Dictionary(uniqueKeysWithValues: Access.allCases.map { ($0.word, $0) })
  private static let kinds = Dictionary(uniqueKeysWithValues: StopKind.allCases.map { ("\($0)", $0) })

  init(_ function: Function, _ parser: Parser) {
    self.function = function
    self.parser = parser
  }

  mutating func parse() throws(ParseError) {
    parser.scanner.skipLines()
    while !parser.scanner.consume("}") {
      if parser.scanner.isAtEnd { throw parser.error("'}' is expected") }
      try parseLine()
      try parser.expectLineEnd()
      parser.scanner.skipLines()
    }
    closeBlock()
    try fillUses()
  }

  // MARK: Lines

  private mutating func parseLine() throws(ParseError) {
    switch parser.scanner.peek {
    case UInt8(ascii: "$"): try parseVariable()
    case UInt8(ascii: "@"): try parseBlockStart()
    default:
      if let index = parser.scanner.numbered("frame") {
        try parseSlot(index)
      } else if parser.scanner.consume(word: "site") {
        try parseSite()
      } else {
        try parseInstruction()
      }
    }
  }

  private mutating func parseVariable() throws(ParseError) {
    let index = try variableId()
    if Int(index) != function.variables.count { throw parser.error("$\(function.variables.count) is expected") }
    try parser.expect(":")
    function.variables.append(try parser.parseType())
  }

  private mutating func parseSlot(_ index: UInt32) throws(ParseError) {
    if Int(index) != function.slots.count { throw parser.error("frame\(function.slots.count) is expected") }
    try parser.expect(word: "size")
    let size = try number("a size")
    try parser.expect(word: "align")
    function.slots.append(FrameSlot(size: size, alignment: try number("an alignment")))
  }

  private mutating func parseSite() throws(ParseError) {
    let index = try number("a site's number")
    if Int(index) != function.inlineSites.count {
      throw parser.error("site \(function.inlineSites.count) is expected")
    }
    let callee = try parser.parseFunctionName().1
    try parser.expect("!")
    let position = try number("a position")
    try parser.expect("^")
    function.inlineSites.append(InlineSite(callee: callee, position: position, parent: try number("a site")))
  }

  /// `@3(%9: i64, %10: i32):`
  private mutating func parseBlockStart() throws(ParseError) {
    closeBlock()
    try parser.expect("@")
    let number = try number("a block's number")
    let start = UInt32(function.instructions.count)
    let id = function.blocks.add(Block(start: start, end: start))
    if blocks.updateValue(id, forKey: number) != nil { throw parser.error("@\(number) is there twice") }
    function.order.append(BlockId(id))
    if parser.scanner.consume("(") {
      var count: UInt32 = 0
      while !parser.scanner.consume(")") {
        if count > 0 { try parser.expect(",") }
        try parser.expect("%")
        try defineValue(try self.number("a value's number"))
        try parser.expect(":")
        function.instructions.append(Instruction(.blockParameter, try parser.parseType(), a: count))
        count += 1
      }
      function.blocks[id].parameterCount = count
    }
    try parser.expect(":")
  }

  private mutating func closeBlock() {
    guard let last = function.blocks.elements.indices.last else { return }
    function.blocks[last].end = UInt32(function.instructions.count)
  }

  // MARK: Ids

  private mutating func number(_ what: String) throws(ParseError) -> UInt32 {
    try parser.require(parser.scanner.number(), what)
  }

  private mutating func variableId() throws(ParseError) -> UInt32 {
    try parser.expect("$")
    return try number("a variable's number")
  }

  /// The next instruction defines the value that the text calls `id`.
  private mutating func defineValue(_ id: UInt32) throws(ParseError) {
    if values.updateValue(UInt32(function.instructions.count), forKey: id) != nil {
      throw parser.error("%\(id) is there twice")
    }
  }

  /// `%7`, as an operand of the instruction being read.
  private mutating func value(_ place: (UInt32) -> Use.Place) throws(ParseError) {
    try parser.expect("%")
    let id = try number("a value's number")
    uses.append(Use(place: place(UInt32(function.instructions.count)), id: id, line: parser.scanner.line))
  }

  /// Values between commas, up to a closing parenthesis (consumed) or the end of what looks like a value.
  private mutating func list(until close: UnicodeScalar?) throws(ParseError) -> UInt32 {
    var ids: [UInt32] = []
    while parser.scanner.peek == UInt8(ascii: "%") {
      try parser.expect("%")
      ids.append(try number("a value's number"))
      if !parser.scanner.consume(",") { break }
    }
    if let close { try parser.expect(close) }
    return addList(ids)
  }

  private mutating func addList(_ ids: [UInt32], isEdge: Bool = false) -> UInt32 {
    if ids.isEmpty && !isEdge { return ListId.empty.index }
    let list = function.lists.add(UInt32(ids.count))
    for id in ids {
      uses.append(Use(place: .item(function.lists.add(0)), id: id, line: parser.scanner.line))
    }
    return list
  }

  /// `@4(%9, %10)`
  private mutating func edge() throws(ParseError) -> UInt32 {
    try parser.expect("@")
    let target = try number("a block's number")
    try parser.expect("(")
    var ids: [UInt32] = []
    while !parser.scanner.consume(")") {
      if !ids.isEmpty { try parser.expect(",") }
      try parser.expect("%")
      ids.append(try number("a value's number"))
    }
    let edge = function.lists.add(0)
    uses.append(Use(place: .target(edge), id: target, line: parser.scanner.line))
    _ = addList(ids, isEdge: true)
    return edge
  }

  private mutating func fillUses() throws(ParseError) {
    for use in uses {
      if case .target(let item) = use.place {
        guard let block = blocks[use.id] else { throw ParseError(line: use.line, message: "@\(use.id) isn't there") }
        function.lists[item] = block
        continue
      }
      guard let value = values[use.id] else { throw ParseError(line: use.line, message: "%\(use.id) isn't there") }
      switch use.place {
      case .a(let index): function.instructions[index].a = value
      case .b(let index): function.instructions[index].b = value
      case .c(let index): function.instructions[index].c = value
      case .item(let item), .target(let item): function.lists[item] = value
      }
    }
  }

  // MARK: Instructions

  private mutating func parseInstruction() throws(ParseError) {
    if function.blocks.isEmpty { throw parser.error("a block is expected") }
    if parser.scanner.consume("%") {
      try defineValue(try number("a value's number"))
      try parser.expect("=")
    }
    try parseHead()
    try parseOperands()
    try parseTail()
  }

  /// The type, the opcode and the access in one word, as `i64.load.u8`.
  private mutating func parseHead() throws(ParseError) {
    let word = try parser.require(parser.scanner.word(), "an instruction")
    var parts = word.split(separator: ".", omittingEmptySubsequences: false)[...]
    instruction = Instruction(.nop)
    if let first = parts.first, let type = Parser.type(first) {
      instruction.type = type
      parts = parts.dropFirst()
    }
    if let head = VectorOperation.head(parts, instruction.type) {
      (instruction.opcode, instruction.c) = head
      return
    }
    guard let name = parts.first, let opcode = BodyParser.opcodes[String(name)] else {
      throw parser.error("\(word) isn't an instruction")
    }
    instruction.opcode = opcode
    if opcode.isComparison { instruction.type = .i32 }
    parts = parts.dropFirst()
    if let access = parts.first {
      guard let access = BodyParser.accesses[String(access)], access != .full, parts.count == 1 else {
        throw parser.error("\(word) isn't an instruction")
      }
      instruction.access = access
    }
  }

  private mutating func parseOperands() throws(ParseError) {
    switch instruction.opcode {
    case .nop, .memorySize, .tagSize, .unreachable: break
    case .parameter, .blockParameter: instruction.a = try number("a number")
    case .constant: try parseConstant()
    case .dataAddress: instruction.c = try parser.require(parser.scanner.numbered("data"), "data")
    case .frameAddress: instruction.a = try parser.require(parser.scanner.numbered("frame"), "a frame slot")
    case .functionIndex: instruction.a = try parser.parseFunctionName().1.index
    case .variableGet, .variableSet, .globalGet, .globalSet: try parseCell()
    case .load, .store: try parseAccess()
    case .call, .callIndirect: try parseCall()
    case .result:
      try value { .a($0) }
      try parser.expect(",")
      instruction.b = try number("a result's number")
    case .check:
      try value { .a($0) }
      try parser.expect(",")
      try parseStop()
    case .stop: try parseStop()
    case .jump: instruction.a = try edge()
    case .branch:
      try value { .a($0) }
      try parser.expect(",")
      instruction.b = try edge()
      try parser.expect(",")
      instruction.c = try edge()
    case .switchBranch: try parseSwitch()
    case .returnValues: instruction.b = try list(until: nil)
    default: try parseValues()
    }
  }

  private mutating func parseValues() throws(ParseError) {
    let shape = instruction.opcode.shape
    try value { .a($0) }
    if shape.contains(.b) {
      try parser.expect(",")
      try value { .b($0) }
    }
    if shape.contains(.c) {
      try parser.expect(",")
      try value { .c($0) }
    }
  }

  private mutating func parseConstant() throws(ParseError) {
    var bits: UInt64
    if parser.scanner.consume(word: "bits") {
      bits = try parser.parseHexadecimal()
    } else {
      let numeral = parser.scanner.numeral()
      let parsed: UInt64? =
        switch instruction.type {
        case .f64: Double(numeral)?.bitPattern
        case .f32: (Float(numeral)?.bitPattern).map { UInt64($0) }
        case .i32: Int32(numeral).map { UInt64(bitPattern: Int64($0)) }
        default: Int64(numeral).map { UInt64(bitPattern: $0) }
        }
      bits = try parser.require(parsed, "a number of type \(instruction.type)")
    }
    instruction.a = UInt32(truncatingIfNeeded: bits)
    instruction.b = UInt32(truncatingIfNeeded: bits >> 32)
  }

  /// `$2` or `global3`, and for `set` the value.
  private mutating func parseCell() throws(ParseError) {
    let isSet = instruction.opcode == .variableSet
    if let global = parser.scanner.numbered("global") {
      instruction.opcode = isSet ? .globalSet : .globalGet
      instruction.a = global
    } else {
      instruction.a = try variableId()
    }
    if isSet {
      try parser.expect(",")
      try value { .b($0) }
    }
  }

  /// `%3+16`, and for `store` the value.
  private mutating func parseAccess() throws(ParseError) {
    try value { .a($0) }
    try parser.expect("+")
    instruction.c = try number("an offset")
    if instruction.opcode == .store {
      try parser.expect(",")
      try value { .b($0) }
    }
  }

  private mutating func parseCall() throws(ParseError) {
    if instruction.opcode == .callIndirect {
      try value { .a($0) }
    } else {
      instruction.a = try parser.parseFunctionName().1.index
    }
    try parser.expect("(")
    instruction.b = try list(until: ")")
    if instruction.opcode == .callIndirect {
      instruction.c = try parser.require(parser.scanner.numbered("signature"), "a signature")
    }
  }

  private mutating func parseStop() throws(ParseError) {
    let word = parser.scanner.word() ?? ""
    guard let kind = BodyParser.kinds[word] else { throw parser.error("a stop kind is expected") }
    instruction.c = UInt32(kind.rawValue)
    try parser.expect("(")
    instruction.b = try list(until: ")")
  }

  private mutating func parseSwitch() throws(ParseError) {
    try value { .a($0) }
    var edges: [UInt32] = []
    while parser.scanner.consume(",") { edges.append(try edge()) }
    instruction.b = function.lists.add(UInt32(edges.count))
    function.lists.append(contentsOf: edges)
  }

  /// Effects, position and inline site.
  private mutating func parseTail() throws(ParseError) {
    while let word = parser.scanner.word() {
      guard let (effect, _) = Effects.words.first(where: { $0.1 == word }) else {
        throw parser.error("\(word) isn't an effect")
      }
      instruction.effects.insert(effect)
    }
    if parser.scanner.consume("!") { instruction.position = try number("a position") }
    let index = function.instructions.add(instruction)
    if parser.scanner.consume("^") {
      let site = try number("a site")
      if function.instructionSites.count <= Int(index) {
        function.instructionSites.append(repeating: 0, count: Int(index) + 1 - function.instructionSites.count)
      }
      function.instructionSites[index] = site
    }
  }
}
