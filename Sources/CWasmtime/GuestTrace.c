// Walks the guest's frames when compiled code traps.

#define _GNU_SOURCE
#define _XOPEN_SOURCE 700
#include "GuestTrace.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <ucontext.h>

// A frame longer than this is a damaged chain of frame pointers.
#define FRAME_LIMIT ((uintptr_t)64 << 20)

static const int trap_signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS};
#define TRAP_SIGNAL_COUNT (sizeof trap_signals / sizeof trap_signals[0])

// The handlers that were there before: Wasmtime's. Written once, before any guest runs.
static struct sigaction previous[TRAP_SIGNAL_COUNT];

static __thread guest_trace *current;

void guest_trace_record(guest_trace *trace) { current = trace; }

// The trapped instruction and the frame pointer. False on systems where they aren't known.
static bool registers(const ucontext_t *context, uintptr_t *address, uintptr_t *frame) {
#if defined(__linux__) && defined(__x86_64__)
  *address = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
  *frame = (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
  return true;
#elif defined(__linux__) && defined(__aarch64__)
  *address = (uintptr_t)context->uc_mcontext.pc;
  *frame = (uintptr_t)context->uc_mcontext.regs[29];
  return true;
#elif defined(__APPLE__) && defined(__x86_64__)
  *address = (uintptr_t)context->uc_mcontext->__ss.__rip;
  *frame = (uintptr_t)context->uc_mcontext->__ss.__rbp;
  return true;
#elif defined(__APPLE__) && defined(__aarch64__)
  *address = (uintptr_t)context->uc_mcontext->__ss.__pc;
  *frame = (uintptr_t)context->uc_mcontext->__ss.__fp;
  return true;
#else
  (void)context, (void)address, (void)frame;
  return false;
#endif
}

static bool is_inside(const guest_trace *trace, uintptr_t address) {
  return address >= trace->image_start && address < trace->image_end;
}

static void record(guest_trace *trace, uintptr_t address) {
  if (trace->count < GUEST_TRACE_ENDS) trace->innermost[trace->count] = address;
  trace->outermost[trace->count % GUEST_TRACE_ENDS] = address;
  trace->count++;
}

static void walk(guest_trace *trace, const ucontext_t *context) {
  uintptr_t address, frame;
  if (!registers(context, &address, &frame) || !is_inside(trace, address)) return;
  trace->count = 0;
  record(trace, address);
  while (frame != 0 && frame % sizeof(uintptr_t) == 0) {
    // A frame begins with the caller's frame pointer and the address to return to.
    uintptr_t next = ((const uintptr_t *)frame)[0];
    uintptr_t caller = ((const uintptr_t *)frame)[1];
    if (!is_inside(trace, caller)) return;
    record(trace, caller - 1);
    if (next <= frame || next - frame > FRAME_LIMIT) return;
    frame = next;
  }
}

static void handle(int number, siginfo_t *information, void *context) {
  if (current != NULL) walk(current, context);
  for (size_t i = 0; i < TRAP_SIGNAL_COUNT; i++) {
    if (trap_signals[i] != number) continue;
    if (previous[i].sa_flags & SA_SIGINFO) {
      previous[i].sa_sigaction(number, information, context);
    } else {
      // Nobody's trap: let the instruction fault again without this handler.
      sigaction(number, &previous[i], NULL);
    }
  }
}

static void install(void) {
  for (size_t i = 0; i < TRAP_SIGNAL_COUNT; i++) {
    sigaction(trap_signals[i], NULL, &previous[i]);
    // Wasmtime doesn't handle every one of them on every system.
    if (!(previous[i].sa_flags & SA_SIGINFO)) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    sigaction(trap_signals[i], &action, NULL);
  }
}

void guest_trace_install(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
}
