// The words of the machine stack, for the guest's sweep: which parts of its memory they may lead to.
//
// A guest whose memory has been used so often that its tags are used up asks which of it no pointer leads to any more.
// Its own memory it reads itself; what compiled code holds in registers and on the stack only the host can see.

#ifndef GUEST_STACK_H
#define GUEST_STACK_H

#include <stdbool.h>
#include <stdint.h>

// Sets a bit in `bits` for each granule (16 bytes) of the guest's addresses `first` to `end` that any word on this
// thread's stack, or in a register that the host's code has kept, may lead to. `memory` and `tags` are where the
// guest's memory and its tags (2 bytes for each granule) begin. False if the stack's bounds aren't known; then
// nothing is set.
bool guest_stack_mark(uint8_t *bits, uint32_t first, uint32_t end, const uint8_t *memory, const uint8_t *tags);

#endif
