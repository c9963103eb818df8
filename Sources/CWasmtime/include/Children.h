// Children of the process: how they are started, ended and waited for, in the ways that Linux and Darwin have for it.

#ifndef CHILDREN_H
#define CHILDREN_H

#include <stdbool.h>
#include <sys/types.h>

// The most children that are ended with the process when a signal or the time limit ends it.
#define CHILD_ROOM 1024

struct child_request {
  // The executable's path.
  const char *program;
  // Ended by null: the arguments, its name first, and the variables.
  char *const *arguments;
  char *const *variables;
  // The folder that it works in; -1 for the process's own.
  int folder;
  // What its descriptors 0 to 2 are.
  int streams[3];
  // It leads a process group of its own, so that what it starts itself can be ended with it, and the terminal's
  // interrupts don't reach it.
  bool leads_group;
};

// Starts a child. It has no descriptors but its three, no handlers of signals and none blocked. On Linux it is killed
// when the thread that starts it ends, by whatever way. Returns 0 and its number, or what `errno` would be.
int start_child(const struct child_request *request, pid_t *child);

// A descriptor that can be read when the child has ended, until it is reaped too; negative with `errno` on failure.
int child_end_descriptor(pid_t child);

// The same by a thread that waits, where the system has no such descriptors.
int child_end_descriptor_by_thread(pid_t child);

// Takes the status of a child that has ended, after which its number means nothing any more. 1 if it had, 0 if it runs,
// negative with `errno` on failure. `waits`: until it has ended.
int reap_child(pid_t child, bool waits, int *status, bool *is_signal);

// What `kill` is told to reach a child, and what it has started if it leads a group, keeps for `signal_children`.
void note_child(pid_t target);
void forget_child(pid_t target);

// Sends a signal to all children that are noted. Safe in signal handlers.
void signal_children(int number);

// The same, and kills what of them is left after a second.
void end_children(int number);

#endif
