// Multiplication of square matrices.
package main

type Matrix struct {
	size  int
	cells []float64
}

func (m *Matrix) at(row, column int) float64 { return m.cells[row*m.size+column] }

func (m *Matrix) set(row, column int, value float64) { m.cells[row*m.size+column] = value }

func matrixOf(size, seed int) *Matrix {
	matrix := &Matrix{size, make([]float64, size*size)}
	for row := range size {
		for column := range size {
			matrix.set(row, column, float64((row*seed+column)%10)-4.5)
		}
	}
	return matrix
}

func multiply(a, b, into *Matrix) {
	for row := range a.size {
		for column := range b.size {
			sum := 0.0
			for k := range a.size {
				sum += a.at(row, k) * b.at(k, column)
			}
			into.set(row, column, sum)
		}
	}
}

func main() {
	size := parameter()
	rounds := parameter()
	a, b, c := matrixOf(size, 3), matrixOf(size, 7), matrixOf(size, 1)
	sum := 0.0
	for range rounds {
		multiply(a, b, c)
		for i := range size {
			sum += c.at(i, size-1-i)
		}
		a.set(0, 0, sum/1000)
	}
	result(int(sum * 1000))
}
