// Code at once, better code later: a large program that isn't in the cache begins with the code of Wasmtime's baseline
// compiler. If it runs for a while, the other compiler's code is made beside it, for the next start.

import CWasmtime
import ZongStores

extension Runtime {
  /// The least size of such a module, in bytes. Below it the better code takes some 30 ms at most.
  package static let quickStartSize = 64 << 10
  /// How long a program must have run until its better code is made, in microseconds.
  private static let patience: UInt32 = 300_000

  /// The same library and cache with the baseline compiler.
  package func withBaselineCompiler() throws(RuntimeError) -> Runtime {
    var settings = settings
    settings.isBaseline = true
    return try Runtime(library, settings, cache)
  }

  /// Compiles a program that is about to run, made by another compiler from the same module, and keeps its code under
  /// `key`: on a thread that gives way to others, and ends with the process if that is sooner.
  package func compileLater(_ program: Program, key: CacheKey) {
    guard cache != nil else { return }
    var settings = settings
    settings.compilesInParallel = false
    let (library, cache) = (library, cache)
    SystemThread(stackSize: 8 << 20) {
      usleep(Self.patience)
      give_way()
      let runtime = try? Runtime(library, settings, cache)
      _ = try? runtime?.compile(program.moduleBytes(), key: key)
    }?.detach()
  }
}
