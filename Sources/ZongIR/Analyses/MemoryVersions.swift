// Whether memory and globals may have changed between two places of a function. Each state of memory has a version;
// a write begins a new one, and takes along what it surely didn't touch. At the start of a block the version goes on
// if all predecessors agree, and for a loop if nothing in it writes.

import ZongStores

/// The versions of memory while blocks are visited in the dominator tree's preorder.
struct MemoryVersions: ~Copyable {
  /// The present version, and the last one given.
  private var current: UInt32 = 1
  private var last: UInt32 = 1
  /// The version at the end of each visited block; 0 for one not visited yet.
  private var ends = Store<UInt32>()
  /// The version in which each load, store and read of a global holds; 0 for none, `always` for constant memory.
  private var versions = Store<UInt32>()
  private var loopWrites = Store<Bool>()
  /// The loads and stores of the present version that a write may leave valid, the newest last.
  private var available = Store<UInt32>()
  private static let always = UInt32.max
  /// So many are looked at for each write.
  private static let availableLimit = 16

  init() {}

  mutating func begin(_ function: Function, _ flow: borrowing ControlFlow) {
    current = 1
    last = 1
    ends.refill(with: 0, count: function.blocks.count)
    versions.refill(with: 0, count: function.instructions.count)
    loopWrites.refill(with: false, count: function.blocks.count)
    available.removeAll()
    for place in 0..<function.order.count {
      let id = function.order[place].index
      if flow.loopDepths[id] > 0 && writes(id, function) { markLoops(of: id, flow) }
    }
  }

  private func writes(_ id: UInt32, _ function: Function) -> Bool {
    let block = function.blocks[id]
    for index in block.start..<block.end {
      let instruction = function.instructions[index]
      if instruction.writesMemory || instruction.opcode == .globalSet { return true }
    }
    return false
  }

  private mutating func markLoops(of id: UInt32, _ flow: borrowing ControlFlow) {
    var header = flow.loopHeaders[id]
    while header != ControlFlow.none && !loopWrites[header] {
      loopWrites[header] = true
      header = flow.outerHeaders[header]
    }
  }

  /// Whether the loop with this header writes memory or globals.
  func isWritten(loop header: UInt32) -> Bool { loopWrites[header] }

  // MARK: Blocks

  mutating func enter(_ id: UInt32, _ flow: borrowing ControlFlow) {
    available.removeAll()
    var common: UInt32 = 0
    var agree = true
    for predecessor in flow.predecessors(of: id) {
      if flow.isBackEdge(predecessor, id) {
        agree = agree && !loopWrites[id]
      } else {
        agree = agree && (common == 0 || common == ends[predecessor])
        common = ends[predecessor]
      }
    }
    if agree && common != 0 { current = common } else { begin() }
  }

  mutating func leave(_ id: UInt32) { ends[id] = current }

  private mutating func begin() {
    last += 1
    current = last
  }

  // MARK: Instructions

  /// A read is valid for the present version.
  @inline(__always)
  mutating func noteRead(_ index: UInt32, _ instruction: Instruction) {
    guard instruction.opcode == .load || instruction.opcode == .globalGet else { return }
    versions[index] = instruction.effects.contains(.constantMemory) ? MemoryVersions.always : current
  }

  /// The load or store may outlive writes to other places.
  mutating func noteAvailable(_ index: UInt32, _ function: Function) {
    let opcode = function.instructions[index].opcode
    guard opcode == .load || opcode == .store else { return }
    if opcode == .store { versions[index] = current }
    available.append(index)
  }

  /// Whether what the load, store or read of a global found is still there.
  @inline(__always)
  func holds(_ index: UInt32) -> Bool { versions[index] == current || versions[index] == MemoryVersions.always }

  /// A write begins a new version.
  mutating func noteEffects(_ instruction: Instruction, _ function: Function) {
    if instruction.opcode == .store {
      let before = available.count
      let first = max(0, before - MemoryVersions.availableLimit)
      let old = current
      begin()
      for item in first..<before where versions[available[item]] == old {
        let read = function.instructions[available[item]]
        if !MemoryVersions.mayOverlap(instruction, read, function) { versions[available[item]] = current }
      }
    } else if instruction.writesMemory || instruction.opcode == .globalSet {
      available.removeAll()
      begin()
    }
  }

  /// Whether the two accesses may touch the same bytes.
  static func mayOverlap(_ one: Instruction, _ two: Instruction, _ function: Function) -> Bool {
    let (first, second) = (place(one, function), place(two, function))
    if first.base == second.base {
      let distance = second.offset &- first.offset
      return distance < width(one, function) || 0 &- distance < width(two, function)
    }
    let (a, b) = (function.instructions[first.base], function.instructions[second.base])
    return !(a.opcode == .frameAddress && b.opcode == .frameAddress && a.a != b.a)
  }

  /// The address without what is added to it, and all that is added, modulo 2³².
  private static func place(_ access: Instruction, _ function: Function) -> (base: UInt32, offset: UInt32) {
    let address = function.instructions[access.a]
    if address.opcode == .add, let constant = function.constantBits(address.b) {
      return (address.a, access.c &+ UInt32(truncatingIfNeeded: constant))
    }
    return (access.a, access.c)
  }

  private static func width(_ access: Instruction, _ function: Function) -> UInt32 {
    let type = access.opcode == .store ? function.type(of: ValueId(access.b)) : access.type
    return access.access.width(of: type)
  }
}
