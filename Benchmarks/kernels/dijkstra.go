// Shortest paths by Dijkstra's algorithm, with a binary heap of its own, on a graph of slices.
package main

import "math"

type Edge struct{ to, weight int }

type Item struct{ distance, node int }

type Queue struct{ items []Item }

func (q *Queue) push(item Item) {
	at := len(q.items)
	q.items = append(q.items, item)
	for at > 0 {
		above := (at - 1) / 2
		if q.items[above].distance <= item.distance {
			break
		}
		q.items[at] = q.items[above]
		at = above
	}
	q.items[at] = item
}

func (q *Queue) pop() Item {
	length := len(q.items) - 1
	first, last := q.items[0], q.items[length]
	q.items = q.items[:length]
	if length == 0 {
		return first
	}
	at := 0
	for {
		below := at*2 + 1
		if below >= length {
			break
		}
		if below+1 < length && q.items[below+1].distance < q.items[below].distance {
			below++
		}
		if q.items[below].distance >= last.distance {
			break
		}
		q.items[at] = q.items[below]
		at = below
	}
	q.items[at] = last
	return first
}

func search(graph [][]Edge, start int, distances []int, queue *Queue) int {
	for i := range distances {
		distances[i] = math.MaxInt
	}
	distances[start] = 0
	queue.push(Item{0, start})
	sum := 0
	for len(queue.items) > 0 {
		item := queue.pop()
		if item.distance > distances[item.node] {
			continue
		}
		sum += item.distance
		for _, edge := range graph[item.node] {
			distance := item.distance + edge.weight
			if distance < distances[edge.to] {
				distances[edge.to] = distance
				queue.push(Item{distance, edge.to})
			}
		}
	}
	return sum
}

func main() {
	count := parameter()
	rounds := parameter()
	graph := make([][]Edge, count)
	seed := uint64(9)
	for i := range graph {
		for range 6 {
			seed = nextRandom(seed)
			graph[i] = append(graph[i], Edge{int((seed >> 33) % uint64(count)), int((seed>>20)%100 + 1)})
		}
	}
	distances := make([]int, count)
	queue := &Queue{}
	checksum := 0
	for round := range rounds {
		checksum = checksum*31 + search(graph, round, distances, queue)
	}
	result(checksum)
}
