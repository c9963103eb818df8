// Calls of the system that Swift doesn't see.

#ifndef SYSTEM_CALLS_H
#define SYSTEM_CALLS_H

#include <stddef.h>

// Opens a new, empty file without a place in the file system. `name` only shows in the system's listings.
// Negative on failure, and where there is no such thing.
int anonymous_file(const char *name);

// The path that the process was started by, as it was given to the system. Null if unknown.
const char *process_start_path(void);

// The arguments that the process was started with, the last one followed by null. Swift's own list of them comes
// from /proc and is empty where that isn't there. Null if unknown.
const char *const *process_arguments(void);

// Prepares the allocator of a process that does one large task and ends: freed memory is kept for the next allocation
// rather than given back to the system, which would have to clear it again.
void prepare_heap(void);

// Lets other threads go before this one where there are too few cores for all.
void give_way(void);

// How many cores this process may run on; 0 if the system doesn't say.
int usable_cores(void);

// Opens the folder `name` in another one, only to go on from it: nobody need be allowed to list it. Not through a link.
// Negative on failure.
int open_folder_on_the_way(int folder, const char *name);

// From now on writing where nobody reads is an error on this thread, and no signal.
void hold_broken_pipe(void);

// The signal for such a write after all: it ends the process, unless that ignores it.
void deliver_broken_pipe(void);

#endif
