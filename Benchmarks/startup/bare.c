// A bare host of Wasmtime in C: the yardstick for the start-up of `zong run`.
//
//     bare LIBRARY compile MODULE.wasm OUT     compiles to a serialized module
//     bare LIBRARY run FILE                    runs a serialized module with standard streams
//     bare LIBRARY own FILE                    the same, with its imports defined here instead of Wasmtime's WASI
//
// With BARE_TIMES set, prints how long each step took, in microseconds, to standard error.

#include "CWasmtime.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static cwasmtime_api api;
static wasmtime_context_t *context;
static wasmtime_memory_t memory;
static struct timespec last;
static bool times;

static void step(const char *name) {
  if (!times) return;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (name != NULL) {
    long micros = (now.tv_sec - last.tv_sec) * 1000000 + (now.tv_nsec - last.tv_nsec) / 1000;
    fprintf(stderr, "%-14s %6ld\n", name, micros);
  }
  last = now;
}

static void fail(const char *what, wasmtime_error_t *error, wasm_trap_t *trap) {
  wasm_byte_vec_t text = {0, NULL};
  if (error != NULL) api.wasmtime_error_message(error, &text);
  if (trap != NULL) api.wasm_trap_message(trap, &text);
  fprintf(stderr, "bare: %s: %.*s\n", what, (int)text.size, (const char *)text.data);
  exit(1);
}

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail(path, NULL, NULL);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*size + 1);
  if (fread(bytes, 1, *size, file) != *size) fail(path, NULL, NULL);
  fclose(file);
  return bytes;
}

static wasm_engine_t *new_engine(void) {
  wasm_config_t *config = api.wasm_config_new();
  api.wasmtime_config_cranelift_opt_level_set(config, CWASMTIME_OPT_SPEED);
  return api.wasm_engine_new_with_config(config);
}

static void compile(wasm_engine_t *engine, const char *input, const char *output) {
  size_t size;
  uint8_t *bytes = read_file(input, &size);
  wasmtime_module_t *module;
  wasmtime_error_t *error = api.wasmtime_module_new(engine, bytes, size, &module);
  if (error != NULL) fail(input, error, NULL);
  wasm_byte_vec_t serialized;
  error = api.wasmtime_module_serialize(module, &serialized);
  if (error != NULL) fail(input, error, NULL);
  FILE *file = fopen(output, "wb");
  if (file == NULL || fwrite(serialized.data, 1, serialized.size, file) != serialized.size) fail(output, NULL, NULL);
  fclose(file);
}

// fd_write(descriptor, vectors, count, written) without range checks: this host trusts its module.
static wasm_trap_t *fd_write(void *environment, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count) {
  (void)environment, (void)caller, (void)count;
  uint8_t *data = api.wasmtime_memory_data(context, &memory);
  uint32_t *vectors = (uint32_t *)(data + (uint32_t)values[1].i32);
  uint32_t written = 0;
  for (int i = 0; i < values[2].i32; i++) {
    written += (uint32_t)write(values[0].i32, data + vectors[2 * i], vectors[2 * i + 1]);
  }
  *(uint32_t *)(data + (uint32_t)values[3].i32) = written;
  values[0].i32 = 0;
  return NULL;
}

// fd_fdstat_get(descriptor, result): a stream of unknown type.
static wasm_trap_t *fd_fdstat_get(
  void *environment, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count) {
  (void)environment, (void)caller, (void)count;
  memset(api.wasmtime_memory_data(context, &memory) + (uint32_t)values[1].i32, 0, 24);
  values[0].i32 = 0;
  return NULL;
}

static wasm_trap_t *proc_exit(void *environment, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count) {
  (void)environment, (void)caller, (void)count;
  _exit(values[0].i32);
}

// fd_datasync(descriptor): nothing but an answer; the yardstick for what a call of the host costs (Benchmarks/io).
static wasm_trap_t *fd_datasync(void *environment, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t count) {
  (void)environment, (void)caller, (void)count;
  values[0].i32 = 8;
  return NULL;
}

