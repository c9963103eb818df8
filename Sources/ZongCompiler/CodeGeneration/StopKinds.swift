// The numbers of stops in the stop record. Two are known to the runtime by fixed numbers, the others follow.

import ZongIR
import ZongWasm

extension ZongIR.StopKind {
  /// The kind's number in the stop record and in the section `zong.stops`.
  package var number: ZongWasm.StopKind {
    switch self {
    case .outOfMemory: .outOfMemory
    case .stackOverflow: .stackOverflow
    default: ZongWasm.StopKind(rawValue: ZongWasm.StopKind.firstFree + UInt32(rawValue))
    }
  }
}

/// Kinds of stops.
package struct StopSet: Sendable {
  private var bits: (UInt64, UInt64) = (0, 0)

  package init() {}

  /// Adds the kind that an instruction's operand `c` names.
  mutating func insert(_ operand: UInt32) {
    if operand < 64 { bits.0 |= 1 << UInt64(operand) } else if operand < 128 { bits.1 |= 1 << UInt64(operand - 64) }
  }

  mutating func formUnion(_ other: StopSet) {
    bits.0 |= other.bits.0
    bits.1 |= other.bits.1
  }

  func contains(_ kind: ZongIR.StopKind) -> Bool {
    let raw = UInt64(kind.rawValue)
    return raw < 64 ? bits.0 >> raw & 1 == 1 : bits.1 >> (raw - 64) & 1 == 1
  }
}

extension StopTable {
  /// The templates of some of the compiler's stops; those whose numbers the runtime knows are always there.
  static func compiler(_ stops: StopSet) -> StopTable {
    var table = StopTable()
    for kind in ZongIR.StopKind.allCases
    where kind == .stackOverflow || kind == .outOfMemory || stops.contains(kind) {
      table.add(kind.number, kind.template)
    }
    return table
  }
}

/// The number of the kind that an instruction's operand `c` names.
func stopNumber(_ operand: UInt32) -> UInt32 {
  ZongIR.StopKind(rawValue: UInt8(truncatingIfNeeded: operand))?.number.rawValue ?? 0
}
