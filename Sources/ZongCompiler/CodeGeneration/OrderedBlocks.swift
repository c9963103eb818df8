// Blocks whose instructions stand in the order of the operand stack already: each value is used once, by the
// instruction that finds it on top of the stack. The lowering makes most blocks so. They need no placement: the code is
// the instructions one after the other, and it is the same that placement would arrive at by searching.
//
// Analysis runs each block with a stack of values to find out. What is left out of the stack is what code generation
// has its own ways with: frame slots as addresses, checks, results of calls that have several, values of other blocks.

import ZongIR
import ZongStores
import ZongWasm

extension CodeGenerator {
  // MARK: Finding them

  /// Whether a block is in order. If it is, the uses of variables in it have been counted.
  mutating func isInOrder(_ function: Function, _ block: Block, _ place: UInt32) -> Bool {
    operandStack.removeAll()
    let instructions = function.instructions.elements
    let last = block.end - 1
    var index = block.start
    while index < last, runOnStack(function, index, instructions[Int(index)], place) { index += 1 }
    if index == last && endsRun(function, instructions[Int(last)]) { return true }
    forgetVariables(function, block.start..<index, place)
    return false
  }

  /// Runs an instruction of a block's body. False if it isn't in order; then it has not been counted.
  @inline(__always)
  private mutating func runOnStack(
    _ function: Function, _ index: UInt32, _ instruction: Instruction, _ place: UInt32
  ) -> Bool {
    switch tables.placement(instruction.opcode) {
    case .variable:
      operandStack.append(index)
      variableUses[instruction.a] &+= 1
      return true
    case .pure, .load, .trapping:
      return instruction.opcode != .testKey && runOperation(function, index, instruction)
    case .assignment: return runAssignment(function, index, instruction, place)
    case .free: return runSource(index, instruction)
    case .effect: return runEffect(function, index, instruction)
    case .check, .terminator: return false
    }
  }

  @inline(__always)
  private mutating func runAssignment(
    _ function: Function, _ index: UInt32, _ instruction: Instruction, _ place: UInt32
  ) -> Bool {
    if function.instructions[instruction.b].opcode == .parameter {
      guard operandStack.isEmpty else { return false }
      countParameter(index, instruction, place)
    } else {
      guard popOperand(instruction.b), operandStack.isEmpty else { return false }
      variableUses[instruction.a] &+= 1
    }
    // Blocks in order take no part in the counting of assignments, but for the entry: all others come after it.
    if place == 0 { assignments[instruction.a] &+= 1 }
    return true
  }