// Defines a function of `count` 32-bit parameters and one result or none.
static void define(
  wasmtime_linker_t *linker, const char *name, size_t count, size_t result_count, cwasmtime_host_function function) {
  wasm_valtype_t *types[4];
  for (size_t i = 0; i < count; i++) types[i] = api.wasm_valtype_new(CWASMTIME_I32);
  wasm_valtype_t *result = api.wasm_valtype_new(CWASMTIME_I32);
  wasm_valtype_vec_t parameters, results;
  api.wasm_valtype_vec_new(&parameters, count, types);
  api.wasm_valtype_vec_new(&results, result_count, &result);
  wasm_functype_t *type = api.wasm_functype_new(&parameters, &results);
  const char *module = "wasi_snapshot_preview1";
  wasmtime_error_t *error = api.wasmtime_linker_define_func_unchecked(
    linker, module, strlen(module), name, strlen(name), type, function, NULL, NULL);
  if (error != NULL) fail(name, error, NULL);
}

static void run(wasm_engine_t *engine, const char *path, bool own) {
  wasmtime_module_t *module;
  wasmtime_error_t *error = api.wasmtime_module_deserialize_file(engine, path, &module);
  if (error != NULL) fail(path, error, NULL);
  step("deserialize");
  wasmtime_store_t *store = api.wasmtime_store_new(engine, NULL, NULL);
  context = api.wasmtime_store_context(store);
  wasmtime_linker_t *linker = api.wasmtime_linker_new(engine);
  step("store");
  if (own) {
    define(linker, "fd_write", 4, 1, fd_write);
    define(linker, "fd_fdstat_get", 2, 1, fd_fdstat_get);
    define(linker, "fd_datasync", 1, 1, fd_datasync);
    define(linker, "proc_exit", 1, 0, proc_exit);
  } else {
    error = api.wasmtime_linker_define_wasi(linker);
    if (error != NULL) fail("wasi", error, NULL);
    wasi_config_t *wasi = api.wasi_config_new();
    api.wasi_config_inherit_stdin(wasi);
    api.wasi_config_inherit_stdout(wasi);
    api.wasi_config_inherit_stderr(wasi);
    error = api.wasmtime_context_set_wasi(context, wasi);
    if (error != NULL) fail("wasi", error, NULL);
  }
  step("wasi");
  wasmtime_instance_t instance;
  wasm_trap_t *trap = NULL;
  error = api.wasmtime_linker_instantiate(linker, context, module, &instance, &trap);
  if (error != NULL || trap != NULL) fail("instantiate", error, trap);
  wasmtime_extern_t item;
  if (!api.wasmtime_instance_export_get(context, &instance, "memory", 6, &item)) fail("memory", NULL, NULL);
  memory = item.of.memory;
  if (!api.wasmtime_instance_export_get(context, &instance, "_start", 6, &item)) fail("_start", NULL, NULL);
  step("instantiate");
  error = api.wasmtime_func_call_unchecked(context, &item.of.func, NULL, 0, &trap);
  int status = 0;
  if (error != NULL && !api.wasmtime_error_exit_status(error, &status)) fail("run", error, NULL);
  if (trap != NULL) fail("run", NULL, trap);
  step("run");
  _exit(status);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: bare LIBRARY compile MODULE OUT | bare LIBRARY run|own FILE\n");
    return 2;
  }
  times = getenv("BARE_TIMES") != NULL;
  step(NULL);
  char message[512];
  if (!cwasmtime_open(argv[1], &api, message, sizeof message)) {
    fprintf(stderr, "bare: %s\n", message);
    return 1;
  }
  step("open");
  wasm_engine_t *engine = new_engine();
  step("engine");
  if (strcmp(argv[2], "compile") == 0 && argc == 5) {
    compile(engine, argv[3], argv[4]);
    return 0;
  }
  run(engine, argv[3], strcmp(argv[2], "own") == 0);
}
