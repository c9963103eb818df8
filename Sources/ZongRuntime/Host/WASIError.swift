// The error numbers of WASI preview 1 and the system's own.

/// An error number of WASI preview 1.
struct WASIError: RawRepresentable, Equatable, Error {
  let rawValue: UInt16

  static let success = WASIError(rawValue: 0)
  static let tooBig = WASIError(rawValue: 1)
  static let access = WASIError(rawValue: 2)
  static let again = WASIError(rawValue: 6)
  static let badDescriptor = WASIError(rawValue: 8)
  static let fault = WASIError(rawValue: 21)
  static let interrupted = WASIError(rawValue: 27)
  static let invalid = WASIError(rawValue: 28)
  static let inputOutput = WASIError(rawValue: 29)
  static let isDirectory = WASIError(rawValue: 31)
  static let noSpace = WASIError(rawValue: 51)
  static let notSupported = WASIError(rawValue: 52)
  static let pipe = WASIError(rawValue: 64)
  static let isPipe = WASIError(rawValue: 70)
  static let tooLarge = WASIError(rawValue: 22)

  /// The error that the system's `errno` stands for.
  static func system(_ number: Int32) -> WASIError {
    switch number {
    case EACCES, EPERM: access
    case EAGAIN: again
    case EBADF: badDescriptor
    case EFAULT: fault
    case EFBIG: tooLarge
    case EINTR: interrupted
    case EINVAL: invalid
    case EISDIR: isDirectory
    case ENOSPC, EDQUOT: noSpace
    case EPIPE: pipe
    case ESPIPE: isPipe
    default: inputOutput
    }
  }
}
