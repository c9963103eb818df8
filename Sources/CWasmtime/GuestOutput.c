// Writing out the guest's buffered output when something ends the program from outside.

#include "GuestOutput.h"

#include "Children.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
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

static void end_with_signal(int number) {
  guest_output_flush();
  signal_children(number);
  signal(number, SIG_DFL);
  raise(number);
}

void guest_output_catch_signals(void) {
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    struct sigaction action;
    if (sigaction(numbers[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = end_with_signal;
    sigemptyset(&action.sa_mask);
    sigaction(numbers[i], &action, NULL);
  }
}
