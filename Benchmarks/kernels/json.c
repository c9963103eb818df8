// JSON of 50 MB, parsed into a tree of values in a region, which is gone through once. The parser is the library's: without
// recursion, the members of all open lists and objects on one stack.
#include "kernel.h"
#include <stdarg.h>

// The region: memory in chunks that are freed together.

static char *chunk_at, *chunk_end;

static void *take(size_t size) {
  size = (size + 7) & ~(size_t)7;
  if ((size_t)(chunk_end - chunk_at) < size) {
    size_t chunk = size > 65536 ? size : 65536;
    chunk_at = malloc(chunk);
    chunk_end = chunk_at + chunk;
  }
  void *result = chunk_at;
  chunk_at += size;
  return result;
}

typedef struct {
  u8 *bytes;
  i64 length;
} Text;

typedef enum { NOTHING, BOOLEAN, INTEGER, FLOAT, BIG, TEXT, LIST, OBJECT } Kind;

typedef struct Value {
  Kind kind;
  i64 length;
  union {
    bool boolean;
    i64 integer;
    double number;
    u8 *text;
    struct Value *items;
    struct Member *members;
  };
} Value;

typedef struct Member {
  Text key;
  Value value;
} Member;

typedef struct {
  bool is_object;
  i64 start;
  Text key;
} Frame;

typedef struct {
  const u8 *text;
  i64 length, at;
  Member *members;
  i64 member_count, member_capacity;
  Frame *frames;
  i64 frame_count, frame_capacity;
  u8 *bytes;
  i64 byte_count, byte_capacity;
} Parser;

static _Noreturn void fail(Parser *parser) {
  fprintf(stderr, "no JSON at %" PRId64 "\n", parser->at);
  exit(1);
}

static u8 peek(Parser *parser, i64 at) { return at < parser->length ? parser->text[at] : 0; }

