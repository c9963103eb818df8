// The spectral norm of an infinite matrix, by the power method.
package main

func cell(i, j int) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }

func multiply(v, into []float64) {
	for i := range into {
		sum := 0.0
		for j := range v {
			sum += cell(i, j) * v[j]
		}
		into[i] = sum
	}
}

func multiplyTransposed(v, into []float64) {
	for i := range into {
		sum := 0.0
		for j := range v {
			sum += cell(j, i) * v[j]
		}
		into[i] = sum
	}
}

func main() {
	size := parameter()
	u, v, between := make([]float64, size), make([]float64, size), make([]float64, size)
	for i := range u {
		u[i] = 1
	}
	for range 10 {
		multiply(u, between)
		multiplyTransposed(between, v)
		multiply(v, between)
		multiplyTransposed(between, u)
	}
	uv, vv := 0.0, 0.0
	for i := range u {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	result(int(uv / vv * 1e9))
}
