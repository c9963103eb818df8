// What engines take of one function (WebAssembly's JavaScript interface, "Limits"; Wasmtime has the same).

import ZongIR
import ZongStores

/// The limits.
package enum EngineLimits {
  /// Bytes of a function's body.
  package static let bodySize = 7_654_321
  /// A function's locals, the parameters among them.
  package static let locals = 50_000
  package static let parameters = 1_000
  package static let functions = 1_000_000

  /// A function with more variables than that has its further ones in its frame. It is far below the limit, as engines
  /// take a time for locals that grows with their square.
  static let variables = 5_000
}

/// A function beyond a limit.
package struct OversizedFunction: Sendable {
  package enum Limit: Sendable { case bodySize, locals, parameters }
  package var id: FunctionId
  package var limit: Limit
  /// How much it would need.
  package var amount: Int
  /// The position of its first instruction that has one, or 0.
  package var position: UInt32
}

extension CodeGenerator {
  /// Notes a function that was just generated and that no engine takes.
  @inline(__always)
  func checkLimits(_ function: Function, _ buffer: CodeBuffer) {
    let localCount = function.parameters.count + usedLocals.count
    if body.count > EngineLimits.bodySize || localCount > EngineLimits.locals
      || function.parameters.count > EngineLimits.parameters
    {
      noteOversized(function, localCount, buffer)
    }
  }

  @inline(never)
  private func noteOversized(_ function: Function, _ localCount: Int, _ buffer: CodeBuffer) {
    let (limit, amount): (OversizedFunction.Limit, Int) =
      if function.parameters.count > EngineLimits.parameters {
        (.parameters, function.parameters.count)
      } else if body.count > EngineLimits.bodySize {
        (.bodySize, body.count)
      } else {
        (.locals, localCount)
      }
    buffer.oversized.append(
      OversizedFunction(id: function.id, limit: limit, amount: amount, position: firstPosition(function)))
  }
}
