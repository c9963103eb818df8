// Quicksort of random numbers.
package main

func insertionSort(items []int) {
	for i := 1; i < len(items); i++ {
		item, j := items[i], i
		for j > 0 && items[j-1] > item {
			items[j] = items[j-1]
			j--
		}
		items[j] = item
	}
}

func sort(items []int) {
	if len(items) < 16 {
		insertionSort(items)
		return
	}
	pivot, low, high := items[len(items)/2], 0, len(items)-1
	for low <= high {
		for items[low] < pivot {
			low++
		}
		for items[high] > pivot {
			high--
		}
		if low <= high {
			items[low], items[high] = items[high], items[low]
			low++
			high--
		}
	}
	sort(items[:high+1])
	sort(items[low:])
}

func main() {
	items := make([]int, parameter())
	seed := uint64(11)
	for i := range items {
		seed = nextRandom(seed)
		items[i] = int(seed >> 20)
	}
	sort(items)
	checksum := 0
	for i, item := range items {
		checksum = checksum*31 + (item ^ i)
	}
	result(checksum)
}
