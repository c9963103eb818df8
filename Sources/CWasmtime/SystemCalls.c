// Calls of the system that Swift doesn't see: those that the C library hides behind _GNU_SOURCE.

#define _GNU_SOURCE
#include "SystemCalls.h"

#include <stddef.h>

#ifdef __linux__
#include <sys/auxv.h>
#include <sys/mman.h>

int anonymous_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

const char *process_start_path(void) { return (const char *)getauxval(AT_EXECFN); }
#else
int anonymous_file(const char *name) {
  (void)name;
  return -1;
}

const char *process_start_path(void) { return NULL; }
#endif
