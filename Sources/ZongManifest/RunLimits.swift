// What a program may use at most, as the command line and manifests say it.

/// RunLimits of a run; null where nothing was said.
package struct RunLimits: Sendable {
  /// Bytes.
  package var maxMemory: Int?
  /// Seconds.
  package var timeout: Double?
  /// Bytes, within `stackSizes`.
  package var maxStack: Int?
  /// Files and folders open at a time.
  package var maxOpenFiles: Int?
  /// Children at a time.
  package var maxProcesses: Int?
  /// Bytes on the standard streams.
  package var maxOutput: UInt64?
  /// Instructions, about.
  package var maxFuel: UInt64?

  /// The sizes that a program's stack can have.
  package static let stackSizes = 65_536...(1 << 30)

  package init() {}

  /// These, and where they say nothing what `others` say.
  package func filled(from others: RunLimits) -> RunLimits {
    var result = self
    result.maxMemory = maxMemory ?? others.maxMemory
    result.timeout = timeout ?? others.timeout
    result.maxStack = maxStack ?? others.maxStack
    result.maxOpenFiles = maxOpenFiles ?? others.maxOpenFiles
    result.maxProcesses = maxProcesses ?? others.maxProcesses
    result.maxOutput = maxOutput ?? others.maxOutput
    result.maxFuel = maxFuel ?? others.maxFuel
    return result
  }
}
