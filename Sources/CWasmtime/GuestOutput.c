// Writing out the guest's buffered output when something ends the program from outside.

#include "GuestOutput.h"

#include "Children.h"
#include "Sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static _Atomic(uint8_t *) guest_memory;
static atomic_uint descriptor_address;
static atomic_int output_file;
static atomic_int writes_under_way;

void guest_output_set(uint8_t *memory, uint32_t descriptor, int file) {
  atomic_store(&output_file, file);
  atomic_store(&descriptor_address, descriptor);
  atomic_store(&guest_memory, memory);
}

void guest_output_begin_write(void) { atomic_fetch_add(&writes_under_way, 1); }
void guest_output_end_write(void) { atomic_fetch_sub(&writes_under_way, 1); }

void guest_output_flush(void) {
  uint8_t *memory = atomic_exchange(&guest_memory, NULL);
  if (memory == NULL || atomic_load(&writes_under_way) != 0) return;
  uint32_t descriptor[2];
  memcpy(descriptor, memory + atomic_load(&descriptor_address), sizeof descriptor);
  // Address plus fill stays within the 4 GiB and the guard that are reserved for the memory. What isn't there
  // makes the system call fail, nothing else.
  const uint8_t *bytes = memory + descriptor[0];
  size_t rest = descriptor[1];
  while (rest > 0 && (uint64_t)descriptor[0] + descriptor[1] <= UINT32_MAX) {
    ssize_t written = write(atomic_load(&output_file), bytes, rest);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    rest -= (size_t)written;
  }
}

// Both ends stay open for as long as the process lives, so that a handler never meets another file under the number.
static int signal_pipe[2] = {-1, -1};
static atomic_bool are_caught;
static atomic_uint heard;
static _Atomic(int64_t) last_interrupt;

static unsigned bit_of(int number) {
  return number == SIGHUP ? HEARD_HANG_UP : number == SIGINT ? HEARD_INTERRUPT : HEARD_TERMINATE;
}

static bool is_insistent(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t time = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
  int64_t before = atomic_exchange(&last_interrupt, time);
  return before != 0 && time - before < 1000000000;
}

// Hands a signal to the program if it hears that.
static bool tell_program(int number) {
  if (!(atomic_load(&heard) & bit_of(number)) || (number == SIGINT && is_insistent())) return false;
  int problem = errno;
  uint8_t byte = (uint8_t)number;
  // Where the pipe is full thousands are waiting.
  ssize_t written = write(signal_pipe[1], &byte, 1);
  (void)written;
  errno = problem;
  return true;
}

int guest_signals_hear(unsigned signals) {
  if (!atomic_load(&are_caught)) {
    errno = ENOTSUP;
    return -1;
  }
  if (atomic_load(&heard) != 0) {
    errno = EBUSY;
    return -1;
  }
  if (signal_pipe[0] < 0 && !new_pipe(signal_pipe)) return -1;
  uint8_t stale[64];
  while (read(signal_pipe[0], stale, sizeof stale) > 0) {
  }
  int descriptor = fcntl(signal_pipe[0], F_DUPFD_CLOEXEC, 3);
  if (descriptor >= 0) atomic_store(&heard, signals);
  return descriptor;
}

void guest_signals_stop(void) { atomic_store(&heard, 0); }

static void end_with_signal(int number) {
  if (tell_program(number)) return;
  guest_output_flush();
  // The next one doesn't wait for children.
  signal(number, SIG_DFL);
  end_children(number);
  raise(number);
}

void guest_output_catch_signals(void) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  atomic_store(&are_caught, true);
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    struct sigaction action;
    if (sigaction(numbers[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = end_with_signal;
    sigemptyset(&action.sa_mask);
    sigaction(numbers[i], &action, NULL);
  }
}