static void skip(Parser *parser) {
  for (; parser->at < parser->length; parser->at++) {
    u8 c = parser->text[parser->at];
    if (c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t')) return;
  }
}

static Text copied(const u8 *bytes, i64 length) {
  u8 *own = take((size_t)length);
  memcpy(own, bytes, (size_t)length);
  return (Text){own, length};
}

static void push_byte(Parser *parser, u8 byte) {
  if (parser->byte_count == parser->byte_capacity) {
    parser->byte_capacity = parser->byte_capacity ? parser->byte_capacity * 2 : 64;
    parser->bytes = realloc(parser->bytes, (size_t)parser->byte_capacity);
  }
  parser->bytes[parser->byte_count++] = byte;
}

static u32 read_four(Parser *parser) {
  u32 value = 0;
  for (int i = 0; i < 4; i++) {
    u8 c = peek(parser, parser->at);
    u32 digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
    if (digit == 16) fail(parser);
    value = value << 4 | digit;
    parser->at++;
  }
  return value;
}

static void read_escape(Parser *parser) {
  u8 c = peek(parser, parser->at++);
  switch (c) {
    case '"': case '\\': case '/': push_byte(parser, c); return;
    case 'n': push_byte(parser, '\n'); return;
    case 't': push_byte(parser, '\t'); return;
    case 'r': push_byte(parser, '\r'); return;
    case 'b': push_byte(parser, 8); return;
    case 'f': push_byte(parser, 12); return;
    case 'u': break;
    default: fail(parser);
  }
  u32 point = read_four(parser);
  if (point >= 0xD800 && point < 0xE000) {
    if (point >= 0xDC00 || peek(parser, parser->at) != '\\' || peek(parser, parser->at + 1) != 'u') fail(parser);
    parser->at += 2;
    u32 low = read_four(parser);
    if (low < 0xDC00 || low >= 0xE000) fail(parser);
    point = 0x10000 + ((point - 0xD800) << 10) + low - 0xDC00;
  }
  if (point < 0x80) {
    push_byte(parser, (u8)point);
  } else if (point < 0x800) {
    push_byte(parser, (u8)(0xC0 | point >> 6));
    push_byte(parser, (u8)(0x80 | (point & 63)));
  } else {
    if (point < 0x10000) {
      push_byte(parser, (u8)(0xE0 | point >> 12));
    } else {
      push_byte(parser, (u8)(0xF0 | point >> 18));
      push_byte(parser, (u8)(0x80 | (point >> 12 & 63)));
    }
    push_byte(parser, (u8)(0x80 | (point >> 6 & 63)));
    push_byte(parser, (u8)(0x80 | (point & 63)));
  }
}

static Text read_escaped(Parser *parser, i64 start, i64 escape) {
  parser->byte_count = 0;
  for (i64 i = start; i < escape; i++) push_byte(parser, parser->text[i]);
  parser->at = escape;
  for (;;) {
    u8 c = peek(parser, parser->at);
    if (c < ' ') fail(parser);
    parser->at++;
    if (c == '"') return copied(parser->bytes, parser->byte_count);
    if (c == '\\') read_escape(parser);
    else push_byte(parser, c);
  }
}

// The text whose first byte is the next one, behind the quote.
static Text read_text(Parser *parser) {
  i64 start = parser->at;
  for (i64 at = start; at < parser->length; at++) {
    u8 c = parser->text[at];
    if (c == '"') {
      parser->at = at + 1;
      return copied(parser->text + start, at - start);
    }
    if (c == '\\') return read_escaped(parser, start, at);
    if (c < ' ') fail(parser);
  }
  fail(parser);
}

static bool is_digit(Parser *parser, i64 at) { return at < parser->length && parser->text[at] >= '0' && parser->text[at] <= '9'; }

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static Value read_number(Parser *parser) {
  i64 start = parser->at;
  bool is_negative = parser->text[start] == '-';
  i64 first = is_negative ? start + 1 : start, at = first;
  u64 value = 0;
  for (; is_digit(parser, at); at++) value = value * 10 + (parser->text[at] - '0');
  if (at == first || (parser->text[first] == '0' && at > first + 1)) fail(parser);
  i64 digits = at - first;
  u8 c = peek(parser, at);
  if (c != '.' && c != 'e' && c != 'E') {
    parser->at = at;
    if (digits > 18) return (Value){BIG, digits, .text = copied(parser->text + start, at - start).bytes};
    return (Value){INTEGER, 0, .integer = is_negative ? -(i64)value : (i64)value};
  }
  i64 power = 0;
  if (c == '.') {
    i64 point = ++at;
    for (; is_digit(parser, at); at++) value = value * 10 + (parser->text[at] - '0');
    if (at == point) fail(parser);
    digits += at - point;
    power = point - at;
    c = peek(parser, at);
  }
  if (c == 'e' || c == 'E') {
    u8 sign = peek(parser, ++at);
    if (sign == '-' || sign == '+') at++;
    i64 exponent = 0, digit = at;
    for (; is_digit(parser, at); at++) {
      if (exponent < 100000) exponent = exponent * 10 + (parser->text[at] - '0');
    }
    if (at == digit) fail(parser);
    power += sign == '-' ? -exponent : exponent;
  }
  parser->at = at;
  if (digits > 15 || power < -22 || power > 22) return (Value){FLOAT, 0, .number = strtod((const char *)parser->text + start, NULL)};
  double number = power < 0 ? (double)value / tens[-power] : (double)value * tens[power];
  return (Value){FLOAT, 0, .number = is_negative ? -number : number};
}

static bool read_word(Parser *parser, const char *word) {
  i64 length = (i64)strlen(word);
  if (parser->at + length > parser->length || memcmp(parser->text + parser->at, word, (size_t)length) != 0) return false;
  parser->at += length;
  return true;
}

static Value read_scalar(Parser *parser, u8 c) {
  if (c == '-' || (c >= '0' && c <= '9')) return read_number(parser);
  if (read_word(parser, "true")) return (Value){BOOLEAN, 0, .boolean = true};
  if (read_word(parser, "false")) return (Value){BOOLEAN, 0, .boolean = false};
  if (read_word(parser, "null")) return (Value){NOTHING};
  fail(parser);
}

// A key and the colon behind it, for the innermost object.
static void read_key(Parser *parser) {
  skip(parser);
  if (peek(parser, parser->at) != '"') fail(parser);
  parser->at++;
  parser->frames[parser->frame_count - 1].key = read_text(parser);
  skip(parser);
  if (peek(parser, parser->at) != ':') fail(parser);
  parser->at++;
}

// Begins a list or object; false if it is empty and has ended.
static bool opens(Parser *parser, bool is_object) {
  if (parser->frame_count >= 512) fail(parser);
  parser->at++;
  skip(parser);
  if (peek(parser, parser->at) == (is_object ? '}' : ']')) {
    parser->at++;
    return false;
  }
  if (parser->frame_count == parser->frame_capacity) {
    parser->frame_capacity = parser->frame_capacity ? parser->frame_capacity * 2 : 8;
    parser->frames = realloc(parser->frames, (size_t)parser->frame_capacity * sizeof(Frame));
  }
  parser->frames[parser->frame_count++] = (Frame){is_object, parser->member_count, {NULL, 0}};
  if (is_object) read_key(parser);
  return true;
}

static void push_member(Parser *parser, Member member) {
  if (parser->member_count == parser->member_capacity) {
    parser->member_capacity = parser->member_capacity ? parser->member_capacity * 2 : 8;
    parser->members = realloc(parser->members, (size_t)parser->member_capacity * sizeof(Member));
  }
  parser->members[parser->member_count++] = member;
}

// Takes what belongs to a frame off the stack of members.
static Value close_frame(Parser *parser, Frame *frame) {
  i64 count = parser->member_count - frame->start;
  Member *from = parser->members + frame->start;
  parser->member_count = frame->start;
  if (frame->is_object) {
    Member *members = take((size_t)count * sizeof(Member));
    for (i64 i = 0; i < count; i++) members[i] = from[i];
    return (Value){OBJECT, count, .members = members};
  }
  Value *items = take((size_t)count * sizeof(Value));
  for (i64 i = 0; i < count; i++) items[i] = from[i].value;
  return (Value){LIST, count, .items = items};
}

static Value parse(const u8 *text, i64 length) {
  Parser own = {text, length}, *parser = &own;
  for (;;) {
    Value value;
    skip(parser);
    u8 c = peek(parser, parser->at);
    if (c == '"') {
      parser->at++;
      Text read = read_text(parser);
      value = (Value){TEXT, read.length, .text = read.bytes};
    } else if (c == '{' || c == '[') {
      if (opens(parser, c == '{')) continue;
      value = c == '{' ? (Value){OBJECT} : (Value){LIST};
    } else {
      value = read_scalar(parser, c);
    }
    // What the value completes.
    for (;;) {
      if (parser->frame_count == 0) {
        skip(parser);
        if (parser->at != parser->length) fail(parser);
        free(parser->members);
        free(parser->frames);
        free(parser->bytes);
        return value;
      }
      Frame *frame = &parser->frames[parser->frame_count - 1];
      push_member(parser, (Member){frame->key, value});
      skip(parser);
      u8 next = peek(parser, parser->at);
      if (next == ',') {
        parser->at++;
        if (frame->is_object) read_key(parser);
        break;
      }
      if (next != (frame->is_object ? '}' : ']')) fail(parser);
      parser->at++;
      value = close_frame(parser, frame);
      parser->frame_count--;
    }
  }
}

static u64 sum_of_text(const u8 *text, i64 length) { return length == 0 ? 7 : (u64)length * 31 + text[length - 1]; }

static u64 sum(Value *value) {
  u64 total = 0;
  switch (value->kind) {
    case NOTHING: return 1;
    case BOOLEAN: return value->boolean ? 3 : 2;
    case INTEGER: return (u64)value->integer;
    case FLOAT: return (u64)(value->number * 100.0);
    case BIG: return (u64)value->length;
    case TEXT: return sum_of_text(value->text, value->length);
    case LIST:
      for (i64 i = 0; i < value->length; i++) total = total * 31 + sum(&value->items[i]);
      return total;
    case OBJECT:
      for (i64 i = 0; i < value->length; i++) {
        Member *member = &value->members[i];
        total = (total * 31 + sum_of_text(member->key.bytes, member->key.length)) * 31 + sum(&member->value);
      }
      return total;
  }
  return total;
}

// The text.

static char *out;
static i64 out_length;

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...) {
  va_list values;
  va_start(values, format);
  out_length += vsprintf(out + out_length, format, values);
  va_end(values);
}

static void make_text(i64 size) {
  out = malloc((size_t)size + 1024);
  put("[");
  u64 seed = 3;
  for (i64 id = 0; out_length < size; id++) {
    if (id > 0) put(",\n ");
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    i64 r = (i64)(seed >> 40);
    put("{\"id\": %" PRId64 ", \"name\": \"user %" PRId64 "\", \"active\": ", id, r % 100000);
    put(r % 3 == 0 ? "true" : "false");
    put(", \"score\": %" PRId64 ".%" PRId64 "5, \"parent\": ", r % 1000, r % 7);
    if (r % 4 == 0) put("null");
    else put("-%" PRId64, r);
    put(", \"tags\": [\"new\", \"a \\\"quoted\\\" one\", \"x%" PRId64 "\"]", r % 10);
    put(", \"address\": {\"street\": \"Long Street %" PRId64 "\", \"zip\": \"%" PRId64 "\", \"lines\": []}}", r % 300, r);
  }
  put("]");
}

int main(void) {
  make_text(parameter());
  Value value = parse((const u8 *)out, out_length);
  result((i64)(sum(&value) + (u64)value.length));
}
