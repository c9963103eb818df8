// Children for a program: starting them, asking how they ended, ending them. Nothing here waits; a program waits for the
// child's descriptor and for its pipes (`Host.wait`).

import CWasmtime

extension Host {
  /// Starts a child as the request says (`ProcessRequest`), and writes four descriptors: the child's, which is readable when it
  /// has ended, and those of the pipes to its input, output and errors, or 0xFFFF_FFFF for each that is none.
  func startProcess(_ address: UInt32, _ result: UInt32) -> WASIError {
    guard guestMemory.range(result, 16) != nil else { return .fault }
    let request: ProcessRequest
    switch ProcessRequest.read(guestMemory, at: address) {
    case .success(let read): request = read
    case .failure(let error): return error
    }
    let program = ProgramName(request.program)
    if let refusal = refusal(program, request) { return refusal }
    guard let path = program.path else { return .programNotFound }
    guard request.variables.allSatisfy(ProcessRequest.isVariable) else { return .invalid }
    if !permissions.programs.coversAll && request.variables.contains(where: ProcessRequest.choosesCode) {
      return .variableNotAllowed
    }
    // What a child writes to the program's own streams nobody counts.
    if limitsOutput && (request.output == .own || request.errors == .own) { return .notSupported }
    forgetEndedChildren()
    let limit = min(maxProcesses, RunOptions.mostProcesses)
    // Where a recorded run's child has ended, one that it has started may still print.
    guard children.count < limit, childOutputs.count <= 2 * limit else { return .tooManyProcesses }
    guard let guestFolder = request.path else { return start(request, path, in: nil, result) }
    return follow(request.folder, guestFolder, followsLast: true, .read) { end, folder in
      let number = openat(folder.number, end.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard number >= 0 else { return .system(errno) }
      return self.start(request, path, in: Descriptor(taking: number), result)
    }
  }

  /// Why the permissions don't cover it; null if they do.
  private func refusal(_ program: ProgramName, _ request: ProcessRequest) -> WASIError? {
    if permissions.programs.covers(program) { return nil }
    if let prompt, !permissions.programs.denies(program), let path = program.path {
      let isAllowed = prompt.allows("run \(path.text)", option: "--allow-run=\(request.program)") { isAllowed in
        if isAllowed {
          permissions.programs.allowed.append(program)
        } else {
          permissions.programs.denied.append(program)
        }
      }
      if isAllowed { return nil }
    }
    return refusal(permissions.programs.allows(program))
  }

  // MARK: Starting

  private func start(
    _ request: ProcessRequest, _ path: RealPath, in folder: Descriptor?, _ result: UInt32
  ) -> WASIError {
    let isRecorded = recorder != nil
    guard let input = ChildStream(request.input, own: streams.input, reads: true),
      let output = ChildStream(request.output, own: streams.output, reads: false, isRecorded: isRecorded),
      let errors = request.errors == .output
        ? output.shared : ChildStream(request.errors, own: streams.errors, reads: false, isRecorded: isRecorded)
    else { return .system(errno) }
    var opened: [OpenFile?] = [input, output, errors].map(\.file)
    guard files.hasRoom(for: 1 + opened.count { $0 != nil }) else { return .tooManyFiles }
    guard let child = launch(request, path, folder, (input.theirs, output.theirs, errors.theirs)) else {
      return errno == EAGAIN ? .tooManyProcesses : .system(errno)
    }
    children.append(child)
    childOutputs += [output, errors].compactMap(\.recorded)
    opened.insert(OpenFile(child), at: 0)
    let memory = guestMemory
    for (index, file) in opened.enumerated() {
      let number = file.flatMap { files.add($0) } ?? .max
      guard memory.write(result + UInt32(index) * 4, number) else { return .fault }
    }
    return .success
  }

  private func launch(
    _ request: ProcessRequest, _ path: RealPath, _ folder: Descriptor?, _ streams: (Descriptor, Descriptor, Descriptor)
  ) -> ChildProcess? {
    let program = path.bytes.map { CChar(bitPattern: $0) } + [0]
    return withPointers(request.arguments) { arguments in
      withPointers(variables(request)) { variables in
        program.withUnsafeBufferPointer { program in
          var result = child_request()
          result.program = program.baseAddress
          result.arguments = arguments
          result.variables = variables
          result.folder = folder?.number ?? -1
          result.streams = (streams.0.number, streams.1.number, streams.2.number)
          // Who reads what is typed must belong to the group that the terminal listens to.
          result.leads_group = request.input != .own
          return ChildProcess(result)
        }
      }
    }
  }

  /// The variables of a child: those that the program may see, if it passes them on, and in their places those that it
  /// names.
  private func variables(_ request: ProcessRequest) -> [[CChar]] {
    guard request.passesVariables else { return request.variables }
    let isOther = { (byte: CChar) in byte != CChar(bitPattern: UInt8(ascii: "=")) }
    let named = Set(request.variables.map { Array($0.prefix(while: isOther)) })
    let visible = Host.variables(permissions.environment, withMarker: false).map { $0.map { CChar(bitPattern: $0) } }
    return visible.filter { !named.contains(Array($0.prefix(while: isOther))) } + request.variables
  }

  /// Pointers to texts, and null behind them.
  private func withPointers<Value>(
    _ texts: [[CChar]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Value
  ) -> Value {
    var all: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(all.count)
      all += text
    }
    return all.withUnsafeMutableBufferPointer { bytes in
      let pointers: [UnsafeMutablePointer<CChar>?] =
        starts.map { start in bytes.baseAddress.map { $0 + start } } + [nil]
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }

  // MARK: Ending

  /// Writes how a child ended: 0 and its status, or 1 and the signal's number, each a u32; `again` as long as it runs.
  func processStatus(_ number: UInt32, _ result: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let child = file.child else { return .invalid }
    guard let ending = child.look() else { return .again }
    let memory = guestMemory
    return memory.write(result, UInt32(ending.isSignal ? 1 : 0))
      && memory.write(result &+ 4, UInt32(bitPattern: ending.number)) ? .success : .fault
  }

  /// Signals that a program may send: hang-up, interrupt, the end at once, termination.
  private static let sendable: Set<Int32> = [SIGHUP, SIGINT, SIGKILL, SIGTERM]

  func signalProcess(_ number: UInt32, _ signal: UInt32) -> WASIError {
    guard let file = files[number] else { return .badDescriptor }
    guard let child = file.child, let signal = Int32(exactly: signal), Host.sendable.contains(signal) else {
      return .invalid
    }
    return child.send(signal) ? .success : .system(errno)
  }
}

/// One of a child's streams: the child's end, and the program's if it is a pipe.
private struct ChildStream {
  let theirs: Descriptor
  let file: OpenFile?
  /// The recording's end of what goes to the program's own stream.
  let recorded: ChildOutput?

  /// Null with `errno` on failure.
  ///
  /// - Parameters:
  ///   - reads: the child reads from it.
  ///   - isRecorded: what the child writes to the program's own stream is written down.
  init?(_ kind: ProcessRequest.Stream, own: Int32, reads: Bool, isRecorded: Bool = false) {
    switch kind {
    case .nothing, .output:
      guard let descriptor = Descriptor(path: "/dev/null", reads ? O_RDONLY : O_WRONLY) else { return nil }
      self.init(theirs: descriptor)
    case .own where isRecorded:
      guard let (theirs, ours) = ChildStream.pipe(reads: false) else { return nil }
      self.init(theirs: theirs, recorded: ChildOutput(source: ours, stream: own))
    case .own: self.init(theirs: Descriptor(borrowing: own))
    case .pipe:
      guard let (theirs, ours) = ChildStream.pipe(reads: reads) else { return nil }
      self.init(
        theirs: theirs, file: OpenFile(descriptor: ours, canRead: !reads, canWrite: reads, isNonBlocking: true))
    }
  }

  private init(theirs: Descriptor, file: OpenFile? = nil, recorded: ChildOutput? = nil) {
    self.theirs = theirs
    self.file = file
    self.recorded = recorded
  }

  /// A pipe's ends: the child's, which waits as programs expect it, and this process's, which doesn't.
  private static func pipe(reads: Bool) -> (theirs: Descriptor, ours: Descriptor)? {
    var ends: [Int32] = [-1, -1]
    guard new_pipe(&ends) else { return nil }
    let (reading, writing) = (Descriptor(taking: ends[0]), Descriptor(taking: ends[1]))
    let (theirs, ours) = reads ? (reading, writing) : (writing, reading)
    let flags = fcntl(theirs.number, F_GETFL)
    guard flags >= 0, fcntl(theirs.number, F_SETFL, flags & ~O_NONBLOCK) == 0 else { return nil }
    return (theirs, ours)
  }

  /// The same for another of the child's streams.
  var shared: ChildStream { ChildStream(theirs: theirs) }
}

extension OpenFile {
  fileprivate convenience init(_ child: ChildProcess) {
    self.init(descriptor: child.end, canRead: false, canWrite: false, isNonBlocking: true)
    self.child = child
  }
}
