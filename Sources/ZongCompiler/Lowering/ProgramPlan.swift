// Where everything of a program goes, decided once before any function is lowered: IR ids of functions, addresses
// of text constants and globals, the tstack and the heap. Read by all threads that lower.
//
// Memory: 0 ..< 64 the runtime's (RuntimeABI.swift) | text constants | globals | tstack | heap.

import ZongIR
import ZongSema
import ZongStores
import ZongSyntax
import ZongWasm

/// A function that is lowered.
enum LoweredFunction {
  case declared(ZongSema.FunctionId)
  case derived(DerivedFunction)
  /// `_start`: globals, main, the exit status.
  case entry
  /// The same for one test.
  case test(ZongSema.FunctionId)
}

/// What the plan of a program's memory depends on besides the program.
struct PlanOptions: Sendable {
  /// Room for the tstack, in bytes.
  var stackSize: UInt32 = 8 << 20
  /// The most memory that the program will be given, in pages of 64 KiB.
  var mostPages: UInt32 = 65536
  /// Whether pointers, indices and constants are checked; false for measuring only.
  var checksMemory = true
  /// Whether frames are filled with a pattern when their functions begin.
  var fillsFrames = false
  /// Whether the tags share the program's memory, for engines that allow only one.
  var singleMemory = false
  /// Whether the program counts what it allocates, for the host.
  var countsAllocations = false
}

final class ProgramPlan: @unchecked Sendable {

  let program: TypedProgram
  /// IR ids by semantic function id; `UInt32.max` for what isn't emitted.
  private(set) var irIds: [UInt32] = []
  private(set) var imports: [ZongSema.FunctionId] = []
  /// The functions with code, in the order of their IR ids from `imports.count` on.
  private(set) var defined: [LoweredFunction] = []
  private(set) var derivedIds: [DerivedFunction: UInt32] = [:]
  /// Addresses of text constants: by code, by constant.
  private(set) var textAddresses: [[UInt32]] = []
  /// Addresses of the labels in printed values.
  private(set) var derivedTexts: [String: UInt32] = [:]
  private(set) var globalAddresses: [UInt32] = []
  /// Addresses of the flags that tell whether a script has set a variable without a zero value.
  private var setFlags: [UInt32: UInt32] = [:]
  private(set) var constants = Store<UInt8>(capacity: 4096)
  private(set) var constantsEnd: UInt32 = 0
  private(set) var sites = SiteTable()
  /// Where the names of the types lie that are copied when they leave an arena.
  private(set) var partLabels: [TypeId: UInt32] = [:]
  private(set) var dispatch: DispatchPlan
  private(set) var siteTable: UInt32 = 0
  private(set) var stackBottom: UInt32 = 0
  private(set) var stackTop: UInt32 = 0
  /// Where the library keeps a word for each page of the heap, and where the heap begins.
  /// Where a program that prints collects its output, as long as it needs no heap for that.
  private(set) var outputBuffer: UInt32 = 0
  private static let outputBufferSize: UInt64 = 8192 + 16
  private(set) var pageTable: UInt32 = 0
  private(set) var heapStart: UInt32 = 0
  private(set) var globalTable: UInt32 = 0
  private(set) var globalTableBytes: [UInt8] = []
  /// With `singleMemory`, where the tags lie.
  private(set) var tagBase: UInt32 = 0
  let options: PlanOptions
  var checksMemory: Bool { options.checksMemory }
  /// The program's data doesn't fit in memory.
  private(set) var isTooLarge = false

  init(_ program: TypedProgram, _ options: PlanOptions) {
    self.program = program
    self.options = options
    dispatch = DispatchPlan(program)
    number()
    if options.countsAllocations { constants.append(repeating: 0, count: RuntimeLayout.countsSize) }
    placeTexts()
    dispatch.placeTables(at: RuntimeLayout.firstFree, in: &constants)
    placeSites()
    placeGlobals(stackSize: options.stackSize)
  }

  // MARK: Functions

