// Binary trees: many small ones are built and counted, beside one that stays.
package main

type Tree struct{ left, right *Tree }

func treeOf(depth int) *Tree {
	if depth == 0 {
		return &Tree{}
	}
	return &Tree{treeOf(depth - 1), treeOf(depth - 1)}
}

func (t *Tree) count() int {
	total := 1
	if t.left != nil {
		total += t.left.count()
	}
	if t.right != nil {
		total += t.right.count()
	}
	return total
}

func main() {
	depth := parameter()
	stays := treeOf(depth)
	checksum := 0
	for level := 4; level <= depth; level += 4 {
		for range 1 << (depth - level + 4) {
			checksum = checksum*3 + treeOf(level).count()
		}
	}
	result(checksum + stays.count())
}
