// A red-black tree with parent pointers: keys are inserted, looked up, and walked in order.
package main

type Node struct {
	key, count          int
	red                 bool
	left, right, parent *Node
}

type Tree struct {
	root   *Node
	length int
}

// successor is the node with the next key.
func (n *Node) successor() *Node {
	if n.right != nil {
		n = n.right
		for n.left != nil {
			n = n.left
		}
		return n
	}
	parent := n.parent
	for parent != nil && parent.right == n {
		n, parent = parent, parent.parent
	}
	return parent
}

// replace puts a node into the place of another, below its parent.
func (t *Tree) replace(node, with *Node) {
	with.parent = node.parent
	if node.parent == nil {
		t.root = with
	} else if node.parent.left == node {
		node.parent.left = with
	} else {
		node.parent.right = with
	}
}

func (t *Tree) rotateLeft(node *Node) {
	pivot := node.right
	node.right = pivot.left
	if pivot.left != nil {
		pivot.left.parent = node
	}
	t.replace(node, pivot)
	pivot.left = node
	node.parent = pivot
}

func (t *Tree) rotateRight(node *Node) {
	pivot := node.left
	node.left = pivot.right
	if pivot.right != nil {
		pivot.right.parent = node
	}
	t.replace(node, pivot)
	pivot.right = node
	node.parent = pivot
}

// balance restores the colours on the way up from a red node.
func (t *Tree) balance(node *Node) {
	for node.parent != nil && node.parent.red {
		parent, grand := node.parent, node.parent.parent
		parentIsLeft := grand.left == parent
		uncle := grand.left
		if parentIsLeft {
			uncle = grand.right
		}
		if uncle != nil && uncle.red {
			parent.red, uncle.red = false, false
			grand.red = true
			node = grand
			continue
		}
		if parentIsLeft {
			if parent.right == node {
				t.rotateLeft(parent)
				parent = grand.left
			}
			t.rotateRight(grand)
		} else {
			if parent.left == node {
				t.rotateRight(parent)
				parent = grand.right
			}
			t.rotateLeft(grand)
		}
		parent.red = false
		grand.red = true
		break
	}
	t.root.red = false
}

func (t *Tree) insert(key int) {
	var parent *Node
	for at := t.root; at != nil; {
		if at.key == key {
			at.count++
			return
		}
		parent = at
		if key < at.key {
			at = at.left
		} else {
			at = at.right
		}
	}
	node := &Node{key: key, count: 1, red: true, parent: parent}
	t.length++
	if parent == nil {
		t.root = node
	} else if key < parent.key {
		parent.left = node
	} else {
		parent.right = node
	}
	t.balance(node)
}

func (t *Tree) find(key int) *Node {
	node := t.root
	for node != nil && node.key != key {
		if key < node.key {
			node = node.left
		} else {
			node = node.right
		}
	}
	return node
}

func main() {
	count := parameter()
	rounds := parameter()
	tree := &Tree{}
	seed := uint64(1)
	for range count {
		seed = nextRandom(seed)
		tree.insert(int((seed >> 33) % uint64(count*2)))
	}
	checksum := tree.length
	for range rounds {
		for key := range count {
			if node := tree.find(key * 2); node != nil {
				checksum += node.count * key
			}
		}
		at := tree.root
		for at != nil && at.left != nil {
			at = at.left
		}
		for ; at != nil; at = at.successor() {
			checksum = checksum*31 + at.key
		}
	}
	result(checksum)
}
