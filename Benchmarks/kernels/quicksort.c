// Quicksort of random numbers.
#include "kernel.h"

static void sort(i64 *items, i64 length) {
  if (length < 16) {
    for (i64 i = 1; i < length; i++) {
      i64 item = items[i], j = i;
      while (j > 0 && items[j - 1] > item) {
        items[j] = items[j - 1];
        j--;
      }
      items[j] = item;
    }
    return;
  }
  i64 pivot = items[length / 2], low = 0, high = length - 1;
  while (low <= high) {
    while (items[low] < pivot) low++;
    while (items[high] > pivot) high--;
    if (low <= high) {
      i64 item = items[low];
      items[low] = items[high];
      items[high] = item;
      low++;
      high--;
    }
  }
  sort(items, high + 1);
  sort(items + low, length - low);
}

int main(void) {
  i64 count = parameter();
  i64 *items = malloc(count * sizeof *items);
  u64 seed = 11;
  for (i64 i = 0; i < count; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    items[i] = (i64)(seed >> 20);
  }
  sort(items, count);
  u64 checksum = 0;
  for (i64 i = 0; i < count; i++) checksum = checksum * 31 + (u64)(items[i] ^ i);
  result(checksum);
  free(items);
}
