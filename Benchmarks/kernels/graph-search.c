// Breadth-first searches through a graph whose nodes hold pointers to their neighbours.
#include "kernel.h"

typedef struct Node Node;

typedef struct {
  Node **items;
  i64 length, capacity;
} Nodes;

struct Node {
  i64 id, distance;
  Nodes neighbours;
};

static void append(Nodes *nodes, Node *node) {
  if (nodes->length == nodes->capacity) {
    nodes->capacity = nodes->capacity ? nodes->capacity * 2 : 8;
    nodes->items = realloc(nodes->items, nodes->capacity * sizeof(Node *));
  }
  nodes->items[nodes->length++] = node;
}

static i64 search(Node *start, Nodes *queue) {
  queue->length = 0;
  start->distance = 0;
  append(queue, start);
  i64 next = 0, total = 0;
  while (next < queue->length) {
    Node *node = queue->items[next++];
    total += node->distance * node->id;
    for (i64 i = 0; i < node->neighbours.length; i++) {
      Node *neighbour = node->neighbours.items[i];
      if (neighbour->distance < 0) {
        neighbour->distance = node->distance + 1;
        append(queue, neighbour);
      }
    }
  }
  return total;
}

int main(void) {
  i64 count = parameter();
  i64 rounds = parameter();
  Nodes nodes = {NULL, 0, 0};
  for (i64 i = 0; i < count; i++) {
    Node *node = malloc(sizeof *node);
    *node = (Node){i, -1, {NULL, 0, 0}};
    append(&nodes, node);
  }
  u64 seed = 3;
  for (i64 i = 0; i < count; i++) {
    for (i64 k = 0; k < 8; k++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      append(&nodes.items[i]->neighbours, nodes.items[(seed >> 33) % (u64)count]);
    }
  }
  Nodes queue = {NULL, 0, 0};
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    for (i64 i = 0; i < count; i++) nodes.items[i]->distance = -1;
    checksum = checksum * 31 + (u64)search(nodes.items[round], &queue);
  }
  result(checksum);
}
