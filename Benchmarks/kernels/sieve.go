// The sieve of Eratosthenes.
package main

func primes(limit int) int {
	composite := make([]bool, limit+1)
	count := 0
	for i := 2; i <= limit; i++ {
		if composite[i] {
			continue
		}
		count++
		for multiple := i * i; multiple <= limit; multiple += i {
			composite[multiple] = true
		}
	}
	return count
}

func main() {
	limit := parameter()
	rounds := parameter()
	checksum := 0
	for round := range rounds {
		checksum = checksum*31 + primes(limit-round)
	}
	result(checksum)
}
