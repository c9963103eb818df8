// Regular expressions over lines of text, in linear time: a pattern becomes a program, and all its threads go through a
// line together (Thompson, Pike).
#include "kernel.h"

typedef enum { BYTE, ANY, RANGE, SPLIT, JUMP, FOUND } Kind;

typedef struct {
  Kind kind;
  u8 low, high;
  i64 first, second;
} Step;

typedef struct {
  const char *pattern;
  i64 at, length, capacity;
  Step *program;
} Compiler;

static char peek(Compiler *compiler) { return compiler->pattern[compiler->at]; }

static i64 emit(Compiler *compiler, Step step) {
  if (compiler->length == compiler->capacity) {
    compiler->capacity = compiler->capacity ? compiler->capacity * 2 : 8;
    compiler->program = realloc(compiler->program, (size_t)compiler->capacity * sizeof(Step));
  }
  compiler->program[compiler->length] = step;
  return compiler->length++;
}

// Makes room for a step; what leads behind it leads one further.
static void insert(Compiler *compiler, i64 place) {
  emit(compiler, (Step){FOUND});
  for (i64 i = compiler->length - 1; i > place; i--) {
    Step step = compiler->program[i - 1];
    if (step.kind == SPLIT || step.kind == JUMP) {
      if (step.first > place) step.first++;
      if (step.second > place) step.second++;
    }
    compiler->program[i] = step;
  }
}

static void alternatives(Compiler *compiler);

static void atom(Compiler *compiler) {
  char c = compiler->pattern[compiler->at++];
  switch (c) {
    case '(':
      alternatives(compiler);
      compiler->at++;
      break;
    case '[':
      emit(compiler, (Step){RANGE, (u8)peek(compiler), (u8)compiler->pattern[compiler->at + 2]});
      compiler->at += 4;
      break;
    case '.': emit(compiler, (Step){ANY}); break;
    case '\\': emit(compiler, (Step){BYTE, (u8)compiler->pattern[compiler->at++]}); break;
    default: emit(compiler, (Step){BYTE, (u8)c});
  }
}

// atom ("*" | "+" | "?")*
static void repeated(Compiler *compiler) {
  i64 start = compiler->length;
  atom(compiler);
  for (;; compiler->at++) {
    switch (peek(compiler)) {
      case '*':
        insert(compiler, start);
        emit(compiler, (Step){JUMP, .first = start});
        compiler->program[start] = (Step){SPLIT, .first = start + 1, .second = compiler->length};
        break;
      case '+': emit(compiler, (Step){SPLIT, .first = start, .second = compiler->length + 1}); break;
      case '?':
        insert(compiler, start);
        compiler->program[start] = (Step){SPLIT, .first = start + 1, .second = compiler->length};
        break;
      default: return;
    }
  }
}

// alternatives = sequence ("|" sequence)*
static void alternatives(Compiler *compiler) {
  i64 start = compiler->length;
  while (peek(compiler) != 0 && peek(compiler) != '|' && peek(compiler) != ')') repeated(compiler);
  if (peek(compiler) != '|') return;
  compiler->at++;
  insert(compiler, start);
  i64 end = emit(compiler, (Step){JUMP});
  compiler->program[start] = (Step){SPLIT, .first = start + 1, .second = compiler->length};
  alternatives(compiler);
  compiler->program[end] = (Step){JUMP, .first = compiler->length};
}

// The threads at one place of the text, each step once.
typedef struct {
  i64 *steps, *marks, count;
} Threads;

static Threads new_threads(i64 length) {
  Threads threads = {malloc((size_t)length * 8), malloc((size_t)length * 8), 0};
  for (i64 i = 0; i < length; i++) threads.marks[i] = -1;
  return threads;
}

static void add(Threads *threads, Step *program, i64 step, i64 mark) {
  if (threads->marks[step] == mark) return;
  threads->marks[step] = mark;
  switch (program[step].kind) {
    case JUMP: add(threads, program, program[step].first, mark); break;
    case SPLIT:
      add(threads, program, program[step].first, mark);
      add(threads, program, program[step].second, mark);
      break;
    default: threads->steps[threads->count++] = step;
  }
}

typedef struct {
  Step *program;
  Threads now, then;
  i64 mark;
} Matcher;

static Matcher new_matcher(const char *pattern) {
  Compiler compiler = {pattern};
  alternatives(&compiler);
  emit(&compiler, (Step){FOUND});
  return (Matcher){compiler.program, new_threads(compiler.length), new_threads(compiler.length), 0};
}

// Takes all threads over a byte; whether one has found the end of the pattern.
static bool step_over(Matcher *matcher, u8 c) {
  matcher->then.count = 0;
  for (i64 i = 0; i < matcher->now.count; i++) {
    i64 step = matcher->now.steps[i];
    Step *at = &matcher->program[step];
    bool fits = false;
    switch (at->kind) {
      case BYTE: fits = c == at->low; break;
      case ANY: fits = c != 0; break;
      case RANGE: fits = c >= at->low && c <= at->high; break;
      case FOUND: return true;
      default: break;
    }
    if (fits) add(&matcher->then, matcher->program, step + 1, matcher->mark);
  }
  Threads last = matcher->now;
  matcher->now = matcher->then;
  matcher->then = last;
  return false;
}

// Whether the pattern occurs in the line.
static bool finds(Matcher *matcher, const u8 *line, i64 length) {
  matcher->now.count = 0;
  for (i64 i = 0; i < length; i++) {
    matcher->mark++;
    add(&matcher->now, matcher->program, 0, matcher->mark - 1);
    if (step_over(matcher, line[i])) return true;
  }
  matcher->mark++;
  add(&matcher->now, matcher->program, 0, matcher->mark - 1);
  return step_over(matcher, 0);
}

static u8 *make_text(i64 lines, i64 *length) {
  u8 *out = malloc((size_t)lines * 100);
  i64 at = 0;
  u64 seed = 11;
  for (i64 i = 0; i < lines; i++) {
    for (int j = 0; j < 40; j++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      out[at++] = (u8)('a' + (seed >> 60));
    }
    if (i % 3 == 0) at += sprintf((char *)out + at, " mail%" PRId64 "@example.org", i);
    if (i % 5 == 0) at += sprintf((char *)out + at, " 2024-0%" PRId64 "-1%" PRId64, i % 9, i % 10);
    out[at++] = '\n';
  }
  *length = at;
  return out;
}

int main(void) {
  static const char *const patterns[] = {"[a-z]+[0-9]+@[a-z]+\\.(com|org)", "[0-9][0-9][0-9][0-9]-0[1-7]-1.",
                                         "(a|b|c)*d(e|f)+(gh|ab)?k", "no(thing|where)"};
  i64 length;
  u8 *text = make_text(parameter(), &length);
  u64 checksum = 0;
  for (int i = 0; i < 4; i++) {
    Matcher matcher = new_matcher(patterns[i]);
    i64 start = 0, line = 0;
    for (i64 at = 0; at < length; at++) {
      if (text[at] != '\n') continue;
      if (finds(&matcher, text + start, at - start)) checksum = checksum * 31 + (u64)line;
      start = at + 1;
      line++;
    }
    free(matcher.program);
    free(matcher.now.steps);
    free(matcher.now.marks);
    free(matcher.then.steps);
    free(matcher.then.marks);
  }
  result((i64)checksum);
  free(text);
}
