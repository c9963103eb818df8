// The library's map in C: entries in the order of their insertion, found by an index of their numbers.
#include "siphash.h"

typedef struct {
  i64 key, value;
  u32 hash;
  bool is_live;
} Slot;

typedef struct {
  Slot *slots;
  u32 *index;
  i64 length, capacity, size, count;
} Map;

static u32 hash_of(i64 key) {
  Hasher hasher = new_hasher();
  hash_word(&hasher, (u64)key);
  return hash_finish(&hasher);
}

static i64 find(Map *map, i64 key, u32 hash) {
  if (map->size == 0) return -1;
  u32 mask = (u32)map->size - 1;
  for (u32 at = hash & mask;; at = (at + 1) & mask) {
    u32 number = map->index[at];
    if (number == 0) return -1;
    Slot *slot = &map->slots[number - 1];
    if (slot->hash == hash && slot->is_live && slot->key == key) return (i64)number - 1;
  }
}

static void enter(Map *map, u32 number, u32 hash) {
  u32 mask = (u32)map->size - 1, at = hash & mask;
  while (map->index[at] != 0) at = (at + 1) & mask;
  map->index[at] = number;
}

// Drops the removed entries, and makes an index with room for `wanted` entries and as many again.
static void rebuild(Map *map, i64 wanted) {
  i64 kept = 0;
  for (i64 i = 0; i < map->length; i++) {
    if (map->slots[i].is_live) map->slots[kept++] = map->slots[i];
  }
  map->length = kept;
  i64 size = 8;
  while (size * 3 < wanted * 8) size *= 2;
  free(map->index);
  map->index = calloc(size, sizeof(u32));
  map->size = size;
  for (i64 i = 0; i < kept; i++) enter(map, (u32)i + 1, map->slots[i].hash);
}

static void add(Map *map, i64 key, u32 hash, i64 value) {
  if ((map->length + 1) * 4 > map->size * 3) rebuild(map, map->count + 1);
  if (map->length == map->capacity) {
    map->capacity = map->capacity ? map->capacity * 2 : 8;
    map->slots = realloc(map->slots, map->capacity * sizeof(Slot));
  }
  map->slots[map->length++] = (Slot){key, value, hash, true};
  enter(map, (u32)map->length, hash);
  map->count++;
}

static i64 *or_set(Map *map, i64 key, i64 value) {
  u32 hash = hash_of(key);
  i64 number = find(map, key, hash);
  if (number < 0) {
    add(map, key, hash, value);
    number = map->length - 1;
  }
  return &map->slots[number].value;
}

static bool take_out(Map *map, i64 key) {
  i64 number = find(map, key, hash_of(key));
  if (number < 0) return false;
  map->slots[number].is_live = false;
  map->count--;
  return true;
}

int main(void) {
  i64 count = parameter(), rounds = parameter();
  u64 checksum = 0;
  for (i64 round = 0; round < rounds; round++) {
    Map counts = {0};
    u64 seed = 7;
    for (i64 i = 0; i < count; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      *or_set(&counts, (i64)((seed >> 33) % (u64)count), 0) += 1;
    }
    for (i64 key = 0; key < count; key++) {
      i64 number = find(&counts, key, hash_of(key));
      checksum = checksum * 31 + (u64)(number < 0 ? 0 : counts.slots[number].value);
    }
    for (i64 key = 0; key < count; key++) {
      if (key % 3 == round % 3 && take_out(&counts, key)) checksum++;
    }
    for (i64 key = 0; key < count; key++) {
      if (find(&counts, key, hash_of(key)) >= 0) checksum += (u64)key;
    }
    for (i64 i = 0; i < counts.length; i++) {
      Slot *slot = &counts.slots[i];
      if (slot->is_live) checksum = checksum * 31 + (u64)(slot->key * slot->value);
    }
    checksum += (u64)counts.count;
    free(counts.slots);
    free(counts.index);
  }
  result((i64)checksum);
}
