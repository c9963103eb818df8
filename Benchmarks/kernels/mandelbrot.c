// The Mandelbrot set: how many steps each point takes to leave.
#include "kernel.h"

static i64 steps(double cx, double cy, i64 limit) {
  double x = 0, y = 0;
  for (i64 step = 0; step < limit; step++) {
    double xx = x * x, yy = y * y;
    if (xx + yy > 4) return step;
    y = 2 * x * y + cy;
    x = xx - yy + cx;
  }
  return limit;
}

int main(void) {
  i64 size = parameter();
  i64 limit = parameter();
  u64 checksum = 0;
  for (i64 row = 0; row < size; row++) {
    for (i64 column = 0; column < size; column++) {
      double cx = 3 * (double)column / (double)size - 2, cy = 2 * (double)row / (double)size - 1;
      checksum = checksum * 31 + (u64)steps(cx, cy, limit);
    }
  }
  result(checksum);
}