  private func number() {
    let declarations = program.declarations
    irIds = [UInt32](repeating: UInt32.max, count: declarations.functions.count)
    for id in program.reachable.functions where declarations.functions[id.index].kind == .imported {
      irIds[Int(id.index)] = UInt32(imports.count)
      imports.append(id)
    }
    for id in program.reachable.functions {
      let kind = declarations.functions[id.index].kind
      if kind == .imported || kind == .intrinsic || kind == .requirement { continue }
      irIds[Int(id.index)] = nextId
      defined.append(.declared(id))
    }
    for derived in program.reachable.derived {
      derivedIds[derived] = nextId
      defined.append(.derived(derived))
    }
    for test in program.reachable.tests { defined.append(.test(test)) }
    if program.reachable.tests.isEmpty { defined.append(.entry) }
  }

  private var nextId: UInt32 { UInt32(imports.count + defined.count) }
  var functionCount: Int { imports.count + defined.count }
  /// The entry, or that of the first test.
  var entryId: UInt32 { UInt32(functionCount - max(program.reachable.tests.count, 1)) }

  func irId(_ function: ZongSema.FunctionId) -> ZongIR.FunctionId { ZongIR.FunctionId(irIds[Int(function.index)]) }
  func derivedId(_ kind: DerivedFunction.Kind, _ type: TypeId) -> ZongIR.FunctionId {
    ZongIR.FunctionId(derivedIds[DerivedFunction(kind: kind, type: type)] ?? UInt32.max)
  }

  // MARK: Memory

  func setFlag(_ global: GlobalId) -> UInt32? { setFlags.isEmpty ? nil : setFlags[global.index] }
  var hasConstants: Bool { !constants.isEmpty }

  /// Gives every text constant an address; equal texts share one.
  private func placeTexts() {
    let shared = Interner()
    var placed = Store<UInt32>(capacity: 256)
    placed.append(0)
    for code in program.codes {
      var addresses = [UInt32](repeating: 0, count: code.strings.count)
      for index in 0..<code.strings.count {
        let bytes = code.strings.bytes(of: NameId(UInt32(index)))
        if bytes.isEmpty { continue }
        let id = shared.intern(bytes)
        if Int(id.index) == placed.count {
          placed.append(RuntimeLayout.firstFree + UInt32(truncatingIfNeeded: constants.count))
          constants.append(contentsOf: bytes)
        }
        addresses[index] = placed[id.index]
      }
      textAddresses.append(addresses)
    }
    for derived in program.reachable.derived where derived.kind == .writes {
      for label in labels(of: derived.type) where derivedTexts[label] == nil {
        let id = shared.intern(label)
        if Int(id.index) == placed.count {
          placed.append(RuntimeLayout.firstFree + UInt32(truncatingIfNeeded: constants.count))
          constants.append(contentsOf: Array(label.utf8))
        }
        derivedTexts[label] = placed[id.index]
      }
    }
  }

  /// Appends what the library reads of each site, `SiteTable.entrySize` bytes, behind the texts.
  private func placeSites() {
    sites = SiteTable(program)
    var labels: [String: UInt32] = [:]
    for label in sites.labels where labels[label] == nil {
      labels[label] = RuntimeLayout.firstFree + UInt32(truncatingIfNeeded: constants.count)
      constants.append(contentsOf: Array(label.utf8))
    }
    partLabels = sites.partLabels.compactMapValues { labels[$0] }
    while constants.count % 8 != 0 { constants.append(0) }
    siteTable = RuntimeLayout.firstFree + UInt32(truncatingIfNeeded: constants.count)
    sites.encode(labels, into: &constants)
    constantsEnd = RuntimeLayout.firstFree + UInt32(truncatingIfNeeded: constants.count)
    if constants.count > 1 << 30 { isTooLarge = true }
  }

  /// The texts between the parts of a printed value.
  private func labels(of type: TypeId) -> [String] {
    let info = program.types[type]
    switch info.kind {
    case .pointer: return ["0x"]
    case .slice, .array: return ["[", ", ", "]"]
    case .optional: return ["null"]
    case .enumeration: return enumerationLabels(program.declarations.enumerations[info.a])
    case .structure: return structureLabels(program.declarations.structures[info.a])
    case .builtin, .fallible, .parameter, .list: return []
    case .interface: return ["0x"]
    case .function: return [program.typeNames.show(type)]
    }
  }

  private func structureLabels(_ structure: StructureInfo) -> [String] {
    var labels = [openingLabel(structure), ")"]
    for index in 0..<Int(structure.fieldCount) { labels.append(fieldLabel(structure, index)) }
    return labels
  }

