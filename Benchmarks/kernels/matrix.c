// Multiplication of square matrices.
#include "kernel.h"

typedef struct {
  i64 size;
  double *cells;
} Matrix;

static double at(const Matrix *m, i64 row, i64 column) { return m->cells[row * m->size + column]; }

static void set(Matrix *m, i64 row, i64 column, double value) { m->cells[row * m->size + column] = value; }

static Matrix matrix_of(i64 size, i64 seed) {
  Matrix matrix = {size, malloc(size * size * sizeof(double))};
  for (i64 row = 0; row < size; row++) {
    for (i64 column = 0; column < size; column++) {
      set(&matrix, row, column, (double)((row * seed + column) % 10) - 4.5);
    }
  }
  return matrix;
}

static void multiply(const Matrix *a, const Matrix *b, Matrix *into) {
  for (i64 row = 0; row < a->size; row++) {
    for (i64 column = 0; column < b->size; column++) {
      double sum = 0;
      for (i64 k = 0; k < a->size; k++) sum += at(a, row, k) * at(b, k, column);
      set(into, row, column, sum);
    }
  }
}

int main(void) {
  i64 size = parameter();
  i64 rounds = parameter();
  Matrix a = matrix_of(size, 3), b = matrix_of(size, 7), c = matrix_of(size, 1);
  double sum = 0;
  for (i64 round = 0; round < rounds; round++) {
    multiply(&a, &b, &c);
    for (i64 i = 0; i < size; i++) sum += at(&c, i, size - 1 - i);
    set(&a, 0, 0, sum / 1000);
  }
  result((i64)(sum * 1000));
}
