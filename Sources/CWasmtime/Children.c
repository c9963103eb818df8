// Children by `posix_spawn`: a process with threads can't fork safely, and glibc's doesn't copy page tables.

#define _GNU_SOURCE
#include "Children.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/syscall.h>
#endif

#include "Sockets.h"

static int describe_streams(posix_spawn_file_actions_t *actions, const struct child_request *request) {
  int problem = 0;
  for (int i = 0; i < 3 && !problem; i++) {
    problem = posix_spawn_file_actions_adddup2(actions, request->streams[i], i);
#ifdef __APPLE__
    if (!problem) problem = posix_spawn_file_actions_addinherit_np(actions, i);
#endif
  }
  if (!problem && request->folder >= 0) problem = posix_spawn_file_actions_addfchdir_np(actions, request->folder);
#ifdef __linux__
  if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
  return problem;
}

static int describe_signals(posix_spawnattr_t *attributes, const struct child_request *request) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef __APPLE__
  flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
  if (request->leads_group) flags |= POSIX_SPAWN_SETPGROUP;
  int problem = posix_spawnattr_setsigmask(attributes, &none);
  if (!problem) problem = posix_spawnattr_setsigdefault(attributes, &all);
  if (!problem) problem = posix_spawnattr_setpgroup(attributes, 0);
  return problem ? problem : posix_spawnattr_setflags(attributes, flags);
}

// Where children are ignored, their statuses are lost.
static void expect_children(void) {
  struct sigaction action;
  if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
}

int start_child(const struct child_request *request, pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  expect_children();
  int problem = posix_spawn_file_actions_init(&actions);
  if (problem) return problem;
  problem = posix_spawnattr_init(&attributes);
  if (!problem) {
    problem = describe_streams(&actions, request);
    if (!problem) problem = describe_signals(&attributes, request);
    if (!problem) {
      problem = posix_spawn(child, request->program, &actions, &attributes, request->arguments, request->variables);
    }
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return problem;
}

// Waits for the child and closes the pipe's end, so that the other one can be read.
static void *watch_child(void *value) {
  int *task = value;
  siginfo_t info;
  while (waitid(P_PID, (id_t)task[0], &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  close(task[1]);
  free(task);
  return NULL;
}

int child_end_descriptor_by_thread(pid_t child) {
  int ends[2];
  int *task = malloc(2 * sizeof *task);
  if (!task) return -1;
  if (!new_pipe(ends)) {
    free(task);
    return -1;
  }
  task[0] = child;
  task[1] = ends[1];
  pthread_t thread;
  // It has no use for signals: those are for the threads that know about them.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int problem = pthread_create(&thread, NULL, watch_child, task);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (problem) {
    close(ends[0]);
    close(ends[1]);
    free(task);
    errno = problem;
    return -1;
  }
  pthread_detach(thread);
  return ends[0];
}

int child_end_descriptor(pid_t child) {
#ifdef SYS_pidfd_open
  long descriptor = syscall(SYS_pidfd_open, child, 0);
  if (descriptor >= 0) return (int)descriptor;
#endif
  return child_end_descriptor_by_thread(child);
}

int reap_child(pid_t child, bool waits, int *status, bool *is_signal) {
  int raw = 0;
  pid_t found;
  do {
    found = waitpid(child, &raw, waits ? 0 : WNOHANG);
  } while (found < 0 && errno == EINTR);
  if (found <= 0) return found;
  *is_signal = WIFSIGNALED(raw);
  *status = WIFSIGNALED(raw) ? WTERMSIG(raw) : WEXITSTATUS(raw);
  return 1;
}

static _Atomic pid_t noted[CHILD_ROOM];

void note_child(pid_t target) {
  for (int i = 0; i < CHILD_ROOM; i++) {
    pid_t none = 0;
    if (atomic_compare_exchange_strong(&noted[i], &none, target)) return;
  }
}

void forget_child(pid_t target) {
  for (int i = 0; i < CHILD_ROOM; i++) {
    pid_t known = target;
    if (atomic_compare_exchange_strong(&noted[i], &known, 0)) return;
  }
}

void signal_children(int number) {
  for (int i = 0; i < CHILD_ROOM; i++) {
    pid_t target = atomic_load(&noted[i]);
    if (target != 0) kill(target, number);
  }
}
