// A cache that drops the least recently used entry: a hash map and a doubly linked list through the same nodes.
#include "kernel.h"

typedef struct Entry {
  i64 key, value;
  struct Entry *chain, *newer, *older;
} Entry;

typedef struct {
  i64 limit;
  Entry **buckets;
  i64 size, length;
  Entry *newest, *oldest;
} Cache;

static i64 bucket(Cache *cache, i64 key) {
  u64 hash = (u64)key * 0x9E3779B97F4A7C15u;
  return (i64)(hash >> 32) & (cache->size - 1);
}

static Entry *find(Cache *cache, i64 key) {
  Entry *entry = cache->buckets[bucket(cache, key)];
  while (entry && entry->key != key) entry = entry->chain;
  return entry;
}

// Takes an entry out of the list.
static void unlink_entry(Cache *cache, Entry *entry) {
  if (entry->newer) entry->newer->older = entry->older;
  else cache->newest = entry->older;
  if (entry->older) entry->older->newer = entry->newer;
  else cache->oldest = entry->newer;
}

// Puts an entry at the head of the list.
static void link_entry(Cache *cache, Entry *entry) {
  entry->newer = NULL;
  entry->older = cache->newest;
  if (cache->newest) cache->newest->newer = entry;
  else cache->oldest = entry;
  cache->newest = entry;
}

static void drop_oldest(Cache *cache) {
  Entry *last = cache->oldest;
  unlink_entry(cache, last);
  Entry **place = &cache->buckets[bucket(cache, last->key)], *before = NULL;
  for (Entry *entry = *place; entry && entry != last; entry = entry->chain) before = entry;
  if (before) before->chain = last->chain;
  else *place = last->chain;
  free(last);
  cache->length--;
}

static bool get(Cache *cache, i64 key, i64 *value) {
  Entry *entry = find(cache, key);
  if (!entry) return false;
  unlink_entry(cache, entry);
  link_entry(cache, entry);
  *value = entry->value;
  return true;
}

static void put(Cache *cache, i64 key, i64 value) {
  if (cache->length == cache->limit) drop_oldest(cache);
  Entry **place = &cache->buckets[bucket(cache, key)];
  Entry *entry = malloc(sizeof *entry);
  *entry = (Entry){key, value, *place, NULL, NULL};
  *place = entry;
  link_entry(cache, entry);
  cache->length++;
}

int main(void) {
  i64 limit = parameter();
  i64 count = parameter();
  i64 size = 16;
  while (size < limit) size *= 2;
  Cache cache = {limit, calloc(size, sizeof(Entry *)), size, 0, NULL, NULL};
  u64 seed = 5, checksum = 0;
  for (i64 i = 0; i < count; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    i64 key = (i64)((seed >> 40) % (u64)limit) + (i64)((seed >> 20) % (u64)limit), value;
    if (get(&cache, key, &value)) {
      checksum += (u64)value;
    } else {
      put(&cache, key, i);
      checksum *= 31;
    }
  }
  result(checksum);
  for (Entry *entry = cache.newest, *next; entry; entry = next) {
    next = entry->older;
    free(entry);
  }
  free(cache.buckets);
}
