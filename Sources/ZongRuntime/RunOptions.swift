// What a single run is given.

import CWasmtime
import ZongWasm

/// The descriptors that a program's standard streams are.
package struct Streams: Sendable {
  package var input: Int32
  package var output: Int32
  package var errors: Int32

  /// The process's own, unless others are named.
  package init(input: Int32 = 0, output: Int32 = 1, errors: Int32 = 2) {
    self.input = input
    self.output = output
    self.errors = errors
  }
}

/// What a run has to do with a recording.
package enum RecordingUse: Sendable {
  /// Everything that comes to the program is written to a descriptor. The files are those that it was compiled from.
  case record(to: Int32, files: [RecordedFile])
  /// All host calls are answered from a recording.
  case replay(Recording)
}

/// How a program is run.
package struct RunOptions: Sendable {
  /// The program's name, its first argument.
  package var programName: String
  /// The arguments after the name.
  package var arguments: [String]
  /// The most memory that the program may have, in bytes; null for all that it can address.
  package var maxMemory: Int?
  /// The most time that the program may take, in seconds of wall time.
  package var timeout: Double?
  /// How many instructions the program may carry out, about; null for as many as it wants.
  package var maxFuel: UInt64?
  /// How many bytes it may write to its standard streams; null for as many as it wants.
  package var maxOutput: UInt64?
  /// Called at the program's end, however it ended, with what it took.
  package var onStatistics: (@Sendable (RunStatistics) -> Void)?
  /// The program was compiled to count what it allocates.
  package var countsAllocations = false
  /// What the program may reach.
  package var permissions = Permissions()
  /// Called at the program's end if it was denied something.
  package var onDenial: (@Sendable () -> Void)?
  /// The person at the terminal is asked for what it may not.
  package var asksForPermissions = false
  /// The most files and folders that it may have open at a time, its standard streams not counted.
  package var maxOpenFiles = RunOptions.usualOpenFiles
  package static let usualOpenFiles = 1000
  /// The most children that it may have at a time, at most `CHILD_ROOM`.
  package var maxProcesses = RunOptions.usualProcesses
  package static let usualProcesses = 64
  package static let mostProcesses = Int(CHILD_ROOM)
  /// Called at the program's end with what it never freed, if it was compiled to tell.
  package var onLeaks: (@Sendable ([Leak]) -> Void)?
  /// The export that is the program's entry.
  package var entry = RuntimeExports.start
  /// It is the only program that runs: what it has printed is written if the process is interrupted or must be ended.
  package var isAlone = true
  /// The descriptors that are the program's standard input, output and error output.
  package var streams: Streams
  /// Written down while the program runs, or given instead of the world outside.
  package var recording: RecordingUse?
  /// Readable when the time is up. Set by the runtime from its deadline.
  var alarm: Descriptor?
  /// The limit of the machine stack. Set by the runtime from its engine's settings.
  var maxStack = EngineSettings.defaultMaxStack

  package init(
    programName: String, arguments: [String] = [], maxMemory: Int? = nil, timeout: Double? = nil,
    streams: Streams = Streams()
  ) {
    self.programName = programName
    self.arguments = arguments
    self.maxMemory = maxMemory
    self.timeout = timeout
    self.streams = streams
  }

  /// What a program that reached its limit of instructions is told.
  var fuelLimitText: String { "limit of \(maxFuel ?? 0) instructions reached (--max-fuel)" }

  /// What a program that reached its limit of output is told.
  var outputLimitText: String {
    "limit of \(byteCountText(Int(clamping: maxOutput ?? 0))) of output reached (--max-output)"
  }

  /// What a program that reached its time limit is told.
  var timeLimitText: String {
    let seconds = timeout ?? 0
    let text = seconds == seconds.rounded() && seconds < 1e15 ? String(Int64(seconds)) : String(seconds)
    return "time limit of \(text) s reached (--timeout)"
  }
}