  @inline(__always)
  private mutating func runSource(_ index: UInt32, _ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .constant, .dataAddress, .functionIndex:
      operandStack.append(index)
      return true
    // A parameter is read where it is assigned to its variable.
    case .parameter:
      values[index].local = instruction.a + 1
      return true
    case .nop: return true
    default: return false
    }
  }

  @inline(__always)
  private mutating func runOperation(_ function: Function, _ index: UInt32, _ instruction: Instruction) -> Bool {
    switch tables.operands(instruction.opcode) {
    case .none: break
    case .a:
      // The lower half of an extended value is the value itself.
      let isExtended = instruction.opcode == .wrap && isExtension(function.instructions[instruction.a].opcode)
      guard popOperand(instruction.a), !isExtended else { return false }
    case .ab:
      guard popOperand(instruction.b), popOperand(instruction.a) else { return false }
      // The zero of a test is left out: it must stand right before.
      if instruction.b != index - 1 && mayBeZeroTest(function, instruction) { return false }
    default: return false
    }
    operandStack.append(index)
    return true
  }

  private func isExtension(_ opcode: Opcode) -> Bool { opcode == .extendU || opcode == .extendS }

  /// A comparison with zero that is written as `eqz`, as it is or inverted.
  @inline(__always)
  private func mayBeZeroTest(_ function: Function, _ instruction: Instruction) -> Bool {
    (instruction.opcode == .eq || instruction.opcode == .ne) && comparesZero(function, instruction, nil)
  }

  private mutating func runEffect(_ function: Function, _ index: UInt32, _ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .store: return popOperand(instruction.b) && popOperand(instruction.a) && operandStack.isEmpty
    case .call:
      guard popOperands(function.list(instruction.b)) else { return false }
      if instruction.type == .none { return context.resultCounts[instruction.a] == 0 && operandStack.isEmpty }
      operandStack.append(index)
      return true
    default: return false
    }
  }

  /// Runs the block's terminator, after which the stack must be empty.
  private mutating func endsRun(_ function: Function, _ instruction: Instruction) -> Bool {
    switch instruction.opcode {
    case .jump: function.lists[instruction.a + 1] == 0 && operandStack.isEmpty
    case .branch:
      function.lists[instruction.b + 1] == 0 && function.lists[instruction.c + 1] == 0 && popOperand(instruction.a)
        && operandStack.isEmpty
    case .returnValues: popOperands(function.list(instruction.b)) && operandStack.isEmpty
    default: false
    }
  }

  /// Takes a value off the stack if it lies on top.
  @inline(__always)
  private mutating func popOperand(_ value: UInt32) -> Bool {
    guard let top = operandStack.last, top == value else { return false }
    operandStack.removeLast()
    return true
  }

  private mutating func popOperands(_ list: UnsafeBufferPointer<UInt32>) -> Bool {
    guard list.count <= operandStack.count else { return false }
    let first = operandStack.count - list.count
    for index in 0..<list.count where operandStack[first + index] != list[index] { return false }
    operandStack.truncate(to: first)
    return true
  }

  // MARK: What the rest of analysis wants to know of them

  /// Takes back what was counted of a block's first instructions: the block isn't in order.
  private mutating func forgetVariables(_ function: Function, _ range: Range<UInt32>, _ place: UInt32) {
    let instructions = function.instructions.elements
    for index in range.reversed() {
      let instruction = instructions[Int(index)]
      if instruction.opcode == .variableGet {
        variableUses[instruction.a] &-= 1
      } else if instruction.opcode == .variableSet {
        if place == 0 { assignments[instruction.a] &-= 1 }
        if instructions[Int(instruction.b)].opcode == .parameter {
          values[instruction.b].uses &-= 1
          if place == 0, assignments[instruction.a] == 0 { shareCandidates.removeLast() }
          parameterAssignments.removeLast()
        } else {
          variableUses[instruction.a] &-= 1
        }
      }
    }
  }

  private mutating func countParameter(_ index: UInt32, _ instruction: Instruction, _ place: UInt32) {
    values[instruction.b].uses &+= 1
    if place == 0, assignments[instruction.a] == 0 { shareCandidates.append(index) }
    parameterAssignments.append(index)
  }

  /// Enters the uses of variables into their locals, which are known now.
  mutating func useVariableLocals(_ function: Function) {
    for variable in 0..<function.variables.count {
      locals[variableLocals[variable]].uses &+= variableUses[variable]
    }
    for index in 0..<parameterAssignments.count {
      let assignment = function.instructions[parameterAssignments[index]]
      let parameter = values[assignment.b].local - 1
      if variableLocals[assignment.a] == parameter { continue }
      locals[variableLocals[assignment.a]].uses &+= 1
      locals[parameter].uses &+= 1
    }
  }

  // MARK: Their code

  /// Writes the code of a block that is in order, up to its terminator.
  mutating func emitOrdered(_ function: Function, _ buffer: CodeBuffer, _ place: UInt32) {
    let block = function.blocks[function.order[place].index]
    let instructions = function.instructions.elements
    let last = block.end - 1
    let terminator = instructions[Int(last)]
    var end = last
    var ending = OppositeEnding.none
    if terminator.opcode == .branch, blocks[place].form.isInverted {
      (end, ending) = oppositeCondition(function, terminator.a, last)
    }
    body.reserve(Int(block.end - block.start) * longestItem)
    var peephole = LocalPeephole()
    var index = block.start
    while index < end {
      let instruction = instructions[Int(index)]
      switch instruction.opcode {
      case .parameter, .nop: break
      case .variableGet: emitGet(variableLocals[instruction.a], &peephole)
      case .variableSet: emitAssignment(function, instruction, &peephole)
      case .constant:
        let isTested = index + 1 < end && instructions[Int(index) + 1].opcode == .eq
        if !(isTested && comparesZero(function, instructions[Int(index) + 1], nil)) { emitConstant(instruction) }
      default: emitInstruction(function, buffer, index)
      }
      index += 1
    }
    switch ending {
    case .none: break
    case .not: body.byte(Op.i32Eqz)
    case .opposite: emitOpposite(function, terminator.a)
    }
    if terminator.opcode == .returnValues { emitReturn() }
  }

  @inline(__always)
  private mutating func emitAssignment(
    _ function: Function, _ instruction: Instruction, _ peephole: inout LocalPeephole
  ) {
    let local = variableLocals[instruction.a]
    if function.instructions[instruction.b].opcode == .parameter {
      let parameter = values[instruction.b].local - 1
      // The variable may be the parameter.
      if local == parameter { return }
      emitGet(parameter, &peephole)
    }
    emitSet(local, &peephole)
  }

  /// How the opposite of a block's condition is written: where the instructions end that are written as they are, and
  /// what comes behind them.
  private enum OppositeEnding { case none, not, opposite }

  private func oppositeCondition(_ function: Function, _ condition: UInt32, _ end: UInt32)
    -> (end: UInt32, ending: OppositeEnding)
  {
    let instruction = function.instructions[condition]
    guard tables.placement(instruction.opcode) == .pure else { return (end, .not) }
    if instruction.opcode == .eqz, function.instructions[instruction.a].type == .i32 { return (condition, .none) }
    if instruction.opcode == .eq, comparesZero(function, instruction, .i32) { return (condition - 1, .none) }
    guard instruction.opcode.negated != nil else { return (end, .not) }
    return (isZeroTest(function, instruction, .opposite) ? condition - 1 : condition, .opposite)
  }
}
