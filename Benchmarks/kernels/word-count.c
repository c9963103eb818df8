// How often each word occurs in a text, by a map in the order of insertion that copies its keys; its words and its lines.
#include "siphash.h"

typedef struct {
  u8 *key;
  u32 length, hash;
  i64 value;
} Slot;

typedef struct {
  Slot *slots;
  u32 *index;
  i64 length, capacity, size;
} Map;

static i64 find(Map *map, const u8 *key, u32 length, u32 hash) {
  if (map->size == 0) return -1;
  u32 mask = (u32)map->size - 1;
  for (u32 at = hash & mask;; at = (at + 1) & mask) {
    u32 number = map->index[at];
    if (number == 0) return -1;
    Slot *slot = &map->slots[number - 1];
    if (slot->hash == hash && slot->length == length && memcmp(slot->key, key, length) == 0) return (i64)number - 1;
  }
}

static void enter(Map *map, u32 number, u32 hash) {
  u32 mask = (u32)map->size - 1, at = hash & mask;
  while (map->index[at] != 0) at = (at + 1) & mask;
  map->index[at] = number;
}

static void rebuild(Map *map, i64 wanted) {
  i64 size = 8;
  while (size * 3 < wanted * 8) size *= 2;
  free(map->index);
  map->index = calloc(size, sizeof(u32));
  map->size = size;
  for (i64 i = 0; i < map->length; i++) enter(map, (u32)i + 1, map->slots[i].hash);
}

static i64 *or_set(Map *map, const u8 *key, u32 length, i64 value) {
  Hasher hasher = new_hasher();
  hash_text(&hasher, key, length);
  u32 hash = hash_finish(&hasher);
  i64 number = find(map, key, length, hash);
  if (number >= 0) return &map->slots[number].value;
  if ((map->length + 1) * 4 > map->size * 3) rebuild(map, map->length + 1);
  if (map->length == map->capacity) {
    map->capacity = map->capacity ? map->capacity * 2 : 8;
    map->slots = realloc(map->slots, map->capacity * sizeof(Slot));
  }
  u8 *own = malloc(length);
  memcpy(own, key, length);
  map->slots[map->length++] = (Slot){own, length, hash, value};
  enter(map, (u32)map->length, hash);
  return &map->slots[map->length - 1].value;
}

// A copy of bytes that are text; null if they aren't. What begins with a byte of 128 or more doesn't occur here.
static u8 *checked_copy(const u8 *bytes, i64 length) {
  i64 at = 0;
  for (; at + 8 <= length; at += 8) {
    u64 word;
    memcpy(&word, bytes + at, 8);
    if (word & 0x8080808080808080u) return NULL;
  }
  for (; at < length; at++) {
    if (bytes[at] & 0x80) return NULL;
  }
  u8 *text = malloc(length);
  memcpy(text, bytes, length);
  return text;
}

// A text of `size` bytes: words made of their numbers, small ones more often, ten in a line.
static u8 *make_text(i64 size, i64 *length) {
  u8 *bytes = malloc(size);
  u64 seed = 5;
  i64 count = 0, at = 0;
  while (at + 8 < size) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    u64 r = (seed >> 33) % 65536, number = r * r >> 18;
    do {
      bytes[at++] = (u8)('a' + number % 26);
      number /= 26;
    } while (number != 0);
    bytes[at++] = ++count % 10 == 0 ? '\n' : ' ';
  }
  u8 *text = checked_copy(bytes, at);
  free(bytes);
  *length = at;
  return text;
}

static i64 count_words(const u8 *text, i64 length, Map *counts) {
  i64 lines = 0, start = -1;
  for (i64 at = 0; at < length; at++) {
    u8 c = text[at];
    if (c == ' ' || c == '\n') {
      if (start >= 0) *or_set(counts, text + start, (u32)(at - start), 0) += 1;
      start = -1;
      if (c == '\n') lines++;
    } else if (start < 0) {
      start = at;
    }
  }
  if (start >= 0) *or_set(counts, text + start, (u32)(length - start), 0) += 1;
  return lines;
}

int main(void) {
  i64 length;
  u8 *text = make_text(parameter(), &length);
  if (!text) return 1;
  Map counts = {0};
  u64 checksum = (u64)count_words(text, length, &counts);
  for (i64 i = 0; i < counts.length; i++) {
    Slot *slot = &counts.slots[i];
    checksum = checksum * 31 + (u64)slot->value * slot->length + slot->key[0];
    free(slot->key);
  }
  result((i64)(checksum + (u64)counts.length));
  free(counts.slots);
  free(counts.index);
  free(text);
}
