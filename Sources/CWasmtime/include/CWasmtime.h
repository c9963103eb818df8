// The part of Wasmtime's C API that Zong uses, and how to open the library that implements it.
//
// Declared here from the documentation of the C API (Wasmtime 50) instead of included, because the library is
// opened at run time: commands that run nothing never load it, and building needs no headers of it. All
// functions are reached through a table of pointers, `cwasmtime_api`.

#ifndef CWASMTIME_H
#define CWASMTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "Children.h"
#include "GuestOutput.h"
#include "GuestStack.h"
#include "GuestTrace.h"
#include "Sockets.h"
#include "SystemCalls.h"

// The version of the library that these declarations belong to.
#define CWASMTIME_VERSION "50.0.1"

// Opaque objects. Who frees what: functions that take a `config`, a `wasi_config` or an `importtype`'s parts
// say so below; everything else has its own `_delete`.
typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasm_frame_t wasm_frame_t;
typedef struct wasm_valtype_t wasm_valtype_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_externtype_t wasm_externtype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasi_config_t wasi_config_t;
typedef struct wasmtime_error_t wasmtime_error_t;
typedef struct wasmtime_module_t wasmtime_module_t;
typedef struct wasmtime_store_t wasmtime_store_t;
typedef struct wasmtime_context_t wasmtime_context_t;
typedef struct wasmtime_linker_t wasmtime_linker_t;
typedef struct wasmtime_caller_t wasmtime_caller_t;

// Sized arrays. A vector that a function fills is freed with the vector's `_delete`.
typedef struct {
  size_t size;
  uint8_t *data;
} wasm_byte_vec_t;
typedef struct {
  size_t size;
  wasm_frame_t **data;
} wasm_frame_vec_t;
typedef struct {
  size_t size;
  wasm_valtype_t **data;
} wasm_valtype_vec_t;
typedef struct {
  size_t size;
  wasm_importtype_t **data;
} wasm_importtype_vec_t;

// Plain values of the library, with the library's own layout.
typedef struct {
  uint64_t store_id;
  void *private_part;
} wasmtime_func_t;
typedef struct {
  uint64_t store_id;
  size_t private_part;
} wasmtime_instance_t;
typedef struct {
  struct {
    uint64_t store_id;
    uint32_t private_part_1;
  } head;
  uint32_t private_part_2;
} wasmtime_memory_t;
typedef struct {
  uint64_t store_id;
  uint32_t private_parts[3];
} wasmtime_global_t;
typedef struct {
  uint8_t kind;
  union {
    wasmtime_func_t func;
    wasmtime_memory_t memory;
    wasmtime_global_t global;
  } of;
} wasmtime_extern_t;
typedef union {
  int32_t i32;
  int64_t i64;
  float f32;
  double f64;
  uint8_t v128[16];
} wasmtime_val_raw_t;

enum {
  CWASMTIME_EXTERN_FUNC = 0,
  CWASMTIME_EXTERN_MEMORY = 3,
};
// Kinds of value types.
enum {
  CWASMTIME_I32 = 0,
  CWASMTIME_I64 = 1,
  CWASMTIME_F32 = 2,
  CWASMTIME_F64 = 3,
};
// Values of the configuration's enumerations.
enum {
  CWASMTIME_STRATEGY_CRANELIFT = 1,
  CWASMTIME_STRATEGY_WINCH = 2,
};
enum {
  CWASMTIME_OPT_NONE = 0,
  CWASMTIME_OPT_SPEED = 1,
};
enum {
  CWASMTIME_REGALLOC_BACKTRACKING = 0,
  CWASMTIME_REGALLOC_SINGLE_PASS = 1,
};
// Why compiled code trapped.
enum {
  CWASMTIME_TRAP_STACK_OVERFLOW = 0,
  CWASMTIME_TRAP_MEMORY_OUT_OF_BOUNDS = 1,
  CWASMTIME_TRAP_HEAP_MISALIGNED = 2,
  CWASMTIME_TRAP_TABLE_OUT_OF_BOUNDS = 3,
  CWASMTIME_TRAP_INDIRECT_CALL_TO_NULL = 4,
  CWASMTIME_TRAP_BAD_SIGNATURE = 5,
  CWASMTIME_TRAP_INTEGER_OVERFLOW = 6,
  CWASMTIME_TRAP_INTEGER_DIVISION_BY_ZERO = 7,
  CWASMTIME_TRAP_BAD_CONVERSION_TO_INTEGER = 8,
  CWASMTIME_TRAP_UNREACHABLE = 9,
  CWASMTIME_TRAP_INTERRUPT = 10,
  CWASMTIME_TRAP_OUT_OF_FUEL = 11,
};

