// Prints numbers, a line each, by stdio.

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 0;
  for (long i = 0; i < count; i++) printf("line %ld\n", i);
  return 0;
}
