// The spectral norm of an infinite matrix, by the power method.
#include "kernel.h"

static double cell(i64 i, i64 j) { return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1); }

static void multiply(const double *v, double *into, i64 size) {
  for (i64 i = 0; i < size; i++) {
    double sum = 0;
    for (i64 j = 0; j < size; j++) sum += cell(i, j) * v[j];
    into[i] = sum;
  }
}

static void multiply_transposed(const double *v, double *into, i64 size) {
  for (i64 i = 0; i < size; i++) {
    double sum = 0;
    for (i64 j = 0; j < size; j++) sum += cell(j, i) * v[j];
    into[i] = sum;
  }
}

int main(void) {
  i64 size = parameter();
  double *u = malloc(size * sizeof *u), *v = malloc(size * sizeof *v), *between = malloc(size * sizeof *between);
  for (i64 i = 0; i < size; i++) u[i] = 1;
  for (i64 i = 0; i < 10; i++) {
    multiply(u, between, size);
    multiply_transposed(between, v, size);
    multiply(v, between, size);
    multiply_transposed(between, u, size);
  }
  double uv = 0, vv = 0;
  for (i64 i = 0; i < size; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  result((i64)(uv / vv * 1e9));
}
