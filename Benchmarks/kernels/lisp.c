// A Lisp interpreter: programs are read to lists and evaluated, with tail calls; all that a round makes lies in a region.
#include "kernel.h"

// The region: memory in chunks that are freed together.

typedef struct Chunk {
  struct Chunk *before;
} Chunk;

static Chunk *chunks;
static char *chunk_at, *chunk_end;

static void *take(size_t size) {
  if ((size_t)(chunk_end - chunk_at) < size) {
    Chunk *chunk = malloc(65536);
    chunk->before = chunks;
    chunks = chunk;
    chunk_at = (char *)(chunk + 2);
    chunk_end = (char *)chunk + 65536;
  }
  void *result = chunk_at;
  chunk_at += size;
  return result;
}

static void free_region(void) {
  while (chunks) {
    Chunk *before = chunks->before;
    free(chunks);
    chunks = before;
  }
  chunk_at = chunk_end = NULL;
}

typedef enum { ADD, SUBTRACT, MULTIPLY, LESS, MAKE_PAIR, FIRST, REST, IS_NOTHING } Operator;
typedef enum { NOTHING, NUMBER, SYMBOL, PAIR, OPERATOR, LAMBDA } Kind;

typedef struct {
  Kind kind;
  union {
    i64 number;
    struct Pair *pair;
    Operator operator;
    struct Lambda *lambda;
  };
} Value;

typedef struct Pair {
  Value first, rest;
} Pair;

typedef struct Scope {
  i64 name;
  Value value;
  struct Scope *outer;
} Scope;

typedef struct Lambda {
  Value names, body;
  Scope *scope;
} Lambda;

enum { IF_SYMBOL, LAMBDA_SYMBOL, DEFINE_SYMBOL };

// The names are few: a list is gone through for them while a program is read, and never afterwards.
static struct {
  const char *start;
  i64 length;
} names[64];
static Value globals[64];
static i64 name_count;
static const char *at;

static i64 symbol(const char *start, i64 length) {
  for (i64 i = 0; i < name_count; i++) {
    if (names[i].length == length && memcmp(names[i].start, start, (size_t)length) == 0) return i;
  }
  names[name_count].start = start;
  names[name_count].length = length;
  globals[name_count] = (Value){NOTHING};
  return name_count++;
}

static void start(void) {
  static const char *const words[] = {"if", "lambda", "define", "nil", "+", "-", "*", "<", "cons", "car", "cdr", "null"};
  name_count = 0;
  for (int i = 0; i < 12; i++) {
    i64 id = symbol(words[i], (i64)strlen(words[i]));
    if (i >= 4) globals[id] = (Value){OPERATOR, .operator = (Operator)(i - 4)};
  }
}

static void skip(void) {
  while (*at && *at <= ' ') at++;
}

static Value read_list(void);

static Value read(void) {
  skip();
  const char *start = at;
  if (*start == '(') {
    at++;
    return read_list();
  }
  while (*at > ' ' && *at != '(' && *at != ')') at++;
  if (*start >= '0' && *start <= '9') {
    i64 value = 0;
    for (const char *digit = start; digit < at; digit++) value = value * 10 + (*digit - '0');
    return (Value){NUMBER, .number = value};
  }
  return (Value){SYMBOL, .number = symbol(start, at - start)};
}

static Value read_list(void) {
  skip();
  if (*at == ')') {
    at++;
    return (Value){NOTHING};
  }
  Value first = read();
  Pair *pair = take(sizeof(Pair));
  *pair = (Pair){first, read_list()};
  return (Value){PAIR, .pair = pair};
}

static Value first(Value value) { return value.kind == PAIR ? value.pair->first : (Value){NOTHING}; }
static Value rest(Value value) { return value.kind == PAIR ? value.pair->rest : (Value){NOTHING}; }
static i64 number(Value value) { return value.kind == NUMBER ? value.number : 0; }
static Value of_number(i64 n) { return (Value){NUMBER, .number = n}; }

static Value evaluate(Value value, Scope *scope);

static Value look_up(i64 id, Scope *scope) {
  for (; scope; scope = scope->outer) {
    if (scope->name == id) return scope->value;
  }
  return globals[id];
}

