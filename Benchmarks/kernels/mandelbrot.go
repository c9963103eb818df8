// The Mandelbrot set: how many steps each point takes to leave.
package main

func steps(cx, cy float64, limit int) int {
	x, y := 0.0, 0.0
	for step := range limit {
		xx, yy := x*x, y*y
		if xx+yy > 4 {
			return step
		}
		y = 2*x*y + cy
		x = xx - yy + cx
	}
	return limit
}

func main() {
	size := parameter()
	limit := parameter()
	checksum := 0
	for row := range size {
		for column := range size {
			cx, cy := 3*float64(column)/float64(size)-2, 2*float64(row)/float64(size)-1
			checksum = checksum*31 + steps(cx, cy, limit)
		}
	}
	result(checksum)
}
