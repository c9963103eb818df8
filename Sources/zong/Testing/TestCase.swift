// What `zong test` runs, and what comes of it.

import ZongCompiler
import ZongRuntime

/// A compiled file of tests, or an example.
final class TestModule: Sendable {
  let bytes: [UInt8]
  let key: CacheKey
  /// The sources by their paths, for messages.
  let files: [SourceText]

  init(_ bytes: [UInt8], files: [SourceText]) {
    self.bytes = bytes
    self.files = files
    var hasher = CacheKeyHasher()
    hasher.add("test")
    hasher.add(bytes)
    key = hasher.finish()
  }
}

/// A `test` block, an example of a doc comment, or a file with errors.
struct TestCase: Sendable {
  let file: String
  let line: Int
  let name: String
  /// Null for what can't be compiled, and where tests are only listed.
  var module: TestModule?
  /// The export of the module that is the test.
  var entry = ""
  /// Why it can't be run.
  var problem: String?

  var title: String { "\(file): \(name)" }
}

/// How a test ended.
struct TestResult: Sendable {
  enum Status: String, Sendable { case passed, failed, skipped }
  var status = Status.passed
  var milliseconds = 0.0
  /// What is said of a failure.
  var report = ""
  /// What the test has printed.
  var output = ""
}
