// The places of a program where memory is allocated or freed. The library keeps a site's number with each allocation, so
// that a stop can name where the memory came from and where it was freed, and a report of leaks can group by it.
//
// An entry, little-endian (16 bytes, the first one is that of number 0, "unknown"):
//
//      +0   u32   the source position
//      +4   u32   kind << 29 | size of the object in bytes (objects only)
//      +8   u32   address of the type's name, or of the variable's
//     +12   u32   its length in bytes
//
// A value that leaves an arena by `return`, or as the arena's own value, may be copied in parts, each an allocation of its own. The number of such a
// place is that of the first of several entries, one for each type of storage in it, which the library tells apart by
// their names (`_part_site`).

import ZongSema
import ZongStores

/// The sites of a whole program, numbered in the order of the chunks of typed code.
struct SiteTable {
  static let entrySize = 16
  /// The number has 16 bits, and the last one is free for marks; what lies beyond shares "unknown".
  private static let limit = 65534

  private struct Entry {
    var kind: SiteKind
    var position: UInt32
    var size: UInt32
    var label: String
  }

  private var entries: [Entry] = []
  /// The number of each chunk's first site, less one.
  private var bases: [UInt32] = []
  /// The first entry for the parts of what leaves an arena, by the place's own number.
  private var firstParts: [UInt32: UInt32] = [:]
  /// The types of such parts, and their names.
  private(set) var partLabels: [TypeId: String] = [:]

  init() {}

  init(_ program: TypedProgram) {
    entries = [Entry(kind: .unknown, position: 0, size: 0, label: "value")]
    let typeNames = program.typeNames
    // The labels of types, and which one is whose.
    var typeLabels: [String] = []
    let labelIds = IdTable()
    for code in program.codes {
      bases.append(UInt32(entries.count - 1))
      for index in 0..<code.sites.count where entries.count <= SiteTable.limit {
        let site = code.sites[index]
        let label: String
        if site.kind == .local {
          label = SiteTable.label(ofLocal: site.name, program)
        } else {
          let id = labelIds.find(0, UInt64(site.type.index)) ?? UInt32(typeLabels.count)
          if id == typeLabels.count {
            typeLabels.append(typeNames.show(site.type))
            labelIds.set(0, UInt64(site.type.index), id)
          }
          label = typeLabels[Int(id)]
        }
        let size = site.kind == .object ? max(program.types[site.type].size, 1) : 0
        entries.append(Entry(kind: site.kind, position: site.position.offset, size: size, label: label))
      }
    }
    for (number, code) in program.codes.enumerated() { addParts(of: code, bases[number], program, typeNames) }
  }

  /// The entries for the parts of what leaves arenas in a chunk of code.
  private mutating func addParts(of code: TypedCode, _ base: UInt32, _ program: TypedProgram, _ typeNames: TypeNames) {
    for index in 0..<code.sites.count where code.sites[index].node.index < code.nodes.count {
      let site = code.sites[index]
      let op = code.nodes[site.node.index].op
      guard op == .returnValue || op == .leaveArena else { continue }
      let parts = program.declarations.storageParts(site.type, program.types)
      guard entries.count + parts.count <= SiteTable.limit else { return }
      for part in parts where partLabels[part] == nil { partLabels[part] = typeNames.show(part) }
      if parts == [site.type] { continue }
      firstParts[base + UInt32(index) + 1] = UInt32(entries.count)
      for part in parts {
        entries.append(
          Entry(
            kind: part == .string ? .text : .slice, position: site.position.offset, size: 0,
            label: partLabels[part] ?? ""))
      }
    }
  }

  private static func label(ofLocal name: NameId, _ program: TypedProgram) -> String {
    if name == .none { return "an unnamed value" }
    let text = program.names.text(of: name)
    // The pointers to what a function literal captures.
    return text == "func" ? "the locals that a function captured" : "`\(text)`"
  }

  var labels: [String] { entries.map(\.label) }

  /// The program's number of a chunk's site, or 0.
  func number(_ code: Int, _ index: UInt32) -> UInt32 {
    let number = UInt64(bases[code]) + UInt64(index) + 1
    guard number < entries.count else { return 0 }
    return firstParts[UInt32(number)] ?? UInt32(number)
  }

  func encode(_ addresses: [String: UInt32], into bytes: inout Store<UInt8>) {
    for entry in entries {
      for word in [
        entry.position, UInt32(entry.kind.rawValue) << 29 | entry.size, addresses[entry.label] ?? 0,
        UInt32(entry.label.utf8.count),
      ] {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
      }
    }
  }
}
