// What every kernel in C shares: reading its parameters, and short names of types.
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int64_t i64;
typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;

// The next parameter: standard input has one a line.
static i64 parameter(void) {
  i64 value = 0;
  for (int c = getchar(); c != EOF && c != '\n'; c = getchar()) {
    if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
  }
  return value;
}

static void result(i64 checksum) { printf("%" PRId64 "\n", checksum); }
