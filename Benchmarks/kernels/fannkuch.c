// Fannkuch: the most reversals of prefixes that bring a permutation's 0 to the front.
#include "kernel.h"

int main(void) {
  i64 size = parameter();
  i64 *permutation = malloc(size * sizeof(i64)), *copy = malloc(size * sizeof(i64)), *count = calloc(size, sizeof(i64));
  for (i64 i = 0; i < size; i++) permutation[i] = i;
  i64 checksum = 0, most = 0, number = 0, rest = size;
  for (;;) {
    for (; rest > 1; rest--) count[rest - 1] = rest;
    for (i64 i = 0; i < size; i++) copy[i] = permutation[i];
    i64 flips = 0;
    for (i64 first = copy[0]; first != 0; first = copy[0]) {
      for (i64 low = 0, high = first; low < high; low++, high--) {
        i64 item = copy[low];
        copy[low] = copy[high];
        copy[high] = item;
      }
      flips++;
    }
    if (flips > most) most = flips;
    checksum += number % 2 == 0 ? flips : -flips;
    number++;
    for (;; rest++) {
      if (rest == size) {
        result(checksum * 100 + most);
        return 0;
      }
      i64 first = permutation[0];
      for (i64 i = 0; i < rest; i++) permutation[i] = permutation[i + 1];
      permutation[rest] = first;
      if (--count[rest] > 0) break;
    }
  }
}
