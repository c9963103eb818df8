// The standard library's source text, embedded.

#ifndef ZONG_LIBRARY_H
#define ZONG_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

// A file of the library. `path` tells where it lies in Library.
struct library_file {
  const char *path;
  const uint8_t *bytes;
  size_t count;
};

// What every program can use without an import; the files are one module.
const struct library_file *library_core(size_t *count);

// The modules that programs import by name, in the order of the alphabet.
const struct library_file *library_modules(size_t *count);

#endif
