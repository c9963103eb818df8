// The sieve of Eratosthenes.
#include "kernel.h"

static i64 primes(i64 limit) {
  bool *composite = calloc(limit + 1, 1);
  i64 count = 0;
  for (i64 i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    count++;
    for (i64 multiple = i * i; multiple <= limit; multiple += i) composite[multiple] = true;
  }
  free(composite);
  return count;
}

int main(void) {
  i64 limit = parameter();
  i64 rounds = parameter();
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) checksum = checksum * 31 + (u64)primes(limit - round);
  result(checksum);
}