// A host function: reads its arguments from `values` and writes its results over them. A trap that it returns
// ends the call of the guest and belongs to the caller.
typedef wasm_trap_t *(*cwasmtime_host_function)(
  void *environment, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count);
typedef void (*cwasmtime_finalizer)(void *environment);

// Every function used: result, name, parameters. The one list that the table and its loader are made from.
#define CWASMTIME_FUNCTIONS(X) \
  /* Configuration. The engine takes the configuration over. */ \
  X(wasm_config_t *, wasm_config_new, (void)) \
  X(void, wasmtime_config_strategy_set, (wasm_config_t *, uint8_t)) \
  X(void, wasmtime_config_cranelift_opt_level_set, (wasm_config_t *, uint8_t)) \
  X(void, wasmtime_config_cranelift_regalloc_algorithm_set, (wasm_config_t *, uint8_t)) \
  X(void, wasmtime_config_cranelift_debug_verifier_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_epoch_interruption_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_consume_fuel_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_max_wasm_stack_set, (wasm_config_t *, size_t)) \
  X(void, wasmtime_config_async_stack_size_set, (wasm_config_t *, size_t)) \
  X(void, wasmtime_config_wasm_multi_memory_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_tail_call_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_simd_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_bulk_memory_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_reference_types_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_gc_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_gc_support_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_threads_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_wasm_component_model_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_parallel_compilation_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_native_unwind_info_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_memory_init_cow_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_signals_based_traps_set, (wasm_config_t *, bool)) \
  X(void, wasmtime_config_macos_use_mach_ports_set, (wasm_config_t *, bool)) \
  X(wasm_engine_t *, wasm_engine_new_with_config, (wasm_config_t *)) \
  X(void, wasm_engine_delete, (wasm_engine_t *)) \
  X(void, wasmtime_engine_increment_epoch, (wasm_engine_t *)) \
  /* Modules. */ \
  X(wasmtime_error_t *, wasmtime_module_new, (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **)) \
  X(wasmtime_error_t *, wasmtime_module_serialize, (wasmtime_module_t *, wasm_byte_vec_t *)) \
  X(wasmtime_error_t *, wasmtime_module_deserialize, \
    (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **)) \
  X(wasmtime_error_t *, wasmtime_module_deserialize_file, (wasm_engine_t *, const char *, wasmtime_module_t **)) \
  X(void, wasmtime_module_imports, (const wasmtime_module_t *, wasm_importtype_vec_t *)) \
  X(void, wasmtime_module_image_range, (const wasmtime_module_t *, void **, void **)) \
  X(void, wasmtime_module_delete, (wasmtime_module_t *)) \
  X(wasmtime_error_t *, wasmtime_wat2wasm, (const char *, size_t, wasm_byte_vec_t *)) \
  /* Types. Parts of an import type live as long as the import type. */ \
  X(const wasm_byte_vec_t *, wasm_importtype_module, (const wasm_importtype_t *)) \
  X(const wasm_byte_vec_t *, wasm_importtype_name, (const wasm_importtype_t *)) \
  X(const wasm_externtype_t *, wasm_importtype_type, (const wasm_importtype_t *)) \
  X(void, wasm_importtype_vec_delete, (wasm_importtype_vec_t *)) \
  X(const wasm_functype_t *, wasm_externtype_as_functype_const, (const wasm_externtype_t *)) \
  X(wasm_valtype_t *, wasm_valtype_new, (uint8_t)) \
  X(uint8_t, wasm_valtype_kind, (const wasm_valtype_t *)) \
  X(void, wasm_valtype_vec_new, (wasm_valtype_vec_t *, size_t, wasm_valtype_t *const[])) \
  X(wasm_functype_t *, wasm_functype_new, (wasm_valtype_vec_t *, wasm_valtype_vec_t *)) \
  X(const wasm_valtype_vec_t *, wasm_functype_params, (const wasm_functype_t *)) \
  X(const wasm_valtype_vec_t *, wasm_functype_results, (const wasm_functype_t *)) \
  X(void, wasm_functype_delete, (wasm_functype_t *)) \
  /* Stores and instances. */ \
  X(wasmtime_store_t *, wasmtime_store_new, (wasm_engine_t *, void *, cwasmtime_finalizer)) \
  X(void, wasmtime_store_delete, (wasmtime_store_t *)) \
  X(wasmtime_context_t *, wasmtime_store_context, (wasmtime_store_t *)) \
  X(void, wasmtime_store_limiter, (wasmtime_store_t *, int64_t, int64_t, int64_t, int64_t, int64_t)) \
  X(void, wasmtime_context_set_epoch_deadline, (wasmtime_context_t *, uint64_t)) \
  X(wasmtime_error_t *, wasmtime_context_set_fuel, (wasmtime_context_t *, uint64_t)) \
  X(wasmtime_error_t *, wasmtime_context_get_fuel, (const wasmtime_context_t *, uint64_t *)) \
  X(wasmtime_linker_t *, wasmtime_linker_new, (wasm_engine_t *)) \
  X(void, wasmtime_linker_delete, (wasmtime_linker_t *)) \
  X(wasmtime_error_t *, wasmtime_linker_define_wasi, (wasmtime_linker_t *)) \
  X(wasmtime_error_t *, wasmtime_linker_define_func_unchecked, \
    (wasmtime_linker_t *, const char *, size_t, const char *, size_t, const wasm_functype_t *, \
     cwasmtime_host_function, void *, cwasmtime_finalizer)) \
  X(wasmtime_error_t *, wasmtime_linker_instantiate, \
    (const wasmtime_linker_t *, wasmtime_context_t *, const wasmtime_module_t *, wasmtime_instance_t *, \
     wasm_trap_t **)) \
  X(void, wasmtime_func_new_unchecked, \
    (wasmtime_context_t *, const wasm_functype_t *, cwasmtime_host_function, void *, cwasmtime_finalizer, \
     wasmtime_func_t *)) \
  X(wasmtime_error_t *, wasmtime_instance_new, \
    (wasmtime_context_t *, const wasmtime_module_t *, const wasmtime_extern_t *, size_t, wasmtime_instance_t *, \
     wasm_trap_t **)) \
  X(bool, wasmtime_instance_export_get, \
    (wasmtime_context_t *, const wasmtime_instance_t *, const char *, size_t, wasmtime_extern_t *)) \
  X(wasmtime_error_t *, wasmtime_func_call_unchecked, \
    (wasmtime_context_t *, const wasmtime_func_t *, wasmtime_val_raw_t *, size_t, wasm_trap_t **)) \
  X(uint8_t *, wasmtime_memory_data, (const wasmtime_context_t *, const wasmtime_memory_t *)) \
  X(size_t, wasmtime_memory_data_size, (const wasmtime_context_t *, const wasmtime_memory_t *)) \
  X(void, wasmtime_extern_delete, (wasmtime_extern_t *)) \
  /* WASI by the library itself. The context takes the configuration over. */ \
  X(wasi_config_t *, wasi_config_new, (void)) \
  X(bool, wasi_config_set_argv, (wasi_config_t *, size_t, const char *const[])) \
  X(void, wasi_config_inherit_stdin, (wasi_config_t *)) \
  X(void, wasi_config_inherit_stdout, (wasi_config_t *)) \
  X(void, wasi_config_inherit_stderr, (wasi_config_t *)) \
  X(wasmtime_error_t *, wasmtime_context_set_wasi, (wasmtime_context_t *, wasi_config_t *)) \
  /* Errors and traps. */ \
  X(void, wasmtime_error_message, (const wasmtime_error_t *, wasm_byte_vec_t *)) \
  X(bool, wasmtime_error_exit_status, (const wasmtime_error_t *, int *)) \
  X(void, wasmtime_error_wasm_trace, (const wasmtime_error_t *, wasm_frame_vec_t *)) \
  X(void, wasmtime_error_delete, (wasmtime_error_t *)) \
  X(wasm_trap_t *, wasmtime_trap_new, (const char *, size_t)) \
  X(bool, wasmtime_trap_code, (const wasm_trap_t *, uint8_t *)) \
  X(void, wasm_trap_message, (const wasm_trap_t *, wasm_byte_vec_t *)) \
  X(void, wasm_trap_trace, (const wasm_trap_t *, wasm_frame_vec_t *)) \
  X(void, wasm_trap_delete, (wasm_trap_t *)) \
  X(uint32_t, wasm_frame_func_index, (const wasm_frame_t *)) \
  X(size_t, wasm_frame_func_offset, (const wasm_frame_t *)) \
  X(size_t, wasm_frame_module_offset, (const wasm_frame_t *)) \
  X(const wasm_byte_vec_t *, wasmtime_frame_func_name, (const wasm_frame_t *)) \
  X(void, wasm_frame_vec_delete, (wasm_frame_vec_t *)) \
  X(void, wasm_byte_vec_delete, (wasm_byte_vec_t *))

#define CWASMTIME_FIELD(result, name, parameters) result(*name) parameters;
// The library's functions. Filled by `cwasmtime_open`; none is null after success.
typedef struct {
  CWASMTIME_FUNCTIONS(CWASMTIME_FIELD)
} cwasmtime_api;
#undef CWASMTIME_FIELD

// Opens the library at `path` and fills `api`. On failure, returns false and writes what is wrong, as one line
// ended by a zero byte and cut to `error_size`, to `error`.
bool cwasmtime_open(const char *path, cwasmtime_api *api, char *error, size_t error_size);

#endif
