// Breadth-first searches through a graph whose nodes hold pointers to their neighbours.
package main

type Node struct {
	id, distance int
	neighbours   []*Node
}

// search returns its queue, so that the next one takes the same memory.
func search(start *Node, queue []*Node) (int, []*Node) {
	start.distance = 0
	queue = append(queue[:0], start)
	total := 0
	for next := 0; next < len(queue); next++ {
		node := queue[next]
		total += node.distance * node.id
		for _, neighbour := range node.neighbours {
			if neighbour.distance < 0 {
				neighbour.distance = node.distance + 1
				queue = append(queue, neighbour)
			}
		}
	}
	return total, queue
}

func main() {
	count := parameter()
	rounds := parameter()
	var nodes []*Node
	for i := range count {
		nodes = append(nodes, &Node{id: i, distance: -1})
	}
	seed := uint64(3)
	for _, node := range nodes {
		for range 8 {
			seed = nextRandom(seed)
			node.neighbours = append(node.neighbours, nodes[(seed>>33)%uint64(count)])
		}
	}
	var queue []*Node
	checksum := 0
	for round := range rounds {
		for _, node := range nodes {
			node.distance = -1
		}
		var total int
		total, queue = search(nodes[round], queue)
		checksum = checksum*31 + total
	}
	result(checksum)
}
