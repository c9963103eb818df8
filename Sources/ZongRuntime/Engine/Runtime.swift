// The way from a module's bytes to a running program:
//
//     let runtime = try Runtime.open(settings)
//     let program = try runtime.cached(key) ?? runtime.compile(bytes, key: key)
//     let outcome = runtime.run(program, options)

import CWasmtime

/// Wasmtime with its settings, and the cache of compiled code. Opening it loads the library, so only commands
/// that run something do.
package final class Runtime: @unchecked Sendable {
  let library: Library
  let settings: EngineSettings
  let engine: OpaquePointer
  let cache: CodeCache?

  /// Opens the library and sets the engine up.
  ///
  /// - Parameter cacheFolder: where compiled code is kept; null for the user's own cache folder, empty for
  ///   none.
  package static func open(_ settings: EngineSettings, cacheFolder: String? = nil) throws(RuntimeError) -> Runtime {
    let cache = cacheFolder == "" ? nil : CodeCache(folder: cacheFolder ?? CacheFolder.user)
    return try Runtime(Library(LibraryLocation.find()), settings, cache)
  }

  init(_ library: Library, _ settings: EngineSettings, _ cache: CodeCache?) throws(RuntimeError) {
    guard let engine = settings.makeEngine(library.api) else {
      throw RuntimeError("Wasmtime refuses the settings of the engine")
    }
    guest_trace_install()
    self.library = library
    self.settings = settings
    self.engine = engine
    self.cache = cache
  }

  deinit { library.api.wasm_engine_delete(engine) }

  /// The version of the library that this runtime is made for.
  package static let wasmtimeVersion = CWASMTIME_VERSION

  /// The program that was compiled and kept under `key`. Null if there is none, or it is damaged.
  package func cached(_ key: CacheKey) -> Program? {
    guard let cache, let entry = cache.open(name: entryName(key)) else { return nil }
    var module: OpaquePointer?
    let error = library.api.wasmtime_module_deserialize_file(engine, entry.path, &module)
    if let error {
      library.api.wasmtime_error_delete(error)
      return nil
    }
    guard let module else { return nil }
    return Program(library: library, module: module, source: .entry(entry))
  }

  /// What was kept beside the compiled code under `key` by `keepNote`. Null if there is nothing.
  package func note(_ key: CacheKey) -> [UInt8]? { cache?.open(name: entryName(key) + "-note")?.codeBytes() }

  /// Keeps a few bytes under `key`, if there is a cache.
  package func keepNote(_ bytes: [UInt8], _ key: CacheKey) {
    let name = entryName(key) + "-note"
    bytes.withUnsafeBytes { cache?.store($0, UnsafeRawBufferPointer(start: nil, count: 0), as: name) }
  }

  /// Compiles a module to machine code, and keeps that under `key` if there is one and a cache. Whether keeping
  /// it works makes no difference to the program.
  package func compile(_ bytes: [UInt8], key: CacheKey?) throws(RuntimeError) -> Program {
    var module: OpaquePointer?
    let error = bytes.withUnsafeBufferPointer {
      library.api.wasmtime_module_new(engine, $0.baseAddress, $0.count, &module)
    }
    if let error {
      throw RuntimeError("the module is not valid: \(library.message(taking: error))")
    }
    guard let module else { throw RuntimeError("the module is not valid") }
    let program = Program(library: library, module: module, source: .bytes(bytes))
    if let key, let cache { store(program, bytes, in: cache, as: entryName(key)) }
    return program
  }

  private func store(_ program: Program, _ bytes: [UInt8], in cache: CodeCache, as name: String) {
    var code = wasm_byte_vec_t()
    if let error = library.api.wasmtime_module_serialize(program.module, &code) {
      library.api.wasmtime_error_delete(error)
      return
    }
    bytes.withUnsafeBytes { cache.store(UnsafeRawBufferPointer(start: code.data, count: code.size), $0, as: name) }
    library.api.wasm_byte_vec_delete(&code)
  }

  /// The caller's key together with what the machine code depends on besides: settings, library, and the
  /// executable, whose compiler made the module.
  private func entryName(_ key: CacheKey) -> String {
    var hasher = CacheKeyHasher()
    hasher.add(key.high)
    hasher.add(key.low)
    hasher.add(settings.codeKey)
    hasher.add(library.identity)
    var status = stat()
    if let path = executablePath(), stat(path, &status) == 0 { hasher.add(fileIdentity(status)) }
    return hasher.finish().text
  }
}

/// A compiled module, ready to be run any number of times.
package final class Program: @unchecked Sendable {
  /// Where the WebAssembly module is that the machine code was made from. It is only needed after a stop.
  enum Source {
    case bytes([UInt8])
    case entry(CacheEntry)
  }

  let library: Library
  let module: OpaquePointer
  private let source: Source

  init(library: Library, module: OpaquePointer, source: Source) {
    self.library = library
    self.module = module
    self.source = source
  }

  deinit { library.api.wasmtime_module_delete(module) }

  /// The module's bytes. Empty if the cache entry is damaged.
  func moduleBytes() -> [UInt8] {
    switch source {
    case .bytes(let bytes): bytes
    case .entry(let entry): entry.moduleBytes() ?? []
    }
  }

  /// A trace to be recorded of this program.
  func emptyTrace() -> guest_trace {
    var trace = guest_trace()
    var start: UnsafeMutableRawPointer?
    var end: UnsafeMutableRawPointer?
    library.api.wasmtime_module_image_range(module, &start, &end)
    trace.image_start = UInt(bitPattern: start)
    trace.image_end = UInt(bitPattern: end)
    return trace
  }

  /// True if the program's machine code came from the cache.
  package var wasCached: Bool {
    if case .entry = source { true } else { false }
  }
}
