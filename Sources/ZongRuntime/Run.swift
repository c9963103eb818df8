// Running a program: an instance on a thread of its own, with its limits, to its end.

import CWasmtime
import ZongStores
import ZongWasm

extension Runtime {
  /// Runs `program` to its end.
  ///
  /// What the program has written but not flushed when it is stopped is written before this returns. If the time
  /// limit finds the program inside a call of the host's that doesn't come back, the message is written and the
  /// process ends with status 124.
  package func run(_ program: Program, _ options: RunOptions) -> Outcome {
    var options = options
    options.maxStack = settings.maxStack
    if options.timeout != nil && !settings.timeLimited {
      return .failed(RuntimeError("a time limit needs an engine that is set up for one"))
    }
    let deadline = options.timeout.map {
      Deadline(seconds: $0, message: options.timeLimitText, runtime: self, errors: options.streams.errors)
    }
    options.alarm = deadline?.alarm
    let run = Run(self, program, options)
    guard run.onThread(stackSize: settings.maxStack + EngineSettings.hostStack) else {
      deadline?.cancel()
      return .failed(
        RuntimeError(
          "there is no memory for a stack of \(byteCountText(settings.maxStack))",
          notes: ["--max-stack sets its size"]))
    }
    deadline?.cancel()
    return run.outcome
  }
}

/// One run of a program.
private final class Run: @unchecked Sendable {
  private let runtime: Runtime
  private let program: Program
  private let options: RunOptions
  /// How the run ended. Set by the guest's thread before that ends.
  private(set) var outcome = Outcome.exited(0)

  private var api: cwasmtime_api { runtime.library.api }

  init(_ runtime: Runtime, _ program: Program, _ options: RunOptions) {
    self.runtime = runtime
    self.program = program
    self.options = options
  }

  /// Runs the guest on a new thread and waits for its end. False if the thread can't be made.
  func onThread(stackSize: Int) -> Bool {
    let thread = SystemThread(stackSize: stackSize) {
      hold_broken_pipe()
      self.execute()
    }
    thread?.join()
    return thread != nil
  }

  /// The whole life of the instance.
  func execute() {
    guard let store = api.wasmtime_store_new(runtime.engine, nil, nil) else {
      outcome = .failed(RuntimeError("there is no memory for the program"))
      return
    }
    defer { api.wasmtime_store_delete(store) }
    guard let context = api.wasmtime_store_context(store) else { return }
    if let limit = options.maxMemory {
      // The engine's holds for each memory by itself; the tags take an eighth of what the program takes.
      api.wasmtime_store_limiter(store, Int64(MemoryLimit.pages(within: limit)) * 65536, -1, -1, -1, -1)
    }
    // One increment of the engine's epoch is the time limit.
    if options.timeout != nil { api.wasmtime_context_set_epoch_deadline(context, 1) }
    if let fuel = options.maxFuel, let error = api.wasmtime_context_set_fuel(context, fuel) {
      outcome = .failed(RuntimeError("the program can't be run: \(runtime.library.message(taking: error))"))
      return
    }
    let tape = tape()
    let host = Host(library: runtime.library, context: context, options: options, tape: tape)
    do throws(RuntimeError) {
      let start = try instantiate(host, context)
      if options.isAlone {
        guest_output_set(host.guestMemory.base, RuntimeLayout.outputBuffer, options.streams.output)
      }
      defer { if options.isAlone { guest_output_set(nil, 0, 0) } }
      let began = nanoseconds(of: CLOCK_MONOTONIC)
      outcome = call(start, host, context)
      if case .timedOut = outcome { host.endChildren(atOnce: true) } else { host.endChildren(atOnce: false) }
      finish(tape)
      if host.wasDenied { options.onDenial?() }
      if let report = options.onStatistics { report(statistics(host, context, began: began)) }
      if case .exited = outcome, let report = options.onLeaks {
        report(LeakReader(library: runtime.library, program: program).leaks(in: host.guestMemory))
      }
    } catch {
      outcome = .failed(error)
    }
  }

  /// What stands between the program and the host.
  private func tape() -> Tape? {
    switch options.recording {
    case nil: return nil
    case .replay(let recording): return .replayer(Replayer(recording, options.streams))
    case .record(let descriptor, let files):
      let limits = RecordedLimits(
        maxMemory: options.maxMemory, maxStack: runtime.settings.maxStack, maxFuel: options.maxFuel,
        maxOutput: options.maxOutput)
      return .recorder(Recorder(descriptor, module: program.moduleBytes(), files: files, limits: limits))
    }
  }

  private func finish(_ tape: Tape?) {
    switch tape {
    case nil: break
    case .recorder(let recorder): finish(recorder)
    case .replayer(let replayer): replayer.end()
    }
  }

  /// A run that was cut off has no end in its recording.
  private func finish(_ recorder: Recorder) {
    if case .timedOut = outcome { return }
    recorder.end()
    if let problem = recorder.problem {
      outcome = .failed(RuntimeError("the recording can't be written: \(String(cString: strerror(problem)))"))
    }
  }

