// The text form of the IR: one instruction a line, ids as in the stores. It prints any function, broken ones too
// (ids out of range appear as they are), since it is what one looks at when the verifier complains.
//
//   func sum#3(i64): i64 {
//     $0: i64
//     frame0 size 16 align 8
//   @0:
//     %1 = i64.parameter 0
//     jump @1(%1)
//   @1(%3: i64):
//     ...
//   }

import ZongStores

/// Prints functions and programs.
package struct Printer {
  package private(set) var text = ""
  private let program: Program?
  private let positions: Bool

  /// With a program, calls show the functions' names; with `positions`, each line ends with its `!position`.
  package init(program: Program? = nil, positions: Bool = false) {
    self.program = program
    self.positions = positions
  }

  // MARK: Functions

  package mutating func print(_ function: Function) {
    text += "func \(Printer.quote(function.name))#\(function.id.index)"
    text += Printer.signature(function.parameters.array, function.results.array)
    text += " {\n"
    for index in 0..<function.variables.count { text += "  $\(index): \(function.variables[index])\n" }
    for index in 0..<function.slots.count {
      let slot = function.slots[index]
      text += "  frame\(index) size \(slot.size) align \(slot.alignment)\n"
    }
    if function.inlineSites.count > 1 {
      for index in 1..<function.inlineSites.count { printSite(index, function.inlineSites[index]) }
    }
    for index in 0..<function.order.count { printBlock(function.order[index], function) }
    text += "}\n"
  }

  private mutating func printSite(_ index: Int, _ site: InlineSite) {
    text += "  site \(index) \(name(of: site.callee)) !\(site.position) ^\(site.parent)\n"
  }

  private mutating func printBlock(_ id: BlockId, _ function: Function) {
    guard Int(id.index) < function.blocks.count else {
      text += "\(id):\n"
      return
    }
    let block = function.blocks[id.index]
    let end = min(Int(block.end), function.instructions.count)
    var index = Int(block.start)
    text += "\(id)"
    var parameters: [String] = []
    while index < end {
      let instruction = function.instructions[index]
      if instruction.opcode != .nop {
        guard instruction.opcode == .blockParameter && instruction.a == UInt32(parameters.count) else { break }
        parameters.append("%\(index): \(instruction.type)")
      }
      index += 1
    }
    if !parameters.isEmpty { text += "(\(parameters.joined(separator: ", ")))" }
    text += ":\n"
    while index < end {
      if function.instructions[index].opcode != .nop { printLine(UInt32(index), function) }
      index += 1
    }
  }

  private mutating func printLine(_ id: UInt32, _ function: Function) {
    let instruction = function.instructions[id]
    text += "  "
    if instruction.type != .none || hasResults(id, function) { text += "%\(id) = " }
    if instruction.type != .none && !instruction.opcode.isComparison { text += "\(instruction.type)." }
    text += VectorOperation.word(of: instruction) ?? instruction.opcode.word
    if instruction.access != .full { text += ".\(instruction.access.word)" }
    printOperands(instruction, function)
    var effects = instruction.effects
    for (effect, word) in Effects.words where effects.contains(effect) {
      text += " \(word)"
      effects.subtract(effect)
    }
    if positions && instruction.position != 0 { text += " !\(instruction.position)" }
    if Int(id) < function.instructionSites.count, function.instructionSites[id] != 0 {
      text += " ^\(function.instructionSites[id])"
    }
    text += "\n"
  }

  /// Whether a `result` instruction follows the call without a value of its own.
  private func hasResults(_ id: UInt32, _ function: Function) -> Bool {
    let next = Int(id) + 1
    guard next < function.instructions.count else { return false }
    let follower = function.instructions[next]
    return follower.opcode == .result && follower.a == id
  }

  private mutating func printOperands(_ instruction: Instruction, _ function: Function) {
    let (a, b, c) = (instruction.a, instruction.b, instruction.c)
    switch instruction.opcode {
    case .nop, .memorySize, .tagSize, .unreachable: break
    case .parameter, .blockParameter: text += " \(a)"
    case .constant: text += " " + Printer.constant(instruction)
    case .dataAddress: text += " data\(c)"
    case .frameAddress: text += " frame\(a)"
    case .functionIndex: text += " " + name(of: FunctionId(a))
    case .variableGet: text += " $\(a)"
    case .variableSet: text += " $\(a), %\(b)"
    case .globalGet: text += " global\(a)"
    case .globalSet: text += " global\(a), %\(b)"
    case .load: text += " %\(a)+\(c)"
    case .store: text += " %\(a)+\(c), %\(b)"
    case .call: text += " \(name(of: FunctionId(a)))(\(values(b, function)))"
    case .callIndirect: text += " %\(a)(\(values(b, function))) signature\(c)"
    case .result: text += " %\(a), \(b)"
    case .check: text += " %\(a), \(Printer.kind(c))(\(values(b, function)))"
    case .stop: text += " \(Printer.kind(c))(\(values(b, function)))"
    case .jump: text += " " + edge(a, function)
    case .branch: text += " %\(a), \(edge(b, function)), \(edge(c, function))"
    case .switchBranch:
      let edges = function.listIfValid(b).map { list in list.map { edge($0, function) } } ?? ["?list\(b)"]
      text += " %\(a), \(edges.joined(separator: ", "))"
    case .returnValues:
      let list = values(b, function)
      if !list.isEmpty { text += " " + list }
    default: printValues(instruction)
    }
  }

  private mutating func printValues(_ instruction: Instruction) {
    let shape = instruction.opcode.shape
    if shape.contains(.a) { text += " %\(instruction.a)" }
    if shape.contains(.b) { text += ", %\(instruction.b)" }
    if shape.contains(.c) { text += ", %\(instruction.c)" }
  }

  private func values(_ list: UInt32, _ function: Function) -> String {
    guard let values = function.listIfValid(list) else { return "?list\(list)" }
    return values.map { "%\($0)" }.joined(separator: ", ")
  }

  private func edge(_ edge: UInt32, _ function: Function) -> String {
    guard let arguments = function.argumentsIfValid(ofEdge: edge) else { return "?edge\(edge)" }
    return "@\(function.lists[edge])(\(arguments.map { "%\($0)" }.joined(separator: ", ")))"
  }

  private func name(of id: FunctionId) -> String {
    guard let program, Int(id.index) < program.definitions.count else { return "#\(id.index)" }
    switch program.definitions[Int(id.index)] {
    case .absent: return "#\(id.index)"
    case .imported(let imported): return "\(Printer.quote(imported.name))#\(id.index)"
    case .defined(let function): return "\(Printer.quote(function.name))#\(id.index)"
    }
  }

  // MARK: Programs

  /// The whole program that was given at `init`.
  package mutating func printProgram() {
    guard let program else { return }
    text += "memory \(program.initialPages) \(program.maximumPages)\n"
    text += "stack global\(program.stackPointer) global\(program.stackLimit)\n"
    for (index, signature) in program.signatures.enumerated() {
      text += "signature\(index) \(Printer.signature(signature.parameters, signature.results))\n"
    }
    for (index, global) in program.globals.enumerated() {
      text += "global\(index) \(Printer.quote(global.name)) \(global.isMutable ? "mutable " : "")\(global.type)"
      text += " 0x\(String(global.initial, radix: 16))\n"
    }
    for segment in program.data { printData(segment) }
    for (index, definition) in program.definitions.enumerated() {
      guard case .imported(let imported) = definition else { continue }
      text += "import \(Printer.quote(imported.name))#\(index) \(Printer.quoted(imported.module))"
      text += " \(Printer.signature(imported.signature.parameters, imported.signature.results))\n"
    }
    for export in program.exports {
      text += "export \(Printer.quoted(export.name)) \(name(of: export.function))\n"
    }
    for function in program.table { text += "table \(name(of: function))\n" }
    for definition in program.definitions {
      guard case .defined(let function) = definition else { continue }
      text += "\n"
      print(function)
    }
  }

  private mutating func printData(_ segment: DataSegment) {
    text += "data \(segment.address) \""
    for byte in segment.bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      default: text += "\\" + Printer.hex(byte)
      }
    }
    text += "\"\n"
  }

  // MARK: Pieces

  static func signature(_ parameters: [Type], _ results: [Type]) -> String {
    let list = "(\(parameters.map { "\($0)" }.joined(separator: ", ")))"
    return results.isEmpty ? list : list + ": " + results.map { "\($0)" }.joined(separator: ", ")
  }

  static func kind(_ raw: UInt32) -> String {
    guard let byte = UInt8(exactly: raw), let kind = StopKind(rawValue: byte) else { return "?kind\(raw)" }
    return "\(kind)"
  }

  /// Numbers in decimal; NaNs by their bits, since decimal says nothing of their payload.
  static func constant(_ instruction: Instruction) -> String {
    let bits = instruction.bits
    switch instruction.type {
    case .f64:
      let value = Double(bitPattern: bits)
      return value.isNaN ? "bits 0x\(String(bits, radix: 16))" : value.description
    case .f32:
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      return value.isNaN || bits >> 32 != 0 ? "bits 0x\(String(bits, radix: 16))" : value.description
    case .i32 where Int64(bitPattern: bits) != Int64(Int32(truncatingIfNeeded: bits)):
      return "bits 0x\(String(bits, radix: 16))"
    default: return String(Int64(bitPattern: bits))
    }
  }

  static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }

  /// The name as it is if it reads as one word, and in quotes otherwise.
  static func quote(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { isNameByte($0) } && !name.isEmpty
    return isPlain ? name : quoted(name)
  }

  static func quoted(_ name: String) -> String {
    var text = "\""
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: text += String(UnicodeScalar(byte))
      default: text += "\\" + hex(byte)
      }
    }
    return text + "\""
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}

extension Function {
  /// The text form.
  package func text(in program: Program? = nil, positions: Bool = false) -> String {
    var printer = Printer(program: program, positions: positions)
    printer.print(self)
    return printer.text
  }
}

extension Program {
  /// The text form.
  package func text(positions: Bool = false) -> String {
    var printer = Printer(program: self, positions: positions)
    printer.printProgram()
    return printer.text
  }
}
