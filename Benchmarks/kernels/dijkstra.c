// Shortest paths by Dijkstra's algorithm, with a binary heap of its own, on a graph of arrays.
#include "kernel.h"

typedef struct {
  i64 to, weight;
} Edge;

typedef struct {
  Edge *items;
  i64 length, capacity;
} Edges;

typedef struct {
  i64 distance, node;
} Item;

typedef struct {
  Item *items;
  i64 length, capacity;
} Queue;

static void push(Queue *queue, Item item) {
  if (queue->length == queue->capacity) {
    queue->capacity = queue->capacity ? queue->capacity * 2 : 8;
    queue->items = realloc(queue->items, queue->capacity * sizeof *queue->items);
  }
  i64 at = queue->length++;
  while (at > 0) {
    i64 above = (at - 1) / 2;
    if (queue->items[above].distance <= item.distance) break;
    queue->items[at] = queue->items[above];
    at = above;
  }
  queue->items[at] = item;
}

static Item pop(Queue *queue) {
  Item first = queue->items[0], last = queue->items[--queue->length];
  i64 length = queue->length;
  if (length == 0) return first;
  i64 at = 0;
  for (;;) {
    i64 below = at * 2 + 1;
    if (below >= length) break;
    if (below + 1 < length && queue->items[below + 1].distance < queue->items[below].distance) below++;
    if (queue->items[below].distance >= last.distance) break;
    queue->items[at] = queue->items[below];
    at = below;
  }
  queue->items[at] = last;
  return first;
}

static void append(Edges *edges, Edge edge) {
  if (edges->length == edges->capacity) {
    edges->capacity = edges->capacity ? edges->capacity * 2 : 8;
    edges->items = realloc(edges->items, edges->capacity * sizeof *edges->items);
  }
  edges->items[edges->length++] = edge;
}

static i64 search(const Edges *graph, i64 count, i64 start, i64 *distances, Queue *queue) {
  for (i64 i = 0; i < count; i++) distances[i] = INT64_MAX;
  distances[start] = 0;
  push(queue, (Item){0, start});
  i64 sum = 0;
  while (queue->length > 0) {
    Item item = pop(queue);
    if (item.distance > distances[item.node]) continue;
    sum += item.distance;
    const Edges *edges = &graph[item.node];
    for (i64 i = 0; i < edges->length; i++) {
      Edge edge = edges->items[i];
      i64 distance = item.distance + edge.weight;
      if (distance < distances[edge.to]) {
        distances[edge.to] = distance;
        push(queue, (Item){distance, edge.to});
      }
    }
  }
  return sum;
}

int main(void) {
  i64 count = parameter();
  i64 rounds = parameter();
  Edges *graph = calloc(count, sizeof *graph);
  u64 seed = 9;
  for (i64 i = 0; i < count; i++) {
    for (int k = 0; k < 6; k++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      append(&graph[i], (Edge){(i64)((seed >> 33) % (u64)count), (i64)((seed >> 20) % 100 + 1)});
    }
  }
  i64 *distances = malloc(count * sizeof *distances);
  Queue queue = {NULL, 0, 0};
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    checksum = checksum * 31 + (u64)search(graph, count, round, distances, &queue);
  }
  result(checksum);
}
