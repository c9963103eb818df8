// The lines of a file by bufio's Scanner.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		os.Exit(1)
	}
	scanner := bufio.NewScanner(file)
	count, bytes, longest := 0, 0, 0
	for scanner.Scan() {
		length := len(scanner.Bytes())
		count++
		bytes += length
		if length > longest {
			longest = length
		}
	}
	fmt.Println(count, bytes, longest)
}
