// Opens Wasmtime's library and looks its functions up.

#include "CWasmtime.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

// A function's name, and where in the table its pointer goes.
typedef struct {
  const char *name;
  size_t offset;
} entry;

#define ENTRY(result, name, parameters) {#name, offsetof(cwasmtime_api, name)},
static const entry entries[] = {CWASMTIME_FUNCTIONS(ENTRY)};
#undef ENTRY

bool cwasmtime_open(const char *path, cwasmtime_api *api, char *error, size_t error_size) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    const char *reason = dlerror();
    snprintf(error, error_size, "%s", reason != NULL ? reason : "the library can't be opened");
    return false;
  }
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
    void *function = dlsym(library, entries[i].name);
    if (function == NULL) {
      snprintf(error, error_size, "%s: function %s is missing: not Wasmtime %s?", path, entries[i].name,
               CWASMTIME_VERSION);
      dlclose(library);
      return false;
    }
    memcpy((char *)api + entries[i].offset, &function, sizeof function);
  }
  return true;
}