  /// Makes the instance and returns its entry.
  private func instantiate(_ host: Host, _ context: OpaquePointer) throws(RuntimeError) -> wasmtime_func_t {
    let imports = try host.imports(of: program.module)
    var instance = wasmtime_instance_t()
    var trap: OpaquePointer?
    let error = api.wasmtime_instance_new(context, program.module, imports, imports.count, &instance, &trap)
    if let error { throw instantiationError(runtime.library.message(taking: error)) }
    if let trap {
      api.wasm_trap_delete(trap)
      throw RuntimeError("the program was stopped while its memory was set up")
    }
    guard let memory = export(RuntimeExports.memory, CWASMTIME_EXTERN_MEMORY, &instance, context) else {
      throw RuntimeError("the module exports no memory")
    }
    host.memory = memory.of.memory
    host.tagMemory = export(RuntimeExports.tags, CWASMTIME_EXTERN_MEMORY, &instance, context)?.of.memory
    guard let start = export(options.entry, CWASMTIME_EXTERN_FUNC, &instance, context) else {
      throw RuntimeError("the module exports no function \"\(options.entry)\"")
    }
    return start.of.func
  }

  private func statistics(_ host: Host, _ context: OpaquePointer, began: UInt64) -> RunStatistics {
    var result = RunStatistics()
    result.began = began
    result.ended = nanoseconds(of: CLOCK_MONOTONIC)
    // The thread exists for this run alone.
    result.processor = nanoseconds(of: CLOCK_THREAD_CPUTIME_ID)
    if var memory = host.memory { result.memory = api.wasmtime_memory_data_size(context, &memory) }
    if var tags = host.tagMemory { result.tags = api.wasmtime_memory_data_size(context, &tags) }
    if options.countsAllocations {
      result.allocations = host.guestMemory.read(RuntimeLayout.allocationCount, as: UInt64.self)
      result.heapPeak = host.guestMemory.read(RuntimeLayout.mostPages, as: UInt32.self).map { UInt64($0) << 12 }
    }
    result.bytesRead = host.bytesRead
    result.bytesWritten = host.bytesWritten
    result.calls = host.calls.filter { $0.count > 0 }.map { ($0.function.name.description, $0.count) }
    var left: UInt64 = 0
    if let fuel = options.maxFuel {
      if let error = api.wasmtime_context_get_fuel(context, &left) {
        api.wasmtime_error_delete(error)
      } else {
        result.fuel = fuel - min(left, fuel)
      }
    }
    return result
  }

  private func instantiationError(_ text: String) -> RuntimeError {
    guard let limit = options.maxMemory, text.contains("exceeds memory limits") else {
      return RuntimeError("the program can't be started: \(text)")
    }
    var notes = ["--max-memory sets the limit"]
    if let pages = minimumPages(in: text) {
      let needed = byteCountText(MemoryLimit.bytes(ofPages: pages))
      notes.append("it starts with \(needed): its constants, variables, stack, and the tables and tags of its heap")
    }
    return RuntimeError(
      "the memory limit of \(byteCountText(limit)) is less than the program starts with", notes: notes)
  }

  /// The engine says "memory minimum size of 10 pages exceeds memory limits".
  private func minimumPages(in text: String) -> Int? {
    let words = text.split { $0 == " " || $0 == "\n" }
    guard let end = words.firstIndex(of: "pages"), end > 0 else { return nil }
    return Int(words[end - 1])
  }

  private func export(
    _ name: String, _ kind: Int, _ instance: inout wasmtime_instance_t, _ context: OpaquePointer
  ) -> wasmtime_extern_t? {
    var item = wasmtime_extern_t()
    var name = name
    let isThere = name.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        api.wasmtime_instance_export_get(context, &instance, $0.baseAddress, $0.count, &item)
      }
    }
    return isThere && Int(item.kind) == kind ? item : nil
  }

  private func call(_ start: wasmtime_func_t, _ host: Host, _ context: OpaquePointer) -> Outcome {
    var start = start
    var trap: OpaquePointer?
    let trace = UnsafeMutablePointer<guest_trace>.allocate(capacity: 1)
    defer { trace.deallocate() }
    trace.initialize(to: program.emptyTrace())
    guest_trace_record(trace)
    let error = api.wasmtime_func_call_unchecked(context, &start, nil, 0, &trap)
    guest_trace_record(nil)
    if let status = host.exitStatus {
      if let error { api.wasmtime_error_delete(error) }
      if let trap { api.wasm_trap_delete(trap) }
      return .exited(Int32(status & 0xFF))
    }
    let reader = TrapReader(library: runtime.library, program: program, options: options)
    if let error, let limit = host.limitReached {
      defer { api.wasmtime_error_delete(error) }
      host.flushOutput()
      let report = reader.report(limit: limit, error)
      return host.isTimeUp ? .timedOut(report) : .stopped(report)
    }
    if let error {
      return .failed(RuntimeError("the program can't be run: \(runtime.library.message(taking: error))"))
    }
    guard let trap else { return .exited(0) }
    defer { api.wasm_trap_delete(trap) }
    host.flushOutput()
    let report = reader.report(trap, trace.pointee, memory: host.guestMemory)
    var code: UInt8 = 0
    let isInterrupt = api.wasmtime_trap_code(trap, &code) && Int(code) == CWASMTIME_TRAP_INTERRUPT
    return isInterrupt ? .timedOut(report) : .stopped(report)
  }
}

extension Runtime {
  /// Lets interrupts (SIGINT, SIGTERM, SIGHUP) end the process only after what the running program has printed
  /// was written. For the process that runs a program in the foreground.
  package static func writeOutputOnInterrupt() { guest_output_catch_signals() }
}
