// How Wasmtime is set up: what compiled code depends on, and what only the run depends on.

import CWasmtime

/// The settings of an engine.
package struct EngineSettings: Sendable, Equatable {
  /// Spend time on good machine code.
  package var optimise: Bool
  /// Compile in the checks that a time limit needs. They cost loops a third of their speed, so nothing is
  /// compiled in for runs without one.
  package var timeLimited: Bool
  /// Compile in the counting of instructions. It costs about as much as the checks of a time limit.
  package var countsFuel: Bool
  /// Compile with Wasmtime's baseline compiler: five times as fast, for code that takes twice as long.
  package var isBaseline = false
  /// Compile on all cores. Compiled code doesn't depend on it.
  var compilesInParallel = true
  /// The machine stack of a program, in bytes. Compiled code doesn't depend on it.
  package var maxStack: Int

  /// Room for about a million small frames; only what a program touches is ever real memory.
  package static let defaultMaxStack = 64 << 20
  /// What a limit may be: enough to start at all, and no more than a thread can have.
  package static let maxStackRange = (64 << 10)...(16 << 30)

  package init(
    optimise: Bool = false, timeLimited: Bool = false, countsFuel: Bool = false, maxStack: Int = defaultMaxStack
  ) {
    self.optimise = optimise
    self.timeLimited = timeLimited
    self.countsFuel = countsFuel
    self.maxStack = min(max(maxStack, Self.maxStackRange.lowerBound), Self.maxStackRange.upperBound)
  }

  /// What of the settings is part of compiled code's key.
  var codeKey: UInt64 { (optimise ? 1 : 0) | (timeLimited ? 2 : 0) | (countsFuel ? 4 : 0) | (isBaseline ? 8 : 0) }

  /// What the host's own calls need on the guest's thread beyond the guest's stack.
  static let hostStack = 1 << 20

  func makeEngine(_ api: cwasmtime_api) -> OpaquePointer? {
    guard let config = api.wasm_config_new() else { return nil }
    let strategy = isBaseline ? CWASMTIME_STRATEGY_WINCH : CWASMTIME_STRATEGY_CRANELIFT
    api.wasmtime_config_strategy_set(config, UInt8(strategy))
    api.wasmtime_config_cranelift_opt_level_set(config, UInt8(optimise ? CWASMTIME_OPT_SPEED : CWASMTIME_OPT_NONE))
    // The allocator that works in one pass compiles a fifth faster, but its code runs 2.6 times as long.
    api.wasmtime_config_cranelift_regalloc_algorithm_set(config, UInt8(CWASMTIME_REGALLOC_BACKTRACKING))
    api.wasmtime_config_epoch_interruption_set(config, timeLimited)
    api.wasmtime_config_consume_fuel_set(config, countsFuel)
    api.wasmtime_config_async_stack_size_set(config, maxStack + Self.hostStack)
    api.wasmtime_config_max_wasm_stack_set(config, maxStack)
    api.wasmtime_config_wasm_multi_memory_set(config, true)
    // The baseline compiler hasn't got them, and no module of Zong's uses them.
    api.wasmtime_config_wasm_tail_call_set(config, !isBaseline)
    api.wasmtime_config_wasm_simd_set(config, true)
    api.wasmtime_config_wasm_bulk_memory_set(config, true)
    api.wasmtime_config_wasm_reference_types_set(config, true)
    api.wasmtime_config_parallel_compilation_set(config, compilesInParallel)
    // Traces come from frame pointers; unwind tables would only cost time at start-up and space in the cache.
    api.wasmtime_config_native_unwind_info_set(config, false)
    api.wasmtime_config_macos_use_mach_ports_set(config, false)
    return api.wasm_engine_new_with_config(config)
  }
}
