// The orbits of the planets, by small steps.
#include "kernel.h"

typedef struct {
  double x, y, z, vx, vy, vz, mass;
} Body;

#define SOLAR_MASS 39.47841760435743
#define YEAR 365.24

static Body planet(double x, double y, double z, double vx, double vy, double vz, double mass) {
  return (Body){x, y, z, vx * YEAR, vy * YEAR, vz * YEAR, mass * SOLAR_MASS};
}

// The square root, by Newton's method: in both languages, as a library without one has to.
static double root(double square) {
  double guess = square < 1 ? 1 : square;
  for (;;) {
    double next = 0.5 * (guess + square / guess);
    if (next >= guess) return guess;
    guess = next;
  }
}

static void advance(Body *bodies, i64 count, double step) {
  for (i64 i = 0; i < count; i++) {
    Body *a = &bodies[i];
    for (i64 j = i + 1; j < count; j++) {
      Body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz;
      double force = step / (square * root(square));
      a->vx -= dx * b->mass * force;
      a->vy -= dy * b->mass * force;
      a->vz -= dz * b->mass * force;
      b->vx += dx * a->mass * force;
      b->vy += dy * a->mass * force;
      b->vz += dz * a->mass * force;
    }
  }
  for (i64 i = 0; i < count; i++) {
    bodies[i].x += step * bodies[i].vx;
    bodies[i].y += step * bodies[i].vy;
    bodies[i].z += step * bodies[i].vz;
  }
}

static double energy(const Body *bodies, i64 count) {
  double sum = 0;
  for (i64 i = 0; i < count; i++) {
    const Body *a = &bodies[i];
    sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
    for (i64 j = i + 1; j < count; j++) {
      const Body *b = &bodies[j];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      sum -= a->mass * b->mass / root(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

int main(void) {
  i64 steps = parameter();
  Body bodies[] = {
      {0, 0, 0, 0, 0, 0, SOLAR_MASS},
      planet(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694,
             0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
      planet(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411269,
             0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
      planet(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618,
             0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
      planet(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322,
             0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451),
  };
  i64 count = sizeof bodies / sizeof *bodies;
  double px = 0, py = 0, pz = 0;
  for (i64 i = 0; i < count; i++) {
    px += bodies[i].vx * bodies[i].mass;
    py += bodies[i].vy * bodies[i].mass;
    pz += bodies[i].vz * bodies[i].mass;
  }
  bodies[0].vx = -px / SOLAR_MASS;
  bodies[0].vy = -py / SOLAR_MASS;
  bodies[0].vz = -pz / SOLAR_MASS;
  for (i64 i = 0; i < steps; i++) advance(bodies, count, 0.01);
  result((i64)(energy(bodies, count) * 1e9));
}
