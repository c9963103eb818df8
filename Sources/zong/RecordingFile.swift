// The file that a recording is written to, or read from.

import ZongRuntime
import ZongStores

enum RecordingFile {
  /// Opens a new recording at a path; the user alone may read it. Another recording there is replaced, another file isn't.
  static func create(_ path: String) throws(FileError) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(message: "can't write \(path): \(Process.lastError)") }
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    if isFile && status.st_size > 0 && !Recording.begins(descriptor) {
      close(descriptor)
      throw FileError(message: "\(path) is no recording; another file isn't overwritten")
    }
    if isFile && ftruncate(descriptor, 0) != 0 {
      close(descriptor)
      throw FileError(message: "can't write \(path): \(Process.lastError)")
    }
    return descriptor
  }
}
