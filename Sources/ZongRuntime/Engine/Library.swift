// Wasmtime's shared library, opened.

import CWasmtime

/// The opened library: its functions, and what tells this build of it from others.
final class Library: @unchecked Sendable {
  let api: cwasmtime_api
  /// A hash of the file's identity, part of the key of everything that the library compiled.
  let identity: UInt64

  init(_ location: LibraryLocation) throws(RuntimeError) {
    defer { if location.isTemporary { unlink(location.path) } }
    var api = cwasmtime_api()
    var reason = [CChar](repeating: 0, count: 1024)
    guard cwasmtime_open(location.path, &api, &reason, reason.count) else {
      let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw RuntimeError("Wasmtime's library can't be opened: \(text)", notes: [location.hint])
    }
    self.api = api
    identity = location.identity
  }

  /// The message of an error, which is freed.
  func message(taking error: OpaquePointer) -> String {
    var bytes = wasm_byte_vec_t()
    api.wasmtime_error_message(error, &bytes)
    defer {
      api.wasm_byte_vec_delete(&bytes)
      api.wasmtime_error_delete(error)
    }
    return text(bytes)
  }

  func text(_ bytes: wasm_byte_vec_t) -> String {
    String(decoding: UnsafeBufferPointer(start: bytes.data, count: bytes.size), as: UTF8.self)
  }
}
