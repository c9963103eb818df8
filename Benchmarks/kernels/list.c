// A linked list is walked again and again: its nodes in the order of memory, or shuffled.
#include "kernel.h"

typedef struct Node {
  i64 value;
  struct Node *next;
} Node;

static void shuffle(Node **nodes, i64 count) {
  u64 seed = 42;
  for (i64 i = count - 1; i > 0; i--) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    i64 j = (i64)((seed >> 33) % (u64)(i + 1));
    Node *other = nodes[j];
    nodes[j] = nodes[i];
    nodes[i] = other;
  }
}

static i64 sum(Node *list) {
  i64 total = 0;
  for (Node *node = list; node; node = node->next) total += node->value;
  return total;
}

// Every value grows by the one before it.
static void accumulate(Node *list) {
  i64 before = 0;
  for (Node *node = list; node; node = node->next) {
    node->value = node->value + (before & 0xFFFF);
    before = node->value;
  }
}

int main(void) {
  i64 count = parameter();
  i64 rounds = parameter();
  bool shuffled = parameter() == 1;
  Node **nodes = malloc(count * sizeof *nodes);
  for (i64 i = 0; i < count; i++) {
    nodes[i] = malloc(sizeof(Node));
    *nodes[i] = (Node){i, NULL};
  }
  if (shuffled) shuffle(nodes, count);
  for (i64 i = 1; i < count; i++) nodes[i - 1]->next = nodes[i];
  i64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    if (round % 8 == 7) accumulate(nodes[0]);
    checksum = (i64)((u64)checksum * 31 + (u64)sum(nodes[0]));
  }
  result(checksum);
  for (i64 i = 0; i < count; i++) free(nodes[i]);
  free(nodes);
}
