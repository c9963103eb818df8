// The orbits of the planets, by small steps.
package main

const (
	solarMass = 39.47841760435743
	year      = 365.24
)

type Body struct{ x, y, z, vx, vy, vz, mass float64 }

func planet(x, y, z, vx, vy, vz, mass float64) Body {
	return Body{x, y, z, vx * year, vy * year, vz * year, mass * solarMass}
}

// root is the square root, by Newton's method: in all languages, as a library without one has to.
func root(square float64) float64 {
	guess := max(square, 1)
	for {
		next := 0.5 * (guess + square/guess)
		if next >= guess {
			return guess
		}
		guess = next
	}
}

func advance(bodies []Body, step float64) {
	for i := range bodies {
		a := &bodies[i]
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			square := dx*dx + dy*dy + dz*dz
			force := step / (square * root(square))
			a.vx -= dx * b.mass * force
			a.vy -= dy * b.mass * force
			a.vz -= dz * b.mass * force
			b.vx += dx * a.mass * force
			b.vy += dy * a.mass * force
			b.vz += dz * a.mass * force
		}
	}
	for i := range bodies {
		body := &bodies[i]
		body.x += step * body.vx
		body.y += step * body.vy
		body.z += step * body.vz
	}
}

func energy(bodies []Body) float64 {
	sum := 0.0
	for i := range bodies {
		a := &bodies[i]
		sum += 0.5 * a.mass * (a.vx*a.vx + a.vy*a.vy + a.vz*a.vz)
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			sum -= a.mass * b.mass / root(dx*dx+dy*dy+dz*dz)
		}
	}
	return sum
}

func main() {
	steps := parameter()
	bodies := []Body{
		{mass: solarMass},
		planet(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694,
			0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
		planet(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411269,
			0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
		planet(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618,
			0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
		planet(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322,
			0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
	}
	px, py, pz := 0.0, 0.0, 0.0
	for _, body := range bodies {
		px += body.vx * body.mass
		py += body.vy * body.mass
		pz += body.vz * body.mass
	}
	sun := &bodies[0]
	sun.vx, sun.vy, sun.vz = -px/solarMass, -py/solarMass, -pz/solarMass
	for range steps {
		advance(bodies, 0.01)
	}
	result(int(energy(bodies) * 1e9))
}
