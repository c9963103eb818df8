// Calls of the system that Swift doesn't see: those that the C library hides behind _GNU_SOURCE.

#define _GNU_SOURCE
#include "SystemCalls.h"

#include <fcntl.h>
#include <stddef.h>

#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

int open_folder_on_the_way(int folder, const char *name) {
  return openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

#ifdef __linux__
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>

int anonymous_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int usable_cores(void) {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 0;
}

const char *process_start_path(void) { return (const char *)getauxval(AT_EXECFN); }

static const char *const *arguments;

// The dynamic loader hands these to constructors too.
__attribute__((constructor)) static void keep_arguments(int count, const char *const *values) {
  (void)count;
  arguments = values;
}

const char *const *process_arguments(void) { return arguments; }
#else
int anonymous_file(const char *name) {
  (void)name;
  return -1;
}

int usable_cores(void) { return 0; }

const char *process_start_path(void) { return NULL; }

const char *const *process_arguments(void) { return NULL; }
#endif

#ifdef __GLIBC__
#include <malloc.h>

void prepare_heap(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  // Each thread has an arena of its own, so that none waits for another. With this much it comes whole; it would grow
  // page by page otherwise, with a system call each time. Address space only: pages are used as they are touched.
  mallopt(M_TOP_PAD, 1 << 26);
}
#else
void prepare_heap(void) {}
#endif

#include <pthread.h>
#include <signal.h>

static void mask_broken_pipe(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(how, &signals, NULL);
}

void hold_broken_pipe(void) { mask_broken_pipe(SIG_BLOCK); }

void deliver_broken_pipe(void) {
  mask_broken_pipe(SIG_UNBLOCK);
  mask_broken_pipe(SIG_BLOCK);
}

#include <sys/resource.h>

void give_way(void) {
#ifdef __linux__
  // On Linux priorities are those of threads.
  setpriority(PRIO_PROCESS, 0, 19);
#endif
}
