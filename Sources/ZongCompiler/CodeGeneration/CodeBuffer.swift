// The code of a run of functions: what one thread of code generation makes.

import ZongIR
import ZongWasm

/// Function bodies, each with its size before it, and the source positions of their instructions.
package final class CodeBuffer: @unchecked Sendable {
  package var bytes: ByteBuffer
  package var positions = FunctionPositions()
  package var functionCount = 0
  /// A bit for the raw value of each kind of stop that the code has.
  package var stops = StopSet()
  /// There is a call through the table.
  package var usesTable = false
  /// The functions that no engine takes.
  package var oversized: [OversizedFunction] = []

  package init(capacity: Int = 1 << 16) { bytes = ByteBuffer(capacity: capacity) }
}
