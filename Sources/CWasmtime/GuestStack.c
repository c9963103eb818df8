// Looks through the machine stack for what may be a pointer of the guest's.
//
// A pointer of the guest's is a 64-bit word, its address in the lower half. Compiled code need not keep it whole: from
// it follow the address alone, the place of its tag (address / 8 without the last bit, or address / 16), and both as
// addresses of the machine. Each word is taken for every one of these, so that whatever a later check of the pointer
// could be computed from is seen. A number that only looks like one keeps memory from being used again, no more.

#define _GNU_SOURCE
#include "GuestStack.h"

#include <pthread.h>
#include <stddef.h>

// The end of this thread's stack, which grows down from there. Null if unknown.
static const uintptr_t *stack_end(void) {
#if defined(__linux__)
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return NULL;
  void *start = NULL;
  size_t size = 0;
  int failed = pthread_attr_getstack(&attributes, &start, &size);
  pthread_attr_destroy(&attributes);
  return failed != 0 ? NULL : (const uintptr_t *)((uintptr_t)start + size);
#elif defined(__APPLE__)
  return pthread_get_stackaddr_np(pthread_self());
#else
  return NULL;
#endif
}

typedef struct {
  uint8_t *bits;
  uint32_t first;
  uint32_t length;
} marks;

static void mark(const marks *to, uint32_t address) {
  uint32_t distance = address - to->first;
  if (distance >= to->length) return;
  to->bits[distance >> 7] |= (uint8_t)(1u << (distance >> 4 & 7));
}

static void mark_word(const marks *to, uint64_t word, uint64_t memory, uint64_t tags) {
  uint32_t low = (uint32_t)word;
  mark(to, low);
  mark(to, (uint32_t)(word >> 32));
  mark(to, low << 3);
  mark(to, low << 4);
  uint64_t inMemory = word - memory;
  if (inMemory >> 32 == 0) mark(to, (uint32_t)inMemory);
  uint64_t inTags = word - tags;
  if (inTags >> 29 == 0) mark(to, (uint32_t)inTags << 3);
}

// Not inlined: its frame lies below that of its caller, which has the registers.
__attribute__((noinline)) static bool mark_from(
  const marks *to, const uintptr_t *at, const uint8_t *memory, const uint8_t *tags) {
  const uintptr_t *end = stack_end();
  if (end == NULL || end < at) return false;
  for (; at < end; at++) mark_word(to, (uint64_t)*at, (uint64_t)(uintptr_t)memory, (uint64_t)(uintptr_t)tags);
  return true;
}

bool guest_stack_mark(uint8_t *bits, uint32_t first, uint32_t end, const uint8_t *memory, const uint8_t *tags) {
  // Registers that calls preserve may still be the guest's: this puts them all into this function's frame.
  __builtin_unwind_init();
  marks to = {bits, first, end - first};
  const uintptr_t *here = (const uintptr_t *)((uintptr_t)__builtin_frame_address(0) & ~(uintptr_t)15);
  // The registers lie below the frame's address.
  const uintptr_t *low = (const uintptr_t *)((uintptr_t)&to & ~(uintptr_t)15);
  return mark_from(&to, low < here ? low : here, memory, tags);
}
