// Binary trees: many small ones are built, counted and freed, beside one that stays.
#include "kernel.h"

typedef struct Tree {
  struct Tree *left, *right;
} Tree;

static Tree *tree_of(i64 depth) {
  Tree *tree = malloc(sizeof *tree);
  if (depth == 0) {
    tree->left = tree->right = NULL;
  } else {
    tree->left = tree_of(depth - 1);
    tree->right = tree_of(depth - 1);
  }
  return tree;
}

static i64 count(Tree *tree) {
  i64 total = 1;
  if (tree->left) total += count(tree->left);
  if (tree->right) total += count(tree->right);
  return total;
}

static void release(Tree *tree) {
  if (tree->left) release(tree->left);
  if (tree->right) release(tree->right);
  free(tree);
}

int main(void) {
  i64 depth = parameter();
  Tree *stays = tree_of(depth);
  i64 checksum = 0;
  for (i64 level = 4; level <= depth; level += 4) {
    for (i64 i = 0; i < (i64)1 << (depth - level + 4); i++) {
      Tree *tree = tree_of(level);
      checksum = checksum * 3 + count(tree);
      release(tree);
    }
  }
  result(checksum + count(stays));
  release(stays);
}
