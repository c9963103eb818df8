// Text is built byte by byte and number by number, and then scanned.
#include "kernel.h"

typedef struct {
  u8 *bytes;
  size_t length, capacity;
} Text;

static void reserve(Text *text, size_t more) {
  if (text->length + more <= text->capacity) return;
  size_t capacity = text->capacity ? text->capacity * 2 : 8;
  if (capacity < text->length + more) capacity = text->length + more;
  text->bytes = realloc(text->bytes, capacity);
  text->capacity = capacity;
}

static void append(Text *text, u8 byte) {
  reserve(text, 1);
  text->bytes[text->length++] = byte;
}

static void append_text(Text *text, const char *more) {
  size_t length = strlen(more);
  reserve(text, length);
  memcpy(text->bytes + text->length, more, length);
  text->length += length;
}

static void append_number(Text *text, i64 number) {
  u8 digits[20];
  int at = 20;
  do {
    digits[--at] = (u8)('0' + number % 10);
    number /= 10;
  } while (number);
  while (at < 20) append(text, digits[at++]);
}

static void build(Text *text, i64 count) {
  for (i64 i = 0; i < count; i++) {
    append_text(text, "item ");
    append_number(text, i * 7919);
    append(text, ',');
    append(text, ' ');
    if (i % 10 == 9) append(text, '\n');
  }
}

static i64 words(const Text *text) {
  i64 count = 0;
  bool in_word = false;
  for (size_t i = 0; i < text->length; i++) {
    u8 c = text->bytes[i];
    bool is_space = c == ' ' || c == '\n';
    if (!is_space && !in_word) count++;
    in_word = !is_space;
  }
  return count;
}

int main(void) {
  i64 count = parameter();
  i64 rounds = parameter();
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    Text text = {NULL, 0, 0};
    build(&text, count + round);
    u32 hash = 2166136261u;
    for (size_t i = 0; i < text.length; i++) hash = (hash ^ text.bytes[i]) * 16777619u;
    checksum = checksum * 31 + hash + (u64)words(&text) + text.length;
    free(text.bytes);
  }
  result(checksum);
}
