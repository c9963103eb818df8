// Fibonacci numbers by plain recursion: the cost of calls.
package main

func fibonacci(n int) int {
	if n < 2 {
		return n
	}
	return fibonacci(n-1) + fibonacci(n-2)
}

func main() { result(fibonacci(parameter())) }
