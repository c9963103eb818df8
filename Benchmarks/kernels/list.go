// A linked list is walked again and again: its nodes in the order of memory, or shuffled.
package main

type Node struct {
	value int
	next  *Node
}

func shuffle(nodes []*Node) {
	seed := uint64(42)
	for i := len(nodes) - 1; i > 0; i-- {
		seed = nextRandom(seed)
		j := (seed >> 33) % uint64(i+1)
		nodes[i], nodes[j] = nodes[j], nodes[i]
	}
}

func sum(list *Node) int {
	total := 0
	for node := list; node != nil; node = node.next {
		total += node.value
	}
	return total
}

// accumulate lets every value grow by the one before it.
func accumulate(list *Node) {
	before := 0
	for node := list; node != nil; node = node.next {
		node.value += before & 0xFFFF
		before = node.value
	}
}

func main() {
	count := parameter()
	rounds := parameter()
	shuffled := parameter() == 1
	nodes := make([]*Node, count)
	for i := range nodes {
		nodes[i] = &Node{value: i}
	}
	if shuffled {
		shuffle(nodes)
	}
	for i := 1; i < count; i++ {
		nodes[i-1].next = nodes[i]
	}
	checksum := 0
	for round := range rounds {
		if round%8 == 7 {
			accumulate(nodes[0])
		}
		checksum = checksum*31 + sum(nodes[0])
	}
	result(checksum)
}
