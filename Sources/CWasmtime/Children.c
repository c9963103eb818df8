// Children: a process with threads can't fork safely, and page tables are too much to copy. On Linux they are made by
// `vfork`, because they are to end with this process even where that is killed, and `posix_spawn` has no way to say
// so; on Darwin by `posix_spawn`.

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
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "Sockets.h"

#ifdef __linux__

// The child's side of `launch`: in the memory of its parent, and on the stack of the thread that waits for it. Returns
// only if it can't become the program, with what `errno` is then.
static int become_program(const struct child_request *request, pid_t parent) {
  // Its own handlers of signals are functions that it won't have any more. Those of the C library can't be set.
  struct sigaction plain = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &plain, NULL);
  if (request->leads_group && setpgid(0, 0) != 0) return errno;
  // The kernel ends it with the thread that starts it, which is the program's and ends behind all of its children; and
  // if that was too late, the process has another parent.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (getppid() != parent) return ESRCH;
  for (int i = 0; i < 3; i++) {
    bool is_there = request->streams[i] == i;
    if (is_there ? fcntl(i, F_SETFD, 0) != 0 : dup2(request->streams[i], i) < 0) return errno;
  }
  if (request->folder >= 0 && fchdir(request->folder) != 0) return errno;
  closefrom(3);
  sigset_t none;
  sigemptyset(&none);
  if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return errno;
  execve(request->program, request->arguments, request->variables);
  return errno;
}

__attribute__((noinline)) static int launch(const struct child_request *request, pid_t *child) {
  sigset_t all, before;
  volatile int problem = 0;
  pid_t parent = getpid();
  // No handler may run in the child: it would do so in this memory.
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t number = vfork();
  if (number == 0) {
    problem = become_program(request, parent);
    _exit(127);
  }
  int failure = number < 0 ? errno : problem;
  if (number > 0 && failure) {
    while (waitpid(number, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  *child = number;
  return failure;
}

#else

static int describe_streams(posix_spawn_file_actions_t *actions, const struct child_request *request) {
  int problem = 0;
  for (int i = 0; i < 3 && !problem; i++) {
    problem = posix_spawn_file_actions_adddup2(actions, request->streams[i], i);
    if (!problem) problem = posix_spawn_file_actions_addinherit_np(actions, i);
  }
  if (!problem && request->folder >= 0) problem = posix_spawn_file_actions_addfchdir_np(actions, request->folder);
  return problem;
}

static int describe_signals(posix_spawnattr_t *attributes, const struct child_request *request) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_CLOEXEC_DEFAULT;
  if (request->leads_group) flags |= POSIX_SPAWN_SETPGROUP;
  int problem = posix_spawnattr_setsigmask(attributes, &none);
  if (!problem) problem = posix_spawnattr_setsigdefault(attributes, &all);
  if (!problem) problem = posix_spawnattr_setpgroup(attributes, 0);
  return problem ? problem : posix_spawnattr_setflags(attributes, flags);
}

static int launch(const struct child_request *request, pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
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

#endif

// Where children are ignored, their statuses are lost.
static void expect_children(void) {
  struct sigaction action;
  if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
}

int start_child(const struct child_request *request, pid_t *child) {
  expect_children();
  return launch(request, child);
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

// Whether one of them hasn't ended.
static bool children_run(void) {
  for (int i = 0; i < CHILD_ROOM; i++) {
    pid_t target = atomic_load(&noted[i]);
    siginfo_t info = {0};
    id_t child = (id_t)(target < 0 ? -target : target);
    if (child != 0 && waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0) return true;
  }
  return false;
}

void end_children(int number) {
  signal_children(number);
  struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};
  for (int i = 0; i < 100 && children_run(); i++) nanosleep(&moment, NULL);
  signal_children(SIGKILL);
}
