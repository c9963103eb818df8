// The host's side of one running instance: what host functions know and what they leave behind.

import CWasmtime
import ZongWasm

/// The state that an instance's host functions share. Used by the guest's thread alone while the guest runs.
final class Host: @unchecked Sendable {
  let library: Library
  let context: OpaquePointer
  /// The instance's memory; null until the instance exists.
  var memory: wasmtime_memory_t?
  /// The memory of its tags, if it shows that.
  var tagMemory: wasmtime_memory_t?
  /// The program's name and arguments, each ended by a zero byte.
  let arguments: [[UInt8]]
  var permissions: Permissions
  /// Something was denied.
  var wasDenied = false
  /// Who is asked for what the permissions don't cover; null if nobody is.
  let prompt: Prompt?
  /// What the guest has open: first its standard streams, then the folders that paths begin in.
  var files: FileTable
  /// What connections are secured with.
  var contexts: [TLSContext?] = []
  /// Lookups and connections that go on.
  let tasks = NetworkTasks()
  /// The names of machines that addresses were found under.
  var namesOfAddresses: [IPAddress: [String]] = [:]
  /// The children that haven't been seen to end.
  var children: [ChildProcess] = []
  /// What those of a recorded run print to the program's own streams.
  var childOutputs: [ChildOutput] = []
  let maxProcesses: Int
  /// What the standard streams are, and whether what goes out there is counted.
  let streams: Streams
  let limitsOutput: Bool
  /// It is the only program that runs in this process.
  let isAlone: Bool
  /// The variables that the guest may see, each `NAME=value` and ended by a zero byte.
  lazy var variables = visibleVariables()
  /// How many bytes the guest may still write to its standard streams.
  var outputLeft: UInt64
  private let outputLimitText: String
  /// The limit that stops the guest when the host function returns.
  private(set) var limitReached: String? { didSet { isStopping = limitReached != nil } }
  private(set) var isStopping = false
  /// Readable when the time is up; null without a limit.
  let alarm: Descriptor?
  private let timeLimitText: String
  private(set) var isTimeUp = false
  var bytesRead: UInt64 = 0
  var bytesWritten: UInt64 = 0
  /// Writes down what comes to the program, or answers it from what was written down.
  let tape: Tape?
  /// What the call that goes on did, for the recording.
  var deeds: RecordingFormat.Deeds = []
  /// The calls of each imported function, in the order of the imports.
  var calls: [HostCall] = []
  /// The status that the guest ended itself with.
  var exitStatus: UInt32?

  init(library: Library, context: OpaquePointer, options: RunOptions, tape: Tape?) {
    self.library = library
    self.tape = tape
    alarm = options.alarm
    timeLimitText = options.timeLimitText
    self.context = context
    permissions = options.permissions
    prompt = options.asksForPermissions ? Prompt() : nil
    files = FileTable(
      Host.streams(options.streams) + Host.givenFolders(options.permissions), limit: options.maxOpenFiles)
    outputLeft = options.maxOutput ?? .max
    maxProcesses = options.maxProcesses
    streams = options.streams
    limitsOutput = options.maxOutput != nil
    isAlone = options.isAlone
    outputLimitText = options.outputLimitText
    arguments = ([options.programName] + options.arguments).map { Array($0.utf8.filter { $0 != 0 }) + [0] }
  }

  private static func streams(_ streams: Streams) -> [OpenFile] {
    [
      OpenFile(
        descriptor: Descriptor(borrowing: streams.input), canRead: true, canWrite: false, isStandardStream: true),
      OpenFile(
        descriptor: Descriptor(borrowing: streams.output), canRead: false, canWrite: true, isStandardStream: true),
      OpenFile(
        descriptor: Descriptor(borrowing: streams.errors), canRead: false, canWrite: true, isStandardStream: true),
    ]
  }

  /// The folders that relative and absolute paths begin in. That they are open allows nothing.
  private static func givenFolders(_ permissions: Permissions) -> [OpenFile] {
    [(".", RealPath.workingFolder), ("/", RealPath())].compactMap { name, path in
      guard let descriptor = Descriptor(path: name, O_RDONLY | O_DIRECTORY) else { return nil }
      let file = OpenFile(descriptor: descriptor, canRead: permissions.read.covers(path), canWrite: false)
      file.folder = path
      file.givenName = name
      return file
    }
  }

  /// Writes what the guest has left in its output buffer.
  func flushOutput() {
    let memory = guestMemory
    guard let stream = descriptor(1), let address = memory.read(RuntimeLayout.outputAddress, as: UInt32.self),
      let fill = memory.read(RuntimeLayout.outputFill, as: UInt32.self), let range = memory.range(address, fill)
    else { return }
    writeAll(stream, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(range).prefix(Int(clamping: outputLeft))))
  }

  /// The guest has written all that it may to its standard streams.
  func reachOutputLimit() {
    limitReached = outputLimitText
    deeds.insert(.limit)
  }

  /// The time came to an end while the host waited for something. Returns the answer of the host function.
  func endTime() -> WASIError {
    isTimeUp = true
    limitReached = timeLimitText
    return .interrupted
  }

  /// The run ends when the host function returns.
  func stop(_ reason: String) { limitReached = reason }

  var guestMemory: GuestMemory {
    guard var memory else { return GuestMemory(nil, count: 0) }
    let count = library.api.wasmtime_memory_data_size(context, &memory)
    return GuestMemory(library.api.wasmtime_memory_data(context, &memory), count: count, recorder: recorder)
  }

  /// A trap that unwinds the guest without being a mistake of the program.
  func unwind() -> OpaquePointer? {
    let text: StaticString = "exit"
    return text.withUTF8Buffer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { library.api.wasmtime_trap_new($0.baseAddress, $0.count) }
    }
  }
}

/// The arguments of one call, with their types as the function declares them.
struct HostArguments {
  private let values: UnsafeMutablePointer<wasmtime_val_raw_t>

  init(_ values: UnsafeMutablePointer<wasmtime_val_raw_t>) { self.values = values }

  subscript(index: Int) -> UInt32 { UInt32(bitPattern: values[index].i32) }
  func long(_ index: Int) -> UInt64 { UInt64(bitPattern: values[index].i64) }
}
