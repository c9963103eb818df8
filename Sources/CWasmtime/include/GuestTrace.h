// The calls under way when compiled code traps, however many there are.
//
// Wasmtime keeps the innermost twenty. These functions walk the guest's frame pointers when the trap's signal
// arrives, before Wasmtime's own handler unwinds them, and keep both ends.

#ifndef GUEST_TRACE_H
#define GUEST_TRACE_H

#include <stddef.h>
#include <stdint.h>

enum { GUEST_TRACE_ENDS = 32 };

// A trace: addresses within the compiled code, innermost first. Each is the trapped instruction's or lies within
// a call.
typedef struct {
  // The compiled code that belongs to the guest.
  uintptr_t image_start;
  uintptr_t image_end;
  // How many calls there were.
  size_t count;
  // The first calls, as many as there were and fit.
  uintptr_t innermost[GUEST_TRACE_ENDS];
  // The last calls: call number i is at i % GUEST_TRACE_ENDS.
  uintptr_t outermost[GUEST_TRACE_ENDS];
} guest_trace;

// Puts the walking handlers before Wasmtime's. Call it after the first engine was made, which installs those.
void guest_trace_install(void);

// From now on traps of this thread are recorded in `trace`, whose image is set; null ends that.
void guest_trace_record(guest_trace *trace);

#endif
