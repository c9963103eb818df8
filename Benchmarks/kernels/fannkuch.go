// Fannkuch: the most reversals of prefixes that bring a permutation's 0 to the front.
package main

func main() {
	size := parameter()
	permutation, other, count := make([]int, size), make([]int, size), make([]int, size)
	for i := range permutation {
		permutation[i] = i
	}
	checksum, most, number, rest := 0, 0, 0, size
	for {
		for ; rest > 1; rest-- {
			count[rest-1] = rest
		}
		copy(other, permutation)
		flips := 0
		for first := other[0]; first != 0; first = other[0] {
			for low, high := 0, first; low < high; low, high = low+1, high-1 {
				other[low], other[high] = other[high], other[low]
			}
			flips++
		}
		most = max(most, flips)
		if number%2 == 0 {
			checksum += flips
		} else {
			checksum -= flips
		}
		number++
		for ; ; rest++ {
			if rest == size {
				result(checksum*100 + most)
				return
			}
			first := permutation[0]
			for i := range rest {
				permutation[i] = permutation[i+1]
			}
			permutation[rest] = first
			count[rest]--
			if count[rest] > 0 {
				break
			}
		}
	}
}