  private func enumerationLabels(_ enumeration: EnumerationInfo) -> [String] {
    var labels = [")"]
    for index in 0..<Int(enumeration.caseCount) {
      let enumCase = program.declarations.enumCase(enumeration, index)
      labels.append(openingLabel(enumCase))
      for field in 0..<Int(enumCase.fieldCount) {
        labels.append(fieldLabel(program.declarations.field(enumCase, field), isFirst: field == 0))
      }
    }
    return labels
  }

  /// `nothing`, `circle(`.
  func openingLabel(_ enumCase: CaseInfo) -> String {
    program.names.text(of: enumCase.name) + (enumCase.fieldCount > 0 ? "(" : "")
  }

  /// `Point(`.
  func openingLabel(_ structure: StructureInfo) -> String { program.names.text(of: structure.name) + "(" }

  /// What stands before a field's value: `x: `, `, y: `, or nothing before a first field without a name.
  func fieldLabel(_ structure: StructureInfo, _ index: Int) -> String {
    fieldLabel(program.declarations.field(structure, index), isFirst: index == 0)
  }

  func fieldLabel(_ field: FieldInfo, isFirst: Bool) -> String {
    let separator = isFirst ? "" : ", "
    return field.isPositional ? separator : separator + program.names.text(of: field.name) + ": "
  }

  private func placeGlobals(stackSize: UInt32) {
    var address = UInt64(constantsEnd + 15) / 16 * 16
    for index in 0..<program.declarations.globals.count {
      let info = program.types[program.declarations.globals[index].type]
      let alignment = UInt64(max(info.alignment, 1))
      address = (address + alignment - 1) / alignment * alignment
      globalAddresses.append(UInt32(truncatingIfNeeded: address))
      address += UInt64(info.size)
      if program.declarations.globals[index].isScript && !info.hasZero {
        address = (address + 3) / 4 * 4
        setFlags[UInt32(index)] = UInt32(truncatingIfNeeded: address)
        address += 4
      }
    }
    address = placeGlobalTable((address + 3) / 4 * 4)
    address = (address + 15) / 16 * 16
    outputBuffer = UInt32(truncatingIfNeeded: address)
    if program.runtime(.finish) != .none { address += Self.outputBufferSize }
    stackBottom = UInt32(truncatingIfNeeded: address)
    address += UInt64(stackSize) / 16 * 16
    stackTop = UInt32(truncatingIfNeeded: address)
    let pageSize = UInt64(4096)
    address = (address + pageSize - 1) / pageSize * pageSize
    pageTable = UInt32(truncatingIfNeeded: address)
    // A word for each page that there can be, and for the end of the last.
    let tableSize = UInt64(min(mostPages + 1, 65536)) * 65536 / pageSize * 4
    address += (tableSize + pageSize - 1) / pageSize * pageSize
    tagBase = UInt32(truncatingIfNeeded: address)
    if options.singleMemory { address += UInt64(mostPages) * 65536 / 8 }
    heapStart = UInt32(truncatingIfNeeded: address)
    if address > 3 << 30 { isTooLarge = true }
  }

  /// The table of the globals' bounds, for programs that call functions of the host: a count, then address and end of
  /// each, in order.
  private func placeGlobalTable(_ address: UInt64) -> UInt64 {
    if program.runtime(.checkRange) == .none { return address }
    globalTable = UInt32(truncatingIfNeeded: address)
    var words = [UInt32(truncatingIfNeeded: globalAddresses.count)]
    for (index, start) in globalAddresses.enumerated() {
      words += [start, start &+ program.types[program.declarations.globals[index].type].size]
    }
    for word in words {
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        globalTableBytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return address + UInt64(globalTableBytes.count)
  }

  /// The memory that the program needs before its heap, in pages.
  var initialPages: UInt32 { (heapStart + 65535) / 65536 + 1 }

  /// The most memory that there can be, in pages: with the tags in the same memory, these need room from the start.
  private var mostPages: UInt32 { options.singleMemory ? 1 << 30 / 65536 : min(options.mostPages, 65536) }

  /// The same for the module. A program that starts with more isn't started.
  var maximumPages: UInt32 { options.singleMemory ? mostPages : max(mostPages, initialPages) }
}
