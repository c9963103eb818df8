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

extension StopTable {
  /// The templates of all of the compiler's stops.
  package static var compiler: StopTable {
    var table = StopTable()
    for kind in ZongIR.StopKind.allCases { table.add(kind.number, kind.template) }
    return table
  }
}

/// The number of the kind that an instruction's operand `c` names.
func stopNumber(_ operand: UInt32) -> UInt32 {
  ZongIR.StopKind(rawValue: UInt8(truncatingIfNeeded: operand))?.number.rawValue ?? 0
}
