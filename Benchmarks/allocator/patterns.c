// The patterns of patterns.zong, line by line.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { int64_t a, b, c, d; };
struct tree { struct tree *left, *right; };

static uint64_t state = 88172645463325252u;

static int64_t randomly(int64_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (int64_t)(state >> 33) % below;
}

// Keeps the compiler from doing away with an allocation.
static void *made(void *block) {
  __asm__ volatile("" : "+r"(block) : : "memory");
  return block;
}

static struct node *new_node(int64_t a, int64_t b, int64_t c, int64_t d) {
  struct node *node = made(malloc(sizeof *node));
  *node = (struct node){a, b, c, d};
  return made(node);
}

static int64_t pair(int64_t count) {
  int64_t sum = 0;
  for (int64_t i = 0; i < count; i++) {
    struct node *node = new_node(i, i, i, i);
    sum += node->a;
    free(node);
  }
  return sum;
}

static int64_t batch(int64_t count) {
  struct node **nodes = malloc(1000 * sizeof *nodes);
  int64_t sum = 0;
  for (int64_t i = 0; i < count / 1000; i++) {
    for (int64_t j = 0; j < 1000; j++) nodes[j] = new_node(i, j, i, j);
    for (int64_t j = 0; j < 1000; j++) {
      sum += nodes[j]->b;
      free(nodes[j]);
    }
  }
  return sum;
}

static struct tree *grown(int64_t depth) {
  struct tree *tree = NULL;
  struct tree *left = depth == 0 ? NULL : grown(depth - 1);
  struct tree *right = depth == 0 ? NULL : grown(depth - 1);
  tree = made(malloc(sizeof *tree));
  tree->left = left;
  tree->right = right;
  return tree;
}

static int64_t felled(struct tree *tree) {
  int64_t count = 1;
  if (tree->left != NULL) count += felled(tree->left);
  if (tree->right != NULL) count += felled(tree->right);
  free(tree);
  return count;
}

static int64_t trees(int64_t count) {
  int64_t sum = 0;
  for (int64_t i = 0; i < count / 32767; i++) sum += felled(grown(14));
  return sum;
}

static int64_t replace(int64_t count, int64_t held, int64_t least, int64_t range) {
  uint8_t **blocks = calloc((size_t)held, sizeof *blocks);
  int64_t sum = 0;
  for (int64_t i = 0; i < count; i++) {
    int64_t index = randomly(held);
    free(blocks[index]);
    int64_t size = least + randomly(range);
    uint8_t *block = made(malloc((size_t)size));
    block[0] = 1;
    blocks[index] = block;
    sum += size;
  }
  for (int64_t i = 0; i < held; i++) free(blocks[i]);
  return sum;
}

static int64_t grow(int64_t count) {
  int64_t sum = 0;
  for (int64_t i = 0; i < count / 10000; i++) {
    int64_t *list = NULL, length = 0, capacity = 0;
    for (int64_t j = 0; j < 10000; j++) {
      if (length == capacity) {
        capacity = capacity == 0 ? 4 : capacity * 2;
        list = made(realloc(list, (size_t)capacity * sizeof *list));
      }
      list[length++] = j;
    }
    sum += list[i % 10000];
    free(list);
  }
  return sum;
}

int main(int argc, char **argv) {
  if (argc < 3) return 1;
  int64_t count = atoll(argv[2]), result = 0;
  if (strcmp(argv[1], "pair") == 0) result = pair(count);
  if (strcmp(argv[1], "batch") == 0) result = batch(count);
  if (strcmp(argv[1], "trees") == 0) result = trees(count);
  if (strcmp(argv[1], "mixed") == 0) result = replace(count, 1000, 16, 1000);
  if (strcmp(argv[1], "large") == 0) result = replace(count, 64, 20000, 200000);
  if (strcmp(argv[1], "grow") == 0) result = grow(count);
  printf("%lld\n", (long long)result);
  return 0;
}
