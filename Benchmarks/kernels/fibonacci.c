// Fibonacci numbers by plain recursion: the cost of calls.
#include "kernel.h"

static i64 fibonacci(i64 n) {
  if (n < 2) return n;
  return fibonacci(n - 1) + fibonacci(n - 2);
}

int main(void) { result(fibonacci(parameter())); }
