// A red-black tree with parent pointers: keys are inserted, looked up, and walked in order.
#include "kernel.h"

typedef struct Node {
  i64 key, count;
  bool red;
  struct Node *left, *right, *parent;
} Node;

typedef struct {
  Node *root;
  i64 length;
} Tree;

// The node with the next key.
static Node *successor(Node *node) {
  if (node->right) {
    node = node->right;
    while (node->left) node = node->left;
    return node;
  }
  Node *parent = node->parent;
  while (parent && parent->right == node) {
    node = parent;
    parent = parent->parent;
  }
  return parent;
}

// Puts `pivot` into the place of `node`, below its parent.
static void replace(Tree *tree, Node *node, Node *with) {
  with->parent = node->parent;
  if (!node->parent) {
    tree->root = with;
  } else if (node->parent->left == node) {
    node->parent->left = with;
  } else {
    node->parent->right = with;
  }
}

static void rotate_left(Tree *tree, Node *node) {
  Node *pivot = node->right;
  node->right = pivot->left;
  if (pivot->left) pivot->left->parent = node;
  replace(tree, node, pivot);
  pivot->left = node;
  node->parent = pivot;
}

static void rotate_right(Tree *tree, Node *node) {
  Node *pivot = node->left;
  node->left = pivot->right;
  if (pivot->right) pivot->right->parent = node;
  replace(tree, node, pivot);
  pivot->right = node;
  node->parent = pivot;
}

// Restores the colours on the way up from a red node.
static void balance(Tree *tree, Node *node) {
  while (node->parent && node->parent->red) {
    Node *parent = node->parent, *grand = parent->parent;
    bool parent_is_left = grand->left == parent;
    Node *uncle = parent_is_left ? grand->right : grand->left;
    if (uncle && uncle->red) {
      parent->red = uncle->red = false;
      grand->red = true;
      node = grand;
      continue;
    }
    if (parent_is_left) {
      if (parent->right == node) {
        rotate_left(tree, parent);
        parent = grand->left;
      }
      rotate_right(tree, grand);
    } else {
      if (parent->left == node) {
        rotate_right(tree, parent);
        parent = grand->right;
      }
      rotate_left(tree, grand);
    }
    parent->red = false;
    grand->red = true;
    break;
  }
  tree->root->red = false;
}

static void insert(Tree *tree, i64 key) {
  Node *parent = NULL, *at = tree->root;
  while (at) {
    if (at->key == key) {
      at->count++;
      return;
    }
    parent = at;
    at = key < at->key ? at->left : at->right;
  }
  Node *node = malloc(sizeof *node);
  *node = (Node){key, 1, true, NULL, NULL, parent};
  tree->length++;
  if (!parent) {
    tree->root = node;
  } else if (key < parent->key) {
    parent->left = node;
  } else {
    parent->right = node;
  }
  balance(tree, node);
}

static Node *find(Tree *tree, i64 key) {
  Node *node = tree->root;
  while (node && node->key != key) node = key < node->key ? node->left : node->right;
  return node;
}

static void release(Node *node) {
  if (!node) return;
  release(node->left);
  release(node->right);
  free(node);
}

int main(void) {
  i64 count = parameter();
  i64 rounds = parameter();
  Tree tree = {NULL, 0};
  u64 seed = 1;
  for (i64 i = 0; i < count; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    insert(&tree, (i64)((seed >> 33) % (u64)(count * 2)));
  }
  u64 checksum = tree.length;
  for (i64 round = 0; round < rounds; round++) {
    for (i64 key = 0; key < count; key++) {
      Node *node = find(&tree, key * 2);
      if (node) checksum += node->count * key;
    }
    Node *at = tree.root;
    while (at && at->left) at = at->left;
    for (; at; at = successor(at)) checksum = checksum * 31 + (u64)at->key;
  }
  result(checksum);
  release(tree.root);
}
