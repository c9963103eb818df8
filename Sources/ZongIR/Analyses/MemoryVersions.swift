// Whether memory and globals may have changed between two places of a function. Each state of memory has a version;
// a write begins a new one, and takes along what it surely didn't touch. At the start of a block the version goes on
// if all predecessors agree, and for a loop if nothing in it writes. Stores of numbers, of pointers and of headers change
// nothing for each other: no value is read as what it wasn't stored as (Effects).

import ZongStores

/// The versions of memory while blocks are visited in the dominator tree's preorder. There are four: lane 0 changes with
/// every write, the others with those that may change a number, a pointer, a header (`Effects.kind`).
struct MemoryVersions: ~Copyable {
  private typealias Versions = SIMD4<UInt32>
  /// The present versions, and the last one given.
  private var current = Versions(repeating: 1)
  private var last: UInt32 = 1
  /// The versions at the end of each visited block; 0 for one not visited yet.
  private var ends = Store<SIMD4<UInt32>>()
  /// The version in which each load, store and read of a global holds, and that of its own kind; 0 for none.
  private var versions = Store<UInt32>()
  private var kindVersions = Store<UInt32>()
  /// By loop header: a bit for each version that the loop changes.
  private var loopWrites = Store<UInt8>()
  /// The loads and stores of the present version that a write may leave valid, the newest last.
  private var available = Store<UInt32>()
  /// So many are looked at for each write.
  private static let availableLimit = 16
  private static let all: UInt8 = 0b1111

  init() {}

  mutating func begin(_ function: Function, _ flow: borrowing ControlFlow) {
    current = Versions(repeating: 1)
    last = 1
    ends.refill(with: Versions(repeating: 0), count: function.blocks.count)
    versions.refill(with: 0, count: function.instructions.count)
    kindVersions.refill(with: 0, count: function.instructions.count)
    loopWrites.refill(with: 0, count: function.blocks.count)
    available.removeAll()
    for place in 0..<function.order.count {
      let id = function.order[place].index
      guard flow.loopDepths[id] > 0 else { continue }
      let writes = writes(id, function)
      if writes != 0 { markLoops(of: id, writes, flow) }
    }
  }

  /// The versions that a block changes.
  private func writes(_ id: UInt32, _ function: Function) -> UInt8 {
    let block = function.blocks[id]
    var writes: UInt8 = 0
    for index in block.start..<block.end { writes |= MemoryVersions.writes(function.instructions[index]) }
    return writes
  }

  @inline(__always)
  private static func writes(_ instruction: Instruction) -> UInt8 {
    guard instruction.writesMemory || instruction.opcode == .globalSet else { return 0 }
    let kind = instruction.effects.kind
    return kind == 0 ? all : 1 | 1 << UInt8(truncatingIfNeeded: kind)
  }

  private mutating func markLoops(of id: UInt32, _ writes: UInt8, _ flow: borrowing ControlFlow) {
    var header = flow.loopHeaders[id]
    while header != ControlFlow.none && loopWrites[header] & writes != writes {
      loopWrites[header] |= writes
      header = flow.outerHeaders[header]
    }
  }

  /// Whether the loop with this header may change what the load finds.
  func isWritten(loop header: UInt32, _ load: Instruction) -> Bool {
    loopWrites[header] & (1 << UInt8(truncatingIfNeeded: load.effects.kind)) != 0
  }

  // MARK: Blocks

  mutating func enter(_ id: UInt32, _ flow: borrowing ControlFlow) {
    available.removeAll()
    var common = Versions(repeating: 0)
    var agree: UInt8 = MemoryVersions.all
    for predecessor in flow.predecessors(of: id) {
      if flow.isBackEdge(predecessor, id) {
        agree &= ~loopWrites[id]
      } else {
        let end = ends[predecessor]
        for lane in 0..<Effects.kinds where common[lane] != 0 && common[lane] != end[lane] {
          agree &= ~(1 << UInt8(lane))
        }
        common = end
      }
    }
    last += 1
    for lane in 0..<Effects.kinds {
      current[lane] = agree & 1 << UInt8(lane) != 0 && common[lane] != 0 ? common[lane] : last
    }
  }

  mutating func leave(_ id: UInt32) { ends[id] = current }

  // MARK: Instructions

  /// A read is valid for the present version.
  @inline(__always)
  mutating func noteRead(_ index: UInt32, _ instruction: Instruction) {
    guard instruction.opcode == .load || instruction.opcode == .globalGet else { return }
    note(index, instruction)
  }

  @inline(__always)
  private mutating func note(_ index: UInt32, _ instruction: Instruction) {
    versions[index] = current[0]
    kindVersions[index] = current[instruction.effects.kind]
  }

  /// The load or store may outlive writes to other places.
  mutating func noteAvailable(_ index: UInt32, _ function: Function) {
    let opcode = function.instructions[index].opcode
    guard opcode == .load || opcode == .store else { return }
    if opcode == .store { note(index, function.instructions[index]) }
    available.append(index)
  }

  /// Whether what `found`, a load, a store or a read of a global, found or left in memory is still there for `read`.
  @inline(__always)
  func holds(_ found: UInt32, for read: Instruction, _ function: Function) -> Bool {
    let kind = read.effects.kind
    if kind != 0 && function.instructions[found].effects.kind == kind { return kindVersions[found] == current[kind] }
    return versions[found] == current[0]
  }

  /// A write begins a new version.
  mutating func noteEffects(_ instruction: Instruction, _ function: Function) {
    let writes = MemoryVersions.writes(instruction)
    if writes == 0 { return }
    let before = current
    last += 1
    for lane in 0..<Effects.kinds where writes & 1 << UInt8(lane) != 0 { current[lane] = last }
    if instruction.opcode == .store { keepOthers(instruction, since: before, function) } else { available.removeAll() }
  }

  /// Takes along what a store leaves as it is.
  private mutating func keepOthers(_ store: Instruction, since before: Versions, _ function: Function) {
    let count = available.count
    for item in max(0, count - MemoryVersions.availableLimit)..<count {
      let index = available[item]
      let read = function.instructions[index]
      let kind = read.effects.kind
      let holds = versions[index] == before[0]
      let holdsOfKind = kindVersions[index] == before[kind]
      guard holds || holdsOfKind, !MemoryVersions.mayOverlap(store, read, function) else { continue }
      if holds { versions[index] = current[0] }
      if holdsOfKind { kindVersions[index] = current[kind] }
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
