// The lines of a file by stdio's getline.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
  if (!file) return 1;
  char *line = NULL;
  size_t room = 0;
  long count = 0, bytes = 0, longest = 0;
  for (;;) {
    ssize_t length = getline(&line, &room, file);
    if (length < 0) break;
    if (line[length - 1] == '\n') length--;
    count++;
    bytes += length;
    if (length > longest) longest = length;
  }
  printf("%ld %ld %ld\n", count, bytes, longest);
  free(line);
  return fclose(file);
}
