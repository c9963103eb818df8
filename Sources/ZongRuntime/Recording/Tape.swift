// Host calls of a run that is recorded, or replayed.

/// What stands between a program and the host.
enum Tape {
  case recorder(Recorder)
  case replayer(Replayer)
}

extension HostCall {
  /// Makes the call and writes it down, or answers it from the recording. How a program ends itself is its own: that is
  /// neither written down nor answered.
  func taped(_ arguments: HostArguments, by host: Host) -> WASIError {
    guard !function.isExit, let tape = host.tape else { return function.body(host, arguments) }
    let check = RecordingFormat.check(arguments, function.parameters)
    switch tape {
    case .recorder(let recorder):
      host.passOutputOn()
      host.deeds = []
      let error = function.body(host, arguments)
      // A call that the end of the time cut off has no answer.
      if !host.isTimeUp { recorder.end(call: index, check: check, error, host.deeds, host.guestMemory) }
      return error
    case .replayer(let replayer):
      let answer = replayer.answer(self, check: check, host.guestMemory) { count, stream in
        // Printing is done by `fd_write` and `fd_pwrite`, which have the same arguments first.
        host.printAgain(arguments[1], arguments[2], bytes: count, stream: stream)
      }
      switch answer {
      case .error(let error): return error
      case .outputLimit: host.reachOutputLimit()
      case .stop(let reason): host.stop(reason)
      }
      return .success
    }
  }
}
