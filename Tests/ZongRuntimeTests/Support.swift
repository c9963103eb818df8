// What the runtime's tests share: modules from text, runs with their output captured, folders that go away.

import CWasmtime
import Testing
import ZongStores
import ZongWasm

@testable import ZongRuntime

/// The bytes of a module in the text format, with custom sections appended.
func module(_ text: String, sections: [(String, [UInt8])] = []) throws -> [UInt8] {
  let library = try Library(LibraryLocation.find())
  var bytes = wasm_byte_vec_t()
  var text = text
  let error = text.withUTF8 { utf8 in
    utf8.withMemoryRebound(to: CChar.self) { library.api.wasmtime_wat2wasm($0.baseAddress, $0.count, &bytes) }
  }
  if let error { throw RuntimeError(library.message(taking: error)) }
  defer { library.api.wasm_byte_vec_delete(&bytes) }
  var result = Store<UInt8>()
  result.append(contentsOf: UnsafeBufferPointer(start: bytes.data, count: bytes.size))
  for (name, contents) in sections {
    var section = Store<UInt8>()
    appendText(name, to: &section)
    section.append(contentsOf: contents)
    result.append(0)
    appendUnsigned(UInt64(section.count), to: &result)
    result.append(contentsOf: section.elements)
  }
  return result.array
}

/// How a run ended and what it wrote.
struct Ran {
  let outcome: Outcome
  let output: String
  let errors: String

  var report: StopReport? {
    switch outcome {
    case .stopped(let report), .timedOut(let report): report
    default: nil
    }
  }
}

/// Runs a program with `input` as its standard input.
func run(
  _ runtime: Runtime, _ program: Program, _ options: RunOptions = RunOptions(programName: "test"),
  input: String = ""
) throws -> Ran {
  try withFolder { folder in
    try (folder + "/in").withFile(input)
    let files = ["in", "out", "err"].compactMap { Descriptor(path: folder + "/" + $0, O_RDWR | O_CREAT) }
    try #require(files.count == 3)
    var options = options
    options.streams = Streams(input: files[0].number, output: files[1].number, errors: files[2].number)
    let outcome = runtime.run(program, options)
    func text(_ file: Descriptor) -> String {
      String(decoding: file.read(at: 0, count: Int(file.status?.st_size ?? 0)) ?? [], as: UTF8.self)
    }
    return Ran(outcome: outcome, output: text(files[1]), errors: text(files[2]))
  }
}

/// Compiles and runs a module in the text format without a cache.
func run(
  _ text: String, _ options: RunOptions = RunOptions(programName: "test"), sections: [(String, [UInt8])] = [],
  input: String = "", settings: EngineSettings = EngineSettings()
) throws -> Ran {
  let runtime = try Runtime.open(settings, cacheFolder: "")
  let program = try runtime.compile(module(text, sections: sections), key: nil)
  return try run(runtime, program, options, input: input)
}

/// A new private folder that is removed with all that is in it.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  var template = Array("/tmp/zong-test-XXXXXX".utf8CString)
  try #require(mkdtemp(&template) != nil)
  let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { remove(tree: path) }
  return try body(path)
}

private func remove(tree path: String) {
  chmod(path, 0o700)
  for name in names(in: path) {
    if unlink(path + "/" + name) != 0 { remove(tree: path + "/" + name) }
  }
  rmdir(path)
}

/// The names in a folder, in order.
func names(in folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var result: [String] = []
  while let item = readdir(stream) {
    let name = withUnsafePointer(to: &item.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { result.append(name) }
  }
  return result.sorted()
}

extension String {
  /// Makes the string's file hold `text`.
  func withFile(_ text: String) throws { try withFile(Array(text.utf8)) }

  func withFile(_ bytes: [UInt8]) throws {
    let file = try #require(Descriptor(path: self, O_WRONLY | O_CREAT | O_TRUNC))
    #expect(bytes.withUnsafeBytes { file.write($0) })
  }

  var fileBytes: [UInt8] {
    guard let file = Descriptor(path: self, O_RDONLY), let status = file.status else { return [] }
    return file.read(at: 0, count: Int(status.st_size)) ?? []
  }
}

/// A module whose `_start` is `body`, with `fd_write` and `proc_exit` imported.
func command(_ body: String, memory: String = "1", more: String = "") -> String {
  """
  (module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
    (memory (export "memory") \(memory))
    (data (i32.const 1024) "Hello, world\\0a")
    (func $write (param $address i32) (param $count i32)
      (i32.store (i32.const 64) (local.get $address))
      (i32.store (i32.const 68) (local.get $count))
      (if (call $fd_write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 72)) (then unreachable)))
    \(more)
    (func $main (export "_start") \(body)))
  """
}