// The branch that an `if` takes.
static Value branch(Value parts, Scope *scope) {
  Value condition = evaluate(first(parts), scope);
  bool is_chosen = condition.kind == NUMBER ? condition.number != 0 : condition.kind != NOTHING;
  Value branches = rest(parts);
  return is_chosen ? first(branches) : first(rest(branches));
}

static Value define(Value parts) {
  Value value = evaluate(first(rest(parts)), NULL), name = first(parts);
  if (name.kind == SYMBOL) globals[name.number] = value;
  return value;
}

// A lambda's scope with its arguments.
static Scope *bind(Lambda *lambda, Value arguments, Scope *scope) {
  Scope *result = lambda->scope;
  for (Value names = lambda->names; names.kind == PAIR; names = names.pair->rest) {
    if (names.pair->first.kind == SYMBOL) {
      Value value = evaluate(first(arguments), scope);
      Scope *inner = take(sizeof(Scope));
      *inner = (Scope){names.pair->first.number, value, result};
      result = inner;
    }
    arguments = rest(arguments);
  }
  return result;
}

static Value operate_on_two(Operator operator, Value a, Value b) {
  Pair *pair;
  switch (operator) {
    case ADD: return of_number((i64)((u64)number(a) + (u64)number(b)));
    case SUBTRACT: return of_number((i64)((u64)number(a) - (u64)number(b)));
    case MULTIPLY: return of_number((i64)((u64)number(a) * (u64)number(b)));
    case LESS: return of_number(number(a) < number(b));
    default:
      pair = take(sizeof(Pair));
      *pair = (Pair){a, b};
      return (Value){PAIR, .pair = pair};
  }
}

static Value operate(Operator operator, Value arguments, Scope *scope) {
  Value a = evaluate(first(arguments), scope);
  switch (operator) {
    case FIRST: return first(a);
    case REST: return rest(a);
    case IS_NOTHING: return of_number(a.kind == NOTHING);
    default: return operate_on_two(operator, a, evaluate(first(rest(arguments)), scope));
  }
}

static Value evaluate(Value value, Scope *scope) {
  for (;;) {
    if (value.kind == SYMBOL) return look_up(value.number, scope);
    if (value.kind != PAIR) return value;
    Pair *pair = value.pair;
    if (pair->first.kind == SYMBOL) {
      i64 id = pair->first.number;
      if (id == IF_SYMBOL) {
        value = branch(pair->rest, scope);
        continue;
      }
      if (id == LAMBDA_SYMBOL) {
        Lambda *lambda = take(sizeof(Lambda));
        *lambda = (Lambda){first(pair->rest), first(rest(pair->rest)), scope};
        return (Value){LAMBDA, .lambda = lambda};
      }
      if (id == DEFINE_SYMBOL) return define(pair->rest);
    }
    Value callee = evaluate(pair->first, scope);
    if (callee.kind == OPERATOR) return operate(callee.operator, pair->rest, scope);
    if (callee.kind != LAMBDA) exit(1);
    scope = bind(callee.lambda, pair->rest, scope);
    value = callee.lambda->body;
  }
}

int main(void) {
  i64 size = parameter(), rounds = parameter();
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    char source[2048];
    sprintf(source,
            "(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))\n"
            "(define range (lambda (a b) (if (< a b) (cons a (range (+ a 1) b)) nil)))\n"
            "(define map (lambda (f l) (if (null l) nil (cons (f (car l)) (map f (cdr l))))))\n"
            "(define fold (lambda (f x l) (if (null l) x (fold f (f x (car l)) (cdr l)))))\n"
            "(define step (lambda (k) (lambda (a b) (+ (* a k) b))))\n"
            "(define count (lambda (n x) (if (< 0 n) (count (- n 1) (+ x (* n n))) x)))\n"
            "(+ (fib %" PRId64 ") (+ (count 100000 0) (fold (step 31) %" PRId64
            " (map (lambda (x) (* x x)) (range 0 1000)))))",
            size, round);
    at = source;
    start();
    Value last = {NOTHING};
    for (skip(); *at; skip()) last = evaluate(read(), NULL);
    checksum = checksum * 31 + (u64)number(last);
    free_region();
  }
  result((i64)checksum);
}
