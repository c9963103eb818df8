// The guest's output that it has not yet written, kept where a signal handler can reach it.
//
// Signals belong to the whole process, so this is the one piece of process-wide state of the runtime: the memory
// of the program that is running in the foreground.

#ifndef GUEST_OUTPUT_H
#define GUEST_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

// Names the running program's memory (null: none), where in it the output buffer's descriptor lies, and the file
// that its standard output is. The memory must not move while it is named.
void guest_output_set(uint8_t *memory, uint32_t descriptor, int file);

// Called by the host around its own writes of the guest's output: while one is under way, nobody else writes
// the buffer, whose bytes may be half out.
void guest_output_begin_write(void);
void guest_output_end_write(void);

// Writes what is waiting, once. Safe in signal handlers.
void guest_output_flush(void);

// From now on SIGINT, SIGTERM and SIGHUP write what is waiting, reach the children too, and then end the process as
// they would have. A signal that the process was told to ignore stays ignored.
void guest_output_catch_signals(void);

// The signals that a program can hear, as bits: the others end the process.
enum { HEARD_HANG_UP = 1, HEARD_INTERRUPT = 2, HEARD_TERMINATE = 4 };

// From now on these signals don't end the process, but are bytes that a new descriptor gives, which never blocks: 1 for a
// hang-up, 2 for an interrupt, 15 for termination. Two interrupts within a second end it anyway. Negative with `errno` on
// failure: where signals aren't caught, `ENOTSUP`; where they are heard already, `EBUSY`.
int guest_signals_hear(unsigned signals);

// No signals are heard any more.
void guest_signals_stop(void);

#endif
