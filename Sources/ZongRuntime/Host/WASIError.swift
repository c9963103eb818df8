// The error numbers of WASI preview 1 and the system's own (WASI snapshot preview1, typenames.witx, `errno`).

/// An error number of WASI preview 1.
struct WASIError: RawRepresentable, Equatable, Error {
  let rawValue: UInt16

  static let success = WASIError(rawValue: 0)
  static let tooBig = WASIError(rawValue: 1)
  static let access = WASIError(rawValue: 2)
  static let addressInUse = WASIError(rawValue: 3)
  static let addressNotAvailable = WASIError(rawValue: 4)
  static let familyNotSupported = WASIError(rawValue: 5)
  static let again = WASIError(rawValue: 6)
  static let badDescriptor = WASIError(rawValue: 8)
  static let busy = WASIError(rawValue: 10)
  static let connectionAborted = WASIError(rawValue: 13)
  static let connectionRefused = WASIError(rawValue: 14)
  static let connectionReset = WASIError(rawValue: 15)
  static let destinationRequired = WASIError(rawValue: 17)
  static let exists = WASIError(rawValue: 20)
  static let fault = WASIError(rawValue: 21)
  static let tooLarge = WASIError(rawValue: 22)
  static let hostUnreachable = WASIError(rawValue: 23)
  static let interrupted = WASIError(rawValue: 27)
  static let invalid = WASIError(rawValue: 28)
  static let inputOutput = WASIError(rawValue: 29)
  static let isConnected = WASIError(rawValue: 30)
  static let isDirectory = WASIError(rawValue: 31)
  static let loop = WASIError(rawValue: 32)
  static let tooManyFiles = WASIError(rawValue: 33)
  static let tooManyLinks = WASIError(rawValue: 34)
  static let messageTooLong = WASIError(rawValue: 35)
  static let nameTooLong = WASIError(rawValue: 37)
  static let networkDown = WASIError(rawValue: 38)
  static let networkReset = WASIError(rawValue: 39)
  static let networkUnreachable = WASIError(rawValue: 40)
  static let tooManyFilesInSystem = WASIError(rawValue: 41)
  static let noBuffers = WASIError(rawValue: 42)
  static let noDevice = WASIError(rawValue: 43)
  static let noEntry = WASIError(rawValue: 44)
  static let notExecutable = WASIError(rawValue: 45)
  static let noMemory = WASIError(rawValue: 48)
  static let noSpace = WASIError(rawValue: 51)
  static let notSupported = WASIError(rawValue: 52)
  static let notConnected = WASIError(rawValue: 53)
  static let notDirectory = WASIError(rawValue: 54)
  static let notEmpty = WASIError(rawValue: 55)
  static let noSuchDevice = WASIError(rawValue: 60)
  static let overflow = WASIError(rawValue: 61)
  static let notPermitted = WASIError(rawValue: 63)
  static let pipe = WASIError(rawValue: 64)
  static let readOnly = WASIError(rawValue: 69)
  static let isPipe = WASIError(rawValue: 70)
  static let stale = WASIError(rawValue: 72)
  static let noProcess = WASIError(rawValue: 71)
  static let timedOut = WASIError(rawValue: 73)
  static let textBusy = WASIError(rawValue: 74)
  static let otherDevice = WASIError(rawValue: 75)
  /// What the program was not allowed to do: the answer of permissions alone, never the system's.
  static let notCapable = WASIError(rawValue: 76)
  /// The same, where it would be allowed if it weren't denied. Zong's own.
  static let denied = WASIError(rawValue: 105)

  // Zong's own, beyond those of WASI: no machine has the name, whether one has can't be found out, too many children run,
  // a variable that may not be given to one, no such program.
  static let nameNotFound = WASIError(rawValue: 100)
  static let nameUnknown = WASIError(rawValue: 101)
  // Securing connections: the other end can't prove who it is, the protocol failed, the system has no library for it, and
  // what was given is no certificate or key.
  static let untrusted = WASIError(rawValue: 110)
  static let tlsFailed = WASIError(rawValue: 111)
  static let noTLS = WASIError(rawValue: 112)
  static let badCertificate = WASIError(rawValue: 113)
  static let tooManyProcesses = WASIError(rawValue: 102)
  static let variableNotAllowed = WASIError(rawValue: 103)
  static let programNotFound = WASIError(rawValue: 104)

  /// The error that the system's `errno` stands for.
  static func system(_ number: Int32) -> WASIError {
    if number == EDQUOT { return noSpace }
    return known.first { $0.number == number }?.error ?? inputOutput
  }

  private static let known: [(number: Int32, error: WASIError)] = [
    (EACCES, access), (EPERM, notPermitted), (ENOENT, noEntry), (EEXIST, exists), (EISDIR, isDirectory),
    (ENOTDIR, notDirectory), (ENOTEMPTY, notEmpty), (EAGAIN, again), (EBADF, badDescriptor), (EBUSY, busy),
    (EFAULT, fault), (EFBIG, tooLarge), (EINTR, interrupted), (EINVAL, invalid), (ELOOP, loop),
    (EMFILE, tooManyFiles), (ENFILE, tooManyFilesInSystem), (EMLINK, tooManyLinks), (ENAMETOOLONG, nameTooLong),
    (ENODEV, noDevice), (ENOMEM, noMemory), (ENOSPC, noSpace), (ENOTSUP, notSupported), (ENXIO, noSuchDevice),
    (EOVERFLOW, overflow), (EPIPE, pipe), (EROFS, readOnly), (ESPIPE, isPipe), (ESTALE, stale), (ETXTBSY, textBusy),
    (EXDEV, otherDevice), (EADDRINUSE, addressInUse), (EADDRNOTAVAIL, addressNotAvailable),
    (EAFNOSUPPORT, familyNotSupported), (ECONNABORTED, connectionAborted), (ECONNREFUSED, connectionRefused),
    (E2BIG, tooBig), (ENOEXEC, notExecutable), (ESRCH, noProcess), (ECONNRESET, connectionReset),
    (EDESTADDRREQ, destinationRequired), (EHOSTUNREACH, hostUnreachable),
    (EISCONN, isConnected), (EMSGSIZE, messageTooLong), (ENETDOWN, networkDown), (ENETRESET, networkReset),
    (ENETUNREACH, networkUnreachable), (ENOBUFS, noBuffers), (ENOTCONN, notConnected), (ETIMEDOUT, timedOut),
  ]
}
