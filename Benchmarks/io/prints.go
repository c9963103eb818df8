// Prints numbers, a line each, through a buffer.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
)

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		os.Exit(1)
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for i := 0; i < count; i++ {
		fmt.Fprintf(out, "line %d\n", i)
	}
}
